"""The list of suggestions: rows of three heights, chosen by keys or mouse, with real buttons over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from assistant.ui import wording
from assistant.ui.counter.actions import Actions, Tail
from assistant.ui.counter.painting import RowPainter
from assistant.ui.counter.rows import ROW, Row, Rows
from assistant.ui.counter.shapes import Shapes
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_MOVES = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class SuggestionList(QListView):
    """Shows the rows; says which answer was pressed for the selected one, and knows nothing of the log."""

    pressed = Signal(str)
    undo_asked = Signal()
    day_asked = Signal()
    grown = Signal()
    shapes_kind: type[Shapes] = Shapes
    painter_kind: type[RowPainter] = RowPainter

    def __init__(
        self, look: Look, rows: Rows, now: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._rows, self._busy, self._alone = look, rows, False, False
        self._shapes = self.shapes_kind(look)
        self._painter = self.painter_kind(look, self._shapes, now, self)
        self.actions_row = Actions(look, self.viewport())
        self.tail = Tail(look, self.viewport())
        self.setModel(rows)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(False)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.setStyleSheet("QListView { background: transparent; }")  # its panel has the rounded ground
        self.setAccessibleName(tr("Suggestions"))
        self.actions_row.pressed.connect(self.pressed)
        self.tail.undo_asked.connect(self.undo_asked)
        self.tail.day_asked.connect(self.day_asked)
        for changed in (rows.rowsInserted, rows.rowsRemoved, rows.modelReset, rows.dataChanged):
            changed.connect(self._changed)
        look.changed.connect(self._changed)

    @property
    def selected(self) -> Row | None:
        """The row that an answer goes to."""
        row: Row | None = self.currentIndex().data(ROW)
        return row

    def choose(self, place: int | None) -> None:
        """Select a row; None leaves none selected."""
        index = self._rows.index(place) if place is not None else QModelIndex()
        self.setCurrentIndex(index)

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        if compact != self._shapes.compact:
            self._shapes.compact = compact
            self._changed()

    def set_alone(self, alone: bool) -> None:
        """Show the selected row only, or what was last said where none is; the others wait out of sight."""
        if alone != self._alone:
            self._alone = alone
            self._changed()

    def offer_undo(self, on: bool) -> None:
        """Whether the latest answer is what Z takes back, so that its row says so."""
        if on is self.tail.undo.isHidden():
            self.tail.undo.setVisible(on)
            self._changed()

    def set_busy(self, busy: bool) -> None:
        """An answer is on its way to the disk: its row's buttons rest."""
        self._busy = busy
        self.actions_row.declined.setDown(False)
        if busy and self.actions_row.isAncestorOf(self.focusWidget() or self):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._place()

    @property
    def words_x(self) -> int:
        """Where a row's words begin."""
        return self._shapes.text_x

    def area_of(self, place: int) -> QRect:
        """Where a row is painted, in the list's own coordinates."""
        return self.visualRect(self._rows.index(place))

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        self._painter.selected = current.row()
        super().currentChanged(current, previous)
        self._changed()
        if current.isValid():
            self.scrollTo(current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVES:
            super().keyPressEvent(event)
        else:
            event.ignore()  # letters and digits are the page's, and no search in the list

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._painter.ringed = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._painter.ringed = False
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._choose_bar()
        self._painter.width = self.viewport().width()
        self._painter.frame = QRectF(self.viewport().rect())
        super().resizeEvent(event)
        self._changed()

    def doItemsLayout(self) -> None:
        super().doItemsLayout()
        self._place()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place()

    def _choose_bar(self) -> None:
        """A bar stands where the rows would be too high without one, whatever their height is beside it.

        Left to itself it would come and go for ever where narrower rows are lower, as with evidence below.
        """
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if self.content_height() > self.contentsRect().height():
            policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        if policy != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)

    def content_height(self) -> int:
        """How high all rows are together, with no bar beside them."""
        width = self.contentsRect().width()
        chosen = self.currentIndex().row()
        return sum(
            self._shapes.shape(row, selected=place == chosen, width=width).height
            for place, row in enumerate(self._rows.rows)
            if not self.isRowHidden(place)
        )

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(600), self.content_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(320), min(self.content_height(), self._look.px(224)))

    def _changed(self) -> None:
        latest = self._rows.latest
        self._painter.latest = latest.key if latest else None
        self._painter.selected = self.currentIndex().row()
        if latest:
            self.tail.show_for(latest)
            self._painter.tail = self.tail.sizeHint().width() + self._look.px(16)
        self._hide_others(latest.key if latest else None)
        self._choose_bar()
        self.doItemsLayout()
        self.updateGeometry()
        self.grown.emit()

    def _hide_others(self, latest: str | None) -> None:
        chosen = self.currentIndex().row()
        if chosen < 0 and latest is not None:
            chosen = self._rows.place(latest) or 0
        for place in range(self._rows.rowCount()):
            hidden = self._alone and place != max(chosen, 0)
            if hidden != self.isRowHidden(place):
                self.setRowHidden(place, hidden)

    def _place(self) -> None:
        """Move the real widgets over the rows they belong to."""
        row = self.selected
        over = row is not None and row.pending
        self.actions_row.setVisible(over)
        if row is not None and over:
            area = self.visualRect(self.currentIndex())
            shape = self._shapes.shape(row, selected=True, width=area.width())
            self.actions_row.fit(area.width() - shape.actions.x() - self._shapes.pad // 2)
            self.actions_row.adjustSize()
            self.actions_row.move(area.topLeft() + shape.actions)
            self.actions_row.show_for(row)
        self.actions_row.setEnabled(over and not self._busy)
        latest = self._rows.latest
        place = self._rows.place(latest.key) if latest else None
        self.tail.setVisible(place is not None and not self.isRowHidden(place))
        if latest is None:
            return
        area = self.visualRect(self._rows.index(place or 0))
        product = latest.suggestion.product
        price = wording.money(product.price, product.currency)
        metrics = QFontMetrics(self._look.font("name", tabular=True))
        right = area.right() - self._shapes.pad - metrics.horizontalAdvance(price) - self._look.px(16)
        self.tail.adjustSize()
        middle = area.top() + (area.height() - self.tail.height()) // 2
        self.tail.move(right - self.tail.width(), middle)
