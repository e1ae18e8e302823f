"""What the main column says where it holds back by somebody's wish: no offers today, one at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.ui.counter.actions import KeyButton
from assistant.ui.parts import Button, Text
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class NoOffers(QWidget):
    """The customer wants to hear of nothing today; the one way back."""

    offers_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = Text(look, "title", tr("No offers today"))
        self._text = Text(look, "body", token="textSecondary")
        self.again = Button(look, tr("Undo"), key="Z")
        self.again.clicked.connect(lambda _on: self.offers_asked.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        for text in (self._title, self._text):
            text.setWordWrap(True)
            column.addWidget(text)
        column.addSpacing(12)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        look.changed.connect(self._fit)
        self._fit()
        self.hide()

    def _fit(self) -> None:
        for text in (self._title, self._text):
            text.setMaximumWidth(self._look.px(560))

    def say(self, name: str) -> None:
        """Say whose wish it is."""
        if name:
            words = tr("{name} would rather hear of none. Nothing more is suggested today.")
            self._text.setText(words.format(name=name))
        else:
            self._text.setText(tr("Nothing more is suggested in this visit."))


class QuietMode(QWidget):
    """One suggestion at a time, because others wait; and the way back to all."""

    all_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon = QLabel()
        self._text = Text(look, "label", tr("One suggestion only, for a queue."), "textSecondary", weight=400)
        self.show_all = KeyButton(look, tr("Show all"), "Q")
        self.show_all.clicked.connect(lambda _on: self.all_asked.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self.show_all)
        look.changed.connect(self._draw)
        self._draw()
        self.hide()

    def _draw(self) -> None:
        self._icon.setPixmap(self._look.pixmap("users", "textSecondary", 18))
