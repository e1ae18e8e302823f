"""Orders become knowledge: how every product sells, what it goes with, and how it comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.learn import counting
from assistant.learn.counting import Bases, Counted
from assistant.learn.goods import Goods
from assistant.learn.habits import habits
from assistant.learn.lookalikes import lookalikes
from assistant.learn.orders import Orders
from assistant.learn.stages import Arrays
from assistant.learn.weighing import weigh
from assistant.records import Progress
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.tables import Table

LATELY = 30.0  # days: half-lives of what sells of late
THIS_WEEK = 7.0
POPULAR = 500
SHELF = 10  # products kept of each category
SALES = 20_000  # kept to be compared with a basket
BIGGEST = 100  # lines of such a sale
MONTH = 30.0  # days
SHUFFLE = 20_103  # where chance begins
OLDEST = 120  # months; the older are as quiet
FEW = 0.5  # imagined sales of every product beside those of its category


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Knowledge with the counts that its pairings stand on, of products and of categories."""

    knowledge: Knowledge
    bases: Bases
    pairs: Sequence[Counted]
    category_bases: Bases
    category_pairs: Sequence[Counted]


Weighing = Callable[[csr_matrix, NDArray[np.float64], Progress], Table]
"""As `weigh`: orders × products, how loudly each order counts, how far it is."""

Keep = Callable[[str, Callable[[], Arrays]], Arrays]
"""As `Stages.keep`."""

_SHARES = {
    "Counting orders": 5,
    "Counting pairs": 15,
    "Counting categories": 5,
    "Weighing categories": 5,
    "Weighing families": 5,
    "Weighing anchors": 65,
}
"""What `know` says it does, in that order, and how long each takes of the whole, about."""


def know(orders: Orders, goods: Goods, progress: Progress, weighing: Weighing | None = None) -> Known:
    """All that can be known of these orders; products are weighed by `weighing`, or else by `weigh`."""
    lines, speaks = orders.lines, counting.speaks(orders)
    progress("Counting orders", 0, 3)
    bases = counting.bases(orders)
    progress("Counting orders", 1, 3)
    rebought, gap = habits(orders, goods.category, len(goods.categories))
    progress("Counting orders", 2, 3)
    lately = _share(orders, LATELY)
    share = _share_of_category(orders, lately, goods)
    day = counting.days(orders)
    last = last_sold(lines, day)
    progress("Counting orders", 3, 3)
    pairs = counting.shortened(list(counting.pairs(lines, bases, progress)))
    categories = _categories(orders, goods, speaks, progress)
    by_family = counting.grouped(lines, goods.family(), goods.families)
    sales, loud = _sales(orders)
    newcomers, like = lookalikes(goods.names, bases.orders, goods.category)
    knowledge = Knowledge(
        product_ids=orders.product_ids,
        categories=goods.categories,
        usual=(bases.orders / max(orders.count, 1)).astype(np.float32),
        lately=lately,
        this_week=_share(orders, THIS_WEEK),
        last_sold=last,
        until=np.array([day.max(initial=0.0)]),
        price=goods.price,
        category=goods.category,
        family_of=goods.family_of,
        rebought=rebought,
        gap=gap,
        share=share,
        popular=_most(lately, POPULAR),
        weighed=bases.orders.astype(np.int32),
        shelves=_shelves(share, goods),
        category_weights=categories.weights,
        category_pairs=_counted(categories.pairs, len(goods.categories)),
        family_weights=table(weigh(by_family, speaks, progress, what="Weighing families")),
        sales=table(sales),
        sold_in=table(sales.T.tocsr()),
        loud=loud,
        newcomers=newcomers,
        lookalikes=like,
        weights=(weighing or _weighed)(lines, speaks, progress),
        pairs=_counted(pairs, lines.shape[1]),
    )
    return Known(knowledge, bases, pairs, categories.bases, categories.pairs)


@dataclass(frozen=True, slots=True, eq=False)
class _Categories:
    """What is known of categories as of products."""

    bases: Bases
    pairs: Sequence[Counted]
    weights: Table


def _categories(orders: Orders, goods: Goods, speaks: NDArray[np.float64], progress: Progress) -> _Categories:
    held = counting.grouped(orders.lines, goods.category, len(goods.categories))
    bases = counting.bases(orders, held)
    pairs = list(counting.pairs(held, bases, progress, "Counting categories"))
    return _Categories(bases, pairs, table(weigh(held, speaks, progress, what="Weighing categories")))


def _weighed(lines: csr_matrix, speaks: NDArray[np.float64], progress: Progress) -> Table:
    return table(weigh(lines, speaks, progress))


def kept(keep: Keep, name: str, weighing: Weighing = _weighed) -> Weighing:
    """The same weighing, kept under a name as soon as it is done, or taken from where it was kept."""

    def weighed(lines: csr_matrix, speaks: NDArray[np.float64], progress: Progress) -> Table:
        def make() -> Arrays:
            made = weighing(lines, speaks, progress)
            return {"starts": made.starts, "others": made.others, "values": made.values}

        arrays = keep(name, make)
        return Table(arrays["starts"], arrays["others"], arrays["values"])

    return weighed


def as_one(progress: Progress, what: str, start: int, end: int, total: int) -> Progress:
    """A way for `know` to say how far it is as a part, from `start` to `end`, of something larger."""
    names, whole = list(_SHARES), sum(_SHARES.values())
    before = dict(zip(names, accumulate(_SHARES.values(), initial=0), strict=False))

    def say(step: str, done: int, of: int | None) -> None:
        reached = before[step] + _SHARES[step] * done / max(of or 0, 1)
        progress(what, start + int((end - start) * reached / whole), total)

    return say


def table(found: csr_matrix) -> Table:
    """A sparse matrix as the plain arrays that the window reads."""
    found.sort_indices()
    return Table(found.indptr.astype(np.int64), found.indices.astype(np.int32), found.data.astype(np.float32))


def _counted(rows: Sequence[Counted], count: int) -> Table:
    sizes = np.zeros(count, dtype=np.int64)
    for row in rows:
        sizes[row.anchor] = len(row.add_ons)
    return Table(
        np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        np.concatenate([np.zeros(0, np.int32), *(row.add_ons for row in rows)]),
        np.concatenate([np.zeros(0), *(row.likely for row in rows)]).astype(np.float32),
    )


def _share(orders: Orders, half_life: float) -> NDArray[np.float32]:
    """The share of orders that hold each product, newer orders counting more."""
    counts = 0.5 ** (counting.ages(orders) / half_life)
    total = float(counts.sum())
    return (orders.lines.T @ counts / total if total else np.zeros(orders.lines.shape[1])).astype(np.float32)


def _share_of_category(orders: Orders, lately: NDArray[np.float32], goods: Goods) -> NDArray[np.float32]:
    sold = lately.astype(np.float64) * max(orders.count, 1) + FEW
    known = goods.category >= 0
    whole = np.append(np.bincount(goods.category[known], sold[known], len(goods.categories)), 1.0)
    return np.where(known, sold / whole[goods.category], 0.0).astype(np.float32)


def last_sold(lines: csr_matrix, day: NDArray[np.float64]) -> NDArray[np.float64]:
    """The day on which each product was sold last; what was never sold was long ago."""
    last = np.full(lines.shape[1], -np.inf)
    np.maximum.at(last, lines.indices, np.repeat(day, np.diff(lines.indptr)))
    return np.where(np.isinf(last), -1e6, last)


def _most(values: NDArray[np.float32], most: int) -> NDArray[np.int32]:
    best = np.lexsort((np.arange(len(values)), -values))[:most]
    return best[values[best] > 0].astype(np.int32)


def _sales(orders: Orders) -> tuple[csr_matrix, NDArray[np.float32]]:
    """The newest sales that can be compared with a basket, and how loudly each speaks.

    Ages are whole months, and the sales are shuffled: each is to say what goes together, and not when
    somebody was here.
    """
    sizes = np.diff(orders.lines.indptr)
    order = np.argsort(orders.at, kind="stable")
    newest = order[(sizes[order] > 1) & (sizes[order] <= BIGGEST)][-SALES:]
    newest = np.random.default_rng(SHUFFLE).permutation(newest)
    months = np.minimum(np.floor(counting.ages(orders)[newest] / MONTH), OLDEST)
    sales = orders.lines[newest]
    sales.data = np.ones_like(sales.data, dtype=np.float32)
    return sales, (0.5 ** (months * MONTH / counting.FADES) / sizes[newest]).astype(np.float32)


def _shelves(share: NDArray[np.float32], goods: Goods) -> Table:
    known = np.flatnonzero(goods.category >= 0)
    order = known[np.lexsort((known, -share[known], goods.category[known]))]
    category = goods.category[order]
    first = np.searchsorted(category, category)
    order = order[np.arange(len(order)) - first < SHELF]
    sizes = np.bincount(goods.category[order], minlength=len(goods.categories))
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return Table(starts, order.astype(np.int32), share[order])
