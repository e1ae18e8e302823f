"""The case mix: how often an add-on is attached by store, hour, category and value, whoever serves.

A logistic model with an effect for each associate, fitted once without each fold of associates, so that what
is expected of somebody has nothing of their own; the associates' effects are then left out, which is that of
the average one of the others.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assistant.measure import period
from assistant.measure.case_mix import EVERYBODY, STRENGTH
from assistant.records import Progress
from assistant.store import cases, counting
from assistant.store.cases import FACTORS, Case, Effect
from assistant.store.database import Home, open_catalog, open_home
from assistant.store.gathering import gathered

WEEKS = 52
MOST_FOLDS = 20
LEAST = 100  # sales to learn anything from


def learn(home: Home, progress: Progress) -> int:
    """Learn the case mix of the last year and keep it in the catalog; from how many sales.

    The sales are counted first: those that nobody asked about yet have to be learned from too.
    """
    counting.count(home)
    with contextlib.closing(open_home(home)) as connection:
        span = period.last_weeks(connection, WEEKS)
        found: tuple[Case, ...] = ()
        if span is not None:
            with gathered(connection, period.scope(connection, *span)):
                found = cases.cases(connection)
    sales = sum(case.sales for case in found)
    progress("Learning the case mix", 0, sales)
    learned = tuple(fit(found)) if sales >= LEAST else ()
    with contextlib.closing(open_catalog(home)) as catalog:
        cases.keep(catalog, learned)
    progress("Learning the case mix", sales, sales)
    return sales


def fit(found: Sequence[Case]) -> Iterator[Effect]:
    """The effects of every fold, and whose fold is which."""
    people = sorted({case.associate_id for case in found})
    fold = {who: n % MOST_FOLDS + 1 for n, who in enumerate(people)}
    summed = _summed(found)
    names = sorted({name for levels, _, _ in summed for name in levels})
    column = {name: n for n, name in enumerate(names)}
    rows = np.repeat(np.arange(len(summed)), len(FACTORS) + 1)
    columns = np.array([column[name] for levels, _, _ in summed for name in levels])
    x = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(summed), len(names)))
    yes = np.array([y for _, _, y in summed], dtype=np.float64)
    no = np.array([n - y for _, n, y in summed], dtype=np.float64)
    whose = np.array([fold[levels[-1][1]] for levels, _, _ in summed])
    for number in sorted({EVERYBODY, *fold.values()}):
        others = whose != number
        if not yes[others].sum() or not no[others].sum():
            others = np.ones(len(whose), dtype=bool)  # nobody else: then all, as it was
        for name, effect in zip(
            (("", ""), *names), _effects(x[others], yes[others], no[others]), strict=True
        ):
            if name[0] != "associate" and effect:
                yield number, *name, float(effect)
    for who, number in fold.items():
        yield number, "associate", who, 0.0


def _effects(x: csr_matrix, yes: NDArray[np.float64], no: NDArray[np.float64]) -> NDArray[np.float64]:
    """The intercept, then the effect of each column."""
    if not yes.sum() or not no.sum():
        share = (yes.sum() + 0.5) / (yes.sum() + no.sum() + 1)
        return np.array([np.log(share / (1 - share)), *np.zeros(x.shape[1])])
    rows = np.concatenate([np.flatnonzero(yes), np.flatnonzero(no)])
    answer = np.concatenate([np.ones(int((yes > 0).sum())), np.zeros(int((no > 0).sum()))])
    weight = np.concatenate([yes[yes > 0], no[no > 0]])
    model = LogisticRegression(C=STRENGTH, max_iter=200).fit(x[rows], answer, sample_weight=weight)
    return np.concatenate([model.intercept_, model.coef_[0]])


def _summed(found: Sequence[Case]) -> list[tuple[tuple[tuple[str, str], ...], int, int]]:
    """Cases over all days: their levels with the associate last, how many, and how many attached."""
    sums: dict[tuple[tuple[str, str], ...], list[int]] = defaultdict(lambda: [0, 0])
    for case in found:
        levels = (*zip(FACTORS, case.levels, strict=True), ("associate", case.associate_id))
        sums[levels][0] += case.sales
        sums[levels][1] += int(case.attached)
    return [(levels, n, y) for levels, (n, y) in sums.items()]
