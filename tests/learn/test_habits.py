"""What was bought again, and after how long, is what each buyer's own orders say."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.learn import counting
from assistant.learn.habits import LEAN, USUAL_GAP, bought, habits, pasts
from assistant.learn.orders import NO_TIME, UNKNOWN, Orders
from assistant.records import DAY
from tests.learn.test_protocol import made

NONE = np.array([-1, -1, -1], dtype=np.int32)


def drawn_orders(seed: int) -> Orders:
    """Orders of nobody and of a few people, in no order of time, some at no known time."""
    drawn = np.random.default_rng(seed)
    count = 120
    rows = [set(drawn.choice(9, drawn.integers(1, 5), replace=False).tolist()) for _ in range(count)]
    at = drawn.integers(0, 400 * DAY, count)
    at[drawn.random(count) < 0.1] = NO_TIME
    return made(rows, buyer=drawn.integers(UNKNOWN, 8, count), at=at, products=9)


def purchases(orders: Orders) -> dict[int, dict[int, list[float]]]:
    """Buyer → product → days, ascending, by going through the orders one by one."""
    oldest = min(at for at in orders.at.tolist() if at != NO_TIME)
    found: dict[int, dict[int, list[float]]] = {}
    for row, (buyer, at) in enumerate(zip(orders.buyer.tolist(), orders.at.tolist(), strict=True)):
        for product in orders.lines[row].indices.tolist() if buyer != UNKNOWN else ():
            day = (oldest if at == NO_TIME else at) / DAY
            found.setdefault(buyer, {}).setdefault(product, []).append(day)
    return {b: {p: sorted(days) for p, days in things.items()} for b, things in found.items()}


@pytest.mark.parametrize("together", [1_000, 20, 1])
def test_purchases_are_those_of_the_orders(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_ORDERS", together)
    orders = drawn_orders(1)
    parts = list(bought(orders))
    assert (len(parts) > 1) == (together < 1_000)
    expected = [
        (buyer, product, len(days), days[0], days[-1])
        for buyer, things in sorted(purchases(orders).items())
        for product, days in sorted(things.items())
    ]
    found = [
        row
        for part in parts
        for row in zip(
            *(getattr(part, name).tolist() for name in ("buyer", "product", "times", "first", "last")),
            strict=True,
        )
    ]
    assert found == expected
    assert all(len(part.buyer) for part in parts)


def test_who_came_once_can_be_left_out() -> None:
    orders = made([{0}, {1, 2}, {0, 2}, {1}], buyer=[4, 2, 4, 7], at=[0, DAY, 2 * DAY, DAY], products=3)
    (found,) = bought(orders, least=2)
    assert (found.buyer.tolist(), found.product.tolist(), found.times.tolist()) == ([4, 4], [0, 2], [2, 1])


def test_a_past_is_newest_first_with_all_its_days() -> None:
    orders = drawn_orders(2)
    expected = purchases(orders)
    found = pasts(orders, np.arange(8))
    assert found.keys() == expected.keys()
    for buyer, past in found.items():
        things = expected[buyer]
        assert past.places.tolist() == sorted(things, key=lambda product: (-things[product][-1], product))
        for place, product in enumerate(past.places.tolist()):
            assert past.days[past.starts[place] : past.starts[place + 1]].tolist() == things[product]
        assert past.times.tolist() == [len(things[p]) for p in past.places.tolist()]
        assert past.last.tolist() == sorted(past.last.tolist(), reverse=True)
        own = np.flatnonzero(orders.buyer == buyer)
        assert len(past.order_days) == len(own)
        assert past.order_days.tolist() == sorted(past.order_days.tolist())
        assert past.starts[0] == 0
        assert past.starts[-1] == len(past.days)


def test_pasts_are_of_whom_was_asked_and_bought_something() -> None:
    orders = made([{0}, {1, 2}, {2}], buyer=[5, UNKNOWN, 6], at=[DAY, DAY, DAY])
    assert pasts(orders, np.array([6, 99, UNKNOWN, 6])).keys() == {6}
    assert pasts(orders, np.zeros(0, np.int64)) == {}
    assert pasts(orders, np.array([UNKNOWN])) == {}


def visits(*people: list[tuple[int, set[int]]]) -> Orders:
    """Each person's orders as (day, products)."""
    flat = [(buyer, day, held) for buyer, own in enumerate(people) for day, held in own]
    return made([x[2] for x in flat], buyer=[x[0] for x in flat], at=[x[1] * DAY for x in flat], products=3)


def test_bought_again_by_everybody_and_by_nobody() -> None:
    orders = visits(*[[(0, {0, 1}), (10, {0})]] * 30)
    again, _ = habits(orders, NONE, 0)
    shop = 30 / 60  # of all first purchases of both products
    assert again[0] == pytest.approx((30 + LEAN * shop) / (30 + LEAN))
    assert again[1] == pytest.approx(LEAN * shop / (30 + LEAN))
    assert again[2] == pytest.approx(shop), "nothing is known of it but the shop"
    assert again[0] > 0.8 > 0.2 > again[1]


def test_who_never_came_back_says_nothing_of_buying_again() -> None:
    came_back = [[(0, {0, 1}), (10, {0})]] * 4
    once = [[(0, {0, 1, 2})]] * 50
    for with_them, without in zip(
        habits(visits(*came_back, *once), NONE, 0), habits(visits(*came_back), NONE, 0), strict=True
    ):
        assert with_them.tolist() == without.tolist()


def test_a_product_that_says_little_is_like_its_category() -> None:
    # Products 0 and 2 are of a category of things bought again, 1 of another; 2 was never sold.
    orders = visits(*[[(0, {0, 1}), (30, {0})]] * 40)
    again, gap = habits(orders, np.array([0, 1, 0], dtype=np.int32), 2)
    shop = 40 / 80
    category = (40 + LEAN * shop) / (40 + LEAN)
    assert again[2] == pytest.approx(category)
    assert again[0] == pytest.approx((40 + LEAN * category) / (40 + LEAN))
    other = LEAN * shop / (40 + LEAN)
    assert again[1] == pytest.approx(LEAN * other / (40 + LEAN))
    assert gap.tolist() == pytest.approx([30, 30, 30])


def test_gaps_are_a_geometric_mean_of_each_buyers_mean() -> None:
    every_ten, forty = [(0, {0}), (10, {0})], [(0, {0}), (10, {0}), (80, {0})]
    _, gap = habits(visits(every_ten, forty), NONE, 0)
    assert gap.tolist() == pytest.approx([20, 20, 20])  # of 10 and of 40, and the shop is no other


def test_a_gap_leans_on_the_shop() -> None:
    weekly = [[(7 * week, {0}) for week in range(3)]] * 30
    once_a_quarter = [[(0, {1}), (90, {1})]] * 3
    _, gap = habits(visits(*weekly, *once_a_quarter), NONE, 0)
    assert 7 < gap[0] < 8
    shop = (30 * np.log(7) + 3 * np.log(90)) / 33
    assert gap[1] == pytest.approx(np.exp((3 * np.log(90) + LEAN * shop) / (3 + LEAN)))
    assert gap[2] == pytest.approx(np.exp(shop))


def test_without_customers_nothing_is_bought_again() -> None:
    orders = made([{0, 1}, {0}], at=[0, DAY], products=3)
    again, gap = habits(orders, NONE, 0)
    assert again.tolist() == [0, 0, 0]
    assert gap.tolist() == pytest.approx([USUAL_GAP] * 3)
    assert not list(bought(orders))


def test_without_times_it_is_still_known_what_was_bought_again() -> None:
    orders = made([{0, 1}, {0}] * 30, buyer=np.repeat(np.arange(30), 2), at=[NO_TIME] * 60, products=3)
    again, gap = habits(orders, NONE, 0)
    assert again[0] > again[2] > again[1]
    assert np.isfinite(gap).all()
    assert gap.min() > 0


def test_no_orders_have_no_habits() -> None:
    again, gap = habits(made([], products=3), NONE, 0)
    assert again.tolist() == [0, 0, 0]
    assert gap.tolist() == pytest.approx([USUAL_GAP] * 3)
    assert pasts(made([], products=3), np.array([0])) == {}
