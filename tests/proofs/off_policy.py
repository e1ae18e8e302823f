"""The proof `off-policy`: intervals in hundreds of made-up worlds, and a real log of two ways of choosing."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.learn.off_policy import Estimate, Judged, Slots, judge
from tests.worlds.slates import log, world

WEIGHED = ("ips", "snips", "rips", "dr", "cascade_dr")
LEAST = 0.93


def covered(worlds: int, slates: int, resampled: int = 1_000, seed: int = 20_260_101) -> dict[str, float]:
    """In which share of worlds each estimate's interval holds the true value of what it estimates."""
    hits = dict.fromkeys(WEIGHED, 0)
    for number in range(worlds):
        rng = np.random.default_rng((seed, number))
        one = world(rng)
        truth = {"rips": one.true_value(), "cascade_dr": one.true_value()}
        slot_value = one.slot_value()
        found = judge(log(one, slates, rng), resampled=resampled, seed=number).values
        for name in WEIGHED:
            hits[name] += found[name].low <= truth.get(name, slot_value) <= found[name].high
    return {name: count / worlds for name, count in hits.items()}


@dataclass(frozen=True)
class Position:
    """One position of the screen: what the random log says, and clicks in the other's own log."""

    told: Estimate
    own: float
    own_low: float
    own_high: float

    @property
    def agrees(self) -> bool:
        """Whether the two 95 % intervals meet."""
        return self.told.low <= self.own_high and self.own_low <= self.told.high


@dataclass(frozen=True)
class Real:
    """What the log of the random way says of the other, and clicks in the other's own log, each 95 %."""

    judged: Judged
    own: float
    own_low: float
    own_high: float
    positions: Mapping[int, Position]


def real(folder: Path, campaign: str) -> Real:
    """The Thompson policy's click rate from the random log of the Open Bandit Dataset, beside its own log.

    Its chances are the shares of its own log: it knows nothing of the visitor. The clicks there are not used.
    """
    import pandas as pd

    random, thompson = (
        pd.read_parquet(folder / f"obd_{way}_{campaign}.parquet") for way in ("random", "bts")
    )
    chance = thompson.groupby("position")["item_id"].value_counts(normalize=True)
    keys = pd.MultiIndex.from_frame(random[["position", "item_id"]])
    target = chance.reindex(keys).fillna(0.0).to_numpy(np.float64)
    rate = random.groupby("item_id")["click"].mean().mean()
    said = np.full(len(random), rate)
    rows = np.arange(len(random))
    told = Slots(
        rows,
        random["position"].to_numpy(np.int64),
        random["click"].to_numpy(np.float64),
        random["propensity_score"].to_numpy(np.float64),
        target,
        said,
        said,
        rows,
    )
    positions = {}
    for position in np.unique(told.slot):
        here = told.slot == position
        of = Slots(*(getattr(told, name)[here] for name in Slots.__slots__ if name != "usual"))
        own = thompson.loc[thompson["position"] == position, "click"].to_numpy(np.float64)
        positions[int(position)] = Position(judge(of).values["snips"], *_interval(own))
    return Real(judge(told), *_interval(thompson["click"].to_numpy(np.float64)), positions)


def _interval(clicks: np.ndarray) -> tuple[float, float, float]:
    """A share with its Wilson interval."""
    n, share, z = len(clicks), float(clicks.mean()), 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return share, float(middle - half), float(middle + half)


def main(*, full: bool) -> int:
    """Print the figures; 1 where a promise is not kept."""
    began, worlds = time.perf_counter(), 500 if full else 100
    found = covered(worlds, slates=2_000)
    for name, share in found.items():
        print(f"{name:>10}: the interval holds the true value in {share:.1%} of {worlds} worlds")
    kept = min(found.values()) >= (LEAST if full else LEAST - 0.04)
    named = os.environ.get("SALES_DATA", "")
    if named and Path(named).is_dir():
        for campaign in ("all", "men"):
            one = real(Path(named) / "response", campaign)
            kept &= one.own_low <= one.judged.values["snips"].value <= one.own_high
            print(
                f"{campaign}: clicks in the policy's own log {one.own:.3%} "
                f"({one.own_low:.3%}–{one.own_high:.3%})"
            )
            for name, e in one.judged.values.items():
                print(
                    f"  {name:>10} from the random log {e.value:.3%} ({e.low:.3%}–{e.high:.3%}), "
                    f"effective sample {e.effective:,.0f}, clipped {e.clipped:.1%}"
                )
            for number, p in one.positions.items():
                kept &= p.agrees
                print(
                    f"  position {number}: {p.told.value:.3%} ({p.told.low:.3%}–{p.told.high:.3%}), "
                    f"own log {p.own:.3%} ({p.own_low:.3%}–{p.own_high:.3%})"
                )
    else:
        print("The real log is not here: set SALES_DATA to the folder of real sales.")
    print(f"{'kept' if kept else 'NOT KEPT'} in {time.perf_counter() - began:.0f} s")
    return 0 if kept else 1
