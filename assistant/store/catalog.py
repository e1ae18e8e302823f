"""Reading the mirror of the shop: products, stock, links, baskets, and who works where."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from assistant.errors import InputError
from assistant.records import Associate, Basket, Line, Link, Product, Stock, Store
from assistant.store import mirrored
from assistant.store.database import Connection, moment, stamp

_PRODUCT = (
    "p.product_id, p.sku, p.name, p.category, p.price, p.cost, p.currency, p.active, p.image, p.attributes, "
    "p.consumable, p.regulated, (SELECT group_concat(barcode, '\n') FROM barcodes b "
    "WHERE b.product_id = p.product_id)"
)
_BY_BARCODE = f"SELECT {_PRODUCT} FROM barcodes s JOIN products p USING (product_id) WHERE s.barcode"
_UPC = 12  # digits
_AT_A_TIME = 500  # bound variables in one statement


def product(connection: Connection, product_id: str) -> Product | None:
    """One product by the shop's id."""
    return products(connection, (product_id,)).get(product_id)


def products(connection: Connection, ids: Iterable[str]) -> dict[str, Product]:
    """Products by the shop's id; an id nobody knows is left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    kept = mirrored.of(connection)
    if kept is None:
        return _read(connection, wanted)
    there = kept.products
    missing = [product_id for product_id in wanted if product_id not in there]
    if missing:
        kept.keep({**dict.fromkeys(missing), **_read(connection, missing)})
        if not there.keys() >= set(wanted):  # room was made for them
            return _read(connection, wanted)
    return {product_id: known for product_id in wanted if (known := there[product_id]) is not None}


def _read(connection: Connection, ids: Sequence[str]) -> dict[str, Product]:
    found: dict[str, Product] = {}
    for some, marks in _in_parts(ids):
        rows = connection.execute(f"SELECT {_PRODUCT} FROM products p WHERE p.product_id IN ({marks})", some)
        found.update((row[0], _product(row)) for row in rows)
    return found


def names_categories_and_prices(
    connection: Connection,
) -> list[tuple[str, str, str | None, int | None]]:
    """Every product's id, name, category path and price, in the order of the ids."""
    return connection.execute(
        "SELECT product_id, name, category, price FROM products ORDER BY product_id"
    ).fetchall()


def used_up(connection: Connection, also: Sequence[str]) -> tuple[Product, ...]:
    """What is sold and said to be used up, or states how long it lasts; `also` unless said to last."""
    rows = connection.execute(
        f"SELECT {_PRODUCT} FROM products p WHERE p.active AND (p.consumable OR p.attributes LIKE "
        "'%\"life_days\"%' OR (p.consumable IS NULL AND p.product_id IN (SELECT value FROM json_each(?))))",
        (json.dumps(list(also)),),
    )
    return tuple(_product(row) for row in rows)


def covers(connection: Connection) -> tuple[Product, ...]:
    """What is sold and states for how long it covers: warranties, insurances, plans."""
    rows = connection.execute(
        f"SELECT {_PRODUCT} FROM products p WHERE p.active AND p.attributes LIKE '%\"cover_months\"%'"
    )
    return tuple(_product(row) for row in rows)


def by_code(connection: Connection, code: str) -> Product | None:
    """The product behind a scanned or typed code: its barcode, else its SKU in any case, else the shop's id.

    A scanner may leave out the 0 that a 12-digit code has as a 13-digit one, or add it.
    """
    code = code.strip()
    for sql, value in (
        (f"{_BY_BARCODE} = ?", code),
        (f"{_BY_BARCODE} = ?", f"0{code}" if len(code) == _UPC else code.removeprefix("0")),
        (
            f"SELECT {_PRODUCT} FROM products p WHERE p.sku = ?1 COLLATE NOCASE "
            "ORDER BY p.sku <> ?1, p.active DESC, p.product_id LIMIT 1",
            code,
        ),
        (f"SELECT {_PRODUCT} FROM products p WHERE p.product_id = ?", code),
    ):
        row = connection.execute(sql, (value,)).fetchone()
        if row is not None:
            return _product(row)
    return None


def asked_for(connection: Connection, code: str) -> Product:
    """The product behind a code that somebody typed. Raises InputError that names the nearest SKUs."""
    found = by_code(connection, code)
    if found is None:
        from difflib import get_close_matches

        skus = [row[0] for row in connection.execute("SELECT DISTINCT sku FROM products")]
        near = get_close_matches(code, skus, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise InputError(f"No product has the SKU {code}.{hint}")
    return found


def stock(connection: Connection, ids: Iterable[str], store_id: str | None) -> dict[str, Stock]:
    """What is there: in that store, else what the shop tells without a place, else 0 where it tells others.

    Without a store it is what is told without a place, else the sum of all stores. `at` is then the oldest
    time of the sum. A product whose stock nobody told is left out. What a live shop told stands as of the
    last look at its products, as each look asks for all that changed.
    """
    found: dict[str, Stock] = {}
    looked = _looked_at_products(connection)
    for some, marks in _in_parts(ids if mirrored.has_any(connection, "stock") else ()):
        rows = connection.execute(
            "SELECT product_id, store_id, quantity, stock_at FROM stock "
            f"WHERE product_id IN ({marks}) AND quantity IS NOT NULL ORDER BY product_id",
            some,
        )
        places: dict[str, dict[str, tuple[float, int | None]]] = {}
        for product_id, place, quantity, at in rows:
            as_of = at if looked is None else max(at or looked, looked)
            places.setdefault(product_id, {})[place] = (quantity, as_of)
        for product_id, there in places.items():
            found[product_id] = _stock(there, store_id)
    return found


def _looked_at_products(connection: Connection) -> int | None:
    row = connection.execute("SELECT value FROM sync_state WHERE key = 'pull.products.looked'").fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _stock(there: dict[str, tuple[float, int | None]], store_id: str | None) -> Stock:
    for place in (store_id, ""):
        if place is not None and place in there:
            quantity, at = there[place]
            return Stock(quantity, moment(at))
    if store_id is not None and store_id != "":
        return Stock(0, moment(_oldest(there)))  # stock is told by place, and this place has none
    return Stock(sum(quantity for quantity, _ in there.values()), moment(_oldest(there)))


def _oldest(there: dict[str, tuple[float, int | None]]) -> int | None:
    return min((at for _, at in there.values() if at is not None), default=None)


def links(connection: Connection, ids: Iterable[str]) -> tuple[Link, ...]:
    """Curated links from these products; incompatible and alternative ones hold in both directions."""
    found: dict[tuple[str, str, str], Link] = {}
    for some, marks in _in_parts(ids if mirrored.has_any(connection, "links") else ()):
        rows = connection.execute(
            f"SELECT product_id, linked_id, kind FROM links WHERE product_id IN ({marks}) "
            "UNION SELECT linked_id, product_id, kind FROM links "
            f"WHERE linked_id IN ({marks}) AND kind IN ('incompatible', 'alternative') ORDER BY 1, 2, 3",
            (*some, *some),
        )
        found.update(((a, b, kind), Link(a, b, kind)) for a, b, kind in rows)
    return tuple(found.values())


def basket(connection: Connection, basket_id: str) -> Basket | None:
    """An open basket by its number, or the paid order of that number."""
    found = next(iter(_baskets(connection, "b.basket_id = ?", (basket_id,), 1)), None)
    return found or _paid(connection, basket_id)


def basket_of(connection: Connection, customer_id: str) -> Basket | None:
    """A customer's newest open basket."""
    return next(iter(_baskets(connection, "b.customer_id = ?", (customer_id,), 1)), None)


def open_baskets(connection: Connection, limit: int = 20) -> tuple[Basket, ...]:
    """The newest open baskets of all stores."""
    return _baskets(connection, "TRUE", (), limit)


def stores(connection: Connection) -> tuple[Store, ...]:
    """All places that sell, by name."""
    rows = connection.execute("SELECT store_id, name FROM stores ORDER BY name, store_id")
    return tuple(Store(*row) for row in rows)


def associates(connection: Connection) -> tuple[Associate, ...]:
    """All who serve: those the shop's system knows, and those added here."""
    rows = connection.execute(
        "SELECT associate_id, name, store_id, role FROM associates WHERE active UNION ALL "
        "SELECT associate_id, name, NULL, NULL FROM local_associates WHERE NOT gone "
        "AND associate_id NOT IN (SELECT associate_id FROM associates) ORDER BY 2, 1"
    )
    return tuple(Associate(*row) for row in rows)


def add_associate(connection: Connection, name: str) -> Associate:
    """Add a person whom the shop's own system does not know. Raises InputError for an empty or known name."""
    from uuid_utils import uuid7

    name = " ".join(name.split())
    if not name:
        raise InputError("A name is needed to sign in.")
    if any(known.name.casefold() == name.casefold() for known in associates(connection)):
        raise InputError(f"{name} is already in the list.")
    added = Associate(f"here-{uuid7()}", name)
    connection.execute(
        "INSERT INTO local_associates (associate_id, name, added_at) VALUES (?, ?, ?)",
        (added.associate_id, name, stamp(datetime.now(UTC))),
    )
    return added


def filled(connection: Connection, tables: Sequence[str]) -> frozenset[str]:
    """Which of the mirror's tables hold anything."""
    return frozenset(t for t in tables if connection.execute(f"SELECT 1 FROM {t} LIMIT 1").fetchone())


def files_read(connection: Connection) -> tuple[tuple[str, int], ...]:
    """The shop's files as they were last read: name and rows."""
    return tuple(connection.execute("SELECT name, rows FROM sources WHERE rows > 0 ORDER BY name"))


def synced_at(connection: Connection) -> datetime | None:
    """When the mirror was last brought up to date."""
    row = connection.execute("SELECT value FROM sync_state WHERE key = 'synced_at'").fetchone()
    return None if row is None else moment(row[0])


def set_aside(connection: Connection) -> tuple[str, ...]:
    """The ids of a live shop's rows that could not be read, and wait to be mended there."""
    rows = connection.execute(
        "SELECT aside.key FROM sync_state AS s, json_each(s.value) AS aside "
        "WHERE s.key LIKE 'pull.%.aside' AND s.value IS NOT NULL ORDER BY s.key, aside.key"
    )
    return tuple(row[0] for row in rows)


def _baskets(connection: Connection, where: str, values: Sequence[str], limit: int) -> tuple[Basket, ...]:
    heads = connection.execute(
        "SELECT b.basket_id, b.customer_id, b.associate_id, b.store_id, b.updated_at, b.currency "
        "FROM baskets b "
        f"WHERE {where} ORDER BY b.updated_at DESC, b.basket_id DESC LIMIT ?",
        (*values, limit),
    ).fetchall()
    return tuple(_basket(connection, *head) for head in heads)


def _basket(
    connection: Connection,
    basket_id: str,
    customer_id: str | None,
    associate_id: str | None,
    store_id: str | None,
    updated_at: int | None,
    currency: str | None,
) -> Basket:
    rows = connection.execute(
        "SELECT l.product_id, coalesce(p.sku, l.product_id), coalesce(p.name, l.product_id), l.quantity, "
        "coalesce(l.unit_price, p.price), l.discount, p.category, p.currency FROM basket_lines l "
        "LEFT JOIN products p USING (product_id) WHERE l.basket_id = ? ORDER BY l.line_no",
        (basket_id,),
    ).fetchall()
    return Basket(
        basket_id=basket_id,
        lines=tuple(Line(*row[:7]) for row in rows),
        customer_id=customer_id,
        associate_id=associate_id,
        store_id=store_id,
        updated_at=moment(updated_at),
        currency=currency or next((row[7] for row in rows if row[7]), None),
        source="shop",
    )


def _paid(connection: Connection, order_id: str) -> Basket | None:
    head = connection.execute(
        "SELECT customer_id, associate_id, store_id, ordered_at, currency FROM orders WHERE order_id = ?",
        (order_id,),
    ).fetchone()
    if head is None:
        return None
    rows = connection.execute(
        "SELECT l.product_id, coalesce(p.sku, l.product_id), coalesce(p.name, l.product_id), l.quantity, "
        "l.unit_price, l.discount, p.category FROM order_lines l "
        "LEFT JOIN products p USING (product_id) WHERE l.order_id = ? ORDER BY l.line_no",
        (order_id,),
    )
    return Basket(
        order_id,
        tuple(Line(*row) for row in rows),
        head[0],
        head[1],
        head[2],
        moment(head[3]),
        head[4],
        "shop",
        True,
    )


def _product(row: Sequence[object]) -> Product:
    (
        product_id,
        sku,
        name,
        category,
        price,
        cost,
        currency,
        active,
        image,
        attributes,
        consumable,
        regulated,
        codes,
    ) = row
    return Product(
        product_id=str(product_id),
        sku=str(sku),
        name=str(name),
        category=category,  # type: ignore[arg-type]
        price=price,  # type: ignore[arg-type]
        cost=cost,  # type: ignore[arg-type]
        currency=currency,  # type: ignore[arg-type]
        active=bool(active),
        image=image,  # type: ignore[arg-type]
        attributes=json.loads(str(attributes)) if attributes and attributes != "{}" else {},
        consumable=None if consumable is None else bool(consumable),
        regulated=bool(regulated),
        barcodes=tuple(str(codes).split("\n")) if codes else (),
    )


def _in_parts(ids: Iterable[str]) -> Iterator[tuple[list[str], str]]:
    every = list(dict.fromkeys(ids))
    for start in range(0, len(every), _AT_A_TIME):
        some = every[start : start + _AT_A_TIME]
        yield some, ", ".join("?" * len(some))
