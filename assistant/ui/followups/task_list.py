"""The list of follow-ups, with real buttons over the selected row and over the latest answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QWidget

from assistant.ui.counter.actions import KeyButton
from assistant.ui.followups.painting import TaskPainter
from assistant.ui.followups.reading import Task
from assistant.ui.followups.rows import ENTRY, Entry, Tasks
from assistant.ui.parts import Button
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


class Actions(QWidget):
    """Done, Move, Drop: one widget, moved over the selected row."""

    pressed = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.done = Button(look, tr("Done"), "primary", icon="check", key=tr("Space"))
        self.move_on = Button(look, tr("Move"), icon="calendar-clock", key="M")
        self.drop = Button(look, tr("Drop"), icon="minus", key="Del")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button, name in ((self.done, "done"), (self.move_on, "move"), (self.drop, "drop")):
            row.addWidget(button)
            button.clicked.connect(lambda _on, name=name: self.pressed.emit(name))

    def fit(self, room: int) -> None:
        """Where the buttons are too wide, as with large text, their pictures give way, then their keys."""
        drawn = (
            (self.done, "check", tr("Space")),
            (self.move_on, "calendar-clock", "M"),
            (self.drop, "minus", "Del"),
        )
        for pictures, keys in ((True, True), (False, True), (False, False)):
            for button, icon, key in drawn:
                button.show_with(icon if pictures else None, key if keys else None)
            if self.sizeHint().width() <= room:
                break

    def show_for(self, task: Task) -> None:
        """Name the buttons for whom they are about."""
        for button in (self.done, self.move_on, self.drop):
            button.setAccessibleName(f"{button.text()}, {task.customer.name or ''}")


class TaskList(QListView):
    """Shows the follow-ups; says what was pressed for the selected one."""

    pressed = Signal(str)
    undo_asked = Signal()
    more_asked = Signal()
    chosen = Signal()

    def __init__(self, look: Look, rows: Tasks, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._look, self._rows, self._busy = look, rows, False
        self._painter = TaskPainter(look, rows, now, self)
        self.actions_row = Actions(look, self.viewport())
        self.undo = KeyButton(look, tr("Undo"), "Z", self.viewport())
        self.more = KeyButton(look, tr("Show all"), "", self.viewport())
        self.setModel(rows)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(False)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.setStyleSheet("QListView { background: transparent; }")
        self.setAccessibleName(tr("Follow-ups"))
        self.actions_row.pressed.connect(self.pressed)
        self.undo.clicked.connect(lambda _on: self.undo_asked.emit())
        self.more.clicked.connect(lambda _on: self.more_asked.emit())
        for changed in (rows.modelReset, rows.dataChanged):
            changed.connect(self._changed)
        look.changed.connect(self._changed)

    @property
    def selected(self) -> Task | None:
        """Whom a key acts on."""
        entry: Entry | None = self.currentIndex().data(ENTRY)
        return entry.task if entry else None

    def choose(self, place: int | None) -> None:
        """Select a row; None leaves none selected."""
        self.setCurrentIndex(self._rows.index(place) if place is not None else QModelIndex())

    def set_busy(self, busy: bool) -> None:
        """A step is on its way to the disk."""
        self._busy = busy
        if busy and self.actions_row.isAncestorOf(self.focusWidget() or self):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._place()

    def area_of(self, task: Task) -> QRect:
        """Where a row is painted, in the viewport."""
        return self.visualRect(self._rows.index(self._rows.place(task.key) or 0))

    @property
    def text_x(self) -> int:
        return self._painter.text_x

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        self._painter.selected = current.row()
        super().currentChanged(current, previous)
        self._changed()
        if current.isValid():
            self.scrollTo(current)
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in _MOVES:
            super().keyPressEvent(event)
        else:
            event.ignore()  # letters and digits are the page's

    def _step(self, by: int) -> None:
        """To the next row that is no heading."""
        place = self.currentIndex().row() + by
        entries = self._rows.entries
        while 0 <= place < len(entries) and entries[place].task is None:
            place += by
        if 0 <= place < len(entries):
            self.choose(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        entry: Entry | None = self.indexAt(event.position().toPoint()).data(ENTRY)
        if entry is not None and entry.task is not None:
            super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._painter.ringed = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._painter.ringed = False
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
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

    def _changed(self) -> None:
        self._painter.selected = self.currentIndex().row()
        self._painter.tail = self.undo.sizeHint().width() + self._look.px(12)
        self.doItemsLayout()
        self.viewport().update()

    def _place(self) -> None:
        """Move the real widgets over the rows they belong to."""
        place, entry = self.currentIndex().row(), self.currentIndex().data(ENTRY)
        over = isinstance(entry, Entry) and entry.task is not None and self._painter.large(entry, place)
        self.actions_row.setVisible(over)
        if over and entry.task is not None:
            self.actions_row.fit(self.viewport().width() - self._painter.text_x - self._painter.pad // 2)
            self.actions_row.adjustSize()
            self.actions_row.move(
                self.visualRect(self.currentIndex()).topLeft() + self._painter.actions(entry.task)
            )
            self.actions_row.show_for(entry.task)
        self.actions_row.setEnabled(over and not self._busy)
        latest = self._rows.latest
        self._put_right(self.undo, self._rows.place(latest.key) if latest else None)
        heads = (i for i, one in enumerate(self._rows.entries) if one.more)
        self._put_right(self.more, next(heads, None))

    def _put_right(self, button: QWidget, place: int | None) -> None:
        button.setVisible(place is not None)
        if place is not None:
            area = self.visualRect(self._rows.index(place))
            button.adjustSize()
            middle = area.top() + (area.height() - button.height()) // 2
            button.move(area.right() - self._painter.pad - button.width() + 4, middle)
