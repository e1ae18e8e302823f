"""An Odoo database, read: what it has arrives, what changes follows, what vanishes goes."""

from __future__ import annotations

import datetime

import pytest

from tests.shop.conftest import Ask
from tests.shop.live.fakes.odoo import Database
from tests.shop.live.odoo.conftest import Sync


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
