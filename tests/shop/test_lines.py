"""A product is brought to a number in a basket, whatever the network and others do meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.shop.connector import Put
from assistant.shop.lines import CHANGED, WRITES, bring, brought_to


@pytest.mark.parametrize(
    ("quantity", "lines", "changes"),
    [
        (1, [], [(None, 1)]),
        (1, [(7, 1)], []),
        (3, [(7, 1)], [(7, 3)]),
        (3, [(7, 1), (8, 1)], [(8, 2)]),
        (1, [(7, 1), (8, 1)], [(8, 0)]),
        (1, [(7, 2), (8, 2)], [(8, 0), (7, 1)]),
        (0, [(7, 2), (8, 2)], [(8, 0), (7, 0)]),
    ],
)
def test_the_last_lines_change_first(
    quantity: float, lines: list[tuple[int, float]], changes: list[tuple[int | None, float]]
) -> None:
    assert brought_to(quantity, lines) == changes


@given(st.integers(0, 9), st.lists(st.integers(1, 5), max_size=5))
def test_it_comes_to_the_number(quantity: int, there: list[int]) -> None:
    lines: dict[int | None, float] = dict(enumerate(there))
    for line, number in brought_to(quantity, [(n, q) for n, q in enumerate(there)]):
        lines[line] = number
    assert sum(lines.values()) == quantity
    assert min(lines.values(), default=0) >= 0


class Basket:
    """A product's lines in a basket, at a shop that appends, and does a thing after each write."""

    def __init__(self, *there: float, then=lambda lines: None, why: str | None = None) -> None:
        self.lines: dict[int, float] = dict(enumerate(there))
        self.writes = 0
        self._then, self._why = then, why

    def read(self) -> list[tuple[int, float]]:
        return [(line, number) for line, number in self.lines.items() if number]

    def write(self, changes: list[tuple[int | None, float]]) -> str | None:
        self.writes += 1
        for line, number in changes if self._why is None else ():
            self.lines[len(self.lines) if line is None else line] = number
        self._then(self.lines)
        return self._why

    def brought(self, quantity: float) -> Put:
        return bring(quantity, self.read(), self.write, self.read)


def test_what_is_there_already_is_not_written() -> None:
    basket = Basket(1, 1)
    assert basket.brought(2) == Put(2, 2)
    assert basket.writes == 0


def test_a_line_that_came_twice_is_put_right() -> None:
    def again(lines: dict[int, float]) -> None:
        if len(lines) == 1:
            lines[1] = 1

    basket = Basket(then=again)
    assert basket.brought(1) == Put(1, 1)
    assert basket.writes == 2


def test_what_the_shop_will_not_is_read_back_and_said() -> None:
    basket = Basket(1, why="There is only one.")
    assert basket.brought(3) == Put(3, 1, "There is only one.")
    assert basket.writes == 1


def test_somebody_who_writes_each_time_as_well_is_said() -> None:
    basket = Basket(then=lambda lines: lines.update({9: lines.get(9, 0) + 5}))
    put = basket.brought(1)
    assert (put.wanted, put.why) == (1, CHANGED)
    assert put.there == sum(number for _, number in basket.read()) != 1
    assert basket.writes == WRITES
