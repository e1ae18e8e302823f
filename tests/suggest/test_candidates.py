"""Where suggestions come from: the learned list with the shop's own links put in their places."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.records import DAY, Basket
from assistant.store.database import Connection, transaction
from assistant.store.purchases import Purchases
from assistant.suggest import Model, Question, features
from assistant.suggest.candidates import LINKED, PROVEN_LINK, TOP, UNSOLD, Candidate, Candidates
from assistant.suggest.features import STALE, Situation
from assistant.suggest.ranking import probability
from assistant.suggest.shortlist import KINDS
from tests.shops import NOW
from tests.suggest import tiny
from tests.suggest.conftest import Fill

MAREN = "C-10412"


def link(catalog: Connection, *links: tuple[str, str, str]) -> None:
    with transaction(catalog):
        catalog.executemany("INSERT INTO links VALUES (?, ?, ?)", links)


def found(model: Model | None, situation: Situation) -> dict[str, Candidate]:
    listed = list(Candidates(model, situation))
    assert len({c.product_id for c in listed}) == len(listed)
    return {c.product_id: c for c in listed}


def asked(shop: Connection, question: Question) -> Situation:
    return features.read(shop, question)


def test_what_is_needed_leads_and_the_rest_goes_by_its_log_odds(
    catalog: Connection, shop: Connection, model: Model, fill: Fill
) -> None:
    link(catalog, ("P8", "P11", "requires"), ("P1", "P7", "accessory"))
    listed = list(found(model, asked(shop, Question(fill("P1", "P8"), now=NOW))).values())
    needed = [c for c in listed if c.needed]
    assert {c.product_id for c in needed} == {"P10", "P11"}
    assert listed[: len(needed)] == needed
    for some in (needed, listed[len(needed) :]):
        scores = [c.log_odds for c in some]
        assert scores == sorted(scores, reverse=True)
    assert any(c.links for c in listed[len(needed) :])


def test_a_link_is_put_among_what_was_learned_by_its_whole_log_odds(
    catalog: Connection, shop: Connection, model: Model, fill: Fill
) -> None:
    without = found(model, asked(shop, Question(fill("P1"), now=NOW)))
    link(catalog, ("P1", "P6", "accessory"), ("P1", "P11", "kit"))
    linked = found(model, asked(shop, Question(fill("P1"), now=NOW)))
    # Orders have shown the battery already; of the teapot the shop alone speaks.
    assert linked["P6"].log_odds == pytest.approx(
        without["P6"].log_odds + PROVEN_LINK * LINKED["accessory"], abs=1e-9
    )
    assert linked["P11"].log_odds == pytest.approx(without["P11"].log_odds + LINKED["kit"], abs=1e-9)
    order = [c.log_odds for c in linked.values()]
    assert order == sorted(order, reverse=True)


def test_the_strongest_of_several_links_counts(
    catalog: Connection, shop: Connection, model: Model, fill: Fill
) -> None:
    link(catalog, ("P1", "P7", "accessory"), ("P8", "P7", "requires"))
    candidate = found(model, asked(shop, Question(fill("P1", "P8"), now=NOW)))["P7"]
    assert set(candidate.links) == {("accessory", "P1"), ("requires", "P8")}
    assert candidate.link == LINKED["requires"]
    assert candidate.needed


@pytest.mark.parametrize("trained_before", [True, False])
def test_a_link_to_what_was_never_sold_stands_on_the_shops_word(
    catalog: Connection, shop: Connection, model: Model, fill: Fill, *, trained_before: bool
) -> None:
    """Whether the product was there at the last training or came after it."""
    if not trained_before:
        with transaction(catalog):
            catalog.execute("INSERT INTO products (product_id, sku, name) VALUES ('N', 'NEW-1', 'New thing')")
    product_id = "P7" if trained_before else "N"
    assert (product_id in model.knowledge.place) is trained_before
    link(catalog, ("P1", product_id, "accessory"))
    situation = asked(shop, Question(fill("P1"), now=NOW))
    for forests in ({}, dict.fromkeys(KINDS, tiny.stump("lines", 1e9, -2.0, 0.0))):
        candidates = Candidates(replace(model, forests=forests), situation)
        candidate = next(c for c in candidates if c.product_id == product_id)
        assert candidate.log_odds == pytest.approx(UNSOLD + LINKED["accessory"])
        assert sum(candidates.parts([candidate])[0].values()) == pytest.approx(candidate.log_odds)
    assert candidate.score == pytest.approx(probability(candidate.log_odds))


def test_only_what_goes_with_a_thing_is_a_link(
    catalog: Connection, shop: Connection, model: Model, fill: Fill
) -> None:
    listed = found(model, asked(shop, Question(fill("P1"), now=NOW)))
    assert listed["P3"].links == (("accessory", "P1"),)
    assert "P12" not in listed  # incompatible
    assert all(not c.links for c in listed.values() if c.product_id != "P3")
    assert not set(found(model, asked(shop, Question(fill("P3"), now=NOW)))["P1"].links)  # not backwards


def test_without_a_model_the_links_are_all_there_is(shop: Connection, fill: Fill) -> None:
    situation = asked(shop, Question(fill("P1", "P8"), now=NOW))
    listed = found(None, situation)
    assert list(listed) == ["P10", "P3", "P9"]
    assert {p: c.log_odds for p, c in listed.items()} == {
        "P10": UNSOLD + LINKED["requires"],
        "P3": UNSOLD + LINKED["accessory"],
        "P9": UNSOLD + LINKED["accessory"],
    }
    assert found(None, asked(shop, Question(fill("P11"), now=NOW))) == {}


def test_nothing_of_the_basket_is_a_candidate(
    catalog: Connection, shop: Connection, model: Model, fill: Fill
) -> None:
    link(catalog, ("P1", "P7", "accessory"))
    for chosen in (model, None):
        assert not {"P1", "P3", "P7"} & set(
            found(chosen, asked(shop, Question(fill("P1", "P3", "P7"), now=NOW)))
        )


def test_enough_is_a_pairing_of_products_or_of_categories_or_a_purchase(
    shop: Connection, model: Model, fill: Fill
) -> None:
    pairs = {(a, b) for a, b in shop.execute("SELECT anchor_id, product_id FROM pairings")}
    categories = {(a, b) for a, b in shop.execute("SELECT anchor, category FROM category_pairings")}
    of = dict(shop.execute("SELECT product_id, category FROM products"))
    for basket, customer in ((["P1"], None), (["P8"], MAREN), (["P4", "P11"], None), ([], MAREN)):
        situation = asked(shop, Question(fill(*basket), customer, now=NOW))
        for product_id, candidate in found(model, situation).items():
            by_product = any((a, product_id) in pairs for a in situation.all_anchors)
            by_category = any((of[a], of[product_id]) in categories for a in situation.anchors)
            assert candidate.enough is (by_product or by_category or product_id in situation.bought)


def test_for_comparison_the_top_is_as_scored_and_then_kinds_take_turns() -> None:
    """Thirty things, the more sold the lower their number; every third was bought before."""
    known = tiny.wide(30)
    things = [f"N{i}" for i in range(0, 30, 3)]
    once = array("q", range(len(things) + 1))
    bought = Purchases(things, [1] * len(things), once, array("d", [90.0] * len(things)), array("d", [90.0]))
    question = Question(Basket(None, ()), "C", rules="none", now=NOW)
    situation = Situation(question, {}, bought=bought)
    listed = [int(c.product_id[1:]) for c in Candidates(Model("m", known), situation)]
    assert listed[:TOP] == list(range(10))
    assert listed[TOP:] == [10, 12, 11, 15, 13, 18, 14, 21, 16, 24, 17, 27, 19, 20, 22, 23, 25, 26, 28, 29]
    for_people = replace(situation, question=replace(question, rules="all"))
    assert [int(c.product_id[1:]) for c in Candidates(Model("m", known), for_people)] == list(range(30))


# the situation


def test_the_day_of_asking_is_never_far_from_the_last_order(
    shop: Connection, model: Model, fill: Fill
) -> None:
    (last,) = shop.execute("SELECT max(ordered_at) FROM orders").fetchone()

    def day(at: timedelta) -> float:
        return asked(shop, Question(fill("P1"), now=NOW + at)).day(model.knowledge)

    assert day(timedelta(days=3)) == pytest.approx(NOW.timestamp() * 1000 / DAY + 3)
    assert day(timedelta(days=-900)) == pytest.approx(last / DAY)
    assert day(timedelta(days=3000)) == pytest.approx(last / DAY + STALE)


def test_long_after_the_last_order_the_answer_no_longer_changes(
    shop: Connection, model: Model, fill: Fill
) -> None:
    aged = replace(model, forests=dict.fromkeys(KINDS, tiny.stump("since_order", 60.0, 1.0, -1.0)))
    near, far, farther = (
        found(aged, asked(shop, Question(fill("P8"), MAREN, now=NOW + timedelta(days=days))))
        for days in (1, 400, 40_000)
    )
    assert far == farther
    assert all(math.isfinite(c.log_odds) for c in farther.values())
    assert set(near) == set(far)


def test_the_past_is_what_the_knowledge_has_and_orders_date(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    with transaction(catalog):
        catalog.execute("INSERT INTO products (product_id, sku, name) VALUES ('N', 'NEW-1', 'New thing')")
        catalog.execute("INSERT INTO order_lines VALUES ('O1', 9, 'N', 1, NULL, 0, 0)")
    situation = asked(shop, Question(fill(), MAREN, now=NOW))
    past = situation.past(model.knowledge)
    assert past is not None
    days: dict[str, list[float]] = {}
    for product_id, at in shop.execute(
        "SELECT DISTINCT product_id, ordered_at FROM order_lines JOIN orders USING (order_id) "
        "WHERE customer_id = ? ORDER BY ordered_at",
        (MAREN,),
    ):
        days.setdefault(product_id, []).append(at / DAY)
    assert "N" in days
    names = [model.knowledge.product_ids[place] for place in past.places.tolist()]
    assert set(names) == set(days) - {"N"}
    for row, name in enumerate(names):
        assert past.days[past.starts[row] : past.starts[row + 1]].tolist() == pytest.approx(days[name])
    assert past.last.tolist() == sorted(past.last.tolist(), reverse=True)
    assert past.order_days.tolist() == pytest.approx(sorted({day for own in days.values() for day in own}))
    assert asked(shop, Question(fill(), now=NOW)).past(model.knowledge) is None
