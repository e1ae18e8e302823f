"""Past visits written into the log in bulk, as if they had been noted one by one; and past shelves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.records import AnswerKind, DeclineReason, Visit
from assistant.store.database import Connection, stamp, transaction


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """What was said to a suggestion, and when."""

    answer_id: str
    kind: AnswerKind
    at: datetime
    reason: DeclineReason | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastSuggestion:
    """What was shown, with every answer to it in the order they were given."""

    suggestion_id: str
    slot: int
    product_id: str
    anchor_id: str
    score: float
    parts: Mapping[str, float]
    propensity: float
    talking_point_id: str
    price: int | None
    answers: tuple[PastAnswer, ...]


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A finished visit with all that the log holds of it."""

    visit: Visit
    anchors: tuple[str, ...]
    suggestions: tuple[PastSuggestion, ...]
    shown_at: datetime
    candidates_hash: str
    satisfaction: int | None = None


class _Sequence:
    """The terminal's running number."""

    def __init__(self, last: int) -> None:
        self.last = last

    def next(self) -> int:
        self.last += 1
        return self.last


def write(log: Connection, visits: Iterable[PastVisit], currency: str) -> int:
    """Write visits, oldest first, in one transaction; how many. What is past has long been sent."""
    with transaction(log):
        (last,) = log.execute("SELECT sequence FROM terminal").fetchone()
        sequence = _Sequence(last)
        count = 0
        for past in visits:
            _write_visit(log, past, sequence)
            _write_suggestions(log, past, sequence, currency)
            _write_answers(log, past, sequence)
            count += 1
        log.execute("UPDATE terminal SET sequence = ?", (sequence.last,))
    return count


def _write_visit(log: Connection, past: PastVisit, sequence: _Sequence) -> None:
    visit = past.visit
    number, started_at = sequence.next(), stamp(visit.started_at)
    log.execute(
        "INSERT INTO visits (visit_id, sequence, associate_id, store_id, customer_id, basket_id, touchpoint,"
        " started_at, finished_at, satisfaction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            visit.visit_id,
            number,
            visit.associate_id,
            visit.store_id,
            visit.customer_id,
            visit.basket_id,
            visit.touchpoint,
            started_at,
            stamp(visit.finished_at),
            past.satisfaction,
        ),
    )
    log.executemany(
        "INSERT INTO visit_anchors VALUES (?, ?)", [(visit.visit_id, anchor) for anchor in past.anchors]
    )
    _sent(log, "visit", [(number, visit.visit_id, started_at)])


def _write_suggestions(log: Connection, past: PastVisit, sequence: _Sequence, currency: str) -> None:
    shown_at = stamp(past.shown_at)
    rows = [(sequence.next(), s) for s in past.suggestions]
    log.executemany(
        "INSERT INTO suggestions (suggestion_id, sequence, visit_id, slot, product_id, anchor_id, score,"
        " parts, propensity, candidates_hash, talking_point_id, price, currency, shown_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                s.suggestion_id,
                number,
                past.visit.visit_id,
                s.slot,
                s.product_id,
                s.anchor_id,
                s.score,
                json.dumps(dict(s.parts)),
                s.propensity,
                past.candidates_hash,
                s.talking_point_id,
                s.price,
                currency,
                shown_at,
            )
            for number, s in rows
        ],
    )
    _sent(log, "suggestion", [(number, s.suggestion_id, shown_at) for number, s in rows])


def _write_answers(log: Connection, past: PastVisit, sequence: _Sequence) -> None:
    told = sorted(
        ((answer, s) for s in past.suggestions for answer in s.answers), key=lambda pair: pair[0].at
    )
    rows = [(answer, suggestion, sequence.next()) for answer, suggestion in told]
    log.executemany(
        "INSERT INTO answers (answer_id, sequence, suggestion_id, visit_id, associate_id, kind, reason,"
        " until, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                answer.answer_id,
                number,
                suggestion.suggestion_id,
                past.visit.visit_id,
                past.visit.associate_id,
                answer.kind,
                answer.reason,
                stamp(answer.until),
                stamp(answer.at),
            )
            for answer, suggestion, number in rows
        ],
    )
    _sent(log, "answer", [(number, answer.answer_id, stamp(answer.at)) for answer, _, number in rows])
    if past.visit.finished_at is not None:
        done = (sequence.next(), past.visit.visit_id, stamp(past.visit.finished_at))
        _sent(log, "visit_finished", [done])


def _sent(log: Connection, record: str, rows: Sequence[tuple[int, str, int | None]]) -> None:
    """Outbox rows that have gone out at once."""
    log.executemany(
        "INSERT INTO outbox (sequence, record, record_id, created_at, sent_at) VALUES (?, ?, ?, ?, ?)",
        [(number, record, key, at, at) for number, key, at in rows],
    )


def stock(catalog: Connection, counts: Mapping[tuple[str, str], int], at: datetime) -> None:
    """Set how many of a product lie in a store."""
    with transaction(catalog):
        catalog.executemany(
            "INSERT OR REPLACE INTO stock (product_id, store_id, quantity, stock_at) VALUES (?, ?, ?, ?)",
            [(product_id, store_id, n, stamp(at)) for (product_id, store_id), n in counts.items()],
        )


def send_all(connection: Connection) -> None:
    """Have nothing of a past that was made up wait: what was counted of it is as old as its newest record."""
    with transaction(connection):
        connection.execute(
            "UPDATE outbox SET created_at = told.at, sent_at = told.at "
            "FROM (SELECT max(sent_at) AS at FROM outbox) AS told WHERE outbox.sent_at IS NULL"
        )
