"""What suggestions bring: baskets with them less the held-out ones, the only causal figure.

Baskets are counted by the arm they were drawn into, whatever was shown or said then; those drawn together (a
customer's) are one unit. Where the share was changed, each share is a trial of its own, and they are weighed
by their baskets.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist

from assistant.measure.intervals import LEVEL, student
from assistant.store import holdout
from assistant.store.database import Connection
from assistant.store.holdout import Drawn

POINT = 0.01
POWER = 0.8
USUAL = 0.2  # the attachment that is reckoned with while none is known
LEAST = 30  # units in either arm before anything is said
COSTS_KNOWN = 0.95


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean of the baskets with suggestions, of the held-out ones, and their difference with its interval.

    Everything is None where an arm has none; the interval where there are too few to say, which is "not yet
    known" and no zero.
    """

    on: float | None
    held_out: float | None
    difference: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Incremental:
    """What suggestions bring per eligible basket: `value` in ten-thousandths of margin (`of_margin`) or,
    where costs are not known, of net revenue; `attachment` of the baskets with an anchor on the receipt.

    `on` and `held` count eligible baskets. `wanted` is how many more it takes, at `share` per cent held out,
    to see a difference of one point of attachment four times in five; 0 where there are enough.
    """

    value: Effect
    of_margin: bool
    currency: str | None
    attachment: Effect
    on: int
    held: int
    share: int
    wanted: int | None


def incremental(
    connection: Connection, since: datetime, until: datetime, *, share: int, store_id: str | None = None
) -> Incremental:
    """The holdout's answer of a period. `share` is the share that holds now, in per cent; 0 = none."""
    return of(holdout.drawn(connection, since, until, store_id=store_id), share)


def of(baskets: Sequence[Drawn], share: int) -> Incremental:
    """The holdout's answer of these baskets."""
    currencies = [one.currency for one in baskets if one.currency is not None]
    currency = max(set(currencies), key=lambda c: (currencies.count(c), c)) if currencies else None
    in_currency = [one for one in baskets if one.currency in (None, currency)]
    paid = [one for one in in_currency if one.orders or one.paid]
    known = sum(one.margin is not None for one in paid)
    of_margin = bool(paid) and known >= COSTS_KNOWN * len(paid)

    def value(one: Drawn) -> tuple[float, float] | None:
        if of_margin:
            return None if one.margin is None else (one.margin, 1)
        return one.paid, 1

    attachment = effect(baskets, lambda one: (float(one.attached), float(one.orders)))
    with_anchor = sum(one.orders for one in baskets)
    seen = sum(one.attached for one in baskets) / with_anchor if with_anchor else USUAL
    held = sum(one.held for one in baskets)
    return Incremental(
        value=effect(in_currency, value),
        of_margin=of_margin,
        currency=currency,
        attachment=attachment,
        on=len(baskets) - held,
        held=held,
        share=share,
        wanted=None
        if not 0 < share < 100
        else max(0, needed(seen, share / 100, together(baskets)) - len(baskets)),
    )


def needed(rate: float, share: float, together: float = 1.0, change: float = POINT) -> int:
    """How many baskets it takes to see a change of a rate, at this share held out, four times in five."""
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) + NormalDist().inv_cdf(POWER)
    rate = min(max(rate, 0.01), 0.99)
    return math.ceil(reach**2 * rate * (1 - rate) * (1 / share + 1 / (1 - share)) / change**2 * together)


def together(baskets: Iterable[Drawn]) -> float:
    """How many baskets a unit of the draw has, as a variance feels it; what goes together counts as one."""
    sizes: dict[str, int] = defaultdict(int)
    for one in baskets:
        sizes[one.unit] += 1
    return sum(n * n for n in sizes.values()) / sum(sizes.values()) if sizes else 1.0


def effect(baskets: Iterable[Drawn], of_one: Callable[[Drawn], tuple[float, float] | None]) -> Effect:
    """The difference of a ratio of totals between the arms, by unit, weighed over the shares.

    `of_one` gives what is counted of a basket and of how much; None leaves it out.
    """
    strata: dict[int, dict[bool, dict[str, tuple[float, float]]]] = {}
    for one in baskets:
        counted = of_one(one)
        if counted is not None and counted[1] > 0:
            units = strata.setdefault(one.share, {True: {}, False: {}})[one.held]
            y, x = units.get(one.unit, (0.0, 0.0))
            units[one.unit] = (y + counted[0], x + counted[1])
    means = {arm: _ratio([u for s in strata.values() for u in s[arm].values()]) for arm in (True, False)}
    trials = [(_arm(s[False]), _arm(s[True])) for s in strata.values() if s[False] and s[True]]
    if not trials:
        return Effect(means[False], means[True], None)
    total = sum(on.weight + held.weight for on, held in trials)
    weights = [(on.weight + held.weight) / total for on, held in trials]
    pairs = list(zip(weights, trials, strict=True))
    difference = sum(w * (on.mean - held.mean) for w, (on, held) in pairs)
    spreads = [(w * w * arm.variance, arm.units - 1) for w, pair in pairs for arm in pair]
    variance = sum(v for v, _ in spreads)
    if min(sum(t[side].units for t in trials) for side in (0, 1)) < LEAST or variance <= 0:
        return Effect(means[False], means[True], difference)
    df = variance**2 / sum(v * v / d for v, d in spreads if d > 0)
    reach = student((1 + LEVEL) / 2, df) * math.sqrt(variance)
    return Effect(means[False], means[True], difference, difference - reach, difference + reach)


@dataclass(frozen=True, slots=True)
class _Arm:
    mean: float
    variance: float
    units: int
    weight: float


def _arm(units: dict[str, tuple[float, float]]) -> _Arm:
    """A ratio of totals with its linearised variance between units."""
    values = list(units.values())
    mean, x = _ratio(values) or 0.0, sum(x for _, x in values)
    squares = sum((y - mean * x) ** 2 for y, x in values)
    n = len(values)
    return _Arm(mean, n / max(n - 1, 1) * squares / x**2, n, x)


def _ratio(units: Sequence[tuple[float, float]]) -> float | None:
    x = sum(x for _, x in units)
    return sum(y for y, _ in units) / x if x > 0 else None
