"""Whether a score can be read as a probability: tried on past baskets that the forests did not learn from.

A logistic regression of what was really in the hidden half on the log-odds gives each forest a slope and an
intercept (Platt, 1999). They change no order among candidates of a kind; they make "one in ten" mean one in
ten, for every kind alike, so that kinds can stand in one list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.learn.examples import Examples
from assistant.suggest.forest import Forest
from assistant.suggest.ranking import probability
from assistant.suggest.shortlist import KINDS, Kind

EVERY = 7  # one basket in so many is kept back to try the forests on
LEAST_CAME = 30  # cases that came true; fewer say nothing of a slope
GROUPS = 5


@dataclass(frozen=True, slots=True)
class Reliability:
    """One group of scores: the probability that was said, the share that came true, and of how many."""

    said: float
    seen: float
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How many baskets it was tried on, and how well what was said came true, from low scores to high."""

    orders: int = 0
    groups: tuple[Reliability, ...] = ()


def parted(examples: Examples, *, newest: bool = False) -> tuple[Examples, Examples]:
    """Baskets to learn from, and baskets to try on: one in `EVERY`, or as many of the `newest`, which come
    later than all that is learned from."""
    kept_back = examples.newer * EVERY < examples.baskets if newest else examples.basket % EVERY == 0
    return examples.only(~kept_back), examples.only(kept_back)


def calibrate(forests: Mapping[Kind, Forest], tried: Examples) -> tuple[dict[Kind, Forest], Calibration]:
    """The forests as they come true, and how far they then do, over all kinds together."""
    found: dict[Kind, Forest] = {}
    log_odds = np.zeros(len(tried.kind))
    scored = np.zeros(len(tried.kind), dtype=np.bool_)
    for number, kind in enumerate(KINDS):
        if kind not in forests:
            continue
        rows = tried.kind == number
        forest, said = _true(forests[kind], tried.only(rows))
        found[kind], log_odds[rows], scored = forest, said, scored | rows
    if not tried.came[scored].any():
        return found, Calibration()
    groups = reliability(log_odds[scored], tried.came[scored], tried.counts[scored])
    return found, Calibration(len(np.unique(tried.basket)), groups)


def _true(forest: Forest, tried: Examples) -> tuple[Forest, NDArray[np.float64]]:
    said = forest.log_odds(tried.features.astype(np.float64))
    if not LEAST_CAME <= tried.came.sum() < len(tried.came):
        return forest, said
    # A large C is next to no regularisation: two numbers on thousands of cases need none.
    fitted = LogisticRegression(C=1e6).fit(said.reshape(-1, 1), tried.came, sample_weight=tried.counts)
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    if slope <= 0:
        return forest, said
    return forest.scaled(slope, intercept), slope * said + intercept


def reliability(
    log_odds: Sequence[float] | NDArray[np.float64], came: NDArray[np.bool_], counts: NDArray[np.float32]
) -> tuple[Reliability, ...]:
    """What was said beside what came true, in groups from low to high with as many hits expected in each."""
    said = np.array([probability(x) for x in log_odds])
    cases = pd.DataFrame({"said": said * counts, "came": came * counts, "n": counts}).iloc[np.argsort(said)]
    reached = cases["said"].cumsum() / cases["said"].sum()
    group = np.minimum((reached * GROUPS).astype(int), GROUPS - 1)
    table = cases.groupby(group.to_numpy()).sum()
    return tuple(
        Reliability(float(r.said / r.n), float(r.came / r.n), round(float(r.n)))
        for r in table.itertuples(index=False)
    )
