"""The running application: the window, the errands behind it, and what happens when it ends."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import traceback
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QObject,
    QSettings,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import StoreError
from assistant.records import Associate
from assistant.store import catalog, keys, pairings, preferences
from assistant.store.database import Connection, Home, open_home
from assistant.ui.errands import Errand
from assistant.ui.firstrun import FirstRun, RecoveryKey
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look
from assistant.ui.window import Window

SYNC_EVERY_MS = 60_000
TRAIN_AFTER = timedelta(days=1)
SETTLE_MS = 15_000


class Shell(QObject):
    """Owns everything that lives as long as the program runs; passes it on, and closes it in order."""

    def __init__(self, home: Home, *, remember: bool) -> None:
        self.application = _application()
        super().__init__(self.application)
        self.home = home
        qInstallMessageHandler(_say_qt)
        sys.excepthook = self._crashed
        with contextlib.closing(open_home(home)) as connection:
            theme, scale = (
                preferences.text(connection, "look.theme"),
                preferences.get(connection, "look.scale"),
            )
            self._kind = preferences.text(connection, "shop.kind")
            self._key_shown = bool(preferences.get(connection, "recovery.shown"))
        self.look = Look(self.application, theme, float(scale))
        self.questions = Questions(home)
        self.questions.crashed.connect(self._report)
        self.session = Session(home)
        self._remembered = QSettings(
            str(home.folder / "window.ini") if remember else "", QSettings.Format.IniFormat
        )
        # Size and page of the window: nothing of the shop, so it needs no encryption.
        self.window = Window(self.look, self.questions, self.session, _team_page, self._remembered)
        self.application.installEventFilter(self.window.scanner)
        self.errand = Errand(home, self)
        self._doing = ""
        self._first: FirstRun | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(SYNC_EVERY_MS)
        self._timer.timeout.connect(self.sync)
        self._connect()

    def _connect(self) -> None:
        self.questions.trouble.connect(self.window.counter.say_trouble)
        self.window.bar.chip.clicked.connect(self.sync)
        self.errand.progressed.connect(self._progressed)
        self.errand.ended.connect(self._ended)

    def run(self, *, customer: str | None = None, basket: str | None = None) -> int:
        """Show the window until it is closed; the exit status."""
        self.window.show()
        QTimer.singleShot(0, self._after_start)
        self._open_when_signed_in(customer, basket)
        return int(self.application.exec())

    def picture(
        self, path: Path, size: tuple[int, int], *, customer: str | None = None, basket: str | None = None
    ) -> int:
        """Sign somebody in, open what was asked for, write the picture once the page has settled."""
        self.window.resize(*size)
        self.window.show()
        self.settle()
        known: list[tuple[Associate, ...]] = []
        self.questions.ask(catalog.associates, known.append)
        self.settle()
        if known and known[0]:
            self.window.sign_in.chosen.emit(known[0][0])
            self.settle()
            for kind, one in (("customer", customer), ("basket", basket)):
                if one:
                    self.window.open(kind, one)
            self.settle()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self.window.grab().save(str(path)):
            raise StoreError(f"The picture {path} cannot be written.")
        return 0

    def settle(self) -> None:
        """Let the page come to rest: until no question waits for its answer."""
        self.application.processEvents()
        if self.questions.busy:
            loop = QEventLoop()
            self.questions.idle.connect(loop.quit)
            QTimer.singleShot(SETTLE_MS, loop, loop.quit)
            loop.exec()
        self.application.processEvents()

    def close(self) -> None:
        """End errands, then the questions, then the files."""
        self._timer.stop()
        self.errand.wait()
        if self._first is not None:
            self._first.close_errand()
        self.window.close()
        self.questions.close()
        self.window.deleteLater()
        self.application.removeEventFilter(self.window.scanner)
        self.application.processEvents()
        sys.excepthook = sys.__excepthook__
        qInstallMessageHandler(None)

    def sync(self) -> None:
        """Start a sync, unless an errand is under way or no shop is connected."""
        if self._kind and self.errand.start(["sync", "--progress", "json"]):
            self._doing = "sync"
            self.window.bar.chip.show_working(self.tr("Syncing"))

    def _after_start(self) -> None:
        if not self._kind:
            self._show_first_run()
            return
        if not self._key_shown:
            self._show_recovery_key()
        self._timer.start()
        self.sync()

    def _show_first_run(self) -> None:
        first = FirstRun(self.look, self.home)
        first.connected.connect(self._connected)
        first.demo_asked.connect(self._open_demo)
        self._first = first
        self.window.show_first_run(first)

    def _connected(self) -> None:
        self._kind = "csv"
        self.window.lock()
        self.session.data_changed.emit()
        if not self._key_shown:
            self._show_recovery_key()
        self._timer.start()

    def _open_demo(self) -> None:
        subprocess.Popen([sys.executable, "-m", "assistant", "demo"], start_new_session=True)
        self.window.close()

    def _show_recovery_key(self) -> None:
        dialog = RecoveryKey(self.look, keys.recovery_key(keys.read(self.home)), self.window)
        if dialog.exec():
            self._key_shown = True
            self.questions.ask(partial(preferences.put, key="recovery.shown", value=True), lambda _: None)

    def _progressed(self, what: str, done: int, total: int) -> None:
        share = f" {done * 100 // total}%" if total else ""
        words = self.tr("Syncing") if self._doing == "sync" else self.tr("Learning")
        self.window.bar.chip.show_working(words + share)

    def _ended(self, status: int, sentence: str) -> None:
        if status not in (0, 3):
            words = sentence or self.tr("It was interrupted; what was there before is still there.")
            self.window.bar.chip.show_fault(words)
            return
        self.window.bar.chip.show_working(self.tr("Synced"))
        self.window.bar.chip.show_synced(self.session.now(), self.session.now())
        self.session.data_changed.emit()
        if self._doing == "sync":
            self.questions.ask(_learned_at, self._train_if_old)

    def _train_if_old(self, learned_at: datetime | None) -> None:
        old = learned_at is None or datetime.now(UTC) - learned_at > TRAIN_AFTER
        if old and self.errand.start(["train", "--progress", "json"]):
            self._doing = "train"
            self.window.bar.chip.show_working(self.tr("Learning"))

    def _open_when_signed_in(self, customer: str | None, basket: str | None) -> None:
        wanted = [(k, v) for k, v in (("customer", customer), ("basket", basket)) if v]

        def open_once() -> None:
            if self.session.associate is not None and wanted:
                kind, one = wanted.pop()
                QTimer.singleShot(0, self.window, lambda: self.window.open(kind, one))

        self.session.associate_changed.connect(open_once)

    def _crashed(
        self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None
    ) -> None:
        self._report("".join(traceback.format_exception(kind, problem, trace)))

    def _report(self, trace: str) -> None:
        """Our own mistake: keep a report, say so, go on."""
        self.home.crashes.mkdir(mode=0o700, exist_ok=True)
        path = self.home.crashes / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
        path.write_text(trace, encoding="utf-8")
        sentence = self.tr("The assistant made a mistake of its own. Saved answers are safe. Details: {path}")
        self.window.counter.say_trouble(sentence.format(path=path))


def _application() -> QApplication:
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    application = QApplication(sys.argv[:1])
    application.setApplicationName("sales-assistant")
    application.setApplicationDisplayName("Sales assistant")
    application.setDesktopFileName("sales-assistant")
    return application


def _team_page(look: Look, questions: Questions, session: Session) -> QWidget:
    from assistant.ui.team.page import TeamPage

    return TeamPage(look, questions, session)


def _learned_at(connection: Connection) -> datetime | None:
    installed = pairings.installed(connection)
    return installed.trained_at if installed else None


def _say_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's warnings, without its chatter."""
    if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and "propagateSizeHints" not in message:
        print(f"Qt: {message}", file=sys.stderr)  # noqa: T201
