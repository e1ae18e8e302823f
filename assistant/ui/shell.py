"""The running application: the window, what goes on behind it, and what happens when it ends."""

from __future__ import annotations

import contextlib
import gc
import subprocess
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import StoreError
from assistant.records import Associate, Store
from assistant.store import catalog, keys, preferences, staff
from assistant.store.database import Connection, Home, open_home
from assistant.ui import ahead
from assistant.ui.language import Messages, Speaking
from assistant.ui.questions import Questions
from assistant.ui.remembered import Remembered
from assistant.ui.session import Session
from assistant.ui.standing import StandingDesk
from assistant.ui.theme import Look
from assistant.ui.upkeep import Upkeep
from assistant.ui.window import Window

if TYPE_CHECKING:
    from assistant.ui.counter.page import CounterPage
    from assistant.ui.firstrun import FirstRun
    from assistant.ui.handover import Asked, Reception

SETTLE_MS = 15_000
# How long the background thread may keep the interpreter while the interface thread waits for it; at Python's
# own 5 ms, a picture that asks Qt for a hundred things can wait a hundred times.
_SWITCH_SECONDS = 0.00005
_NESTED = 6  # a changed size goes outwards through one layout at each turn of the event loop


class Shell(QObject):
    """Owns everything that lives as long as the program runs; passes it on, and closes it in order."""

    def __init__(self, home: Home, *, remember: bool, messages: Messages | None = None) -> None:
        """Other messages than the language's own are for trying a layout."""
        self.application = _application()
        super().__init__(self.application)
        self.home = home
        sys.setswitchinterval(_SWITCH_SECONDS)
        qInstallMessageHandler(_say_qt)
        sys.excepthook = self._crashed
        connection = open_home(home)
        theme = preferences.text(connection, "look.theme")
        scale = float(preferences.get(connection, "look.scale"))
        self._kind = preferences.text(connection, "shop.kind")
        self._key_shown = bool(preferences.get(connection, "recovery.shown"))
        self.speaking = Speaking(preferences.text(connection, "look.language"), messages)
        self.look = Look(self.application, theme, scale)
        self.questions = Questions(home, connection)
        self.session = Session(home)
        remembered = Remembered(home.folder / "window.ini" if remember else None, self.questions)
        self.window = Window(self.look, self.questions, self.session, _counter_page, _team_page, remembered)
        self.application.installEventFilter(self.window.scanner)
        self.upkeep = Upkeep(home, self.questions, self)
        self._first: FirstRun | None = None
        self.standing = StandingDesk(self.look, self.window, self.questions, self.session, self._sync)
        self._closed = False
        self.reception: Reception | None = None
        self._connect()

    def _connect(self) -> None:
        self.questions.crashed.connect(self.report)
        self.questions.trouble.connect(self.window.trouble.say)
        self.window.frame_built.connect(self._connect_chip)
        self.window.keeper_asked.connect(self._keeper_wanted)
        self.upkeep.failed.connect(self.standing.failed)
        self.upkeep.synced.connect(self._synced)
        self.upkeep.changed.connect(self.session.data_changed)
        self.window.sync_asked.connect(self._sync)
        self.session.shop_changed.connect(self.upkeep.restart)

    def _connect_chip(self) -> None:
        self.upkeep.working.connect(self.window.bar.chip.show_working)

    def run(self, asked: Asked | None = None) -> int:
        """Show the window until it is closed, and in it what is asked for; the exit status."""
        self.window.show()
        self.receive()
        if asked is not None and asked.kind:
            self.window.pop(asked.kind, asked.one)
        self.questions.idle.connect(self._started, Qt.ConnectionType.SingleShotConnection)
        return int(self.application.exec())

    def receive(self) -> None:
        """Listen for who hands over to this window."""
        from assistant.ui.handover import Reception

        self.reception = Reception(self.home, self)
        self.reception.asked.connect(self._asked)

    def _asked(self, asked: Asked) -> None:
        self.window.come_forward()
        if asked.kind:
            self.window.pop(asked.kind, asked.one)

    def picture(self, path: Path, size: tuple[int, int], *, basket: str | None = None) -> int:
        """Sign somebody in, open a basket, write the picture once the page has settled."""
        self.window.resize(*size)
        self.window.show()
        self.settle()
        servers: list[Associate | None] = []
        self.questions.ask(partial(_who_serves, basket_id=basket), servers.append)
        self.settle()
        if servers and servers[0] is not None:
            self.window.sign_in.chosen.emit(servers[0])
            self.settle()
            if basket:
                self.window.open("basket", basket)
                self.settle()
        if not self.window.grab().save(str(path)):
            raise StoreError(
                f"The picture {path} cannot be written: its folder must be there and its name end in .png."
            )
        return 0

    def settle(self) -> None:
        """Let the page come to rest: until no question waits for its answer."""
        self.application.processEvents()
        if self.questions.busy:
            loop = QEventLoop()
            self.questions.idle.connect(loop.quit)
            QTimer.singleShot(SETTLE_MS, loop, loop.quit)
            loop.exec()
        for _ in range(_NESTED):
            self.application.processEvents()

    def _started(self) -> None:
        """The first screen has its answer: now the rest."""
        gc.enable()
        ahead.load(self.questions, self._loaded)

    def _loaded(self) -> None:
        QTimer.singleShot(0, self.window.build)
        QTimer.singleShot(0, self.begin)

    def begin(self) -> None:
        """What comes first: connecting a shop, or keeping the one that is connected up to date."""
        if not self._kind:
            self._show_first_run()
            return
        self._ask_for_keeper()
        if not self._key_shown:
            self._show_recovery_key()
        self.upkeep.begin()

    def close(self) -> None:
        """End errands, then the questions, then the files; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        if self.reception is not None:
            self.reception.close()
        self.upkeep.end()
        if self._first is not None:
            self._first.close_errand()
        self.window.close()
        self.questions.close()
        self.window.deleteLater()
        self.look.deleteLater()
        self.speaking.end()
        self.application.removeEventFilter(self.window.scanner)
        self.application.processEvents()
        sys.excepthook = sys.__excepthook__
        qInstallMessageHandler(None)

    def report(self, trace: str) -> None:
        """Our own mistake: keep a report, say so, go on."""
        path = self.home.crashes / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
        self.window.trouble.say(
            self.tr("The assistant made a mistake of its own."),
            self.tr("What was noted is safe. The details are in {path}; nothing was sent.").format(path=path),
            details=trace,
        )
        # A full disk, or files that cannot be opened: the details can still be copied.
        keep = partial(_keep_report, path=path, trace=trace)
        self.questions.ask(keep, lambda _nothing: None, failed=lambda _problem: None)

    def _sync(self) -> None:
        if self._kind:
            self.upkeep.sync()

    def _synced(self) -> None:
        self.standing.synced()
        self.window.read_place()

    def _show_first_run(self) -> None:
        from assistant.ui.firstrun import FirstRun

        self._first = FirstRun(self.look, self.home)
        self._first.connected.connect(self._shop_connected)
        self._first.demo_ready.connect(self._open_demo)
        self.window.show_first_run(self._first)

    def _shop_connected(self) -> None:
        self._kind = "connected"
        self.questions.ask(catalog.stores, self._ask_where)

    def _ask_where(self, stores: Sequence[Store]) -> None:
        """Where the shop has several stores: in which of them this counter stands."""
        if len(stores) < 2:
            self._begin_serving()
            return
        from assistant.ui.placing import Placing

        placing = Placing(self.look, self.questions, stores)
        placing.placed.connect(self._begin_serving)
        self.window.show_first_run(placing)

    def _begin_serving(self) -> None:
        self.window.end_first_run()
        self.window.read_place()
        self._ask_for_keeper()
        self.session.data_changed.emit()
        if not self._key_shown:
            self._show_recovery_key()
        self.upkeep.begin()

    def _ask_for_keeper(self) -> None:
        self.questions.ask(staff.wants_keeper, lambda wanted: self._show_keeper() if wanted else None)

    def _keeper_wanted(self) -> None:
        """Somebody asks for the first administrator while signed in."""
        self.window.lock(someone_else=True)
        self._show_keeper()

    def _show_keeper(self) -> None:
        from assistant.ui.keeper import Keeper

        if self.session.associate is None:
            keeper = Keeper(self.look, self.questions)
            keeper.made.connect(self.window.end_first_run)
            keeper.put_off.connect(self.window.end_first_run)
            self.window.show_first_run(keeper)

    def _open_demo(self, folder: str) -> None:
        """The demo shop is another home: it opens in a window of its own, and this one goes."""
        words = [sys.executable, "-m", "assistant", "--home", folder]
        subprocess.Popen(words, start_new_session=True)
        self.window.close()

    def _show_recovery_key(self) -> None:
        self.questions.ask(lambda _: keys.recovery_key(keys.read(self.home)), self._recovery_key_read)

    def _recovery_key_read(self, key: str) -> None:
        from assistant.ui.recovery import RecoveryKey

        dialog = RecoveryKey(self.look, key, self.window)
        if dialog.exec():
            self._key_shown = True
            self.questions.ask(partial(preferences.put, key="recovery.shown", value=True), lambda _: None)

    def _crashed(
        self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None
    ) -> None:
        text = "".join(traceback.format_exception(kind, problem, trace))
        print(text, file=sys.stderr)  # noqa: T201
        self.report(text)


def _application() -> QApplication:
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    application = QApplication(sys.argv[:1])
    application.setApplicationName("sales-assistant")
    application.setApplicationDisplayName("Sales assistant")
    application.setDesktopFileName("sales-assistant")
    return application


# What the first screen does not show is loaded after it, or when it is asked for.


def _counter_page(look: Look, questions: Questions, session: Session) -> CounterPage:
    from assistant.ui.counter.page import CounterPage

    return CounterPage(look, questions, session)


def _team_page(look: Look, questions: Questions, session: Session) -> QWidget:
    from assistant.ui.team.page import TeamPage

    return TeamPage(look, questions, session)


def _keep_report(_connection: Connection, path: Path, trace: str) -> None:
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(trace, encoding="utf-8")


def _who_serves(connection: Connection, basket_id: str | None) -> Associate | None:
    """Who has the basket, else who signed in last, else the first in the list."""
    people = catalog.associates(connection)
    basket = catalog.basket(connection, basket_id) if basket_id else None
    wanted = (basket.associate_id if basket else None, preferences.text(connection, "signed_in"))
    by_id = {associate.associate_id: associate for associate in people}
    return next((by_id[one] for one in wanted if one in by_id), people[0] if people else None)


def _say_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's warnings, without its chatter."""
    if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and "propagateSizeHints" not in message:
        print(f"Qt: {message}", file=sys.stderr)  # noqa: T201
