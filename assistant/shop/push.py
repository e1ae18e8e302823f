"""Bringing accepted add-ons into the shop's open baskets, and undone ones out: each once, in order.

No shop has a call that adds a line and may safely be repeated. So how many of a product there should be is
kept before the shop is told, and a write that was interrupted first reads what is there.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from assistant.errors import ShopError
from assistant.shop.calling import DeclinedError
from assistant.shop.connector import Connector
from assistant.store import basket_writes
from assistant.store.basket_writes import Write
from assistant.store.database import Connection, Home, open_home

MOST_TRIES = 500
"""So often one write may fail before it is set aside, so that the rest flows: half an hour of a watch."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of a run: lines written in full, in part, refused by the shop, and still waiting."""

    written: int = 0
    partly: int = 0
    refused: int = 0
    waiting: int = 0


def push(home: Home, connector: Connector) -> Pushed:
    """Write what waits. Where the shop is not reached the rest waits for the next run."""
    counts = dict.fromkeys(("written", "partly", "refused"), 0)
    with contextlib.closing(open_home(home)) as log:
        todo = basket_writes.waiting(log)
        for done, write in enumerate(todo):
            try:
                counts[_write(log, connector, write)] += 1
            except ShopError:  # not reached, or what answers is not the shop
                basket_writes.tried(log, write)
                return Pushed(**counts, waiting=len(todo) - done)
    return Pushed(**counts)


def _write(log: Connection, connector: Connector, write: Write) -> str:
    """One line; what the shop refuses is set aside with its reason, so that the rest flows."""
    try:
        wanted = write.wanted
        if wanted is None:
            there = connector.quantity(write.basket_id, write.product_id)
            wanted = max(0, there + write.change)
            if not basket_writes.begin(log, write, wanted):
                return "written"  # undone between the two
        put = connector.put_line(write.basket_id, write.product_id, wanted)
    except DeclinedError as problem:
        basket_writes.finish(log, write, "refused", why=str(problem))
        return "refused"
    except ShopError as problem:
        if write.tries < MOST_TRIES:
            raise
        basket_writes.finish(log, write, "refused", why=str(problem))
        return "refused"
    if put.why is None:
        state: basket_writes.State = "written"
    else:
        state = "partly" if write.change > 0 and put.there > wanted - write.change else "refused"
    basket_writes.finish(log, write, state, there=put.there, why=put.why)
    return state
