"""Forests that turn features into the probability that a candidate is in the rest of the basket."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
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
AT_ONCE = 2  # forests; a training leaves cores to the counter
LEAST_CAME = 500  # cases that came true; trees on fewer would learn chance

_GROWING = "Growing trees"
_STEPS = 100  # of each forest
_OFTEN = 0.2  # seconds between two words of how far it is


def fit(examples: Examples, progress: Progress) -> dict[Kind, Forest]:
    """A forest for each kind of candidate, two of them growing at a time.

    Kinds with too few cases share one that learned from all kinds; with too few altogether there is none.
    """
    kinds: dict[Kind, int | None] = {}  # None: of all kinds
    for number, kind in enumerate(KINDS):
        if _tells(examples.only(examples.kind == number)):
            kinds[kind] = number
        elif _tells(examples):
            kinds[kind] = None
    forests = _grown(examples, list(dict.fromkeys(kinds.values())), progress)
    return {kind: forests[of] for kind, of in kinds.items()}


def _grown(examples: Examples, wanted: Sequence[int | None], progress: Progress) -> dict[int | None, Forest]:
    """The forests of these kinds; what `progress` raises stops all of them."""
    if not wanted:
        return {}
    far: dict[int | None, float] = dict.fromkeys(wanted, 0.0)
    stopped = threading.Event()
    one_prepares = threading.Lock()

    def grow(of: int | None) -> Forest:
        def say(part: float) -> None:
            far[of] = part
            if stopped.is_set():
                raise InterruptedError

        rows = np.full(len(examples.kind), True) if of is None else examples.kind == of
        return _forest(examples, rows, one_prepares, say)

    def told() -> None:
        progress(_GROWING, round(_STEPS * sum(far.values())), _STEPS * len(far))

    told()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        growing = {of: pool.submit(grow, of) for of in wanted}
        try:
            while not all(one.done() for one in growing.values()):
                wait(growing.values(), _OFTEN, FIRST_EXCEPTION)
                told()
            forests = {of: one.result() for of, one in growing.items()}
            told()
            return forests
        finally:
            stopped.set()


def _tells(examples: Examples) -> bool:
    """Whether there are cases enough of both outcomes, and anything to tell them apart by."""
    x, came = examples.features, int(examples.came.sum())
    return LEAST_CAME <= came < len(examples.came) and bool((x.min(axis=0) < x.max(axis=0)).any())


def _forest(
    examples: Examples, rows: NDArray[np.bool_], one_prepares: threading.Lock, say: Callable[[float], None]
) -> Forest:
    """A forest that learned from some of the rows.

    The estimator first cuts features into bins and sets the filters of warnings, which all threads share,
    anew and back: `one_prepares` lets one forest at a time do that, until the score before its first tree.
    """
    x, outcome, counts = examples.features[rows], examples.came[rows], examples.counts[rows]
    # What never changes cannot be split on, and the estimator cannot cut it into bins.
    varied = np.flatnonzero(x.min(axis=0) < x.max(axis=0))
    x = x[:, varied]  # in the place of the whole, which is as much again
    came = int(outcome.sum())
    trees = min(TREES, came // CASES_PER_TREE)
    grown = count()

    def after_each_tree(*_: Any, **__: Any) -> float:
        alone.close()
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
    # Each forest on one thread: threads that wait for each other spin, and on a busy computer that takes ten
    # times as long.
    with threadpool_limits(1, user_api="openmp"), ExitStack() as alone:
        alone.enter_context(one_prepares)
        estimator.fit(x, outcome)
    forest = to_forest([estimator], [FEATURES[column] for column in varied], GROUP_OF)
    stand_for = counts[~outcome].mean() / counts[outcome].mean()
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
