"""The case mix: how often an add-on is attached by store, hour, category and value, whoever serves.

A logistic model with an effect for each associate, fitted once without each fold of associates, so that what
is expected of somebody has nothing of their own; the associates' effects are then left out, which is that of
the average one of the others.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from assistant.measure import period
from assistant.records import Progress
from assistant.store import cases, counting
from assistant.store.cases import EVERYBODY, FACTORS, Case, Effect
from assistant.store.database import Home, open_catalog, open_home
from assistant.store.gathering import gathered

WEEKS = 52
MOST_FOLDS = 20
LEAST = 100  # sales to learn anything from
STRENGTH = 2.0
"""How large effects may be: the variance they are given beforehand (scikit-learn's C)."""

Numbers = NDArray[np.float64]


def learn(home: Home, progress: Progress) -> int:
    """Learn the case mix of the last year and keep it in the catalog; from how many sales.

    The sales are counted first: those that nobody asked about yet have to be learned from too. What closed
    days let expect is counted anew afterwards.
    """
    counting.count(home)
    with contextlib.closing(open_home(home)) as connection:
        span = period.last_weeks(connection, WEEKS)
        found: tuple[Case, ...] = ()
        if span is not None:
            with gathered(connection, period.scope(connection, *span)):
                found = cases.kinds(connection)
    sales = sum(case.sales for case in found)
    progress("Learning the case mix", 0, sales)
    learned = tuple(fit(found)) if sales >= LEAST else ()
    with contextlib.closing(open_catalog(home)) as catalog:
        cases.keep(catalog, learned)
    counting.count(home)
    progress("Learning the case mix", sales, sales)
    return sales


def fit(found: Sequence[Case]) -> Iterator[Effect]:
    """The effects of every fold, whose fold is which, and how unsure all that is expected of each is."""
    told = _told(found)
    rate = np.zeros(len(told.sales))
    for number in range(told.folds):
        others = told.others(number)
        intercept, of_levels = _effects(told, others)
        odds = intercept + told.levels @ of_levels
        own = told.fold == number
        rate[own] = 1 / (1 + np.exp(-odds[own]))
        effects = zip((("", ""), *told.names), (intercept, *of_levels.tolist()), strict=True)
        yield from ((number, *name, float(effect)) for name, effect in effects if effect)
    unsure = _unsure(told, rate)
    for place, who in enumerate(told.people):
        yield told.fold_of(place), "associate", who, float(unsure[place])
    yield EVERYBODY, "associate", "", float(unsure[-1])


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """Cases as numbers: n cases, of `people`, with levels in the order of `names` (n × levels, 0 or 1)."""

    people: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    levels: csr_matrix
    person: NDArray[np.int64]
    sales: Numbers
    attached: Numbers

    @property
    def folds(self) -> int:
        """How many folds there are, that of everybody's sales included."""
        return min(len(self.people), MOST_FOLDS) + 1

    @property
    def fold(self) -> NDArray[np.int64]:
        """Each case's fold."""
        return self.person % MOST_FOLDS + 1

    def fold_of(self, place: int) -> int:
        """Of whom the fold with nothing of one person's own leaves out."""
        return place % MOST_FOLDS + 1

    def others(self, fold: int) -> NDArray[np.bool_]:
        """The cases that a fold's effects are learned from: with nobody else all, as it was."""
        others = self.fold != fold
        some = 0 < self.attached[others].sum() < self.sales[others].sum()
        return others if some else np.ones(len(others), dtype=np.bool_)


def _told(found: Sequence[Case]) -> _Told:
    people = sorted({case.associate_id for case in found})
    names = sorted({level for case in found for level in zip(FACTORS, case.levels, strict=True)})
    place, column = ({one: n for n, one in enumerate(every)} for every in (people, names))
    columns = [column[level] for case in found for level in zip(FACTORS, case.levels, strict=True)]
    rows = np.repeat(np.arange(len(found)), len(FACTORS))
    return _Told(
        tuple(people),
        tuple(names),
        csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(found), len(names))),
        np.array([place[case.associate_id] for case in found], dtype=np.int64),
        np.array([case.sales for case in found], dtype=np.float64),
        np.array([case.attached for case in found], dtype=np.float64),
    )


def _effects(told: _Told, rows: NDArray[np.bool_]) -> tuple[float, Numbers]:
    """The intercept and the effect of each level, beside those of associates."""
    yes, no = told.attached[rows], (told.sales - told.attached)[rows]
    if not yes.sum() or not no.sum():
        share = (yes.sum() + 0.5) / (yes.sum() + no.sum() + 1)
        return float(np.log(share / (1 - share))), np.zeros(len(told.names))
    x = hstack([told.levels[rows], _one_of(told.person[rows], len(told.people))], format="csr")
    some, none = yes.nonzero()[0], no.nonzero()[0]
    answer = np.concatenate([np.ones(len(some)), np.zeros(len(none))])
    model = LogisticRegression(C=STRENGTH, max_iter=200).fit(
        x[np.concatenate([some, none])], answer, sample_weight=np.concatenate([yes[some], no[none]])
    )
    return float(model.intercept_[0]), model.coef_[0, : len(told.names)]


def _one_of(places: NDArray[np.int64], count: int) -> csr_matrix:
    return csr_matrix((np.ones(len(places)), (np.arange(len(places)), places)), shape=(len(places), count))


def _unsure(told: _Told, rate: Numbers) -> Numbers:
    """The relative variance of all that is expected of each person, and of anybody else last.

    By the logistic model's information, with the same ridge as in learning; sales taken as independent. Each
    person's own effect meets only their own sales, so that it is taken out of the information beforehand
    (Schur complement): what is left is as large as there are levels, however many people there are.
    """
    people, x = len(told.people), hstack([np.ones((len(rate), 1)), told.levels], format="csr")
    expected = told.sales * rate
    weight = expected * (1 - rate)
    of = _one_of(told.person, people).T.tocsr()
    slope = np.asarray((of @ x.multiply(weight[:, None]).tocsr()).todense())  # people × levels
    own = of @ weight + 1 / STRENGTH  # of each person's own effect
    whole = of @ expected
    slopes = np.vstack(
        [slope / np.maximum(whole, 1e-12)[:, None], slope.sum(axis=0) / max(whole.sum(), 1e-12)]
    )
    fold_of = np.append(np.arange(people) % MOST_FOLDS + 1, EVERYBODY)
    found = np.zeros(people + 1)
    for fold in range(told.folds):
        rows = told.others(fold)
        there = np.unique(told.person[rows])
        ridge = np.diag([1e-6, *np.full(len(told.names), 1 / STRENGTH)])
        both = slope[there] / np.sqrt(own[there])[:, None]
        left = ridge + (x[rows].T @ x[rows].multiply(weight[rows, None])).toarray() - both.T @ both
        for who in np.flatnonzero(fold_of == fold):
            # What is expected is of the average one of the others.
            each = slopes[who, 0] / len(there)
            rest = slopes[who] - each * (slope[there] / own[there][:, None]).sum(axis=0)
            found[who] = each**2 * (1 / own[there]).sum() + rest @ np.linalg.solve(left, rest)
    return found
