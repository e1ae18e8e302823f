"""What our ranking is worth on the shop's own orders: learned from the earlier ones, asked of the later ones.

Nothing is installed and nothing is changed; the model in use stays in use.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.errors import KnownError
from assistant.learn import protocol
from assistant.learn.counting import days
from assistant.learn.goods import Goods, read_goods
from assistant.learn.growing import grow
from assistant.learn.habits import pasts
from assistant.learn.knowing import know
from assistant.learn.orders import Orders, read_orders
from assistant.learn.peers import PEERS, Peer, Scores
from assistant.learn.protocol import METRICS, Before, HalfSeen, Lists, Scored
from assistant.records import Progress
from assistant.store import history
from assistant.store.database import Home, open_catalog
from assistant.suggest.candidates import TOP
from assistant.suggest.ranking import rank, taking_turns
from assistant.suggest.shortlist import KINDS
from assistant.suggest.signals import read

OURS = "assistant"
HELD_OUT = 0.1  # of the orders, the newest
LEAST_PRODUCTS = 3  # of an order that is asked
LEAST_ASKED = 100
MOST_ASKED = 20_000  # beyond that intervals are narrow and only the waiting grows
SEED = 20_240_601

Ranking = Callable[[HalfSeen, Before], Lists]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over orders with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Segment:
    """One ranking on one kind of question: of how many orders, and an estimate for each of `METRICS`.

    `coverage` is the share of all products sold before that stand among anybody's first five.
    """

    n: int
    metrics: Mapping[str, Estimate]
    coverage: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """One ranking on each of `protocol.SEGMENTS` that has orders; seconds to learn, and to answer all."""

    name: str
    segments: Mapping[str, Segment]
    learning_seconds: float
    answering_seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Ours less a peer's on the same orders, by segment and metric."""

    peer: str
    segments: Mapping[str, Mapping[str, Estimate]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All rankings, ours first. `asked` later orders of at least three products; times None where unknown.

    `left_out` names peers that could not take part, each with the reason.
    """

    learned: int
    asked: int
    since: datetime | None
    cut: datetime | None
    until: datetime | None
    rankings: tuple[Ranked, ...]
    differences: tuple[Difference, ...]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    name: str
    segments: dict[str, Scored]
    learning_seconds: float
    answering_seconds: float


def evaluate(home: Home, *, peers: bool, progress: Progress) -> Evaluation:
    """Learn from the earlier nine tenths of the shop's orders and ask of the others, half of each hidden.

    With `peers`, published ways of ranking are asked the same. Raises KnownError where there is nothing to
    learn from, or too few later orders to tell anything.
    """
    with contextlib.closing(open_catalog(home)) as connection:
        if not history.count_products(connection):
            raise KnownError("There are no products to learn from yet; `assistant sync` brings them.")
        orders, goods = read_goods(connection, read_orders(connection, progress))
    rows, later_rows = protocol.split(orders, HELD_OUT)
    asked = protocol.half_seen(orders, later_rows, SEED, LEAST_PRODUCTS, MOST_ASKED)
    if asked.count < LEAST_ASKED:
        raise KnownError(_too_few(orders, asked.count))
    earlier, later = protocol.only(orders, np.sort(rows)), protocol.only(orders, later_rows)
    known = protocol.before(earlier, goods.named())
    runs = [_run(OURS, lambda: ours(earlier, goods, progress), asked, known, progress)]
    left_out: dict[str, str] = {}
    for kind in PEERS if peers else ():
        peer = kind()
        reason = peer.too_big(earlier)
        if reason is not None:
            left_out[peer.name] = reason
            continue
        runs.append(_run(peer.name, _learning(peer, earlier, progress), asked, known, progress))
    progress("Comparing", 0, 1)
    rankings, differences = _compared(runs)
    progress("Comparing", 1, 1)
    since, until = orders.span()
    cut = later.span()[0]
    return Evaluation(earlier.count, asked.count, since, cut, until, rankings, differences, left_out)


def ours(earlier: Orders, goods: Goods, progress: Progress) -> Ranking:
    """Our own ranking, learned from these orders in memory and asked as the counter asks."""
    grown = grow(earlier, goods, progress)
    forests, knowledge = grown.forests, grown.believed(know(earlier, goods, progress).knowledge)
    everybody = pasts(earlier, np.unique(earlier.buyer))

    def answer(asked: HalfSeen, known: Before) -> Lists:
        everything = np.full((asked.count, protocol.LISTED), protocol.NOBODY, dtype=np.int32)
        offered = everything.copy()
        day = days(Orders((), asked.shown, asked.buyer, asked.at))
        for row in range(asked.count):
            past = everybody.get(int(asked.buyer[row]))
            said = read(knowledge, asked.shown_in(row).astype(np.int64), past, float(day[row]))
            ranked = rank(knowledge, forests, said)
            named = ranked.places[taking_turns(ranked, TOP)][: protocol.LISTED]
            add_ons = ranked.places[ranked.kinds == KINDS.index("other")][: protocol.LISTED]
            everything[row, : len(named)], offered[row, : len(add_ons)] = named, add_ons
        return Lists(everything, offered if known.has_families else None)

    return answer


def by_scores(scores: Callable[[csr_matrix], Scores]) -> Ranking:
    """A ranking by one score for every product, whichever question is asked."""
    return lambda asked, known: protocol.lists(scores(asked.shown), asked, known)


def _learning(peer: Peer, earlier: Orders, progress: Progress) -> Callable[[], Ranking]:
    return lambda: by_scores(peer.fit(earlier, progress).scores)


def _run(name: str, learn: Callable[[], Ranking], asked: HalfSeen, known: Before, progress: Progress) -> _Run:
    """Learn, answer every order, and score the answers; what was learned is let go."""
    began = time.perf_counter()
    ranking = learn()
    learned = time.perf_counter()
    what = f"Asking {name}"
    parts, done = [], 0
    progress(what, 0, asked.count)
    for block in asked.blocks():
        parts.append(ranking(block, known))
        done += block.count
        progress(what, done, asked.count)
    answered = time.perf_counter()
    segments = protocol.score(protocol.joined(parts), asked, known)
    return _Run(name, segments, learned - began, answered - learned)


def _compared(runs: list[_Run]) -> tuple[tuple[Ranked, ...], tuple[Difference, ...]]:
    """Estimates of every ranking, and of what ours has before each other one on the same draws of orders."""
    segments: list[dict[str, Segment]] = [{} for _ in runs]
    differences: list[dict[str, dict[str, Estimate]]] = [{} for _ in runs]
    for name, first in runs[0].segments.items():
        values = np.hstack([run.segments[name].values for run in runs])
        means = protocol.resampled(values, SEED).reshape(-1, len(runs), len(METRICS))
        value = values.mean(axis=0).reshape(len(runs), len(METRICS))
        for number, run in enumerate(runs):
            segments[number][name] = Segment(
                len(first.rows), _estimates(value[number], means[:, number]), run.segments[name].coverage
            )
            differences[number][name] = _estimates(value[0] - value[number], means[:, 0] - means[:, number])
    ranked = zip(runs, segments, strict=True)
    return (
        tuple(Ranked(run.name, found, run.learning_seconds, run.answering_seconds) for run, found in ranked),
        tuple(Difference(run.name, found) for run, found in list(zip(runs, differences, strict=True))[1:]),
    )


def _estimates(values: NDArray[np.float64], means: NDArray[np.float64]) -> dict[str, Estimate]:
    return {
        metric: Estimate(float(values[place]), *protocol.interval(means[:, place]))
        for place, metric in enumerate(METRICS)
    }


def _too_few(orders: Orders, asked: int) -> str:
    return (
        f"Of the newest tenth of {orders.count:,} orders, {asked:,} hold {LEAST_PRODUCTS} different products "
        f"or more; {LEAST_ASKED} are needed to tell one ranking from another."
    )
