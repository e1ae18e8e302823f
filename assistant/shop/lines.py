"""Bringing a product's lines in an open basket to a number, and reading back what came of it.

No shop has a call that adds a line and may safely be repeated. So what is there already is changed, never
added to, and what was written is read again: who writes twice, or meanwhile, is seen and put right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from assistant.shop.connector import Put

WRITES = 3  # a network that sends a request twice adds twice, and a colleague may write between ours

GONE = "The basket is no longer there."
PAID = "The basket is being paid or was paid; it cannot be changed any more."
CHANGED = "The basket was changed meanwhile."

Line = TypeVar("Line", int, str)


def bring(
    quantity: float,
    lines: Sequence[tuple[Line, float]],
    write: Callable[[list[tuple[Line | None, float]]], str | None],
    read: Callable[[], Sequence[tuple[Line, float]]],
) -> Put:
    """Write what `brought_to` says until it reads as it should; `write` says why the shop will not, if so."""
    why: str | None = None
    for _ in range(WRITES):
        if count(lines) == quantity or why is not None:
            break
        why = write(brought_to(quantity, lines))
        lines = read()
    there = count(lines)
    return Put(quantity, there, why or (None if there == quantity else CHANGED))


def count(lines: Sequence[tuple[Line, float]]) -> float:
    """How many lie there in all."""
    return sum(number for _, number in lines)


def brought_to(quantity: float, lines: Sequence[tuple[Line, float]]) -> list[tuple[Line | None, float]]:
    """What to write, as (line, its new quantity): None is a new line, 0 takes one out.

    `lines` are those of the product, in the basket's order. The last ones change first: the first may be the
    customer's own, with a note or a discount.
    """
    missing = quantity - count(lines)
    if missing > 0:
        return [(lines[-1][0], lines[-1][1] + missing)] if lines else [(None, missing)]
    changes: list[tuple[Line | None, float]] = []
    for line, there in reversed(lines):
        if missing >= 0:
            break
        taken = min(there, -missing)
        missing += taken
        changes.append((line, there - taken))
    return changes
