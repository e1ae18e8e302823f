"""How much each anchor raises an add-on when the others are there too: a small ridge regression for each.

Anchors repeat each other (the red, the blue and the green cup all say "saucer"), so adding up their shares
promises far too much, and taking only the best of them forgets the rest. A regression over the nearest
anchors of each add-on settles that; it is SLIM with chosen neighbours (Ning and Karypis, 2011).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from threadpoolctl import threadpool_limits

from assistant.records import Progress

NEAREST = 100  # anchors of one add-on
FEWEST = 20
PER_ORDER = 5  # anchors for each order of an add-on: a handful of orders cannot tell a hundred apart
LEAST_ORDERS = 3  # below that there is nothing to regress on
STEADYING = 0.75  # of the orders an average product is in: how much it takes to believe a weight
LEAST_STEADYING = 2.0
SMALL = 5e-4  # a weight that moves no probability by more is not kept
CELLS = 4_000_000  # weights kept in all; where there are more, those that move most
DENSE = 5_000  # so many of the most sold products are also kept as a plain square, which is faster to cut
MOST_NEAR = 2_000  # products that a product is compared with, those most like it
_BLOCK = 512
_SAID = 500


def weigh(
    lines: csr_matrix,
    speaks: NDArray[np.float64],
    progress: Progress,
    only: NDArray[np.int64] | None = None,
    what: str = "Weighing anchors",
) -> csr_matrix:
    """Anchors × add-ons: what each anchor adds to the probability of the add-on.

    `lines` are orders × products, `speaks` says how loudly each order counts, `only` which add-ons are asked
    for (None = all).
    """
    products = lines.shape[1]
    sold = np.bincount(lines.indices, minlength=products)
    loud = np.asarray(lines.T @ speaks)
    # Most sold first, so that the plain square is a corner and fills up from what everybody buys.
    known = np.flatnonzero(sold >= LEAST_ORDERS)
    known = known[np.lexsort((known, -loud[known]))]
    if len(known) < 2:
        return csr_matrix((products, products), dtype=np.float32)
    cells = list(_columns(lines[:, known], speaks, sold[known], _asked(known, only), progress, what))
    add_ons, anchors, weights = (np.concatenate(part) for part in zip(*cells, strict=True))
    told = np.abs(weights) > _least(weights)
    found = coo_matrix(
        (weights[told].astype(np.float32), (known[anchors[told]], known[add_ons[told]])),
        shape=(products, products),
    )
    return found.tocsr()


def _least(weights: NDArray[np.floating[Any]]) -> float:
    """What a weight must move to be kept."""
    size = np.abs(weights)
    if int((size > SMALL).sum()) <= CELLS:
        return SMALL
    return float(np.partition(size, len(size) - CELLS - 1)[len(size) - CELLS - 1])


def _asked(known: NDArray[np.int64], only: NDArray[np.int64] | None) -> NDArray[np.int64]:
    return np.arange(len(known)) if only is None else np.flatnonzero(np.isin(known, only))


_Cells = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.floating[Any]]]


def _columns(
    lines: csr_matrix,
    speaks: NDArray[np.float64],
    sold: NDArray[np.int64],
    asked: NDArray[np.int64],
    progress: Progress,
    what: str,
) -> Iterator[_Cells]:
    """Counting comes first and then what it is for; as work both are of a kind, an add-on each."""
    counted = lines.shape[1]
    total = counted + len(asked)
    together = _together(lines, speaks, lambda done: progress(what, done, total))
    own = together.diagonal()
    corner = together[:DENSE][:, :DENSE].toarray()
    steadying = max(LEAST_STEADYING, STEADYING * float(own.mean()))
    held = np.zeros(together.shape[0], dtype=np.float32)
    place = np.full(together.shape[0], -1)
    yield np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    # Systems this small are slower on many threads than on one, most of all on a busy computer.
    with threadpool_limits(1, user_api="blas"):
        for done, add_on in enumerate(asked.tolist()):
            if done % _SAID == 0:
                progress(what, counted + done, total)
            cells = slice(together.indptr[add_on], together.indptr[add_on + 1])
            held[together.indices[cells]] = together.data[cells]
            most = int(np.clip(PER_ORDER * sold[add_on], FEWEST, NEAREST))
            near = _nearest(together.indices[cells], held, own, add_on, most)
            square = _square(together, corner, near, place)
            square[np.diag_indices(len(near))] += steadying
            yield np.full(len(near), add_on), near, np.linalg.solve(square, held[near].astype(np.float64))
            held[together.indices[cells]] = 0.0
    progress(what, total, total)


def _square(
    together: csr_matrix, corner: NDArray[np.float32], near: NDArray[np.int64], place: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The cells of each of these with each; `place` is all -1, and again when this is done.

    Cutting rows and then columns out of a sparse matrix takes scipy four times as long.
    """
    if near[-1] < len(corner):
        return corner[np.ix_(near, near)].astype(np.float64)
    count = np.arange(len(near))
    place[near] = count
    starts = together.indptr[near].astype(np.int64)
    sizes = together.indptr[near + 1] - starts
    ends = sizes.cumsum()
    cells = np.arange(ends[-1]) + (starts - ends + sizes).repeat(sizes)
    columns = place[together.indices[cells]]
    told = (columns >= 0).nonzero()[0]
    square = np.zeros((len(near), len(near)))
    square[count.repeat(sizes)[told], columns[told]] = together.data[cells[told]]
    place[near] = -1
    return square


def _nearest(
    others: NDArray[np.int32],
    held: NDArray[np.float32],
    own: NDArray[np.float64],
    add_on: int,
    most: int,
) -> NDArray[np.int64]:
    """The anchors most like an add-on by cosine, ascending, filled up with the most sold: that an add-on is
    never bought with what everybody buys says something too."""
    near = others[others != add_on].astype(np.int64)
    if len(near) > most:
        like = held[near] / np.sqrt(own[near] + 1)
        near = near[np.lexsort((near, -like))[:most]]
    elif len(near) < most:
        common = np.setdiff1d(np.arange(min(most + 1, len(own))), np.append(near, add_on))
        near = np.concatenate([near, common[: most - len(near)]])
    return np.sort(near)


def _together(
    lines: csr_matrix, speaks: NDArray[np.float64], say: Callable[[int], None] = lambda done: None
) -> csr_matrix:
    """How often two products are in the same order, for each product those most like it."""
    by_product = lines.T.tocsr()
    loud = csr_matrix(
        (np.repeat(speaks.astype(np.float32), np.diff(lines.indptr)), lines.indices, lines.indptr),
        shape=lines.shape,
    )
    own = np.asarray(lines.T @ speaks)
    sizes, others, values = [np.zeros(1, np.int64)], [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
    for start in range(0, by_product.shape[0], _BLOCK):
        say(start)
        block = (by_product[start : start + _BLOCK] @ loud).tocsr()
        block = _most_alike(block, own) if block.shape[1] > MOST_NEAR else block
        block.sort_indices()
        sizes.append(np.diff(block.indptr))
        others.append(block.indices.astype(np.int32, copy=False))
        values.append(block.data)
    return csr_matrix(
        (_joined(values), _joined(others), np.cumsum(np.concatenate(sizes))), shape=2 * own.shape
    )


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """The parts in one, and the list empty, so that a hundred million cells are there twice but briefly."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole


def _most_alike(block: csr_matrix, own: NDArray[np.float64]) -> csr_matrix:
    sizes = np.diff(block.indptr)
    if not len(sizes) or sizes.max() <= MOST_NEAR:
        return block
    kept = np.ones(len(block.data), dtype=np.bool_)
    for row in np.flatnonzero(sizes > MOST_NEAR).tolist():
        at = slice(block.indptr[row], block.indptr[row + 1])
        like = block.data[at] / np.sqrt(own[block.indices[at]] + 1)
        rest = np.argpartition(-like, MOST_NEAR)[MOST_NEAR:]
        kept[at.start + rest] = False
    starts = np.concatenate(([0], np.cumsum(np.add.reduceat(kept, block.indptr[:-1]) * (sizes > 0))))
    return csr_matrix((block.data[kept], block.indices[kept], starts), shape=block.shape)
