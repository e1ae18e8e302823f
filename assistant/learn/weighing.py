"""How much each anchor raises an add-on when the others are there too: a small ridge regression for each.

Anchors repeat each other (the red, the blue and the green cup all say "saucer"), so adding up their shares
promises far too much, and taking only the best of them forgets the rest. A regression over the nearest
anchors of each add-on settles that; it is SLIM with chosen neighbours (Ning and Karypis, 2011).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, diags
from threadpoolctl import threadpool_limits

from assistant.learn import counting
from assistant.learn.orders import Orders
from assistant.records import Progress

NEAREST = 100  # anchors of one add-on
LEAST_ORDERS = 3  # below that there is nothing to regress on
STEADYING = 0.25  # of the orders an average product is in: how much it takes to believe a weight
LEAST_STEADYING = 5.0
DENSE = 5_000  # up to so many products the counts fit into memory as a plain square, which is faster
_SAID = 200


def weigh(orders: Orders, progress: Progress) -> csr_matrix:
    """Anchors × add-ons: what each anchor adds to the probability of the add-on."""
    products = orders.lines.shape[1]
    together = (orders.lines.T @ diags(counting.weights(orders)) @ orders.lines).tocsr()
    own = together.diagonal()
    whole = together.toarray() if products <= DENSE else None
    sold = own[own >= LEAST_ORDERS]
    steadying = max(LEAST_STEADYING, STEADYING * float(sold.mean())) if len(sold) else LEAST_STEADYING
    anchors, add_ons, weights = [], [], []
    # Systems this small are slower on many threads than on one, most of all on a busy computer.
    with threadpool_limits(1, user_api="blas"):
        for add_on in np.flatnonzero(own >= LEAST_ORDERS).tolist():
            if add_on % _SAID == 0:
                progress("Weighing anchors", add_on, products)
            near, held = _nearest(together, own, add_on)
            if len(near):
                square = together[near][:, near].toarray() if whole is None else whole[np.ix_(near, near)]
                square[np.diag_indices(len(near))] += steadying
                anchors.append(near)
                add_ons.append(np.full(len(near), add_on, dtype=np.int32))
                weights.append(np.linalg.solve(square, held))
    progress("Weighing anchors", products, products)
    if not anchors:
        return csr_matrix((products, products), dtype=np.float32)
    found = coo_matrix(
        (np.concatenate(weights).astype(np.float32), (np.concatenate(anchors), np.concatenate(add_ons))),
        shape=(products, products),
    )
    return found.tocsr()


def _nearest(
    together: csr_matrix, own: NDArray[np.float64], add_on: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The anchors most like an add-on by cosine, and the orders each shares with it."""
    at = slice(together.indptr[add_on], together.indptr[add_on + 1])
    near, held = together.indices[at], together.data[at]
    other = near != add_on
    near, held = near[other], held[other]
    if len(near) > NEAREST:
        like = held / np.sqrt(own[near] + 1)
        best = np.sort(np.lexsort((near, -like))[:NEAREST])
        near, held = near[best], held[best]
    return near, held
