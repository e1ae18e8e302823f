"""The rate week by week: a line with the band of its interval and the target; a gap without sales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.records import Figure
from assistant.store.targets import Initiative
from assistant.ui.charts.ink import Ink
from assistant.ui.team import words
from assistant.ui.theme import Look

_LABELS = 3
_LINES = 2  # of names of what began


class WeekLine:
    """The line, its band and its axes, to be painted on anything; a figure's key is its week's number."""

    def __init__(
        self,
        look: Ink,
        weekly: Sequence[Figure],
        since: datetime,
        until: datetime,
        target: float | None,
        began: Sequence[Initiative] = (),
    ) -> None:
        self._look, self._since, self._target = look, since, target
        self._weeks = {int(row.key): row for row in weekly if row.value is not None}
        self._began = sorted(began, key=lambda one: one.began)
        self._count = max(1, round((until - since) / timedelta(weeks=1)))

    def spoken(self) -> str:
        """Every week with its rate, for a screen reader."""
        said = [
            f"{words.short_day(self._since + timedelta(weeks=week))}: {words.percent(row.value)}"
            for week, row in sorted(self._weeks.items())
        ]
        if self._target is not None:
            said.insert(0, words.tr("Target {rate}").format(rate=words.percent(self._target)))
        said += [
            words.tr("{name} began on {day}").format(name=one.name, day=words.short_day(_noon(one)))
            for one in self._began
        ]
        return "; ".join(said)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint into an area."""
        if not self._weeks:
            painter.setFont(self._look.font("label"))
            painter.setPen(self._look.color("textTertiary"))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), words.tr("No sales in these weeks"))
            return
        ticks = self._ticks()
        plot = self._plot(area, ticks)
        self._grid(painter, plot, ticks)
        for run in self._runs():
            self._run(painter, plot, ticks, run)
        self._aim(painter, plot, ticks)
        self._marks(painter, plot)
        self._days(painter, plot)

    def _aim(self, painter: QPainter, plot: QRectF, ticks: list[float]) -> None:
        """The target, as a dashed line."""
        if self._target is None:
            return
        y = self._y(plot, ticks, self._target)
        if plot.top() <= y <= plot.bottom():
            pen = QPen(self._look.color("chartTarget"), self._look.px(2))
            pen.setDashPattern([2.5, 2])
            painter.setPen(pen)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

    def _marks(self, painter: QPainter, plot: QRectF) -> None:
        """Where something began: a line down through its week, its name beside it where there is room."""
        look = self._look
        painter.setFont(look.font("caption", weight=500))
        metrics, high = QFontMetrics(painter.font()), look.px(15)
        week = self._x(plot, 1) - self._x(plot, 0)
        days = [(one.began - self._since.date()).days for one in self._began]
        places = [min(round(plot.left() + week * day / 7) + 0.5, plot.right()) for day in days]
        pen = QPen(look.color("textSecondary"), look.px(1.5))
        pen.setDashPattern([1.2, 1.6])
        painter.setPen(pen)
        for x in places:
            painter.drawLine(QPointF(x, plot.top() - look.px(6)), QPointF(x, plot.bottom()))
        taken = [plot.left()] * _LINES
        for one, x in zip(self._began, places, strict=True):
            line = next((n for n, end in enumerate(taken) if end <= x), None)
            if line is None:
                continue
            left = x > plot.center().x()
            room = x - taken[line] if left else plot.right() - x
            text = metrics.elidedText(one.name, Qt.TextElideMode.ElideRight, int(room - look.px(6)))
            width = metrics.horizontalAdvance(text) + 2
            start = x - look.px(4) - width if left else x + look.px(4)
            area = QRectF(start, plot.top() - look.px(8) + line * high, width, high)
            painter.fillRect(area, look.color("surface"))
            painter.setPen(look.color("textSecondary"))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
            taken[line] = max(x, start + width)

    def _ticks(self) -> list[float]:
        """Round shares, at most four, that hold the line; the band may reach a little above."""
        values = [row.value or 0.0 for row in self._weeks.values()]
        lows = [row.low if row.low is not None else row.value or 0.0 for row in self._weeks.values()]
        aim = [] if self._target is None else [self._target]
        low, high = min(lows + aim), max(values + aim)
        step = next((s for s in (0.02, 0.05, 0.1, 0.2, 0.5) if (high - low) / s <= 2.6), 0.5)
        begin = math.floor(low / step + 0.2) * step
        count = max(1, math.ceil((high - begin) / step))
        return [max(0.0, begin + step * k) for k in range(count + 1) if begin + step * k <= 1.0 + 1e-9]

    def _plot(self, area: QRectF, ticks: list[float]) -> QRectF:
        look = self._look
        left = max(QFontMetrics(look.font("caption")).horizontalAdvance(_tick(t)) for t in ticks)
        return area.adjusted(left + look.px(6), look.px(10), -look.px(8), -look.px(24))

    def _y(self, plot: QRectF, ticks: list[float], value: float) -> float:
        highs = [row.high for row in self._weeks.values() if row.high is not None]
        top = max([ticks[-1], *highs])
        return plot.bottom() - plot.height() * (value - ticks[0]) / max(1e-9, top - ticks[0])

    def _x(self, plot: QRectF, week: int) -> float:
        return plot.left() + plot.width() * week / max(1, self._count - 1)

    def _grid(self, painter: QPainter, plot: QRectF, ticks: list[float]) -> None:
        look = self._look
        painter.setFont(look.font("caption"))
        for tick in ticks:
            y = round(self._y(plot, ticks, tick)) + 0.5
            painter.setPen(QPen(look.color("chartGrid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(look.color("textTertiary"))
            area = QRectF(plot.left() - look.px(66), y - look.px(8), look.px(60), look.px(16))
            painter.drawText(
                area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), _tick(tick)
            )

    def _runs(self) -> list[list[int]]:
        """Weeks in a row that have a rate."""
        runs: list[list[int]] = []
        for week in sorted(self._weeks):
            if runs and runs[-1][-1] == week - 1:
                runs[-1].append(week)
            else:
                runs.append([week])
        return runs

    def _run(self, painter: QPainter, plot: QRectF, ticks: list[float], run: list[int]) -> None:
        look = self._look

        def at(week: int, value: float | None) -> QPointF:
            y = self._y(plot, ticks, value if value is not None else self._weeks[week].value or 0.0)
            return QPointF(self._x(plot, week), min(y, plot.bottom()))

        band = QPolygonF(
            [at(week, self._weeks[week].high) for week in run]
            + [at(week, self._weeks[week].low) for week in reversed(run)]
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("chartBand"))
        painter.drawPolygon(band)
        pen = QPen(look.color("chartLine"), look.px(2.4))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([at(week, self._weeks[week].value) for week in run]))
        if run[-1] == max(self._weeks) or len(run) == 1:
            painter.setPen(QPen(look.color("surface"), 2))
            painter.setBrush(look.color("chartLine"))
            painter.drawEllipse(at(run[-1], self._weeks[run[-1]].value), look.px(5), look.px(5))

    def _days(self, painter: QPainter, plot: QRectF) -> None:
        look = self._look
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("textTertiary"))
        step = max(1, math.ceil(self._count / _LABELS))
        shown = [week for week in range(0, self._count, step) if self._count - 1 - week >= step * 0.7]
        metrics = QFontMetrics(look.font("caption"))
        for week in [*shown, self._count - 1] if self._count > 1 else [0]:
            text = words.short_day(self._since + timedelta(weeks=week))
            width = metrics.horizontalAdvance(text) + 2
            x = self._x(plot, week) - width / 2
            x = min(max(x, plot.left()), plot.right() - width)
            area = QRectF(x, plot.bottom() + look.px(6), width, look.px(16))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), text)


def _noon(one: Initiative) -> datetime:
    return datetime.combine(one.began, time(12))


def _tick(value: float) -> str:
    return words.decimal(100 * value, 0)


class WeekChart(QWidget):
    """The line in a panel."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._line: WeekLine | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(words.tr("Weekly attachment rate"))
        look.changed.connect(self.update)

    def show_weeks(
        self,
        weekly: Sequence[Figure],
        since: datetime,
        until: datetime,
        target: float | None = None,
        began: Sequence[Initiative] = (),
    ) -> None:
        """Show other weeks."""
        self._line = WeekLine(self._look, weekly, since, until, target, began)
        self.setAccessibleDescription(self._line.spoken())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(300), self._look.px(140))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._line is not None:
            self._line.paint(painter, QRectF(self.rect()))
