"""WooCommerce's rows as the things a shop tells: products with their variations, people and orders."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from assistant.shop.phones import phone_number
from assistant.store.things import Goods, Item, Person, Sale, State

OPEN = ("checkout-draft", "pending")
GONE = ("cancelled", "failed", "trash")
STATUSES = (*OPEN, *GONE, "on-hold", "processing", "completed", "refunded")
"""Every status of a shop that has no others; drafts and thrown away ones are left out unless named."""

_PART = (
    "id,status,sku,price,global_unique_id,cost_of_goods_sold,manage_stock,stock_quantity,stock_status,"
    "attributes"
)
VARIATION = f"{_PART},parent_id"
PRODUCT = f"{_PART},name,type,categories,brands,cross_sell_ids,upsell_ids,variations"
CUSTOMER = "id,first_name,last_name,username,email,billing,date_created_gmt"
ORDER = (
    "id,status,customer_id,currency,created_via,prices_include_tax,line_items,refunds,"
    "date_created_gmt,date_modified_gmt,date_paid_gmt"
)
"""What is asked for of each: the whole rows carry pages of text."""

_UNIT = 10_000  # of our money
_NOT_SOLD = ("variable", "grouped")  # what is sold are their parts


def is_sold(row: Mapping[str, Any]) -> bool:
    """Whether a product is sold itself, and not by its variations or parts."""
    return row["type"] not in _NOT_SOLD


def sold_as(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids by which a product is sold."""
    if is_sold(row):
        return (str(row["id"]),)
    return tuple(str(one) for one in row.get("variations") or row.get("grouped_products") or ())


def goods(
    row: Mapping[str, Any],
    parent: Mapping[str, Any],
    *,
    category: str | None,
    currency: str | None,
    at: datetime,
    links: Iterable[tuple[str, str]],
) -> Goods:
    """A product, or a variation with its parent; a simple product is its own parent."""
    own = {} if row is parent else {a["name"]: a["option"] for a in row.get("attributes") or ()}
    shared = {
        a["name"]: ", ".join(a["options"])
        for a in parent.get("attributes") or ()
        if not (a.get("variation") and row is not parent)
    }
    brands = ", ".join(_text(brand["name"]) for brand in parent.get("brands") or ())
    attributes = {_text(name): _text(value) for name, value in (shared | own).items() if value}
    return Goods(
        product_id=str(row["id"]),
        sku=row.get("sku") or str(row["id"]),
        name=" – ".join(filter(None, [_text(parent["name"]), ", ".join(_text(v) for v in own.values())])),
        category=category,
        price=money(row.get("price")),
        cost=_cost(row),
        currency=currency,
        active=row["status"] == "publish" and parent["status"] == "publish",
        barcodes=tuple(filter(None, [str(row.get("global_unique_id") or "").strip()])),
        stock=_stock(row),
        stock_at=at,
        attributes=attributes | ({"Brand": brands} if brands else {}),
        links=frozenset(one for one in links if one[0] != str(row["id"])),
    )


def _stock(row: Mapping[str, Any]) -> dict[str, float]:
    """One number for all places; a product that is not counted may still be said to be out of stock."""
    if row.get("manage_stock") and row.get("stock_quantity") is not None:
        return {"": float(row["stock_quantity"])}
    return {"": 0.0} if row.get("stock_status") == "outofstock" else {}


def _cost(row: Mapping[str, Any]) -> int | None:
    """Only there where the shop has switched cost of goods sold on."""
    told = row.get("cost_of_goods_sold") or {}
    return money(told.get("total_value"))


def person(row: Mapping[str, Any], country: str | None) -> Person:
    """A customer; WooCommerce knows no consent."""
    billing = row.get("billing") or {}
    names = [
        " ".join(f"{who.get('first_name') or ''} {who.get('last_name') or ''}".split())
        for who in (row, billing)
    ]
    return Person(
        customer_id=str(row["id"]),
        name=next(filter(None, names), None) or row.get("username") or None,
        email=row.get("email") or billing.get("email") or None,
        phone=phone_number(billing.get("phone"), billing.get("country") or country),
        since=time(row.get("date_created_gmt")),
    )


def sale(row: Mapping[str, Any], returned: Mapping[int, float]) -> Sale:
    """An order, from the open basket on; `returned`: how many of each line came back."""
    state = _state(row)
    at = row.get("date_modified_gmt") if state == "open" else row.get("date_paid_gmt")
    items = (_item(line, row, returned.get(line["id"], 0)) for line in row["line_items"])
    return Sale(
        sale_id=str(row["id"]),
        state=state,
        items=tuple(item for item in items if item is not None),
        customer_id=str(row["customer_id"]) if row.get("customer_id") else None,
        at=time(at or row.get("date_created_gmt")),
        channel=row.get("created_via") or None,
        currency=row.get("currency") or None,
    )


def _state(row: Mapping[str, Any]) -> State:
    """Statuses of the shop's own, such as "shipped", come after a sale."""
    if row["status"] in OPEN:
        return "open"
    return "gone" if row["status"] in GONE else "sold"


def _item(line: Mapping[str, Any], order: Mapping[str, Any], returned: float) -> Item | None:
    """A line, priced as the catalog is: with tax where the shop's prices are entered with it."""
    quantity = float(line["quantity"] or 0)
    product = product_of(line)
    if quantity <= 0 or product is None:
        return None
    taxed = bool(order.get("prices_include_tax"))
    full = _amount(line, "subtotal", taxed)
    paid = _amount(line, "total", taxed)
    known = full is not None and paid is not None
    if order["status"] == "refunded":
        returned = quantity
    return Item(
        product_id=product,
        quantity=quantity,
        unit_price=round(full / quantity) if full is not None else None,
        discount=((full or 0) - (paid or 0)) or None if known else None,
        returned=min(quantity, returned),
    )


def product_of(line: Mapping[str, Any]) -> str | None:
    """What a line sells; one without a product is a charge somebody wrote by hand."""
    sold = line.get("variation_id") or line.get("product_id")
    return str(sold) if sold else None


def returned(refunds: Iterable[Mapping[str, Any]]) -> dict[int, float]:
    """How many of each order line came back, over all its refunds; their quantities are below zero."""
    back: dict[int, float] = {}
    for line in (line for refund in refunds for line in refund["line_items"]):
        of = next((m["value"] for m in line.get("meta_data") or () if m["key"] == "_refunded_item_id"), None)
        if of is not None:
            back[int(of)] = back.get(int(of), 0) + abs(float(line["quantity"] or 0))
    return back


def paths(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Of each category its path from the root."""
    known = {row["id"]: row for row in rows}

    def path(row: Mapping[str, Any], depth: int = 0) -> str:
        name = _text(row["name"]).replace("/", "-")
        above = known.get(row.get("parent") or 0)
        return f"{path(above, depth + 1)}/{name}" if above is not None and depth < 20 else name

    return {one: path(row) for one, row in known.items()}


def category(row: Mapping[str, Any], paths: Mapping[int, str]) -> str | None:
    """The deepest of a product's categories."""
    named = [paths.get(c["id"]) or _text(c["name"]) for c in row.get("categories") or ()]
    return max(named, key=lambda path: (path.count("/"), path), default=None)


def money(said: object) -> int | None:
    """An amount in our money; None where there is none."""
    try:
        return None if said in (None, "") else int((Decimal(str(said)) * _UNIT).to_integral_value())
    except InvalidOperation:
        return None


def _amount(line: Mapping[str, Any], name: str, taxed: bool) -> int | None:
    net, tax = money(line.get(name)), money(line.get(f"{name}_tax"))
    return net if net is None or not taxed else net + (tax or 0)


def time(said: object) -> datetime | None:
    """A time of the API's own, which is UTC and does not say so."""
    return datetime.fromisoformat(str(said)).replace(tzinfo=UTC) if said else None


def _text(said: object) -> str:
    """WordPress keeps names as they stand in a page."""
    return " ".join(html.unescape(str(said)).split())
