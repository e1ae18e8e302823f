"""A report: every figure by associate, store, product or week, with its denominator and its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from assistant.measure import intervals, period
from assistant.measure.definitions import BY_PRODUCT, FIGURES, Definition
from assistant.records import Figure, Report
from assistant.store import figures
from assistant.store.database import Connection
from assistant.store.figures import Sums
from assistant.store.gathering import gathered

By = Literal["associate", "store", "product", "week"]
BYS: tuple[By, ...] = ("associate", "store", "product", "week")

TOTAL = "(all)"
_MONDAY = date(1969, 12, 29)

Summed = dict[tuple[object, ...], dict[str, Sums]]


def report(
    connection: Connection, *, by: By, since: datetime, until: datetime, store_id: str | None = None
) -> Report:
    """Every figure of the sales and visits from `since` up to but without `until`, of one store or of all."""
    known = figures.complete_to(connection)
    wanted = BY_PRODUCT if by == "product" else FIGURES
    rows: list[Figure] = []
    total: list[Figure] = []
    with gathered(connection, period.scope(connection, since, until, store_id), products=by == "product"):
        for table, group in _by_table(wanted).items():
            rows += _figures(connection, table, group, [by])
        for table, group in _by_table(FIGURES).items():
            total += _figures(connection, table, group, [])
        names = figures.names(connection, by)
    order = {d.figure: place for place, d in enumerate(FIGURES)}
    named = [replace(row, name=names.get(row.key)) for row in rows]
    named.sort(key=lambda row: (row.key.startswith("("), row.name or "", row.key, order[row.figure]))
    first, last = period.local_day(connection, since), period.local_day(connection, until)
    filters: dict[str, str | None] = {
        "by": by,
        "from": first.isoformat(),
        "to": (last - timedelta(days=1)).isoformat(),
    }
    if store_id is not None:
        filters["store"] = store_id
    return Report(known, filters, tuple(named), tuple(sorted(total, key=lambda row: order[row.figure])))


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
        money = "money " if one.kind in ("money", "money_share") else ""
        found.setdefault(money + one.table, []).append(one)
    return found


def _figures(connection: Connection, table: str, group: list[Definition], by: list[By]) -> list[Figure]:
    money = table.startswith("money ")
    columns: list[str] = [_COLUMNS[one] for one in by] + (["currency"] if money else [])
    pairs = {d.figure: (d.num, d.den) for d in group}
    summed: Summed = figures.sums(connection, table.removeprefix("money "), columns, pairs)
    found = []
    for keys, values in summed.items():
        key = _key(by[0], keys[0]) if by else TOTAL
        currency = None if not money or keys[-1] is None else str(keys[-1])
        found += [figure(key, d, values[d.figure], currency) for d in group if values[d.figure].x > 0]
    return found


_COLUMNS: Mapping[By, str] = {
    "associate": "associate_id",
    "store": "store_id",
    "product": "product_id",
    "week": "week",
}


def _key(by: By, found: object) -> str:
    if found is None:
        return f"(no {by})"
    return week_key(int(str(found))) if by == "week" else str(found)
