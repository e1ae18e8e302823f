"""The proof `gate`: which planted models are let through by logs of slates, worse ones and better ones."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from assistant.learn import gate
from tests.worlds.slates import World, log, world

SLATES = 20_000
WORSE, BETTER = 0.95, 1.10
MOST_WORSE, LEAST_BETTER = 1 / 200, 0.80
AT = datetime(2026, 6, 17, tzinfo=UTC)
_STEPS, _FARTHEST = 14, 4.0


def planted(rng: np.random.Generator, ratio: float) -> World | None:
    """A world whose other way of choosing is worth so many times the logged one; None where none is.

    Its scores lean from those that were logged towards what is accepted, or away from it.
    """
    base = world(rng)
    worth = base.worth.mean(axis=2)
    lean = (worth - worth.mean(axis=1, keepdims=True)) / worth.std(axis=1, keepdims=True)
    value = replace(base, other=base.logged).slot_value()

    def leaning(by: float) -> World:
        return replace(base, other=base.logged + by * lean)

    near, far = 0.0, _FARTHEST if ratio > 1 else -_FARTHEST
    if (leaning(far).slot_value() / value - ratio) * (1 - ratio) > 0:
        return None
    for _ in range(_STEPS):
        middle = (near + far) / 2
        beyond = (leaning(middle).slot_value() / value - ratio) * (ratio - 1) > 0
        near, far = (near, middle) if beyond else (middle, far)
    return leaning(far)


def let_through(worlds: int, ratio: float, slates: int = SLATES, seed: int = 1) -> tuple[int, int]:
    """How many of the planted models come into use by the log alone, and for how many it could be asked."""
    through = asked = tried = 0
    while tried < worlds:
        seed += 1
        rng = np.random.default_rng((20_260_617, seed))
        one = planted(rng, ratio)
        if one is None:
            continue
        tried += 1
        found = gate.on_offers(log(one, slates, rng), resampled=400, seed=seed)
        verdict = gate.judge(AT, 1, baskets=None, offers=found)
        asked += verdict.word != "too_few"
        through += verdict.word == "ready"
    return through, asked


def main(*, full: bool, seed: int = 1) -> int:
    """Print the figures; 1 where a promise is not kept."""
    began, worlds = time.perf_counter(), 200 if full else 40
    worse, of_worse = let_through(worlds, WORSE, seed=seed * 100_000)
    print(f"5 % worse: {worse} of {of_worse} planted models are let through on {SLATES:,} slates each")
    better, of_better = let_through(worlds, BETTER, seed=seed * 200_000)
    print(f"10 % better: {better} of {of_better} are let through")
    kept = worse <= MOST_WORSE * of_worse and better >= LEAST_BETTER * of_better
    kept &= min(of_worse, of_better) == worlds
    print(f"{'kept' if kept else 'NOT KEPT'} in {time.perf_counter() - began:.0f} s")
    return 0 if kept else 1
