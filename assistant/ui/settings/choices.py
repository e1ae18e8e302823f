"""What a setting is chosen with: a field that opens a list, segments side by side, a switch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy

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
