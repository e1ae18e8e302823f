"""The grounds of a heat map's cells, from less than usual to the most, and the legend that names them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from assistant.ui.theme import Look

SHADES = (0.8, 1.25, 1.6, 2.0, 2.5)
"""Where one ground ends and the next begins, in times the usual."""
GROUNDS = (
    # ground, border, ink, weight
    ("sunken", None, "textTertiary", 400),
    ("surface", "border", "textSecondary", 400),
    ("accentSoft", "accentSoftBorder", "textSecondary", 400),
    ("chartBand", None, "text", 400),
    ("accentSoftBorder", None, "text", 500),
    ("accent", None, "onAccent", 600),
)
RADIUS = 4


def shade_of(times: float) -> int:
    """Which of the grounds: 0 is less than usual, 1 about as usual, 5 the most."""
    return sum(times >= border for border in SHADES)


def paint_ground(painter: QPainter, look: Look, area: QRectF, shade: int | None) -> None:
    """The ground of a cell, as in the map and in its legend; hatched where there is too little to say."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground, border = GROUNDS[shade][:2] if shade is not None else ("surface", None)
    painter.setBrush(look.color(ground))
    painter.setPen(QPen(look.color(border), 1) if border else Qt.PenStyle.NoPen)
    inner = area.adjusted(0.5, 0.5, -0.5, -0.5) if border else area
    painter.drawRoundedRect(inner, RADIUS, RADIUS)
    if shade is None:
        _hatch(painter, look, area)
    painter.restore()


def _hatch(painter: QPainter, look: Look, area: QRectF) -> None:
    inside = QPainterPath()
    inside.addRoundedRect(area, RADIUS, RADIUS)
    painter.setClipPath(inside)
    painter.setPen(QPen(look.color("divider"), 3))
    x = area.left()
    while x < area.right() + area.height():
        painter.drawLine(QPointF(x, area.top()), QPointF(x - area.height(), area.bottom()))
        x += 8


class Shades(QWidget):
    """The legend of the grounds."""

    def __init__(self, look: Look, title: str, words: Sequence[tuple[str, int | None]]) -> None:
        super().__init__()
        self._look, self._title, self._words = look, title, tuple(words)
        self.setAccessibleName(f"{title}: {', '.join(text for text, _ in words)}")
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(560), self._look.px(18))

    def _whole(self, font: QFont, each: int) -> int:
        """How wide the shades and their words are without a gap between them."""
        return sum(QFontMetrics(font).horizontalAdvance(text) + each + 3 for text, _ in self._words)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        wide, gap = look.px(22), look.px(7)
        bold, plain = look.font("caption", weight=600), look.font("caption", weight=400)
        least = round(0.8 * plain.pixelSize())
        while (whole := self._whole(plain, wide + gap)) > self.width() and plain.pixelSize() > least:
            plain.setPixelSize(plain.pixelSize() - 1)
        if whole > self.width():
            wide, gap = look.px(12), look.px(4)
            whole = self._whole(plain, wide + gap)
        title = QFontMetrics(bold).horizontalAdvance(self._title)
        spare = (self.width() - whole - title) / len(self._words)
        if spare < look.px(6):  # the words for the shades matter more than their title
            title, spare = 0, (self.width() - whole) / len(self._words)
        else:
            painter.setFont(bold)
            painter.setPen(look.color("textSecondary"))
            painter.drawText(0, 0, title + 1, self.height(), int(Qt.AlignmentFlag.AlignVCenter), self._title)
        between = max(3, min(spare, look.px(14)))
        x = title + (between if title else 0)
        for text, shade in self._words:
            high = look.px(14)
            area = QRectF(x, (self.height() - high) / 2, wide, high)
            paint_ground(painter, look, area, shade)
            if shade == 0:
                painter.setPen(QPen(look.color("border"), 1))
                painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            painter.setFont(plain)
            painter.setPen(look.color("textTertiary"))
            advance = QFontMetrics(plain).horizontalAdvance(text)
            line = QRectF(x + wide + gap, 0, advance + 1, self.height())
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), text)
            x += wide + gap + advance + between
