"""The universal field: customers, baskets and products by word, number or scanned code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.records import Customer, Found, Product
from assistant.store import catalog, people
from assistant.store.database import Connection

CUSTOMERS, BASKETS, PRODUCTS = 3, 2, 4  # how many of each are shown
_LOOKED_AT = 200  # matches that are put in order; a common prefix has far more
_COUNTED = 1_000  # matches that are counted
_FEWEST = 2  # characters before anything is searched
_TRIGRAM = 3

_NUMBER = re.compile(r"[\d\s+()./-]+")
_WORD = re.compile(r"\w+")


def find(connection: Connection, text: str) -> Found:
    """What a typed or scanned text names: an exact code, else the best of each kind.

    At most 3 customers, 2 baskets and 4 products are returned; the totals count up to 1,000.
    """
    text = " ".join(text.replace("\0", " ").split())
    if len(text) < _FEWEST:
        return Found()
    exact = _exact(connection, text)
    if exact is not None:
        return exact
    customers = _customers(connection, text)
    baskets = _rows(connection, "basket", "numbers", _part_of_number(text))
    products = _rows(connection, "product", "product_words", _words(text))
    return Found(
        customers=_best_customers(connection, customers, text),
        baskets=tuple(b for b in (catalog.basket(connection, i) for i in baskets[:BASKETS]) if b is not None),
        products=_best_products(connection, products, text),
        customers_total=len(customers),
        baskets_total=len(baskets),
        products_total=len(products),
    )


def rebuild(connection: Connection) -> None:
    """Fill the search indexes anew from the catalog; call inside the transaction that changed it."""
    for table in ("product_words", "customer_words", "numbers", "indexed"):
        connection.execute(f"DELETE FROM {table}")
    for kind, table, key in _KINDS:
        connection.execute(
            f"INSERT INTO indexed (kind, id) SELECT ?, {key} FROM {table} ORDER BY {key}", (kind,)
        )
    for sql in _FILL.values():
        connection.execute(sql.format(only=""))


def refresh(
    connection: Connection,
    product_ids: Iterable[str] = (),
    customer_ids: Iterable[str] = (),
    basket_ids: Iterable[str] = (),
) -> None:
    """Bring the search indexes up to date for rows that were added, changed or removed."""
    for (kind, table, key), ids in zip(_KINDS, (product_ids, customer_ids, basket_ids), strict=True):
        for one in dict.fromkeys(ids):
            row = connection.execute(
                "SELECT row FROM indexed WHERE kind = ? AND id = ?", (kind, one)
            ).fetchone()
            if row is not None:
                _forget(connection, kind, row[0])
            there = connection.execute(f"SELECT 1 FROM {table} WHERE {key} = ?", (one,)).fetchone()
            if there is None:
                connection.execute("DELETE FROM indexed WHERE kind = ? AND id = ?", (kind, one))
                continue
            connection.execute("INSERT OR IGNORE INTO indexed (kind, id) VALUES (?, ?)", (kind, one))
            for target in _TARGETS[kind]:
                connection.execute(_FILL[kind, target].format(only=f"AND t.{key} = ?"), (one,))


_KINDS = (
    ("product", "products", "product_id"),
    ("customer", "customers", "customer_id"),
    ("basket", "baskets", "basket_id"),
)
_TARGETS = {"product": ("product_words",), "customer": ("customer_words", "numbers"), "basket": ("numbers",)}
_BARE = "lower(replace(replace(replace(replace({0}, '-', ''), ' ', ''), '+', ''), '/', ''))"
_FILL = {
    ("product", "product_words"): (
        "INSERT INTO product_words (rowid, name, sku, category) "
        "SELECT i.row, t.name, t.sku, t.category FROM products t "
        "JOIN indexed i ON i.kind = 'product' AND i.id = t.product_id WHERE t.active {only}"
    ),
    ("customer", "customer_words"): (
        "INSERT INTO customer_words (rowid, name, email) SELECT i.row, t.name, t.email FROM customers t "
        "JOIN indexed i ON i.kind = 'customer' AND i.id = t.customer_id "
        "WHERE (t.name IS NOT NULL OR t.email IS NOT NULL) {only}"
    ),
    ("customer", "numbers"): (
        "INSERT INTO numbers (rowid, digits) "
        f"SELECT i.row, {_BARE.format('t.customer_id')} || ' ' || {_BARE.format('ifnull(t.phone, 0)')} "
        "FROM customers t JOIN indexed i ON i.kind = 'customer' AND i.id = t.customer_id WHERE TRUE {only}"
    ),
    ("basket", "numbers"): (
        f"INSERT INTO numbers (rowid, digits) SELECT i.row, {_BARE.format('t.basket_id')} FROM baskets t "
        "JOIN indexed i ON i.kind = 'basket' AND i.id = t.basket_id WHERE TRUE {only}"
    ),
}


def _forget(connection: Connection, kind: str, row: int) -> None:
    for target in _TARGETS[kind]:
        connection.execute(f"DELETE FROM {target} WHERE rowid = ?", (row,))


def _exact(connection: Connection, text: str) -> Found | None:
    product = catalog.by_code(connection, text)
    if product is not None:
        return Found(products=(product,), products_total=1, exact=True)
    basket = catalog.basket(connection, text)
    if basket is not None:
        return Found(baskets=(basket,), baskets_total=1, exact=True)
    customer = people.customer(connection, text)
    if customer is not None:
        return Found(customers=(customer,), customers_total=1, exact=True)
    return None


def _customers(connection: Connection, text: str) -> list[str]:
    by_word = _rows(connection, "customer", "customer_words", _words(text))
    by_number = _rows(connection, "customer", "numbers", _part_of_number(text))
    return list(dict.fromkeys((*by_word, *by_number)))


def _rows(connection: Connection, kind: str, index: str, match: str | None) -> list[str]:
    if match is None:
        return []
    rows = connection.execute(
        f"SELECT i.id FROM {index} w JOIN indexed i ON i.row = w.rowid "
        f"WHERE w.{index} MATCH ? AND i.kind = ? LIMIT ?",
        (match, kind, _COUNTED),
    )
    return [row[0] for row in rows]


def _words(text: str) -> str | None:
    """All words, each as a prefix, in FTS5's own quoting."""
    words = _WORD.findall(text)
    return " ".join(f'"{word}"*' for word in words) or None


def _part_of_number(text: str) -> str | None:
    """A part of a phone, customer or basket number, without what people write between digits.

    The national 0 and the international 00 are no part of a number in E.164, nor is a bracketed (0).
    """
    if _NUMBER.fullmatch(text):
        bare = re.sub(r"\D", "", text.replace("(0)", "")).lstrip("0")
    else:
        bare = re.sub(r"[\W_]", "", text).lower()
        if not any(c.isdigit() for c in bare):
            return None
    return f'"{bare}"' if len(bare) >= _TRIGRAM else None


def _best_products(connection: Connection, ids: Sequence[str], text: str) -> tuple[Product, ...]:
    first = text.casefold()
    found = catalog.products(connection, ids[:_LOOKED_AT]).values()
    ordered = sorted(
        found,
        key=lambda p: (not p.name.casefold().startswith(first), len(p.name), p.name.casefold(), p.product_id),
    )
    return tuple(ordered[:PRODUCTS])


def _best_customers(connection: Connection, ids: Sequence[str], text: str) -> tuple[Customer, ...]:
    first = text.casefold()
    found = [c for c in (people.customer(connection, i) for i in ids[: _LOOKED_AT // 4]) if c is not None]
    found.sort(
        key=lambda c: (
            not (c.name or "").casefold().startswith(first),
            (c.name or "").casefold(),
            c.customer_id,
        )
    )
    return tuple(found[:CUSTOMERS])


__all__ = ["find", "rebuild", "refresh"]
