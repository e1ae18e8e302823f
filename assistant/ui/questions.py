"""Questions to the files, asked from the window: one thread owns the connection, answers come by signal."""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from assistant.errors import KnownError
from assistant.store.database import Connection, Home, open_home
from assistant.ui.language import told

T = TypeVar("T")
Job = Callable[[Connection], Any]


class Questions(QObject):
    """Jobs are plain functions of a connection, carried out in order; the window never waits for one.

    `then` is called on the main thread. Of questions with one key only the newest is answered. A `KnownError`
    goes to `failed`, or to the signal `trouble` as its sentence; any other exception is our own mistake and
    goes to `crashed` as its stack trace.
    """

    trouble = Signal(str)
    crashed = Signal(str)
    idle = Signal()
    _done = Signal(int, object, object)

    def __init__(
        self, home: Home, connection: Connection | None = None, parent: QObject | None = None
    ) -> None:
        """A connection that is open already is taken over; else one is opened for the first question."""
        super().__init__(parent)
        self._home, self._connection = home, connection
        self._numbers = itertools.count(1)
        self._waiting: dict[
            int, tuple[str | None, Callable[[Any], None], Callable[[KnownError], None] | None]
        ] = {}
        self._newest: dict[str, int] = {}
        self._jobs: queue.SimpleQueue[tuple[int, str | None, Job] | None] = queue.SimpleQueue()
        self._done.connect(self._answered, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name="questions", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether any question waits for its answer."""
        return bool(self._waiting)

    def ask(
        self,
        job: Callable[[Connection], T],
        then: Callable[[T], None],
        *,
        key: str | None = None,
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        """Have a job done on the thread that owns the connection."""
        number = next(self._numbers)
        self._waiting[number] = (key, then, failed)
        if key is not None:
            self._newest[key] = number
        self._jobs.put((number, key, job))

    def close(self) -> None:
        """Finish what was asked and let go of the files; answers are no longer delivered."""
        self._waiting.clear()
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        connection = self._connection
        while (asked := self._jobs.get()) is not None:
            number, key, job = asked
            if key is not None and self._newest.get(key, number) > number:
                self._done.emit(number, None, None)  # typed past: not worth asking
                continue
            result: object = None
            problem: Exception | None = None
            try:
                connection = connection or open_home(self._home)
                result = job(connection)
            except KnownError as known:
                problem = known
            except Exception as mistake:
                mistake.add_note(traceback.format_exc())
                problem = mistake
            self._done.emit(number, result, problem)
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()

    @Slot(int, object, object)
    def _answered(self, number: int, result: object, problem: Exception | None) -> None:
        asked = self._waiting.pop(number, None)
        if asked is None:
            return
        key, then, failed = asked
        if key is None or self._newest.get(key) == number:
            self._deliver(then, failed, result, problem)
        if not self._waiting:
            self.idle.emit()

    def _deliver(
        self,
        then: Callable[[Any], None],
        failed: Callable[[KnownError], None] | None,
        result: object,
        problem: Exception | None,
    ) -> None:
        if isinstance(problem, KnownError):
            problem.args = (told(str(problem)),)
        if problem is None:
            then(result)
        elif not isinstance(problem, KnownError):
            self.crashed.emit("\n".join(getattr(problem, "__notes__", [str(problem)])))
        elif failed is not None:
            failed(problem)
        else:
            self.trouble.emit(str(problem))
