"""Before and after an initiative, beside stores without it or the holdout: difference in differences.

A change of one's own stores alone is no effect: season, price, mix and regression to the mean move it too.
Each store counts once, however large, as it is stores that were or were not part of it; their spread gives
the interval (Donald and Lang 2007, Rev. Econ. Stat. 89), which takes three control stores.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from assistant.measure import holdout, period
from assistant.measure.intervals import LEVEL, student
from assistant.store import control_weeks, counting, figures, targets
from assistant.store.control_weeks import StoreWeek
from assistant.store.database import Connection
from assistant.store.gathering import gathered
from assistant.store.targets import Initiative

LONGEST = 12  # weeks on either side
ENOUGH = 3  # control stores for an interval

Control = Literal["stores", "holdout", "none"]
Caution = Literal["no_control", "few_controls", "no_time"]
"""no_control: before and after stand alone; few_controls: too few stores for an interval; no_time: not a
whole week has passed."""


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One figure before and after, and what is left of its change beside the control's.

    `naive` is after less before. `effect` is that less the same change of the control, with its interval;
    None without a control. Order value is compared in parts of what it was, since a season moves large stores
    by more money; `relative` says so, and `effect`, `naive` and the bounds are then shares of `before`.
    """

    figure: Literal["basket_attachment", "average_order_value"]
    before: float | None
    after: float | None
    naive: float | None
    effect: float | None
    low: float | None
    high: float | None
    relative: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an initiative in so many weeks, beside the same number of weeks before it."""

    initiative: Initiative
    weeks: int
    control: Control
    controls: int
    cautions: tuple[Caution, ...]
    figures: tuple[BeforeAfter, ...]
    currency: str | None


def outcome(connection: Connection, initiative: Initiative, *, until: date | None = None) -> Outcome:
    """What came of an initiative up to now, or up to but without a day."""
    last = until or _end_of_data(connection) or initiative.began
    weeks = min(LONGEST, (last - initiative.began).days // 7)
    if weeks < 1:
        return Outcome(initiative, 0, "none", 0, ("no_time",), (), None)
    side = timedelta(weeks=weeks)
    since = period.midnight(connection, initiative.began - side)
    end = period.midnight(connection, initiative.began + side)
    with gathered(connection, period.scope(connection, since, end)):
        currencies = figures.currencies(connection)
        currency = currencies[0] if currencies else None
        day = (initiative.began - date(1970, 1, 1)).days
        rows = control_weeks.of(connection, day, currency)
    everybody = {row.store_id for row in rows}
    own = everybody & set(initiative.stores) if initiative.stores else everybody
    controls = everybody - own - _busy(connection, initiative, weeks)
    if controls:
        cautions: tuple[Caution, ...] = ("few_controls",) if len(controls) < ENOUGH else ()
        found = tuple(of_stores(rows, own, controls, name) for name in _FIGURES)
        return Outcome(initiative, weeks, "stores", len(controls), cautions, found, currency)
    found, held = _beside_holdout(connection, initiative, weeks, rows, own)
    control: Control = "holdout" if held else "none"
    return Outcome(initiative, weeks, control, 0, () if held else ("no_control",), found, currency)


def _end_of_data(connection: Connection) -> date | None:
    """The day after that of the newest data, as the periods of the reports end."""
    known = counting.complete_to(connection)
    return None if known is None else period.local_day(connection, known) + timedelta(days=1)


_FIGURES: Mapping[Literal["basket_attachment", "average_order_value"], tuple[str, str, bool]] = {
    "basket_attachment": ("paired", "able", False),
    "average_order_value": ("net", "priced", True),
}


def of_stores(
    rows: Sequence[StoreWeek],
    own: Collection[str],
    controls: Collection[str],
    figure: Literal["basket_attachment", "average_order_value"],
) -> BeforeAfter:
    """One figure of the initiative's stores beside that of the control stores."""
    num, den, relative = _FIGURES[figure]
    before, after = _level(rows, own, num, den, early=True), _level(rows, own, num, den, early=False)
    changed = _changes(rows, own, num, den, relative=relative)
    beside = _changes(rows, controls, num, den, relative=relative)
    naive = _change(before, after, relative=relative)
    if not changed or not beside:
        return BeforeAfter(figure, before, after, naive, None, None, None, relative)
    effect = _mean(changed) - _mean(beside)
    low = high = None
    if len(beside) >= ENOUGH:
        df = len(beside) - 1 + len(changed) - 1
        squares = sum((c - _mean(group)) ** 2 for group in (changed, beside) for c in group)
        spread = math.sqrt(squares / df * (1 / len(changed) + 1 / len(beside)))
        reach = student((1 + LEVEL) / 2, df) * spread
        low, high = effect - reach, effect + reach
    return BeforeAfter(figure, before, after, naive, effect, low, high, relative)


def _beside_holdout(
    connection: Connection,
    initiative: Initiative,
    weeks: int,
    rows: Sequence[StoreWeek],
    own: Collection[str],
) -> tuple[tuple[BeforeAfter, ...], bool]:
    """Before and after beside what the held-out baskets did in the same weeks, where there are any."""
    began = period.midnight(connection, initiative.began)
    side = timedelta(weeks=weeks)
    early = holdout.incremental(
        connection, period.midnight(connection, initiative.began - side), began, share=0
    )
    late = holdout.incremental(
        connection, began, period.midnight(connection, initiative.began + side), share=0
    )
    plain = tuple(of_stores(rows, own, (), name) for name in _FIGURES)
    gain = _gain(early.attachment, late.attachment)
    if gain is None:
        return plain, False
    attachment = plain[0]
    with_control = BeforeAfter(
        attachment.figure, attachment.before, attachment.after, attachment.naive, *gain, relative=False
    )
    return (with_control, plain[1]), True


def _gain(early: holdout.Effect, late: holdout.Effect) -> tuple[float, float | None, float | None] | None:
    if early.difference is None or late.difference is None:
        return None
    gain = late.difference - early.difference
    if early.low is None or early.high is None or late.low is None or late.high is None:
        return gain, None, None
    reach = math.hypot((early.high - early.low) / 2, (late.high - late.low) / 2)
    return gain, gain - reach, gain + reach


def _busy(connection: Connection, initiative: Initiative, weeks: int) -> set[str]:
    """Stores in which something else began in these weeks: they are nobody's control."""
    side = timedelta(weeks=weeks)
    return {
        store_id
        for one in targets.initiatives(connection)
        if one.initiative_id != initiative.initiative_id and abs(one.began - initiative.began) < side
        for store_id in one.stores
    }


def _changes(
    rows: Sequence[StoreWeek], stores: Collection[str], num: str, den: str, *, relative: bool
) -> list[float]:
    found = (
        _change(
            _level(rows, (store,), num, den, early=True),
            _level(rows, (store,), num, den, early=False),
            relative=relative,
        )
        for store in sorted(stores)
    )
    return [one for one in found if one is not None]


def _change(before: float | None, after: float | None, *, relative: bool) -> float | None:
    if before is None or after is None or (relative and before <= 0):
        return None
    return after / before - 1 if relative else after - before


def _level(
    rows: Sequence[StoreWeek], stores: Collection[str], num: str, den: str, *, early: bool
) -> float | None:
    here = [row for row in rows if row.store_id in stores and (row.week < 0) is early]
    x = sum(getattr(row, den) for row in here)
    return sum(getattr(row, num) for row in here) / x if x > 0 else None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
