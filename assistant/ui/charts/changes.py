"""More and less: a bar to the right or the left of one line for each of a few things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.ui.theme import Look

_ROW = 26


@dataclass(frozen=True, slots=True)
class Moved:
    """What changes, its base in words, by how much, and that in words."""

    name: str
    base: str
    by: float
    said: str


class ChangeBars(QWidget):
    """Rows of what changes, the most first."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows: Sequence[Moved] = ()
        self._most = 1.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_rows(self, rows: Sequence[Moved], most: float) -> None:
        """Show other rows; `most` is the greatest change of all charts that stand together."""
        self._rows, self._most = rows, max(most, 1e-9)
        self.setAccessibleDescription("; ".join(f"{one.name}, {one.base}: {one.said}" for one in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(380), self._look.px(_ROW) * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._look
        name, small = look.font("body", weight=500), look.font("label", weight=400)
        value = look.font("body", tabular=True, weight=600)
        right = max((QFontMetrics(value).horizontalAdvance(one.said) for one in self._rows), default=0)
        bars = min(look.px(110), self.width() * 0.25)
        zero = self.width() - right - look.px(24) - bars / 2
        row = look.px(_ROW)
        for place, one in enumerate(self._rows):
            area = QRectF(0, row * place, self.width(), row)
            middle = area.center().y()
            self._words(painter, one, area, zero - bars / 2 - look.px(12), (name, small))
            painter.setPen(QPen(look.color("chartGrid"), 1))
            painter.drawLine(QPointF(zero, area.top() + 2), QPointF(zero, area.bottom() - 2))
            length = bars / 2 * one.by / self._most
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("chartLine" if one.by > 0 else "chartNeutral"))
            thick = look.px(10)
            bar = QRectF(zero, middle - thick / 2, length, thick).normalized()
            painter.drawRoundedRect(bar, 2, 2)
            painter.setFont(value)
            painter.setPen(look.color("text"))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), one.said)

    def _words(
        self, painter: QPainter, one: Moved, area: QRectF, room: float, fonts: tuple[QFont, QFont]
    ) -> None:
        name, small = fonts
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        base = QFontMetrics(small).horizontalAdvance(one.base)
        metrics = QFontMetrics(name)
        text = metrics.elidedText(
            one.name, Qt.TextElideMode.ElideRight, int(max(40.0, room - base - self._look.px(10)))
        )
        painter.setFont(name)
        painter.setPen(self._look.color("text"))
        painter.drawText(area, left, text)
        painter.setFont(small)
        painter.setPen(self._look.color("textTertiary"))
        after = area.adjusted(metrics.horizontalAdvance(text) + self._look.px(10), 0, 0, 0)
        painter.drawText(after, left, one.base)
