"""A candidate is let through only where it may not be worse, and a verdict says what was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from assistant.learn import gate, rankers
from assistant.learn.calibrating import Calibration, Reliability
from assistant.learn.examples import Examples
from assistant.store.models import Check, Compared, Interval
from assistant.suggest.forest import Forest
from tests.learn.test_counting import quiet
from tests.learn.test_rankers import drawn_examples
from tests.proofs import gate as proof
from tests.worlds.slates import log, world

AT = datetime(2026, 6, 17, 2, 10, tzinfo=UTC)
FINE = Check("limits", True, 0.0, 0.0, 400)


def compared(low: float, high: float, *, value: float = 0.2, effective: float | None = None) -> Compared:
    middle = (low + high) / 2
    both = (Interval(value, value - 0.01, value + 0.01), Interval(value + middle, value, value + 0.02))
    return Compared(1_000, *both, Interval(middle, low, high), effective)


@pytest.fixture(scope="module")
def forest() -> Forest:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rankers, "TREES", 20)
        return rankers.fit(one_kind(drawn_examples(8_000, 1)), quiet)["other"]


def one_kind(cases: Examples) -> Examples:
    return replace(cases, kind=cases.kind * 0)


def asked(rows: int, each: int, seed: int) -> Examples:
    """Questions with so many candidates each."""
    question = np.arange(rows, dtype=np.int32) // each
    drawn = one_kind(drawn_examples(4 * rows, seed))
    some = drawn.only(np.arange(len(drawn.came)) < rows)
    return replace(some, question=question, basket=question, newer=question)


def test_ndcg_is_what_a_pencil_finds() -> None:
    # Two questions: the hit at the second place; and hits at the first and third, the second standing for 4.
    told = replace(
        asked(6, 3, 7),
        came=np.array([False, True, False, True, False, True]),
        counts=np.array([1, 1, 1, 1, 4, 1], dtype=np.float32),
    )
    score = np.array([3.0, 2.0, 1.0, 3.0, 2.0, 1.0])
    found = gate.ndcg(told, score)
    ideal = 1 + 1 / np.log2(3)
    assert found == pytest.approx([1 / np.log2(3), (1 + 1 / np.log2(7)) / ideal])


def test_a_model_beside_itself_differs_by_nothing(forest: Forest) -> None:
    found = gate.on_baskets(asked(6_000, 12, 3), {"other": forest}, {"other": forest})
    assert found is not None
    assert found.difference == Interval(0.0, 0.0, 0.0)
    assert found.candidate == found.in_use


def test_what_has_learned_beats_what_has_it_backwards(forest: Forest) -> None:
    wrong = forest.scaled(-1.0, 0.0)
    tried = asked(6_000, 12, 3)
    better, worse = (
        gate.on_baskets(tried, {"other": a}, {"other": b}) for a, b in ((forest, wrong), (wrong, forest))
    )
    assert better is not None
    assert worse is not None
    assert better.difference.low > 0 > worse.difference.high
    assert gate.judge(AT, 1, baskets=better, offers=None).word == "ready"
    assert gate.judge(AT, 1, baskets=worse, offers=None).word == "worse"


def test_few_baskets_say_nothing(forest: Forest) -> None:
    few = asked(12 * (gate.LEAST_BASKETS - 1), 12, 3)
    assert gate.on_baskets(few, {"other": forest}, {}) is None
    assert gate.judge(AT, 1, baskets=None, offers=None).word == "too_few"


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.001, 0.02, "ready"),
        (-0.0019, 0.02, "ready"),
        (-0.0021, 0.02, "not_certain"),
        (-0.02, -0.001, "worse"),
        (-0.0015, -0.0005, "ready"),  # worse for sure, and by less than anybody minds
    ],
)
def test_the_lower_end_decides(low: float, high: float, word: str) -> None:
    assert gate.judge(AT, 1, baskets=compared(low, high), offers=None, others=(FINE,)).word == word


def test_a_log_that_says_too_little_is_not_asked() -> None:
    against = compared(-0.1, -0.05, effective=gate.LEAST_EFFECTIVE - 1)
    verdict = gate.judge(AT, 1, baskets=compared(0.001, 0.02), offers=against)
    assert verdict.word == "ready"
    told = {check.name: check for check in verdict.checks}
    assert told["offers"].passed is None
    assert (told["enough"].passed, told["enough"].value) == (None, gate.LEAST_EFFECTIVE - 1)
    heard = replace(against, effective=gate.LEAST_EFFECTIVE)
    assert gate.judge(AT, 1, baskets=compared(0.001, 0.02), offers=heard).word == "worse"


@pytest.mark.parametrize("name", ["chances", "groups", "limits"])
def test_a_broken_check_keeps_the_best_model_out(name: str) -> None:
    broken = Check(name, False, 1.0, 0.0, 400)  # type: ignore[arg-type]
    verdict = gate.judge(AT, 1, baskets=compared(0.01, 0.05), offers=None, others=(broken,))
    assert (verdict.word, verdict.installs) == ("worse", False)


def test_chances_are_as_far_off_as_a_pencil_finds() -> None:
    found = Calibration(50, (Reliability(0.1, 0.12, 300), Reliability(0.5, 0.4, 100)))
    check = gate.chances(found)
    assert check.value == pytest.approx((0.02 * 300 + 0.1 * 100) / 400)
    assert check.passed is (check.value is not None and check.value <= gate.MOST_OFF)
    assert gate.chances(Calibration()).passed is None


def test_the_log_knows_a_better_way_from_a_worse_one() -> None:
    one = world(np.random.default_rng(5))
    slots = log(one, 4_000, np.random.default_rng(6))
    found = gate.on_offers(slots, resampled=200)
    assert found is not None
    truth = one.slot_value()
    assert found.candidate.low <= truth <= found.candidate.high
    better = truth - replace(one, other=one.logged).slot_value()
    assert found.difference.low <= better <= found.difference.high
    none = replace(slots, **{name: getattr(slots, name)[:0] for name in slots.__dataclass_fields__})
    assert gate.on_offers(none) is None


def test_by_the_log_planted_models_are_let_through_as_they_deserve() -> None:
    assert proof.let_through(4, proof.WORSE, slates=20_000) == (0, 4)
    through, asked = proof.let_through(4, proof.BETTER, slates=20_000)
    assert asked == 4
    assert through >= 3
    assert proof.let_through(2, proof.BETTER, slates=50)[1] == 0, "too few slates to be asked"
