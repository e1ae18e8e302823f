"""What the funnel's dots mean: shapes and their words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.ui.team import words
from assistant.ui.theme import Look


class FunnelKey(QWidget):
    """Hollow, filled and dashed."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._kinds = (
            (words.tr("may be chance"), "chartNeutral", False, False),
            (words.tr("outside 99.8%"), "chartLine", True, False),
            (words.tr("under 50 sales"), "chartNeutral", False, True),
        )
        self.setAccessibleName(". ".join(text for text, *_ in self._kinds))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        look = self._look
        metrics = QFontMetrics(look.font("caption", weight=400))
        return QSize(
            sum(metrics.horizontalAdvance(text) + look.px(38) for text, *_ in self._kinds), look.px(20)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = look.px(8), self.height() / 2
        for text, token, filled, dashed in self._kinds:
            pen = QPen(look.color(token), 2)
            if dashed:
                pen.setDashPattern([1.6, 1.4])
            painter.setPen(pen)
            painter.setBrush(look.color(token if filled else "surface"))
            painter.drawEllipse(QPointF(x, middle), look.px(5), look.px(5))
            painter.setFont(look.font("caption", weight=400))
            painter.setPen(look.color("textSecondary"))
            width = QFontMetrics(painter.font()).horizontalAdvance(text) + 2
            start = x + look.px(12)
            painter.drawText(start, 0, width, self.height(), int(Qt.AlignmentFlag.AlignVCenter), text)
            x = start + width + look.px(24)
