"""What a kind of sale lets expect: the learned case mix, cross-fitted so that nobody is in their own.

An expected rate is a logistic sum of effects of the store, the hour, the anchors' category and the basket's
value without its accepted add-ons: with them, whoever attaches much would seem to have had easy baskets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.measure.fairness import Days
from assistant.store.cases import FACTORS, Case, DaySum, Effect

STRENGTH = 2.0
"""How large effects may be: the variance they are given beforehand (scikit-learn's C)."""

EVERYBODY = 0
"""The fold of whoever was not there when it was learned: effects from all sales."""


@dataclass(frozen=True, slots=True)
class CaseMix:
    """Learned effects by fold, factor and level; `fold` says which one has nothing of a person's own."""

    effects: Mapping[int, Mapping[tuple[str, str], float]]
    fold: Mapping[str, int]

    def expected(self, cases: Sequence[Case]) -> NDArray[np.float64]:
        """The expected rate of each case, without its associate."""
        odds = np.zeros(len(cases))
        for n, case in enumerate(cases):
            effects = self.effects.get(self.fold.get(case.associate_id, EVERYBODY), {})
            odds[n] = effects.get(("", ""), 0.0) + sum(
                effects.get((factor, level), 0.0) for factor, level in zip(FACTORS, case.levels, strict=True)
            )
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def read(effects: Iterable[Effect]) -> CaseMix | None:
    """A case mix from its stored effects; None where none was learned."""
    found: dict[int, dict[tuple[str, str], float]] = defaultdict(dict)
    fold: dict[str, int] = {}
    for number, factor, level, effect in effects:
        if factor == "associate":
            fold[level] = number
        else:
            found[number][factor, level] = effect
    return CaseMix(dict(found), fold) if found else None


def days_of(
    sums: Sequence[DaySum], kinds: Sequence[Case], mix: CaseMix | None
) -> tuple[Days, tuple[str, ...]]:
    """Everybody's days for a comparison, and whose places these are; `kinds` are the cases they sum up."""
    ids = tuple(sorted({one.associate_id for one in sums}))
    place = {associate_id: n for n, associate_id in enumerate(ids)}
    unsure = np.zeros(len(ids))
    if mix is not None and kinds:
        whose = np.array([place[case.associate_id] for case in kinds], dtype=np.int64)
        rate = mix.expected(kinds)
        unsure = _unsure(kinds, whose, np.array([case.sales for case in kinds]) * rate, rate, len(ids))
    counted = np.array([(one.sales, one.attached, one.expected, one.spread) for one in sums], np.float64)
    sales, attached, expected, spread = counted.reshape(-1, 4).T
    person = np.array([place[one.associate_id] for one in sums], dtype=np.int64)
    return Days(person, sales, attached, expected, spread, unsure), ids


def _unsure(
    cases: Sequence[Case],
    whose: NDArray[np.int64],
    expected: NDArray[np.float64],
    rate: NDArray[np.float64],
    people: int,
) -> NDArray[np.float64]:
    """The relative variance of each person's expected sum, as it was learned from everybody else's sales.

    By the logistic model's information, with the same ridge as in learning; sales taken as independent.
    """
    columns: dict[tuple[str, str], int] = {("", ""): 0}
    rows = []
    for case in cases:
        levels = (*zip(FACTORS, case.levels, strict=True), ("associate", case.associate_id))
        rows.append([0, *(columns.setdefault(one, len(columns)) for one in levels)])
    kinds = np.array([factor != "associate" for factor, _ in columns])
    design = np.zeros((len(cases), len(columns)))
    design[np.arange(len(cases))[:, None], np.array(rows)] = 1
    weight = expected * (1 - rate)
    own = np.zeros((people, len(columns), len(columns)))
    slope = np.zeros((people, len(columns)))
    for who in range(people):
        here = whose == who
        told = design[here] * weight[here, None]
        own[who], slope[who] = design[here].T @ told, told.sum(axis=0) / max(expected[here].sum(), 1e-12)
        # What is expected is of the average one of the others.
        slope[who, ~kinds] = np.where(design[here][:, ~kinds].any(axis=0), 0.0, slope[who, 0]) / max(
            people - 1, 1
        )
    ridge = np.diag([1e-6, *np.full(len(columns) - 1, 1 / STRENGTH)])
    others = own.sum(axis=0) - own + ridge
    return np.asarray(
        np.einsum("pi,pi->p", slope, np.linalg.solve(others, slope[:, :, None])[:, :, 0]), dtype=np.float64
    )
