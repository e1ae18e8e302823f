"""The first administrator: a name and a PIN, asked for once a shop is there; a made-up one can wait."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from assistant.errors import KnownError
from assistant.records import Associate
from assistant.store import preferences, staff
from assistant.store.database import Connection
from assistant.ui.parts import Button, Text
from assistant.ui.pinpage import PinPage
from assistant.ui.questions import Questions
from assistant.ui.theme import Look, tokens


def _can_wait(connection: Connection) -> bool:
    return bool(preferences.get(connection, "shop.made_up"))


class Keeper(QWidget):
    """Asks for the name, then for the PIN twice."""

    made = Signal()
    put_off = Signal()

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._questions = look, questions
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Your name"))
        self.field.setAccessibleName(self.tr("Your name"))
        self.go = Button(look, self.tr("Choose a PIN"), "primary", key="Enter")
        self.later = Button(look, self.tr("Not now"), "quiet", key="Esc")
        self.later.hide()
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._choose_pin)
        self.go.clicked.connect(self._choose_pin)
        self.later.clicked.connect(self._put_off)
        self.pin = PinPage(look, self.tr("Another name"), "Esc")
        self.pin.chosen.connect(self._make)
        self.pin.left.connect(self.focus_first)
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()
        self._typed()

    def focus_first(self) -> None:
        """Ask for the name."""
        self.pin.stop()
        self._stack.setCurrentIndex(0)
        self.field.setFocus()
        self._questions.ask(_can_wait, self.later.setVisible, key="keeper")

    def _typed(self) -> None:
        self.go.setEnabled(bool(self.field.text().strip()))

    def _choose_pin(self) -> None:
        name = " ".join(self.field.text().split())
        if name:
            self._stack.setCurrentWidget(self.pin)
            self.pin.choose(Associate("", name))

    def _make(self, pin: str) -> None:
        name = " ".join(self.field.text().split())
        job = partial(staff.make_keeper, name=name, pin=pin)
        self._questions.ask(job, lambda _: self.made.emit(), key="keeper", failed=self._refused)

    def _refused(self, problem: KnownError) -> None:
        self.pin.choose(Associate("", self.field.text()), str(problem))

    def _put_off(self) -> None:
        self._questions.ask(staff.put_off_keeper, lambda _: self.put_off.emit(), key="keeper")

    def _lay_out(self) -> None:
        look = self._look
        self._whole = QWidget()
        inside = QVBoxLayout(self._whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(Text(look, "title", self.tr("Who looks after this shop?")))
        words = self.tr(
            "The first administrator adds people, says who is a manager, and gives PINs. "
            "Everybody else keeps signing in by name until they have one."
        )
        self._why = Text(look, "body", words, "textSecondary")
        self._why.setWordWrap(True)
        inside.addWidget(self._why)
        inside.addSpacing(12)
        inside.addWidget(self.field)
        inside.addSpacing(12)
        buttons = QHBoxLayout()
        buttons.addWidget(self.later)
        buttons.addStretch(1)
        buttons.addWidget(self.go)
        inside.addLayout(buttons)
        name = QWidget()
        outside = QVBoxLayout(name)
        outside.addStretch(2)
        outside.addWidget(self._whole, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(3)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(name)
        self._stack.addWidget(self.pin)

    def _restyle(self) -> None:
        wide = self._look.px(480)
        self._whole.setFixedWidth(wide)
        # A layout that centres its one widget does not ask how high a wrapped text is in that width.
        self._why.setFont(self._look.font("body"))
        self._why.setMinimumHeight(self._why.heightForWidth(wide))
        self.field.setFixedHeight(self._look.px(tokens()["control"]["field"]))
        self.field.setFont(self._look.font("say"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.later.isHidden():
            self._put_off()
        else:
            super().keyPressEvent(event)
