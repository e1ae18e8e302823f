"""What is due, worked out by hand: own rhythm, stated life, measured gaps, covers, and whom to ask."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from assistant.records import Bought, OwnedProduct, Product
from assistant.store import catalog as goods
from assistant.store import people
from assistant.store.database import Connection, stamp
from assistant.suggest import Model, replenishment
from assistant.suggest.replenishment import Due, Owning
from assistant.suggest.stated import stated_days
from tests.shops import NOW
from tests.suggest import tiny

MAREN, INES, TOM = "C-10412", "C-10413", "C-10414"
PAPER, PRINTER, TEAPOT = "P9", "P8", "P11"
MODEL = Model("by hand", tiny.knowledge(product_ids=("P1", "P2", "P3", PAPER, TEAPOT, "P5")), {})  # paper: 20


def ago(days: float):
    return NOW - timedelta(days=days)


@pytest.fixture
def empty(catalog: Connection) -> Connection:
    """The small shop before anybody bought anything."""
    catalog.execute("DELETE FROM order_lines")
    catalog.execute("DELETE FROM orders")
    return catalog


def sell(catalog: Connection, customer_id: str, product_id: str, days: float, back: int = 0) -> None:
    order = f"N-{customer_id}-{product_id}-{days}"
    catalog.execute(
        "INSERT INTO orders VALUES (?, ?, 'A1', 'S1', ?, 'till', NULL, 'GBP')",
        (order, customer_id, stamp(ago(days))),
    )
    catalog.execute("INSERT INTO order_lines VALUES (?, 1, ?, 1, 149000, 0, ?)", (order, product_id, back))


def state(catalog: Connection, product_id: str, **attributes: object) -> None:
    catalog.execute(
        "UPDATE products SET attributes = ? WHERE product_id = ?", (json.dumps(attributes), product_id)
    )


def timeline(shop: Connection, customer_id: str = MAREN, model: Model | None = MODEL) -> dict[str, Owning]:
    card = people.card(shop, customer_id)
    return {one.owned.product.product_id: one for one in replenishment.timeline(shop, model, card)}


def due(shop: Connection, days: float = 1, **more) -> list[tuple[str, str | None]]:
    found = replenishment.due_again(shop, MODEL, NOW, until=NOW + timedelta(days=days), **more)
    return [(one.customer_id, one.product_id) for one in found]


def test_what_was_bought_once_is_due_after_the_measured_time(shop, empty):
    sell(empty, MAREN, PAPER, 18)
    known = timeline(shop)[PAPER]
    assert (known.due.kind, known.due.every_days, known.due.own) == ("again", 20.0, False)
    assert stamp(known.due.on) == stamp(ago(-2))
    assert known.due_now(NOW)
    assert not known.due_now(ago(3))


def test_what_was_bought_twice_is_due_in_the_customers_own_rhythm(shop, empty):
    for days in (100, 60):
        sell(empty, MAREN, PAPER, days)
    known = timeline(shop)[PAPER].due
    assert (known.every_days, known.own, stamp(known.on)) == (40.0, True, stamp(ago(20)))


def test_a_stated_life_counts_before_what_was_measured(shop, empty):
    state(empty, PAPER, life_days=50)
    sell(empty, MAREN, PAPER, 10)
    assert timeline(shop)[PAPER].due.every_days == 50.0
    assert timeline(shop, model=None)[PAPER].due.every_days == 50.0


@pytest.mark.parametrize("nonsense", [0, -3, True, "soon", None, 1e9])
def test_a_life_that_is_no_number_of_days_is_not_stated(nonsense):
    product = Product("P", "P", "P", attributes={"life_days": nonsense})
    assert stated_days(product, "life_days") is None


def test_what_lasts_is_never_due(shop, empty):
    sell(empty, MAREN, TEAPOT, 300)
    assert timeline(shop)[TEAPOT].due is None


def test_a_thing_uses_up_what_the_shop_links_to_it(shop, empty):
    sell(empty, MAREN, PRINTER, 19)
    known = timeline(shop)[PRINTER].due
    assert (known.kind, known.product.product_id, stamp(known.on)) == ("runs_out", PAPER, stamp(ago(-1)))
    sell(empty, MAREN, PAPER, 5)
    assert timeline(shop)[PRINTER].due is None


def test_a_cover_is_due_around_its_end(shop, empty):
    state(empty, PRINTER, cover_months=12)
    sell(empty, MAREN, PRINTER, 300)
    known = timeline(shop)[PRINTER]
    assert known.due.kind == "cover"
    assert known.due_now(NOW)
    assert not known.due_now(ago(60))
    assert not known.due_now(ago(-120))


def test_who_stopped_buying_it_is_left_in_peace():
    product = Product("P", "P", "P")
    one = Due("again", product, ago(41), 20.0)
    assert not one.now(NOW)
    assert one.now(ago(2))


def test_without_consent_nothing_is_looked_at(shop, empty):
    sell(empty, INES, PAPER, 20)
    assert timeline(shop, INES) == {}
    assert due(shop) == []


def test_what_was_due_first_comes_first(shop):
    product = Product("P", "P", "P")
    things = [Owning(OwnedProduct(product, ago(n), 1), Due("again", product, ago(n), 30.0)) for n in (1, 5)]
    assert replenishment.first_due(things, NOW) is things[1]
    assert replenishment.first_due([], NOW) is None


def test_who_is_asked_again_and_when(shop, empty):
    sell(empty, MAREN, PAPER, 18)
    assert due(shop) == []
    assert due(shop, 3) == [(MAREN, PAPER)]
    assert due(shop, 3, associate_id="A2") == []
    assert due(shop, 3, store_id="S2") == []
    (one,) = replenishment.due_again(shop, MODEL, NOW, until=ago(-3), associate_id="A1")
    assert (one.kind, one.every_days, stamp(one.due)) == ("due", 20.0, stamp(ago(-2)))
    (again,) = replenishment.due_again(shop, MODEL, NOW, until=ago(-4), associate_id="A1")
    assert again.follow_up_id == one.follow_up_id
    assert MAREN not in one.follow_up_id


def test_who_bought_again_is_not_asked(shop, empty):
    sell(empty, MAREN, PAPER, 18)
    sell(empty, MAREN, PAPER, 1)
    assert due(shop, 3) == []


def test_what_came_back_was_not_bought(shop, empty):
    sell(empty, MAREN, PAPER, 19, back=1)
    assert due(shop, 3) == []


MONTH = 30.44


def test_a_cover_is_asked_about_two_weeks_before_its_end(shop, empty):
    state(empty, TEAPOT, cover_months=12)
    sell(empty, MAREN, TEAPOT, 12 * MONTH - 15)
    assert due(shop, 1) == []
    assert due(shop, 2) == [(MAREN, TEAPOT)]
    (one,) = replenishment.due_again(shop, MODEL, NOW, until=ago(-2))
    assert (one.kind, one.every_days) == ("due", None)
    assert stamp(one.due) == stamp(ago(-1))
    assert stamp(one.ends) == stamp(ago(-15))
    (again,) = replenishment.due_again(shop, None, NOW, until=ago(-5))
    assert again.follow_up_id == one.follow_up_id


def test_a_cover_that_was_renewed_or_ran_out_is_not_asked_about(shop, empty):
    state(empty, TEAPOT, cover_months=12)
    sell(empty, MAREN, TEAPOT, 12 * MONTH - 10)
    assert due(shop) == [(MAREN, TEAPOT)]
    sell(empty, MAREN, TEAPOT, 2)
    assert due(shop) == []
    sell(empty, INES, TEAPOT, 12 * MONTH + 30)
    people.set_consent(shop, INES, "personal_suggestions", True, "A1")
    people.set_consent(shop, INES, "contact", True, "A1")
    assert due(shop) == []


def test_of_two_things_that_are_due_the_first_is_asked_for(shop, empty):
    state(empty, TEAPOT, cover_months=1)
    sell(empty, MAREN, TEAPOT, MONTH - 14)
    sell(empty, MAREN, PAPER, 21)
    assert due(shop) == [(MAREN, PAPER)]


def test_who_may_not_be_contacted_or_had_enough_is_not_asked(shop, empty):
    sell(empty, MAREN, PAPER, 19)
    assert due(shop, 3) == [(MAREN, PAPER)]
    shop.execute("INSERT INTO preferences VALUES ('review.month_cap', '0', 0)")
    assert due(shop, 3) == []
    shop.execute("DELETE FROM preferences")
    people.set_consent(shop, MAREN, "contact", False, "A1")
    assert due(shop, 3) == []


def test_one_customer_is_asked_for_one_thing(shop, empty):
    state(empty, "P6", life_days=20)
    sell(empty, MAREN, PAPER, 19)
    sell(empty, MAREN, "P6", 21)
    assert due(shop, 3) == [(MAREN, "P6")]


def test_a_habit_that_was_bought_twice_is_the_customers_own():
    product = Product(PAPER, PAPER, "Paper")
    assert replenishment.habit(MODEL, product, Bought(PAPER, 2, (10.0, 40.0))).every_days == 30.0
    assert replenishment.habit(None, product, Bought(PAPER, 2, (10.0, 40.0))).every_days is None


def test_used_up_things_are_found_by_what_they_state(shop, empty):
    state(empty, TEAPOT, life_days=9)
    assert {p.product_id for p in goods.used_up(shop, ())} == {PAPER, TEAPOT}
