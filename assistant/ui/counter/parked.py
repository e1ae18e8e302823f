"""Visits that wait at the counter, and baskets that are open: what one may begin with or go on with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.records import Basket
from assistant.store import calls, catalog, parking, people, visits
from assistant.store.database import Connection
from assistant.store.visits import OpenVisit
from assistant.ui.counter.serving import Served


@dataclass(frozen=True, slots=True)
class Parked:
    """A visit that waits to be taken up: the customer's name, and the colleague who holds it (None = own)."""

    waiting: parking.Waiting
    customer: str | None
    colleague: str | None
    first: str | None  # what was scanned first, for a visit without a customer or a basket

    @property
    def visit(self) -> OpenVisit:
        return self.waiting.visit


@dataclass(frozen=True, slots=True)
class Waiting:
    """What can be begun with: open baskets, and visits that wait; each with the customer's name."""

    baskets: tuple[tuple[Basket, str | None], ...]
    visits: tuple[Parked, ...]


def park(connection: Connection, visit_id: str, served: Served, associate_id: str, at: datetime) -> None:
    """Put a visit aside, with what was scanned in it."""
    parking.keep_lines(connection, visit_id, served.pieces)
    parking.park(connection, visit_id, associate_id=associate_id, at=at)


def take_over(connection: Connection, visit_id: str, associate_id: str, at: datetime) -> None:
    """Go on with a colleague's visit: what was answered stays theirs, what comes is this associate's."""
    parking.take_up(connection, visit_id, associate_id=associate_id, at=at)


def waiting(connection: Connection, associate_id: str | None, store_id: str | None) -> Waiting:
    """What can be begun with before any visit; nothing is written by looking."""
    baskets = catalog.open_baskets(connection)
    found = _unfinished(connection, associate_id, store_id) if associate_id else ()
    return Waiting(
        tuple((basket, _name(connection, basket.customer_id)) for basket in baskets),
        tuple(_parked(connection, one, associate_id) for one in found if not _stale(one)),
    )


def close_stale(connection: Connection, associate_id: str, store_id: str | None) -> None:
    """Finish what was neither parked nor has an answer, as after a crash.

    There is nothing to take up in it: opening its basket again shows the same.
    """
    for one in _unfinished(connection, associate_id, store_id):
        if _stale(one):
            visits.finish(connection, one.visit.visit.visit_id, associate_id=one.holder_id)


def _unfinished(
    connection: Connection, associate_id: str, store_id: str | None
) -> tuple[parking.Waiting, ...]:
    """The visits at a counter that an associate may take up; calls are the Review page's."""
    found = parking.waiting(connection, associate_id, store_id)
    return tuple(one for one in found if calls.read(connection, one.visit.visit.visit_id) is None)


def _stale(one: parking.Waiting) -> bool:
    return one.parked_at is None and not one.visit.answers and not one.lines


def parked_with(
    connection: Connection,
    associate_id: str | None,
    store_id: str | None,
    *,
    basket_id: str | None = None,
    customer_id: str | None = None,
) -> Parked | None:
    """The visit that was parked with this basket, or with this customer."""
    for one in waiting(connection, associate_id, store_id).visits:
        visit = one.visit.visit
        if one.waiting.parked_at is not None and (
            (basket_id is not None and visit.basket_id == basket_id)
            or (customer_id is not None and visit.customer_id == customer_id)
        ):
            return one
    return None


def _parked(connection: Connection, one: parking.Waiting, associate_id: str | None) -> Parked:
    first = next(iter(one.lines), None)
    product = catalog.product(connection, first) if first else None
    other = one.holder_id if one.holder_id != associate_id else None
    colleague = next((a.name for a in catalog.associates(connection) if a.associate_id == other), other)
    name = _name(connection, one.visit.visit.customer_id)
    return Parked(one, name, colleague, product.name if product else None)


def _name(connection: Connection, customer_id: str | None) -> str | None:
    found = people.customer(connection, customer_id) if customer_id else None
    return found.name if found else None
