"""The figures' sums, by cluster and by key, of what `store.gathering` gathered of a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.store.database import Connection


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


def unserved(connection: Connection) -> int:
    """How many of the gathered orders have no associate."""
    (found,) = connection.execute(
        "SELECT total(orders) FROM temp.takings WHERE associate_id IS NULL"
    ).fetchone()
    return int(found)


def sums(
    connection: Connection, table: str, by: Sequence[str], pairs: Pairs
) -> dict[tuple[object, ...], dict[str, Sums]]:
    """Each pair of columns of a gathered table summed by key, with squares over clusters (a person's day).

    `table` is one of takings, offers and served, or lines and anchors, which are gathered by an item.
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


def buyers(connection: Connection, by: Sequence[str]) -> dict[tuple[object, ...], Sums]:
    """By key: customers who bought anything that was offered to them, of the customers offered something."""
    keys = "".join(f"{column} AS k{i}, " for i, column in enumerate(by))
    names = "".join(f"k{i}, " for i in range(len(by)))
    grouped = f"GROUP BY {names.rstrip(', ')}" if by else ""
    found = connection.execute(
        f"SELECT {names}total(bought), count(*) FROM (SELECT {keys}max(bought) AS bought FROM temp.buyers "
        f"GROUP BY {names}customer_id) {grouped}"
    )
    return {
        tuple(row[: len(by)]): Sums(int(row[-1]), row[-2], row[-1], row[-2], row[-2], row[-1])
        for row in found
    }


def declined(connection: Connection) -> dict[str, int]:
    """How many of the gathered offers were declined for each reason."""
    found = connection.execute(
        "SELECT reason, sum(declined) FROM temp.reasons_told WHERE reason IS NOT NULL GROUP BY 1"
    )
    return {reason: int(n) for reason, n in found}


def touchpoints(connection: Connection) -> dict[str, str]:
    """Each associate's most frequent touchpoint among the gathered visits."""
    found = connection.execute(
        "SELECT associate_id, touchpoint, sum(visits) AS n FROM temp.served GROUP BY 1, 2 ORDER BY 3, 2"
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
        "SELECT associate_id, total(CASE WHEN currency IS ? THEN crossed_net END), total(crossed_back) "
        "FROM temp.takings GROUP BY 1",
        (currency,),
    )
    return {person: (net, returned) for person, net, returned in found}


def counted(connection: Connection) -> dict[str, int]:
    """How many of the gathered offers were `declined` or kept for `later`, and of how many `visits`."""
    (declined, later) = connection.execute("SELECT total(declined), total(later) FROM temp.offers").fetchone()
    (visits,) = connection.execute("SELECT total(visits) FROM temp.served").fetchone()
    return {"declined": int(declined), "later": int(later), "visits": int(visits)}


def categories(connection: Connection) -> tuple[str, ...]:
    """The categories of which something was ever offered to."""
    found = connection.execute(
        "SELECT DISTINCT c.family FROM visit_anchors AS a JOIN counted_products AS c USING (product_id) "
        "WHERE c.family IS NOT NULL UNION SELECT DISTINCT c.family FROM counted_products AS c "
        "JOIN pairings AS p ON p.anchor_id = c.product_id WHERE c.family IS NOT NULL ORDER BY 1"
    )
    return tuple(path for (path,) in found)


def names(connection: Connection, by: str) -> dict[str, str]:
    """What the keys of a report are called; a week needs no name."""
    statement = {
        "associate": "SELECT associate_id, name FROM associates UNION ALL "
        "SELECT associate_id, name FROM local_associates",
        "store": "SELECT store_id, name FROM stores",
        "product": "SELECT product_id, name FROM counted_products UNION ALL "
        "SELECT product_id, name FROM products",
        "pairing": "SELECT DISTINCT s.anchor_id || ' → ' || s.product_id, "
        "coalesce(a.name, s.anchor_id) || ' → ' || coalesce(b.name, s.product_id) FROM temp.seen AS s "
        "LEFT JOIN counted_products AS a ON a.product_id = s.anchor_id "
        "LEFT JOIN counted_products AS b ON b.product_id = s.product_id WHERE s.anchor_id IS NOT NULL",
        "talking_point": "SELECT version_id, title || ', ' || version FROM contents "
        "WHERE kind = 'talking_point'",
    }.get(by)
    return {} if statement is None else dict(connection.execute(statement).fetchall())
