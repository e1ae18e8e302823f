"""What is behind a figure adds up to it, whatever the figure, the key and the page."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from assistant.errors import InputError
from assistant.measure.definitions import FIGURES
from assistant.measure.drill import behind
from assistant.measure.report import report
from assistant.store import counting, preferences, staff
from assistant.store.database import open_home
from tests.measure import made

ASKED = {"since": made.START, "until": made.START + timedelta(days=28)}


@pytest.fixture
def connection(home):
    made.tangled(home, 21, orders=120, visits=90)
    with contextlib.closing(open_home(home)) as found:
        preferences.put(found, "return.days", 7)
        found.execute("UPDATE visits SET finished_at = started_at + 300000")
        counting.recount(home)
        yield found


def every_row(connection, figure, **asked):
    page = behind(connection, figure, **ASKED, **asked, limit=7)
    rows = list(page.rows)
    while page.following is not None:
        page = behind(connection, figure, **ASKED, **asked, limit=7, after=page.following)
        rows += page.rows
    return rows


def test_the_rows_behind_each_figure_add_up_to_it(connection):
    totals = {f.figure: f for f in report(connection, by="store", **ASKED).total}
    for figure in (d.figure for d in FIGURES if d.kind not in ("money", "money_share")):
        found, rows = totals[figure], every_row(connection, figure)
        if figure == "customers_bought":
            assert len(rows) >= found.den
            continue
        assert sum(row.weight for row in rows) == pytest.approx(found.den), figure
        assert sum(row.counted for row in rows) == pytest.approx(found.num), figure
        assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)


def test_each_keys_rows_add_up_to_its_figure(connection):
    for by in ("associate", "week", "touchpoint", "product", "category", "store"):
        rows = [f for f in report(connection, by=by, **ASKED).rows if f.figure == "acceptance"]
        assert rows
        for row in rows[:3]:
            own = every_row(connection, "acceptance", by=by, key=row.key)
            assert (sum(one.counted for one in own), sum(one.weight for one in own)) == (row.num, row.den)
            assert all(one.kind == "offer" and one.visit_id for one in own)


def test_money_adds_up_over_all_currencies(connection):
    totals = report(connection, by="store", **ASKED).total
    for figure in ("margin_per_minute", "average_order_value", "order_value_without"):
        found = [f for f in totals if f.figure == figure]
        rows = every_row(connection, figure)
        assert sum(row.counted for row in rows) == pytest.approx(sum(f.num for f in found))
        assert sum(row.weight for row in rows) == pytest.approx(sum(f.den for f in found))


def test_an_associate_opens_their_own_rows_only(connection):
    assert {row.associate_id for row in every_row(connection, "acceptance", seen_by="A1")} == {
        "A1",
        "A2",
        "A3",
    }
    staff.make_keeper(connection, "Priya Nair", "4820")
    assert {row.associate_id for row in every_row(connection, "acceptance", seen_by="A2")} == {"A2"}


def test_what_cannot_be_opened_is_said(connection):
    with pytest.raises(InputError, match="There is no figure luck"):
        behind(connection, "luck", **ASKED)
    with pytest.raises(InputError, match="told of offers only, by product"):
        behind(connection, "satisfaction", **ASKED, by="product", key="P1")
    with pytest.raises(InputError, match="named by its Monday"):
        behind(connection, "acceptance", **ASKED, by="week", key="soon")
