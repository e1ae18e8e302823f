"""Rows of the log that are worth a question: accepted and not paid, brought back, or answered oddly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.store.database import Connection, stamp
from assistant.store.outcomes import IS_LAST


@dataclass(frozen=True, slots=True)
class Asked:
    """One row behind a question: the visit, and the offer where there is one."""

    associate_id: str
    visit_id: str
    suggestion_id: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it stands: whose, of which visit and offer, of what kind and reason, and when."""

    associate_id: str
    visit_id: str
    suggestion_id: str
    kind: str
    reason: str | None
    at: int


def not_on_receipt(connection: Connection, since: datetime, until: datetime) -> tuple[Asked, ...]:
    """Accepted offers of visits from `since` up to but without `until` that are on no receipt.

    Those that may still be paid are left out.
    """
    return _asked(
        connection,
        "SELECT a.associate_id, v.visit_id, s.suggestion_id, a.at FROM visits AS v "
        "CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id "
        f"CROSS JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST} "
        "CROSS JOIN outcomes AS m ON m.suggestion_id = s.suggestion_id "
        "WHERE a.kind = 'accepted' AND m.state = 'unmatched' AND v.started_at >= ? AND v.started_at < ? "
        "ORDER BY a.at, s.suggestion_id",
        since,
        until,
    )


def returned_offers(connection: Connection, since: datetime, until: datetime) -> tuple[Asked, ...]:
    """Accepted offers that were paid and came back, by who gave the answer."""
    return _asked(
        connection,
        "SELECT a.associate_id, v.visit_id, s.suggestion_id, a.at FROM visits AS v "
        "CROSS JOIN outcomes AS m ON m.visit_id = v.visit_id "
        "CROSS JOIN suggestions AS s ON s.suggestion_id = m.suggestion_id "
        f"CROSS JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST} "
        "CROSS JOIN receipt_lines AS l ON l.n = m.n AND l.line_no = m.line_no "
        "WHERE l.back > 0 AND v.started_at >= ? AND v.started_at < ? "
        "ORDER BY a.at, s.suggestion_id",
        since,
        until,
    )


def paid_offers(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many accepted offers of each associate are on a receipt."""
    return dict(
        connection.execute(
            "SELECT a.associate_id, count(*) FROM visits AS v "
            "CROSS JOIN outcomes AS m ON m.visit_id = v.visit_id "
            "CROSS JOIN suggestions AS s ON s.suggestion_id = m.suggestion_id "
            f"CROSS JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST} "
            "WHERE m.n IS NOT NULL AND v.started_at >= ? AND v.started_at < ? GROUP BY 1",
            (stamp(since), stamp(until)),
        ).fetchall()
    )


def answers(connection: Connection, since: datetime, until: datetime) -> tuple[Answered, ...]:
    """Every answer that stands and was said by a person, oldest first; those of a kit count as one each."""
    found = connection.execute(
        "SELECT a.associate_id, a.visit_id, a.suggestion_id, a.kind, a.reason, a.at "
        "FROM visits AS v CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id "
        f"CROSS JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST} "
        "WHERE a.kind IN ('accepted', 'declined', 'later') AND v.started_at >= ? AND v.started_at < ? "
        "AND NOT EXISTS (SELECT 1 FROM kit_answers AS k WHERE k.answer_id = a.answer_id) "
        "ORDER BY a.associate_id, a.at, a.sequence",
        (stamp(since), stamp(until)),
    )
    return tuple(Answered(*row) for row in found)


def unserved(connection: Connection, since: datetime, until: datetime) -> tuple[tuple[Asked, bool], ...]:
    """Every finished visit in which something was shown, and whether nothing of it was said without a wish of
    the customer's."""
    found = connection.execute(
        "SELECT v.associate_id, v.visit_id, v.started_at, "
        "(SELECT total(a.kind IN ('accepted', 'declined', 'later') OR a.reason IS NOT NULL) "
        f" FROM suggestions AS s JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST} "
        " WHERE s.visit_id = v.visit_id) = 0 "
        "FROM visits AS v WHERE v.finished_at IS NOT NULL AND v.started_at >= ? AND v.started_at < ? "
        "AND EXISTS (SELECT 1 FROM suggestions AS s WHERE s.visit_id = v.visit_id) "
        "ORDER BY v.started_at, v.visit_id",
        (stamp(since), stamp(until)),
    )
    return tuple((Asked(who, visit, None, at), bool(silent)) for who, visit, at, silent in found)


def _asked(connection: Connection, statement: str, since: datetime, until: datetime) -> tuple[Asked, ...]:
    return tuple(Asked(*row) for row in connection.execute(statement, (stamp(since), stamp(until))))
