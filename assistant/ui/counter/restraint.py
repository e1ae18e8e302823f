"""What the main column says where it holds back: nothing to suggest, no offers, this basket only, or one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.ui.counter.actions import KeyButton
from assistant.ui.parts import Button, Text
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr


class NoOffers(QWidget):
    """The customer wants to hear of nothing today; the one way back."""

    offers_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = Text(look, "title", tr("No offers today"))
        self._text = Text(look, "body", token="textSecondary")
        self.again = Button(look, tr("Undo"), key="Z")
        self.again.clicked.connect(lambda _on: self.offers_asked.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        for text in (self._title, self._text):
            text.setWordWrap(True)
            column.addWidget(text)
        column.addSpacing(12)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        look.changed.connect(self._fit)
        self._fit()
        self.hide()

    def _fit(self) -> None:
        for text in (self._title, self._text):
            text.setMaximumWidth(self._look.px(560))

    def say(self, name: str) -> None:
        """Say whose wish it is."""
        if name:
            words = tr("{name} would rather hear of none. Nothing more is suggested today.")
            self._text.setText(words.format(name=name))
        else:
            self._text.setText(tr("Nothing more is suggested in this visit."))


class QuietMode(QWidget):
    """One suggestion at a time, because others wait; and the way back to all."""

    all_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon = QLabel()
        self._text = Text(look, "label", tr("One suggestion only, for a queue."), "textSecondary", weight=400)
        self.show_all = KeyButton(look, tr("Show all"), "Q")
        self.show_all.clicked.connect(lambda _on: self.all_asked.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self.show_all)
        look.changed.connect(self._draw)
        self._draw()
        self.hide()

    def _draw(self) -> None:
        self._icon.setPixmap(self._look.pixmap("users", "textSecondary", 18))


class NothingToSuggest(QWidget):
    """Nothing worth suggesting, or nothing to be suggested: why, what was checked, and the way on."""

    finish_asked = Signal()
    find_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = Text(look, "title", tr("Nothing worth suggesting"))
        self._why = Text(look, "body", token="textSecondary")
        self._checked = Text(look, "label", token="textTertiary", weight=400)
        self.find_product = Button(look, tr("Find a product"), icon="search", key="F2")
        self.find_product.clicked.connect(lambda _on: self.find_asked.emit())
        self.finish = Button(look, tr("Finish visit"), key="F9")
        self.finish.clicked.connect(lambda _on: self.finish_asked.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        for text in (self._title, self._why, self._checked):
            text.setWordWrap(True)
            column.addWidget(text)
        column.addSpacing(12)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.find_product)
        buttons.addWidget(self.finish)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        for text in (self._title, self._why, self._checked):
            text.setMaximumWidth(self._look.px(560))

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def why(self) -> str:
        return self._why.text()

    def say(self, why: str, checked: str, *, held_out: bool = False) -> None:
        """Say why, and what was checked; a held-out visit has nothing by the draw, not for want of it."""
        title = tr("No suggestions this visit") if held_out else tr("Nothing worth suggesting")
        self._title.setText(title)
        self._why.setText(why)
        # The column reckons with its own width, which lets a line more than fits here seem to have room.
        self._why.setMinimumHeight(self._why.heightForWidth(self._why.maximumWidth()))
        self._checked.setText(checked)
        self._checked.setVisible(bool(checked))


class PersonalOff(QWidget):
    """The line that says that suggestions look at this basket only, and the way to change it."""

    turn_on_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon = QLabel()
        self._text = Text(look, "label", token="textSecondary", weight=400)
        self._text.setWordWrap(True)
        small = tokens()["control"]["buttonCompact"]
        self.turn_on = Button(look, tr("The customer asked to turn it on"), height=small)
        self.turn_on.clicked.connect(lambda _on: self.turn_on_asked.emit())
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self._text, 0, 1)
        self._grid.addWidget(self.turn_on, 0, 2)
        look.changed.connect(self._draw)
        self._draw()
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """The way back stands under the sentence where it would leave it only a third of the line."""
        under = self.turn_on.sizeHint().width() * 3 > self.width() * 2
        self._grid.addWidget(self.turn_on, int(under), 0 if under else 2, 1, 3 if under else 1)

    def say(self, name: str, *, basket: bool = True) -> None:
        """Say whose history is not used; on the phone there may be no basket."""
        who = name or tr("this customer")
        words = tr("Suggestions use this basket only. What {who} bought before is not shown and not used.")
        if not basket:
            words = tr("What {who} bought before is not shown and not used.")
        self._text.setText(words.format(who=who))

    def _draw(self) -> None:
        self._icon.setPixmap(self._look.pixmap("shield-off", "textSecondary", 16))
        self._make_room()
