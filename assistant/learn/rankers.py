"""Forests that turn features into the probability that a candidate is in the rest of the basket."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from assistant.learn.boosting import to_forest
from assistant.learn.examples import Examples
from assistant.records import Progress
from assistant.suggest.forest import Forest
from assistant.suggest.ranking import FEATURES, GROUP_OF
from assistant.suggest.shortlist import KINDS, Kind

TREES = 120  # at most; each needs so many cases that came true
CASES_PER_TREE = 25
LEAVES = 24  # at most, likewise
CASES_PER_LEAF = 100
FEWEST_LEAVES = 4
RATE = 0.07
SMALLEST = 40  # rows of a leaf
STEADYING = 5.0
LEAST_CAME = 500  # cases that came true; trees on fewer would learn chance

_GROWING = "Growing trees"
_STEPS = 100  # of each kind


def fit(examples: Examples, progress: Progress) -> dict[Kind, Forest]:
    """A forest for each kind of candidate.

    Kinds with too few cases share one that learned from all kinds; with too few altogether there is none.
    """
    found: dict[Kind, Forest] = {}
    shared: Forest | None = None
    progress(_GROWING, 0, _STEPS * len(KINDS))
    for number, kind in enumerate(KINDS):
        own = examples.kind == number
        say = partial(_say, progress, number)
        if _tells(examples.only(own)):
            found[kind] = _forest(examples.only(own), say)
        elif _tells(examples):
            shared = shared or _forest(examples, say)
            found[kind] = shared
    progress(_GROWING, _STEPS * len(KINDS), _STEPS * len(KINDS))
    return found


def _say(progress: Progress, kind: int, part: float) -> None:
    progress(_GROWING, round(_STEPS * (kind + part)), _STEPS * len(KINDS))


def _tells(examples: Examples) -> bool:
    """Whether there are cases enough of both outcomes, and anything to tell them apart by."""
    x, came = examples.features, int(examples.came.sum())
    return LEAST_CAME <= came < len(examples.came) and bool((x.min(axis=0) < x.max(axis=0)).any())


def _forest(examples: Examples, say: Callable[[float], None]) -> Forest:
    # What never changes cannot be split on, and the estimator cannot cut it into bins.
    x = examples.features
    varied = np.flatnonzero(x.min(axis=0) < x.max(axis=0))
    came = int(examples.came.sum())
    trees = min(TREES, came // CASES_PER_TREE)
    grown = count()

    def after_each_tree(*_: Any, **__: Any) -> float:
        say(next(grown) / trees)
        return 0.0

    estimator = HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=RATE,
        max_leaf_nodes=int(np.clip(came // CASES_PER_LEAF, FEWEST_LEAVES, LEAVES)),
        min_samples_leaf=SMALLEST,
        l2_regularization=STEADYING,
        random_state=0,
        # Nothing stops it early: a score is only asked for as there is no other way to hear how far it is.
        early_stopping=True,
        validation_fraction=None,
        n_iter_no_change=trees + 1,
        scoring=after_each_tree,
    )
    # Weights for the cases that were passed over would make fitting several times slower; that they are
    # fewer than they were is set right in the intercept instead (King and Zeng, 2001).
    # On one thread: threads that wait for each other spin, and on a busy computer that takes ten times as
    # long; the counter has the other cores.
    with threadpool_limits(1, user_api="openmp"):
        estimator.fit(x[:, varied], examples.came)
    forest = to_forest([estimator], [FEATURES[column] for column in varied], GROUP_OF)
    stand_for = examples.counts[~examples.came].mean() / examples.counts[examples.came].mean()
    return _widened(forest).scaled(1.0, -math.log(stand_for))


def _widened(forest: Forest) -> Forest:
    """The same forest over all features: those it does not ask for change nothing."""
    from dataclasses import replace

    column = np.array([FEATURES.index(name) for name in forest.features], dtype=np.int32)
    group_of = [
        forest.groups.index(GROUP_OF[name]) if GROUP_OF[name] in forest.groups else 0 for name in FEATURES
    ]
    return replace(
        forest,
        features=FEATURES,
        group_of=np.array(group_of, dtype=np.int32),
        used=column[forest.used],
    )
