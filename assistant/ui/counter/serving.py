"""What the counter asks of the files: jobs of one connection that put together what a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from assistant.errors import InputError
from assistant.records import Basket, CustomerCard, Found, Line, Product, Touchpoint, Visit
from assistant.store import (
    catalog,
    changes,
    gtin,
    notes,
    pairings,
    parking,
    people,
    preferences,
    search,
    visits,
)
from assistant.store.database import Connection

NOTHING = Basket(None, ())


@dataclass(frozen=True, slots=True)
class Served:
    """Who is served and what is being bought; `scanned` lines are ours, the basket's are the shop's."""

    touchpoint: Touchpoint
    basket: Basket = NOTHING
    scanned: tuple[Line, ...] = ()
    card: CustomerCard | None = None
    personal: bool = False  # what the customer bought before may be used
    products: Mapping[str, Product] = field(default_factory=dict)
    synced_at: datetime | None = None
    asked: people.Asked | None = None  # the customer's wish, where it was recorded here
    asked_by: str = ""
    noted: notes.Noted | None = None  # at the end of an earlier visit

    @property
    def customer_id(self) -> str | None:
        return self.card.customer.customer_id if self.card else None

    @property
    def name(self) -> str | None:
        return self.card.customer.name if self.card else None

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.basket.lines, *self.scanned)

    @property
    def pieces(self) -> dict[str, float]:
        """How many of each were scanned here."""
        return {line.product_id: line.quantity for line in self.scanned}

    @property
    def currency(self) -> str | None:
        known = (p.currency for p in self.products.values() if p.currency)
        return self.basket.currency or next(known, None) or (self.card.currency if self.card else None)

    @property
    def whole(self) -> Basket:
        """The basket with what was scanned here, as suggestions are asked for it."""
        return replace(self.basket, lines=self.lines, currency=self.currency)


@dataclass(frozen=True, slots=True)
class Choices:
    """The settings that the counter follows."""

    limit: int = 5
    review_limit: int = 3
    decline_days: int = 90
    single_keys: bool = True
    till: Literal["writes", "by_hand", "made_up"] = "made_up"  # how an add-on gets into the shop's basket
    quiet: bool = False  # one large suggestion, and no more

    def limit_for(self, touchpoint: Touchpoint) -> int:
        return self.review_limit if touchpoint == "review" else self.limit


def choices(connection: Connection) -> Choices:
    """Read the settings that the counter follows."""
    return Choices(
        preferences.number(connection, "counter.limit"),
        preferences.number(connection, "review.limit"),
        preferences.number(connection, "decline.days"),
        bool(preferences.get(connection, "keys.single")),
        _till(connection),
        bool(preferences.get(connection, "counter.quiet")),
    )


def _till(connection: Connection) -> Literal["writes", "by_hand", "made_up"]:
    if preferences.get(connection, "shop.writes"):
        return "writes"
    return "made_up" if preferences.get(connection, "shop.made_up") else "by_hand"


def open_basket(connection: Connection, basket_id: str) -> Served:
    """A basket with its customer. Raises InputError where there is none of that number."""
    found = catalog.basket(connection, basket_id)
    if found is None:
        raise InputError(f"There is no open basket {basket_id} any more.")
    return read(connection, Served("after" if found.paid else "counter", found), found.customer_id)


def open_customer(connection: Connection, customer_id: str) -> Served:
    """A customer with the newest open basket, else with what they own. Raises InputError."""
    if people.customer(connection, customer_id) is None:
        raise InputError(f"There is no customer {customer_id}.")
    found = catalog.basket_of(connection, customer_id)
    return read(connection, Served("counter" if found else "review", found or NOTHING), customer_id)


def open_product(connection: Connection, product_id: str) -> Served:
    """One product looked at. Raises InputError for an unknown one."""
    product = catalog.product(connection, product_id)
    if product is None:
        raise InputError(f"There is no product {product_id}.")
    return read(connection, Served("browse", scanned=(line_of(product),)), None)


def reread(connection: Connection, served: Served, customer_id: str | None) -> Served:
    """The same things as they are now; what was scanned and is on the till by now is the till's."""
    basket = served.basket
    if basket.basket_id is not None and not basket.paid:
        basket = catalog.basket(connection, basket.basket_id) or basket
    there = set(basket.product_ids)
    scanned = tuple(line for line in served.scanned if line.product_id not in there)
    return read(connection, replace(served, basket=basket, scanned=scanned), customer_id)


def read(connection: Connection, served: Served, customer_id: str | None) -> Served:
    ids = [line.product_id for line in served.lines]
    asked = people.asked_here(connection, customer_id, "personal_suggestions") if customer_id else None
    names = {one.associate_id: one.name for one in catalog.associates(connection)} if asked else {}
    return replace(
        served,
        card=people.card(connection, customer_id) if customer_id else None,
        personal=bool(customer_id) and people.may_use_history(connection, str(customer_id)),
        products=catalog.products(connection, ids),
        synced_at=catalog.synced_at(connection),
        asked=asked,
        asked_by=names.get(asked.associate_id, asked.associate_id) if asked else "",
        noted=notes.last(connection, customer_id) if customer_id else None,
    )


def line_of(product: Product) -> Line:
    """A line with one piece of a product."""
    return Line(product.product_id, product.sku, product.name, 1, product.price, None, product.category)


def with_product(served: Served, product: Product) -> Served:
    """One more piece of a product in what was scanned."""
    lines, found = [], False
    for line in served.scanned:
        same = line.product_id == product.product_id
        lines.append(replace(line, quantity=line.quantity + 1) if same else line)
        found = found or same
    if not found:
        lines.append(line_of(product))
    known = {**served.products, product.product_id: product}
    return replace(served, scanned=tuple(lines), products=known)


def without_line(served: Served, product_id: str) -> Served:
    """What was scanned, less one line."""
    return replace(served, scanned=tuple(x for x in served.scanned if x.product_id != product_id))


def want_offers(connection: Connection, visit_id: str, wanted: bool, associate_id: str, at: datetime) -> bool:
    """Note whether the customer wants to hear of offers today; gives that back."""
    note = parking.allow_offers if wanted else parking.refuse_offers
    note(connection, visit_id, associate_id=associate_id, at=at)
    return wanted


def set_quiet(connection: Connection, quiet: bool, associate_id: str) -> Choices:
    """Show one suggestion only, for a queue, or all again."""
    changes.change(connection, "counter.quiet", quiet, associate_id=associate_id)
    return choices(connection)


def begin(
    connection: Connection, served: Served, associate_id: str, store_id: str | None, at: datetime
) -> Visit:
    """Begin the visit, with the lines that something goes with as its anchors."""
    ids = served.whole.product_ids
    return visits.begin(
        connection,
        associate_id=associate_id,
        touchpoint=served.touchpoint,
        store_id=store_id or served.basket.store_id,
        customer_id=served.customer_id,
        basket_id=served.basket.basket_id,
        anchors=sorted(pairings.anchors_with_pairings(connection, ids)) if ids else (),
        at=at,
    )


def identify(connection: Connection, served: Served, visit_id: str, customer_id: str) -> Served:
    """Say who the visit in progress serves. Raises InputError for a customer nobody knows."""
    if people.customer(connection, customer_id) is None:
        raise InputError(f"There is no customer {customer_id}.")
    visits.identify(connection, visit_id, customer_id)
    return reread(connection, served, customer_id)


def set_consent(connection: Connection, served: Served, given: bool, associate_id: str) -> Served:
    """Record what the customer asked for, and read anew what may be shown."""
    customer_id = str(served.customer_id)
    people.set_consent(connection, customer_id, "personal_suggestions", given, associate_id)
    return reread(connection, served, customer_id)


def scanned(connection: Connection, code: str) -> Product | Found:
    """What a scan names: a product, else a customer or basket of exactly that number.

    Raises InputError where nothing has the code.
    """
    product = catalog.by_code(connection, code)
    if product is not None:
        return product
    found = search.find(connection, code)
    if found.exact and (found.customers or found.baskets or found.products):
        return found
    if gtin.is_gtin_shaped(code) and not gtin.fits(code):
        raise InputError(f"The code {code} was misread: its check digit does not fit. Scan it again.")
    raise InputError(f"Nothing has the code {code}. Nothing was changed.")
