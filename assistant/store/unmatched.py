"""Accepted offers that are on no receipt, and for which reason each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.store import access
from assistant.store.database import Connection, moment
from assistant.store.outcomes import Why

_WHO = """(SELECT a.associate_id FROM answers AS a WHERE a.suggestion_id = o.suggestion_id
  ORDER BY a.sequence DESC LIMIT 1)"""


@dataclass(frozen=True, slots=True)
class NotOnReceipt:
    """An accepted offer that is on no receipt, and why."""

    suggestion_id: str
    visit_id: str
    product_id: str
    name: str
    associate_id: str
    started_at: datetime
    why: Why


def not_on_receipt(
    connection: Connection,
    since: int,
    until: int,
    *,
    store_id: str | None = None,
    seen_by: str | None = None,
    limit: int = 1_000,
    after: int = 0,
) -> tuple[NotOnReceipt, ...]:
    """Accepted offers of a period (milliseconds) that are on no receipt, newest visit first, page by page.

    `seen_by` is who asks: an associate is told of what they offered themselves.
    """
    own = seen_by if seen_by and not access.sees_everybody(connection, seen_by) else None
    found = connection.execute(
        "SELECT o.suggestion_id, o.visit_id, o.product_id, coalesce(p.name, o.product_id), "
        f"{_WHO}, v.started_at, o.why "
        "FROM visits AS v CROSS JOIN outcomes AS o ON o.visit_id = v.visit_id "
        "LEFT JOIN counted_products AS p ON p.product_id = o.product_id "
        "WHERE v.started_at >= ?1 AND v.started_at < ?2 AND (?3 IS NULL OR v.store_id = ?3) AND o.n IS NULL "
        f"AND (?6 IS NULL OR {_WHO} = ?6) ORDER BY v.started_at DESC, o.suggestion_id LIMIT ?4 OFFSET ?5",
        (since, until, store_id, limit, after, own),
    )
    return tuple(NotOnReceipt(*(*row, moment(at) or datetime.now(UTC), why)) for *row, at, why in found)
