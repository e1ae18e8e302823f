"""A Shopify shop, synced: exports at first, then what changed; tokens, budgets, and what it does not tell."""

from __future__ import annotations

import contextlib
import datetime

import pytest

from assistant.errors import ShopError
from assistant.shop import shopify_export
from assistant.shop.calling import RefusedError
from assistant.shop.pull import Pull
from assistant.shop.shopify import App, Shopify
from assistant.store import arrivals
from assistant.store.database import Home, open_catalog, transaction
from tests.shop.conftest import Ask
from tests.shop.live.fakes.shopify import Shop
from tests.shop.live.shopify.conftest import Sync

# the first load


def test_the_first_load_brings_everything_as_exports(
    shop: Shop, sync: Sync, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_export, "ROWS", 10)
    goods = [shop.product(f"Lamp {n}") for n in range(35)]
    people = [shop.customer("Cy", f"No{n}") for n in range(33)]
    for n, person in enumerate(people):
        shop.order((goods[n], 1), (goods[0], 2), customer=person)
    shop.draft((goods[0], 1))
    loaded = sync()
    assert ask("SELECT count(*) FROM products WHERE NOT derived") == [(35,)]
    assert ask("SELECT count(*) FROM customers WHERE NOT derived") == [(33,)]
    assert ask("SELECT count(*) FROM orders") == [(33,)]
    assert ask("SELECT count(*) FROM order_lines") == [(66,)]
    assert ask("SELECT count(*) FROM baskets") == [(1,)]
    assert (loaded["products"], loaded["orders"], loaded["baskets"]) == (35, 33, 1)


def test_a_variant_comes_with_all_that_is_known_of_it(shop: Shop, sync: Sync, ask: Ask) -> None:
    small = shop.product("Lamp", "49.90", cost="20.50", kind="Lamps", titles=("S", "L"))
    shop.row("ProductVariant", small)["barcode"] = "4006381333931"
    large = shop.row("Product", shop.row("ProductVariant", small)["product"])["variants"][1]
    bulb = shop.product("Bulb", "4.00", stock=7)
    shop.recommend(small, bulb)
    sync()
    assert ask(
        "SELECT name, category, price, cost, currency FROM products WHERE product_id = ?", str(large)
    ) == [("Lamp (L)", "Lamps", 499_000, 205_000, "EUR")]
    assert ask("SELECT name FROM products WHERE product_id = ?", str(bulb)) == [("Bulb",)]
    assert ask("SELECT store_id, quantity FROM stock WHERE product_id = ?", str(bulb)) == [
        (str(shop.place), 7)
    ]
    assert ask("SELECT name FROM stores") == [("High Street",)]
    assert ask("SELECT barcode, product_id FROM barcodes") == [("4006381333931", str(small))]
    assert ask("SELECT product_id, linked_id, kind FROM links ORDER BY product_id") == [
        (str(small), str(bulb), "complementary"), (str(large), str(bulb), "complementary"),
    ]  # fmt: skip


def test_a_customer_comes_with_phone_and_consent(shop: Shop, sync: Sync, ask: Ask) -> None:
    shop.customer(
        "Bo", "Lund",
        defaultEmailAddress={"emailAddress": "bo@example.org", "marketingState": "SUBSCRIBED"},
        defaultPhoneNumber={
            "phoneNumber": "030 901820", "smsMarketingConsent": {"state": "NEVER_SUBSCRIBED"},
        },
    )  # fmt: skip
    shop.customer("Cy", "Gray")
    sync()
    found = ask("SELECT name, email, phone, contact, personal_suggestions FROM customers ORDER BY name")
    assert found == [
        ("Bo Lund", "bo@example.org", "+4930901820", 1, None),
        ("Cy Gray", None, None, None, None),
    ]


def test_a_load_that_was_killed_goes_on_in_the_same_export(
    shop: Shop, home: Home, connector: Shopify, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_export, "ROWS", 10)
    for n in range(35):
        shop.product(f"Lamp {n}")

    def killed(what: str, done: int, _total: int | None) -> None:
        if what == "products" and done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Pull(home, connector).run(killed)
    assert ask("SELECT count(*) FROM products") == [(20,)]
    shop.asked.clear()
    with contextlib.closing(Shopify(shop.url, App(shop.client_id, shop.secret))) as again:
        Pull(home, again).run(lambda *_: None)
    assert ask("SELECT count(*) FROM products") == [(35,)]
    begun = [a.body["variables"].get("query") for a in shop.asked if a.method == "POST" and "query" in a.body]
    assert not any("productVariants" in (query or "") for query in begun)
    ranges = [a.headers["range"] for a in shop.asked if a.path.startswith("/export") and "range" in a.headers]
    assert len(ranges) == 1
    assert ranges[0] != "bytes=0-"


def test_an_export_that_is_gone_is_made_again(
    shop: Shop, home: Home, connector: Shopify, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_export, "ROWS", 10)
    for n in range(25):
        shop.product(f"Lamp {n}")

    def killed(what: str, done: int, _total: int | None) -> None:
        if what == "products" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Pull(home, connector).run(killed)
    shop.files.clear()  # after seven days
    with contextlib.closing(Shopify(shop.url, App(shop.client_id, shop.secret))) as again:
        Pull(home, again).run(lambda *_: None)
    assert ask("SELECT count(*) FROM products") == [(25,)]


@pytest.mark.parametrize(("code", "problem"), [("TIMEOUT", ShopError), ("ACCESS_DENIED", RefusedError)])
def test_exports_that_fail_are_told(
    shop: Shop, sync: Sync, monkeypatch: pytest.MonkeyPatch, code: str, problem: type[ShopError]
) -> None:
    shop.product("Lamp")
    export = shop.export

    def fails(query: str) -> str:
        made = export(query)
        shop.row("BulkOperation", int(made.rsplit("/", 1)[-1])).update(status="FAILED", errorCode=code)
        return made

    monkeypatch.setattr(shop, "export", fails)
    with pytest.raises(problem, match="export"):
        sync()


def test_another_export_of_the_app_is_waited_for(shop: Shop, sync: Sync, ask: Ask) -> None:
    shop.product("Lamp")
    shop.add("BulkOperation", status="RUNNING", left=99)
    sync()
    assert ask("SELECT count(*) FROM products") == [(1,)]


# what changes since


def test_what_changes_follows_without_another_export(
    shop: Shop, sync: Sync, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp, person = shop.product("Lamp"), shop.customer("Bo", "Lund")
    sync()
    exports = len(shop.files)
    shop.row("ProductVariant", lamp)["price"] = "12.00"
    shop.row("Product", shop.row("ProductVariant", lamp)["product"])["updatedAt"] = shop.time()
    shop.row("Customer", person).update(lastName="Berg", updatedAt=shop.time())
    new = [shop.product(f"Shade {n}") for n in range(60)]
    sold = shop.order((lamp, 1), *((one, 1) for one in new[:14]))
    sync(often=True)
    assert len(shop.files) == exports
    assert ask("SELECT price FROM products WHERE product_id = ?", str(lamp)) == [(120_000,)]
    assert ask("SELECT name FROM customers") == [("Bo Berg",)]
    assert ask("SELECT count(*) FROM products") == [(61,)]
    assert ask("SELECT count(*) FROM order_lines WHERE order_id = ?", str(sold)) == [(15,)]


def test_stock_at_more_places_than_a_page_holds_is_all_read(shop: Shop, sync: Sync, ask: Ask) -> None:
    sync()
    lamp = shop.product("Lamp")
    places = [shop.add("Location", name=f"Shop {n}", isActive=True) for n in range(30)]
    shop.row("ProductVariant", lamp)["stock"] = {place: n for n, place in enumerate(places)}
    sync(often=True)
    assert ask("SELECT count(*), sum(quantity) FROM stock") == [(30, sum(range(30)))]


def test_a_cost_that_moves_nothing_is_seen_within_a_day(
    shop: Shop, sync: Sync, ask: Ask, monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    lamp = shop.product("Lamp", cost="2.00")
    shop.row("Product", shop.row("ProductVariant", lamp)["product"])["updatedAt"] = shop.time(3_600)
    sync()
    shop.row("ProductVariant", lamp)["cost"] = "3.00"
    sync(often=True)
    assert ask("SELECT cost FROM products") == [(20_000,)]
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        day_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1, minutes=1)
        arrivals.remember(catalog, "products.whole", str(int(day_ago.timestamp() * 1_000)))
    sync(often=True)
    assert ask("SELECT cost FROM products") == [(30_000,)]


def test_a_basket_is_open_until_it_is_paid_and_then_an_order_that_knows_it(
    shop: Shop, sync: Sync, ask: Ask
) -> None:
    lamp = shop.product("Lamp")
    sync()
    draft = shop.draft((lamp, 2))
    sync(often=True)
    assert ask("SELECT product_id, quantity FROM basket_lines WHERE basket_id = ?", f"D{draft}") == [
        (str(lamp), 2)
    ]
    order = shop.complete(draft)
    sync(often=True)
    assert ask("SELECT * FROM baskets") == []
    assert ask("SELECT basket_id FROM orders WHERE order_id = ?", str(order)) == [(f"D{draft}",)]
    shop.row("Order", order)["updatedAt"] = shop.time()
    shop.row("DraftOrder", draft)["updatedAt"] = shop.time(3_600)
    sync(often=True)  # by itself an order does not tell which basket it was: that stays known
    assert ask("SELECT basket_id FROM orders WHERE order_id = ?", str(order)) == [(f"D{draft}",)]


def test_a_basket_that_was_paid_or_thrown_away_unseen_leaves_the_open_ones(
    shop: Shop, sync: Sync, ask: Ask
) -> None:
    lamp = shop.product("Lamp")
    paid, thrown, left = shop.draft((lamp, 1)), shop.draft((lamp, 1)), shop.draft((lamp, 1))
    sync()
    order = shop.complete(paid)
    for kind, number in (("DraftOrder", paid), ("Order", order), ("DraftOrder", left)):
        shop.row(kind, number)["updatedAt"] = shop.time(86_400)
    del shop.rows["DraftOrder"][thrown]
    sync()
    assert ask("SELECT basket_id FROM baskets") == [(f"D{left}",)]
    assert ask("SELECT basket_id FROM orders WHERE order_id = ?", str(order)) == [(f"D{paid}",)]


def test_what_is_refunded_came_back_and_what_was_never_paid_was_no_sale(
    shop: Shop, sync: Sync, ask: Ask
) -> None:
    lamp = shop.product("Lamp")
    sold, void = shop.order((lamp, 3)), shop.order((lamp, 1))
    sync()
    shop.row("Order", sold)["lines"][0] |= {"currentQuantity": 2, "off": 3.0}
    shop.row("Order", sold)["updatedAt"] = shop.time()
    shop.row("Order", void).update(
        displayFinancialStatus="VOIDED", cancelledAt=shop.time(), updatedAt=shop.time()
    )
    sync(often=True)
    assert ask("SELECT order_id, quantity, returned_quantity, unit_price, discount FROM order_lines") == [
        (str(sold), 3, 1, 99_000, 30_000)
    ]
    assert ask("SELECT order_id FROM orders") == [(str(sold),)]


def test_what_vanishes_from_the_shop_goes(shop: Shop, sync: Sync, ask: Ask) -> None:
    lamp, person = shop.product("Lamp"), shop.customer("Bo", "Lund")
    shop.product("Bulb")
    sync()
    del shop.rows["ProductVariant"][lamp]
    del shop.rows["Customer"][person]
    sync()
    assert ask("SELECT name FROM products") == [("Bulb",)]
    assert ask("SELECT * FROM customers") == []


# what befalls a sync


def test_a_token_that_ends_meanwhile_is_renewed(shop: Shop, sync: Sync, ask: Ask) -> None:
    shop.product("Lamp")
    sync()
    shop.tokens.clear()
    shop.product("Bulb")
    sync(often=True)
    assert ask("SELECT count(*) FROM products") == [(2,)]
    assert shop.signed_in == 2


def test_a_token_is_renewed_before_it_ends(
    shop: Shop, connector: Shopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector.now()
    connector.now()
    assert shop.signed_in == 1
    monkeypatch.setattr(connector._api, "_renew_at", datetime.datetime.now(datetime.UTC))
    connector.now()
    assert shop.signed_in == 2


def test_the_budget_is_kept_to(shop: Shop, sync: Sync, ask: Ask) -> None:
    for n in range(120):
        shop.product(f"Lamp {n}")
    shop.bucket, shop.rate, shop.left = 1_000.0, 50.0, 1_000.0
    sync()
    for n in range(120):
        shop.product(f"Bulb {n}")
    sync(often=True)
    assert ask("SELECT count(*) FROM products") == [(240,)]
    assert shop.waited > 10


def test_what_costs_too_much_is_asked_for_in_smaller_pages(
    shop: Shop, sync: Sync, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync()
    for n in range(30):
        shop.product(f"Lamp {n}")
    monkeypatch.setattr("tests.shop.live.fakes.shopify.MOST", 300)
    sync(often=True)
    assert ask("SELECT count(*) FROM products") == [(30,)]


def test_answers_that_get_lost_are_asked_for_again(shop: Shop, sync: Sync, ask: Ask) -> None:
    sync()
    shop.product("Lamp")
    shop.trouble = ["fine", "lost", "busy", "fine", "lost"]
    sync(often=True)
    assert ask("SELECT count(*) FROM products") == [(1,)]


# what the app may not do


def test_a_wrong_secret_is_one_sentence(shop: Shop) -> None:
    with (
        contextlib.closing(Shopify(shop.url, App(shop.client_id, "wrong"))) as connector,
        pytest.raises(RefusedError, match="does not accept the client ID and secret") as told,
    ):
        connector.check()
    assert "wrong" not in str(told.value)


def test_people_and_staff_that_are_not_told_are_said_and_left_out(
    shop: Shop, connector: Shopify, sync: Sync, ask: Ask
) -> None:
    lamp, person = shop.product("Lamp"), shop.customer("Bo", "Lund")
    order = shop.order((lamp, 1), customer=person)
    shop.draft((lamp, 1), customer=person)
    shop.tells_people = shop.tells_staff = False
    said = {check.name: check for check in connector.check()}
    assert "protected customer data" in said["customers"].found
    assert "Advanced and Plus" in said["staff"].found
    assert all(check.problem is None for check in said.values())
    assert (connector.can.consent, connector.can.staff) == (False, False)
    sync()
    assert ask("SELECT order_id, customer_id FROM orders") == [(str(order), None)]
    assert ask("SELECT * FROM customers") == []


def test_who_sold_is_known_where_staff_is_told(shop: Shop, sync: Sync, ask: Ask) -> None:
    staff = shop.add("StaffMember", name="Ann Lee", active=True)
    order = shop.order((shop.product("Lamp"), 1), staffMember=staff)
    sync()
    assert ask("SELECT associate_id, name FROM associates") == [(str(staff), "Ann Lee")]
    assert ask("SELECT associate_id FROM orders WHERE order_id = ?", str(order)) == [(str(staff),)]


def test_missing_scopes_are_named(shop: Shop, connector: Shopify) -> None:
    shop.scopes -= {"read_products", "read_inventory"}
    problems = [check.problem for check in connector.check() if check.problem]
    assert problems == [
        "the app may not read products and prices: give it the scope read_products",
        "the app may not read stock and costs: give it the scope read_inventory",
    ]


def test_sixty_days_and_read_only_are_said(shop: Shop, connector: Shopify) -> None:
    shop.scopes -= {"read_all_orders", "write_draft_orders"}
    shop.scopes.add("read_draft_orders")
    said = {check.name: check.found for check in connector.check()}
    assert "of the last 60 days" in said["orders"]
    assert "write_draft_orders" in said["baskets"]
    assert connector.can.write_line is False
