"""A few choices side by side in one frame, one of them taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.settings import Value
from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look, tokens

Options = Sequence[tuple[Value, str]]
_CONTROL = tokens()["control"]["buttonCompact"]
_RADIUS = tokens()["radius"]["control"]


class Segments(QWidget):
    """Arrows move, a click takes; whoever listens says what holds from then on."""

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

    def hold(self, value: Value) -> None:
        """Show another as the one that is taken."""
        self.value = value
        self._at = next((n for n, (one, _) in enumerate(self.options) if one == value), 0)
        self.update()

    def name(self, value: Value, text: str) -> None:
        """Call one of the choices something else."""
        self.options = [(one, text if one == value else was) for one, was in self.options]
        self.updateGeometry()
        self.update()

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
