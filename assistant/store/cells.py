"""Sums of sales and offers over a person's day, made from the facts of the log for some stretches of time.

What they are made of lies in temporary tables of the connection. The same statements make the sums that are
kept of closed days and those of days that are still open, so that both are equal to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from assistant.records import MONEY_UNIT
from assistant.store import cases
from assistant.store.database import Connection
from assistant.store.days import Calendar
from assistant.store.families import ADD_ON, family
from assistant.store.outcomes import IS_LAST

Span = tuple[int, int]

KEPT_CELLS: Mapping[str, str] = MappingProxyType(
    {
        "takings": "day_takings",
        "offers": "day_offers",
        "visits": "day_visits",
        "reasons": "day_reasons",
        "customers": "day_customers",
        "cases": "day_cases",
        "expected": "day_expected",
    }
)
"""The temporary table of each kind of cell, and where those of closed days are kept."""

_TEMPORARY = (
    "spans", "visited", "paid", "paid_anchors", "sales", "seen", *(f"cell_{name}" for name in KEPT_CELLS),
)  # fmt: skip


def make(
    connection: Connection,
    calendar: Calendar,
    spans: Iterable[Span],
    currency: str | None,
    category: str | None = None,
) -> None:
    """Fill `cell_takings`, `cell_offers` and so on, and what they are made of, for these spans of time.

    `currency` is that of visits which sold nothing. With a `category` only of orders that have an anchor of
    it, offers to such anchors, and visits with either.
    """
    forget(connection)
    connection.execute("CREATE TEMP TABLE spans (since INTEGER, until INTEGER)")
    connection.executemany("INSERT INTO temp.spans VALUES (?, ?)", sorted(spans))
    connection.execute(_VISITED.format(day=calendar.sql("v.started_at")))
    connection.execute(_PAID.format(day=calendar.sql("r.paid_at"), hour=calendar.hour_sql("r.paid_at")))
    for statement in (*_PAID_ANCHORS, _SALES, *_SEEN):
        connection.execute(statement)
    if category is not None:
        for statement in _NARROW:
            connection.execute(statement, {"category": category} if ":category" in statement else ())
    for statement in (_TAKINGS, _OFFERS, _VISITS, _REASONS, _CUSTOMERS, _CASES):
        connection.execute(statement, {"currency": currency} if ":currency" in statement else ())
    cases.expect(connection, "cell_expected", "temp.cell_cases")


def expect(connection: Connection, days: Iterable[int]) -> None:
    """Fill `cell_expected` alone, for closed days as they are kept."""
    forget(connection)
    connection.execute("CREATE TEMP TABLE cell_cases AS SELECT * FROM day_cases WHERE 0")
    for day in days:
        connection.execute("INSERT INTO temp.cell_cases SELECT * FROM day_cases WHERE day = ?", (day,))
    cases.expect(connection, "cell_expected", "temp.cell_cases")


def forget(connection: Connection) -> None:
    """Drop what `make` left."""
    for table in _TEMPORARY:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


_VISITED = """
  CREATE TEMP TABLE visited AS
  SELECT v.visit_id, v.associate_id, v.store_id, v.touchpoint, v.satisfaction, v.customer_id, v.started_at,
    v.finished_at, {day} AS day
  FROM temp.spans AS s CROSS JOIN visits AS v ON v.started_at >= s.since AND v.started_at < s.until"""

_PAID = """
  CREATE TEMP TABLE paid AS
  SELECT r.n, r.order_id, r.associate_id, r.store_id, r.basket_id, r.currency, r.customer_id, r.able,
    r.paired, {day} AS day, {hour} AS hour, 0 AS stored, NULL AS touchpoint
  FROM temp.spans AS s CROSS JOIN receipts AS r ON r.paid_at >= s.since AND r.paid_at < s.until"""

# paid_anchors: what was stored with the visits of a receipt, of its basket or of offers that are on it.
_PAID_ANCHORS = (
    "CREATE UNIQUE INDEX temp.paid_n ON paid(n)",
    "CREATE TEMP TABLE paid_anchors (n INTEGER, product_id TEXT, PRIMARY KEY (n, product_id)) WITHOUT ROWID",
    """INSERT OR IGNORE INTO temp.paid_anchors
       SELECT p.n, a.product_id FROM temp.paid AS p CROSS JOIN visits AS v ON v.basket_id = p.basket_id
       CROSS JOIN visit_anchors AS a ON a.visit_id = v.visit_id""",
    """INSERT OR IGNORE INTO temp.paid_anchors
       SELECT p.n, a.product_id FROM temp.paid AS p CROSS JOIN outcomes AS o ON o.n = p.n
       CROSS JOIN visit_anchors AS a ON a.visit_id = o.visit_id""",
    """UPDATE temp.paid SET stored = EXISTS (SELECT 1 FROM temp.paid_anchors AS a WHERE a.n = paid.n),
         touchpoint = coalesce(
           (SELECT v.touchpoint FROM visits AS v WHERE v.basket_id = paid.basket_id
            ORDER BY v.sequence LIMIT 1),
           (SELECT v.touchpoint FROM outcomes AS o JOIN visits AS v ON v.visit_id = o.visit_id
            WHERE o.n = paid.n ORDER BY v.sequence LIMIT 1))""",
)

CROSSED = "m.suggestion_id IS NOT NULL"
ANCHOR = """(m.suggestion_id IS NULL AND CASE WHEN p.stored THEN EXISTS (
      SELECT 1 FROM temp.paid_anchors AS a WHERE a.n = p.n AND a.product_id = l.product_id)
      ELSE l.anchor END)"""
SAME = f"(NOT {CROSSED} AND c.product_id IS NOT NULL)"
LINE = """temp.paid AS p
    CROSS JOIN receipt_lines AS l ON l.n = p.n
    LEFT JOIN outcomes AS m ON m.n = l.n AND m.line_no = l.line_no
    LEFT JOIN crossed_products AS c ON c.product_id = l.product_id"""

# sales: one row per receipt. Money is only of lines whose price is known; priced says that there are any.
_SALES = f"""
  CREATE TEMP TABLE sales AS
  SELECT s.*, anchored AND has_crossed AS attached, anchored AND has_kept AS kept_attached,
    s.able AND s.customer_id IS NOT NULL AS able_known,
    EXISTS (SELECT 1 FROM came_back AS b WHERE b.n = s.n) AS came_back
  FROM (
    SELECT p.n, p.associate_id, p.store_id, p.touchpoint, p.day, p.hour, p.currency, p.able, p.paired,
      p.customer_id,
      max({ANCHOR}) AS anchored, max({CROSSED}) AS has_crossed,
      max({CROSSED} AND l.in_window < l.quantity) AS has_kept,
      total(l.quantity) AS units, total(CASE WHEN {ANCHOR} THEN l.quantity END) AS anchor_units,
      total(CASE WHEN {CROSSED} THEN l.quantity END) AS add_on_units,
      total(CASE WHEN {CROSSED} THEN l.quantity - l.in_window END) AS add_on_kept,
      max(l.net IS NOT NULL) AS priced, total(l.net) AS net,
      total(CASE WHEN {CROSSED} THEN l.net END) AS crossed_net,
      total(CASE WHEN {CROSSED} THEN l.quantity END) AS crossed_units,
      total(CASE WHEN {CROSSED} THEN l.back END) AS crossed_back,
      total(CASE WHEN {SAME} THEN l.quantity END) AS other_units,
      total(CASE WHEN {SAME} THEN l.back END) AS other_back
    FROM {LINE} GROUP BY p.n) AS s"""

# What has nothing to do with a category; receipts without it are no sales of it, either.
_NARROW = (
    f"""DELETE FROM temp.sales WHERE n NOT IN (
          SELECT p.n FROM {LINE} WHERE {ANCHOR} AND {family("l.product_id")} = :category)""",
    "DELETE FROM temp.paid WHERE n NOT IN (SELECT n FROM temp.sales)",
    f"DELETE FROM temp.seen WHERE {family('seen.anchor_id')} IS NOT :category",
    f"""DELETE FROM temp.visited WHERE visit_id NOT IN (SELECT visit_id FROM temp.seen) AND NOT EXISTS (
          SELECT 1 FROM visit_anchors AS a WHERE a.visit_id = visited.visit_id
          AND {family("a.product_id")} = :category)""",
)

_TAKINGS = """
  CREATE TEMP TABLE cell_takings AS
  SELECT day, associate_id, store_id, touchpoint, currency, count(*) AS orders, total(anchored) AS anchored,
    total(attached) AS attached, total(kept_attached) AS kept_attached, total(able) AS able,
    total(paired) AS paired, total(able_known) AS able_known, total(able_known AND came_back) AS came_back,
    total(units) AS units, total(anchor_units) AS anchor_units,
    total(CASE WHEN anchored THEN add_on_units END) AS attached_units,
    total(CASE WHEN anchored THEN add_on_kept END) AS kept_units, total(priced) AS priced, total(net) AS net,
    total(crossed_net) AS crossed_net, total(crossed_units) AS crossed_units,
    total(crossed_back) AS crossed_back, total(other_units) AS other_units, total(other_back) AS other_back,
    total(attached) AS with_orders, total(CASE WHEN attached THEN priced END) AS with_priced,
    total(CASE WHEN attached THEN net END) AS with_net,
    total(CASE WHEN attached THEN units END) AS with_units,
    total(anchored AND NOT attached) AS without_orders,
    total(CASE WHEN anchored AND NOT attached THEN priced END) AS without_priced,
    total(CASE WHEN anchored AND NOT attached THEN net END) AS without_net,
    total(CASE WHEN anchored AND NOT attached THEN units END) AS without_units
  FROM temp.sales GROUP BY day, associate_id, store_id, touchpoint, currency"""

_BANDS = (10, 25, 50, 100, 250, 500, 1_000, 2_500)  # of the currency's units
_BAND = "".join(
    f"WHEN s.net - s.crossed_net < {bound * MONEY_UNIT} THEN {n} " for n, bound in enumerate(_BANDS)
)

# Which kind of sale each was: the value without accepted add-ons, and the family of what was dearest of the
# anchors; SQLite takes the other columns from the row of the maximum.
_CASES = f"""
  CREATE TEMP TABLE cell_cases AS
  SELECT s.day, s.associate_id, s.store_id, s.touchpoint, s.hour, coalesce(f.family, '') AS family,
    CASE WHEN NOT s.priced THEN '' {_BAND}ELSE {len(_BANDS)} END AS band, count(*) AS sales,
    total(s.attached) AS attached
  FROM temp.sales AS s JOIN (
    SELECT p.n, l.product_id, max(coalesce(l.net / nullif(l.quantity - l.back, 0), 0))
    FROM {LINE} WHERE {ANCHOR} GROUP BY p.n) AS d ON d.n = s.n
  LEFT JOIN counted_products AS f ON f.product_id = d.product_id
  WHERE s.anchored AND s.associate_id IS NOT NULL
  GROUP BY s.day, s.associate_id, s.store_id, s.touchpoint, s.hour, 6, 7"""

# Who gave the answer that stands: a visit may have been handed over.
_CREDITED = (
    "CASE WHEN a.kind <> 'undone' THEN coalesce(a.associate_id, v.associate_id) ELSE v.associate_id END"
)

# What the customer wished to hear nothing of was not theirs to say, and lowers nobody's figure.
_WISHED = "a.kind IS 'not_offered' AND a.reason IS NOT NULL"

# seen: each suggestion shown, with what came of it, credited to who gave the answer that stands.
_SEEN = (
    f"""CREATE TEMP TABLE seen AS
        SELECT s.suggestion_id, v.visit_id, coalesce({_CREDITED}, v.associate_id) AS associate_id, v.store_id,
          v.touchpoint, v.day, v.customer_id, s.product_id, s.anchor_id, s.talking_point_id, a.kind, a.reason,
          coalesce(a.kind IN ('accepted', 'declined', 'later'), 0) AS offered,
          coalesce(a.kind = 'accepted', 0) AS accepted, m.n IS NOT NULL AS confirmed,
          CASE WHEN m.n IS NULL THEN 0 ELSE m.state <> 'returned' END AS kept, m.n, m.line_no
        FROM temp.visited AS v
        CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id
        LEFT JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST}
        LEFT JOIN outcomes AS m ON m.suggestion_id = s.suggestion_id
        WHERE {ADD_ON} AND NOT ({_WISHED})""",
)

OFFERED = """count(*) AS shown, total(offered) AS offered, total(accepted) AS accepted,
    total(kind IS 'declined') AS declined, total(kind IS 'later') AS later, total(confirmed) AS confirmed,
    total(kept) AS kept"""
_OFFERS = f"""
  CREATE TEMP TABLE cell_offers AS
  SELECT day, associate_id, store_id, touchpoint, {OFFERED}
  FROM temp.seen GROUP BY day, associate_id, store_id, touchpoint"""

_REASONS = """
  CREATE TEMP TABLE cell_reasons AS
  SELECT day, associate_id, store_id, touchpoint, reason, count(*) AS declined
  FROM temp.seen WHERE kind = 'declined' GROUP BY day, associate_id, store_id, touchpoint, reason"""

_CUSTOMERS = """
  CREATE TEMP TABLE cell_customers AS
  SELECT day, associate_id, store_id, touchpoint, customer_id, max(confirmed) AS bought
  FROM temp.seen WHERE offered AND customer_id IS NOT NULL
  GROUP BY day, associate_id, store_id, touchpoint, customer_id"""

# Margin of what was kept of a visit's add-ons; without a known cost nothing is known of it.
_VISITS = """
  CREATE TEMP TABLE cell_visits AS
  SELECT v.day, v.associate_id, v.store_id, v.touchpoint, coalesce(m.currency, :currency) AS currency,
    count(*) AS visits, total(v.satisfaction IS NOT NULL) AS rated, total(v.satisfaction >= 4) AS pleased,
    total(v.satisfaction) AS score, total((v.finished_at - v.started_at) / 60000.0) AS minutes,
    total(CASE WHEN v.finished_at IS NOT NULL THEN m.margin END) AS margin
  FROM temp.visited AS v LEFT JOIN (
    SELECT o.visit_id, min(r.currency) AS currency,
      CAST(round(total(l.net - l.cost * (l.quantity - l.back))) AS INTEGER) AS margin
    FROM temp.visited AS w CROSS JOIN outcomes AS o ON o.visit_id = w.visit_id
    CROSS JOIN receipt_lines AS l ON l.n = o.n AND l.line_no = o.line_no
    CROSS JOIN receipts AS r ON r.n = o.n GROUP BY o.visit_id) AS m ON m.visit_id = v.visit_id
  GROUP BY 1, 2, 3, 4, 5"""
