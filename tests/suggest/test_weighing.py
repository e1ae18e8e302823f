"""What answers do to the next slate: nothing before there are any, a new order soon after."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from assistant.learn import acceptance, train
from assistant.store import preferences
from assistant.store.database import Connection, Home
from assistant.suggest import Drawing, Model, Question, ask, load_model
from assistant.suggest import acceptance as files
from assistant.suggest.acceptance import Acceptance
from assistant.suggest.likelihood import Likelihood
from tests.learn.test_acceptance import BASE, learned, serve
from tests.learn.test_train import quiet
from tests.shops import NOW
from tests.suggest.conftest import Fill, held, ids


def test_day_one_is_the_ranker_s_and_fifty_answers_move_the_order(
    shop: Connection, shop_home: Home, fill: Fill
) -> None:
    preferences.put(shop, "explore.on", False)
    preferences.put(shop, "worth.margin", 0.0)
    train(shop_home, progress=quiet)
    question = Question(fill("P1"), limit=3, now=NOW + timedelta(days=1), drawing=Drawing(3))
    model = load_model(shop_home)
    assert model is not None
    assert model.acceptance is None
    before = ask(shop, model, question)
    first, second, *_ = ids(before)
    assert all(not s.worth for s in before.suggestions)
    places = []
    for _ in range(5):
        serve(shop, {first: ("declined", "not_now"), second: ("accepted", None)}, 5)
        acceptance.learn(shop_home, progress=quiet)
        taught = load_model(shop_home)
        after = ask(shop, taught, question)
        places.append(ids(after).index(second))
    assert places[-1] == 0
    assert places == sorted(places, reverse=True)
    sums = [sum(s.worth.values()) for s in after.suggestions]
    assert np.isfinite(sums).all()
    assert train(shop_home, progress=quiet, now=NOW).answers == 50


def test_a_file_that_cannot_be_used_leaves_the_ranker_and_says_so(
    shop: Connection, shop_home: Home, fill: Fill
) -> None:
    train(shop_home, progress=quiet)
    path = files.write(learned(*BASE), shop_home)
    path.write_bytes(b"nothing")
    model = load_model(shop_home)
    assert model is not None
    assert model.acceptance is None
    assert model.trouble is not None
    assert ids(ask(shop, model, Question(fill("P1"), limit=3, now=NOW)))


def test_what_is_needed_leads_whatever_answers_say(shop: Connection, model: Model, fill: Fill) -> None:
    never = Likelihood(0.0, {"product": {"P10": -9.0}})
    taught = replace(model, acceptance=Acceptance(Likelihood(0.0), never, Likelihood(0.0)))
    slate = ask(shop, taught, Question(fill("P1", "P8"), now=NOW, drawing=Drawing(5)))
    assert ids(slate)[0] == "P10"


def test_worth_orders_and_is_what_a_draw_draws_by(shop: Connection, model: Model, fill: Fill) -> None:
    preferences.put(shop, "worth.margin", 0.0)
    before = ask(shop, model, Question(fill("P1"), limit=3, now=NOW))
    last = ids(before)[-1]
    liked = Likelihood(-2.0, {"product": {last: 4.0}})
    taught = replace(model, acceptance=Acceptance(Likelihood(0.0), liked, Likelihood(1.0)))
    preferences.put(shop, "explore.on", False)
    question = Question(fill("P1"), limit=3, visit_id="v", now=NOW, drawing=Drawing(3))
    after = ask(shop, taught, question)
    assert ids(after)[0] == last
    assert sum(after.suggestions[0].worth.values()) == pytest.approx(
        math.log(1 / (1 + math.exp(-2))) + math.log(1 / (1 + math.exp(-1)))
    )
    assert after.suggestions[0].parts == {s.product.product_id: s.parts for s in before.suggestions}[last]
    preferences.put(shop, "explore.on", True)
    drawn = ask(shop, taught, question).draw
    assert drawn is not None
    scores = {one.product_id: one.log_odds for one in drawn.among}
    assert scores[last] == max(scores.values())
    assert scores[last] == sum(after.suggestions[0].worth.values())


def test_outside_a_visit_the_order_is_the_ranker_s_and_the_worth_is_told(
    shop: Connection, model: Model, fill: Fill
) -> None:
    question = Question(fill("P1"), limit=3, now=NOW)
    before = ask(shop, model, question)
    liked = Likelihood(-2.0, {"product": {ids(before)[-1]: 4.0}})
    after = ask(
        shop, replace(model, acceptance=Acceptance(Likelihood(0.0), liked, Likelihood(1.0))), question
    )
    assert ids(after) == ids(before)
    assert all(s.worth for s in after.suggestions)


def test_what_the_rules_refuse_is_not_liked_into_a_slate(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("UPDATE stock SET quantity = 0 WHERE product_id = 'P3'")
    liked = Likelihood(-2.0, {"product": {"P3": 9.0}})
    taught = replace(model, acceptance=Acceptance(Likelihood(0.0), liked, Likelihood(1.0)))
    slate = ask(shop, taught, Question(fill("P1"), limit=5, now=NOW, drawing=Drawing(5)))
    assert "P3" not in ids(slate)
    assert held(slate)["P3"] == "out_of_stock"
