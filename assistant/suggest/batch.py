"""Many baskets at once: the same candidates and rules as for one, with everything read before the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from operator import itemgetter

from assistant.records import Basket, Line, Link, Product
from assistant.store import catalog, history, people, preferences, visits
from assistant.store.database import Connection
from assistant.suggest import features
from assistant.suggest.ask import choose
from assistant.suggest.candidates import gather
from assistant.suggest.features import Shelf
from assistant.suggest.model import Model
from assistant.suggest.question import Question, Rules
from assistant.suggest.ranking import probability


@dataclass(slots=True)
class Asked:
    """One basket of a batch, as its rows are read."""

    basket_id: str
    customer_id: str | None = None
    product_ids: dict[str, None] = field(default_factory=dict)


Ranked = tuple[str, float]
"""A product and its score."""


def batch(
    connection: Connection, model: Model | None, asked: Sequence[Asked], limit: int, rules: Rules
) -> Iterator[tuple[str, list[Ranked]]]:
    """For each basket its products, best first. Products nobody knows are passed over."""
    known = _Known(connection, model, asked)
    for one in asked:
        yield one.basket_id, known.answer(one, limit, rules)


class _Known:
    """What the rules need of every basket of a batch, read once."""

    def __init__(self, connection: Connection, model: Model | None, asked: Sequence[Asked]) -> None:
        customers = {one.customer_id for one in asked if one.customer_id}
        consented = [c for c in customers if people.may_use_history(connection, c)]
        self._consented = frozenset(consented)
        self._owned = history.owned_by(connection, consented)
        wanted = dict.fromkeys(p for one in asked for p in one.product_ids)
        wanted |= dict.fromkeys(p for things in self._owned.values() for p in things)
        self._links = _by_product(catalog.links(connection, tuple(wanted)))
        ids = wanted | dict.fromkeys(model.product_ids if model else ())
        ids |= dict.fromkeys(end for links in self._links.values() for link in links for end in _ends(link))
        self._shelf = Shelf(
            catalog.products(connection, tuple(ids)), catalog.stock(connection, tuple(ids), None)
        )
        days = timedelta(days=preferences.number(connection, "decline.days"))
        now = Question(Basket(None, ())).now
        self._declined = {c: visits.declined(connection, c, now - days) for c in customers}
        self._model = model

    def answer(self, asked: Asked, limit: int, rules: Rules) -> list[Ranked]:
        products = self._shelf.products
        lines = tuple(Line(p, p, p, 1) for p in asked.product_ids)
        question = Question(Basket(asked.basket_id, lines), asked.customer_id, limit=limit, rules=rules)
        anchors = {p: products.get(p) or Product(p, p, p) for p in asked.product_ids}
        consent = asked.customer_id in self._consented
        owned = self._owned.get(asked.customer_id or "", {})
        newest = [p for p in owned if p not in anchors and p in products][: features.OWNED_ANCHORS]
        owned_anchors = {p: products[p] for p in newest}
        situation = features.arrange(
            question,
            anchors,
            owned_anchors,
            [link for p in (*anchors, *owned_anchors) for link in self._links.get(p, ())],
            owned=owned,
            consent=consent,
            declined=self._declined.get(asked.customer_id or "", frozenset()),
        )
        choice = choose(self._model, situation, gather(self._model, situation), lambda ids: self._shelf)
        return [(c.product.product_id, probability(c.candidate.log_odds)) for c in choice.chosen]


def _ends(link: Link) -> tuple[str, str]:
    return link.product_id, link.linked_id


def _by_product(links: Iterable[Link]) -> Mapping[str, Sequence[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        for end in dict.fromkeys(_ends(link)):
            found.setdefault(end, []).append(link)
    return found


def group(rows: Iterable[Mapping[str, str]]) -> list[Asked]:
    """The rows of a batch file as baskets, in the order in which they first appear."""
    found: dict[str, Asked] = {}
    for basket_id, customer_id, product_id in map(itemgetter("basket_id", "customer_id", "product_id"), rows):
        one = found.setdefault(basket_id, Asked(basket_id))
        one.customer_id = one.customer_id or customer_id or None
        if product_id:
            one.product_ids[product_id] = None
    return list(found.values())
