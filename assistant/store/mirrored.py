"""What was read of the mirror and still holds: products by id, and whether a table has any rows.

A counter's connection cannot change the mirror itself, so that SQLite's number of the changes by others tells
whether anything could be different. Other connections keep nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

from assistant.records import Product
from assistant.store.database import Connection, CounterConnection

MOST = 10_000  # products

Table = Literal["kits", "links", "stock"]


@dataclass(slots=True, eq=False)
class Mirrored:
    """What is kept of one state of the mirror; None for a product that it does not have."""

    version: int
    products: dict[str, Product | None] = field(default_factory=dict)
    filled: dict[Table, bool] = field(default_factory=dict)

    def keep(self, products: dict[str, Product | None]) -> None:
        """Keep these too, in place of all others where they would be too many together."""
        if len(self.products) + len(products) > MOST:
            self.products.clear()
        self.products.update(products)


_OF: WeakKeyDictionary[CounterConnection, Mirrored] = WeakKeyDictionary()


def of(connection: Connection) -> Mirrored | None:
    """What this connection has read of the mirror as it is now; None where nothing can be kept."""
    if not isinstance(connection, CounterConnection):
        return None
    (version,) = connection.execute("PRAGMA catalog.data_version").fetchone()
    kept = _OF.get(connection)
    if kept is None or kept.version != version:
        kept = _OF[connection] = Mirrored(version)
    return kept


def has_any(connection: Connection, table: Table) -> bool:
    """Whether a table has any rows at all: most shops tell no kits and few links."""
    kept = of(connection)
    if kept is not None and table in kept.filled:
        return kept.filled[table]
    found = connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
    if kept is not None:
        kept.filled[table] = found
    return found
