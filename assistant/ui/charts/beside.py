"""Two estimates with their intervals, one under the other on one scale, and a line through the first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.store.models import Interval
from assistant.ui import wording
from assistant.ui.theme import Look

_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
_TICKS = 7


class BesideChart(QWidget):
    """Named estimates in hundredths; the first is filled, the others are rings."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows: Sequence[tuple[str, Interval]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.updateGeometry)

    def show_rows(self, name: str, rows: Sequence[tuple[str, Interval]]) -> None:
        """Show other estimates."""
        self._rows = rows
        self.setAccessibleName(name)
        self.setAccessibleDescription("; ".join(f"{one}: {_spoken(found)}" for one, found in rows))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(420), self._look.px(140))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(180), self._look.px(96))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._look
        label, small = look.font("label", weight=600), look.font("caption", tabular=True, weight=400)
        names = max(QFontMetrics(label).horizontalAdvance(name) for name, _ in self._rows) + look.px(20)
        high = QFontMetrics(small).height()
        plot = QRectF(self.rect()).adjusted(names, look.px(4), -look.px(16), -(high + look.px(4)))
        least = min(100 * one.low for _, one in self._rows)
        most = max(100 * one.high for _, one in self._rows)
        step = next((s for s in _STEPS if s * (_TICKS - 2) >= most - least), _STEPS[-1])
        first, last = step * (least // step), step * -(-most // step)
        reach = max(last - first, step)

        def x(value: float) -> float:
            return plot.left() + plot.width() * (value - first) / reach

        painter.setFont(small)
        for n in range(round(reach / step) + 1):
            at = first + n * step
            painter.setPen(QPen(look.color("chartGrid"), 1))
            painter.drawLine(QPointF(x(at), plot.top()), QPointF(x(at), plot.bottom()))
            painter.setPen(look.color("textSecondary"))
            text = f"{at:.1f}".removesuffix(".0").replace(".", wording.locale().decimalPoint())
            area = QRectF(x(at) - look.px(24), plot.bottom() + look.px(4), look.px(48), high)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignHCenter), text)
        painter.setPen(QPen(look.color("chartNeutral"), 1, Qt.PenStyle.DashLine))
        through = x(100 * self._rows[0][1].value)
        painter.drawLine(QPointF(through, plot.top()), QPointF(through, plot.bottom()))
        for place, (name, one) in enumerate(self._rows):
            y = plot.top() + plot.height() * (place + 0.5) / len(self._rows)
            ink = look.color("chartLine" if place == 0 else "chartNeutral")
            painter.setFont(label)
            painter.setPen(look.color("text"))
            side = QRectF(0, y - high, names, 2 * high)
            painter.drawText(side, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
            painter.setPen(QPen(ink, look.px(4), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(x(100 * one.low), y), QPointF(x(100 * one.high), y))
            painter.setPen(QPen(ink, look.px(2)))
            painter.setBrush(ink if place == 0 else look.color("surface"))
            painter.drawEllipse(QPointF(x(100 * one.value), y), look.px(6), look.px(6))


def _spoken(found: Interval) -> str:
    value, low, high = (f"{100 * one:.1f}" for one in (found.value, found.low, found.high))
    return wording.tr("{value}, 95% between {low} and {high}").format(value=value, low=low, high=high)
