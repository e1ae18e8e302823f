"""What rules and ranking look at: everything known about one question, read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, repeat

from assistant.records import DAY, Link, Product, Stock
from assistant.store import (
    catalog,
    curating,
    history,
    linking,
    owning,
    people,
    preferences,
    purchases,
    visits,
)
from assistant.store.curating import Word
from assistant.store.database import Connection
from assistant.store.purchases import NOTHING, Purchases
from assistant.suggest import written
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.question import Question
from assistant.suggest.signals import Past
from assistant.suggest.written import NONE, Sentences

OWNED_ANCHORS = 30  # the newest things of a customer that may speak
STALE = 45.0  # days; with orders older than that, what is asked is asked as if they were that old


@dataclass(frozen=True, slots=True)
class Situation:
    """One question with what the files know about it; without consent nothing of the customer's history."""

    question: Question
    anchors: Mapping[str, Product]  # lines of the basket
    owned_anchors: Mapping[str, Product] = field(default_factory=dict)
    bought: Purchases = field(default_factory=lambda: NOTHING)
    consent: bool = False
    links: Sequence[Link] = ()  # that start from an anchor: accessory, requires, kit
    incompatible: Mapping[str, str] = field(default_factory=dict)  # add-on → the basket line it fights with
    alternatives: Mapping[str, str] = field(default_factory=dict)  # product → the basket line it replaces
    families: Mapping[str, Sequence[str]] = field(default_factory=dict)  # family → the basket lines of it
    singles: Mapping[str, str] = field(default_factory=dict)  # what is had one at a time → which one is there
    declined: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    said_owned: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()  # what the customer brought back, and bought no more since
    words: Mapping[tuple[str, str], Word] = field(default_factory=dict)  # (anchor, add-on) → the last word
    tier: str | None = None  # of a known customer
    sentences: Sentences = NONE  # the shop's own

    @property
    def all_anchors(self) -> dict[str, Product]:
        return {**self.owned_anchors, **self.anchors}

    def day(self, knowledge: Knowledge) -> float:
        """The day of asking, as trained baskets were asked: not long after the last order that is known."""
        until = float(knowledge.until[0])
        return min(max(self.question.now.timestamp() * 1000 / DAY, until), until + STALE)

    def past(self, knowledge: Knowledge) -> Past | None:
        """What the customer bought, as the places that the knowledge gives it; None without any."""
        return past_of(self.bought, knowledge)


def past_of(bought: Purchases, knowledge: Knowledge) -> Past | None:
    """What was bought, as the places that the knowledge gives it; None without any."""
    import numpy as np

    if not bought:
        return None
    places = np.fromiter(map(knowledge.place.get, bought, repeat(-1)), np.int64, len(bought))
    starts, days = np.array(bought.starts), np.array(bought.days)
    sizes = starts[1:] - starts[:-1]
    told = (places >= 0) & (sizes > 0)
    if not told.all():
        days = days[told.repeat(sizes)]
        places, starts = places[told], np.append(0, sizes[told].cumsum())
    return Past(places, starts, days, np.array(bought.order_days)) if len(places) else None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the rules must know of some products: themselves, and how many are there."""

    products: Mapping[str, Product]
    stock: Mapping[str, Stock]


def read(connection: Connection, question: Question) -> Situation:
    """Read everything one question touches."""
    basket = question.basket
    anchors = _named(basket.product_ids, catalog.products(connection, basket.product_ids), question)
    customer_id = question.customer_id
    consent = bool(customer_id) and people.may_use_history(connection, str(customer_id))
    looked = consent or (
        question.rules == "none" and bool(customer_id) and comparable(connection, (str(customer_id),))
    )
    found_of = purchases.bought(connection, (str(customer_id),)) if looked else {}
    bought = found_of.get(str(customer_id), NOTHING)
    newest = list(islice((product_id for product_id in bought if product_id not in anchors), OWNED_ANCHORS))
    found = catalog.products(connection, newest)
    owned_anchors = {product_id: found[product_id] for product_id in newest if product_id in found}
    back = history.brought_back(connection, (str(customer_id),)) if consent else {}
    said = owning.said(connection, str(customer_id)) if consent else {}
    both = (*anchors, *owned_anchors)
    said_of = curating.words_on(connection, both, question.visit_id) if question.rules == "all" else {}
    held = linking.read(connection, both, said_of, question.visit_id)
    return arrange(
        question,
        anchors,
        owned_anchors,
        [*held.links, *put_in(held.words, held.links)],
        bought=bought,
        consent=consent,
        declined=_declined(connection, question),
        refused=visits.refused_in(connection, question.visit_id) if question.visit_id else frozenset(),
        said_owned=frozenset(said),
        returned=not_kept(back.get(str(customer_id), {}), bought),
        words=held.words,
        tier=people.tiers(connection, (str(customer_id),)).get(str(customer_id)) if customer_id else None,
        sentences=written.read(connection, question.visit_id) if question.rules == "all" else NONE,
    )


def not_kept(back: Mapping[str, datetime | None], bought: Purchases) -> frozenset[str]:
    """Of what was brought back what the customer did not buy and keep later."""

    def kept_since(product_id: str, at: datetime | None) -> bool:
        last = bought[product_id].last if product_id in bought else None
        return last is not None and at is not None and last >= at

    return frozenset(product_id for product_id, at in back.items() if not kept_since(product_id, at))


def put_in(words: Mapping[tuple[str, str], Word], links: Iterable[Link]) -> Iterator[Link]:
    """What was proposed and put in, where the shop does not say the same itself."""
    said = {(link.product_id, link.linked_id) for link in links if link.kind in ("accessory", "requires")}
    return (Link(*pair, "proposed") for pair, word in words.items() if word == "put_in" and pair not in said)


def arrange(
    question: Question,
    anchors: Mapping[str, Product],
    owned_anchors: Mapping[str, Product],
    links: Iterable[Link],
    *,
    bought: Purchases,
    consent: bool,
    declined: frozenset[str] = frozenset(),
    refused: frozenset[str] = frozenset(),
    said_owned: frozenset[str] = frozenset(),
    returned: frozenset[str] = frozenset(),
    words: Mapping[tuple[str, str], Word] | None = None,
    tier: str | None = None,
    sentences: Sentences = NONE,
) -> Situation:
    """Put what was read into the shape the rules ask for."""
    starting: list[Link] = []
    incompatible: dict[str, str] = {}
    alternatives: dict[str, str] = {}
    for link in links:
        here, other = link.product_id, link.linked_id
        if link.kind in ("incompatible", "alternative"):
            if here not in anchors:
                here, other = other, here
            if here in anchors:
                (incompatible if link.kind == "incompatible" else alternatives).setdefault(other, here)
        elif here in anchors or here in owned_anchors:
            starting.append(link)
    # With an empty basket the customer's things are what a step-up would replace.
    families: dict[str, list[str]] = {}
    # Of a kind that is had one at a time the basket's counts, else the newest.
    there = {**dict(reversed(list(owned_anchors.items()))), **anchors}
    for anchor, product in (anchors or owned_anchors).items():
        if product.family:
            families.setdefault(product.family, []).append(anchor)
    return Situation(
        question,
        anchors,
        owned_anchors,
        bought,
        consent,
        tuple(starting),
        incompatible,
        alternatives,
        families,
        {kind: p for p, one in there.items() if (kind := single(one))},
        declined,
        refused,
        said_owned,
        returned,
        words or {},
        tier,
        sentences,
    )


def single(product: Product) -> str | None:
    """Of what a customer has one at a time, what kind it is: a plan, an account."""
    kind = product.attributes.get("one_of")
    return kind if isinstance(kind, str) and kind else None


def shelf(connection: Connection, question: Question, product_ids: Sequence[str]) -> Shelf:
    """Read some products and their stock at the store that asks."""
    store_id = question.store_id or question.basket.store_id
    return Shelf(catalog.products(connection, product_ids), catalog.stock(connection, product_ids, store_id))


def comparable(connection: Connection, customer_ids: Iterable[str]) -> frozenset[str]:
    """Whose history a comparison of rankings, which nobody is offered, may look at: all but who refused."""
    return frozenset(
        c
        for c in customer_ids
        if (known := people.customer(connection, c)) and known.personal_suggestions is not False
    )


def _declined(connection: Connection, question: Question) -> frozenset[str]:
    # A refusal is the customer's wish and holds whether or not the rest of the history may be used.
    if not question.customer_id:
        return frozenset()
    days = preferences.number(connection, "decline.days")
    return visits.declined(connection, question.customer_id, question.now - timedelta(days=days))


def _named(ids: Iterable[str], found: Mapping[str, Product], question: Question) -> dict[str, Product]:
    """The basket's products; a line the catalog does not know is known by what the till says of it."""
    lines = {line.product_id: line for line in reversed(question.basket.lines)}
    return {
        product_id: found.get(product_id)
        or Product(product_id, lines[product_id].sku, lines[product_id].name, lines[product_id].category)
        for product_id in ids
    }
