"""The log of visits: what was shown, offered and answered; what a function here returns is on disk.

Every record has a time-ordered id and the terminal's next sequence number, taken in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.records import Answer, AnswerKind, DeclineReason, Slate, Suggestion, Touchpoint, Visit
from assistant.store import basket_writes, curating, draws, holdout, owning
from assistant.store.database import Connection, moment, stamp, transaction

# The kind of the last answer to the suggestion `s`, if any. The view `current_answers` says the same of all
# suggestions, but joined to one visit it would first read every answer there is.
_STANDS = "(SELECT kind FROM answers WHERE suggestion_id = s.suggestion_id ORDER BY sequence DESC LIMIT 1)"


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as the log holds it."""

    suggestion_id: str
    product_id: str
    slot: int


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A visit that was not finished, with what was shown and the answers that stand."""

    visit: Visit
    shown: tuple[Shown, ...]
    answers: tuple[Answer, ...]


def begin(
    connection: Connection,
    *,
    associate_id: str,
    touchpoint: Touchpoint,
    store_id: str | None = None,
    customer_id: str | None = None,
    basket_id: str | None = None,
    anchors: Iterable[str] = (),
    at: datetime | None = None,
) -> Visit:
    """Begin a visit; `anchors` are the products it starts from and are kept with it."""
    visit = Visit(
        visit_id=str(uuid7()),
        associate_id=associate_id,
        touchpoint=touchpoint,
        started_at=at or datetime.now(UTC),
        store_id=store_id,
        customer_id=customer_id,
        basket_id=basket_id,
    )
    with transaction(connection):
        sequence = next_sequence(connection)
        connection.execute(
            "INSERT INTO visits (visit_id, sequence, associate_id, store_id, customer_id, basket_id, "
            "touchpoint, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (visit.visit_id, sequence, associate_id, store_id, customer_id, basket_id, touchpoint,
             stamp(visit.started_at)),
        )  # fmt: skip
        _put_anchors(connection, visit.visit_id, anchors)
        put_outbox(connection, sequence, "visit", visit.visit_id, stamp(visit.started_at))
        holdout.draw(connection, visit)
    return visit


def add_anchors(connection: Connection, visit_id: str, anchors: Iterable[str]) -> None:
    """Keep products that joined the basket during the visit."""
    with transaction(connection):
        require_open(connection, visit_id)
        _put_anchors(connection, visit_id, anchors)


def identify(connection: Connection, visit_id: str, customer_id: str) -> None:
    """Say who is being served, once that is known."""
    with transaction(connection):
        require_open(connection, visit_id)
        connection.execute("UPDATE visits SET customer_id = ? WHERE visit_id = ?", (customer_id, visit_id))


def show(
    connection: Connection, visit_id: str, slate: Slate, at: datetime | None = None
) -> tuple[Suggestion, ...]:
    """Log what is about to be shown; a product already shown in this visit is not shown again.

    Returns the new suggestions with their ids; their ranks go on from the last slot.
    """
    with transaction(connection):
        return show_within(connection, visit_id, slate, at)


def show_within(
    connection: Connection, visit_id: str, slate: Slate, at: datetime | None = None
) -> tuple[Suggestion, ...]:
    """As `show`, inside a transaction that writes more than that."""
    shown_at = stamp(at or datetime.now(UTC))
    new: list[Suggestion] = []
    require_open(connection, visit_id)
    seen = {one.product_id for one in shown(connection, visit_id)}
    if slate.draw is not None and slate.draw.slots:
        draws.put(connection, visit_id, slate.model_id, slate.draw)
    for suggestion in slate.suggestions:
        if suggestion.product.product_id in seen:
            continue
        seen.add(suggestion.product.product_id)
        logged = replace(suggestion, rank=len(seen), suggestion_id=str(uuid7()))
        new.append(logged)
        _put_suggestion(connection, visit_id, slate, logged, shown_at)
    return tuple(new)


def answer(
    connection: Connection,
    suggestion_id: str,
    kind: AnswerKind,
    *,
    associate_id: str,
    reason: DeclineReason | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Answer:
    """Log an answer and its outbox row in one transaction; it is on disk when this returns.

    Raises InputError for a suggestion that was never shown, StoreError when the disk refuses.
    """
    given = Answer(str(uuid7()), suggestion_id, kind, at or datetime.now(UTC), reason, until)
    with transaction(connection):
        row = connection.execute(
            "SELECT visit_id FROM suggestions WHERE suggestion_id = ?", (suggestion_id,)
        ).fetchone()
        if row is None:
            raise InputError("That suggestion was never shown, so it cannot be answered.")
        put_answer(connection, given, row[0], associate_id)
    return given


@dataclass(frozen=True, slots=True)
class AskedOf:
    """Whose suggestion it is, and whether an answer to it stands."""

    customer_id: str | None
    answered: bool


def asked_of(connection: Connection, suggestion_id: str) -> AskedOf | None:
    """Whom a suggestion was shown for; None for one that was never shown."""
    row = connection.execute(
        f"SELECT v.customer_id, coalesce({_STANDS}, 'undone') <> 'undone' FROM suggestions s "
        "JOIN visits v USING (visit_id) WHERE s.suggestion_id = ?",
        (suggestion_id,),
    ).fetchone()
    return None if row is None else AskedOf(row[0], bool(row[1]))


def undo(
    connection: Connection, suggestion_id: str, *, associate_id: str, at: datetime | None = None
) -> Answer:
    """Take the answer that stands back. Raises InputError where none stands."""
    with transaction(connection):
        row = connection.execute(
            f"SELECT s.visit_id FROM suggestions s WHERE s.suggestion_id = ? AND {_STANDS} <> 'undone'",
            (suggestion_id,),
        ).fetchone()
        if row is None:
            raise InputError("There is no answer to take back.")
        undone = Answer(str(uuid7()), suggestion_id, "undone", at or datetime.now(UTC))
        put_answer(connection, undone, row[0], associate_id)
    return undone


def finish(
    connection: Connection,
    visit_id: str,
    *,
    associate_id: str,
    satisfaction: int | None = None,
    note: str | None = None,
    at: datetime | None = None,
) -> None:
    """Finish a visit; what was shown and has no answer is logged as not offered, never as declined.

    Raises InputError where the visit is unknown or already finished, or satisfaction is not 1 to 5.
    """
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise InputError("Satisfaction is a number from 1 to 5.")
    with transaction(connection):
        finish_within(
            connection, visit_id, associate_id=associate_id, satisfaction=satisfaction, note=note, at=at
        )


def finish_within(
    connection: Connection,
    visit_id: str,
    *,
    associate_id: str,
    satisfaction: int | None = None,
    note: str | None = None,
    at: datetime | None = None,
) -> None:
    """As `finish`, inside a transaction that writes more than that."""
    now = at or datetime.now(UTC)
    require_open(connection, visit_id)
    silent = connection.execute(
        "SELECT s.suggestion_id FROM suggestions s "
        f"WHERE s.visit_id = ? AND coalesce({_STANDS}, 'undone') = 'undone' ORDER BY s.slot",
        (visit_id,),
    ).fetchall()
    cause = "no_offers" if silent and _wished_for_none(connection, visit_id) else None
    for (suggestion_id,) in silent:
        unsaid = Answer(str(uuid7()), suggestion_id, "not_offered", now)
        put_answer(connection, unsaid, visit_id, associate_id, cause)
    connection.execute(
        "UPDATE visits SET finished_at = ?, satisfaction = ?, note = ? WHERE visit_id = ?",
        (stamp(now), satisfaction, note or None, visit_id),
    )
    connection.execute("DELETE FROM visit_lines WHERE visit_id = ?", (visit_id,))
    put_outbox(connection, next_sequence(connection), "visit_finished", visit_id, stamp(now))


def unfinished(connection: Connection, associate_id: str | None = None) -> tuple[OpenVisit, ...]:
    """Visits that were begun and not finished, newest first: an associate's, else everybody's."""
    their = "" if associate_id is None else "associate_id = ? AND "
    rows = connection.execute(
        "SELECT visit_id, associate_id, touchpoint, started_at, store_id, customer_id, basket_id FROM visits "
        f"WHERE {their}finished_at IS NULL ORDER BY +sequence DESC",  # by the index of those that are open
        () if associate_id is None else (associate_id,),
    ).fetchall()
    return tuple(
        OpenVisit(
            Visit(row[0], row[1], row[2], moment(row[3]) or datetime.now(UTC), row[4], row[5], row[6]),
            shown(connection, row[0]),
            _standing(connection, row[0]),
        )
        for row in rows
    )  # fmt: skip


def waiting(connection: Connection) -> int:
    """How many records wait to be sent on."""
    (count,) = connection.execute("SELECT count(*) FROM outbox WHERE sent_at IS NULL").fetchone()
    return int(count)


def declined(connection: Connection, customer_id: str, since: datetime) -> frozenset[str]:
    """Products whose last answer from this customer since then was a no."""
    rows = connection.execute(
        "SELECT product_id FROM (SELECT s.product_id, a.kind, a.at, max(a.sequence) FROM visits v "
        "JOIN suggestions s USING (visit_id) JOIN answers a USING (suggestion_id) "
        "WHERE v.customer_id = ? AND a.kind NOT IN ('not_offered', 'undone') AND a.sequence = "
        "(SELECT max(sequence) FROM answers WHERE suggestion_id = s.suggestion_id) GROUP BY s.product_id) "
        "WHERE kind = 'declined' AND at >= ?",
        (customer_id, stamp(since)),
    )
    return frozenset(row[0] for row in rows)


def refused_in(connection: Connection, visit_id: str) -> frozenset[str]:
    """Products declined in this visit."""
    rows = connection.execute(
        f"SELECT s.product_id FROM suggestions s WHERE s.visit_id = ? AND {_STANDS} = 'declined'",
        (visit_id,),
    )
    return frozenset(row[0] for row in rows)


def next_sequence(connection: Connection) -> int:
    """The terminal's next number; call inside a transaction."""
    row = connection.execute("UPDATE terminal SET sequence = sequence + 1 RETURNING sequence").fetchone()
    return int(row[0])


def put_outbox(connection: Connection, sequence: int, record: str, record_id: str, at: int | None) -> None:
    """Queue a record to be sent on; call inside the record's own transaction."""
    connection.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, NULL)", (sequence, record, record_id, at))


def require_open(connection: Connection, visit_id: str) -> None:
    """Raises InputError where there is no such visit, or it is finished."""
    row = connection.execute("SELECT finished_at FROM visits WHERE visit_id = ?", (visit_id,)).fetchone()
    if row is None:
        raise InputError("There is no such visit.")
    if row[0] is not None:
        raise InputError("That visit is finished.")


def _put_anchors(connection: Connection, visit_id: str, anchors: Iterable[str]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO visit_anchors VALUES (?, ?)",
        [(visit_id, product_id) for product_id in anchors],
    )


def _put_suggestion(
    connection: Connection, visit_id: str, slate: Slate, suggestion: Suggestion, at: int | None
) -> None:
    sequence = next_sequence(connection)
    anchor_id = suggestion.evidence[0].anchor_id if suggestion.evidence else None
    connection.execute(
        "INSERT INTO suggestions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            suggestion.suggestion_id, sequence, visit_id, suggestion.rank, suggestion.product.product_id,
            anchor_id, suggestion.score, json.dumps(dict(suggestion.parts)), suggestion.propensity,
            slate.model_id, slate.candidates_hash, suggestion.talking_point.template_id,
            suggestion.product.price, suggestion.product.currency, at,
        ),
    )  # fmt: skip
    put_outbox(connection, sequence, "suggestion", str(suggestion.suggestion_id), at)


def _wished_for_none(connection: Connection, visit_id: str) -> bool:
    """Whether the customer's last word in this visit was that they want no offers."""
    row = connection.execute(
        "SELECT kind FROM visit_steps WHERE visit_id = ? AND kind IN ('no_offers', 'offers_again') "
        "ORDER BY sequence DESC LIMIT 1",
        (visit_id,),
    ).fetchone()
    return row is not None and row[0] == "no_offers"


def put_answer(
    connection: Connection, given: Answer, visit_id: str, associate_id: str, cause: str | None = None
) -> None:
    """Append an answer and its outbox row, inside a transaction; `cause` is why something was not offered."""
    sequence = next_sequence(connection)
    connection.execute(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            given.answer_id, sequence, given.suggestion_id, visit_id, associate_id, given.kind,
            cause or given.reason,
            stamp(given.until), stamp(given.at),
        ),
    )  # fmt: skip
    put_outbox(connection, sequence, "answer", given.answer_id, stamp(given.at))
    basket_writes.note(connection, given, sequence, visit_id)
    _note(connection, given, associate_id)


def _note(connection: Connection, given: Answer, associate_id: str) -> None:
    """Where a reason leads: to what the customer owns, or to a check of the pairing."""
    reason = given.reason if given.kind == "declined" else None
    owning.note_answer(connection, given, reason == "has_one", associate_id)
    curating.note_answer(connection, given.suggestion_id, reason == "does_not_fit", associate_id)


def shown(connection: Connection, visit_id: str) -> tuple[Shown, ...]:
    """What was shown in a visit, in its order."""
    rows = connection.execute(
        "SELECT suggestion_id, product_id, slot FROM suggestions WHERE visit_id = ? ORDER BY slot",
        (visit_id,),
    )
    return tuple(Shown(*row) for row in rows)


def _standing(connection: Connection, visit_id: str) -> tuple[Answer, ...]:
    rows = connection.execute(
        "SELECT a.answer_id, a.suggestion_id, a.kind, a.at, a.reason, a.until, k.kit_offer_id "
        "FROM suggestions s JOIN answers a USING (suggestion_id) LEFT JOIN kit_answers k USING (answer_id) "
        "WHERE s.visit_id = ? AND a.kind <> 'undone' AND a.sequence = "
        "(SELECT max(sequence) FROM answers WHERE suggestion_id = s.suggestion_id) ORDER BY a.sequence",
        (visit_id,),
    )
    return tuple(
        Answer(row[0], row[1], row[2], moment(row[3]) or datetime.now(UTC), row[4], moment(row[5]), row[6])
        for row in rows
    )
