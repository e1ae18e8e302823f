"""What a live shop tells on its way into the mirror; each function is for inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from assistant.store import credits, mirror
from assistant.store.database import Connection, stamp
from assistant.store.things import Colleague, Goods, Person, Place, Sale, State, Thing, Tie


def put(catalog: Connection, things: Iterable[Thing]) -> int:
    """Bring things up to date, all of one kind or of several; how many rows were changed."""
    kinds: dict[type[Thing], list[Thing]] = {}
    for thing in things:
        kinds.setdefault(type(thing), []).append(thing)
    return sum(_PUT[kind](catalog, some) for kind, some in kinds.items())


def _put_places(catalog: Connection, places: Sequence[Place]) -> int:
    return mirror.upsert(catalog, "stores", ("store_id", "name"), [(p.store_id, p.name) for p in places])


def _put_colleagues(catalog: Connection, colleagues: Sequence[Colleague]) -> int:
    columns = ("associate_id", "name", "store_id", "role", "active")
    rows = [(c.associate_id, c.name, c.store_id, c.role, int(c.active)) for c in colleagues]
    return mirror.upsert(catalog, "associates", columns, rows)


def _put_goods(catalog: Connection, goods: Sequence[Goods]) -> int:
    columns = (
        "product_id", "sku", "name", "category", "price", "cost", "currency", "active", "image",
        "attributes", "regulated", "derived",
    )  # fmt: skip
    changed = mirror.upsert(catalog, "products", columns, [
        (
            g.product_id, g.sku, g.name, g.category, g.price, g.cost, g.currency, int(g.active), g.image,
            json.dumps(dict(g.attributes), sort_keys=True) if g.attributes else None, int(g.regulated), 0,
        )
        for g in goods
    ])  # fmt: skip
    ids = [g.product_id for g in goods]
    codes = {code: (code, g.product_id) for g in goods for code in g.barcodes}
    changed += mirror.upsert(catalog, "barcodes", ("barcode", "product_id"), codes.values())
    _remove_others(
        catalog, "barcodes", "barcode", ids, {(g.product_id, c) for g in goods for c in g.barcodes}
    )
    stock = [
        (g.product_id, place, quantity, stamp(g.stock_at))
        for g in goods
        for place, quantity in g.stock.items()
    ]
    changed += mirror.upsert(catalog, "stock", ("product_id", "store_id", "quantity", "stock_at"), stock)
    changed += _put_links(catalog, goods)
    return changed + _remove_others(catalog, "stock", "store_id", ids, {row[:2] for row in stock})


def _put_links(catalog: Connection, goods: Sequence[Goods]) -> int:
    """The links of products that come with them: those that are no longer told go."""
    tied = {g.product_id: g.links for g in goods if g.links is not None}
    kept = {(one, other, kind) for one, links in tied.items() for other, kind in links}
    found = catalog.execute(
        "SELECT product_id, linked_id, kind FROM links WHERE product_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(tied)),),
    ).fetchall()
    gone = [row for row in found if tuple(row) not in kept]
    catalog.executemany("DELETE FROM links WHERE product_id = ? AND linked_id = ? AND kind = ?", gone)
    return len(gone) + mirror.upsert(catalog, "links", ("product_id", "linked_id", "kind"), sorted(kept))


def _put_people(catalog: Connection, people: Sequence[Person]) -> int:
    columns = (
        "customer_id", "name", "email", "phone", "tier", "since", "personal_suggestions", "contact", "note",
        "derived",
    )  # fmt: skip
    rows = [
        (
            p.customer_id, p.name, p.email, p.phone, p.tier, stamp(p.since), _yes(p.personal_suggestions),
            _yes(p.contact), p.note, 0,
        )
        for p in people
    ]  # fmt: skip
    return mirror.upsert(catalog, "customers", columns, rows)


def _put_ties(catalog: Connection, ties: Sequence[Tie]) -> int:
    rows = [(tie.product_id, tie.linked_id, tie.kind) for tie in ties]
    return mirror.upsert(catalog, "links", ("product_id", "linked_id", "kind"), rows)


def _put_sales(catalog: Connection, sales: Sequence[Sale]) -> int:
    """What was a basket and is paid leaves the open ones in the same breath, and the other way round."""
    last = {sale.sale_id: sale for sale in sales}  # a page may tell a sale twice
    by_state: dict[State, list[Sale]] = {"open": [], "sold": [], "gone": []}
    for told in last.values():
        sale = replace(told, items=tuple(item for item in told.items if item.quantity > 0))
        by_state[sale.state if sale.items or sale.state != "sold" else "gone"].append(sale)
    _name_strangers(catalog, [*by_state["open"], *by_state["sold"]])
    changed = _remove(catalog, "baskets", "basket", [*by_state["sold"], *by_state["gone"]])
    changed += _remove(catalog, "orders", "order", [*by_state["open"], *by_state["gone"]])
    return changed + _put_baskets(catalog, by_state["open"]) + _put_orders(catalog, by_state["sold"])


def _put_baskets(catalog: Connection, baskets: Sequence[Sale]) -> int:
    columns = ("basket_id", "customer_id", "associate_id", "store_id", "updated_at", "currency")
    changed = mirror.upsert(
        catalog, "baskets", columns,
        [(b.sale_id, b.customer_id, b.associate_id, b.store_id, stamp(b.at), b.currency) for b in baskets],
    )  # fmt: skip
    rows = [
        (b.sale_id, number, i.product_id, i.quantity, i.unit_price, i.discount)
        for b in baskets
        for number, i in enumerate(b.items, 1)
    ]
    columns = ("basket_id", "line_no", "product_id", "quantity", "unit_price", "discount")
    changed += mirror.upsert(catalog, "basket_lines", columns, rows)
    return changed + _remove_others(
        catalog,
        "basket_lines",
        "line_no",
        [b.sale_id for b in baskets],
        {r[:2] for r in rows},
        of="basket_id",
    )


def _put_orders(catalog: Connection, orders: Sequence[Sale]) -> int:
    columns = (
        "order_id", "customer_id", "associate_id", "store_id", "ordered_at", "channel", "basket_id",
        "currency",
    )  # fmt: skip
    baskets = _baskets_of(catalog, orders)
    changed = mirror.upsert(catalog, "orders", columns, [
        (
            o.sale_id, o.customer_id, o.associate_id, o.store_id, stamp(o.at), o.channel,
            baskets[o.sale_id], o.currency,
        )
        for o in orders
    ])  # fmt: skip
    back = credits.of_orders(catalog, [o.sale_id for o in orders])
    rows = [
        (
            o.sale_id,
            number,
            i.product_id,
            i.quantity,
            i.unit_price,
            i.discount,
            i.returned + back.get((o.sale_id, number), 0),
        )
        for o in orders
        for number, i in enumerate(o.items, 1)
    ]
    of_lines = (
        "order_id", "line_no", "product_id", "quantity", "unit_price", "discount", "returned_quantity",
    )  # fmt: skip
    changed += mirror.upsert(catalog, "order_lines", of_lines, rows)
    return changed + _remove_others(
        catalog, "order_lines", "line_no", [o.sale_id for o in orders], {r[:2] for r in rows}, of="order_id"
    )


def _baskets_of(catalog: Connection, orders: Sequence[Sale]) -> dict[str, str]:
    """Which basket each order was; where only the basket told that, it was told once and is kept."""
    said = json.dumps([o.sale_id for o in orders])
    known = dict(
        catalog.execute(
            "SELECT order_id, basket_id FROM orders "
            "WHERE basket_id IS NOT NULL AND order_id IN (SELECT value FROM json_each(?))",
            (said,),
        ).fetchall()
    )
    return {o.sale_id: o.basket_id or known.get(o.sale_id) or o.sale_id for o in orders}


def _name_strangers(catalog: Connection, sales: Sequence[Sale]) -> None:
    """Whom and what a sale names must have a row, were it only a number: they may be gone from the shop."""
    named = {
        "customers": {s.customer_id for s in sales},
        "associates": {s.associate_id for s in sales},
        "stores": {s.store_id for s in sales},
    }
    products = sorted({item.product_id for sale in sales for item in sale.items})
    mirror.add_if_new(
        catalog, "products", ("product_id", "sku", "name", "active", "derived"),
        ((p, p, p, 0, 1) for p in products),
    )  # fmt: skip
    for table, ids in named.items():
        columns = ("customer_id", "derived") if table == "customers" else (f"{table[:-1]}_id", "name")
        rows = ((i, 1 if table == "customers" else i) for i in sorted(filter(None, ids)))
        mirror.add_if_new(catalog, table, columns, rows)


def _remove(catalog: Connection, table: str, kind: str, sales: Sequence[Sale]) -> int:
    before = catalog.total_changes
    for where in (f"{kind}_lines", table):
        catalog.executemany(f"DELETE FROM {where} WHERE {kind}_id = ?", [(sale.sale_id,) for sale in sales])
    return catalog.total_changes - before


def _remove_others(
    catalog: Connection,
    table: str,
    key: str,
    ids: Sequence[str],
    kept: Collection[tuple[object, ...]],
    *,
    of: str = "product_id",
) -> int:
    """Remove what these no longer have."""
    found = catalog.execute(
        f"SELECT {of}, {key} FROM {table} WHERE {of} IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    ).fetchall()
    gone = [row for row in found if tuple(row) not in kept]
    catalog.executemany(f"DELETE FROM {table} WHERE {of} = ? AND {key} = ?", gone)
    return len(gone)


def open_baskets(catalog: Connection, after: datetime | None = None) -> tuple[str, ...]:
    """Every basket that is open as far as we know; with `after`, those that changed since then."""
    rows = catalog.execute(
        "SELECT basket_id FROM baskets WHERE ?1 IS NULL OR updated_at >= ?1 ORDER BY basket_id",
        (stamp(after),),
    )
    return tuple(row[0] for row in rows)


def known(catalog: Connection, kind: type[Thing]) -> frozenset[str]:
    """The ids of what the shop has told of a kind."""
    question = {
        Place: "SELECT store_id FROM stores",
        Colleague: "SELECT associate_id FROM associates",
        Goods: "SELECT product_id FROM products WHERE NOT derived",
        Person: "SELECT customer_id FROM customers WHERE NOT derived",
        Sale: "SELECT basket_id FROM baskets",
    }[kind]
    return frozenset(row[0] for row in catalog.execute(question))


def remove_vanished(catalog: Connection, kind: type[Thing], kept: Collection[str]) -> tuple[str, ...]:
    """Remove what the shop no longer has, seen by all the ids it has; the ids of the customers that went.

    A product that was sold stays as an inactive stub, a customer with orders as a bare number.
    """
    if kind is Goods:
        mirror.remove_products(catalog, kept)
    elif kind is Sale:
        gone = [Sale(basket, "gone") for basket in open_baskets(catalog) if basket not in kept]
        _remove(catalog, "baskets", "basket", gone)
    elif kind is Person:
        gone_people = sorted(known(catalog, Person) - set(kept))
        mirror.remove_customers(catalog, kept)
        return tuple(gone_people)
    else:
        mirror.remove_missing(catalog, "stores" if kind is Place else "associates", {(one,) for one in kept})
    return ()


def make_one(catalog: Connection, heirs: Mapping[str, str]) -> None:
    """What was sold to customers is another's from now on, with whom the shop made each of them one."""
    mirror.add_if_new(
        catalog, "customers", ("customer_id", "derived"), ((one, 1) for one in sorted(set(heirs.values())))
    )
    for table in ("orders", "baskets", "returns"):
        catalog.executemany(
            f"UPDATE {table} SET customer_id = ?2 WHERE customer_id = ?1", sorted(heirs.items())
        )


def remembered(catalog: Connection, key: str) -> str | None:
    """What the last pull remembered under a name."""
    row = catalog.execute("SELECT value FROM sync_state WHERE key = ?", (f"pull.{key}",)).fetchone()
    return None if row is None or row[0] is None else str(row[0])


def remember(catalog: Connection, key: str, value: str | None) -> None:
    """Remember something for the next pull; in the transaction of the page it speaks of."""
    catalog.execute("INSERT OR REPLACE INTO sync_state VALUES (?, ?)", (f"pull.{key}", value))


def _yes(value: bool | None) -> int | None:
    return None if value is None else int(value)


_PUT: Mapping[type[Thing], Callable[[Connection, Any], int]] = {
    Place: _put_places,
    Colleague: _put_colleagues,
    Goods: _put_goods,
    Person: _put_people,
    Tie: _put_ties,
    Sale: _put_sales,
}
