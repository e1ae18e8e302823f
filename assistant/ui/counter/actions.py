"""The real buttons that stand over painted rows: the three answers, and taking the latest one back."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from assistant.ui.counter.rows import Row
from assistant.ui.parts import Button, keycap_width, paint_focus, paint_keycap
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

GAP = 8


class Actions(QWidget):
    """Accepted, Declined, Later: one widget, moved over the selected row."""

    pressed = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        height = tokens()["control"]["counterAction"]
        self.accepted = Button(look, tr("Accepted"), "accepted", icon="check", key="A", height=height)
        self.declined = Button(look, tr("Declined"), icon="minus", key="D", height=height)
        self.later = Button(look, tr("Later"), icon="clock", icon_token="later", key="L", height=height)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for button, name in self._named():
            row.addWidget(button)
            button.clicked.connect(lambda _on, name=name: self.pressed.emit(name))

    def _named(self) -> tuple[tuple[Button, str], ...]:
        return (self.accepted, "accepted"), (self.declined, "declined"), (self.later, "later")

    def fit(self, room: int) -> None:
        """Where the buttons are too wide, as with large text, their pictures give way, then their keys."""
        drawn = ((self.accepted, "check", "A"), (self.declined, "minus", "D"), (self.later, "clock", "L"))
        for pictures, keys in ((True, True), (False, True), (False, False)):
            for button, icon, key in drawn:
                button.show_with(icon if pictures else None, key if keys else None)
            if self.sizeHint().width() <= room:
                break

    def show_for(self, row: Row) -> None:
        """Name the buttons for the row they answer."""
        self.name_for(row.suggestion.product.name)

    def name_for(self, what: str) -> None:
        """Name the buttons for what they answer."""
        for button, _ in self._named():
            button.setAccessibleName(f"{button.text()}, {what}")


class KeyButton(QAbstractButton):
    """A quiet word with its key, for the small things at a row's end: `Undo Z`."""

    def __init__(self, look: Look, text: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._key = look, key
        self.setText(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        look = self._look
        width = QFontMetrics(look.font("label")).horizontalAdvance(self.text()) + look.px(6)
        if self._key:
            width += keycap_width(look, self._key) + look.px(8)
        return QSize(width, look.px(tokens()["control"]["button"]))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        hot = self.underMouse() and self.isEnabled()
        painter.setFont(look.font("label", weight=400))
        painter.setPen(look.color("text" if hot else "textSecondary"))
        left = look.px(4)
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._key:
            cap, width = look.px(tokens()["control"]["keycap"]), keycap_width(look, self._key)
            area = QRect(self.width() - width, (self.height() - cap) // 2, width, cap)
            paint_keycap(painter, look, area, self._key)
        if self.hasFocus():
            paint_focus(painter, look, self.rect().adjusted(0, look.px(5), 0, -look.px(5)), 6)


class Tail(QWidget):
    """What can be done to the latest answer: take it back, or give a "later" another day."""

    undo_asked = Signal()
    day_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.day = KeyButton(look, tr("Change day"))
        self.undo = KeyButton(look, tr("Undo"), "Z")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.day)
        row.addWidget(self.undo)
        self.day.clicked.connect(lambda _on: self.day_asked.emit())
        self.undo.clicked.connect(lambda _on: self.undo_asked.emit())

    def show_for(self, row: Row) -> None:
        """Fit the buttons to the row."""
        self.day.setVisible(row.state == "later")
        name = tr("the kit") if row.kit_offer_id else row.suggestion.product.name
        self.undo.setAccessibleName(tr("Undo, {name}").format(name=name))
        product = row.suggestion.product.name
        self.day.setAccessibleName(tr("Change day, {name}").format(name=product))
        self.adjustSize()
