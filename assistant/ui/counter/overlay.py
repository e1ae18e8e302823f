"""What lies over the page for a moment and keeps the keys to itself: a sheet, a popover, a question."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QHBoxLayout, QVBoxLayout, QWidget

from assistant.ui.parts import Button, Panel, Text
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_NOTCH = 8


class Overlay(QWidget):
    """Covers its page; Tab stays inside, Esc or a click outside leaves, the focus goes back where it was."""

    left = Signal()

    def __init__(self, look: Look, parent: QWidget, *, scrim: bool) -> None:
        super().__init__(parent)
        self._look, self._scrim, self._page = look, scrim, parent
        self._back_to: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        parent.installEventFilter(self)
        self.hide()
        look.changed.connect(self.update)

    def body(self) -> QWidget:
        """The part that a click does not leave."""
        raise NotImplementedError

    def come(self, back_to: QWidget | None, first: QWidget | None = None) -> None:
        """Show, and take the focus; it goes back to `back_to`."""
        self._back_to = back_to
        self.setGeometry(self._page.rect())
        self.arrange()
        self.show()
        self.raise_()
        (first or self).setFocus(Qt.FocusReason.PopupFocusReason)

    def go(self) -> None:
        """Hide, and give the focus back."""
        if not self.isVisible():
            return
        self.hide()
        if self._back_to is not None:
            self._back_to.setFocus(Qt.FocusReason.PopupFocusReason)

    def arrange(self) -> None:
        """Place the body; called whenever the page changes its size."""

    def leave(self) -> None:
        """Go without having chosen."""
        self.go()
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._page.rect())
            self.arrange()
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        inside = [
            w
            for w in self.findChildren(QWidget)
            if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and w.isEnabled()
        ]
        if not inside:
            return True
        now = self.focusWidget()
        place = inside.index(now) if now in inside else -1 if forward else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        inside[(place + (1 if forward else -1)) % len(inside)].setFocus(reason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()  # nothing goes through to the page
        if event.key() == Qt.Key.Key_Escape:
            self.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.body().geometry().contains(event.position().toPoint()):
            self.leave()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scrim:
            QPainter(self).fillRect(self.rect(), self._look.color("scrim"))


class Bubble(QWidget):
    """The popover's body: a rounded surface with a notch that points at what it belongs to."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.notch, self.below = 0, True
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 41))
        self.setGraphicsEffect(shadow)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 8 + _NOTCH, 16, 4 + _NOTCH)
        self.column.setSpacing(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, _NOTCH + 0.5, -0.5, -_NOTCH - 0.5)
        path = QPainterPath()
        path.addRoundedRect(area, tokens()["radius"]["panel"], tokens()["radius"]["panel"])
        base = area.top() + 1 if self.below else area.bottom() - 1
        tip = base - _NOTCH if self.below else base + _NOTCH
        notch = QPainterPath(QPointF(self.notch - _NOTCH, base))
        notch.lineTo(self.notch, tip)
        notch.lineTo(self.notch + _NOTCH, base)
        notch.closeSubpath()
        painter.setBrush(self._look.color("surface"))
        painter.setPen(QPen(self._look.color("borderStrong"), 1))
        painter.drawPath(path.united(notch))


class Popover(Overlay):
    """A bubble below what it belongs to, above it where there is no room below; never over its own row."""

    def __init__(self, look: Look, parent: QWidget, width: int) -> None:
        super().__init__(look, parent, scrim=False)
        self.bubble = Bubble(look, self)
        self._width = width
        self._point, self._row, self._left = QPoint(), QRect(), 0

    def body(self) -> QWidget:
        return self.bubble

    def point_at(self, point: QPoint, row: QRect, left: int) -> None:
        """Say where it points, which row it must not cover, and where it would begin."""
        self._point, self._row, self._left = point, row, left

    def arrange(self) -> None:
        bubble = self.bubble
        width = min(max(self._look.px(self._width), bubble.column.minimumSize().width()), self.width() - 16)
        bubble.setFixedWidth(width)
        bubble.adjustSize()
        height = bubble.sizeHint().height()
        below = self._point.y() + height <= self.height() - 4 or self._row.top() < height
        x = max(8, min(self._left, self.width() - width - 8))
        y = self._point.y() + 2 if below else self._row.top() - height
        bubble.below, bubble.notch = below, self._point.x() - x
        bubble.setGeometry(x, max(0, min(y, self.height() - height)), width, height)


class Ask(Overlay):
    """A question with one answer and a way back: Enter or Esc."""

    agreed = Signal()
    other_chosen = Signal()

    def __init__(self, look: Look, parent: QWidget, *, other_key: str = "") -> None:
        super().__init__(look, parent, scrim=True)
        self._other_key = other_key
        self.panel = Panel(self, "popup")
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        self.title = Text(look, "title")
        self.text = Text(look, "body", token="textSecondary")
        for text in (self.title, self.text):
            text.setWordWrap(True)
            column.addWidget(text)
        column.addSpacing(12)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self.yes = Button(look, "", "primary", key="Enter")
        self.other = Button(look, "", key=other_key)
        self.other.hide()
        self.no = Button(look, tr("Back"), key="Esc")
        for button in (self.yes, self.other, self.no):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        column.addLayout(self._buttons)
        self.yes.clicked.connect(self._agree)
        self.other.clicked.connect(lambda _on: self._choose_other())
        self.no.clicked.connect(lambda _on: self.leave())

    def body(self) -> QWidget:
        return self.panel

    def ask(self, title: str, text: str, yes: str, back_to: QWidget | None, other: str = "") -> None:
        """Put the question; `other` names a second way on."""
        self.other.setText(other)
        self.other.setAccessibleName(other)
        self.other.setVisible(bool(other))
        self.other.updateGeometry()
        self.title.setText(title)
        self.text.setText(text)
        self.yes.setText(yes)
        self.yes.setAccessibleName(yes)
        self.yes.updateGeometry()
        self.panel.setAccessibleName(title)
        self.come(back_to, self.yes)

    def arrange(self) -> None:
        width = min(self._look.px(480), self.width() - 32)
        self.panel.setFixedWidth(width)
        height = self.panel.heightForWidth(width)
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 3, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            event.accept()
            if self.no.hasFocus():
                self.leave()
            elif self.other.hasFocus():
                self._choose_other()
            else:
                self._agree()
            return
        if self.other.isVisible() and event.text().upper() == self._other_key and not event.isAutoRepeat():
            event.accept()
            self._choose_other()
            return
        super().keyPressEvent(event)

    def _choose_other(self) -> None:
        self.go()
        self.other_chosen.emit()

    def _agree(self) -> None:
        self.go()
        self.agreed.emit()
