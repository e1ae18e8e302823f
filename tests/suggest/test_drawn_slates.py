"""Slates that were drawn, from the question to the log and back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from assistant.records import Kit, Slate, TalkingPoint
from assistant.store import draws, kits, preferences, visits
from assistant.store.database import Connection
from assistant.suggest import Drawing, Model, Question, ask, exploration
from tests.shops import NOW
from tests.suggest.conftest import Fill, held, ids


@pytest.fixture
def bold(shop: Connection) -> Connection:
    """Where chance has its say."""
    preferences.put(shop, "explore.temperature", 2.0)
    preferences.put(shop, "explore.floor", 0.3)
    return shop


def drawn(shop: Connection, model: Model, fill: Fill, visit_id: str, places: int = 3, *skus: str) -> Slate:
    question = Question(fill(*(skus or ("P1",))), limit=5, visit_id=visit_id, now=NOW)
    return ask(shop, model, replace(question, drawing=Drawing(places)))


def test_the_log_holds_how_a_slate_was_drawn_and_gives_the_same_again(
    bold: Connection, model: Model, fill: Fill
) -> None:
    visit = visits.begin(bold, associate_id="A1", touchpoint="counter", anchors=("P1",))
    slate = drawn(bold, model, fill, visit.visit_id)
    visits.show(bold, visit.visit_id, slate)
    (found,) = draws.logged(bold, visit.visit_id)
    assert (found.draw, found.model_id) == (slate.draw, model.model_id)
    assert exploration.recompute(found.draw) == found.draw.slots
    shown = bold.execute("SELECT product_id, propensity FROM suggestions ORDER BY slot").fetchall()
    assert shown == [(slot.product_id, slot.propensity) for slot in found.draw.slots]
    assert ids(slate) == [slot.product_id for slot in found.draw.slots]
    assert 0 < min(chance for _, chance in shown) < 1
    sent = bold.execute("SELECT sequence, record FROM outbox ORDER BY sequence").fetchall()
    assert [record for _, record in sent] == ["visit", "draw", "suggestion", "suggestion", "suggestion"]
    assert [number for number, _ in sent] == [1, 2, 3, 4, 5]


def test_chance_changes_the_order_between_visits_and_not_within_one(
    bold: Connection, model: Model, fill: Fill
) -> None:
    firsts = Counter(ids(drawn(bold, model, fill, f"v{n}"))[0] for n in range(40))
    assert len(firsts) > 1
    assert drawn(bold, model, fill, "v1") == drawn(bold, model, fill, "v1")


def test_switched_off_nothing_is_drawn(bold: Connection, model: Model, fill: Fill) -> None:
    preferences.put(bold, "explore.on", False)
    as_scored = ask(bold, model, Question(fill("P1"), limit=5, now=NOW))
    for n in range(10):
        slate = drawn(bold, model, fill, f"v{n}", 5)
        assert slate == as_scored
        assert slate.draw is None
        assert {s.propensity for s in slate.suggestions} == {1.0}


@pytest.mark.parametrize(("temperature", "floor"), [(0.0, 0.1), (-1.0, 0.1), (0.2, 1.5), (0.2, -0.1)])
def test_settings_that_make_no_chances_draw_nothing(
    shop: Connection, temperature: float, floor: float
) -> None:
    preferences.put(shop, "explore.temperature", temperature)
    preferences.put(shop, "explore.floor", floor)
    assert exploration.manner(shop) is None


def test_what_the_rules_refuse_has_no_chance(
    bold: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("UPDATE stock SET quantity = 0 WHERE product_id = 'P3'")
    for n in range(25):
        slate = drawn(bold, model, fill, f"v{n}", 5)
        assert held(slate)["P3"] == "out_of_stock"
        assert slate.draw is not None
        assert "P3" not in {one.product_id for one in slate.draw.among}
        assert "P1" not in ids(slate)


def test_what_is_shown_already_is_not_drawn_again(bold: Connection, model: Model, fill: Fill) -> None:
    first = drawn(bold, model, fill, "v", 2)
    shown = tuple(ids(first))
    question = Question(fill("P1"), limit=5 + 2, visit_id="v", now=NOW, drawing=Drawing(2, shown))
    second = ask(bold, model, question)
    assert second.draw is not None
    assert not {one.product_id for one in second.draw.among} & set(shown)
    assert set(shown) <= set(ids(second))
    assert second.draw.seed != (first.draw and first.draw.seed)


def test_a_comparison_and_a_shop_without_a_model_draw_nothing(
    bold: Connection, model: Model, fill: Fill
) -> None:
    question = Question(fill("P1"), limit=5, visit_id="v", now=NOW, drawing=Drawing(5))
    assert ask(bold, None, question).draw is None
    assert ask(bold, model, replace(question, rules="none")).draw is None
    assert ask(bold, model, replace(question, drawing=Drawing(0))).draw is None


def test_a_kit_that_is_answered_is_no_draw(bold: Connection, model: Model, fill: Fill) -> None:
    visit = visits.begin(bold, associate_id="A1", touchpoint="counter", anchors=("P1",))
    slate = drawn(bold, model, fill, visit.visit_id, 1)
    visits.show(bold, visit.visit_id, replace(slate, suggestions=slate.suggestions[:1]))
    assert len(list(draws.logged(bold))) == 1
    whole = ask(bold, model, Question(fill("P1"), limit=5, now=NOW))
    kit = Kit("K1", "links", whole.suggestions[:3], "Lumo R50", TalkingPoint("kit", "Together."))
    kits.answer(bold, visit.visit_id, slate, kit, "accepted", associate_id="A1")
    assert len(list(draws.logged(bold))) == 1
