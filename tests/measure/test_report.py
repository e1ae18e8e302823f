"""The reports: every figure against an independent slow count, and the rules of what is an attachment."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.measure import drill, period
from assistant.measure.report import BYS, report
from assistant.measure.team import team
from assistant.store import counting, preferences
from assistant.store.database import Home, open_home, stamp
from tests.measure import made, slowly


def compare(home: Home, *, by: str, zone: str = "UTC", first_day: int = 0, days: int = 28) -> int:
    """Hold a report against the slow count; how many figures there were."""
    with contextlib.closing(open_home(home)) as connection:
        preferences.put(connection, "shop.timezone", zone)
        preferences.put(connection, "return.days", 10)
        counting.count(home)
        since, until = made.START + timedelta(days=first_day), made.START + timedelta(days=first_day + days)
        found = report(connection, by=by, since=since, until=until)
        place = ZoneInfo(zone)
        end = found.complete_to.astimezone(place).date().toordinal() - 719_163
        rows = slowly.Rows(connection)
    expected = slowly.figures(
        rows,
        by=by,
        since=stamp(since),
        until=stamp(until),
        settled=end - 10,
        back=end - 14,
        days=7,
        zone=zone,
    )
    told = {(f.key, f.figure, f.currency): (f.num, f.den) for f in found.rows}
    told |= {(None, f.figure, f.currency): (f.num, f.den) for f in found.total}
    assert told.keys() == expected.keys()
    for place, (num, den) in expected.items():
        assert told[place] == (pytest.approx(num), pytest.approx(den)), place
    for row in (*found.rows, *found.total):
        assert row.value == pytest.approx(row.num / row.den)
        assert row.low is None or row.low <= row.value <= row.high
    return len(told)


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("seed", range(6))
def test_every_figure_equals_the_slow_count(home, by, seed):
    made.tangled(home, seed)
    assert compare(home, by=by) > 25


@pytest.mark.parametrize("seed", range(3))
def test_a_part_of_the_period_has_the_same_receipts(home, seed):
    made.tangled(home, 100 + seed, orders=120, visits=120)
    assert compare(home, by="associate", first_day=9, days=8) > 20


def test_days_and_weeks_are_the_shops_own_across_a_clock_change(home):
    made.tangled(home, 7)
    assert compare(home, by="week", zone="Pacific/Auckland") > 30
    assert compare(home, by="week", zone="America/New_York") > 30


def test_an_empty_home_has_a_report_without_rows(home):
    with contextlib.closing(open_home(home)) as connection:
        assert period.last_weeks(connection) is None
        found = report(connection, by="week", since=made.START, until=made.START + timedelta(days=7))
    assert (found.complete_to, found.rows, found.total) == (None, (), ())


@pytest.mark.parametrize("seed", range(4))
def test_of_one_category_only_is_what_the_report_by_category_says_of_it(home, seed):
    made.tangled(home, seed, orders=120, visits=120)
    asked = {"since": made.START, "until": made.START + timedelta(days=28)}
    with contextlib.closing(open_home(home)) as connection:
        apart = report(connection, by="category", **asked)
        named = {row.key for row in apart.rows if not row.key.startswith("(")}
        assert len(named) > 1
        for category in named:
            only = {
                row.figure: row for row in report(connection, by="store", category=category, **asked).total
            }
            for row in (row for row in apart.rows if row.key == category):
                assert (only[row.figure].num, only[row.figure].den) == (row.num, row.den), row
            page = team(connection, category=category, **asked)
            assert page.tiles["conversion"].num == only["conversion"].num
            assert page.team.sales == only["offered_attachment"].den
            orders = {one.order_id for one in drill.behind(
                connection, "offered_attachment", category=category, limit=1000, **asked).rows}  # fmt: skip
            assert len(orders) == page.team.sales
        nothing = report(connection, by="store", category="Nowhere", **asked)
    assert nothing.rows == nothing.total == ()
