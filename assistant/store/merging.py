"""Two customers of whom the shop made one: what the log holds of the one that vanished follows to the other.

Where a shop does not say so itself it tells by its orders alone: those of the one become the other's, and
the one is gone. Whoever vanishes while orders stay, or whose orders went to several, or long ago, was no such
case and is forgotten; so is who had one order only, which may as well have been booked to the wrong customer
and put right.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.store.database import Connection, stamp

LATELY = timedelta(days=2)  # between the move of the orders and the look at who is still there

# What names a customer and is nobody's word on what may be kept of them.
_NAMED = ("visits", "follow_ups", "follow_up_steps", "said_owned", "asked_for")


def heir(connection: Connection, customer_id: str) -> str | None:
    """With whom the shop made one a customer who vanished from it; None where it was not that."""
    since = stamp(datetime.now(UTC) - LATELY)
    found = connection.execute(
        "SELECT m.heir, count(*) FROM moved_orders AS m "
        "JOIN customers AS c ON c.customer_id = m.heir AND NOT c.derived "
        "WHERE m.customer_id = ?1 AND m.at >= ?2 "
        "AND NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = ?1) GROUP BY m.heir",
        (customer_id, since),
    ).fetchall()
    return str(found[0][0]) if len(found) == 1 and found[0][1] > 1 else None


def pass_on(connection: Connection, customer_id: str, heir: str) -> bool:
    """Make the other's what was kept of a customer; whether there was anything. In a transaction.

    A refusal passes on; a consent does only where the other never said a word on it.
    """
    from assistant.store import counting

    before = connection.total_changes
    counting.pass_on(connection, customer_id, heir)
    for table in _NAMED:
        connection.execute(f"UPDATE {table} SET customer_id = ? WHERE customer_id = ?", (heir, customer_id))
    said = (
        "SELECT consent_id FROM consents AS c WHERE c.customer_id = ?1 AND c.given AND EXISTS "
        "(SELECT 1 FROM consents AS o WHERE o.customer_id = ?2 AND o.kind = c.kind)"
    )
    connection.execute(
        f"DELETE FROM outbox WHERE record = 'consent' AND record_id IN ({said})", (customer_id, heir)
    )
    connection.execute(f"DELETE FROM consents WHERE consent_id IN ({said})", (customer_id, heir))
    connection.execute("UPDATE consents SET customer_id = ? WHERE customer_id = ?", (heir, customer_id))
    return connection.total_changes > before
