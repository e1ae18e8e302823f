"""What a basket and a customer say of every product: raw numbers, before any of them is weighed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.suggest.knowledge import NONE, Knowledge
from assistant.suggest.neighbours import Neighbours, nearest
from assistant.suggest.tables import greatest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PROFILE = 150  # the newest things of a customer that tell what else fits
SPEAKING = 30  # the newest things of a customer that may be named as anchors
FADES = 90.0  # days until what was bought says half as much of the customer
BORROWED = 0.5  # of what is said of its lookalike holds for a new product


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What one customer bought before, newest first.

    `places` (n) are products; the days on which product i was bought are `days[starts[i]:starts[i + 1]]`,
    ascending, at least one each; `order_days` are the days of all orders, ascending.
    """

    places: NDArray[np.int64]
    starts: NDArray[np.int64]
    days: NDArray[np.float64]
    order_days: NDArray[np.float64]

    @property
    def times(self) -> NDArray[np.int64]:
        """In how many orders each was bought."""
        return self.starts[1:] - self.starts[:-1]

    @property
    def first(self) -> NDArray[np.float64]:
        return self.days[self.starts[:-1]]

    @property
    def last(self) -> NDArray[np.float64]:
        return self.days[self.starts[1:] - 1]

    def only(self, rows: NDArray[np.integer[Any]]) -> Past:
        """Some of the things, with the days of all orders."""
        import numpy as np

        sizes = self.times[rows]
        ends = sizes.cumsum()
        taken = np.arange(int(ends[-1]) if len(ends) else 0)
        taken += (self.starts[rows] - ends + sizes).repeat(sizes)
        return Past(self.places[rows], np.append(0, ends), self.days[taken], self.order_days)

    def faded(self, at: float, half_life: float) -> NDArray[np.float64]:
        """How often each was bought, older times counting less."""
        import numpy as np

        loud = 0.5 ** (np.maximum(at - self.days, 0.0) / half_life)
        return np.asarray(np.add.reduceat(loud, self.starts[:-1]))

    def orders_since(self, days: NDArray[np.float64]) -> NDArray[np.int64]:
        """How many orders were made after each of these days."""
        import numpy as np

        return np.asarray(len(self.order_days) - np.searchsorted(self.order_days, days, side="right"))


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """P, C and F as in `Knowledge`. Without a customer `past` is None and `profile` is None.

    - `weighed` (P): the sum of what the lines add to a product's probability; `best`, `total`, `pairings`
      (P): the best, the sum and the number of the pairings that lead to it
    - `neighbours`: the past sales most like the basket
    - `category_weighed`, `category_best` (C), `family_weighed` (F + 1): the same between categories
    - `profile` (P): the sum of what the customer's things add; `owned_best` (P): their best pairing
    - `lender` (P): the place of the lookalike of whose signals a new product has its part, else -1; None
      where there are no new products
    - `mine` (P): the place of a product in `past`, else -1
    - `shown_family` (F + 1): which families are in the basket; the last one stands for none
    - `shown_category` (C + 1): which categories are
    - `price`: the median of the basket's log prices; `at` the day of asking
    """

    shown: NDArray[np.int64]
    past: Past | None
    at: float
    weighed: NDArray[np.float64]
    best: NDArray[np.float64]
    total: NDArray[np.float64]
    pairings: NDArray[np.int64]
    neighbours: Neighbours
    category_weighed: NDArray[np.float64]
    category_best: NDArray[np.float64]
    family_weighed: NDArray[np.float64]
    profile: NDArray[np.float64] | None
    owned_best: NDArray[np.float64] | None
    lender: NDArray[np.int32] | None
    mine: NDArray[np.int32] | None
    shown_family: NDArray[np.bool_]
    shown_category: NDArray[np.bool_]
    price: float

    def in_sales(
        self, knowledge: Knowledge, places: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of these products two shares each: of the past sales most like the basket those that hold it, and
        of those of them with every line; a new one has its part of its lookalike's."""
        import numpy as np

        new = np.zeros(0, dtype=np.int64) if self.lender is None else (self.lender[places] >= 0).nonzero()[0]
        if self.lender is None or not len(new):
            return self.neighbours.shares(knowledge, places)
        asked = np.concatenate([places, self.lender[places[new]]])
        told = self.neighbours.shares(knowledge, asked)
        for shares in told:
            shares[new] = np.maximum(shares[new], BORROWED * shares[len(places) :])
        similar, every_line = told
        return similar[: len(places)], every_line[: len(places)]


def read(
    knowledge: Knowledge,
    shown: Sequence[int] | NDArray[np.int64],
    past: Past | None,
    at: float | None = None,
    categories: Sequence[int] = (),
) -> Signals:
    """All signals for a basket of products that the knowledge has, as places.

    `categories` are those of lines that it has never seen; `at` is a day, by default that of the last order.
    """
    import numpy as np

    lines = np.asarray(shown, dtype=np.int64)
    count = knowledge.count
    add_ons, steadied, _ = knowledge.pairs.rows(lines)
    in_basket, family, by_category, by_family = _categories(knowledge, lines, categories)
    profile = owned_best = mine = None
    if past is not None:
        profile, owned_best = _profile(knowledge, past)
        mine = np.full(count, NONE, dtype=np.int32)
        mine[past.places] = np.arange(len(past.places))
    weighed, best = knowledge.weights.sums(lines, count), greatest(add_ons, steadied, count)
    lender = _borrow(knowledge, lines, mine, (weighed, best, profile, owned_best))
    return Signals(
        shown=lines,
        past=past,
        at=float(knowledge.until[0]) if at is None else at,
        weighed=weighed,
        best=best,
        total=np.bincount(add_ons, steadied, count).astype(np.float64, copy=False),
        pairings=np.bincount(add_ons, minlength=count),
        neighbours=nearest(knowledge, lines),
        category_weighed=by_category[0],
        category_best=by_category[1],
        family_weighed=by_family,
        profile=profile,
        owned_best=owned_best,
        lender=lender,
        mine=mine,
        shown_family=family,
        shown_category=in_basket,
        price=_median(knowledge.price[lines]),
    )


def _borrow(
    knowledge: Knowledge,
    lines: NDArray[np.int64],
    mine: NDArray[np.int32] | None,
    said: Sequence[NDArray[np.float64] | None],
) -> NDArray[np.int32] | None:
    """Let new products have, in place, their part of what is said of their lookalikes; whose.

    A lookalike that is in the basket or was bought before lends nothing: the new one would take its place.
    """
    import numpy as np

    if not len(knowledge.newcomers):
        return None
    lends = np.ones(knowledge.count, dtype=np.bool_)
    lends[lines] = False
    if mine is not None:
        lends &= mine == NONE
    some = lends[knowledge.lookalikes]
    new, like = knowledge.newcomers[some], knowledge.lookalikes[some]
    for values in said:
        if values is not None:
            lent = BORROWED * values.take(like)
            more = np.flatnonzero(lent > values.take(new))  # few: writing all takes several times as long
            values[new[more]] = lent[more]
    lender = np.full(knowledge.count, NONE, dtype=np.int32)
    lender[new] = like
    return lender


def _median(prices: NDArray[np.float32]) -> float:
    import numpy as np

    # For a few numbers, numpy's own takes several times as long.
    inside, count = np.sort(prices), len(prices)
    return float(inside[(count - 1) // 2 : count // 2 + 1].mean()) if count else math.nan


def _categories(
    knowledge: Knowledge, lines: NDArray[np.int64], unseen: Sequence[int]
) -> tuple[
    NDArray[np.bool_],
    NDArray[np.bool_],
    tuple[NDArray[np.float64], NDArray[np.float64]],
    NDArray[np.float64],
]:
    """Which categories and families are in the basket, and what they say of the others."""
    import numpy as np

    count, families = len(knowledge.categories), knowledge.families
    in_basket = np.zeros(count + 1, dtype=np.bool_)
    in_basket[knowledge.category[lines]] = True
    in_basket[list(unseen)] = True
    in_basket[count] = False
    here = np.flatnonzero(in_basket)
    family = np.zeros(families + 1, dtype=np.bool_)
    family[knowledge.family_of[here]] = True
    family[families] = False
    by_category = knowledge.category_weights.sums(here, count), knowledge.category_pairs.best(here, count)
    by_family = knowledge.family_weights.sums(np.flatnonzero(family), families + 1)
    return in_basket, family, by_category, by_family


def _profile(knowledge: Knowledge, past: Past) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import numpy as np

    newest = past.places[:PROFILE]
    loud = np.sqrt(past.faded(float(knowledge.until[0]), FADES)[:PROFILE])
    profile = knowledge.weights.sums(newest, knowledge.count, loud) / np.sqrt(1 + loud.sum())
    return profile, knowledge.pairs.best(past.places[:SPEAKING], knowledge.count)
