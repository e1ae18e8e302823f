"""What customers said at the counter that they have: kept apart from what they bought, appended, erasable."""

from __future__ import annotations

from datetime import UTC, datetime

from uuid_utils import uuid7

from assistant.records import Answer
from assistant.store.database import Connection, moment, stamp

# The last word on each suggestion; a thing taken back there may still be owned by the word on another.
_STANDS = (
    "SELECT product_id, max(at) FROM (SELECT product_id, owns, at, row_number() OVER "
    "(PARTITION BY suggestion_id ORDER BY sequence DESC) AS latest FROM said_owned WHERE customer_id = ?) "
    "WHERE latest = 1 AND owns GROUP BY product_id ORDER BY 2 DESC, 1"
)


def said(connection: Connection, customer_id: str) -> dict[str, datetime]:
    """What a customer said they have, and when, newest first; consent is asked about elsewhere."""
    rows = connection.execute(_STANDS, (customer_id,))
    return {product_id: moment(at) or datetime.now(UTC) for product_id, at in rows}


def note_answer(connection: Connection, given: Answer, has_one: bool, associate_id: str) -> None:
    """Note what an answer says of owning, inside the answer's own transaction.

    Only of a known customer whose history may be used; another answer, or none, takes the word back.
    """
    from assistant.store import people
    from assistant.store.visits import next_sequence, put_outbox

    before = connection.execute(
        "SELECT customer_id, product_id, owns FROM said_owned WHERE suggestion_id = ? "
        "ORDER BY sequence DESC LIMIT 1",
        (given.suggestion_id,),
    ).fetchone()
    if has_one:
        whose = connection.execute(
            "SELECT v.customer_id, s.product_id FROM suggestions s JOIN visits v USING (visit_id) "
            "WHERE s.suggestion_id = ?",
            (given.suggestion_id,),
        ).fetchone()
        if whose is None or whose[0] is None or not people.may_use_history(connection, whose[0]):
            return
    elif before is not None and before[2]:
        whose = before
    else:
        return
    said_id, sequence, at = str(uuid7()), next_sequence(connection), stamp(given.at)
    connection.execute(
        "INSERT INTO said_owned VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (said_id, sequence, whose[0], whose[1], given.suggestion_id, associate_id, int(has_one), at),
    )
    put_outbox(connection, sequence, "said_owned", said_id, at)


def forget(connection: Connection, customer_id: str) -> None:
    """Erase what a customer said they have, inside the transaction that erases the rest."""
    connection.execute(
        "DELETE FROM outbox WHERE record = 'said_owned' AND record_id IN "
        "(SELECT said_id FROM said_owned WHERE customer_id = ?)",
        (customer_id,),
    )
    connection.execute("DELETE FROM said_owned WHERE customer_id = ?", (customer_id,))
