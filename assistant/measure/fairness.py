"""Associates beside what their kind of sales lets expect: adjusted and steadied rates, and funnel limits.

A person's sales go together by day, so that their spread is taken between days and pooled over the team (the
correlation within a day, by moments). Expected rates come from the case mix (`store.cases`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.measure.intervals import (
    ASSUMED_CORRELATION,
    FEW,
    FUNNEL,
    LEVEL,
    Bounds,
    Standing,
    student,
    wilson,
)
from assistant.store.cases import DaySum

Numbers = NDArray[np.float64]

SURE = 2.0  # deviations by which the correlation is taken higher for the outer limits
_MOST = 0.3  # a correlation within a day beyond this is chance, or no sales


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Sales summed over each person's day: whose, how many, with an add-on, and how many were expected.

    `spread` is the variance of the expected sum if every sale were by itself: the sum of p (1 - p). `unsure`
    is by person: the relative variance of all that was expected of them, if the sales that it was learned
    from were by themselves.
    """

    person: NDArray[np.int64]
    sales: Numbers
    attached: Numbers
    expected: Numbers
    spread: Numbers
    unsure: Numbers


def days_of(sums: Sequence[DaySum], unsure: Mapping[str, float]) -> tuple[Days, tuple[str, ...]]:
    """Everybody's days for a comparison, and whose places these are; `unsure` as `store.cases` has it."""
    ids = tuple(sorted({one.associate_id for one in sums}))
    place = {associate_id: n for n, associate_id in enumerate(ids)}
    counted = np.array([(one.sales, one.attached, one.expected, one.spread) for one in sums], np.float64)
    sales, attached, expected, spread = counted.reshape(-1, 4).T
    person = np.array([place[one.associate_id] for one in sums], dtype=np.int64)
    other = unsure.get("", 0.0)
    by_person = np.array([unsure.get(associate_id, other) for associate_id in ids], dtype=np.float64)
    return Days(person, sales, attached, expected, spread, by_person), ids


@dataclass(frozen=True, slots=True)
class Compared:
    """One associate's rate, what their kind of sales lets expect, and what remains after chance.

    `rate` is as it was, `adjusted` is the team's rate times observed over expected, each with its interval;
    `steadied` is that pulled towards the team the more, the fewer sales there are. `limits` are the funnel's.
    `standing`: `few` under 50 sales, `above` and `below` only outside the 99.8 % limits; `noticed` says that
    it is outside the 95 % limits, which by chance one in twenty is.
    """

    associate_id: str
    name: str
    sales: int
    attached: int
    rate: float
    rate_low: float
    rate_high: float
    expected: float
    adjusted: float
    low: float
    high: float
    steadied: float
    limits: Bounds
    outer_limits: Bounds
    standing: Standing
    noticed: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    """Where the limits lie at so many sales, to be drawn as curves."""

    sales: int
    low: float
    high: float
    outer_low: float
    outer_high: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """A team compared. `team_only`: it is too small, so that nobody is shown apart.

    `correlation` is that of sales of one person's day; `real` is how much of the spread between people is
    more than chance, between 0 and 1. `fitted` says whether a case mix was learned: without one, expected is
    the team's rate. People are sorted by the steadied rate, which is no rank.
    """

    team_rate: float
    sales: int
    people: tuple[Compared, ...]
    funnel: tuple[Funnel, ...]
    correlation: float
    real: float
    team_only: bool = False
    fitted: bool = True


def compare(days: Days, ids: tuple[str, ...], names: Mapping[str, str]) -> Fairness | None:
    """Compare everybody who has sales; `days.person` are places in `ids`. None where there are no sales."""
    sales, attached = _per(days, days.sales, len(ids)), _per(days, days.attached, len(ids))
    if sales.sum() <= 0:
        return None
    team = float(attached.sum() / sales.sum())
    days = _levelled(days)
    rho, unsure = correlation(days, len(ids))
    adjusted, error = adjusted_rates(days, len(ids), rho)
    steadied, real = steady(adjusted, error, sales > 0)
    counted = _Counted(
        team=team,
        rho=rho,
        df=max(1.0, people_days(days, len(ids))),
        sales=sales,
        attached=attached,
        squares=_per(days, days.sales**2, len(ids)),
        expected=_per(days, days.expected, len(ids)),
        adjusted=adjusted,
        error=error,
        steadied=steadied,
        worth=_worth(days, len(ids), team, rho),
        surely=_worth(days, len(ids), team, min(_MOST, rho + SURE * unsure)),
    )
    served = np.flatnonzero(sales > 0).tolist()
    found = [_compared(counted, n, ids[n], names.get(ids[n], ids[n])) for n in served]
    found.sort(key=lambda one: (one.sales < FEW, -one.steadied, one.name))
    return Fairness(team, int(sales.sum()), tuple(found), _funnel(counted), rho, real)


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """What is known of the team, and of its people by place; `worth` and `surely` are for the limits."""

    team: float
    rho: float
    df: float
    sales: Numbers
    attached: Numbers
    squares: Numbers
    expected: Numbers
    adjusted: Numbers
    error: Numbers
    steadied: Numbers
    worth: Numbers
    surely: Numbers


def _compared(all_of: _Counted, n: int, associate_id: str, name: str) -> Compared:
    sales, attached, adjusted = float(all_of.sales[n]), float(all_of.attached[n]), float(all_of.adjusted[n])
    own = rate_interval(sales, attached, float(all_of.squares[n]), all_of.rho, all_of.df)
    reach = student((1 + LEVEL) / 2, all_of.df) * float(all_of.error[n])
    low, high = max(0.0, adjusted - reach), adjusted + reach
    if not 0 < all_of.team < 1:  # nothing to adjust by
        low, high = own
    inner = _limits(all_of.team, all_of.worth[n], LEVEL, all_of.df)
    outer = _limits(all_of.team, all_of.surely[n], FUNNEL, all_of.df)
    return Compared(
        associate_id=associate_id,
        name=name,
        sales=int(sales),
        attached=int(attached),
        rate=attached / sales,
        rate_low=own[0],
        rate_high=own[1],
        expected=float(all_of.expected[n]) / sales,
        adjusted=adjusted,
        low=low,
        high=high,
        steadied=float(all_of.steadied[n]),
        limits=inner,
        outer_limits=outer,
        standing=_standing(sales, adjusted, outer),
        noticed=sales >= FEW and not inner[0] <= adjusted <= inner[1],
    )


def correlation(days: Days, people: int) -> tuple[float, float]:
    """How much sales of one person's day go together, pooled over the team, and how unsure that is (one
    deviation); assumed where it cannot say.

    Each day's residual is from the person's own level, so that true differences between people are no part
    of it; what that takes out of the residuals is given back.
    """
    level = _per(days, days.attached, people) / np.maximum(_per(days, days.expected, people), 1e-12)
    spread = _own_spread(days, level)
    if people_days(days, people) < 2 or spread.sum() <= 0:
        return ASSUMED_CORRELATION, 0.0
    residual = days.attached - level[days.person] * days.expected
    weight = days.expected / np.maximum(_per(days, days.expected, people), 1e-12)[days.person]
    total = _per(days, spread, people)[days.person]
    # The variance of a residual from a ratio estimate: v (1 - 2 w) + w² V.
    independent = spread * (1 - 2 * weight) + weight**2 * total
    together = spread * (days.sales - 1)
    whole = _per(days, together, people)[days.person]
    grouped = together * (1 - 2 * weight) + weight**2 * whole
    if grouped.sum() <= 0:
        return ASSUMED_CORRELATION, 0.0
    found = (residual**2 - independent).sum() / grouped.sum()
    unsure = np.sqrt(((residual**2 - independent - found * grouped) ** 2).sum()) / grouped.sum()
    return float(np.clip(found, 0.0, _MOST)), float(unsure)


def adjusted_rates(days: Days, people: int, rho: float) -> tuple[Numbers, Numbers]:
    """The team's rate times observed over expected, and its standard error."""
    team = days.attached.sum() / days.sales.sum()
    expected = np.maximum(_per(days, days.expected, people), 1e-12)
    ratio = _per(days, days.attached, people) / expected
    # Towards the team where nothing, or all, was attached: a spread of 0 would be certainty.
    n = _per(days, days.sales, people)
    mild = (ratio * n + 4) / (n + 4)
    spread = _own_spread(days, mild) * (1 + (days.sales - 1) * rho)
    error = team * np.sqrt(_per(days, spread, people) / expected**2 + ratio**2 * _unsure(days, rho))
    return team * ratio, error


def _unsure(days: Days, rho: float) -> Numbers:
    """The relative variance of what was expected, as sales go together in what it was learned from."""
    each = float((days.sales**2).sum() / days.sales.sum())
    return days.unsure * (1 + (each - 1) * rho)


def rate_interval(sales: float, attached: float, squares: float, rho: float, df: float) -> Bounds:
    """The interval of a rate as it was, at the team's correlation; `squares` are of the sales of each day.

    Surer than `intervals.share` of the same person, which has only their few days to learn the spread from.
    """
    effective = sales / (1 + (squares / sales - 1) * rho)
    return wilson(attached / sales, effective, student((1 + LEVEL) / 2, df))


def _worth(days: Days, people: int, team: float, rho: float) -> Numbers:
    """How many independent sales at the team's rate would vary as much as these do in one who is like it."""
    if not 0 < team < 1:
        return _per(days, days.sales, people)
    spread = _per(days, days.spread * (1 + np.maximum(days.sales - 1, 0) * rho), people)
    relative = spread / np.maximum(_per(days, days.expected, people), 1e-12) ** 2 + _unsure(days, rho)
    return np.asarray((1 - team) / (team * np.maximum(relative, 1e-12)), dtype=np.float64)


def steady(rates: Numbers, error: Numbers, known: NDArray[np.bool_] | None = None) -> tuple[Numbers, float]:
    """Rates pulled towards their mean by how much of their spread is chance (empirical Bayes), and how much
    of the spread is real.

    The spread between people is that of Paule and Mandel (1982): at which the weighted squares come to what
    they should be. It is none where the rates lie no wider than chance.
    """
    known = np.ones(len(rates), dtype=bool) if known is None else known
    seen, own = rates[known], np.maximum(error[known] ** 2, 1e-12)
    if len(seen) < 2:
        return rates.copy(), 0.0
    low, high = 0.0, float(np.var(seen, ddof=1) + own.max())
    if _squares(seen, own, low) <= len(seen) - 1:
        between = 0.0
    else:
        for _ in range(60):
            between = (low + high) / 2
            low, high = (between, high) if _squares(seen, own, between) > len(seen) - 1 else (low, between)
        between = (low + high) / 2
    weight = 1 / (own + between)
    middle = (weight * seen).sum() / weight.sum()
    steadied = rates.copy()
    steadied[known] = middle + (seen - middle) * between / (between + own)
    real = between / (between + float(np.median(own)))
    return steadied, real


def people_days(days: Days, people: int) -> int:
    """How many days there are beyond each person's first: what a spread within people rests on."""
    served = np.bincount(days.person[days.sales > 0], minlength=people)
    return int(np.maximum(served - 1, 0).sum())


def _squares(seen: Numbers, own: Numbers, between: float) -> float:
    weight = 1 / (own + between)
    middle = (weight * seen).sum() / weight.sum()
    return float((weight * (seen - middle) ** 2).sum())


def _levelled(days: Days) -> Days:
    """Expected sums that add up to what the team attached, so that the team as a whole is as expected."""
    factor = days.attached.sum() / max(days.expected.sum(), 1e-12)
    return replace(days, expected=days.expected * factor, spread=days.spread * factor)


def _own_spread(days: Days, level: Numbers) -> Numbers:
    """The spread of independent sales at a person's own level instead of the expected one."""
    rate = days.expected / np.maximum(days.sales, 1e-12)
    own = np.clip(rate * level[days.person], 1e-6, 1 - 1e-6)
    usual = np.clip(rate * (1 - rate), 1e-6, None)
    # Of the mix within a day only its sum is known: it is scaled as a single sale would be.
    return days.spread * own * (1 - own) / usual


def _per(days: Days, values: Numbers, people: int) -> Numbers:
    return np.bincount(days.person, weights=values, minlength=people).astype(np.float64)


def _standing(sales: float, adjusted: float, outer: Bounds) -> Standing:
    if sales < FEW:
        return "few"
    if outer[0] <= adjusted <= outer[1]:
        return "alike"
    return "above" if adjusted > outer[1] else "below"


def _limits(team: float, worth: float, level: float, df: float) -> Bounds:
    """Between what an associate who is like the team lies, with so many independent sales' worth.

    Solved in the rate itself (Wilson's form), since a normal reach would go below zero for few sales.
    """
    t = student((1 + level) / 2, df)
    wide = t * t / max(worth, 1e-9)
    middle = (team + wide / 2) / (1 + wide)
    reach = t / (1 + wide) * np.sqrt(team * (1 - team) / max(worth, 1e-9) + (wide / (2 * t)) ** 2)
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def _funnel(all_of: _Counted) -> tuple[Funnel, ...]:
    """The limits at evenly spaced numbers of sales, each worth what the team's are worth on average."""
    sales = all_of.sales
    each, surely_each = all_of.worth.sum() / sales.sum(), all_of.surely.sum() / sales.sum()
    most = max(FEW, float(sales.max()) * 1.2)
    found = []
    for n in np.unique(np.linspace(10, most, 60).astype(int)).tolist():
        inner = _limits(all_of.team, n * each, LEVEL, all_of.df)
        outer = _limits(all_of.team, n * surely_each, FUNNEL, all_of.df)
        found.append(Funnel(n, *inner, *outer))
    return tuple(found)


def team_only(fairness: Fairness) -> Fairness:
    """The same team without anybody apart."""
    return replace(fairness, people=(), funnel=(), team_only=True)
