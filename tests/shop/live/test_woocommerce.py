"""A WooCommerce shop, synced and written to, played by a server that answers as its documentation says."""

from __future__ import annotations

import contextlib
import datetime
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import __main__ as front
from assistant.errors import ShopError
from assistant.shop import calling, live, oauth1, pull
from assistant.shop.calling import DeclinedError, RefusedError, UnreachedError
from assistant.shop.connector import Entity, Page
from assistant.shop.pull import Pull
from assistant.shop.push import push
from assistant.shop.woocommerce import Key, WooCommerce
from assistant.store import basket_writes, preferences, secrets
from assistant.store.database import Home, open_home, transaction
from tests.shop.conftest import Ask
from tests.shop.live.fakes.woocommerce import Site
from tests.shop.live.test_push import accept, offer

Sync = Callable[..., dict[str, int]]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    monkeypatch.setattr(calling.tenacity.nap.time, "sleep", lambda _seconds: None)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def connector(site: Site) -> Iterator[WooCommerce]:
    made = WooCommerce(site.url, Key(site.key, site.secret), country="GB")
    yield made
    made.close()


@pytest.fixture
def sync(home: Home, connector: WooCommerce) -> Sync:
    """Sync once; what was loaded."""
    puller = Pull(home, connector)
    return lambda often=False: puller.run(lambda *_: None, due_only=often).loaded


@pytest.fixture
def all_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits because it was looked at a moment ago."""
    monkeypatch.setattr(pull, "EVERY", dict.fromkeys(pull.EVERY, datetime.timedelta()))


def test_the_base_string_is_that_of_the_standard() -> None:
    """The example of RFC 5849, section 3.4.1.1."""
    sent = [
        ("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b"), ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"), ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"), ("oauth_nonce", "7d8f3e4a"), ("c2", ""), ("a3", "2 q"),
    ]  # fmt: skip
    assert oauth1.base_string("post", "http://example.com/request", sent) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q"
        "%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_"
        "key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m"
        "ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk"
        "9d7dh3k39sjv7"
    )


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
        WooCommerce, "can", pull.replace(WooCommerce("http://x", Key("", "")).can, whole_every=every)
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


def test_a_line_is_brought_to_a_number_once_however_often_it_is_asked(
    site: Site, connector: WooCommerce
) -> None:
    lamp, bulb = site.product("Lamp", "12.00"), site.product("Bulb", "10.00")
    order = site.order((lamp, 1))
    for _ in range(2):
        assert connector.put_line(str(order), str(bulb), 1).there == 1
        assert site.lies_in(order) == {lamp: 1, bulb: 1}
    assert connector.put_line(str(order), str(bulb), 3).why is None
    line = site.orders[order]["line_items"][1]
    assert (line["quantity"], round(float(line["total"]), 2)) == (3, 25.0)  # without tax: 3 × 8.333…
    assert connector.put_line(str(order), str(bulb), 0).why is None
    assert site.lies_in(order) == {lamp: 1}


def test_a_variation_goes_in_by_itself(site: Site, connector: WooCommerce) -> None:
    shirt = site.product("Shirt", kind="variable")
    small = site.variation(shirt, "20.00", Size="S")
    order = site.order((site.product("Lamp"), 1))
    assert connector.put_line(str(order), str(small), 2).there == 2
    assert connector.quantity(str(order), str(small)) == 2


def test_a_request_that_the_network_sends_twice_is_put_right(site: Site, connector: WooCommerce) -> None:
    lamp, bulb = site.product("Lamp"), site.product("Bulb")
    order = site.order((lamp, 1))
    connector.quantity(str(order), str(bulb))
    site.trouble = ["fine", "twice"]
    assert connector.put_line(str(order), str(bulb), 1).there == 1
    assert site.lies_in(order) == {lamp: 1, bulb: 1}


def test_a_basket_that_takes_no_lines_says_why(site: Site, connector: WooCommerce) -> None:
    lamp = site.product("Lamp")
    for status, sentence in (
        ("checkout-draft", "only they can put something in"),
        ("processing", "it cannot be changed any more"),
        ("cancelled", "no longer there"),
    ):
        order = site.order((lamp, 1), status=status)
        assert sentence in (connector.put_line(str(order), str(lamp), 2).why or "")
        with pytest.raises(DeclinedError, match=sentence):
            connector.quantity(str(order), str(lamp))
        assert site.lies_in(order) == {lamp: 1}
    assert connector.put_line("S1", str(lamp), 1).why == "The basket is no longer there."


@pytest.fixture
def counter(home: Home, site: Site, sync: Sync) -> Iterator[tuple[int, int, str, str]]:
    """An order that waits for payment, and an add-on shown for it: order, add-on, visit, suggestion."""
    lamp, bulb = site.product("Lamp"), site.product("Bulb")
    order = site.order((lamp, 1))
    sync()
    with contextlib.closing(open_home(home)) as log:
        with transaction(log):
            preferences.put(log, "shop.writes", True)
        visit, (suggestion,) = offer(log, str(order), str(bulb))
        accept(log, suggestion)
    yield order, bulb, visit, suggestion


def test_an_accepted_add_on_is_in_the_order_once_and_out_again_when_undone(
    counter: tuple[int, int, str, str], home: Home, site: Site, connector: WooCommerce
) -> None:
    from assistant.store import visits

    order, bulb, _, suggestion = counter
    assert push(home, connector).written == 1
    assert push(home, connector).written == 0
    assert site.lies_in(order)[bulb] == 1
    with contextlib.closing(open_home(home)) as log:
        visits.undo(log, suggestion, associate_id="1")
    assert push(home, connector).written == 1
    assert bulb not in site.lies_in(order)


def test_an_answer_that_got_lost_adds_nothing_twice(
    counter: tuple[int, int, str, str], home: Home, site: Site, connector: WooCommerce
) -> None:
    order, bulb, visit, suggestion = counter
    connector.now()
    site.asked.clear()
    connector.quantity(str(order), str(bulb))
    reads = len(site.asked)
    site.trouble = ["fine"] * (2 * reads) + ["lost"]
    assert push(home, connector).waiting == 1
    assert site.lies_in(order)[bulb] == 1
    assert push(home, connector).written == 1
    assert site.lies_in(order)[bulb] == 1
    with contextlib.closing(open_home(home)) as log:
        assert basket_writes.of_visit(log, visit)[suggestion].state == "written"


def test_a_product_the_shop_does_not_sell_is_set_aside(
    counter: tuple[int, int, str, str], home: Home, site: Site, connector: WooCommerce
) -> None:
    order, bulb, visit, suggestion = counter
    del site.products[bulb]
    assert push(home, connector).refused == 1
    with contextlib.closing(open_home(home)) as log:
        why = basket_writes.of_visit(log, visit)[suggestion].why or ""
    assert 'Product ID "' in why
    assert len(site.lies_in(order)) == 1


def test_a_site_that_asks_to_wait_is_asked_again(site: Site, sync: Sync, ask: Ask) -> None:
    site.product("Lamp")
    site.trouble = ["busy", "fine", "busy", "busy"]
    sync()
    assert ask("SELECT name FROM products") == [("Lamp",)]


def test_a_clock_that_is_an_hour_off_does_not_matter(site: Site, connector: WooCommerce) -> None:
    """A signature holds for a quarter of an hour."""
    site.clock_is_late_by = 3_600
    site.product("Lamp")
    assert len(connector.page("products", None, None).things) == 1


def test_no_secret_goes_over_the_network_in_the_clear(site: Site, sync: Sync) -> None:
    sync()
    for asked in site.asked:
        assert site.secret not in str(asked)


def test_a_wrong_secret_or_key_is_told(site: Site) -> None:
    for key in (Key(site.key, "cs_guess"), Key("ck_guess", site.secret)):
        with contextlib.closing(WooCommerce(site.url, key)) as wrong:
            with pytest.raises(RefusedError, match="does not accept the key or its secret"):
                wrong.check()
            assert "guess" not in repr(key)


def test_over_https_the_key_goes_as_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(_certified(tmp_path, monkeypatch))
    site.product("Lamp")
    try:
        with contextlib.closing(
            WooCommerce(f"{site.url}/wp-json/wc/v3/", Key(site.key, site.secret))
        ) as shop:
            assert shop.page("products", None, None).things
        with (
            contextlib.closing(WooCommerce(site.url, Key(site.key, "x"))) as wrong,
            pytest.raises(RefusedError, match="does not accept the key or its secret"),
        ):
            wrong.check()
    finally:
        site.close()


def test_what_the_key_may_not_is_named(site: Site, connector: WooCommerce) -> None:
    site.may -= {"customers", "settings", "reports"}
    said = {check.name: check for check in connector.check()}
    assert "the key may not read customers" in (said["customers"].problem or "")
    assert said["orders and baskets"].problem is None
    assert "may not read settings" in said["currency"].found


def test_a_key_that_may_only_read_leaves_add_ons_to_the_till(site: Site, connector: WooCommerce) -> None:
    lamp = site.product("Lamp")
    order = site.order((lamp, 1))
    assert connector.can.write_line
    site.may.discard("write")
    said = {check.name: check for check in connector.check()}
    assert "at the till" in said["add-ons into orders that wait for payment"].found
    assert not connector.can.write_line
    with pytest.raises(DeclinedError, match="may only read"):
        connector.put_line(str(order), str(lamp), 2)


def test_checking_changes_nothing(site: Site, connector: WooCommerce) -> None:
    order = site.order((site.product("Lamp"), 1))
    before = str(site.orders[order])
    connector.check()
    assert str(site.orders[order]) == before


def test_a_site_without_a_shop_is_told(site: Site, connector: WooCommerce) -> None:
    site.is_shop = False
    with pytest.raises(ShopError, match="is a WordPress site without WooCommerce"):
        connector.check()


def test_a_folder_that_holds_no_site_is_told(site: Site) -> None:
    with (
        contextlib.closing(WooCommerce(f"http://{site.host}/other", Key("a", "b"))) as lost,
        pytest.raises(ShopError),
    ):
        lost.check()


def test_a_shop_out_of_reach_is_told(site: Site, connector: WooCommerce) -> None:
    site.trouble = ["lost"] * calling.TRIES
    with pytest.raises(UnreachedError):
        connector.check()


def test_connect_and_sync_by_the_front_door(
    site: Site, home: Home, ask: Ask, call: Callable[..., tuple[int, str]]
) -> None:
    site.product("Lamp")
    words = ("connect", "woocommerce", site.url, "--key-stdin")
    status, printed = call(*words, said=f"{site.key}\ncs_guess\n")
    assert status == 1
    assert "does not accept the key or its secret" in printed
    assert live.kind_of(home) == ""
    status, printed = call(*words, said=f"{site.key}\n{site.secret}\n")
    assert status == 0, printed
    assert "shop: Corner Shop" in printed
    assert site.secret not in printed
    status, printed = call("connect", "--check")
    assert "products: 1" in printed
    status, printed = call("sync", "--progress", "none")
    assert status == 0, printed
    assert ask("SELECT name FROM products") == [("Lamp",)]
    with contextlib.closing(open_home(home)) as log:
        assert secrets.read(home, log, live.SECRET) == live.pair(site.key, site.secret)
        assert site.secret not in str(log.execute("SELECT * FROM preferences").fetchall())
        assert preferences.get(log, "shop.writes") is True


def test_the_key_is_asked_for_without_showing_it(site: Site, home: Home) -> None:
    words = ["--home", str(home.folder), "connect", "woocommerce", site.url]
    came = CliRunner().invoke(front.doors, words, input=f"{site.key}\n{site.secret}\n")
    assert came.exit_code == 0, came.output
    assert "consumer key:" in came.output
    assert site.key not in came.output
    assert site.secret not in came.output
    assert live.kind_of(home) == "woocommerce"


def test_an_empty_secret_and_a_missing_permission_connect_nothing(
    site: Site, home: Home, call: Callable[..., tuple[int, str]]
) -> None:
    words = ("connect", "woocommerce", site.url, "--key-stdin")
    status, printed = call(*words, said=f"{site.key}\n")
    assert (status, "consumer secret is empty" in printed) == (1, True)
    site.may.discard("orders")
    status, printed = call(*words, said=f"{site.key}\n{site.secret}\n")
    assert (status, "may not read orders and baskets" in printed) == (1, True)
    assert live.kind_of(home) == ""


def _certified(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for this computer that our side trusts."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    whole = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "trusted.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    whole.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "trusted.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return context
