"""Which family a product belongs to, kept as it was when the product was first counted.

A shop that drops a product, or moves it, does not change what was an add-on to what.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from assistant.store.database import Connection, transaction


def family(product: str) -> str:
    """The SQL of a product's family, as `records.family_of` says it: as it was first counted, if it was."""
    rest = "substr(category, instr(category, '/') + 1)"
    return f"""coalesce((SELECT family FROM counted_products WHERE product_id = {product}),
      (SELECT CASE WHEN instr({rest}, '/') > 0 AND instr(category, '/') > 0
         THEN substr(category, 1, instr(category, '/') + instr({rest}, '/') - 1) ELSE nullif(category, '') END
       FROM products WHERE product_id = {product}))"""


# A better one of the anchor's own family is a step-up, never counted with add-ons.
ADD_ON = f"""(s.anchor_id IS NULL OR coalesce({family("s.product_id")} <> {family("s.anchor_id")}, 1))"""


# `a` and `b` are products; known before anything was counted under another category, the first one holds.
GO_TOGETHER = f"""
  (EXISTS (SELECT 1 FROM pairings AS p WHERE p.anchor_id = a AND p.product_id = b)
   OR EXISTS (SELECT 1 FROM links AS k WHERE k.product_id = a AND k.linked_id = b
              AND k.kind IN ('accessory', 'requires', 'kit')))
  AND coalesce({family("a")} <> {family("b")}, 1)"""


def remember(connection: Connection, product_ids: Iterable[str]) -> None:
    """Keep what these products are called and where they belong, as it is when they are first counted."""
    new = [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT value FROM json_each(?) "
            "WHERE value NOT IN (SELECT product_id FROM counted_products)",
            (json.dumps(sorted(set(product_ids))),),
        )
    ]
    if new:
        with transaction(connection):
            connection.execute(
                f"INSERT INTO counted_products SELECT p.product_id, p.name, {family('p.product_id')} "
                "FROM json_each(?) AS j JOIN products AS p ON p.product_id = j.value",
                (json.dumps(new),),
            )


def fill_families(connection: Connection) -> bool:
    """Whether the shop says by now where a product belongs that had no place when it was first counted."""
    found = connection.execute(
        f"SELECT c.product_id, {family('c.product_id')} FROM counted_products AS c "
        f"WHERE c.family IS NULL AND {family('c.product_id')} IS NOT NULL"
    ).fetchall()
    with transaction(connection):
        connection.executemany(
            "UPDATE counted_products SET family = ? WHERE product_id = ?", [(f, p) for p, f in found]
        )
    return bool(found)
