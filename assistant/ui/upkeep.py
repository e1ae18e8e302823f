"""What goes on by itself while the window is open: a sync every minute, or a live shop watched all the time,
and a training when it is due.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.store import pairings, preferences
from assistant.store.database import Connection, Home, stamp
from assistant.ui import wording
from assistant.ui.errands import Errand
from assistant.ui.questions import Questions

SYNC_EVERY_MS = 60_000
WATCH_EVERY = 3  # seconds between two looks at the open baskets of a live shop
TRAIN_AFTER = timedelta(days=1)
_DONE, _DONE_WITH_REJECTS, _CANCELLED = 0, 3, 130


class Upkeep(QObject):
    """One errand at a time; says in words what is under way, and what came of it.

    `changed` is told only when a sync brought something or a training ended, so that open pages do not ask
    again every minute for nothing.
    """

    working = Signal(str)
    synced = Signal()
    changed = Signal()
    failed = Signal(str, str)  # the sentence, and which kind of trouble it is

    def __init__(self, home: Home, questions: Questions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self._errand = Errand(home, self)
        self._errand.progressed.connect(self._progressed)
        self._errand.ended.connect(self._ended)
        self._watch = Errand(home, self)  # of a live shop, as long as the window is open
        self._watch.synced.connect(self._looked)
        self._watch.troubled.connect(lambda said: self.failed.emit(said, self._watch.trouble))
        self._watch.ended.connect(self._watch_ended)
        self._ending = self._live = self._trained = False
        self._doing = ""
        self._timer = QTimer(self)
        self._timer.setInterval(SYNC_EVERY_MS)
        self._timer.timeout.connect(self.sync)

    @property
    def running(self) -> bool:
        """Whether an errand is under way."""
        return self._errand.running

    def begin(self) -> None:
        """Sync now and from here on: a live shop all the time, a folder every minute."""
        self._questions.ask(_is_live, self._begin)

    def restart(self) -> None:
        """Begin anew with whatever shop is connected now."""
        self._watch.wait()
        self.begin()

    def _begin(self, live: bool) -> None:
        if not self._ending:
            self._live = live
            self._timer.start()
            self.sync()

    def sync(self) -> None:
        """Start a sync, unless an errand is under way; a live shop is watched from then on, and looked at."""
        if self._live:
            if not self._watch.start(["sync", "--watch", str(WATCH_EVERY), "--progress", "json"]):
                self.working.emit(self.tr("Syncing"))
                self._questions.ask(_look_now, lambda _nothing: None)
            return
        self._start("sync", ["sync", "--progress", "json", "--json"])

    def end(self) -> None:
        """End what is under way, and wait until it is gone."""
        self._ending = True
        self._timer.stop()
        self._watch.wait()
        self._errand.wait()

    def _looked(self, changed: int) -> None:
        self.synced.emit()
        if changed:
            self.changed.emit()
        if not self._trained:
            self._trained = True
            self._questions.ask(_learned_at, self._train_if_due)

    def _watch_ended(self, status: int, sentence: str) -> None:
        """A watch that ended by itself begins again at the next minute."""
        if not self._ending and status != _CANCELLED:
            self._fail(sentence, self._watch.trouble)

    def _fail(self, sentence: str, trouble: str) -> None:
        sentence = sentence or self.tr("It was interrupted; what was there before is still there.")
        self.failed.emit(sentence, trouble)

    def _start(self, doing: str, words: list[str]) -> None:
        if self._errand.start(words):
            self._doing = doing
            self._progressed("", 0, 0)

    def _progressed(self, what: str, done: int, total: int) -> None:
        words = self.tr("Syncing") if self._doing == "sync" else self.tr("Learning")
        share = " " + wording.percent(str(min(100, done * 100 // total))) if total else ""
        self.working.emit(words + share)

    def _ended(self, status: int, sentence: str) -> None:
        if status == _CANCELLED:
            self.synced.emit()
        elif status not in (_DONE, _DONE_WITH_REJECTS):
            self._fail(sentence, self._errand.trouble)
        elif self._doing == "train":
            self.synced.emit()
            self.changed.emit()
        else:
            self.synced.emit()
            changes = self._errand.result.get("changed")
            if not isinstance(changes, dict) or any(changes.values()):
                self.changed.emit()
            self._questions.ask(_learned_at, self._train_if_due)

    def _train_if_due(self, learned_at: datetime | None) -> None:
        if learned_at is None or datetime.now(UTC) - learned_at > TRAIN_AFTER:
            self._start("train", ["train", "--progress", "json"])


def _is_live(connection: Connection) -> bool:
    return bool(preferences.text(connection, "shop.url"))


def _look_now(connection: Connection) -> None:
    preferences.put(connection, "shop.asked_at", stamp(datetime.now(UTC)) or 0)


def _learned_at(connection: Connection) -> datetime | None:
    installed = pairings.installed(connection)
    return installed.trained_at if installed else None
