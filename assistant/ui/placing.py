"""In which store this counter stands: asked once where the shop has several, changed in Settings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from assistant.records import Store
from assistant.store import preferences
from assistant.ui.choices import Choices, Option
from assistant.ui.parts import Text
from assistant.ui.questions import Questions
from assistant.ui.theme import Look

_WHERE_THEY_WORK = ""  # as the setting has it: the store of whoever is signed in


class Placing(QWidget):
    """The shop's stores, and last that it is not always the same one."""

    placed = Signal()

    def __init__(
        self, look: Look, questions: Questions, stores: Sequence[Store], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._questions = questions
        options = [Option(one.store_id, "store", one.name, "") for one in stores]
        moves = Option(
            _WHERE_THEY_WORK, "users", self.tr("It moves"), self.tr("The store of whoever signs in")
        )
        self.stores = Choices(look, [*options, moves])
        self.stores.chosen.connect(self._place)
        whole = QWidget()
        whole.setFixedWidth(look.px(560))
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(Text(look, "title", self.tr("Where is this counter?")))
        meaning = self.tr("Whose stock is shown. Settings can change it.")
        inside.addWidget(Text(look, "body", meaning, "textSecondary"))
        inside.addSpacing(12)
        inside.addWidget(self.stores)
        inside.addStretch(1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.addStretch(1)
        column.addWidget(whole, 4, Qt.AlignmentFlag.AlignHCenter)
        area = QScrollArea()  # a chain has many
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(middle)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(area)

    def focus_first(self) -> None:
        """Put the focus on the first store."""
        self.stores.focus_on()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.stores.press(event.text()):
            super().keyPressEvent(event)

    def _place(self, store_id: str) -> None:
        self.stores.setEnabled(False)  # a second key would choose twice
        keep = partial(preferences.put, key="counter.store", value=store_id)
        self._questions.ask(keep, lambda _: self.placed.emit(), key="placing")
