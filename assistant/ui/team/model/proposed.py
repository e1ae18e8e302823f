"""The panel of pairings that associates proposed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.measure.model_page import Proposal
from assistant.ui.emptying import empty
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.team.model import words
from assistant.ui.team.model.parts import column_of
from assistant.ui.theme import Look
from assistant.ui.wording import counted, tr

SMALL = 36
SHOWN = 2  # proposals with their buttons


class ProposedPanel(Panel):
    """What associates proposed, each with a manager's two answers."""

    decided = Signal(object, str)  # Proposal, put_in or kept

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._count = Text(look, "label", "", "textTertiary", weight=400)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(look.px(8))
        head = QHBoxLayout()
        head.addWidget(Text(look, "name", tr("Proposed by associates")), 1)
        head.addWidget(self._count)
        column = column_of(self, look)
        column.addLayout(head)
        column.addLayout(self._rows)
        column.addStretch(1)

    def show_proposals(self, found: Sequence[Proposal], now: datetime) -> None:
        """Show what waits."""
        empty(self._rows)
        self._count.setText(counted(len(found), tr("1 open"), tr("{n} open")))
        for one in found[:SHOWN]:
            self._rows.addWidget(self._row(one, now))
        if not found:
            nothing = tr("Nothing waits. Associates propose a pairing at the counter.")
            text = Text(self._look, "label", nothing, "textTertiary", weight=400)
            text.setWordWrap(True)
            self._rows.addWidget(text)
        elif len(found) > SHOWN:
            more = tr("{n} more after these").format(n=len(found) - SHOWN)
            self._rows.addWidget(Text(self._look, "label", more, "textTertiary", weight=400))

    def _row(self, one: Proposal, now: datetime) -> QWidget:
        look, (names, base) = self._look, words.proposal(one, now)
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(2))
        title = Text(look, "body", names, weight=600)
        title.setWordWrap(True)
        column.addWidget(title)
        told = Text(look, "label", base, "textTertiary", weight=400)
        told.setWordWrap(True)
        column.addWidget(told)
        column.addSpacing(look.px(4))
        buttons = QHBoxLayout()
        buttons.setSpacing(look.px(8))
        for text, icon, decision in ((tr("Approve"), "check", "put_in"), (tr("Refuse"), "minus", "kept")):
            button = Button(look, text, icon=icon, height=SMALL)
            button.setAccessibleName(f"{text}, {names}")
            button.clicked.connect(self._deciding(one, decision))
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return row

    def _deciding(self, one: Proposal, decision: str) -> Callable[[bool], None]:
        return lambda _on: self.decided.emit(one, decision)
