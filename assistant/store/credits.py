"""Returns as the catalog holds them, in parts that undo one sale each; and what they may have undone."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from assistant.store import mirror
from assistant.store.database import Connection

_LATEST = 1 << 62


@dataclass(frozen=True, slots=True)
class Credit:
    """Goods that came back: of which product, whose, when, and where it is known from which order."""

    return_id: str
    product_id: str
    quantity: float
    returned_at: int | None
    customer_id: str | None = None
    store_id: str | None = None
    order_id: str | None = None
    line_no: int | None = None


def stored(catalog: Connection) -> Iterator[Credit]:
    """All returns as they are stored, part by part."""
    found = catalog.execute(
        "SELECT return_id, product_id, quantity, returned_at, customer_id, store_id, order_id, line_no "
        "FROM returns"
    )
    return (Credit(*row) for row in found)


def sales_of_customers(
    catalog: Connection, customer_ids: Collection[str]
) -> Iterator[tuple[str, str, int | None, str, int, float]]:
    """Customer, product, time, order, line, quantity of all that these customers bought, oldest first."""
    return iter(
        catalog.execute(
            "SELECT o.customer_id, l.product_id, o.ordered_at, l.order_id, l.line_no, l.quantity "
            "FROM orders o JOIN order_lines l USING (order_id) "
            "WHERE o.customer_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY o.ordered_at, l.order_id, l.line_no",
            (json.dumps(sorted(customer_ids)),),
        )
    )


def sales_of_orders(catalog: Connection, order_ids: Collection[str]) -> Iterator[tuple[str, str, int, float]]:
    """Order, product, line and quantity of these orders."""
    return iter(
        catalog.execute(
            "SELECT order_id, product_id, line_no, quantity FROM order_lines "
            "WHERE order_id IN (SELECT value FROM json_each(?)) ORDER BY order_id, line_no",
            (json.dumps(sorted(order_ids)),),
        )
    )


def of_orders(catalog: Connection, order_ids: Sequence[str]) -> dict[tuple[str, int], float]:
    """How much of each line of these orders is stored as having come back."""
    found = catalog.execute(
        "SELECT order_id, line_no, sum(quantity) FROM returns "
        "WHERE order_id IN (SELECT value FROM json_each(?)) AND line_no IS NOT NULL "
        "GROUP BY order_id, line_no",
        (json.dumps(list(order_ids)),),
    )
    return {(order, line): quantity for order, line, quantity in found}


def put(catalog: Connection, parts: Sequence[Credit]) -> int:
    """Make `returns` exactly these parts and each line's returned quantity their sum; rows changed."""
    columns = (
        "return_id",
        "order_id",
        "line_no",
        "product_id",
        "customer_id",
        "store_id",
        "quantity",
        "returned_at",
    )
    changed = mirror.upsert(
        catalog, "returns", columns, ([getattr(part, column) for column in columns] for part in parts)
    )
    changed += mirror.remove_missing(catalog, "returns", {(part.return_id,) for part in parts})
    back: dict[tuple[str, int], float] = {}
    for part in parts:
        if part.order_id is not None and part.line_no is not None:
            place = (part.order_id, part.line_no)
            back[place] = back.get(place, 0) + part.quantity
    now = {
        (order_id, line_no): quantity
        for order_id, line_no, quantity in catalog.execute(
            "SELECT order_id, line_no, returned_quantity FROM order_lines WHERE returned_quantity <> 0"
        )
    }
    changes = [
        (back.get(place, 0), *place) for place in now.keys() | back if back.get(place, 0) != now.get(place, 0)
    ]
    catalog.executemany(
        "UPDATE order_lines SET returned_quantity = ? WHERE order_id = ? AND line_no = ?", changes
    )
    return changed + len(changes)


def sold_before(
    catalog: Connection, place: tuple[int, str] | None, *, since: int, limit: int
) -> list[tuple[int, str]]:
    """When and which orders were sold before a place, the newest first, back to some time."""
    rows = catalog.execute(
        "SELECT ordered_at, order_id FROM orders WHERE ordered_at >= ? AND (ordered_at, order_id) < (?, ?) "
        "ORDER BY ordered_at DESC, order_id DESC LIMIT ?",
        (since, *(place or (_LATEST, "")), limit),
    )
    return [(int(at), str(order_id)) for at, order_id in rows]
