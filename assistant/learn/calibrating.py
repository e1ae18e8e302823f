"""Whether a score can be read as a probability: tried on the newest orders, with half of each one hidden.

What was learned from the earlier orders is asked for every later basket, and a logistic regression of what
was really in the hidden half on the score gives a slope and an intercept (Platt, 1999). They change no order
of suggestions; they make "one in ten" mean one in ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.learn.orders import NO_TIME, Orders
from assistant.suggest.model import Model
from assistant.suggest.ranking import probability, score

HELD_OUT = 0.1  # of the orders, the newest
LEAST_ORDERS = 100  # held-out orders with two products or more; fewer can prove nothing
MOST_ORDERS = 2_000
LOOKED_AT = 20  # candidates of a basket: as far down as anybody looks
GROUPS = 5
SEED = 20_101


@dataclass(frozen=True, slots=True)
class Reliability:
    """One group of scores: the probability that was said, the share that came true, and of how many."""

    said: float
    seen: float
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-odds become `slope` × log-odds + `intercept`; tried on `orders`, `groups` say how well it fits."""

    slope: float = 1.0
    intercept: float = 0.0
    orders: int = 0
    groups: tuple[Reliability, ...] = ()


def split(orders: Orders) -> tuple[Orders, Orders] | None:
    """Earlier and later orders; None where the later ones would be too few to prove anything.

    Orders without a time count as the oldest, in the order in which they were read.
    """
    by_time = np.argsort(np.where(orders.at == NO_TIME, np.iinfo(np.int64).min, orders.at), kind="stable")
    cut = orders.count - round(orders.count * HELD_OUT)
    earlier, later = np.sort(by_time[:cut]), by_time[cut:]
    sizes = np.diff(orders.lines.indptr)
    later = later[sizes[later] >= 2][-MOST_ORDERS:]
    if len(later) < LEAST_ORDERS:
        return None
    return _only(orders, earlier), _only(orders, later)


def _only(orders: Orders, rows: NDArray[np.int64]) -> Orders:
    return Orders(orders.product_ids, orders.lines[rows], orders.buyer[rows], orders.at[rows])


def calibrate(model: Model, later: Orders) -> Calibration:
    """Fit the two numbers on later orders; nothing is changed where the score says nothing of them."""
    said, came = _tried(model, later)
    if not 0 < came.sum() < len(came):
        return Calibration()
    # A large C is next to no regularisation: two numbers on thousands of cases need none.
    fitted = LogisticRegression(C=1e6).fit(said.reshape(-1, 1), came)
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    if slope <= 0:
        return Calibration()
    groups = reliability([probability(slope * x + intercept) for x in said], came)
    return Calibration(slope, intercept, later.count, groups)


def reliability(said: Sequence[float], came: NDArray[np.bool_]) -> tuple[Reliability, ...]:
    """What was said beside what came true, in groups of equal size from low to high."""
    cases = pd.DataFrame({"said": said, "came": came})
    group = pd.qcut(cases["said"], GROUPS, duplicates="drop")
    table = cases.groupby(group, observed=True).agg(
        said=("said", "mean"), seen=("came", "mean"), n=("came", "size")
    )
    return tuple(Reliability(float(r.said), float(r.seen), int(r.n)) for r in table.itertuples(index=False))


def _tried(model: Model, later: Orders) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The log-odds of the best candidates of every half-seen basket, and whether they were in it."""
    drawn = np.random.default_rng(SEED)
    said: list[NDArray[np.float64]] = [np.zeros(0)]
    came: list[NDArray[np.bool_]] = [np.zeros(0, dtype=np.bool_)]
    for row in range(later.count):
        products = drawn.permutation(
            later.lines.indices[later.lines.indptr[row] : later.lines.indptr[row + 1]]
        )
        shown, hidden = np.split(products, [(len(products) + 1) // 2])
        scores = score(model, [later.product_ids[place] for place in shown])
        usable = np.setdiff1d(np.flatnonzero(scores.proven), shown)
        best = usable[np.argsort(-scores.total[usable], kind="stable")[:LOOKED_AT]]
        said.append(scores.total[best].astype(np.float64))
        came.append(np.isin(best, hidden))
    return np.concatenate(said), np.concatenate(came)
