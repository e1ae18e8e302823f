"""What past sales like this basket held besides: several lines at once say what no single pairing does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.suggest.knowledge import Knowledge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAREST = 400  # past sales, those most like the basket
STEADYING = 10.0  # imagined sales with every line of the basket, in which all else sells as usual


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The sales most like a basket: `held` are their products one after another, `loud` how loudly the sale
    of each speaks, `all_loud` how loudly all sales together; `held_with_all` are the products of the `whole`
    sales among them that hold every line."""

    held: NDArray[np.int32]
    loud: NDArray[np.float64]
    all_loud: float
    held_with_all: NDArray[np.int32]
    whole: int

    def shares(
        self, knowledge: Knowledge, places: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of these products two shares each: of the sales most like the basket, the more alike the louder;
        and of those among them that hold every line, steadied by the usual share.

        Only what is asked about is counted: a shop has a hundred times as many products. Where no line was
        sold before, both are all zeros.
        """
        import numpy as np

        if not len(self.held):
            return np.zeros(len(places)), np.zeros(len(places))
        row = np.zeros(knowledge.count, dtype=np.int32)  # 0 for what is not asked about
        row[places] = np.arange(1, len(places) + 1)
        mine, width = row[places], len(places) + 1
        similar = np.bincount(row[self.held], self.loud, width)[mine] / self.all_loud
        both = np.bincount(row[self.held_with_all], minlength=width)[mine]
        return similar, (both + STEADYING * knowledge.usual[places]) / (self.whole + STEADYING)


def nearest(knowledge: Knowledge, lines: NDArray[np.int64]) -> Neighbours:
    """The sales most like these lines.

    Sales are compared by the squared cosine of what they hold, newer ones counting more (session-based
    nearest neighbours; Jannach and Ludewig, 2017).
    """
    import numpy as np

    shared = np.sort(knowledge.sold_in.others_of(lines)[0])
    if not len(shared):
        return Neighbours(shared, np.zeros(0), 0.0, shared, 0)
    starts = np.flatnonzero(np.append(True, shared[1:] != shared[:-1]))
    near, overlap = shared[starts], np.append(starts[1:], len(shared)) - starts
    alike = (overlap**2 * knowledge.loud[near]).astype(np.float64, copy=False)
    if len(near) > NEAREST:
        best = np.argpartition(-alike, NEAREST)[:NEAREST]
        near, alike, overlap = near[best], alike[best], overlap[best]
    held, sizes = knowledge.sales.others_of(near)
    with_all, _ = knowledge.sales.others_of(near[overlap == len(lines)])
    whole = int((overlap == len(lines)).sum())
    return Neighbours(held, alike.repeat(sizes), float(alike.sum()), with_all, whole)
