"""Directed co-purchase: what is bought with each anchor more often than usual, and what was counted.

The same count serves products and, with an order's categories in the place of its products, categories.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.learn.orders import NO_TIME, UNKNOWN, Orders
from assistant.records import DAY, Progress

SHRINK = 10.0  # imagined orders with the anchor, in which the add-on sells as usual
BIG = 50  # lines; a larger order is a restocking and speaks more softly
FADES = 180.0  # days until an order speaks half as loudly
KEPT = 200  # add-ons for one anchor
CELLS = 4_000_000  # in all; a shop that has more keeps fewer for its richest anchors
COMMON = 0.1  # of an anchor's orders: what is in so many goes with it, even if it goes with everything
COMMON_TOGETHER = 10
LEAST_TOGETHER = 3
LEAST_LIFT = 1.1
CHANCE = 1.0  # standard deviations above what chance alone would bring together
YOUNG = 100  # orders; a shop with fewer has nothing but chance to go by
_BLOCK = 512
_ORDERS = 200_000  # looked at together


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """One anchor's add-ons with the evidence to be spoken of, most likely first."""

    anchor: int
    add_ons: NDArray[np.int32]
    together: NDArray[np.int64]  # orders with both
    lift: NDArray[np.float64]
    likely: NDArray[np.float64]  # the share of the anchor's orders, steadied by `SHRINK`


def speaks(orders: Orders) -> NDArray[np.float64]:
    """How loudly each order speaks for the scores; counts that are shown stay plain."""
    sizes = np.diff(orders.lines.indptr)
    return np.asarray(np.minimum(1.0, BIG / np.maximum(sizes, 1)) * 0.5 ** (ages(orders) / FADES))


def days(orders: Orders) -> NDArray[np.float64]:
    """The day of each order; orders without a time are as old as the oldest."""
    timed = orders.at != NO_TIME
    oldest = int(orders.at[timed].min()) if timed.any() else 0
    return np.asarray(np.where(timed, orders.at, oldest) / DAY)


def ages(orders: Orders) -> NDArray[np.float64]:
    """How many days each order is older than the newest."""
    day = days(orders)
    return np.asarray(day.max(initial=-np.inf) - day)


def pairs(
    lines: csr_matrix, base: Bases, progress: Progress, what: str = "Counting pairs"
) -> Iterator[Counted]:
    """One row for each anchor that has a pairing, counted in blocks so that memory stays small."""
    products = lines.shape[1]
    by_product = lines.T.tocsr()
    for start in range(0, products, _BLOCK):
        progress(what, start, products)
        block = (by_product[start : start + _BLOCK] @ lines).tocsr()
        for row in range(block.shape[0]):
            at = slice(block.indptr[row], block.indptr[row + 1])
            found = _row(start + row, block.indices[at], block.data[at], base, lines.shape[0])
            if found is not None:
                yield found
    progress(what, products, products)


def shortened(rows: Sequence[Counted], most: int | None = None) -> list[Counted]:
    """The same anchors with `most` (`CELLS`) add-ons in all: each keeps its first ones, all as many."""
    most = CELLS if most is None else most
    sizes = np.sort([len(row.add_ons) for row in rows])
    if sizes.sum() <= most:
        return list(rows)
    # With so many for each, how many there are in all: what is shorter stays whole.
    whole = np.cumsum(sizes) + sizes * np.arange(len(sizes) - 1, -1, -1)
    short = int(np.searchsorted(whole, most, "right"))
    each = (most - int(sizes[:short].sum())) // (len(sizes) - short)
    return [_first(row, each) for row in rows]


def _first(row: Counted, most: int) -> Counted:
    if len(row.add_ons) <= most:
        return row
    return Counted(row.anchor, row.add_ons[:most], row.together[:most], row.lift[:most], row.likely[:most])


def _row(
    anchor: int, add_ons: NDArray[np.int32], together: NDArray[np.float32], base: Bases, orders: int
) -> Counted | None:
    enough = np.flatnonzero((together >= LEAST_TOGETHER) & (add_ons != anchor))
    if not len(enough):
        return None
    add_ons, together = add_ons[enough], together[enough]
    rate = base.orders[add_ons] / orders
    lift = together / base.orders[anchor] / rate
    chance = rate * base.orders[anchor]
    beyond = together >= chance + CHANCE * np.sqrt(chance) if orders >= YOUNG else together > 0
    likely = (together + SHRINK * rate) / (base.orders[anchor] + SHRINK)
    order = np.lexsort((add_ons, -likely))
    common = (likely >= COMMON) & (together >= COMMON_TOGETHER)
    best = order[(((lift >= LEAST_LIFT) & beyond) | common)[order]][:KEPT]
    if not len(best):
        return None
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


def bases(orders: Orders, lines: csr_matrix | None = None) -> Bases:
    """Count what an anchor's shares are shares of. An order without a customer is a buyer of its own.

    `lines` are the orders' products, or what stands in their place.
    """
    lines = orders.lines if lines is None else lines
    products = lines.shape[1]
    since = np.full(products, np.iinfo(np.int64).max)
    until = np.full(products, NO_TIME)
    # By and by: what a line says beside its product would take as much again as all lines, several times.
    for first in range(0, lines.shape[0], _ORDERS):
        part = slice(int(lines.indptr[first]), int(lines.indptr[min(first + _ORDERS, lines.shape[0])]))
        sizes = np.diff(lines.indptr[first : first + _ORDERS + 1])
        at, column = np.repeat(orders.at[first : first + _ORDERS], sizes), lines.indices[part]
        timed = at != NO_TIME
        np.minimum.at(since, column[timed], at[timed])
        np.maximum.at(until, column[timed], at[timed])
    sold = np.bincount(lines.indices, minlength=products)
    return Bases(sold, _buyers(orders, lines), since, until)


def _buyers(orders: Orders, lines: csr_matrix) -> NDArray[np.int64]:
    """How many different buyers each product has."""
    found = np.bincount(lines[orders.buyer == UNKNOWN].indices, minlength=lines.shape[1])
    for rows, starts in by_buyer(orders):
        some = lines[rows]
        held = csr_matrix((some.data, some.indices, some.indptr[starts]), (len(starts) - 1, lines.shape[1]))
        held.sum_duplicates()
        found += np.bincount(held.indices, minlength=lines.shape[1])
    return found


def by_buyer(orders: Orders, least: int = 1) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows of all known buyers who came so often, many buyers at a time: a buyer's orders stand together, and
    begin at each of the starts; the last start is the end."""
    rows = np.argsort(orders.buyer, kind="stable")
    rows = rows[np.searchsorted(orders.buyer, UNKNOWN, "right", sorter=rows) :]
    visits = np.bincount(orders.buyer[rows], minlength=1)
    if least > 1:
        rows = rows[visits[orders.buyer[rows]] >= least]
    starts = np.concatenate(([0], np.cumsum(visits[visits >= least])))
    first = 0
    while first < len(starts) - 1:
        last = max(int(np.searchsorted(starts, starts[first] + _ORDERS, "right")) - 1, first + 1)
        yield rows[starts[first] : starts[last]], starts[first : last + 1] - starts[first]
        first = last


def grouped(lines: csr_matrix, of: NDArray[np.int32], count: int) -> csr_matrix:
    """Orders × groups, 1 where an order holds anything of a group; `of` gives each product's, -1 for none."""
    group = of[lines.indices]
    known = group >= 0
    starts = np.concatenate(([0], np.cumsum(known)))[lines.indptr]
    held = csr_matrix(
        (np.ones(int(starts[-1]), dtype=np.float32), group[known], starts), (lines.shape[0], count)
    )
    held.sum_duplicates()
    held.data[:] = 1
    return held
