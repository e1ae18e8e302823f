"""Between two looks of a watch at a live shop: somebody who asks for one does not wait."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from assistant.shop.syncing import _Live
from assistant.store import preferences
from assistant.store.database import Home, open_home, stamp


def test_who_asks_for_a_look_ends_the_pause_once(home: Home):
    watch = _Live(home, connector=None)
    with contextlib.closing(open_home(home)) as log:
        preferences.put(log, "shop.asked_at", stamp(datetime.now(UTC)))
    assert watch.pause(600) is True
    assert watch.pause(0.3) is False
