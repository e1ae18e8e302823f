"""A WooCommerce shop, written to: each accepted add-on is there once, undone ones come out again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from assistant.shop.calling import DeclinedError
from assistant.shop.push import push
from assistant.shop.woocommerce import WooCommerce
from assistant.store import basket_writes, preferences
from assistant.store.database import Home, open_home, transaction
from tests.shop.live.fakes.woocommerce import Site
from tests.shop.live.test_push import accept, offer
from tests.shop.live.woocommerce.conftest import Sync


def test_a_line_is_brought_to_a_number_once_however_often_it_is_asked(
    site: Site, connector: WooCommerce
) -> None:
    lamp, bulb = site.product("Lamp", "12.00"), site.product("Bulb", "10.00")
    order = site.order((lamp, 1))
    for _ in range(2):
        assert connector.put_line(str(order), str(bulb), 1).there == 1
        assert site.lies_in(order) == {lamp: 1, bulb: 1}
    assert connector.put_line(str(order), str(bulb), 3).why is None
    line = site.orders[order]["line_items"][1]
    assert (line["quantity"], round(float(line["total"]), 2)) == (3, 25.0)  # without tax: 3 × 8.333…
    assert connector.put_line(str(order), str(bulb), 0).why is None
    assert site.lies_in(order) == {lamp: 1}


def test_a_variation_goes_in_by_itself(site: Site, connector: WooCommerce) -> None:
    shirt = site.product("Shirt", kind="variable")
    small = site.variation(shirt, "20.00", Size="S")
    order = site.order((site.product("Lamp"), 1))
    assert connector.put_line(str(order), str(small), 2).there == 2
    assert connector.quantity(str(order), str(small)) == 2


def test_a_request_that_the_network_sends_twice_is_put_right(site: Site, connector: WooCommerce) -> None:
    lamp, bulb = site.product("Lamp"), site.product("Bulb")
    order = site.order((lamp, 1))
    connector.quantity(str(order), str(bulb))
    site.trouble = ["fine", "twice"]
    assert connector.put_line(str(order), str(bulb), 1).there == 1
    assert site.lies_in(order) == {lamp: 1, bulb: 1}


def test_a_basket_that_takes_no_lines_says_why(site: Site, connector: WooCommerce) -> None:
    lamp = site.product("Lamp")
    for status, sentence in (
        ("checkout-draft", "only they can put something in"),
        ("processing", "it cannot be changed any more"),
        ("cancelled", "no longer there"),
    ):
        order = site.order((lamp, 1), status=status)
        assert sentence in (connector.put_line(str(order), str(lamp), 2).why or "")
        with pytest.raises(DeclinedError, match=sentence):
            connector.quantity(str(order), str(lamp))
        assert site.lies_in(order) == {lamp: 1}
    assert connector.put_line("S1", str(lamp), 1).why == "The basket is no longer there."


@pytest.fixture
def counter(home: Home, site: Site, sync: Sync) -> Iterator[tuple[int, int, str, str]]:
    """An order that waits for payment, and an add-on shown for it: order, add-on, visit, suggestion."""
    lamp, bulb = site.product("Lamp"), site.product("Bulb")
    order = site.order((lamp, 1))
    sync()
    with contextlib.closing(open_home(home)) as log:
        with transaction(log):
            preferences.put(log, "shop.writes", True)
        visit, (suggestion,) = offer(log, str(order), str(bulb))
        accept(log, suggestion)
    yield order, bulb, visit, suggestion


def test_an_accepted_add_on_is_in_the_order_once_and_out_again_when_undone(
    counter: tuple[int, int, str, str], home: Home, site: Site, connector: WooCommerce
) -> None:
    from assistant.store import visits

    order, bulb, _, suggestion = counter
    assert push(home, connector).written == 1
    assert push(home, connector).written == 0
    assert site.lies_in(order)[bulb] == 1
    with contextlib.closing(open_home(home)) as log:
        visits.undo(log, suggestion, associate_id="1")
    assert push(home, connector).written == 1
    assert bulb not in site.lies_in(order)


def test_an_answer_that_got_lost_adds_nothing_twice(
    counter: tuple[int, int, str, str], home: Home, site: Site, connector: WooCommerce
) -> None:
    order, bulb, visit, suggestion = counter
    connector.now()
    site.asked.clear()
    connector.quantity(str(order), str(bulb))
    reads = len(site.asked)
    site.trouble = ["fine"] * (2 * reads) + ["lost"]
    assert push(home, connector).waiting == 1
    assert site.lies_in(order)[bulb] == 1
    assert push(home, connector).written == 1
    assert site.lies_in(order)[bulb] == 1
    with contextlib.closing(open_home(home)) as log:
        assert basket_writes.of_visit(log, visit)[suggestion].state == "written"


def test_a_product_the_shop_does_not_sell_is_set_aside(
    counter: tuple[int, int, str, str], home: Home, site: Site, connector: WooCommerce
) -> None:
    order, bulb, visit, suggestion = counter
    del site.products[bulb]
    assert push(home, connector).refused == 1
    with contextlib.closing(open_home(home)) as log:
        why = basket_writes.of_visit(log, visit)[suggestion].why or ""
    assert 'Product ID "' in why
    assert len(site.lies_in(order)) == 1
