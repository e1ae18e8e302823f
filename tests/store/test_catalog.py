"""Reading the mirror: products by any code, stock by place, links, baskets, and who works where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import InputError
from assistant.records import Associate, Link, Stock
from assistant.store import arrivals
from assistant.store import catalog as goods
from assistant.store.database import Connection, stamp, transaction
from tests import shops

EARLIER = datetime(2026, 6, 1, tzinfo=UTC)


def test_a_product_keeps_every_fact(shop: Connection) -> None:
    product = goods.product(shop, "P9")
    assert product is not None
    assert (product.sku, product.name, product.category) == (
        "PAP-050", "Fine photo paper A4, 50 sheets", "Print/Paper",
    )  # fmt: skip
    assert (product.price, product.cost, product.currency) == (149_000, 60_000, "GBP")
    assert (product.active, product.consumable, product.regulated) == (True, True, False)
    assert product.attributes == {"colour": "black"}
    assert product.barcodes == ("5000000000009",)
    assert product.family == "Print/Paper"


def test_more_products_than_one_statement_takes(shop: Connection) -> None:
    ids = [f"none-{i}" for i in range(1200)]
    ids.insert(700, "P3")
    assert set(goods.products(shop, ids)) == {"P3"}
    assert goods.products(shop, ()) == {}


def test_a_code_is_a_barcode_then_a_sku_then_an_id(catalog: Connection, shop: Connection) -> None:
    for code, product_id in (("5000000000005", "P5"), ("CAS-010", "P5"), (" cas-010 ", "P5"), ("P5", "P5")):
        found = goods.by_code(shop, code)
        assert found is not None
        assert found.product_id == product_id
    with transaction(catalog):
        catalog.execute("INSERT INTO barcodes VALUES ('CAS-010', 'P6')")
        catalog.execute("UPDATE products SET sku = 'P5' WHERE product_id = 'P7'")
    assert goods.by_code(shop, "CAS-010") == goods.product(shop, "P6")
    assert goods.by_code(shop, "P5") == goods.product(shop, "P7")
    assert goods.by_code(shop, "nothing") is None
    assert goods.by_code(shop, "") is None


def test_a_sku_in_the_case_it_has_wins_then_one_that_is_sold(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        catalog.executemany(
            "INSERT INTO products (product_id, sku, name, active) VALUES (?, ?, ?, ?)",
            [
                ("Y1", "ab-1", "small", 1),
                ("Y2", "AB-1", "large", 1),
                ("Y3", "cd-1", "old", 0),
                ("Y4", "cd-1", "new", 1),
            ],
        )
    for code, product_id in (("ab-1", "Y1"), ("AB-1", "Y2"), ("cd-1", "Y4")):
        assert goods.by_code(shop, code) == goods.product(shop, product_id)


def test_stock_is_of_the_store_else_of_no_place_else_of_all(catalog: Connection, shop: Connection) -> None:
    at = shops.NOW - timedelta(minutes=5)
    with transaction(catalog):
        catalog.executemany(
            "INSERT INTO stock VALUES (?, ?, ?, ?)",
            [
                ("P1", "S2", 2, stamp(EARLIER)),
                ("P3", "", 50, stamp(EARLIER)),
                ("P5", "S2", None, stamp(EARLIER)),
            ],
        )
    assert goods.stock(shop, ("P1", "P3", "P5"), "S1") == {
        "P1": Stock(7, at), "P3": Stock(14, at), "P5": Stock(5, at),
    }  # fmt: skip
    assert goods.stock(shop, ("P1", "P3"), "S2") == {"P1": Stock(2, EARLIER), "P3": Stock(50, EARLIER)}
    assert goods.stock(shop, ("P1",), None) == {"P1": Stock(9, EARLIER)}  # as old as its oldest part
    assert goods.stock(shop, ("nothing",), None) == {}


def test_stock_of_a_live_shop_stands_as_of_the_last_look_at_its_products(
    catalog: Connection, shop: Connection
) -> None:
    before = goods.stock(shop, ("P1",), "S1")["P1"].at
    for looked in (shops.NOW + timedelta(hours=2), EARLIER):
        with transaction(catalog):
            arrivals.remember(catalog, "products.looked", str(stamp(looked)))
        assert goods.stock(shop, ("P1",), "S1")["P1"].at == max(looked, before)


def test_a_store_that_is_not_told_of_has_none_where_others_are(shop: Connection) -> None:
    assert goods.stock(shop, ("P1",), "S2")["P1"].quantity == 0


def test_links_hold_as_they_are_meant(shop: Connection) -> None:
    assert goods.links(shop, ("P8",)) == (Link("P8", "P10", "requires"), Link("P8", "P9", "accessory"))
    assert goods.links(shop, ("P2", "P12")) == (
        Link("P12", "P1", "incompatible"), Link("P2", "P1", "alternative"),
    )  # fmt: skip
    assert goods.links(shop, ("P3",)) == ()  # an accessory does not lead back


def test_a_basket_is_as_the_till_has_it(shop: Connection) -> None:
    basket = goods.basket(shop, "B-20418")
    assert basket is not None
    assert (basket.customer_id, basket.associate_id, basket.store_id) == ("C-10412", "A1", "S1")
    assert (basket.updated_at, basket.currency, basket.source, basket.paid) == (
        shops.NOW,
        "GBP",
        "shop",
        False,
    )
    assert [(line.product_id, line.sku, line.quantity, line.unit_price) for line in basket.lines] == [
        ("P1", "CAM-R50", 1, 7_290_000), ("P7", "FLT-049", 1, 185_000),
    ]  # fmt: skip
    assert goods.basket_of(shop, "C-10412") == basket
    assert goods.basket_of(shop, "C-10413") is None
    assert goods.open_baskets(shop) == (basket,)
    assert goods.basket(shop, "nothing") is None


def test_the_newest_open_basket_is_the_customers(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        catalog.execute(
            "INSERT INTO baskets VALUES ('B-NEW', 'C-10412', NULL, NULL, ?, NULL)",
            (stamp(shops.NOW + timedelta(minutes=1)),),
        )
    newest = goods.basket_of(shop, "C-10412")
    assert newest is not None
    assert (newest.basket_id, newest.lines) == ("B-NEW", ())
    assert [b.basket_id for b in goods.open_baskets(shop, limit=1)] == ["B-NEW"]


def test_a_line_of_an_unknown_product_stays_in_the_basket(catalog: Connection, shop: Connection) -> None:
    with transaction(catalog):
        catalog.execute("INSERT INTO basket_lines VALUES ('B-20418', 3, 'GONE', 2, NULL, NULL)")
    basket = goods.basket(shop, "B-20418")
    assert basket is not None
    assert (basket.lines[2].name, basket.lines[2].unit_price, basket.lines[2].quantity) == ("GONE", None, 2)


def test_a_paid_order_is_looked_at_like_a_basket(shop: Connection) -> None:
    sale = goods.basket(shop, "O150")
    assert sale is not None
    assert sale.paid
    assert sale.product_ids[0] == "P1"
    assert sale.updated_at == shops.START + timedelta(days=150, hours=150 % 8)


def test_stores_and_associates_are_listed_by_name(shop: Connection) -> None:
    assert [s.name for s in goods.stores(shop)] == ["Harbour Street", "Mill Lane"]
    assert [a.name for a in goods.associates(shop)] == ["Lena Fischer", "Owen Bright", "Priya Nair"]


def test_an_associate_added_here_is_listed_with_the_shops(shop: Connection) -> None:
    added = goods.add_associate(shop, "  Ada   King ")
    assert added.name == "Ada King"
    assert goods.associates(shop)[0] == Associate(added.associate_id, "Ada King")


@pytest.mark.parametrize(("name", "sentence"), [("", "needed"), (" \t", "needed"), ("priya NAIR", "already")])
def test_a_name_that_is_empty_or_known_is_refused(shop: Connection, name: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        goods.add_associate(shop, name)
    assert len(goods.associates(shop)) == 3


def test_the_mirror_says_when_it_was_brought_up_to_date(catalog: Connection, shop: Connection) -> None:
    assert goods.synced_at(shop) == shops.NOW - timedelta(seconds=12)
    with transaction(catalog):
        catalog.execute("DELETE FROM sync_state")
    assert goods.synced_at(shop) is None


def test_a_code_that_nobody_has_is_answered_with_the_nearest_skus(shop: Connection) -> None:
    assert goods.asked_for(shop, "crd-128").product_id == "P3"
    with pytest.raises(InputError, match=r"SKU CRD-182\. Did you mean CRD-128"):
        goods.asked_for(shop, "CRD-182")
    with pytest.raises(InputError, match=r"SKU \?\?\?\.$"):
        goods.asked_for(shop, "???")
