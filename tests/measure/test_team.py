"""The Team page: rows against the slow count, who is ranked, and which rules an attachment keeps."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.measure.team import team
from assistant.store import counting, preferences
from assistant.store.database import Connection, Home, open_catalog, open_home, stamp, transaction
from tests.measure import made, slowly

UNTIL = made.START + timedelta(days=28)


@pytest.mark.parametrize("seed", range(4))
def test_every_row_equals_the_slow_count(home, seed):
    made.tangled(home, 50 + seed, orders=90, visits=90)
    with contextlib.closing(open_home(home)) as connection:
        preferences.put(connection, "return.days", 10)
        counting.count(home)
        found = team(connection, since=made.START, until=UNTIL)
        rows = slowly.Rows(connection)
    unserved = sum(
        o["associate_id"] is None and o["ordered_at"] is not None and bool(rows.lines[o["order_id"]])
        and stamp(made.START) <= o["ordered_at"] < stamp(UNTIL) for o in rows.orders
    )  # fmt: skip
    assert found.unserved == unserved > 0
    slow = slowly.figures(
        rows, by="associate", since=stamp(made.START), until=stamp(UNTIL),
        settled=found.complete_to.toordinal() - 719_163 - 10, back=0, days=7,
    )  # fmt: skip
    assert {row.associate_id for row in found.rows} == {"A1", "A2", "A3"}
    for row in found.rows:
        who = row.associate_id
        attached, sales = slow.get((who, "offered_attachment", None), (0, 0))
        assert (row.attachment.num, row.sales) == (attached, sales)
        assert (row.accepted, row.offers) == slow[who, "acceptance", None]
        assert row.confirmed == slow[who, "conversion", None][0]
        assert row.revenue == pytest.approx(slow[who, "cross_sell_revenue_share", found.currency][0], abs=0.6)
    assert (found.team.attachment.num, found.team.sales) == slow[None, "offered_attachment", None]
    assert found.team.sales > sum(row.sales for row in found.rows)
    assert found.beside == pytest.approx(
        sum(row.attachment.num for row in found.rows) / sum(row.sales for row in found.rows)
    )
    assert found.team.offers == sum(row.offers for row in found.rows)
    crossed = slow[None, "cross_sell_revenue_share", found.currency][0]
    assert found.team.revenue == pytest.approx(crossed, abs=0.6)
    assert found.team.revenue > sum(row.revenue for row in found.rows)
    assert sum(f.den for f in found.weekly) == found.team.sales
    last = [rows.last.get(s["suggestion_id"]) for s in rows.add_ons]
    assert found.declined == sum(a is not None and a["kind"] == "declined" for a in last)
    for reason, n in found.reasons:
        assert n == sum(a is not None and a["reason"] == reason for a in last)


def test_a_store_has_only_its_own_sales(home):
    made.tangled(home, 3, orders=90, visits=60)
    with contextlib.closing(open_home(home)) as connection:
        parts = [team(connection, since=made.START, until=UNTIL, store_id=s) for s in ("S1", "S2")]
        nowhere = team(connection, since=made.START, until=UNTIL, store_id="S9")
        rows = slowly.Rows(connection)
    for part, store in zip(parts, ("S1", "S2"), strict=True):
        assert part.visits == sum(v["store_id"] == store for v in rows.visits)
    assert parts[0].team.sales > parts[1].team.sales > 0
    assert (nowhere.rows, nowhere.team.sales, nowhere.team.attachment) == ((), 0, None)


def test_those_with_few_sales_come_last_whatever_their_rate(home):
    made.large(home, 4000)
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.execute("UPDATE orders SET associate_id = 'A0' WHERE associate_id IN ('A1', 'A2', 'A3')")
        catalog.execute(
            "UPDATE orders SET associate_id = 'A1' WHERE order_id IN "
            "(SELECT order_id FROM orders WHERE associate_id = 'A0' LIMIT 9)"
        )
    counting.count(home)
    with contextlib.closing(open_home(home)) as connection:
        found = team(connection, since=made.START, until=made.START + timedelta(days=84))
    standings = [row.standing for row in found.rows]
    assert standings[-1] == "few"
    assert standings == sorted(standings, key=lambda standing: standing == "few")
    ranked = [row.attachment.value for row in found.rows if row.standing != "few"]
    assert ranked == sorted(ranked, reverse=True)


# One sale and one offer, varied one fact at a time.


@pytest.fixture
def counter(home: Home):
    """A shop with one camera, one card that goes with it, and one order of both."""
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.executemany(
            "INSERT INTO products (product_id, sku, name, category) VALUES (?, ?, ?, ?)",
            [
                ("CAM", "CAM", "Camera", "Photo/Cameras/Compact"),
                ("CAM2", "CAM2", "Better camera", "Photo/Cameras/Full"),
                ("CARD", "CARD", "Card", "Photo/Cards"),
            ],
        )
        catalog.execute("INSERT INTO links VALUES ('CAM', 'CARD', 'accessory')")
        catalog.execute("INSERT INTO links VALUES ('CAM', 'CAM2', 'kit')")
        _sale(catalog, "O1", ["CAM", "CARD"], basket="B1")
        _sale(catalog, "O2", ["CAM"], basket="B2")
    with contextlib.closing(open_home(home)) as connection:
        yield connection, home


def _sale(catalog: Connection, order: str, products: list[str], *, basket=None, customer=None, day=2) -> None:
    at = stamp(made.START + timedelta(days=day))
    catalog.execute(
        "INSERT INTO orders VALUES (?, ?, 'A1', 'S1', ?, 'till', ?, 'GBP')", (order, customer, at, basket)
    )
    for n, product in enumerate(products, 1):
        catalog.execute("INSERT INTO order_lines VALUES (?, ?, ?, 1, 100000, 0, 0)", (order, n, product))


def _offer(
    connection: Connection,
    n: int,
    *answers: str,
    product="CARD",
    basket=None,
    customer=None,
    day=2,
    anchor="CAM",
) -> None:
    """A visit with one suggestion and its answers, an hour before the day's sales."""
    at = stamp(made.START + timedelta(days=day, hours=-1))
    (last,) = connection.execute("UPDATE terminal SET sequence = sequence + 9 RETURNING sequence").fetchone()
    connection.execute(
        "INSERT INTO visits VALUES (?, ?, 'A1', 'S1', ?, ?, 'counter', ?, NULL, NULL, NULL)",
        (f"V{n}", last - 8, customer, basket, at),
    )
    connection.execute(
        "INSERT INTO suggestions VALUES (?, ?, ?, 1, ?, ?, 0.5, '{}', 1.0, NULL, '', 't', NULL, NULL, ?)",
        (f"S{n}", last - 7, f"V{n}", product, anchor, at),
    )
    for turn, kind in enumerate(answers):
        connection.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, 'A1', ?, NULL, NULL, ?)",
            (f"A{n}-{turn}", last - 6 + turn, f"S{n}", f"V{n}", kind, at + turn),
        )


def _counts(connection: Connection, home: Home) -> tuple[int, int, int, int, int]:
    """Offers, accepted, confirmed, attached orders, orders with an anchor."""
    counting.count(home)
    row = team(connection, since=made.START, until=UNTIL).team
    return row.offers, row.accepted, row.confirmed, int(row.attachment.num), row.sales


def test_an_accepted_offer_on_the_receipt_is_an_attachment(counter):
    connection, home = counter
    _offer(connection, 1, "accepted", basket="B1")
    assert _counts(connection, home) == (1, 1, 1, 1, 2)


def test_one_that_never_reached_the_receipt_is_none(counter):
    connection, home = counter
    _offer(connection, 1, "accepted", basket="B2")
    assert _counts(connection, home) == (1, 1, 0, 0, 2)


def test_a_bought_add_on_that_was_declined_or_undone_is_none(counter):
    connection, home = counter
    _offer(connection, 1, "declined", basket="B1")
    _offer(connection, 2, "accepted", "undone", basket="B1")
    assert _counts(connection, home) == (1, 0, 0, 0, 2)


def test_what_was_undone_and_accepted_again_counts_once(counter):
    connection, home = counter
    _offer(connection, 1, "declined", "undone", "accepted", basket="B1")
    assert _counts(connection, home) == (1, 1, 1, 1, 2)


def test_what_was_not_offered_is_no_offer(counter):
    connection, home = counter
    _offer(connection, 1, "not_offered", basket="B1")
    _offer(connection, 2, basket="B1")
    assert _counts(connection, home) == (0, 0, 0, 0, 2)


def test_two_accepted_offers_do_not_share_a_line(counter):
    connection, home = counter
    _offer(connection, 1, "accepted", basket="B1")
    _offer(connection, 2, "accepted", basket="B1")
    assert _counts(connection, home) == (2, 2, 1, 1, 2)


def test_the_customers_order_within_the_days_allowed_counts(counter):
    connection, home = counter
    with contextlib.closing(open_catalog(home)) as catalog:
        _sale(catalog, "O3", ["CAM", "CARD"], customer="C1", day=9)
    _offer(connection, 1, "accepted", customer="C1", day=3)
    assert _counts(connection, home) == (1, 1, 1, 1, 3)
    preferences.put(connection, "match.days", 5)
    assert _counts(connection, home) == (1, 1, 0, 0, 3)


def test_an_order_before_the_visit_or_of_someone_else_does_not_count(counter):
    connection, home = counter
    with contextlib.closing(open_catalog(home)) as catalog:
        _sale(catalog, "O3", ["CAM", "CARD"], customer="C1", day=3)
        _sale(catalog, "O4", ["CAM", "CARD"], customer="C2", day=5)
    _offer(connection, 1, "accepted", customer="C1", day=4)
    assert _counts(connection, home) == (1, 1, 0, 0, 4)


def test_a_better_one_of_the_same_family_is_never_counted(counter):
    connection, home = counter
    with contextlib.closing(open_catalog(home)) as catalog:
        _sale(catalog, "O3", ["CAM", "CAM2"], basket="B3")
    _offer(connection, 1, "accepted", product="CAM2", basket="B3")
    assert _counts(connection, home) == (0, 0, 0, 0, 3)


def test_the_add_on_bought_alone_is_confirmed_and_no_attachment(counter):
    connection, home = counter
    with contextlib.closing(open_catalog(home)) as catalog:
        _sale(catalog, "O3", ["CARD"], basket="B3")
    _offer(connection, 1, "accepted", basket="B3")
    assert _counts(connection, home) == (1, 1, 1, 0, 2)


def test_the_anchors_stored_with_the_visit_hold_for_its_order(counter):
    connection, home = counter
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("DELETE FROM links")
    counting.count(home)
    assert team(connection, since=made.START, until=UNTIL).team.sales == 0
    _offer(connection, 1, "accepted", basket="B1")
    connection.execute("INSERT INTO visit_anchors VALUES ('V1', 'CAM')")
    assert _counts(connection, home) == (1, 1, 1, 1, 1)


def test_asking_leaves_nothing_behind(counter):
    connection, home = counter
    counting.count(home)
    first = team(connection, since=made.START, until=UNTIL)
    assert connection.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)
    assert not connection.in_transaction
    assert team(connection, since=made.START, until=UNTIL) == replace(first)
