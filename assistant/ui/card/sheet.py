"""Shows a card before it is given: the card itself, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.ui.card.drawing import HEIGHT, WIDTH, draw
from assistant.ui.card.words import Card
from assistant.ui.counter.overlay import Overlay
from assistant.ui.parts import Button, Elided, Panel, Text
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_WIDEST = 720
_EDGE = 24


class CardView(QWidget):
    """The card as it will be on paper: white in the dark theme too."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.card: Card | None = None

    def show_card(self, card: Card) -> None:
        """Show another card."""
        self.card = card
        self.setAccessibleName(card.spoken)
        self.update()

    def fit(self, room: QSize) -> None:
        """As large as the room, in the paper's proportion."""
        width = min(room.width(), room.height() * WIDTH // HEIGHT)
        self.setFixedSize(width, width * HEIGHT // WIDTH)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if self.card is not None:
            painter.save()
            painter.scale(self.width() / WIDTH, self.width() / WIDTH)
            draw(painter, self.card)
            painter.restore()
        painter.setPen(QPen(self._look.color("border"), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


class CardSheet(Overlay):
    """The card over the page: Enter saves it as a PDF, P prints it, Esc leaves."""

    save_asked = Signal()
    print_asked = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, scrim=True)
        self.panel = Panel(self, "popup")
        self._column = QVBoxLayout(self.panel)
        self._column.setContentsMargins(_EDGE, 20, _EDGE, 20)
        self._column.setSpacing(0)
        self.title = Text(look, "title", tr("Card to give"))
        said = tr("A6. It names the product only, nothing about the customer.")
        self._about = Text(look, "body", said, "textSecondary")
        self._about.setWordWrap(True)
        self.view = CardView(look)
        self.said = Elided(look, "label", token="textSecondary")
        self.save = Button(look, tr("Save as PDF"), "primary", key="Enter")
        self.print = Button(look, tr("Print"), icon="printer", key="P")
        self.back = Button(look, tr("Back"), key="Esc")
        self._lay_out()
        self.save.clicked.connect(lambda _on: self.save_asked.emit())
        self.print.clicked.connect(lambda _on: self.print_asked.emit())
        self.back.clicked.connect(lambda _on: self.leave())

    def _lay_out(self) -> None:
        column = self._column
        column.addWidget(self.title)
        column.addSpacing(4)
        column.addWidget(self._about)
        column.addSpacing(16)
        column.addWidget(self.view, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addWidget(self.said)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.save, self.print, self.back):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)

    @property
    def card(self) -> Card | None:
        """What is shown."""
        return self.view.card

    def body(self) -> QWidget:
        return self.panel

    def show_card(self, card: Card, back_to: QWidget | None, *, can_print: bool) -> None:
        """Come up with a card."""
        self.say("")
        self.view.show_card(card)
        self.panel.setAccessibleName(tr("Card to give"))
        self.print.setVisible(can_print)
        self.set_busy(False)
        self.come(back_to, self.save)

    def say(self, text: str) -> None:
        """Say what became of it."""
        self.said.setText(text)

    def set_busy(self, busy: bool) -> None:
        """While it is written or printed, it is not asked for again."""
        self.save.setEnabled(not busy)
        self.print.setEnabled(not busy)

    def arrange(self) -> None:
        look = self._look
        width = min(look.px(_WIDEST), self.width() - 32)
        inside = width - 2 * _EDGE
        around = self.title.sizeHint().height() + self._about.heightForWidth(inside)
        around += self.said.sizeHint().height() + self.save.sizeHint().height() + 76
        self.view.fit(QSize(inside, max(160, self.height() - around - 32)))
        self.panel.setFixedWidth(width)
        height = around + self.view.height()
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.accept()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            focused = next((b for b in (self.print, self.back) if b.hasFocus()), self.save)
            focused.click()
        elif event.key() == Qt.Key.Key_P and self.print.isVisible():
            event.accept()
            self.print.click()
        else:
            super().keyPressEvent(event)
