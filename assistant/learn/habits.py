"""What people buy again and after how long: by product, leaning on its category, leaning on the shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.learn.counting import by_buyer, days
from assistant.learn.orders import UNKNOWN, Orders
from assistant.suggest.signals import Past

LEAN = 10.0  # returning buyers of a product's category that stand behind it
USUAL_GAP = 60.0  # days, where nobody has bought anything twice


@dataclass(frozen=True, slots=True, eq=False)
class Bought:
    """Who bought what, a row for each buyer and product, by buyer: in how many orders, first and last day."""

    buyer: NDArray[np.int64]
    product: NDArray[np.int64]
    times: NDArray[np.int64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]


def bought(orders: Orders, least: int = 1) -> Iterator[Bought]:
    """The purchases of all known buyers who came so often, many buyers at a time."""
    day = days(orders)
    products = orders.lines.shape[1]
    for rows, starts in by_buyer(orders, least):
        lines = orders.lines[rows]
        day_of = np.repeat(day[rows], np.diff(lines.indptr))
        held = csr_matrix((day_of, lines.indices, lines.indptr[starts]), (len(starts) - 1, products))
        held.sort_indices()
        new = np.diff(held.indices, prepend=-1) != 0
        new[held.indptr[:-1][np.diff(held.indptr) > 0]] = True
        cells = np.flatnonzero(new)
        buyer = np.repeat(orders.buyer[rows[starts[:-1]]], np.diff(held.indptr))
        yield Bought(
            buyer[cells],
            held.indices[cells].astype(np.int64),
            np.diff(np.append(cells, len(new))),
            np.minimum.reduceat(held.data, cells),
            np.maximum.reduceat(held.data, cells),
        )


def pasts(orders: Orders, buyers: NDArray[np.int64]) -> dict[int, Past]:
    """What each of these buyers had bought, newest first; who bought nothing is not there."""
    rows = np.flatnonzero(np.isin(orders.buyer, buyers[buyers != UNKNOWN]))
    day = days(orders)[rows]
    order = np.lexsort((day, orders.buyer[rows]))
    rows, day = rows[order], day[order]
    lines, buyer = orders.lines[rows], orders.buyer[rows]
    starts = np.flatnonzero(np.diff(buyer, prepend=-1)).tolist()
    return {
        int(buyer[start]): _past(lines[start:end], day[start:end])
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=False)
    }


def _past(lines: csr_matrix, day: NDArray[np.float64]) -> Past:
    """One buyer's orders, in time, by product."""
    row_of = np.repeat(np.arange(lines.shape[0]), np.diff(lines.indptr))
    order = np.lexsort((row_of, lines.indices))
    products, bought_on = lines.indices[order], day[row_of][order]
    starts = np.flatnonzero(np.diff(products, prepend=-1))
    ends = np.append(starts[1:], len(products))
    newest = np.lexsort((products[starts], -bought_on[ends - 1]))
    sizes = (ends - starts)[newest]
    cut = np.concatenate(([0], np.cumsum(sizes)))
    taken = np.repeat(starts[newest] - cut[:-1], sizes) + np.arange(cut[-1])
    return Past(products[starts][newest].astype(np.int64), cut, bought_on[taken], day)


def habits(
    orders: Orders, category: NDArray[np.int32], categories: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Of the buyers who came back at all, the share that took a product again; and the days between.

    Both are steadied by `LEAN` buyers of the category, and the category's likewise by those of the shop; the
    gap is the geometric mean of each buyer's own mean gap.
    """
    products = orders.lines.shape[1]
    came, again = np.zeros(products, np.int64), np.zeros(products, np.int64)
    logs = np.zeros(products)
    for found in bought(orders, least=2):
        twice = found.times > 1
        gap = np.maximum(found.last - found.first, 0.5)[twice] / (found.times[twice] - 1)
        came += np.bincount(found.product, minlength=products)
        again += np.bincount(found.product[twice], minlength=products)
        logs += np.bincount(found.product[twice], np.log(gap), products)
    rate = _leaning(again, came, category, categories, 0.0)
    days_between = _leaning(logs, again, category, categories, float(np.log(USUAL_GAP)))
    return rate.astype(np.float32), np.exp(days_between).astype(np.float32)


def _leaning(
    top: NDArray[np.float64] | NDArray[np.int64],
    bottom: NDArray[np.int64],
    category: NDArray[np.int32],
    categories: int,
    otherwise: float,
) -> NDArray[np.float64]:
    """Means of products (top ÷ bottom) that lean on their category's, which lean on the shop's."""
    shop = float(top.sum() / bottom.sum()) if bottom.sum() else otherwise
    known = category >= 0
    above = np.bincount(category[known], top[known], categories) + LEAN * shop
    below = np.bincount(category[known], bottom[known], categories) + LEAN
    behind = np.append(above / below, shop)[category]  # -1 finds the shop's
    return np.asarray((top + LEAN * behind) / (bottom + LEAN))
