"""What customers asked for and could not have: not in stock, or not in the range; noted by associates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.store.database import Connection, moment, stamp, transaction
from assistant.store.visits import next_sequence, put_outbox


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that was asked for so many times, once per customer and day, and when last.

    `product_id` is None for what is not in the range; `name` is then what was asked for in words.
    """

    product_id: str | None
    name: str
    times: int
    last_at: datetime


def note(
    connection: Connection,
    *,
    associate_id: str,
    product_id: str | None = None,
    words: str = "",
    visit_id: str | None = None,
    store_id: str | None = None,
    customer_id: str | None = None,
    at: datetime | None = None,
) -> str:
    """Note that something was asked for; on disk when this returns. Raises InputError without any name."""
    words = " ".join(words.split())
    if not product_id and not words:
        raise InputError("Say what was asked for: a product, or a word for it.")
    asked_id, moment_at = str(uuid7()), stamp(at or datetime.now(UTC))
    with transaction(connection):
        sequence = next_sequence(connection)
        connection.execute(
            "INSERT INTO asked_for VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                asked_id,
                sequence,
                product_id,
                words or None,
                visit_id,
                store_id,
                customer_id,
                associate_id,
                moment_at,
            ),
        )
        put_outbox(connection, sequence, "asked_for", asked_id, moment_at)
    return asked_id


def noted_since(
    connection: Connection, associate_id: str, product_id: str, customer_id: str | None, since: datetime
) -> bool:
    """Whether this person noted the same for the same customer, or for nobody known, since then."""
    row = connection.execute(
        "SELECT 1 FROM asked_for WHERE at >= ? AND associate_id = ? AND product_id = ? AND customer_id IS ? "
        "LIMIT 1",
        (stamp(since), associate_id, product_id, customer_id),
    ).fetchone()
    return row is not None


def missed(connection: Connection, since: int, until: int, store_id: str | None = None) -> list[Missed]:
    """What was asked for in a period (milliseconds), most often first."""
    found = connection.execute(
        """SELECT product_id, coalesce(max(name), max(words), product_id), count(*), max(at) FROM (
             SELECT a.product_id, p.name, a.words, max(a.at) AS at,
               coalesce(a.product_id, lower(a.words)) AS what
             FROM asked_for AS a LEFT JOIN products AS p ON p.product_id = a.product_id
             WHERE a.at >= ?1 AND a.at < ?2 AND (?3 IS NULL OR a.store_id = ?3)
             GROUP BY what, coalesce(a.customer_id, a.visit_id, a.asked_id), a.at / 86400000)
           GROUP BY what ORDER BY 3 DESC, 4 DESC, what""",
        (since, until, store_id),
    )
    return [Missed(row[0], row[1], row[2], moment(row[3]) or datetime.now(UTC)) for row in found]


def forget(connection: Connection, customer_id: str) -> None:
    """Take a customer's number and words off what they asked for; in a transaction."""
    connection.execute(
        "UPDATE asked_for SET customer_id = NULL, words = CASE WHEN product_id IS NULL THEN words END "
        "WHERE customer_id = ?",
        (customer_id,),
    )
