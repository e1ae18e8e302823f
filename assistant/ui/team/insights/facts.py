"""Facts about goods as a list: what it is and what of it, the base under them; Enter acts on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look

Index = QModelIndex | QPersistentModelIndex
ROW, PAD = 46, 8
_ROOT = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Fact:
    """A row: what it is, what of it, and under each its base. `about` is the anchor and add-on it is
    about; `open`: something can still be said of them."""

    title: str
    value: str
    under: str
    right: str
    about: tuple[str, str] | None = None
    open: bool = True

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.title, self.value, self.under, self.right) if part)


class FactRows(QAbstractListModel):
    """The facts of a list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.facts: tuple[Fact, ...] = ()

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        self.beginResetModel()
        self.facts = tuple(facts)
        self.endResetModel()

    def change(self, pair: tuple[str, str], fact: Fact) -> None:
        """Show another fact about a pair, in its place."""
        for row, one in enumerate(self.facts):
            if one.about == pair:
                self.facts = (*self.facts[:row], fact, *self.facts[row + 1 :])
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.facts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        fact = self.facts[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return fact.title
        spoken = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        return fact.spoken if role in spoken else None


class _Painter(QStyledItemDelegate):
    def __init__(self, look: Look, parent: FactList) -> None:
        super().__init__(parent)
        self._look, self._list = look, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._look.px(80), self._list.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rect = self._look, option.rect.adjusted(self._look.px(PAD), 0, -self._look.px(PAD), 0)
        fact = self._list.rows.facts[index.row()]
        painter.save()
        painter.setPen(QPen(look.color("divider"), 1))
        if index.row():
            painter.drawLine(rect.topLeft(), rect.topRight())
        high = look.px(18)
        middle = rect.center().y()
        upper = QRect(rect.left(), middle - high + 1, rect.width(), high)
        lower = upper.translated(0, high)
        if not fact.under and not fact.right:
            upper.moveTop(middle - high // 2)
        for area, texts, role, weight, tokens in (
            (upper, (fact.title, fact.value), "body", 500, ("text", "text")),
            (lower, (fact.under, fact.right), "caption", 400, ("textTertiary", "textTertiary")),
        ):
            right_weight = 600 if role == "body" else 400
            font = look.font(role, weight=right_weight, tabular=True)
            painter.setFont(font)
            painter.setPen(look.color(tokens[1]))
            painter.drawText(area, _RIGHT, texts[1])
            room = area.width() - QFontMetrics(font).horizontalAdvance(texts[1]) - look.px(12)
            font = look.font(role, weight=weight)
            painter.setFont(font)
            painter.setPen(look.color(tokens[0]))
            shown = QFontMetrics(font).elidedText(texts[0], Qt.TextElideMode.ElideRight, room)
            painter.drawText(area, _LEFT, shown)
        painter.restore()


def spread(view: QAbstractItemView, least: int) -> int:
    """The height at which rows of at least so much fill a view without one being cut."""
    room = view.viewport().height()
    return max(least, room // max(1, room // least))


class FactList(QListView):
    """The list itself; `acted` says on which fact Enter or a click was."""

    acted = Signal(object)

    def __init__(self, look: Look, name: str, *, acts: bool = False, whole: bool = False) -> None:
        super().__init__()
        self._look, self._acts, self._whole = look, acts, whole
        self.rows = FactRows(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Painter(look, self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.doubleClicked.connect(lambda index: self._act(index))
        look.changed.connect(self.scheduleDelayedItemsLayout)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(80), 2 * self._look.px(ROW))

    def row_height(self) -> int:
        """The height of a row; in a list that shows whole rows only, so that so many fill it."""
        return spread(self, self._look.px(ROW)) if self._whole else self._look.px(ROW)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        self.rows.show_facts(facts)
        if facts:
            self.setCurrentIndex(self.rows.index(0))

    def act_on_current(self) -> None:
        """Act on the chosen fact."""
        self._act(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._acts and not event.isAutoRepeat() and self.currentIndex().isValid():
            self._act(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)

    def _act(self, index: Index) -> None:
        if self._acts and index.isValid() and self.rows.facts[index.row()].about is not None:
            fact = self.rows.facts[index.row()]
            if fact.open:
                self.acted.emit(fact)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.currentIndex().isValid():
            area = self.visualRect(self.currentIndex())
            paint_focus(QPainter(self.viewport()), self._look, area.adjusted(0, 1, 0, -1), 6)
