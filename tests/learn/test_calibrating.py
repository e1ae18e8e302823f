"""Scores read as probabilities: what is said on later orders comes true about as often."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from assistant.learn import calibrating, train
from assistant.learn.calibrating import Calibration
from assistant.learn.orders import NO_TIME, UNKNOWN, Orders
from assistant.learn.train import _learn
from assistant.records import Basket, Line
from assistant.suggest import Question, ask, load_model
from assistant.suggest.ranking import probability, score
from tests.shops import NOW

PRODUCTS = 24


def made_orders(count: int, seed: int) -> Orders:
    """Orders of a made-up shop: product 2k brings product 2k + 1 with a chance of its own."""
    drawn = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        anchors = drawn.choice(PRODUCTS // 2, size=3, replace=False)
        held = {int(2 * a) for a in anchors}
        held |= {int(2 * a + 1) for a in anchors if drawn.random() < 0.1 + 0.06 * a}
        held |= {int(2 * a + 1) for a in range(PRODUCTS // 2) if drawn.random() < 0.12}  # bought by itself
        rows.append(sorted(held))
    indptr = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.array([product for row in rows for product in row], dtype=np.int32)
    lines = csr_matrix((np.ones(len(columns), np.float32), columns, indptr), shape=(count, PRODUCTS))
    names = tuple(f"P{n}" for n in range(PRODUCTS))
    return Orders(names, lines, np.full(count, UNKNOWN), np.arange(count, dtype=np.int64))


def quiet(what: str, done: int, total: int | None) -> None:
    """Say nothing."""


def learned(orders: Orders, calibration: Calibration):
    return _learn(orders, calibration, NOW, quiet)[0]


def test_what_is_said_comes_true_on_orders_nobody_has_seen():
    earlier, later = calibrating.split(made_orders(8_000, seed=1))
    found = calibrating.calibrate(learned(earlier, Calibration()), later)
    fresh = made_orders(1_500, seed=2)
    said, came = calibrating._tried(learned(earlier, found), fresh)
    groups = calibrating.reliability([probability(x) for x in said], came)
    assert len(groups) == calibrating.GROUPS
    for group in groups:
        error = 4 * np.sqrt(group.seen * (1 - group.seen) / group.n) + 0.03
        assert group.said == pytest.approx(group.seen, abs=error)
    assert groups[-1].seen > 2 * groups[0].seen, "the groups differ, so agreement says something"


def test_calibration_changes_no_order_and_the_parts_still_sum():
    orders = made_orders(2_000, seed=3)
    plain, shifted = learned(orders, Calibration()), learned(orders, Calibration(0.5, -1.0, 100))
    before, after = score(plain, ["P4", "P10"]), score(shifted, ["P4", "P10"])
    assert after.total == pytest.approx(0.5 * before.total - 1.0, abs=1e-4)
    place = int(np.argmax(after.total))
    assert sum(after.parts(place).values()) == pytest.approx(float(after.total[place]), abs=1e-4)


def test_earlier_and_later_share_no_order_and_later_is_later():
    orders = made_orders(4_000, seed=4)
    shuffled = np.random.default_rng(5).permutation(orders.count)
    mixed = Orders(orders.product_ids, orders.lines[shuffled], orders.buyer, orders.at[shuffled])
    earlier, later = calibrating.split(mixed)
    assert earlier.at.max() < later.at.min()
    assert earlier.count + later.count == orders.count


def test_orders_without_a_time_are_never_the_later_ones():
    orders = made_orders(4_000, seed=4)
    at = orders.at.copy()
    at[3_000:] = NO_TIME
    _, later = calibrating.split(Orders(orders.product_ids, orders.lines, orders.buyer, at))
    assert (later.at != NO_TIME).all()


def test_too_few_orders_prove_nothing():
    assert calibrating.split(made_orders(500, seed=6)) is None


def test_scores_that_say_nothing_are_left_alone():
    orders = made_orders(2_000, seed=7)
    empty = learned(
        Orders(orders.product_ids, orders.lines[:0], orders.buyer[:0], orders.at[:0]), Calibration()
    )
    assert calibrating.calibrate(empty, orders) == Calibration()


def test_the_small_shop_is_too_young_and_says_so(shop_home, shop):
    result = train(shop_home, progress=quiet)
    assert result.calibration == Calibration()
    basket = Basket(None, (Line("P1", "CAM-R50", "Lumo R50", 1),))
    slate = ask(shop, load_model(shop_home), Question(basket))
    assert slate.suggestions
