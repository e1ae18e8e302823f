"""Learns a `Likelihood` from cases: shrunk effects, then trees where they tell more; calibrated.

The effects are a logistic regression with a normal prior on each (a ridge): a pairing's effect is what it
differs by from its category, and few cases move it little. That is the hierarchical prior in one fit. Trees
learn from effects that leave the case itself out, by folds: else they would trust words met once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from assistant.learn.boosting import to_forest
from assistant.suggest.likelihood import Likelihood, Number, Table

Floats = NDArray[np.float64]

LEAST_CAME = 500  # of either answer: with fewer, trees would learn chance
NUMBERS_SPREAD = 0.5  # how far a slope lies from what is foreseen of it, for one standard deviation
FOLDS = 5  # in which effects are learned without the cases that trees learn from
KEPT_BACK = 5  # one case in so many tells when to stop, and how far scores come true
NAMED = 30  # a column of so many words at most has each of them asked for by name
STEP = 50  # trees between two looks at what was kept back
LEAP = 200  # trees that are grown at once: to begin growing again takes as long as many trees
MOST_TREES = 600
MOST_GROWN = 400_000  # cases that trees grow on; more tell them little and take long
PATIENCE = 2
RATE = 0.06
LEAVES = 24
SMALLEST = 20
STEADYING = 3.0
MOST_MOVED = 5.0  # in log-odds
_EXACT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """What was known of each case, whether it came to a yes, and how much it counts."""

    table: Table
    came: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def only(self, rows: NDArray[np.int64]) -> Cases:
        """Some of them."""
        table = {name: _taken(column, rows) for name, column in self.table.items()}
        return Cases(table, self.came[rows], self.weight[rows])


def fit(
    cases: Cases, spread: Mapping[str, float], numbers: Mapping[str, float], *, seed: int = 0
) -> Likelihood:
    """Learn from these cases; `spread` names the columns of words, the broader before the narrower, with how
    far their effects are expected to lie from nothing, in log-odds; `numbers` names those of numbers, with
    the slope that is foreseen before any case is."""
    whole = effects(cases, spread, numbers)
    count, came = len(cases.came), int(cases.came.sum())
    whole = replace(whole, cases=count, came=came)
    if min(came, count - came) < LEAST_CAME:
        return whole
    rng = np.random.default_rng(seed)
    mixed = rng.permutation(count)
    back, rest = np.sort(mixed[::KEPT_BACK]), np.sort(np.delete(mixed, np.s_[::KEPT_BACK]))
    learning, trying = cases.only(rest[:MOST_GROWN]), cases.only(back)
    asked = named(learning, spread)
    part = replace(effects(learning, spread, numbers), asked=asked)
    trees, told = _grown_until(part, learning, trying, spread, numbers, seed)
    slope, intercept = _calibrated(told, trying)
    if log_loss(slope * told + intercept, trying) >= log_loss(part.summed(trying.table), trying):
        return whole
    grown = cases.only(np.sort(mixed[:MOST_GROWN]))
    estimator = _estimator(trees, seed)
    whole = replace(whole, asked=asked)
    with threadpool_limits(limits=1, user_api="blas"):
        seen = _crossed(whole, grown, spread, numbers, seed)
        estimator.fit(seen, grown.came, sample_weight=grown.weight)
    forest = to_forest([estimator], whole.feature_names, whole.groups)
    return replace(whole, forest=forest, slope=slope, intercept=intercept)


def come_true(found: Likelihood, cases: Cases) -> Likelihood:
    """The same, moved so that it says as many of these as came; for what was learned with other weights."""
    if cases.came.all() or not cases.came.any():
        return found
    told, wanted = found.log_odds(cases.table), float(np.average(cases.came, weights=cases.weight))
    low, high = -MOST_MOVED, MOST_MOVED
    while high - low > _EXACT:
        moved = (low + high) / 2
        said = float(np.average(1 / (1 + np.exp(-(told + moved))), weights=cases.weight))
        low, high = (moved, high) if said < wanted else (low, moved)
    return replace(found, intercept=found.intercept + (low + high) / 2)


def effects(cases: Cases, spread: Mapping[str, float], numbers: Mapping[str, float]) -> Likelihood:
    """The shrunk effects alone."""
    known = {name: _number(cases.table[name]) for name in numbers}
    words = {name: list(dict.fromkeys(cases.table[name])) for name in spread}
    came = cases.came
    blank = Likelihood(_usual(cases), {name: {} for name in spread}, known)
    if came.all() or not came.any():
        return blank
    blocks = [_block(cases.table[name], words[name], spread[name]) for name in spread]
    blocks += [csr_matrix(NUMBERS_SPREAD * _standard(cases.table[name], known[name])) for name in numbers]
    if not blocks:
        return blank
    foreseen = np.zeros(sum(map(len, words.values())) + len(numbers))
    foreseen[len(foreseen) - len(numbers) :] = [numbers[name] * known[name].scale for name in numbers]
    foreseen /= NUMBERS_SPREAD
    start, slopes = _ridge(hstack(blocks, format="csr"), cases, foreseen)
    slopes[len(slopes) - len(numbers) :] *= NUMBERS_SPREAD
    found = iter(slopes.tolist())
    return Likelihood(
        start,
        {name: {word: next(found) * spread[name] for word in words[name]} for name in spread},
        {name: replace(number, slope=next(found)) for name, number in known.items()},
    )


def _ridge(x: csr_matrix, cases: Cases, foreseen: Floats) -> tuple[float, Floats]:
    """The intercept and the slopes of a logistic regression, each slope drawn to what is foreseen of it."""
    sign = np.where(cases.came, 1.0, -1.0)

    def loss(at: Floats) -> tuple[float, Floats]:
        margin = sign * (at[0] + x @ at[1:])
        off = at[1:] - foreseen
        pull = -cases.weight * sign / (1 + np.exp(np.minimum(margin, 700.0)))
        told = float(cases.weight @ np.logaddexp(0.0, -margin)) + 0.5 * float(off @ off)
        return told, np.append(pull.sum(), x.T @ pull + off)

    at = np.append(_usual(cases), foreseen)
    found = minimize(loss, at, jac=True, method="L-BFGS-B", options={"maxiter": 500, "ftol": 1e-12})
    return float(found.x[0]), np.asarray(found.x[1:])


def named(cases: Cases, spread: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """The words of small columns, which trees may ask for one by one."""
    found: list[tuple[str, str]] = []
    for name in spread:
        words = sorted({str(word) for word in cases.table[name]})
        if 2 < len(words) <= NAMED:
            found += [(name, word) for word in words]
    return tuple(found)


def _crossed(
    whole: Likelihood, cases: Cases, spread: Mapping[str, float], numbers: Mapping[str, float], seed: int
) -> Floats:
    """What trees look at of the cases that they learn from.

    The effects of columns of many words are those that other folds taught; of few words, each was met often.
    """
    crossed = [name for name in spread if len(whole.effects[name]) > NAMED]
    if not crossed:
        return whole.features(cases.table)
    folds = np.random.default_rng((seed, 1)).permutation(len(cases.came)) % FOLDS
    features = np.empty((len(cases.came), len(whole.feature_names)))
    for fold in range(FOLDS):
        rest = effects(cases.only(np.flatnonzero(folds != fold)), spread, numbers)
        own = np.flatnonzero(folds == fold)
        seen = {name: (rest if name in crossed else whole).effects[name] for name in spread}
        features[own] = replace(whole, effects=seen).features(cases.only(own).table)
    return features


def _grown_until(
    part: Likelihood,
    learning: Cases,
    trying: Cases,
    spread: Mapping[str, float],
    numbers: Mapping[str, float],
    seed: int,
) -> tuple[int, NDArray[np.float64]]:
    """How many trees told most of what was kept back, and what they said of it."""
    x, tried = _crossed(part, learning, spread, numbers, seed), part.features(trying.table)
    estimator = _estimator(MOST_TREES, seed)
    estimator.set_params(warm_start=True)
    best: tuple[float, int, NDArray[np.float64]] | None = None
    for before in range(0, MOST_TREES, LEAP):
        estimator.set_params(max_iter=min(before + LEAP, MOST_TREES))
        with threadpool_limits(limits=1, user_api="blas"):
            estimator.fit(x, learning.came, sample_weight=learning.weight)
        staged = islice(estimator.staged_decision_function(tried), before + STEP - 1, None, STEP)
        for turn, told in enumerate(staged, 1):
            trees = before + turn * STEP
            said = np.asarray(told, dtype=np.float64).ravel()
            loss = log_loss(said, trying)
            if best is None or loss < best[0]:
                best = (loss, trees, said)
            elif trees >= best[1] + PATIENCE * STEP:
                return best[1], best[2]
    assert best is not None  # noqa: S101
    return best[1], best[2]


def _estimator(trees: int, seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=SMALLEST,
        l2_regularization=STEADYING,
        max_features=0.5,
        early_stopping=False,
        random_state=seed,
    )


def _calibrated(said: NDArray[np.float64], trying: Cases) -> tuple[float, float]:
    """Slope and intercept that make scores come true on cases that the trees did not learn from."""
    line = LogisticRegression(C=1e6).fit(said.reshape(-1, 1), trying.came, sample_weight=trying.weight)
    slope, intercept = float(line.coef_[0, 0]), float(line.intercept_[0])
    return (slope, intercept) if slope > 0 else (1.0, 0.0)


def log_loss(log_odds: NDArray[np.float64], cases: Cases) -> float:
    """The mean surprise in nats."""
    signed = np.where(cases.came, log_odds, -log_odds)
    return float(np.average(np.logaddexp(0.0, -signed), weights=cases.weight))


def _usual(cases: Cases) -> float:
    """The log-odds of all cases alike, with one more of either answer."""
    yes = float(cases.weight[cases.came].sum()) + 1
    no = float(cases.weight[~cases.came].sum()) + 1
    return float(np.log(yes / no))


def _number(column: Sequence[Any]) -> Number:
    known = np.array([float(value) for value in column if value is not None and value == value])
    if not len(known):
        return Number(0.0, 1.0)
    return Number(float(known.mean()), float(known.std()) or 1.0)


def _standard(column: Sequence[Any], number: Number) -> NDArray[np.float64]:
    known = [number.mean if value is None or value != value else float(value) for value in column]
    return ((np.array(known) - number.mean) / number.scale).reshape(-1, 1)


def _block(column: Sequence[Any], words: Sequence[str], spread: float) -> csr_matrix:
    place = {word: n for n, word in enumerate(words)}
    at = np.fromiter((place[word] for word in column), np.int64, len(column))
    return csr_matrix((np.full(len(at), spread), (np.arange(len(at)), at)), shape=(len(at), len(words)))


def _taken(column: Sequence[Any], rows: NDArray[np.int64]) -> Sequence[Any]:
    return [column[row] for row in rows.tolist()]
