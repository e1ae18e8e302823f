"""The figures' sums, by cluster and by key, of what `store.gathering` gathered of a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.store import matching
from assistant.store.database import Connection, moment
from assistant.store.gathering import Scope


@dataclass(frozen=True, slots=True)
class Sums:
    """What a ratio of totals `y / x` and its variance between clusters need."""

    clusters: int = 0
    y: float = 0.0
    x: float = 0.0
    yy: float = 0.0
    xy: float = 0.0
    xx: float = 0.0


Pairs = Mapping[str, tuple[str, str]]
"""A figure's name → its two columns, what is counted and of how many."""


def complete_to(connection: Connection) -> datetime | None:
    """Up to when the orders are known: the last sync, or the newest order where that is older."""
    (synced,) = connection.execute("SELECT (SELECT value FROM sync_state WHERE key = 'synced_at')").fetchone()
    (newest,) = connection.execute("SELECT max(ordered_at) FROM orders").fetchone()
    known = [int(at) for at in (synced, newest) if at is not None]
    return moment(min(known)) if newest is not None else None


def served(connection: Connection, scope: Scope) -> tuple[int, int]:
    """How many orders of a scope have an associate, and how many have none."""
    found = connection.execute(
        "SELECT count(associate_id), count(*) FROM orders "
        "WHERE ordered_at >= ? AND ordered_at < ? AND (? IS NULL OR store_id = ?)",
        (scope.since, scope.until, scope.store_id, scope.store_id),
    ).fetchone()
    return int(found[0]), int(found[1] - found[0])


def sums(
    connection: Connection, table: str, by: Sequence[str], pairs: Pairs
) -> dict[tuple[object, ...], dict[str, Sums]]:
    """Each pair of columns of a gathered table summed by key, with squares over clusters (a person's day).

    `table` is one of takings, offers and visited, or lines and anchors, which are gathered by product.
    """
    keys = "".join(f"{column} AS k{i}, " for i, column in enumerate(by))
    names = "".join(f"k{i}, " for i in range(len(by)))
    inner = ", ".join(f"total({y}) AS y{i}, total({x}) AS x{i}" for i, (y, x) in enumerate(pairs.values()))
    outer = ", ".join(
        f"count(nullif(x{i}, 0)), total(y{i}), total(x{i}), total(y{i} * y{i}), total(x{i} * y{i}), "
        f"total(x{i} * x{i})"
        for i in range(len(pairs))
    )
    grouped = f"GROUP BY {names.rstrip(', ')}" if by else ""
    found = connection.execute(
        f"SELECT {names}{outer} FROM (SELECT {keys}{inner} FROM temp.{table} "
        f"GROUP BY {names}coalesce(associate_id, store_id, ''), day) {grouped}"
    )
    return {
        tuple(row[: len(by)]): {
            name: Sums(*row[len(by) + 6 * i : len(by) + 6 * i + 6]) for i, name in enumerate(pairs)
        }
        for row in found
    }


def declined(connection: Connection) -> dict[str, int]:
    """How many of the gathered offers were declined for each reason."""
    found = connection.execute(
        "SELECT a.reason, count(*) FROM temp.visited AS v "
        "CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id "
        f"CROSS JOIN answers AS a ON a.suggestion_id = s.suggestion_id {matching.IS_LAST} "
        f"WHERE a.kind = 'declined' AND a.reason IS NOT NULL AND {matching.ADD_ON} GROUP BY 1"
    )
    return {reason: int(n) for reason, n in found}


def touchpoints(connection: Connection) -> dict[str, str]:
    """Each associate's most frequent touchpoint among the gathered visits."""
    found = connection.execute(
        "SELECT associate_id, touchpoint, count(*) AS n FROM temp.visited GROUP BY 1, 2 ORDER BY 3, 2"
    )
    return {associate: touchpoint for associate, touchpoint, _ in found}


def currencies(connection: Connection) -> tuple[str | None, ...]:
    """The currencies of the gathered orders that have a price, the most frequent first."""
    found = connection.execute(
        "SELECT currency FROM temp.takings WHERE priced > 0 GROUP BY 1 ORDER BY sum(priced) DESC, 1"
    )
    return tuple(currency for (currency,) in found)


def crossed(connection: Connection, currency: str | None) -> dict[str | None, tuple[float, float]]:
    """By associate: net revenue of the lines that carry an accepted offer, and their units that came back."""
    found = connection.execute(
        "SELECT associate_id, total(CASE WHEN currency IS ? THEN crossed_net END), total(crossed_returned) "
        "FROM temp.takings GROUP BY 1",
        (currency,),
    )
    return {person: (net, returned) for person, net, returned in found}


def counted(connection: Connection) -> dict[str, int]:
    """How many of the gathered offers were `declined` or kept for `later`, and of how many `visits`."""
    (declined, later) = connection.execute("SELECT total(declined), total(later) FROM temp.offers").fetchone()
    (visits,) = connection.execute("SELECT count(*) FROM temp.visited").fetchone()
    return {"declined": int(declined), "later": int(later), "visits": int(visits)}


def names(connection: Connection, by: str) -> dict[str, str]:
    """What the keys of a report are called; a week needs no name."""
    statement = {
        "associate": "SELECT associate_id, name FROM associates UNION ALL "
        "SELECT associate_id, name FROM local_associates",
        "store": "SELECT store_id, name FROM stores",
        "product": "SELECT product_id, name FROM products",
    }.get(by)
    return {} if statement is None else dict(connection.execute(statement).fetchall())
