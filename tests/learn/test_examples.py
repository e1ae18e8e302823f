"""Past baskets are asked as they would have been then: nothing that came later, or was hidden, tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.learn import examples as asking
from assistant.learn import protocol
from assistant.learn.examples import BLOCKS, PASSED_OVER, Examples, examples
from assistant.learn.habits import pasts
from assistant.learn.orders import NO_TIME, UNKNOWN, Orders
from assistant.learn.protocol import HalfSeen
from assistant.records import DAY
from assistant.suggest.ranking import FEATURES
from assistant.suggest.shortlist import KINDS
from tests.learn.test_counting import PRODUCTS, drawn_rows, quiet
from tests.learn.test_knowing import plain_goods
from tests.learn.test_protocol import made

ORDERS = 300
BLOCK = ORDERS // 10
CATEGORY = [p // 2 for p in range(PRODUCTS)]
FAMILY = [0, 0, 1, 1, 2, 2, 3]
GOODS = plain_goods(PRODUCTS, CATEGORY, FAMILY)


def shop(seed: int = 1) -> Orders:
    """Orders of twenty people and of nobody, six a day; all hold two things or more."""
    drawn = np.random.default_rng(seed)
    rows = [row | {(min(row) + 3) % PRODUCTS} for row in drawn_rows(ORDERS, seed)]
    at = [n * DAY // 6 for n in range(ORDERS)]
    return made(rows, buyer=drawn.integers(UNKNOWN, 20, ORDERS), at=at, products=PRODUCTS)


def changed(orders: Orders, rows: range, to: Callable[[int], set[int]]) -> Orders:
    """Some orders made into others, of another buyer."""
    held = [set(orders.lines[row].indices.tolist()) for row in range(orders.count)]
    buyer = orders.buyer.copy()
    for row in rows:
        held[row], buyer[row] = to(row), (buyer[row] + 5) % 20
    return made(held, buyer=buyer, at=orders.at, products=PRODUCTS)


@pytest.fixture(autouse=True)
def asked_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each basket once, unless a test is about asking it again."""
    if "draws" not in request.fixturenames:
        monkeypatch.setattr(asking, "DRAWS", 1)


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> int:
    newest = shop().lines[ORDERS - BLOCKS * BLOCK :]
    monkeypatch.setattr(asking, "ENOUGH", 3 * int((np.diff(newest.indptr) // 2).sum()))
    return 3


@pytest.fixture
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every candidate is kept, every customer known, no basket emptied: only the orders decide."""
    for name, value in (("PASSED_OVER", 1.0), ("KNOWN", 1.0), ("NOTHING", 0.0)):
        monkeypatch.setattr(asking, name, value)


@dataclass
class Seen:
    """What was asked while examples were made."""

    halves: list[HalfSeen] = field(default_factory=list)
    earlier: list[Orders] = field(default_factory=list)
    places: list[NDArray[np.int64]] = field(default_factory=list)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    noted = Seen()
    half_seen, know, features = protocol.half_seen, asking.know, asking.features

    def halves(*words: Any) -> HalfSeen:
        noted.halves.append(half_seen(*words))
        return noted.halves[-1]

    def knowing(orders: Orders, *words: Any) -> Any:
        noted.earlier.append(orders)
        return know(orders, *words)

    def table(knowledge: Any, signals: Any, places: NDArray[np.int64]) -> NDArray[np.float64]:
        noted.places.append(places)
        return features(knowledge, signals, places)

    monkeypatch.setattr(protocol, "half_seen", halves)
    monkeypatch.setattr(asking, "know", knowing)
    monkeypatch.setattr(asking, "features", table)
    return noted


def column(found: Examples, name: str) -> NDArray[np.float32]:
    return found.features[:, FEATURES.index(name)]


def same(one: Examples, other: Examples) -> None:
    for name in ("features", "kind", "came", "basket", "counts"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_a_small_shops_baskets_are_asked_with_several_halves(seen: Seen, draws: int) -> None:
    found = examples(shop(), GOODS, quiet)
    assert len(seen.halves) == draws * BLOCKS
    assert len(seen.earlier) == BLOCKS  # what was known before them is the same
    assert found.baskets == BLOCKS * BLOCK
    rows = [len(places) for places in seen.places]
    numbers = [n * BLOCK + row for n in range(BLOCKS) for _ in range(draws) for row in range(BLOCK)]
    assert (found.basket == np.repeat(numbers, rows)).all()
    for n in range(BLOCKS):
        first, second, third = seen.halves[n * draws : (n + 1) * draws]
        assert (first.orders == second.orders).all()
        whole = [(one.shown + one.hidden).toarray() for one in (first, second, third)]
        assert (whole[0] == whole[1]).all()
        assert (first.shown != second.shown).nnz
        assert (second.shown != third.shown).nnz


def test_a_big_shops_baskets_are_asked_once(seen: Seen, draws: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BASKETS", 2 * BLOCK)
    examples(shop(), GOODS, quiet)
    assert len(seen.halves) == 2


def test_the_same_orders_give_the_same_examples() -> None:
    same(examples(shop(), GOODS, quiet), examples(shop(), GOODS, quiet))


def test_rows_say_what_they_should() -> None:
    found = examples(shop(), GOODS, quiet)
    assert found.features.shape == (len(found.kind), len(FEATURES))
    assert found.features.dtype == np.float32
    assert np.isfinite(found.features).all()
    assert set(found.kind.tolist()) == set(range(len(KINDS)))
    assert 0 < found.came.sum() < len(found.came)
    assert found.baskets == BLOCKS * BLOCK
    some = found.only(found.came)
    assert some.came.all()
    assert len(some.features) == len(some.basket) == len(some.counts) == found.came.sum()


def test_what_comes_later_in_a_block_changes_nothing_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BLOCKS", 1)
    orders = shop()
    turned = ORDERS - BLOCK // 2
    other = changed(orders, range(turned, ORDERS), lambda row: {row % PRODUCTS, (row + 5) % PRODUCTS, 0, 9})
    first, second = examples(orders, GOODS, quiet), examples(other, GOODS, quiet)
    before = BLOCK // 2
    assert 0 < (first.basket < before).sum() < len(first.basket)
    same(first.only(first.basket < before), second.only(second.basket < before))
    assert not np.array_equal(
        first.features[first.basket >= before], second.features[second.basket >= before]
    )


@pytest.mark.usefixtures("nothing_drawn")
def test_what_comes_in_later_blocks_changes_nothing_in_earlier_ones() -> None:
    orders = shop()
    newest = range(ORDERS - BLOCK, ORDERS)
    other = changed(orders, newest, lambda row: {row % PRODUCTS, (row + 5) % PRODUCTS})
    first, second = examples(orders, GOODS, quiet), examples(other, GOODS, quiet)
    assert first.baskets == second.baskets == BLOCKS * BLOCK
    same(first.only(first.basket >= BLOCK), second.only(second.basket >= BLOCK))


@pytest.mark.usefixtures("nothing_drawn")
def test_the_hidden_half_is_not_in_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BLOCKS", 1)
    orders = shop()
    rows = np.arange(ORDERS - BLOCK, ORDERS)
    asked = protocol.half_seen(orders, rows, asking.SEED, asking.LEAST_PRODUCTS, asking.BASKETS)
    honest = examples(orders, GOODS, quiet)
    assert honest.came.any()
    # The same baskets, and hidden in them only what nothing goes with: one thing that is not shown.
    lone = [next(p for p in range(PRODUCTS - 1, -1, -1) if not asked.shown[n, p]) for n in range(BLOCK)]
    hidden = made([{p} for p in lone], products=PRODUCTS).lines
    monkeypatch.setattr(protocol, "half_seen", lambda *words: replace(asked, hidden=hidden))
    shown = [set(asked.shown_in(n).tolist()) for n in range(BLOCK)]
    emptied = changed(orders, range(0), lambda row: set())
    emptied = replace(
        emptied,
        lines=made(
            [
                set(orders.lines[n].indices.tolist())
                if n < rows[0]
                else shown[n - rows[0]] | {lone[n - rows[0]]}
                for n in range(ORDERS)
            ],
            products=PRODUCTS,
        ).lines,
    )
    other = examples(emptied, GOODS, quiet)
    assert not np.array_equal(honest.came, other.came)
    assert np.array_equal(honest.features, other.features)
    assert np.array_equal(honest.basket, other.basket)


def test_each_block_is_asked_of_what_was_known_before_it(seen: Seen) -> None:
    examples(shop(), GOODS, quiet)
    assert len(seen.earlier) == len(seen.halves) == BLOCKS
    for number, (earlier, asked) in enumerate(zip(seen.earlier, seen.halves, strict=True)):
        assert earlier.at.max() < asked.at.min()
        assert earlier.count == ORDERS - (number + 1) * BLOCK


def test_orders_out_of_order_are_put_in_time(seen: Seen) -> None:
    orders = shop()
    mixed = protocol.only(orders, np.random.default_rng(3).permutation(ORDERS))
    examples(mixed, GOODS, quiet)
    for earlier, asked in zip(seen.earlier, seen.halves, strict=True):
        assert earlier.at.max() < asked.at.min()


def test_what_came_true_is_what_was_hidden(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "NOTHING", 0.0)
    found = examples(shop(), GOODS, quiet)
    assert (found.basket == np.repeat(np.arange(found.baskets), [len(p) for p in seen.places])).all()
    row = 0
    for asked in seen.halves:
        for n in range(asked.count):
            places = seen.places[row]
            hidden = set(asked.hidden[n].indices.tolist())
            assert set(places[found.came[found.basket == row]].tolist()) == hidden & set(places.tolist())
            assert not set(asked.shown_in(n).tolist()) & set(places.tolist())
            row += 1


def test_who_is_not_known_is_asked_what_is_new(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "KNOWN", 0.0)
    found = examples(shop(), GOODS, quiet)
    assert not column(found, "known").any()
    assert KINDS.index("again") not in found.kind
    row = regulars = 0
    for earlier, asked in zip(seen.earlier, seen.halves, strict=True):
        past = pasts(earlier, asked.buyer)
        for buyer in asked.buyer.tolist():
            if buyer in past:
                regulars += 1
                assert not set(seen.places[row].tolist()) & set(past[buyer].places.tolist())
            row += 1
    assert regulars > BLOCK


def test_who_is_known_is_asked_what_was_bought_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "KNOWN", 1.0)
    found = examples(shop(), GOODS, quiet)
    assert KINDS.index("again") in found.kind
    assert column(found, "known").any()
    assert not column(found, "known").all()  # orders of nobody


def test_an_account_is_reviewed_with_an_empty_basket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "KNOWN", 1.0)
    monkeypatch.setattr(asking, "NOTHING", 1.0)
    found = examples(shop(), GOODS, quiet)
    known = column(found, "known") == 1
    assert (column(found, "lines")[known] == 0).all()
    assert (column(found, "lines")[~known] > 0).all()
    whole = found.only(known)
    assert whole.came.sum() / len(np.unique(whole.basket)) > 2, "all of an order is then to be found"


def test_a_kept_row_stands_for_those_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examples(shop(), GOODS, quiet)
    assert (found.counts == np.where(found.came, 1.0, 1 / PASSED_OVER)).all()
    monkeypatch.setattr(asking, "PASSED_OVER", 1.0)
    whole = examples(shop(), GOODS, quiet)
    assert (whole.counts == 1).all()
    assert len(found.came) < 0.6 * len(whole.came)
    assert found.counts.sum() == pytest.approx(len(whole.came), rel=0.15)


def test_blocks_are_taken_from_the_newest_until_there_are_enough(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BASKETS", BLOCK + 10)
    found = examples(shop(), GOODS, quiet)
    assert [asked.count for asked in seen.halves] == [BLOCK, 10]
    assert found.baskets == BLOCK + 10
    newest, before = seen.halves
    assert newest.orders.tolist() == list(range(ORDERS - BLOCK, ORDERS))
    assert set(before.orders.tolist()) <= set(range(ORDERS - 2 * BLOCK, ORDERS - BLOCK))


@pytest.mark.parametrize("rows", [[], [{0, 1}], [{0}] * 100])
def test_too_few_orders_or_nothing_but_single_things_give_no_examples(rows: list[set[int]]) -> None:
    found = examples(made(rows, products=PRODUCTS), GOODS, quiet)
    assert found.baskets == len(found.features) == len(found.came) == 0


def test_without_times_the_orders_are_asked_as_they_were_read(seen: Seen) -> None:
    orders = shop()
    untimed = replace(orders, at=np.full(ORDERS, NO_TIME))
    found = examples(untimed, GOODS, quiet)
    assert found.baskets == BLOCKS * BLOCK
    assert np.isfinite(found.features).all()
    assert [asked.orders.tolist() for asked in seen.halves] == [
        list(range(ORDERS - (n + 1) * BLOCK, ORDERS - n * BLOCK)) for n in range(BLOCKS)
    ]
