"""Which sale did a return undo? The same customer's latest earlier sale of that product with quantity left.

A return that names its order goes to that order; one that names neither order nor customer stays unmatched:
it is never guessed onto anybody. Older sales take what the latest one cannot. What an earlier sync matched
and today's files no longer tell stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf

from assistant.store import credits
from assistant.store.credits import Credit
from assistant.store.database import Connection, stamp
from assistant.store.things import Sale

Place = tuple[str, int]
Sold = tuple[float, Place]  # when, and which line


def settle(catalog: Connection, read: Sequence[Credit], *, complete: bool) -> tuple[int, int, int]:
    """Match the returns that were read and store all of them: how many matched, not matched, rows changed."""
    ours = {credit.return_id for credit in read}
    kept = [] if complete else [c for c in credits.stored(catalog) if whole_id(c.return_id) not in ours]
    left: dict[Place, float] = {}
    sales = _sales(catalog, read, left)
    for part in kept:
        if part.order_id is not None and part.line_no is not None:
            place = (part.order_id, part.line_no)
            if place in left:
                left[place] -= part.quantity
    parts = list(kept)
    matched = 0
    for credit in sorted(read, key=lambda c: (_when(c.returned_at), c.return_id)):
        own = list(_parts(credit, sales, left))
        matched += all(part.line_no is not None for part in own)
        parts += own
    return matched, len(read) - matched, credits.put(catalog, parts)


def of_sales(told: Iterable[Sale]) -> list[Credit]:
    """What came back on sales of their own: their lines below zero."""
    return [
        Credit(
            f"{sale.sale_id}/{number}",
            item.product_id,
            -item.quantity,
            stamp(sale.at),
            sale.customer_id,
            sale.store_id,
        )
        for sale in told
        if sale.state == "sold"
        for number, item in enumerate(sale.items, 1)
        if item.quantity < 0
    ]


def whole_id(part_id: str) -> str:
    """The return that a stored part belongs to."""
    return part_id.rpartition("#")[0]


def _sales(
    catalog: Connection, read: Iterable[Credit], left: dict[Place, float]
) -> Mapping[tuple[str, str], list[Sold]]:
    """What could have come back, oldest first, by customer or order and product; fills `left`."""
    by_order = {(c.order_id, c.product_id) for c in read if c.order_id}
    by_customer = {(c.customer_id, c.product_id) for c in read if c.customer_id and not c.order_id}
    sales: dict[tuple[str, str], list[Sold]] = {}
    for order, product, line, quantity in credits.sales_of_orders(
        catalog, {order for order, _ in by_order if order}
    ):
        if (order, product) in by_order:
            sales.setdefault((f"order {order}", product), []).append((-inf, (order, line)))
            left[order, line] = quantity
    for customer, product, at, order, line, quantity in credits.sales_of_customers(
        catalog, {customer for customer, _ in by_customer if customer}
    ):
        if (customer, product) in by_customer:
            sales.setdefault((f"customer {customer}", product), []).append((_when(at), (order, line)))
            left[order, line] = quantity
    return sales


def _parts(
    credit: Credit, sales: Mapping[tuple[str, str], list[Sold]], left: dict[Place, float]
) -> Iterable[Credit]:
    """One return, cut into as many parts as it undoes sales."""
    owner = f"order {credit.order_id}" if credit.order_id else f"customer {credit.customer_id}"
    rest = credit.quantity
    number = 0
    for at, place in reversed(sales.get((owner, credit.product_id), [])):
        if rest <= 0:
            break
        if at > _when(credit.returned_at) or left[place] <= 0 or credit.line_no not in (None, place[1]):
            continue
        taken = min(rest, left[place])
        left[place] -= taken
        rest -= taken
        number += 1
        yield replace(
            credit,
            return_id=f"{credit.return_id}#{number}",
            quantity=taken,
            order_id=place[0],
            line_no=place[1],
        )
    if rest > 0:
        yield replace(
            credit, return_id=f"{credit.return_id}#{number + 1}", quantity=rest, order_id=None, line_no=None
        )


def _when(at: int | None) -> float:
    return inf if at is None else at
