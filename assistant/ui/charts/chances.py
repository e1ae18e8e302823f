"""Said and seen: a dot with its interval for each group, beside the line where they are the same."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.measure.intervals import Z, wilson
from assistant.store.models import Group
from assistant.ui import wording
from assistant.ui.theme import Look

FEWEST = 10  # cases of a group; smaller ones are put together
_STEPS = (0.02, 0.05, 0.1, 0.2, 0.25)
_LINES = 5


def merged(groups: Sequence[Group]) -> list[Group]:
    """Groups of at least `FEWEST` cases, each put together with the next where it has fewer."""
    found: list[Group] = []
    for one in groups:
        if found and (found[-1].n < FEWEST or one.n < FEWEST):
            last = found.pop()
            n = last.n + one.n
            one = Group(
                (last.said * last.n + one.said * one.n) / n, (last.seen * last.n + one.seen * one.n) / n, n
            )
        found.append(one)
    return found


class ChanceChart(QWidget):
    """How often came what was said, group by group."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._groups: list[Group] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(wording.tr("Do its chances come true?"))
        look.changed.connect(self.updateGeometry)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show other groups."""
        self._groups = merged(groups)
        said = wording.tr("said {said}%, came {seen}% of {n}")
        self.setAccessibleDescription(
            "; ".join(
                said.format(said=round(100 * one.said), seen=round(100 * one.seen), n=wording.number(one.n))
                for one in self._groups
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(360), self._look.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(180), self._look.px(104))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._look
        font = look.font("caption", tabular=True, weight=400)
        painter.setFont(font)
        bounds = [(one, wilson(one.seen, one.n, Z)) for one in self._groups]
        top = max([0.05, *(max(one.said, high) for one, (_, high) in bounds)])
        step = next((s for s in _STEPS if s * _LINES >= top), 0.25)
        most = step * -(-top // step)
        metrics = QFontMetrics(font)
        left = metrics.horizontalAdvance("100") + look.px(10)
        whole = QRectF(self.rect())
        plot = whole.adjusted(left, look.px(8), -look.px(12), -(metrics.height() + look.px(6)))

        def at(x: float, y: float) -> QPointF:
            return QPointF(plot.left() + plot.width() * x / most, plot.bottom() - plot.height() * y / most)

        self._grid(painter, plot, step, most)
        painter.setPen(QPen(look.color("chartNeutral"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(at(0, 0), at(most, most))
        painter.setPen(look.color("textTertiary"))
        same = wording.tr("said is what came")
        place = at(0.62 * most, 0.62 * most)
        room = metrics.horizontalAdvance(same)
        painter.drawText(QPointF(place.x() - room - look.px(14), place.y()), same)
        ink = look.color("chartLine")
        for one, (low, high) in bounds:
            painter.setPen(QPen(ink, look.px(3)))
            painter.drawLine(at(one.said, low), at(one.said, high))
            painter.setPen(QPen(look.color("surface"), look.px(2)))
            painter.setBrush(ink)
            painter.drawEllipse(at(one.said, one.seen), look.px(6), look.px(6))

    def _grid(self, painter: QPainter, plot: QRectF, step: float, most: float) -> None:
        look = self._look
        for n in range(round(most / step) + 1):
            share = n * step
            y = plot.bottom() - plot.height() * share / most
            x = plot.left() + plot.width() * share / most
            painter.setPen(QPen(look.color("chartGrid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(look.color("textSecondary"))
            text, high = str(round(100 * share)), QFontMetrics(painter.font()).height()
            side = QRectF(0, y - high / 2, plot.left() - look.px(8), high)
            painter.drawText(side, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
            below = QRectF(x - look.px(20), plot.bottom() + look.px(4), look.px(40), high)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), text)
