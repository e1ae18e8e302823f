"""Calls: visits on the phone, with their reason, the agenda's ticks, and how those without an offer ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.records import CallReason, FollowUp, OutcomeKind, Visit
from assistant.store import contacts, follow_ups, visits
from assistant.store.database import Connection, moment, stamp, transaction
from assistant.store.visits import next_sequence, put_outbox


@dataclass(frozen=True, slots=True)
class Call:
    """What a call is about, and which steps of its agenda are done."""

    visit_id: str
    reason: CallReason
    number: str | None = None
    order_id: str | None = None
    done: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call that made no offer ended; `follow_up` is the call back."""

    outcome_id: str
    visit_id: str
    kind: OutcomeKind
    follow_up: FollowUp | None = None


def begin(
    connection: Connection,
    visit: Visit,
    reason: CallReason,
    number: str | None = None,
    order_id: str | None = None,
) -> Call:
    """Say that a visit is a call, what it is about, and what it was opened from."""
    with transaction(connection):
        sequence = next_sequence(connection)
        connection.execute(
            "INSERT INTO calls VALUES (?, ?, ?, ?, ?)", (visit.visit_id, sequence, reason, number, order_id)
        )
        put_outbox(connection, sequence, "call", visit.visit_id, stamp(visit.started_at))
    return Call(visit.visit_id, reason, number, order_id)


def read(connection: Connection, visit_id: str) -> Call | None:
    """What is known of a call; None where the visit is none."""
    row = connection.execute(
        "SELECT reason, number, order_id FROM calls WHERE visit_id = ?", (visit_id,)
    ).fetchone()
    if row is None:
        return None
    return Call(visit_id, row[0], row[1], row[2], _done(connection, visit_id, row[0]))


def choose_reason(connection: Connection, visit_id: str, reason: CallReason) -> Call:
    """The call is about something else: its agenda is another one, and ticks of the old one are kept."""
    with transaction(connection):
        _check_open(connection, visit_id)
        sequence = next_sequence(connection)
        connection.execute("UPDATE calls SET reason = ? WHERE visit_id = ?", (reason, visit_id))
        put_outbox(connection, sequence, "call", visit_id, stamp(datetime.now(UTC)))
    return _known(connection, visit_id)


def tick(connection: Connection, visit_id: str, step: int, done: bool, words: str) -> Call:
    """Tick a step of the agenda, or take the tick back; `words` are the step as it stood there."""
    with transaction(connection):
        _check_open(connection, visit_id)
        sequence, at = next_sequence(connection), stamp(datetime.now(UTC))
        connection.execute(
            "INSERT INTO call_steps SELECT ?, visit_id, reason, ?, ?, ?, ? FROM calls WHERE visit_id = ?",
            (sequence, step, words, done, at, visit_id),
        )
        put_outbox(connection, sequence, "call_step", str(sequence), at)
    return _known(connection, visit_id)


def check_cap(connection: Connection, customer_id: str, now: datetime) -> None:
    """Raise InputError where the customer had this month's offers already."""
    known = contacts.read(connection, customer_id, now)
    if not known.left:
        raise InputError(
            f"That would be more than {known.cap} offers this month, so it was not noted as one. "
            "It can be offered again next month."
        )


def end(
    connection: Connection,
    visit_id: str,
    kind: OutcomeKind,
    *,
    associate_id: str,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Outcome:
    """End a call that made no offer; a call back becomes a follow-up in the same transaction.

    Raises InputError where the visit is no open call, or answers stand: then it is finished as it is.
    """
    now = at or datetime.now(UTC)
    with transaction(connection):
        _check_open(connection, visit_id)
        customer_id, store_id = connection.execute(
            "SELECT customer_id, store_id FROM visits WHERE visit_id = ?", (visit_id,)
        ).fetchone()
        follow_up = None
        if kind == "call_back" and customer_id is not None:
            follow_up = follow_ups.put(
                connection,
                FollowUp(
                    str(uuid7()), "call_back", customer_id, until or now + timedelta(hours=1), now,
                    associate_id, store_id, channel="call",
                ),
                visit_id,
            )  # fmt: skip
        outcome = Outcome(str(uuid7()), visit_id, kind, follow_up)
        _put_outcome(connection, outcome, associate_id, until, now)
        visits.finish_within(connection, visit_id, associate_id=associate_id, at=now)
    return outcome


def undo_end(connection: Connection, outcome: Outcome, *, associate_id: str) -> None:
    """Take an outcome back, and the call back with it; the visit stays finished, as it was over."""
    with transaction(connection):
        sequence, at = next_sequence(connection), stamp(datetime.now(UTC))
        undone = str(uuid7())
        connection.execute(
            "INSERT INTO call_outcomes VALUES (?, ?, ?, ?, 'undone', NULL, NULL, ?)",
            (undone, sequence, outcome.visit_id, associate_id, at),
        )
        put_outbox(connection, sequence, "call_outcome", undone, at)
        if outcome.follow_up is not None:
            follow_ups.drop_within(connection, outcome.follow_up, associate_id=associate_id)


def outcome_of(connection: Connection, visit_id: str) -> OutcomeKind | None:
    """How a call without an offer ended; None where nothing was said of it or it was taken back."""
    row = connection.execute(
        "SELECT kind FROM call_outcomes WHERE visit_id = ? ORDER BY sequence DESC LIMIT 1", (visit_id,)
    ).fetchone()
    kind: OutcomeKind | None = None if row is None or row[0] == "undone" else row[0]
    return kind


def forget(connection: Connection, customer_id: str) -> None:
    """Remove what a customer's calls say; call inside the transaction that erases the customer."""
    theirs = "visit_id IN (SELECT visit_id FROM visits WHERE customer_id = ?)"
    for record, table, key in (
        ("call_outcome", "call_outcomes", "outcome_id"),
        ("call_step", "call_steps", "CAST(sequence AS TEXT)"),
        ("call", "calls", "visit_id"),
    ):
        connection.execute(
            "DELETE FROM outbox WHERE record = ? AND record_id IN "
            f"(SELECT {key} FROM {table} WHERE {theirs})",
            (record, customer_id),
        )
        connection.execute(f"DELETE FROM {table} WHERE {theirs}", (customer_id,))


def _known(connection: Connection, visit_id: str) -> Call:
    found = read(connection, visit_id)
    if found is None:
        raise InputError("That visit is no call.")
    return found


def _done(connection: Connection, visit_id: str, reason: str) -> frozenset[int]:
    rows: Mapping[int, int] = dict(
        connection.execute(
            "SELECT step, done FROM call_steps WHERE visit_id = ? AND reason = ? ORDER BY sequence",
            (visit_id, reason),
        ).fetchall()
    )
    return frozenset(step for step, done in rows.items() if done)


def _check_open(connection: Connection, visit_id: str) -> None:
    row = connection.execute(
        "SELECT finished_at FROM calls JOIN visits USING (visit_id) WHERE visit_id = ?", (visit_id,)
    ).fetchone()
    if row is None:
        raise InputError("That visit is no call.")
    if moment(row[0]) is not None:
        raise InputError("That call is over.")


def _put_outcome(
    connection: Connection, outcome: Outcome, associate_id: str, until: datetime | None, now: datetime
) -> None:
    sequence, at = next_sequence(connection), stamp(now)
    connection.execute(
        "INSERT INTO call_outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            outcome.outcome_id, sequence, outcome.visit_id, associate_id, outcome.kind, stamp(until),
            outcome.follow_up.follow_up_id if outcome.follow_up else None, at,
        ),
    )  # fmt: skip
    put_outbox(connection, sequence, "call_outcome", outcome.outcome_id, at)
