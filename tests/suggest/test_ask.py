"""The slate: what leads it, that its parts sum, and questions that little is known about."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.learn import train
from assistant.records import Basket, Line, Slate
from assistant.store import visits
from assistant.store.database import Connection, Home, open_home, transaction
from assistant.suggest import Model, Question, ask, load_model
from assistant.suggest.shortlist import KINDS
from tests.learn.test_train import quiet, sell
from tests.shops import NOW, PRODUCTS
from tests.suggest import tiny
from tests.suggest.conftest import Fill, assert_in_order, check_parts, held, ids
from tests.suggest.test_rules import INES, MAREN


def test_planted_pairings_lead(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P1"), limit=3, now=NOW))
    assert ids(slate) == ["P3", "P5", "P6"]  # card 66 %, sling 33 %, battery 25 %
    assert [s.rank for s in slate.suggestions] == [1, 2, 3]
    assert slate.model_id == model.model_id
    assert not slate.suggestions[0].needed


def test_what_the_anchor_requires_leads_and_is_marked(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P1", "P8"), now=NOW))
    assert ids(slate)[0] == "P10"
    assert [s.product.product_id for s in slate.suggestions if s.needed] == ["P10"]
    assert slate.suggestions[0].evidence[0].kind == "requires"


def test_what_is_owned_is_not_in_need(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("DELETE FROM order_lines WHERE product_id = 'P10' AND order_id IN ('O1', 'O150')")
    slate = ask(shop, model, Question(fill("P9"), MAREN, now=NOW))
    cable = next(s for s in slate.suggestions if s.product.product_id == "P10")
    assert not cable.needed


def grown(model: Model) -> Model:
    """The same model with trees."""
    return replace(
        model,
        forests={
            "other": tiny.stump("weighed", 0.2, -1.0, 1.5),
            "alike": tiny.stump("usual", -2.0, -0.5, 0.5),
            "again": tiny.stump("times", 1.5, -0.25, 2.0, base=-1.0),
        },
    )


def test_the_parts_sum_to_the_score(shop: Connection, model: Model, fill: Fill) -> None:
    questions = [
        Question(fill("P1"), now=NOW),
        Question(fill("P1", "P3", "P8"), MAREN, now=NOW),
        Question(fill(), MAREN, now=NOW),
        Question(fill("P8"), rules="none", limit=20, now=NOW),
        Question(fill("P8"), MAREN, rules="none", limit=20, now=NOW),
    ]
    for chosen in (model, grown(model), None):
        assert sum(check_parts(ask(shop, chosen, question)) for question in questions) > 4


def test_parts_are_named_for_what_moved_them(shop: Connection, model: Model, fill: Fill) -> None:
    plain = ask(shop, model, Question(fill("P1"), now=NOW))
    for s in plain.suggestions:
        assert set(s.parts) - {"link"} == {"usual", "together"}
        assert ("link" in s.parts) is any(e.n is None for e in s.evidence)
    trees = ask(shop, grown(model), Question(fill("P1"), now=NOW))
    for s in trees.suggestions:
        assert set(s.parts) - {"link"} == {"start", "basket"}  # "weighed" speaks of the whole basket


def test_one_anchors_score_is_near_the_share_it_was_learned_from(home: Home) -> None:
    sell(
        home,
        [(f"O{i}", None, NOW, ["A", "B"] if i % 4 == 0 else ["A", "C"][: 1 + i % 2]) for i in range(400)],
    )
    sell(home, [(f"Q{i}", None, NOW, ["D"]) for i in range(400)])
    train(home, progress=quiet)
    model = load_model(home)
    assert model is not None
    # Trees foresee the rest of baskets that have one; the plain rule keeps to the share of all orders.
    connection = open_home(home)
    question = Question(Basket(None, (Line("A", "A", "A", 1),)), now=NOW)
    slate = ask(connection, replace(model, forests={}), question)
    connection.close()
    scores = {s.product.product_id: s.score for s in slate.suggestions}
    assert scores == pytest.approx({"B": 0.25, "C": 0.5}, abs=0.02)


def test_without_a_model_the_shops_own_links_speak(shop: Connection, fill: Fill) -> None:
    slate = ask(shop, None, Question(fill("P8"), now=NOW))
    assert slate.model_id is None
    assert ids(slate) == ["P10", "P9"]
    assert all(e.n is None for s in slate.suggestions for e in s.evidence)


def test_popularity_fills_up_only_without_rules(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P11"), rules="none", limit=5, now=NOW))
    assert len(slate.suggestions) == 5
    assert "P11" not in ids(slate)


def test_the_same_question_has_the_same_answer(shop: Connection, model: Model, fill: Fill) -> None:
    one, two = (ask(shop, model, Question(fill("P1", "P8"), MAREN, now=NOW)) for _ in range(2))
    assert one == two
    assert one.candidates_hash
    assert one.candidates_hash != ask(shop, model, Question(fill("P1"), now=NOW)).candidates_hash


# where little is known


def assert_empty(slate: Slate) -> None:
    """Nothing is offered and nothing held back, as nothing leads anywhere."""
    assert (slate.suggestions, slate.step_ups, slate.held_back) == ((), (), ())


def test_nothing_worth_suggesting_is_an_honest_empty_slate(
    shop: Connection, model: Model, fill: Fill
) -> None:
    for chosen in (model, grown(model)):
        assert_empty(ask(shop, chosen, Question(fill("P11"), now=NOW)))
        assert_empty(ask(shop, chosen, Question(fill("P8", "P9", "P10"), now=NOW)))


def test_an_empty_basket_of_nobody_gets_nothing(shop: Connection, model: Model, fill: Fill) -> None:
    for customer in (None, INES, "C-10414", "nobody"):
        assert_empty(ask(shop, model, Question(fill(), customer, now=NOW)))
    assert_empty(ask(shop, None, Question(fill(), now=NOW)))


def test_lines_nobody_knows_get_nothing(shop: Connection, model: Model, fill: Fill) -> None:
    assert_empty(ask(shop, model, Question(fill("??", "never seen"), now=NOW)))


def test_a_line_nobody_knows_speaks_by_its_category(shop: Connection, model: Model) -> None:
    """A camera that came in this morning: the till knows what it is, no order does."""
    line = Line("NEW", "NEW", "Lumo R90", 1, category="Photo/Cameras/Mirrorless")
    slate = ask(shop, model, Question(Basket(None, (line,)), now=NOW))
    led = {
        category
        for (category,) in shop.execute(
            "SELECT category FROM category_pairings WHERE anchor = 'Photo/Cameras/Mirrorless'"
        )
    }
    assert slate.suggestions
    for s in slate.suggestions:
        assert s.product.category in led
        assert {(e.kind, e.anchor_id) for e in s.evidence} == {("category_together", "NEW")}
    elsewhere = replace(line, category="Garden/Hoses")
    assert_empty(ask(shop, model, Question(Basket(None, (elsewhere,)), now=NOW)))


def test_what_was_never_sold_is_found_by_its_category_or_its_link(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    sold = {product_id for (product_id,) in shop.execute("SELECT product_id FROM order_lines")}
    never = {"P4", "P7"}  # a card, which goes with cameras, and a filter
    assert not never & sold
    assert never & set(ids(ask(shop, model, Question(fill("P1"), now=NOW)))) == {"P4"}
    with transaction(catalog):
        catalog.execute("INSERT INTO links VALUES ('P1', 'P7', 'accessory')")
    slate = ask(shop, model, Question(fill("P1"), limit=9, now=NOW))
    assert never <= set(ids(slate))
    assert check_parts(slate) == len(slate.suggestions)


def test_a_basket_of_a_hundred_lines(shop: Connection, model: Model, fill: Fill) -> None:
    some = ["P1", "P8", *(f"unknown {i}" for i in range(98))]
    slate = ask(shop, model, Question(fill(*some), MAREN, now=NOW))
    alone = ask(shop, model, Question(fill("P1", "P8"), MAREN, now=NOW))
    assert slate.suggestions == alone.suggestions
    everything = ask(shop, model, Question(fill(*KNOWN, *some), now=NOW))
    assert everything.suggestions == ()


def test_long_after_the_last_order(shop: Connection, model: Model, fill: Fill) -> None:
    trees = replace(model, forests=dict.fromkeys(KINDS, tiny.stump("since_bought", 300.0, 1.0, -1.0)))
    year, century = (
        ask(shop, trees, Question(fill("P1", "P8"), MAREN, now=NOW + timedelta(days=days)))
        for days in (365, 36_500)
    )
    assert ids(year)
    assert year.suggestions == century.suggestions


def test_a_model_without_orders_still_answers(
    shop: Connection, shop_home: Home, catalog: Connection, fill: Fill
) -> None:
    with transaction(catalog):
        catalog.execute("DELETE FROM order_lines")
        catalog.execute("DELETE FROM orders")
    train(shop_home, progress=quiet)
    model = load_model(shop_home)
    slate = ask(shop, model, Question(fill("P8"), MAREN, now=NOW))
    assert ids(slate) == ["P10", "P9"]
    check_parts(slate)
    assert ask(shop, model, Question(fill(), now=NOW)).suggestions == ()


def test_an_empty_slate_says_how_many_were_checked(shop: Connection, model: Model, fill: Fill) -> None:
    visit = visits.begin(shop, associate_id="A1", touchpoint="counter", customer_id=INES)
    first = visits.show(shop, visit.visit_id, ask(shop, model, Question(fill("P8"), now=NOW)))
    for s in first:
        assert s.suggestion_id
        visits.answer(shop, s.suggestion_id, "declined", associate_id="A1")
    again = ask(shop, model, Question(fill("P8"), INES, visit_id=visit.visit_id, now=NOW))
    assert again.suggestions == ()
    assert again.checked >= 2
    assert held(again) == {"P10": "refused_this_visit", "P9": "refused_this_visit"}


# any basket

KNOWN = [p[0] for p in PRODUCTS]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    basket=st.lists(st.sampled_from([*KNOWN, "??", "", "P'1"]), max_size=8),
    customer=st.sampled_from([None, MAREN, INES, "C-10414", "nobody"]),
    limit=st.integers(1, 12),
    trees=st.booleans(),
    days=st.sampled_from([-1000, 0, 20, 5000]),
)
def test_any_basket_gets_a_lawful_slate(
    shop: Connection,
    model: Model,
    fill: Fill,
    basket: list[str],
    customer: str | None,
    limit: int,
    trees: bool,
    days: int,
) -> None:
    question = Question(fill(*basket), customer, limit=limit, now=NOW + timedelta(days=days))
    slate = ask(shop, grown(model) if trees else model, question)
    chosen = ids(slate)
    assert len(chosen) == len(set(chosen)) <= limit
    assert not set(chosen) & set(basket)
    assert not set(chosen) & set(held(slate))
    assert not set(chosen) & {s.product.product_id for s in slate.step_ups}
    assert "no_consent" not in held(slate).values()
    assert_in_order(slate)
    assert check_parts(slate) == len(chosen)
    for s in slate.suggestions:
        assert 0 < s.score < 1
        assert s.evidence
        assert s.product.active
        assert len(s.talking_point.text.split()) <= 25
        assert json.dumps(dict(s.parts))
