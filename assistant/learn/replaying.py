"""Slates of the log as another model would have drawn them: the chances that off-policy estimates need.

The score that was logged is moved by what the candidate says more, or less, than the model in use of the same
product in the same basket; so all that neither model decides (links, what is needed) stays as it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.learn.off_policy import Slots
from assistant.records import DAY, Draw, Drawable, Product, Progress
from assistant.store.draws import AnsweredDraw
from assistant.suggest.acceptance import Acceptance, Offered, case_table
from assistant.suggest.exploration import Manner, slot_chances, weights
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.model import Model
from assistant.suggest.ranking import by_kind, rank
from assistant.suggest.signals import Past, read

Floats = NDArray[np.float64]
Pairing = tuple[str | None, str]
"""The line that led to an add-on, where one did, and the add-on."""

_SAYING = "Asking the log"
_SAID = 50


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """What stands beside the models when a slate is asked anew: what customers had bought, by their id, the
    products of the catalog, the strongest line for each add-on, and the power of the margin."""

    pasts: Mapping[str, Past]
    products: Mapping[str, Product]
    led_by: Mapping[tuple[str, str], float]  # (anchor, add-on) → share
    power: float


def replayed(
    slates: Sequence[AnsweredDraw], candidate: Model, in_use: Model, beside: Counter, progress: Progress
) -> tuple[Slots, tuple[Pairing, ...]]:
    """The slots of all slates, with the chance that the candidate gives each, and each slot's pairing.

    Both models have the same knowledge; the reward of a slot is 1 where what stood there was accepted. What
    stood there without a draw is left out: no model decides on it.
    """
    told: list[_Slot] = []
    units: dict[str, int] = {}
    for number, slate in enumerate(slates):
        if number % _SAID == 0:
            progress(_SAYING, number, len(slates))
        unit = units.setdefault(slate.visit_id, len(units))
        told += _slots(slate, number, unit, candidate, in_use, beside)
    progress(_SAYING, len(slates), len(slates))
    made = Slots(
        slate=np.array([one.slate for one in told], dtype=np.int64),
        slot=np.array([one.slot for one in told], dtype=np.int64),
        reward=np.array([one.reward for one in told], dtype=np.float64),
        propensity=np.array([one.propensity for one in told], dtype=np.float64),
        target=np.array([one.target for one in told], dtype=np.float64),
        said=np.array([one.said for one in told], dtype=np.float64),
        expected=np.array([one.expected for one in told], dtype=np.float64),
        unit=np.array([one.unit for one in told], dtype=np.int64),
        usual=np.array([one.usual for one in told], dtype=np.float64),
    )
    return made, tuple(one.pairing for one in told)


@dataclass(frozen=True, slots=True)
class _Slot:
    slate: int
    slot: int
    reward: float
    propensity: float
    target: float
    said: float
    expected: float
    unit: int
    usual: float
    pairing: Pairing


def _slots(
    slate: AnsweredDraw, number: int, unit: int, candidate: Model, in_use: Model, beside: Counter
) -> Iterator[_Slot]:
    draw = slate.draw
    free = [one for one in draw.among if one.slot is None]
    fits = _fits(slate, free, in_use.knowledge, (candidate, in_use), beside)
    said = [
        _values(slate, free, model.acceptance, fit, beside)
        for model, fit in zip((candidate, in_use), fits, strict=True)
    ]
    moved = np.array([one.log_odds for one in free]) + said[0] - said[1]
    other = _weighed(draw, moved.tolist(), free)
    hoped = _hoped(slate, free, in_use, fits[1], beside)
    left, families = list(zip(free, other, strict=True)), list(draw.above)
    family_of = {one.product_id: one.family for one in draw.among}
    by_right = {one.product_id for one in draw.among if one.slot is not None}
    for place, drawn in enumerate(draw.slots):
        product_id = drawn.product_id
        if product_id not in by_right:
            logged, chances = (
                slot_chances([pair[way] for pair in left], families, draw.factor) for way in (0, 1)
            )
            ids = [one.product_id for one, _ in left]
            target = chances[ids.index(product_id)]
            expected, usual = (
                sum(hoped[name] * chance for name, chance in zip(ids, some, strict=True))
                for some in (chances, logged)
            )
            left = [pair for pair in left if pair[0].product_id != product_id]
            yield _Slot(
                number,
                place,
                float(product_id in slate.accepted),
                drawn.propensity,
                target,
                hoped[product_id],
                expected,
                unit,
                usual,
                (slate.led_by.get(product_id), product_id),
            )
        if family := family_of[product_id]:
            families.append(family)


def _weighed(draw: Draw, log_odds: Sequence[float], free: Sequence[Drawable]) -> list[Drawable]:
    made = weights(log_odds, Manner(draw.temperature, draw.floor))
    return [replace(one, weight=weight) for one, weight in zip(free, made, strict=True)]


def _fits(
    slate: AnsweredDraw,
    among: Sequence[Drawable],
    knowledge: Knowledge,
    both: Sequence[Model],
    beside: Counter,
) -> list[Floats]:
    """The log-odds of each by the ranker of each model; of what no ranker knows, as they were logged."""
    place = knowledge.place
    wanted = np.array([place[o.product_id] for o in among if o.product_id in place], dtype=np.int64)
    shown = [place[anchor] for anchor in slate.anchors if anchor in place]
    past = _before(beside.pasts.get(slate.customer_id or ""), slate.at)
    said = read(knowledge, shown, past, min(slate.at / DAY, float(knowledge.until[0])))
    ranked = rank(knowledge, both[0].forests, said, besides=wanted)
    row_of = {product: row for row, product in enumerate(ranked.places.tolist())}
    rows = [row_of.get(place.get(one.product_id, -1), -1) for one in among]
    known = [row for row in rows if row >= 0]
    x, kinds = ranked.features(known), ranked.kinds[known]
    logged = np.array([one.log_odds for one in among])
    found = []
    for model in both:
        told = logged.copy()
        told[np.array(rows) >= 0] = by_kind(x, kinds, model.forests)
        found.append(told)
    return found


def _values(
    slate: AnsweredDraw,
    free: Sequence[Drawable],
    acceptance: Acceptance | None,
    fits: Floats,
    beside: Counter,
) -> Floats:
    """What each is worth by a model: how it fits, and what answers taught."""
    if acceptance is None:
        return fits
    some = _offered(slate, free, fits, beside)
    told = acceptance.worth(
        [one for one in some if one is not None],
        slate.touchpoint,
        known=slate.customer_id is not None,
        power=beside.power,
    )
    worth = iter(sum(parts.values()) for parts in told)
    return np.array([fit if one is None else next(worth) for one, fit in zip(some, fits, strict=True)])


def _hoped(
    slate: AnsweredDraw, among: Sequence[Drawable], in_use: Model, fits: Floats, beside: Counter
) -> dict[str, float]:
    """The chance that each is accepted, as the model in use says; nothing of any where it says nothing."""
    hoped = dict.fromkeys((one.product_id for one in among), 0.0)
    if in_use.acceptance is None:
        return hoped
    known = [one for one in _offered(slate, among, fits, beside) if one is not None]
    if known:
        table = case_table(known, slate.touchpoint, known=slate.customer_id is not None)
        chances = zip(known, in_use.acceptance.taken(table), strict=True)
        hoped |= {one.product.product_id: math.exp(taken) for one, taken in chances}
    return hoped


def _offered(
    slate: AnsweredDraw, among: Sequence[Drawable], fits: Floats, beside: Counter
) -> list[Offered | None]:
    """As `suggest.weighing` looks at each; None for what is no longer in the catalog."""

    def leads(product_id: str) -> str | None:
        if product_id in slate.led_by:
            return slate.led_by[product_id]
        shares = {anchor: beside.led_by.get((anchor, product_id), 0.0) for anchor in slate.anchors}
        best = max(shares, key=lambda anchor: (shares[anchor], anchor), default=None)
        return best if best is not None and shares[best] > 0 else None

    return [
        Offered(beside.products[one.product_id], leads(one.product_id), float(fit))
        if one.product_id in beside.products
        else None
        for one, fit in zip(among, fits, strict=True)
    ]


def _before(past: Past | None, at: int) -> Past | None:
    """What had been bought by then."""
    if past is None:
        return None
    then = at / DAY
    kept = past.days < then
    row_of = np.repeat(np.arange(len(past.places)), past.times)
    sizes = np.bincount(row_of[kept], minlength=len(past.places))
    some = sizes > 0
    if not some.any():
        return None
    starts = np.concatenate(([0], np.cumsum(sizes[some])))
    return Past(past.places[some], starts, past.days[kept], past.order_days[past.order_days < then])
