"""What a live shop tells: its places, people, goods and sales, as frozen records of the canonical tables.

Money is in ten-thousandths of the currency's unit, times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["open", "sold", "gone"]


@dataclass(frozen=True, slots=True)
class Place:
    """A store, or another place that stock lies in."""

    store_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who sells."""

    associate_id: str
    name: str
    store_id: str | None = None
    role: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as the shop sells it; `stock` by store, with "" for what is told without a place.

    `links` (the other's id, kind) where the shop tells them with the product; None = it tells them apart.
    """

    product_id: str
    sku: str
    name: str
    category: str | None = None
    price: int | None = None
    cost: int | None = None
    currency: str | None = None
    active: bool = True
    barcodes: tuple[str, ...] = ()
    stock: Mapping[str, float] = field(default_factory=dict)
    stock_at: datetime | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    regulated: bool = False
    image: str | None = None
    links: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; consent is None where the shop does not know it."""

    customer_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    tier: str | None = None
    since: datetime | None = None
    personal_suggestions: bool | None = None
    contact: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A link between two products, as the shop keeps it."""

    product_id: str
    linked_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a sale or an open basket; the price is of one piece, `returned` of `quantity` came back.

    A quantity below zero came back on this sale, of one the shop does not name.
    """

    product_id: str
    quantity: float
    unit_price: int | None = None
    discount: int | None = None
    returned: float = 0


@dataclass(frozen=True, slots=True)
class Sale:
    """A basket or what became of it: `open` at the till, `sold`, or `gone` without being paid.

    `basket_id`: of what was sold, the basket it was, where that had another id.
    """

    sale_id: str
    state: State
    items: tuple[Item, ...] = ()
    customer_id: str | None = None
    associate_id: str | None = None
    store_id: str | None = None
    at: datetime | None = None
    channel: str | None = None
    currency: str | None = None
    basket_id: str | None = None


Thing = Place | Colleague | Goods | Person | Tie | Sale
