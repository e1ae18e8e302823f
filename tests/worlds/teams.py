"""Teams whose true rates are known: mixed kinds of sale, and days on which sales go together.

A day has one hidden shift; sales of a day go together by the given correlation, and the mean rate of each
kind of sale stays what it is (the shift acts inside a normal distribution function).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from assistant.measure.fairness import Days
from assistant.store.cases import EVERYBODY, FACTORS, Case, Effect

RATE = 0.3
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """What happened by person, day and kind of sale, and what is true of the kinds and of the people.

    `own` is each person's true rate over the kinds they meet, `alike` what anybody else's would be there.
    """

    sales: NDArray[np.int64]
    attached: NDArray[np.int64]
    kinds: Numbers
    own: Numbers
    alike: Numbers

    def days(self, expected: Numbers | None = None) -> Days:
        """As fairness is asked of it; what is expected of a kind is true, unless something else is given.

        `expected` may be by kind or by person and kind.
        """
        rates = self.kinds if expected is None else expected
        rates = np.broadcast_to(rates, (len(self.sales), rates.shape[-1]))[:, None, :]
        person = np.repeat(np.arange(len(self.sales)), self.sales.shape[1])
        return Days(
            person,
            self.sales.sum(axis=2).ravel().astype(float),
            self.attached.sum(axis=2).ravel().astype(float),
            (self.sales * rates).sum(axis=2).ravel(),
            (self.sales * rates * (1 - rates)).sum(axis=2).ravel(),
            np.zeros(len(self.sales)),
        )

    def cases(self) -> list[Case]:
        """As the case mix learns from it: kinds are made of two stores, three hours and the categories."""
        sales, attached = self.sales.sum(axis=1), self.attached.sum(axis=1)
        return [
            Case(f"A{who:02}", levels(int(kind)), int(sales[who, kind]), int(attached[who, kind]))
            for who, kind in zip(*np.nonzero(sales), strict=True)
        ]

    def expected(self, effects: Iterable[Effect]) -> Numbers:
        """The rates of people × kinds that a learned case mix lets expect."""
        people, kinds = range(len(self.sales)), range(self.sales.shape[2])
        every = [Case(f"A{who:02}", levels(kind), 1, 0) for who in people for kind in kinds]
        return rates(effects, every).reshape(len(people), len(kinds))


def levels(kind: int) -> tuple[str, str, str, str]:
    """Store, hour, category and value of a kind of sale."""
    return f"S{kind % 2}", str(9 + 3 * (kind // 2 % 3)), f"C{kind // 6}", ""


def rates(effects: Iterable[Effect], found: Sequence[Case]) -> Numbers:
    """What a learned case mix lets expect of each case, reckoned case by case."""
    by_name = {(fold, factor, level): effect for fold, factor, level, effect in effects}
    fold_of = {level: fold for fold, factor, level in by_name if factor == "associate"}
    odds = []
    for case in found:
        fold = fold_of.get(case.associate_id, EVERYBODY)
        names = (("", ""), *zip(FACTORS, case.levels, strict=True))
        odds.append(sum(by_name.get((fold, *name), 0.0) for name in names))
    return _sigmoid(np.array(odds))


def team(
    dice: np.random.Generator,
    *,
    people: int = 9,
    days: int = 40,
    a_day: float = 8.0,
    correlation: float = 0.05,
    apart: float = 0.0,
    mixed: float = 0.6,
) -> Team:
    """A team of a rate of about 30 %. `apart` is how far people truly differ, in log-odds (a deviation)."""
    effects = [dice.normal(0, mixed, size) for size in (2, 3, 4)]
    kinds = np.array([effects[0][k % 2] + effects[1][k // 2 % 3] + effects[2][k // 6] for k in range(24)])
    kinds = _sigmoid(kinds - kinds.mean() + np.log(RATE / (1 - RATE)))
    mix = dice.dirichlet(np.full(24, 1.0), people)
    shift = dice.normal(0, apart, people) if apart else np.zeros(people)
    rates = _sigmoid(np.log(kinds / (1 - kinds)) + shift[:, None])
    sales = dice.poisson(a_day * mix[:, None, :], (people, days, 24))
    width = _width(round(correlation, 4))
    hidden = dice.normal(0, 1, (people, days, 1)) * width
    drawn = ndtr(ndtri(rates)[:, None, :] * np.sqrt(1 + width**2) + hidden)
    return Team(
        sales, dice.binomial(sales, drawn), kinds, (rates * mix).sum(axis=1), (kinds * mix).sum(axis=1)
    )


@functools.cache
def _width(correlation: float) -> float:
    """How wide the hidden shift is, for sales at the usual rate to go together so much."""
    if correlation <= 0:
        return 0.0
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()

    def over(width: float) -> float:
        rates = ndtr(ndtri(RATE) * np.sqrt(1 + width**2) + width * points)
        return float((weights * (rates - RATE) ** 2).sum()) / (RATE * (1 - RATE)) - correlation

    return float(brentq(over, 1e-6, 3.0))


def _sigmoid(odds: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-odds))
