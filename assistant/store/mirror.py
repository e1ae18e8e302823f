"""Filling the catalog: upserts that touch only rows that differ, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from assistant.store import indexing, search
from assistant.store.database import Connection, stamp

Row = Sequence[object]

_KEYS: Mapping[str, tuple[str, ...]] = {
    "stores": ("store_id",),
    "associates": ("associate_id",),
    "products": ("product_id",),
    "barcodes": ("barcode",),
    "stock": ("product_id", "store_id"),
    "customers": ("customer_id",),
    "links": ("product_id", "linked_id", "kind"),
    "kits": ("kit_id", "product_id"),
    "orders": ("order_id",),
    "order_lines": ("order_id", "line_no"),
    "returns": ("return_id",),
    "baskets": ("basket_id",),
    "basket_lines": ("basket_id", "line_no"),
    "sources": ("name",),
}
_WATCHED = {"products": ("products",), "customers": ("customers",), "baskets": ("baskets", "basket_lines")}
REBUILD_FROM = 2_000
CACHE_KIB = 65_536


def upsert(catalog: Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Add rows, or bring those that differ up to date; says how many rows were changed."""
    # Not `total_changes`: what a trigger drops is not of the shop.
    return int(catalog.executemany(_upsert_sql(table, tuple(columns)), rows).rowcount)


@lru_cache(maxsize=64)
def _upsert_sql(table: str, columns: tuple[str, ...]) -> str:
    keys = _KEYS[table]
    rest = [column for column in columns if column not in keys]
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    if not rest:
        return f"{sql} ON CONFLICT DO NOTHING"
    sets = ", ".join(f"{column} = excluded.{column}" for column in rest)
    differs = " OR ".join(f"{table}.{column} IS NOT excluded.{column}" for column in rest)
    return f"{sql} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets} WHERE {differs}"


def add_if_new(catalog: Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Add rows whose key is not there yet; the others stay as they are."""
    before = catalog.total_changes
    catalog.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        "ON CONFLICT DO NOTHING",
        rows,
    )
    return catalog.total_changes - before


def put_derived_products(catalog: Connection, rows: Iterable[tuple[str, str, int | None, str | None]]) -> int:
    """Products known only from order lines (id, name, price, currency); a declared product stays as it is."""
    before = catalog.total_changes
    catalog.executemany(
        "INSERT INTO products (product_id, sku, name, price, currency, derived) "
        "VALUES (?1, ?1, ?2, ?3, ?4, 1) ON CONFLICT (product_id) DO UPDATE "
        "SET name = excluded.name, price = excluded.price, currency = excluded.currency, active = 1 "
        "WHERE products.derived AND (products.name IS NOT excluded.name "
        "OR products.price IS NOT excluded.price OR products.currency IS NOT excluded.currency "
        "OR NOT products.active)",
        rows,
    )
    return catalog.total_changes - before


def remove_missing(catalog: Connection, table: str, kept: Collection[tuple[object, ...]]) -> int:
    """Remove the rows whose keys are not among those kept: for a file that says it is complete."""
    keys = ", ".join(_KEYS[table])
    known = set(kept)
    gone = [row for row in catalog.execute(f"SELECT {keys} FROM {table}") if tuple(row) not in known]
    where = " AND ".join(f"{key} = ?" for key in _KEYS[table])
    catalog.executemany(f"DELETE FROM {table} WHERE {where}", gone)
    return len(gone)


def remove_stock_of_stores(catalog: Connection, kept: Collection[tuple[object, ...]]) -> int:
    """Remove what is told of stores and not kept; what is told without a place came with the products."""
    of_none = catalog.execute("SELECT product_id, store_id FROM stock WHERE store_id = ''")
    return remove_missing(catalog, "stock", {*kept, *map(tuple, of_none)})


def remove_products(catalog: Connection, kept: Collection[str]) -> int:
    """Remove declared products that are not kept.

    One that was sold, came back or lies in a basket stays as an inactive stub, so that history keeps its
    name.
    """
    gone = _gone(catalog, "SELECT product_id FROM products WHERE NOT derived", kept)
    catalog.executemany(
        "UPDATE products SET active = 0, derived = 1 WHERE product_id = ?",
        gone,
    )
    catalog.executemany(
        "DELETE FROM products WHERE product_id = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM order_lines WHERE product_id = ?1) "
        "AND NOT EXISTS (SELECT 1 FROM returns WHERE product_id = ?1) "
        "AND NOT EXISTS (SELECT 1 FROM basket_lines WHERE product_id = ?1)",
        gone,
    )
    for table in ("barcodes", "stock"):
        catalog.executemany(f"DELETE FROM {table} WHERE product_id = ?", gone)
    return len(gone)


def remove_customers(catalog: Connection, kept: Collection[str]) -> int:
    """Remove declared customers that are not kept; of one with orders nothing stays but the number."""
    gone = _gone(catalog, "SELECT customer_id FROM customers WHERE NOT derived", kept)
    catalog.executemany("DELETE FROM customers WHERE customer_id = ?", gone)
    catalog.executemany(
        "INSERT INTO customers (customer_id, derived) SELECT ?1, 1 "
        "WHERE EXISTS (SELECT 1 FROM orders WHERE customer_id = ?1)",
        gone,
    )
    return len(gone)


def remove_order_lines(catalog: Connection, kept: Container[tuple[str, int]]) -> int:
    """Remove the order lines (order, line number) that are not kept, and orders left without any."""
    gone = [
        place for place in catalog.execute("SELECT order_id, line_no FROM order_lines") if place not in kept
    ]
    catalog.executemany("DELETE FROM order_lines WHERE order_id = ? AND line_no = ?", gone)
    catalog.execute("DELETE FROM orders WHERE order_id NOT IN (SELECT order_id FROM order_lines)")
    return len(gone)


def replace_basket_lines(catalog: Connection, read: Container[str], kept: Container[tuple[str, int]]) -> int:
    """Of each basket that was read, remove the lines (basket, line number) that are no longer in it."""
    gone = [
        place
        for place in catalog.execute("SELECT basket_id, line_no FROM basket_lines")
        if place[0] in read and place not in kept
    ]
    catalog.executemany("DELETE FROM basket_lines WHERE basket_id = ? AND line_no = ?", gone)
    return len(gone)


def remove_baskets(catalog: Connection, named: Collection[str], *, complete: bool) -> int:
    """Remove baskets that the files no longer name: those that were paid, or all where a file is complete."""
    paid = (
        "" if complete else " WHERE basket_id IN (SELECT basket_id FROM orders WHERE basket_id IS NOT NULL)"
    )
    gone = _gone(catalog, f"SELECT basket_id FROM baskets{paid}", named)
    for table in ("basket_lines", "baskets"):
        catalog.executemany(f"DELETE FROM {table} WHERE basket_id = ?", gone)
    return len(gone)


def _gone(catalog: Connection, question: str, kept: Collection[str]) -> list[tuple[str]]:
    known = set(kept)
    return [(row[0],) for row in catalog.execute(question) if row[0] not in known]


def replace_barcodes(catalog: Connection, products: Collection[str], kept: Collection[str]) -> int:
    """Of each product that was read, remove the barcodes it no longer has."""
    known, read = set(kept), set(products)
    gone = [
        (barcode,)
        for barcode, product_id in catalog.execute("SELECT barcode, product_id FROM barcodes")
        if product_id in read and barcode not in known
    ]
    catalog.executemany("DELETE FROM barcodes WHERE barcode = ?", gone)
    return len(gone)


def watch(catalog: Connection) -> None:
    """Note from now on which products, customers and baskets change, for `refresh_search`.

    Filling reaches into every part of the indexes: a larger cache saves writing the same page many times.
    """
    catalog.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    catalog.execute("PRAGMA journal_size_limit = 16777216")
    catalog.execute("CREATE TEMP TABLE IF NOT EXISTS touched (kind TEXT, id TEXT, PRIMARY KEY (kind, id))")
    catalog.execute("DELETE FROM temp.touched")
    for kind, tables in _WATCHED.items():
        for table in tables:
            for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
                # Not INSERT OR IGNORE: in a trigger, the conflict rule of the outer upsert would win.
                catalog.execute(
                    f"CREATE TEMP TRIGGER IF NOT EXISTS watch_{table}_{event} AFTER {event} ON main.{table} "
                    f"BEGIN INSERT INTO touched SELECT '{kind}', {row}.{_KEYS[kind][0]} WHERE NOT EXISTS "
                    f"(SELECT 1 FROM touched WHERE kind = '{kind}' AND id = {row}.{_KEYS[kind][0]}); END"
                )


def refresh_search(catalog: Connection) -> dict[str, int]:
    """Bring the search indexes up to date with what changed since `watch`; how many of each kind changed."""
    touched: dict[str, list[str]] = {kind: [] for kind in _WATCHED}
    for kind, changed in catalog.execute("SELECT kind, id FROM temp.touched ORDER BY kind, id"):
        touched[kind].append(changed)
    for tables in _WATCHED.values():
        for table in tables:
            for event in ("INSERT", "UPDATE", "DELETE"):
                catalog.execute(f"DROP TRIGGER temp.watch_{table}_{event}")
    count = sum(map(len, touched.values()))
    if count >= max(REBUILD_FROM, search.indexed(catalog) // 4):
        search.rebuild(catalog)
    else:
        search.refresh(catalog, touched["products"], touched["customers"], touched["baskets"])
    return {kind: len(ids) for kind, ids in touched.items()}


def sources(catalog: Connection) -> dict[str, tuple[str, str, int]]:
    """What was read at the last sync: name → kind, fingerprint, rows."""
    found = catalog.execute("SELECT name, kind, fingerprint, rows FROM sources")
    return {name: (kind, fingerprint, rows) for name, kind, fingerprint, rows in found}


def put_sources(
    catalog: Connection, read: Mapping[str, tuple[str, str, int]], names: Collection[str], at: datetime
) -> None:
    """Remember what was read just now; of what was read before, only `names` are still there."""
    columns = ("name", "kind", "fingerprint", "rows", "read_at")
    upsert(catalog, "sources", columns, [(name, *what, stamp(at)) for name, what in read.items()])
    remove_missing(catalog, "sources", {(name,) for name in names})


def expect_another_shop(catalog: Connection) -> None:
    """Another shop was connected: the next sync begins with an empty mirror."""
    catalog.execute("INSERT OR REPLACE INTO sync_state VALUES ('another_shop', 1)")


def expects_another_shop(catalog: Connection) -> bool:
    """Whether what lies here is of a shop that is no longer connected."""
    return catalog.execute("SELECT 1 FROM sync_state WHERE key = 'another_shop'").fetchone() is not None


def empty(catalog: Connection) -> None:
    """Forget a shop: every row of the mirror, and what was learned from it. The log is not touched."""
    learned = ("pairings", "category_pairings", "model", "case_mix", "purchases")
    # First what says that changes are noted: what was paid stays paid.
    ours = ("changed_orders", "sync_state", *indexing.TABLES)
    for table in ("sync_state", *_KEYS, *learned, *ours):
        catalog.execute(f"DELETE FROM {table}")


def put_synced(catalog: Connection, at: datetime) -> None:
    """The shop was read up to this moment."""
    catalog.execute(
        "INSERT INTO sync_state VALUES ('synced_at', ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (stamp(at),),
    )
