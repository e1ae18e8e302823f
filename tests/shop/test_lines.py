"""What must change in a basket for a product to lie in it so many times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.shop.lines import brought_to


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
