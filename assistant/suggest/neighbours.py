"""What past sales like this basket held besides: several lines at once say what no single pairing does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.suggest.knowledge import Knowledge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAREST = 400  # past sales, those most like the basket
STEADYING = 10.0  # imagined sales with every line of the basket, in which all else sells as usual


def held_besides(
    knowledge: Knowledge, lines: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For every product two shares (P each): of the sales most like these lines, the more alike the louder;
    and of those among them that hold every line, steadied by the usual share.

    Sales are compared by the squared cosine of what they hold, newer ones counting more (session-based
    nearest neighbours; Jannach and Ludewig, 2017). Where no line was sold before, both are all zeros.
    """
    import numpy as np

    count, sales = knowledge.count, len(knowledge.sales.starts) - 1
    shared, _ = knowledge.sold_in.others_of(lines)
    if not len(shared):
        return np.zeros(count), np.zeros(count)
    overlap = np.bincount(shared, minlength=sales)
    near = np.flatnonzero(overlap)
    alike = overlap[near] ** 2 * knowledge.loud[near]
    if len(near) > NEAREST:
        best = np.argpartition(-alike, NEAREST)[:NEAREST]
        near, alike = near[best], alike[best]
    held, sizes = knowledge.sales.others_of(near)
    similar = np.bincount(held, alike.repeat(sizes), count).astype(np.float64, copy=False)
    similar /= alike.sum()
    whole = near[overlap[near] == len(lines)]
    every = np.bincount(knowledge.sales.others_of(whole)[0], minlength=count) + STEADYING * knowledge.usual
    return similar, every / (len(whole) + STEADYING)
