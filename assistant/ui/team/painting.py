"""How the table's cells and headings are painted: names in two lines, numbers right, intervals drawn."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from assistant.measure.team import TeamFigures, TeamRow
from assistant.ui import wording
from assistant.ui.parts import paint_focus
from assistant.ui.team import words
from assistant.ui.team.rows import ROW, Column
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

PADDING = 8
EDGE = 15
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Scale:
    """The axis of the intervals: how far the column reaches, its two labels, and the rate of all who serve.

    `apart`: the team has orders without an associate too, so that its own rate is another.
    """

    begin: float = 0.0
    end: float = 1.0
    first: float = 0.0
    last: float = 1.0
    team: float | None = None
    apart: bool = False

    def x(self, area: QRectF, rate: float) -> float:
        return area.left() + area.width() * (rate - self.begin) / (self.end - self.begin)


def scale_of(found: TeamFigures) -> Scale:
    """An axis that holds the intervals of those who have enough sales, with round labels inside it."""
    rated = [row.attachment for row in found.rows if row.attachment and row.standing != "few"]
    rated += [found.team.attachment] if found.team.attachment else []
    if not rated:
        return Scale()
    low = min(f.low if f.low is not None else f.value or 0.0 for f in rated)
    high = max(f.high if f.high is not None else f.value or 0.0 for f in rated)
    reach = max(high - low, 0.02)
    begin, end = max(0.0, low - 0.04 * reach), min(1.0, high + 0.16 * reach)
    step = 0.05 if reach > 0.12 else 0.01
    first = step * -(-(begin + 0.12 * reach) // step)
    last = step * ((end - 0.12 * reach) // step)
    return Scale(begin, end, first, max(first, last), found.beside, found.unserved > 0)


def chart_area(look: Look, rect: QRect) -> QRectF:
    """Where in its cell an interval may reach."""
    return QRectF(rect).adjusted(look.px(10), 0, -look.px(8), 0)


class Cells(QStyledItemDelegate):
    """Paints one row, of an associate or of the team."""

    def __init__(self, look: Look, *, team: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look, self._team = look, team
        self.scale = Scale()
        self.people = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._look.px(60), row_height(self._look))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, rect, column = self._look, option.rect, Column(index.column())
        row: TeamRow = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, look.color("sunken" if self._team else "surface"))
        painter.setPen(QPen(look.color("divider" if not self._team else "border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if self._team:
            painter.drawLine(rect.topLeft(), rect.topRight())
        if column is Column.NAME:
            self._name(painter, rect, row)
        elif column is Column.CHART:
            self._interval(painter, rect, row)
        else:
            self._number(painter, rect, row, column, str(index.data()))
        painter.restore()

    def _name(self, painter: QPainter, rect: QRect, row: TeamRow) -> None:
        look = self._look
        area = rect.adjusted(look.px(EDGE), 0, -look.px(4), 0)
        name = words.tr("Team") if self._team else row.name
        under = words.place(row)
        if self._team:
            under = wording.counted(self.people, words.tr("1 associate"), words.tr("{n} associates"))
        for role, text, token, top, height, weight in (
            ("body", name, "text", 6, 18, 600),
            ("caption", under, "textTertiary", 24, 16, 400),
        ):
            font = look.font(role, weight=weight)
            painter.setFont(font)
            painter.setPen(look.color(token))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            line = QRect(area.left(), area.top() + look.px(top), area.width(), look.px(height))
            painter.drawText(line, _LEFT, shown)

    def _number(self, painter: QPainter, rect: QRect, row: TeamRow, column: Column, text: str) -> None:
        look = self._look
        few = row.standing == "few" and not self._team
        rate = column is Column.RATE
        bold = self._team or (rate and not few)
        role = "body" if rate else "label"
        painter.setFont(look.font(role, tabular=True, weight=600 if bold else 400))
        painter.setPen(look.color("textSecondary" if rate and few else "text"))
        edge = EDGE if column is Column.SATISFACTION else PADDING
        painter.drawText(rect.adjusted(0, 0, -look.px(edge), 0), _RIGHT, text)

    def _interval(self, painter: QPainter, rect: QRect, row: TeamRow) -> None:
        look, scale = self._look, self.scale
        area = chart_area(look, rect)
        middle = rect.center().y() + 0.5
        if scale.team is not None:
            team_line(painter, look, round(scale.x(area, scale.team)) + 0.5, rect)
        rate = row.attachment
        if rate is None or rate.value is None or rate.low is None or rate.high is None:
            return
        clear = self._team or row.standing in ("above", "below")
        few = row.standing == "few" and not self._team
        ink = look.color("chartLine" if clear else "chartNeutral")
        left, right = scale.x(area, rate.low), scale.x(area, rate.high)
        cut_left, cut_right = left < area.left(), right > area.right()
        left, right = max(left, area.left()), min(right, area.right())
        stroke(painter, look, ink, left, right, middle, dashed=few)
        for cut, x, way in ((cut_left, left, 1), (cut_right, right, -1)):
            if cut:
                arrow(painter, look, ink, x, middle, way)
        x = min(max(scale.x(area, rate.value), area.left()), area.right())
        dot(painter, look, ink, x, middle, filled=clear)


def row_height(look: Look) -> int:
    """The height of a row of the table."""
    return look.px(int(tokens()["rowHeight"]["table"]))


def team_line(painter: QPainter, look: Look, x: float, rect: QRect) -> None:
    """The dashed line of the team's rate, which runs on from row to row."""
    pen = QPen(look.color("borderStrong"), 2)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([1.2, 1.2])
    pen.setDashOffset(rect.top() / 2 % 2.4)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom() + 1))


def stroke(
    painter: QPainter, look: Look, ink: QColor, left: float, right: float, y: float, *, dashed: bool
) -> None:
    """The line of an interval."""
    pen = QPen(ink, look.px(2 if dashed else 3))
    if dashed:
        pen.setDashPattern([2, 1.8])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    else:
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(left, y), QPointF(right, y))


def arrow(painter: QPainter, look: Look, ink: QColor, x: float, y: float, way: int) -> None:
    """The sign that an interval goes on past the edge."""
    pen = QPen(ink, 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    size = look.px(4)
    painter.drawLine(QPointF(x, y), QPointF(x + way * size, y - size))
    painter.drawLine(QPointF(x, y), QPointF(x + way * size, y + size))


def dot(painter: QPainter, look: Look, ink: QColor, x: float, y: float, *, filled: bool) -> None:
    """The estimate: filled where it is clearly off the team's rate, else hollow."""
    painter.setPen(QPen(ink, 2))
    painter.setBrush(ink if filled else look.color("surface"))
    size = look.px(5)
    painter.drawEllipse(QPointF(x, y), size, size)


class Headings(QHeaderView):
    """The table's head: labels at the bottom in one or two lines, the axis over the intervals."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look = look
        self.scale = Scale()
        self.sorted_column: Column | None = Column.RATE
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(10)
        self.setAccessibleName(tr("Columns"))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._look.px(int(tokens()["rowHeight"]["tableHeader"]) + 1))

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        look, column = self._look, Column(logical_index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, look.color("surface"))
        painter.setPen(QPen(look.color("border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        area = rect.adjusted(0, 0, 0, -look.px(8))
        if column is Column.CHART:
            self._axis(painter, rect)
        else:
            chosen = column is self.sorted_column
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text" if chosen else "textTertiary"))
            text = str(self.model().headerData(logical_index, Qt.Orientation.Horizontal))
            if column is Column.NAME:
                area.setLeft(look.px(EDGE))
            else:
                area.setRight(rect.right() - look.px(EDGE if column is Column.SATISFACTION else PADDING) + 1)
            align = Qt.AlignmentFlag.AlignLeft if column is Column.NAME else Qt.AlignmentFlag.AlignRight
            painter.drawText(area, int(align | Qt.AlignmentFlag.AlignBottom), text)
        painter.restore()

    def _axis(self, painter: QPainter, rect: QRect) -> None:
        look, scale = self._look, self.scale
        if scale.team is None:
            return
        area = chart_area(look, rect)
        bold = look.font("caption", weight=700)
        label = words.tr("associates {rate}") if scale.apart else words.tr("team {rate}")
        label = label.format(rate=words.decimal(100 * scale.team))
        half = QFontMetrics(bold).horizontalAdvance(label) / 2 + 1
        middle = min(max(scale.x(area, scale.team), area.left() + half), area.right() - half)
        bottom = rect.bottom() - look.px(8)
        line = QRectF(middle - half, bottom - look.px(16), 2 * half, look.px(16))
        painter.setFont(bold)
        painter.setPen(look.color("text"))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter | Qt.AlignmentFlag.AlignBottom), label)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("textTertiary"))
        for rate in (scale.first, scale.last):
            text = words.decimal(100 * rate, 0)
            width = QFontMetrics(look.font("caption")).horizontalAdvance(text) + 2
            x = scale.x(area, rate)
            if abs(x - middle) < half + width / 2 + look.px(6):
                continue
            tick = QRectF(x - width / 2, bottom - look.px(16), width, look.px(16))
            painter.drawText(tick, int(Qt.AlignmentFlag.AlignCenter | Qt.AlignmentFlag.AlignBottom), text)


def paint_row_focus(painter: QPainter, look: Look, rect: QRect) -> None:
    """The focus ring of a whole row."""
    paint_focus(painter, look, rect.adjusted(3, 1, -3, -2), 6)
