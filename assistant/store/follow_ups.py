"""Follow-ups: what was promised to customers, the "later" answers they gave, and what came of each.

What stands is read from steps that are only ever appended; taking one back is a step too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.records import Channel, DayPart, DropReason, FollowUp, FollowUpKind
from assistant.store import contacts, people
from assistant.store.database import Connection, moment, stamp, transaction
from assistant.store.visits import next_sequence, put_outbox

StepKind = Literal["done", "moved", "dropped", "undone"]
MISSED_DAYS = 60  # a promise that was missed for longer is no longer asked for
LATER_DAYS = 14  # the same of a "later" answer
_COLUMNS = (
    "follow_up_id, kind, customer_id, due, created_at, associate_id, store_id, product_id, channel, "
    "day_part, note"
)
# A later answer that still stands, of a known customer: nothing was said to the product since.
_LATER = """
SELECT s.suggestion_id, 'later', v.customer_id, a.until, a.at, a.associate_id, v.store_id, s.product_id,
  NULL, NULL, ''
FROM answers a JOIN suggestions s USING (suggestion_id) JOIN visits v ON v.visit_id = s.visit_id
WHERE a.kind = 'later' AND a.until >= ? AND a.until < ? AND v.customer_id IS NOT NULL AND a.sequence = (
    SELECT max(sequence) FROM answers WHERE suggestion_id = a.suggestion_id)
  AND NOT EXISTS (
    SELECT 1 FROM visits w JOIN suggestions t ON t.visit_id = w.visit_id JOIN answers b
      ON b.suggestion_id = t.suggestion_id
    WHERE w.customer_id = v.customer_id AND t.product_id = s.product_id
      AND t.suggestion_id <> s.suggestion_id AND b.sequence > a.sequence
      AND b.kind IN ('accepted', 'declined', 'later'))
"""
_BOUGHT_SINCE = (
    "SELECT 1 FROM orders o JOIN order_lines l USING (order_id) WHERE o.customer_id = ? AND o.ordered_at > ? "
    "AND l.product_id = ? AND l.quantity > l.returned_quantity LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to a follow-up."""

    step_id: str
    follow_up_id: str
    kind: StepKind
    reason: DropReason | None
    due: datetime | None
    undoes: str | None
    at: datetime


def schedule(
    connection: Connection,
    *,
    customer_id: str,
    associate_id: str,
    due: datetime,
    kind: FollowUpKind = "promised",
    store_id: str | None = None,
    product_id: str | None = None,
    visit_id: str | None = None,
    channel: Channel | None = None,
    day_part: DayPart | None = None,
    note: str = "",
    at: datetime | None = None,
) -> FollowUp:
    """Keep a promise to come back to a customer. Raises InputError for a customer nobody knows."""
    if people.customer(connection, customer_id) is None:
        raise InputError(f"There is no customer {customer_id}.")
    with transaction(connection):
        return put(
            connection,
            FollowUp(
                follow_up_id=str(uuid7()),
                kind=kind,
                customer_id=customer_id,
                due=due,
                created_at=at or datetime.now(UTC),
                associate_id=associate_id,
                store_id=store_id,
                product_id=product_id,
                channel=channel,
                day_part=day_part,
                note=note.strip(),
            ),
            visit_id,
        )


def put(connection: Connection, one: FollowUp, visit_id: str | None) -> FollowUp:
    """Write a new follow-up; call inside a transaction."""
    sequence, at = next_sequence(connection), stamp(one.created_at)
    connection.execute(
        "INSERT INTO follow_ups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.follow_up_id, sequence, one.kind, one.customer_id, one.associate_id, one.store_id,
            one.product_id, visit_id, stamp(one.due), one.channel, one.day_part, one.note or None, at,
        ),
    )  # fmt: skip
    put_outbox(connection, sequence, "follow_up", one.follow_up_id, at)
    return one


def read(
    connection: Connection,
    now: datetime,
    *,
    until: datetime,
    associate_id: str | None = None,
    store_id: str | None = None,
    more: Iterable[FollowUp] = (),
) -> tuple[FollowUp, ...]:
    """What is to be followed up until a day, the earliest first; what was closed before today is left out.

    Of one associate where one is named, else of the store. `more` is what is due again, which no file
    holds: it is shown with the steps that were taken. What the customer bought since is not asked for.
    """
    since, later = (stamp(now - timedelta(days=days)) for days in (MISSED_DAYS, LATER_DAYS))
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM follow_ups WHERE due >= ? UNION ALL {_LATER}",
        (since, later, stamp(until + timedelta(days=MISSED_DAYS))),
    )
    told = [one for row in rows if _belongs(one := _follow_up(row), associate_id, store_id)]
    spoken_of = {(one.customer_id, one.product_id) for one in told}
    told += [
        one
        for one in more
        if _belongs(one, associate_id, store_id) and (one.customer_id, one.product_id) not in spoken_of
    ]
    taken = steps(connection, [one.follow_up_id for one in told])
    today = _midnight(now)
    standing = [after(one, taken.get(one.follow_up_id, ())) for one in told]
    shown = [
        one
        for one in standing
        if one.due < until
        and (one.state == "open" or taken[one.follow_up_id][-1].at >= today)
        and not _bought_since(connection, one)
    ]
    shown.sort(key=lambda one: (one.due.astimezone().date(), one.created_at, one.follow_up_id))
    return tuple(shown)


def steps(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Step, ...]]:
    """The steps that stand, of each of these follow-ups, oldest first."""
    rows = connection.execute(
        "SELECT step_id, follow_up_id, kind, reason, due, undoes, at FROM follow_up_steps "
        "WHERE follow_up_id IN (SELECT value FROM json_each(?)) ORDER BY sequence",
        (json.dumps(list(ids)),),
    )
    every = [
        Step(row[0], row[1], row[2], row[3], moment(row[4]), row[5], moment(row[6]) or datetime.now(UTC))
        for row in rows
    ]
    undone = {step.undoes for step in every}
    found: dict[str, tuple[Step, ...]] = {}
    for step in every:
        if step.kind != "undone" and step.step_id not in undone:
            found[step.follow_up_id] = (*found.get(step.follow_up_id, ()), step)
    return found


def after(one: FollowUp, taken: Iterable[Step]) -> FollowUp:
    """A follow-up as it stands after its steps."""
    for step in taken:
        if step.kind == "moved" and step.due is not None:
            one = replace(one, due=step.due, moved=True)
        elif step.kind in ("done", "dropped"):
            one = replace(one, state=step.kind, reason=step.reason)
    return one


def close(
    connection: Connection, one: FollowUp, *, associate_id: str, channel: Channel | None = None
) -> FollowUp:
    """It was done; `channel` is how the customer was reached. Raises InputError where closed."""
    return _take(connection, one, associate_id, "done", channel=channel)


def move(connection: Connection, one: FollowUp, due: datetime, *, associate_id: str) -> FollowUp:
    """Another day. Raises InputError where it is closed already."""
    return _take(connection, one, associate_id, "moved", due=due)


def drop(connection: Connection, one: FollowUp, reason: DropReason | None, *, associate_id: str) -> FollowUp:
    """It is no longer wanted; "asked not to be contacted" withdraws the consent in the same transaction."""
    return _take(connection, one, associate_id, "dropped", reason=reason)


def undo(connection: Connection, one: FollowUp, *, associate_id: str) -> FollowUp:
    """Take the latest step back; a consent that was withdrawn with it stays withdrawn.

    Raises InputError where no step stands.
    """
    with transaction(connection):
        taken = steps(connection, [one.follow_up_id]).get(one.follow_up_id, ())
        if not taken:
            raise InputError("There is nothing to take back.")
        _put_step(connection, one, associate_id, "undone", undoes=taken[-1].step_id)
    return after(_as_begun(connection, one), taken[:-1])


def drop_within(connection: Connection, one: FollowUp, *, associate_id: str) -> None:
    """Drop a follow-up inside a transaction that takes back what it came from."""
    _put_step(connection, one, associate_id, "dropped", reason="other")


def forget(connection: Connection, customer_id: str) -> None:
    """Remove everything a customer's follow-ups say; call inside the transaction that erases the customer."""
    for table, key in (("follow_up_steps", "step_id"), ("follow_ups", "follow_up_id")):
        record = table.removesuffix("s")
        connection.execute(
            f"DELETE FROM outbox WHERE record = ? AND record_id IN "
            f"(SELECT {key} FROM {table} WHERE customer_id = ?)",
            (record, customer_id),
        )
        connection.execute(f"DELETE FROM {table} WHERE customer_id = ?", (customer_id,))


def _take(
    connection: Connection,
    one: FollowUp,
    associate_id: str,
    kind: StepKind,
    *,
    reason: DropReason | None = None,
    due: datetime | None = None,
    channel: Channel | None = None,
) -> FollowUp:
    with transaction(connection):
        taken = steps(connection, [one.follow_up_id]).get(one.follow_up_id, ())
        if after(one, taken).state != "open":
            raise InputError("That follow-up is closed already; Z takes the last step back.")
        if kind == "done" and channel in ("call", "email"):
            _check_way(connection, one)
        _put_step(connection, one, associate_id, kind, reason=reason, due=due, channel=channel)
        if reason == "no_contact":
            people.put_consent(connection, one.customer_id, "contact", False, associate_id)
    step = Step("", one.follow_up_id, kind, reason, due, None, datetime.now(UTC))
    return after(one, (*taken, step))


def _check_way(connection: Connection, one: FollowUp) -> None:
    """Raise InputError where the customer may not be reached any more."""
    customer = people.customer(connection, one.customer_id)
    if customer is None or contacts.way(customer, one) == "visit":
        raise InputError("The customer does not want to be contacted any more; keep it for their next visit.")


def _put_step(
    connection: Connection,
    one: FollowUp,
    associate_id: str,
    kind: StepKind,
    *,
    reason: DropReason | None = None,
    due: datetime | None = None,
    channel: Channel | None = None,
    undoes: str | None = None,
) -> None:
    sequence, step_id, at = next_sequence(connection), str(uuid7()), stamp(datetime.now(UTC))
    connection.execute(
        "INSERT INTO follow_up_steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            step_id, sequence, one.follow_up_id, one.customer_id, associate_id, kind, reason, stamp(due),
            channel, undoes, at,
        ),
    )  # fmt: skip
    put_outbox(connection, sequence, "follow_up_step", step_id, at)


def _as_begun(connection: Connection, one: FollowUp) -> FollowUp:
    """A follow-up before any step; of what is due again its day as the screen has it."""
    row = connection.execute(
        "SELECT due FROM follow_ups WHERE follow_up_id = ?1 UNION ALL "
        "SELECT until FROM answers WHERE suggestion_id = ?1 AND kind = 'later' LIMIT 1",
        (one.follow_up_id,),
    ).fetchone()
    due = one.due if row is None else moment(row[0]) or one.due
    return replace(one, due=due, state="open", reason=None, moved=False)


def _belongs(one: FollowUp, associate_id: str | None, store_id: str | None) -> bool:
    if associate_id is not None:
        return one.associate_id == associate_id
    return store_id is None or one.store_id in (None, store_id)


def _bought_since(connection: Connection, one: FollowUp) -> bool:
    if one.product_id is None or one.kind == "due":
        return False
    values = (one.customer_id, stamp(one.created_at), one.product_id)
    return connection.execute(_BOUGHT_SINCE, values).fetchone() is not None


def _follow_up(row: Sequence[object]) -> FollowUp:
    return FollowUp(
        follow_up_id=str(row[0]),
        kind=row[1],  # type: ignore[arg-type]
        customer_id=str(row[2]),
        due=moment(row[3]) or datetime.now(UTC),  # type: ignore[arg-type]
        created_at=moment(row[4]) or datetime.now(UTC),  # type: ignore[arg-type]
        associate_id=row[5],  # type: ignore[arg-type]
        store_id=row[6],  # type: ignore[arg-type]
        product_id=row[7],  # type: ignore[arg-type]
        channel=row[8],  # type: ignore[arg-type]
        day_part=row[9],  # type: ignore[arg-type]
        note=str(row[10] or ""),
    )


def _midnight(now: datetime) -> datetime:
    return now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
