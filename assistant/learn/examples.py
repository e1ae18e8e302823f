"""Past baskets as they will be asked: half-seen, in time order, with what was known before them.

The newest orders are cut into blocks; each block is asked of the knowledge of all orders before it, so that
nothing is foreseen by what came later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from assistant.learn import protocol
from assistant.learn.counting import days
from assistant.learn.goods import Goods
from assistant.learn.habits import pasts
from assistant.learn.knowing import Keep, as_one, kept, know
from assistant.learn.orders import UNKNOWN, Orders
from assistant.learn.protocol import HalfSeen
from assistant.records import Progress
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.ranking import features
from assistant.suggest.shortlist import KINDS, shortlist
from assistant.suggest.signals import Past, read

BLOCK = 0.1  # of the orders
BLOCKS = 5  # at most, the newest first
BASKETS = 10_000  # enough; a big shop has them in one block
ENOUGH = 32_000  # hidden products; where there are fewer, each basket is asked again with other halves
DRAWS = 4  # at most
LEAST_PRODUCTS = 2  # of an order that is asked
KNOWN = 0.6  # of the baskets are asked with the customer's history, where there is one
NOTHING = 0.05  # of those, with an empty basket, as an account is reviewed
PASSED_OVER = 0.25  # of what was not bought is kept, and counts four times
PLENTY = 12_500  # questions; with more of them, less of it is kept
SEED = 20_101

_ASKING = "Asking past baskets"
_STEPS = 1_000  # in which a block is said to be done
_ASKED = 0.3  # of them, about, is asking; the others are knowing
_SAID = 100


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Candidates of past baskets, a row each: features, kind (place in `KINDS`), whether it was in the hidden
    half, the basket's number, how many cases a row stands for, the number of the question (a basket may be
    asked with several halves), and how many of the baskets asked are newer than this one."""

    features: NDArray[np.float32]
    kind: NDArray[np.int8]
    came: NDArray[np.bool_]
    basket: NDArray[np.int32]
    counts: NDArray[np.float32]
    question: NDArray[np.int32]
    newer: NDArray[np.int32]

    @property
    def baskets(self) -> int:
        """How many baskets were asked."""
        return int(self.basket.max(initial=-1)) + 1

    def only(self, rows: NDArray[np.bool_]) -> Examples:
        """Some of the rows."""
        return Examples(*(getattr(self, field.name)[rows] for field in fields(self)))


def examples(orders: Orders, goods: Goods, progress: Progress, keep: Keep | None = None) -> Examples:
    """Blocks from the newest back until there are baskets enough.

    `keep` keeps what is expensive to know before a block; the examples themselves say too much of customers.
    """
    order = np.argsort(orders.at, kind="stable")
    drawn = np.random.default_rng(SEED)
    found: list[Examples] = []
    baskets, (draws, passed_over) = 0, _asking(orders, order)
    progress(_ASKING, 0, BLOCKS * _STEPS)
    for block in range(BLOCKS):
        end = len(order) - round(len(order) * BLOCK * block)
        start = len(order) - round(len(order) * BLOCK * (block + 1))
        halves = [
            protocol.half_seen(orders, order[start:end], seed, LEAST_PRODUCTS, BASKETS - baskets)
            for seed in range(SEED + block, SEED + block + BLOCKS * draws, BLOCKS)
        ]
        count = halves[0].count
        if not count or start == 0:
            continue
        earlier = protocol.only(orders, np.sort(order[:start]))
        first, last = block * _STEPS, (block + 1) * _STEPS
        known = last - round(_STEPS * _ASKED)
        say = as_one(progress, _ASKING, first, known, BLOCKS * _STEPS)
        knowledge = know(earlier, goods, say, keep and kept(keep, f"before-{block}")).knowledge
        told = pasts(earlier, halves[0].buyer)
        del earlier  # as much again as all orders
        # The other halves of a basket have its number: it is learned from, or tried on, as a whole.
        every = chain.from_iterable(
            _block(knowledge, told, asked, drawn, baskets, passed_over) for asked in halves
        )
        for done, some in enumerate(every):
            if done % _SAID == 0:
                progress(_ASKING, known + (last - known) * done // (count * draws), BLOCKS * _STEPS)
            found.append(some)
        baskets += count
        if baskets >= BASKETS:
            break
    progress(_ASKING, BLOCKS * _STEPS, BLOCKS * _STEPS)
    return _joined(found)


def _asking(orders: Orders, order: NDArray[np.int64]) -> tuple[int, float]:
    """How often each basket is asked, and how much of what was not bought is kept.

    A shop with few baskets learns more from halving them in several ways, but hardly more from passing over
    the same things each time.
    """
    newest = order[len(order) - round(len(order) * BLOCK * BLOCKS) :]
    sizes = np.diff(orders.lines.indptr)[newest]
    sizes = sizes[sizes >= LEAST_PRODUCTS]
    hidden = int((sizes // 2).sum())
    draws = int(np.clip(ENOUGH // max(hidden, 1), 1, DRAWS)) if len(sizes) <= BASKETS else 1
    questions = max(min(len(sizes), BASKETS) * draws, 1)
    return draws, PASSED_OVER * min(1.0, PLENTY / questions)


def _block(
    knowledge: Knowledge,
    known: Mapping[int, Past],
    asked: HalfSeen,
    drawn: np.random.Generator,
    first: int,
    passed_over: float,
) -> Iterator[Examples]:
    day = days(Orders((), asked.shown, asked.buyer, asked.at))
    for row in range(asked.count):
        newer = first + asked.count - 1 - row
        yield _basket(knowledge, known, asked, row, float(day[row]), drawn, first + row, newer, passed_over)


def _basket(
    knowledge: Knowledge,
    known: Mapping[int, Past],
    asked: HalfSeen,
    row: int,
    day: float,
    drawn: np.random.Generator,
    number: int,
    newer: int,
    passed_over: float,
) -> Examples:
    past = known.get(int(asked.buyer[row])) if asked.buyer[row] != UNKNOWN else None
    told = past if drawn.random() < KNOWN else None
    shown = asked.shown_in(row).astype(np.int64)
    hidden = asked.hidden.indices[asked.hidden.indptr[row] : asked.hidden.indptr[row + 1]]
    if told is not None and drawn.random() < NOTHING:
        shown, hidden = shown[:0], np.concatenate([shown, hidden])
    signals = read(knowledge, shown, told, day)
    lists = shortlist(knowledge, signals)
    places = np.concatenate([lists[kind] for kind in KINDS])
    kind = np.repeat(np.arange(len(KINDS), dtype=np.int8), [len(lists[kind]) for kind in KINDS])
    came = np.isin(places, hidden)
    kept = came | (drawn.random(len(places)) < passed_over)
    if told is None and past is not None:
        # Who is not known is asked what is new to them; what they buy anyway is another question.
        kept &= ~np.isin(places, past.places)
    places, came = places[kept], came[kept]
    return Examples(
        features(knowledge, signals, places).astype(np.float32),
        kind[kept],
        came,
        np.full(len(places), number, dtype=np.int32),
        np.where(came, 1.0, 1 / passed_over).astype(np.float32),
        np.zeros(len(places), dtype=np.int32),
        np.full(len(places), newer, dtype=np.int32),
    )


def _joined(found: list[Examples]) -> Examples:
    width = found[0].features.shape[1] if found else 0
    sizes = [len(e.kind) for e in found]
    return Examples(
        np.concatenate([np.zeros((0, width), np.float32), *(e.features for e in found)]),
        np.concatenate([np.zeros(0, np.int8), *(e.kind for e in found)]),
        np.concatenate([np.zeros(0, np.bool_), *(e.came for e in found)]),
        np.concatenate([np.zeros(0, np.int32), *(e.basket for e in found)]),
        np.concatenate([np.zeros(0, np.float32), *(e.counts for e in found)]),
        np.arange(len(found), dtype=np.int32).repeat(sizes),
        np.concatenate([np.zeros(0, np.int32), *(e.newer for e in found)]),
    )
