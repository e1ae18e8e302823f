"""Visits that wait: parked and taken up again, handed to a colleague, or left without offers at the
customer's wish. Every step is a record of its own; who gave an answer stands with the answer. A step names
who took it, and whose the visit was where that is somebody else: of one handed over before it, of one parked
for them still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from uuid_utils import uuid7

from assistant.store import visits
from assistant.store.database import Connection, moment, stamp, transaction
from assistant.store.visits import OpenVisit

Kind = Literal["parked", "taken_up", "handed_over", "no_offers", "offers_again"]

_LAST = (
    "SELECT kind, CASE kind WHEN 'parked' THEN coalesce(from_id, associate_id) ELSE associate_id END, at "
    "FROM visit_steps WHERE visit_id = ? AND kind IN ({kinds}) ORDER BY sequence DESC LIMIT 1"
)
_HOLDING = _LAST.format(kinds="'parked', 'taken_up', 'handed_over'")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A visit that can be taken up: whose it is now, when it was parked (None = it was left, as by a crash),
    and what was scanned here."""

    visit: OpenVisit
    holder_id: str
    parked_at: datetime | None
    lines: Mapping[str, float]


def park(connection: Connection, visit_id: str, *, associate_id: str, at: datetime) -> None:
    """Put a visit aside with everything said in it; whose it is, it stays. Raises InputError where it is
    finished."""
    with transaction(connection):
        visits.require_open(connection, visit_id)
        holder = _holder(connection, visit_id)
        _put(
            connection,
            visit_id,
            "parked",
            associate_id,
            at,
            from_id=None if holder == associate_id else holder,
        )


def take_up(connection: Connection, visit_id: str, *, associate_id: str, at: datetime) -> None:
    """Go on with a visit; a colleague's is handed over by that. Raises InputError where it is finished."""
    with transaction(connection):
        visits.require_open(connection, visit_id)
        holder = _holder(connection, visit_id)
        own = holder == associate_id
        kind: Kind = "taken_up" if own else "handed_over"
        _put(connection, visit_id, kind, associate_id, at, from_id=None if own else holder)


def keep_lines(connection: Connection, visit_id: str, lines: Mapping[str, float]) -> None:
    """Keep what was scanned in a visit, for whoever takes it up."""
    with transaction(connection):
        connection.execute("DELETE FROM visit_lines WHERE visit_id = ?", (visit_id,))
        connection.executemany(
            "INSERT INTO visit_lines VALUES (?, ?, ?)",
            [(visit_id, product, quantity) for product, quantity in lines.items()],
        )


def waiting(connection: Connection, associate_id: str, store_id: str | None) -> tuple[Waiting, ...]:
    """Visits this associate may take up, newest first: their own, and those parked in this store."""
    found = [
        Waiting(one, *_held(connection, one), _lines(connection, one.visit.visit_id))
        for one in visits.unfinished(connection)
    ]
    return tuple(
        one
        for one in found
        if one.holder_id == associate_id
        or (one.parked_at is not None and one.visit.visit.store_id in (store_id, None))
    )


def refuse_offers(connection: Connection, visit_id: str, *, associate_id: str, at: datetime) -> None:
    """The customer wants to hear of nothing today: what is open counts as not offered."""
    with transaction(connection):
        visits.require_open(connection, visit_id)
        _put(connection, visit_id, "no_offers", associate_id, at)


def allow_offers(connection: Connection, visit_id: str, *, associate_id: str, at: datetime) -> None:
    """Take that back."""
    with transaction(connection):
        visits.require_open(connection, visit_id)
        _put(connection, visit_id, "offers_again", associate_id, at)


def wants_no_offers(connection: Connection, visit_id: str, customer_id: str | None, since: datetime) -> bool:
    """Whether this visit, or another one of the same customer since then, is to stay without offers."""
    row = connection.execute(
        "SELECT kind FROM visit_steps "
        "WHERE visit_id IN (SELECT ?1 UNION ALL SELECT visit_id FROM visits WHERE customer_id = ?2) "
        "AND (visit_id = ?1 OR at >= ?3) AND kind IN ('no_offers', 'offers_again') "
        "ORDER BY +sequence DESC LIMIT 1",  # by the visits' own steps, not by all there are
        (visit_id, customer_id, stamp(since)),
    ).fetchone()
    return row is not None and row[0] == "no_offers"


def _held(connection: Connection, one: OpenVisit) -> tuple[str, datetime | None]:
    row = connection.execute(_HOLDING, (one.visit.visit_id,)).fetchone()
    if row is None:
        return one.visit.associate_id, None
    return str(row[1]), moment(row[2]) if row[0] == "parked" else None


def _holder(connection: Connection, visit_id: str) -> str:
    row = connection.execute(_HOLDING, (visit_id,)).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT 0, associate_id FROM visits WHERE visit_id = ?", (visit_id,)
        ).fetchone()
    return str(row[1])


def _lines(connection: Connection, visit_id: str) -> dict[str, float]:
    rows = connection.execute("SELECT product_id, quantity FROM visit_lines WHERE visit_id = ?", (visit_id,))
    return dict(rows.fetchall())


def _put(
    connection: Connection,
    visit_id: str,
    kind: Kind,
    associate_id: str,
    at: datetime,
    from_id: str | None = None,
) -> None:
    step, sequence = str(uuid7()), visits.next_sequence(connection)
    connection.execute(
        "INSERT INTO visit_steps VALUES (?, ?, ?, ?, ?, ?, ?)",
        (step, sequence, visit_id, kind, associate_id, from_id, stamp(at)),
    )
    visits.put_outbox(connection, sequence, "visit_step", step, stamp(at))
