"""One sync after another with whatever shop is connected: a folder of files, or a live shop."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator
from dataclasses import replace
from typing import Protocol

from assistant.records import Progress
from assistant.shop import csv_folder, live
from assistant.shop.connector import Connector
from assistant.shop.pull import Pull
from assistant.shop.push import Pushed, push
from assistant.shop.result import SyncResult
from assistant.store import basket_writes, counting, preferences
from assistant.store.database import Home, alone, open_home

LOOK_EVERY = 0.2  # seconds: an add-on that was accepted is in the shop's basket before it is scanned there


class Syncing(Protocol):
    """What is synced once, or again and again."""

    def once(self, progress: Progress, *, often: bool) -> SyncResult:
        """One sync; `often`: one of many, so what was looked at a moment ago may wait. Raises ShopError."""
        ...

    def pause(self, seconds: float) -> bool:
        """Wait, doing what cannot; True where somebody asked meanwhile to look at everything."""
        ...


class _Folder:
    def __init__(self, home: Home) -> None:
        self._home = home

    def once(self, progress: Progress, *, often: bool) -> SyncResult:
        return _counted(self._home, csv_folder.sync(self._home, progress=progress), progress)

    def pause(self, seconds: float) -> bool:
        time.sleep(seconds)
        return False


class _Live:
    def __init__(self, home: Home, connector: Connector) -> None:
        self._home, self._connector = home, connector
        self._pull = Pull(home, connector)
        self._asked_at = 0  # when a look was last asked for

    def once(self, progress: Progress, *, often: bool) -> SyncResult:
        """First what was accepted here, so that the baskets that come back hold it."""
        if not often:
            with contextlib.closing(open_home(self._home)) as log:
                self._asked_at = preferences.number(log, "shop.asked_at")
        told = push(self._home, self._connector) if self._connector.can.write_line else Pushed()
        result = _counted(self._home, self._pull.run(progress, due_only=often), progress)
        lines = told.written + told.partly + told.refused
        return replace(result, changed=result.changed | {"basket_writes": lines}) if lines else result

    def pause(self, seconds: float) -> bool:
        """Wait, and end the wait where an add-on is to be written, or where somebody asks for a look."""
        until = time.monotonic() + seconds
        with contextlib.closing(open_home(self._home)) as log:
            tired = {write.answer_id for write in basket_writes.waiting(log)}  # the shop was not reached
            while (left := until - time.monotonic()) > 0:
                time.sleep(min(LOOK_EVERY, left))
                if any(write.answer_id not in tired for write in basket_writes.waiting(log)):
                    return False
                if (asked_at := preferences.number(log, "shop.asked_at")) > self._asked_at:
                    self._asked_at = asked_at
                    return True
        return False


def _counted(home: Home, result: SyncResult, progress: Progress) -> SyncResult:
    """What was read, once its orders are in the figures too: as much work again after a first sync."""
    began = time.monotonic()
    orders = counting.count(home, progress).orders
    return replace(result, counted=orders, counting_seconds=time.monotonic() - began)


@contextlib.contextmanager
def opened(home: Home) -> Generator[Syncing, None, None]:
    """A way to sync once or often; a live shop is signed in to once, and synced by one program at a time.

    Raises ShopError where none is connected, BusyError where another program is at it.
    """
    if live.kind_of(home) not in live.KINDS:
        yield _Folder(home)
        return
    with alone(home, "syncing", seconds=1), live.opened(home) as connector:
        yield _Live(home, connector)
