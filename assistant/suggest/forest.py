"""Boosted trees as flat tables: log-odds of many candidates at once, and what each group added to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAVES = 32  # of a tree at most: one bit each
FEW = 12  # rows for which all features together take less than one after another
ROWS = 512  # scored together: what they need stays in a processor's second cache


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees that ask "is this feature at most that threshold?", each question answered by one table row.

    A question answered "no" rules out the leaves to its left; a tree's answer is the leftmost leaf that no
    question rules out (QuickScorer; Lucchese and others, 2015). So for each feature that is used, each bin
    between its thresholds has one row of `masks`: for each tree, the leaves that this feature leaves open.
    The highest bit is the leftmost leaf, and a leaf is filed under the number of its bit.

    T trees, U features that some tree asks for, W a power of two greater than the thresholds of any feature,
    R = all bins of all used features, G groups:

    - `base` (1): the log-odds before anything is known, the trees' roots included
    - `group_of` (features): the group of each feature, as its place in `groups`
    - `used` (U): which features are asked for, ascending
    - `thresholds` (U × W): ascending, filled up with infinity
    - `starts` (U): the first row of each used feature in `masks`
    - `masks` (R × T)
    - `leaves` (T × 32): what a leaf adds to the log-odds
    - `leaf_parts` (T × 32 × G): the same, by group: the changes of the mean along the way to the leaf, each
      credited to the feature that was asked for there (Saabas, 2014)

    All are flat, so that they can be written to a file as they are; `ARRAYS` gives their types.
    """

    features: tuple[str, ...]
    groups: tuple[str, ...]
    base: NDArray[np.float64]
    group_of: NDArray[np.int32]
    used: NDArray[np.int32]
    thresholds: NDArray[np.float64]
    starts: NDArray[np.int64]
    masks: NDArray[np.uint32]
    leaves: NDArray[np.float64]
    leaf_parts: NDArray[np.float64]

    ARRAYS: ClassVar[Mapping[str, str]] = {
        "base": "float64",
        "group_of": "int32",
        "used": "int32",
        "thresholds": "float64",
        "starts": "int64",
        "masks": "uint32",
        "leaves": "float64",
        "leaf_parts": "float64",
    }

    def log_odds(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log-odds (n) of the candidates in `x` (n × features).

        Raises ValueError for a value that is not a number, or another number of features.
        """
        import numpy as np

        told = np.empty(len(x))
        for rows, reached in self._reached(x):
            told[rows] = self.leaves.take(reached, mode="clip").sum(axis=1)
        told += self.base
        return told

    def parts(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each group added (n × groups): with `base`, each row sums to the log-odds. Errors likewise."""
        import numpy as np

        told = np.empty((len(x), len(self.groups)))
        by_leaf = self.leaf_parts.reshape(-1, len(self.groups))
        for rows, reached in self._reached(x):
            told[rows] = by_leaf.take(reached, axis=0, mode="clip").sum(axis=1)
        return told

    def scaled(self, slope: float, intercept: float) -> Forest:
        """The forest whose log-odds are `slope` × these + `intercept`; the parts scale with them."""
        return replace(
            self,
            base=self.base * slope + intercept,
            leaves=self.leaves * slope,
            leaf_parts=self.leaf_parts * slope,
        )

    def fits(self) -> bool:
        """Whether every index stays inside its array, so that no question can run out of it."""
        return (
            all(
                getattr(self, name).dtype == kind and getattr(self, name).ndim == 1
                for name, kind in self.ARRAYS.items()
            )
            and _names_fit(self)
            and _leaves_fit(self)
            and _questions_fit(self)
        )

    def _reached(self, x: NDArray[np.float64]) -> Iterator[tuple[slice, NDArray[np.int64]]]:
        """The leaf of each tree (rows × T, places in `leaves`) for one block of rows after another."""
        import numpy as np

        if x.ndim != 2 or x.shape[1] != len(self.features):
            raise ValueError(f"{len(self.features)} features are expected, not an array of shape {x.shape}")
        if np.isnan(x).any():
            raise ValueError("A feature is not a number")
        trees = len(self.leaves) // LEAVES
        # A mask as a 64-bit float is exact, and its exponent (less 1023) is the number of its highest bit.
        firsts = np.arange(trees) * LEAVES - 1023
        blocks = -(-len(x) // ROWS)
        for block in range(blocks):
            rows = slice(len(x) * block // blocks, len(x) * (block + 1) // blocks)
            reached = self._open(x[rows], trees).astype(np.float64).view(np.int64)
            reached >>= 52
            reached += firsts
            yield rows, reached

    def _open(self, x: NDArray[np.float64], trees: int) -> NDArray[np.uint32]:
        """The leaves that no feature rules out (n × T)."""
        import numpy as np

        masks = self.masks.reshape(-1, trees)
        bins = self._bins(x)
        if len(x) <= FEW:
            return np.asarray(np.bitwise_and.reduce(masks.take(bins, axis=0), axis=0, initial=0xFFFFFFFF))
        # What describes the basket or the customer is the same for all candidates: looked up once.
        same = (bins == bins[:, :1]).all(axis=1)
        left = np.empty((len(x), trees), np.uint32)
        left[:] = np.bitwise_and.reduce(masks[bins[same, 0]], axis=0, initial=0xFFFFFFFF)
        row = np.empty_like(left)
        for one in bins[~same]:
            masks.take(one, axis=0, out=row, mode="clip")  # any other mode copies once more
            np.bitwise_and(left, row, out=left)
        return left

    def _bins(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        """The row of `masks` for each used feature and candidate (U × n).

        Halving all searches in step takes half the time of one `searchsorted` per feature.
        """
        import numpy as np

        asked = x.T[self.used]
        step = len(self.thresholds) // max(len(self.used), 1)
        first = np.arange(len(self.used))[:, None] * step
        place = first.repeat(len(x), axis=1)
        while step := step // 2:
            above = self.thresholds[step - 1 :].take(place, mode="clip") < asked
            place += above.astype(np.int64) * step
        place += self.starts[:, None] - first
        return place


def _names_fit(forest: Forest) -> bool:
    features, groups = len(forest.features), len(forest.groups)
    return (
        len(set(forest.features)) == features
        and len(set(forest.groups)) == groups
        and len(forest.group_of) == features
        and _within(forest.group_of, groups)
        and _within(forest.used, features)
        and bool((forest.used[1:] > forest.used[:-1]).all())
    )


def _leaves_fit(forest: Forest) -> bool:
    import numpy as np

    trees, rest = divmod(len(forest.leaves), LEAVES)
    if trees == 0 or rest or len(forest.leaf_parts) != len(forest.leaves) * len(forest.groups):
        return False
    by_group = forest.leaf_parts.reshape(len(forest.leaves), -1)
    return (
        len(forest.base) == 1
        and all(bool(np.isfinite(a).all()) for a in (forest.base, forest.leaves, forest.leaf_parts))
        and np.allclose(by_group.sum(axis=1), forest.leaves, rtol=1e-9, atol=1e-9)
    )


def _questions_fit(forest: Forest) -> bool:
    import numpy as np

    used, trees = len(forest.used), len(forest.leaves) // LEAVES
    if used == 0:
        return len(forest.thresholds) == len(forest.starts) == len(forest.masks) == 0
    width, rest = divmod(len(forest.thresholds), used)
    if rest or width == 0 or width & (width - 1) or len(forest.starts) != used:
        return False
    thresholds = forest.thresholds.reshape(used, width)
    bins = (thresholds < np.inf).sum(axis=1) + 1
    ends = bins.cumsum()
    return (
        bool((thresholds[:, 1:] >= thresholds[:, :-1]).all())  # false for what is not a number, too
        and bool((thresholds[:, -1] == np.inf).all())
        and bool((forest.starts == ends - bins).all())
        and len(forest.masks) == int(ends[-1]) * trees
        # The rightmost leaf is never ruled out, so no tree is left without an answer.
        and bool(np.bitwise_and.reduce(forest.masks.reshape(-1, trees), axis=0).all())
    )


def _within(places: NDArray[Any], count: int) -> bool:
    return len(places) == 0 or (int(places.min()) >= 0 and int(places.max()) < count)
