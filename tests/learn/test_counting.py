"""Every count is what going through the orders one by one finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from assistant.learn import counting
from assistant.learn.orders import NO_TIME, UNKNOWN, Orders
from assistant.records import DAY
from tests.learn.test_protocol import made, matrix

PRODUCTS = 14


def quiet(what: str, done: int, total: int | None) -> None:
    """A progress that says nothing."""


def drawn_rows(count: int, seed: int) -> list[set[int]]:
    """Orders in which an even product often brings the next one."""
    drawn = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        held = set(drawn.choice(PRODUCTS, drawn.integers(1, 4), replace=False).tolist())
        held |= {p + 1 for p in held if p % 2 == 0 and drawn.random() < 0.4}
        rows.append(held)
    return rows


def counted(orders: Orders, lines: csr_matrix | None = None) -> dict[int, counting.Counted]:
    lines = orders.lines if lines is None else lines
    found = list(counting.pairs(lines, counting.bases(orders, lines), quiet))
    assert [row.anchor for row in found] == sorted({row.anchor for row in found})
    return {row.anchor: row for row in found}


def by_hand(rows: list[set[int]], products: int) -> dict[tuple[int, int], tuple[int, float, float]]:
    """(anchor, add-on) → orders with both, lift, steadied share, of all pairings that are to be found."""
    found = {}
    for a in range(products):
        for b in set(range(products)) - {a}:
            both = sum(a in row and b in row for row in rows)
            with_a, with_b = sum(a in row for row in rows), sum(b in row for row in rows)
            if both < 3:
                continue
            usual = with_b / len(rows)
            lift = (both / with_a) / usual
            by_chance = with_a * usual
            likely = (both + 10 * usual) / (with_a + 10)
            beyond = lift >= 1.1 and (len(rows) < 100 or both >= by_chance + by_chance**0.5)
            if beyond or (both >= 10 and likely >= 0.1):
                found[a, b] = (both, lift, likely)
    return found


@pytest.mark.parametrize("count", [40, 99, 100, 400])
def test_pairs_are_what_a_pencil_finds(count: int) -> None:
    rows = drawn_rows(count, seed=count)
    expected = by_hand(rows, PRODUCTS)
    found = {
        (row.anchor, int(b)): (int(n), float(lift), float(likely))
        for row in counted(made(rows, products=PRODUCTS)).values()
        for b, n, lift, likely in zip(row.add_ons, row.together, row.lift, row.likely, strict=True)
    }
    assert found.keys() == expected.keys()
    assert len(found) >= PRODUCTS // 2
    for pair, values in expected.items():
        assert found[pair] == pytest.approx(values), pair


def test_what_sells_with_everything_goes_with_an_anchor_that_one_in_ten_take_it_with() -> None:
    rows = [{0, 1} if n < 12 else {0} for n in range(100)] + [{1} if n < 12 else {2} for n in range(100)]
    row = counted(made(rows, products=3))[0]
    assert row.add_ons.tolist() == [1]
    assert row.lift.tolist() == [pytest.approx(1.0)]
    fewer = [row if n not in (0, 1, 2) else {0} for n, row in enumerate(rows)]
    assert 0 not in counted(made(fewer, products=3))


def test_the_most_likely_add_on_stands_first() -> None:
    for row in counted(made(drawn_rows(400, seed=1), products=PRODUCTS)).values():
        assert row.likely.tolist() == sorted(row.likely.tolist(), reverse=True)


def test_blocks_and_their_borders_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = made(drawn_rows(300, seed=2), products=PRODUCTS)
    whole = counted(orders)
    monkeypatch.setattr(counting, "_BLOCK", 5)
    cut = counted(orders)
    assert whole.keys() == cut.keys()
    for anchor, row in whole.items():
        assert row.add_ons.tolist() == cut[anchor].add_ons.tolist()
        assert row.together.tolist() == cut[anchor].together.tolist()


def test_of_many_add_ons_the_most_likely_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = made(drawn_rows(60, seed=3), products=PRODUCTS)
    whole = counted(orders)
    monkeypatch.setattr(counting, "KEPT", 1)
    assert max(len(row.add_ons) for row in whole.values()) > 1
    for anchor, row in counted(orders).items():
        assert row.add_ons.tolist() == whole[anchor].add_ons[:1].tolist()


def test_two_things_of_one_category_in_an_order_are_one_order_of_it() -> None:
    of = np.array([0, 0, 1, 1, -1, 2], dtype=np.int32)
    rows = [{0, 1, 2}, {1, 3, 4}, {4}, {0, 2, 3}, {5}, {5, 4}]
    orders = made(rows, buyer=[7, 7, UNKNOWN, 8, UNKNOWN, 7], products=6)
    lines = counting.grouped(orders.lines, of, 3)
    assert lines.toarray().tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]]
    base = counting.bases(orders, lines)
    assert base.orders.tolist() == [3, 3, 2]
    assert base.customers.tolist() == [2, 2, 2]  # 7 twice and 8; 7 and somebody unknown
    row = counted(orders, lines)[0]
    assert (row.add_ons.tolist(), row.together.tolist()) == ([1], [3])
    assert row.lift.tolist() == [pytest.approx(2.0)]  # in all of three, where half of all orders have it


def test_pairs_of_categories_are_what_a_pencil_finds() -> None:
    of = np.array([-1, *((p + 1) // 2 for p in range(1, PRODUCTS))], dtype=np.int32)
    categories = int(of.max()) + 1  # what brings another is mostly of the category before
    rows = drawn_rows(500, seed=4)
    expected = by_hand([{int(of[p]) for p in row if of[p] >= 0} for row in rows], categories)
    orders = made(rows, products=PRODUCTS)
    found = {
        (row.anchor, int(b)): (int(n), float(lift), float(likely))
        for row in counted(orders, counting.grouped(orders.lines, of, categories)).values()
        for b, n, lift, likely in zip(row.add_ons, row.together, row.lift, row.likely, strict=True)
    }
    assert expected
    assert found.keys() == expected.keys()
    for pair, values in expected.items():
        assert found[pair] == pytest.approx(values), pair


def test_shares_are_of_orders_of_buyers_and_of_a_time() -> None:
    orders = made(
        [{0, 1}, {0}, {0}, {1}, {0}],
        buyer=[4, 4, UNKNOWN, UNKNOWN, 0],
        at=[50, 20, NO_TIME, NO_TIME, 30],
        products=3,
    )
    base = counting.bases(orders)
    assert base.orders.tolist() == [4, 2, 0]
    assert base.customers.tolist() == [3, 2, 0]
    assert (base.since[0], base.until[0]) == (20, 50)
    assert (base.since[1], base.until[1]) == (50, 50)
    assert base.until[2] == NO_TIME


def test_an_older_order_speaks_half_as_loudly_after_its_half_life_and_a_huge_one_softly() -> None:
    fades = int(counting.FADES)
    at = [0, fades * DAY, 2 * fades * DAY, NO_TIME, 2 * fades * DAY]
    rows = [{0}, {0}, {0, 1}, {1}, set(range(200))]
    loud = counting.speaks(made(rows, at=at, products=200))
    assert loud.tolist() == pytest.approx([0.25, 0.5, 1.0, 0.25, 50 / 200])


def test_orders_without_any_time_speak_alike() -> None:
    orders = made([{0}, {1}], at=[NO_TIME, NO_TIME])
    assert counting.speaks(orders).tolist() == [1.0, 1.0]
    assert counting.days(orders).tolist() == [0.0, 0.0]


def test_days_are_counted_from_1970() -> None:
    assert counting.days(made([{0}, {0}], at=[3 * DAY, 4 * DAY + DAY // 2])).tolist() == [3.0, 4.5]


def test_no_orders_have_no_pairs() -> None:
    orders = Orders(("A", "B"), matrix([], 2), np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert counted(orders) == {}
    assert counting.speaks(orders).tolist() == []
    assert counting.bases(orders).orders.tolist() == [0, 0]
    assert counting.grouped(orders.lines, np.array([0, -1], dtype=np.int32), 1).shape == (0, 1)


def row_of_length(anchor: int, count: int) -> counting.Counted:
    values = np.linspace(0.9, 0.1, count)
    return counting.Counted(
        anchor, np.arange(count, dtype=np.int32), np.arange(count, 0, -1), values * 9, values
    )


@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=8), most=st.integers(8, 80))
def test_too_many_add_ons_in_all_shorten_the_richest_anchors_alike(sizes: list[int], most: int) -> None:
    rows = [row_of_length(anchor, size) for anchor, size in enumerate(sizes)]
    kept = [len(row.add_ons) for row in counting.shortened(rows, most)]
    longest = max(kept)
    assert kept == [min(size, longest) for size in sizes]
    assert sum(kept) <= most
    if longest < max(sizes):  # and one more for each would be too many
        assert sum(min(size, longest + 1) for size in sizes) > most


def test_the_likeliest_add_ons_stay_when_a_row_is_shortened() -> None:
    (short,) = counting.shortened([row_of_length(3, 5)], 2)
    whole = row_of_length(3, 5)
    assert short.anchor == 3
    for name in ("add_ons", "together", "lift", "likely"):
        assert getattr(short, name).tolist() == getattr(whole, name)[:2].tolist()
