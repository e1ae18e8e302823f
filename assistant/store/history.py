"""What was bought before, read out in the shapes that learning and eligibility need.

A line counts as bought when more was sold than came back: what was fully returned proves no pairing and is
owned by nobody.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, chain, count, groupby, repeat
from operator import itemgetter

from assistant.records import DAY, Bought
from assistant.store.database import Connection, Row, moment

CHUNK = 10_000  # orders

BACK = "min(l.returned_quantity, l.quantity)"
NET = f"((l.unit_price * l.quantity - coalesce(l.discount, 0)) * (l.quantity - {BACK}) / l.quantity)"
"""What an order line `l` brought in ten-thousandths: its price less discount, for the part that was kept."""

_KEPT = (
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
    found = catalog.execute(f"SELECT o.customer_id, o.ordered_at, {_KEPT} FROM orders o ORDER BY o.order_id")
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

    def __contains__(self, product_id: object) -> bool:
        return product_id in self._row

    def __iter__(self) -> Iterator[str]:
        return iter(self.product_ids)

    def __len__(self) -> int:
        return len(self.product_ids)


NOTHING = Purchases((), (), array("q", (0,)), array("d"), array("d"))


def bought(connection: Connection, customer_ids: Collection[str]) -> dict[str, Purchases]:
    """What each of these customers buys. Customers who kept nothing are not named."""
    # One row for an order, not for a line: most of the time went into making rows.
    found = connection.execute(
        f"SELECT o.customer_id, o.ordered_at, {_KEPT} FROM orders o "
        "WHERE o.customer_id IN (SELECT value FROM json_each(?)) ORDER BY o.customer_id, o.ordered_at",
        (json.dumps(list(customer_ids)),),
    )
    by_customer = {customer: _purchases(rows) for customer, rows in groupby(found, itemgetter(0))}
    return {customer: of for customer, of in by_customer.items() if of}


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
