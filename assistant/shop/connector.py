"""What every live shop looks like to us: what it can tell and take, asked page by page.

Adding a shop adds one file with a `Connector`; pulling and pushing are written once over this shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from assistant.store.things import Sale, Thing

Entity = Literal["stores", "associates", "products", "customers", "links", "sales"]
"""What is asked for; `sales` are open baskets and what became of them."""

Pair = tuple[str, str]
"""A product and what goes with it."""

ORDER: Sequence[Entity] = ("stores", "associates", "products", "customers", "links", "sales")
"""What others name comes first."""


@dataclass(frozen=True, slots=True)
class Can:
    """What a kind of shop can do. `deltas`: how it tells what is new of each entity it has.

    `changed` = by the time of the change; `whole` = only by being read again from beginning to end.
    `whole_every`: not every change moves the time, so that it is read whole now and then all the same.
    `silent_returns`: what comes back moves no time of its order, so that sold ones are looked at in turn.
    `write_links`: products have a field of its own for what goes with them (`LinkTaker`).
    """

    deltas: Mapping[Entity, Literal["changed", "whole"]]
    open_baskets: bool = False
    write_line: bool = False
    staff: bool = False
    consent: bool = False
    whole_every: Mapping[Entity, timedelta] = field(default_factory=dict)
    silent_returns: bool = False
    write_links: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that cannot be understood, by the id of the thing it would be ("" where that is not told)."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some things of one entity, and where to go on (None = that was all); `total` where the shop says it."""

    things: tuple[Thing | Aside, ...]
    following: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried of a connection; `problem` says in one sentence what is missing."""

    name: str
    found: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """What came of writing a line: how many are in the basket now, of how many that were wanted."""

    wanted: float
    there: float
    why: str | None = None


class Connector(Protocol):
    """A live shop. Every call raises ShopError with one sentence where the shop cannot be used."""

    @property
    def can(self) -> Can:
        """What this kind of shop can do."""
        ...

    def check(self) -> tuple[Check, ...]:
        """Try everything a sync needs, changing nothing."""
        ...

    def now(self) -> datetime:
        """The shop's own time: what changed before it will be told."""
        ...

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        """A page of what changed since then (None = all), going on after where the last page ended.

        Asked for from another thread than the rest, but never two pages at a time.
        """
        ...

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        """A page of the ids that are there, and where to go on; of sales the open ones."""
        ...

    def heirs(self, customers: Sequence[str]) -> Mapping[str, str]:
        """Of customers who are no longer there, with whom the shop says that it made them one."""
        ...

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        """These sales as they are now; one that is not there any more is left out."""
        ...

    def quantity(self, basket_id: str, product_id: str) -> float:
        """How many of a product lie in an open basket. Raises ShopError where it is no longer open."""
        ...

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        """Bring a product's quantity in an open basket to this number; doing it again changes nothing."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class LinkTaker(Connector, Protocol):
    """A live shop whose product pages name what goes with a product, and which lets us write that."""

    def put_links(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[Pair, ...]]:
        """Name these add-ons with their products, beside those that are named; none is ever taken away.

        Each time some are about to be written they are told, as they will come back with the products, and
        are written when the next ones are asked for.
        """
        ...
