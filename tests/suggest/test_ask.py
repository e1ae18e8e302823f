"""The slate: what leads it, what every rule holds back, and that its parts sum."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.learn import train
from assistant.records import Basket, Slate
from assistant.store import people, visits
from assistant.store.database import Connection, Home, transaction
from assistant.suggest import Model, Question, ask, features, load_model, why_not
from assistant.suggest.candidates import gather
from tests.shops import NOW, PRODUCTS
from tests.suggest.conftest import Fill

MAREN = "C-10412"  # has agreed to personal suggestions; owns the printer, its cable, a camera and its card
INES = "C-10413"  # has not


def ids(slate: Slate) -> list[str]:
    return [s.product.product_id for s in slate.suggestions]


def held(slate: Slate) -> dict[str, str]:
    return {h.product.product_id: h.rule for h in slate.held_back}


def test_planted_pairings_lead(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    assert ids(slate) == ["P3", "P5", "P6"]  # card 66 %, sling 33 %, battery 25 %
    assert [s.rank for s in slate.suggestions] == [1, 2, 3]
    assert slate.model_id == model.model_id
    assert not slate.suggestions[0].needed


def test_what_the_anchor_requires_leads_and_is_marked(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P1", "P8"), now=NOW))
    assert ids(slate)[0] == "P10"
    assert [s.product.product_id for s in slate.suggestions if s.needed] == ["P10"]
    assert slate.suggestions[0].evidence[0].kind == "requires"


def test_evidence_is_the_catalogs(shop: Connection, model: Model, fill: Fill) -> None:
    (card, *_) = ask(shop, model, Question(fill("P1"), now=NOW)).suggestions
    link, counted = card.evidence
    assert (link.kind, link.anchor_id, link.n) == ("accessory", "P1", None)
    row = shop.execute(
        "SELECT n, base, share, lift, customers FROM pairings WHERE anchor_id = 'P1' AND product_id = 'P3'"
    ).fetchone()
    assert (counted.n, counted.base, counted.share, counted.lift, counted.customers) == tuple(row)


def test_calibrating_moves_no_link_past_a_pairing(
    catalog: Connection, shop: Connection, model: Model, fill: Fill
) -> None:
    with transaction(catalog):  # nobody has bought one yet
        catalog.execute("INSERT INTO links VALUES ('P1', 'P7', 'accessory')")
    situation = features.read(shop, Question(fill("P1"), now=NOW))
    shifted = replace(model, calibration=np.array([0.5, -4.0]))
    plain, after = list(gather(model, situation)), list(gather(shifted, situation))
    assert [c.product_id for c in after] == [c.product_id for c in plain]
    assert "P7" in [c.product_id for c in plain[1:]]
    for was, now in zip(plain, after, strict=True):
        assert now.log_odds == pytest.approx(0.5 * was.log_odds - 4.0, abs=1e-4)


def test_the_parts_sum_to_the_score(shop: Connection, model: Model, fill: Fill) -> None:
    questions = [
        Question(fill("P1"), now=NOW),
        Question(fill("P1", "P3", "P8"), MAREN, now=NOW),
        Question(fill(), MAREN, now=NOW),
        Question(fill("P8"), rules="none", limit=20, now=NOW),
    ]
    suggestions = [s for q in questions for s in ask(shop, model, q).suggestions]
    assert len(suggestions) > 10
    for s in suggestions:
        assert math.log(s.score / (1 - s.score)) == pytest.approx(sum(s.parts.values()), abs=1e-6)


def test_one_anchors_score_is_near_the_share_it_was_learned_from(home: Home) -> None:
    from tests.learn.test_train import quiet, sell

    sell(
        home,
        [(f"O{i}", None, NOW, ["A", "B"] if i % 4 == 0 else ["A", "C"][: 1 + i % 2]) for i in range(400)],
    )
    sell(home, [(f"Q{i}", None, NOW, ["D"]) for i in range(400)])
    train(home, progress=quiet)
    from assistant.records import Line
    from assistant.store.database import open_home

    connection = open_home(home)
    slate = ask(connection, load_model(home), Question(Basket(None, (Line("A", "A", "A", 1),)), now=NOW))
    connection.close()
    scores = {s.product.product_id: s.score for s in slate.suggestions}
    assert scores == pytest.approx({"B": 0.25, "C": 0.5}, abs=0.02)


def test_nothing_worth_suggesting_is_an_honest_empty_slate(
    shop: Connection, model: Model, fill: Fill
) -> None:
    slate = ask(shop, model, Question(fill("P11"), now=NOW))
    assert (slate.suggestions, slate.checked) == ((), 0)
    full = ask(shop, model, Question(fill("P8", "P9", "P10"), now=NOW))
    assert full.suggestions == ()


def test_an_empty_slate_says_how_many_were_checked(shop: Connection, model: Model, fill: Fill) -> None:
    owner = Question(fill("P8"), MAREN, now=NOW)  # the cable is owned; the paper is for using up
    assert ids(ask(shop, model, owner)) == ["P9", "P5", "P6"]
    visit = visits.begin(shop, associate_id="A1", touchpoint="counter", customer_id=INES)
    first = visits.show(shop, visit.visit_id, ask(shop, model, Question(fill("P8"), now=NOW)))
    for s in first:
        assert s.suggestion_id
        visits.answer(shop, s.suggestion_id, "declined", associate_id="A1")
    again = ask(shop, model, Question(fill("P8"), INES, visit_id=visit.visit_id, now=NOW))
    assert again.suggestions == ()
    assert again.checked == 2
    assert held(again) == {"P10": "refused_this_visit", "P9": "refused_this_visit"}


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


# the rules


def test_inactive(shop: Connection, catalog: Connection, model: Model, fill: Fill) -> None:
    catalog.execute("UPDATE products SET active = 0 WHERE product_id = 'P3'")
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    assert "P3" not in ids(slate)
    assert held(slate)["P3"] == "inactive"


@pytest.mark.parametrize(("quantity", "offered"), [(0, False), (-2, False), (None, True), (1, True)])
def test_out_of_stock(
    shop: Connection, catalog: Connection, model: Model, fill: Fill, quantity: int | None, offered: bool
) -> None:
    catalog.execute("UPDATE stock SET quantity = ? WHERE product_id = 'P3'", (quantity,))
    slate = ask(shop, model, Question(fill("P1"), store_id="S1", now=NOW))
    assert ("P3" in ids(slate)) is offered
    assert (held(slate).get("P3") == "out_of_stock") is not offered


def test_incompatible(shop: Connection, catalog: Connection, model: Model, fill: Fill) -> None:
    for link in (("P3", "P1"), ("P1", "P5")):  # either way round
        catalog.execute("INSERT INTO links VALUES (?, ?, 'incompatible')", link)
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    assert ids(slate) == ["P6"]
    assert held(slate) == {"P3": "incompatible", "P5": "incompatible"}


def test_a_dearer_alternative_is_a_step_up(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    (step,) = slate.step_ups
    assert (step.product.product_id, step.instead_of.product_id) == ("P2", "P1")
    assert step.price_difference == 270_0000
    assert "P2" not in ids(slate)


def test_a_cheaper_alternative_is_neither(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P2"), now=NOW))
    assert slate.step_ups == ()
    assert "P1" not in ids(slate)


def test_a_step_up_passes_the_other_rules(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("UPDATE stock SET quantity = 0 WHERE product_id = 'P2'")
    assert ask(shop, model, Question(fill("P1"), store_id="S1", now=NOW)).step_ups == ()


def test_the_same_family_is_held_back(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("UPDATE products SET category = 'Photo/Cameras/Bags' WHERE product_id = 'P5'")
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    assert held(slate)["P5"] == "alternative"
    catalog.execute("INSERT INTO links VALUES ('P1', 'P5', 'accessory')")  # the shop knows better
    assert "P5" in ids(ask(shop, model, Question(fill("P1"), now=NOW)))


def test_a_dearer_one_of_the_same_category_is_a_step_up(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute(
        "UPDATE products SET category = 'Photo/Cameras/Mirrorless', price = 8000000 WHERE product_id = 'P5'"
    )
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    assert [s.product.product_id for s in slate.step_ups] == ["P5", "P2"]  # the smallest step first
    assert "P5" not in ids(slate)


def test_owned(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P8"), MAREN, now=NOW))
    assert held(slate)["P10"] == "owned"
    assert "P10" in ids(ask(shop, model, Question(fill("P8"), now=NOW)))


def test_owned_and_for_using_up(shop: Connection, catalog: Connection, model: Model, fill: Fill) -> None:
    catalog.execute("INSERT INTO order_lines VALUES ('O1', 9, 'P9', 1, NULL, 0, 0)")
    assert "P9" in ids(ask(shop, model, Question(fill("P8"), MAREN, now=NOW)))


def test_brought_back_is_not_owned(shop: Connection, catalog: Connection, model: Model, fill: Fill) -> None:
    catalog.execute(
        "UPDATE order_lines SET returned_quantity = 1 WHERE product_id = 'P10' AND order_id IN ('O1', 'O150')"
    )
    assert "P10" in ids(ask(shop, model, Question(fill("P8"), MAREN, now=NOW)))


def test_without_consent_history_is_not_used(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("UPDATE orders SET customer_id = ? WHERE order_id = 'O1'", (INES,))
    slate = ask(shop, model, Question(fill("P8"), INES, now=NOW))
    assert slate.suggestions == ask(shop, model, Question(fill("P8"), now=NOW)).suggestions
    assert ask(shop, model, Question(fill(), INES, now=NOW)).suggestions == ()
    people.set_consent(shop, INES, "personal_suggestions", True, "A1")
    assert "P10" not in ids(ask(shop, model, Question(fill("P8"), INES, now=NOW)))


def test_declined_before(shop: Connection, model: Model, fill: Fill) -> None:
    visit = visits.begin(
        shop, associate_id="A1", touchpoint="counter", customer_id=INES, at=NOW - timedelta(days=20)
    )
    slate = ask(shop, model, Question(fill("P1"), INES, now=NOW))
    (card, *_) = visits.show(shop, visit.visit_id, slate)
    assert card.suggestion_id
    visits.answer(shop, card.suggestion_id, "declined", associate_id="A1")
    now = datetime.now(UTC)
    assert held(ask(shop, model, Question(fill("P1"), INES, now=now)))["P3"] == "declined_before"
    assert "P3" in ids(ask(shop, model, Question(fill("P1"), "C-10414", now=now)))
    later = now + timedelta(days=91)
    assert "P3" in ids(ask(shop, model, Question(fill("P1"), INES, now=later)))


def test_too_little_evidence(shop: Connection, catalog: Connection, model: Model, fill: Fill) -> None:
    refused = why_not(shop, model, Question(fill("P1"), now=NOW), "TEA-001")
    assert refused is not None
    assert refused.rule == "no_pairing"
    assert "never bought with Lumo R50 mirrorless kit" in refused.why


def test_every_rule_can_be_named(shop: Connection, catalog: Connection, model: Model, fill: Fill) -> None:
    catalog.execute("UPDATE products SET active = 0 WHERE product_id = 'P6'")
    catalog.execute("UPDATE stock SET quantity = 0 WHERE product_id = 'P5'")
    questions = {
        "in_basket": (Question(fill("P1"), now=NOW), "CAM-R50"),
        "inactive": (Question(fill("P1"), now=NOW), "BAT-017"),
        "incompatible": (Question(fill("P1"), now=NOW), "FLT-052"),
        "alternative": (Question(fill("P1"), now=NOW), "CAM-R70"),
        "out_of_stock": (Question(fill("P1"), store_id="S1", now=NOW), "CAS-010"),
        "owned": (Question(fill("P8"), MAREN, now=NOW), "CAB-USB"),
        "no_consent": (Question(fill("P1"), INES, now=NOW), "PAP-050"),
        "no_pairing": (Question(fill("P1"), now=NOW), "PAP-050"),
    }
    for rule, (question, sku) in questions.items():
        refused = why_not(shop, model, question, sku)
        assert refused is not None, rule
        assert (refused.rule, refused.product.sku) == (rule, sku)
        assert refused.why.endswith(".")
    assert why_not(shop, model, Question(fill("P1"), now=NOW), "CRD-128") is None


def test_an_unknown_sku_names_the_nearest(shop: Connection, model: Model, fill: Fill) -> None:
    with pytest.raises(InputError, match=r"Did you mean .*CRD-128"):
        why_not(shop, model, Question(fill("P1"), now=NOW), "CRD128")


def test_at_most_two_of_one_family_in_the_first_five(home: Home) -> None:
    from assistant.records import Line
    from assistant.store.database import open_catalog, open_home
    from tests.learn.test_train import quiet, sell

    bags, others = [f"B{i}" for i in range(4)], ["C", "D", "E"]
    sell(home, [(f"O{i}", None, NOW, ["A", *bags, *(others if i < 8 else [])]) for i in range(12)])
    sell(home, [(f"Q{i}", None, NOW, ["Z"]) for i in range(12)])
    catalog = open_catalog(home)
    catalog.execute("UPDATE products SET category = 'Photo/Bags' WHERE product_id LIKE 'B%'")
    catalog.close()
    train(home, progress=quiet)
    connection = open_home(home)
    basket = Basket(None, (Line("A", "A", "A", 1),))
    five, seven = (
        ask(connection, load_model(home), Question(basket, limit=limit, now=NOW)) for limit in (5, 7)
    )
    connection.close()
    assert Counter(p[0] for p in ids(five)) == {"B": 2, "C": 1, "D": 1, "E": 1}
    assert ids(seven)[:5] == ids(five)
    assert {p[0] for p in ids(seven)[5:]} == {"B"}


def test_what_the_customer_owns_speaks_in_a_review(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill(), MAREN, touchpoint="review", now=NOW))
    assert ids(slate)
    assert all(e.owned for s in slate.suggestions for e in s.evidence)


def test_owned_things_beside_a_basket_are_marked(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P1"), MAREN, now=NOW))
    paper = next(s for s in slate.suggestions if s.product.product_id == "P9")
    assert {e.anchor_id: e.owned for e in paper.evidence}["P8"] is True
    assert paper.parts["owned"] > 0
    sling = next(s for s in slate.suggestions if s.product.product_id == "P5")
    assert sling.evidence[0].owned is False


def test_a_pairing_withdrawn_since_the_model_was_loaded_is_not_spoken_of(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("DELETE FROM pairings WHERE anchor_id = 'P1' AND product_id IN ('P3', 'P5')")
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    assert ids(slate) == ["P3", "P6"]  # the card still has the shop's own link
    assert [s.rank for s in slate.suggestions] == [1, 2]


def test_what_a_line_needs_is_no_longer_needed_once_another_of_its_kind_is_there(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute(
        "INSERT INTO products (product_id, sku, name, category, price) "
        "VALUES ('P13', 'CAB-5', 'USB cable, 5 m', 'Print/Cables', 99000)"
    )
    slate = ask(shop, model, Question(fill("P8", "P13"), now=NOW))
    assert held(slate)["P10"] == "alternative"


def test_what_is_owned_is_not_in_need(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("DELETE FROM order_lines WHERE product_id = 'P10' AND order_id IN ('O1', 'O150')")
    slate = ask(shop, model, Question(fill("P9"), MAREN, now=NOW))
    cable = next(s for s in slate.suggestions if s.product.product_id == "P10")
    assert not cable.needed


KNOWN = [p[0] for p in PRODUCTS]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    basket=st.lists(st.sampled_from([*KNOWN, "??", "", "P'1"]), max_size=8),
    customer=st.sampled_from([None, MAREN, INES, "C-10414", "nobody"]),
    limit=st.integers(1, 12),
)
def test_any_basket_gets_a_lawful_slate(
    shop: Connection, model: Model, fill: Fill, basket: list[str], customer: str | None, limit: int
) -> None:
    slate = ask(shop, model, Question(fill(*basket), customer, limit=limit, now=NOW))
    chosen = ids(slate)
    assert len(chosen) == len(set(chosen)) <= limit
    assert not set(chosen) & set(basket)
    assert not set(chosen) & set(held(slate))
    assert not set(chosen) & {s.product.product_id for s in slate.step_ups}
    assert "no_consent" not in held(slate).values()
    needed = [s.needed for s in slate.suggestions]
    assert needed == sorted(needed, reverse=True)
    scores = [s.score for s in slate.suggestions if not s.needed]
    assert scores == sorted(scores, reverse=True) or limit > 5
    for s in slate.suggestions:
        assert 0 < s.score < 1
        assert s.evidence
        assert s.product.active
        assert len(s.talking_point.text.split()) <= 25
        assert json.dumps(dict(s.parts))
