"""What customers bought in the 90 days after a visit, on four customers worked out by hand."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from assistant.measure.afterwards import after_visits
from assistant.store import counting
from assistant.store.database import Home, open_catalog, open_home, stamp, transaction
from tests.measure import made

ASKED = {"since": made.START, "until": made.START + timedelta(days=28)}
VISITS = (("V1", "C1", "B1", 0), ("V2", "C1", None, 9), ("V3", "C2", None, 1), ("V4", "C3", None, 2),
          ("V5", "C4", None, 25), ("V6", None, None, 3))  # fmt: skip
ORDERS = (
    ("O1", "C1", "B1", 0.01, 500),
    ("O2", "C1", None, 12, 40),
    ("O3", "C1", None, 80, 60),
    ("O4", "C1", None, 95, 9),
    ("O5", "C2", None, 0.5, 30),
    ("O6", "C2", None, 50, 70),
    ("O7", "C4", None, 26, 90),
    ("O8", "C9", None, 110, 5),
)


@pytest.fixture
def log(home: Home):
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.execute("INSERT INTO products (product_id, sku, name) VALUES ('P', 'P', 'P')")
        for order_id, customer, basket, day, price in ORDERS:
            at = stamp(made.START + timedelta(days=day))
            catalog.execute(
                "INSERT INTO orders VALUES (?, ?, 'A1', 'S1', ?, 'till', ?, 'GBP')",
                (order_id, customer, at, basket),
            )
            catalog.execute(
                "INSERT INTO order_lines VALUES (?, 1, 'P', 1, ?, 0, 0)", (order_id, price * 10_000)
            )
        at = stamp(made.START + timedelta(days=110))
        catalog.execute("INSERT INTO sync_state VALUES ('synced_at', ?)", (at,))
    with contextlib.closing(open_home(home)) as found:
        for number, (visit_id, customer, basket, day) in enumerate(VISITS, 1):
            at = stamp(made.START + timedelta(days=day))
            found.execute(
                "INSERT INTO visits VALUES (?, ?, 'A1', 'S1', ?, ?, 'counter', ?, NULL, NULL, NULL)",
                (visit_id, number, customer, basket, at),
            )
        found.execute("UPDATE terminal SET sequence = 9")
        counting.count(home)
        yield found


def test_each_customer_counts_once_from_their_first_visit_on(log):
    (found,) = after_visits(log, **ASKED)
    assert found.customers == 3, "the 90 days of the fourth are not over"
    assert (found.orders.num, found.orders.den) == (3, 3)
    assert (found.revenue.num, found.revenue.value, found.revenue.currency) == (
        1_700_000,
        1_700_000 / 3,
        "GBP",
    )
    assert found.orders.low < 1 < found.orders.high


def test_a_holdout_stands_beside_it(log):
    arms = {"V1": "on", "V3": "holdout", "V4": "holdout"}
    found = {
        one.arm: (one.customers, one.orders.num, one.revenue.num)
        for one in after_visits(log, **ASKED, arms=arms)
    }
    assert found == {"on": (1, 2, 1_000_000), "holdout": (2, 1, 700_000)}


def test_without_visits_nothing_is_told(log):
    assert after_visits(log, since=made.START - timedelta(days=9), until=made.START) == ()
