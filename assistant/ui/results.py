"""The list under the universal field: groups of rows, painted, that never take the focus."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from assistant.ui import wording
from assistant.ui.hits import Group, Hit, Seen, groups, total_of
from assistant.ui.nothing_found import NothingFound
from assistant.ui.result_rows import FOOT, Rows
from assistant.ui.theme import Look, tokens

WIDTH = 792
_SHADOW = 24  # the margin that carries the shadow
_GAP = 10  # between the field and the list


class Results(QWidget):
    """A popup inside the window; the field passes its keys on."""

    chosen = Signal(str, str)
    closed = Signal()
    way_on = Signal(str)
    word_asked = Signal(str)

    def __init__(self, look: Look, field: QWidget) -> None:
        super().__init__(field.window())
        self._look, self._field = look, field
        self._rows, self._nothing = Rows(look), NothingFound(look)
        self._offset = 0  # how far the rows are scrolled
        self._groups: tuple[Group, ...] = ()
        self._text, self._total, self._current = "", 0, 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Results"))
        self.hide()
        look.changed.connect(self._restyled)

    @property
    def hits(self) -> list[Hit]:
        """All rows in the order shown."""
        return [hit for group in self._groups for hit in group.hits]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The rows by kind."""
        return self._groups

    @property
    def current(self) -> Hit | None:
        """The selected row."""
        hits = self.hits
        return hits[self._current] if 0 <= self._current < len(hits) else None

    @property
    def summary(self) -> str:
        """`9 of 22 shown`, where not all are."""
        shown = len(self.hits)
        if shown >= self._total:
            return ""
        return self.tr("{shown} of {total} shown").format(shown=shown, total=self._total)

    def show_found(self, text: str, seen: Seen) -> None:
        """Show what was found, the first row selected."""
        self._text, self._total = text, total_of(seen.found)
        self._groups = groups(seen, datetime.now(UTC))
        self._nothing.show(text, seen.searched)
        self._offset = 0
        self.place()
        self.show()
        self.raise_()
        self._select(0 if self._groups else -1)

    def close_list(self) -> None:
        """Hide the list and forget what was in it."""
        self._groups, self._total = (), 0
        self.hide()
        self.closed.emit()

    def take_current(self) -> bool:
        """Open the selected row, or go the chosen way on; False where there is none."""
        hit = self.current
        if hit is None:
            return self._take_way()
        self.chosen.emit(hit.kind, hit.key)
        return True

    def _take_way(self) -> bool:
        ways = self._nothing.ways
        if self._groups or not 0 <= self._current < len(ways):
            return False
        if ways[self._current] == "word":
            self.word_asked.emit(self._nothing.word)
        else:
            self.way_on.emit(ways[self._current])
        return True

    def _count(self) -> int:
        """How many there are to choose from."""
        return len(self.hits) if self._groups else len(self._nothing.ways)

    def move_by_key(self, key: int) -> bool:
        """Up and Down move the selection; other keys are not for the list."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key))
        if step is None:
            return False
        self._select((max(self._current, 0 if step < 0 else -1) + step) % self._count())
        return True

    def next_group(self) -> None:
        """Select the first row of the next group, or the next way on."""
        if not self._groups:
            self._select((self._current + 1) % self._count())
            return
        starts, n = [], 0
        for group in self._groups:
            starts.append(n)
            n += len(group.hits)
        self._select(next((start for start in starts if start > self._current), 0))

    def place(self) -> None:
        """Put the list under the field."""
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        at = self._field.mapTo(window, QPoint(0, self._field.height() + _GAP))
        width = min(self._look.px(WIDTH), window.width() - at.x() - 16)
        height = self._nothing.height()
        if self._groups:
            room = window.height() - at.y() - 16
            height = min(self._rows.height(self._groups) + self._look.px(FOOT), room)
        outer = QRect(at, QSize(width, height)).adjusted(-_SHADOW, -_SHADOW // 4, _SHADOW, _SHADOW)
        self.setGeometry(outer)

    def frame(self) -> QRect:
        """Where the list itself lies inside the widget that carries its shadow."""
        return self.rect().adjusted(_SHADOW, _SHADOW // 4, -_SHADOW, -_SHADOW)

    def _select(self, row: int) -> None:
        self._current = row
        self._bring_into_view()
        self.update()
        hit = self.current
        if hit is None:
            ways = self._nothing.ways
            said = self._nothing.spoken_way(ways[row]) if 0 <= row < len(ways) else self._nothing.spoken
        else:
            said = self.tr("{n} of {all}: {row}").format(n=row + 1, all=len(self.hits), row=hit.spoken)
        self._field.setAccessibleDescription(said)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._field, said))

    def _room(self) -> int:
        """How high the rows' place is."""
        return self.frame().height() - self._look.px(FOOT)

    def _bring_into_view(self) -> None:
        if self._groups and self._current >= 0:
            begin, end = self._rows.place_of(self._groups, self._current)
            self._offset = max(end - self._room(), min(self._offset, begin), 0)

    def _restyled(self) -> None:
        if self.isVisible():
            self.place()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if row is not None and row != self._current:
            self._select(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        most = max(0, self._rows.height(self._groups) - self._room()) if self._groups else 0
        self._offset = min(max(0, self._offset - event.angleDelta().y() // 2), most)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        way = (
            None
            if self._groups
            else self._nothing.way_at(event.position().toPoint() - self.frame().topLeft())
        )
        if way is not None:
            self._select(self._nothing.ways.index(way))
            self._take_way()
            return
        if row is not None:
            self._select(row)
            self.take_current()
        elif not self.frame().contains(event.position().toPoint()):
            self.close_list()

    def _row_at(self, event: QMouseEvent) -> int | None:
        point = event.position().toPoint()
        if not self.frame().contains(point):
            return None
        y = point.y() - self.frame().top()
        return self._rows.row_at(self._groups, y + self._offset) if y < self._room() else None

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, frame = self._look, QPainter(self), QRectF(self.frame())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_shadow(painter, frame)
        radius = tokens()["radius"]["panel"]
        painter.setBrush(look.color("surface"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(frame, radius, radius)
        painter.save()
        painter.translate(frame.topLeft())
        if self._groups:
            self._paint_rows(painter, int(frame.width()))
        else:
            self._nothing.paint(painter, int(frame.width()), self._current)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("borderStrong"), 1))
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_shadow(self, painter: QPainter, frame: QRectF) -> None:
        """One soft shadow, 8 down and 24 wide, as steps of little ink."""
        ink = self._look.color("text" if not self._look.dark else "rail")
        painter.setPen(Qt.PenStyle.NoPen)
        for spread in range(0, _SHADOW, 3):
            ink.setAlphaF(0.02)
            painter.setBrush(ink)
            area = frame.adjusted(-spread / 2, 4 - spread / 4, spread / 2, spread * 0.9)
            painter.drawRoundedRect(area, 12 + spread / 2, 12 + spread / 2)

    def _paint_rows(self, painter: QPainter, width: int) -> None:
        room = self._room()
        painter.save()
        painter.setClipRect(QRect(0, 0, width, room))
        painter.translate(0, -self._offset)
        self._rows.paint(painter, self._groups, self._text, width, self._current)
        painter.restore()
        self._rows.paint_foot(painter, QRect(0, room, width, self._look.px(FOOT)), self._whole())

    def _whole(self) -> str:
        """What Ctrl+Enter shows: all of the selected row's kind, where there are more."""
        row = self._current
        for group in self._groups:
            if row < len(group.hits):
                many = wording.number(group.more)
                return (
                    self.tr("all {n} {kind}").format(n=many, kind=group.title.lower()) if group.more else ""
                )
            row -= len(group.hits)
        return ""
