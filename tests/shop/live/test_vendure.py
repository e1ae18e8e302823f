"""A real Vendure shop, synced: what it has arrives, what changes follows, what vanishes goes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import ShopError
from assistant.shop import live, pull
from assistant.shop import vendure as vendure_connector
from assistant.shop.pull import Pull
from assistant.shop.vendure import Fields, Login, Vendure
from assistant.store import arrivals, search, secrets
from assistant.store import catalog as mirror_of
from assistant.store.database import Home, open_catalog, open_home, stamp, transaction
from tests.shop.conftest import Ask
from tests.shop.live import vendure

pytestmark = pytest.mark.slow


def quiet(what: str, done: int, total: int | None) -> None:
    pass


@pytest.fixture
def sync(home: Home, connector: Vendure) -> Callable[..., dict[str, int]]:
    """Sync once; what was loaded."""
    puller = Pull(home, connector)
    return lambda often=False: puller.run(quiet, due_only=often).loaded


def totals(shop: vendure.Shop, name: str, **options: object) -> int:
    """The shop's own word on how many there are."""
    kind = {"productVariants": "ProductVariant", "customers": "Customer", "orders": "Order"}[name]
    query = f"query ($o: {kind}ListOptions) {{ {name}(options: $o) {{ totalItems }} }}"
    return int(shop.ask(query, o=options)["totalItems"])


def test_the_first_load_equals_the_shops_own_totals(
    vendure_shop: vendure.Shop, sync: Callable[..., dict[str, int]], ask: Ask
) -> None:
    vendure_shop.customer("Bo", "Lund", "bo@example.org", "07700 900123", personalSuggestions=True)
    shopper = vendure_shop.shopper()
    shopper.takes(vendure_shop.variant("L2201308"))
    sync()
    assert ask("SELECT count(*) FROM products") == [(totals(vendure_shop, "productVariants"),)]
    assert ask("SELECT count(*) FROM customers") == [(totals(vendure_shop, "customers"),)]
    placed = totals(vendure_shop, "orders", filter={"orderPlacedAt": {"isNull": False}})
    assert ask("SELECT count(*) FROM orders") == [(placed,)]
    assert ask("SELECT count(*) FROM baskets") == [(totals(vendure_shop, "orders") - placed,)]
    (person,) = ask("SELECT name, phone, personal_suggestions FROM customers WHERE email = 'bo@example.org'")
    assert person == ("Bo Lund", "+447700900123", 1)


def test_a_product_comes_with_its_price_its_place_in_the_tree_and_its_stock(
    vendure_shop: vendure.Shop, sync: Callable[..., dict[str, int]], home: Home
) -> None:
    variant = vendure_shop.variant("L2201308")
    vendure_shop.ask(
        "mutation ($i: [UpdateProductVariantInput!]!) { updateProductVariants(input: $i) { id } }",
        i=[{"id": variant, "customFields": {"barcode": "4006381333931", "unitCost": 90_000}}],
    )
    told = vendure_shop.ask(
        "query ($id: ID!) { productVariant(id: $id) "
        "{ priceWithTax stockLevels { stockOnHand stockAllocated } } }",
        id=variant,
    )
    sync()
    with contextlib.closing(open_home(home)) as connection:
        product = mirror_of.by_code(connection, "4006381333931")
        assert product is not None
        assert product.product_id == variant
        assert product.price == told["priceWithTax"] * 100
        assert product.cost == 9_000_000
        assert product.category == "Electronics/Computers"
        (level,) = told["stockLevels"]
        stock = mirror_of.stock(connection, [variant], None)[variant]
        assert stock.quantity == level["stockOnHand"] - level["stockAllocated"]
        assert product in search.find(connection, "laptop 13").products


def test_stock_that_a_sale_takes_follows_though_the_variants_time_stands_still(
    vendure_shop: vendure.Shop,
    sync: Callable[..., dict[str, int]],
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variant = vendure_shop.variant("L2201508")
    question = "SELECT sum(quantity) FROM stock WHERE product_id = ?"
    sync()
    ((before,),) = ask(question, variant)
    monkeypatch.setattr(pull, "OVERLAP", timedelta())
    sync()
    shopper = vendure_shop.shopper()
    shopper.takes(variant, 3)
    shopper.pays("stock@example.org")
    sync()
    assert ask(question, variant) == [(before - 3,)]


def test_where_more_was_sold_than_can_be_named_all_is_read(
    vendure_shop: vendure.Shop,
    sync: Callable[..., dict[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sync()
    monkeypatch.setattr(vendure_connector, "_SOLD_AT_MOST", 0)
    shopper = vendure_shop.shopper()
    shopper.takes(vendure_shop.variant("L2201508"))
    shopper.pays("many@example.org")
    assert sync()["products"] == totals(vendure_shop, "productVariants")


def test_another_name_of_a_category_comes_with_the_days_whole_look(
    vendure_shop: vendure.Shop, sync: Callable[..., dict[str, int]], ask: Ask, home: Home
) -> None:
    """It moves no variant's time."""
    sync()
    count = "SELECT count(*) FROM products WHERE category LIKE ?"
    ((computers,),) = ask(count, "%/Computers")
    facets = vendure_shop.ask("{ facets { items { code values { id name } } } }")["items"]
    (one,) = (v for facet in facets for v in facet["values"] if v["name"].casefold() == "computers")
    renamed = [{"id": one["id"], "translations": [{"languageCode": "en", "name": "Reckoners"}]}]
    vendure_shop.ask(
        "mutation ($i: [UpdateFacetValueInput!]!) { updateFacetValues(input: $i) { id } }", i=renamed
    )
    yesterday = stamp(datetime.now(UTC) - timedelta(days=1))
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        arrivals.remember(catalog, "products.whole", str(yesterday))
    sync()
    assert computers > 0
    assert ask(count, "%/Reckoners") == [(computers,)]


def test_a_basket_is_open_until_it_is_paid_and_then_an_order(
    vendure_shop: vendure.Shop, sync: Callable[..., dict[str, int]], ask: Ask
) -> None:
    """An order's time of change stands still when it is paid: asked by that alone it would stay open."""
    sync()
    shopper = vendure_shop.shopper()
    variant = vendure_shop.variant("L2201316")
    code = shopper.takes(variant, 2)
    sync(often=True)
    assert ask("SELECT product_id, quantity FROM basket_lines WHERE basket_id = ?", code) == [(variant, 2)]
    shopper.pays("paid@example.org")
    sync(often=True)
    assert ask("SELECT * FROM baskets WHERE basket_id = ?", code) == []
    assert ask("SELECT basket_id FROM orders WHERE order_id = ?", code) == [(code,)]
    assert ask(
        "SELECT product_id, quantity, returned_quantity FROM order_lines WHERE order_id = ?", code
    ) == [(variant, 2, 0)]


def test_a_basket_paid_while_nobody_looked_leaves_the_open_ones(
    vendure_shop: vendure.Shop, sync: Callable[..., dict[str, int]], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopper = vendure_shop.shopper()
    code = shopper.takes(vendure_shop.variant("L2201516"))
    sync()
    assert ask("SELECT 1 FROM baskets WHERE basket_id = ?", code) == [(1,)]
    shopper.pays("later@example.org")
    # As after a week: neither time lies within what is asked for, only the basket itself is known.
    monkeypatch.setattr(pull, "OVERLAP", timedelta(days=-1))
    sync(often=True)
    assert ask("SELECT 1 FROM baskets WHERE basket_id = ?", code) == []
    assert ask("SELECT 1 FROM orders WHERE order_id = ?", code) == [(1,)]


def test_what_is_refunded_came_back(
    vendure_shop: vendure.Shop, sync: Callable[..., dict[str, int]], ask: Ask
) -> None:
    shopper = vendure_shop.shopper()
    variant = vendure_shop.variant("L2201508")
    code = shopper.takes(variant, 3)
    shopper.pays("back@example.org")
    sync()
    (order,) = vendure_shop.ask(
        "query ($o: OrderListOptions) { orders(options: $o) { items { id lines { id } payments { id } } } }",
        o={"filter": {"code": {"eq": code}}},
    )["items"]
    back = [{"orderLineId": order["lines"][0]["id"], "quantity": 1}]
    cancelled = vendure_shop.ask(
        "mutation ($i: CancelOrderInput!) { cancelOrder(input: $i) { __typename } }",
        i={"orderId": order["id"], "lines": back, "reason": "did not like it"},
    )
    assert cancelled["__typename"] == "Order"
    sync()
    assert ask("SELECT quantity, returned_quantity FROM order_lines WHERE order_id = ?", code) == [(3, 1)]


def test_what_is_refunded_long_after_it_was_sold_came_back_too(
    vendure_shop: vendure.Shop,
    sync: Callable[..., dict[str, int]],
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A refund moves no time of its order: neither when it changed nor when it was placed."""
    shopper = vendure_shop.shopper()
    code = shopper.takes(vendure_shop.variant("L2201508"), 2)
    shopper.pays("late@example.org")
    sync()
    (order,) = vendure_shop.ask(
        "query ($o: OrderListOptions) { orders(options: $o) { items { id lines { id } payments { id } } } }",
        o={"filter": {"code": {"eq": code}}},
    )["items"]
    monkeypatch.setattr(pull, "OVERLAP", timedelta())
    sync()
    refund = vendure_shop.ask(
        "mutation ($i: RefundOrderInput!) { refundOrder(input: $i) { __typename } }",
        i={
            "lines": [{"orderLineId": order["lines"][0]["id"], "quantity": 1}],
            "shipping": 0, "adjustment": 0, "reason": "broken", "paymentId": order["payments"][0]["id"],
        },
    )  # fmt: skip
    assert refund["__typename"] == "Refund"
    sync()
    assert ask("SELECT quantity, returned_quantity FROM order_lines WHERE order_id = ?", code) == [(2, 1)]


def test_what_vanishes_from_the_shop_goes_and_a_customer_without_a_trace(
    vendure_shop: vendure.Shop, sync: Callable[..., dict[str, int]], ask: Ask, home: Home
) -> None:
    gone = vendure_shop.customer("Cy", "Gone", "cy@example.org")
    sync()
    with contextlib.closing(open_home(home)) as log:
        log.execute(
            "INSERT INTO visits "
            "(visit_id, sequence, associate_id, customer_id, touchpoint, started_at, note) "
            "VALUES ('V', 900, '1', ?, 'counter', 1, 'likes tea')",
            (gone,),
        )
    vendure_shop.ask("mutation ($id: ID!) { deleteCustomer(id: $id) { result } }", id=gone)
    sync()
    assert ask("SELECT * FROM customers WHERE customer_id = ?", gone) == []
    with contextlib.closing(open_home(home)) as log:
        assert log.execute("SELECT customer_id, note FROM visits").fetchall() == [(None, None)]


def test_many_gone_at_once_are_believed_the_second_time(
    sync: Callable[..., dict[str, int]], ask: Ask, connector: Vendure, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync()
    (before,) = ask("SELECT count(*) FROM products WHERE NOT derived")
    ids = connector.ids
    monkeypatch.setattr(
        connector, "ids", lambda entity, after: ((), None) if entity == "products" else ids(entity, after)
    )
    sync()
    assert ask("SELECT count(*) FROM products WHERE NOT derived") == [before]
    sync()
    assert ask("SELECT count(*) FROM products WHERE NOT derived") == [(0,)]


def test_a_first_load_that_breaks_off_goes_on_where_it_stopped(
    home: Home, connector: Vendure, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.shop.vendure._PRODUCTS", 40)
    page, asked = connector.page, []

    def breaking(entity, since, after):  # type: ignore[no-untyped-def]
        asked.append((entity, after))
        if len([1 for e, _ in asked if e == "products"]) == 3:
            raise KeyboardInterrupt
        return page(entity, since, after)

    monkeypatch.setattr(connector, "page", breaking)
    with pytest.raises(KeyboardInterrupt):
        Pull(home, connector).run(quiet)
    ((there,),) = ask("SELECT count(*) FROM products")
    assert there >= 40
    asked.clear()
    Pull(home, connector).run(quiet)
    assert asked[0][0] == "stores"
    first = next(after for entity, after in asked if entity == "products")
    assert first is not None
    ((whole,),) = ask("SELECT count(*) FROM products WHERE NOT derived")
    assert whole > there


def test_a_line_is_brought_to_a_number_once_however_often_it_is_asked(
    vendure_shop: vendure.Shop, connector: Vendure
) -> None:
    shopper = vendure_shop.shopper()
    laptop, mouse = vendure_shop.variant("L2201308"), vendure_shop.variant("L2201508")
    code = shopper.takes(laptop)
    for _ in range(2):
        assert connector.put_line(code, mouse, 1).there == 1
        assert shopper.sees() == {laptop: 1, mouse: 1}
    assert connector.put_line(code, mouse, 2).there == 2
    assert connector.put_line(code, mouse, 0).why is None
    assert shopper.sees() == {laptop: 1}


def test_too_little_in_stock_is_told_as_it_is(vendure_shop: vendure.Shop, connector: Vendure) -> None:
    shopper = vendure_shop.shopper()
    code = shopper.takes(vendure_shop.variant("L2201316"))
    variant = vendure_shop.variant("L2201516")
    put = connector.put_line(code, variant, 500)
    assert 0 < put.there < 500
    assert put.why
    assert shopper.sees()[variant] == put.there


def test_a_basket_that_is_being_paid_is_left_alone(vendure_shop: vendure.Shop, connector: Vendure) -> None:
    shopper = vendure_shop.shopper()
    laptop = vendure_shop.variant("L2201316")
    code = shopper.takes(laptop)
    shopper.goes_to_pay("stands@example.org")
    put = connector.put_line(code, vendure_shop.variant("L2201308"), 1)
    assert put.there == 0
    assert put.why == "The basket is being paid or was paid; it cannot be changed any more."
    assert connector.put_line("NOT-THERE", laptop, 1).why == "The basket is no longer there."


def test_connect_and_sync_by_the_front_door(
    vendure_shop: vendure.Shop, home: Home, ask: Ask, call: Callable[..., tuple[int, str]]
) -> None:
    words = ("connect", "vendure", vendure_shop.url, "--user", vendure_shop.user, "--password-stdin")
    status, printed = call(*words, said="guess\n")
    assert status == 1
    assert "does not accept the name or the password" in printed
    status, printed = call(*words, said=f"{vendure_shop.password}\n")
    assert status == 0, printed
    assert vendure_shop.password not in printed
    status, printed = call("connect", "--check")
    assert f"products: {totals(vendure_shop, 'productVariants')}" in printed
    status, printed = call("sync", "--progress", "none")
    assert status == 0, printed
    assert ask("SELECT count(*) FROM products WHERE NOT derived") == [
        (totals(vendure_shop, "productVariants"),)
    ]
    with contextlib.closing(open_home(home)) as log:
        assert secrets.read(home, log, live.SECRET) == vendure_shop.password
        assert vendure_shop.password not in str(log.execute("SELECT * FROM preferences").fetchall())


READING = ("ReadCatalog", "ReadCustomer", "ReadAdministrator", "ReadStockLocation")


def person_who_may(shop: vendure.Shop, name: str, *may: str) -> Login:
    """Somebody new at the shop, with these permissions."""
    role = shop.ask(
        "mutation ($i: CreateRoleInput!) { createRole(input: $i) { id } }",
        i={"code": name, "description": name, "permissions": list(may), "channelIds": ["1"]},
    )
    person = {
        "firstName": name,
        "lastName": "Look",
        "emailAddress": f"{name}@example.org",
        "password": "look-look",
    }
    shop.ask(
        "mutation ($i: CreateAdministratorInput!) { createAdministrator(input: $i) { id } }",
        i=person | {"roleIds": [role["id"]]},
    )
    return Login(user=person["emailAddress"], password=person["password"])


def test_a_permission_that_is_taken_away_later_is_named(vendure_shop: vendure.Shop, home: Home) -> None:
    """As at connecting: a sync says which one it misses, and an add-on that may not be put in."""
    pat = Vendure(vendure_shop.url, person_who_may(vendure_shop, "pat", *READING))
    kim = Vendure(vendure_shop.url, person_who_may(vendure_shop, "kim", *READING, "ReadOrder"))
    code = vendure_shop.shopper().takes(vendure_shop.variant("L2201308"))
    with contextlib.closing(pat), pytest.raises(ShopError, match="it needs the permission ReadOrder"):
        Pull(home, pat).run(quiet)
    with contextlib.closing(kim), pytest.raises(ShopError, match="it needs the permission UpdateOrder"):
        kim.put_line(code, vendure_shop.variant("L2201508"), 1)


def test_a_person_who_may_not_read_orders_is_told_which_permission_that_takes(
    vendure_shop: vendure.Shop, home: Home, call: Callable[..., tuple[int, str]]
) -> None:
    person_who_may(vendure_shop, "li", *READING)
    words = ("connect", "vendure", vendure_shop.url, "--user", "li@example.org", "--password-stdin")
    status, printed = call(*words, said="look-look\n")
    assert status == 1
    assert "needs the permission ReadOrder" in printed
    assert live.kind_of(home) == ""


def test_a_key_that_the_shop_does_not_know_is_told_as_that(vendure_shop: vendure.Shop) -> None:
    stranger = Vendure(vendure_shop.url, Login(key="nonsense"))
    with contextlib.closing(stranger), pytest.raises(ShopError, match="does not accept the key"):
        stranger.check()


def test_a_field_that_is_not_wanted_is_left_out(vendure_shop: vendure.Shop) -> None:
    login = Login(user=vendure_shop.user, password=vendure_shop.password)
    with contextlib.closing(Vendure(vendure_shop.url, login, Fields(cost=""))) as shop:
        assert {check.name: check.found for check in shop.check()}["costs"] == "left out"


def test_a_field_that_cannot_be_one_is_refused(vendure_shop: vendure.Shop) -> None:
    with pytest.raises(Exception, match="cannot be the name of a custom field"):
        Vendure(vendure_shop.url, Login(key="k"), Fields(barcode="x } }"))
