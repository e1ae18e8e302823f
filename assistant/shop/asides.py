"""What a live shop tells goes into the mirror row by row as far as it can; the rest is set aside, written
down once, and remembered until it can be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from assistant.errors import ShopError
from assistant.shop.connector import Aside, Entity
from assistant.shop.result import Rejects
from assistant.shop.sifting import Reject
from assistant.store import arrivals
from assistant.store.database import (
    Connection,
    Home,
    IntegrityError,
    InterfaceError,
    savepoint,
)
from assistant.store.things import Thing

REFUSED = (OverflowError, IntegrityError, InterfaceError)  # by the database
MANY = 20  # rows, and none that can be understood: the shop speaks another language
_REMEMBERED = 1_000  # of one entity


class Asides:
    """Writes what one run is told, and sets aside what cannot be understood or not be kept."""

    def __init__(self, catalog: Connection, home: Home) -> None:
        self._catalog = catalog
        self._rejects = Rejects(home)
        self._sensible: set[Entity] = set()

    @property
    def count(self) -> int:
        """How many rows were set aside that were not told of before."""
        return sum(self._rejects.rejected.values())

    @property
    def unwritten(self) -> int:
        """Of how many of them the reason was not written down."""
        return self._rejects.unwritten

    @property
    def path(self) -> str | None:
        """Where the reasons are."""
        return self._rejects.path

    def put(self, entity: Entity, told: Iterable[Thing | Aside]) -> tuple[list[Thing], int]:
        """Bring what was told up to date: what it was, and how many rows changed. In the page's transaction.

        Raises ShopError where nothing can be understood, and it is not one bad row among good ones.
        """
        things: list[Thing] = []
        aside: list[Aside] = []
        for one in told:
            if isinstance(one, Aside):
                aside.append(one)
            else:
                things.append(one)
        try:
            with savepoint(self._catalog):
                changed = arrivals.put(self._catalog, things)
        except REFUSED:
            things, refused, changed = self._one_by_one(things)
            aside += refused
        if aside and not things:
            self._check_sense(entity, aside)
        elif things:
            self._sensible.add(entity)
        self._note(entity, things, aside)
        return things, changed

    def _one_by_one(self, things: Sequence[Thing]) -> tuple[list[Thing], list[Aside], int]:
        kept: list[Thing] = []
        aside: list[Aside] = []
        changed = 0
        for thing in things:
            try:
                with savepoint(self._catalog):
                    changed += arrivals.put(self._catalog, [thing])
            except REFUSED:
                aside.append(Aside(_id(thing), "it holds a number or text that cannot be"))
            else:
                kept.append(thing)
        return kept, aside, changed

    def _check_sense(self, entity: Entity, aside: Sequence[Aside]) -> None:
        seen = entity in self._sensible or arrivals.remembered(self._catalog, f"{entity}.since") is not None
        if len(aside) >= MANY or not seen:
            raise ShopError(
                f"The shop answers, but nothing that it says of {entity} can be understood: "
                f"{aside[0].reason}; what was read before is kept."
            )

    def _note(self, entity: Entity, things: Sequence[Thing], aside: Sequence[Aside]) -> None:
        """What is read again and still cannot be understood is not told again."""
        before = remembered(self._catalog, entity)
        if not aside and not before:
            return
        understood = set(map(_id, things))
        now = {name: reason for name, reason in before.items() if name not in understood}
        now |= {one.id: one.reason for one in aside}
        if now != before:
            kept = dict(list(now.items())[:_REMEMBERED])
            arrivals.remember(self._catalog, f"{entity}.aside", json.dumps(kept) if kept else None)
        new = (one for one in aside if before.get(one.id) != one.reason)
        self._rejects.add(entity, (Reject(entity, 0, "", one.id, one.reason) for one in new))
        self._rejects.finish()

    def close(self) -> None:
        """Close the file of reasons."""
        self._rejects.close(keep=True)


def remembered(catalog: Connection, entity: Entity) -> Mapping[str, str]:
    """The rows of an entity that wait to be mended in the shop, by id, and why."""
    said = arrivals.remembered(catalog, f"{entity}.aside")
    found: Mapping[str, str] = json.loads(said) if said else {}
    return found


def _id(thing: Thing) -> str:
    """A thing's id; of a link that of the product it starts from."""
    return str(getattr(thing, fields(thing)[0].name))
