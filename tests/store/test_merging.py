"""Two customers made one by the shop: what was kept of the one follows; nobody else's is taken for it."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from assistant.store import counting, erasing, mirror, visits
from assistant.store.database import Connection, Home, open_catalog, open_home, stamp, transaction
from tests.store.slates import slate

OLD, NEW, OTHER = "C-10412", "C-10413", "C-10414"


@pytest.fixture
def served(shop_home: Home) -> str:
    """A visit of the one who will vanish."""
    with contextlib.closing(open_home(shop_home)) as log:
        visit = visits.begin(log, associate_id="A1", touchpoint="counter", customer_id=OLD, anchors=("P1",))
        (shown,) = visits.show(log, visit.visit_id, slate(log, "P3"))
        visits.answer(log, str(shown.suggestion_id), "accepted", associate_id="A1")
        visits.finish(log, visit.visit_id, associate_id="A1", note="Liked the sling.")
    counting.count(shop_home)
    return visit.visit_id


def moved(home: Home, *to: str) -> None:
    """The orders of the old one become others' in turn, and the old one is gone."""
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        for (order,), heir in zip(
            catalog.execute("SELECT order_id FROM orders WHERE customer_id = ?", (OLD,)).fetchall(), to,
            strict=False,
        ):  # fmt: skip
            catalog.execute("UPDATE orders SET customer_id = ? WHERE order_id = ?", (heir, order))
        mirror.remove_customers(catalog, {NEW, OTHER})


def follow(home: Home) -> int:
    with contextlib.closing(open_home(home)) as log:
        return erasing.follow_the_shop(log, [OLD])


def whose(home: Home, visit_id: str) -> tuple[object, object]:
    with contextlib.closing(open_home(home)) as log:
        return tuple(
            log.execute("SELECT customer_id, note FROM visits WHERE visit_id = ?", (visit_id,)).fetchone()
        )


def test_what_was_kept_follows_to_whom_the_orders_went(shop_home: Home, served: str) -> None:
    moved(shop_home, NEW, NEW)
    assert follow(shop_home) == 1
    assert whose(shop_home, served) == (NEW, "Liked the sling.")
    counting.count(shop_home)
    with contextlib.closing(open_home(shop_home)) as log:
        assert not erasing.was_erased(log, OLD)
        left = "SELECT count(*) FROM receipts WHERE customer_id = ?"
        assert log.execute(left, (OLD,)).fetchone() == (0,)
        assert log.execute(left, (NEW,)).fetchone() == (2,)
        assert log.execute("SELECT DISTINCT customer_id FROM day_customers").fetchall() == [(NEW,)]


def test_who_vanishes_with_their_orders_left_is_forgotten(shop_home: Home, served: str) -> None:
    moved(shop_home)
    assert follow(shop_home) == 1
    assert whose(shop_home, served) == (None, None)


def test_orders_that_went_to_two_say_nothing(shop_home: Home, served: str) -> None:
    moved(shop_home, NEW, OTHER)
    follow(shop_home)
    assert whose(shop_home, served) == (None, None)


def test_one_order_of_two_says_nothing(shop_home: Home, served: str) -> None:
    moved(shop_home, NEW)
    follow(shop_home)
    assert whose(shop_home, served) == (None, None)


def test_an_order_put_right_long_ago_hands_nobody_over(shop_home: Home, served: str) -> None:
    moved(shop_home, NEW, NEW)
    with contextlib.closing(open_catalog(shop_home)) as catalog, transaction(catalog):
        catalog.execute("UPDATE moved_orders SET at = ?", (stamp(datetime.now(UTC) - timedelta(days=3)),))
    follow(shop_home)
    assert whose(shop_home, served) == (None, None)


@pytest.mark.parametrize(
    ("own", "theirs", "stands"),
    [(1, None, 1), (1, 0, 0), (0, None, 0), (0, 1, 0)],
    ids=["a yes where there was none", "their no stands", "a no passes on", "a no passes on to who said yes"],
)
def test_a_refusal_passes_on_and_a_consent_only_where_there_was_no_word(
    shop_home: Home, served: str, own: int, theirs: int | None, stands: int
) -> None:
    with contextlib.closing(open_home(shop_home)) as log, transaction(log):
        rows = [("K1", 90_002, OLD, own), *([("K2", 90_001, NEW, theirs)] if theirs is not None else [])]
        log.executemany("INSERT INTO consents VALUES (?, ?, ?, 'contact', ?, 'A1', 1)", rows)
    moved(shop_home, NEW, NEW)
    follow(shop_home)
    with contextlib.closing(open_home(shop_home)) as log:
        said = log.execute("SELECT customer_id, given FROM consents ORDER BY sequence DESC").fetchall()
    assert {row[0] for row in said} == {NEW}
    assert said[0][1] == stands


def test_a_single_order_may_have_been_put_right(shop_home: Home, served: str) -> None:
    with contextlib.closing(open_catalog(shop_home)) as catalog, transaction(catalog):
        (first, *_) = catalog.execute("SELECT order_id FROM orders WHERE customer_id = ?", (OLD,)).fetchone()
        catalog.execute("DELETE FROM order_lines WHERE order_id = ?", (first,))
        catalog.execute("DELETE FROM orders WHERE order_id = ?", (first,))
    moved(shop_home, NEW)
    follow(shop_home)
    assert whose(shop_home, served) == (None, None)


def test_one_order_moved_to_and_fro_is_one(shop_home: Home, served: str) -> None:
    with contextlib.closing(open_catalog(shop_home)) as catalog, transaction(catalog):
        (first,) = catalog.execute(
            "SELECT min(order_id) FROM orders WHERE customer_id = ?", (OLD,)
        ).fetchone()
        catalog.execute("UPDATE orders SET customer_id = NULL WHERE customer_id = ?", (OLD,))
        for whose_now in (OLD, NEW, OLD, NEW):
            catalog.execute("UPDATE orders SET customer_id = ? WHERE order_id = ?", (whose_now, first))
        mirror.remove_customers(catalog, {NEW, OTHER})
    follow(shop_home)
    assert whose(shop_home, served) == (None, None)


def test_nothing_is_kept_of_the_moves_but_who_and_when(catalog: Connection) -> None:
    with transaction(catalog):
        catalog.execute("UPDATE orders SET customer_id = ? WHERE customer_id = ?", (NEW, OLD))
        catalog.execute("UPDATE orders SET customer_id = NULL WHERE customer_id = ?", (NEW,))
    moves = catalog.execute("SELECT DISTINCT customer_id, heir FROM moved_orders").fetchall()
    assert [tuple(row) for row in moves] == [(OLD, NEW)]
