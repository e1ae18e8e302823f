"""What stands in a colleague's visit's place until it is taken over: nothing of the customer."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from assistant.ui.counter.sections import Notice
from assistant.ui.theme import Look


class Veil(QWidget):
    """An empty page, with a sentence where something went wrong."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.notice = Notice(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.addWidget(self.notice)
        column.addStretch(1)
