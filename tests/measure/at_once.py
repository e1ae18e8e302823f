"""The page's figures by one SQL recomputation over mirror and log, without receipts, outcomes or stored sums.

What the report is held against, to the last digit. It looks at every offer and every order line there is.
"""

from __future__ import annotations

from assistant.measure.definitions import FIGURES
from assistant.measure.report import figure
from assistant.store import figures

# The category path down to its second level, as `records.family_of` says it.
_CATEGORY = "substr(category, instr(category, '/') + 1)"
_FAMILIES = f"""
  INSERT INTO temp.families SELECT product_id, CASE WHEN instr({_CATEGORY}, '/') > 0
    THEN substr(category, 1, instr(category, '/') + instr({_CATEGORY}, '/') - 1) ELSE category END
  FROM products WHERE category <> ''"""


LAST = """AND NOT EXISTS (
  SELECT 1 FROM answers AS b WHERE b.suggestion_id = a.suggestion_id AND b.sequence > a.sequence)"""
ADD_ON = """(s.anchor_id IS NULL OR NOT EXISTS (
  SELECT 1 FROM temp.families AS f JOIN temp.families AS g ON g.family = f.family
  WHERE f.product_id = s.product_id AND g.product_id = s.anchor_id))"""
BACK = "min(l.returned_quantity, l.quantity)"
NET = f"""CAST(round((l.unit_price * l.quantity - coalesce(l.discount, 0)) * 1.0 * (l.quantity - {BACK})
  / l.quantity) AS INTEGER)"""


def page(connection, *, since: int, until: int, settled: int, match_days: int, by: str | None = None):
    """Figures by key and name, as `report` tells them; days are those of UTC."""
    connection.execute("BEGIN")
    try:
        _match(connection, match_days)
        asked = {"since": since, "until": until}
        for statement in _SEATS:
            connection.execute(statement)
        connection.execute(_VISITED, asked)
        connection.execute(_PAID, asked | {"settled": settled})
        for statement in (*_ON_ORDERS, *_GOES_WITH, _SALES, _TAKINGS, _OFFERS):
            connection.execute(statement)
        found = {}
        for one in FIGURES:
            table = {"served": "visited"}.get(one.table, one.table)
            columns = [row[1] for row in connection.execute(f"PRAGMA temp.table_info({table})")]
            if one.num not in columns or one.den not in columns:
                continue
            money = one.kind in ("money", "money_share")
            keys = ([by] if by else []) + (["currency"] if money else [])
            summed = figures.sums(connection, table, keys, {"it": (one.num, one.den)})
            for key, sums in summed.items():
                currency = key[-1] if money else None
                if sums["it"].x > 0:
                    told = figure(str(key[0]) if by else "(all)", one, sums["it"], currency)
                    found[told.key, one.figure, currency] = told
        return found
    finally:
        connection.execute("ROLLBACK")


def same(row, one) -> bool:
    """Whether a figure of the report is the recomputed one, to the last digit.

    The interval of a person's attachment rests on the whole team; other tests hold it against `comparing`.
    """
    sums = (row.num, row.den, row.value) == (one.num, one.den, one.value)
    if one.figure == "offered_attachment" and one.key != "(all)":
        return sums
    return sums and (row.low, row.high) == (one.low, one.high)


def _match(connection, days: int) -> None:
    """Fill the temporary tables `families` and `matched` (offer, visit_id, order_id, line_no).

    An offer looks first on the order of its visit's basket. Where it is not there, it looks on the orders of
    its visit's customer, from the visit's start for so many days. Earlier offers choose first, each the
    earliest line that is still free; baskets are done before customers.
    """
    connection.execute(
        "CREATE TEMP TABLE families (product_id TEXT PRIMARY KEY, family TEXT NOT NULL) WITHOUT ROWID"
    )
    connection.execute(_FAMILIES)
    connection.execute(
        "CREATE TEMP TABLE matched (offer INTEGER PRIMARY KEY, visit_id TEXT NOT NULL, "
        "order_id TEXT NOT NULL, line_no INTEGER NOT NULL)"
    )
    _accepted(connection)
    taken: dict[int, tuple[str, str, int]] = {}
    lines: set[tuple[str, int]] = set()
    for candidates in (_BY_BASKET, _BY_CUSTOMER):
        for offer, visit_id, order_id, line_no in connection.execute(candidates, {"ms": days * 86_400_000}):
            if offer not in taken and (order_id, line_no) not in lines:
                taken[offer] = (visit_id, order_id, line_no)
                lines.add((order_id, line_no))
    connection.executemany(
        "INSERT INTO temp.matched VALUES (?, ?, ?, ?)", ((offer, *line) for offer, line in taken.items())
    )
    connection.execute("CREATE UNIQUE INDEX temp.matched_line ON matched(order_id, line_no)")


def _accepted(connection) -> None:
    connection.execute(
        "CREATE TEMP TABLE accepted AS "
        "SELECT s.rowid AS offer, s.sequence, s.product_id, v.visit_id, v.basket_id, v.customer_id, "
        "v.started_at "
        "FROM answers AS a CROSS JOIN suggestions AS s ON s.suggestion_id = a.suggestion_id "
        "CROSS JOIN visits AS v ON v.visit_id = s.visit_id "
        f"WHERE a.kind = 'accepted' {LAST} AND {ADD_ON}"
    )


_BY_BASKET = """
  SELECT a.offer, a.visit_id, l.order_id, l.line_no
  FROM temp.accepted AS a
  CROSS JOIN orders AS o ON o.basket_id = a.basket_id
  CROSS JOIN order_lines AS l ON l.order_id = o.order_id
  WHERE l.product_id = a.product_id AND l.quantity > 0
  ORDER BY a.started_at, a.sequence, o.ordered_at, l.order_id, l.line_no"""

_BY_CUSTOMER = """
  SELECT a.offer, a.visit_id, l.order_id, l.line_no
  FROM temp.accepted AS a
  CROSS JOIN orders AS o ON o.customer_id = a.customer_id
    AND o.ordered_at >= a.started_at AND o.ordered_at <= a.started_at + :ms
  CROSS JOIN order_lines AS l ON l.order_id = o.order_id
  WHERE l.product_id = a.product_id AND l.quantity > 0
  ORDER BY a.started_at, a.sequence, o.ordered_at, l.order_id, l.line_no"""


# visited: the period's visits; a seat is one person's day. Weeks are numbered from Monday, 29 December 1969.
_VISITED = """
  CREATE TEMP TABLE visited AS
  SELECT *, (day + 3) / 7 AS week, (satisfaction >= 4) AS pleased, (satisfaction IS NOT NULL) AS rated,
    satisfaction AS score,
    day * 1000000 + (SELECT s.rowid FROM temp.seats AS s
      WHERE s.associate_id = v.associate_id AND s.store_id IS v.store_id) AS seat
  FROM (SELECT visit_id, associate_id, store_id, touchpoint, satisfaction, t / 86400000 AS day
        FROM (SELECT *, started_at AS t FROM visits)
        WHERE t >= :since AND t < :until) AS v"""
_SEATS = (
    "CREATE TEMP TABLE seats AS SELECT DISTINCT associate_id, store_id FROM visits",
    "CREATE UNIQUE INDEX temp.seat ON seats(associate_id, store_id)",
)

# paid: the period's orders; stored says that the anchors of its visit are known.
_PAID = """
  CREATE TEMP TABLE paid AS
  SELECT *, (day + 3) / 7 AS week, 0 AS stored
  FROM (SELECT order_id, associate_id, store_id, basket_id, currency, t / 86400000 < :settled AS settled,
          t / 86400000 AS day
        FROM (SELECT *, ordered_at AS t FROM orders)
        WHERE t >= :since AND t < :until
        ORDER BY order_id)"""

# order_anchors: what was stored with an order's visits. crossed_products: what was ever cross-sold.
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
       SELECT s.product_id FROM temp.matched AS m CROSS JOIN suggestions AS s ON s.rowid = m.offer""",
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
      total(CASE WHEN NOT {_CROSSED} AND c.product_id IS NOT NULL THEN l.quantity END) AS same_units,
      total(CASE WHEN NOT {_CROSSED} AND c.product_id IS NOT NULL THEN {BACK} END) AS same_back
    FROM {_LINE} GROUP BY p.rowid) AS s"""

# takings: sales summed over a person's day.
_TAKINGS = """
  CREATE TEMP TABLE takings AS
  SELECT associate_id, store_id, day, week, currency, count(*) AS orders, total(anchored) AS anchored,
    total(attached) AS attached, total(able) AS able, total(paired) AS paired, total(units) AS units,
    total(anchor_units) AS anchor_units, total(CASE WHEN anchored THEN add_on_units END) AS attached_units,
    total(priced) AS priced, total(net) AS net, total(crossed_net) AS crossed_net,
    total(crossed_returned) AS crossed_returned, total(settled_units) AS settled_units,
    total(settled_back) AS settled_back, total(same_units) AS same_units, total(same_back) AS same_back
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
    count(*) AS shown,
    total(a.kind IN ('accepted', 'declined', 'later')) AS offered, total(a.kind = 'accepted') AS accepted,
    total(a.kind = 'declined') AS declined, total(a.kind = 'later') AS later,
    count(m.offer) AS confirmed
  FROM temp.visited AS v
  CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id
  LEFT JOIN answers AS a ON a.suggestion_id = s.suggestion_id {LAST}
  LEFT JOIN temp.matched AS m ON m.offer = s.rowid
  WHERE {ADD_ON} AND NOT ({_WISHED})
  GROUP BY v.seat, {_OTHER}"""
