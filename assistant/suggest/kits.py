"""Add-ons offered together: the shop's own kits first, else two or three that past sales held together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import TYPE_CHECKING, Literal

from assistant.records import Kit, Product, Suggestion, TalkingPoint
from assistant.store import kits as shop_kits
from assistant.store.database import Connection
from assistant.store.kits import ShopKit
from assistant.suggest import eligibility, replenishment, talking_points
from assistant.suggest.candidates import UNSOLD, Candidate, Candidates
from assistant.suggest.eligibility import Case, Habit
from assistant.suggest.features import Shelf, Situation
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.model import Model, Together
from assistant.suggest.talking_points import MOST_WORDS, spoken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST, MOST = 2, 3  # items
LEAST_TOGETHER = 10  # sales of late that held the anchor and every item: fewer are no habit
LEAST_SHARE = 0.05  # of the anchor's sales of late, likewise
WIDE = 12  # an anchor's pairings that are looked at, the strongest
LOOKED_AT = 200  # candidates among which a kit's items are looked for
WORTH_NAMING = 0.15  # a smaller share of the anchor's sales is said as a count alone
TOUCHPOINTS = frozenset({"browse", "counter", "after"})

Look = Callable[[Sequence[str]], Shelf]
Counts = tuple[int, int]  # sales that held all of it, of how many with the anchor


@dataclass(frozen=True, slots=True)
class Found:
    """A kit before its items have their words."""

    kit_id: str
    kind: Literal["priced", "links", "mined"]
    anchor: Product
    cases: tuple[Case, ...]
    price: int | None
    counts: Counts | None = None


@dataclass(slots=True)
class Items:
    """Makes the items of kits, each before the same rules as a suggestion of its own."""

    model: Model | None
    situation: Situation
    candidates: Candidates
    look: Look
    _known: dict[str, Candidate] | None = None

    def eligible(self, product_ids: Sequence[str], linked_to: str | None = None) -> dict[str, Case]:
        """Those of these products that no rule refuses; `linked_to`: what the shop says they go with."""
        if self._known is None:
            self._known = {c.product_id: c for c in islice(self.candidates, LOOKED_AT)}
        shelf, found = self.look(product_ids), {}
        for product_id in product_ids:
            product = shelf.products.get(product_id)
            candidate = self._known.get(product_id) or Candidate(product_id, UNSOLD)
            if linked_to is not None and linked_to not in {anchor for _, anchor in candidate.links}:
                candidate = candidate._replace(links=(*candidate.links, ("kit", linked_to)))
            if product is None:
                continue
            case = Case(candidate, product, shelf.stock.get(product_id), self.situation, self._habit(product))
            if eligibility.check(case) is None:
                found[product_id] = case
        return found

    def _habit(self, product: Product) -> Habit:
        bought = self.situation.bought.get(product.product_id)
        return replenishment.habit(self.model, product, bought) if bought else Habit()


def find(
    connection: Connection, model: Model | None, situation: Situation, candidates: Candidates, look: Look
) -> Found | None:
    """The kit for a basket: one of the shop's at its price, else of its links, else one that was mined."""
    question = situation.question
    if question.rules == "none" or question.touchpoint not in TOUCHPOINTS or not situation.anchors:
        return None
    items = Items(model, situation, candidates, look)
    own = shop_kits.offered_with(connection, tuple(situation.anchors), question.now, question.visit_id)
    every = (_priced(own, items), _linked(items), _mined(model, items))
    return next((kit for some in every for kit in some), None)


def _priced(own: Iterable[ShopKit], items: Items) -> Iterator[Found]:
    """The shop's kits whose every item may be offered, less what is in the basket already."""
    anchors = items.situation.anchors
    for kit in own:
        left = [item for item in kit.items if item not in anchors]
        anchor = next((a for a in (*kit.anchors, *kit.items) if a in anchors), None)
        if len(left) < FEWEST or anchor is None:
            continue
        cases = items.eligible(left, linked_to=anchor)
        there = [anchors[item] for item in kit.items if item in anchors]
        price = _price_of_the_rest(kit, there, [case.product for case in cases.values()])
        if len(cases) == len(left) and (price is not None or kit.price is None):
            yield Found(kit.kit_id, "priced", anchors[anchor], _dearest_first(cases.values()), price)


def _price_of_the_rest(kit: ShopKit, there: Sequence[Product], left: Sequence[Product]) -> int | None:
    """What is still to be paid for a kit; None where that cannot be said, or buying singly is cheaper."""
    if kit.price is None:
        return None
    for product in (*there, *left):
        if product.price is None or product.currency != kit.currency:
            return None
    price = kit.price - sum(product.price or 0 for product in there)
    return price if 0 < price <= sum(product.price or 0 for product in left) else None


def _linked(items: Items) -> Iterator[Found]:
    """What the shop's links call a kit, without a price for the whole."""
    by_anchor: dict[str, list[str]] = {}
    for link in items.situation.links:
        if link.kind == "kit" and link.product_id in items.situation.anchors:
            by_anchor.setdefault(link.product_id, []).append(link.linked_id)
    for anchor, linked in by_anchor.items():
        cases = items.eligible(linked, linked_to=anchor) if len(linked) >= FEWEST else {}
        best = sorted(cases.values(), key=lambda case: (-case.candidate.log_odds, case.product.product_id))
        apart = _apart(best)[:MOST]
        if len(apart) >= FEWEST:
            anchored = items.situation.anchors[anchor]
            yield Found(f"links:{anchor}", "links", anchored, _dearest_first(apart), None)


def _apart(cases: Iterable[Case]) -> list[Case]:
    """The first of each family."""
    first: dict[str, Case] = {}
    for case in cases:
        first.setdefault(case.product.family or case.product.product_id, case)
    return list(first.values())


def _mined(model: Model | None, items: Items) -> Iterator[Found]:
    """What past sales held together with a line of the basket, and with each other, more than by chance."""
    if model is None:
        return
    for anchor_id, anchor in items.situation.anchors.items():
        place = model.knowledge.place.get(anchor_id)
        if place is not None and anchor.family is not None:
            if place not in model.kits:
                model.kits[place] = _sold_together(model.knowledge, place)
            yield from _mined_with(model, items, anchor, place)


def _mined_with(model: Model, items: Items, anchor: Product, place: int) -> Iterator[Found]:
    """The best of an anchor's sets whose every item may be offered, each of another family."""
    sets, base = model.kits[place]
    ids = {p: model.knowledge.product_ids[p] for _, some in sets for p in some}
    cases = items.eligible(list(ids.values())) if ids else {}
    families = {p: cases[i].product.family for p, i in ids.items() if i in cases}
    family = {p: name for p, name in families.items() if name not in (None, anchor.family)}
    for together, chosen in sets:
        if family.keys() >= set(chosen) and len({family[p] for p in chosen}) == len(chosen):
            name = "+".join(sorted(ids[p] for p in chosen))
            dearest_first = _dearest_first(cases[ids[p]] for p in chosen)
            kit_id = f"mined:{anchor.product_id}:{name}"
            yield Found(kit_id, "mined", anchor, dearest_first, None, (together, base))
            return


def _sold_together(knowledge: Knowledge, anchor: int) -> Together:
    """Of an anchor's strongest add-ons the sets, each a pairing with each, that enough of its sales of late
    held: the larger first, of one size the most sold; and how many sales there were."""
    others, shares, _ = knowledge.pairs.rows([anchor])
    base = int(knowledge.sold_in.starts[anchor + 1] - knowledge.sold_in.starts[anchor])
    if base < LEAST_TOGETHER or len(others) < FEWEST:
        return (), base
    strongest = [int(others[i]) for i in (-shares).argsort(kind="stable")[:WIDE]]
    held = _held(knowledge, anchor, strongest)
    counts = (held.astype("float32") @ held.T.astype("float32")).tolist()  # each with each, at once
    least = max(LEAST_TOGETHER, LEAST_SHARE * base)
    often = [row for row in range(len(strongest)) if counts[row][row] >= least]
    two: dict[tuple[int, ...], int] = {
        (one, other): int(counts[one][other])
        for one, other in combinations(often, 2)
        if counts[one][other] >= least and _pair(knowledge, strongest[one], strongest[other])
    }
    three: dict[tuple[int, ...], int] = {
        some: int(held[list(some)].all(axis=0).sum())
        for some in combinations(often, 3)
        if two.keys() >= set(combinations(some, 2))
    }
    sets = [*_most_first(three, least), *_most_first(two, least)]
    return tuple((times, tuple(strongest[row] for row in some)) for times, some in sets), base


def _most_first(
    counted: Mapping[tuple[int, ...], int], least: float
) -> Iterator[tuple[int, tuple[int, ...]]]:
    for some, times in sorted(counted.items(), key=lambda one: -one[1]):
        if times >= least:
            yield times, some


def _held(knowledge: Knowledge, anchor: int, others: Sequence[int]) -> NDArray[np.bool_]:
    """For each of these products, which of the anchor's sales of late held it (others × sales)."""
    import numpy as np

    sales, _ = knowledge.sold_in.others_of([anchor])
    products, sizes = knowledge.sales.others_of(sales)
    row = np.zeros(knowledge.count, dtype=np.int8)  # 0 for what is not looked at
    row[others] = np.arange(1, len(others) + 1)
    rows = row[products]
    told = rows.nonzero()[0]
    held = np.zeros((len(others), len(sales)), dtype=np.bool_)
    held[rows[told] - 1, np.arange(len(sales)).repeat(sizes)[told]] = True
    return held


def _pair(knowledge: Knowledge, one: int, other: int) -> bool:
    """Whether two add-ons are a pairing themselves, in either direction."""
    return other in knowledge.pairs.rows([one])[0] or one in knowledge.pairs.rows([other])[0]


def _dearest_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(sorted(cases, key=lambda case: (-(case.product.price or 0), case.product.product_id)))


def put_together(found: Found, items: tuple[Suggestion, ...], language: str = "en") -> Kit:
    """The kit with what it costs, what it saves and what can be said of it."""
    prices = [item.product.price for item in items]
    currencies = {item.product.currency for item in items}
    separately = sum(price or 0 for price in prices) if None not in prices and len(currencies) == 1 else None
    kit = Kit(
        found.kit_id,
        found.kind,
        items,
        found.anchor.name,
        TalkingPoint("", ""),
        found.price if found.price is not None else separately,
        separately,
        items[0].product.currency,
        *(found.counts or (None, None)),
    )
    return replace(kit, talking_point=say(kit, language))


def say(kit: Kit, language: str = "en") -> TalkingPoint:
    """What to say of a kit: its saving, else how often it sold, else that it goes together."""
    number = talking_points.number(language)
    known = {"anchor": spoken(kit.anchor_name)}
    known["two" if len(kit.suggestions) == FEWEST else "more"] = ""
    if kit.saved:
        known["saved"] = f"{kit.saved}"
    if kit.kind == "mined" and kit.n is not None and kit.base:
        known["together"] = number(kit.n)
        if kit.n >= WORTH_NAMING * kit.base:
            known |= {"n": number(kit.n), "base": number(kit.base)}
    else:
        known["shops"] = ""
    for template in talking_points.kit_templates(language):
        if template.when <= known.keys():
            text = template.text.format_map(known)
            if len(text.split()) <= MOST_WORDS:
                return TalkingPoint(template.template_id, text)
    raise AssertionError("the last template asks for no facts")
