"""A WooCommerce shop, read: what it has arrives, what changes follows, what vanishes goes."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from assistant.shop.connector import Entity, Page
from assistant.shop.pull import Pull
from assistant.shop.woocommerce import Key, WooCommerce
from assistant.store.database import Home
from tests.shop.conftest import Ask
from tests.shop.live.fakes.woocommerce import Site
from tests.shop.live.woocommerce.conftest import Sync


def test_the_first_load_equals_the_shops_own_totals(site: Site, sync: Sync, ask: Ask) -> None:
    """More than a page of everything; what is sold of a product with variations are these."""
    goods = [site.product(f"Candle {n}") for n in range(230)]
    shirt = site.product("Shirt", kind="variable")
    for size in ("S", "M", "L"):
        site.variation(shirt, "20.00", Size=size)
    site.product("Gift set", kind="grouped", grouped_products=goods[:2])
    for n in range(130):
        site.customer("Cy", f"No{n}", f"cy{n}@example.org")
    for n in range(150):
        site.order((goods[n], 1), status="completed")
    for _ in range(4):
        site.order((goods[0], 2))
    sync()
    assert ask("SELECT count(*) FROM products WHERE NOT derived") == [(230 + 3,)]
    assert ask("SELECT count(*) FROM customers") == [(130,)]
    assert ask("SELECT count(*) FROM orders") == [(150,)]
    assert ask("SELECT count(*) FROM baskets") == [(4,)]
    assert ask("SELECT count(*) FROM order_lines") == [(150,)]


def test_rows_deleted_while_the_pages_are_read_hide_none(
    site: Site, connector: WooCommerce, sync: Sync, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies behind a deleted row moves up by one, out of the page that is read next."""
    goods = [site.product(f"Candle {n}") for n in range(130)]
    page = connector.page

    def deleting(entity: Entity, since: datetime.datetime | None, after: str | None) -> Page:
        found = page(entity, since, after)
        if entity == "products" and after is None:
            for one in goods[:5]:
                del site.products[one]
        return found

    monkeypatch.setattr(connector, "page", deleting)
    sync()
    assert ask("SELECT count(*) FROM products") == [(125,)]


def test_a_variation_comes_with_what_its_parent_says(site: Site, sync: Sync, ask: Ask) -> None:
    site.categories += [
        {"id": 1, "name": "Clothes &amp; More", "parent": 0},
        {"id": 2, "name": "Hoodies", "parent": 1},
    ]
    told = [
        {"name": "Colour", "options": ["Red", "Blue"], "variation": True},
        {"name": "Cloth", "options": ["Cotton"], "variation": False},
    ]
    hoodie = site.product(
        "Hoodie &#8211; warm",
        kind="variable",
        attributes=told,
        categories=[{"id": 1, "name": "x"}, {"id": 2, "name": "y"}],
    )
    red = site.variation(hoodie, "49.90", Colour="Red")
    site.variations[red] |= {
        "global_unique_id": "4006381333931",
        "cost_of_goods_sold": {"values": [{"defined_value": 20.5}], "total_value": 20.5},
    }
    sync()
    assert ask(
        "SELECT name, category, price, cost, currency, active FROM products WHERE product_id = ?", str(red)
    ) == [("Hoodie – warm – Red", "Clothes & More/Hoodies", 499_000, 205_000, "GBP", 1)]
    assert ask("SELECT attributes FROM products WHERE product_id = ?", str(red)) == [
        ('{"Cloth": "Cotton", "Colour": "Red"}',)
    ]
    assert ask("SELECT product_id FROM barcodes WHERE barcode = '4006381333931'") == [(str(red),)]
    assert ask("SELECT store_id, quantity FROM stock WHERE product_id = ?", str(red)) == [("", 7)]


def test_cross_sells_go_with_a_product_and_upsells_are_better(
    site: Site, connector: WooCommerce, home: Home, sync: Sync, ask: Ask
) -> None:
    shirt = site.product("Shirt", kind="variable")
    sizes = [site.variation(shirt, "20.00", Size=size) for size in ("S", "M")]
    better = site.product("Silk shirt", "90.00")
    tie = site.product("Tie", cross_sell_ids=[shirt], upsell_ids=[better])
    sync()
    found = ask("SELECT linked_id, kind FROM links WHERE product_id = ? ORDER BY 1", str(tie))
    assert found == sorted(
        [(str(sizes[0]), "accessory"), (str(sizes[1]), "accessory"), (str(better), "alternative")]
    )
    site.change(tie, cross_sell_ids=[])
    assert Pull(home, connector).run(lambda *_: None).changed == {"rows": 2 + 2}  # and two stocks' times
    assert ask("SELECT linked_id, kind FROM links") == [(str(better), "alternative")]


def test_people_come_with_their_phone_and_without_a_consent_that_nobody_gave(
    site: Site, sync: Sync, ask: Ask
) -> None:
    site.customer("Bo", "Lund", "bo@example.org", "07700 900123")
    sync()
    assert ask("SELECT name, email, phone, personal_suggestions, contact FROM customers") == [
        ("Bo Lund", "bo@example.org", "+447700900123", None, None)
    ]


def test_what_changes_follows(site: Site, sync: Sync, ask: Ask, all_is_due: None) -> None:
    """Within the same second, and a variation by itself."""
    lamp = site.product("Lamp", "10.00")
    shirt = site.product("Shirt", kind="variable")
    small = site.variation(shirt, "20.00", Size="S")
    site.products[shirt]["date_modified_gmt"] = "2026-01-01T00:00:00"
    sync()
    site.change(lamp, price="12.00")
    site.change(small, price="21.00")
    site.product("New", "1.00")
    site.customer("Di", "New", "di@example.org")
    sync(often=True)
    assert ask("SELECT name, price FROM products ORDER BY price") == [
        ("New", 10_000), ("Lamp", 120_000), ("Shirt – S", 210_000)
    ]  # fmt: skip
    assert ask("SELECT name FROM customers") == [("Di New",)]


def test_a_change_is_asked_for_by_its_time(site: Site, sync: Sync, ask: Ask, all_is_due: None) -> None:
    site.product("Lamp")
    site.change(site.product("Old"), name="Old")
    sync()
    site.asked.clear()
    sync(often=True)
    lists = [a for a in site.asked if a.path.endswith("/orders") or a.path.endswith("/products")]
    assert lists
    assert all("modified_after" in a.query or "include" in a.query for a in lists)
    assert all(a.query.get("dates_are_gmt") == "true" for a in lists if "modified_after" in a.query)


def test_what_moves_no_time_is_seen_when_all_is_read_again(
    site: Site, sync: Sync, ask: Ask, all_is_due: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site from before 10.3, which does not list variations; and a customer's new name."""
    site.lists.clear()
    shirt = site.product("Shirt", kind="variable")
    small = site.variation(shirt, "20.00", Size="S")
    site.products[shirt]["date_modified_gmt"] = "2026-01-01T00:00:00"
    bo = site.customer("Bo", "Lund", "bo@example.org")
    site.customers[bo]["date_created_gmt"] = "2026-01-01T00:00:00"
    sync()
    site.change(small, price="21.00")
    site.customers[bo]["last_name"] = "Berg"
    sync(often=True)
    assert ask("SELECT price FROM products") == [(200_000,)]
    every = dict.fromkeys(("products", "customers"), datetime.timedelta())
    monkeypatch.setattr(
        WooCommerce, "can", dataclasses.replace(WooCommerce("http://x", Key("", "")).can, whole_every=every)
    )
    sync(often=True)
    assert ask("SELECT price FROM products") == [(210_000,)]
    assert ask("SELECT name FROM customers") == [("Bo Berg",)]


def test_stock_that_a_sale_takes_follows_though_the_products_time_stands_still(
    site: Site, sync: Sync, ask: Ask, all_is_due: None
) -> None:
    lamp = site.product("Lamp", manage_stock=True, stock_quantity=5, date_modified_gmt="2026-01-01T00:00:00")
    order = site.order((lamp, 2))
    sync()
    assert ask("SELECT quantity FROM stock") == [(5,)]
    site.pay(order)
    sync(often=True)
    assert ask("SELECT quantity FROM stock") == [(3,)]


@pytest.mark.parametrize("status", ["pending", "checkout-draft"])
def test_a_basket_is_open_until_it_is_paid_and_then_an_order(
    site: Site, sync: Sync, ask: Ask, status: str
) -> None:
    lamp = site.product("Lamp", "12.00")
    bo = site.customer("Bo", "Lund", "bo@example.org")
    sync()
    order = site.order((lamp, 2), status=status, customer=bo)
    sync(often=True)
    assert ask("SELECT basket_id, customer_id, currency FROM baskets") == [(str(order), str(bo), "GBP")]
    assert ask("SELECT product_id, quantity, unit_price FROM basket_lines") == [(str(lamp), 2, 120_000)]
    site.pay(order)
    sync(often=True)
    assert ask("SELECT * FROM baskets") == []
    assert ask("SELECT order_id, basket_id FROM orders") == [(str(order), str(order))]


@pytest.mark.parametrize(
    ("status", "found"), [("shipped", 1), ("on-hold", 1), ("cancelled", 0), ("failed", 0)]
)
def test_every_status_is_something(site: Site, sync: Sync, ask: Ask, status: str, found: int) -> None:
    """The shop's own statuses come after a sale."""
    site.order((site.product("Lamp"), 1), status=status)
    sync()
    assert ask("SELECT count(*) FROM orders") == [(found,)]
    assert ask("SELECT count(*) FROM baskets") == [(0,)]


def test_a_basket_thrown_away_leaves_the_open_ones(site: Site, sync: Sync, ask: Ask) -> None:
    order = site.order((site.product("Lamp"), 1))
    sync()
    del site.orders[order]
    sync(often=True)
    assert ask("SELECT * FROM baskets") == []


def test_what_is_refunded_came_back(site: Site, sync: Sync, ask: Ask, all_is_due: None) -> None:
    lamp = site.product("Lamp")
    some, all_of_it = site.order((lamp, 3), status="completed"), site.order((lamp, 2), status="completed")
    sync()
    site.refund(some, 1)
    site.orders[all_of_it] |= {"status": "refunded", "date_modified_gmt": site.stamp()}
    sync(often=True)
    assert ask("SELECT order_id, quantity, returned_quantity FROM order_lines ORDER BY order_id") == [
        (str(some), 3, 1), (str(all_of_it), 2, 2)
    ]  # fmt: skip


@pytest.mark.parametrize("lists", [True, False])
def test_a_first_load_asks_for_what_hangs_on_a_page_together_where_it_can(
    site: Site, sync: Sync, ask: Ask, lists: bool
) -> None:
    """Before 9.0 and 10.3 refunds and variations are told order by order and product by product."""
    if not lists:
        site.lists.clear()
    for n in range(5):
        shirt = site.product(f"Shirt {n}", kind="variable")
        small = site.variation(shirt, "20.00", Size="S")
        site.variation(shirt, "20.00", Size="L")
        site.refund(site.order((small, 3), status="completed"), 2)
    sync()
    assert ask("SELECT count(*) FROM products") == [(10,)]
    assert ask("SELECT DISTINCT quantity, returned_quantity FROM order_lines") == [(3, 2)]
    apart = [a for a in site.asked if a.path.count("/variations") + a.path.count("/refunds")]
    assert len(apart) == 2 if lists else len(apart) > 10


def test_what_vanishes_from_the_shop_goes(site: Site, sync: Sync, ask: Ask) -> None:
    lamp, bo = site.product("Lamp"), site.customer("Bo", "Lund", "bo@example.org")
    shirt = site.product("Shirt", kind="variable")
    small = site.variation(shirt, "20.00", Size="S")
    sync()
    del site.products[lamp], site.customers[bo], site.variations[small]
    site.products[shirt]["variations"].remove(small)
    sync()
    assert ask("SELECT * FROM products") == []
    assert ask("SELECT * FROM customers") == []
