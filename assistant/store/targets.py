"""What managers set out to reach, and the days on which they began something; every word with its name.

Words are appended: the last one of a figure and store, or of an initiative, holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.store import access, visits
from assistant.store.access import Permit
from assistant.store.database import Connection, moment, stamp, transaction

LONGEST = 60  # letters of a name


@dataclass(frozen=True, slots=True)
class Target:
    """A rate to be reached, of one store or of all; who set it and when."""

    figure: str
    store_id: str | None
    rate: float
    associate_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Initiative:
    """Something that began on a day in some stores (none named = in all); who marked it and when."""

    initiative_id: str
    name: str
    began: date
    stores: tuple[str, ...]
    associate_id: str
    at: datetime


def set_target(
    connection: Connection,
    rate: float | None,
    permit: Permit | None,
    *,
    figure: str = "offered_attachment",
    store_id: str | None = None,
) -> None:
    """Set a target, or take it back with None.

    Raises AccessError without a manager's permit, InputError for what is no rate.
    """
    from assistant.store import changes

    who = access.require(connection, permit, "targets")
    if rate is not None and not 0 < rate < 1:
        raise InputError("A target lies between 0 and 100 %.")
    before = target(connection, figure=figure, store_id=store_id)
    if (before.rate if before else None) == rate:
        return
    at = stamp(datetime.now(UTC))
    with transaction(connection):
        sequence, target_id = visits.next_sequence(connection), str(uuid7())
        connection.execute(
            "INSERT INTO targets VALUES (?, ?, ?, ?, ?, ?, ?)",
            (target_id, sequence, figure, store_id, rate, who, at),
        )
        visits.put_outbox(connection, sequence, "target", target_id, at)
        changes.note(connection, "target", store_id or "", before.rate if before else None, rate, who)


def target(
    connection: Connection, *, figure: str = "offered_attachment", store_id: str | None = None
) -> Target | None:
    """The target that holds, of exactly this store or of all; None where none does."""
    row = connection.execute(
        "SELECT figure, store_id, rate, associate_id, at FROM targets "
        "WHERE figure = ? AND store_id IS ? ORDER BY sequence DESC LIMIT 1",
        (figure, store_id),
    ).fetchone()
    if row is None or row[2] is None:
        return None
    return Target(row[0], row[1], row[2], row[3], moment(row[4]) or datetime.now(UTC))


def mark(
    connection: Connection,
    name: str,
    began: date,
    permit: Permit | None,
    *,
    stores: Iterable[str] = (),
    initiative_id: str | None = None,
) -> str:
    """Mark the day on which something began, or say it anew under the same id; the id.

    Raises AccessError without a manager's permit, InputError for no name or an unknown store.
    """
    who = access.require(connection, permit, "targets")
    name, places = " ".join(name.split()), tuple(sorted(set(stores)))
    if not 0 < len(name) <= LONGEST:
        raise InputError(f"An initiative needs a name of at most {LONGEST} letters.")
    known = {row[0] for row in connection.execute("SELECT store_id FROM stores")}
    for store_id in places:
        if store_id not in known:
            raise InputError(f"There is no store {store_id}.")
    before = None
    if initiative_id is not None:
        before = _known(connection, initiative_id).name
    return _say(connection, initiative_id or str(uuid7()), name, began, places, who, before=before)


def take_back(connection: Connection, initiative_id: str, permit: Permit | None) -> None:
    """Mark it no longer. Raises AccessError without a permit, InputError where there is none."""
    who = access.require(connection, permit, "targets")
    one = _known(connection, initiative_id)
    _say(connection, initiative_id, one.name, one.began, one.stores, who, before=one.name, gone=True)


def initiatives(connection: Connection) -> tuple[Initiative, ...]:
    """What was marked and holds, the newest beginning first."""
    rows = connection.execute(
        "SELECT initiative_id, name, began, stores, associate_id, at FROM ("
        "SELECT *, row_number() OVER (PARTITION BY initiative_id ORDER BY sequence DESC) AS latest "
        "FROM initiatives) WHERE latest = 1 AND NOT gone ORDER BY began DESC, initiative_id"
    )
    return tuple(
        Initiative(row[0], row[1], date.fromisoformat(row[2]), tuple(json.loads(row[3])), row[4],
                   moment(row[5]) or datetime.now(UTC))
        for row in rows
    )  # fmt: skip


def _known(connection: Connection, initiative_id: str) -> Initiative:
    found = next((one for one in initiatives(connection) if one.initiative_id == initiative_id), None)
    if found is None:
        raise InputError("There is no such initiative any more.")
    return found


def _say(
    connection: Connection,
    initiative_id: str,
    name: str,
    began: date,
    stores: tuple[str, ...],
    who: str,
    *,
    before: str | None,
    gone: bool = False,
) -> str:
    from assistant.store import changes

    at = stamp(datetime.now(UTC))
    with transaction(connection):
        sequence, word_id = visits.next_sequence(connection), str(uuid7())
        connection.execute(
            "INSERT INTO initiatives VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (word_id, sequence, initiative_id, name, began.isoformat(), json.dumps(stores), gone, who, at),
        )
        visits.put_outbox(connection, sequence, "initiative", word_id, at)
        changes.note(connection, "initiative", initiative_id, before, None if gone else name, who)
    return initiative_id
