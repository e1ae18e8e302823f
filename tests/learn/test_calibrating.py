"""Scores read as probabilities: what is said of baskets nobody learned from comes true about as often."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.learn import calibrating, rankers
from assistant.learn.calibrating import EVERY, LEAST_CAME, Calibration, calibrate, parted, reliability
from assistant.learn.examples import Examples
from assistant.suggest.forest import Forest
from assistant.suggest.ranking import FEATURES, probability
from assistant.suggest.shortlist import KINDS
from tests.learn.test_counting import quiet
from tests.learn.test_rankers import drawn_examples


@pytest.fixture(scope="module")
def forest() -> Forest:
    """A forest that is about right."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rankers, "TREES", 40)
        learned = drawn_examples(12_000, 1)
        return rankers.fit(replace(learned, kind=learned.kind * 0), quiet)["other"]


@pytest.fixture(scope="module")
def tried() -> Examples:
    return drawn_examples(15_000, 2)


@pytest.fixture(scope="module")
def fresh() -> Examples:
    return drawn_examples(15_000, 3)


def reliability_of(forests: dict, cases: Examples):
    said = np.zeros(len(cases.kind))
    for number, kind in enumerate(KINDS):
        rows = cases.kind == number
        said[rows] = forests[kind].log_odds(cases.features[rows].astype(np.float64))
    return reliability(said, cases.came, cases.counts)


def comes_true(groups) -> bool:
    return all(abs(g.said - g.seen) < 4 * np.sqrt(g.seen * (1 - g.seen) * 4 / g.n) + 0.02 for g in groups)


def test_what_is_said_too_surely_comes_true_once_it_was_tried(forest, tried, fresh):
    boasting = dict.fromkeys(KINDS, forest.scaled(2.5, 1.0))
    assert not comes_true(reliability_of(boasting, fresh))
    found, calibration = calibrate(boasting, tried)
    assert comes_true(calibration.groups)
    groups = reliability_of(found, fresh)
    assert len(groups) == calibrating.GROUPS
    assert comes_true(groups)
    assert groups[-1].seen > 2 * groups[0].seen, "the groups differ, so agreement says something"
    assert calibration.orders == len(np.unique(tried.basket))


def test_kinds_that_speak_differently_are_made_comparable(forest, tried):
    x = np.random.default_rng(4).normal(size=(400, len(FEATURES)))
    shy, boasting = forest.scaled(0.4, -1.0), forest.scaled(3.0, 2.0)
    found, _ = calibrate({"other": shy, "alike": boasting, "again": forest}, tried)
    told = [np.array([probability(o) for o in found[kind].log_odds(x)]) for kind in KINDS]
    assert np.abs(told[0] - told[1]).max() < 0.12
    assert np.abs(told[0] - told[2]).max() < 0.12
    before = [np.array([probability(o) for o in f.log_odds(x)]) for f in (shy, boasting)]
    assert np.abs(before[0] - before[1]).max() > 0.3


def test_a_shared_forest_is_made_true_for_each_kind_apart(forest, tried):
    # The same things come true twice as rarely for one kind: half of its hits are taken away.
    rarer = tried.came & ((tried.kind != 2) | (tried.basket % 2 == 0))
    cases = replace(tried, came=rarer, counts=np.ones_like(tried.counts))
    found, _ = calibrate(dict.fromkeys(KINDS, forest), cases)
    x = np.zeros((1, len(FEATURES)))
    assert found["again"].log_odds(x)[0] < found["other"].log_odds(x)[0] - 0.3


def test_calibration_changes_no_order_and_the_parts_still_sum(forest, tried):
    found, _ = calibrate({"other": forest}, tried)
    x = np.random.default_rng(5).normal(size=(300, len(FEATURES)))
    before, after = forest.log_odds(x), found["other"].log_odds(x)
    slope, intercept = np.polyfit(before, after, 1)
    assert slope > 0
    assert np.abs(after - slope * before - intercept).max() < 1e-9
    parts = found["other"].base + found["other"].parts(x).sum(axis=1)
    assert np.abs(parts - after).max() < 1e-9


def test_a_forest_that_has_it_backwards_is_left_as_it_is(forest, tried):
    wrong = forest.scaled(-1.0, 0.0)
    found, _ = calibrate({"other": wrong}, tried)
    assert found["other"] is wrong


def test_too_few_cases_prove_nothing(forest, tried):
    hits = np.flatnonzero(tried.came & (tried.kind == 0))
    some = np.zeros(len(tried.came), dtype=np.bool_)
    some[hits[: LEAST_CAME - 1]] = True
    some |= ~tried.came
    found, calibration = calibrate({"other": forest}, tried.only(some))
    assert found["other"] is forest
    assert calibration.groups, "how far it comes true is said all the same"


def test_where_all_came_true_or_nothing_there_is_no_slope(forest, tried):
    for cases in (tried.only(tried.came), tried.only(~tried.came)):
        found, _ = calibrate({"other": forest}, cases)
        assert found["other"] is forest
    assert calibrate({"other": forest}, tried.only(~tried.came))[1] == Calibration()
    assert calibrate({"other": forest}, tried.only(np.zeros(len(tried.came), bool)))[1] == Calibration()


def test_without_forests_there_is_nothing_to_calibrate(tried):
    assert calibrate({}, tried) == ({}, Calibration())


def test_no_basket_is_both_learned_from_and_tried_on():
    cases = drawn_examples(1_000, 6)
    several = replace(cases, basket=cases.basket // 10, newer=99 - cases.basket // 10)
    learning, trying = parted(several)
    assert not set(learning.basket.tolist()) & set(trying.basket.tolist())
    assert len(learning.came) + len(trying.came) == len(several.came)
    share = len(np.unique(trying.basket)) / len(np.unique(several.basket))
    assert share == pytest.approx(1 / EVERY, abs=0.02)


def test_the_newest_are_kept_out_to_judge_by():
    cases = drawn_examples(1_000, 6)
    several = replace(cases, basket=cases.basket // 10, newer=99 - cases.basket // 10)
    learning, trying = parted(several, newest=True)
    assert trying.newer.max() < learning.newer.min()
    assert len(np.unique(trying.basket)) == pytest.approx(100 / EVERY, abs=1)


def test_reliability_is_what_a_pencil_finds():
    # One in ten of a hundred, and half of twenty: as many hits are expected of either.
    odds = np.log([1 / 9] * 100 + [1.0] * 20)
    came = np.array([True] * 15 + [False] * 85 + [True] * 5 + [False] * 15)
    groups = reliability(odds, came, np.ones(120, np.float32))
    assert sum(g.n for g in groups) == 120
    assert sum(g.said * g.n for g in groups) == pytest.approx(20)
    assert sum(g.seen * g.n for g in groups) == pytest.approx(20)
    assert groups[0].said == pytest.approx(0.1)
    assert groups[-1].said == pytest.approx(0.5)
    said = [g.said for g in groups]
    assert said == pytest.approx(sorted(said)), "from low to high"


def test_a_row_that_stands_for_four_counts_as_four():
    odds = np.array([0.0, 0.0, 0.0])
    counts = np.array([1, 4, 4], dtype=np.float32)
    groups = reliability(odds, np.array([True, False, False]), counts)
    assert sum(g.n for g in groups) == 9
    assert sum(g.seen * g.n for g in groups) == pytest.approx(1)
    assert all(g.said == pytest.approx(0.5) for g in groups)
