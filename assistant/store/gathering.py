"""A period's sales and offers, gathered once for all figures of a question.

What is gathered lies in temporary tables of the connection and is gone when the question is answered; both
files are only read, as of one moment.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.store import matching
from assistant.store.database import Connection
from assistant.store.history import BACK, NET

DAY = 86_400_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sales and visits are asked for: from `since` up to but without `until`, both in milliseconds.

    `offsets` are the shop's offsets from UTC as (until when, milliseconds), the last without an end, so that
    a day is the shop's day. `match_days` is how long an accepted offer may wait for its receipt;
    `returns_until` is the last moment whose sales can no longer be brought back. `served` leaves out orders
    without an associate.
    """

    since: int
    until: int
    match_days: int
    returns_until: int
    store_id: str | None = None
    served: bool = False
    offsets: tuple[tuple[int | None, int], ...] = ((None, 0),)


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
            "served": scope.served,
        }
        day = _local_day(scope.offsets)
        for statement in _SEATS:
            connection.execute(statement)
        connection.execute(_VISITED.format(day=day), asked)
        connection.execute(_PAID.format(day=day), asked)
        for statement in (*_ON_ORDERS, *_GOES_WITH, _SALES, _TAKINGS):
            connection.execute(statement)
        connection.execute(_OFFERS.format(product="s.product_id" if products else "NULL"))
        for statement in (_LINES, _ANCHORS) if products else ():
            connection.execute(statement)
        yield
    finally:
        connection.execute("ROLLBACK")


def _local_day(offsets: tuple[tuple[int | None, int], ...]) -> str:
    """The shop's day of a time `t`, as days since 1970."""
    cases = "".join(f"WHEN t < {int(until)} THEN {int(ms)} " for until, ms in offsets if until is not None)
    last = int(offsets[-1][1])
    return f"((t + CASE {cases}ELSE {last} END) / {DAY})" if cases else f"((t + {last}) / {DAY})"


# visited: the period's visits; a seat is one person's day. Weeks are numbered from Monday, 29 December 1969.
_VISITED = """
  CREATE TEMP TABLE visited AS
  SELECT *, (day + 3) / 7 AS week, (satisfaction >= 4) AS pleased, (satisfaction IS NOT NULL) AS rated,
    day * 1000000 + (SELECT s.rowid FROM temp.seats AS s
      WHERE s.associate_id = v.associate_id AND s.store_id IS v.store_id) AS seat
  FROM (SELECT visit_id, associate_id, store_id, touchpoint, satisfaction, {day} AS day
        FROM (SELECT *, started_at AS t FROM visits)
        WHERE t >= :since AND t < :until AND (:store IS NULL OR store_id = :store)) AS v"""
_SEATS = (
    "CREATE TEMP TABLE seats AS SELECT DISTINCT associate_id, store_id FROM visits",
    "CREATE UNIQUE INDEX temp.seat ON seats(associate_id, store_id)",
)

# paid: the period's orders; stored says that the anchors of its visit are known.
_PAID = """
  CREATE TEMP TABLE paid AS
  SELECT *, (day + 3) / 7 AS week, 0 AS stored
  FROM (SELECT order_id, associate_id, store_id, basket_id, currency, t <= :returns_until AS settled,
          {day} AS day
        FROM (SELECT *, ordered_at AS t FROM orders)
        WHERE t >= :since AND t < :until AND (:store IS NULL OR store_id = :store)
          AND (NOT :served OR associate_id IS NOT NULL)
        ORDER BY order_id)"""

# order_anchors: what was stored with an order's visits. crossed_products: what was cross-sold in the period.
_ON_ORDERS = (
    "CREATE UNIQUE INDEX temp.paid_order ON paid(order_id)",
    """CREATE TEMP TABLE order_anchors (n INTEGER, product_id TEXT, PRIMARY KEY (n, product_id))
       WITHOUT ROWID""",
    """INSERT OR IGNORE INTO temp.order_anchors
       SELECT p.rowid, a.product_id FROM temp.paid AS p
       CROSS JOIN visits AS v ON v.basket_id = p.basket_id
       CROSS JOIN visit_anchors AS a ON a.visit_id = v.visit_id""",
    """INSERT OR IGNORE INTO temp.order_anchors
       SELECT p.rowid, a.product_id FROM temp.matched AS m
       CROSS JOIN temp.paid AS p ON p.order_id = m.order_id
       CROSS JOIN visit_anchors AS a ON a.visit_id = m.visit_id""",
    "UPDATE temp.paid SET stored = 1 WHERE rowid IN (SELECT n FROM temp.order_anchors)",
    "CREATE TEMP TABLE crossed_products (product_id TEXT PRIMARY KEY) WITHOUT ROWID",
    """INSERT OR IGNORE INTO temp.crossed_products
       SELECT s.product_id FROM temp.matched AS m CROSS JOIN temp.paid AS p ON p.order_id = m.order_id
       CROSS JOIN suggestions AS s ON s.rowid = m.offer""",
)

# goes_with: add-ons of another category by measured pairing or curated link; anchors_now: who has any.
_GOES_WITH = (
    "CREATE TEMP TABLE anchors_now (product_id TEXT PRIMARY KEY) WITHOUT ROWID",
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

# A line of a paid order: m its accepted offer, a its place among the stored anchors, t among today's.
_LINE = """temp.paid AS p
    CROSS JOIN order_lines AS l ON l.order_id = p.order_id
    LEFT JOIN temp.matched AS m ON m.order_id = l.order_id AND m.line_no = l.line_no
    LEFT JOIN temp.anchors_now AS t ON t.product_id = l.product_id
    LEFT JOIN temp.order_anchors AS a ON a.n = p.rowid AND a.product_id = l.product_id
    LEFT JOIN temp.crossed_products AS c ON c.product_id = l.product_id AND p.settled
    WHERE l.quantity > 0"""
_CROSSED = "m.offer IS NOT NULL"
_ANCHOR = """(m.offer IS NULL AND
      CASE WHEN p.stored THEN a.n IS NOT NULL ELSE t.product_id IS NOT NULL END)"""

# sales: one row per paid order. Money is only of lines whose price is known; priced says that there are any.
_SALES = f"""
  CREATE TEMP TABLE sales AS
  SELECT s.*, s.anchored AND s.has_crossed AS attached,
    s.able AND EXISTS (
      SELECT 1 FROM order_lines AS a CROSS JOIN order_lines AS b
      WHERE a.order_id = s.order_id AND b.order_id = s.order_id AND a.quantity > 0 AND b.quantity > 0
        AND EXISTS (SELECT 1 FROM temp.goes_with AS g
                    WHERE g.anchor_id = a.product_id AND g.product_id = b.product_id)) AS paired
  FROM (
    SELECT p.rowid AS n, p.order_id, p.associate_id, p.store_id, p.day, p.week, p.currency,
      max({_ANCHOR}) AS anchored, max({_CROSSED}) AS has_crossed, max(t.product_id IS NOT NULL) AS able,
      total(l.quantity) AS units, total(CASE WHEN {_ANCHOR} THEN l.quantity END) AS anchor_units,
      total(CASE WHEN {_CROSSED} THEN l.quantity END) AS add_on_units,
      max(l.unit_price IS NOT NULL) AS priced, total({NET}) AS net,
      total(CASE WHEN {_CROSSED} THEN {NET} END) AS crossed_net,
      total(CASE WHEN {_CROSSED} THEN {BACK} END) AS crossed_returned,
      total(CASE WHEN {_CROSSED} AND p.settled THEN l.quantity END) AS settled_units,
      total(CASE WHEN {_CROSSED} AND p.settled THEN {BACK} END) AS settled_back,
      total(CASE WHEN NOT {_CROSSED} AND c.product_id IS NOT NULL THEN l.quantity END) AS other_units,
      total(CASE WHEN NOT {_CROSSED} AND c.product_id IS NOT NULL THEN {BACK} END) AS other_back
    FROM {_LINE} GROUP BY p.rowid) AS s"""

# takings: sales summed over a person's day.
_TAKINGS = """
  CREATE TEMP TABLE takings AS
  SELECT associate_id, store_id, day, week, currency, count(*) AS orders, total(anchored) AS anchored,
    total(attached) AS attached, total(able) AS able, total(paired) AS paired, total(units) AS units,
    total(anchor_units) AS anchor_units, total(CASE WHEN anchored THEN add_on_units END) AS attached_units,
    total(priced) AS priced, total(net) AS net, total(crossed_net) AS crossed_net,
    total(crossed_returned) AS crossed_returned, total(settled_units) AS settled_units,
    total(settled_back) AS settled_back, total(other_units) AS other_units, total(other_back) AS other_back
  FROM temp.sales GROUP BY day, associate_id, store_id, currency"""

# Who gave the answer that stands, if it was not the one who began the visit: seldom, so that it costs little.
_OTHER = "CASE WHEN a.kind <> 'undone' AND a.associate_id <> v.associate_id THEN a.associate_id END"

# What the customer wished to hear nothing of was not theirs to say, and lowers nobody's figure.
_WISHED = "a.kind IS 'not_offered' AND a.reason IS NOT NULL"

# offers: suggestions shown in the period, summed over a person's day (and product), by their last answer and
# credited to who gave it: a visit may have been handed over. What has no answer is credited as the visit is.
_OFFERS = f"""
  CREATE TEMP TABLE offers AS
  SELECT coalesce({_OTHER}, v.associate_id) AS associate_id, v.store_id, v.day, v.week,
    {{product}} AS product_id, count(*) AS shown,
    total(a.kind IN ('accepted', 'declined', 'later')) AS offered, total(a.kind = 'accepted') AS accepted,
    total(a.kind = 'declined') AS declined, total(a.kind = 'later') AS later,
    count(m.offer) AS confirmed
  FROM temp.visited AS v
  CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id
  LEFT JOIN answers AS a ON a.suggestion_id = s.suggestion_id {matching.IS_LAST}
  LEFT JOIN temp.matched AS m ON m.offer = s.rowid
  WHERE {matching.ADD_ON} AND NOT ({_WISHED})
  GROUP BY v.seat, {_OTHER}, {{product}}"""

# For a report by product. lines: what of each line is money or return; anchors: one row per order and anchor.
_LINES = f"""
  CREATE TEMP TABLE lines AS
  SELECT p.rowid AS n, l.product_id, p.associate_id, p.store_id, p.day, p.currency,
    {_ANCHOR} AS anchor, {NET} AS net, CASE WHEN {_CROSSED} THEN {NET} END AS crossed_net,
    CASE WHEN {_CROSSED} AND p.settled THEN l.quantity END AS settled_units,
    CASE WHEN {_CROSSED} AND p.settled THEN {BACK} END AS settled_back,
    CASE WHEN NOT {_CROSSED} AND c.product_id IS NOT NULL THEN l.quantity END AS other_units,
    CASE WHEN NOT {_CROSSED} AND c.product_id IS NOT NULL THEN {BACK} END AS other_back
  FROM {_LINE}"""
_ANCHORS = """
  CREATE TEMP TABLE anchors AS
  SELECT DISTINCT l.product_id, s.associate_id, s.store_id, s.day, s.anchored, s.n, s.attached
  FROM temp.lines AS l JOIN temp.sales AS s ON s.n = l.n WHERE l.anchor"""
