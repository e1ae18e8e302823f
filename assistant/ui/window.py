"""The window: rail, top bar with the universal field, and the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.records import Associate
from assistant.store import access, catalog, preferences
from assistant.store.database import Connection
from assistant.ui.idlelock import IdleLock
from assistant.ui.questions import Questions
from assistant.ui.remembered import Remembered
from assistant.ui.scanner import Scanner
from assistant.ui.session import Session
from assistant.ui.signin import SignIn
from assistant.ui.theme import Look, tokens
from assistant.ui.trouble import TroubleBar

if TYPE_CHECKING:
    from assistant.ui.account import AccountPages
    from assistant.ui.counter.page import CounterPage
    from assistant.ui.firstrun import FirstRun
    from assistant.ui.keeper import Keeper
    from assistant.ui.placing import Placing
    from assistant.ui.rail import Rail
    from assistant.ui.settings.page import SettingsPage
    from assistant.ui.topbar import TopBar

_TICK_MS = 1_000
_APART_MS = 40  # between two pages that are built ahead, so that what is pressed meanwhile comes between


class Window(QWidget):
    """Rail, top bar and pages; signing in comes first, and what it does not show is built after it."""

    frame_built = Signal()
    keeper_asked = Signal()
    sync_asked = Signal()

    def __init__(
        self,
        look: Look,
        questions: Questions,
        session: Session,
        make_counter: Callable[[Look, Questions, Session], CounterPage],
        make_team: Callable[[Look, Questions, Session], QWidget],
        remembered: Remembered,
    ) -> None:
        super().__init__()
        self._look, self._questions, self._session = look, questions, session
        self._make_counter, self._make_team, self._remembered = make_counter, make_team, remembered
        self._counter: CounterPage | None = None
        self._team: QWidget | None = None
        self._account: AccountPages | None = None
        self._settings: SettingsPage | None = None
        self._first: FirstRun | Keeper | Placing | None = None
        self.setWindowTitle(self.tr("Sales assistant"))
        self.setMinimumSize(*tokens()["layout"]["minWindow"])
        self._frame: tuple[Rail, TopBar] | None = None
        self._synced: datetime | None = None
        self._counter_store = ""
        self._popped: tuple[str, str] | None = None  # asked for before anybody had signed in
        self.sign_in = SignIn(look, questions)
        self.trouble = TroubleBar(look)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.scanner = Scanner(self)
        self._idle = IdleLock(self)
        QApplication.instance().installEventFilter(self._idle)  # type: ignore[union-attr]
        self._lay_out()
        self._connect()
        self._size()
        self.lock()

    def _lay_out(self) -> None:
        self._right = QVBoxLayout()
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(0)
        self._right.addWidget(self.trouble)
        self._right.addWidget(self.pages, 1)
        self._whole = QHBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addLayout(self._right, 1)

    def _connect(self) -> None:
        self.scanner.scanned.connect(self._scanned)
        self.sign_in.chosen.connect(self._signed_in)
        self._session.data_changed.connect(self.read_place)
        self._idle.idle.connect(self.lock)
        for keys, does in (("F2", self.focus_field), ("Ctrl+L", self.lock), ("F3", self.change_hands)):
            QShortcut(QKeySequence(keys), self, does)

    def build(self) -> None:
        """Have everything ready before somebody has signed in, one page after the other."""
        _ = self.bar, self.counter
        later = (lambda: self.account.followups, lambda: self.account.review, self._make_team_page)
        for turn, make in enumerate((*later, lambda: self.settings), 1):
            QTimer.singleShot(turn * _APART_MS, self, make)

    @property
    def rail(self) -> Rail:
        """The rail at the left."""
        return self._built()[0]

    @property
    def bar(self) -> TopBar:
        """The bar at the top."""
        return self._built()[1]

    def _built(self) -> tuple[Rail, TopBar]:
        if self._frame is None:
            from assistant.ui.rail import Rail
            from assistant.ui.topbar import TopBar

            rail, bar = Rail(self._look), TopBar(self._look, self._questions, self)
            self._frame = rail, bar
            self._right.insertWidget(0, bar)
            self._whole.insertWidget(0, rail)
            rail.chosen.connect(self.show_page)
            rail.lock_asked.connect(self.lock)
            bar.field.chosen.connect(self.open)
            bar.field.way_on.connect(self._go_on)
            self._show_frame(self._session.associate)
            self._show_place()
            tick = QTimer(self)
            tick.timeout.connect(self._ticked)
            tick.start(_TICK_MS)
            self.frame_built.emit()
        return self._frame

    @property
    def counter(self) -> CounterPage:
        """The Counter page; built after the first screen is shown, or when it is first needed."""
        if self._counter is None:
            self._counter = self._make_counter(self._look, self._questions, self._session)
            self._counter.keys_asked.connect(self.show_keys)
            self._counter.search_asked.connect(self.focus_field)
            self.pages.addWidget(self._counter)
        return self._counter

    @property
    def team(self) -> QWidget | None:
        """The Team page, once it was opened."""
        return self._team

    def _make_team_page(self) -> QWidget:
        if self._team is None:
            self._team = self._make_team(self._look, self._questions, self._session)
            self.pages.addWidget(self._team)
        return self._team

    @property
    def settings(self) -> SettingsPage:
        """The Settings page; built when it is first asked for."""
        if self._settings is None:
            from assistant.ui.settings.page import SettingsPage

            self._settings = SettingsPage(self._look, self._questions, self._session)
            self._settings.sync_asked.connect(self.sync_asked)
            self._settings.keeper_asked.connect(self.keeper_asked)
            self.pages.addWidget(self._settings)
        return self._settings

    @property
    def account(self) -> AccountPages:
        """The pages Review and Follow-ups."""
        if self._account is None:
            from assistant.ui.account import AccountPages

            add = self.pages.addWidget
            self._account = AccountPages(self._look, self._questions, self._session, add, self)
            self._account.counted.connect(partial(self.rail.show_count, "followups"))
            self._account.keys_asked.connect(self.show_keys)
            self._account.search_asked.connect(self.focus_field)
            self._account.review_asked.connect(partial(self.show_page, "review"))
        return self._account

    def open(self, kind: str, one: str) -> None:
        """Open a customer, a basket or a product on the counter page; on the Review page as a call."""
        if self._session.associate is None:
            return
        here = self._account is not None and self._account.reviewing(self.pages.currentWidget())
        if (here or kind in ("phone", "order")) and self.account.open(kind, one):
            self.show_page("review")
            self.account.review.focus_in()
            return
        self.show_page("counter")
        {
            "customer": self.counter.open_customer,
            "basket": self.counter.open_basket,
            "product": self.counter.open_product,
        }[kind](one)
        self.counter.focus_in()

    def come_forward(self) -> None:
        """Be in front, as far as the system lets a window."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def pop(self, kind: str, one: str) -> None:
        """Open what another program asks for; before somebody has signed in it waits for that."""
        if self._session.associate is None:
            self._popped = (kind, one)
        else:
            self.bar.field.close_results()
            self.open(kind, one)

    def _go_on(self, way: str) -> None:
        """Nobody was found: the visit goes on without a customer; a new one is made at the till."""
        self.show_page("counter")
        if way == "new":
            self.counter.say_trouble(
                self.tr(
                    "A new customer is made at the till and found here after the next sync. Go on meanwhile."
                )
            )
        self.counter.focus_in()

    def show_page(self, name: str) -> None:
        """Show the counter or the team; the team page is built when it is first asked for."""
        if self._session.associate is None:
            return
        if name not in self._session.pages:
            name = "counter"
        if name == "team":
            self.pages.setCurrentWidget(self._make_team_page())
        elif name == "settings":
            self.pages.setCurrentWidget(self.settings)
            self.settings.open()
        elif name in ("review", "followups"):
            page = self.account.page(name)
            self.pages.setCurrentWidget(page)
            page.focus_in()
        else:
            self.pages.setCurrentWidget(self.counter)
        self.rail.choose(name)
        self._remembered.put("page", name)

    def show_first_run(self, first: FirstRun | Keeper | Placing) -> None:
        """Show how a shop is connected, where it is, or who looks after it; until then nobody signs in."""
        self.end_first_run()
        self._first = first
        self.pages.addWidget(first)
        self.pages.setCurrentWidget(first)
        first.focus_first()

    def end_first_run(self) -> None:
        """A shop is connected: ask who serves."""
        if self._first is not None:
            self.pages.removeWidget(self._first)
            self._first.deleteLater()
            self._first = None
        self.lock()

    def focus_field(self) -> None:
        """Put the cursor into the universal field."""
        if self._session.associate is None:
            return
        self.bar.field.setFocus()
        self.bar.field.selectAll()

    def change_hands(self) -> None:
        """Lock, and ask who serves now."""
        self.lock(someone_else=True)

    def lock(self, *, someone_else: bool = False) -> None:
        """Take every customer's data off the screen; an open visit is kept, and its associate asked back."""
        if self._first is not None:
            return
        was_here = self._session.associate
        self._session.sign_in(None)
        self._idle.set_after(0)
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        if self._frame is not None:
            self.bar.field.clear()
            self.bar.field.close_results()
            self._show_frame(None)
        if self._counter is not None:
            self._counter.put_away()
        if self._account is not None:
            self._account.put_away()
        if self._settings is not None:
            self._settings.put_away()
        self.pages.setCurrentWidget(self.sign_in)
        if was_here is None or someone_else:
            self.sign_in.open()
        else:
            self.sign_in.lock(was_here, self._session.now())
        self.read_place()

    def _show_frame(self, associate: Associate | None) -> None:
        """Rail and bar belong to whoever is signed in."""
        self.rail.avatar.set_associate(associate)
        self.rail.setVisible(associate is not None)
        self.bar.setVisible(associate is not None)

    def show_keys(self) -> None:
        """Show all keys."""
        from assistant.ui.keysheet import KeySheet

        KeySheet(self._look, self).exec()

    def read_place(self) -> None:
        """Ask what the bar tells: the store, the counter, the last sync."""
        self._questions.ask(partial(_place, store_id=self._session.store_id), self._placed, key="place")

    def _placed(self, told: _Place) -> None:
        self._synced, self._counter_store = told.synced_at, told.counter_store
        self._session.store_name, self._session.counter_name = told.store, told.counter
        self._session.currency = told.currency
        self.scanner.set_signs(told.scanner_prefix, told.scanner_suffix)
        if self._session.associate is not None:
            self._idle.set_after(told.lock_minutes * 60_000)
        if self._frame is not None:
            self._show_place()

    def _show_place(self) -> None:
        self.bar.show_place(self._session.store_name, self._session.counter_name)
        self._ticked()

    def _ticked(self) -> None:
        if self.bar.chip.state in ("fresh", "stale"):
            self.bar.chip.show_synced(self._synced, self._session.now())

    def _signed_in(self, associate: Associate) -> None:
        self._session.store_id = self._counter_store or associate.store_id
        self.bar.field.store_id = self._session.store_id
        self._session.sign_in(associate)
        self._show_frame(associate)
        job = partial(access.pages, associate_id=associate.associate_id)
        self._questions.ask(job, self._offer_pages, key="pages")
        self.read_place()
        self.counter.take_up()
        self.account.take_up()
        self.show_page(self._remembered.page)
        if self.pages.currentWidget() is self.counter:
            self.counter.focus_in()
        popped, self._popped = self._popped, None
        if popped is not None:
            self.open(*popped)

    def _offer_pages(self, names: frozenset[str]) -> None:
        self._session.pages = names
        self.rail.show_pages(names)

    def _scanned(self, code: str) -> None:
        if self._session.associate is None:
            return
        if self.pages.currentWidget() is self._counter:
            self.counter.scan(code)
        else:
            self.bar.field.scan(code)

    def _size(self) -> None:
        kept = self._remembered.geometry
        if kept is None or not self.restoreGeometry(kept):
            self.resize(*tokens()["layout"]["shownAt"])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?":
            self.show_keys()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:
            self.scanner.release()
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._settings is not None:
            self._settings.end()
        self._remembered.put("geometry", self.saveGeometry())
        super().closeEvent(event)


@dataclass(frozen=True)
class _Place:
    """Where this counter stands, and how fresh its data is."""

    store: str
    counter: str
    counter_store: str
    synced_at: datetime | None
    currency: str | None
    lock_minutes: int
    scanner_prefix: str
    scanner_suffix: str


def _place(connection: Connection, store_id: str | None) -> _Place:
    stores = {store.store_id: store.name for store in catalog.stores(connection)}
    own = preferences.text(connection, "counter.store")
    return _Place(
        store=stores.get(own or store_id or "", "") or preferences.text(connection, "shop.name"),
        counter=preferences.text(connection, "counter.name"),
        counter_store=own,
        synced_at=catalog.synced_at(connection),
        currency=preferences.text(connection, "shop.currency") or None,
        lock_minutes=preferences.number(connection, "lock.minutes"),
        scanner_prefix=preferences.text(connection, "scanner.prefix"),
        scanner_suffix=preferences.text(connection, "scanner.suffix"),
    )
