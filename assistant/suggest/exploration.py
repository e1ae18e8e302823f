"""Which of several good add-ons is shown, drawn with every chance known: Plackett–Luce, slot by slot.

The weights are made once, of scores over a temperature mixed with a uniform floor. What is drawn lowers the
weights of the rest of its family; nothing is put in another order afterwards, so that the chance of each
slot, given those before it, is exact. The draws follow from the weights, a factor and a seed by sums,
products and one hash alone: any machine comes to the same slate, bit for bit.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.records import Draw, Drawable, DrawnSlot
from assistant.store import preferences
from assistant.store.database import Connection

_BITS = 53  # of a number between 0 and 1 that a float holds exactly


@dataclass(frozen=True, slots=True)
class Manner:
    """How freely is drawn: `temperature` in log-odds, `floor` the share that all have alike."""

    temperature: float
    floor: float


@dataclass(frozen=True, slots=True)
class Contender:
    """What may stand in a slot; `slot` is set where it has that slot (from 0) without any draw."""

    product_id: str
    log_odds: float
    family: str | None = None
    slot: int | None = None


def manner(connection: Connection) -> Manner | None:
    """As the settings have it; None where nothing is drawn by chance."""
    if not preferences.get(connection, "explore.on"):
        return None
    temperature, floor = (
        float(preferences.get(connection, f"explore.{n}")) for n in ("temperature", "floor")
    )
    if not (temperature > 0 and 0 <= floor <= 1):
        return None
    return Manner(temperature, floor)


def draw(
    contenders: Sequence[Contender],
    places: int,
    how: Manner,
    crowding: float,
    seed: str,
    above: Sequence[str],
) -> Draw:
    """Fill so many places. `above` are the families of what is shown already; `crowding` is what each of the
    same family above costs in log-odds."""
    factor = math.exp(-crowding / how.temperature)
    weighed = weights([c.log_odds for c in contenders if c.slot is None], how)
    free = iter(weighed)
    among = tuple(
        Drawable(c.product_id, c.log_odds, 0.0 if c.slot is not None else next(free), c.family, c.slot)
        for c in contenders
    )
    slots = tuple(again(among, places, factor, seed, above))
    return Draw(seed, how.temperature, how.floor, factor, places, tuple(above), among, slots)


def recompute(logged: Draw) -> tuple[DrawnSlot, ...]:
    """The slots of a draw from what was logged of it, the same to the last bit."""
    return tuple(again(logged.among, logged.places, logged.factor, logged.seed, logged.above))


def again(
    among: Sequence[Drawable], places: int, factor: float, seed: str, above: Sequence[str]
) -> Iterator[DrawnSlot]:
    """Slot after slot: who has it by right, else who is drawn, with the chance that it had."""
    left = [one for one in among if one.slot is None]
    by_right = {one.slot: one for one in among if one.slot is not None}
    families = list(above)
    for slot in range(places):
        chance = 1.0
        taken = by_right.get(slot)
        if taken is None:
            if not left:
                continue
            chances = slot_chances(left, families, factor)
            place = _struck(chances, uniform(seed, slot))
            taken, chance = left.pop(place), chances[place]
        if taken.family:
            families.append(taken.family)
        yield DrawnSlot(taken.product_id, chance)


def slot_chances(left: Sequence[Drawable], families: Sequence[str], factor: float) -> list[float]:
    """The chance of each of those left to have the next slot, with these families above it."""
    weights = []
    for one in left:
        weight = one.weight
        for _ in range(families.count(one.family) if one.family else 0):
            weight *= factor
        weights.append(weight)
    whole = sum(weights)
    if whole <= 0:  # every weight has vanished: all alike
        return [1 / len(left)] * len(left)
    return [weight / whole for weight in weights]


def uniform(seed: str, slot: int) -> float:
    """A number from 0 up to 1 that follows from a seed and a slot."""
    told = hashlib.sha256(f"{seed}:{slot}".encode()).digest()
    return (int.from_bytes(told[:8], "big") >> (64 - _BITS)) / (1 << _BITS)


def seed_of(visit_id: str, product_ids: Sequence[str], shown: Sequence[str]) -> str:
    """A seed that is another for every visit and for every question in it, and the same for the same one."""
    told = "\n".join((visit_id, *product_ids, "", *sorted(shown)))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def weights(log_odds: Sequence[float], how: Manner) -> list[float]:
    """What scores weigh: over the temperature, mixed with the floor that all have alike; they sum to 1."""
    if not log_odds:
        return []
    best = max(log_odds)
    told = [math.exp((one - best) / how.temperature) for one in log_odds]
    whole = sum(told)
    return [(1 - how.floor) * one / whole + how.floor / len(told) for one in told]


def _struck(chances: Sequence[float], u: float) -> int:
    """The place that a number from 0 up to 1 strikes; never one without a chance."""
    reached, last = 0.0, 0
    for place, chance in enumerate(chances):
        if chance <= 0:
            continue
        reached, last = reached + chance, place
        if u < reached:
            return place
    return last
