"""The panel of the model in use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from assistant.measure.model_page import ModelPage
from assistant.store.models import Entry
from assistant.ui.emptying import empty
from assistant.ui.parts import Button, Chip, Panel, Text
from assistant.ui.team.model import words
from assistant.ui.team.model.parts import Share, column_of
from assistant.ui.theme import Look
from assistant.ui.wording import number, tr


class InUsePanel(Panel):
    """What is in use: since when, learned from what, how it goes; and the way back."""

    back_asked = Signal()
    unpin_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.title = Text(look, "name")
        self.chip = Chip(look, "", "neutral", icon="check")
        self._grid = QGridLayout()
        self._share, self._out = Share(look), Text(look, "label", weight=600)
        self._told = Text(look, "label", "", "textTertiary", weight=400)
        self._told.setWordWrap(True)
        self.back = Button(look, "", icon="undo-2")
        self.unpin = Button(look, tr("Let it learn again"))
        self._beside = Text(look, "label", "", "textTertiary", weight=400)
        self._beside.setWordWrap(True)
        self.back.clicked.connect(lambda _on: self.back_asked.emit())
        self.unpin.clicked.connect(lambda _on: self.unpin_asked.emit())
        self._build()

    def _build(self) -> None:
        look = self._look
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.chip)
        self._grid.setHorizontalSpacing(look.px(16))
        self._grid.setVerticalSpacing(look.px(5))
        self._grid.setColumnStretch(1, 1)
        out = QHBoxLayout()
        out.addWidget(Text(look, "label", tr("Trying things out"), weight=600), 1)
        out.addWidget(self._out)
        foot = QHBoxLayout()
        foot.setSpacing(look.px(12))
        foot.addWidget(self.back)
        foot.addWidget(self.unpin)
        foot.addWidget(self._beside, 1)
        column = column_of(self, look)
        column.addLayout(head)
        column.addSpacing(look.px(4))
        column.addLayout(self._grid)
        column.addSpacing(look.px(6))
        column.addLayout(out)
        column.addWidget(self._share)
        column.addWidget(self._told)
        column.addStretch(1)
        column.addLayout(foot)

    def show_page(self, page: ModelPage, entry: Entry, now: datetime) -> None:
        """Show another model."""
        self.title.setText(tr("In use: model {n}").format(n=entry.number))
        self.chip.set_text(
            tr("Pinned") if entry.pinned else tr("Learns on"), icon="lock" if entry.pinned else "check"
        )
        rows = [
            (tr("Since"), words.since(entry, now)),
            (tr("Trained on"), words.trained_on(entry.learned)),
            (tr("Data from"), words.span(entry.learned)),
            (tr("Left out"), tr("{n} who turned personal suggestions off").format(n=number(page.left_out))),
            (tr("So far"), words.going(page.going)),
        ]
        _fill(self._look, self._grid, rows)
        out, told, share = words.trying_out(page)
        self._out.setText(out)
        self._told.setText(told)
        self._share.show_share(share)
        self.back.setVisible(page.before is not None)
        text = tr("Roll back to model {n}").format(n=page.before or 0)
        self.back.setText(text)
        self.back.setAccessibleName(text)
        self.back.updateGeometry()
        self.unpin.setVisible(entry.pinned)
        said = tr("From the next visit on. Nothing is lost.")
        self._beside.setText(
            said if page.before is not None else tr("The first one: there is none before it.")
        )


def _fill(look: Look, grid: QGridLayout, rows: Sequence[tuple[str, str]]) -> None:
    empty(grid)
    for place, (name, value) in enumerate(rows):
        label = Text(look, "label", name, "textTertiary", weight=400)
        said = Text(look, "label", value, weight=500)
        said.setWordWrap(True)
        grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(said, place, 1)
