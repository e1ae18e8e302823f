"""The controls of the page's head: a choice that opens a menu of the others, and a short button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look, tokens

Choice = tuple[str | int | None, str]
_PAD, _GAP, _ICON = 12, 9, 18


def paint_box(painter: QPainter, look: Look, button: QAbstractButton) -> QRect:
    """The ground of a button of the head, drawn 36 high in the 44 that take clicks; where its text goes."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    high = look.px(tokens()["control"]["buttonCompact"])
    box = QRect(0, (button.height() - high) // 2, button.width(), high)
    radius = tokens()["radius"]["control"]
    inner = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
    if button.hasFocus():
        paint_focus(painter, look, box, radius)
        inner.adjust(3.5, 3.5, -3.5, -3.5)
    painter.setBrush(look.color("hover" if button.isDown() or button.underMouse() else "surface"))
    painter.setPen(QPen(look.color("borderStrong" if button.isEnabled() else "border"), 1))
    painter.drawRoundedRect(inner, radius - 2 if button.hasFocus() else radius, radius)
    return box


class HeadButton(QAbstractButton):
    """A short word in the page's head, such as `CSV`."""

    def __init__(self, look: Look, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._look.font("label", weight=600)).horizontalAdvance(self.text())
        return QSize(width + self._look.px(2 * _PAD), self._look.px(tokens()["control"]["button"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = paint_box(painter, self._look, self)
        painter.setFont(self._look.font("label", weight=600))
        painter.setPen(self._look.color("text" if self.isEnabled() else "textDisabled"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self.text())


class Picker(QAbstractButton):
    """`Period  Last 12 weeks ⌄`: drawn 36 high, taking clicks over 44."""

    chosen = Signal(object)

    def __init__(self, look: Look, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._label = look, label
        self._choices: tuple[Choice, ...] = ()
        self.value: str | int | None = None
        self._short = False
        self.notes: Mapping[str | int | None, str] = {}  # what the menu adds to a choice
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self.open_menu)
        look.changed.connect(self.updateGeometry)

    def set_short(self, short: bool) -> None:
        """Draw what is chosen without what it is called, where there is little room."""
        self._short = short
        self.setToolTip(self._label if short else "")
        self.updateGeometry()
        self.update()

    def say(self, label: str) -> None:
        """Be called otherwise."""
        self._label = label
        self.set_choices(self._choices, self.value)

    def set_choices(self, choices: Sequence[Choice], value: str | int | None) -> None:
        """Offer other choices, one of them chosen."""
        self._choices, self.value = tuple(choices), value
        self.setAccessibleName(f"{self._label}: {self._words()}")
        self.updateGeometry()
        self.update()

    def menu(self) -> QMenu:
        """The menu of the choices, the chosen one ticked."""
        menu = QMenu(self)
        menu.setFont(self._look.font("body"))
        for value, text in self._choices:
            note = self.notes.get(value)
            action = menu.addAction(f"{text}   {note}" if note else text)
            action.setCheckable(True)
            action.setChecked(value == self.value)
            action.triggered.connect(lambda _checked, value=value: self._choose(value))
        return menu

    def open_menu(self) -> None:
        """Open the menu under the button."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _choose(self, value: str | int | None) -> None:
        if value != self.value:
            self.set_choices(self._choices, value)
            self.chosen.emit(value)

    def _said(self) -> tuple[tuple[str, int, str], ...]:
        """What is drawn: text, weight and colour. In short only what is chosen, or of what all is."""
        label, chosen = (self._label, 400, "textSecondary"), (self._words(), 600, "text")
        if self._short:
            return (chosen,) if self.value is not None else (label,)
        return tuple(part for part in (label, chosen) if part[0])

    def _words(self) -> str:
        return next((text for value, text in self._choices if value == self.value), "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        look = self._look
        width = sum(
            QFontMetrics(look.font("label", weight=weight)).horizontalAdvance(text) + look.px(_GAP)
            for text, weight, _ in self._said()
        )
        return QSize(width + look.px(2 * _PAD + _ICON), look.px(tokens()["control"]["button"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        box = paint_box(painter, look, self)
        x = look.px(_PAD)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for text, weight, token in self._said():
            font = look.font("label", weight=weight)
            painter.setFont(font)
            painter.setPen(look.color(token))
            painter.drawText(box.adjusted(x, 0, 0, 0), left, text)
            x += QFontMetrics(font).horizontalAdvance(text) + look.px(_GAP)
        pixmap = look.pixmap("chevron-down", "textTertiary", _ICON)
        painter.drawPixmap(
            self.width() - look.px(_PAD - 2) - look.px(_ICON), box.center().y() - look.px(8), pixmap
        )
