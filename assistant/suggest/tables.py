"""A sparse table of numbers between things that are counted from 0: rows are cut out of flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.int64] | NDArray[np.int32] | Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Row `a` says `values[i]` of `others[i]`, for i from `starts[a]` to `starts[a + 1]`."""

    starts: NDArray[np.int64]
    others: NDArray[np.int32]
    values: NDArray[np.float32]

    def rows(self, places: Places) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
        """Some rows one after another: others, values, and how many each row has."""
        taken, sizes = self._taken(places)
        # Rows lie within the arrays, so nothing is ever clipped: looking for what is outside costs more.
        return self.others.take(taken, mode="clip"), self.values.take(taken, mode="clip"), sizes

    def others_of(self, places: Places) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Some rows one after another without what they say: others, and how many each row has."""
        taken, sizes = self._taken(places)
        return self.others.take(taken, mode="clip"), sizes

    def _taken(self, places: Places) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where some rows stand in the arrays, and how long each is."""
        import numpy as np

        at = np.asarray(places, dtype=np.int64)
        starts = self.starts[at]
        sizes = self.starts[at + 1] - starts
        ends = sizes.cumsum()
        taken = np.arange(int(ends[-1]) if len(ends) else 0)
        taken += (starts - ends + sizes).repeat(sizes)
        return taken, sizes

    def sums(self, places: Places, width: int, by: NDArray[Any] | None = None) -> NDArray[np.float64]:
        """What all these rows say together of each of `width` things, each row counted `by` its weight."""
        import numpy as np

        others, values, sizes = self.rows(places)
        loud = values if by is None else values * by.repeat(sizes)
        return np.bincount(others, loud, width).astype(np.float64, copy=False)

    def best(self, places: Places, width: int) -> NDArray[np.float64]:
        """The greatest value, 0 at least, that these rows say of each of `width` things."""
        others, values, _ = self.rows(places)
        return greatest(others, values, width)

    def fits(self, rows: int, width: int) -> bool:
        """Whether every index stays inside its array, and every value is a number."""
        import numpy as np

        return (
            self.starts.dtype == np.int64
            and self.others.dtype == np.int32
            and self.values.dtype == np.float32
            and len(self.starts) == rows + 1
            and int(self.starts[0]) == 0
            and int(self.starts[-1]) == len(self.others) == len(self.values)
            and bool((self.starts[1:] >= self.starts[:-1]).all())
            and (len(self.others) == 0 or (int(self.others.min()) >= 0 and int(self.others.max()) < width))
            and bool(np.isfinite(self.values).all())
        )


def greatest(others: NDArray[np.int32], values: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """The greatest value, 0 at least, that is said of each of `width` things."""
    import numpy as np

    best = np.zeros(width)
    np.maximum.at(best, others, values.astype(np.float64))  # thirty times as fast as between two types
    return best
