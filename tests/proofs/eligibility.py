"""The proof `eligibility`: random baskets against the rules, in made-up shops; nothing refused is shown.

What may be shown is told a second time here, of plain sets, without the program's rules. Between the two
stand the walk over the candidates, its spreading over families, and the draw, at any temperature and floor.
"""

from __future__ import annotations

import os
import random
import time
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.records import DAY, Basket, Line, Link, Product, Stock
from assistant.store.purchases import NOTHING, Purchases
from assistant.suggest import drawing, features
from assistant.suggest.ask import CROWDING, SPREAD, choose
from assistant.suggest.candidates import Candidate
from assistant.suggest.exploration import Manner
from assistant.suggest.features import Shelf, Situation
from assistant.suggest.question import Drawing, Question

BASKETS = 1_000_000
REDUCED = 20_000
CANDIDATES = 20
A_SHOP = 2_000  # baskets asked of each shop
GOODS = 60
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
_TODAY = NOW.timestamp() * 1_000 / DAY
_REFUSING = ("taken_out", "vetoed", "does_not_fit")


@dataclass(frozen=True)
class Facts:
    """What is true of one question beside the shop: kept apart from the shape that the rules look at."""

    basket: tuple[str, ...]
    tier: str | None
    consent: bool
    bought: Mapping[str, tuple[float, ...]]  # the days, ascending
    said_owned: frozenset[str]
    returned: frozenset[str]
    declined: frozenset[str]
    refused: frozenset[str]
    words: Mapping[tuple[str, str], str]
    found: Mapping[str, Candidate]


@dataclass(frozen=True)
class Shop:
    """Products, what is there of them, and the shop's links."""

    goods: Mapping[str, Product]
    stock: Mapping[str, Stock]
    links: Mapping[str, Sequence[Link]]  # by each of the two products
    against: frozenset[tuple[str, str]]  # what takes another's place or fights with it, either way round

    @classmethod
    def made(cls, rng: random.Random) -> Shop:
        """Any shop."""
        goods = {f"P{n}": _product(rng, f"P{n}") for n in range(GOODS)}
        there = {i: Stock(rng.choice((0, -1, 1, 2, 9, 9, 9, None))) for i in goods if rng.random() < 0.9}
        kinds = ("accessory", "accessory", "requires", "kit", "incompatible", "alternative")
        ids = sorted(goods)
        some = [(rng.choice(ids), rng.choice(ids)) for _ in range(5 * GOODS)]
        pairs = {(a, b): rng.choice(kinds) for a, b in some if a != b}
        links: dict[str, list[Link]] = {}
        for (a, b), kind in pairs.items():
            for one in (a, b):
                links.setdefault(one, []).append(Link(a, b, kind))  # type: ignore[arg-type]
        against = [pair for pair, kind in pairs.items() if kind in ("incompatible", "alternative")]
        return cls(goods, there, links, frozenset((*against, *((b, a) for a, b in against))))


def _product(rng: random.Random, product_id: str) -> Product:
    attributes: dict[str, object] = {}
    if rng.random() < 0.1:
        attributes["only_for"] = rng.choice(("Gold", ["Gold", "Staff"]))
    if rng.random() < 0.1:
        attributes["one_of"] = rng.choice(("plan", "account"))
    if rng.random() < 0.2:
        attributes["life_days"] = rng.choice((14, 60, 365))
    return Product(
        product_id,
        product_id,
        product_id,
        rng.choice((None, *(f"Shop/Kind {n}/Sort {n % 2}" for n in range(12)))),
        rng.choice((None, *range(10_000, 900_000, 90_000))),
        active=rng.random() < 0.9,
        attributes=attributes,
        consumable=rng.choice((None, False, True)),
        regulated=rng.random() < 0.1,
    )


def _facts(rng: random.Random, shop: Shop) -> Facts:
    """Any question that a counter may ask."""
    ids = list(shop.goods)
    basket, consent = tuple(rng.sample(ids, rng.choice((0, 1, 1, 2, 3)))), rng.random() < 0.6
    bought = {
        one: tuple(sorted(_TODAY - rng.choice((1, 5, 20, 50, 200, 900)) * rng.random() for _ in range(times)))
        for one in rng.sample(ids, rng.choice((0, 4, 12)))
        if consent and (times := rng.choice((1, 1, 2, 4)))
    }
    some = {name: frozenset(rng.sample(ids, rng.choice((0, 0, 3)))) for name in ("said", "back", "no", "now")}
    anchors = (*basket, *bought)
    vexed = rng.sample(ids, rng.choice((0, 0, 2))) if anchors else ()
    words = {(rng.choice(anchors), one): rng.choice(_REFUSING) for one in vexed}
    linked: dict[str, list[tuple[str, str]]] = {}
    for anchor in dict.fromkeys(anchors):
        for link in shop.links.get(anchor, ()):
            if link.product_id == anchor and link.kind in ("accessory", "requires", "kit"):
                linked.setdefault(link.linked_id, []).append((link.kind, anchor))
    found = {}
    for one in rng.sample(ids, CANDIDATES):
        of = tuple(linked.get(one, ()))
        needed = any(kind == "requires" and anchor in basket for kind, anchor in of)
        found[one] = Candidate(one, rng.gauss(-2, 2), links=of, needed=needed, enough=rng.random() < 0.8)
    none: frozenset[str] = frozenset()
    return Facts(
        basket,
        rng.choice((None, "Gold", "Staff", "Blue")),
        consent,
        bought,
        some["said"] if consent else none,
        some["back"] if consent else none,
        some["no"],
        some["now"],
        words,
        found,
    )


def may_be_shown(shop: Shop, facts: Facts, product_id: str) -> bool:
    """The rules of the trade, of plain sets."""
    one, candidate = shop.goods[product_id], facts.found[product_id]
    lines = [shop.goods[line] for line in facts.basket]
    has = [shop.goods[owned] for owned in facts.bought]
    tiers = one.attributes.get("only_for", facts.tier)
    there = shop.stock.get(product_id)
    leads = {anchor for _, anchor in candidate.links}
    own = one.family is not None and any(
        other.family == one.family and other.product_id not in leads
        for other in (lines or ([] if product_id in facts.bought else has))
    )
    return (
        product_id not in facts.basket
        and one.active
        and (there is None or there.quantity is None or there.quantity > 0)
        and (facts.tier == tiers or (isinstance(tiers, list) and facts.tier in tiers))
        and not any((line, product_id) in shop.against for line in facts.basket)
        and not (own or _had(shop, facts, one, candidate) or _due_later(facts, one))
        and not (product_id in facts.said_owned and not one.consumable)
        and product_id not in facts.returned | facts.declined | facts.refused
        and not any((anchor, product_id) in facts.words for anchor in (*facts.basket, *facts.bought))
        and (bool(candidate.links) or candidate.enough)
    )


def _had(shop: Shop, facts: Facts, one: Product, candidate: Candidate) -> bool:
    """Whether the customer has it, or of its kind one at a time."""
    lasts = one.consumable is False or (one.consumable is None and "life_days" not in one.attributes)
    if one.product_id in facts.bought:
        return lasts
    kind = one.attributes.get("one_of")
    newest_last = sorted(facts.bought, key=lambda i: facts.bought[i][-1])
    there = [shop.goods[i] for i in (*newest_last, *facts.basket)]
    last = [other for other in there if other.attributes.get("one_of") == kind]
    if kind is None or not last:
        return False
    needs_more = candidate.needed and one.price is not None and (last[-1].price or one.price) < one.price
    return not needs_more


def _due_later(facts: Facts, one: Product) -> bool:
    days = facts.bought.get(one.product_id)
    lasts = one.attributes.get("life_days")
    if not days or not isinstance(lasts, int):
        return False
    own = max((days[-1] - days[0]) / (len(days) - 1), 1.0) if len(days) > 1 else lasts
    return _TODAY - days[-1] < 0.6 * own


def _situation(shop: Shop, facts: Facts, question: Question) -> Situation:
    anchors = {i: shop.goods[i] for i in facts.basket}
    newest = sorted(facts.bought, key=lambda i: -facts.bought[i][-1])
    starts, days = [0], array("d")
    for i in newest:
        days.extend(facts.bought[i])
        starts.append(len(days))
    times = [len(facts.bought[i]) for i in newest]
    bought = Purchases(tuple(newest), times, array("q", starts), days, array("d", sorted(days)))
    return features.arrange(
        question,
        anchors,
        {i: shop.goods[i] for i in newest if i not in anchors},
        [link for i in anchors for link in shop.links.get(i, ())],
        bought=bought if newest else NOTHING,
        consent=facts.consent,
        declined=facts.declined,
        refused=facts.refused,
        said_owned=facts.said_owned,
        returned=facts.returned,
        words=facts.words,  # type: ignore[arg-type]
        tier=facts.tier,
    )


@dataclass(frozen=True)
class Found:
    """What came of some baskets: suggestions shown, and those of them that should not have been."""

    baskets: int = 0
    shown: int = 0
    drawn: int = 0
    refused: int = 0
    regulated_drawn: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(
            *(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True))
        )


def asked(seed: int, baskets: int = A_SHOP) -> Found:
    """So many baskets in one shop."""
    rng = random.Random(seed)
    shop = Shop.made(rng)

    def look(product_ids: object) -> Shelf:
        return Shelf(shop.goods, shop.stock)

    found = Found()
    for number in range(baskets):
        facts = _facts(rng, shop)
        lines = tuple(Line(i, i, i, 1.0, category=shop.goods[i].category) for i in facts.basket)
        places = rng.choice((3, 5))
        question = Question(
            Basket(None, lines), visit_id=str(number), limit=places, drawing=Drawing(places), now=NOW
        )
        how = Manner(rng.choice((0.05, 0.15, 1.0, 20.0)), rng.choice((0.0, 0.01, 1.0)))
        in_order = sorted(facts.found.values(), key=lambda one: -one.log_odds)
        choice = choose(None, _situation(shop, facts, question), in_order, look, SPREAD)
        cases, made = drawing.drawn(choice.chosen, how, question, look, CROWDING, {})
        shown = [case.product for case in cases]
        kinds = [kind for one in shown if (kind := one.attributes.get("one_of"))]
        wrong = sum(not may_be_shown(shop, facts, one.product_id) for one in shown)
        by_chance = [one for one in made.among if one.slot is None]
        found += Found(
            1,
            len(shown),
            len(by_chance),
            wrong + len(kinds) - len(set(kinds)),
            sum(shop.goods[one.product_id].regulated for one in by_chance),
        )
    return found


def main(*, full: bool, seed: int = 1) -> int:
    """Print the figures; 1 where anything that the rules refuse was shown."""
    began, found = time.perf_counter(), Found()
    shops = (BASKETS if full else REDUCED) // A_SHOP
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for some in workers.map(asked, range(seed * 1_000_000, seed * 1_000_000 + shops)):
            found += some
    print(
        f"{found.baskets:,} baskets in {shops} shops, {found.shown:,} suggestions shown, {found.drawn:,} "
        f"contenders drawn among: {found.refused} refused ones shown, {found.regulated_drawn} regulated "
        "ones left to chance, "
        f"in {time.perf_counter() - began:.0f} s"
    )
    return 1 if found.refused or found.regulated_drawn or not found.shown else 0
