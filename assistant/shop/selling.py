"""Order lines, open baskets and returns on their way into the catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from typing import Any, cast

from assistant.shop.deriving import Told
from assistant.shop.filling import Filler, Named
from assistant.shop.sifting import Columns, Reject, Sifted, Values
from assistant.store import mirror
from assistant.store.credits import Credit
from assistant.store.database import Connection

NEAR = 64  # so far beyond an order's last line number, the next one is remembered as a bit


class Places(Container[tuple[str, int]]):
    """The numbers of an order's lines: as given, else their place in the order."""

    def __init__(self) -> None:
        self._near: dict[str, int] = {}  # per order, its line numbers as bits
        # A number that runs on through the whole file would take as many bits as the file has rows.
        self._far: set[tuple[str, int]] = set()

    def __contains__(self, place: object) -> bool:
        """Whether this line of this order was read."""
        order_id, number = cast("tuple[str, int]", place)
        return bool(self._near.get(order_id, 0) >> number & 1) or place in self._far

    def number(self, sifted: Sifted, order: str) -> Values:
        """Number the lines of a batch; a number that came before is a reject."""
        sales = sifted.sales
        given = sales.pop("line_no", None)
        if given is None or not any(n is not None for n in given):
            return [self._next(order_id) for order_id in sales[order]]
        numbers: Values = []
        again: list[int] = []
        for place, (order_id, line_no) in enumerate(zip(sales[order], given, strict=True)):
            number = self._free(order_id) if line_no is None else line_no
            if not self._take(order_id, number):
                again.append(place)
            numbers.append(number)
        for place in again:
            reason = f"this line of {order.removesuffix('_id')} {sales[order][place]} came before"
            sifted.rejects.append(
                Reject(sifted.file, sifted.lines[place], "line_no", str(given[place]), reason)
            )
        drop(sifted, again)
        return without(numbers, again)

    def _next(self, order_id: str) -> int:
        """The number after the last."""
        bits = self._near.get(order_id, 1)
        number = bits.bit_length()
        while self._far and (order_id, number) in self._far:
            number += 1
        self._near[order_id] = bits | 1 << number
        return number

    def _free(self, order_id: str) -> int:
        number = self._near.get(order_id, 0).bit_count() + 1
        while (order_id, number) in self:
            number += 1
        return number

    def _take(self, order_id: str, number: int) -> bool:
        """Take a number, unless it is taken."""
        if (order_id, number) in self:
            return False
        bits = self._near.get(order_id, 0)
        if number < bits.bit_length() + NEAR:
            self._near[order_id] = bits | 1 << number
        else:
            self._far.add((order_id, number))
        return True


class OrderFiller(Filler):
    """Orders and their lines, with credit notes where the mapping recognises some."""

    def __init__(
        self, catalog: Connection, named: Named, currency: str, *, derive: bool, returned_by_rows: bool
    ) -> None:
        super().__init__(catalog, named, currency)
        self._derive = derive
        self._returned_by_rows = returned_by_rows
        self._places = Places()
        self._begun: set[str] = set()
        self._returns = ReturnNumbers(of_order_lines=True)
        self._told = Told(prices=derive)
        self.credits: list[Credit] = []

    def take(self, sifted: Sifted) -> int:
        used = len(sifted.returns.get("order_id", ()))
        if used:
            self.credits += self._returns.credits(sifted.returns)
            self.named.note(sifted.returns)
            self._told.note_names(sifted.returns)
        _refuse_over_returned(sifted)
        numbers = self._places.number(sifted, "order_id")
        sales = sifted.sales
        self.named.note(sales)
        self._told.note(sales)
        self.changed["orders"] += self._put_orders(sales)
        columns: Columns = {
            n: sales[n] for n in ("product_id", "quantity", "unit_price", "discount") if n in sales
        }
        if "returned_quantity" in sales and not self._returned_by_rows:
            columns["returned_quantity"] = [back or 0 for back in sales["returned_quantity"]]
        self.changed["order_lines"] += mirror.upsert(
            self.catalog,
            "order_lines",
            ("order_id", "line_no", *columns),
            list(zip(sales["order_id"], numbers, *columns.values(), strict=True)),
        )
        return used + len(sifted)

    def _put_orders(self, sales: Columns) -> int:
        """The first line of an order speaks for the order."""
        first = first_of(sales["order_id"], self._begun)
        columns = {name: sales[name] for name in ("order_id", *_ORDER) if name in sales}
        columns["currency"] = [
            c or self.currency for c in sales.get("currency") or [None] * len(sales["order_id"])
        ]
        rows = [tuple(values[i] for values in columns.values()) for i in first]
        return mirror.upsert(self.catalog, "orders", tuple(columns), rows)

    def finish(self, *, complete: bool) -> None:
        if complete:
            self.changed["order_lines"] += mirror.remove_order_lines(self.catalog, self._places)
        names = self.named.product_names = self._told.names()
        if self._derive:
            prices = self._told.last_prices()
            mirror.put_derived_products(
                self.catalog,
                (
                    (product, names.get(product, product), prices.get(product), self.currency)
                    for product in sorted(self._told.sold)
                ),
            )


class BasketFiller(Filler):
    """Open baskets: a basket that is named is what its file says it is."""

    def __init__(self, catalog: Connection, named: Named, currency: str) -> None:
        super().__init__(catalog, named, currency)
        self._places = Places()
        self._begun: set[str] = set()

    def take(self, sifted: Sifted) -> int:
        numbers = self._places.number(sifted, "basket_id")
        sales = sifted.sales
        self.named.note(sales)
        baskets = sales["basket_id"]
        size = len(baskets)
        first = first_of(baskets, self._begun)
        currency = [c or self.currency for c in sales.get("currency") or [None] * size]
        heads = [baskets, *(sales.get(n) or [None] * size for n in _HEAD), currency]
        mirror.upsert(
            self.catalog,
            "baskets",
            ("basket_id", "customer_id", "associate_id", "store_id", "updated_at", "currency"),
            [tuple(column[i] for column in heads) for i in first],
        )
        cells = [sales.get(n) or [None] * size for n in _BASKET_LINE]
        mirror.upsert(
            self.catalog,
            "basket_lines",
            ("basket_id", "line_no", *_BASKET_LINE),
            list(zip(baskets, numbers, *cells, strict=True)),
        )
        return len(sifted)

    def finish(self, *, complete: bool) -> None:
        mirror.replace_basket_lines(self.catalog, self._begun, self._places)
        mirror.remove_baskets(self.catalog, self._begun, complete=complete)


_ORDER = ("customer_id", "associate_id", "store_id", "ordered_at", "channel", "basket_id")
_HEAD = ("customer_id", "associate_id", "store_id", "ordered_at")
_BASKET_LINE = ("product_id", "quantity", "unit_price", "discount")


class ReturnFiller(Filler):
    """A file of returns of its own."""

    def __init__(self, catalog: Connection, named: Named, currency: str) -> None:
        super().__init__(catalog, named, currency)
        self._numbers = ReturnNumbers(of_order_lines=False)
        self.credits: list[Credit] = []

    def take(self, sifted: Sifted) -> int:
        self.named.note(sifted.sales)
        self.credits += self._numbers.credits(sifted.sales)
        return len(sifted)

    def finish(self, *, complete: bool) -> None:
        """Returns are settled after all tables were read."""


class ReturnNumbers:
    """Returns as credits, each with an id that the same file gives again."""

    def __init__(self, *, of_order_lines: bool) -> None:
        self._of_order_lines = of_order_lines
        self._count: Counter[str] = Counter()

    def credits(self, columns: Columns) -> Iterable[Credit]:
        """The credits of a batch. A credit note's own number is not the order it undoes."""
        size = len(columns["product_id"])
        note, at = ("order_id", "ordered_at") if self._of_order_lines else ("return_id", "returned_at")
        known = {} if self._of_order_lines else columns
        cells = [
            columns.get(n) or [None] * size for n in ("product_id", "quantity", at, "customer_id", "store_id")
        ]
        cells += [known.get(n) or [None] * size for n in ("order_id", "line_no")]
        for number, *rest in zip(columns.get(note) or [None] * size, *cells, strict=True):
            yield Credit(self._id(number, rest), *rest)

    def _id(self, note: object, row: list[Any]) -> str:
        """The shop's number, else what the return says; with a count, as either may come again."""
        said = str(note) if note is not None else " ".join("" if v is None else str(v) for v in row)
        self._count[said] += 1
        return f"{said}/{self._count[said]}"


def _refuse_over_returned(sifted: Sifted) -> None:
    returned = sifted.sales.get("returned_quantity")
    if not returned:
        return
    bad = []
    for place, (back, sold) in enumerate(zip(returned, sifted.sales["quantity"], strict=True)):
        if back and not 0 <= back <= sold:
            reason = f"is not between 0 and the {sold} sold"
            sifted.rejects.append(
                Reject(sifted.file, sifted.lines[place], "returned_quantity", str(back), reason)
            )
            bad.append(place)
    drop(sifted, bad)


def first_of(ids: Values, begun: set[str]) -> list[int]:
    """Where an id stands for the first time; `begun` remembers those that came before."""
    first = []
    for place, one in enumerate(ids):
        if one not in begun:
            begun.add(one)
            first.append(place)
    return first


def drop(sifted: Sifted, places: Sequence[int]) -> None:
    """Take rows out of a batch's sales."""
    if places:
        sifted.sales = {name: without(values, places) for name, values in sifted.sales.items()}
        sifted.lines = sifted.lines.at(without(list(range(len(sifted))), places))


def without(values: Values, places: Sequence[int]) -> Values:
    """A column without some rows."""
    gone = set(places)
    return values if not gone else [value for i, value in enumerate(values) if i not in gone]
