"""Small worlds of slates: what each product is worth in each slot is known, so values have a closed form."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from assistant.learn.off_policy import Slots
from assistant.suggest.exploration import Contender, Manner, draw, slot_chances

PLACES = 3
GENTLE = Manner(0.5, 0.1)


@dataclass(frozen=True, eq=False)
class World:
    """Kinds of visit, each with candidates: two ways of scoring them, their worth, a model's guess of it."""

    logged: np.ndarray  # visits × products
    other: np.ndarray
    worth: np.ndarray  # visits × products × slots
    guess: np.ndarray
    how: Manner = GENTLE
    crowding: float = 0.2

    @property
    def products(self) -> int:
        return self.logged.shape[1]

    def family(self, product: int) -> str:
        return str(product % 2)

    def chances(self, scores: np.ndarray, above: tuple[int, ...]) -> dict[int, float]:
        """What stands in the next slot with which chance."""
        named = [Contender(str(p), float(scores[p]), self.family(p)) for p in range(self.products)]
        made = draw(named, 0, self.how, self.crowding, "", ())
        left = [one for one in made.among if int(one.product_id) not in above]
        told = slot_chances(left, [self.family(p) for p in above], made.factor)
        return {int(one.product_id): chance for one, chance in zip(left, told, strict=True)}

    def slates(self, visit: int) -> Iterator[tuple[tuple[int, ...], float, float, np.ndarray, np.ndarray]]:
        """Every slate with its chance as logged and otherwise, and of each slot both conditional chances."""
        for order in permutations(range(self.products), PLACES):
            logged, other = np.empty(PLACES), np.empty(PLACES)
            for slot, product in enumerate(order):
                logged[slot] = self.chances(self.logged[visit], order[:slot])[product]
                other[slot] = self.chances(self.other[visit], order[:slot])[product]
            yield order, float(logged.prod()), float(other.prod()), logged, other

    def true_value(self) -> float:
        """Rewards per slate where the other way chooses all slots."""
        return float(
            np.mean(
                [
                    sum(o * self.worth[v, list(s), range(PLACES)].sum() for s, _, o, _, _ in self.slates(v))
                    for v in range(len(self.logged))
                ]
            )
        )

    def slot_value(self) -> float:
        """Rewards per slate where the other way chooses each slot below what was logged above it."""
        whole = 0.0
        for visit in range(len(self.logged)):
            for slot in range(PLACES):
                for above in permutations(range(self.products), slot):
                    reach = math.prod(
                        self.chances(self.logged[visit], above[:n])[p] for n, p in enumerate(above)
                    )
                    told = self.chances(self.other[visit], above)
                    whole += reach * sum(c * self.worth[visit, p, slot] for p, c in told.items())
        return whole / len(self.logged)

    def told(self, visit: int, order: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each slot: what the model says of what is there, and in the mean of what the other way and the
        logged way would put there."""
        said = self.guess[visit, list(order), range(PLACES)]
        expected, usual = (
            [
                sum(c * self.guess[visit, p, slot] for p, c in self.chances(scores, order[:slot]).items())
                for slot in range(PLACES)
            ]
            for scores in (self.other[visit], self.logged[visit])
        )
        return said, np.array(expected), np.array(usual)


def world(rng: np.random.Generator, visits: int = 3, products: int = 5, good: float = 0.3) -> World:
    """A world at random; the model's guess is off."""
    logged = rng.normal(0, 0.6, (visits, products))
    other = logged + rng.normal(0, 0.3, (visits, products))
    base = 1 / (1 + np.exp(-(rng.normal(-1.0, 0.8, (visits, products)) + 0.5 * other)))
    worth = np.clip(base[:, :, None] * np.array([1.0, 0.8, 0.6]), 0.01, 0.95)
    guess = np.clip(worth * rng.uniform(1 - good, 1 + good, worth.shape), 0.0, 1.0)
    return World(logged, other, worth, guess)


def log(world: World, slates: int, rng: np.random.Generator) -> Slots:
    """What the log would hold after so many slates."""
    tables = [list(world.slates(v)) for v in range(len(world.logged))]
    told = [[world.told(v, order) for order, *_ in table] for v, table in enumerate(tables)]
    visit = rng.integers(0, len(tables), slates)
    columns: list[list[np.ndarray]] = [[], [], [], [], [], []]
    for v, table in enumerate(tables):
        of = int((visit == v).sum())
        chance = np.array([one[1] for one in table])
        drawn = rng.choice(len(table), of, p=chance / chance.sum())
        orders = np.array([one[0] for one in table])[drawn]
        worth = world.worth[v, orders, np.arange(PLACES)[None, :]]
        columns[0].append((rng.random(worth.shape) < worth).astype(float))
        columns[1].append(np.array([one[3] for one in table])[drawn])
        columns[2].append(np.array([one[4] for one in table])[drawn])
        columns[3].append(np.array([one[0] for one in told[v]])[drawn])
        columns[4].append(np.array([one[1] for one in told[v]])[drawn])
        columns[5].append(np.array([one[2] for one in told[v]])[drawn])
    reward, logged, other, said, expected, usual = (np.concatenate(one).ravel() for one in columns)
    slate = np.arange(slates).repeat(PLACES)
    slot = np.tile(np.arange(PLACES), slates)
    return Slots(slate, slot, reward, logged, other, said, expected, slate, usual)
