"""The SQL of every figure: a period's sales and offers gathered once, then summed by cluster and by key.

What is gathered lies in temporary tables of the connection and is gone when the question is answered; both
files are only read, as of one moment.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.store import matching
from assistant.store.database import Connection, moment

DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Sums:
    """What a ratio of totals `y / x` and its variance between clusters need."""

    clusters: int = 0
    y: float = 0.0
    x: float = 0.0
    yy: float = 0.0
    xy: float = 0.0
    xx: float = 0.0


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sales and visits are asked for: from `since` up to but without `until`, both in milliseconds.

    `offsets` are the shop's offsets from UTC as (until when, milliseconds), the last without an end, so that
    a day is the shop's day. `match_days` is how long an accepted offer may wait for its receipt;
    `returns_until` is the last moment whose sales can no longer be brought back.
    """

    since: int
    until: int
    match_days: int
    returns_until: int
    store_id: str | None = None
    offsets: tuple[tuple[int | None, int], ...] = ((None, 0),)


Pairs = Mapping[str, tuple[str, str]]
"""A figure's name → its two columns, what is counted and of how many."""


def complete_to(connection: Connection) -> datetime | None:
    """Up to when the orders are known: the last sync, or the newest order where that is older."""
    (synced,) = connection.execute("SELECT (SELECT value FROM sync_state WHERE key = 'synced_at')").fetchone()
    (newest,) = connection.execute("SELECT max(ordered_at) FROM orders").fetchone()
    known = [int(at) for at in (synced, newest) if at is not None]
    return moment(min(known)) if newest is not None else None


@contextlib.contextmanager
def gathered(connection: Connection, scope: Scope, *, products: bool = False) -> Iterator[None]:
    """Everything the figures of one question are summed from; with `products`, offers keep their product."""
    connection.execute("BEGIN")
    try:
        matching.match(connection, scope.match_days)
        asked = {
            "since": scope.since,
            "until": scope.until,
            "store": scope.store_id,
            "returns_until": scope.returns_until,
        }
        for statement in (_VISITED, _PAID):
            connection.execute(statement.format(day=_local_day(scope.offsets)), asked)
        connection.execute("CREATE UNIQUE INDEX temp.visited_id ON visited(visit_id)")
        connection.execute("CREATE UNIQUE INDEX temp.paid_order ON paid(order_id)")
        connection.execute(_ORDER_ANCHORS)
        connection.execute("CREATE UNIQUE INDEX temp.order_anchors_n ON order_anchors(n, product_id)")
        for statement in (*_GOES_WITH, _LINES, _SALES, _GOODS):
            connection.execute(statement)
        if products:
            connection.execute(_ANCHORS)
        connection.execute(_OFFERS.format(product="s.product_id" if products else "NULL"))
        yield
    finally:
        connection.execute("ROLLBACK")


def sums(
    connection: Connection, table: str, by: Sequence[str], pairs: Pairs
) -> dict[tuple[object, ...], dict[str, Sums]]:
    """Each pair of columns of a gathered table summed by key, with squares over clusters (a person's day).

    `table` is one of sales, anchors, lines, goods, offers or visited; its columns are named above each.
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
        f"SELECT {names}{outer} FROM (SELECT {keys}{inner} FROM temp.{table} "  # noqa: S608 — names of ours
        f"GROUP BY {names}coalesce(associate_id, store_id, ''), day) {grouped}"
    )
    return {
        tuple(row[: len(by)]): {
            name: Sums(*row[len(by) + 6 * i : len(by) + 6 * i + 6]) for i, name in enumerate(pairs)
        }
        for row in found
    }


def answered(connection: Connection) -> dict[tuple[str | None, str | None], int]:
    """How many suggestions of what was gathered have each (answer, reason)."""
    found = connection.execute("SELECT kind, reason, sum(n) FROM temp.offers GROUP BY kind, reason")
    return {(kind, reason): int(n) for kind, reason, n in found}


def touchpoints(connection: Connection) -> dict[str, str]:
    """Each associate's most frequent touchpoint among the gathered visits."""
    found = connection.execute(
        "SELECT associate_id, touchpoint, count(*) AS n FROM temp.visited GROUP BY 1, 2 ORDER BY 3, 2"
    )
    return {associate: touchpoint for associate, touchpoint, _ in found}


def totals(connection: Connection, by: str, currency: str | None) -> dict[str | None, tuple[float, float]]:
    """By key: net revenue of the lines that carry an accepted offer, and their units that came back."""
    found = connection.execute(
        f"SELECT {by}, total(CASE WHEN currency IS ? THEN crossed_net END), total(crossed_returned) "  # noqa: S608
        "FROM temp.sales GROUP BY 1",
        (currency,),
    )
    return {key: (net, returned) for key, net, returned in found}


def names(connection: Connection, by: str) -> dict[str, str]:
    """What the keys of a report are called; a week needs no name."""
    statement = {
        "associate": "SELECT associate_id, name FROM associates UNION ALL "
        "SELECT associate_id, name FROM local_associates",
        "store": "SELECT store_id, name FROM stores",
        "product": "SELECT product_id, name FROM products",
    }.get(by)
    return {} if statement is None else dict(connection.execute(statement).fetchall())


def _local_day(offsets: tuple[tuple[int | None, int], ...]) -> str:
    """The shop's day of a time `t`, as days since 1970."""
    cases = "".join(f"WHEN t < {int(until)} THEN {int(ms)} " for until, ms in offsets if until is not None)
    last = int(offsets[-1][1])
    return f"((t + CASE {cases}ELSE {last} END) / {DAY})" if cases else f"((t + {last}) / {DAY})"


# visited: the period's visits. Weeks are numbered from Monday, 29 December 1969.
_VISITED = """
  CREATE TEMP TABLE visited AS
  SELECT *, (day + 3) / 7 AS week, (satisfaction >= 4) AS pleased, (satisfaction IS NOT NULL) AS rated,
    1 AS visits
  FROM (SELECT visit_id, associate_id, store_id, touchpoint, satisfaction, {day} AS day
        FROM (SELECT *, started_at AS t FROM visits)
        WHERE t >= :since AND t < :until AND (:store IS NULL OR store_id = :store))"""

_PAID = """
  CREATE TEMP TABLE paid AS
  SELECT *, (day + 3) / 7 AS week
  FROM (SELECT order_id, associate_id, store_id, basket_id, currency, t <= :returns_until AS settled,
          {day} AS day
        FROM (SELECT *, ordered_at AS t FROM orders)
        WHERE t >= :since AND t < :until AND (:store IS NULL OR store_id = :store)
        ORDER BY order_id)"""

# goes_with: add-ons of another category by measured pairing or curated link; anchors_now: who has any.
_GOES_WITH = (
    """CREATE TEMP TABLE anchors_now (product_id TEXT PRIMARY KEY) WITHOUT ROWID""",
    """INSERT INTO temp.anchors_now
       SELECT anchor_id FROM pairings
       UNION SELECT product_id FROM links WHERE kind IN ('accessory', 'requires', 'kit')""",
    """CREATE TEMP TABLE goes_with (anchor_id TEXT, product_id TEXT, PRIMARY KEY (anchor_id, product_id))
       WITHOUT ROWID""",
    """INSERT INTO temp.goes_with
       SELECT anchor_id, product_id FROM (
         SELECT anchor_id, product_id FROM pairings
         UNION SELECT product_id, linked_id FROM links WHERE kind IN ('accessory', 'requires', 'kit')) AS w
       WHERE NOT EXISTS (
         SELECT 1 FROM temp.families AS f JOIN temp.families AS g ON g.family = f.family
         WHERE f.product_id = w.anchor_id AND g.product_id = w.product_id)""",
)

# The anchors stored with a visit hold for its order; an order without them has those of today.
_ORDER_ANCHORS = """
  CREATE TEMP TABLE order_anchors AS
  SELECT DISTINCT n, product_id FROM (
    SELECT p.rowid AS n, v.visit_id FROM temp.paid AS p JOIN visits AS v ON v.basket_id = p.basket_id
    UNION SELECT p.rowid, m.visit_id FROM temp.matched AS m JOIN temp.paid AS p ON p.order_id = m.order_id
  ) JOIN visit_anchors USING (visit_id)"""

# lines: n is the order's row in paid; crossed carries an accepted offer; able is an anchor by today's tables.
_LINES = """
  CREATE TEMP TABLE lines AS
  SELECT p.rowid AS n, l.product_id, p.associate_id, p.store_id, p.day, p.week, p.currency, p.settled,
    l.quantity AS units, min(l.returned_quantity, l.quantity) AS returned,
    (l.unit_price * l.quantity - coalesce(l.discount, 0))
      * (l.quantity - min(l.returned_quantity, l.quantity)) / l.quantity AS net,
    m.offer IS NOT NULL AS crossed,
    t.product_id IS NOT NULL AS able,
    m.offer IS NULL AND CASE
      WHEN EXISTS (SELECT 1 FROM temp.order_anchors AS a WHERE a.n = p.rowid) THEN EXISTS (
        SELECT 1 FROM temp.order_anchors AS a WHERE a.n = p.rowid AND a.product_id = l.product_id)
      ELSE t.product_id IS NOT NULL END AS anchor
  FROM temp.paid AS p
  CROSS JOIN order_lines AS l ON l.order_id = p.order_id
  LEFT JOIN temp.matched AS m ON m.order_id = l.order_id AND m.line_no = l.line_no
  LEFT JOIN temp.anchors_now AS t ON t.product_id = l.product_id
  WHERE l.quantity > 0"""

# sales: one row per paid order. Money is only of lines whose price is known; priced says that there are any.
_SALES = """
  CREATE TEMP TABLE sales AS
  SELECT p.associate_id, p.store_id, p.day, p.week, p.currency, 1 AS orders, s.*,
    s.anchored AND s.has_crossed AS attached,
    s.able AND EXISTS (
      SELECT 1 FROM order_lines AS a CROSS JOIN order_lines AS b
      WHERE a.order_id = p.order_id AND b.order_id = p.order_id AND a.quantity > 0 AND b.quantity > 0
        AND EXISTS (SELECT 1 FROM temp.goes_with AS g
                    WHERE g.anchor_id = a.product_id AND g.product_id = b.product_id)) AS paired
  FROM (
    SELECT n, max(anchor) AS anchored, max(crossed) AS has_crossed, max(able) AS able,
      total(units) AS units, total(CASE WHEN anchor THEN units END) AS anchor_units,
      total(CASE WHEN crossed THEN units END) AS add_on_units,
      max(net IS NOT NULL) AS priced, total(net) AS net, total(CASE WHEN crossed THEN net END) AS crossed_net,
      total(CASE WHEN crossed THEN returned END) AS crossed_returned
    FROM temp.lines GROUP BY n) AS s
  CROSS JOIN temp.paid AS p ON p.rowid = s.n"""

# anchors: one row per order and anchor product.
_ANCHORS = """
  CREATE TEMP TABLE anchors AS
  SELECT DISTINCT l.product_id, s.associate_id, s.store_id, s.day, 1 AS anchored, s.n, s.attached
  FROM temp.lines AS l JOIN temp.sales AS s ON s.n = l.n WHERE l.anchor"""

# goods: lines past the return window of products that were cross-sold in the period, with and without offer.
_GOODS = """
  CREATE TEMP TABLE goods AS
  SELECT *,
    CASE WHEN crossed THEN units END AS crossed_units,
    CASE WHEN crossed THEN returned END AS crossed_returned,
    CASE WHEN NOT crossed THEN units END AS other_units,
    CASE WHEN NOT crossed THEN returned END AS other_returned
  FROM temp.lines WHERE settled AND product_id IN (SELECT product_id FROM temp.lines WHERE crossed)"""

# offers: suggestions shown in the period, counted by who, where, when, (what) and the last answer.
_OFFERS = f"""
  CREATE TEMP TABLE offers AS
  SELECT *, n AS shown, CASE WHEN kind IN ('accepted', 'declined', 'later') THEN n END AS offered,
    CASE WHEN kind = 'accepted' THEN n END AS accepted
  FROM (
    SELECT v.associate_id, v.store_id, v.day, v.week, {{product}} AS product_id, a.kind, a.reason,
      count(*) AS n, count(m.offer) AS confirmed
    FROM temp.visited AS v
    CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id
    LEFT JOIN ({matching.LAST_ANSWERS}) AS a ON a.suggestion_id = s.suggestion_id
    LEFT JOIN temp.matched AS m ON m.offer = s.rowid
    WHERE {matching.ADD_ON}
    GROUP BY 1, 2, 3, 4, 5, 6, 7)"""  # noqa: S608 — our own text
