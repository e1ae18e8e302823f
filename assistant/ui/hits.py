"""What the list under the universal field says: the question behind it, and its rows in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assistant.records import Basket, Customer, Found, Product, Stock
from assistant.store import catalog, people, search
from assistant.store.database import Connection
from assistant.store.nearest import Searched, searched
from assistant.ui import dates, stock_words, wording
from assistant.ui.review.words import phone

_NUMBER = re.compile(r"[\d\s+()./-]+")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found, with what a row says besides: whose basket, in which store, how many in stock."""

    found: Found
    names: dict[str, str]
    stores: dict[str, str]
    stock: dict[str, Stock]
    text: str = ""
    last: Mapping[str, datetime] = field(default_factory=dict)
    searched: Searched | None = None  # where nothing was found


@dataclass(frozen=True, slots=True)
class Hit:
    """One row: what it opens and what it says. `few` = what stands below wants attention."""

    kind: search.Kind
    key: str
    title: str
    icon: str = ""
    after: str = ""  # follows the title in a plain weight
    chip: str = ""
    details: tuple[tuple[str, str], ...] = ()  # icon or nothing, text
    top: str = ""
    below: str = ""
    few: bool = False
    found_by: str = ""  # said where the name does not show why it is here

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        told = tuple(text for _, text in self.details)
        parts = (self.title, self.chip, self.after, self.found_by, *told, self.top, self.below)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Group:
    """A head with how many exist, and its rows."""

    title: str
    total: str
    hits: tuple[Hit, ...]
    more: int = 0  # how many there are of them in all, where not all are shown


def look_up(
    connection: Connection, text: str, store_id: str | None = None, whole: search.Kind | None = None
) -> Seen:
    """The field's question; `whole` asks for all of one kind."""
    found = search.find(connection, text)
    if whole is not None:
        found = search.everything(connection, text, whole, found)
    owners = [people.customer(connection, b.customer_id) for b in found.baskets if b.customer_id]
    return Seen(
        found=found,
        names={c.customer_id: c.name for c in owners if c is not None and c.name},
        stores={s.store_id: s.name for s in catalog.stores(connection)} if found.baskets else {},
        stock=catalog.stock(connection, [p.product_id for p in found.products], store_id),
        text=text,
        last=people.last_bought(connection, [c.customer_id for c in found.customers]),
        searched=None if total_of(found) else searched(connection, text),
    )


def total_of(found: Found) -> int:
    """How many of all kinds there are."""
    return found.customers_total + found.baskets_total + found.products_total


def groups(seen: Seen, now: datetime) -> tuple[Group, ...]:
    """The rows by kind; a kind nothing was found of has no group."""
    found = seen.found
    made = (
        (wording.tr("Customers"), [_customer(c, seen, now) for c in found.customers], found.customers_total),
        (wording.tr("Baskets"), [_basket(b, seen, now) for b in found.baskets], found.baskets_total),
        (wording.tr("Products"), [_product(p, seen, now) for p in found.products], found.products_total),
    )
    return tuple(
        Group(title, _of(len(hits), total), tuple(hits), total if total > len(hits) else 0)
        for title, hits, total in made
        if hits
    )


def _customer(customer: Customer, seen: Seen, now: datetime) -> Hit:
    ways = (("phone", phone(customer.phone or "")), ("mail", customer.email))
    last = seen.last.get(customer.customer_id)
    return Hit(
        kind="customer",
        key=customer.customer_id,
        title=customer.name or customer.customer_id,
        after=customer.customer_id if customer.name else "",
        chip=customer.tier or "",
        details=tuple((icon, text) for icon, text in ways if text),
        top=wording.tr("Last visit") if last else "",
        below=dates.day(last, now) if last else "",
        found_by=_found_by(customer, seen.text),
    )


def _found_by(customer: Customer, searched: str) -> str:
    """Why somebody is found whose name does not say it; a number shows itself."""
    name = f"{customer.name or ''} {customer.customer_id}"
    if not searched or any(on for _, on in pieces(name, searched)) or not customer.email:
        return ""
    return wording.tr("Found by e-mail") if any(on for _, on in pieces(customer.email, searched)) else ""


def _basket(basket: Basket, seen: Seen, now: datetime) -> Hit:
    owner = basket.customer_id or ""
    priced = all(line.unit_price is not None for line in basket.lines)
    total = sum(round((x.unit_price or 0) * x.quantity) - (x.discount or 0) for x in basket.lines)
    count = len(basket.lines)
    place = seen.stores.get(basket.store_id or "", "")
    day = dates.day(basket.updated_at, now) if basket.updated_at else ""
    where = wording.tr("{day} at {place}").format(day=day, place=place) if day and place else day or place
    items = wording.counted(count, wording.tr("1 item"), wording.tr("{n} items"))
    return Hit(
        kind="basket",
        key=basket.basket_id or "",
        title=basket.basket_id or "",
        icon="shopping-cart",
        after=seen.names.get(owner, owner),
        details=(("", ", ".join(part for part in (where, items) if part)),),
        top=wording.money(total, basket.currency) if priced else "",
        below=wording.tr("Paid") if basket.paid else wording.tr("Open"),
    )


def _product(product: Product, seen: Seen, now: datetime) -> Hit:
    from assistant.ui.counter.icons import icon_for  # the counter is loaded after the first screen

    stock, few = stock_words.stock(seen.stock.get(product.product_id), now, product.attributes.get("aisle"))
    kind = (product.category or "").split("/")[-1]
    sku = "" if product.sku == product.name else product.sku
    return Hit(
        kind="product",
        key=product.product_id,
        title=product.name,
        icon=icon_for(product),
        details=(("", ", ".join(part for part in (sku, kind) if part)),),
        top=wording.money(product.price, product.currency),
        below=stock,
        few=few,
    )


def _of(shown: int, total: int) -> str:
    many = wording.number(total) + ("+" if total >= search.COUNTED else "")
    if shown < total:
        return wording.tr("{shown} of {total} found").format(shown=shown, total=many)
    return wording.tr("{total} found").format(total=many)


def pieces(text: str, searched: str) -> list[tuple[str, bool]]:
    """A text cut at what was searched for: (piece, whether it is that); accents and case do not matter.

    Digits are found whatever is written between them.
    """
    plain, marked = _folded(text), [False] * len(text)
    for pattern in _patterns(searched):
        for match in re.finditer(pattern, plain):
            marked[match.start() : match.end()] = [True] * (match.end() - match.start())
    cut: list[tuple[str, bool]] = []
    for letter, hit in zip(text, marked, strict=True):
        if cut and cut[-1][1] == hit:
            cut[-1] = (cut[-1][0] + letter, hit)
        else:
            cut.append((letter, hit))
    return cut


def _patterns(searched: str) -> list[str]:
    if _NUMBER.fullmatch(searched):
        digits = re.sub(r"\D", "", searched).lstrip("0")
        return [r"[\s()./-]*".join(digits)] if digits else []
    return [re.escape(word) for word in re.findall(r"\w+", _folded(searched))]


def _folded(text: str) -> str:
    """Small letters without accents, one for each letter, so that places stay the same."""
    return "".join(unicodedata.normalize("NFD", letter)[0].casefold()[:1] or letter for letter in text)
