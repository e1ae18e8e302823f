"""Lines that are not in the shop's baskets: what waits, in the order it was said, and what was refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.store import basket_writes, preferences, visits
from assistant.store.basket_writes import REFUSED_FOR
from assistant.store.database import Connection
from tests.store.slates import slate


@pytest.fixture
def accepted(shop: Connection) -> Connection:
    """Two add-ons accepted at a basket of a shop that takes lines."""
    preferences.put(shop, "shop.writes", True)
    visit = visits.begin(shop, associate_id="A1", touchpoint="counter", basket_id="B-20418")
    for shown in visits.show(shop, visit.visit_id, slate(shop, "P3", "P5")):
        visits.answer(shop, str(shown.suggestion_id), "accepted", associate_id="A1")
    return shop


def name(shop: Connection, product_id: str) -> str:
    return str(shop.execute("SELECT name FROM products WHERE product_id = ?", (product_id,)).fetchone()[0])


def test_what_waits_is_listed_by_name_in_the_order_it_was_said(accepted):
    listed = basket_writes.unsent(accepted)
    assert [(one.product, one.change, one.basket_id, one.why) for one in listed] == [
        (name(accepted, "P3"), 1, "B-20418", None),
        (name(accepted, "P5"), 1, "B-20418", None),
    ]


def test_what_the_shop_refused_comes_last_with_its_reason_and_goes_after_a_week(accepted):
    first, _ = basket_writes.waiting(accepted)
    basket_writes.finish(accepted, first, "refused", why="The basket was paid meanwhile.")
    listed = basket_writes.unsent(accepted)
    assert [(one.product, one.why) for one in listed] == [
        (name(accepted, "P5"), None),
        (name(accepted, "P3"), "The basket was paid meanwhile."),
    ]
    later = basket_writes.unsent(accepted, datetime.now(UTC) + REFUSED_FOR + timedelta(minutes=1))
    assert [one.product for one in later] == [name(accepted, "P5")], "what waits, waits for ever"


def test_what_was_written_is_not_listed(accepted):
    for write in basket_writes.waiting(accepted):
        basket_writes.finish(accepted, write, "written", there=1)
    assert basket_writes.unsent(accepted) == ()
