"""The list under the universal field: groups of rows, painted, that never take the focus."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from assistant.ui.hits import Group, Hit, Seen, groups, total_of
from assistant.ui.result_rows import Rows
from assistant.ui.theme import Look, tokens

WIDTH, NOTHING = 792, 96
_SHADOW = 24  # the margin that carries the shadow
_GAP = 10  # between the field and the list


class Results(QWidget):
    """A popup inside the window; the field passes its keys on."""

    chosen = Signal(str, str)
    closed = Signal()

    def __init__(self, look: Look, field: QWidget) -> None:
        super().__init__(field.window())
        self._look, self._field = look, field
        self._rows = Rows(look)
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
        return hits[self._current] if hits else None

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
        self.place()
        self.show()
        self.raise_()
        self._select(0)

    def close_list(self) -> None:
        """Hide the list and forget what was in it."""
        self._groups, self._total = (), 0
        self.hide()
        self.closed.emit()

    def take_current(self) -> bool:
        """Open the selected row; False where there is none."""
        hit = self.current
        if hit is None:
            return False
        self.chosen.emit(hit.kind, hit.key)
        return True

    def move_by_key(self, key: int) -> bool:
        """Up and Down move the selection; other keys are not for the list."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key))
        if step is None or not self.hits:
            return False
        self._select((self._current + step) % len(self.hits))
        return True

    def next_group(self) -> None:
        """Select the first row of the next group."""
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
        height = self._rows.height(self._groups) if self._groups else self._look.px(NOTHING)
        outer = QRect(at, QSize(width, height)).adjusted(-_SHADOW, -_SHADOW // 4, _SHADOW, _SHADOW)
        self.setGeometry(outer)

    def frame(self) -> QRect:
        """Where the list itself lies inside the widget that carries its shadow."""
        return self.rect().adjusted(_SHADOW, _SHADOW // 4, -_SHADOW, -_SHADOW)

    def _select(self, row: int) -> None:
        self._current = row
        self.update()
        hit = self.current
        if hit is None:
            said = self.tr("Nothing found")
        else:
            said = self.tr("{n} of {all}: {row}").format(n=row + 1, all=len(self.hits), row=hit.spoken)
        self._field.setAccessibleDescription(said)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._field, said))

    def _restyled(self) -> None:
        if self.isVisible():
            self.place()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if row is not None and row != self._current:
            self._select(row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if row is not None:
            self._select(row)
            self.take_current()
        elif not self.frame().contains(event.position().toPoint()):
            self.close_list()

    def _row_at(self, event: QMouseEvent) -> int | None:
        point = event.position().toPoint()
        if not self.frame().contains(point):
            return None
        return self._rows.row_at(self._groups, point.y() - self.frame().top())

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
            self._rows.paint(painter, self._groups, self._text, int(frame.width()), self._current)
        else:
            self._paint_nothing(painter, int(frame.width()))
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

    def _paint_nothing(self, painter: QPainter, width: int) -> None:
        look = self._look
        painter.drawPixmap(QPointF(20, 20), look.pixmap("search-x", "textTertiary", 20))
        painter.setPen(look.color("text"))
        painter.setFont(look.font("name"))
        line = QRect(look.px(52), 18, width - look.px(72), look.line("name"))
        said = self.tr("Nothing found for “{text}”").format(text=self._text)
        elided = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), elided)
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("label", weight=400))
        line.translate(0, look.line("name") + 4)
        hint = self.tr("Searched names, e-mail, numbers, baskets and products. Less of a word finds more.")
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), hint)
