"""Knowledge is what the orders say: how products sell, of late most of all, and what that stands on."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.learn import counting, knowing
from assistant.learn.goods import Goods
from assistant.learn.knowing import LATELY, THIS_WEEK, Known, know
from assistant.learn.orders import NO_TIME, Orders
from assistant.records import DAY
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.tables import Table
from tests.learn.test_counting import PRODUCTS, drawn_rows, quiet
from tests.learn.test_protocol import made


def plain_goods(
    products: int,
    category: list[int] | None = None,
    family_of: list[int] | None = None,
    names: tuple[str, ...] | None = None,
) -> Goods:
    """Products that all cost the same, in categories and families as given, each with a name of its own."""
    of = np.full(products, -1) if category is None else np.array(category)
    paths = tuple(f"Path/{n}" for n in range(len(family_of or ())))
    return Goods(
        paths,
        of.astype(np.int32),
        np.array(family_of or (), dtype=np.int32),
        np.zeros(products, dtype=np.float32),
        names or tuple(f"thing{n}" for n in range(products)),
    )


def in_time(count: int, seed: int) -> Orders:
    """Orders of the planted shop, twelve a day, the last product never sold."""
    return made(drawn_rows(count, seed), at=[n * DAY // 12 for n in range(count)], products=PRODUCTS + 1)


CATEGORY = [*(p // 2 for p in range(PRODUCTS - 2)), -1, -1, 0]
FAMILY = [0, 0, 1, 1, 2, 2]


@pytest.fixture(scope="module")
def orders() -> Orders:
    return in_time(600, seed=1)


@pytest.fixture(scope="module")
def known(orders: Orders) -> Known:
    return know(orders, plain_goods(PRODUCTS + 1, CATEGORY, FAMILY), quiet)


def row_of(table: Table, row: int) -> dict[int, float]:
    at = slice(int(table.starts[row]), int(table.starts[row + 1]))
    return dict(zip(table.others[at].tolist(), table.values[at].tolist(), strict=True))


def test_every_index_stays_inside_its_array(known: Known) -> None:
    assert known.knowledge.fits()


def test_shares_are_of_orders_and_newer_orders_count_more(orders: Orders, known: Known) -> None:
    held = orders.lines.toarray().astype(np.float64)
    knowledge = known.knowledge
    assert knowledge.usual == pytest.approx(held.mean(axis=0))
    ages = (orders.at.max() - orders.at) / DAY
    for said, half_life in ((knowledge.lately, LATELY), (knowledge.this_week, THIS_WEEK)):
        loud = 2 ** -(ages / half_life)
        assert said == pytest.approx(loud @ held / loud.sum(), rel=1e-5)


def test_what_sells_only_of_late_is_above_its_usual_share() -> None:
    rows = [{0}] * 50 + [{1}] * 50
    knowledge = know(
        made(rows, at=[n * DAY for n in range(100)], products=3), plain_goods(3), quiet
    ).knowledge
    assert knowledge.usual.tolist() == pytest.approx([0.5, 0.5, 0])
    assert knowledge.lately[1] > 0.7
    assert knowledge.this_week[1] > 0.99
    assert knowledge.popular.tolist() == [1, 0]  # what was never sold is not popular


def test_the_last_day_of_each_product(orders: Orders, known: Known) -> None:
    held = orders.lines.toarray() > 0
    for product in range(PRODUCTS):
        assert known.knowledge.last_sold[product] == pytest.approx(orders.at[held[:, product]].max() / DAY)
    assert known.knowledge.last_sold[PRODUCTS] < -100_000
    assert known.knowledge.until.tolist() == [pytest.approx(orders.at.max() / DAY)]


def test_shelves_hold_what_sells_most_of_each_category(
    orders: Orders, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = known.knowledge
    of = np.array(CATEGORY)
    for category in range(len(FAMILY)):
        members = np.flatnonzero(of == category)
        shelf = row_of(knowledge.shelves, category)
        assert list(shelf) == sorted(members.tolist(), key=lambda p: -knowledge.lately[p])
        assert sum(shelf.values()) == pytest.approx(1, abs=1e-5)
        assert list(shelf.values()) == pytest.approx(knowledge.share[list(shelf)].tolist())
    assert knowledge.share[of < 0].tolist() == [0, 0]
    monkeypatch.setattr(knowing, "SHELF", 1)
    short = know(orders, plain_goods(PRODUCTS + 1, CATEGORY, FAMILY), quiet).knowledge.shelves
    for category in range(len(FAMILY)):
        assert list(row_of(short, category)) == list(row_of(knowledge.shelves, category))[:1]


def test_the_tables_hold_what_was_counted(known: Known) -> None:
    for table, counted, rows in (
        (known.knowledge.pairs, known.pairs, PRODUCTS + 1),
        (known.knowledge.category_pairs, known.category_pairs, len(FAMILY)),
    ):
        assert counted
        by_anchor = {row.anchor: row for row in counted}
        for anchor in range(rows):
            row = by_anchor.get(anchor)
            said = {} if row is None else dict(zip(row.add_ons.tolist(), row.likely.tolist(), strict=True))
            assert row_of(table, anchor) == pytest.approx(said, rel=1e-5)


def test_categories_count_orders_once(orders: Orders, known: Known) -> None:
    of = np.array(CATEGORY)
    held = [{int(of[p]) for p in orders.lines[n].indices if of[p] >= 0} for n in range(orders.count)]
    for category in range(len(FAMILY)):
        assert known.category_bases.orders[category] == sum(category in row for row in held)


def test_what_belongs_together_is_weighed_upwards_in_products_and_categories(known: Known) -> None:
    weights = known.knowledge.weights
    assert row_of(weights, 0)[1] > 0.15  # planted: 0 brings 1 in two of five
    assert max(row_of(weights, 0), key=row_of(weights, 0).__getitem__) == 1
    assert known.knowledge.category_weights.fits(len(FAMILY), len(FAMILY))
    assert known.knowledge.family_weights.fits(3, 3)


def arrays(knowledge: Knowledge) -> list[bytes]:
    flat = [getattr(knowledge, name) for name in Knowledge.ARRAYS]
    tables = [getattr(knowledge, name) for name in Knowledge.TABLES]
    return [a.tobytes() for a in (*flat, *(x for t in tables for x in (t.starts, t.others, t.values)))]


def test_the_same_orders_give_the_same_bytes(orders: Orders, known: Known) -> None:
    again = know(orders, plain_goods(PRODUCTS + 1, CATEGORY, FAMILY), quiet)
    assert arrays(again.knowledge) == arrays(known.knowledge)


@pytest.mark.parametrize("rows", [[], [{0}], [{0}, {1}, {2}], [{0, 1, 2}] * 4])
@pytest.mark.parametrize("category", [None, [0, 0, 1]])
def test_a_shop_that_hardly_sold_anything_has_knowledge_that_fits(
    rows: list[set[int]], category: list[int] | None
) -> None:
    goods = plain_goods(3, category, [0, 0] if category else None)
    untimed = made(rows, at=[NO_TIME] * len(rows), products=3)
    knowledge = know(untimed, goods, quiet).knowledge
    assert knowledge.fits()
    for name in Knowledge.ARRAYS:
        assert np.isfinite(getattr(knowledge, name)).all(), name
    assert knowledge.until.tolist() == [0]
    sold = sum(1 for p in range(3) if any(p in row for row in rows))
    assert len(knowledge.popular) == sold


def test_the_newest_sales_of_several_things_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowing, "SALES", 3)
    monkeypatch.setattr(knowing, "BIGGEST", 3)
    rows: list[set[int]] = [{0, 1}, {1, 2}, {0, 1, 2}, {2}, {0, 1, 2, 3}, {0, 3}]
    days = [0, 70, 95, 98, 99, 100]
    knowledge = know(made(rows, at=[n * DAY for n in days], products=4), plain_goods(4), quiet).knowledge
    kept = [rows.index(set(row_of(knowledge.sales, sale))) for sale in range(3)]
    assert sorted(kept) == [1, 2, 5]  # neither the oldest, nor the one thing alone, nor the biggest
    for product in range(4):
        assert set(row_of(knowledge.sold_in, product)) == {
            s for s, n in enumerate(kept) if product in rows[n]
        }
    # Whole months count: thirty days ago is one, five days are none.
    month = 0.5 ** (knowing.MONTH / counting.FADES)
    assert knowledge.loud == pytest.approx([{1: month / 2, 2: 1 / 3, 5: 1 / 2}[n] for n in kept])
    assert knowledge.fits()


def test_sales_of_another_century_still_speak() -> None:
    rows: list[set[int]] = [{0, 1}, {1, 2}]
    knowledge = know(made(rows, at=[0, 36_500 * DAY], products=3), plain_goods(3), quiet).knowledge
    assert (knowledge.loud > 0).all()


def test_the_order_of_sales_does_not_tell_their_time() -> None:
    rows: list[set[int]] = [{n % 7, 7 + n % 5} for n in range(35)]
    knowledge = know(
        made(rows, at=[n * DAY for n in range(35)], products=12), plain_goods(12), quiet
    ).knowledge
    kept = [rows.index(set(row_of(knowledge.sales, sale))) for sale in range(35)]
    assert sorted(kept) == list(range(35))
    assert abs(np.corrcoef(kept, range(35))[0, 1]) < 0.5
