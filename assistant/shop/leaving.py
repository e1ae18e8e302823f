"""Customers whom the shop no longer has: noted when they leave the mirror, followed in the log."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from assistant.store import arrivals, erasing
from assistant.store.database import Connection, Home, open_home, stamp, transaction
from assistant.store.things import Person

MANY = 20  # so few may vanish at once without a second look
A_DAY = timedelta(days=1)
_WENT, _WAITS = "gone", "gone.waits"


def is_much(gone: int, known: int) -> bool:
    """Whether so much vanished at once that the shop may only have answered badly, or a file be cut off."""
    return gone > max(MANY, known // 2)


def note(catalog: Connection, went: Mapping[str, str | None], *, doubtful: bool = False) -> None:
    """Note who went, and whose they are now; in the transaction that removes them.

    What is `doubtful` waits for a day: who is back by then stays.
    """
    if went:
        arrivals.remember(catalog, _WENT, json.dumps({**_noted(catalog), **went}))
        until = stamp(datetime.now(UTC) + A_DAY) if doubtful else None
        arrivals.remember(catalog, _WAITS, None if until is None else str(until))


def follow(catalog: Connection, home: Home, *, now: datetime | None = None) -> None:
    """Erase or pass on what the log holds of them, were it at the next run after a kill."""
    went, until = _noted(catalog), arrivals.remembered(catalog, _WAITS)
    if not went or (until is not None and int(until) > int(stamp(now or datetime.now(UTC)) or 0)):
        return
    back = arrivals.known(catalog, Person)
    left = {one: heir for one, heir in went.items() if one not in back}
    with contextlib.closing(open_home(home)) as log:
        erasing.follow_the_shop(log, left, {one: heir for one, heir in left.items() if heir})
    with transaction(catalog):
        for key in (_WENT, _WAITS):
            arrivals.remember(catalog, key, None)


def _noted(catalog: Connection) -> dict[str, str | None]:
    return dict(json.loads(arrivals.remembered(catalog, _WENT) or "{}"))
