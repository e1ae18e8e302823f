"""What another way of choosing would have brought, told from the log of slates whose chances are known.

A whole slate is seldom drawn alike by two ways of choosing, so its weight says next to nothing. The
estimators here weigh slot by slot: `ips`, `snips` and `dr` ask what the other way would put into a slot below
what the log shows above it; `rips` and `cascade_dr` weigh the slots above too (McInerney and others, 2020;
Kiyohara and others, 2022), which is the value of the other way alone, at the price of a smaller effective
sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ESTIMATORS = ("ips", "snips", "rips", "dm", "dr", "cascade_dr")
CLIP = 20.0  # a weight counts no more than that
RESAMPLED = 1_000
LEVEL = 0.95
_BLOCK = 2_000_000  # numbers drawn at a time


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """Slots that were shown, one entry each, those of one slate in their order.

    `propensity` is the chance that was logged, `target` the other way's chance of the same, given the same
    slots above. `said` is the reward that a model expects of what was shown, `expected` the mean of that over
    what the other way would have put there. `unit` is what is resampled as one: a visit, a customer, a day.
    `usual`, where it is known, is the mean of what is expected over what the logged way would have put there:
    then all that both ways do alike cancels out of the doubly robust difference.
    """

    slate: Ints
    slot: Ints
    reward: Floats
    propensity: Floats
    target: Floats
    said: Floats
    expected: Floats
    unit: Ints
    usual: Floats | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rewards per slate with a 95 % interval; `effective` is how many slots as good as drawn by the other way
    the weights amount to, `clipped` the share of slots whose weight was cut."""

    value: float
    low: float
    high: float
    effective: float
    clipped: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What each estimator says of the other way, of it less what was logged, and what was logged."""

    logged: float
    slates: int
    values: Mapping[str, Estimate]
    differences: Mapping[str, Estimate] = field(default_factory=dict)


def weights(slots: Slots, clip: float = CLIP) -> tuple[Floats, Floats, Floats]:
    """Of each slot: its own weight, that of all slots down to it, and that of all slots above it."""
    own = slots.target / slots.propensity
    down = own.copy()
    above = np.ones_like(own)
    starts = np.flatnonzero(np.diff(slots.slate, prepend=-1) != 0)
    place = np.arange(len(own)) - np.repeat(starts, np.diff(np.append(starts, len(own))))
    for depth in range(1, int(place.max(initial=0)) + 1):
        here = np.flatnonzero(place == depth)
        above[here] = down[here - 1]
        down[here] *= down[here - 1]
    return np.minimum(own, clip), np.minimum(down, clip), np.minimum(above, clip)


def parts(slots: Slots, clip: float = CLIP) -> dict[str, Floats]:
    """What each slot adds to each estimate that is a plain mean over slates."""
    own, down, above = weights(slots, clip)
    missed = slots.reward - slots.said
    return {
        "ips": own * slots.reward,
        "rips": down * slots.reward,
        "dm": slots.expected,
        "dr": slots.expected + own * missed,
        "cascade_dr": above * slots.expected + down * missed,
    }


def judge(slots: Slots, *, clip: float = CLIP, resampled: int = RESAMPLED, seed: int = 0) -> Judged:
    """Every estimate with its interval, from resampling whole units.

    Raises ValueError for no slots, or for a chance that cannot have been.
    """
    if not len(slots.reward):
        raise ValueError("There is nothing to judge by")
    if not ((slots.propensity > 0) & (slots.propensity <= 1) & (slots.target >= 0)).all():
        raise ValueError("A logged chance lies outside 0 to 1")
    own, down, _ = weights(slots, clip)
    columns, says = _columns(slots, parts(slots, clip), own)
    rng = np.random.default_rng(seed)
    drawn = _resampled(columns, resampled, rng)
    whole = columns.sum(axis=0)[None, :]
    raw_own = slots.target / slots.propensity
    logged = float(says["logged"](whole)[0])
    clipped = float((raw_own > clip).mean())
    values, differences = {}, {}
    for name in ESTIMATORS:
        effective = effective_sample(down if name in ("rips", "cascade_dr") else own)
        value, spread = says[name](whole), says[name](drawn)
        values[name] = _estimate(float(value[0]), spread, effective, clipped)
        if name == "dr" and slots.usual is not None:
            at_once = says["dr less logged"]
            differences[name] = _estimate(float(at_once(whole)[0]), at_once(drawn), effective, clipped)
            continue
        less = spread - says["logged"](drawn)
        differences[name] = _estimate(float(value[0]) - logged, less, effective, clipped)
    return Judged(logged, len(np.unique(slots.slate)), values, differences)


def mean_of(slots: Slots, *, resampled: int = RESAMPLED, seed: int = 0) -> Estimate:
    """What was logged, rewards per slate, with the interval from resampling whole units."""
    _, unit = np.unique(slots.unit, return_inverse=True)
    first = (np.diff(slots.slate, prepend=-1) != 0).astype(np.float64)
    units = int(unit.max()) + 1
    columns: Floats = np.stack([np.bincount(unit, one, units) for one in (first, slots.reward)], axis=1)
    columns = columns.astype(np.float64)
    drawn = _resampled(columns, resampled, np.random.default_rng(seed))
    whole = columns.sum(axis=0)
    n = float(len(slots.reward))
    return _estimate(float(whole[1] / whole[0]), drawn[:, 1] / drawn[:, 0], n, 0.0)


def effective_sample(weight: Floats) -> float:
    """How many equal weights are as good as these (Kish, 1965)."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


_Says = Callable[[Floats], Floats]
"""An estimate from sums over slots, one row for each sample."""


def _columns(slots: Slots, plain: Mapping[str, Floats], own: Floats) -> tuple[Floats, dict[str, _Says]]:
    """Sums over slots for each unit, and how each estimate is read from the sums over units."""
    _, unit = np.unique(slots.unit, return_inverse=True)
    first = np.diff(slots.slate, prepend=-1) != 0
    told: list[Floats] = [first.astype(np.float64), slots.reward]
    says: dict[str, _Says] = {"logged": lambda sums: sums[:, 1] / sums[:, 0]}
    for name, part in plain.items():
        says[name] = _mean_of(len(told))
        told.append(part)
    if slots.usual is not None:
        says["dr less logged"] = _mean_of(len(told))
        told.append(slots.expected - slots.usual + (own - 1) * (slots.reward - slots.said))
    at = []
    for slot in np.unique(slots.slot):
        here = slots.slot == slot
        at.append(len(told))
        told += [np.where(here, own * slots.reward, 0.0), np.where(here, own, 0.0), here.astype(np.float64)]

    def self_normalised(sums: Floats) -> Floats:
        found = np.zeros(len(sums))
        for n in at:
            weight = sums[:, n + 1]
            rate = np.divide(sums[:, n], weight, out=np.zeros(len(sums)), where=weight > 0)
            found += rate * sums[:, n + 2] / sums[:, 0]
        return found

    says["snips"] = self_normalised
    units = int(unit.max()) + 1
    return np.stack([np.bincount(unit, one, units) for one in told], axis=1), says


def _mean_of(column: int) -> _Says:
    return lambda sums: sums[:, column] / sums[:, 0]


def _resampled(columns: Floats, times: int, rng: np.random.Generator) -> Floats:
    """Sums over as many units drawn with replacement, so many times."""
    units = len(columns)
    found = np.empty((times, columns.shape[1]))
    at_once = max(1, _BLOCK // units)
    for start in range(0, times, at_once):
        some = min(at_once, times - start)
        drawn = rng.integers(0, units, (some, units))
        drawn += np.arange(some)[:, None] * units
        counts = np.bincount(drawn.ravel(), minlength=some * units).reshape(some, units)
        found[start : start + some] = counts.astype(np.float64) @ columns
    return found


def _estimate(value: float, spread: Floats, effective: float, clipped: float) -> Estimate:
    low, high = np.quantile(spread, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high), effective, clipped)
