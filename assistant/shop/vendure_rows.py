"""Vendure's rows as the things a shop tells: products, people, places and sales."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.errors import ShopError
from assistant.shop.phones import phone_number
from assistant.store.things import Colleague, Goods, Item, Person, Place, Sale, State

_PIECES = 100  # of our money in a hundredth, Vendure's unit
_OPEN = frozenset({"AddingItems", "Draft", "ArrangingPayment"})
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Fields:
    """The shop's own custom fields that carry what Vendure has no field for; empty = there is none."""

    barcode: str = "barcode"
    cost: str = "unitCost"
    consent: str = "personalSuggestions"
    salesperson: str = "salesperson"

    def __post_init__(self) -> None:
        for name in (self.barcode, self.cost, self.consent, self.salesperson):
            if name and not _NAME.fullmatch(name):
                raise ShopError(f"{name!r} cannot be the name of a custom field.")


def goods(row: Mapping[str, Any], category: str | None, fields: Fields, at: datetime) -> Goods:
    """A variant; facets that are no category become attributes."""
    facets: dict[str, list[str]] = {}
    for value in row["product"]["facetValues"] + row["facetValues"]:
        facets.setdefault(value["facet"]["code"], []).append(value["name"])
    named = facets.pop("category", [])
    own = row.get("customFields") or {}
    cost = own.get(fields.cost) if fields.cost else None
    codes = str(own.get(fields.barcode) or "") if fields.barcode else ""
    return Goods(
        product_id=row["id"],
        sku=row["sku"] or row["id"],
        name=row["name"],
        category=category or "/".join(named) or None,
        price=row["priceWithTax"] * _PIECES,
        cost=None if cost is None else int(cost) * _PIECES,
        currency=row["currencyCode"],
        active=bool(row["enabled"] and row["product"]["enabled"]),
        barcodes=tuple(code.strip() for code in codes.split("|") if code.strip()),
        stock={s["stockLocationId"]: s["stockOnHand"] - s["stockAllocated"] for s in row["stockLevels"]},
        stock_at=at,
        attributes={code: ", ".join(dict.fromkeys(values)) for code, values in facets.items()},
    )


def person(row: Mapping[str, Any], fields: Fields, country: str | None) -> Person:
    """A customer; the first of the groups is the tier."""
    own = row.get("customFields") or {}
    groups = [group["name"] for group in row["groups"]]
    return Person(
        customer_id=row["id"],
        name=" ".join(f"{row['firstName']} {row['lastName']}".split()) or None,
        email=row["emailAddress"] or None,
        phone=phone_number(row["phoneNumber"], country),
        tier=groups[0] if groups else None,
        since=_time(row["createdAt"]),
        personal_suggestions=own.get(fields.consent) if fields.consent else None,
    )


def sale(row: Mapping[str, Any], fields: Fields, associates: Mapping[str, str]) -> Sale:
    """An order, from the open basket on; `associates`: the ids of who sells, by every way of naming them."""
    state = _state(row)
    refunded: dict[str, int] = {}
    for payment in row["payments"] or ():
        for line in (line for refund in payment["refunds"] for line in refund["lines"]):
            refunded[line["orderLineId"]] = refunded.get(line["orderLineId"], 0) + line["quantity"]
    own = row.get("customFields") or {}
    said = own.get(fields.salesperson) if fields.salesperson else None
    return Sale(
        sale_id=row["code"],
        state=state,
        items=tuple(
            item for item in (_item(x, state, refunded.get(x["id"], 0)) for x in row["lines"]) if item
        ),
        customer_id=row["customer"]["id"] if row["customer"] else None,
        associate_id=associates.get(str(said).casefold(), str(said)) if said else None,
        at=_time(row["orderPlacedAt"] or row["updatedAt"]),
        currency=row["currencyCode"],
    )


def _state(row: Mapping[str, Any]) -> State:
    if row["orderPlacedAt"]:
        return "sold"
    return "open" if row["state"] in _OPEN else "gone"


def _item(line: Mapping[str, Any], state: State, refunded: int) -> Item | None:
    """A line; what was cancelled or refunded of a sold one came back."""
    sold = line["orderPlacedQuantity"] if state == "sold" else line["quantity"]
    sold = sold or line["quantity"]
    if sold <= 0:
        return None
    full, paid = line["unitPriceWithTax"], line["proratedUnitPriceWithTax"]
    return Item(
        product_id=line["productVariant"]["id"],
        quantity=sold,
        unit_price=full * _PIECES,
        discount=(full - paid) * sold * _PIECES or None,
        returned=min(sold, max(sold - line["quantity"], refunded)) if state == "sold" else 0,
    )


def place(row: Mapping[str, Any]) -> Place:
    """A stock location."""
    return Place(row["id"], row["name"])


def colleague(row: Mapping[str, Any]) -> Colleague:
    """An administrator."""
    name = " ".join(f"{row['firstName']} {row['lastName']}".split())
    return Colleague(row["id"], name or row["emailAddress"])


def path(collection: Mapping[str, Any]) -> str:
    """A collection's place in the tree; its root has no name that anybody sees."""
    return "/".join(crumb["name"].replace("/", "-") for crumb in collection["breadcrumbs"][1:])


def _time(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)
