"""What past sales like the basket held besides, worked out by hand and by going through all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.suggest import neighbours
from assistant.suggest.neighbours import STEADYING, nearest
from tests.suggest import tiny
from tests.suggest.tiny import CARD, COMPACT, LOUD, MIRRORLESS, NEW_CARD, PAPER, SALES, TEAPOT

KNOWN = tiny.knowledge()


def asked(*lines: int) -> tuple[np.ndarray, np.ndarray]:
    return nearest(KNOWN, np.array(lines, dtype=np.int64)).shares(KNOWN, np.arange(KNOWN.count))


def test_one_line_is_shared_once_and_every_sale_with_it_holds_all_lines() -> None:
    similar, every = asked(PAPER)
    whole = LOUD[1] + LOUD[3]
    assert similar[CARD] == pytest.approx(LOUD[1] / whole)
    assert similar[TEAPOT] == pytest.approx(LOUD[3] / whole)
    assert similar[MIRRORLESS] == 0
    assert every[CARD] == pytest.approx((1 + STEADYING * 0.3) / (2 + STEADYING))
    assert every[NEW_CARD] == 0


def test_two_shared_lines_speak_four_times_as_loudly_as_one() -> None:
    similar, every = asked(COMPACT, PAPER)
    whole = LOUD[0] + 4 * LOUD[1] + LOUD[3]
    assert similar[CARD] == pytest.approx((LOUD[0] + 4 * LOUD[1]) / whole)
    assert every[CARD] == pytest.approx((1 + STEADYING * 0.3) / (1 + STEADYING))
    assert every[TEAPOT] == pytest.approx(STEADYING * 0.05 / (1 + STEADYING))


@pytest.mark.parametrize("lines", [(), (NEW_CARD,)])
def test_what_was_never_sold_with_anything_says_nothing(lines: tuple[int, ...]) -> None:
    similar, every = asked(*lines)
    assert not similar.any()
    assert not every.any()


def test_only_the_nearest_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "NEAREST", 1)
    similar, _ = asked(COMPACT, PAPER)
    assert similar.tolist() == pytest.approx([1, 0, 1, 1, 0, 0])  # the second sale, all of it


def test_a_shop_without_sales_says_nothing() -> None:
    shop = tiny.wide(3)
    similar, every = nearest(shop, np.array([0, 1])).shares(shop, np.arange(shop.count))
    assert not similar.any()
    assert not every.any()


def test_what_is_asked_about_twice_and_in_any_order_is_told_each_time() -> None:
    similar, every = asked(COMPACT, PAPER)
    places = np.array([TEAPOT, CARD, TEAPOT])
    again = nearest(KNOWN, np.array([COMPACT, PAPER])).shares(KNOWN, places)
    assert again[0].tolist() == similar[places].tolist()
    assert again[1].tolist() == every[places].tolist()


@given(lines=st.lists(st.integers(0, 5), unique=True, min_size=1, max_size=6))
def test_shares_are_those_of_going_through_all_sales(lines: list[int]) -> None:
    similar, every = asked(*lines)
    alike = {s: len(held.keys() & set(lines)) ** 2 * LOUD[s] for s, held in SALES.items()}
    whole = [s for s, held in SALES.items() if set(lines) <= held.keys()]
    for product in range(6):
        having = sum(alike[s] for s, held in SALES.items() if product in held)
        assert similar[product] == pytest.approx(having / (sum(alike.values()) or 1))
        if any(alike.values()):
            both = sum(product in SALES[s] for s in whole)
            usual = float(KNOWN.usual[product])
            assert every[product] == pytest.approx((both + STEADYING * usual) / (len(whole) + STEADYING))
