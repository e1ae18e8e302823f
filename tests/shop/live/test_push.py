"""Accepted add-ons in a real shop's open baskets: each once, whatever breaks; undone ones out again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from assistant.errors import ShopError
from assistant.records import Basket, Slate, Suggestion, TalkingPoint
from assistant.shop.calling import DeclinedError, UnreachedError
from assistant.shop.pull import Pull
from assistant.shop.push import push
from assistant.shop.vendure import Vendure
from assistant.store import basket_writes, catalog, preferences, visits
from assistant.store.database import Connection, Home, open_home, transaction
from tests.shop.live import vendure

pytestmark = pytest.mark.slow


@pytest.fixture
def log(home: Home) -> Iterator[Connection]:
    """The counter's own connection, to a shop that takes lines."""
    with contextlib.closing(open_home(home)) as connection:
        with transaction(connection):
            preferences.put(connection, "shop.writes", True)
        yield connection


def offer(log: Connection, code: str, *products: str) -> tuple[str, list[str]]:
    """A visit at a basket, with suggestions shown; its id and theirs."""
    visit = visits.begin(log, associate_id="1", touchpoint="counter", basket_id=code)
    known = catalog.products(log, products)
    point = TalkingPoint("look", "Would you like to have a look at this as well?")
    shown = tuple(Suggestion(known[p], n, 0.1, {}, point, ()) for n, p in enumerate(products, 1))
    slate = Slate(None, Basket(code, ()), shown, (), (), len(shown))
    return visit.visit_id, [str(s.suggestion_id) for s in visits.show(log, visit.visit_id, slate)]


def accept(log: Connection, suggestion: str) -> None:
    visits.answer(log, suggestion, "accepted", associate_id="1")


@pytest.fixture
def counter(
    home: Home, log: Connection, connector: Vendure, vendure_shop: vendure.Shop
) -> tuple[vendure.Shopper, str, str, str, str]:
    """Somebody with a laptop in the basket: shopper, basket, the add-on shown, visit, suggestion."""
    shopper = vendure_shop.shopper()
    laptop, addon = vendure_shop.variant("L2201308"), vendure_shop.variant("L2201516")
    code = shopper.takes(laptop)
    Pull(home, connector).run(lambda *_: None)
    visit, (suggestion,) = offer(log, code, addon)
    return shopper, code, addon, visit, suggestion


def test_an_accepted_add_on_is_in_the_shoppers_basket_once(
    counter: tuple[vendure.Shopper, str, str, str, str], home: Home, log: Connection, connector: Vendure
) -> None:
    shopper, _, addon, visit, suggestion = counter
    accept(log, suggestion)
    assert push(home, connector).written == 1
    assert shopper.sees()[addon] == 1
    assert push(home, connector).written == 0
    assert shopper.sees()[addon] == 1
    assert basket_writes.of_visit(log, visit)[suggestion].state == "written"


def test_an_undone_one_is_taken_out_again(
    counter: tuple[vendure.Shopper, str, str, str, str], home: Home, log: Connection, connector: Vendure
) -> None:
    shopper, _, addon, _, suggestion = counter
    accept(log, suggestion)
    push(home, connector)
    visits.undo(log, suggestion, associate_id="1")
    push(home, connector)
    assert addon not in shopper.sees()


def test_what_is_undone_before_the_shop_heard_of_it_is_never_said(
    counter: tuple[vendure.Shopper, str, str, str, str], log: Connection
) -> None:
    _, _, _, visit, suggestion = counter
    accept(log, suggestion)
    visits.undo(log, suggestion, associate_id="1")
    assert basket_writes.waiting(log) == ()
    assert basket_writes.of_visit(log, visit)[suggestion].state == "taken_back"


def test_an_answer_that_got_lost_on_its_way_back_adds_nothing_twice(
    counter: tuple[vendure.Shopper, str, str, str, str],
    home: Home,
    log: Connection,
    connector: Vendure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shopper, _, addon, _, suggestion = counter
    accept(log, suggestion)
    put_line = connector.put_line

    def lost(basket_id: str, product_id: str, quantity: float) -> object:
        put_line(basket_id, product_id, quantity)
        raise UnreachedError("The connection broke off.")

    monkeypatch.setattr(connector, "put_line", lost)
    assert push(home, connector).waiting == 1
    assert shopper.sees()[addon] == 1
    monkeypatch.setattr(connector, "put_line", put_line)
    assert push(home, connector).written == 1
    assert shopper.sees()[addon] == 1


def test_a_basket_that_was_paid_meanwhile_is_said_and_the_rest_flows(
    counter: tuple[vendure.Shopper, str, str, str, str],
    home: Home,
    log: Connection,
    connector: Vendure,
    vendure_shop: vendure.Shop,
) -> None:
    shopper, _, _, visit, suggestion = counter
    accept(log, suggestion)
    shopper.pays("quick@example.org")
    other = vendure_shop.shopper()
    addon = vendure_shop.variant("L2201508")
    code = other.takes(vendure_shop.variant("L2201308"))
    Pull(home, connector).run(lambda *_: None)
    _, (second,) = offer(log, code, addon)
    accept(log, second)
    pushed = push(home, connector)
    assert (pushed.refused, pushed.written) == (1, 1)
    said = basket_writes.of_visit(log, visit)[suggestion]
    assert said.state == "refused"
    assert said.why == "The basket is being paid or was paid; it cannot be changed any more."
    assert other.sees()[addon] == 1


def test_a_shop_that_takes_no_lines_is_told_nothing(shop: Connection) -> None:
    """A folder of files: the add-on is put in at the till."""
    (basket,) = shop.execute("SELECT basket_id FROM baskets LIMIT 1").fetchone()
    (product,) = shop.execute("SELECT product_id FROM products LIMIT 1").fetchone()
    _, (suggestion,) = offer(shop, basket, product)
    accept(shop, suggestion)
    assert basket_writes.waiting(shop) == ()


def test_what_answers_in_place_of_the_shop_loses_nothing(
    counter: tuple[vendure.Shopper, str, str, str, str],
    home: Home,
    log: Connection,
    connector: Vendure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sign-in page of the network is no answer to an add-on."""
    shopper, _, addon, _, suggestion = counter
    accept(log, suggestion)
    put_line = connector.put_line

    def page(*_words: object) -> float:
        raise ShopError("The shop answers with text/html in place of data.")

    monkeypatch.setattr(connector, "put_line", page)
    assert push(home, connector).waiting == 1
    monkeypatch.setattr(connector, "put_line", put_line)
    assert push(home, connector).written == 1
    assert shopper.sees()[addon] == 1


def test_a_product_the_shop_no_longer_has_is_set_aside(
    counter: tuple[vendure.Shopper, str, str, str, str],
    home: Home,
    log: Connection,
    connector: Vendure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, _, _, _, suggestion = counter
    accept(log, suggestion)

    def gone(*_words: object) -> float:
        raise DeclinedError("No ProductVariant with the id 4 could be found.")

    monkeypatch.setattr(connector, "put_line", gone)
    assert push(home, connector).refused == 1
    assert basket_writes.set_aside(log) == 1
    assert push(home, connector).refused == 0
