"""What was bought before, read out in the shapes that learning and eligibility need.

A line counts as bought when more was sold than came back: what was fully returned proves no pairing and is
owned by nobody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime

from assistant.store.database import Connection, moment

CHUNK = 50_000

BACK = "min(l.returned_quantity, l.quantity)"
NET = f"((l.unit_price * l.quantity - coalesce(l.discount, 0)) * (l.quantity - {BACK}) / l.quantity)"
"""What an order line `l` brought in ten-thousandths: its price less discount, for the part that was kept."""

LineRow = tuple[str, str, str | None, int | None]
"""Order, product, customer (None = not known) and time in milliseconds (None = not known)."""


def kept_lines(catalog: Connection) -> Iterator[list[LineRow]]:
    """Every bought line, in chunks; the lines of one order follow each other."""
    found = catalog.execute(
        "SELECT l.order_id, l.product_id, o.customer_id, o.ordered_at "
        "FROM order_lines l JOIN orders o USING (order_id) "
        "WHERE l.quantity > l.returned_quantity ORDER BY l.order_id, l.line_no"
    )
    while chunk := found.fetchmany(CHUNK):
        yield chunk


def count_lines(catalog: Connection) -> int:
    """How many order lines there are, returned ones included: the length of the way for a progress bar."""
    (count,) = catalog.execute("SELECT count(*) FROM order_lines").fetchone()
    return int(count)


def count_products(catalog: Connection) -> int:
    """How many products the catalog has."""
    (count,) = catalog.execute("SELECT count(*) FROM products").fetchone()
    return int(count)


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


def orders_with(connection: Connection, anchors: Collection[str], product_id: str) -> int:
    """In how many orders a product was bought together with any of these anchors."""
    (count,) = connection.execute(
        "SELECT count(DISTINCT a.order_id) FROM order_lines p JOIN order_lines a USING (order_id) "
        "WHERE p.product_id = ? AND p.quantity > p.returned_quantity "
        "AND a.product_id IN (SELECT value FROM json_each(?)) AND a.quantity > a.returned_quantity",
        (product_id, json.dumps([a for a in anchors if a != product_id])),
    ).fetchone()
    return int(count)
