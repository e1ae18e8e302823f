"""The visits, offers and receipts behind a figure, newest day first, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from assistant.store import cells, counting
from assistant.store.database import Connection, moment
from assistant.store.days import calendar
from assistant.store.families import family
from assistant.store.gathering import Scope
from assistant.store.outcomes import IS_LAST


@dataclass(frozen=True, slots=True)
class Behind:
    """One thing that a figure counts: an offer, a receipt or a visit.

    `counted` is what it adds to what is counted, `weight` what to how many; of a share both are 0 or 1.
    """

    kind: Literal["offer", "receipt", "visit"]
    at: datetime
    associate_id: str | None
    store_id: str | None
    counted: float
    weight: float
    visit_id: str | None = None
    order_id: str | None = None
    product_id: str | None = None
    anchor_id: str | None = None
    answer: str | None = None
    reason: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what is behind a figure; `following` asks for the next ones, None after the last."""

    rows: tuple[Behind, ...]
    following: tuple[int, int] | None


# What each column of a figure is of one offer, receipt or visit; the others are called the same there.
_OFFER = {"shown": "1"}
_RECEIPT = {
    "orders": "1",
    "attached_units": "(CASE WHEN s.anchored THEN s.add_on_units ELSE 0 END)",
    "kept_units": "(CASE WHEN s.anchored THEN s.add_on_kept ELSE 0 END)",
    "settled_units": "s.crossed_units",
    "settled_back": "s.crossed_back",
    "same_units": "s.other_units",
    "same_back": "s.other_back",
    "back_able": "s.able_known",
    "back_came": "(s.able_known AND s.came_back)",
    "with_orders": "s.attached",
    "with_priced": "(s.attached AND s.priced)",
    "with_net": "(CASE WHEN s.attached THEN s.net ELSE 0 END)",
    "with_units": "(CASE WHEN s.attached THEN s.units ELSE 0 END)",
    "without_orders": "(s.anchored AND NOT s.attached)",
    "without_priced": "(s.anchored AND NOT s.attached AND s.priced)",
    "without_net": "(CASE WHEN s.anchored AND NOT s.attached THEN s.net ELSE 0 END)",
    "without_units": "(CASE WHEN s.anchored AND NOT s.attached THEN s.units ELSE 0 END)",
}
_VISIT = {
    "visits": "1",
    "rated": "(s.satisfaction IS NOT NULL)",
    "pleased": "coalesce(s.satisfaction >= 4, 0)",
    "score": "coalesce(s.satisfaction, 0)",
    "minutes": "coalesce((s.finished_at - s.started_at) / 60000.0, 0)",
    "margin": """coalesce((SELECT CAST(round(total(l.net - l.cost * (l.quantity - l.back))) AS INTEGER)
      FROM outcomes AS o JOIN receipt_lines AS l ON l.n = o.n AND l.line_no = o.line_no
      WHERE o.visit_id = s.visit_id AND s.finished_at IS NOT NULL), 0)""",
}

_KEYS: Mapping[str, str] = {
    "associate": "s.associate_id",
    "store": "s.store_id",
    "touchpoint": "s.touchpoint",
    "week": "(s.day + 3) / 7",
    "product": "s.product_id",
    "pairing": "s.anchor_id || ' → ' || s.product_id",
    "talking_point": "nullif(s.talking_point_id, '')",
    "category": family("s.anchor_id"),
}


def behind(
    connection: Connection,
    scope: Scope,
    table: str,
    num: str,
    den: str,
    *,
    by: str | None = None,
    key: object = None,
    associate_id: str | None = None,
    limit: int = 50,
    after: tuple[int, int] | None = None,
) -> Page:
    """What is counted in the columns `num` of `den` of a figure's `table`, for one key of a report `by` it.

    With `associate_id` only what is theirs. `after` is where the page before said to go on.
    """
    place = calendar(connection)
    day, skip = after or (place.day(scope.until - 1), 0)
    rows: list[Behind] = []
    connection.execute("BEGIN")
    try:
        while day >= place.day(scope.since):
            spans = [
                (max(low, scope.since), min(high, scope.until))
                for low, high in place.spans(day)
                if low < scope.until and high > scope.since
            ]
            if _final(scope, den, day):
                cells.make(connection, place, spans, counting.currency(connection), scope.category)
                found = _of_day(connection, scope, table, num, den, by, key, associate_id)
                room = limit - len(rows)
                rows += found[skip : skip + room]
                if len(found) > skip + room:
                    return Page(tuple(rows), (day, skip + room))
            day, skip = day - 1, 0
            if len(rows) >= limit and day >= place.day(scope.since):
                return Page(tuple(rows), (day, 0))
    finally:
        connection.execute("ROLLBACK")
    return Page(tuple(rows), None)


def of_rows(connection: Connection, rows: Iterable[tuple[str, str | None]]) -> tuple[Behind, ...]:
    """Visits and offers by their ids, in their order, as they stand."""
    places = json.dumps(list(rows))
    found = connection.execute(_PLACES, (places,))
    return tuple(Behind(row[0], moment(row[1]) or datetime.now(UTC), *row[2:]) for row in found)


def _final(scope: Scope, den: str, day: int) -> bool:
    """Whether a day is far enough back for what is counted of it."""
    if den in ("settled_units", "same_units"):
        return day < scope.settled_day
    return den != "back_able" or day < scope.back_day


def _of_day(
    connection: Connection,
    scope: Scope,
    table: str,
    num: str,
    den: str,
    by: str | None,
    key: object,
    associate_id: str | None,
) -> list[Behind]:
    where = [f"{_KEYS[by]} IS :key"] if by is not None else []
    if table == "takings":
        return _rows(connection, scope, _RECEIPTS, _RECEIPT, num, den, where, key, associate_id)
    if table == "served":
        return _rows(connection, scope, _VISITS, _VISIT, num, den, where, key, associate_id)
    if table == "buyers":
        where.append("s.customer_id IS NOT NULL")
        return _rows(
            connection, scope, _OFFERS, {"bought": "s.confirmed"}, num, den, where, key, associate_id
        )
    return _rows(connection, scope, _OFFERS, _OFFER, num, den, where, key, associate_id)


def _rows(
    connection: Connection,
    scope: Scope,
    sql: str,
    named: Mapping[str, str],
    num: str,
    den: str,
    where: Sequence[str],
    key: object,
    associate_id: str | None,
) -> list[Behind]:
    counted, weight = (named.get(column, f"s.{column}") for column in (num, den))
    asked = {"key": key, "who": associate_id, "store": scope.store_id, "touchpoint": scope.touchpoint}
    conditions = " AND ".join(
        [
            f"{weight} > 0",
            "(:who IS NULL OR s.associate_id = :who)",
            "(:store IS NULL OR s.store_id = :store)",
            "(:touchpoint IS NULL OR s.touchpoint = :touchpoint)",
            *where,
        ]
    )
    text = sql.format(counted=counted, weight=weight, where=conditions)
    found = connection.execute(text, {name: one for name, one in asked.items() if f":{name}" in text})
    return [Behind(row[0], moment(row[1]) or datetime.now(UTC), *row[2:]) for row in found]


_OFFERS = """
  SELECT 'offer', v.started_at, s.associate_id, s.store_id, {counted}, {weight}, s.visit_id, r.order_id,
    s.product_id, s.anchor_id, s.kind, s.reason, o.state
  FROM temp.seen AS s JOIN visits AS v ON v.visit_id = s.visit_id
  LEFT JOIN outcomes AS o ON o.suggestion_id = s.suggestion_id LEFT JOIN receipts AS r ON r.n = o.n
  WHERE {where} ORDER BY v.started_at DESC, s.suggestion_id"""

_PLACES = f"""
  SELECT CASE WHEN s.suggestion_id IS NULL THEN 'visit' ELSE 'offer' END, coalesce(a.at, v.started_at),
    coalesce(a.associate_id, v.associate_id), v.store_id, 1, 1, v.visit_id, r.order_id, s.product_id,
    s.anchor_id, a.kind, a.reason, o.state
  FROM json_each(?) AS j CROSS JOIN visits AS v ON v.visit_id = j.value ->> 0
  LEFT JOIN suggestions AS s ON s.suggestion_id = j.value ->> 1
  LEFT JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST}
  LEFT JOIN outcomes AS o ON o.suggestion_id = s.suggestion_id LEFT JOIN receipts AS r ON r.n = o.n
  ORDER BY j.key"""

_RECEIPTS = """
  SELECT 'receipt', r.paid_at, s.associate_id, s.store_id, {counted}, {weight}, NULL, r.order_id
  FROM temp.sales AS s JOIN receipts AS r ON r.n = s.n
  WHERE {where} ORDER BY r.paid_at DESC, s.n"""

_VISITS = """
  SELECT 'visit', s.started_at, s.associate_id, s.store_id, {counted}, {weight}, s.visit_id
  FROM temp.visited AS s WHERE {where} ORDER BY s.started_at DESC, s.visit_id"""
