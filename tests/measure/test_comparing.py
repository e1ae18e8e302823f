"""The fair comparison as the Team page asks for it: the page's own counts, and who is shown whom."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import astuple, replace
from datetime import timedelta

import numpy as np
import pytest

from assistant.learn import case_mix as learning
from assistant.measure import fairness, period
from assistant.measure.comparing import fair
from assistant.measure.fairness import Days
from assistant.measure.report import report
from assistant.measure.team import team
from assistant.store import cases, catalog, counting, preferences, staff
from assistant.store.cases import Case, DaySum
from assistant.store.database import open_catalog, open_home
from assistant.store.gathering import gathered
from tests.measure import made
from tests.worlds import teams

ASKED = {"since": made.START, "until": made.START + timedelta(days=84)}


@pytest.fixture
def connection(home):
    made.large(home, 3_000, people=made.TEAM, seed=4)
    with contextlib.closing(open_home(home)) as found:
        yield found


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


def test_sales_and_rates_are_those_of_the_table(connection):
    compared, table = fair(connection, **ASKED), team(connection, **ASKED)
    rows = {row.associate_id: row for row in table.rows}
    assert {one.associate_id for one in compared.people} == set(rows)
    for one in compared.people:
        assert one.sales == rows[one.associate_id].sales
        assert one.rate == pytest.approx(rows[one.associate_id].attachment.value, abs=1e-12)
        assert one.standing == rows[one.associate_id].standing
        bounds = rows[one.associate_id].attachment
        assert (bounds.low, bounds.high) == (one.rate_low, one.rate_high)
        assert one.expected == pytest.approx(compared.team_rate)
        assert min(one.adjusted, compared.team_rate) - 1e-9 <= one.steadied
        assert one.steadied <= max(one.adjusted, compared.team_rate) + 0.02


def test_the_report_has_the_intervals_of_the_table(connection):
    told = {
        row.key: row for row in report(connection, by="associate", **ASKED).rows
        if row.figure == "offered_attachment"
    }  # fmt: skip
    rows = team(connection, **ASKED).rows
    assert len(rows) == len(made.TEAM)
    for row in rows:
        assert told[row.associate_id] == replace(row.attachment, name=row.name)


def test_who_is_clearly_off_is_so_everywhere_but_in_a_small_team(home):
    people = (("Never", 1, 0.0), *((f"Associate {n}", 1, 0.3) for n in range(4)))
    made.large(home, 3_000, people=people)
    with contextlib.closing(open_home(home)) as connection:
        standing = {row.associate_id: row.standing for row in team(connection, **ASKED).rows}
        assert standing == {one.associate_id: one.standing for one in fair(connection, **ASKED).people}
        assert standing["A0"] == "below"
        preferences.put(connection, "team.smallest", len(people) + 1)
        assert {row.standing for row in team(connection, **ASKED).rows} == {"alike"}


def test_days_are_summed_with_what_was_expected_of_their_sales(home):
    made.large(home, 2_000, people=made.TEAM)
    learning.learn(home, lambda *_said: None)
    with (
        contextlib.closing(open_home(home)) as connection,
        gathered(connection, period.scope(connection, **ASKED)),
    ):
        sums = cases.day_sums(connection)
        plain = cases.plain_day_sums(connection)
        by_hand = _by_hand(connection)
    assert len(sums) == len(by_hand) > 200
    for one, other in zip(sorted(sums, key=_day), sorted(by_hand, key=_day), strict=True):
        assert astuple(one) == pytest.approx(astuple(other))
    assert len({round(one.expected / one.sales, 6) for one in sums}) > 100
    assert [_day(one) for one in plain] == [_day(one) for one in sums]
    assert sum(one.expected for one in plain) == pytest.approx(sum(one.attached for one in sums))


def _by_hand(connection):
    """Each person's days, kind of sale by kind of sale."""
    effects = tuple(connection.execute("SELECT * FROM case_mix"))
    days = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for who, day, store, hour, family, band, n, y in connection.execute(
        "SELECT associate_id, day, coalesce(store_id, ''), hour, family, band, sales, attached "
        "FROM temp.kinds_of_sale"
    ):
        (rate,) = teams.rates(effects, [Case(who, (store, str(hour), family, str(band)), n, y)])
        for place, value in enumerate((n, y, n * rate, n * rate * (1 - rate))):
            days[who, day][place] += value
    return [DaySum(*key, *sums) for key, sums in days.items()]


def test_another_case_mix_is_used_at_once_and_kept_by_the_next_count(home):
    made.large(home, 2_000, people=made.TEAM)
    learning.learn(home, lambda *_said: None)
    with contextlib.closing(open_home(home)) as connection:
        first = fair(connection, **ASKED)
        with contextlib.closing(open_catalog(home)) as catalog:
            effects = list(catalog.execute("SELECT fold, factor, level, effect FROM case_mix"))
            other = [(*of, 2 * effect if of[1] == "hour" else effect) for *of, effect in effects]
            cases.keep(catalog, other)
        assert not counting.is_expected(connection)
        at_once = fair(connection, **ASKED)
        assert at_once != first
        counting.count(home)
        assert counting.is_expected(connection)
        _alike(fair(connection, **ASKED), at_once)
        counting.recount(home)
        _alike(fair(connection, **ASKED), at_once)


def _alike(one, other):
    assert [x.associate_id for x in one.people] == [x.associate_id for x in other.people]
    for mine, theirs in zip(one.people, other.people, strict=True):
        numbers = ("expected", "adjusted", "low", "high", "steadied")
        assert [getattr(mine, n) for n in numbers] == pytest.approx([getattr(theirs, n) for n in numbers])


def _day(one):
    return one.associate_id, one.day, one.sales, one.attached


def test_an_associate_sees_their_own_row_with_the_managers_figures(connection):
    people = catalog.associates(connection)
    keeper = staff.make_keeper(connection, people[0].name, "4820")
    everybody = fair(connection, **ASKED, seen_by=keeper.associate_id)
    own = fair(connection, **ASKED, seen_by=people[1].associate_id)
    assert len(everybody.people) == len(people)
    assert own.people == tuple(x for x in everybody.people if x.associate_id == people[1].associate_id)
    assert own.funnel == everybody.funnel


def test_a_small_team_is_shown_as_a_whole(connection):
    preferences.put(connection, "team.smallest", 8)
    assert not fair(connection, **ASKED).team_only
    one_store = fair(connection, **ASKED, store_id="S1")
    assert one_store.team_only
    assert one_store.people == ()
    assert one_store.funnel == ()


def test_without_sales_there_is_nothing_to_compare(connection):
    before = {"since": made.START - timedelta(days=20), "until": made.START - timedelta(days=10)}
    assert fair(connection, **before) is None
