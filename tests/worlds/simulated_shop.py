"""A shop whose customers are known: what each says to each offer, and what is kept. Only answers are told.

Baskets, candidates and the ranker are those of a real home; what happens at the counter follows from effects
drawn by a seed. Families, products and pairings differ in how well they are taken and kept, attention fades
from slot to slot, associates leave offers out, who took one of a family hardly needs another, what comes back
comes back late, families have their seasons, and in one week tastes change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from assistant.records import DAY, Basket, Line, Product
from assistant.store.answered import Answered
from assistant.store.database import Connection
from assistant.suggest.acceptance import Offered
from assistant.suggest.ask import ask
from assistant.suggest.model import Model
from assistant.suggest.question import Question

Floats = NDArray[np.float64]

WEEKS = 12
DRIFT = 6  # the week, from 0, with which tastes change
POOL = 40  # candidates of a basket, the ranker's best first
PLACES = 5
WINDOW = 30  # days in which a thing can be brought back
START = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp() * 1000)
ENOUGH = 2.0  # by how much less likely, in log-odds, each one taken makes another of its family
TOO_DEAR, HAS_ONE, NO_FIT = 0.25, 0.15, 0.2  # of declines


@dataclass(frozen=True, eq=False)
class Scene:
    """A basket and what could be offered with it, the ranker's best first."""

    basket: Basket
    offers: tuple[Offered, ...]
    lifts: tuple[float, ...]  # of the best pairing behind each; 0 where none was measured
    curated: tuple[bool, ...]


def scenes(connection: Connection, model: Model, seed: int, count: int) -> list[Scene]:
    """Baskets as they were sold here, half seen, with what the ranker makes of them."""
    rng = np.random.default_rng(seed)
    orders = [
        str(order)
        for (order,) in connection.execute("SELECT DISTINCT order_id FROM order_lines ORDER BY order_id")
    ]
    found: list[Scene] = []
    for place in rng.permutation(len(orders)):
        lines = connection.execute(
            "SELECT p.product_id, p.sku, p.name, p.price, p.category FROM order_lines AS l "
            "JOIN products AS p USING (product_id) WHERE l.order_id = ? AND l.quantity > 0 "
            "ORDER BY l.line_no",
            (orders[place],),
        ).fetchall()
        if not lines:
            continue
        seen = dict.fromkeys(lines[: 1 + int(rng.integers(len(lines)))])
        basket = Basket(None, tuple(Line(*one[:3], 1, one[3], None, one[4]) for one in seen))
        slate = ask(connection, model, Question(basket, limit=POOL))
        if len(slate.suggestions) > PLACES:
            found.append(_scene(basket, slate.suggestions))
        if len(found) == count:
            return found
    return found


def _scene(basket: Basket, suggestions: Sequence) -> Scene:
    offers = [Offered(s.product, s.evidence[0].anchor_id, sum(s.parts.values())) for s in suggestions]
    return Scene(
        basket,
        tuple(offers),
        tuple(max((e.lift or 0.0 for e in s.evidence), default=0.0) for s in suggestions),
        tuple(any(e.n is None for e in s.evidence) for s in suggestions),
    )


@dataclass(frozen=True, eq=False)
class Truth:
    """What the customers of one seed are like; arrays are of one scene's offers."""

    accepted: Sequence[Floats]  # log-odds of a yes before the drift, per scene
    changed: Sequence[Floats]  # and after it
    kept: Sequence[Floats]  # probability that what was taken stays
    margin: Sequence[Floats]  # of one sale, in units of the currency
    phase: Sequence[Floats]  # of each family's season
    associates: Floats  # how ready each is to offer, in log-odds
    attention: float = 0.35  # what each slot further down costs of an associate's readiness


def truth(some: Sequence[Scene], seed: int, associates: int = 6) -> Truth:
    """Draw what the customers are like. How well a thing fits, as the ranker sees it, tells part of it."""
    rng = np.random.default_rng((seed, 1))
    fits = np.array([one.fit for scene in some for one in scene.offers])
    effect = _Effects(rng)
    before, after, kept, margin, phase = [], [], [], [], []
    for scene in some:
        told: list[tuple[float, ...]] = []
        for one in scene.offers:
            product, family = one.product.product_id, one.product.family or ""
            usual = -1.4 + 0.5 * (one.fit - fits.mean()) / fits.std()
            dear = -0.6 * math.log(max(one.product.price or 1, 1) / 300_000)
            own = effect("family", family, 0.5) + effect("product", product, 0.6)
            own += effect("pairing", f"{one.anchor_id}:{product}", 0.4)
            later = effect("family later", family, 0.5) if effect("turns", family, 1.0) > 0 else None
            then = own if later is None else own - effect("family", family, 0.5) + later
            stays = 2.2 + effect("kept", product, 0.9)
            told.append((usual + dear + own, usual + dear + then, _share(stays), _margin(one.product),
                         effect("season", family, 3.0)))  # fmt: skip
        for column, values in zip((before, after, kept, margin, phase), np.array(told).T, strict=True):
            column.append(values)
    return Truth(before, after, kept, margin, phase, rng.normal(0.6, 0.8, associates))


@dataclass(eq=False)
class _Effects:
    """Normal effects, drawn once for each name."""

    rng: np.random.Generator
    drawn: dict[tuple[str, str], float] = field(default_factory=dict)

    def __call__(self, kind: str, name: str, spread: float) -> float:
        if (kind, name) not in self.drawn:
            self.drawn[kind, name] = float(self.rng.normal())
        return spread * self.drawn[kind, name]


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def _margin(product: Product) -> float:
    return ((product.price or 0) - (product.cost or 0)) / 10_000


@dataclass(frozen=True, eq=False)
class Customer:
    """Who comes: to which scene, in which week, served by whom; `dice` decide what nobody can know."""

    scene: int
    week: int
    associate: int
    number: int
    at: int
    dice: Floats  # for each offer of the scene: is it offered, accepted, kept, and when does it come back


@dataclass(frozen=True, eq=False)
class Shop:
    """Scenes with their truth. The same customers come whatever they are shown."""

    scenes: Sequence[Scene]
    truth: Truth
    seed: int
    a_week: int

    def customers(self, week: int) -> Iterator[Customer]:
        """Those of one week, in the order in which they come."""
        rng = np.random.default_rng((self.seed, 2, week))
        for number in range(self.a_week):
            scene = int(rng.integers(len(self.scenes)))
            at = START + (week * 7 * self.a_week + 7 * number) * DAY // self.a_week
            who = int(rng.integers(len(self.truth.associates)))
            dice = rng.random((4, len(self.scenes[scene].offers)))
            yield Customer(scene, week, who, week * self.a_week + number, at, dice)

    def takes(self, customer: Customer) -> Floats:
        """The log-odds that each offer of the scene is accepted once made, with none of its family taken."""
        told = (self.truth.accepted if customer.week < DRIFT else self.truth.changed)[customer.scene]
        phase = self.truth.phase[customer.scene]
        return np.asarray(told + 0.3 * np.sin(2 * math.pi * customer.week / WEEKS + phase))

    def offered(self, customer: Customer, places: int) -> Floats:
        """The probability that the associate says what stands in each slot."""
        ready = self.truth.associates[customer.associate] + 0.05 * math.log1p(self.experience(customer))
        return np.asarray(1 / (1 + np.exp(-(ready - self.truth.attention * np.arange(places)))))

    def experience(self, customer: Customer) -> int:
        """How many visits the associate had begun before, as far as the world cares."""
        return customer.number // len(self.truth.associates)

    def expected(self, customer: Customer, slate: Sequence[int]) -> tuple[float, float]:
        """Of a slate, the net margin that it brings and the chance that something is taken and kept."""
        said, takes = self.offered(customer, len(slate)), self.takes(customer)
        stays, margin = self.truth.kept[customer.scene], self.truth.margin[customer.scene]
        brought, nothing = 0.0, 1.0
        for places in self._families(customer.scene, slate).values():
            # For each number of the family that was taken so far: how likely, and likely with none kept.
            some, none = [1.0], [1.0]
            for slot, place in places:
                yes = [said[slot] * _share(takes[place] - ENOUGH * taken) for taken in range(len(some))]
                brought += sum(s * y for s, y in zip(some, yes, strict=True)) * stays[place] * margin[place]
                some = _moved(some, yes, 1.0)
                none = _moved(none, yes, 1 - stays[place])
            nothing *= sum(none)
        return brought, 1 - nothing

    def best(self, customer: Customer) -> list[int]:
        """The slate of who knows everything: slot by slot what brings the most margin there."""
        left = list(range(len(self.scenes[customer.scene].offers)))
        slate: list[int] = []
        takes, worth = (
            self.takes(customer),
            self.truth.kept[customer.scene] * self.truth.margin[customer.scene],
        )
        families = [one.product.family for one in self.scenes[customer.scene].offers]
        while left and len(slate) < PLACES:
            above = [families[place] for place in slate]
            best = max(
                left, key=lambda p: worth[p] * _share(takes[p] - ENOUGH / 2 * above.count(families[p]))
            )
            slate.append(best)
            left.remove(best)
        return slate

    def answers(self, customer: Customer, slate: Sequence[int]) -> list[Heard]:
        """What the log would hold of it."""
        said, takes, stays = self.offered(customer, len(slate)), self.takes(customer), self.truth.kept
        heard: list[Heard] = []
        for slot, place in enumerate(slate):
            offer, accept, keep, when = customer.dice[:, place]
            one = self.scenes[customer.scene].offers[place]
            taken = sum(h.kind == "accepted" and h.offer.product.family == one.product.family for h in heard)
            yes = accept < _share(takes[place] - ENOUGH * taken)
            kind = "not_offered" if offer >= said[slot] else "accepted" if yes else "declined"
            kept = bool(keep < stays[customer.scene][place])
            heard.append(
                Heard(one, customer, slot + 1, kind, _reason(kind, when), kept, self.experience(customer))
            )
        return heard

    def _families(self, scene: int, slate: Sequence[int]) -> dict[str, list[tuple[int, int]]]:
        """Slot and place of what is shown, by family."""
        found: dict[str, list[tuple[int, int]]] = {}
        for slot, place in enumerate(slate):
            family = self.scenes[scene].offers[place].product.family or str(place)
            found.setdefault(family, []).append((slot, place))
        return found


def _moved(masses: Sequence[float], yes: Sequence[float], of_it: float) -> list[float]:
    """The masses by how many were taken, after one more offer; `of_it` is the share left of who takes it."""
    stay = [mass * (1 - y) for mass, y in zip(masses, yes, strict=True)]
    go = [mass * y * of_it for mass, y in zip(masses, yes, strict=True)]
    return [a + b for a, b in zip([*stay, 0.0], [0.0, *go], strict=True)]


def _reason(kind: str, dice: float) -> str | None:
    if kind != "declined":
        return None
    for reason, share in (("too_expensive", TOO_DEAR), ("has_one", HAS_ONE), ("does_not_fit", NO_FIT)):
        if dice < share:
            return reason
        dice -= share
    return None


@dataclass(frozen=True, eq=False)
class Heard:
    """One answer, and whether the thing stays, which nobody knows before its window is over."""

    offer: Offered
    customer: Customer
    slot: int
    kind: str
    reason: str | None
    stays: bool
    experience: int

    def told(self, now: int) -> Answered:
        """As the log has it at a time."""
        product, over = self.offer.product, self.customer.at + WINDOW * DAY <= now
        return Answered(
            product.product_id,
            self.offer.anchor_id,
            product.family,
            "counter",
            self.slot,
            self.offer.fit,
            product.price,
            False,
            self.experience,
            self.customer.at,
            self.kind,  # type: ignore[arg-type]
            self.reason,  # type: ignore[arg-type]
            self.stays if self.kind == "accepted" and over else None,
        )
