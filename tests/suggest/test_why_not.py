"""Why a product is not on the slate: the rule, what keeps it lower, or that nothing leads to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.errors import InputError
from assistant.records import HeldBack
from assistant.store import purchases
from assistant.store.database import Connection, transaction
from assistant.suggest import Model, Question, Standing, ask, why_not
from assistant.suggest.ask import LITTLE
from assistant.suggest.ranking import probability
from assistant.suggest.shortlist import KINDS
from tests.shops import NOW, PRODUCTS
from tests.suggest import tiny
from tests.suggest.conftest import Fill, held, ids
from tests.suggest.test_rules import INES, MAREN, buy

SKU = {product[0]: product[1] for product in PRODUCTS}


def test_every_rule_can_be_named(shop: Connection, catalog: Connection, model: Model, fill: Fill) -> None:
    catalog.execute("UPDATE products SET active = 0 WHERE product_id = 'P6'")
    catalog.execute("UPDATE stock SET quantity = 0 WHERE product_id = 'P5'")
    buy(catalog, MAREN, "P9", 1.0)
    questions = {
        "in_basket": (Question(fill("P1"), now=NOW), "CAM-R50"),
        "inactive": (Question(fill("P1"), now=NOW), "BAT-017"),
        "incompatible": (Question(fill("P1"), now=NOW), "FLT-052"),
        "alternative": (Question(fill("P1"), now=NOW), "CAM-R70"),
        "out_of_stock": (Question(fill("P1"), store_id="S1", now=NOW), "CAS-010"),
        "owned": (Question(fill("P8"), MAREN, now=NOW), "CAB-USB"),
        "not_due": (Question(fill("P8"), MAREN, now=NOW), "PAP-050"),
        "too_little_evidence": (Question(fill("P1"), now=NOW), "TEA-001"),
        "no_consent": (Question(fill("P1"), INES, now=NOW), "FLT-049"),
        "no_pairing": (Question(fill("P1"), now=NOW), "FLT-049"),
    }
    for rule, (question, sku) in questions.items():
        refused = why_not(shop, model, question, sku)
        assert isinstance(refused, HeldBack), rule
        assert (refused.rule, refused.product.sku) == (rule, sku)
        assert refused.why.endswith(".")
        assert refused.product.product_id not in ids(ask(shop, model, question))


def test_what_the_slate_holds_back_is_held_back_for_the_same_reason(
    shop: Connection, model: Model, fill: Fill
) -> None:
    for question in (Question(fill("P1"), MAREN, now=NOW), Question(fill("P8"), MAREN, now=NOW)):
        slate = ask(shop, model, question)
        assert slate.held_back
        for refused in slate.held_back:
            assert why_not(shop, model, question, refused.product.sku) == refused


def test_what_nothing_leads_to_is_said_with_what_was_counted(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    def why(*basket: str) -> str:
        refused = why_not(shop, model, Question(fill(*basket), now=NOW), "FLT-049")
        assert isinstance(refused, HeldBack)
        return refused.why

    assert why("P1") == "Not a candidate: never bought with Lumo R50 mirrorless kit."
    assert why("P1", "P11").endswith("never bought with Lumo R50 mirrorless kit or Café teapot.")
    assert why() == "Not a candidate: there is nothing yet that it could go with."
    with transaction(catalog):  # since the training
        catalog.execute("INSERT INTO order_lines VALUES ('O0', 9, 'P7', 1, NULL, 0, 0)")
    assert why("P1").endswith("bought with Lumo R50 mirrorless kit once, no more often than usual.")
    with transaction(catalog):
        catalog.execute("INSERT INTO order_lines VALUES ('O3', 9, 'P7', 1, NULL, 0, 0)")
    assert "2 times" in why("P1")


def test_without_consent_the_history_is_not_looked_at_to_say_why(
    shop: Connection, catalog: Connection, model: Model, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    buy(catalog, INES, "P7", 30.0)

    def never(*_: object) -> None:
        raise AssertionError("history was read")

    monkeypatch.setattr(purchases, "bought", never)
    refused = why_not(shop, model, Question(fill("P1"), INES, now=NOW), "FLT-049")
    assert isinstance(refused, HeldBack)
    assert refused.rule == "no_consent"


def test_an_unknown_sku_names_the_nearest(shop: Connection, model: Model, fill: Fill) -> None:
    with pytest.raises(InputError, match=r"Did you mean .*CRD-128"):
        why_not(shop, model, Question(fill("P1"), now=NOW), "CRD128")


def test_what_is_shown_stands_where_it_is_shown(shop: Connection, model: Model, fill: Fill) -> None:
    forests = dict.fromkeys(KINDS, tiny.stump("best_pairing", -1.2, -1.0, 1.0))
    for chosen in (model, replace(model, forests=forests)):
        for question in (
            Question(fill("P1"), now=NOW),
            Question(fill("P1", "P8"), MAREN, limit=2, now=NOW),
            Question(fill(), MAREN, now=NOW),
        ):
            slate = ask(shop, chosen, question)
            assert slate.suggestions
            for s in slate.suggestions:
                said = why_not(shop, chosen, question, s.product.sku)
                assert isinstance(said, Standing)
                assert (said.rank, said.score) == (s.rank, s.score)
                assert said.last_shown == slate.suggestions[-1].score


def test_what_is_not_shown_stands_below_and_is_told_what_it_lacks(
    shop: Connection, model: Model, fill: Fill
) -> None:
    """The battery stands behind the sling by less of every part that is named, and by no other."""
    all_of_it = ask(shop, model, Question(fill("P1", "P8"), limit=20, now=NOW))
    for limit in range(1, len(all_of_it.suggestions)):
        question = Question(fill("P1", "P8"), limit=limit, now=NOW)
        slate = ask(shop, model, question)
        last = slate.suggestions[-1]
        for s in all_of_it.suggestions:
            if s.product.product_id in ids(slate):
                continue
            said = why_not(shop, model, question, s.product.sku)
            assert isinstance(said, Standing)
            assert said.rank > limit
            assert (said.score, said.last_shown) == (s.score, last.score)
            names = {*s.parts, *last.parts}
            behind = {n: s.parts.get(n, 0.0) - last.parts.get(n, 0.0) for n in names}
            assert dict(said.lacks) == {n: by for n, by in behind.items() if by < -LITTLE}
            assert list(said.lacks.values()) == sorted(said.lacks.values())


def test_ranks_are_all_different(shop: Connection, model: Model, fill: Fill) -> None:
    question = Question(fill("P1", "P8"), limit=2, now=NOW)
    said = [why_not(shop, model, question, sku) for sku in SKU.values()]
    ranks = [one.rank for one in said if isinstance(one, Standing)]
    assert len(ranks) > 2
    assert sorted(ranks) == list(range(1, len(ranks) + 1))


def test_what_others_that_are_bought_again_leave_no_place_for(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    with transaction(catalog):
        catalog.execute("UPDATE products SET consumable = 1")
        catalog.execute("DELETE FROM links")
    buy(catalog, MAREN, "P11", 200.0)
    question = Question(fill(), MAREN, limit=3, now=NOW)
    slate = ask(shop, model, question)
    again = [s for s in slate.suggestions if s.evidence[0].kind == "again"]
    assert len(again) == 1
    owned = set(purchases.bought(shop, (MAREN,))[MAREN])
    others = owned - set(ids(slate)) - set(held(slate))
    assert others
    for product_id in others:
        refused = why_not(shop, model, question, SKU[product_id])
        assert isinstance(refused, HeldBack), product_id
        assert refused.rule == "enough_again"


def test_the_score_is_the_probability_behind_the_parts(shop: Connection, model: Model, fill: Fill) -> None:
    question = Question(fill("P1"), now=NOW)
    (card, *_) = ask(shop, model, question).suggestions
    said = why_not(shop, model, question, "CRD-128")
    assert isinstance(said, Standing)
    assert said.score == pytest.approx(probability(sum(card.parts.values())), rel=1e-9)
    assert said.lacks == {}
