"""How the lines of a product in a basket must change for it to lie there so many times.

For shops that append a line each time one is sent: what is there already is changed, never added to.
"""

from __future__ import annotations

from collections.abc import Sequence


def brought_to(quantity: float, lines: Sequence[tuple[int, float]]) -> list[tuple[int | None, float]]:
    """What to write, as (line, its new quantity): None is a new line, 0 takes one out.

    `lines` are those of the product, in the basket's order. The last ones change first: the first may be the
    customer's own, with a note or a discount.
    """
    missing = quantity - sum(there for _, there in lines)
    if missing > 0:
        return [(lines[-1][0], lines[-1][1] + missing)] if lines else [(None, missing)]
    changes: list[tuple[int | None, float]] = []
    for line, there in reversed(lines):
        if missing >= 0:
            break
        taken = min(there, -missing)
        missing += taken
        changes.append((line, there - taken))
    return changes
