"""Baskets with and without suggestions, and stores before and after, whose true difference is known."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from assistant.store.control_weeks import StoreWeek
from assistant.store.holdout import Drawn

AT = datetime(2026, 3, 2, tzinfo=UTC)


def baskets(
    dice: np.random.Generator,
    *,
    units: int,
    share: int = 20,
    rate: float = 0.2,
    lift: float = 0.05,
    worth: float = 100_000.0,
    trials: tuple[tuple[int, float], ...] = (),
) -> list[Drawn]:
    """Customers with one to four baskets each, drawn once; an add-on is worth `worth`, and each customer has
    a taste of their own. `trials` are further shares with the season's own shift of the rate in each."""
    found = []
    for trial, (per_cent, season) in enumerate(((share, 0.0), *trials)):
        for n in range(units):
            held = bool(dice.random() < per_cent / 100)
            own = np.clip(dice.beta(4, 4 * (1 / rate - 1)) + season, 0, 0.9)
            for visit in range(dice.integers(1, 5)):
                attached = int(dice.random() < own + (0 if held else lift))
                paid = float(dice.gamma(2.0, 200_000.0)) + season * 1_000_000 + attached * worth
                found.append(
                    Drawn(f"{trial}-{n}-{visit}", f"{trial}-{n}", AT, per_cent, held, 0, paid, paid, 1,
                          attached, "GBP")
                )  # fmt: skip
    return found


def stores(
    dice: np.random.Generator,
    *,
    own: int = 2,
    controls: int = 6,
    weeks: int = 8,
    effect: float = 0.04,
    season: float = 0.06,
    apart: float = 0.01,
) -> list[StoreWeek]:
    """Weeks of stores of which the first `own` begin something in week 0, while a season lifts all of them.

    `apart` is how far stores differ in what the season does to them (a deviation).
    """
    found = []
    for n in range(own + controls):
        level, shift = dice.normal(0.2, 0.03), season + dice.normal(0, apart)
        size = int(dice.integers(150, 600))
        for week in range(-weeks, weeks):
            rate = np.clip(level + (week >= 0) * (shift + (effect if n < own else 0)), 0.01, 0.95)
            able = float(dice.poisson(size))
            paired = float(dice.binomial(int(able), rate))
            mean = 500_000 * (1 + (week >= 0) * (shift * 2 + (effect if n < own else 0)))
            net = float(dice.normal(mean * able, mean * np.sqrt(able)))
            found.append(StoreWeek(f"S{n}", week, able, paired, able, net))
    return found
