"""How a follow-up is painted: a heading, a numbered row in its state, or a line of another day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from assistant.ui import dates, stock_words, wording
from assistant.ui.followups import words
from assistant.ui.followups.reading import Task
from assistant.ui.followups.rows import ENTRY, Entry, Tasks
from assistant.ui.lines import wrapped
from assistant.ui.parts import paint_chip
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CORNER = tokens()["radius"]["panel"] - 1
_MOST_LINES, _MOST_SMALL = 3, 3
_LEAST_WHAT = 56  # less room is not worth the beginning of a product's name
_HEAD, _ANSWERED, _PENDING, _LINE = 34, 49, 66, 46


class TaskPainter(QStyledItemDelegate):
    """Paints one row; the selected one's buttons are a real widget over it."""

    def __init__(
        self, look: Look, rows: Tasks, now: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._rows, self._now = look, rows, now
        self.selected, self.width = -1, 0
        self.frame = QRectF()
        self.ringed = False
        self.tail = 0
        self.compact = False

    @property
    def pad(self) -> int:
        return self._look.px(18)

    @property
    def text_x(self) -> int:
        """Where names begin."""
        return self._look.px(64)

    @property
    def _right(self) -> int:
        return self._look.px(168)

    def large(self, entry: Entry, place: int) -> bool:
        """Whether a row is the one that is spoken of now."""
        task = entry.task
        return place == self.selected and task is not None and task.open and not self._rows.moved_here(task)

    def _lines(self, task: Task) -> tuple[str, ...]:
        text = wording.quoted(words.say(task, self._now()))
        width = min(self.width - self.text_x - self._right - self.pad, self._look.px(640))
        return wrapped(text, self._look.font("sayLarge"), width, _MOST_LINES)

    def _small_lines(self, task: Task) -> tuple[str, ...]:
        text = wording.quoted(words.say(task, self._now()))
        width = self.width - self.text_x - self._right - self.pad + self._look.px(60)  # below the channel
        return wrapped(text, self._look.font("say"), width, _MOST_SMALL)

    def height(self, entry: Entry, place: int) -> int:
        """How high a row is."""
        px, task = self._look.px, entry.task
        if task is None:
            return px(_HEAD)
        if self.large(entry, place):
            return self.buttons_y(task) + px(44 + 16)
        if not task.open or self._rows.moved_here(task):
            return px(_ANSWERED)
        if entry.kind != "today":
            return px(_LINE)
        return px(_PENDING) + (len(self._small_lines(task)) - 1) * self._look.line("say")

    def buttons_y(self, task: Task) -> int:
        """Where the buttons of the selected row begin."""
        return self._look.px(42) + len(self._lines(task)) * self._look.line("sayLarge") + self._look.px(8)

    def actions(self, task: Task) -> QPoint:
        """Where the buttons lie in their row."""
        return QPoint(self.text_x, self.buttons_y(task))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self.width, self.height(index.data(ENTRY), index.row()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY)
        area = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        self._ground(painter, area, entry, index.row(), hot)
        painter.translate(area.topLeft())
        size = area.size()
        if entry.task is None:
            self._head(painter, entry, size)
        elif self.large(entry, index.row()):
            self._large(painter, entry, entry.task, size)
        elif not entry.task.open or self._rows.moved_here(entry.task):
            self._answered(painter, entry, entry.task, size)
        elif entry.kind == "today":
            self._pending(painter, entry, entry.task, size)
        else:
            self._other_day(painter, entry.task, size)
        painter.restore()

    def _ground(self, painter: QPainter, area: QRect, entry: Entry, place: int, hot: bool) -> None:
        look, selected = self._look, place == self.selected
        path = QPainterPath()
        path.addRoundedRect(self.frame, _CORNER, _CORNER)
        ground = (
            "sunken" if entry.task is None else "accentSoft" if selected else "hover" if hot else "surface"
        )
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(area, look.color(ground))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, look.color("divider"))
        if selected:
            bar = tokens()["stroke"]["selectionBar"]
            painter.fillRect(area.left(), area.top(), bar, area.height(), look.color("accent"))
        painter.restore()
        if selected and self.ringed:
            painter.setPen(QPen(look.color("focus"), tokens()["stroke"]["focus"]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = tokens()["radius"]["control"]
            painter.drawRoundedRect(QRectF(area).adjusted(8, 4, -4, -5), radius, radius)

    def _head(self, painter: QPainter, entry: Entry, size: QSize) -> None:
        look, area = self._look, QRect(QPoint(self.pad, 0), size)
        used = self._line(painter, area, entry.title, look.font("label", weight=600), "text")
        area.setLeft(area.left() + used + look.px(9))
        self._line(painter, area, entry.second, look.font("label", weight=400), "textSecondary")

    def _key(self, painter: QPainter, entry: Entry, top: int, *, on: bool, quiet: bool = False) -> None:
        look = self._look
        area = QRectF(self.pad, top, look.px(32), look.px(32)).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(look.color("accent" if on else "keycapBg"))
        painter.setPen(QPen(look.color("accent" if on else "keycapBorder"), 1))
        radius = tokens()["radius"]["control"]
        painter.drawRoundedRect(area, radius, radius)
        painter.setFont(look.font("body" if quiet else "name", weight=500 if quiet else 600))
        painter.setPen(look.color("onAccent" if on else "textTertiary" if quiet else "keycapText"))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), str(entry.number))

    def _title(self, painter: QPainter, task: Task, middle: int, width: int) -> None:
        """The name, why, and what it is about, on one line."""
        look, x = self._look, self.text_x
        line = look.line("name")
        area = QRect(x, middle - line // 2, width // 2, line)
        name = task.customer.name or tr("Customer without a name")
        x += self._line(painter, area, name, look.font("name"), "text") + look.px(12)
        text, kind = words.why(task)
        x += paint_chip(painter, look, QPointF(x, middle), text, kind) + look.px(10)
        missed = words.missed(task, self._now())
        if missed:
            spot = QRect(x, area.top(), look.px(100), line)
            x += self._line(painter, spot, missed, look.font("label", weight=600), "laterText") + look.px(10)
        spot = QRect(x, area.top(), self.text_x + width - x, line)
        if spot.width() >= look.px(_LEAST_WHAT):
            self._line(painter, spot, words.what(task), look.font("label", weight=400), "textSecondary")

    def _way(self, painter: QPainter, task: Task, middle: int, width: int) -> None:
        look = self._look
        icon, text = words.way(task)
        font = look.font("label", weight=500 if task.way != "visit" else 400)
        token = "text" if task.way != "visit" else "textSecondary"
        wide = QFontMetrics(font).horizontalAdvance(text)
        right = width - self.pad
        area = QRect(right - wide - 2, middle - look.px(10), wide + 2, look.px(20))
        self._line(painter, area, text, font, token, _RIGHT)
        spot = QPoint(right - wide - look.px(25), middle - look.px(9))
        painter.drawPixmap(spot, look.pixmap(icon, "textSecondary", 18))

    def _price(self, painter: QPainter, task: Task, top: int, width: int, *, stock: bool) -> None:
        look, product = self._look, task.product
        if product is None:
            return
        right, line = width - self.pad - self._right, look.line("label")
        price = wording.money(product.price, product.currency)
        font = look.font("label", weight=400, tabular=True)
        self._line(painter, QRect(right, top, self._right, line), price, font, "textSecondary", _RIGHT)
        if stock:
            text, few = stock_words.stock(task.stock, self._now(), product.attributes.get("aisle"))
            area = QRect(right, top + look.px(24), self._right, line)
            token = "laterText" if few else "textSecondary"
            self._line(painter, area, text, look.font("label", weight=400), token, _RIGHT)

    def _large(self, painter: QPainter, entry: Entry, task: Task, size: QSize) -> None:
        look, px, width = self._look, self._look.px, size.width()
        if entry.number:
            self._key(painter, entry, px(14), on=True)
        else:
            painter.drawPixmap(self.pad + px(4), px(18), look.pixmap("calendar-clock", "accentText", 22))
        self._title(painter, task, px(25), width - self.text_x - self._right - self.pad)
        self._way(painter, task, px(25), width)
        self._price(painter, task, px(39), width, stock=True)
        painter.setFont(look.font("sayLarge"))
        painter.setPen(look.color("text"))
        for place, line in enumerate(self._lines(task)):
            top = px(42) + place * look.line("sayLarge")
            painter.drawText(QRect(self.text_x, top, width, look.line("sayLarge")), _LEFT, line)

    def _pending(self, painter: QPainter, entry: Entry, task: Task, size: QSize) -> None:
        look, px, width = self._look, self._look.px, size.width()
        self._key(painter, entry, px(11), on=False)
        free = width - self.text_x - self._right - self.pad
        self._title(painter, task, px(22), free)
        self._way(painter, task, px(22), width)
        self._price(painter, task, px(35), width, stock=False)
        line = look.line("say")
        for place, said in enumerate(self._small_lines(task)):
            area = QRect(self.text_x, px(35) + place * line, free + px(60), line)
            self._line(painter, area, said, look.font("say"), "text")

    def _answered(self, painter: QPainter, entry: Entry, task: Task, size: QSize) -> None:
        look, px, height = self._look, self._look.px, size.height()
        if entry.number:
            self._key(painter, entry, (height - px(32)) // 2, on=False, quiet=True)
        one, moved = task.follow_up, task.open
        icon = "circle-check" if one.state == "done" else "calendar-clock" if moved else "minus"
        token = "acceptedText" if one.state == "done" else "textTertiary"
        painter.drawPixmap(self.text_x, (height - px(20)) // 2, look.pixmap(icon, token, 20))
        x, tail = self.text_x + px(30), self.tail if self._is_latest(task) else 0
        end = size.width() - self.pad - tail
        name = task.customer.name or tr("Customer without a name")
        font = look.font("body", weight=600)
        x += self._line(painter, QRect(x, 0, px(220), height), name, font, "textSecondary") + px(10)
        if moved:
            said = tr("Moved to {day}").format(day=dates.weekday(one.due))
        else:
            said = words.state(task, self._now())
        used = self._line(painter, QRect(x, 0, end - x, height), said, look.font("label"), "text")
        x += used + px(8)
        if one.reason:
            x += paint_chip(painter, look, QPointF(x, height / 2), words.reason(one.reason), "neutral") + px(
                10
            )
        font = look.font("label", weight=400)
        self._line(painter, QRect(x, 0, max(0, end - x), height), words.what(task), font, "textTertiary")

    def _other_day(self, painter: QPainter, task: Task, size: QSize) -> None:
        look, px, width, height = self._look, self._look.px, size.width(), size.height()
        columns = (self.pad, px(122), px(282), width - px(300))
        label = look.font("label", weight=400)
        day = dates.weekday(task.follow_up.due)
        texts = (
            (day, label, "textSecondary"),
            (task.customer.name or "", look.font("body", weight=600), "text"),
        )
        for place, (text, font, token) in enumerate(
            (*texts, (words.what(task), look.font("body"), "textSecondary"))
        ):
            area = QRect(columns[place], 0, columns[place + 1] - columns[place] - px(12), height)
            self._line(painter, area, text, font, token)
        text, kind = words.why(task)
        paint_chip(painter, look, QPointF(columns[3], height / 2), text, kind)
        self._way(painter, task, height // 2, width)

    def _is_latest(self, task: Task) -> bool:
        latest = self._rows.latest
        return latest is not None and latest.key == task.key

    def _line(
        self, painter: QPainter, area: QRect, text: str, font: QFont, token: str, align: int = _LEFT
    ) -> int:
        """One line of text, cut with an ellipsis where it does not fit; how wide it is."""
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(QColor(self._look.color(token)))
        painter.drawText(area, align, shown)
        return metrics.horizontalAdvance(shown)
