"""An Odoo database, synced and written to, played by a server that answers as its documentation says."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator

import pytest

from assistant.errors import ShopError
from assistant.shop import calling, live, odoo_api, pull
from assistant.shop.calling import DeclinedError, RefusedError
from assistant.shop.odoo import Odoo
from assistant.shop.pull import Pull
from assistant.shop.push import push
from assistant.store import basket_writes, preferences, secrets, visits
from assistant.store.database import Home, open_home, transaction
from tests.shop.conftest import Ask
from tests.shop.live.fakes.odoo import Database
from tests.shop.live.test_push import accept, offer

Sync = Callable[..., dict[str, int]]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once, and nothing waits because it was looked at a moment ago."""
    monkeypatch.setattr(calling.tenacity.nap.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(pull, "EVERY", dict.fromkeys(pull.EVERY, datetime.timedelta()))


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


@pytest.fixture
def connector(database: Database) -> Iterator[Odoo]:
    made = Odoo(database.url, database.key, country="GB")
    yield made
    made.close()


@pytest.fixture
def sync(home: Home, connector: Odoo) -> Sync:
    """Sync once; what was loaded."""
    puller = Pull(home, connector)
    return lambda often=False: puller.run(lambda *_: None, due_only=often).loaded


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("odoo_goods", "odoo_sales", "odoo"):
        monkeypatch.setattr(f"assistant.shop.{name}.PAGE", 10)
    monkeypatch.setattr(odoo_api, "_SOME", 7)


def test_the_first_load_equals_the_shops_own_totals(
    database: Database, sync: Sync, ask: Ask, small_pages: None
) -> None:
    """Many pages of everything, of both kinds of sale."""
    goods = [database.product(f"Lamp {n}") for n in range(35)]
    for n in range(33):
        database.contact(f"Cy No{n}")
        database.order((goods[n], 1), (goods[0], 2), state="sale")
        database.till_order((goods[n], 1), state="paid", number=f"Order {n:03}")
    for _ in range(4):
        database.order((goods[0], 1))
    database.till_order((goods[1], 1))
    loaded = sync()
    assert ask("SELECT count(*) FROM products WHERE NOT derived") == [(35,)]
    assert ask("SELECT count(*) FROM customers WHERE NOT derived") == [(33,)]
    assert ask("SELECT count(*) FROM orders") == [(66,)]
    assert ask("SELECT count(*) FROM order_lines") == [(99,)]
    assert ask("SELECT count(*) FROM baskets") == [(5,)]
    assert (loaded["products"], loaded["orders"]) == (35, 66)


def test_a_variant_comes_with_what_its_template_and_its_shelves_say(
    database: Database, sync: Sync, ask: Ask
) -> None:
    colour = database.add("product.attribute", name="Colour")
    red, blue = (
        database.add("product.template.attribute.value", name=n, attribute_id=colour) for n in ("Red", "Blue")
    )
    lamp, other = database.variants("Lamp", 49.9, [[red], [blue]], standard_price=20.5)
    database.change("product.product", lamp, default_code="L-1", barcode="4006381333931")
    database.put_on_shelf(lamp, 7, reserved=2)
    database.add(
        "stock.quant", product_id=lamp, location_id=database.customers_place, quantity=90, reserved_quantity=0
    )
    sync()
    found = ask(
        "SELECT sku, name, category, price, cost, currency, attributes FROM products WHERE product_id = ?",
        str(lamp),
    )
    assert found == [
        ("L-1", "Lamp (Red)", "Goods/Lamps", 499_000, 205_000, "GBP", '{"Colour": "Red"}')
    ]  # fmt: skip
    assert ask("SELECT product_id FROM barcodes WHERE barcode = '4006381333931'") == [(str(lamp),)]
    place = str(database.warehouse)
    assert ask("SELECT store_id, quantity FROM stock WHERE product_id = ?", str(lamp)) == [(place, 5)]
    assert ask("SELECT store_id, quantity FROM stock WHERE product_id = ?", str(other)) == [(place, 0)]
    assert ask("SELECT store_id, name FROM stores") == [(place, "High Street")]
    assert ask("SELECT sku FROM products WHERE product_id = ?", str(other)) == [(str(other),)]  # not "False"


def test_optional_products_go_with_a_product(database: Database, sync: Sync, ask: Ask) -> None:
    lamp, bulb, shade = (database.product(name) for name in ("Lamp", "Bulb", "Shade"))
    database.change(
        "product.template", database.template(lamp),
        optional_product_ids=[database.template(bulb)], pos_optional_product_ids=[database.template(shade)],
    )  # fmt: skip
    sync()
    assert ask("SELECT product_id, linked_id, kind FROM links ORDER BY linked_id") == [
        (str(lamp), str(bulb), "accessory"), (str(lamp), str(shade), "accessory")
    ]  # fmt: skip
    database.change("product.template", database.template(lamp), optional_product_ids=[])
    sync(often=True)
    assert ask("SELECT linked_id FROM links") == [(str(shade),)]


def test_people_come_with_what_they_want_to_hear(database: Database, sync: Sync, ask: Ask) -> None:
    vip = database.add("res.partner.category", name="VIP")
    database.contact("Bo Lund", "Bo@example.org", "07700 900123", category_id=[vip])
    cy = database.contact("Cy Hush", "cy@example.org")
    database.contact("Bo's other door", type="delivery")
    database.age()
    sync()
    question = "SELECT name, email, phone, tier, personal_suggestions, contact FROM customers ORDER BY name"
    assert ask(question) == [
        ("Bo Lund", "Bo@example.org", "+447700900123", "VIP", None, None),
        ("Cy Hush", "cy@example.org", None, None, None, None),
    ]
    database.rows["res.partner"][cy]["is_blacklisted"] = True  # which moves no contact's time
    database.add("mail.blacklist", email="cy@example.org", active=True)
    sync(often=True)
    assert [row[-1] for row in ask(question)] == [None, 0]


def test_contacts_that_were_merged_are_one_with_the_purchases_of_both(
    database: Database, sync: Sync, ask: Ask
) -> None:
    """The orders are handed over in the database itself, which moves no order's time."""
    lamp, bo, bo_again = database.product("Lamp"), database.contact("Bo Lund"), database.contact("B. Lund")
    order = database.order((lamp, 1), state="sale", partner=bo_again)
    receipt = database.till_order((lamp, 1), state="paid", number="A")
    database.rows["pos.order"][receipt]["partner_id"] = bo_again
    database.age()
    sync()
    for model, one in (("sale.order", database.id_of(order)), ("pos.order", receipt)):
        database.rows[model][one]["partner_id"] = bo
    del database.rows["res.partner"][bo_again]
    database.change("res.partner", bo, phone="07700 900123")
    sync()
    assert ask("SELECT customer_id, name FROM customers") == [(str(bo), "Bo Lund")]
    assert ask("SELECT customer_id FROM orders") == [(str(bo),), (str(bo),)]


def test_who_sells_are_users_and_employees_that_are_none(database: Database, sync: Sync, ask: Ask) -> None:
    """A till names an employee, an order a user: one person is one associate."""
    sam_too = database.add("hr.employee", name="Sam Till", user_id=database.sam, active=True)
    kim = database.add("hr.employee", name="Kim Saturday", user_id=False, active=True)
    database.add("res.users", name="A customer with a login", share=True, active=True)
    lamp = database.product("Lamp")
    database.till_order((lamp, 1), state="paid", number="A", employee_id=sam_too)
    database.till_order((lamp, 1), state="paid", number="B", employee_id=kim)
    database.order((lamp, 1), state="sale")
    sync()
    sam = str(database.sam)
    assert ask("SELECT associate_id, name FROM associates ORDER BY name") == [
        (f"employee {kim}", "Kim Saturday"), (sam, "Sam Till")
    ]  # fmt: skip
    assert ask("SELECT associate_id FROM orders ORDER BY order_id") == [(sam,), (f"employee {kim}",), (sam,)]


def test_employees_that_may_not_be_read_are_read_as_everybody_may(
    database: Database, sync: Sync, ask: Ask
) -> None:
    database.add("hr.employee", name="Kim Saturday", user_id=False, active=True)
    database.lacks.add("hr.employee")
    sync()
    assert ("Kim Saturday",) in ask("SELECT name FROM associates")


def test_what_changes_follows_by_each_ones_own_time(database: Database, sync: Sync, ask: Ask) -> None:
    """A template's name, goods that moved, a line written by itself."""
    lamp, bulb, shade = (database.product(name) for name in ("Lamp", "Bulb", "Shade"))
    database.put_on_shelf(bulb, 5)
    order = database.order((lamp, 1))
    still = database.product("Still")
    database.age()
    sync()
    database.change("product.template", database.template(lamp), name="Lantern")
    database.put_on_shelf(bulb, 0)
    database.change("product.product", shade, barcode="123")
    (line,) = database.rows["sale.order.line"]
    database.change("sale.order.line", line, product_uom_qty=4)
    database.contact("Di New")
    database.rows["product.product"][still]["barcode"] = "999"  # as if nobody had noticed
    sync(often=True)
    assert ask("SELECT name FROM products WHERE product_id = ?", str(lamp)) == [("Lantern",)]
    assert ask("SELECT quantity FROM stock WHERE product_id = ?", str(bulb)) == [(0,)]
    assert ask("SELECT barcode FROM barcodes") == [("123",)]
    assert ask("SELECT quantity FROM basket_lines WHERE basket_id = ?", order) == [(4,)]
    assert ask("SELECT name FROM customers WHERE NOT derived") == [("Di New",)]


def test_what_changed_in_the_second_of_the_last_look_is_not_missed(
    database: Database, sync: Sync, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times are told in whole seconds, and a filter is strict: looking a little back covers both."""
    lamp = database.product("Lamp")
    database.age()
    sync()
    began = datetime.datetime.now(datetime.UTC).replace(microsecond=0) - datetime.timedelta(seconds=1)
    database.rows["product.product"][lamp] |= {"barcode": "123", "write_date": began}
    sync(often=True)
    assert ask("SELECT barcode FROM barcodes") == [("123",)]


def test_a_quotation_is_open_until_it_is_confirmed(database: Database, sync: Sync, ask: Ask) -> None:
    lamp, bo = database.product("Lamp", 12.0), database.contact("Bo Lund")
    sync()
    order = database.order((lamp, 2), partner=bo)
    line = max(database.rows["sale.order.line"])
    database.change("sale.order.line", line, discount=25.0)
    sync(often=True)
    assert ask("SELECT basket_id, customer_id, associate_id, store_id, currency FROM baskets") == [
        (order, str(bo), str(database.sam), str(database.warehouse), "GBP")
    ]
    assert ask("SELECT product_id, quantity, unit_price, discount FROM basket_lines") == [
        (str(lamp), 2, 120_000, 60_000)
    ]
    database.change("sale.order", database.id_of(order), state="sale")
    sync(often=True)
    assert ask("SELECT * FROM baskets") == []
    assert ask("SELECT order_id, basket_id FROM orders") == [(order, order)]


def test_an_order_at_a_till_gets_its_number_late(database: Database, sync: Sync, ask: Ask) -> None:
    lamp = database.product("Lamp")
    sync()
    one = database.till_order((lamp, 1))
    sync(often=True)
    assert ask("SELECT basket_id FROM baskets") == [(f"pos.order,{one}",)]
    database.change("pos.order", one, state="paid", pos_reference="Order 00001-001-0001")
    sync(often=True)
    assert ask("SELECT * FROM baskets") == []
    assert ask("SELECT order_id, store_id FROM orders") == [("Order 00001-001-0001", str(database.warehouse))]


def test_a_cancelled_quotation_and_one_that_vanished_leave_the_open_ones(
    database: Database, sync: Sync, ask: Ask
) -> None:
    lamp = database.product("Lamp")
    one, other = database.order((lamp, 1)), database.order((lamp, 1))
    sync()
    database.change("sale.order", database.id_of(one), state="cancel")
    del database.rows["sale.order"][database.id_of(other)]
    sync(often=True)
    assert ask("SELECT * FROM baskets") == []


def test_what_is_taken_back_at_a_till_came_back(database: Database, sync: Sync, ask: Ask) -> None:
    """The first order's time stands still; what is taken back and what is bought instead are one order."""
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    first = database.till_order((lamp, 3), state="paid", number="A")
    database.age()
    sync()
    database.till_order((lamp, -1), (bulb, 1), state="paid", of=first, number="B")
    database.till_order((lamp, -1), state="draft", of=first, number="C")
    sync(often=True)
    question = "SELECT order_id, product_id, quantity, returned_quantity FROM order_lines ORDER BY order_id"
    assert ask(question) == [("A", str(lamp), 3, 1), ("B", str(bulb), 1, 0)]
    assert ask("SELECT * FROM baskets") == []


def test_what_is_credited_of_an_order_came_back(database: Database, sync: Sync, ask: Ask) -> None:
    order = database.order((database.product("Lamp"), 3), state="sale")
    database.age()
    sync()
    database.credit(order, 2)
    sync(often=True)
    assert ask("SELECT quantity, returned_quantity FROM order_lines") == [(3, 2)]


def test_what_vanishes_goes_and_what_is_archived_is_no_longer_sold(
    database: Database, sync: Sync, ask: Ask
) -> None:
    lamp, bulb, bo = database.product("Lamp"), database.product("Bulb"), database.contact("Bo Lund")
    sync()
    del database.rows["product.product"][lamp], database.rows["res.partner"][bo]
    database.change("product.product", bulb, active=False)
    sync()
    assert ask("SELECT product_id, active FROM products") == [(str(bulb), 0)]
    assert ask("SELECT * FROM customers") == []


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ("point_of_sale", "orders at the tills"),
        ("hr", "employees"),
        ("stock", "stock"),
        ("account", "credit notes"),
    ],
)
def test_an_app_that_is_not_installed_is_named_and_left_out(
    database: Database, connector: Odoo, sync: Sync, ask: Ask, app: str, said: str
) -> None:
    database.installed.discard(app)
    if app == "stock":
        database.installed.discard("point_of_sale")
    lamp = database.product("Lamp")
    database.order((lamp, 2))
    database.order((lamp, 1), state="sale")
    found = {check.name: check for check in connector.check()}
    assert "is not installed" in found[said].found
    assert [check.problem for check in found.values() if check.problem] == []
    sync()
    sync(often=True)
    assert ask("SELECT (SELECT count(*) FROM baskets), (SELECT count(*) FROM orders)") == [(1, 1)]


def test_tills_alone_are_a_shop(database: Database, connector: Odoo, sync: Sync, ask: Ask) -> None:
    database.installed.discard("sale")
    database.till_order((database.product("Lamp"), 2))
    checks = connector.check()
    assert [check.problem for check in checks if check.problem] == []
    assert not connector.can.write_line
    sync()
    assert ask("SELECT count(*) FROM baskets") == [(1,)]
    database.installed.discard("point_of_sale")
    nothing = Odoo(database.url, database.key)
    assert "neither the app Sales nor Point of Sale" in str([c.problem for c in nothing.check()])
    nothing.close()


def test_what_the_keys_user_may_not_is_named(database: Database, connector: Odoo) -> None:
    database.lacks |= {"pos.order", "mail.blacklist"}
    found = {check.name: check for check in connector.check()}
    assert "give them Point of Sale: User" in (found["orders at the tills"].problem or "")
    assert found["who wants no e-mail"].problem is None
    assert "left out" in found["who wants no e-mail"].found


def test_a_key_that_may_not_write_leaves_add_ons_to_the_till(database: Database, connector: Odoo) -> None:
    lamp = database.product("Lamp")
    order = database.order((lamp, 1))
    database.lacks.add("write:sale.order")
    found = {check.name: check for check in connector.check()}
    assert "at the till" in found["add-ons into quotations"].found
    assert not connector.can.write_line
    with pytest.raises(DeclinedError, match="may not change quotations"):
        connector.put_line(order, str(lamp), 2)


def test_a_line_is_brought_to_a_number_once_however_often_it_is_asked(
    database: Database, connector: Odoo
) -> None:
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    order = database.order((lamp, 1))
    for _ in range(2):
        assert connector.put_line(order, str(bulb), 1).there == 1
        assert database.lies_in(order) == {lamp: 1, bulb: 1}
    assert connector.put_line(order, str(bulb), 3).why is None
    assert database.lies_in(order) == {lamp: 1, bulb: 3}
    assert connector.put_line(order, str(bulb), 0).why is None
    assert database.lies_in(order) == {lamp: 1}


def test_a_request_that_the_network_sends_twice_is_put_right(database: Database, connector: Odoo) -> None:
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    order = database.order((lamp, 1))
    connector.quantity(order, str(bulb))
    database.trouble = ["fine", "fine", "twice"]
    assert connector.put_line(order, str(bulb), 1).there == 1
    assert database.lies_in(order) == {lamp: 1, bulb: 1}


def test_a_basket_that_takes_no_lines_says_why(database: Database, connector: Odoo) -> None:
    lamp = database.product("Lamp")
    database.till_order((lamp, 1), number="Order 1")
    for basket, sentence in (
        (database.order((lamp, 1), state="sale"), "it cannot be changed any more"),
        (database.order((lamp, 1), state="cancel"), "no longer there"),
        ("S99999", "no longer there"),
        ("Order 1", "a till's own"),
    ):
        assert sentence in (connector.put_line(basket, str(lamp), 2).why or "")
        with pytest.raises(DeclinedError, match=sentence):
            connector.quantity(basket, str(lamp))


@pytest.fixture
def counter(home: Home, database: Database, sync: Sync) -> tuple[str, int, str, str]:
    """A quotation, and an add-on shown for it and accepted: order, add-on, visit, suggestion."""
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    order = database.order((lamp, 1))
    sync()
    with contextlib.closing(open_home(home)) as log:
        with transaction(log):
            preferences.put(log, "shop.writes", True)
        visit, (suggestion,) = offer(log, order, str(bulb))
        accept(log, suggestion)
    return order, bulb, visit, suggestion


def test_an_accepted_add_on_is_in_the_quotation_once_and_out_again_when_undone(
    counter: tuple[str, int, str, str], home: Home, database: Database, connector: Odoo
) -> None:
    order, bulb, _, suggestion = counter
    assert push(home, connector).written == 1
    assert push(home, connector).written == 0
    assert database.lies_in(order)[bulb] == 1
    with contextlib.closing(open_home(home)) as log:
        visits.undo(log, suggestion, associate_id="1")
    assert push(home, connector).written == 1
    assert bulb not in database.lies_in(order)


def test_an_answer_that_got_lost_adds_nothing_twice(
    counter: tuple[str, int, str, str], home: Home, database: Database, connector: Odoo
) -> None:
    order, bulb, visit, suggestion = counter
    connector.quantity(order, str(bulb))
    database.trouble = ["fine"] * 4 + ["lost"]
    assert push(home, connector).waiting == 1
    assert database.lies_in(order)[bulb] == 1
    assert push(home, connector).written == 1
    assert database.lies_in(order)[bulb] == 1
    with contextlib.closing(open_home(home)) as log:
        assert basket_writes.of_visit(log, visit)[suggestion].state == "written"


def test_a_product_the_shop_no_longer_has_is_set_aside(
    counter: tuple[str, int, str, str], home: Home, database: Database, connector: Odoo
) -> None:
    _, bulb, visit, suggestion = counter
    del database.rows["product.product"][bulb]
    assert push(home, connector).refused == 1
    with contextlib.closing(open_home(home)) as log:
        assert "has been deleted" in (basket_writes.of_visit(log, visit)[suggestion].why or "")


def test_a_server_that_asks_to_wait_is_asked_again(database: Database, sync: Sync, ask: Ask) -> None:
    database.product("Lamp")
    database.trouble = ["busy", "fine", "busy", "busy"]
    sync()
    assert ask("SELECT name FROM products") == [("Lamp",)]


def test_a_wrong_key_is_told_with_what_may_have_become_of_it(database: Database) -> None:
    with (
        contextlib.closing(Odoo(database.url, "guess")) as wrong,
        pytest.raises(RefusedError, match="end after three months") as told,
    ):
        wrong.check()
    assert "guess" not in str(told.value)


def test_one_of_several_databases_is_named(database: Database) -> None:
    database.database = "corner"
    with contextlib.closing(Odoo(database.url, database.key)) as unnamed, pytest.raises(ShopError):
        unnamed.check()
    with contextlib.closing(Odoo(f"{database.url}/odoo", database.key, database="corner")) as named:
        assert named.check()[0].found == "Corner Shop"


def test_connect_and_sync_by_the_front_door(
    database: Database, home: Home, ask: Ask, call: Callable[..., tuple[int, str]]
) -> None:
    database.product("Lamp")
    database.database = "corner"
    words = ("connect", "odoo", database.url, "--database", "corner", "--key-stdin")
    status, printed = call(*words, said="guess\n")
    assert (status, "does not accept the key" in printed) == (1, True)
    assert live.kind_of(home) == ""
    status, printed = call(*words, said=f"{database.key}\n")
    assert status == 0, printed
    assert "shop: Corner Shop\ncurrency: GBP\n" in printed
    assert database.key not in printed
    status, printed = call("connect", "--check")
    assert "products: 1" in printed
    status, printed = call("sync", "--progress", "none")
    assert status == 0, printed
    assert ask("SELECT name FROM products") == [("Lamp",)]
    with contextlib.closing(open_home(home)) as log:
        assert secrets.read(home, log, live.SECRET) == database.key
        assert database.key not in str(log.execute("SELECT * FROM preferences").fetchall())


def test_a_missing_right_connects_nothing(
    database: Database, home: Home, call: Callable[..., tuple[int, str]]
) -> None:
    database.lacks.add("sale.order")
    status, printed = call("connect", "odoo", database.url, "--key-stdin", said=f"{database.key}\n")
    assert (status, "give them Sales: User: All Documents" in printed) == (1, True)
    assert live.kind_of(home) == ""


def test_help_says_where_the_key_is_made(call: Callable[..., tuple[int, str]]) -> None:
    for kind, where in (("odoo", "New API Key"), ("woocommerce", "REST API, Add key")):
        status, printed = call("connect", kind, "--help")
        assert (status, where in " ".join(printed.split())) == (0, True)
