"""An Odoo database, written to: each accepted add-on is there once, undone ones come out again."""

from __future__ import annotations

import contextlib

import pytest

from assistant.shop.calling import DeclinedError
from assistant.shop.odoo import Odoo
from assistant.shop.push import push
from assistant.store import basket_writes, preferences, visits
from assistant.store.database import Home, open_home, transaction
from tests.shop.live.fakes.odoo import Database
from tests.shop.live.odoo.conftest import Sync
from tests.shop.live.test_push import accept, offer


def test_a_line_is_brought_to_a_number_once_however_often_it_is_asked(
    database: Database, connector: Odoo
) -> None:
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    order = database.order((lamp, 1))
    for _ in range(2):
        assert connector.put_line(order, str(bulb), 1).there == 1
        assert database.lies_in(order) == {lamp: 1, bulb: 1}
    assert connector.put_line(order, str(bulb), 3).why is None
    assert database.lies_in(order) == {lamp: 1, bulb: 3}
    assert connector.put_line(order, str(bulb), 0).why is None
    assert database.lies_in(order) == {lamp: 1}


def test_a_request_that_the_network_sends_twice_is_put_right(database: Database, connector: Odoo) -> None:
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    order = database.order((lamp, 1))
    connector.quantity(order, str(bulb))
    database.trouble = ["fine", "fine", "twice"]
    assert connector.put_line(order, str(bulb), 1).there == 1
    assert database.lies_in(order) == {lamp: 1, bulb: 1}


def test_a_basket_that_takes_no_lines_says_why(database: Database, connector: Odoo) -> None:
    lamp = database.product("Lamp")
    database.till_order((lamp, 1), number="Order 1")
    for basket, sentence in (
        (database.order((lamp, 1), state="sale"), "it cannot be changed any more"),
        (database.order((lamp, 1), state="cancel"), "no longer there"),
        ("S99999", "no longer there"),
        ("Order 1", "a till's own"),
    ):
        assert sentence in (connector.put_line(basket, str(lamp), 2).why or "")
        with pytest.raises(DeclinedError, match=sentence):
            connector.quantity(basket, str(lamp))


@pytest.fixture
def counter(home: Home, database: Database, sync: Sync) -> tuple[str, int, str, str]:
    """A quotation, and an add-on shown for it and accepted: order, add-on, visit, suggestion."""
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    order = database.order((lamp, 1))
    sync()
    with contextlib.closing(open_home(home)) as log:
        with transaction(log):
            preferences.put(log, "shop.writes", True)
        visit, (suggestion,) = offer(log, order, str(bulb))
        accept(log, suggestion)
    return order, bulb, visit, suggestion


def test_an_accepted_add_on_is_in_the_quotation_once_and_out_again_when_undone(
    counter: tuple[str, int, str, str], home: Home, database: Database, connector: Odoo
) -> None:
    order, bulb, _, suggestion = counter
    assert push(home, connector).written == 1
    assert push(home, connector).written == 0
    assert database.lies_in(order)[bulb] == 1
    with contextlib.closing(open_home(home)) as log:
        visits.undo(log, suggestion, associate_id="1")
    assert push(home, connector).written == 1
    assert bulb not in database.lies_in(order)


def test_an_answer_that_got_lost_adds_nothing_twice(
    counter: tuple[str, int, str, str], home: Home, database: Database, connector: Odoo
) -> None:
    order, bulb, visit, suggestion = counter
    connector.quantity(order, str(bulb))
    database.trouble = ["fine"] * 4 + ["lost"]
    assert push(home, connector).waiting == 1
    assert database.lies_in(order)[bulb] == 1
    assert push(home, connector).written == 1
    assert database.lies_in(order)[bulb] == 1
    with contextlib.closing(open_home(home)) as log:
        assert basket_writes.of_visit(log, visit)[suggestion].state == "written"


def test_a_product_the_shop_no_longer_has_is_set_aside(
    counter: tuple[str, int, str, str], home: Home, database: Database, connector: Odoo
) -> None:
    _, bulb, visit, suggestion = counter
    del database.rows["product.product"][bulb]
    assert push(home, connector).refused == 1
    with contextlib.closing(open_home(home)) as log:
        assert "has been deleted" in (basket_writes.of_visit(log, visit)[suggestion].why or "")
