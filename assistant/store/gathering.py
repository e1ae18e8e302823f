"""A period's sales and offers, gathered once for all figures of a question.

What is gathered lies in temporary tables of the connection and is gone when the question is answered; both
files are only read, as of one moment. Closed days are taken as they were summed, open ones are summed now.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.store import cases, cells, counting
from assistant.store.database import Connection
from assistant.store.days import Calendar, calendar
from assistant.store.families import family

Item = Literal["product", "anchor_category", "pairing", "talking_point"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sales and visits are asked for: from `since` up to but without `until`, both in milliseconds.

    Sales of days before `settled_day` can no longer be brought back; of those before `back_day` it is known
    who came back for an add-on. `store_id`, `touchpoint` and the anchors' `category` leave out the others;
    days are not kept by category, so that such a question sums all of them anew.
    """

    since: int
    until: int
    settled_day: int
    back_day: int
    store_id: str | None = None
    touchpoint: str | None = None
    category: str | None = None


@contextlib.contextmanager
def gathered(connection: Connection, scope: Scope, *, item: Item | None = None) -> Iterator[None]:
    """Everything the figures of one question are summed from; with an `item`, offers and lines by it."""
    connection.execute("BEGIN")
    try:
        place = calendar(connection)
        first, last = place.day(scope.since), place.day(scope.until - 1)
        anew = item is not None or scope.category is not None
        live = _live(connection, place, scope, range(first, last + 1), everything=anew)
        spans = [
            (max(low, scope.since), min(high, scope.until))
            for day in live
            for low, high in place.spans(day)
            if low < scope.until and high > scope.since
        ]
        cells.make(connection, place, spans, counting.currency(connection), scope.category)
        connection.execute("CREATE TEMP TABLE live_days (day INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO temp.live_days VALUES (?)", [(day,) for day in live])
        asked: dict[str, object] = {
            "first": first,
            "last": last,
            "settled": scope.settled_day,
            "back": scope.back_day,
            "store": scope.store_id,
            "touchpoint": scope.touchpoint,
        }
        current = counting.is_expected(connection)
        for made, kept in cells.KEPT_CELLS.items():
            if made == "cases" or (made == "expected" and not current):
                continue
            sql = _UNION.format(
                name=_NAMES[made], columns=_COLUMNS.get(made, ""), made=f"temp.cell_{made}", kept=kept,
                order=_ORDER if made != "customers" else "",
            )  # fmt: skip
            connection.execute(sql, {key: value for key, value in asked.items() if f":{key}" in sql})
        connection.execute(
            "CREATE TEMP TABLE asked AS SELECT :first AS first, :last AS last, :store AS store, "
            ":touchpoint AS touchpoint",
            {key: asked[key] for key in ("first", "last", "store", "touchpoint")},
        )
        connection.execute(_KINDS)
        if not current:  # a case mix was learned a moment ago
            cases.expect(connection, "expected", "temp.kinds_of_sale")
        if item is not None:
            _itemise(connection, item, asked)
        yield
    finally:
        connection.execute("ROLLBACK")


def _live(
    connection: Connection, place: Calendar, scope: Scope, days: range, *, everything: bool
) -> list[int]:
    """The days that are summed now: open ones, and those of which only a part is asked for."""
    if everything or not counting.is_current(connection):
        return list(days)
    in_part = {
        day
        for day in (days[0], days[-1])
        for low, high in place.spans(day)
        if low < scope.since or high > scope.until
    }
    return sorted((counting.days_open(connection, place) & set(days)) | in_part)


_NAMES = {
    "takings": "takings",
    "offers": "offers",
    "visits": "served",
    "reasons": "reasons_told",
    "customers": "buyers",
    "expected": "expected",
}

_UNION = """
  CREATE TEMP TABLE {name} AS
  SELECT *, (day + 3) / 7 AS week {columns} FROM (
    SELECT * FROM {kept} WHERE day BETWEEN :first AND :last AND day NOT IN (SELECT day FROM temp.live_days)
    UNION ALL SELECT * FROM {made})
  WHERE (:store IS NULL OR store_id = :store) AND (:touchpoint IS NULL OR touchpoint = :touchpoint)
  {order}"""

# Sums of floats are then always alike, whatever was summed when; customers are only counted.
_ORDER = "ORDER BY day, associate_id, store_id, touchpoint"

# Of kinds of sale there may be a million: they are a view, read only where a case mix is learned.
_KINDS = """
  CREATE TEMP VIEW kinds_of_sale AS
  SELECT k.* FROM temp.asked AS a CROSS JOIN (
    SELECT * FROM main.day_cases WHERE day NOT IN (SELECT day FROM temp.live_days)
    UNION ALL SELECT * FROM temp.cell_cases) AS k
  WHERE k.day BETWEEN a.first AND a.last AND (a.store IS NULL OR k.store_id = a.store)
    AND (a.touchpoint IS NULL OR k.touchpoint = a.touchpoint)"""

_COLUMNS = {
    "takings": """,
    CASE WHEN day < :settled THEN crossed_units END AS settled_units,
    CASE WHEN day < :settled THEN crossed_back END AS settled_back,
    CASE WHEN day < :settled THEN other_units END AS same_units,
    CASE WHEN day < :settled THEN other_back END AS same_back,
    CASE WHEN day < :back THEN able_known END AS back_able,
    CASE WHEN day < :back THEN came_back END AS back_came""",
}

_WHERE = "(:store IS NULL OR store_id = :store) AND (:touchpoint IS NULL OR touchpoint = :touchpoint)"


def _itemise(connection: Connection, item: Item, asked: dict[str, object]) -> None:
    """Offers, anchored orders and lines by product or what else they are to be told apart by."""
    connection.execute(
        "CREATE TEMP TABLE anchor_families (product_id TEXT PRIMARY KEY, family TEXT) WITHOUT ROWID"
    )
    connection.execute(
        f"INSERT INTO temp.anchor_families SELECT product_id, {family('x.product_id')} FROM ("
        "SELECT anchor_id AS product_id FROM temp.seen WHERE anchor_id IS NOT NULL UNION "
        f"SELECT l.product_id FROM {cells.LINE} WHERE {cells.ANCHOR}) AS x"
    )
    of_offer = {
        "product": "product_id",
        "anchor_category": "(SELECT f.family FROM temp.anchor_families AS f WHERE f.product_id = anchor_id)",
        "pairing": "anchor_id || ' → ' || product_id",
        "talking_point": "nullif(talking_point_id, '')",
    }[item]
    scoped = {key: asked[key] for key in ("store", "touchpoint")}
    connection.execute("DROP TABLE temp.offers")
    connection.execute(
        f"CREATE TEMP TABLE offers AS SELECT day, (day + 3) / 7 AS week, associate_id, store_id, touchpoint, "
        f"{of_offer} AS item, {cells.OFFERED} FROM temp.seen WHERE {_WHERE} "
        "GROUP BY day, associate_id, store_id, touchpoint, item",
        scoped,
    )
    of_anchor = {"anchor_category": "f.family"}.get(item, "l.product_id")
    connection.execute(
        f"""CREATE TEMP TABLE anchors AS
        SELECT DISTINCT {of_anchor} AS item, p.n, p.associate_id, p.store_id, p.day, s.anchored, s.attached,
          s.kept_attached
        FROM {cells.LINE} JOIN temp.sales AS s ON s.n = p.n
        LEFT JOIN temp.anchor_families AS f ON f.product_id = l.product_id
        WHERE {cells.ANCHOR} AND (:store IS NULL OR p.store_id = :store)
          AND (:touchpoint IS NULL OR p.touchpoint = :touchpoint)""",
        scoped,
    )
    connection.execute(
        f"""CREATE TEMP TABLE lines AS
        SELECT l.product_id AS item, p.associate_id, p.store_id, p.day, p.currency, l.net,
          CASE WHEN {cells.CROSSED} THEN l.net END AS crossed_net,
          CASE WHEN {cells.CROSSED} AND p.day < :settled THEN l.quantity END AS settled_units,
          CASE WHEN {cells.CROSSED} AND p.day < :settled THEN l.back END AS settled_back,
          CASE WHEN {cells.SAME} AND p.day < :settled THEN l.quantity END AS same_units,
          CASE WHEN {cells.SAME} AND p.day < :settled THEN l.back END AS same_back
        FROM {cells.LINE} WHERE (:store IS NULL OR p.store_id = :store)
          AND (:touchpoint IS NULL OR p.touchpoint = :touchpoint)""",
        scoped | {"settled": asked["settled"]},
    )
