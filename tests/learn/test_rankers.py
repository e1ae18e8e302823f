"""Forests answer as scikit-learn answers, and where there is too little to learn there are none."""

from __future__ import annotations

import threading
import time
import warnings
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from assistant.learn import rankers
from assistant.learn.examples import Examples
from assistant.suggest.ranking import FEATURES, GROUP_OF, probability
from assistant.suggest.shortlist import KINDS
from tests.learn.test_counting import quiet

CLOSE = 1e-9
CONSTANT = (3, 10, 20)


def drawn_examples(count: int, seed: int, per_kind: tuple[int, ...] | None = None) -> Examples:
    """Cases of which the first two features decide; some features never change."""
    drawn = np.random.default_rng(seed)
    sizes = per_kind or (count // 3, count // 3, count - 2 * (count // 3))
    count = sum(sizes)
    # Few different values: finding thresholds among many takes longer than growing the trees.
    x = drawn.normal(size=(count, len(FEATURES))).round(1).astype(np.float32)
    x[:, list(CONSTANT)] = 2.5
    kind = np.repeat(np.arange(len(KINDS), dtype=np.int8), sizes)
    came = drawn.random(count) < truth(x)
    kept = came | (drawn.random(count) < 0.25)
    counts = np.where(came, 1.0, 4.0).astype(np.float32)
    made = Examples(
        x, kind, came, np.arange(count, dtype=np.int32), counts, *[np.arange(count, dtype=np.int32)] * 2
    )
    return made.only(kept)


def truth(x: NDArray[np.float32]) -> NDArray[np.float64]:
    """How likely each case is to come true."""
    return np.array([probability(o) for o in 1.2 * x[:, 0] + 0.8 * x[:, 1] * (x[:, 2] > 0) - 1.5])


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rankers, "TREES", 12)
    monkeypatch.setattr(rankers, "LEAST_CAME", 150)


class Kept(HistGradientBoostingClassifier):
    """An estimator that is found again after the fit."""

    fitted: list[tuple[HistGradientBoostingClassifier, NDArray[Any]]]

    def fit(self, x: NDArray[Any], y: Any, sample_weight: Any = None) -> HistGradientBoostingClassifier:
        Kept.fitted.append((self, x))
        return super().fit(x, y, sample_weight)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> type[Kept]:
    Kept.fitted = []
    monkeypatch.setattr(rankers, "HistGradientBoostingClassifier", Kept)
    return Kept


def test_forests_are_those_of_the_estimator_over_all_features(kept: type[Kept]) -> None:
    learned = drawn_examples(6_000, 1)
    forests = rankers.fit(learned, quiet)
    assert list(forests) == list(KINDS)
    assert len(kept.fitted) == len(KINDS)
    x = np.random.default_rng(2).normal(size=(700, len(FEATURES)))  # what never changed changes here
    varied = [n for n in range(len(FEATURES)) if n not in CONSTANT]
    for number, kind in enumerate(KINDS):
        forest = forests[kind]
        assert forest.fits()
        assert forest.features == FEATURES
        own = learned.only(learned.kind == number).features[:, varied]
        (estimator,) = (one for one, seen in kept.fitted if np.array_equal(seen, own))
        # What was passed over is there once for four: it is four times as likely as the trees have seen.
        expected = estimator.decision_function(x[:, varied]) - np.log(4)
        assert np.ptp(expected) > 1
        assert np.abs(forest.log_odds(x) - expected).max() < CLOSE
        assert np.abs(forest.base + forest.parts(x).sum(axis=1) - expected).max() < CLOSE


def test_cancelling_stops_every_forest(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(HistGradientBoostingClassifier):
        def fit(self, *_: Any, **__: Any) -> HistGradientBoostingClassifier:
            for _tree in range(10_000_000):
                self.scoring()
            raise AssertionError("it was not stopped")

    said = []

    def cancel(what: str, done: int, total: int | None) -> None:
        said.append((what, done, total))
        if len(said) > 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(rankers, "HistGradientBoostingClassifier", Endless)
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        rankers.fit(drawn_examples(6_000, 1), cancel)
    assert threading.active_count() == before


def test_a_forest_that_fails_fails_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(HistGradientBoostingClassifier):
        def fit(self, *_: Any, **__: Any) -> HistGradientBoostingClassifier:
            raise MemoryError("no room for trees")

    monkeypatch.setattr(rankers, "HistGradientBoostingClassifier", Failing)
    with pytest.raises(MemoryError, match="no room"):
        rankers.fit(drawn_examples(6_000, 1), quiet)


def test_one_forest_at_a_time_cuts_features_into_bins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The estimator sets the filters of warnings while it does, and those belong to all threads."""
    preparing = threading.Semaphore(1)
    together = []

    class Watched(HistGradientBoostingClassifier):
        def fit(self, x: Any, y: Any) -> HistGradientBoostingClassifier:
            together.append(not preparing.acquire(blocking=False))
            time.sleep(0.05)
            preparing.release()
            return super().fit(x, y)

    monkeypatch.setattr(rankers, "HistGradientBoostingClassifier", Watched)
    filters = list(warnings.filters)
    said = []
    rankers.fit(drawn_examples(6_000, 1), lambda _, done, total: said.append((done, total)))
    assert together == [False] * len(KINDS)
    assert warnings.filters == filters
    assert said[0][0] == 0
    assert said[-1][0] == said[-1][1]


def test_a_part_is_moved_by_its_own_features_only() -> None:
    forest = rankers.fit(drawn_examples(6_000, 3), quiet)["other"]
    x = np.random.default_rng(4).normal(size=(200, len(FEATURES)))
    deciding = {GROUP_OF[FEATURES[n]] for n in (0, 1, 2)}
    spread = {g: float(np.ptp(p)) for g, p in zip(forest.groups, forest.parts(x).T, strict=True)}
    assert max(spread, key=spread.__getitem__) in deciding
    for number, name in enumerate(FEATURES):
        group = GROUP_OF[name]
        if group in forest.groups:
            assert forest.groups[forest.group_of[number]] == group


def test_what_is_known_of_few_is_learned_from_all() -> None:
    forests = rankers.fit(drawn_examples(0, 5, (3_000, 60, 90)), quiet)
    assert set(forests) == set(KINDS)
    assert forests["alike"] is forests["again"]
    assert forests["other"] is not forests["alike"]


def test_with_too_few_cases_there_are_no_forests() -> None:
    few = drawn_examples(300, 6)
    assert 0 < few.came.sum() < rankers.LEAST_CAME
    assert rankers.fit(few, quiet) == {}
    nothing = few.only(np.zeros(len(few.came), dtype=np.bool_))
    assert rankers.fit(nothing, quiet) == {}


def test_where_everything_or_nothing_came_true_there_is_nothing_to_tell_apart() -> None:
    learned = drawn_examples(3_000, 7)
    certain = learned.only(learned.came)
    assert certain.came.sum() > rankers.LEAST_CAME
    assert rankers.fit(certain, quiet) == {}
    assert rankers.fit(learned.only(~learned.came), quiet) == {}


def test_one_kind_that_always_came_true_learns_from_all() -> None:
    learned = drawn_examples(6_000, 8)
    sure = learned.only(learned.came | (learned.kind > 0))
    assert sure.came[sure.kind == 0].sum() > rankers.LEAST_CAME
    forests = rankers.fit(sure, quiet)
    assert set(forests) == set(KINDS)
    x = np.random.default_rng(9).normal(size=(100, len(FEATURES)))
    assert np.ptp(forests["other"].log_odds(x)) > 0.5


def test_features_that_all_stay_the_same_are_no_error() -> None:
    learned = drawn_examples(3_000, 10)
    learned.features[:] = 1.0
    assert rankers.fit(learned, quiet) == {}


def test_the_same_examples_grow_the_same_trees() -> None:
    x = np.random.default_rng(11).normal(size=(100, len(FEATURES)))
    first, second = (rankers.fit(drawn_examples(3_000, 12), quiet)["again"].log_odds(x) for _ in range(2))
    assert first.tolist() == second.tolist()
