"""Trees as tables: answers of trees small enough to follow by hand, and files that were tampered with."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assistant.suggest.forest import LEAVES, ROWS, Forest

OPEN = 0xFFFFFFFF
FIRST, SECOND, THIRD = (1 << 31, 1 << 30, 1 << 29)  # leaves from the left


def by_slot(*from_the_left: Any) -> np.ndarray:
    """Leaves given from the left, filed under the numbers of their bits."""
    slots = np.zeros((LEAVES, *np.shape(from_the_left[0])))
    for place, leaf in enumerate(from_the_left):
        slots[LEAVES - 1 - place] = leaf
    return slots.ravel()


def two_trees() -> Forest:
    """Two trees over `price`, `unused`, `together`.

    The first asks "price at most 10?", and where it is, "together at most 0.5?"; the second asks "together
    at most 0.5?". The groups are what they were asked of: money, and company.
    """
    parts = np.concatenate(
        [by_slot((0.5, -1.0), (0.5, 2.0), (-0.25, 0.0)), by_slot((0.0, -0.125), (0.0, 0.375))]
    )
    return Forest(
        features=("price", "unused", "together"),
        groups=("money", "company"),
        base=np.array([-3.0]),
        group_of=np.array([0, 0, 1], dtype=np.int32),
        used=np.array([0, 2], dtype=np.int32),
        thresholds=np.array([10.0, np.inf, 0.5, np.inf]),
        starts=np.array([0, 2], dtype=np.int64),
        masks=np.array(
            [OPEN, OPEN, OPEN & ~(FIRST | SECOND), OPEN, OPEN, OPEN, OPEN & ~FIRST, OPEN & ~FIRST],
            dtype=np.uint32,
        ),
        leaves=parts.reshape(-1, 2).sum(axis=1),
        leaf_parts=parts,
    )


BY_HAND = [  # price, unused, together: what money adds, what company adds
    ((10.0, 7.0, 0.5), (0.5, -1.0 - 0.125)),
    ((10.0, 7.0, np.nextafter(0.5, 1)), (0.5, 2.0 + 0.375)),
    ((np.nextafter(10, 11), 7.0, 0.5), (-0.25, -0.125)),
    ((1e9, -7.0, 1e9), (-0.25, 0.375)),
    ((-1e9, 0.0, -1e9), (0.5, -1.0 - 0.125)),
]


def test_each_candidate_gets_what_following_the_trees_by_hand_gives():
    x = np.array([row for row, _ in BY_HAND])
    forest = two_trees()
    assert forest.fits()
    assert forest.parts(x) == pytest.approx(np.array([parts for _, parts in BY_HAND]))
    assert forest.log_odds(x) == pytest.approx([-3.0 + sum(parts) for _, parts in BY_HAND])


@pytest.mark.parametrize("row, parts", BY_HAND)
def test_a_candidate_alone_scores_as_among_others(row: tuple[float, ...], parts: tuple[float, ...]):
    assert two_trees().log_odds(np.array([row])) == pytest.approx([-3.0 + sum(parts)])


def test_many_candidates_score_as_each_of_them():
    times = ROWS  # five rows over and over: several blocks, none of them of one row only
    x = np.array([row for row, _ in BY_HAND] * times)
    parts = np.array([parts for _, parts in BY_HAND] * times)
    assert two_trees().parts(x) == pytest.approx(parts)
    assert two_trees().log_odds(x) == pytest.approx(-3.0 + parts.sum(axis=1))


def test_no_candidates_get_no_scores():
    none = np.empty((0, 3))
    assert two_trees().log_odds(none).shape == (0,)
    assert two_trees().parts(none).shape == (0, 2)


def test_a_forest_that_asks_nothing_says_the_same_of_all():
    parts = by_slot((0.25, 0.5))
    nothing = replace(
        two_trees(),
        used=np.array([], dtype=np.int32),
        thresholds=np.array([]),
        starts=np.array([], dtype=np.int64),
        masks=np.array([], dtype=np.uint32),
        leaves=parts.reshape(-1, 2).sum(axis=1),
        leaf_parts=parts,
    )
    assert nothing.fits()
    assert nothing.log_odds(np.zeros((3, 3))) == pytest.approx([-2.25] * 3)
    assert nothing.parts(np.zeros((1, 3))) == pytest.approx(np.array([[0.25, 0.5]]))


def test_calibrated_log_odds_are_those_on_a_line_and_still_sum():
    x = np.array([row for row, _ in BY_HAND])
    plain, scaled = two_trees(), two_trees().scaled(0.5, 0.75)
    assert scaled.fits()
    assert scaled.log_odds(x) == pytest.approx(0.5 * plain.log_odds(x) + 0.75)
    assert scaled.base + scaled.parts(x).sum(axis=1) == pytest.approx(scaled.log_odds(x))


@pytest.mark.parametrize("x", [np.array([[1.0, 2.0, np.nan]]), np.zeros((2, 4)), np.zeros(3)])
def test_what_is_no_number_or_no_row_of_features_is_refused(x: np.ndarray):
    with pytest.raises(ValueError):
        two_trees().log_odds(x)
    with pytest.raises(ValueError):
        two_trees().parts(x)


def with_one(name: str, place: int, value: Any) -> Forest:
    array = getattr(two_trees(), name).copy()
    array[place] = value
    return replace(two_trees(), **{name: array})


@pytest.mark.parametrize(
    "forest",
    [
        *(replace(two_trees(), **{name: getattr(two_trees(), name)[:-1]}) for name in Forest.ARRAYS),
        *(replace(two_trees(), **{name: getattr(two_trees(), name)[:0]}) for name in Forest.ARRAYS),
        *(replace(two_trees(), **{name: np.repeat(getattr(two_trees(), name), 2)}) for name in Forest.ARRAYS),
        *(replace(two_trees(), **{name: getattr(two_trees(), name)[:, None]}) for name in Forest.ARRAYS),
        *(replace(two_trees(), **{name: getattr(two_trees(), name).astype("c16")}) for name in Forest.ARRAYS),
        replace(two_trees(), features=("price", "unused")),
        replace(two_trees(), features=("price", "price", "together")),
        replace(two_trees(), groups=("money",)),
        replace(two_trees(), groups=("money", "money")),
        with_one("base", 0, np.nan),
        with_one("group_of", 0, 2),
        with_one("group_of", 0, -1),
        with_one("used", 1, 3),
        with_one("used", 0, -1),
        with_one("used", 1, 0),
        with_one("thresholds", 0, np.nan),
        with_one("thresholds", 0, np.inf),
        with_one("thresholds", 1, 11.0),
        with_one("starts", 0, -1),
        with_one("starts", 1, 1),
        with_one("starts", 1, 1 << 40),
        with_one("masks", 2, 0),
        with_one("masks", 6, FIRST),
        with_one("leaves", LEAVES - 1, 7.0),
        with_one("leaves", LEAVES - 1, np.inf),
        with_one("leaf_parts", 0, 7.0),
        with_one("leaf_parts", 0, np.nan),
    ],
)
def test_arrays_that_do_not_fit_together_are_noticed(forest: Forest):
    assert not forest.fits()


INF = np.inf


@pytest.mark.parametrize(
    "price, together, fits",
    [
        ((9.0, 10.0, 11.0, INF), (0.5, INF, INF, INF), True),
        ((9.0, 10.0, 11.0, 12.0), (0.5, INF, INF, INF), False),  # no end to search towards
        ((11.0, 10.0, INF, INF), (0.5, INF, INF, INF), False),
        ((10.0, INF, INF), (0.5, INF, INF), False),  # three cannot be halved
        ((), (), False),
    ],
)
def test_thresholds_that_cannot_be_searched_are_noticed(price: Any, together: Any, fits: bool):
    """The other arrays follow the thresholds, so that these alone decide."""
    bins = [sum(cut < INF for cut in row) + 1 for row in (price, together)]
    forest = replace(
        two_trees(),
        thresholds=np.array([*price, *together], dtype=np.float64),
        starts=np.array([0, bins[0]], dtype=np.int64),
        masks=np.full(2 * sum(bins), OPEN, dtype=np.uint32),
    )
    assert forest.fits() == fits


def test_scoring_loads_no_estimators():
    program = "import sys, assistant.suggest.forest; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"sklearn", "scipy", "pandas", "numpy"} & set(run.stdout.split())
