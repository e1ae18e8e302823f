"""Off-policy estimates: right on average in worlds small enough to add up, honest in their intervals, true to
a real log of two ways of choosing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.learn.off_policy import ESTIMATORS, Slots, effective_sample, judge, parts, weights
from tests.proofs import off_policy as proof
from tests.worlds.slates import PLACES, World, log, world


def slots(**given: list[float]) -> Slots:
    """Slots of one slate each unless told otherwise."""
    n = len(given["reward"])
    told = {name: np.array(given.get(name, [0.0] * n)) for name in ("said", "expected")}
    slate = np.array(given.get("slate", list(range(n))), dtype=np.int64)
    return Slots(
        slate,
        np.array(given.get("slot", [0] * n), dtype=np.int64),
        np.array(given["reward"]),
        np.array(given["propensity"]),
        np.array(given["target"]),
        told["said"],
        told["expected"],
        slate,
    )


def population(one: World, visit: int) -> tuple[Slots, np.ndarray]:
    """Every slate of a kind of visit, with its worth for a reward, and the chance it is logged with."""
    found = list(one.slates(visit))
    told = [one.told(visit, order) for order, *_ in found]
    worth = [one.worth[visit, list(order), range(PLACES)] for order, *_ in found]
    slate = np.arange(len(found)).repeat(PLACES)
    columns = (
        worth,
        [f[3] for f in found],
        [f[4] for f in found],
        [t[0] for t in told],
        [t[1] for t in told],
    )
    flat = [np.concatenate(column) for column in columns]
    usual = np.concatenate([t[2] for t in told])
    slot = np.tile(np.arange(PLACES), len(found))
    return Slots(slate, slot, *flat, slate, usual), np.array([f[1] for f in found])


@pytest.mark.parametrize("seed", range(4))
def test_without_clipping_every_estimate_is_right_on_average(seed: int) -> None:
    one = world(np.random.default_rng(seed), visits=2, products=4)
    means = dict.fromkeys(("ips", "rips", "dr", "cascade_dr"), 0.0)
    for visit in range(2):
        every, chance = population(one, visit)
        assert chance.sum() == pytest.approx(1, abs=1e-12)
        for name in means:
            per_slate = parts(every, clip=np.inf)[name].reshape(-1, PLACES).sum(axis=1)
            means[name] += float(chance @ per_slate) / 2
    for name in ("ips", "dr"):
        assert means[name] == pytest.approx(one.slot_value(), abs=1e-12)
    for name in ("rips", "cascade_dr"):
        assert means[name] == pytest.approx(one.true_value(), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_difference_is_right_on_average_and_nothing_where_both_ways_are_one(seed: int) -> None:
    one = world(np.random.default_rng(seed), visits=2, products=4)
    same = replace(one, other=one.logged)
    found = 0.0
    for visit in range(2):
        every, chance = population(one, visit)
        assert every.usual is not None
        own = every.target / every.propensity
        added = every.expected - every.usual + (own - 1) * (every.reward - every.said)
        found += float(chance @ added.reshape(-1, PLACES).sum(axis=1)) / 2
    assert found == pytest.approx(one.slot_value() - same.slot_value(), abs=1e-12)
    slots = log(same, 300, np.random.default_rng(seed))
    less = judge(slots, resampled=50).differences["dr"]
    assert (less.value, less.low, less.high) == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    wider = judge(replace(slots, usual=None), resampled=50).differences["dr"]
    assert wider.high - wider.low > 0.01, "what both do alike does not cancel where it is not known"


def test_a_model_that_knows_the_worth_needs_no_log() -> None:
    rng = np.random.default_rng(5)
    one = world(rng, visits=2, products=4, good=0.0)
    far = World(one.logged, -2 * one.logged, one.worth, one.guess)
    found = judge(log(far, 4_000, rng), resampled=200)
    assert found.values["dm"].value == pytest.approx(far.slot_value(), abs=0.01)
    widths = {name: e.high - e.low for name, e in found.values.items()}
    assert widths["dm"] < widths["dr"] < 0.9 * widths["ips"]


def test_estimates_by_hand() -> None:
    two = slots(
        reward=[1.0, 0.0], propensity=[0.5, 0.25], target=[0.25, 0.75], said=[0.5, 0.25], expected=[0.4, 0.2]
    )
    found = judge(two, resampled=50)
    told = {name: found.values[name].value for name in ESTIMATORS}
    assert told["ips"] == pytest.approx((0.5 * 1 + 3 * 0) / 2)
    assert told["snips"] == pytest.approx(0.5 / 3.5)
    assert told["dm"] == pytest.approx(0.3)
    assert told["dr"] == pytest.approx((0.4 + 0.5 * 0.5 + 0.2 - 3 * 0.25) / 2)
    assert told["rips"] == told["ips"]
    assert found.logged == 0.5
    assert found.values["ips"].effective == pytest.approx(3.5**2 / (0.25 + 9))
    assert found.differences["ips"].value == pytest.approx(0.25 - 0.5)


def test_weights_of_the_slots_above_go_on_down_the_slate() -> None:
    two = slots(
        slate=[7, 7, 7, 9],
        slot=[0, 1, 2, 0],
        reward=[0, 0, 0, 0],
        propensity=[0.5, 0.5, 0.5, 0.5],
        target=[0.25, 1.0, 1.0, 1.0],
    )
    own, down, above = weights(two)
    assert own.tolist() == [0.5, 2, 2, 2]
    assert down.tolist() == [0.5, 1, 2, 2]
    assert above.tolist() == [1, 0.5, 1, 1]
    own, down, _ = weights(two, clip=1.5)
    assert own.tolist() == [0.5, 1.5, 1.5, 1.5]
    assert down.tolist() == [0.5, 1, 1.5, 1.5]


def test_the_way_that_was_logged_is_worth_what_was_logged() -> None:
    rng = np.random.default_rng(1)
    one = world(rng)
    same = log(World(one.logged, one.logged, one.worth, one.guess), 500, rng)
    found = judge(same, resampled=100)
    for name in ("ips", "snips", "rips"):
        assert found.values[name].value == pytest.approx(found.logged)
        assert found.differences[name].low == pytest.approx(0, abs=1e-12)
        assert found.values[name].effective == pytest.approx(500 * PLACES)


def test_clipping_is_counted_and_a_few_large_weights_are_a_small_sample() -> None:
    some = slots(reward=[1.0] * 10, propensity=[0.01] + [0.5] * 9, target=[0.9] + [0.05] * 9)
    found = judge(some, clip=5.0, resampled=50).values["ips"]
    assert found.clipped == pytest.approx(0.1)
    assert found.value == pytest.approx((5 + 9 * 0.1) / 10)
    assert found.effective == pytest.approx(5.9**2 / (25 + 9 * 0.01))
    assert effective_sample(np.zeros(3)) == 0


def test_what_cannot_have_been_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        judge(slots(reward=[], propensity=[], target=[]))
    with pytest.raises(ValueError, match="outside"):
        judge(slots(reward=[1.0], propensity=[0.0], target=[0.5]))


def test_intervals_hold_what_they_promise() -> None:
    found = proof.covered(worlds=60, slates=600, resampled=300)
    assert set(found) == {"ips", "snips", "rips", "dr", "cascade_dr"}
    # Sixty worlds at 95 %: fewer than 52 happens less than once in a hundred.
    assert min(found.values()) >= 52 / 60, found


@pytest.mark.parametrize("campaign", ["all", "men"])
def test_a_real_log_tells_what_another_way_really_brought(sales_data: Path, campaign: str) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: it reads the real answers")
    found = proof.real(sales_data / "response", campaign)
    assert found.own_low <= found.judged.values["snips"].value <= found.own_high
    assert found.judged.values["snips"].effective > 200
    # Thirty clicks in a position: both sides are uncertain there, so the intervals must meet.
    assert len(found.positions) == 3
    assert all(one.agrees for one in found.positions.values())
