"""What goes on by itself while the window is open: a sync every minute, a training when it is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from assistant.store import pairings
from assistant.store.database import Connection, Home
from assistant.ui import wording
from assistant.ui.errands import Errand
from assistant.ui.questions import Questions

SYNC_EVERY_MS = 60_000
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
    failed = Signal(str)

    def __init__(self, home: Home, questions: Questions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self._errand = Errand(home, self)
        self._errand.progressed.connect(self._progressed)
        self._errand.ended.connect(self._ended)
        self._doing = ""
        self._timer = QTimer(self)
        self._timer.setInterval(SYNC_EVERY_MS)
        self._timer.timeout.connect(self.sync)

    @property
    def running(self) -> bool:
        """Whether an errand is under way."""
        return self._errand.running

    def begin(self) -> None:
        """Sync now, and every minute from here on."""
        self._timer.start()
        self.sync()

    def sync(self) -> None:
        """Start a sync, unless an errand is under way."""
        self._start("sync", ["sync", "--progress", "json", "--json"])

    def end(self) -> None:
        """End what is under way, and wait until it is gone."""
        self._timer.stop()
        self._errand.wait()

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
            self.failed.emit(sentence or self.tr("It was interrupted; what was there before is still there."))
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


def _learned_at(connection: Connection) -> datetime | None:
    installed = pairings.installed(connection)
    return installed.trained_at if installed else None
