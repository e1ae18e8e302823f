"""The protocol: nothing of the future is learned from, and every figure is what a pencil finds."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from assistant.learn import protocol
from assistant.learn.orders import NO_TIME, UNKNOWN, Orders
from assistant.learn.protocol import METRICS, NOBODY, Before, HalfSeen, Lists


def matrix(rows, products=12):
    held = csr_matrix((len(rows), products), dtype=np.float32).tolil()
    for number, row in enumerate(rows):
        held[number, list(row)] = 1
    return held.tocsr().astype(np.float32)


def made(rows, buyer=None, at=None, products=12) -> Orders:
    """Orders out of sets of products."""
    names = tuple(f"P{n}" for n in range(products))
    buyers = np.full(len(rows), UNKNOWN) if buyer is None else np.array(buyer)
    times = np.arange(len(rows)) if at is None else np.array(at)
    return Orders(names, matrix(rows, products), buyers.astype(np.int64), times.astype(np.int64))


def half(shown, hidden, buyer) -> HalfSeen:
    count = len(shown)
    return HalfSeen(
        np.arange(count), matrix(shown), matrix(hidden), np.array(buyer), np.zeros(count, np.int64)
    )


def named(*rows) -> np.ndarray:
    """Lists of 50 places."""
    found = np.full((len(rows), 50), NOBODY, dtype=np.int32)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row
    return found


def of(scored, metric):
    return scored.values[:, METRICS.index(metric)].tolist()


def test_later_is_later_and_orders_without_a_time_come_first():
    orders = made([{0}] * 10, at=[5, NO_TIME, 9, 1, 8, 2, 7, 3, NO_TIME, 6])
    earlier, later = protocol.split(orders, 0.2)
    assert earlier.tolist() == [1, 8, 3, 5, 7, 0, 9, 6]
    assert later.tolist() == [4, 2]


def test_half_of_every_order_is_shown_and_the_odd_one_too():
    drawn = np.random.default_rng(4)
    rows = [set(drawn.choice(40, size, replace=False).tolist()) for size in (1, 2, 3, 4, 5, 30)]
    orders = made(rows, buyer=[0, 1, 2, 3, 4, 5], products=40)
    asked = protocol.half_seen(orders, np.array([5, 0, 3, 2, 1, 4]), seed=1)
    assert asked.orders.tolist() == [5, 3, 2, 4]
    assert asked.buyer.tolist() == asked.at.tolist() == [5, 3, 2, 4]
    assert np.diff(asked.shown.indptr).tolist() == [15, 2, 2, 3]
    for place, row in enumerate(asked.orders):
        shown, hidden = set(asked.shown_in(place).tolist()), set(asked.hidden[place].indices.tolist())
        assert shown | hidden == rows[row]
        assert not shown & hidden


def test_the_same_seed_hides_the_same_and_another_something_else():
    orders = made([set(range(12))] * 50)
    rows = np.arange(50)
    once, again, other = (protocol.half_seen(orders, rows, seed).shown for seed in (1, 1, 2))
    assert (once != again).nnz == 0
    assert (once != other).nnz > 0
    assert np.asarray(once.sum(axis=0)).min() > 10, "every product has its chance to be shown"


def test_of_too_many_orders_some_are_drawn_in_their_order():
    orders = made([{0, 1, 2}] * 90)
    asked = protocol.half_seen(orders, np.arange(90), seed=3, most=20)
    assert asked.count == 20
    assert (np.diff(asked.orders) > 0).all()


def test_metrics_by_hand():
    asked = half(shown=[{0}, {0}, {0}], hidden=[{1, 2, 3}, {4}, {5, 6}], buyer=[UNKNOWN] * 3)
    known = protocol.before(made([{0, 1, 2, 3, 4}]), [None] * 12)
    lists = Lists(named([7, 1, 8, 3, 9, 2], [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 4], [1, 2]), None)
    found = protocol.score(lists, asked, known)["all"]
    ideal = 1 + 1 / log2(3) + 1 / log2(4)
    assert of(found, "recall@5") == pytest.approx([2 / 3, 0, 0])
    assert of(found, "recall@10") == pytest.approx([1, 0, 0])
    assert of(found, "ndcg@5") == pytest.approx([(1 / log2(3) + 1 / log2(5)) / ideal, 0, 0])
    assert of(found, "ndcg@10") == pytest.approx([(1 / log2(3) + 1 / log2(5) + 1 / log2(7)) / ideal, 0, 0])
    assert of(found, "hit@5") == [1, 0, 0]
    assert of(found, "mrr") == pytest.approx([1 / 2, 1 / 11, 0])
    assert found.coverage == 8 / 5  # 1, 2, 3, 5, 6, 7, 8 and 9, of five ever sold


def test_more_hidden_than_places_can_still_be_perfect():
    asked = half(shown=[{0}], hidden=[set(range(1, 9))], buyer=[UNKNOWN])
    known = protocol.before(made([{0}]), [None] * 12)
    found = protocol.score(Lists(named(list(range(1, 9))), None), asked, known)["all"]
    assert of(found, "ndcg@5") == pytest.approx([1])
    assert of(found, "recall@5") == pytest.approx([5 / 8])


def test_what_is_shown_takes_no_place():
    asked = half(shown=[{0, 1}], hidden=[{2}], buyer=[UNKNOWN])
    known = protocol.before(made([{0}]), [None] * 12)
    assert of(protocol.score(Lists(named([0, 1, 2]), None), asked, known)["all"], "mrr") == [1]


@pytest.fixture
def customers() -> tuple[HalfSeen, Before]:
    """Buyer 0 had 1 and 4, buyer 1 is new, the third unknown. Families: 0–3 a, 4–7 b, 8–10 c, 11 none."""
    families = ["a"] * 4 + ["b"] * 4 + ["c"] * 3 + [None]
    known = protocol.before(made([{1, 4}, {0, 8}], buyer=[0, UNKNOWN]), families)
    asked = half(
        shown=[{0, 2}, {0, 11}, {4, 8}], hidden=[{1, 3, 5}, {4, 11 - 1}, {5, 9, 11}], buyer=[0, 1, UNKNOWN]
    )
    return asked, known


def test_known_customers_are_those_with_an_earlier_order(customers):
    asked, known = customers
    found = protocol.score(Lists(named([1], [4], [5]), named([], [], [])), asked, known)
    assert found["hist"].rows.tolist() == [0]
    assert found["nohist"].rows.tolist() == [1, 2]
    assert of(found["nohist"], "recall@5") == pytest.approx([1 / 2, 1 / 3])


def test_new_leaves_out_what_was_bought_before_on_both_sides(customers):
    asked, known = customers
    found = protocol.score(Lists(named([1, 4, 5], [4], [5]), named([], [], [])), asked, known)["new"]
    assert found.rows.tolist() == [0]
    assert of(found, "recall@5") == [1 / 2]  # of 3 and 5
    assert of(found, "mrr") == [1]  # 1 and 4 take no place


def test_cross_is_another_family_and_never_bought(customers):
    asked, known = customers
    offered = named([3, 4, 9, 5], [2, 10, 4], [5, 9, 11])
    found = protocol.score(Lists(named([], [], []), offered), asked, known)["cross"]
    # 1 and 3 are of the family shown, 5 is not; the third order hides only families that are shown, or none.
    assert found.rows.tolist() == [0, 1]
    assert of(found, "recall@5") == [1, 1]
    assert of(found, "mrr") == [1 / 2, 1]  # 3 and 4 take no place: family shown, and bought before
    assert of(found, "ndcg@5")[1] == pytest.approx(1)


def test_both_lists_out_of_scores(customers):
    asked, known = customers
    scores = np.tile(np.arange(12, dtype=np.float32), (3, 1))
    lists = protocol.lists(scores, asked, known)
    assert lists.everything[0, :11].tolist() == [11, 10, 9, 8, 7, 6, 5, 4, 3, 1, NOBODY]
    assert lists.offered[0, :7].tolist() == [10, 9, 8, 7, 6, 5, NOBODY]  # without b's 4, which buyer 0 has
    assert lists.offered[1, :8].tolist() == [10, 9, 8, 7, 6, 5, 4, NOBODY]
    assert lists.offered[2, :5].tolist() == [3, 2, 1, 0, NOBODY]


def test_a_shop_without_categories_has_no_other_kinds():
    asked = half(shown=[{0}], hidden=[{1}], buyer=[UNKNOWN])
    known = protocol.before(made([{0, 1}]), [None] * 12)
    lists = protocol.lists(np.ones((1, 12), np.float32), asked, known)
    assert lists.offered is None
    assert set(protocol.score(lists, asked, known)) == {"all", "nohist"}


def test_best_breaks_ties_by_place_and_stops_where_nothing_is_left():
    scores = np.array([[1, 3, 3, -np.inf, 2]], dtype=np.float32)
    assert protocol.best(scores, 6).tolist() == [[1, 2, 4, 0, NOBODY, NOBODY]]
    assert protocol.best(scores, 2).tolist() == [[1, 2]]


def test_blocks_hold_every_order_once(monkeypatch):
    monkeypatch.setattr(protocol, "_AT_A_TIME", 30)
    asked = half(shown=[{n} for n in range(7)], hidden=[{n + 1} for n in range(7)], buyer=range(7))
    blocks = list(asked.blocks())
    assert [block.count for block in blocks] == [2, 2, 2, 1]
    assert np.concatenate([block.buyer for block in blocks]).tolist() == list(range(7))
    assert [block.shown_in(0).tolist() for block in blocks] == [[0], [2], [4], [6]]


def test_intervals_are_as_wide_as_the_standard_error_says():
    values = np.random.default_rng(1).normal(3, 2, (400, 1))
    low, high = protocol.interval(protocol.resampled(values, seed=2)[:, 0])
    error = values.std() / np.sqrt(400)
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.3 * error)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.3 * error)


def test_paired_differences_are_narrower_than_what_they_are_taken_of():
    common = np.random.default_rng(1).normal(0, 1, 300)
    noise = np.random.default_rng(2).normal(0, 0.1, 300)
    means = protocol.resampled(np.column_stack((common + noise, common)), seed=5)
    low, high = protocol.interval(means[:, 0] - means[:, 1])
    alone = protocol.interval(means[:, 0])
    assert high - low < 0.2 * (alone[1] - alone[0])
