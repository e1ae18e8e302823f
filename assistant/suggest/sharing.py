"""A long batch shared between processes: each opens the home and answers parts of it, told in order."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from assistant.errors import KnownError
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import model as files
from assistant.suggest.batch import Answer, Answering, Asked, batch
from assistant.suggest.model import Model
from assistant.suggest.question import Rules

PART = 200  # baskets answered by one process at a time
WORTH = 1_000  # baskets: with fewer, starting processes takes longer than answering
AHEAD = 2  # parts for each process that may be asked for or wait to be told


def cores() -> int:
    """How many processes can work at once."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared(
    home: Home,
    connection: Connection,
    model: Model | None,
    asked: Sequence[Asked],
    limit: int,
    rules: Rules,
    processes: int,
) -> Iterator[Answer]:
    """As `batch`, by so many processes where the batch is long.

    A KnownError in one of them is raised here; one that is killed from outside is a KnownError too.
    """
    if processes < 2 or len(asked) < WORTH or getattr(sys, "frozen", False):
        yield from batch(connection, model, asked, limit, rules)
        return
    model_id = model.model_id if model else None
    context = multiprocessing.get_context("spawn")  # a connection does not survive a fork
    pool = ProcessPoolExecutor(processes, context, initializer=_settle)
    parts = (asked[start : start + PART] for start in range(0, len(asked), PART))
    waiting: deque[Future[list[Answer]]] = deque()
    try:
        for part in parts:
            with _deaf():
                waiting.append(pool.submit(_answer, home, model_id, part, limit, rules))
            if len(waiting) >= AHEAD * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as problem:
        raise KnownError(
            "A process that answered a part of the batch was ended from outside; try again."
        ) from problem
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """A process started in here never hears Ctrl+C, not even before `_settle`; this one hears it afterwards.

    Windows has no such thing: there a process that is still starting may say that it was interrupted.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle() -> None:
    """What a process must know of its end: it is told by the one that asks, and never outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asking = multiprocessing.parent_process()
    assert asking is not None  # noqa: S101

    def leave() -> None:
        asking.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


def _answer(
    home: Home, model_id: str | None, asked: Sequence[Asked], limit: int, rules: Rules
) -> list[Answer]:
    return list(_answering(home, model_id, rules).answers(asked, limit))


@functools.lru_cache(maxsize=1)
def _answering(home: Home, model_id: str | None, rules: Rules) -> Answering:
    """The model by its name, so that a training in between changes nothing half-way."""
    return Answering(open_home(home), files.named(home, model_id) if model_id else None, rules)
