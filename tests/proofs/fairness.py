"""Fairness, holdout and initiatives against simulated shops whose truth is known.

Each function gives figures that a test asserts with few worlds and the full proof with two thousand.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from assistant.learn import case_mix as learning
from assistant.measure import fairness, holdout, initiatives
from tests.worlds import teams, trials

CORRELATIONS = (0.0, 0.02, 0.05, 0.1)
SIZES = ((40, 8.0), (12, 16.0))  # days, sales a day


@dataclass(frozen=True)
class Covered:
    """Of all people's intervals, how many held the truth; and how often a team was told of an outlier."""

    rate: float
    adjusted: float
    false_teams: float


def covered(worlds: int, correlation: float, *, days: int, a_day: float, seed: int, learned: bool) -> Covered:
    """Teams of nine alike; what is expected is the truth, or learned by the case mix from the same sales."""
    dice = np.random.default_rng(seed)
    rate = adjusted = people = told = 0
    for _ in range(worlds):
        world = teams.team(dice, days=days, a_day=a_day, correlation=correlation)
        ids = tuple(f"A{n:02}" for n in range(9))
        summed = world.days()
        if learned:
            effects = tuple(learning.fit(world.cases()))
            unsure = {level: effect for _, factor, level, effect in effects if factor == "associate"}
            summed = replace(
                world.days(world.expected(effects)), unsure=np.array([unsure[one] for one in ids])
            )
        compared = fairness.compare(summed, ids, {})
        # The line that people are shown beside: as the kinds truly are, or as the team was.
        true = (world.sales * world.kinds).sum() / world.sales.sum()
        level = compared.team_rate if learned else true
        for one in compared.people:
            who = int(one.associate_id[1:])
            rate += one.rate_low <= world.own[who] <= one.rate_high
            adjusted += one.low <= level * world.own[who] / world.alike[who] <= one.high
        people += len(compared.people)
        told += any(one.standing in ("above", "below") for one in compared.people)
    return Covered(rate / people, adjusted / people, told / worlds)


def steadied(worlds: int, *, seed: int, people: int = 40, offers: int = 30, apart: float = 0.17) -> float:
    """How much less error steadied rates have than raw ones, of 40 people with 30 offers each."""
    dice = np.random.default_rng(seed)
    raw = pulled = 0.0
    for _ in range(worlds):
        world = teams.team(
            dice, people=people, days=offers // 5, a_day=5.0, correlation=0.02, apart=apart, mixed=0.0
        )
        compared = fairness.compare(world.days(), tuple(f"A{n:02}" for n in range(people)), {})
        for one in compared.people:
            truth = world.own[int(one.associate_id[1:])]
            raw += (one.rate - truth) ** 2
            pulled += (one.steadied - truth) ** 2
    return 1 - (pulled / raw) ** 0.5


@dataclass(frozen=True)
class Trial:
    """How far an estimate is off on average, also in deviations of that average; and how often its interval
    holds the truth."""

    points: float
    points_off: float
    money_off: float
    right: float


def held_out(worlds: int, *, seed: int, units: int = 400, lift: float = 0.05) -> Trial:
    """The holdout's estimates where the share was changed half-way, with a season between.

    A comparison of all with all would take the season for an effect.
    """
    dice = np.random.default_rng(seed)
    errors, money, right = [], [], 0
    for _ in range(worlds):
        found = trials.baskets(dice, units=units, lift=lift, share=50, trials=((10, 0.15),))
        result = holdout.of(found, 10)
        errors.append(result.attachment.difference - lift)
        money.append(result.value.difference - lift * 100_000)
        right += result.attachment.low <= lift <= result.attachment.high
    off = [float(np.mean(one) / (np.std(one) / worlds**0.5)) for one in (errors, money)]
    return Trial(float(np.mean(errors)), *off, right / worlds)


def differences(
    worlds: int, *, seed: int, effect: float = 0.04, season: float = 0.06
) -> tuple[float, float, float]:
    """The mean of difference in differences, of naive before and after, and how often the interval holds."""
    dice = np.random.default_rng(seed)
    ours, naive, right = [], [], 0
    own, controls = {"S0", "S1"}, {f"S{n}" for n in range(2, 8)}
    for _ in range(worlds):
        rows = trials.stores(dice, effect=effect, season=season)
        found = initiatives.of_stores(rows, own, controls, "basket_attachment")
        ours.append(found.effect)
        naive.append(found.naive)
        right += found.low <= effect <= found.high
    return float(np.mean(ours)), float(np.mean(naive)), right / worlds


def main(*, worlds: int, seed: int) -> int:
    """Print every figure beside what it has to be; the exit status."""
    began, failed = time.perf_counter(), 0
    for name, figure, holds in _checked(worlds, seed):
        failed += not holds
        print(f"{'ok  ' if holds else 'MISS'} {name}: {figure}", flush=True)
    print(f"{worlds} worlds, {time.perf_counter() - began:.0f} s")
    return 1 if failed else 0


def _checked(worlds: int, seed: int) -> Iterator[tuple[str, str, bool]]:
    false: list[float] = []
    for learned in (False, True):
        pooled = []
        for days, a_day in SIZES:
            for correlation in CORRELATIONS:
                # Learning takes its time: its worlds are shared out over the settings.
                n = max(20, worlds // (len(SIZES) * len(CORRELATIONS))) if learned else worlds
                found = covered(n, correlation, days=days, a_day=a_day, seed=seed, learned=learned)
                pooled.append(found)
                if not learned:
                    where = f"{days} days of {a_day:.0f}, correlation {correlation}"
                    yield f"coverage, {where}", _told(found), _holds(found)
        mean = Covered(*np.mean([(c.rate, c.adjusted, c.false_teams) for c in pooled], axis=0))
        false.append(mean.false_teams)
        yield f"coverage, all, {'learned' if learned else 'true'} case mix", _told(mean), _holds(mean)
    mean = float(np.mean(false))
    yield "false outliers per team of nine", f"{mean:.2%}", mean <= 0.01
    less = steadied(worlds // 4, seed=seed)
    yield "error of steadied rates at 30 offers", f"{less:.0%} less than raw", less >= 0.3
    trial = held_out(max(100, worlds // 2), seed=seed)
    yield (
        "holdout",
        f"off by {100 * trial.points:.2f} points ({trial.points_off:+.1f} deviations; money "
        f"{trial.money_off:+.1f}), covers {trial.right:.1%}",
        max(abs(trial.points_off), abs(trial.money_off)) < 3 and 0.93 <= trial.right <= 0.97,
    )
    ours, naive, right = differences(worlds, seed=seed)
    yield (
        "planted 4 points in a season of 6",
        f"{100 * ours:.2f} beside other stores (covers {right:.1%}), {100 * naive:.2f} without them",
        abs(ours - 0.04) < 0.001 and abs(naive - 0.1) < 0.002 and 0.93 <= right <= 0.97,
    )


def _told(found: Covered) -> str:
    return (
        f"rate {found.rate:.1%}, adjusted {found.adjusted:.1%}, false outliers in {found.false_teams:.2%} of "
        "teams of nine"
    )


def _holds(found: Covered) -> bool:
    return 0.93 <= found.rate <= 0.97 and 0.93 <= found.adjusted <= 0.97
