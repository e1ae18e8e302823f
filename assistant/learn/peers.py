"""Published ways of ranking what goes with a basket, to see what ours is worth: nobody is served by them.

Each is as its paper has it, with one setting for all shops; none looks at who buys.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_matrix, diags

from assistant.learn.orders import Orders
from assistant.records import Progress

Scores = NDArray[np.float32]
_BLOCK = 512
_TIES = 1e-9  # of how often a product sells: decides between products of which nothing else is known


class Peer(ABC):
    """One way of ranking: learns from orders, then scores every product for what is shown of others."""

    name: ClassVar[str]
    most_products: ClassVar[int | None] = None

    @abstractmethod
    def fit(self, orders: Orders, progress: Progress) -> Self:
        """Learn from these orders."""

    @abstractmethod
    def scores(self, shown: csr_matrix) -> Scores:
        """Orders × products, the higher the better; `shown` is orders × products."""

    def too_big(self, orders: Orders) -> str | None:
        """Why it cannot learn from these orders, in a sentence; None where it can."""
        products = orders.lines.shape[1]
        if self.most_products is None or products <= self.most_products:
            return None
        return f"{products:,} products are more than it can hold in memory, which is {self.most_products:,}."


class Popularity(Peer):
    """What sells most, whatever is shown."""

    name = "popularity"

    def fit(self, orders: Orders, progress: Progress) -> Self:
        """Count in how many orders each product is."""
        self.usual = _sold(orders) / np.float32(max(orders.count, 1))
        return self

    def scores(self, shown: csr_matrix) -> Scores:
        """The same for every order."""
        return np.tile(self.usual, (shown.shape[0], 1))


class _Pairs(Peer):
    """A number for each pair of an anchor and an add-on, of which each anchor keeps its `kept` best."""

    def __init__(self, kept: int = 200) -> None:
        self.kept = kept

    def _best_of_any(self, shown: csr_matrix) -> Scores:
        """The best of what any one shown product says."""
        found = np.tile(np.float32(_TIES) * self.usual, (shown.shape[0], 1))
        for row in range(shown.shape[0]):
            for anchor in shown.indices[shown.indptr[row] : shown.indptr[row + 1]]:
                at = slice(self.pairs.indptr[anchor], self.pairs.indptr[anchor + 1])
                add_ons = self.pairs.indices[at]
                found[row, add_ons] = np.maximum(found[row, add_ons], self.pairs.data[at])
        return found

    def _learn(
        self, orders: Orders, left: csr_matrix, right: csr_matrix, weigh: _Weigh, progress: Progress
    ) -> None:
        self.usual = _sold(orders) / np.float32(max(orders.count, 1))
        self.pairs = _nearest(left, right, weigh, self.kept, f"Fitting {self.name}", progress)


class Confidence(_Pairs):
    """The share of a shown product's orders that hold the add-on; of several, the best.

    Agrawal, Imieliński and Swami (1993), shrunk by `shrink` imagined orders in which the add-on sells as
    usual, since shares of a handful of orders mean nothing.
    """

    name = "confidence"

    def __init__(self, kept: int = 200, shrink: float = 10.0) -> None:
        super().__init__(kept)
        self.shrink = shrink

    def fit(self, orders: Orders, progress: Progress) -> Self:
        """Count pairs."""
        sold = _sold(orders)
        expected = np.float32(self.shrink) * sold / np.float32(max(orders.count, 1))

        def share(anchor: NDArray[Any], add_on: NDArray[Any], together: Scores) -> Scores:
            return np.asarray((together + expected[add_on]) / (sold[anchor] + np.float32(self.shrink)))

        self._learn(orders, orders.lines, orders.lines, share, progress)
        return self

    def scores(self, shown: csr_matrix) -> Scores:
        """The best share of any shown product."""
        return self._best_of_any(shown)


class Lift(_Pairs):
    """How many times more often than by chance two products are together; of several, the best.

    Brin, Motwani, Ullman and Tsur (1997), over pairs that are in `least` orders or more.
    """

    name = "lift"

    def __init__(self, kept: int = 200, least: int = 10) -> None:
        super().__init__(kept)
        self.least = least

    def fit(self, orders: Orders, progress: Progress) -> Self:
        """Count pairs."""
        sold, count = _sold(orders), np.float32(orders.count)

        def lift(anchor: NDArray[Any], add_on: NDArray[Any], together: Scores) -> Scores:
            found = together * count / (sold[anchor] * sold[add_on])
            return np.where(together >= self.least, found, np.float32(0))

        self._learn(orders, orders.lines, orders.lines, lift, progress)
        return self

    def scores(self, shown: csr_matrix) -> Scores:
        """The best lift of any shown product."""
        return self._best_of_any(shown)


class ItemKNN(_Pairs):
    """Products like those shown, by the cosine of the orders they are in, added up.

    Sarwar, Karypis, Konstan and Riedl (2001); an order counts less the more products it holds (TF-IDF), as in
    the `implicit` package.
    """

    name = "item_knn"

    def __init__(self, kept: int = 50) -> None:
        super().__init__(kept)

    def fit(self, orders: Orders, progress: Progress) -> Self:
        """Weigh the orders, bring every product to length 1, compare."""
        products = orders.lines.shape[1]
        sizes = np.diff(orders.lines.indptr)
        rare = np.maximum(np.log(max(products, 1)) - np.log1p(sizes), 0).astype(np.float32)
        weighted = (diags(rare) @ orders.lines).tocsr()
        length = np.sqrt(np.asarray(weighted.power(2).sum(axis=0))).ravel()
        unit = (weighted @ diags(1 / np.maximum(length, np.float32(1e-12)))).tocsr().astype(np.float32)
        self._learn(orders, unit, unit, lambda anchor, add_on, alike: alike, progress)
        return self

    def scores(self, shown: csr_matrix) -> Scores:
        """The sum over what is shown."""
        found: Scores = (shown @ self.pairs).toarray()
        found += np.float32(_TIES) * self.usual
        return found


class Ease(Peer):
    """A weight for every pair of products by ridge regression with nothing on the diagonal (Steck, 2019).

    Memory is one square of products in float32 (1.6 GB at 20,000), inverted where it lies.
    """

    name = "ease"
    most_products = 20_000

    def __init__(self, steadying: float = 0.5) -> None:
        self.steadying = steadying

    def fit(self, orders: Orders, progress: Progress) -> Self:
        """Invert the products' counts of being together. `steadying` is in orders of an average product."""
        lines = orders.lines
        products = lines.shape[1]
        what = f"Fitting {self.name}"
        square = np.zeros((products, products), dtype=np.float32, order="F")
        by_product = lines.T.tocsr()
        for start in range(0, products, _BLOCK):
            progress(what, start, products)
            square[:, start : start + _BLOCK] = (by_product[start : start + _BLOCK] @ lines).toarray().T
        diagonal = np.diag_indices(products)
        sold = square[diagonal]
        square[diagonal] += self.steadying * float(sold[sold > 0].mean()) if sold.any() else 1.0
        _invert(square)
        inverse = square[diagonal]
        square /= -inverse  # each column by its own
        square[diagonal] = 0
        self.weights = square
        progress(what, products, products)
        return self

    def scores(self, shown: csr_matrix) -> Scores:
        """The sum over what is shown."""
        return np.asarray(shown @ self.weights, dtype=np.float32)


PEERS: tuple[type[Peer], ...] = (Popularity, Confidence, Lift, ItemKNN, Ease)

_Weigh = Callable[[NDArray[Any], NDArray[Any], Scores], Scores]
"""What a pair is worth, from its anchors, its add-ons and what their columns' product is."""


def _sold(orders: Orders) -> Scores:
    return np.bincount(orders.lines.indices, minlength=orders.lines.shape[1]).astype(np.float32)


def _invert(square: Scores) -> None:
    """Put the inverse of a symmetric positive matrix, laid out by column, in its place."""
    _, failed = lapack.spotrf(square, lower=True, overwrite_a=True, clean=False)
    if not failed:
        _, failed = lapack.spotri(square, lower=True, overwrite_c=True)
    if failed:
        raise ArithmeticError(f"The counts cannot be inverted ({failed})")
    for start in range(0, len(square), _BLOCK):  # only the lower half was written
        at = slice(start, start + _BLOCK)
        square[at, start + _BLOCK :] = square[start + _BLOCK :, at].T
        corner = np.tril(square[at, at])
        square[at, at] = corner + np.tril(corner, -1).T


def _nearest(
    left: csr_matrix, right: csr_matrix, weigh: _Weigh, kept: int, what: str, progress: Progress
) -> csr_matrix:
    """Anchors × add-ons with the `kept` best of each anchor, counted in blocks so that memory stays small."""
    products = left.shape[1]
    by_anchor = left.T.tocsr()
    counts, add_ons, values = [0], [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
    for start in range(0, products, _BLOCK):
        progress(what, start, products)
        block = (by_anchor[start : start + _BLOCK] @ right).tocsr()
        anchor = np.repeat(np.arange(start, start + block.shape[0]), np.diff(block.indptr))
        value = np.asarray(weigh(anchor, block.indices, block.data), dtype=np.float32)
        value[block.indices == anchor] = 0
        for first, end in zip(block.indptr[:-1], block.indptr[1:], strict=True):
            said = value[first:end]
            best = np.argpartition(-said, kept)[:kept] if len(said) > kept else np.arange(len(said))
            best = np.sort(best[said[best] > 0])
            counts.append(len(best))
            add_ons.append(block.indices[first:end][best].astype(np.int32))
            values.append(said[best])
    progress(what, products, products)
    found = (np.concatenate(values), np.concatenate(add_ons), np.cumsum(counts))
    return csr_matrix(found, shape=(products, products))
