"""The fair comparison: what must always hold, and figures against teams whose truth is known."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from assistant.measure import comparing, fairness
from assistant.measure.fairness import Days
from assistant.store import access, cases, preferences, schema, staff
from assistant.store.database import Home, open_catalog, open_home
from tests.measure import made
from tests.proofs import fairness as proof
from tests.worlds import teams

NINE = tuple(f"A{n:02}" for n in range(9))


def test_a_team_that_is_as_expected_stands_where_it_is():
    """Three people, two days of ten sales each; worked by hand."""
    days = Days(
        np.array([0, 0, 1, 1, 2, 2]), np.full(6, 10.0), np.array([3.0, 3, 3, 3, 3, 3]), np.full(6, 2.0),
        np.full(6, 1.6), np.zeros(3),
    )  # fmt: skip
    found = fairness.compare(days, ("A", "B", "C"), {"A": "Ann"})
    assert found.team_rate == pytest.approx(0.3)
    assert [one.name for one in found.people] == ["Ann", "B", "C"]
    for one in found.people:
        assert (one.rate, one.expected, one.adjusted, one.steadied) == pytest.approx((0.3, 0.3, 0.3, 0.3))
        assert one.standing == "few"
        assert not one.noticed
    assert found.real == 0


def test_hard_sales_are_no_fault():
    """Ann sells where one in ten takes something, Ben where every second one does; both as expected."""
    days = Days(
        np.array([0] * 20 + [1] * 20), np.full(40, 10.0), np.array([1.0] * 20 + [5.0] * 20),
        np.array([1.0] * 20 + [5.0] * 20), np.array([0.9] * 20 + [2.5] * 20), np.zeros(2),
    )  # fmt: skip
    ann, ben = sorted(fairness.compare(days, ("A", "B"), {}).people, key=lambda one: one.associate_id)
    assert (ann.rate, ben.rate) == pytest.approx((0.1, 0.5))
    assert ann.adjusted == pytest.approx(ben.adjusted)
    assert ann.standing == ben.standing == "alike"


def test_who_is_far_off_is_told_apart_and_who_has_few_sales_is_not():
    dice = np.random.default_rng(4)
    world = teams.team(dice, days=60, correlation=0.02)
    attached = world.attached.copy()
    attached[0] = world.sales[0] - world.sales[0] // 4
    sales = world.sales.copy()
    sales[1, 3:], attached[1, 3:] = 0, 0
    found = fairness.compare(replace(world, sales=sales, attached=attached).days(), NINE, {})
    standing = {one.associate_id: one.standing for one in found.people}
    assert standing["A00"] == "above"
    assert standing["A01"] == "few"
    assert found.people[-1].associate_id == "A01"
    assert found.people[0].associate_id == "A00"


def test_limits_narrow_with_sales_and_the_outer_ones_lie_outside():
    found = fairness.compare(teams.team(np.random.default_rng(1)).days(), NINE, {})
    widths = [one.high - one.low for one in found.funnel]
    assert widths == sorted(widths, reverse=True)
    for one in found.funnel:
        assert 0 <= one.outer_low <= one.low < found.team_rate < one.high <= one.outer_high <= 1
    for one in found.people:
        assert one.low <= one.adjusted <= one.high
        assert min(one.adjusted, found.team_rate) - 0.02 <= one.steadied
        assert one.steadied <= max(one.adjusted, found.team_rate) + 0.02


def test_nobody_sold_anything():
    nothing = np.zeros(2)
    days = Days(np.array([0, 1]), nothing, nothing, nothing, nothing, nothing)
    assert fairness.compare(days, ("A", "B"), {}) is None


def test_one_person_alone_and_nothing_ever_attached():
    days = Days(
        np.zeros(3, dtype=np.int64), np.full(3, 30.0), np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(1)
    )
    found = fairness.compare(days, ("A",), {})
    (one,) = found.people
    assert (one.rate, one.adjusted, one.standing) == (0, 0, "alike")
    assert one.rate_high > 0.01


@pytest.mark.parametrize("correlation", [0.0, 0.1])
def test_intervals_hold_the_truth_and_outliers_are_seldom_false(correlation):
    found = proof.covered(150, correlation, days=40, a_day=8.0, seed=2, learned=False)
    # 1,350 intervals, nine of a world together: three deviations are about two points.
    assert 0.925 <= found.rate <= 0.975
    assert 0.925 <= found.adjusted <= 0.975
    assert found.false_teams <= 0.03


def test_they_do_so_with_a_case_mix_learned_from_the_same_sales():
    found = proof.covered(25, 0.05, days=20, a_day=8.0, seed=2, learned=True)
    assert 0.9 <= found.adjusted <= 0.99


def test_steadied_rates_have_less_error():
    assert proof.steadied(30, seed=3) >= 0.3


# Against the files


@pytest.fixture
def team(home: Home):
    schema.prepare(home)
    made.large(home, 6_000, people=tuple((name, n, rate) for name, n, rate in made.TEAM))
    with contextlib.closing(open_home(home)) as connection:
        yield connection


WHEN = {"since": made.START, "until": made.START + timedelta(days=84)}


def test_a_shops_team_is_compared_and_adds_up(team):
    found = comparing.fair(team, **WHEN)
    assert not found.fitted
    assert len(found.people) == len(made.TEAM)
    (sales,) = team.execute("SELECT count(*) FROM orders").fetchone()
    assert sum(one.sales for one in found.people) == found.sales <= sales
    assert sum(one.attached for one in found.people) / found.sales == pytest.approx(found.team_rate)


def test_an_associate_sees_the_same_own_row_and_no_other(team):
    everybody = comparing.fair(team, **WHEN)
    staff.make_keeper(team, "Priya Nair", "4820")
    own = comparing.fair(team, **WHEN, seen_by="A1")
    assert [one.associate_id for one in own.people] == ["A1"]
    assert own.people[0] in everybody.people
    assert comparing.fair(team, **WHEN, seen_by="A0") == everybody
    assert access.sees_everybody(team, "A0")


def test_a_small_team_is_shown_as_a_whole(team):
    preferences.put(team, "team.smallest", 8)
    team.execute("CREATE TEMP TABLE few AS SELECT 1")
    assert len(comparing.fair(team, **WHEN).people) == 9
    preferences.put(team, "team.smallest", 4)
    one_store = comparing.fair(team, **WHEN, store_id="S1")
    assert one_store.team_only
    assert one_store.people == ()
    assert one_store.sales > 0


def test_no_sales_are_no_comparison(team):
    late = datetime(2031, 1, 1, tzinfo=UTC)
    assert comparing.fair(team, since=late, until=late + timedelta(days=7)) is None


def test_a_kept_case_mix_is_used(team, home: Home):
    with contextlib.closing(open_catalog(home)) as catalog:
        cases.keep(catalog, [(0, "", "", -2.0), (0, "store", "S1", 1.0)])
    found = comparing.fair(team, **WHEN)
    assert found.fitted
    by_store = {one.associate_id: one.expected for one in found.people}
    # A1, A4, A7 serve in S1, where more is expected.
    assert min(by_store[a] for a in ("A1", "A4", "A7")) > max(by_store[a] for a in ("A0", "A2", "A3"))
