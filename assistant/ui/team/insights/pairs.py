"""Categories that could stand side by side in the shop: a list to tick, and the button that prints it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from assistant.measure.insights import Insights
from assistant.store.insights import Together
from assistant.ui import wording
from assistant.ui.parts import fitted, paint_focus
from assistant.ui.team.insights import words
from assistant.ui.team.insights.facts import PAD, Index, spread
from assistant.ui.theme import Look
from assistant.ui.wording import tr

ROW = 55
_ROOT = QModelIndex()
_BOX = 20
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def sorted_pairs(found: Insights) -> tuple[Together, ...]:
    """The pairs to place: those furthest apart first, then those of which that is not known."""

    def order(pair: Together) -> int:
        apart = found.apart(pair)
        return 1 if apart is None else -apart

    return tuple(sorted(found.side_by_side, key=order))


class PairRows(QAbstractListModel):
    """The pairs with their ticks; a tick stays when the figures are read anew."""

    ticked_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: Insights | None = None
        self.pairs: tuple[Together, ...] = ()
        self._ticked: set[tuple[str, str]] = set()

    @property
    def ticked(self) -> tuple[Together, ...]:
        """The ticked pairs in the order shown."""
        return tuple(one for one in self.pairs if (one.anchor, one.other) in self._ticked)

    def show_pairs(self, found: Insights, pairs: Sequence[Together]) -> None:
        """Show other pairs."""
        self.beginResetModel()
        self.found, self.pairs = found, tuple(pairs)
        self.endResetModel()
        self.ticked_changed.emit(len(self.ticked))

    def toggle(self, index: Index) -> None:
        """Tick a pair, or take its tick away."""
        if not index.isValid():
            return
        one = self.pairs[index.row()]
        self._ticked ^= {(one.anchor, one.other)}
        here = self.index(index.row())
        self.dataChanged.emit(here, here)
        self.ticked_changed.emit(len(self.ticked))

    def is_ticked(self, row: int) -> bool:
        one = self.pairs[row]
        return (one.anchor, one.other) in self._ticked

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.pairs)

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return plain | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self.found is None:
            return None
        one, ticked = self.pairs[index.row()], self.is_ticked(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{words.family(one.anchor)} {words.family(one.other)}"
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return words.spoken_pair(self.found, one, ticked)
        return None


def columns(look: Look, width: int) -> tuple[int, int, int]:
    """Where the pair, its share and the distance begin."""
    first = look.px(34)
    share = max(first + (width - first) * 49 // 100, first)
    return first, share, share + (width - share) * 46 // 100


class _Painter(QStyledItemDelegate):
    def __init__(self, look: Look, parent: PairList) -> None:
        super().__init__(parent)
        self._look, self._list = look, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._look.px(120), spread(self._list, self._look.px(ROW)))

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Any) -> bool:
        return False  # the list ticks by itself: on Space, and on a click anywhere in the row

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rows = self._look, self._list.rows
        rect = option.rect.adjusted(look.px(PAD), 0, -look.px(PAD), 0)
        one, found = rows.pairs[index.row()], rows.found
        if found is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("divider"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        box = look.px(_BOX)
        paint_tick(
            painter,
            look,
            QRect(rect.left(), rect.center().y() - box // 2, box, box),
            rows.is_ticked(index.row()),
        )
        first, share, where = columns(look, rect.width())
        left = rect.left()
        areas = (
            (left + first, share - first),
            (left + share, where - share),
            (left + where, rect.width() - where),
        )
        two = tr("{one} ⇆ {other}").format(one=words.family(one.anchor), other=words.family(one.other))
        told = (
            (two, words.usual(one)),
            (wording.share(one.share), words.base(one)),
            words.places(found, one),
        )
        for (x, room), (above, below) in zip(areas, told, strict=True):
            self._lines(painter, QRect(x, rect.top(), room - look.px(8), rect.height()), above, below)
        painter.restore()

    def _lines(self, painter: QPainter, area: QRect, above: str, below: str) -> None:
        look, middle, high = self._look, area.center().y(), self._look.px(18)
        upper = QRect(area.left(), middle - high + 1, area.width(), high)
        for line, text, role, weight, token in (
            (upper, above, "body", 600, "text"),
            (upper.translated(0, high), below, "caption", 400, "textTertiary"),
        ):
            font = fitted(look.font(role, weight=weight), text, line.width())
            painter.setFont(font)
            painter.setPen(look.color(token))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, _LEFT, shown)


def paint_tick(painter: QPainter, look: Look, box: QRect, ticked: bool) -> None:
    """A box to tick."""
    painter.setBrush(look.color("accent" if ticked else "surface"))
    painter.setPen(Qt.PenStyle.NoPen if ticked else QPen(look.color("borderStrong"), 1.5))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if ticked:
        size = look.px(14)
        place = QPoint(box.center().x() - size // 2 + 1, box.center().y() - size // 2 + 1)
        painter.drawPixmap(place, look.pixmap("check", "onAccent", 14))


class PairList(QListView):
    """The list: Space or a click ticks."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.rows = PairRows(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Painter(look, self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Place side by side"))
        look.changed.connect(self.scheduleDelayedItemsLayout)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), 2 * self._look.px(ROW))

    def show_pairs(self, found: Insights, pairs: Sequence[Together]) -> None:
        """Show other pairs."""
        self.rows.show_pairs(found, pairs)
        if pairs:
            self.setCurrentIndex(self.rows.index(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.rows.toggle(self.currentIndex())
            event.accept()
        elif event.key() == Qt.Key.Key_P and not event.modifiers():
            event.ignore()  # the tab prints; no pair is looked for by its first letter
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.rows.toggle(self.indexAt(event.position().toPoint()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.currentIndex().isValid():
            area = self.visualRect(self.currentIndex())
            paint_focus(QPainter(self.viewport()), self._look, area.adjusted(0, 1, 0, -2), 6)


class PairHead(QWidget):
    """The names of the three columns."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setPen(look.color("textTertiary"))
        inside = self.contentsRect()
        starts = columns(look, inside.width())
        places = [inside.left() + x for x in (*starts, inside.width())]
        texts = (tr("Pair"), tr("Share now"), tr("Distance now"))
        for left, right, text in zip(places[:3], places[1:], texts, strict=True):
            painter.setFont(fitted(look.font("caption"), text, right - left - 4))
            painter.drawText(QRect(left, 0, right - left, self.height() - look.px(6)), _LEFT, text)
        painter.setPen(QPen(look.color("border"), 1))
        painter.drawLine(inside.left(), self.height() - 1, inside.right(), self.height() - 1)
