"""Whether a model that was learned may come into use: judged beside the one in use, on what neither decided.

Two judges: past baskets that the candidate did not learn from, newer than all it did; and, where suggestions
were drawn by chance, the log, which tells what the candidate would have brought. Each has to rule out, at its
95 % interval, that the candidate is worse by more than `SLACK`; one with too little to go by says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assistant.learn import off_policy, protocol
from assistant.learn.calibrating import Calibration
from assistant.learn.examples import Examples
from assistant.learn.off_policy import Slots
from assistant.store.models import Change, Check, Compared, Interval, Verdict, Word
from assistant.suggest.forest import Forest
from assistant.suggest.ranking import by_kind
from assistant.suggest.shortlist import KINDS, Kind

SLACK = -0.01  # of the value of the model in use
LEAST_BASKETS = 100
LEAST_EFFECTIVE = 200.0
MOST_OFF = 0.03  # of what was said, in the mean over cases
FEWER = 0.9  # of the suggestions that a group gets from the model in use
DEEP = 10  # places of nDCG
SEED = 20_260_614

Floats = NDArray[np.float64]


def on_baskets(
    tried: Examples, candidate: Mapping[Kind, Forest], in_use: Mapping[Kind, Forest]
) -> Compared | None:
    """nDCG@10 of both on the add-ons of each basket, in one draw of resampled baskets; None for too few.

    A candidate that stands for several cases takes as many places. More of the same is no add-on.
    """
    add_ons = tried.only(tried.kind != KINDS.index("alike"))
    asked, at = np.unique(add_ons.question[add_ons.came], return_inverse=True)
    told = add_ons.only(np.isin(add_ons.question, asked))
    basket_of = np.zeros(len(asked), dtype=np.int64)
    basket_of[at] = add_ons.basket[add_ons.came]
    baskets, of = np.unique(basket_of, return_inverse=True)
    if len(baskets) < LEAST_BASKETS:
        return None
    both = np.stack(
        [
            ndcg(told, by_kind(told.features.astype(np.float64), told.kind, forests))
            for forests in (candidate, in_use)
        ],
        axis=1,
    )
    sums = np.stack([np.bincount(of, column, len(baskets)) for column in both.T], axis=1)
    values = sums / np.bincount(of, minlength=len(baskets))[:, None]
    means = protocol.resampled(values, SEED)
    mean = values.mean(axis=0)
    return Compared(
        n=len(baskets),
        in_use=_interval(mean[1], means[:, 1]),
        candidate=_interval(mean[0], means[:, 0]),
        difference=_interval(mean[0] - mean[1], means[:, 0] - means[:, 1]),
    )


def on_offers(slots: Slots, *, resampled: int = off_policy.RESAMPLED, seed: int = SEED) -> Compared | None:
    """What the log of the model in use says the candidate would have brought, slot by slot.

    The doubly robust estimate speaks; the self-normalised one has to agree, so that the lower end of the
    difference is the lower one of both. None where nothing was drawn.
    """
    if not len(slots.reward):
        return None
    judged = off_policy.judge(slots, resampled=resampled, seed=seed)
    value, beside = judged.values["dr"], judged.values["snips"]
    less, less_beside = judged.differences["dr"], judged.differences["snips"]
    logged = off_policy.mean_of(slots, resampled=resampled, seed=seed)
    return Compared(
        n=judged.slates,
        in_use=Interval(logged.value, logged.low, logged.high),
        candidate=Interval(value.value, min(value.low, beside.low), value.high),
        difference=Interval(less.value, min(less.low, less_beside.low), less.high),
        effective=min(value.effective, beside.effective),
    )


def judge(
    at: datetime,
    against: int,
    *,
    baskets: Compared | None,
    offers: Compared | None,
    others: tuple[Check, ...] = (),
    changes: tuple[Change, ...] = (),
) -> Verdict:
    """The verdict from all that was looked at; `others` are checks with an answer of their own, such as
    `chances`."""
    effective = (offers.effective if offers else None) or 0.0
    heard = offers is not None and effective >= LEAST_EFFECTIVE
    checks = (
        *others,
        _not_worse("baskets", baskets),
        _not_worse("offers", offers if heard else None, offers.n if offers else 0),
        Check("enough", heard or None, effective, LEAST_EFFECTIVE, offers.n if offers else 0),
    )
    word = _word(checks, [one for one in (baskets, offers if heard else None) if one is not None])
    return Verdict(word, at, against, checks, baskets, offers, changes)


def _word(checks: tuple[Check, ...], compared: list[Compared]) -> Word:
    if any(check.passed is False for check in checks if check.name not in ("baskets", "offers")):
        return "worse"
    if any(one.difference.high < 0 and not _holds(one) for one in compared):
        return "worse"
    if not compared:
        return "too_few"
    return "ready" if all(_holds(one) for one in compared) else "not_certain"


def _holds(one: Compared) -> bool:
    return one.difference.low >= SLACK * one.in_use.value


def _not_worse(name: Literal["baskets", "offers"], one: Compared | None, n: int = 0) -> Check:
    if one is None:
        return Check(name, None, None, SLACK, n)
    share = one.difference.low / one.in_use.value if one.in_use.value > 0 else 0.0
    return Check(name, _holds(one), share, SLACK, one.n)


def chances(found: Calibration) -> Check:
    """Whether what it says comes true, on baskets that it did not learn from."""
    cases = sum(group.n for group in found.groups)
    if not cases:
        return Check("chances", None, None, MOST_OFF, 0)
    off = sum(abs(group.said - group.seen) * group.n for group in found.groups) / cases
    return Check("chances", off <= MOST_OFF, off, MOST_OFF, found.orders)


def ndcg(told: Examples, score: Floats) -> Floats:
    """Of each question in ascending order, binary gains (Järvelin and Kekäläinen, 2002)."""
    order = np.lexsort((-score, told.question))
    question, came = told.question[order], told.came[order]
    reached = np.cumsum(told.counts[order].astype(np.float64))
    starts = np.flatnonzero(np.diff(question, prepend=-1))
    sizes = np.diff(np.append(starts, len(question)))
    before = np.repeat(reached[starts] - told.counts[order][starts], sizes)
    rank = reached - before
    gains = np.where(came & (rank <= DEEP), 1 / np.log2(1 + np.maximum(rank, 1.0)), 0.0)
    hidden = np.add.reduceat(came.astype(np.int64), starts)
    ideal = np.concatenate(([0.0], np.cumsum(1 / np.log2(np.arange(2, DEEP + 2)))))
    return np.asarray(np.add.reduceat(gains, starts) / ideal[np.minimum(hidden, DEEP)])


def _interval(value: float, means: Floats) -> Interval:
    return Interval(float(value), *protocol.interval(means))
