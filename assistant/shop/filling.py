"""Sifted rows on their way into the catalog: goods, people, links and kits, each as its table needs it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from assistant.shop import leaving
from assistant.shop.sifting import Columns, Sifted, Values
from assistant.store import arrivals, mirror
from assistant.store.database import Connection
from assistant.store.things import Person


@dataclass(slots=True)
class Named:
    """Ids that rows named, for whom a row must exist: products, customers, associates, stores."""

    products: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    associates: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    product_names: dict[str, str] = field(default_factory=dict)

    def note(self, columns: Columns) -> None:
        """Note the ids of some columns."""
        for kind in ("product", "customer", "associate", "store"):
            ids = columns.get(f"{kind}_id")
            if ids:
                known: set[str] = getattr(self, f"{kind}s")
                known.update(ids)
                known.discard(None)

    def put(self, catalog: Connection) -> dict[str, int]:
        """Add whom no file declares: products as inactive stubs, people and places under their number."""
        new = {
            "products": mirror.add_if_new(
                catalog, "products", ("product_id", "sku", "name", "active", "derived"),
                ((p, p, self.product_names.get(p, p), 0, 1) for p in sorted(self.products)),
            ),
            "customers": mirror.add_if_new(
                catalog, "customers", ("customer_id", "derived"), ((c, 1) for c in sorted(self.customers))
            ),
            "associates": mirror.add_if_new(
                catalog, "associates", ("associate_id", "name"), ((a, a) for a in sorted(self.associates))
            ),
            "stores": mirror.add_if_new(
                catalog, "stores", ("store_id", "name"), ((s, s) for s in sorted(self.stores))
            ),
        }  # fmt: skip
        return {table: count for table, count in new.items() if count}


class Filler(ABC):
    """One table of one sync: takes batches, then finishes."""

    def __init__(self, catalog: Connection, named: Named, currency: str) -> None:
        self.catalog = catalog
        self.named = named
        self.currency = currency or None
        self.changed: Counter[str] = Counter()

    @abstractmethod
    def take(self, sifted: Sifted) -> int:
        """Write one batch; how many of its rows were put to use (others became rejects)."""

    @abstractmethod
    def finish(self, *, complete: bool) -> None:
        """Remove what a complete file no longer names, and settle what needs all rows."""


class PlainFiller(Filler):
    """Stores, associates and links: rows as they are."""

    def __init__(
        self, catalog: Connection, named: Named, currency: str, table: str, keys: tuple[str, ...]
    ) -> None:
        super().__init__(catalog, named, currency)
        self._table = table
        self._keys = keys
        self._seen: set[tuple[object, ...]] = set()

    def take(self, sifted: Sifted) -> int:
        columns = dict(sifted.sales)
        if "name" in columns:
            columns["name"] = _or(columns["name"], columns[self._keys[0]])
        elif "kind" not in columns:
            columns["name"] = columns[self._keys[0]]
        if "active" in columns:
            columns["active"] = [1 if value is None else value for value in columns["active"]]
        if self._table == "associates":
            self.named.note({"store_id": columns.get("store_id", [])})
        keys = list(zip(*(columns[key] for key in self._keys), strict=True))
        self._seen.update(keys)
        self.changed[self._table] += mirror.upsert(
            self.catalog, self._table, tuple(columns), last_rows(keys, columns)
        )
        return len(sifted)

    def finish(self, *, complete: bool) -> None:
        if complete:
            self.changed[self._table] += mirror.remove_missing(self.catalog, self._table, self._seen)


class ProductFiller(Filler):
    """Products with their barcodes and stock."""

    def __init__(self, catalog: Connection, named: Named, currency: str) -> None:
        super().__init__(catalog, named, currency)
        self._seen: set[str] = set()
        self._barcodes: set[str] | None = None

    def take(self, sifted: Sifted) -> int:
        given = sifted.sales
        ids = given["product_id"]
        self._seen.update(ids)
        columns = {n: v for n, v in given.items() if n not in {"barcode", "stock", "stock_at"}}
        columns["sku"] = _or(given["sku"], ids) if "sku" in given else ids
        columns["currency"] = [c or self.currency for c in given.get("currency") or [None] * len(ids)]
        columns["active"] = [1 if a is None else a for a in given.get("active") or [None] * len(ids)]
        if "regulated" in given:
            columns["regulated"] = [r or 0 for r in given["regulated"]]
        columns["derived"] = [0] * len(ids)
        mirror.upsert(self.catalog, "products", tuple(columns), last_rows(ids, columns))
        if "barcode" in given:
            self._put_barcodes(ids, given["barcode"])
        if "stock" in given:
            stock_at = given.get("stock_at") or [None] * len(ids)
            rows = {i: (i, "", q, at) for i, q, at in zip(ids, given["stock"], stock_at, strict=True)}
            self.changed["stock"] += mirror.upsert(
                self.catalog, "stock", ("product_id", "store_id", "quantity", "stock_at"), rows.values()
            )
        return len(sifted)

    def _put_barcodes(self, ids: Values, cells: Values) -> None:
        """A cell may hold several barcodes, separated by `|`."""
        rows = {
            barcode: (barcode, product)
            for product, cell in zip(ids, cells, strict=True)
            for barcode in str(cell or "").replace(" ", "").split("|")
            if barcode
        }
        self._barcodes = (self._barcodes or set()) | rows.keys()
        self.changed["barcodes"] += mirror.upsert(
            self.catalog, "barcodes", ("barcode", "product_id"), rows.values()
        )

    def finish(self, *, complete: bool) -> None:
        if self._barcodes is not None:
            self.changed["barcodes"] += mirror.replace_barcodes(self.catalog, self._seen, self._barcodes)
        if complete:
            mirror.remove_products(self.catalog, self._seen)


class StockFiller(Filler):
    """Stock by store, beside what products say without a place."""

    def __init__(self, catalog: Connection, named: Named, currency: str) -> None:
        super().__init__(catalog, named, currency)
        self._seen: set[tuple[object, ...]] = set()

    def take(self, sifted: Sifted) -> int:
        columns = dict(sifted.sales)
        columns["quantity"] = columns.pop("stock")
        self.named.note(columns)
        keys = list(zip(columns["product_id"], columns["store_id"], strict=True))
        self._seen.update(keys)
        self.changed["stock"] += mirror.upsert(
            self.catalog, "stock", tuple(columns), last_rows(keys, columns)
        )
        return len(sifted)

    def finish(self, *, complete: bool) -> None:
        if complete:
            self.changed["stock"] += mirror.remove_stock_of_stores(self.catalog, self._seen)


class KitFiller(Filler):
    """Kits: a row for each product of one."""

    def __init__(self, catalog: Connection, named: Named, currency: str) -> None:
        super().__init__(catalog, named, currency)
        self._seen: set[tuple[object, ...]] = set()

    def take(self, sifted: Sifted) -> int:
        columns = dict(sifted.sales)
        keys = list(zip(columns["kit_id"], columns["product_id"], strict=True))
        self._seen.update(keys)
        if "anchor" in columns:
            columns["anchor"] = [anchor or 0 for anchor in columns["anchor"]]
        columns["currency"] = [c or self.currency for c in columns.get("currency") or [None] * len(keys)]
        self.changed["kits"] += mirror.upsert(self.catalog, "kits", tuple(columns), last_rows(keys, columns))
        return len(sifted)

    def finish(self, *, complete: bool) -> None:
        if complete:
            self.changed["kits"] += mirror.remove_missing(self.catalog, "kits", self._seen)


class CustomerFiller(Filler):
    """Customers."""

    def __init__(self, catalog: Connection, named: Named, currency: str) -> None:
        super().__init__(catalog, named, currency)
        self._seen: set[str] = set()

    def take(self, sifted: Sifted) -> int:
        columns = dict(sifted.sales)
        ids = columns["customer_id"]
        self._seen.update(ids)
        columns["derived"] = [0] * len(ids)
        mirror.upsert(self.catalog, "customers", tuple(columns), last_rows(ids, columns))
        return len(sifted)

    def finish(self, *, complete: bool) -> None:
        if complete:
            known = arrivals.known(self.catalog, Person)
            gone = sorted(known - self._seen)
            mirror.remove_customers(self.catalog, self._seen)
            leaving.note(self.catalog, dict.fromkeys(gone), doubtful=leaving.is_much(len(gone), len(known)))


def last_rows(keys: Values | list[tuple[object, ...]], columns: Columns) -> Collection[tuple[object, ...]]:
    """The rows of some columns; of rows with the same key the last one counts."""
    return dict(zip(keys, zip(*columns.values(), strict=True), strict=True)).values()


def _or(values: Values, others: Values) -> Values:
    return [other if value is None else value for value, other in zip(values, others, strict=True)]


def fillers(catalog: Connection, named: Named, currency: str) -> dict[str, Callable[[], Filler]]:
    """How each table of goods and people is filled."""
    return {
        "stores": lambda: PlainFiller(catalog, named, currency, "stores", ("store_id",)),
        "associates": lambda: PlainFiller(catalog, named, currency, "associates", ("associate_id",)),
        "links": lambda: PlainFiller(catalog, named, currency, "links", ("product_id", "linked_id", "kind")),
        "kits": lambda: KitFiller(catalog, named, currency),
        "stock": lambda: StockFiller(catalog, named, currency),
        "products": lambda: ProductFiller(catalog, named, currency),
        "customers": lambda: CustomerFiller(catalog, named, currency),
    }
