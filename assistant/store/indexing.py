"""Filling the search indexes of the catalog: anew, or for the rows that changed.

Each row of the indexes is known by its number in `indexed`, so that one can be found and taken out again.
The tables of words know beginnings of words, those of parts three letters or digits anywhere, `phones` how
numbers begin.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache

from assistant.store.database import Connection

_TABLES = {"product": "products", "customer": "customers", "basket": "baskets", "order": "orders"}
_INDEXES = (
    "product_words",
    "customer_words",
    "product_parts",
    "customer_parts",
    "phone_parts",
    "sale_parts",
)
TABLES = ("indexed", "phones", *_INDEXES)
_FILL = (
    (
        "product",
        "product_words (rowid, name, sku, category) SELECT i.row, t.name, t.sku, t.category",
    ),
    ("product", "product_parts (rowid, name, code) SELECT i.row, t.name, bare(t.sku)"),
    ("customer", "customer_words (rowid, name, email) SELECT i.row, t.name, t.email"),
    (
        "customer",
        "customer_parts (rowid, name, email, number) SELECT i.row, t.name, t.email, bare(t.customer_id)",
    ),
    ("customer", "phone_parts (rowid, phone) SELECT i.row, phone_spellings(t.phone)"),
    # A missing number is left out by OR IGNORE; one without a country is spelled one way only.
    ("customer", "phones (digits, row) SELECT phone_spelling(t.phone, 0), i.row"),
    ("customer", "phones (digits, row) SELECT phone_spelling(t.phone, 1), i.row"),
    ("basket", "sale_parts (rowid, basket) SELECT i.row, bare(t.basket_id)"),
    ("order", "sale_parts (rowid, sale) SELECT i.row, bare(t.order_id)"),
)


def rebuild(catalog: Connection) -> None:
    """Fill the search indexes anew; call inside the transaction that changed the catalog."""
    _teach(catalog)
    for index in _INDEXES:
        catalog.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
    catalog.execute("DELETE FROM indexed")
    catalog.execute("DELETE FROM phones")
    for kind, table in _TABLES.items():
        catalog.execute(f"INSERT INTO indexed (kind, id) SELECT ?, {kind}_id FROM {table}", (kind,))
    for kind, fill in _FILL:
        catalog.execute(_insert(kind, fill))
    _count(catalog, "customer", "product")
    _remember_orders(catalog)


def _count(catalog: Connection, *kinds: str) -> None:
    """Keep how many there are of these: counting a million takes longer than a keystroke may."""
    for kind in kinds:
        catalog.execute(
            f"INSERT OR REPLACE INTO sync_state SELECT ?, count(*) FROM {_TABLES[kind]}", (f"{kind}s",)
        )


def counted(connection: Connection, kind: str) -> int:
    """How many customers or products there were when the indexes were filled."""
    row = connection.execute("SELECT value FROM sync_state WHERE key = ?", (f"{kind}s",)).fetchone()
    return int(row[0]) if row else 0


def indexed(catalog: Connection) -> int:
    """How many rows the search indexes know."""
    (count,) = catalog.execute("SELECT count(*) FROM indexed").fetchone()
    return int(count)


def refresh(
    catalog: Connection,
    product_ids: Iterable[str] = (),
    customer_ids: Iterable[str] = (),
    basket_ids: Iterable[str] = (),
) -> None:
    """Bring the search indexes up to date for rows that were added, changed or removed.

    Orders need not be named: which of them came or went is found by comparing.
    """
    _teach(catalog)
    changed = {"product": product_ids, "customer": customer_ids, "basket": basket_ids}
    for kind, ids in (*changed.items(), ("order", _orders_apart(catalog))):
        some = json.dumps(list(ids))
        if some != "[]":
            _again(catalog, kind, some)
            if kind in ("customer", "product"):
                _count(catalog, kind)
    _remember_orders(catalog)


def _again(catalog: Connection, kind: str, ids: str) -> None:
    named = "kind = ? AND id IN (SELECT value FROM json_each(?))"
    rows = [row[0] for row in catalog.execute(f"SELECT row FROM indexed WHERE {named}", (kind, ids))]
    for index in _INDEXES:
        catalog.executemany(f"DELETE FROM {index} WHERE rowid = ?", ((row,) for row in rows))
    catalog.executemany("DELETE FROM phones WHERE row = ?", ((row,) for row in rows))
    catalog.execute(f"DELETE FROM indexed WHERE {named}", (kind, ids))
    catalog.execute(
        f"INSERT INTO indexed (kind, id) SELECT ?, {kind}_id FROM {_TABLES[kind]} "
        f"WHERE {kind}_id IN (SELECT value FROM json_each(?))",
        (kind, ids),
    )
    for fills, fill in _FILL:
        if fills == kind:
            catalog.execute(_insert(kind, fill) + " WHERE i.id IN (SELECT value FROM json_each(?))", (ids,))


def _insert(kind: str, fill: str) -> str:
    verb = "INSERT OR IGNORE" if fill.startswith("phones ") else "INSERT"
    return (
        f"{verb} INTO {fill} FROM indexed i CROSS JOIN {_TABLES[kind]} t "
        f"ON i.kind = '{kind}' AND t.{kind}_id = i.id"
    )


# Comparing all orders takes a second per million, so it is done only where their number or times moved.
_ORDERS = (
    "SELECT count(*) || ' ' || ifnull(min(ordered_at), '') || ' ' || ifnull(max(ordered_at), '') FROM orders"
)


def _remember_orders(catalog: Connection) -> None:
    catalog.execute(f"INSERT OR REPLACE INTO sync_state VALUES ('orders_indexed', ({_ORDERS}))")


def _orders_apart(catalog: Connection) -> list[str]:
    """Orders that are in the catalog or in the indexes, but not in both."""
    (same,) = catalog.execute(
        f"SELECT EXISTS (SELECT 1 FROM sync_state WHERE key = 'orders_indexed' AND value = ({_ORDERS}))"
    ).fetchone()
    if same:
        return []
    rows = catalog.execute(
        "SELECT order_id FROM orders WHERE NOT EXISTS "
        "(SELECT 1 FROM indexed WHERE kind = 'order' AND id = order_id) UNION ALL "
        "SELECT id FROM indexed WHERE kind = 'order' AND id NOT IN (SELECT order_id FROM orders)"
    )
    return [row[0] for row in rows]


def _teach(catalog: Connection) -> None:
    catalog.create_function("bare", 1, bare, deterministic=True)
    catalog.create_function("phone_spellings", 1, phone_spellings, deterministic=True)
    catalog.create_function("phone_spelling", 2, _phone_spelling, deterministic=True)


def bare(text: str | None) -> str | None:
    """Letters and digits only, in lower case: how numbers and codes are compared.

    >>> bare("B-204 18")
    'b20418'
    """
    return None if text is None else "".join(filter(str.isalnum, text)).lower()


def phone_spellings(phone: str | None) -> str | None:
    """The digits of a phone number as people write them: with its country, and at home with a 0.

    >>> phone_spellings("+441632960187")
    '441632960187 01632960187'
    """
    digits = bare(phone)
    if not digits or not str(phone).startswith("+"):
        return digits
    country = next((n for n in (1, 2, 3) if digits[:n] in country_codes()), 0)
    return f"{digits} 0{digits[country:]}" if country else digits


def _phone_spelling(phone: str | None, which: int) -> str | None:
    spelled = (phone_spellings(phone) or "").split()
    return spelled[which] if which < len(spelled) else None


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """What phone numbers of all countries begin with."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))
