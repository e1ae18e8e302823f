"""The proof `learning`: twelve weeks of a simulated shop, ours beside the ways of choosing without answers.

All choose among the same candidates that the rules allow, and the same customers come. What a way of choosing
brings is what is to be expected of its slates by the truth, so that luck at the counter is not in it.
"""

from __future__ import annotations

import contextlib
import math
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import numpy as np

from assistant.learn.acceptance import _margins, learn_from
from assistant.learn.train import train
from assistant.records import DAY
from assistant.settings import SETTINGS
from assistant.shop.demo.making import make
from assistant.store.database import Home, open_home
from assistant.suggest.acceptance import Acceptance, case_table
from assistant.suggest.ask import CROWDING, SPREAD
from assistant.suggest.exploration import Contender, Manner, draw
from assistant.suggest.model import load_model
from tests.proofs.answers import calibration_error
from tests.worlds.simulated_shop import (
    DRIFT,
    PLACES,
    START,
    WEEKS,
    Customer,
    Heard,
    Scene,
    Shop,
    scenes,
    truth,
)

SEEDS = 20
EVERY_NIGHT = 2  # weeks; later a day's answers say little beside those before, and it learns once a week
A_WEEK = 600
SCENES = 300
RESAMPLED = 10_000
MOST_OFF = 0.02
OTHERS = ("popularity", "lift rules", "curated links", "ranker alone")
OURS = {"ours": None, "ours, margin counts more": 0.5}  # the power of the margin; None = as it comes

Choose = Callable[[Customer, Scene], list[int]]


@dataclass(eq=False)
class Learning:
    """Ours: by the ranker until answers were heard, then by what they taught, drawn as the settings have it.

    It learns as a nightly training would: every night of the first weeks, when a day's answers say much
    beside those before, and from then on once a week.
    """

    margins: dict[str, float]
    typical: float
    power: float
    how: Manner
    heard: list[Heard] = field(default_factory=list)
    learned: Acceptance | None = None
    said: list[tuple[float, bool]] = field(
        default_factory=list
    )  # of what is new: log-odds foreseen, and came
    _worth: dict[int, list[float]] = field(default_factory=dict)

    def choose(self, customer: Customer, scene: Scene) -> list[int]:
        """The slate for a customer."""
        some = range(min(PLACES + SPREAD, len(scene.offers)))
        scores = self._scores(customer.scene, scene)
        contenders = [
            Contender(str(place), scores[place], scene.offers[place].product.family) for place in some
        ]
        made = draw(contenders, PLACES, self.how, CROWDING, f"visit {customer.number}", ())
        return [int(slot.product_id) for slot in made.slots]

    def _scores(self, number: int, scene: Scene) -> list[float]:
        if self.learned is None:
            return [one.fit for one in scene.offers]
        if number not in self._worth:
            parts = self.learned.worth(scene.offers, "counter", known=False, power=self.power)
            self._worth[number] = [sum(one.values()) for one in parts]
        return self._worth[number]

    def hear(self, now: int, heard: Sequence[Heard]) -> None:
        """Learn from all that was heard so far, having noted what was foreseen of what is new."""
        offered = [one for one in heard if one.kind != "not_offered"]
        if self.learned is not None:
            foreseen = self.learned.taken(case_table([one.offer for one in offered], "counter", known=False))
            came = [one.kind == "accepted" for one in offered]
            odds = [one - math.log(-math.expm1(one)) for one in foreseen]
            self.said += zip(odds, came, strict=True)
        self.heard += heard
        at = datetime.fromtimestamp(now / 1000, UTC)
        self.learned = learn_from([one.told(now) for one in self.heard], at, self.margins, self.typical)
        self._worth.clear()


@dataclass(frozen=True, eq=False)
class Year:
    """What a way of choosing brought in a seed, per week: net margin a visit, customers glad, and regret."""

    margin: np.ndarray
    glad: np.ndarray
    regret: np.ndarray  # the share of what the best slates would have brought that was missed
    off: float = math.nan  # of the chances said of what was heard next, from what came


def lived(shop: Shop, choose: Choose, after: Callable[[int, list[Heard]], None] | None = None) -> Year:
    """All weeks with one way of choosing; `after` hears by night what was answered since it last did."""
    margin, glad, best = np.zeros((3, WEEKS))
    heard: list[Heard] = []
    for week in range(WEEKS):
        for day, customers in groupby(shop.customers(week), lambda one: (one.at - START) // DAY):
            for customer in customers:
                slate = choose(customer, shop.scenes[customer.scene])
                brought, kept = shop.expected(customer, slate)
                margin[week] += brought / shop.a_week
                glad[week] += kept / shop.a_week
                best[week] += shop.expected(customer, shop.best(customer))[0] / shop.a_week
                heard += shop.answers(customer, slate) if after is not None else ()
            if after is not None and (week < EVERY_NIGHT or day % 7 == 6):
                after(START + (day + 1) * DAY, heard)
                heard = []
    return Year(margin, glad, 1 - margin / best)


def first(order: Callable[[Scene], Sequence[float]]) -> Choose:
    """Choose what has the highest score, the same for every customer of a scene; minus infinity = never."""
    known: dict[int, list[int]] = {}

    def choose(customer: Customer, scene: Scene) -> list[int]:
        if customer.scene not in known:
            scores = np.array(order(scene), dtype=np.float64)
            by = [int(place) for place in np.argsort(-scores, kind="stable")[:PLACES]]
            known[customer.scene] = [place for place in by if np.isfinite(scores[place])]
        return known[customer.scene]

    return choose


def others(sold: Mapping[str, int]) -> dict[str, Choose]:
    """The ways of choosing that hear no answers; `sold` counts the orders of each product."""
    never = float("-inf")
    return {
        "popularity": first(lambda s: [sold.get(one.product.product_id, 0) for one in s.offers]),
        "lift rules": first(lambda s: [lift or never for lift in s.lifts]),
        "curated links": first(
            lambda s: [one.fit if linked else never for one, linked in zip(s.offers, s.curated, strict=True)]
        ),
        "ranker alone": first(lambda s: [one.fit for one in s.offers]),
    }


@contextlib.contextmanager
def ready() -> Iterator[tuple[list[Scene], dict[str, int], dict[str, float], float]]:
    """The made-up camera shop with its ranker: scenes, orders of each product, and what sales earn."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        make(home, today=date(2026, 1, 4), learn=lambda made: train(made, progress=lambda *_: None))
        with contextlib.closing(open_home(home)) as connection:
            model = load_model(home)
            assert model is not None
            sold = dict(
                connection.execute("SELECT product_id, count(DISTINCT order_id) FROM order_lines GROUP BY 1")
            )
            margins, typical = _margins(connection)
            yield scenes(connection, model, 1, SCENES), sold, margins, typical


def of_seed(
    some: Sequence[Scene], sold: Mapping[str, int], seed: int, margins: dict[str, float], typical: float
) -> dict[str, Year]:
    """Every way of choosing, with the same customers."""
    shop = Shop(some, truth(some, seed), seed, A_WEEK)
    found = {name: lived(shop, choose) for name, choose in others(sold).items()}
    for name, power in OURS.items():
        ours = usual(margins, typical, power)
        brought = lived(shop, ours.choose, ours.hear)
        said, came = np.array(ours.said).T
        found[name] = replace(brought, off=calibration_error(said, came))
    return found


def interval(of_seeds: Sequence[float], seed: int = 0) -> tuple[float, float, float]:
    """The mean over seeds with its 95 % bootstrap interval."""
    values = np.array(of_seeds)
    drawn = np.random.default_rng(seed).integers(len(values), size=(RESAMPLED, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), (0.025, 0.975))
    return float(values.mean()), float(low), float(high)


def gains(
    seeds: Sequence[Mapping[str, Year]], ours: str, other: str, what: str
) -> tuple[float, float, float]:
    """By how much of it one way brought more than another over all weeks, with its interval."""
    return interval(
        [float(getattr(one[ours], what).mean() / getattr(one[other], what).mean()) - 1 for one in seeds]
    )


def regrets(seeds: Sequence[Mapping[str, Year]], name: str) -> np.ndarray:
    """The share that was missed, per week, over the seeds."""
    return np.mean([one[name].regret for one in seeds], axis=0)


def usual(margins: dict[str, float], typical: float, power: float | None = None) -> Learning:
    """Ours with the settings as they come, but for the power of the margin where one is named."""
    by = {setting.key: setting.default for setting in SETTINGS.values()}
    how = Manner(float(by["explore.temperature"]), float(by["explore.floor"]))
    return Learning(margins, typical, float(by["worth.margin"]) if power is None else power, how)


def main(*, full: bool) -> int:
    """Print the figures; 1 where a promise is not kept."""
    began = time.perf_counter()
    with ready() as (some, sold, margins, typical):
        seeds = []
        for seed in range(SEEDS if full else 3):
            seeds.append(of_seed(some, sold, seed, margins, typical))
            print(f"seed {seed} after {time.perf_counter() - began:.0f} s", flush=True)
    for name in (*OTHERS, *OURS):
        margin, low, high = interval([one[name].margin.mean() for one in seeds])
        glad, least, most = interval([one[name].glad.mean() for one in seeds])
        print(
            f"{name:>24}: net margin {margin:6.2f} a visit ({low:.2f}–{high:.2f}), "
            f"glad {glad:.1%} ({least:.1%}–{most:.1%})"
        )
    beaten = [_beats(seeds, ours, other) for ours in OURS for other in OTHERS]
    kept = all(beaten)
    for name in ("ranker alone", *OURS):
        print(f"missed of the best, {name}: " + " ".join(f"{r:.0%}" for r in regrets(seeds, name)))
    for name in OURS:
        kept &= _falls(regrets(seeds, name), name)
        kept &= _comes_true([one[name].off for one in seeds], name)
    print(f"{'kept' if kept else 'NOT KEPT'} in {time.perf_counter() - began:.0f} s")
    return 0 if kept else 1


def _beats(seeds: Sequence[Mapping[str, Year]], ours: str, other: str) -> bool:
    """Whether ours surely brought more of both."""
    told = {what: gains(seeds, ours, other, what) for what in ("margin", "glad")}
    said = ", ".join(f"{what} {m:+.1%} ({low:+.1%} to {high:+.1%})" for what, (m, low, high) in told.items())
    print(f"{ours} above {other}: {said}")
    return all(low > 0 for _, low, _ in told.values())


def _comes_true(off: Sequence[float], name: str) -> bool:
    """Whether what is said of the offers of days that nothing was learned from comes true."""
    mean, low, high = interval(off)
    print(
        f"{name}: calibration error on what was heard next {mean:.3f} ({low:.3f}–{high:.3f}), "
        f"at most {MOST_OFF}"
    )
    return mean <= MOST_OFF


def _falls(missed: np.ndarray, name: str) -> bool:
    """Whether what is missed falls from the first week to the drift, and from the drift to the end."""
    fell, stayed = missed[DRIFT - 1] < missed[0], missed[-1] < missed[DRIFT]
    print(f"{name}: what is missed falls before tastes change: {fell}, and after: {stayed}")
    return bool(fell and stayed)
