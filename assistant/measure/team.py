"""What the Team page shows: the team's figures, a row per associate, the weeks, why customers declined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.measure import comparing, holdout, period
from assistant.measure.definitions import FIGURES, Definition, definition
from assistant.measure.fairness import Compared
from assistant.measure.intervals import FEW, Standing
from assistant.measure.report import TOTAL, figure
from assistant.records import DECLINE_REASONS, Figure, Store
from assistant.store import access, counting, figures, preferences, targets
from assistant.store.database import Connection
from assistant.store.figures import Sums
from assistant.store.gathering import gathered
from assistant.store.targets import Initiative

PERSON = "associate_id"
SCORE = "satisfaction_score"
OF_ROWS = ("offered_attachment", "acceptance", "confirmed", SCORE)
"""What is told of each person."""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One associate's figures beside the team's. `touchpoint` is where they served most.

    The interval of `attachment` and the `standing` are those of the fair comparison (`measure.comparing`).
    """

    associate_id: str
    name: str
    touchpoint: str | None
    sales: int
    attachment: Figure | None
    standing: Standing
    offers: int
    accepted: int
    confirmed: int
    revenue: int
    returned: float
    satisfaction: float | None


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """Everything the page shows of one period and store.

    `tiles` holds the team's figures by name; those of money are of `currency`, the one most orders are in,
    and `other_currencies` says how many more there are. `weekly` holds the attachment of whole weeks counted
    from the first day, its key the week's number from 0. `reasons` counts the declines by reason. `unserved`
    orders have no associate: they count in every figure of the team and in nobody's row; `beside` is the
    attachment of all the others, beside which people stand. `target` is the rate set for the store, else
    for all; `began` are the initiatives of these weeks that concern what is shown, the newest first;
    `gained` is the holdout's answer, None where nothing is and was held out.
    """

    since: datetime
    until: datetime
    complete_to: datetime | None
    stores: tuple[Store, ...]
    currency: str | None
    other_currencies: int
    tiles: Mapping[str, Figure]
    rows: tuple[TeamRow, ...]
    team: TeamRow
    weekly: tuple[Figure, ...]
    reasons: tuple[tuple[str, int], ...]
    declined: int
    later: int
    visits: int
    unserved: int
    beside: float | None
    target: float | None
    began: tuple[Initiative, ...]
    gained: holdout.Incremental | None


def team(
    connection: Connection,
    *,
    since: datetime,
    until: datetime,
    store_id: str | None = None,
    touchpoint: str | None = None,
    category: str | None = None,
    seen_by: str | None = None,
) -> TeamFigures:
    """The team's figures from `since` up to but without `until`, of one store or of all.

    `seen_by` is who asks: an associate gets their own row and the team's, a manager everybody's.
    """
    asked = period.scope(connection, since, until, store_id, touchpoint, category)
    first = period.day_number(connection, since)
    part = touchpoint is not None or category is not None  # target and holdout are of all sales
    with gathered(connection, asked):
        without = figures.unserved(connection)
        currencies = figures.currencies(connection)
        currency = currencies[0] if currencies else preferences.text(connection, "shop.currency") or None
        summed = _summed(connection, [PERSON], currency, [d for d in FIGURES if d.figure in OF_ROWS])
        all_summed = _summed(connection, [], currency, FIGURES).get((), {})
        crossed = figures.crossed(connection, currency)
        weekly = figures.sums(connection, "takings", [f"(day - {first}) / 7"], _pairs("offered_attachment"))
        reasons = figures.declined(connection)
        compared = comparing.placed(comparing.everybody(connection))
        touchpoints = figures.touchpoints(connection)
        counted = figures.counted(connection)
        names = figures.names(connection, "associate")
        stores = tuple(Store(*pair) for pair in sorted(figures.names(connection, "store").items()))
    tiles = {
        d.figure: figure(TOTAL, d, all_summed[d.figure], currency if d.of_money else None)
        for d in FIGURES if d.figure in all_summed
    }  # fmt: skip
    rows = [
        _row(str(person), names.get(str(person), str(person)), touchpoints.get(str(person)), values,
             crossed.get(str(person), (0.0, 0.0)), compared.get(str(person)))
        for (person,), values in summed.items() if person is not None
    ]  # fmt: skip
    if seen_by is not None and not access.sees_everybody(connection, seen_by):
        rows = [row for row in rows if row.associate_id == seen_by]
    everyone = (sum(t[0] for t in crossed.values()), sum(t[1] for t in crossed.values()))
    return TeamFigures(
        since=since,
        until=until,
        complete_to=counting.complete_to(connection),
        stores=stores,
        currency=currency,
        other_currencies=max(0, len(currencies) - 1),
        tiles=tiles,
        rows=tuple(sorted(rows, key=_by_rate)),
        team=_row(TOTAL, TOTAL, None, all_summed, everyone, None),
        weekly=tuple(
            figure(str(int(str(week))), definition("offered_attachment"), values["offered_attachment"])
            for (week,), values in sorted(weekly.items(), key=lambda item: int(str(item[0][0])))
        ),
        reasons=tuple((reason, reasons.get(reason, 0)) for reason in DECLINE_REASONS),
        declined=counted["declined"],
        later=counted["later"],
        visits=counted["visits"],
        unserved=without,
        beside=_beside(summed),
        target=None if part else target_rate(connection, store_id),
        began=_began(connection, since, until, store_id),
        gained=None if part else _gained(connection, since, until, store_id),
    )


def _beside(summed: Mapping[tuple[object, ...], Mapping[str, Sums]]) -> float | None:
    """The attachment of the orders that have an associate."""
    found = [values.get("offered_attachment", Sums()) for (who,), values in summed.items() if who is not None]
    sales = sum(one.x for one in found)
    return sum(one.y for one in found) / sales if sales else None


def target_rate(connection: Connection, store_id: str | None) -> float | None:
    """The rate set for a store, else the one set for all."""
    own = targets.target(connection, store_id=store_id)
    held = own or targets.target(connection)
    return held.rate if held else None


def _began(
    connection: Connection, since: datetime, until: datetime, store_id: str | None
) -> tuple[Initiative, ...]:
    """What began in these days in the asked-for store, or in any."""
    first, after = (period.local_day(connection, at) for at in (since, until))
    return tuple(
        one for one in targets.initiatives(connection)
        if first <= one.began < after and (store_id is None or not one.stores or store_id in one.stores)
    )  # fmt: skip


def _gained(
    connection: Connection, since: datetime, until: datetime, store_id: str | None
) -> holdout.Incremental | None:
    share = preferences.number(connection, "holdout.share")
    found = holdout.incremental(connection, since, until, share=share, store_id=store_id)
    return found if share or found.held else None


def _pairs(*names: str) -> dict[str, tuple[str, str]]:
    return {name: (definition(name).num, definition(name).den) for name in names}


def _summed(
    connection: Connection, by: list[str], currency: str | None, wanted: Sequence[Definition]
) -> dict[tuple[object, ...], dict[str, Sums]]:
    """The wanted figures' sums by key; those of money in the page's currency only."""
    found: dict[tuple[object, ...], dict[str, Sums]] = {}
    tables: dict[tuple[str, bool], list[Definition]] = {}
    for one in wanted:
        tables.setdefault((one.table, one.of_money), []).append(one)
    for (table, money), group in tables.items():
        columns = [*by, "currency"] if money else by
        if table == "buyers":
            for key, bought in figures.buyers(connection, by).items():
                found.setdefault(key, {})[group[0].figure] = bought
            continue
        pairs = _pairs(*(d.figure for d in group))
        for key, values in figures.sums(connection, table, columns, pairs).items():
            if not money:
                found.setdefault(key, {}).update(values)
            elif key[-1] == currency:
                found.setdefault(key[:-1], {}).update(values)
    return found


def _row(
    associate_id: str,
    name: str,
    touchpoint: str | None,
    values: Mapping[str, Sums],
    taken: tuple[float, float],
    compared: Compared | None,
) -> TeamRow:
    attachment = values.get("offered_attachment", Sums())
    offers = values.get("acceptance", Sums())
    confirmed = values.get("confirmed", Sums())
    scores = values.get(SCORE, Sums())
    rated = figure(associate_id, definition("offered_attachment"), attachment)
    return TeamRow(
        associate_id=associate_id,
        name=name,
        touchpoint=touchpoint,
        sales=int(attachment.x),
        attachment=comparing.with_bounds(rated, compared) if attachment.x else None,
        standing=compared.standing if compared is not None else "few" if attachment.x < FEW else "alike",
        offers=int(offers.x),
        accepted=int(offers.y),
        confirmed=int(confirmed.y),
        revenue=round(taken[0]),
        returned=taken[1],
        satisfaction=scores.y / scores.x if scores.x else None,
    )


def _by_rate(row: TeamRow) -> tuple[bool, float, str]:
    """Best rate first; those with too few sales to rank come last."""
    value = row.attachment.value if row.attachment and row.attachment.value is not None else 0.0
    return row.standing == "few", -value, row.name
