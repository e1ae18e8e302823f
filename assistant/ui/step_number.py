"""The number of a step, in a circle."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from assistant.ui.theme import Look


class StepNumber(QWidget):
    """Stands before what is to be done."""

    def __init__(self, look: Look, number: int) -> None:
        super().__init__()
        self._look, self._number = look, number
        self.setFixedSize(look.px(22), look.px(22))
        self.setAccessibleName(str(number))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("declinedBorder"), 1))
        painter.setBrush(look.color("declinedSoft"))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("caption"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
