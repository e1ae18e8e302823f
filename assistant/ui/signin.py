"""Who is serving: choosing an associate, and their PIN, before anything is shown of a customer."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from assistant.errors import KnownError
from assistant.records import Associate, Store
from assistant.store import catalog, pins, preferences
from assistant.store.database import Connection
from assistant.store.pins import PinState
from assistant.ui import dates
from assistant.ui.language import sort_key
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.pinpage import PinPage
from assistant.ui.questions import Questions
from assistant.ui.signin_rows import ROW, WHO, NameRows
from assistant.ui.theme import Look, tokens

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


def people(connection: Connection) -> tuple[tuple[Associate, ...], tuple[Store, ...], str]:
    """All who serve, the stores, and who signed in last."""
    return (
        catalog.associates(connection),
        catalog.stores(connection),
        preferences.text(connection, "signed_in"),
    )


def remember(connection: Connection, associate_id: str) -> None:
    """Remember who signed in, to offer that name first."""
    preferences.put(connection, "signed_in", associate_id)


def arrive(connection: Connection, associate_id: str, pin: str | None = None) -> PinState:
    """How this person's PIN stands; without one, or on the right one, they are remembered as the last here.

    Raises AccessError for a wrong PIN.
    """
    state = pins.state(connection, associate_id)
    if state.digits and pin is None:
        return state
    if pin is not None:
        pins.check(connection, associate_id, pin)
    if not state.temporary:
        remember(connection, associate_id)
    return state


def choose_own(connection: Connection, associate_id: str, pin: str, before: str | None) -> None:
    """Put a person's own PIN in place of the one they were given, and remember that they are here."""
    pins.choose(connection, associate_id, pin, before=before)
    remember(connection, associate_id)


class SignIn(QWidget):
    """A list of names by store, found by typing; a shop that names nobody lets a person add a name.

    Who has a PIN is asked for it before they are `chosen`.
    """

    chosen = Signal(Associate)

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._questions = look, questions
        self.people: tuple[Associate, ...] = ()
        self._stores: dict[str, str] = {}
        self._last = ""
        self._title = Text(look, "title", self.tr("Who is serving?"))
        self._hint = Text(look, "body", "", "textSecondary")
        self._hint.setWordWrap(True)
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Name"))
        self.field.textChanged.connect(self._fill)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Associates"))
        self.list.setItemDelegate(NameRows(look, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps the keys
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.itemClicked.connect(self._take)
        self._go = Button(look, self.tr("Sign in"), "primary", key="Enter")
        self._go.clicked.connect(self._take)
        self._whole = QWidget()
        self._who: Associate | None = None
        self._given = ""
        self.pin = PinPage(look, self.tr("Someone else"), "F3")
        self.pin.entered.connect(self._try)
        self.pin.chosen.connect(self._choose)
        self.pin.left.connect(self.open)
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()

    def open(self) -> None:
        """Ask who is there, afresh."""
        self._who, self._given = None, ""
        self.pin.stop()
        self._stack.setCurrentIndex(0)
        self.field.clear()
        self.field.setFocus()
        self._questions.ask(people, self._told, key="people")

    def lock(self, who: Associate, at: datetime) -> None:
        """Ask the one who was just here for their PIN; who has none is found in the list."""
        self.open()
        said = self.tr("Locked at {time}. The open visit is kept.").format(time=dates.clock(at))
        job = partial(pins.state, associate_id=who.associate_id)
        self._questions.ask(job, partial(self._locked, who, said), key="arrive")

    def _locked(self, who: Associate, said: str, state: PinState) -> None:
        if state.digits:
            self._ask_pin(who, state, said)

    def _lay_out(self) -> None:
        panel = Panel()
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(1, 8, 1, 8)
        rows.addWidget(self.list)
        self._panel = panel
        inside = QVBoxLayout(self._whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self._title)
        inside.addWidget(self._hint)
        inside.addSpacing(12)
        inside.addWidget(self.field)
        inside.addSpacing(8)
        inside.addWidget(panel)
        inside.addSpacing(12)
        inside.addWidget(self._go, 0, Qt.AlignmentFlag.AlignRight)
        names = QWidget()
        outside = QVBoxLayout(names)
        outside.addStretch(2)
        outside.addWidget(self._whole, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(3)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(names)
        self._stack.addWidget(self.pin)

    def _restyle(self) -> None:
        look = self._look
        self._whole.setFixedWidth(look.px(480))
        self.field.setFixedHeight(look.px(tokens()["control"]["field"]))
        self.field.setFont(look.font("say"))
        self._fill()

    def _told(self, told: tuple[tuple[Associate, ...], tuple[Store, ...], str]) -> None:
        self.people, stores, self._last = told
        self._stores = {store.store_id: store.name for store in stores}
        if self.people:
            self._hint.setText(self.tr("Everything noted from now on carries this name."))
            self.field.setPlaceholderText(self.tr("Type a name"))
        else:
            self._hint.setText(self.tr("The shop names no associates yet. Type your name to begin."))
            self.field.setPlaceholderText(self.tr("Your name"))
        self._fill()

    def _fill(self) -> None:
        typed = self.field.text().casefold().strip()
        found = [a for a in self.people if all(w in a.name.casefold() for w in typed.split())]
        self.list.clear()
        last = next((a for a in found if a.associate_id == self._last), None)
        if last is not None:
            self._add_head(self.tr("Last here"))
            self._add(last)
        by_store: dict[str, list[Associate]] = {}
        for one in found:
            if one is not last:
                by_store.setdefault(self._stores.get(one.store_id or "", ""), []).append(one)
        for store in sorted(by_store, key=lambda name: (not name, sort_key(name))):
            if len(by_store) > 1 or last is not None or store:
                self._add_head(store or self.tr("No store"))
            for one in sorted(by_store[store], key=lambda one: sort_key(one.name)):
                self._add(one)
        self._panel.setVisible(bool(found))
        height = sum(self.list.sizeHintForRow(row) for row in range(self.list.count()))
        # half a row says that there are more
        self.list.setFixedHeight(min(height, self._look.px(8.5 * ROW)) + 2)
        self._move(1, start=-1)
        self._go.setEnabled(bool(found) or (bool(typed) and not self.people))

    def _add_head(self, name: str) -> None:
        item = QListWidgetItem(name, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _add(self, associate: Associate) -> None:
        item = QListWidgetItem(associate.name, self.list)
        item.setData(WHO, associate)

    def _move(self, step: int, start: int | None = None) -> None:
        """Select the next row that is a person."""
        row = self.list.currentRow() if start is None else start
        for _ in range(self.list.count()):
            row = (row + step) % self.list.count()
            if self.list.item(row).data(WHO) is not None:
                self.list.setCurrentRow(row)
                break
        if start is not None:
            self.list.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            self._move(_STEPS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def _take(self, *_: object) -> None:
        item = self.list.currentItem()
        who = item.data(WHO) if item is not None else None
        if who is not None:
            self._sign_in(who)
        elif not self.people and self.field.text().strip():
            job = partial(catalog.add_associate, name=self.field.text())
            self._questions.ask(job, self._sign_in, key="add associate", failed=self._say)

    def _say(self, problem: KnownError) -> None:
        self._hint.setText(str(problem))

    def _sign_in(self, associate: Associate) -> None:
        job = partial(arrive, associate_id=associate.associate_id)
        self._questions.ask(job, partial(self._arrived, associate), key="arrive")

    def _arrived(self, associate: Associate, state: PinState) -> None:
        if state.digits:
            self._ask_pin(associate, state)
        else:
            self.chosen.emit(associate)

    def _ask_pin(self, associate: Associate, state: PinState, said: str = "") -> None:
        self._who = associate
        self._stack.setCurrentWidget(self.pin)
        self.pin.ask(associate, state, said)

    def _try(self, pin: str) -> None:
        who = self._who
        if who is None:
            return
        self.pin.pad.setEnabled(False)
        job = partial(arrive, associate_id=who.associate_id, pin=pin)
        self._questions.ask(job, partial(self._opened, who, pin), key="arrive", failed=self._refused)

    def _opened(self, who: Associate, pin: str, state: PinState) -> None:
        if state.temporary:
            self._given = pin
            self.pin.choose(who)
            return
        self._who = None
        self.chosen.emit(who)

    def _refused(self, problem: KnownError) -> None:
        """A wrong PIN: say so, and how long to wait where that is now so."""
        if self._who is None:
            return
        who = self._who
        job = partial(pins.state, associate_id=who.associate_id)
        self._questions.ask(job, lambda state: self.pin.ask(who, state, str(problem)), key="arrive")

    def _choose(self, pin: str) -> None:
        who = self._who
        if who is not None:
            job = partial(choose_own, associate_id=who.associate_id, pin=pin, before=self._given)
            again = partial(self._choose_again, who)
            self._questions.ask(job, lambda _: self._chose(who), key="arrive", failed=again)

    def _choose_again(self, who: Associate, problem: KnownError) -> None:
        self.pin.choose(who, str(problem))

    def _chose(self, who: Associate) -> None:
        self._who, self._given = None, ""
        self.chosen.emit(who)
