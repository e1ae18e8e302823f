"""Rows cut out of flat arrays are the rows of the square they stand for; what does not fit is noticed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.suggest.knowledge import Knowledge
from assistant.suggest.tables import Table
from tests.suggest import tiny

CELLS = {0: {1: 2.0, 2: 3.0}, 2: {0: 5.0}}  # row 1 says nothing


def test_rows_come_one_after_another() -> None:
    others, values, sizes = tiny.table(CELLS, 3).rows([2, 1, 0, 2])
    assert (others.tolist(), values.tolist()) == ([0, 1, 2, 0], [5.0, 2.0, 3.0, 5.0])
    assert sizes.tolist() == [1, 0, 2, 1]


def test_sums_count_each_row_by_its_weight() -> None:
    table = tiny.table(CELLS, 3)
    assert table.sums([0, 2], 3).tolist() == [5.0, 2.0, 3.0]
    assert table.sums([0, 2, 1], 3, np.array([10.0, 0.5, 9.0])).tolist() == [2.5, 20.0, 30.0]


def test_no_rows_say_nothing() -> None:
    others, values, sizes = tiny.table(CELLS, 3).rows([])
    assert (len(others), len(values), len(sizes)) == (0, 0, 0)
    assert tiny.table(CELLS, 3).sums([], 3).tolist() == [0.0, 0.0, 0.0]
    assert tiny.table({}, 0).sums([], 0).tolist() == []


squares = st.integers(1, 6).flatmap(
    lambda size: st.lists(st.lists(st.integers(-3, 3), min_size=size, max_size=size), min_size=1, max_size=6)
)


@given(square=squares, data=st.data())
def test_sums_are_those_of_the_square(square: list[list[int]], data: st.DataObject) -> None:
    table = tiny.table(
        {row: {at: v for at, v in enumerate(values) if v} for row, values in enumerate(square)}, len(square)
    )
    width = len(square[0])
    assert table.fits(len(square), width)
    rows = data.draw(st.lists(st.integers(0, len(square) - 1), max_size=8))
    by = data.draw(st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows)))
    dense = np.array(square)
    assert table.sums(rows, width).tolist() == dense[rows].sum(axis=0).tolist()
    assert table.sums(rows, width, np.array(by)).tolist() == (np.array(by) @ dense[rows]).tolist()


GOOD = tiny.table(CELLS, 3)


def changed(name: str, place: int, value: float) -> Table:
    array = getattr(GOOD, name).copy()
    array[place] = value
    return replace(GOOD, **{name: array})


@pytest.mark.parametrize(
    "table",
    [
        changed("starts", 0, 1),
        changed("starts", 1, 9),
        changed("starts", 2, -1),
        changed("starts", -1, 2),
        changed("others", 0, 3),
        changed("others", 2, -1),
        changed("values", 0, np.nan),
        changed("values", 0, np.inf),
        *(replace(GOOD, **{name: getattr(GOOD, name)[:-1]}) for name in ("starts", "others", "values")),
        *(replace(GOOD, **{name: getattr(GOOD, name)[:0]}) for name in ("starts", "others", "values")),
        replace(GOOD, starts=GOOD.starts.astype(np.float64)),
        replace(GOOD, others=GOOD.others.astype(np.float32)),
        replace(GOOD, others=GOOD.others.astype(np.uint32)),
        replace(GOOD, values=GOOD.values.astype(np.int32)),
    ],
)
def test_a_table_that_does_not_fit_is_noticed(table: Table) -> None:
    assert GOOD.fits(3, 3)
    assert not table.fits(3, 3)


def test_a_table_of_another_size_does_not_fit() -> None:
    assert not GOOD.fits(4, 3)
    assert not GOOD.fits(2, 3)
    assert not GOOD.fits(3, 2)


# the whole knowledge


def test_the_small_ones_fit_and_know_their_places() -> None:
    for known in (tiny.knowledge(), tiny.without_categories(), tiny.nothing()):
        assert known.fits()
        assert [known.place[p] for p in known.product_ids] == list(range(known.count))
        assert [known.category_place[c] for c in known.categories] == list(range(len(known.categories)))
    assert (tiny.knowledge().families, tiny.without_categories().families) == (3, 0)


def test_the_family_of_a_product_is_its_categorys() -> None:
    places = np.arange(6)
    assert tiny.knowledge().family(places).tolist() == [0, 0, 1, 2, -1, 1]
    assert tiny.without_categories().family(places).tolist() == [-1] * 6


def with_one(name: str, place: int, value: float) -> Knowledge:
    array = getattr(tiny.knowledge(), name).copy()
    array[place] = value
    return tiny.knowledge(**{name: array})


def cut(name: str) -> Any:
    return getattr(tiny.knowledge(), name)[:-1]


@pytest.mark.parametrize(
    "known",
    [
        *(
            tiny.knowledge(**{name: cut(name)})
            for name in Knowledge.ARRAYS
            if len(getattr(tiny.knowledge(), name)) and name != "popular"
        ),
        *(tiny.knowledge(**{n: getattr(tiny.knowledge(), n)[:, None]}) for n in Knowledge.ARRAYS),
        *(tiny.knowledge(**{n: getattr(tiny.knowledge(), n).astype("c16")}) for n in Knowledge.ARRAYS),
        *(with_one(name, 0, np.nan) for name, kind in Knowledge.ARRAYS.items() if kind.startswith("float")),
        *(tiny.knowledge(**{name: tiny.table({}, 3)}) for name in Knowledge.TABLES if "family" not in name),
        tiny.knowledge(family_weights=tiny.table({}, 4)),
        tiny.knowledge(weights=tiny.table({0: {6: 1.0}}, 6)),
        tiny.knowledge(category_weights=tiny.table({0: {4: 1.0}}, 4)),
        tiny.knowledge(shelves=tiny.table({0: {6: 1.0}}, 4)),
        tiny.knowledge(family_of=np.array([np.nan, 0, 1, 2], dtype=np.float32)),
        with_one("category", 0, 4),
        with_one("category", 0, -2),
        with_one("family_of", 0, -2),
        with_one("family_of", 0, 2**31 - 1),
        with_one("popular", 0, 6),
        with_one("popular", 0, -1),
        *(
            tiny.knowledge(newcomers=np.array(new, np.int32), lookalikes=np.array(like, np.int32))
            for new, like in (([5], [6]), ([6], [2]), ([-1], [2]), ([5], [-1]), ([5], []), ([4, 5], [2]))
        ),
    ],
)
def test_knowledge_that_does_not_fit_is_noticed(known: Knowledge) -> None:
    assert not known.fits()


def test_two_products_of_one_id_do_not_fit() -> None:
    assert not tiny.knowledge(product_ids=("a", "a", "b", "c", "d", "e")).fits()
    assert not tiny.knowledge(categories=("a", "a", "b", "c")).fits()
