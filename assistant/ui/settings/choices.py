"""What a setting is chosen with: a field that opens a list, segments side by side, a switch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from assistant.settings import Value
from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look, tokens

Options = Sequence[tuple[Value, str]]
_CONTROL = tokens()["control"]["buttonCompact"]
_RADIUS = tokens()["radius"]["control"]


class Picked(QAbstractButton):
    """A field that opens a list of choices; `picked` carries the one that was taken."""

    picked = Signal(object)

    def __init__(self, look: Look, options: Options, value: Value, *, width: int = 0) -> None:
        super().__init__()
        self._look, self.options, self._width = look, list(options), width
        self.value = value
        self.setText(next((text for one, text in self.options if one == value), str(value)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        look.changed.connect(self.updateGeometry)

    @property
    def chosen(self) -> str:
        """What is chosen, in words."""
        return self.text()

    def take(self, value: Value) -> None:
        """Choose one, as the list does."""
        if value != self.value:
            self.picked.emit(value)

    def _taken(self, value: Value, _on: bool) -> None:
        self.take(value)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._look.font("label"))
        widest = max((metrics.horizontalAdvance(text) for _, text in self.options), default=0)
        own = metrics.horizontalAdvance(self.text())
        room = self._look.px(44)
        width = self._look.px(self._width) or min(widest, self._look.px(150)) + room
        width = max(width, own + room)
        return QSize(max(width, self._look.px(72)), self._look.px(_CONTROL))

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setFont(self._look.font("body"))
        for value, text in self.options:
            action = menu.addAction(text)
            action.triggered.connect(partial(self._taken, value))
            action.setCheckable(True)
            action.setChecked(value == self.value)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down take the neighbour; Enter and Space open the list."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif step is not None:
            values = [value for value, _ in self.options]
            place = (values.index(self.value) if self.value in values else 0) + step
            if 0 <= place < len(values):
                self.take(values[place])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setBrush(look.color("hover" if self.underMouse() and self.isEnabled() else "surface"))
        border = "focus" if focused else "borderStrong" if self.isEnabled() else "border"
        painter.setPen(QPen(look.color(border), 2 if focused else 1))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)
        painter.setPen(look.color("text" if self.isEnabled() else "textDisabled"))
        painter.setFont(look.font("label"))
        area = self.rect().adjusted(look.px(11), 0, -look.px(26), 0)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)
        if self.isEnabled():
            size = look.px(16)
            place = QPoint(self.width() - size - look.px(9), (self.height() - size) // 2)
            painter.drawPixmap(place, look.pixmap("chevron-down", "text", 16))


class Segments(QWidget):
    """A few choices side by side, one of them taken; arrows move, a click or Space takes."""

    picked = Signal(object)

    def __init__(self, look: Look, options: Options, value: Value) -> None:
        super().__init__()
        self._look, self.options, self.value = look, list(options), value
        self._at = next((n for n, (one, _) in enumerate(self.options) if one == value), 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    @property
    def chosen(self) -> str:
        """What is chosen, in words."""
        return next((text for value, text in self.options if value == self.value), "")

    def take(self, value: Value) -> None:
        """Choose one, as a click does."""
        if value != self.value:
            self.picked.emit(value)

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(self._look.font("label", weight=600))
        return [metrics.horizontalAdvance(text) + self._look.px(20) for _, text in self.options]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()), self._look.px(_CONTROL))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        for width, (value, _) in zip(self._widths(), self.options, strict=True):
            x -= width
            if x < 0:
                self.take(value)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif 0 <= self._at + step < len(self.options):
            self.take(self.options[self._at + step][0])

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, x = self._look, QPainter(self), 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(look.color("surface"))
        painter.setPen(QPen(look.color("borderStrong"), 1))
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(whole, _RADIUS, _RADIUS)
        taken = QRect()
        for n, (width, (value, text)) in enumerate(zip(self._widths(), self.options, strict=True)):
            area = QRect(x, 0, width, self.height())
            on = value == self.value
            if on:
                taken = area
            elif n and self.options[n - 1][0] != self.value:
                painter.setPen(QPen(look.color("border"), 1))
                painter.drawLine(x, 1, x, self.height() - 2)
            x += width
            if not on:
                painter.setPen(look.color("text"))
                painter.setFont(look.font("label"))
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        self._paint_taken(painter, taken)

    def _paint_taken(self, painter: QPainter, area: QRect) -> None:
        look = self._look
        painter.setBrush(look.color("accentSoft"))
        painter.setPen(QPen(look.color("accent"), 2))
        painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), _RADIUS - 1, _RADIUS - 1)
        painter.setPen(look.color("accentText"))
        painter.setFont(look.font("label", weight=600))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.chosen)
        if self.hasFocus():
            paint_focus(painter, look, self.rect(), _RADIUS)


class Switch(QAbstractButton):
    """On or off, said in a word beside it."""

    picked = Signal(object)

    def __init__(self, look: Look, *, on: bool) -> None:
        super().__init__()
        self._look, self.value = look, on
        self.setCheckable(True)
        self.setChecked(on)
        self.setText(self.tr("On") if on else self.tr("Off"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda checked: self.picked.emit(checked))
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._look.font("label")).horizontalAdvance(self.text())
        return QSize(width + self._look.px(52), self._look.px(_CONTROL))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = look.px(40), look.px(24)
        track = QRectF(self.width() - width - 2, (self.height() - height) / 2, width, height)
        painter.setPen(look.color("text"))
        painter.setFont(look.font("label", weight=400))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent" if self.value else "borderStrong"))
        painter.drawRoundedRect(track, height / 2, height / 2)
        painter.setBrush(look.color("onAccent"))
        knob = height - 4
        x = track.right() - knob - 2 if self.value else track.left() + 2
        painter.drawEllipse(QRectF(x, track.top() + 2, knob, knob))
        if self.hasFocus():
            paint_focus(painter, look, track.toRect().adjusted(-3, -3, 3, 3), height / 2)
