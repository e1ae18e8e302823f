"""What was noted for next time at the end of a visit, with who noted it and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.store import catalog
from assistant.store.database import Connection, moment

# Who finished a visit holds it: whoever took it over last, else whoever began it.
_HOLDER = (
    "SELECT s.associate_id FROM visit_steps s WHERE s.visit_id = v.visit_id "
    "AND s.kind IN ('taken_up', 'handed_over') ORDER BY s.sequence DESC LIMIT 1"
)
_LAST = (
    f"SELECT v.note, v.finished_at, coalesce(({_HOLDER}), v.associate_id) FROM visits v "
    "WHERE v.customer_id = ? AND v.note IS NOT NULL AND v.finished_at IS NOT NULL "
    "ORDER BY v.started_at DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A note, who wrote it, and when."""

    text: str
    by: str
    at: datetime


def last(connection: Connection, customer_id: str) -> Noted | None:
    """The newest note about a customer; None where nobody has written one here."""
    row = connection.execute(_LAST, (customer_id,)).fetchone()
    if row is None:
        return None
    text, finished_at, who = row
    name = next((one.name for one in catalog.associates(connection) if one.associate_id == who), who)
    at = moment(finished_at)
    return None if at is None else Noted(text, name, at)
