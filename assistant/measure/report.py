"""A report: every figure by person, place, time or thing, with its denominator and its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from assistant.measure import comparing, intervals, period
from assistant.measure.definitions import BY_CATEGORY, BY_OFFER, BY_PRODUCT, FIGURES, Definition, definition
from assistant.records import Figure, Report
from assistant.store import counting, figures
from assistant.store.database import Connection
from assistant.store.figures import Sums
from assistant.store.gathering import Item, gathered

By = Literal["associate", "store", "touchpoint", "week", "category", "product", "pairing", "talking_point"]
BYS: tuple[By, ...] = (
    "associate", "store", "touchpoint", "week", "category", "product", "pairing", "talking_point",
)  # fmt: skip
_ITEMS: Mapping[By, tuple[Item, tuple[Definition, ...]]] = {
    "category": ("anchor_category", BY_CATEGORY),
    "product": ("product", BY_PRODUCT),
    "pairing": ("pairing", BY_OFFER),
    "talking_point": ("talking_point", BY_OFFER),
}

TOTAL = "(all)"
_MONDAY = date(1969, 12, 29)

Summed = dict[tuple[object, ...], dict[str, Sums]]


def report(
    connection: Connection,
    *,
    by: By,
    since: datetime,
    until: datetime,
    store_id: str | None = None,
    touchpoint: str | None = None,
    category: str | None = None,
) -> Report:
    """Every figure of the sales and visits from `since` up to but without `until`, of one store or of all."""
    known = counting.complete_to(connection)
    item, wanted = _ITEMS.get(by, (None, FIGURES))
    rows: list[Figure] = []
    total: list[Figure] = []
    asked = period.scope(connection, since, until, store_id, touchpoint, category)
    with gathered(connection, asked, item=item):
        for table, group in _by_table(wanted).items():
            rows += _figures(connection, table, group, [by])
        for table, group in _by_table(FIGURES).items():
            total += _figures(connection, table, group, [])
        names = figures.names(connection, by)
        if by == "associate":
            rows = _compared(connection, rows)
    order = {d.figure: place for place, d in enumerate(FIGURES)}
    first, last = period.local_day(connection, since), period.local_day(connection, until)
    settled = period.settled_before(connection)
    named = [replace(row, name=names.get(row.key)) for row in rows]
    rows, total = ([_provisional(row, settled < last) for row in some] for some in (named, total))
    rows.sort(key=lambda row: (row.key.startswith("("), row.name or "", row.key, order[row.figure]))
    total.sort(key=lambda row: order[row.figure])
    filters: dict[str, str | None] = {
        "by": by,
        "from": first.isoformat(),
        "to": (last - timedelta(days=1)).isoformat(),
    }
    if store_id is not None:
        filters["store"] = store_id
    if touchpoint is not None:
        filters["touchpoint"] = touchpoint
    if category is not None:
        filters["category"] = category
    return Report(known, filters, tuple(rows), tuple(total), settled.isoformat())


def _compared(connection: Connection, rows: Iterable[Figure]) -> list[Figure]:
    """People's attachment with the intervals of the fair comparison, as the Team page shows it."""
    people = comparing.placed(comparing.everybody(connection))
    return [
        comparing.with_bounds(row, people.get(row.key)) if row.figure == "offered_attachment" else row
        for row in rows
    ]


def _provisional(row: Figure, open_window: bool) -> Figure:
    return replace(row, provisional=True) if open_window and definition(row.figure).window else row


def figure(key: str, wanted: Definition, found: Sums, currency: str | None = None) -> Figure:
    """One figure from its sums, with the interval of its kind."""
    value = found.y / found.x if found.x > 0 else None
    bounds = {
        "share": intervals.share,
        "money_share": intervals.money_share,
        "money": intervals.ratio,
        "number": intervals.ratio,
    }[wanted.kind](found)
    low, high = bounds or (None, None)
    return Figure(key, wanted.figure, found.y, found.x, value, low, high, currency)


def week_key(number: int) -> str:
    """The Monday of a week as the files number it."""
    return (_MONDAY + timedelta(weeks=number)).isoformat()


def _by_table(wanted: Iterable[Definition]) -> Mapping[str, list[Definition]]:
    """The definitions by table, those of money apart: they are summed by currency."""
    found: dict[str, list[Definition]] = {}
    for one in wanted:
        money = "money " if one.of_money else ""
        found.setdefault(money + one.table, []).append(one)
    return found


def _figures(connection: Connection, table: str, group: list[Definition], by: list[By]) -> list[Figure]:
    money = table.startswith("money ")
    columns: list[str] = [_COLUMNS.get(one, "item") for one in by] + (["currency"] if money else [])
    if table == "buyers":
        summed: Summed = {
            key: {group[0].figure: one} for key, one in figures.buyers(connection, columns).items()
        }
    else:
        pairs = {d.figure: (d.num, d.den) for d in group}
        summed = figures.sums(connection, table.removeprefix("money "), columns, pairs)
    found = []
    for keys, values in summed.items():
        key = _key(by[0], keys[0]) if by else TOTAL
        currency = None if not money or keys[-1] is None else str(keys[-1])
        found += [figure(key, d, values[d.figure], currency) for d in group if values[d.figure].x > 0]
    return found


_COLUMNS: Mapping[By, str] = {
    "associate": "associate_id",
    "store": "store_id",
    "touchpoint": "touchpoint",
    "week": "week",
}


def _key(by: By, found: object) -> str:
    if found is None:
        return f"(no {by.replace('_', ' ')})"
    return week_key(int(str(found))) if by == "week" else str(found)
