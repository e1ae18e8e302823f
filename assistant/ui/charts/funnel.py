"""The funnel: people by their sales and rate, between the limits that chance alone would keep them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.measure.fairness import Compared, Fairness
from assistant.ui import wording
from assistant.ui.charts.ink import Ink
from assistant.ui.charts.labels import Label, placed
from assistant.ui.parts import paint_focus
from assistant.ui.team import words
from assistant.ui.theme import Look

_DOT = 6
_RIGHT, _LEFT, _BOTTOM = 104, 34, 44
_STEPS = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class _Axes:
    """Which sales and rates the plot shows, and where."""

    plot: QRectF
    most: float
    low: float
    high: float

    def at(self, sales: float, rate: float) -> QPointF:
        x = self.plot.left() + self.plot.width() * sales / self.most
        return QPointF(
            x, self.plot.bottom() - self.plot.height() * (rate - self.low) / (self.high - self.low)
        )


class FunnelPlot:
    """Limits, team rate and dots, to be painted on anything."""

    def __init__(self, look: Ink, found: Fairness, chosen: str | None = None) -> None:
        self._look, self._found, self._chosen = look, found, chosen

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint into an area."""
        axes = self.axes(area)
        self._limits(painter, axes)
        self._grid(painter, axes)
        self._names(painter, axes)
        for one in self._found.people:
            self._dot(painter, axes, one)
        self._beside(painter, axes)

    def axes(self, area: QRectF) -> _Axes:
        """Axes that hold everybody, and the limits of all but the smallest numbers of sales."""
        look, found = self._look, self._found
        plot = area.adjusted(look.px(_LEFT), look.px(8), -look.px(_RIGHT), -look.px(_BOTTOM))
        most = float(max(one.sales for one in found.funnel))
        shown = [one for one in found.funnel if one.sales >= most / 5]
        rates = [one.adjusted for one in found.people]
        low = min([one.outer_low for one in shown] + rates)
        high = max([one.outer_high for one in shown] + rates)
        return _Axes(plot, most, max(0.0, low - 0.02), min(1.0, high + 0.02))

    def dots(self, area: QRectF) -> list[tuple[QPointF, Compared]]:
        """Where everybody is."""
        axes = self.axes(area)
        return [(axes.at(one.sales, one.adjusted), one) for one in self._found.people]

    def _limits(self, painter: QPainter, axes: _Axes) -> None:
        look, curve = self._look, self._found.funnel
        painter.save()
        painter.setClipRect(axes.plot)
        for low, high, token in (("outer_low", "outer_high", "sunken"), ("low", "high", "accentSoft")):
            above = [axes.at(one.sales, getattr(one, high)) for one in curve]
            below = [axes.at(one.sales, getattr(one, low)) for one in curve]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(token))
            painter.drawPolygon(QPolygonF(above + below[::-1]))
            pen = QPen(look.color("chartNeutral"), 1.4)
            if low == "outer_low":
                pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(above))
            painter.drawPolyline(QPolygonF(below))
        painter.restore()

    def _grid(self, painter: QPainter, axes: _Axes) -> None:
        look, plot = self._look, axes.plot
        painter.setFont(look.font("caption"))
        step = 0.05 if axes.high - axes.low < 0.4 else 0.1
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        tick = step * (axes.low // step + 1)
        while tick < axes.high:
            y = round(axes.at(0, tick).y()) + 0.5
            painter.setPen(QPen(look.color("chartGrid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(look.color("textTertiary"))
            where = QRectF(plot.left() - look.px(_LEFT), y - look.px(8), look.px(_LEFT - 8), look.px(16))
            painter.drawText(where, right, words.decimal(100 * tick, 0))
            tick += step
        apart = next((one for one in _STEPS if axes.most / one <= 8), _STEPS[-1])
        for sales in range(0, int(axes.most) + 1, apart):
            x = axes.at(sales, axes.low).x()
            where = QRectF(x - look.px(30), plot.bottom() + look.px(5), look.px(60), look.px(16))
            painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), wording.number(sales))
        under = QRectF(plot.left(), plot.bottom() + look.px(24), plot.width(), look.px(17))
        text = words.tr("Sales that could carry an add-on")
        painter.drawText(under, int(Qt.AlignmentFlag.AlignCenter), text)
        pen = QPen(look.color("chartNeutral"), 1.6)
        pen.setDashPattern([1.2, 2])
        painter.setPen(pen)
        y = axes.at(0, self._found.team_rate).y()
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

    def _beside(self, painter: QPainter, axes: _Axes) -> None:
        """What each line is, at its right end; moved apart where they would touch."""
        look, last = self._look, self._found.funnel[-1]
        rate = words.decimal(100 * self._found.team_rate)
        said = [
            (axes.at(0, last.outer_high).y(), words.tr("99.8% limit"), 400),
            (axes.at(0, last.high).y(), words.tr("95% limit"), 400),
            (axes.at(0, self._found.team_rate).y(), words.tr("expected {rate}").format(rate=rate), 600),
            (axes.at(0, last.low).y(), words.tr("95% limit"), 400),
            (axes.at(0, last.outer_low).y(), words.tr("99.8% limit"), 400),
        ]
        before = -1e9
        for y, text, weight in said:
            middle = max(y, before + look.px(15))
            before = middle
            painter.setFont(look.font("caption", weight=weight))
            painter.setPen(look.color("text" if weight > 400 else "textSecondary"))
            where = QRectF(
                axes.plot.right() + look.px(8), middle - look.px(8), look.px(_RIGHT - 8), look.px(16)
            )
            painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _names(self, painter: QPainter, axes: _Axes) -> None:
        look = self._look
        metrics = QFontMetrics(look.font("label", weight=600))
        wanted = [
            Label(one.name, axes.at(one.sales, one.adjusted), metrics.horizontalAdvance(one.name))
            for one in self._found.people
        ]
        for one, label in zip(self._found.people, placed(wanted, axes.plot, look.px(15), look.px(_DOT)),
                              strict=True):  # fmt: skip
            if label is None:
                continue
            area, leads = label
            if leads:
                painter.setPen(QPen(look.color("chartNeutral"), 1))
                painter.drawLine(axes.at(one.sales, one.adjusted), area.center())
                painter.fillRect(area, look.color("accentSoft"))
            bold = one.standing in ("above", "below") or one.associate_id == self._chosen
            painter.setFont(look.font("label", weight=600 if bold else 400))
            painter.setPen(look.color("text"))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), one.name)

    def _dot(self, painter: QPainter, axes: _Axes, one: Compared) -> None:
        look, at = self._look, axes.at(one.sales, one.adjusted)
        clear = one.standing in ("above", "below")
        pen = QPen(look.color("chartLine" if clear else "chartNeutral"), 2)
        if one.standing == "few":
            pen.setDashPattern([1.6, 1.4])
        painter.setPen(pen)
        painter.setBrush(look.color("chartLine" if clear else "surface"))
        size = look.px(_DOT)
        painter.drawEllipse(at, size, size)
        if one.associate_id == self._chosen:
            painter.setPen(QPen(look.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, size + look.px(4), size + look.px(4))


class FunnelChart(QWidget):
    """The funnel in a panel: a click on a dot or Enter opens it, arrows go from dot to dot by sales."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._found: Fairness | None = None
        self._current: str | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(words.tr("Attachment rate by sales, with the limits of chance"))
        look.changed.connect(self.update)

    def show_funnel(self, found: Fairness, spoken: Sequence[str]) -> None:
        """Show another comparison; `spoken` tells everybody's place in words."""
        self._found = found
        self.setAccessibleDescription(". ".join(spoken))
        self.update()

    def choose(self, associate_id: str | None) -> None:
        """Ring somebody's dot."""
        self._current = associate_id
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(600), self._look.px(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(360), self._look.px(200))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._found is not None and self._found.funnel:
            FunnelPlot(self._look, self._found, self._current).paint(painter, QRectF(self.rect()))
        if self.hasFocus():
            paint_focus(painter, self._look, self.rect(), 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        people = sorted(self._found.people, key=lambda one: one.sales) if self._found else []
        ids = [one.associate_id for one in people]
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if key in steps and ids:
            at = ids.index(self._current) + steps[key] if self._current in ids else 0
            self.chosen.emit(ids[max(0, min(len(ids) - 1, at))])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current is not None:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._found is None or not self._found.funnel:
            return
        reach = self._look.px(22)
        dots = FunnelPlot(self._look, self._found).dots(QRectF(self.rect()))
        near = [(QPointF(at - event.position()).manhattanLength(), one) for at, one in dots]
        distance, one = min(near, key=lambda pair: pair[0], default=(reach + 1, None))
        if one is not None and distance <= reach:
            self.opened.emit(one.associate_id)
