"""One sync after another with whatever shop is connected: a folder of files, or a live shop."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator

from assistant.records import Progress
from assistant.shop import csv_folder, live
from assistant.shop.pull import Pull
from assistant.shop.result import SyncResult
from assistant.store.database import Home

Once = Callable[[Progress, bool], SyncResult]
"""One sync, with a way to say how far it is; `True` = one of many, so what is fresh may wait."""


@contextlib.contextmanager
def opened(home: Home) -> Generator[Once, None, None]:
    """A way to sync once or often; a live shop is signed in to once. Raises ShopError."""
    if live.kind_of(home) not in live.KINDS:
        yield lambda say, _often: csv_folder.sync(home, progress=say)
        return
    with live.opened(home) as connector:
        pull = Pull(home, connector)
        yield lambda say, often: pull.run(say, due_only=often)
