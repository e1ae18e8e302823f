"""What was said to questions about the record, and who opened them; every word with its name.

Words are appended; one that takes another back names it. What was replied to is not asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.store import access, visits
from assistant.store.access import Permit
from assistant.store.database import Connection, moment, stamp, transaction

Place = tuple[str, str | None]
"""A visit, and the offer where there is one."""

_AGAIN = timedelta(hours=12)  # before a second opening by the same person is written down


@dataclass(frozen=True, slots=True)
class Reply:
    """What happened with some rows of a question, as a manager recorded it."""

    reply_id: str
    kind: str
    about: str
    said: str
    rows: tuple[Place, ...]
    associate_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody looked at another's questions."""

    associate_id: str
    name: str
    at: datetime


def reply(
    connection: Connection, kind: str, about: str, said: str, rows: Iterable[Place], permit: Permit | None
) -> str:
    """Record what happened with some rows; the reply's id.

    Raises AccessError without a manager's permit, InputError where no rows are meant.
    """
    who = access.require(connection, permit, "replies")
    meant = sorted(set(rows), key=lambda row: (row[0], row[1] or ""))
    if not meant:
        raise InputError("A reply is to at least one row of the question.")
    return _say(connection, kind, about, said, meant, who)


def take_back(connection: Connection, reply_id: str, permit: Permit | None) -> None:
    """Have it asked again. Raises AccessError without a permit, InputError where the reply does not hold."""
    who = access.require(connection, permit, "replies")
    one = next((one for one in standing(connection) if one.reply_id == reply_id), None)
    if one is None:
        raise InputError("That reply was taken back already.")
    _say(connection, one.kind, one.about, "undone", (), who, undoes=reply_id)


def note_opening(connection: Connection, about: str, associate_id: str) -> None:
    """Write down that somebody looked at another's questions, once in half a day."""
    now = datetime.now(UTC)
    (lately,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM replies WHERE about = ? AND said = 'opened' AND associate_id = ? "
        "AND at > ?)",
        (about, associate_id, stamp(now - _AGAIN)),
    ).fetchone()
    if about != associate_id and not lately:
        _say(connection, "", about, "opened", (), associate_id)


def standing(connection: Connection, about: str | None = None) -> tuple[Reply, ...]:
    """The replies that hold, the newest first; of one person or of all."""
    rows = connection.execute(
        f"SELECT r.reply_id, r.kind, r.about, r.said, r.rows, r.associate_id, {_NAME}, r.at {_FROM} "
        "WHERE r.said NOT IN ('opened', 'undone') AND (?1 IS NULL OR r.about = ?1) "
        "AND NOT EXISTS (SELECT 1 FROM replies AS u WHERE u.undoes = r.reply_id) ORDER BY r.sequence DESC",
        (about,),
    )
    return tuple(
        Reply(reply_id, kind, whose, said, tuple((visit, offer) for visit, offer in json.loads(places)), who,
              name, moment(at) or datetime.now(UTC))
        for reply_id, kind, whose, said, places, who, name, at in rows
    )  # fmt: skip


def settled(connection: Connection) -> frozenset[tuple[str, Place]]:
    """Every row that was replied to, with the kind of its question."""
    return frozenset((one.kind, row) for one in standing(connection) for row in one.rows)


def openings(connection: Connection, about: str) -> tuple[Opening, ...]:
    """Who looked at somebody's questions, the newest first."""
    rows = connection.execute(
        f"SELECT r.associate_id, {_NAME}, r.at {_FROM} WHERE r.said = 'opened' AND r.about = ? "
        "ORDER BY r.sequence DESC",
        (about,),
    )
    return tuple(Opening(who, name, moment(at) or datetime.now(UTC)) for who, name, at in rows)


_NAME = "coalesce(a.name, l.name, r.associate_id)"
_FROM = (
    "FROM replies AS r LEFT JOIN associates AS a USING (associate_id) "
    "LEFT JOIN local_associates AS l ON l.associate_id = r.associate_id"
)


def _say(
    connection: Connection,
    kind: str,
    about: str,
    said: str,
    rows: Iterable[Place],
    who: str,
    *,
    undoes: str | None = None,
) -> str:
    at, reply_id = stamp(datetime.now(UTC)), str(uuid7())
    with transaction(connection):
        sequence = visits.next_sequence(connection)
        connection.execute(
            "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (reply_id, sequence, kind, about, said, json.dumps(list(rows)), who, at, undoes),
        )
        visits.put_outbox(connection, sequence, "reply", reply_id, at)
    return reply_id
