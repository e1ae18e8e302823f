"""Pairings that were written into the shop's own link fields, so that they never count as the shop's word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from assistant.store.database import Connection, stamp, transaction

Pair = tuple[str, str]


def note(connection: Connection, pairs: Iterable[Pair], associate_id: str | None) -> None:
    """Note them, and on whose word, before they are written."""
    at = stamp(datetime.now(UTC))
    with transaction(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO given_links VALUES (?, ?, ?, ?)",
            [(*pair, associate_id, at) for pair in pairs],
        )


def pairs(connection: Connection) -> frozenset[Pair]:
    """All that were ever written, as (product, what goes with it)."""
    return frozenset(connection.execute("SELECT product_id, linked_id FROM given_links").fetchall())
