"""What a basket and a customer say, worked out by hand from the small knowledge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.suggest import signals
from assistant.suggest.signals import read
from tests.suggest import tiny
from tests.suggest.tiny import CARD, COMPACT, MIRRORLESS, NEW_CARD, PAPER, TEAPOT, UNTIL

KNOWN = tiny.knowledge()
BOUGHT = {PAPER: (60.0, 90.0), CARD: (80.0,)}  # newest first


def close(*values: float) -> object:
    return pytest.approx(np.array(values), abs=1e-6)


def test_every_line_adds_its_weight_and_the_best_pairing_leads() -> None:
    said = read(KNOWN, [COMPACT, MIRRORLESS], None)
    assert said.weighed == close(0, -0.1, 0.4 + 0.5, -0.05, 0.02, 0)
    assert said.best == close(0, 0, 0.6, 0, 0.1, 0)
    assert said.total == close(0, 0, 0.6 + 0.5, 0, 0.1, 0)
    assert said.pairings.tolist() == [0, 0, 2, 0, 1, 0]
    assert said.price == pytest.approx(6.5)
    assert said.shown.tolist() == [COMPACT, MIRRORLESS]


def test_categories_and_families_speak_once_each() -> None:
    said = read(KNOWN, [COMPACT, MIRRORLESS, TEAPOT], None)
    assert said.shown_category.tolist() == [True, True, False, False, False]
    assert said.shown_family.tolist() == [True, False, False, False]
    assert said.category_weighed == close(0.05, 0, 0.4 + 0.5, -0.1)
    assert said.category_best == close(0, 0, 0.6, 0)
    assert said.family_weighed[:3] == close(0, 0.45, -0.1)  # one family, though two of its cameras are there


def test_what_has_no_category_shows_none() -> None:
    said = read(KNOWN, [TEAPOT], None)
    assert not said.shown_category.any()
    assert not said.shown_family.any()
    assert not said.category_weighed.any()


def test_a_category_without_a_family_shows_none() -> None:
    known = tiny.knowledge(family_of=np.array([0, -1, 1, 2], dtype=np.int32))
    said = read(known, [MIRRORLESS], None)
    assert said.shown_category.tolist() == [False, True, False, False, False]
    assert not said.shown_family.any()


def test_categories_of_lines_never_seen_speak_too() -> None:
    said = read(KNOWN, [], None, categories=[1])
    assert said.category_best == close(0, 0, 0.55, 0)
    assert said.shown_family.tolist() == [True, False, False, False]
    assert not said.weighed.any()
    assert math.isnan(said.price)
    both = read(KNOWN, [COMPACT], None, categories=[1])
    assert both.category_weighed == close(0.05, 0, 0.9, -0.1)


def test_nothing_asked_says_nothing() -> None:
    for known in (KNOWN, tiny.without_categories(), tiny.nothing()):
        said = read(known, [], None)
        for name in ("weighed", "best", "total", "pairings", "category_weighed", "shown_family"):
            assert not getattr(said, name).any()
        assert (said.past, said.profile, said.owned_best, said.mine) == (None, None, None, None)


def test_the_day_is_that_of_the_last_order_unless_it_is_told() -> None:
    assert read(KNOWN, [], None).at == UNTIL
    assert read(KNOWN, [], None, 130.5).at == 130.5


def test_a_shop_without_categories_still_weighs() -> None:
    said = read(tiny.without_categories(), [COMPACT], None)
    assert said.weighed[CARD] == pytest.approx(0.4)
    assert said.shown_category.tolist() == [False]


# the past


def test_how_often_first_and_last() -> None:
    past = tiny.past(BOUGHT)
    assert past.times.tolist() == [2, 1]
    assert past.first.tolist() == [60.0, 80.0]
    assert past.last.tolist() == [90.0, 80.0]


def test_older_times_count_less_and_the_future_counts_as_now() -> None:
    past = tiny.past(BOUGHT)
    assert past.faded(100.0, 10.0) == close(2**-4 + 2**-1, 2**-2)
    assert past.faded(80.0, 10.0) == close(2**-2 + 1, 1)


def test_orders_since_are_those_of_all_products() -> None:
    past = tiny.past(BOUGHT, (50.0, 60.0, 80.0, 90.0, 95.0))
    assert past.orders_since(np.array([60.0, 80.0, 90.0, 95.0, 0.0])).tolist() == [3, 2, 1, 0, 5]


def test_what_was_bought_speaks_by_how_much_and_how_lately() -> None:
    said = read(KNOWN, [], tiny.past(BOUGHT))
    half = signals.FADES
    paper = math.sqrt(0.5 ** (40 / half) + 0.5 ** (10 / half))
    card = math.sqrt(0.5 ** (20 / half))
    steadied = math.sqrt(1 + paper + card)
    assert said.profile == close(0.1 * card / steadied, 0, 0.05 * paper / steadied, 0, 0, 0)
    assert said.owned_best == close(0, 0, 0.35, 0, 0, 0)
    assert said.mine is not None
    assert said.mine.tolist() == [-1, -1, 1, 0, -1, -1]
    assert not said.weighed.any()  # what is owned is no line of the basket


def test_only_the_newest_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "PROFILE", 1)
    monkeypatch.setattr(signals, "SPEAKING", 0)
    said = read(KNOWN, [], tiny.past(BOUGHT))
    assert said.profile is not None
    assert said.profile[CARD] > 0  # the paper speaks
    assert said.profile[COMPACT] == 0  # the card does not
    assert said.owned_best is not None
    assert not said.owned_best.any()


# what is new

# The teapot and the new card are new; the one is like the paper, the other like the card.
NEW = tiny.knowledge(
    newcomers=np.array([TEAPOT, NEW_CARD], dtype=np.int32),
    lookalikes=np.array([PAPER, CARD], dtype=np.int32),
    category=np.array([0, 1, 2, 3, -1, -1], dtype=np.int32),
)


def test_what_is_new_borrows_half_of_what_is_said_of_its_lookalike() -> None:
    own, said = read(KNOWN, [COMPACT, MIRRORLESS], None), read(NEW, [COMPACT, MIRRORLESS], None)
    every = np.arange(KNOWN.count)
    for before, after in (
        (own.weighed, said.weighed),
        (own.best, said.best),
        *zip(own.in_sales(KNOWN, every), said.in_sales(NEW, every), strict=True),
    ):
        assert after[NEW_CARD] == pytest.approx(max(before[NEW_CARD], signals.BORROWED * before[CARD]))
        assert after[TEAPOT] == pytest.approx(max(before[TEAPOT], signals.BORROWED * before[PAPER]))
        assert after[:TEAPOT].tolist() == before[:TEAPOT].tolist()
        assert after[NEW_CARD] > before[NEW_CARD]
    assert said.best[TEAPOT] == pytest.approx(0.1)  # its own is more
    assert said.weighed[TEAPOT] == pytest.approx(0.02)  # the paper is weighed below nothing
    assert said.pairings.tolist() == own.pairings.tolist()
    assert said.total.tolist() == own.total.tolist()
    assert said.lender is not None
    assert said.lender.tolist() == [-1, -1, -1, -1, PAPER, CARD]
    assert own.lender is None


def test_what_is_new_borrows_of_the_past_too() -> None:
    bought = tiny.past({PAPER: (90.0,)})
    own, said = read(KNOWN, [], bought), read(NEW, [], bought)
    assert said.profile is not None
    assert own.profile is not None
    assert said.owned_best is not None
    assert said.profile[NEW_CARD] == pytest.approx(signals.BORROWED * own.profile[CARD])
    assert said.owned_best[NEW_CARD] == pytest.approx(signals.BORROWED * 0.35)


def test_nothing_is_borrowed_of_what_is_in_the_basket_or_owned() -> None:
    for said in (read(NEW, [COMPACT, CARD], None), read(NEW, [COMPACT], tiny.past({CARD: (80.0,)}))):
        assert said.lender is not None
        assert said.lender.tolist() == [-1, -1, -1, -1, PAPER, -1]
        assert said.best[NEW_CARD] == said.weighed[NEW_CARD] == 0
        assert said.in_sales(NEW, np.array([NEW_CARD]))[0].tolist() == [0]


@given(basket=st.lists(st.integers(0, 5), unique=True, max_size=6))
def test_signals_are_sums_and_maxima_of_the_lines(basket: list[int]) -> None:
    said = read(KNOWN, basket, None)
    for product in range(6):
        weights = [tiny.WEIGHTS.get(line, {}).get(product, 0.0) for line in basket]
        pairs = [tiny.PAIRS[line][product] for line in basket if product in tiny.PAIRS.get(line, {})]
        assert said.weighed[product] == pytest.approx(sum(weights), abs=1e-6)
        assert said.best[product] == pytest.approx(max(pairs, default=0.0))
        assert said.total[product] == pytest.approx(sum(pairs))
        assert said.pairings[product] == len(pairs)
