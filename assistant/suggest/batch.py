"""Many baskets at once: the same candidates and rules as for one, with everything read before the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import itemgetter

from assistant.errors import InputError
from assistant.records import Basket, Line, Link, Product, Stock
from assistant.store import catalog, curating, history, linking, people, preferences, purchases, visits
from assistant.store.database import Connection
from assistant.store.purchases import NOTHING, Purchases
from assistant.suggest import features
from assistant.suggest.ask import choose
from assistant.suggest.candidates import Candidates
from assistant.suggest.features import Shelf
from assistant.suggest.model import Model
from assistant.suggest.question import Question, Rules

AT_ONCE = 200  # baskets whose customers and links are read together
CUSTOMERS = 5_000  # whose purchases are kept for their next baskets
EARLIEST, LATEST = 1900, 2200  # years in which a basket can be asked for


@dataclass(slots=True)
class Asked:
    """One basket of a batch, as its rows are read."""

    basket_id: str
    customer_id: str | None = None
    at: datetime | None = None
    product_ids: dict[str, None] = field(default_factory=dict)


Ranked = tuple[str, float]
"""A product and its score."""


Answer = tuple[str, list[Ranked]]
"""A basket's number and its products, best first."""


def batch(
    connection: Connection, model: Model | None, asked: Sequence[Asked], limit: int, rules: Rules
) -> Iterator[Answer]:
    """For each basket its products, best first. Products nobody knows are passed over."""
    yield from Answering(connection, model, rules).answers(asked, limit)


class Answering:
    """Answers baskets, keeping what was read: of every product met so far, and of the customers met last."""

    def __init__(self, connection: Connection, model: Model | None, rules: Rules) -> None:
        self._connection, self._model, self._rules = connection, model, rules
        self._products: dict[str, Product] = {}
        self._stock: dict[str, Stock] = {}
        self._shelf = Shelf(self._products, self._stock)
        self._seen: set[str] = set()
        self._tiers: dict[str, str] = {}
        self._bought: dict[str, Purchases] = {}
        self._looked: frozenset[str] = frozenset()

    def answers(self, asked: Sequence[Asked], limit: int) -> Iterator[Answer]:
        """As `batch`, of some more baskets."""
        for start in range(0, len(asked), AT_ONCE):
            part = asked[start : start + AT_ONCE]
            self._read(part)
            for one in part:
                yield one.basket_id, self._answer(one, limit)

    def _read(self, asked: Sequence[Asked]) -> None:
        """Read what these baskets need and earlier ones did not."""
        connection = self._connection
        customers = {one.customer_id for one in asked if one.customer_id}
        self._consented = frozenset(c for c in customers if people.may_use_history(connection, c))
        self._tiers = people.tiers(connection, customers)
        looked = self._consented if self._rules == "all" else features.comparable(connection, customers)
        self._looked = frozenset(looked)
        if len(self._bought) > CUSTOMERS:
            self._bought = {c: things for c, things in self._bought.items() if c in self._looked}
        self._bought |= purchases.bought(connection, self._looked - self._bought.keys())
        wanted = dict.fromkeys(p for one in asked for p in one.product_ids)
        for one in asked:
            if one.customer_id in self._looked:
                # Of what is not in the basket, the newest are its anchors.
                newest = islice(
                    self._bought.get(one.customer_id, NOTHING), features.OWNED_ANCHORS + len(one.product_ids)
                )
                wanted |= dict.fromkeys(newest)
        self._back = history.brought_back(connection, self._consented)
        words = curating.words_on(connection, tuple(wanted)) if self._rules == "all" else {}
        held = linking.read(connection, tuple(wanted), words)
        self._words = held.words
        self._links = _by_product([*held.links, *features.put_in(held.words, held.links)])
        self._look(tuple(wanted))
        days = timedelta(days=preferences.number(connection, "decline.days"))
        now = Question(Basket(None, ())).now
        self._declined = {
            (one.customer_id, one.at): visits.declined(connection, one.customer_id, (one.at or now) - days)
            for one in asked
            if one.customer_id
        }

    def _look(self, product_ids: Sequence[str]) -> Shelf:
        """The shelf with these products on it."""
        new = [product_id for product_id in product_ids if product_id not in self._seen]
        if new:
            self._seen.update(new)
            self._products |= catalog.products(self._connection, new)
            self._stock |= catalog.stock(self._connection, new, None)
        return self._shelf

    def _answer(self, asked: Asked, limit: int) -> list[Ranked]:
        products = self._shelf.products
        lines = tuple(Line(p, p, p, 1) for p in asked.product_ids)
        question = Question(Basket(asked.basket_id, lines), asked.customer_id, limit=limit, rules=self._rules)
        if asked.at is not None:
            question = replace(question, now=asked.at)
        anchors = {p: products.get(p) or Product(p, p, p) for p in asked.product_ids}
        consent = asked.customer_id in self._consented
        who = asked.customer_id or ""
        bought = self._bought.get(who, NOTHING) if who in self._looked else NOTHING
        newest = islice((p for p in bought if p not in anchors), features.OWNED_ANCHORS)
        owned_anchors = {p: products[p] for p in newest if p in products}
        situation = features.arrange(
            question,
            anchors,
            owned_anchors,
            [link for p in (*anchors, *owned_anchors) for link in self._links.get(p, ())],
            bought=bought,
            consent=consent,
            declined=self._declined.get((who, asked.at), frozenset()),
            returned=features.not_kept(self._back.get(who, {}), bought),
            words=self._words,
            tier=self._tiers.get(who),
        )
        choice = choose(self._model, situation, Candidates(self._model, situation), self._look)
        return [(case.product.product_id, case.candidate.score) for case in choice.chosen]


def _ends(link: Link) -> tuple[str, str]:
    return link.product_id, link.linked_id


def _by_product(links: Iterable[Link]) -> Mapping[str, Sequence[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        for end in dict.fromkeys(_ends(link)):
            found.setdefault(end, []).append(link)
    return found


def group(rows: Iterable[Mapping[str, str]]) -> list[Asked]:
    """The rows of a batch file as baskets, in the order in which they first appear.

    Customer and time are those of a basket's first row that names one; a time without a zone is UTC. Raises
    InputError for what is no time.
    """
    found: dict[str, Asked] = {}
    for basket_id, customer_id, at, product_id in map(
        itemgetter("basket_id", "customer_id", "at", "product_id"), rows
    ):
        one = found.setdefault(basket_id, Asked(basket_id))
        one.customer_id = one.customer_id or customer_id or None
        if at and one.at is None:
            one.at = _time(at, basket_id)
        if product_id:
            one.product_ids[product_id] = None
    return list(found.values())


def _time(text: str, basket_id: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise _no_time(text, basket_id) from None
    if not EARLIEST <= at.year <= LATEST:
        raise _no_time(text, basket_id)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _no_time(text: str, basket_id: str) -> InputError:
    return InputError(
        f"Basket {basket_id}: {text} is not a time between {EARLIEST} and {LATEST} "
        "written as 2026-06-14T14:30:00Z."
    )
