"""The keypad on which a PIN is entered: dots for what was typed, ten digits and a way back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from assistant.store.pins import FEWEST, MOST
from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look, tokens

_BACK = "back"


class PinKey(QAbstractButton):
    """One digit, or the key that takes the last one back; never takes the focus from the keypad."""

    def __init__(self, look: Look, text: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setText(text)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width, height = tokens()["control"]["pinKey"]
        return QSize(self._look.px(width), self._look.px(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isEnabled() and (self.isDown() or self.underMouse())
        if self.text() == _BACK:
            token = "text" if lit else "textSecondary"
            icon, size = look.pixmap("delete", token, 24), look.px(24)
            painter.drawPixmap((self.width() - size) // 2, (self.height() - size) // 2, icon)
            return
        painter.setBrush(look.color("hover" if lit else "surface" if self.isEnabled() else "sunken"))
        painter.setPen(QPen(look.color("borderStrong" if self.isEnabled() else "border"), 1))
        radius = tokens()["radius"]["control"]
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setPen(look.color("text" if self.isEnabled() else "textDisabled"))
        painter.setFont(look.font("sayLarge", tabular=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class PinDots(QWidget):
    """One dot for each digit, filled as they are typed; what was typed is never shown."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._typed, self._wanted = look, 0, FEWEST
        look.changed.connect(self.updateGeometry)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_typed(self, typed: int, wanted: int) -> None:
        """Fill so many of so many."""
        self._typed, self._wanted = typed, max(wanted, typed)
        self.setAccessibleName(self.tr("{n} of {all} digits").format(n=typed, all=self._wanted))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(32) * MOST, self._look.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, size = self._look, QPainter(self), self._look.px(16)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for n in range(self._wanted):
            filled = n < self._typed
            painter.setBrush(look.color("text") if filled else Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("text" if filled else "borderStrong"), 2))
            top = (self.height() - size) / 2
            painter.drawEllipse(QRectF(n * look.px(29) + 1, top + 1, size - 2, size - 2))


class PinPad(QWidget):
    """Takes digits by key or touch. With `digits` known the last one enters; else Enter does."""

    entered = Signal(str)

    def __init__(self, look: Look, dots: PinDots, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._dots = look, dots
        self._typed, self._digits, self._ringed = "", 0, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("PIN"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        grid = QGridLayout(self)
        grid.setContentsMargins(6, 6, 6, 6)
        grid.setSpacing(8)
        self.keys: dict[str, PinKey] = {}
        for n, text in enumerate((*"123456789", "", "0", _BACK)):
            if text:
                name = self.tr("Take the last digit back") if text == _BACK else text
                self.keys[text] = PinKey(look, text, name, self)
                self.keys[text].clicked.connect(lambda _=False, text=text: self._press(text))
                grid.addWidget(self.keys[text], n // 3, n % 3)

    @property
    def typed(self) -> int:
        """How many digits were typed."""
        return len(self._typed)

    def begin(self, digits: int = 0) -> None:
        """Take a PIN, of so many digits where that is known."""
        self._digits = digits
        self.clear()
        self.setEnabled(True)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Forget what was typed."""
        self._typed = ""
        self._show()

    def _press(self, key: str) -> None:
        if key == _BACK:
            self._typed = self._typed[:-1]
        elif len(self._typed) < (self._digits or MOST):
            self._typed += key
        self._show()
        if self._digits and len(self._typed) == self._digits:
            self._enter()

    def _enter(self) -> None:
        typed, self._typed = self._typed, ""
        self.entered.emit(typed)

    def _show(self) -> None:
        self._dots.show_typed(len(self._typed), self._digits or FEWEST)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in self.keys and event.text().isdigit() and not event.isAutoRepeat():
            self._press(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self._press(_BACK)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._digits and self._typed:
            self._enter()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # It has the keys from the start, which the dots say; the ring is for who moves about by Tab.
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus() and self._ringed:
            paint_focus(QPainter(self), self._look, self.rect(), tokens()["radius"]["panel"])
