"""Directed co-purchase: what is bought with each anchor more often than usual, and what was counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.learn.orders import NO_TIME, UNKNOWN, Orders
from assistant.records import Progress

SHRINK = 10.0  # imagined orders with the anchor, in which the add-on sells as usual
BIG = 100  # lines; a larger order is a restocking and speaks more softly
KEPT = 200  # add-ons for one anchor
LEAST_TOGETHER = 3
LEAST_LIFT = 1.1
CHANCE = 1.0  # standard deviations above what chance alone would bring together
YOUNG = 100  # orders; a shop with fewer has nothing but chance to go by
REPEATS = 0.2  # of those who came back: then a thing is bought again and again
LEAST_RETURNING = 5
_BLOCK = 512


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """One anchor's add-ons with the evidence to be spoken of, most likely first."""

    anchor: int
    add_ons: NDArray[np.int32]
    together: NDArray[np.int64]  # orders with both
    lift: NDArray[np.float64]
    likely: NDArray[np.float64]  # the share of the anchor's orders, steadied by `SHRINK`


def weights(orders: Orders) -> NDArray[np.float64]:
    """How loudly each order speaks for the scores; counts that are shown stay plain."""
    sizes = np.diff(orders.lines.indptr)
    return np.asarray(np.minimum(1.0, BIG / np.maximum(sizes, 1)), dtype=np.float64)


def pairs(orders: Orders, base: Bases, progress: Progress) -> Iterator[Counted]:
    """One row for each anchor that has a pairing, counted in blocks so that memory stays small."""
    products = orders.lines.shape[1]
    by_product = orders.lines.tocsc()
    for start in range(0, products, _BLOCK):
        progress("Counting pairs", start, products)
        block = (by_product[:, start : start + _BLOCK].T @ orders.lines).tocsr()
        for row in range(block.shape[0]):
            at = slice(block.indptr[row], block.indptr[row + 1])
            found = _row(start + row, block.indices[at], block.data[at], base, orders.count)
            if len(found.add_ons):
                yield found
    progress("Counting pairs", products, products)


def _row(
    anchor: int, add_ons: NDArray[np.int32], together: NDArray[np.float32], base: Bases, orders: int
) -> Counted:
    rate = base.orders[add_ons] / orders
    lift = together / base.orders[anchor] / rate
    chance = rate * base.orders[anchor]
    beyond = together >= chance + CHANCE * np.sqrt(chance) if orders >= YOUNG else together > 0
    likely = (together + SHRINK * rate) / (base.orders[anchor] + SHRINK)
    usable = np.flatnonzero(
        (add_ons != anchor) & (together >= LEAST_TOGETHER) & (lift >= LEAST_LIFT) & beyond
    )
    best = usable[np.lexsort((add_ons[usable], -likely[usable]))][:KEPT]
    return Counted(
        anchor,
        add_ons[best].astype(np.int32),
        np.rint(together[best]).astype(np.int64),
        lift[best],
        likely[best],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Bases:
    """For each product: the orders that hold it, the different buyers behind them, and from when to when."""

    orders: NDArray[np.int64]
    customers: NDArray[np.int64]
    since: NDArray[np.int64]
    until: NDArray[np.int64]


def bases(orders: Orders) -> Bases:
    """Count what an anchor's shares are shares of. An order without a customer is a buyer of its own."""
    lines = orders.lines
    products = lines.shape[1]
    row_of = np.repeat(np.arange(lines.shape[0]), np.diff(lines.indptr))
    column = lines.indices.astype(np.int64)
    buyer, at = orders.buyer[row_of], orders.at[row_of]
    known = buyer != UNKNOWN
    people = int(orders.buyer.max(initial=UNKNOWN)) + 1
    pairs = np.unique(column[known] * max(people, 1) + buyer[known]) // max(people, 1)
    customers = np.bincount(pairs, minlength=products) + np.bincount(column[~known], minlength=products)
    timed = at != NO_TIME
    since = np.full(products, np.iinfo(np.int64).max)
    until = np.full(products, NO_TIME)
    np.minimum.at(since, column[timed], at[timed])
    np.maximum.at(until, column[timed], at[timed])
    return Bases(np.bincount(column, minlength=products), customers, since, until)


def bought_again(orders: Orders) -> NDArray[np.bool_]:
    """What people buy again: of the buyers who came back at all, at least one in five took it twice."""
    lines = orders.lines
    products = lines.shape[1]
    known = np.flatnonzero(orders.buyer != UNKNOWN)
    buyers, visits = np.unique(orders.buyer[known], return_counts=True)
    if not len(buyers):
        return np.zeros(products, dtype=np.bool_)
    came_back = np.zeros(int(buyers.max()) + 1, dtype=np.bool_)
    came_back[buyers[visits > 1]] = True
    row_of = np.repeat(np.arange(lines.shape[0]), np.diff(lines.indptr))
    buyer = orders.buyer[row_of]
    usable = (buyer != UNKNOWN) & came_back[np.maximum(buyer, 0)]
    people = len(came_back)
    pair, times = np.unique(
        lines.indices[usable].astype(np.int64) * people + buyer[usable], return_counts=True
    )
    returning = np.bincount(pair // people, minlength=products)
    repeated = np.bincount(pair[times > 1] // people, minlength=products)
    return np.asarray((returning >= LEAST_RETURNING) & (repeated >= REPEATS * returning))
