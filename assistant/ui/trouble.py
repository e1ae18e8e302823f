"""A bar under the top bar that says what went wrong, what is safe, and what to do; never in the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.ui.parts import Button, Text
from assistant.ui.theme import Look

_HEIGHT = 36


class TroubleBar(QFrame):
    """One trouble at a time, the newest; closing it forgets it."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trouble")
        self._look = look
        self._details = ""
        self._again: Callable[[], object] | None = None
        self._icon = QLabel()
        self._sentence = Text(look, "body", token="faultText", weight=600)
        self._safe = Text(look, "label", token="textSecondary", weight=400)
        for text in (self._sentence, self._safe):
            text.setWordWrap(True)
        self._try = Button(look, self.tr("Try again"), icon="refresh-cw", height=_HEIGHT)
        self._copy = Button(look, self.tr("Copy details"), "quiet", height=_HEIGHT)
        self._close = Button(look, self.tr("Close"), "quiet", height=_HEIGHT)
        self._try.clicked.connect(self._do_again)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.details))
        self._close.clicked.connect(self.hide)
        self._lay_out()
        self.hide()
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def sentence(self) -> str:
        """What is being said."""
        return self._sentence.text() if not self.isHidden() else ""

    @property
    def details(self) -> str:
        """What goes to the clipboard."""
        return "\n".join(part for part in (self._sentence.text(), self._safe.text(), self._details) if part)

    def say(
        self, sentence: str, safe: str = "", *, details: str = "", again: Callable[[], object] | None = None
    ) -> None:
        """Say what went wrong and what is safe; `again` is what Try again does."""
        self._details, self._again = details, again
        self._sentence.setText(sentence)
        self._safe.setText(safe)
        self._safe.setVisible(bool(safe))
        self._try.setVisible(again is not None)
        self.setAccessibleName(f"{sentence} {safe}".strip())
        self.show()

    def _do_again(self) -> None:
        again, self._again = self._again, None
        self.hide()
        if again is not None:
            again()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._sentence)
        words.addWidget(self._safe)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 10, 16, 10)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addSpacing(4)
        row.addLayout(words, 1)
        for button in (self._try, self._copy, self._close):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def _restyle(self) -> None:
        self._icon.setPixmap(self._look.pixmap("triangle-alert", "fault", 20))
