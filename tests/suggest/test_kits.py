"""The kit for a basket: the shop's own at its price, else of its links, else what was sold together."""

from __future__ import annotations

import pytest

from assistant.records import Kit
from assistant.store.database import Connection, transaction
from assistant.suggest import Model, Question, ask, kits, talking_points
from assistant.suggest.talking_points import MOST_WORDS
from tests import shops
from tests.suggest.conftest import Fill, check_parts

KIT = (("P1", 1), ("P3", 0), ("P6", 0))


@pytest.fixture
def priced(catalog: Connection) -> None:
    """A kit of card and battery with the camera, at 70.00 instead of 77.80."""
    put(catalog, "K1", 700_000, *KIT)


def put(catalog: Connection, kit_id: str, price: int | None, *products: tuple[str, int]) -> None:
    with transaction(catalog):
        catalog.executemany(
            "INSERT INTO kits (kit_id, product_id, anchor, price, currency) VALUES (?, ?, ?, ?, 'GBP')",
            [(kit_id, product_id, anchor, price) for product_id, anchor in products],
        )


def change(catalog: Connection, sql: str) -> None:
    with transaction(catalog):
        catalog.execute(sql)


def kit_of(shop: Connection, model: Model | None, fill: Fill, *lines: str, **asked: object) -> Kit | None:
    question = Question(fill(*lines), store_id="S1", now=shops.NOW, **asked)  # type: ignore[arg-type]
    slate = ask(shop, model, question)
    if slate.kit is not None:
        check_parts(slate)
        assert len(slate.kit.talking_point.text.split()) <= MOST_WORDS
        assert all(one.evidence for one in slate.kit.suggestions)
    return slate.kit


def items(kit: Kit | None) -> list[str]:
    return [one.product.product_id for one in kit.suggestions] if kit else []


@pytest.mark.usefixtures("priced")
class TestTheShopsOwn:
    def test_it_comes_first_and_says_what_it_saves(self, shop, model, fill):
        kit = kit_of(shop, model, fill, "P1")
        assert kit is not None
        assert (kit.kit_id, kit.kind, items(kit)) == ("K1", "priced", ["P3", "P6"])
        assert (kit.price, kit.separately, kit.saving, kit.saved) == (700_000, 778_000, 78_000, 10)
        assert kit.talking_point.text.startswith("As a kit, these two cost 10% less than one by one.")

    def test_it_needs_no_model(self, shop, fill):
        assert items(kit_of(shop, None, fill, "P1")) == ["P3", "P6"]

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE stock SET quantity = 0 WHERE product_id = 'P6'",
            "UPDATE products SET active = 0 WHERE product_id = 'P3'",
            "DELETE FROM products WHERE product_id = 'P3'",
            "INSERT INTO links VALUES ('P1', 'P6', 'incompatible')",
            "UPDATE products SET price = NULL WHERE product_id = 'P6'",
            "UPDATE products SET currency = 'EUR' WHERE product_id = 'P6'",
            "UPDATE kits SET price = 779000",  # dearer than one by one
            "UPDATE kits SET price = 0",
        ],
    )
    def test_it_is_whole_and_cheaper_or_not_offered(self, shop, catalog, fill, sql):
        change(catalog, sql)
        assert kit_of(shop, None, fill, "P1") is None

    def test_what_is_in_the_basket_already_is_paid_for(self, shop, catalog, fill):
        put(catalog, "K1", 1_100_000, ("P5", 0))
        change(catalog, "UPDATE kits SET price = 1100000")  # instead of 126.80
        kit = kit_of(shop, None, fill, "P5")
        assert kit is not None
        assert items(kit) == ["P3", "P6"]
        assert (kit.price, kit.separately) == (1_100_000 - 490_000, 778_000)

    def test_one_add_on_is_no_kit(self, shop, fill):
        assert kit_of(shop, None, fill, "P1", "P3") is None

    def test_nothing_the_customer_has_is_in_it(self, shop, catalog, fill):
        change(catalog, "INSERT INTO orders VALUES ('OX', 'C-10412', 'A1', 'S1', 1, 'till', NULL, 'GBP')")
        change(catalog, "INSERT INTO order_lines VALUES ('OX', 1, 'P6', 1, 349000, 0, 0)")
        assert kit_of(shop, None, fill, "P1", customer_id="C-10412") is None
        # Without consent what was bought is not looked at.
        assert items(kit_of(shop, None, fill, "P1", customer_id="C-10413")) == ["P3", "P6"]

    def test_without_a_price_nothing_is_saved(self, shop, catalog, fill):
        change(catalog, "UPDATE kits SET price = NULL")
        kit = kit_of(shop, None, fill, "P1")
        assert kit is not None
        assert (kit.price, kit.separately, kit.saved) == (778_000, 778_000, 0)
        assert "%" not in kit.talking_point.text

    @pytest.mark.parametrize("asked", [{"touchpoint": "review"}, {"rules": "none"}])
    def test_not_in_a_call_and_not_in_a_comparison(self, shop, model, fill, asked):
        assert ask(shop, model, Question(fill("P1"), now=shops.NOW, **asked)).kit is None


def test_links_of_the_shop_make_a_kit_at_what_its_items_cost(shop, catalog, fill):
    change(catalog, "INSERT INTO links VALUES ('P1', 'P3', 'kit'), ('P1', 'P6', 'kit'), ('P1', 'P4', 'kit')")
    kit = kit_of(shop, None, fill, "P1")
    assert kit is not None
    assert kit.kind == "links"
    assert "P6" in items(kit)
    assert len(items(kit)) == 2  # of the two cards only one
    assert kit.price == kit.separately
    assert kit.saved == 0


def test_a_mined_kit_is_what_was_sold_together_counted_and_at_no_discount(shop, model, fill):
    kit = kit_of(shop, model, fill, "P1")
    assert kit is not None
    assert (kit.kind, items(kit)) == ("mined", ["P5", "P3"])
    orders = {}
    for order_id, product_id in shop.execute("SELECT order_id, product_id FROM order_lines"):
        orders.setdefault(order_id, set()).add(product_id)
    several = [bought for bought in orders.values() if "P1" in bought and len(bought) > 1]
    assert kit.base == len(several)
    assert kit.n == sum({"P3", "P5"} <= bought for bought in several)
    assert kit.price == kit.separately == 919_000
    assert kit.saved == 0
    assert kit.talking_point.text.startswith(f"{kit.n} of {kit.base} recent sales")
    families = {one.product.family for one in kit.suggestions}
    assert len(families) == 2
    assert "Photo/Cameras" not in families


def test_a_kit_is_spoken_of_in_the_language_asked_for(shop, model, catalog, fill):
    kit = kit_of(shop, model, fill, "P1", language="de")
    assert kit is not None
    assert kit.talking_point.text.endswith(("Darf ich es zeigen?", "Möchten Sie sie sehen?"))
    put(catalog, "K1", 700_000, ("P1", 1), ("P3", 0), ("P6", 0))
    kit = kit_of(shop, model, fill, "P1", language="de")
    assert kit is not None
    words = "Zusammen kosten diese beiden {} % weniger als einzeln. Möchten Sie beide?"
    assert kit.talking_point.text == words.format(kit.saved)


def test_both_languages_have_the_same_kit_sentences():
    english, german = (talking_points.kit_templates(language) for language in ("en", "de"))
    assert [(t.template_id, t.when) for t in english] == [(t.template_id, t.when) for t in german]


def test_a_mined_kit_is_in_stock(shop, catalog, model, fill):
    change(catalog, "UPDATE stock SET quantity = 0 WHERE product_id = 'P5'")
    assert "P5" not in items(kit_of(shop, model, fill, "P1"))


def test_too_few_sales_together_are_no_kit(shop, model, fill, monkeypatch):
    monkeypatch.setattr(kits, "LEAST_TOGETHER", 34)  # 33 orders held both
    assert kit_of(shop, model, fill, "P1") is None


def test_what_no_sale_held_together_is_no_kit(shop, model, fill):
    assert kit_of(shop, model, fill, "P11") is None
    assert kit_of(shop, model, fill) is None


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_sentence_of_a_kit_is_short(language):
    for template in talking_points.kit_templates(language):
        facts = dict.fromkeys(("saved", "n", "base", "together"), "1,234") | {"anchor": "a b c d e"}
        assert len(template.text.format_map(facts).split()) <= MOST_WORDS
