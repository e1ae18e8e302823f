"""Why each product: links, purchases of one's own, pairs, categories; and whose history is looked at."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from assistant.records import Bought, Evidence, Slate
from assistant.store import history, people, purchases
from assistant.store.database import Connection, moment, transaction
from assistant.suggest import Model, Question, ask, features
from assistant.suggest import evidence as proofs
from assistant.suggest.batch import Asked, batch
from assistant.suggest.question import Rules
from tests.shops import NOW
from tests.suggest.conftest import Fill, ids
from tests.suggest.test_rules import INES, MAREN, buy

TOM = "C-10414"  # was never asked for consent


def of(slate: Slate, product_id: str) -> tuple[Evidence, ...]:
    return next(s.evidence for s in slate.suggestions if s.product.product_id == product_id)


def test_a_pair_is_the_catalogs(shop: Connection, model: Model, fill: Fill) -> None:
    (card, *_) = ask(shop, model, Question(fill("P1"), now=NOW)).suggestions
    link, counted = card.evidence
    assert (link.kind, link.anchor_id, link.n) == ("accessory", "P1", None)
    row = shop.execute(
        "SELECT n, base, share, lift, customers, since, until FROM pairings "
        "WHERE anchor_id = 'P1' AND product_id = 'P3'"
    ).fetchone()
    assert counted.kind == "bought_together"
    assert (counted.n, counted.base, counted.share, counted.lift, counted.customers) == tuple(row[:5])
    assert (counted.since, counted.until) == (moment(row[5]), moment(row[6]))


def test_where_no_pair_was_counted_the_category_speaks(shop: Connection, model: Model, fill: Fill) -> None:
    """Nobody ever bought the smaller card; people do buy cards with cameras."""
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    assert shop.execute("SELECT count(*) FROM order_lines WHERE product_id = 'P4'").fetchone() == (0,)
    (told,) = of(slate, "P4")
    assert (told.kind, told.anchor_id) == ("category_together", "P1")
    assert (told.anchor_category, told.category) == ("Photo/Cameras/Mirrorless", "Photo/Memory cards")
    row = shop.execute(
        "SELECT n, base, share, lift, customers FROM category_pairings WHERE anchor = ? AND category = ?",
        (told.anchor_category, told.category),
    ).fetchone()
    assert (told.n, told.base, told.share, told.lift, told.customers) == tuple(row)
    for s in slate.suggestions:
        pairs = shop.execute(
            "SELECT count(*) FROM pairings WHERE anchor_id = 'P1' AND product_id = ?", (s.product.product_id,)
        ).fetchone()
        assert any(e.kind == "category_together" for e in s.evidence) is (pairs == (0,))


def test_links_lead_then_ones_own_purchase_then_what_was_counted(
    shop: Connection, model: Model, fill: Fill
) -> None:
    paper = of(ask(shop, model, Question(fill("P8"), MAREN, now=NOW)), "P9")
    assert [e.kind for e in paper] == ["accessory", "again", "bought_together"]


def test_what_was_bought_before_is_told_to_who_agreed(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    buy(catalog, MAREN, "P9", 400.0)
    again = of(ask(shop, model, Question(fill("P8"), MAREN, now=NOW)), "P9")[1]
    n, last = shop.execute(
        "SELECT count(DISTINCT order_id), max(ordered_at) FROM orders JOIN order_lines USING (order_id) "
        "WHERE customer_id = ? AND product_id = 'P9'",
        (MAREN,),
    ).fetchone()
    assert n > 1
    assert (again.kind, again.anchor_id, again.n, again.until, again.owned) == (
        "again",
        "P9",
        n,
        moment(last),
        True,
    )
    assert (again.base, again.share, again.lift, again.customers) == (None, None, None, None)
    for stranger in (None, INES, TOM):
        slate = ask(shop, model, Question(fill("P8"), stranger, now=NOW))
        assert "again" not in [e.kind for s in slate.suggestions for e in s.evidence]


def test_what_is_owned_speaks_in_a_review(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill(), MAREN, touchpoint="review", now=NOW))
    assert ids(slate)
    assert all(e.owned for s in slate.suggestions for e in s.evidence)


def test_owned_things_beside_a_basket_are_marked(shop: Connection, model: Model, fill: Fill) -> None:
    slate = ask(shop, model, Question(fill("P1"), MAREN, now=NOW))
    assert {e.anchor_id: e.owned for e in of(slate, "P9")}["P8"] is True
    sling = of(slate, "P5")
    assert [(e.anchor_id, e.owned) for e in sling] == [("P1", False), ("P3", True)]  # the basket's first


def test_a_pairing_withdrawn_since_the_model_was_loaded_is_not_spoken_of(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("DELETE FROM category_pairings")
    catalog.execute("DELETE FROM pairings WHERE anchor_id = 'P1' AND product_id IN ('P3', 'P5')")
    slate = ask(shop, model, Question(fill("P1"), now=NOW))
    assert ids(slate) == ["P3", "P6"]  # the card still has the shop's own link
    assert [s.rank for s in slate.suggestions] == [1, 2]


def test_of_many_anchors_those_are_looked_up_whose_pairings_are_the_strongest(
    shop: Connection, model: Model, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Question(fill("P8", "P2"), MAREN, now=NOW)
    every = ask(shop, model, asked).suggestions
    assert any(len([e for e in one.evidence if e.kind == "bought_together"]) > 1 for one in every)
    monkeypatch.setattr(proofs, "LOOKED_UP", 1)
    few = ask(shop, model, asked).suggestions
    assert [one.product for one in few] == [one.product for one in every]
    for one, before in zip(few, every, strict=True):
        assert set(one.evidence) <= set(before.evidence)
        assert bool(one.evidence) == bool(before.evidence)
        assert {e for e in before.evidence if e.kind in ("accessory", "requires", "kit")} <= set(one.evidence)


# whose history is looked at


def test_without_consent_history_is_not_used(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    catalog.execute("UPDATE orders SET customer_id = ? WHERE order_id = 'O1'", (INES,))
    slate = ask(shop, model, Question(fill("P8"), INES, now=NOW))
    assert slate.suggestions == ask(shop, model, Question(fill("P8"), now=NOW)).suggestions
    assert ask(shop, model, Question(fill(), INES, now=NOW)).suggestions == ()
    people.set_consent(shop, INES, "personal_suggestions", True, "A1")
    assert "P10" not in ids(ask(shop, model, Question(fill("P8"), INES, now=NOW)))


Looked = set[str]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Looked:
    """Of whom the history was read."""
    seen: Looked = set()
    for room, name in ((purchases, "bought"), (history, "owned_by"), (history, "owned")):
        real: Any = getattr(room, name)

        def spy(connection: Connection, who: Collection[str], real: Any = real) -> Any:
            seen.update([who] if isinstance(who, str) else who)
            return real(connection, who)

        monkeypatch.setattr(room, name, spy)
    return seen


@pytest.mark.parametrize(
    ("customer", "rules", "expected"),
    [
        (MAREN, "all", True),
        (TOM, "all", False),
        (INES, "all", False),
        ("nobody", "all", False),
        (MAREN, "none", True),
        (TOM, "none", True),  # a comparison that nobody is offered, and nobody has refused
        (INES, "none", False),
        ("nobody", "none", False),
    ],
)
def test_history_is_read_of_who_agreed_and_compared_of_who_did_not_refuse(
    shop: Connection,
    catalog: Connection,
    model: Model,
    fill: Fill,
    looked: Looked,
    customer: str,
    rules: Rules,
    expected: bool,
) -> None:
    buy(catalog, customer, "P9", 100.0, 200.0)
    situation = features.read(shop, Question(fill("P8"), customer, rules=rules, now=NOW))
    ask(shop, model, Question(fill("P8"), customer, rules=rules, now=NOW))
    assert looked == ({customer} if expected else set())
    assert bool(situation.bought) is bool(situation.bought.order_days) is expected
    assert situation.consent is (customer == MAREN)
    looked.clear()
    list(batch(shop, model, [Asked("1", customer, product_ids={"P8": None})], 5, rules))
    assert looked == ({customer} if expected else set())


def test_what_is_compared_without_consent_is_never_said(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    buy(catalog, TOM, "P9", 100.0, 200.0)
    slate = ask(shop, model, Question(fill("P8"), TOM, rules="none", limit=20, now=NOW))
    assert "again" not in [e.kind for s in slate.suggestions for e in s.evidence]


def test_a_refusal_here_holds_at_the_next_question(
    shop: Connection, model: Model, fill: Fill, looked: Looked
) -> None:
    ask(shop, model, Question(fill("P8"), MAREN, now=NOW))
    assert looked == {MAREN}
    looked.clear()
    people.set_consent(shop, MAREN, "personal_suggestions", False, "A1")
    for rules in ("all", "none"):
        ask(shop, model, Question(fill("P8"), MAREN, rules=rules, now=NOW))  # type: ignore[arg-type]
    assert looked == set()


def test_a_purchase_nobody_dated_is_still_owned(
    shop: Connection, catalog: Connection, model: Model, fill: Fill
) -> None:
    with transaction(catalog):
        catalog.execute("UPDATE orders SET ordered_at = NULL WHERE customer_id = ?", (MAREN,))
    situation = features.read(shop, Question(fill("P8"), MAREN, now=NOW))
    assert situation.bought["P10"] == Bought("P10", 1, ())
    assert situation.past(model.knowledge) is None
    slate = ask(shop, model, Question(fill("P8"), MAREN, now=NOW))
    assert "P10" not in ids(slate)
    assert "P9" in ids(slate)
