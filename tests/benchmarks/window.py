"""A whole window at work for the benchmarks, and where its time goes: database, ranking, painting."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtTest import QTest

from assistant.records import Associate
from assistant.store import catalog, database, preferences
from assistant.store.database import Home, open_home
from assistant.ui.counter import advising
from assistant.ui.questions import Questions
from assistant.ui.shell import Shell
from assistant.ui.window import Window

SIZE = (1440, 900)
PATIENCE = 20.0


class Spent:
    """Seconds by what they went to, added up by whoever measures; each part is written by one thread only."""

    def __init__(self) -> None:
        self.database = self.asking = self.asking_database = self.painting = 0.0
        self.painted_at = 0.0
        self.paintings = 0

    @property
    def ranking(self) -> float:
        """What asking for suggestions took besides its queries."""
        return self.asking - self.asking_database

    def parts(self) -> tuple[float, float, float]:
        """Database, ranking and painting so far."""
        return self.database, self.ranking, self.painting


@contextlib.contextmanager
def clocked() -> Iterator[Spent]:
    """Clocks at every query, at the ranking and at every painting of windows opened meanwhile."""
    spent = Spent()
    kept = database.connect, advising.ask, Window.event
    database.connect = _connecting(spent, kept[0])  # type: ignore[assignment]
    advising.ask = _ranking(spent, kept[1])
    Window.event = _painting(spent, kept[2])  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        database.connect, advising.ask, Window.event = kept  # type: ignore[assignment, method-assign]


def _connecting(spent: Spent, connect: Callable[..., Any]) -> Callable[..., Any]:
    def clocked(does: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            began = time.perf_counter()
            try:
                return does(*given)
            finally:
                spent.database += time.perf_counter() - began

        return run

    names = ("execute", "executemany", "fetchone", "fetchall", "__next__")
    cursor = type("Clocked", (database.Cursor,), {n: clocked(getattr(database.Cursor, n)) for n in names})
    made = type("Clocking", (database.Connection,), {"cursor": lambda self: cursor(self)})
    return lambda *given, **named: connect(*given, factory=made, **named)


def _ranking(spent: Spent, ask: Callable[..., Any]) -> Callable[..., Any]:
    def asked(*given: Any) -> Any:
        began, before = time.perf_counter(), spent.database
        try:
            return ask(*given)
        finally:
            spent.asking += time.perf_counter() - began
            spent.asking_database += spent.database - before

    return asked


def _painting(spent: Spent, handle: Callable[..., bool]) -> Callable[..., bool]:
    def handled(window: Window, event: QEvent) -> bool:
        if event.type() != QEvent.Type.UpdateRequest:
            return handle(window, event)
        began = time.perf_counter()
        done = handle(window, event)
        spent.painted_at = time.perf_counter()
        spent.painting += spent.painted_at - began
        spent.paintings += 1
        return done

    return handled


def ready(home: Home) -> None:
    """A home whose window begins with its work: connected, its questions answered."""
    with contextlib.closing(open_home(home)) as connection:
        for key in ("recovery.shown", "keeper.asked", "shop.made_up"):
            preferences.put(connection, key, True)
        preferences.put(connection, "lock.minutes", 60)


def opened(home: Home) -> Shell:
    """The window, begun as a person begins it, and somebody signed in."""
    shell = Shell(home, remember=False)
    shell.questions.crashed.connect(_give_up)
    shell.window.resize(*SIZE)
    shell.questions.idle.connect(shell._started, Qt.ConnectionType.SingleShotConnection)
    shell.upkeep.begin = lambda: None  # type: ignore[method-assign]
    shell.window.show()
    until(shell, lambda: shell.window._settings is not None)  # the last page that is built ahead
    shell.settle()
    people: list[list[Associate]] = []
    shell.questions.ask(lambda connection: list(catalog.associates(connection)), people.append)
    shell.settle()
    shell.window.sign_in.chosen.emit(people[0][0])
    shell.settle()
    return shell


def _give_up(trace: str) -> None:
    """What ends in a mistake of ours takes no time: it is no measurement."""
    print(trace, file=sys.stderr, flush=True)
    os._exit(1)


def until(shell: Shell, there: Callable[[], object]) -> None:
    """Let the window work until something is so."""
    ends = time.perf_counter() + PATIENCE
    # Asking again and again instead of waiting would keep the interpreter from the background thread.
    while not there():
        shell.application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > ends:
            raise TimeoutError("the window did not get there")


def press(shell: Shell, key: str, on: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is, past the time for which keys are held to tell a scan from a hand."""
    where = shell.window.focusWidget() or shell.window
    QTest.keyClick(where, key if len(key) == 1 else getattr(Qt.Key, f"Key_{key}"), on)
    shell.window.scanner.release()


def quiet(questions: Questions) -> bool:
    """Whether no question waits for its answer."""
    return not questions.busy
