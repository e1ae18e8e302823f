"""On the made-up camera shop: every sentence fits, and every number is true."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date

import pytest

from assistant.learn import train
from assistant.records import Basket, Line, Slate
from assistant.shop.demo import make
from assistant.store import catalog
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import Model, Question, ask, load_model
from assistant.suggest.talking_points import MOST_WORDS
from tests.suggest.test_talking_points import check_numbers


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("demo") / "home")
    make(
        home,
        today=date(2026, 6, 14),
        learn=lambda made: train(made, progress=lambda what, done, total: None),
    )
    return home


@pytest.fixture
def camera_shop(demo: Home) -> Iterator[tuple[Connection, Model]]:
    with contextlib.closing(open_home(demo)) as connection:
        model = load_model(demo)
        assert model is not None
        yield connection, model


def slates(connection: Connection, model: Model) -> Iterator[Slate]:
    """What goes with each product alone, and with each open basket for its customer."""
    for product in catalog.products(connection, model.product_ids).values():
        line = Line(product.product_id, product.sku, product.name, 1, product.price, None, product.category)
        yield ask(connection, model, Question(Basket(None, (line,))))
    for basket in catalog.open_baskets(connection):
        yield ask(connection, model, Question(basket, basket.customer_id, store_id=basket.store_id))


def test_every_sentence_fits_and_every_slate_is_spread(camera_shop: tuple[Connection, Model]) -> None:
    said = 0
    for slate in slates(*camera_shop):
        families = [s.product.family for s in slate.suggestions]
        assert all(families.count(family) <= 2 for family in families)
        lines = {line.category for line in slate.basket.lines}
        for s in slate.suggestions:
            said += 1
            assert len(s.talking_point.text.split()) <= MOST_WORDS
            assert s.product.category not in lines or s.evidence[0].kind != "bought_together"
    assert said > 500


def test_numbers_are_true(camera_shop: tuple[Connection, Model]) -> None:
    told = sum(
        check_numbers(camera_shop[0], slate)
        for number, slate in enumerate(slates(*camera_shop))
        if number % 25 == 0
    )
    assert told > 20


def test_every_open_basket_gets_something(camera_shop: tuple[Connection, Model]) -> None:
    connection, model = camera_shop
    baskets = catalog.open_baskets(connection)
    assert baskets
    for basket in baskets:
        slate = ask(connection, model, Question(basket, basket.customer_id, store_id=basket.store_id))
        assert slate.suggestions, basket.basket_id
