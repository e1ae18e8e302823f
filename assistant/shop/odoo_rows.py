"""Odoo's rows as the things a shop tells: products, people, who sells, and the two kinds of sale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from assistant.shop.odoo_api import Row, link, name, text, time
from assistant.shop.phones import phone_number
from assistant.store.things import Colleague, Goods, Item, Person, Place, Sale, State

GOODS = (
    *("name", "display_name", "default_code", "barcode", "lst_price", "standard_price", "currency_id"),
    *("categ_id", "active", "sale_ok", "is_storable", "product_tmpl_id"),
    "product_template_attribute_value_ids",
)
PERSON = (
    *("name", "email", "phone", "mobile", "create_date", "category_id", "country_code"),
    *("is_blacklisted", "active"),
)
SALE = (
    *("name", "state", "date_order", "write_date", "partner_id", "user_id", "warehouse_id", "currency_id"),
)
SALE_LINE = ("order_id", "product_id", "product_uom_qty", "price_unit", "discount")
TILL = (
    *("name", "pos_reference", "state", "date_order", "write_date", "partner_id", "user_id", "employee_id"),
    *("config_id", "currency_id", "refunded_order_id"),
)
TILL_LINE = ("order_id", "product_id", "qty", "price_unit", "discount", "refunded_orderline_id")

_UNIT = 10_000  # of our money
_SALES: Mapping[str, State] = {"draft": "open", "sent": "open", "sale": "sold", "done": "sold"}
_TILLS: Mapping[str, State] = {"draft": "open", "paid": "sold", "done": "sold", "invoiced": "sold"}


def goods(
    row: Row,
    *,
    category: str | None,
    stock: Mapping[str, float],
    attributes: Mapping[str, str],
    links: Iterable[tuple[str, str]],
    at: datetime,
) -> Goods:
    """A variant of a product."""
    product = str(row["id"])
    return Goods(
        product_id=product,
        sku=text(row.get("default_code")) or product,
        name=text(row.get("display_name")) or text(row.get("name")) or product,
        category=category,
        price=money(row.get("lst_price")),
        cost=money(row.get("standard_price")) or None,  # none was ever noted: it is 0 then
        currency=name(row.get("currency_id")),
        active=bool(row.get("active", True) and row.get("sale_ok", True)),
        barcodes=tuple(filter(None, [text(row.get("barcode"))])),
        stock=stock,
        stock_at=at,
        attributes=dict(attributes),
        links=frozenset(one for one in links if one[0] != product),
    )


def person(row: Row, tags: Mapping[int, str], country: str | None) -> Person:
    """A contact; who is blacklisted wants no e-mail, of the others nothing is known."""
    tag = next((tags[one] for one in row.get("category_id") or () if one in tags), None)
    phone = text(row.get("phone")) or text(row.get("mobile"))
    return Person(
        customer_id=str(row["id"]),
        name=text(row.get("name")),
        email=text(row.get("email")),
        phone=phone_number(phone, text(row.get("country_code")) or country),
        tier=tag,
        since=time(row.get("create_date")),
        contact=False if row.get("is_blacklisted") else None,
    )


def place(row: Row) -> Place:
    """A warehouse."""
    return Place(str(row["id"]), str(row["name"]))


def user(row: Row) -> Colleague:
    """Somebody who signs in."""
    return Colleague(
        str(row["id"]), text(row["name"]) or str(row["id"]), active=bool(row.get("active", True))
    )


def employee(row: Row) -> Colleague:
    """Somebody who sells at a till and does not sign in."""
    return Colleague(
        employee_id(row["id"]), text(row["name"]) or str(row["id"]), active=bool(row.get("active", True))
    )


def employee_id(one: int) -> str:
    """Employees and users are counted apart."""
    return f"employee {one}"


def quotation(row: Row, lines: Iterable[Row], returned: Mapping[int, float]) -> Sale:
    """A sales order, open as long as it is a quotation."""
    state = _SALES.get(row["state"], "gone")
    items = (_item(line, "product_uom_qty", returned) for line in lines)
    return Sale(
        sale_id=str(row["name"]),
        state=state,
        items=tuple(item for item in items if item is not None),
        customer_id=_id(row.get("partner_id")),
        associate_id=_id(row.get("user_id")),
        store_id=_id(row.get("warehouse_id")),
        at=time(row["write_date"] if state == "open" else row["date_order"]),
        channel="sale",
        currency=name(row.get("currency_id")),
    )


def till_order(
    row: Row,
    lines: Iterable[Row],
    returned: Mapping[int, float],
    users: Mapping[int, str],
    stores: Mapping[int, str],
) -> Sale:
    """An order at a till; one that takes back is told by what came back of the first."""
    state = _TILLS.get(row["state"], "gone")
    items = tuple(filter(None, (_item(line, "qty", returned) for line in lines)))
    if not items and link(row.get("refunded_order_id")) is not None:
        state = "gone"
    employee = link(row.get("employee_id"))
    config = link(row.get("config_id"))
    return Sale(
        sale_id=till_id(row),
        state=state,
        items=items,
        customer_id=_id(row.get("partner_id")),
        associate_id=_id(row.get("user_id"))
        if employee is None
        else users.get(employee, employee_id(employee)),
        store_id=None if config is None else stores.get(config),
        at=time(row["write_date"] if state == "open" else row["date_order"]),
        channel="pos",
        currency=name(row.get("currency_id")),
    )


def till_id(row: Row) -> str:
    """The number on the receipt, or until there is one its place in the database."""
    return text(row.get("pos_reference")) or f"pos.order,{row['id']}"


def _item(line: Row, quantity: str, returned: Mapping[int, float]) -> Item | None:
    """A line; notes and sections have no product, what was taken back is below zero."""
    product, pieces = _id(line.get("product_id")), float(line[quantity] or 0)
    if product is None or pieces <= 0:
        return None
    price = money(line.get("price_unit"))
    share = Decimal(str(line.get("discount") or 0)) / 100
    off = round(price * Decimal(str(pieces)) * share) if price is not None and share else None
    return Item(product, pieces, price, off, min(pieces, returned.get(line["id"], 0)))


def path(complete_name: str, root: str | None) -> str | None:
    """A category's path; a root that all have in common says nothing."""
    names = [part.strip().replace("/", "-") for part in complete_name.split(" / ")]
    return "/".join(names[1:] or names if names[0] == root else names) or None


def root(complete_names: Iterable[str]) -> str | None:
    """The root that all categories have in common."""
    first = {one.split(" / ")[0] for one in complete_names}
    return first.pop().replace("/", "-") if len(first) == 1 else None


def money(said: Any) -> int | None:
    """An amount in our money; Odoo's are floats, and 0 is 0."""
    if said is None or isinstance(said, bool):
        return None
    return int((Decimal(str(said)) * _UNIT).to_integral_value())


def _id(said: Any) -> str | None:
    one = link(said)
    return None if one is None else str(one)
