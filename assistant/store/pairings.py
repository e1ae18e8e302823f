"""Learned pairings with their evidence, and which model is in use."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Container, Iterable
from datetime import datetime

from assistant.records import CategoryPairing, InstalledModel, Pairing
from assistant.store import curating, linking
from assistant.store.database import Connection, Row, moment, stamp, transaction

CACHE_KIB = 65_536
_COUNTED = "n, base, share, lift, customers, since, until"
_COLUMNS = f"anchor_id, product_id, {_COUNTED}"

_BOUND = 100  # ids in one statement


def replace(
    catalog: Connection,
    rows: Iterable[Pairing],
    installed: InstalledModel,
    categories: Iterable[CategoryPairing] = (),
) -> int:
    """Put new pairings and the model they belong to in place of the old ones, in one transaction.

    Returns how many pairings of products there are. The model's file must already lie in the home's folder.
    """
    catalog.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    with transaction(catalog):
        # Millions of rows: an index is built in a fraction of the time that keeping it up takes.
        ((index,),) = catalog.execute("SELECT sql FROM sqlite_master WHERE name = 'pairings_product'")
        catalog.execute("DROP INDEX pairings_product")
        catalog.execute("DELETE FROM pairings")
        catalog.execute("DELETE FROM category_pairings")
        catalog.executemany(
            f"INSERT INTO pairings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((row.anchor_id, row.product_id, *_counts(row)) for row in rows),
        )
        catalog.execute(index)
        catalog.executemany(
            f"INSERT INTO category_pairings (anchor, category, {_COUNTED}) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((row.anchor, row.category, *_counts(row)) for row in categories),
        )
        use(catalog, installed)
        (count,) = catalog.execute("SELECT count(*) FROM pairings").fetchone()
    return int(count)


def use(catalog: Connection, installed: InstalledModel) -> None:
    """Say which model is in use; its file must already lie in the home's folder."""
    catalog.execute(
        "INSERT OR REPLACE INTO model (one, model_id, file, trained_at, orders, since, until) "
        "VALUES (1, ?, ?, ?, ?, ?, ?)",
        (
            installed.model_id,
            installed.file,
            stamp(installed.trained_at),
            installed.orders,
            stamp(installed.since),
            stamp(installed.until),
        ),
    )


def installed(connection: Connection) -> InstalledModel | None:
    """The model in use, or None before the first training."""
    row = connection.execute(
        "SELECT model_id, file, trained_at, orders, since, until FROM model WHERE one = 1"
    ).fetchone()
    if row is None:
        return None
    model_id, file, trained_at, orders, since, until = row
    at = moment(trained_at)
    assert at is not None  # noqa: S101
    return InstalledModel(model_id, file, at, orders, moment(since), moment(until))


def strongest(
    connection: Connection,
    anchors: Collection[str],
    product_ids: Collection[str],
    most: int,
    *,
    known: Collection[tuple[str, str]] | None = None,
    first: Container[tuple[str, str]] = (),
    last: Container[str] = (),
) -> dict[str, list[Pairing]]:
    """Of each of these add-ons the pairings with any of these anchors, by share, so many at most.

    `known` are those of them, as (anchor, add-on), that there can be: where that is known only they are
    looked up, as each that is not there costs as much as one that is. The pairings named as `first`,
    likewise, stand before all others, those of the anchors named as `last` after them. An add-on without any
    is left out.
    """
    wanted, leading = list(product_ids), list(anchors)
    if known is not None and 2 * len(known) <= _BOUND:
        among = f"(anchor_id, product_id) IN (VALUES {', '.join(['(?, ?)'] * len(known))})"
        given = [product_id for pair in known for product_id in pair]
    elif len(wanted) + len(leading) <= _BOUND:  # found a quarter faster than through JSON
        marks = (", ".join("?" * len(ids)) for ids in (wanted, leading))
        among, given = "product_id IN ({}) AND anchor_id IN ({})".format(*marks), [*wanted, *leading]
    else:
        told = "(SELECT value FROM json_each(?))"
        among = f"product_id IN {told} AND anchor_id IN {told}"
        given = [json.dumps(wanted), json.dumps(leading)]
    found = connection.execute(f"SELECT {_COLUMNS} FROM pairings WHERE {among}", given) if given else ()
    by_add_on: dict[str, list[Row]] = {}
    for row in found:
        by_add_on.setdefault(row[1], []).append(row)
    for rows in by_add_on.values():
        rows.sort(key=lambda row: ((row[0], row[1]) not in first, row[0] in last, -row[4], row[0]))
    return {add_on: [_pairing(row) for row in rows[:most]] for add_on, rows in by_add_on.items()}


def category_evidence(
    connection: Connection, anchors: Collection[str], categories: Collection[str]
) -> dict[tuple[str, str], CategoryPairing]:
    """The pairings from any of these categories to any of those, by (anchor, category), whole paths."""
    found = connection.execute(
        f"SELECT anchor, category, {_COUNTED} FROM category_pairings "
        "WHERE anchor IN (SELECT value FROM json_each(?)) AND category IN (SELECT value FROM json_each(?))",
        (json.dumps(list(anchors)), json.dumps(list(categories))),
    )
    return {
        (anchor, category): CategoryPairing(
            anchor, category, n, base, share, lift, customers, moment(since), moment(until)
        )
        for anchor, category, n, base, share, lift, customers, since, until in found
    }


def anchors_with_pairings(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """Which of these have at least one pairing, learned or put in, or a curated link to an add-on."""
    found = connection.execute(
        "SELECT value FROM json_each(?) AS asked "
        "WHERE EXISTS (SELECT 1 FROM pairings WHERE anchor_id = asked.value) "
        "OR EXISTS (SELECT 1 FROM links WHERE product_id = asked.value "
        "AND kind IN ('accessory', 'requires', 'kit'))",
        (json.dumps(list(ids)),),
    )
    here = curating.anchors_put_in(connection, ids) | linking.anchors(connection, ids)
    return frozenset(row[0] for row in found) | here


def _pairing(row: Row) -> Pairing:
    anchor_id, product_id, n, base, share, lift, customers, since, until = row
    return Pairing(anchor_id, product_id, n, base, share, lift, customers, _time(since), _time(until))


@functools.lru_cache(maxsize=1_024)
def _time(at: int | None) -> datetime | None:
    """The few times between which nearly all pairings were counted."""
    return moment(at)


def _counts(row: Pairing | CategoryPairing) -> tuple[float | None, ...]:
    return (row.n, row.base, row.share, row.lift, row.customers, stamp(row.since), stamp(row.until))
