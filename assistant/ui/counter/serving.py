"""What the counter asks of the files: jobs of one connection that put together what a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from assistant.errors import InputError
from assistant.records import Basket, CustomerCard, Found, Line, Product, Touchpoint, Visit
from assistant.store import (
    calls,
    catalog,
    changes,
    gtin,
    pairings,
    parking,
    people,
    preferences,
    search,
    visits,
)
from assistant.store.database import Connection
from assistant.store.visits import OpenVisit

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
class Parked:
    """A visit that waits to be taken up: the customer's name, and the colleague who holds it (None = own)."""

    waiting: parking.Waiting
    customer: str | None
    colleague: str | None
    first: str | None  # what was scanned first, for a visit without a customer or a basket

    @property
    def visit(self) -> OpenVisit:
        return self.waiting.visit


@dataclass(frozen=True, slots=True)
class Waiting:
    """What can be begun with: open baskets, and visits that wait; each with the customer's name."""

    baskets: tuple[tuple[Basket, str | None], ...]
    visits: tuple[Parked, ...]


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


def park(connection: Connection, visit_id: str, served: Served, associate_id: str, at: datetime) -> None:
    """Put a visit aside, with what was scanned in it."""
    parking.keep_lines(connection, visit_id, served.pieces)
    parking.park(connection, visit_id, associate_id=associate_id, at=at)


def take_over(connection: Connection, visit_id: str, associate_id: str, at: datetime) -> None:
    """Go on with a colleague's visit: what was answered stays theirs, what comes is this associate's."""
    parking.take_up(connection, visit_id, associate_id=associate_id, at=at)


def want_offers(connection: Connection, visit_id: str, wanted: bool, associate_id: str, at: datetime) -> bool:
    """Note whether the customer wants to hear of offers today; gives that back."""
    note = parking.allow_offers if wanted else parking.refuse_offers
    note(connection, visit_id, associate_id=associate_id, at=at)
    return wanted


def set_quiet(connection: Connection, quiet: bool, associate_id: str) -> Choices:
    """Show one suggestion only, for a queue, or all again."""
    changes.change(connection, "counter.quiet", quiet, associate_id=associate_id)
    return choices(connection)


def begin(connection: Connection, served: Served, associate_id: str, store_id: str | None) -> Visit:
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
    )


def waiting(connection: Connection, associate_id: str | None, store_id: str | None) -> Waiting:
    """What can be begun with before any visit; nothing is written by looking."""
    baskets = catalog.open_baskets(connection)
    found = _unfinished(connection, associate_id, store_id) if associate_id else ()
    return Waiting(
        tuple((basket, _name(connection, basket.customer_id)) for basket in baskets),
        tuple(_parked(connection, one, associate_id) for one in found if not _stale(one)),
    )


def close_stale(connection: Connection, associate_id: str, store_id: str | None) -> None:
    """Finish what was neither parked nor has an answer, as after a crash.

    There is nothing to take up in it: opening its basket again shows the same.
    """
    for one in _unfinished(connection, associate_id, store_id):
        if _stale(one):
            visits.finish(connection, one.visit.visit.visit_id, associate_id=one.holder_id)


def _unfinished(
    connection: Connection, associate_id: str, store_id: str | None
) -> tuple[parking.Waiting, ...]:
    """The visits at a counter that an associate may take up; calls are the Review page's."""
    found = parking.waiting(connection, associate_id, store_id)
    return tuple(one for one in found if calls.read(connection, one.visit.visit.visit_id) is None)


def _stale(one: parking.Waiting) -> bool:
    return one.parked_at is None and not one.visit.answers and not one.lines


def parked_with(
    connection: Connection,
    associate_id: str | None,
    store_id: str | None,
    *,
    basket_id: str | None = None,
    customer_id: str | None = None,
) -> Parked | None:
    """The visit that was parked with this basket, or with this customer."""
    for one in waiting(connection, associate_id, store_id).visits:
        visit = one.visit.visit
        if one.waiting.parked_at is not None and (
            (basket_id is not None and visit.basket_id == basket_id)
            or (customer_id is not None and visit.customer_id == customer_id)
        ):
            return one
    return None


def _parked(connection: Connection, one: parking.Waiting, associate_id: str | None) -> Parked:
    first = next(iter(one.lines), None)
    product = catalog.product(connection, first) if first else None
    other = one.holder_id if one.holder_id != associate_id else None
    colleague = next((a.name for a in catalog.associates(connection) if a.associate_id == other), other)
    name = _name(connection, one.visit.visit.customer_id)
    return Parked(one, name, colleague, product.name if product else None)


def _name(connection: Connection, customer_id: str | None) -> str | None:
    found = people.customer(connection, customer_id) if customer_id else None
    return found.name if found else None


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
