"""Which sold orders are looked at again next, where a shop does not say that something of one came back.

The newest first, and on from there at the next look, back to a year ago; then from the beginning.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from assistant.store import arrivals, credits
from assistant.store.database import Connection, stamp

AT_ONCE = 250
LOTS = 4  # in a sync by itself; a watch looks at one at a time
EVERY = timedelta(minutes=1)
BACK_TO = timedelta(days=365)
_PLACE = "looked_back.place"

Lot = Sequence[tuple[int, str]]


def next_lot(catalog: Connection) -> Lot:
    """The orders to look at now, as (when, id)."""
    said = arrivals.remembered(catalog, _PLACE)
    place = None if said is None else tuple(json.loads(said))
    since = stamp(datetime.now(UTC) - BACK_TO) or 0
    return credits.sold_before(catalog, place, since=since, limit=AT_ONCE)


def note(catalog: Connection, lot: Lot) -> bool:
    """Note that a lot was looked at, in the transaction that wrote it; whether there is more."""
    more = len(lot) == AT_ONCE
    arrivals.remember(catalog, _PLACE, json.dumps(lot[-1]) if more else None)
    return more
