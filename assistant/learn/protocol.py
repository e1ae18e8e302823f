"""How rankings are compared: later orders are half shown, and what a ranking names is held against the rest.

An order of at least three products is shuffled with a fixed seed; its first half, rounded up, is shown, and
everything else is ranked. Recall, nDCG (binary gains, Järvelin and Kekäläinen, 2002), hit rate and reciprocal
rank are taken for each order and then averaged over orders, never over lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.learn.orders import UNKNOWN, Orders

LISTED = 50  # places a ranking is asked for; what is further down counts as not named
METRICS = ("recall@5", "recall@10", "ndcg@5", "ndcg@10", "hit@5", "mrr")
SEGMENTS = ("all", "hist", "nohist", "new", "cross")
NOBODY = -1  # stands in a list where a ranking had nothing more to name
RESAMPLES = 1_000
LEVEL = 0.95
_AT_A_TIME = 2**24  # scores held at once: 64 MiB
_RESAMPLED_AT_A_TIME = 50


@dataclass(frozen=True, slots=True, eq=False)
class HalfSeen:
    """Some orders, a row each: what is shown of them, what is hidden, who bought and when.

    `orders` are rows of the `Orders` they are from; `shown` and `hidden` are orders × products.
    """

    orders: NDArray[np.int64]
    shown: csr_matrix
    hidden: csr_matrix
    buyer: NDArray[np.int64]
    at: NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.orders)

    @property
    def products(self) -> int:
        return int(self.shown.shape[1])

    def shown_in(self, row: int) -> NDArray[np.int32]:
        """The products shown of one order, as columns of `Orders.lines`."""
        return np.asarray(self.shown.indices[self.shown.indptr[row] : self.shown.indptr[row + 1]])

    def blocks(self) -> Iterator[HalfSeen]:
        """The same orders in parts small enough to score every product for each at once."""
        size = max(1, _AT_A_TIME // max(self.products, 1))
        for start in range(0, self.count, size):
            at = slice(start, start + size)
            yield HalfSeen(self.orders[at], self.shown[at], self.hidden[at], self.buyer[at], self.at[at])


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What is known when the later orders come: who bought what, each product's family, how many were sold.

    `bought` are ascending numbers buyer × products + product; `families` numbers families by product, -1
    where a product has none.
    """

    bought: NDArray[np.int64]
    buyers: NDArray[np.int64]
    families: NDArray[np.int32]
    sold: int

    @property
    def has_families(self) -> bool:
        return bool((self.families >= 0).any())


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """What a ranking names, orders × 50 products, best first, closed with `NOBODY`.

    `everything` leaves out what is shown; `offered` also what the buyer has bought before and all families
    that are shown, as at the counter. `offered` is None where products have no families.
    """

    everything: NDArray[np.int32]
    offered: NDArray[np.int32] | None


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """One segment: rows of `HalfSeen` in it, their values (orders × `METRICS`), and the share of all products
    sold before that stand among anybody's first five."""

    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    coverage: float


def split(orders: Orders, share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the earlier orders, and of the newest `share` of them, both in time.

    Orders without a time count as the oldest, in the order in which they were read.
    """
    by_time = np.argsort(orders.at, kind="stable")  # NO_TIME is the least of all numbers
    cut = orders.count - round(orders.count * share)
    return by_time[:cut], by_time[cut:]


def only(orders: Orders, rows: NDArray[np.int64]) -> Orders:
    """Some orders, with the same products in the same columns."""
    return Orders(orders.product_ids, orders.lines[rows], orders.buyer[rows], orders.at[rows])


def half_seen(
    orders: Orders, rows: NDArray[np.int64], seed: int, least: int = 3, most: int | None = None
) -> HalfSeen:
    """Hide half of each of these orders of at least `least` products; of more than `most`, draw so many."""
    drawn = np.random.default_rng(seed)
    sizes = np.diff(orders.lines.indptr)
    rows = rows[sizes[rows] >= least]
    if most is not None and len(rows) > most:
        rows = rows[np.sort(drawn.choice(len(rows), most, replace=False))]
    lines = orders.lines[rows]
    row_of = np.repeat(np.arange(len(rows)), sizes[rows])
    shuffled = np.lexsort((drawn.random(len(row_of)), row_of))
    place = np.arange(len(row_of)) - lines.indptr[row_of]
    visible = place < (sizes[rows][row_of] + 1) // 2
    return HalfSeen(
        rows,
        _matrix(row_of[visible], lines.indices[shuffled][visible], lines.shape),
        _matrix(row_of[~visible], lines.indices[shuffled][~visible], lines.shape),
        orders.buyer[rows],
        orders.at[rows],
    )


def _matrix(rows: NDArray[Any], columns: NDArray[Any], shape: tuple[int, int]) -> csr_matrix:
    made = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    made.sort_indices()
    return made


def before(earlier: Orders, families: Sequence[str | None]) -> Before:
    """What the earlier orders and the catalog say; `families` has one name, or None, for each product."""
    products = earlier.lines.shape[1]
    row_of = np.repeat(np.arange(earlier.count), np.diff(earlier.lines.indptr))
    keys = earlier.buyer[row_of] * products + earlier.lines.indices
    numbers: dict[str, int] = {}
    return Before(
        bought=np.unique(keys[earlier.buyer[row_of] != UNKNOWN]),
        buyers=np.unique(earlier.buyer[earlier.buyer != UNKNOWN]),
        families=np.array(
            [-1 if name is None else numbers.setdefault(name, len(numbers)) for name in families],
            dtype=np.int32,
        ),
        sold=len(np.unique(earlier.lines.indices)),
    )


def best(scores: NDArray[np.float32], count: int = LISTED) -> NDArray[np.int32]:
    """The `count` highest of each row, best first, `NOBODY` where nothing above minus infinity is left."""
    rows, products = scores.shape
    found = np.full((rows, count), NOBODY, dtype=np.int32)
    asked = min(count, products)
    if not asked:
        return found
    top = np.sort(np.argpartition(-scores, asked - 1, axis=1)[:, :asked], axis=1)
    said = np.take_along_axis(scores, top, axis=1)
    order = np.argsort(-said, axis=1, kind="stable")
    top, said = np.take_along_axis(top, order, axis=1), np.take_along_axis(said, order, axis=1)
    found[:, :asked] = np.where(np.isneginf(said), NOBODY, top)
    return found


def lists(scores: NDArray[np.float32], asked: HalfSeen, known: Before) -> Lists:
    """Both lists out of the scores of every product (orders × products, which are changed)."""
    scores[np.repeat(np.arange(asked.count), np.diff(asked.shown.indptr)), asked.shown.indices] = -np.inf
    everything = best(scores)
    if not known.has_families:
        return Lists(everything, None)
    closed = np.zeros(int(known.families.max()) + 2, dtype=np.bool_)
    for row in range(asked.count):
        # The last is where products without a family look themselves up.
        closed[:] = False
        closed[known.families[asked.shown_in(row)]] = True
        closed[-1] = True
        scores[row, closed[known.families]] = -np.inf
        first, end = np.searchsorted(known.bought, asked.buyer[row] * asked.products + (0, asked.products))
        scores[row, known.bought[first:end] % asked.products] = -np.inf
    return Lists(everything, best(scores))


def joined(parts: Sequence[Lists]) -> Lists:
    """The lists of several blocks as one."""
    offered = [part.offered for part in parts if part.offered is not None]
    return Lists(
        np.concatenate([part.everything for part in parts]), np.concatenate(offered) if offered else None
    )


def score(named: Lists, asked: HalfSeen, known: Before) -> dict[str, Scored]:
    """Every segment that has orders.

    `all`: what is hidden, whatever it is. `hist` and `nohist`: the same for buyers with and without an
    earlier order. `new`: buyers with one, and only what they never bought before counts, named or hidden.
    `cross`: only what is of another family than all that is shown and was never bought by this buyer.
    """
    places = np.where(_in(named.everything, asked.shown), NOBODY, named.everything)
    rows = np.arange(asked.count)
    familiar = np.isin(asked.buyer, known.buyers)
    hidden_row = np.repeat(rows, np.diff(asked.hidden.indptr))
    hidden = asked.hidden.indices.astype(np.int64)
    found = {"all": _scored(places, hidden_row, hidden, asked, known, rows)}
    found["hist"] = _scored(places, hidden_row, hidden, asked, known, rows[familiar])
    found["nohist"] = _scored(places, hidden_row, hidden, asked, known, rows[~familiar])
    unbought = familiar[hidden_row] & ~_had(known, asked.buyer[hidden_row], hidden, asked.products)
    fresh = np.where(_had(known, asked.buyer[:, None], places, asked.products), NOBODY, places)
    found["new"] = _scored(fresh, hidden_row[unbought], hidden[unbought], asked, known)
    if named.offered is not None:
        right = _other_family(known, asked, hidden_row, hidden)
        right &= ~_had(known, asked.buyer[hidden_row], hidden, asked.products)
        found["cross"] = _scored(
            _crossing(named.offered, asked, known), hidden_row[right], hidden[right], asked, known
        )
    return {name: segment for name, segment in found.items() if len(segment.rows)}


def _crossing(offered: NDArray[np.int32], asked: HalfSeen, known: Before) -> NDArray[np.int32]:
    row_of = np.repeat(np.arange(asked.count), offered.shape[1])
    right = _other_family(known, asked, row_of, np.maximum(offered, 0).ravel()).reshape(offered.shape)
    right &= ~_in(offered, asked.shown) & ~_had(known, asked.buyer[:, None], offered, asked.products)
    return np.where(right, offered, NOBODY).astype(np.int32)


def _scored(
    places: NDArray[Any],
    hidden_row: NDArray[np.int64],
    hidden: NDArray[np.int64],
    asked: HalfSeen,
    known: Before,
    rows: NDArray[np.int64] | None = None,
) -> Scored:
    """The orders of `rows` that have something hidden left (all of those by default)."""
    sizes = np.bincount(hidden_row, minlength=asked.count)
    rows = np.flatnonzero(sizes) if rows is None else rows[sizes[rows] > 0]
    places = _closed_up(places[rows])
    keys = np.sort(hidden_row * asked.products + hidden)
    hits = _among(rows[:, None] * asked.products + places, keys) & (places != NOBODY)
    values = _values(hits, sizes[rows])
    first = places[:, :5]
    named = len(np.unique(first[first != NOBODY]))
    return Scored(rows, values, named / max(known.sold, 1))


def _values(hits: NDArray[np.bool_], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """`METRICS` of each order: hits by place, and how many products were hidden."""
    gains = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    ideal = np.concatenate(([0.0], np.cumsum(gains)))
    recall = [hits[:, :k].sum(axis=1) / sizes for k in (5, 10)]
    ndcg = [hits[:, :k] @ gains[:k] / ideal[np.minimum(k, sizes)] for k in (5, 10)]
    first = np.where(hits.any(axis=1), 1 / (hits.argmax(axis=1) + 1), 0.0)
    return np.column_stack((*recall, *ndcg, hits[:, :5].any(axis=1), first))


def _closed_up(places: NDArray[Any]) -> NDArray[Any]:
    order = np.argsort(places == NOBODY, axis=1, kind="stable")
    return np.take_along_axis(places, order, axis=1)


def _among(keys: NDArray[np.int64], ascending: NDArray[np.int64]) -> NDArray[np.bool_]:
    if not len(ascending):
        return np.zeros(keys.shape, dtype=np.bool_)
    return np.asarray(ascending[np.minimum(np.searchsorted(ascending, keys), len(ascending) - 1)] == keys)


def _in(places: NDArray[np.int32], shown: csr_matrix) -> NDArray[np.bool_]:
    rows = np.arange(shown.shape[0])
    keys = np.sort(np.repeat(rows, np.diff(shown.indptr)) * shown.shape[1] + shown.indices)
    return np.asarray(_among(rows[:, None] * shown.shape[1] + places, keys) & (places != NOBODY))


def _had(known: Before, buyer: NDArray[np.int64], places: NDArray[Any], products: int) -> NDArray[np.bool_]:
    had = _among(buyer * products + places, known.bought)
    return np.asarray(had & (buyer != UNKNOWN) & (places != NOBODY))


def _other_family(
    known: Before, asked: HalfSeen, rows: NDArray[np.int64], places: NDArray[Any]
) -> NDArray[np.bool_]:
    """Whether each product has a family, and one that none of the products shown in its order has."""
    families = int(known.families.max()) + 1
    shown = known.families[asked.shown.indices]
    row_of = np.repeat(np.arange(asked.count), np.diff(asked.shown.indptr))
    keys = np.unique((row_of * families + shown)[shown >= 0])
    own = known.families[places]
    return np.asarray((own >= 0) & ~_among(rows * families + own, keys))


def resampled(values: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Means of the columns over orders drawn with replacement: `RESAMPLES` × columns (Efron, 1979).

    The same seed draws the same orders, so that means of two rankings may be subtracted draw by draw.
    """
    drawn = np.random.default_rng(seed)
    count = len(values)
    means = []
    for start in range(0, RESAMPLES, _RESAMPLED_AT_A_TIME):
        some = min(_RESAMPLED_AT_A_TIME, RESAMPLES - start)
        rows = drawn.integers(0, count, (some, count)) + np.arange(some)[:, None] * count
        times = np.bincount(rows.ravel(), minlength=some * count).reshape(some, count)
        means.append(times @ values / count)
    return np.concatenate(means)


def interval(means: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of resampled means."""
    low, high = np.quantile(means, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
