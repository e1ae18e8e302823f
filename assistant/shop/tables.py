"""What the canonical folder holds: its files, their columns, and which kind of value each column carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "id",
    "text",
    "category",
    "quantity",
    "amount",
    "count",
    "money",
    "price",
    "time",
    "yes",
    "phone",
    "json",
    "link",
]
"""`quantity` is above zero, `amount` any number, `count` a whole number from zero; `price` is money not
below zero; `link` a kind of link."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a canonical file."""

    kind: Kind
    required: bool = False


def _fields(required: str, **optional: Kind) -> Mapping[str, Field]:
    kinds: dict[str, Kind] = {"name": "text", "quantity": "quantity", "kind": "link", "stock": "amount"}
    must = {name: Field(kinds.get(name, "id"), required=True) for name in required.split()}
    return must | {name: Field(kind) for name, kind in optional.items()}


_LINE: Mapping[str, Kind] = {
    "line_no": "count",
    "customer_id": "id",
    "associate_id": "id",
    "store_id": "id",
    "ordered_at": "time",
    "unit_price": "price",
    "discount": "money",
    "currency": "id",
}

TABLES: Mapping[str, Mapping[str, Field]] = {
    "stores": _fields("store_id", name="text"),
    "associates": _fields("associate_id", name="text", store_id="id", role="text", active="yes"),
    "products": _fields(
        "product_id name",
        sku="id",
        barcode="text",
        category="category",
        price="price",
        cost="price",
        currency="id",
        stock="amount",
        stock_at="time",
        active="yes",
        image="text",
        attributes="json",
        consumable="yes",
        regulated="yes",
    ),
    "stock": _fields("product_id store_id stock", stock_at="time"),
    "customers": _fields(
        "customer_id",
        name="text",
        email="text",
        phone="phone",
        tier="text",
        since="time",
        personal_suggestions="yes",
        contact="yes",
        note="text",
    ),
    "links": _fields("product_id linked_id kind"),
    "kits": _fields(
        "kit_id product_id",
        anchor="yes",
        name="text",
        price="price",
        currency="id",
        starts_at="time",
        ends_at="time",
    ),
    "order_lines": _fields(
        "order_id product_id quantity",
        **_LINE,
        channel="text",
        returned_quantity="amount",
        basket_id="id",
        product_name="text",
    ),
    "returns": _fields(
        "product_id quantity",
        return_id="id",
        order_id="id",
        line_no="count",
        customer_id="id",
        store_id="id",
        returned_at="time",
    ),
    "baskets": _fields("basket_id product_id quantity", **_LINE),
}
"""Tables in the order they are read: what others name comes first."""

NO_FILE = frozenset({"returns"})
"""Tables that only a mapping can read; the canonical folder carries `returned_quantity` instead."""
