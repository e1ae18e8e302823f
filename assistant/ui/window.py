"""The window: rail, top bar with the universal field, and the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QSettings, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.records import Associate
from assistant.store import catalog, preferences
from assistant.store.database import Connection
from assistant.ui.counter.page import CounterPage
from assistant.ui.firstrun import FirstRun
from assistant.ui.keysheet import KeySheet
from assistant.ui.lookmenu import LookMenu
from assistant.ui.questions import Questions
from assistant.ui.rail import Rail
from assistant.ui.scanner import Scanner
from assistant.ui.session import Session
from assistant.ui.signin import SignIn
from assistant.ui.theme import Look, tokens
from assistant.ui.topbar import TopBar
from assistant.ui.trouble import TroubleBar

_TICK_MS = 1_000


class Window(QWidget):
    """Rail, top bar and pages; signing in comes first."""

    def __init__(
        self,
        look: Look,
        questions: Questions,
        session: Session,
        make_team: Callable[[Look, Questions, Session], QWidget],
        remembered: QSettings,
    ) -> None:
        super().__init__()
        self._look, self._questions, self._session = look, questions, session
        self._make_team, self._remembered = make_team, remembered
        self._team: QWidget | None = None
        self._first: FirstRun | None = None
        self.setWindowTitle(self.tr("Sales assistant"))
        self.setMinimumSize(*tokens()["layout"]["minWindow"])
        self.rail = Rail(look)
        self.bar = TopBar(look, questions, self)
        self.counter = CounterPage(look, questions, session)
        self.sign_in = SignIn(look, questions)
        self.trouble = TroubleBar(look)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.pages.addWidget(self.counter)
        self.scanner = Scanner(self)
        self._lay_out()
        self._connect()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._ticked)
        self._tick.start()
        self._size()
        self.lock()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.bar)
        right.addWidget(self.trouble)
        right.addWidget(self.pages, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_page)
        self.rail.lock_asked.connect(self.lock)
        self.rail.menu_asked.connect(self._look_menu)
        self.bar.field.chosen.connect(self.open)
        self.scanner.scanned.connect(self._scanned)
        self.sign_in.chosen.connect(self._signed_in)
        self._session.data_changed.connect(self.read_place)
        self.counter.keys_asked.connect(self.show_keys)
        for keys, does in (("F2", self.focus_field), ("Ctrl+L", self.lock), ("F3", self.lock)):
            QShortcut(QKeySequence(keys), self, does)

    @property
    def team(self) -> QWidget | None:
        """The Team page, once it was opened."""
        return self._team

    def open(self, kind: str, one: str) -> None:
        """Open a customer, a basket or a product on the counter page."""
        if self._session.associate is None:
            return
        self.show_page("counter")
        {
            "customer": self.counter.open_customer,
            "basket": self.counter.open_basket,
            "product": self.counter.open_product,
        }[kind](one)
        self.counter.focus_in()

    def show_page(self, name: str) -> None:
        """Show the counter or the team; the team page is built when it is first asked for."""
        if self._session.associate is None:
            return
        if name == "team":
            if self._team is None:
                self._team = self._make_team(self._look, self._questions, self._session)
                self.pages.addWidget(self._team)
            self.pages.setCurrentWidget(self._team)
        else:
            self.pages.setCurrentWidget(self.counter)
        self.rail.choose(name)
        self._remembered.setValue("page", name)

    def show_first_run(self, first: FirstRun) -> None:
        """Show how a shop is connected; until then there is nothing to sign in for."""
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

    def lock(self) -> None:
        """Take every customer's data off the screen; an open visit is kept."""
        if self._first is not None:
            return
        self._session.sign_in(None)
        self.bar.field.close_results()
        self.counter.put_away()
        self._show_frame(None)
        self.pages.setCurrentWidget(self.sign_in)
        self.sign_in.open()

    def _show_frame(self, associate: Associate | None) -> None:
        """Rail and bar belong to whoever is signed in."""
        self.rail.avatar.set_associate(associate)
        self.rail.setVisible(associate is not None)
        self.bar.setVisible(associate is not None)

    def show_keys(self) -> None:
        """Show all keys."""
        KeySheet(self._look, self).exec()

    def read_place(self) -> None:
        """Ask what the bar tells: the store, the counter, the last sync."""
        self._questions.ask(partial(_place, store_id=self._session.store_id), self._placed, key="place")

    def _placed(self, told: tuple[str, str, datetime | None, str | None]) -> None:
        store, counter, self._synced, currency = told
        self._session.store_name, self._session.counter_name = store, counter
        self._session.currency = currency
        self.bar.show_place(store, counter)
        self._ticked()

    _synced: datetime | None = None

    def _ticked(self) -> None:
        if self.bar.chip.state in ("fresh", "stale"):
            self.bar.chip.show_synced(self._synced, self._session.now())

    def _signed_in(self, associate: Associate) -> None:
        self._session.store_id = associate.store_id
        self.bar.field.store_id = associate.store_id
        self._session.sign_in(associate)
        self._show_frame(associate)
        self.read_place()
        self.counter.take_up()
        self.show_page(str(self._remembered.value("page", "counter")))
        if self.pages.currentWidget() is self.counter:
            self.counter.focus_in()

    def _scanned(self, code: str) -> None:
        if self._session.associate is None:
            return
        if self.pages.currentWidget() == self.counter:
            self.counter.scan(code)
        else:
            self.bar.field.scan(code)

    def _look_menu(self) -> None:
        menu = LookMenu(self._look, self._questions, self)
        menu.addSeparator()
        menu.addAction(self.tr("All keys") + "\t?", self.show_keys)
        item = self.rail.look_item
        menu.exec(item.mapToGlobal(item.rect().topRight()))
        menu.deleteLater()

    def _size(self) -> None:
        kept = self._remembered.value("geometry")
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
        self._tick.stop()
        self._remembered.setValue("geometry", self.saveGeometry())
        super().closeEvent(event)


def _place(connection: Connection, store_id: str | None) -> tuple[str, str, datetime | None, str | None]:
    stores = {store.store_id: store.name for store in catalog.stores(connection)}
    store_id = store_id or preferences.text(connection, "counter.store")
    name = stores.get(store_id, "") or preferences.text(connection, "shop.name")
    return (
        name,
        preferences.text(connection, "counter.name"),
        catalog.synced_at(connection),
        preferences.text(connection, "shop.currency") or None,
    )
