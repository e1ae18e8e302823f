"""Shopify's rows as the things a shop tells: products, people, places and sales."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from assistant.shop.phones import phone_number
from assistant.store.things import Colleague, Goods, Item, Person, Place, Sale, State

Row = Mapping[str, Any]

DRAFT = "D"
"""What a draft order's id begins with here: drafts and orders are numbered apart."""
_ONE = "Default Title"  # what Shopify calls the variant of a product that has no variants
_UNPAID = frozenset({"PENDING", "VOIDED", "EXPIRED", None})


def short(gid: str) -> str:
    """The number at the end of a global id."""
    return gid.rsplit("/", 1)[-1].split("?")[0]


def own_id(row: Row) -> str:
    """What a row's thing is known by."""
    return short(row["id"])


def gid(kind: str, number: str) -> str:
    """A global id."""
    return f"gid://shopify/{kind}/{number}"


def money(amount: str | None) -> int | None:
    """An amount, in ten-thousandths."""
    return None if amount is None else int((Decimal(amount) * 10_000).to_integral_value())


def linked(row: Row) -> tuple[str, ...]:
    """The products that the merchant's own recommendations name, as global ids."""
    field = row["product"]["complementary"]
    try:
        said = json.loads(field["value"]) if field else []
    except ValueError:
        return ()
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, list) else ()


def goods(row: Row, firsts: Mapping[str, str], currency: str, at: datetime) -> Goods:
    """A variant; `firsts`: of each linked product the variant that stands for it."""
    product, item = row["product"], row["inventoryItem"]
    variant = "" if row["title"] == _ONE else f" ({row['title']})"
    options = {o["name"]: o["value"] for o in row["selectedOptions"] if o["value"] != _ONE}
    facts = options | ({"Vendor": product["vendor"]} if product["vendor"] else {})
    number = short(row["id"])
    others = sorted({firsts[one] for one in linked(row) if one in firsts} - {number})
    return Goods(
        product_id=number,
        sku=row["sku"] or number,
        name=f"{product['title']}{variant}",
        category=product["productType"] or _category(product),
        price=money(row["price"]),
        cost=money(item["unitCost"]["amount"]) if item["unitCost"] else None,
        currency=currency,
        active=product["status"] == "ACTIVE",
        barcodes=(row["barcode"].strip(),) if (row["barcode"] or "").strip() else (),
        stock=_stock(item) if item["tracked"] else {},
        stock_at=at,
        attributes=facts,
        links=frozenset((other, "complementary") for other in others),
    )


def _category(product: Row) -> str | None:
    category = product["category"]
    return category["fullName"].replace("/", "-").replace(" > ", "/") if category else None


def _stock(item: Row) -> dict[str, float]:
    levels = item["inventoryLevels"]["nodes"]
    return {short(x["location"]["id"]): float(sum(q["quantity"] for q in x["quantities"])) for x in levels}


def person(row: Row, country: str | None) -> Person:
    """A customer. Consent is to marketing, which Shopify keeps; to suggestions it keeps none."""
    mail, phone = row["defaultEmailAddress"], row["defaultPhoneNumber"]
    name = " ".join(f"{row['firstName'] or ''} {row['lastName'] or ''}".split())
    states = [mail["marketingState"]] if mail else []
    states += [phone["smsMarketingConsent"]["state"]] if phone else []
    return Person(
        customer_id=short(row["id"]),
        name=name or None,
        email=mail["emailAddress"] if mail else None,
        phone=phone_number(phone["phoneNumber"], country) if phone else None,
        since=moment(row["createdAt"]),
        contact="SUBSCRIBED" in states if states else None,
        note=row["note"] or None,
    )


def place(row: Row) -> Place:
    """A location."""
    return Place(short(row["id"]), row["name"])


def colleague(row: Row) -> Colleague:
    """Somebody of the staff."""
    return Colleague(short(row["id"]), row["name"], active=row["active"])


def order(row: Row, lines: list[Row], basket: str | None = None) -> Sale:
    """An order; what was refunded or taken off again came back."""
    number = short(row["id"])
    return Sale(
        sale_id=number,
        state=_state(row),
        items=tuple(_item(line) for line in lines if line["variant"] and line["quantity"] > 0),
        customer_id=_named(row.get("customer")),
        associate_id=_named(row.get("staffMember")),
        store_id=_named(row["retailLocation"]),
        at=moment(row["processedAt"]),
        channel=row["sourceName"],
        currency=row["currencyCode"],
        basket_id=basket,
    )


def _state(row: Row) -> State:
    if row["test"] or (row["cancelledAt"] and row["displayFinancialStatus"] in _UNPAID):
        return "gone"
    return "sold"


def _item(line: Row) -> Item:
    full, paid = (
        money(line[f"{name}Set"]["shopMoney"]["amount"]) or 0
        for name in ("originalUnitPrice", "discountedUnitPriceAfterAllDiscounts")
    )
    sold = line["quantity"]
    return Item(
        product_id=short(line["variant"]["id"]),
        quantity=sold,
        unit_price=full,
        discount=(full - paid) * sold or None,
        returned=max(0, sold - line["currentQuantity"]),
    )


def draft(row: Row, lines: list[Row]) -> Sale:
    """A draft order: an open basket until it is completed."""
    items = []
    for line in lines:
        if line["variant"] is None:
            continue  # written by hand: no product that is known
        full = money(line["originalUnitPriceSet"]["shopMoney"]["amount"]) or 0
        total = money(line["discountedTotalSet"]["shopMoney"]["amount"]) or 0
        items.append(
            Item(
                product_id=short(line["variant"]["id"]),
                quantity=line["quantity"],
                unit_price=full,
                discount=full * line["quantity"] - total or None,
            )
        )
    return Sale(
        sale_id=DRAFT + short(row["id"]),
        state="open" if row["status"] != "COMPLETED" else "gone",
        items=tuple(items),
        customer_id=_named(row.get("customer")),
        at=moment(row["updatedAt"]),
        currency=row["currencyCode"],
    )


def line_input(line: Row) -> dict[str, Any]:
    """A draft's line as it is written back unchanged."""
    given: dict[str, Any] = {"uuid": line["uuid"], "quantity": line["quantity"]}
    if line["custom"] or line["variant"] is None:
        given |= {name: line[name] for name in ("title", "sku", "taxable", "requiresShipping")}
        given["originalUnitPriceWithCurrency"] = line["originalUnitPriceWithCurrency"]
        given["weight"] = line["weight"]
    else:
        given["variantId"] = line["variant"]["id"]
    given["priceOverride"] = line["priceOverride"]
    given["customAttributes"] = [
        {"key": one["key"], "value": one["value"] or ""} for one in line["customAttributes"]
    ]
    given["appliedDiscount"] = line["appliedDiscount"]
    return {name: value for name, value in given.items() if value not in (None, [])}


def _named(row: Row | None) -> str | None:
    return None if row is None else short(row["id"])


def moment(said: str | None) -> datetime | None:
    """A time."""
    return None if said is None else datetime.fromisoformat(said)
