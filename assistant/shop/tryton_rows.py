"""Tryton's rows as the things a shop tells: goods, people, and the two kinds of sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from assistant.shop.phones import phone_number
from assistant.shop.tryton_api import Row
from assistant.store.things import Colleague, Goods, Item, Person, Place, Sale, State

GOODS = (
    *("code", "template.name", "template.active", "template.categories.rec_name", "active", "salable"),
    *("cost_price", "list_price_used", "identifiers.type", "identifiers.code"),
)
GROSS = "gross_price_used"  # comes with the tills' module
PERSON = ("name", "code", "phone", "mobile", "email", "create_date", "active")
COLLEAGUE = ("rec_name", "active")
TILL = (
    *("state", "date", "employee", "point", "create_date", "write_date", "currency.code"),
    *("lines.product", "lines.quantity", "lines.unit_price"),
)
ORDER = (
    *("state", "sale_date", "party", "warehouse", "confirmed_by", "quoted_by", "create_date", "write_date"),
    *("currency.code", "lines.product", "lines.quantity", "lines.unit_price", "lines.type"),
)
_UNIT = 10_000  # of our money
_BARCODES = frozenset({"ean", "isbn", "ismn", "upc"})
_TILLS: Mapping[str, State] = {"open": "open", "done": "sold", "posted": "sold"}
_ORDERS: Mapping[str, State] = {
    "draft": "open", "quotation": "open", "confirmed": "sold", "processing": "sold", "done": "sold",
}  # fmt: skip


def goods(row: Row, *, currency: str | None, stock: Mapping[str, float], at: datetime) -> Goods:
    """A product; its category is the deepest of those it lies in."""
    product, template = str(row["id"]), row["template"]
    categories = [one["rec_name"] for one in template.get("categories") or ()]
    deepest = max(categories, default=None, key=lambda path: (path.count(" / "), path))
    codes = row.get("identifiers") or ()
    return Goods(
        product_id=product,
        sku=row.get("code") or product,
        name=template["name"] or product,
        category=None if deepest is None else deepest.replace(" / ", "/"),
        price=money(row.get(GROSS) or row.get("list_price_used")),
        cost=money(row.get("cost_price")),
        currency=currency,
        active=bool(row.get("active") and template.get("active") and row.get("salable")),
        barcodes=tuple(one["code"] for one in codes if one.get("type") in _BARCODES and one.get("code")),
        stock=stock,
        stock_at=at,
    )


def person(row: Row, country: str | None) -> Person:
    """A party."""
    return Person(
        customer_id=str(row["id"]),
        name=row.get("name") or None,
        email=row.get("email") or None,
        phone=phone_number(row.get("phone") or row.get("mobile") or None, country),
        since=row.get("create_date"),
    )


def colleague(row: Row) -> Colleague:
    """An employee."""
    return Colleague(str(row["id"]), row.get("rec_name") or str(row["id"]), active=bool(row.get("active")))


def place(kind: str, row: Row) -> Place:
    """A point of sale, or a warehouse."""
    return Place(f"{kind}-{row['id']}", str(row["name"]))


def till_sale(row: Row) -> Sale:
    """A sale at a till; it has no number until it is paid, and no customer."""
    state = _TILLS.get(row["state"], "gone")
    return Sale(
        sale_id=f"till-{row['id']}",
        state=state,
        items=_items(row["lines"]),
        associate_id=_id(row.get("employee")),
        store_id=None if row.get("point") is None else f"till-{row['point']}",
        at=_at(row, row.get("date"), state),
        channel="pos",
        currency=_currency(row),
    )


def order(row: Row) -> Sale:
    """A sale to a party, open until it is confirmed."""
    state = _ORDERS.get(row["state"], "gone")
    lines = [line for line in row["lines"] if line.get("type") == "line"]
    warehouse = row.get("warehouse")
    return Sale(
        sale_id=f"sale-{row['id']}",
        state=state,
        items=_items(lines),
        customer_id=_id(row.get("party")),
        associate_id=_id(row.get("confirmed_by") or row.get("quoted_by")),
        store_id=None if warehouse is None else f"warehouse-{warehouse}",
        at=_at(row, row.get("sale_date"), state),
        channel="sale",
        currency=_currency(row),
    )


def money(said: Decimal | None) -> int | None:
    """Ten-thousandths of the currency's unit."""
    return None if said is None else round(said * _UNIT)


def _items(lines: Sequence[Row]) -> tuple[Item, ...]:
    """What is bought, and below zero what comes back."""
    return tuple(
        Item(str(line["product"]), float(line["quantity"]), money(line.get("unit_price")))
        for line in lines
        if line.get("product") is not None and line.get("quantity")
    )


def _at(row: Row, day: date | None, state: State) -> datetime | None:
    """Of a basket its last change; of what is sold when it was rung up, where the day is that day."""
    made: datetime | None = row.get("create_date")
    if state == "open" or made is None or day is None or made.date() == day:
        return (row.get("write_date") or made) if state == "open" else made
    return made.replace(year=day.year, month=day.month, day=day.day)


def _currency(row: Row) -> str | None:
    currency: Any = row.get("currency")
    return None if not currency else str(currency["code"])


def _id(said: Any) -> str | None:
    return None if said is None else str(said)
