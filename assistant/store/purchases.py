"""What each customer buys: read from the orders, or from what was packed of them.

A regular customer's hundred orders take longer to read than to rank. So theirs are packed: once after a
training, a row each. The file itself drops a row as soon as one of the customer's orders changes (triggers
in `schema`), so that what is packed is always what the orders say.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, count, groupby, repeat
from operator import itemgetter
from typing import Any

from assistant.records import DAY, Bought, Progress
from assistant.store.database import Connection, Row, transaction
from assistant.store.history import KEPT

REGULAR = 8  # orders; the customers with fewer are read as fast from them
_AT_ONCE = 500  # customers packed in one transaction
_NUMBERS = "I"  # of 32 bits, as the file has them


@dataclass(frozen=True, slots=True, eq=False)
class Purchases(Mapping[str, Bought]):
    """What one customer buys, newest first: flat, as rankings read it, and by product, as rules ask.

    Product i was bought and kept in `orders[i]` orders; the days of those whose time is known are
    `days[starts[i]:starts[i + 1]]`, ascending, as in `Bought`. `order_days` are those of all orders of the
    customer, ascending.
    """

    product_ids: Sequence[str]
    orders: Sequence[int]
    starts: array[int]
    days: array[float]
    order_days: array[float]
    _row: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_row", dict(zip(self.product_ids, count())))

    def __getitem__(self, product_id: str) -> Bought:
        row = self._row[product_id]
        days = self.days[self.starts[row] : self.starts[row + 1]]
        return Bought(product_id, self.orders[row], tuple(days))

    def get(self, product_id: str, default: Any = None) -> Any:
        # What everything has raises and catches an error for each thing that was never bought.
        return self[product_id] if product_id in self._row else default

    def __contains__(self, product_id: object) -> bool:
        return product_id in self._row

    def __iter__(self) -> Iterator[str]:
        return iter(self.product_ids)

    def __len__(self) -> int:
        return len(self.product_ids)


NOTHING = Purchases((), (), array("q", (0,)), array("d"), array("d"))


def bought(connection: Connection, customer_ids: Collection[str]) -> dict[str, Purchases]:
    """What each of these customers buys. Customers who kept nothing are not named."""
    packed = dict(
        connection.execute(
            "SELECT customer_id, told FROM purchases WHERE customer_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(customer_ids)),),
        )
    )
    found = {customer: _unpacked(told) for customer, told in packed.items()}
    rest = [customer for customer in customer_ids if customer not in packed]
    if rest:
        found |= _counted(connection, rest)
    return {customer: of for customer, of in found.items() if of}


def pack(catalog: Connection, progress: Progress = lambda what, done, of: None) -> int:
    """Pack what regular customers buy, where it is not packed; how many were."""
    missing = [
        customer
        for (customer,) in catalog.execute(
            "SELECT customer_id FROM orders WHERE customer_id IS NOT NULL GROUP BY customer_id "
            "HAVING count(*) >= ? EXCEPT SELECT customer_id FROM purchases",
            (REGULAR,),
        ).fetchall()
    ]
    if missing:
        progress("Packing purchases", 0, len(missing))
    for start in range(0, len(missing), _AT_ONCE):
        some = missing[start : start + _AT_ONCE]
        with transaction(catalog):  # what is read is what is true until it is written
            found = _counted(catalog, some)
            catalog.executemany(
                "INSERT OR REPLACE INTO purchases (customer_id, told) VALUES (?, ?)",
                [(customer, _packed(found.get(customer, NOTHING))) for customer in some],
            )
        progress("Packing purchases", start + len(some), len(missing))
    return len(missing)


def _packed(of: Purchases) -> bytes:
    """Four lengths and the flat numbers, the days once for each order, and the products' names as JSON."""
    days = dict(zip(of.order_days, count()))
    sizes = (end - start for start, end in zip(of.starts, of.starts[1:], strict=False))
    lengths = (len(of), len(of.days), len(of.order_days))
    numbers = array(_NUMBERS, chain(lengths, of.orders, sizes, map(days.__getitem__, of.days)))
    return numbers.tobytes() + of.order_days.tobytes() + json.dumps(list(of.product_ids)).encode()


def _unpacked(told: bytes) -> Purchases:
    numbers, order_days = array(_NUMBERS), array("d")
    wide = numbers.itemsize
    numbers.frombytes(told[: 3 * wide])
    products, days, orders = numbers
    names = (3 + 2 * products + days) * wide
    numbers.frombytes(told[3 * wide : names])
    order_days.frombytes(told[names : names + orders * order_days.itemsize])
    sizes = 3 + products
    return Purchases(
        json.loads(told[names + orders * order_days.itemsize :]),
        numbers[3:sizes],
        array("q", accumulate(numbers[sizes : sizes + products], initial=0)),
        array("d", map(order_days.__getitem__, numbers[sizes + products :])),
        order_days,
    )


def _counted(connection: Connection, customer_ids: Collection[str]) -> dict[str, Purchases]:
    """The same, out of the orders."""
    # One row for an order, not for a line: most of the time went into making rows.
    found = connection.execute(
        f"SELECT o.customer_id, o.ordered_at, {KEPT} FROM orders o "
        "WHERE o.customer_id IN (SELECT value FROM json_each(?)) ORDER BY o.customer_id, o.ordered_at",
        (json.dumps(list(customer_ids)),),
    )
    return {customer: _purchases(rows) for customer, rows in groupby(found, itemgetter(0))}


def _purchases(rows: Iterable[Row]) -> Purchases:
    """The orders of one customer, unknown times first, turned into what was bought in which."""
    times: list[float] = []
    unknown: dict[str, int] = {}
    known: dict[str, list[float]] = {}
    for _, at, told in rows:
        products = set(json.loads(told)) if told != "[]" else ()
        if at is None:
            for product_id in products:
                unknown[product_id] = unknown.get(product_id, 0) + 1
            continue
        day = at / DAY
        times.append(day)
        for product_id in products:
            if product_id in known:
                known[product_id].append(day)
            else:
                known[product_id] = [day]
    newest = sorted(known)
    newest.sort(key=lambda product_id: known[product_id][-1], reverse=True)
    days = [known[product_id] for product_id in newest]
    newest += sorted(unknown.keys() - known.keys())
    sizes = [*map(len, days), *repeat(0, len(newest) - len(days))]
    return Purchases(
        newest,
        [n + unknown.get(p, 0) for p, n in zip(newest, sizes, strict=True)] if unknown else sizes,
        array("q", accumulate(sizes, initial=0)),
        array("d", chain.from_iterable(days)),
        array("d", times),
    )
