"""On the made-up camera shop: every sentence fits, every number is true, every score is explained."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from assistant.learn import train
from assistant.records import Basket, Line, Product, Slate
from assistant.shop.demo import make
from assistant.store import catalog, people
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import Model, Question, Standing, ask, features, load_model, why_not
from assistant.suggest.ask import DUE
from assistant.suggest.batch import Asked, batch
from assistant.suggest.candidates import TOP, Candidates
from assistant.suggest.question import Rules
from assistant.suggest.shortlist import KINDS
from assistant.suggest.talking_points import MOST_WORDS
from tests.suggest.conftest import assert_in_order, check_parts, ids
from tests.suggest.test_talking_points import check_numbers

LINKS = {"requires", "accessory", "kit"}
TODAY = date(2026, 6, 14)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("demo") / "home")
    make(
        home,
        today=TODAY,
        learn=lambda made: train(made, progress=lambda what, done, total: None),
    )
    return home


@pytest.fixture
def camera_shop(demo: Home) -> Iterator[tuple[Connection, Model]]:
    with contextlib.closing(open_home(demo)) as connection:
        model = load_model(demo)
        assert model is not None
        yield connection, model


def line(product: Product) -> Line:
    return Line(product.product_id, product.sku, product.name, 1, product.price, None, product.category)


def returning(connection: Connection, agreed: bool = True) -> list[str]:
    """Customers who came back, those first who did so most."""
    rows = connection.execute(
        "SELECT customer_id FROM orders WHERE customer_id IS NOT NULL "
        "GROUP BY customer_id HAVING count(*) > 2 ORDER BY count(*) DESC, customer_id"
    )
    return [c for (c,) in rows if people.may_use_history(connection, c) is agreed]


def slates(connection: Connection, model: Model) -> Iterator[Slate]:
    """What goes with each product alone, with each open basket for its customer, and with some accounts."""
    for product in catalog.products(connection, model.knowledge.product_ids).values():
        yield ask(connection, model, Question(Basket(None, (line(product),))))
    for basket in catalog.open_baskets(connection):
        yield ask(connection, model, Question(basket, basket.customer_id, store_id=basket.store_id))
    for customer in returning(connection)[:30]:
        yield ask(connection, model, Question(Basket(None, (), customer), customer, "review"))


def test_trees_were_learned_of_every_kind(camera_shop: tuple[Connection, Model]) -> None:
    _, model = camera_shop
    assert set(model.forests) == set(KINDS)
    assert model.knowledge.fits()


def test_every_sentence_fits_and_every_slate_is_in_order(camera_shop: tuple[Connection, Model]) -> None:
    said = 0
    for slate in slates(*camera_shop):
        assert_in_order(slate)
        assert check_parts(slate) == len(slate.suggestions)
        again = [s for s in slate.suggestions if s.evidence[0].kind == "again"]
        assert len(again) <= -(-5 // DUE)
        lines = {line.category for line in slate.basket.lines}
        for s in slate.suggestions:
            said += 1
            assert s.evidence
            assert len(s.talking_point.text.split()) <= MOST_WORDS
            assert s.product.category not in lines or s.evidence[0].kind != "bought_together"
    assert said > 500


def test_numbers_are_true(camera_shop: tuple[Connection, Model]) -> None:
    connection, _ = camera_shop
    told = again = 0
    for number, slate in enumerate(slates(*camera_shop)):
        if number % 25 == 0 or (slate.basket.customer_id and not slate.basket.lines):
            told += check_numbers(connection, slate)
            again += any(e.kind == "again" for s in slate.suggestions for e in s.evidence)
    assert told > 20
    assert again


def test_every_open_basket_gets_something(camera_shop: tuple[Connection, Model]) -> None:
    connection, model = camera_shop
    baskets = catalog.open_baskets(connection)
    assert baskets
    for basket in baskets:
        slate = ask(connection, model, Question(basket, basket.customer_id, store_id=basket.store_id))
        assert slate.suggestions, basket.basket_id


@pytest.mark.parametrize("rules", ["all", "none"])
def test_a_batch_answers_as_single_questions_do(camera_shop: tuple[Connection, Model], rules: Rules) -> None:
    connection, model = camera_shop
    customers = [None, *returning(connection)[:8], *returning(connection, agreed=False)[:8]]
    some = model.knowledge.product_ids[:: len(model.knowledge.product_ids) // len(customers)]
    asked = [
        Asked(f"{number}", customer, product_ids=dict.fromkeys(some[number : number + number % 3]))
        for number, customer in enumerate(customers)
    ]
    for one, (_, found) in zip(asked, batch(connection, model, asked, 30, rules), strict=True):
        known = catalog.products(connection, tuple(one.product_ids))
        basket = Basket(None, tuple(line(known[p]) for p in one.product_ids))
        single = ask(connection, model, Question(basket, one.customer_id, limit=30, rules=rules))
        assert [p for p, _ in found] == ids(single)
        assert [score for _, score in found] == [s.score for s in single.suggestions]


def test_a_comparison_lists_the_best_and_then_both_kinds_in_turns(
    camera_shop: tuple[Connection, Model],
) -> None:
    connection, model = camera_shop
    turned = 0
    for customer in returning(connection)[:10]:
        question = Question(Basket(None, ()), customer, limit=60, rules="none")
        situation = features.read(connection, question)
        # The shop's links stand where they stand; what was learned shows the turns.
        learned = [c for c in Candidates(model, replace(situation, links=())) if not c.links]
        scores = [c.log_odds for c in learned[:TOP]]
        assert scores == sorted(scores, reverse=True)
        kinds = ["again" if c.kind == "again" else "new" for c in learned[TOP:]]
        turns = min(kinds.count("again"), kinds.count("new"))
        assert kinds[: 2 * turns] == ["new", "again"] * turns
        turned += turns
    assert turned > 0


def test_a_basket_of_a_hundred_lines(camera_shop: tuple[Connection, Model]) -> None:
    connection, model = camera_shop
    customer = returning(connection)[0]
    every = list(catalog.products(connection, model.knowledge.product_ids[::3]).values())[:100]
    basket = Basket(None, tuple(map(line, every)))
    assert len(basket.lines) == 100
    for who in (None, customer):
        slate = ask(connection, model, Question(basket, who))
        assert not set(ids(slate)) & set(basket.product_ids)
        check_parts(slate)
        assert_in_order(slate)


def test_why_not_agrees_with_the_slate(camera_shop: tuple[Connection, Model]) -> None:
    connection, model = camera_shop
    for basket in catalog.open_baskets(connection)[:3]:
        question = Question(basket, basket.customer_id, store_id=basket.store_id)
        slate = ask(connection, model, question)
        for s in slate.suggestions:
            said = why_not(connection, model, question, s.product.sku)
            assert isinstance(said, Standing)
            assert (said.rank, said.score) == (s.rank, s.score)
        for refused in slate.held_back[:5]:
            assert why_not(connection, model, question, refused.product.sku) == refused
