"""Stored sums against one SQL recomputation of everything: equal to the last digit, late rows included."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from assistant.measure import period
from assistant.measure.report import report
from assistant.store import counting
from assistant.store.database import Home, open_catalog, open_home, stamp, transaction
from tests.measure import at_once, made

UNTIL = made.START + timedelta(days=84)


def compare(home: Home) -> int:
    with contextlib.closing(open_home(home)) as connection:
        found = report(connection, by="associate", since=made.START, until=UNTIL)
        asked = period.scope(connection, made.START, UNTIL)
        told = {
            "since": stamp(made.START),
            "until": stamp(UNTIL),
            "settled": asked.settled_day,
            "match_days": 7,
        }
        once = at_once.page(connection, **told)
        once |= at_once.page(connection, **told, by="associate_id")
    rows = {(row.key, row.figure, row.currency): row for row in (*found.rows, *found.total)}
    for place, one in once.items():
        assert at_once.same(rows[place], one), (rows[place], one)
    return len(once)


@pytest.fixture
def plain(home: Home) -> Home:
    made.large(home, 4000)
    return home


def test_the_stored_sums_equal_one_recomputation(plain):
    assert compare(plain) > 300


def test_late_and_corrected_orders_and_answers_open_only_their_days(plain):
    before = counting.count(plain)
    assert (before.orders, before.days) == (0, 0)
    with contextlib.closing(open_catalog(plain)) as catalog, transaction(catalog):
        at = stamp(made.START + timedelta(days=3, hours=5))
        catalog.execute("INSERT INTO orders VALUES ('LATE', NULL, 'A1', 'S1', ?, 'till', NULL, 'GBP')", (at,))
        catalog.execute("INSERT INTO order_lines VALUES ('LATE', 1, 'P3', 2, 199000, 0, 0)")
        catalog.execute("UPDATE order_lines SET returned_quantity = 1 WHERE order_id = 'O00000100'")
        catalog.execute("DELETE FROM order_lines WHERE order_id = 'O00000200'")
        catalog.execute("DELETE FROM orders WHERE order_id = 'O00000200'")
    with contextlib.closing(open_home(plain)) as log, transaction(log):
        log.execute("UPDATE terminal SET sequence = sequence + 1")
        log.execute(
            "INSERT INTO answers SELECT 'anew', (SELECT sequence FROM terminal), suggestion_id, visit_id, "
            "associate_id, 'undone', NULL, NULL, at FROM answers WHERE kind = 'accepted' LIMIT 1"
        )
    after = counting.count(plain)
    assert after.orders == 3
    assert 0 < after.days < 12
    assert compare(plain) > 300


def test_what_is_not_summed_yet_is_counted_when_asked(plain):
    with contextlib.closing(open_home(plain)) as log, transaction(log):
        log.execute("UPDATE terminal SET sequence = sequence + 1")
        log.execute(
            "INSERT INTO answers SELECT 'anew', (SELECT sequence FROM terminal), suggestion_id, visit_id, "
            "associate_id, 'declined', 'no_time', NULL, at FROM answers WHERE kind = 'not_offered' LIMIT 1"
        )
    assert compare(plain) > 300
    counting.count(plain)
    assert compare(plain) > 300


def sums(home: Home) -> list[tuple[object, ...]]:
    with contextlib.closing(open_home(home)) as log:
        return [
            (table, *row)
            for table in (
                "day_takings",
                "day_offers",
                "day_visits",
                "day_reasons",
                "day_customers",
                "outcomes",
            )
            for row in log.execute(
                f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5"
                if table != "outcomes"
                else "SELECT suggestion_id, state, why, n, line_no, due FROM outcomes ORDER BY 1"
            )
        ]


@pytest.mark.parametrize("seed", range(4))
def test_everything_made_anew_from_the_facts_is_the_same(home, seed):
    made.tangled(home, 300 + seed, orders=100, visits=100)
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        for n in range(0, 100, 7):
            catalog.execute("UPDATE orders SET basket_id = ? WHERE order_id = ?", (f"B{n % 40}", f"O{n}"))
            catalog.execute(
                "UPDATE order_lines SET product_id = 'P1' WHERE order_id = ? AND line_no = 2", (f"O{n}",)
            )
        catalog.execute("DELETE FROM order_lines WHERE order_id = 'O9'")
        catalog.execute("DELETE FROM orders WHERE order_id = 'O9'")
    counting.count(home)
    before = sums(home)
    counting.recount(home)
    assert sums(home) == before
    assert any(row[0] == "outcomes" and row[4] is not None for row in before)
