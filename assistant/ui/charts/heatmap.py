"""A map of rows by columns, each cell a number on a ground that says how unusual; arrows move the cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from assistant.ui.charts.shades import GROUNDS, RADIUS, paint_ground, shade_of
from assistant.ui.parts import fitted
from assistant.ui.theme import Look

Index = QModelIndex | QPersistentModelIndex

_GAP, _LEAST = 1, 21
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: what stands in it, and in words. Without `times` it is hatched: too few to say."""

    text: str
    spoken: str
    times: float | None


class HeatCells(QAbstractTableModel):
    """The cells with their rows' and columns' names; a row and column of one name meet in nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._cells: tuple[tuple[HeatCell | None, ...], ...] = ()

    def show_cells(self, names: Sequence[str], cells: Sequence[Sequence[HeatCell | None]]) -> None:
        """Show other cells, row by row; None is the diagonal."""
        self.beginResetModel()
        self._names, self._cells = tuple(names), tuple(map(tuple, cells))
        self.endResetModel()

    def cell(self, index: Index) -> HeatCell | None:
        return self._cells[index.row()][index.column()] if index.isValid() else None

    def clearest(self) -> tuple[int, int]:
        """The cell that is most above the usual."""
        told = [
            (cell.times or 0.0, -row, -column)
            for row, cells in enumerate(self._cells)
            for column, cell in enumerate(cells)
            if cell is not None
        ]
        _, row, column = max(told, default=(0.0, 0, -1))
        return -row, -column

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if cell is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        spoken = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        return cell.spoken if role in spoken else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return self._names[section] if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.cell(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Painter(QStyledItemDelegate):
    """Paints one cell."""

    def __init__(self, look: Look, view: HeatMap) -> None:
        super().__init__(view)
        self._look, self._view = look, view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, view = self._look, self._view
        area = QRectF(option.rect).adjusted(_GAP, _GAP, -_GAP, -_GAP)
        painter.fillRect(option.rect, look.color("surface"))
        cell = view.cells.cell(index)
        if cell is None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("hover"))
            painter.drawRoundedRect(area, RADIUS, RADIUS)
            painter.restore()
            return
        shade = None if cell.times is None else shade_of(cell.times)
        here = index == view.currentIndex()
        if here:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.color("focus" if view.hasFocus() else "borderStrong"), 2))
            painter.setBrush(look.color("surface"))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS + 2, RADIUS + 2)
            painter.restore()
        paint_ground(painter, look, area.adjusted(4, 4, -4, -4) if here else area, shade)
        ink, weight = ("textTertiary", 400) if shade is None else GROUNDS[shade][2:]
        role = "caption" if shade is None else "label"
        font = look.font(role, weight=int(weight), tabular=shade is not None)
        painter.setFont(fitted(font, cell.text, area.width() - 4))
        painter.setPen(look.color(str(ink)))
        painter.drawText(option.rect, int(Qt.AlignmentFlag.AlignCenter), cell.text)


class _Names(QHeaderView):
    """The names beside the rows and over the columns; over a column in two lines where it is long."""

    def __init__(self, look: Look, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self._look = look
        self.chosen = -1
        self.setMinimumSectionSize(8)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        if self.orientation() == Qt.Orientation.Horizontal:
            return QSize(0, self._look.px(36))
        view = self.parentWidget()
        return QSize(min(self._look.px(128), max(view.width() // 5, 40)) if view else 128, 0)

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        look, chosen = self._look, logical_index == self.chosen
        across = self.orientation() == Qt.Orientation.Horizontal
        painter.save()
        painter.fillRect(rect, look.color("surface"))
        painter.setPen(look.color("text" if chosen or not across else "textSecondary"))
        font = look.font("caption" if across else "label", weight=600 if chosen else 400)
        text = str(self.model().headerData(logical_index, self.orientation()))
        if across:
            self._over(painter, rect, font, text)
        else:
            font = fitted(font, text, rect.width() - look.px(6))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 4)
            painter.setFont(font)
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()

    def _over(self, painter: QPainter, rect: QRect, font: QFont, text: str) -> None:
        """Centred at the bottom, broken at the space nearest to the middle where one line is too narrow."""
        room = rect.width() - 2
        lines = [text]
        spaces = [n for n, letter in enumerate(text) if letter == " "]
        if QFontMetrics(font).horizontalAdvance(text) > room and spaces:
            at = min(spaces, key=lambda n: abs(n - len(text) / 2))
            lines = [text[:at], text[at + 1 :]]
        high = self._look.line("caption")
        for n, line in enumerate(reversed(lines)):
            small = fitted(font, line, room)
            painter.setFont(small)
            shown = QFontMetrics(small).elidedText(line, Qt.TextElideMode.ElideRight, room)
            area = QRect(rect.left() + 1, rect.bottom() - self._look.px(3) - (n + 1) * high, room, high)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), shown)


class HeatMap(QTableView):
    """The map: arrows move the cell, over the diagonal; Enter or a double click opens it."""

    moved = Signal(int, int)
    opened = Signal(int, int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.cells = HeatCells(self)
        self._columns = _Names(look, Qt.Orientation.Horizontal, self)
        self._rows = _Names(look, Qt.Orientation.Vertical, self)
        self.setHorizontalHeader(self._columns)
        self.setVerticalHeader(self._rows)
        self.setItemDelegate(_Painter(look, self))
        self.setModel(self.cells)
        self.setStyleSheet("QTableCornerButton::section { background: transparent; border: none; }")
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda index: self._open(index))
        self.selectionModel().currentChanged.connect(self._current_changed)
        look.changed.connect(self._restyle)

    def minimumSizeHint(self) -> QSize:
        rows = max(1, self.cells.rowCount()) * self._look.px(_LEAST)
        return QSize(self._look.px(300), self._columns.sizeHint().height() + rows)

    def show_cells(self, names: Sequence[str], cells: Sequence[Sequence[HeatCell | None]]) -> None:
        """Show other cells; the cell that is chosen stays where there is still one of its names."""
        before = self.currentIndex()
        kept = (self._name(before.row()), self._name(before.column())) if before.isValid() else None
        self.cells.show_cells(names, cells)
        self.updateGeometry()
        row, column = self.cells.clearest()
        if kept is not None and kept[0] in names and kept[1] in names:
            row, column = list(names).index(str(kept[0])), list(names).index(str(kept[1]))
        self.choose(row, column)

    def choose(self, row: int, column: int) -> None:
        """Make a cell the chosen one."""
        index = self.cells.index(row, column)
        if self.cells.cell(index) is not None:
            self.setCurrentIndex(index)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        index = super().moveCursor(action, modifiers)
        now, ways = self.currentIndex(), QAbstractItemView.CursorAction
        step = {
            ways.MoveLeft: (0, -1), ways.MoveRight: (0, 1), ways.MoveUp: (-1, 0), ways.MoveDown: (1, 0),
        }.get(action)  # fmt: skip
        if step is None or not now.isValid():
            return index
        row, column = now.row() + step[0], now.column() + step[1]
        if row == column:  # nothing stands where a category meets itself
            row, column = row + step[0], column + step[1]
        inside = 0 <= row < self.cells.rowCount() and 0 <= column < self.cells.columnCount()
        return self.cells.index(row, column) if inside else now

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self._open(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rows.updateGeometry()
        self.updateGeometries()

    def _name(self, section: int) -> str | None:
        known = 0 <= section < self.cells.rowCount()
        return str(self.cells.headerData(section, Qt.Orientation.Vertical)) if known else None

    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        if not now.isValid():
            return
        self._rows.chosen = now.row()
        self._rows.viewport().update()
        self.viewport().update()
        self.moved.emit(now.row(), now.column())

    def _open(self, index: Index) -> None:
        if self.cells.cell(index) is not None:
            self.opened.emit(index.row(), index.column())

    def _restyle(self) -> None:
        self.updateGeometries()
        self.viewport().update()
