"""What suggestions bring: the arithmetic that is known, and estimates against a planted truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from assistant.measure import holdout
from assistant.store.holdout import Drawn
from tests.proofs import fairness as proof
from tests.worlds import trials

AT = datetime(2026, 3, 2, tzinfo=UTC)


def basket(n: int, held: bool, *, attached: int = 0, paid: float = 100_000.0, **more) -> Drawn:
    one = Drawn(f"V{n}", f"U{n}", AT, 20, held, 0, paid, paid, 1, attached, "GBP")
    return replace(one, **more)


def test_how_many_baskets_a_point_takes():
    """The figures of the trade: one point on 20 %, four times in five."""
    assert holdout.needed(0.2, 0.5) == pytest.approx(50_000, rel=0.01)
    assert holdout.needed(0.2, 0.05) == pytest.approx(264_000, rel=0.01)


def test_a_difference_worked_by_hand():
    """Of 40 baskets with suggestions 12 have an add-on, of 40 held out 8: 30 % less 20 %."""
    baskets = [basket(n, n >= 40, attached=int(n < 12 or 40 <= n < 48)) for n in range(80)]
    found = holdout.of(baskets, 20)
    assert (found.on, found.held) == (40, 40)
    assert (found.attachment.on, found.attachment.held_out) == pytest.approx((0.3, 0.2))
    assert found.attachment.difference == pytest.approx(0.1)
    # 0.3 × 0.7 / 39 and 0.2 × 0.8 / 39: a deviation of 0.0974, and t of 77 degrees of freedom is 1.991.
    assert found.attachment.low == pytest.approx(0.1 - 1.991 * 0.0974, abs=0.001)
    assert found.attachment.high == pytest.approx(0.1 + 1.991 * 0.0974, abs=0.001)
    assert found.wanted == holdout.needed(0.25, 0.2) - 80


def test_few_baskets_are_not_yet_known():
    found = holdout.of([basket(n, n < 5, attached=n % 2) for n in range(200)], 5)
    assert found.attachment.difference is not None
    assert found.attachment.low is None
    assert found.wanted > 0


def test_nothing_held_out_is_no_comparison():
    found = holdout.of([basket(n, False) for n in range(10)], 0)
    assert found.attachment.difference is None
    assert found.value.held_out is None
    assert found.wanted is None
    assert holdout.of([], 10).wanted == holdout.needed(0.2, 0.1)


def test_baskets_of_one_customer_are_no_independent_ones():
    apart = [basket(n, n % 2 == 0, attached=int(n % 6 == 0)) for n in range(240)]
    together = [replace(one, unit=f"U{n // 4 * 2 + n % 2}") for n, one in enumerate(apart)]
    wide = holdout.of(together, 20).attachment
    narrow = holdout.of(apart, 20).attachment
    assert wide.difference == pytest.approx(narrow.difference)
    assert holdout.together(together) == 2
    assert holdout.of(together, 20).wanted > holdout.of(apart, 20).wanted


def test_baskets_without_a_cost_leave_revenue_to_speak():
    known = [basket(n, n % 2 == 0, margin=30_000.0) for n in range(100)]
    assert holdout.of(known, 20).of_margin
    assert holdout.of(known, 20).value.on == 30_000
    unknown = [replace(one, margin=None) if n % 10 == 0 else one for n, one in enumerate(known)]
    assert not holdout.of(unknown, 20).of_margin
    assert holdout.of(unknown, 20).value.on == 100_000


def test_money_of_another_currency_is_left_out():
    mixed = [basket(n, n % 2 == 0) for n in range(90)]
    mixed += [basket(100 + n, n % 2 == 0, paid=9e9, currency="EUR") for n in range(10)]
    found = holdout.of(mixed, 20)
    assert found.currency == "GBP"
    assert found.value.on == 100_000


def test_a_share_that_was_changed_is_two_trials():
    """Held out were 50 in 100 in a poor month and 10 in 100 in a good one; suggestions did nothing."""
    poor = [basket(n, n % 2 == 0, share=50, attached=int(n % 10 < 2)) for n in range(1_000)]
    good = [basket(1_000 + n, n % 10 == 0, share=10, attached=int(n // 10 % 2)) for n in range(1_000)]
    found = holdout.of([*poor, *good], 10)
    naive = found.attachment.on - found.attachment.held_out
    assert naive > 0.05
    assert found.attachment.difference == pytest.approx(0, abs=0.001)


def test_the_estimate_is_unbiased_and_its_interval_honest():
    trial = proof.held_out(60, seed=11, units=250)
    assert abs(trial.points_off) < 3
    assert abs(trial.money_off) < 3
    assert trial.right >= 0.85


def test_worlds_are_alike_for_a_seed():
    one, two = (trials.baskets(np.random.default_rng(5), units=20) for _ in range(2))
    assert one == two
