"""What every rule holds back, and what it lets through."""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.records import DAY, Basket, HeldBack, Product
from assistant.store import people, purchases, visits
from assistant.store.database import Connection, stamp, transaction
from assistant.store.purchases import Purchases
from assistant.suggest import Model, Question, ask, eligibility, features, why_not
from assistant.suggest.candidates import Candidate, Candidates
from assistant.suggest.eligibility import SOON, Case, Habit
from assistant.suggest.features import Situation
from assistant.suggest.question import Drawing
from assistant.suggest.replenishment import AGAIN
from tests.shops import NOW
from tests.suggest.conftest import Fill, held, ids

MAREN = "C-10412"  # has agreed to personal suggestions; owns the printer, its cable, a camera and its card
INES = "C-10413"  # has not


def buy(catalog: Connection, customer_id: str, product_id: str, *days_ago: float) -> None:
    """Orders of one thing, so many days before now."""
    with transaction(catalog):
        for number, days in enumerate(days_ago):
            order_id = f"{customer_id}-{product_id}-{number}"
            catalog.execute(
                "INSERT INTO orders (order_id, customer_id, ordered_at) VALUES (?, ?, ?)",
                (order_id, customer_id, stamp(NOW - timedelta(days=days))),
            )
            catalog.execute(
                "INSERT INTO order_lines (order_id, line_no, product_id, quantity) VALUES (?, 1, ?, 1)",
                (order_id, product_id),
            )


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
    assert ids(slate)[0] == "P6"
    assert held(slate) | {"P3": "incompatible", "P5": "incompatible"} == held(slate)


# step-ups


def test_a_dearer_alternative_is_a_step_up(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    (step,) = slate.step_ups
    assert (step.product.product_id, step.instead_of.product_id) == ("P2", "P1")
    assert step.price_difference == 270_0000
    assert "P2" not in ids(slate)


def test_of_what_is_had_one_at_a_time_no_second_goes_with_a_line_of_no_category() -> None:
    one, other = (Product(i, i, i, attributes={"one_of": "plan"}) for i in ("P1", "P2"))
    bought = Purchases(("P1",), (1,), array("q", (0, 1)), array("d", (9.0,)), array("d", (9.0,)))
    question, line = Question(Basket(None, ())), Product("X", "X", "X")
    situation = features.arrange(question, {"X": line}, {"P1": one}, (), bought=bought, consent=True)
    held = eligibility.check(Case(Candidate("P2", 0.0, enough=True), other, None, situation))
    assert held == HeldBack(
        other, "alternative", "It takes the place of P1, so it is a step-up and no add-on."
    )


def test_of_what_is_had_one_at_a_time_the_newest_counts_and_the_basket_s_before_all() -> None:
    new, old, line = (Product(i, i, i, attributes={"one_of": "plan"}) for i in ("new", "old", "line"))
    owned, question = {"new": new, "old": old}, Question(Basket(None, ()))  # the newest first

    def there(anchors: dict[str, Product]) -> str:
        found = features.arrange(question, anchors, owned, (), bought=purchases.NOTHING, consent=True)
        return found.singles["plan"]

    assert there({}) == "new"
    assert there({"line": line}) == "line"


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


def test_what_a_line_needs_is_no_longer_needed_once_another_of_its_kind_is_there(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute(
        "INSERT INTO products (product_id, sku, name, category, price) "
        "VALUES ('P13', 'CAB-5', 'USB cable, 5 m', 'Print/Cables', 99000)"
    )
    slate = ask(shop, model, Question(fill("P8", "P13"), now=NOW))
    assert held(slate)["P10"] == "alternative"


def test_in_a_review_what_is_used_up_takes_no_owned_things_place(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    """Two papers are of one family; with an empty basket each is needed again, neither is a step-up."""
    with transaction(catalog):
        catalog.execute(
            "INSERT INTO products (product_id, sku, name, category, consumable) "
            "VALUES ('P13', 'PAP-100', 'Plain paper', 'Print/Paper', 1)"
        )
    buy(catalog, MAREN, "P13", 200.0)
    slate = ask(shop, model, Question(fill(), MAREN, touchpoint="review", now=NOW))
    assert "P9" in ids(slate)
    assert "alternative" not in held(slate).values()
    beside = ask(shop, model, Question(fill("P13"), MAREN, now=NOW))
    assert held(beside)["P9"] == "alternative"


# what is had one at a time


def one_of(catalog: Connection, *products: str) -> None:
    """These are of a kind of which a customer has one."""
    for product_id in products:
        catalog.execute(
            """UPDATE products SET attributes = '{"one_of": "a plan"}' WHERE product_id = ?""", (product_id,)
        )


def test_of_what_is_had_one_at_a_time_one_is_suggested(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    question = Question(fill("P1"), now=NOW)
    first, second, *others = ids(ask(shop, model, question))
    one_of(catalog, first, second)
    assert ids(ask(shop, model, question)) == [first, *others]
    sku, name = (
        catalog.execute("SELECT sku, name FROM products WHERE product_id = ?", (one,)).fetchone()
        for one in (second, first)
    )
    refused = why_not(shop, model, question, sku[0])
    assert isinstance(refused, HeldBack)
    assert refused.rule == "another_of_it"
    assert name[1] in refused.why


def test_what_is_shown_already_stays_though_another_of_its_kind_comes_first(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    first, second, *_ = ids(ask(shop, model, Question(fill("P1"), now=NOW)))
    one_of(catalog, first, second)
    again = ids(ask(shop, model, Question(fill("P1"), now=NOW, drawing=Drawing(2, (second,)))))
    assert second in again
    assert first not in again


@pytest.mark.parametrize(("who", "offered"), [(MAREN, False), (INES, True)], ids=["with consent", "without"])
def test_what_would_replace_what_the_customer_has_is_no_add_on(
    shop: Connection, catalog: Connection, model: Model, fill: Fill, who: str, offered: bool
) -> None:
    buy(catalog, who, "P11", 200.0)
    one_of(catalog, "P11", "P6")
    slate = ask(shop, model, Question(fill("P1"), who, now=NOW))
    assert ("P6" in ids(slate)) is offered
    assert (held(slate).get("P6") == "alternative") is not offered


@pytest.mark.parametrize(("price", "offered"), [(10_000, True), (9_000_000, False)])
def test_what_a_line_needs_is_offered_where_the_customers_own_is_a_smaller_one(
    shop: Connection, catalog: Connection, model: Model, fill: Fill, price: int, offered: bool
) -> None:
    people.set_consent(shop, INES, "personal_suggestions", True, "A1")
    buy(catalog, INES, "P11", 200.0)
    one_of(catalog, "P11", "P10")
    catalog.execute("UPDATE products SET price = ? WHERE product_id = 'P11'", (price,))
    assert ("P10" in ids(ask(shop, model, Question(fill("P8"), INES, now=NOW)))) is offered


# what is owned, and what is used up


def test_owned(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P8"), MAREN, now=NOW))
    assert held(slate)["P10"] == "owned"
    assert "P10" in ids(ask(shop, model, Question(fill("P8"), now=NOW)))


def test_owned_and_for_using_up(shop: Connection, catalog: Connection, model: Model, fill: Fill) -> None:
    catalog.execute("INSERT INTO order_lines VALUES ('O1', 9, 'P9', 1, NULL, 0, 0)")
    assert "P9" in ids(ask(shop, model, Question(fill("P8"), MAREN, now=NOW)))


def bring_back(catalog: Connection, product_id: str, *orders: str) -> None:
    """Everything of a product that was bought in these orders comes back."""
    for order_id in orders:
        catalog.execute(
            "UPDATE order_lines SET returned_quantity = quantity WHERE product_id = ? AND order_id = ?",
            (product_id, order_id),
        )


def test_what_was_brought_back_is_not_offered_again(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    bring_back(catalog, "P10", "O1", "O150")
    slate = ask(shop, model, Question(fill("P8"), MAREN, now=NOW))
    assert held(slate)["P10"] == "returned"
    assert "P10" in ids(ask(shop, model, Question(fill("P8"), now=NOW)))  # another customer


def test_brought_back_and_kept_later_is_owned(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    bring_back(catalog, "P10", "O1", "O150")
    buy(catalog, MAREN, "P10", 3)
    assert held(ask(shop, model, Question(fill("P8"), MAREN, now=NOW)))["P10"] == "owned"


def test_half_of_it_brought_back_is_kept(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("INSERT INTO order_lines VALUES ('O1', 9, 'P9', 2, NULL, 0, 1)")
    assert "P9" in ids(ask(shop, model, Question(fill("P8"), MAREN, now=NOW)))


def test_without_consent_nobody_looks_what_was_brought_back(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    buy(catalog, INES, "P10", 3)
    bring_back(catalog, "P10", f"{INES}-P10-0")
    assert "P10" in ids(ask(shop, model, Question(fill("P8"), INES, now=NOW)))
    people.set_consent(shop, INES, "personal_suggestions", True, "A1")
    assert held(ask(shop, model, Question(fill("P8"), INES, now=NOW)))["P10"] == "returned"


LASTS = Habit()


def case(
    consumable: bool | None = None,
    habit: Habit = LASTS,
    days_ago: float | None = 500.0,
    consent: bool = True,
) -> Case:
    """A thing that the customer bought so many days ago (None = nobody knows when)."""
    days = array(
        "d", () if days_ago is None else ((NOW - timedelta(days=days_ago)).timestamp() * 1000 / DAY,)
    )
    bought = Purchases(["P"], [1], array("q", [0, len(days)]), days, days)
    situation = Situation(Question(Basket(None, ()), "C", now=NOW), {}, bought=bought, consent=consent)
    candidate = Candidate("P", 0.0, "again", enough=True)
    return Case(candidate, Product("P", "P", "A thing", consumable=consumable), None, situation, habit)


def rule(one: Case) -> str | None:
    refused = eligibility.check(one)
    return refused.rule if refused else None


@pytest.mark.parametrize(
    ("consumable", "again", "expected"),
    [
        (None, True, None),
        (None, False, "owned"),
        (True, False, None),  # the shop's word against what was learned,
        (False, True, "owned"),  # both ways
        (True, True, None),
        (False, False, "owned"),
    ],
)
def test_the_shops_word_on_using_up_goes_before_what_was_learned(
    consumable: bool | None, again: bool, expected: str | None
) -> None:
    assert rule(case(consumable, Habit(again, 30.0))) == expected


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        (0.0, "not_due"),
        (SOON * 30 - 0.01, "not_due"),
        (SOON * 30 + 0.01, None),
        (300.0, None),
        (None, None),  # nobody knows when
        (-2.0, "not_due"),  # the shop's clock is ahead of ours
    ],
)
def test_what_has_not_run_out_is_not_offered(days_ago: float | None, expected: str | None) -> None:
    assert rule(case(True, Habit(True, 30.0), days_ago)) == expected


def test_without_a_usual_time_nothing_is_too_soon() -> None:
    assert rule(case(True, Habit(True, None), 0.0)) is None


def test_without_consent_neither_is_asked() -> None:
    assert rule(case(False, Habit(False, 30.0), 0.0, consent=False)) is None


@pytest.mark.parametrize(
    ("days_ago", "every", "why"),
    [
        (10.4, 30.0, "Bought 10 days ago; it usually lasts about 30 days."),
        (1.9, 13.6, "Bought 1 day ago; it usually lasts about 14 days."),
        (0.2, 1.2, "Bought today; it usually lasts about 1 day."),
        (-3.0, 5.0, "Bought today; it usually lasts about 5 days."),
    ],
)
def test_what_has_not_run_out_is_said_with_both_times(days_ago: float, every: float, why: str) -> None:
    assert eligibility.not_due(case(True, Habit(True, every), days_ago)) == why


def test_the_customers_own_time_goes_before_everybodys(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    """Everybody's paper lasts months; who buys it every ten days is asked again after a week."""
    place = model.knowledge.place["P9"]
    assert SOON * model.knowledge.gap[place] > 20
    with transaction(catalog):
        catalog.execute("DELETE FROM order_lines WHERE order_id = 'O1'")
    buy(catalog, MAREN, "P9", 8.0)
    once = ask(shop, model, Question(fill("P8"), MAREN, now=NOW))
    assert held(once)["P9"] == "not_due"
    buy(catalog, INES, "P9", 28.0, 18.0, 8.0)
    people.set_consent(shop, INES, "personal_suggestions", True, "A1")
    slate = ask(shop, model, Question(fill("P8"), INES, now=NOW))
    (again,) = [
        e for s in slate.suggestions if s.product.product_id == "P9" for e in s.evidence if e.kind == "again"
    ]
    assert again.every_days == pytest.approx(10.0)


@pytest.mark.parametrize("share", [0.0, AGAIN - 0.01, AGAIN + 0.01])
def test_what_people_take_again_is_learned_where_the_shop_says_nothing(
    shop: Connection, catalog: Connection, model: Model, fill: Fill, share: float
) -> None:
    with transaction(catalog):
        catalog.execute("UPDATE products SET consumable = NULL")
    rebought = model.knowledge.rebought.copy()
    rebought[model.knowledge.place["P10"]] = share
    learned = replace(model, knowledge=replace(model.knowledge, rebought=rebought))
    slate = ask(shop, learned, Question(fill("P8"), MAREN, now=NOW))
    assert (held(slate).get("P10") == "owned") is (share < AGAIN)
    assert ("P10" in ids(slate)) is (share >= AGAIN)


# answers


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


def test_too_little_evidence(shop: Connection, model: Model, fill: Fill) -> None:
    """What only sells well is looked at, but neither offered nor told as held back."""
    question = Question(fill("P1"), now=NOW)
    slate = ask(shop, model, question)
    looked_at = list(Candidates(model, features.read(shop, question)))
    vain = {c.product_id for c in looked_at if not c.enough and not c.links}
    assert vain
    assert not vain & (set(ids(slate)) | set(held(slate)))
    for candidate in looked_at:
        one = Case(candidate, Product("X", "X", "A thing"), None, features.read(shop, question))
        assert (rule(one) == "too_little_evidence") is (candidate.product_id in vain)


def test_without_rules_only_the_basket_is_left_out(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("UPDATE products SET active = 0 WHERE product_id = 'P3'")
    slate = ask(shop, model, Question(fill("P1"), rules="none", limit=20, now=NOW))
    assert {"P3", "P11"} <= set(ids(slate))
    assert "P1" not in ids(slate)
    assert (slate.held_back, slate.step_ups) == ((), ())


BESIDE = Product("A", "A", "Another thing", category="Camera/Cards")
ONCE = Purchases(["P"], [1], array("q", [0, 1]), *[array("d", (NOW.timestamp() * 1000 / DAY,))] * 2)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"anchors": {"P": BESIDE}}, "in_basket"),
        ({"incompatible": {"P": "A"}}, "incompatible"),
        ({"alternatives": {"P": "A"}}, "alternative"),
        ({"families": {"Camera/Bags": ["A"]}}, "alternative"),
        ({"bought": ONCE, "consent": True}, "owned"),
        ({"said_owned": frozenset({"P"}), "consent": True}, "owned"),
        ({"returned": frozenset({"P"}), "consent": True}, "returned"),
        ({"refused": frozenset({"P"})}, "refused_this_visit"),
        ({"declined": frozenset({"P"})}, "declined_before"),
        ({"words": {("A", "P"): "taken_out"}}, "taken_out"),
        ({"words": {("A", "P"): "vetoed"}}, "vetoed"),
        ({"words": {("A", "P"): "does_not_fit"}}, "being_checked"),
        ({}, None),
    ],
)
def test_whatever_is_known_of_a_situation_its_rules_are_asked(
    known: dict[str, Any], expected: str | None
) -> None:
    situation = Situation(Question(Basket(None, ()), "C", now=NOW), **{"anchors": {"A": BESIDE}} | known)
    thing = Product("P", "P", "A thing", category="Camera/Bags")
    assert rule(Case(Candidate("P", 0.0, enough=True), thing, None, situation)) == expected
