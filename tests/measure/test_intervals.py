"""Intervals and limits: what must always hold, known quantiles, and how often they cover the truth."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from assistant.measure import intervals
from assistant.store.figures import Sums


def sums_of(clusters: list[tuple[float, float]]) -> Sums:
    """The sums of (counted, of how many) per cluster."""
    return Sums(
        len([x for _, x in clusters if x]),
        sum(y for y, _ in clusters),
        sum(x for _, x in clusters),
        sum(y * y for y, _ in clusters),
        sum(x * y for y, x in clusters),
        sum(x * x for _, x in clusters),
    )


counted = st.lists(
    st.integers(1, 30).flatmap(lambda x: st.tuples(st.integers(0, x), st.just(x))), min_size=1, max_size=60
)


@given(counted)
def test_a_share_lies_in_its_interval_and_the_interval_between_0_and_1(clusters):
    sums = sums_of(clusters)
    low, high = intervals.share(sums)
    assert 0 <= low <= sums.y / sums.x <= high <= 1
    assert low < high


@given(counted)
def test_it_is_never_narrower_than_plain_wilson(clusters):
    sums = sums_of(clusters)
    low, high = intervals.share(sums)
    plain_low, plain_high = intervals.wilson(sums.y / sums.x, sums.x, 1.959964)
    # The bound beside an estimate near 0 or 1 may move towards it; the width may not shrink.
    assert high - low >= (plain_high - plain_low) - 1e-6


@given(counted)
def test_a_surer_interval_is_wider(clusters):
    sums = sums_of(clusters)
    low, high = intervals.share(sums)
    wide_low, wide_high = intervals.share(sums, 0.998)
    assert wide_low <= low + 1e-12
    assert wide_high >= high - 1e-12


def test_it_widens_as_sales_go_together():
    apart = sums_of([(3, 10), (3, 10), (4, 10), (2, 10)] * 5)
    together = sums_of([(10, 10), (0, 10), (2, 10), (0, 10)] * 5)
    assert apart.y == together.y
    (low, high), (wide_low, wide_high) = intervals.share(apart), intervals.share(together)
    assert wide_low < low
    assert high < wide_high


def test_nothing_counted_has_no_interval():
    assert intervals.share(Sums()) is None
    assert intervals.ratio(Sums()) is None
    assert intervals.money_share(Sums()) is None


def test_one_cluster_says_nothing_of_money_and_little_of_a_share():
    one = sums_of([(6, 20)])
    assert intervals.ratio(one) is None
    low, high = intervals.share(one)
    plain_low, plain_high = intervals.wilson(0.3, 20, 1.959964)
    assert low < plain_low
    assert plain_high < high


def test_plain_wilson_is_the_known_one():
    low, high = intervals.wilson(6 / 20, 20, 1.959964)
    assert (round(low, 3), round(high, 3)) == (0.145, 0.519)


def test_all_alike_is_not_certain():
    low, high = intervals.share(sums_of([(0, 5)] * 8))
    assert low == 0
    assert 0.05 < high < 0.5
    assert intervals.money_share(sums_of([(0, 500)] * 8)) is None


@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 50)), min_size=2, max_size=40))
def test_money_each_lies_in_its_interval(clusters):
    sums = sums_of(clusters)
    bounds = intervals.ratio(sums)
    if bounds is not None:
        assert 0 <= bounds[0] <= sums.y / sums.x <= bounds[1]


def test_money_share_stays_between_0_and_1():
    low, high = intervals.money_share(sums_of([(0, 100), (900, 1000), (5, 10)]))
    assert 0 <= low < high <= 1


@pytest.mark.parametrize("p", [0.9, 0.975, 0.995, 0.999])
@pytest.mark.parametrize("df", [1, 2, 3, 5, 11, 40, 400])
def test_students_quantile_is_the_known_one(p, df):
    assert intervals.student(p, df) == pytest.approx(stats.t.ppf(p, df), rel=0.03)


def grouped(dice: random.Random, days: int, a_day: int, rate: float, correlation: float) -> Sums:
    """Sales of one person on so many days, whose days differ with this intra-class correlation."""
    spread = (1 - correlation) / correlation
    clusters = []
    for _ in range(days):
        own = dice.betavariate(rate * spread, (1 - rate) * spread)
        n = dice.randint(a_day // 2, a_day * 3 // 2)
        clusters.append((sum(dice.random() < own for _ in range(n)), n))
    return sums_of(clusters)


@pytest.mark.parametrize(("days", "a_day"), [(40, 12), (12, 16)])
def test_it_covers_the_truth_where_plain_wilson_does_not(days, a_day):
    dice = random.Random(5)
    rate, rounds, ours, plain = 0.3, 1500, 0, 0
    for _ in range(rounds):
        sums = grouped(dice, days, a_day, rate, 0.05)
        low, high = intervals.share(sums)
        ours += low <= rate <= high
        low, high = intervals.wilson(sums.y / sums.x, sums.x, 1.959964)
        plain += low <= rate <= high
    assert ours / rounds >= 0.93
    assert plain / rounds < 0.92
