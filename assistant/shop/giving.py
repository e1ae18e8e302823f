"""Pairings for the shop's own product pages: written where it has a field for them, known on their return."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from assistant.errors import InputError
from assistant.records import Progress
from assistant.shop import live
from assistant.shop.connector import Aside, LinkTaker, Pair
from assistant.store import access, given
from assistant.store.access import Permit
from assistant.store.database import Home, open_home
from assistant.store.things import Goods, Thing


def give(home: Home, wanted: Mapping[str, Sequence[str]], permit: Permit | None, progress: Progress) -> int:
    """Write what goes with which product into the connected shop; how many pairings were new there.

    What the shop's people named stays, and nothing is written twice: breaking off and beginning anew is safe.
    Raises AccessError for anybody but a manager, InputError where the shop has no such field, ShopError.
    """
    with contextlib.closing(open_home(home)) as log:
        who = access.require(log, permit, "content") if access.has_keeper(log) else None
        with live.opened(home) as connector:
            if not connector.can.write_links:
                raise InputError(
                    "This shop has no field of its own for what goes with a product that could be written; "
                    "`assistant export-pairings FILE` writes a file for its pages."
                )
            written = 0
            taker = cast(LinkTaker, connector)
            for done, pairs in enumerate(taker.put_links(wanted)):
                # Noted before it is written: what came back without a note would be the shop's own word.
                given.note(log, pairs, who)
                written += len(pairs)
                progress("Writing pairings", done, None)
    return written


def without(told: Iterable[Thing | Aside], ours: frozenset[Pair]) -> list[Thing | Aside]:
    """What a shop told, less the links that came from here."""
    return [
        replace(one, links=frozenset(link for link in one.links if (one.product_id, link[0]) not in ours))
        if isinstance(one, Goods) and one.links
        else one
        for one in told
    ]
