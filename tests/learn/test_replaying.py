"""Logged slates asked of another model: the same model gives the logged chances, another one its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from assistant.learn import examples, gate, judging, rankers, train
from assistant.learn.judging import Beside
from assistant.learn.replaying import replayed
from assistant.records import Basket, Line
from assistant.store import copies, draws, models, visits
from assistant.store.database import Connection, Home, open_home
from assistant.suggest import Drawing, Model, Question, ask, load_model
from tests.learn.test_train import quiet

VISITS = 12
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(demo_shop: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo shop after some visits whose slates were drawn, answered and finished."""
    home = copies.duplicate(demo_shop, tmp_path_factory.mktemp("replayed") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rankers, "TREES", 20)
        patch.setattr(examples, "BASKETS", 800)
        train(home, progress=quiet)
    model = load_model(home)
    assert model is not None
    with contextlib.closing(open_home(home)) as log:
        customers = [row[0] for row in log.execute("SELECT customer_id FROM customers LIMIT ?", (VISITS,))]
        anchors = [model.knowledge.product_ids[n] for n in np.argsort(-model.knowledge.usual)[:VISITS]]
        for number, (customer, anchor) in enumerate(zip(customers, anchors, strict=True)):
            serve(log, model, anchor, customer if number % 2 else None, accept=number % 3 == 0)
    return home


def serve(log: Connection, model: Model, anchor: str, customer: str | None, *, accept: bool) -> None:
    visit = visits.begin(log, associate_id="A1", touchpoint="counter", customer_id=customer, anchors=[anchor])
    basket = Basket(None, (Line(anchor, anchor, "", 1.0),))
    question = Question(basket, customer, visit_id=visit.visit_id, drawing=Drawing(5))
    shown = visits.show(log, visit.visit_id, ask(log, model, question))
    if accept and shown:
        assert shown[0].suggestion_id
        visits.answer(log, shown[0].suggestion_id, "accepted", associate_id="A1")
    visits.finish(log, visit.visit_id, associate_id="A1")


@pytest.fixture
def log(shop: Home) -> Iterator[Connection]:
    with contextlib.closing(open_home(shop)) as connection:
        yield connection


def slates(log: Connection, model: Model) -> list[draws.AnsweredDraw]:
    return draws.answered(log, [model.model_id], LONG_AGO, 100)


def test_the_same_model_gives_the_chances_that_were_logged(shop: Home, log: Connection) -> None:
    model = load_model(shop)
    assert model is not None
    found = slates(log, model)
    assert len(found) == VISITS
    slots, of = replayed(found, model, model, judging._beside(log, found, model), quiet)
    assert len(slots.reward) == len(of) > VISITS
    assert np.abs(slots.target - slots.propensity).max() < 1e-9
    accepted = sum(len(one.accepted) for one in found)
    assert slots.reward.sum() <= accepted
    assert accepted > 0
    judged = gate.on_offers(slots, resampled=50)
    assert judged is not None
    assert judged.difference.value == pytest.approx(0.0, abs=1e-9), "the same chances, the same value"
    assert judged.difference.high - judged.difference.low == pytest.approx(0.0, abs=1e-9)


def test_another_model_gives_other_chances_that_sum_to_one(shop: Home, log: Connection) -> None:
    model = load_model(shop)
    assert model is not None
    other = replace(model, forests={kind: forest.scaled(3.0, 0.0) for kind, forest in model.forests.items()})
    found = slates(log, model)
    slots, _ = replayed(found, other, model, judging._beside(log, found, model), quiet)
    assert ((slots.target >= 0) & (slots.target <= 1)).all()
    assert np.abs(slots.target - slots.propensity).max() > 0.01


def test_a_shop_that_answered_little_is_judged_on_the_counter_alone(shop: Home, log: Connection) -> None:
    model, entry = load_model(shop), models.in_use(log)
    assert model is not None
    assert entry is not None
    beside = Beside(entry, model)
    compared, changes = judging._offers(log, model, beside, quiet, datetime.now(UTC))
    assert changes == ()
    assert compared is not None
    verdict = gate.judge(datetime.now(UTC), entry.number, baskets=None, offers=compared)
    assert verdict.word == "too_few"
    groups, limits = judging._at_the_counter(log, model, beside, quiet)
    assert groups.passed is True
    assert limits.passed is True
    assert limits.value == 0
    assert limits.n > judging.ASKED


def test_a_suggestion_that_breaks_a_rule_is_seen(
    shop: Home, log: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, entry = load_model(shop), models.in_use(log)
    assert model is not None
    assert entry is not None
    monkeypatch.setattr("assistant.store.people.may_use_history", lambda connection, customer: False)
    _, limits = judging._at_the_counter(log, model, Beside(entry, model), quiet)
    assert limits.passed is True, "without consent nothing stands on what a customer bought"

    def loose(connection: Connection, one: Model, question: Question):  # type: ignore[no-untyped-def]
        slate = ask(connection, one, question)
        lines = question.basket.product_ids
        first = slate.suggestions[:1]
        wrong = tuple(replace(s, product=replace(s.product, product_id=lines[0])) for s in first)
        return replace(slate, suggestions=(*wrong, *slate.suggestions[1:]))

    monkeypatch.setattr(judging, "ask", loose)
    _, limits = judging._at_the_counter(log, model, Beside(entry, model), quiet)
    assert limits.passed is False
    assert limits.value is not None
    assert limits.value > 0
