"""What was bought before, read out in the shapes that learning and eligibility need; `purchases` has what one
customer buys.

A line counts as bought when more was sold than came back: what was fully returned proves no pairing and is
owned by nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from assistant.records import DAY
from assistant.store.database import Connection, moment

CHUNK = 10_000  # orders

BACK = "min(l.returned_quantity, l.quantity)"
NET = f"((l.unit_price * l.quantity - coalesce(l.discount, 0)) * (l.quantity - {BACK}) / l.quantity)"
"""What an order line `l` brought in ten-thousandths: its price less discount, for the part that was kept."""

KEPT = (
    "(SELECT json_group_array(l.product_id) FROM order_lines l "
    "WHERE l.order_id = o.order_id AND l.quantity > l.returned_quantity)"
)
"""The products of order `o` that were bought and kept, as JSON."""

OrderRow = tuple[str | None, int | None, str]
"""Customer (None = not known), time in milliseconds (None = not known), products as a JSON array of text."""


def kept_orders(catalog: Connection) -> Iterator[list[OrderRow]]:
    """Every order with the products of its bought lines, in chunks, by order number.

    An order of which nothing was kept has `[]`; a product on two lines is named twice.
    """
    # One row for an order, not for a line: most of the time went into making rows. Named as JSON, as a
    # product's number may hold any sign that could part one from the next.
    found = catalog.execute(f"SELECT o.customer_id, o.ordered_at, {KEPT} FROM orders o ORDER BY o.order_id")
    while chunk := found.fetchmany(CHUNK):
        yield chunk


def lines_fingerprint(catalog: Connection) -> str:
    """What the orders are, in 64 letters and digits: another text means that there is something new to learn.

    Taken from sums that SQLite makes in seconds: lines of each product, pieces sold and brought back, orders,
    their customers and times, and from what the files of orders and returns held when they were read. Prices
    and what products say of themselves are not in it. In a shop without files it misses edits that leave all
    sums as they were: two orders that exchange lines, customers or times with each other, or a return that
    moves from one line to another.
    """
    told = hashlib.sha256()
    for sql in (
        "SELECT product_id, count(*) FROM order_lines GROUP BY product_id ORDER BY product_id",
        "SELECT sum(quantity), sum(returned_quantity) FROM order_lines",
        "SELECT count(*), count(customer_id), count(DISTINCT customer_id), min(ordered_at), max(ordered_at), "
        "sum(ordered_at & 0xffffffff) FROM orders",  # the whole times of millions of orders would overflow
        "SELECT name, fingerprint FROM sources WHERE kind IN ('order_lines', 'returns') ORDER BY name",
    ):
        for row in catalog.execute(sql):
            # A file's fingerprint ends with what it held; it begins with when it was written.
            told.update(repr((row[0], *(str(part).rpartition(":")[2] for part in row[1:]))).encode())
    return told.hexdigest()


def count_lines(catalog: Connection) -> int:
    """How many order lines there are, returned ones included: the length of the way for a progress bar."""
    (found,) = catalog.execute("SELECT count(*) FROM order_lines").fetchone()
    return int(found)


def count_products(catalog: Connection) -> int:
    """How many products the catalog has."""
    (found,) = catalog.execute("SELECT count(*) FROM products").fetchone()
    return int(found)


def owned(connection: Connection, customer_id: str) -> dict[str, datetime | None]:
    """What a customer has bought and not brought back, with the last time, newest first."""
    return owned_by(connection, (customer_id,)).get(customer_id, {})


def owned_by(connection: Connection, customer_ids: Collection[str]) -> dict[str, dict[str, datetime | None]]:
    """What each of these customers has bought and not brought back, with the last time, newest first."""
    found = connection.execute(
        "SELECT o.customer_id, l.product_id, max(o.ordered_at) AS last "
        "FROM orders o JOIN order_lines l USING (order_id) "
        "WHERE o.customer_id IN (SELECT value FROM json_each(?)) AND l.quantity > l.returned_quantity "
        "GROUP BY o.customer_id, l.product_id ORDER BY o.customer_id, last DESC NULLS LAST, l.product_id",
        (json.dumps(list(customer_ids)),),
    )
    things: dict[str, dict[str, datetime | None]] = {}
    for customer_id, product_id, last in found:
        things.setdefault(customer_id, {})[product_id] = moment(last)
    return things


def brought_back(
    connection: Connection, customer_ids: Collection[str]
) -> dict[str, dict[str, datetime | None]]:
    """What each of these customers bought and brought back as a whole, with the last such order's time."""
    # The index has the few lines that came back; all lines of a regular customer are read for nothing.
    found = connection.execute(
        "SELECT o.customer_id, l.product_id, max(o.ordered_at) FROM orders o "
        "JOIN order_lines l INDEXED BY order_lines_back USING (order_id) "
        "WHERE o.customer_id IN (SELECT value FROM json_each(?)) "
        "AND l.returned_quantity > 0 AND l.returned_quantity >= l.quantity GROUP BY 1, 2",
        (json.dumps(list(customer_ids)),),
    )
    things: dict[str, dict[str, datetime | None]] = {}
    for customer_id, product_id, last in found:
        things.setdefault(customer_id, {})[product_id] = moment(last)
    return things


def newest_baskets(connection: Connection, most: int) -> list[tuple[str | None, tuple[str, ...]]]:
    """The newest orders, each with its customer and what was bought of it and kept."""
    rows = connection.execute(
        f"SELECT o.customer_id, {KEPT} FROM orders AS o ORDER BY o.ordered_at DESC, o.order_id LIMIT ?",
        (most,),
    )
    named = ((customer_id, tuple(dict.fromkeys(json.loads(told)))) for customer_id, told in rows)
    return [(customer_id, product_ids) for customer_id, product_ids in named if product_ids]


def orders_with(connection: Connection, anchors: Collection[str], product_id: str) -> int:
    """In how many orders a product was bought together with any of these anchors."""
    (found,) = connection.execute(
        "SELECT count(DISTINCT a.order_id) FROM order_lines p JOIN order_lines a USING (order_id) "
        "WHERE p.product_id = ? AND p.quantity > p.returned_quantity "
        "AND a.product_id IN (SELECT value FROM json_each(?)) AND a.quantity > a.returned_quantity",
        (product_id, json.dumps([a for a in anchors if a != product_id])),
    ).fetchone()
    return int(found)


@dataclass(frozen=True, slots=True)
class LastBought:
    """The last time a customer bought a product and kept it, and who sold it where."""

    customer_id: str
    product_id: str
    at: datetime
    associate_id: str | None
    store_id: str | None


def last_bought(
    connection: Connection,
    product_ids: Collection[str],
    since: datetime,
    before: datetime,
    sold_by: Collection[str],
) -> list[LastBought]:
    """Who bought any of these products from these associates in a stretch of time, and not again since."""
    # CROSS: seller by seller and by time. Product by product every sale there ever was would be looked at.
    rows = connection.execute(
        "SELECT o.customer_id, l.product_id, o.ordered_at, o.associate_id, o.store_id "
        "FROM json_each(?3) s CROSS JOIN orders o ON o.associate_id = s.value "
        "AND o.ordered_at >= ?1 AND o.ordered_at < ?2 "
        "CROSS JOIN order_lines l ON l.order_id = o.order_id "
        "WHERE o.customer_id IS NOT NULL AND l.quantity > l.returned_quantity "
        "AND l.product_id IN (SELECT value FROM json_each(?4)) "
        "AND NOT EXISTS (SELECT 1 FROM orders p JOIN order_lines m USING (order_id) "
        "WHERE p.customer_id = o.customer_id AND p.ordered_at > o.ordered_at "
        "AND m.product_id = l.product_id AND m.quantity > m.returned_quantity) "
        "ORDER BY o.ordered_at, o.order_id, l.line_no",
        (_ms(since), _ms(before), json.dumps(list(sold_by)), json.dumps(list(product_ids))),
    )
    return [LastBought(row[0], row[1], moment(row[2]) or since, row[3], row[4]) for row in rows]


def days_of(connection: Connection, customer_id: str, product_id: str) -> tuple[float, ...]:
    """On which days a customer bought a product and kept it, ascending, in days since 1970."""
    rows = connection.execute(
        "SELECT DISTINCT o.ordered_at FROM orders o JOIN order_lines l USING (order_id) "
        "WHERE o.customer_id = ? AND l.product_id = ? AND l.quantity > l.returned_quantity "
        "AND o.ordered_at IS NOT NULL ORDER BY 1",
        (customer_id, product_id),
    )
    return tuple(row[0] / DAY for row in rows)


def returned(connection: Connection, customer_id: str) -> list[tuple[str, datetime | None]]:
    """What a customer brought back altogether: names and when that was, newest first."""
    rows = connection.execute(
        "SELECT coalesce(p.name, r.product_id), max(r.returned_at) FROM returns r "
        "LEFT JOIN products p USING (product_id) WHERE r.customer_id = ? "
        "GROUP BY r.product_id ORDER BY 2 DESC, 1",
        (customer_id,),
    )
    return [(row[0], moment(row[1])) for row in rows]


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
