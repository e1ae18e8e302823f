"""The two panels beside the table: the rate week by week with its band, and why customers declined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.records import Figure
from assistant.ui import wording
from assistant.ui.parts import fitted
from assistant.ui.team import words
from assistant.ui.theme import Look

_LABELS = 3


class WeekChart(QWidget):
    """A line with the band of its interval; a week without sales is a gap."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._weeks: dict[int, Figure] = {}
        self._since: datetime | None = None
        self._count = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def show_weeks(self, weekly: Sequence[Figure], since: datetime, until: datetime) -> None:
        """Show other weeks; a figure's key is its week's number from the first day."""
        self._weeks = {int(row.key): row for row in weekly if row.value is not None}
        self._since = since
        self._count = max(1, round((until - since) / timedelta(weeks=1)))
        self.setAccessibleName(words.tr("Weekly attachment rate"))
        self.setAccessibleDescription(
            "; ".join(
                f"{words.short_day(since + timedelta(weeks=week))}: {words.percent(row.value)}"
                for week, row in sorted(self._weeks.items())
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(300), self._look.px(140))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._weeks or self._since is None:
            painter.setFont(self._look.font("label"))
            painter.setPen(self._look.color("textTertiary"))
            painter.drawText(
                self.rect(), int(Qt.AlignmentFlag.AlignCenter), words.tr("No sales in these weeks")
            )
            return
        ticks = self._ticks()
        plot = self._plot(ticks)
        self._grid(painter, plot, ticks)
        for run in self._runs():
            self._run(painter, plot, ticks, run)
        self._days(painter, plot)

    def _ticks(self) -> list[float]:
        """Round shares, at most four, that hold the line; the band may reach a little above."""
        values = [row.value or 0.0 for row in self._weeks.values()]
        lows = [row.low if row.low is not None else row.value or 0.0 for row in self._weeks.values()]
        low, high = min(lows), max(values)
        step = next((s for s in (0.02, 0.05, 0.1, 0.2, 0.5) if (high - low) / s <= 2.6), 0.5)
        begin = math.floor(low / step + 0.2) * step
        count = max(1, math.ceil((high - begin) / step))
        return [max(0.0, begin + step * k) for k in range(count + 1) if begin + step * k <= 1.0 + 1e-9]

    def _plot(self, ticks: list[float]) -> QRectF:
        look = self._look
        left = max(QFontMetrics(look.font("caption")).horizontalAdvance(_tick(t)) for t in ticks)
        return QRectF(self.rect()).adjusted(left + look.px(6), look.px(10), -look.px(8), -look.px(24))

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
            area = QRectF(0, y - look.px(8), plot.left() - look.px(6), look.px(16))
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
        assert self._since is not None  # noqa: S101
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


def _tick(value: float) -> str:
    return words.decimal(100 * value, 0)


class ReasonBars(QWidget):
    """One bar per reason: how many, and which share of those with a reason."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._reasons: tuple[tuple[str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.updateGeometry)

    def show_reasons(self, reasons: Sequence[tuple[str, int]]) -> None:
        """Show other counts, the most frequent first."""
        self._reasons = tuple(sorted(reasons, key=lambda pair: -pair[1]))
        self.setAccessibleName(words.tr("Why customers declined"))
        self.setAccessibleDescription(
            "; ".join(f"{wording.reason(name)}: {wording.number(n)}" for name, n in self._reasons)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(300), self._look.px(34) * 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(22) * 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        total = sum(n for _, n in self._reasons)
        if total == 0:
            painter.setFont(look.font("label"))
            painter.setPen(look.color("textTertiary"))
            painter.drawText(
                self.rect(), int(Qt.AlignmentFlag.AlignCenter), words.tr("No declines with a reason")
            )
            return
        label = look.font("label", weight=400)
        names = max(QFontMetrics(label).horizontalAdvance(wording.reason(name)) for name, _ in self._reasons)
        row = min(look.px(34), self.height() / max(1, len(self._reasons)))
        start = min(names + look.px(14), self.width() - look.px(140))
        room = self.width() - start - look.px(100)
        most = max(n for _, n in self._reasons)
        for place, (name, n) in enumerate(self._reasons):
            area = QRectF(0, row * place, self.width(), row)
            self._row(painter, area, (start, room * n / most), name, (n, n / total))

    def _row(
        self, painter: QPainter, area: QRectF, bar: tuple[float, float], name: str, count: tuple[int, float]
    ) -> None:
        look = self._look
        middle, (start, length) = area.center().y(), bar
        said, room = wording.reason(name), start - look.px(6)
        longest = max(said.split(), key=len, default="")
        painter.setFont(fitted(look.font("label", weight=400), longest, room))
        painter.setPen(look.color("text"))
        left = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(QRectF(area.left(), area.top(), room, area.height()), left, said)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("chartNeutral"))
        thick = min(look.px(12), area.height() * 0.5)
        painter.drawRoundedRect(QRectF(start, middle - thick / 2, max(2.0, length), thick), 3, 3)
        painter.setFont(look.font("label", tabular=True, weight=400))
        painter.setPen(look.color("textTertiary"))
        painter.drawText(area.adjusted(0, 0, -look.px(46), 0), right, wording.number(count[0]))
        painter.setFont(look.font("label", tabular=True, weight=600))
        painter.setPen(look.color("text"))
        painter.drawText(area, right, words.percent(count[1], 0))
