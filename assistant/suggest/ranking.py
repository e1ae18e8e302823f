"""The score: how likely a candidate is in the rest of the basket, as log-odds in named parts that sum.

Trees learned from past baskets weigh the features below, one forest for each kind of candidate, because what
is bought again is foreseen by other signs than what is new. Where a shop has too few orders for trees, a
plain rule stands in: the best pairing and the weighed basket, each as the change of the usual share.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.suggest.knowledge import Knowledge
from assistant.suggest.rhythm import NEVER, NEVER_BOUGHT, rhythm
from assistant.suggest.shortlist import BROAD, KINDS, Breadth, Kind, shortlist
from assistant.suggest.signals import FADES, Past, Signals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.suggest.forest import Forest

    Values = NDArray[np.float64] | NDArray[np.bool_] | float

GROUP_OF: Mapping[str, str] = {
    "usual": "usual",
    "lately": "usual",
    "this_week": "usual",
    "share_of_category": "usual",
    "last_sold": "usual",
    "borrowed": "usual",
    "price": "usual",
    "price_ratio": "basket",
    "best_pairing": "together",
    "mean_pairing": "together",
    "pairings": "together",
    "plain": "together",
    "weighed": "basket",
    "similar": "basket",
    "every_line": "basket",
    "lines": "basket",
    "category_weighed": "category",
    "category_pairing": "category",
    "category_and_share": "category",
    "family_weighed": "category",
    "same_category": "category",
    "same_family": "category",
    "profile": "customer",
    "owned_pairing": "customer",
    "category_affinity": "customer",
    "family_affinity": "customer",
    "orders": "customer",
    "since_order": "customer",
    "known": "customer",
    "times": "again",
    "share_of_orders": "again",
    "share_since_first": "again",
    "faded_month": "again",
    "faded_season": "again",
    "since_bought": "again",
    "orders_since_bought": "again",
    "due": "again",
    "due_by_median": "again",
    "due_by_orders": "again",
    "unevenness": "again",
    "times_lately": "again",
    "times_this_season": "again",
    "place_lately": "again",
    "beside": "again",
    "beside_share": "again",
    "beside_more": "again",
    "rebought": "again",
}
"""Each feature and the part that it counts towards."""

FEATURES: tuple[str, ...] = tuple(GROUP_OF)

PAIRING = 0.5  # the best pairing's say beside the weighed basket, in the plain rule
ALONE = 0.5  # of its usual share, what a product keeps in the weighed basket when no anchor speaks for it
LEAST = 1e-6
_MOST_ODDS = 0.98


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Scored candidates, best first: places, log-odds, and the number of each one's kind.

    `columns` has a row for each feature, in the order of scoring, of which `order` are the best first.
    """

    places: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    kinds: NDArray[np.int8]
    columns: NDArray[np.float64]
    order: NDArray[np.int64]

    def features(self, rows: Sequence[int]) -> NDArray[np.float64]:
        """What some of them were scored by, a row for each."""
        return self.columns[:, self.order[list(rows)]].T


def rank(
    knowledge: Knowledge,
    forests: Mapping[Kind, Forest],
    signals: Signals,
    breadth: Mapping[Kind, Breadth] = BROAD,
    besides: NDArray[np.int64] | None = None,
) -> Ranked:
    """The shortlist and what is asked for `besides`, scored. Ties keep the shop's order of products."""
    import numpy as np

    from assistant.suggest.shortlist import kinds_of

    lists = shortlist(knowledge, signals, breadth)
    places = np.concatenate([lists[kind] for kind in KINDS])
    kinds = np.arange(len(KINDS), dtype=np.int8).repeat([len(lists[kind]) for kind in KINDS])
    if besides is not None and len(besides):
        more = np.setdiff1d(besides, places)
        also = kinds_of(knowledge, signals, more)
        places, kinds = np.concatenate([places, more[also >= 0]]), np.concatenate([kinds, also[also >= 0]])
        by_kind = kinds.argsort(kind="stable")
        places, kinds = places[by_kind], kinds[by_kind]
    columns = _columns(knowledge, signals, places)
    scores = np.empty(len(places))
    ends = kinds.searchsorted(np.arange(len(KINDS) + 1))
    for kind, start, end in zip(KINDS, ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        if end > start:
            forest, mine = forests.get(kind), columns[:, start:end]
            scores[start:end] = mine[PLAIN] if forest is None else forest.log_odds(mine.T)
    order = np.lexsort((places, -scores))
    return Ranked(places[order], scores[order], kinds[order], columns, order)


def by_kind(
    x: NDArray[np.float64], kinds: NDArray[np.int8], forests: Mapping[Kind, Forest]
) -> NDArray[np.float64]:
    """Log-odds of candidates, a row of features each, by the forest of its kind or else the plain rule."""
    found = x[:, PLAIN].copy()
    for number, kind in enumerate(KINDS):
        mine = kinds == number
        if kind in forests and mine.any():
            found[mine] = forests[kind].log_odds(x[mine])
    return found


def taking_turns(ranked: Ranked, first: int) -> list[int]:
    """Rows of a list for comparing rankings: the `first` places as scored, then what was bought before and
    what is new in turns, so that a long list answers both questions even where one outscores the other."""
    rows = range(len(ranked.places))
    before = (ranked.kinds == KINDS.index("again")).tolist()
    again = [row for row in rows[first:] if before[row]]
    new = [row for row in rows[first:] if not before[row]]
    turns = [row for pair in zip(new, again, strict=False) for row in pair]
    both = min(len(new), len(again))
    return [*rows[:first], *turns, *new[both:], *again[both:]]


def parts(forests: Mapping[Kind, Forest], ranked: Ranked, rows: Sequence[int]) -> dict[int, dict[str, float]]:
    """What moved the log-odds of some rows, `start` being where every candidate of its kind begins."""
    said: dict[int, dict[str, float]] = {}
    for number, kind in enumerate(KINDS):
        own = [row for row in rows if ranked.kinds[row] == number]
        if own:
            said |= zip(own, _parts(forests.get(kind), ranked.features(own)), strict=True)
    return said


def _parts(forest: Forest | None, x: NDArray[np.float64]) -> Iterator[dict[str, float]]:
    if forest is None:
        for row in x:
            usual = _logit(math.exp(row[_COLUMN["usual"]]))
            yield {"usual": usual, "together": float(row[PLAIN]) - usual}
        return
    start = {"start": float(forest.base[0])}
    for told in forest.parts(x).tolist():
        yield start | {name: part for name, part in zip(forest.groups, told, strict=True) if part}


def features(knowledge: Knowledge, signals: Signals, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """One row for each candidate: n × `FEATURES`, all finite."""
    import numpy as np

    return np.ascontiguousarray(_columns(knowledge, signals, places).T)


def _columns(knowledge: Knowledge, signals: Signals, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The same, a row for each feature: as they are made, and as trees ask for them."""
    import numpy as np

    k, s = knowledge, signals
    lines = len(s.shown)
    usual = k.usual[places].astype(np.float64)
    lately = k.lately[places].astype(np.float64)
    price = k.price[places].astype(np.float64)
    similar, every_line = s.in_sales(k, places)
    table: dict[str, Values] = {
        "usual": _log(usual),
        "lately": _log(lately),
        "this_week": _log(k.this_week[places]),
        "last_sold": np.clip(float(k.until[0]) - k.last_sold[places], 0.0, NEVER),
        "borrowed": 0.0 if s.lender is None else s.lender[places] >= 0,
        "price": price,
        "price_ratio": price - s.price if lines else 0.0,
        "best_pairing": _log(s.best[places]),
        "mean_pairing": _log(s.total[places] / max(lines, 1)),
        "pairings": s.pairings[places].astype(np.float64),
        "weighed": s.weighed[places],
        "similar": similar,
        "every_line": every_line,
        "lines": float(lines),
        "plain": plain(usual, s.best[places], s.weighed[places], lines),
        "rebought": k.rebought[places].astype(np.float64),
    }
    table |= _by_category(k, s, places, lately)
    table |= _by_customer(k, s, places)
    found = np.empty((len(FEATURES), len(places)))
    for row, name in zip(found, FEATURES, strict=True):
        row[:] = table[name]
    return found


def _by_category(
    k: Knowledge, s: Signals, places: NDArray[np.int64], lately: NDArray[np.float64]
) -> Mapping[str, Values]:
    import numpy as np

    category, family = k.category[places], k.family(places)
    none = category < 0
    if not len(k.categories):
        zero = np.zeros(len(places))
        names = ("share_of_category", "category_weighed", "category_pairing", "category_and_share")
        return dict.fromkeys((*names, "family_weighed", "same_category", "same_family"), zero)
    share = np.where(none, 0.0, k.share[places])
    weighed = np.where(none, 0.0, s.category_weighed[category])
    return {
        "share_of_category": _log(share),
        "category_weighed": weighed,
        "category_pairing": _log(np.where(none, 0.0, s.category_best[category])),
        "category_and_share": _log(weighed * share),
        "family_weighed": np.where(family < 0, 0.0, s.family_weighed[family]),
        "same_category": s.shown_category[category],
        "same_family": s.shown_family[family],
    }


def _by_customer(k: Knowledge, s: Signals, places: NDArray[np.int64]) -> Mapping[str, Values]:
    import numpy as np

    past = s.past
    if past is None or s.mine is None or s.profile is None or s.owned_best is None:
        return _UNKNOWN
    weight = np.sqrt(past.faded(float(k.until[0]), FADES))
    return {
        "profile": s.profile[places],
        "owned_pairing": _log(s.owned_best[places]),
        "category_affinity": _affinity(
            k.category[past.places], weight, k.category[places], len(k.categories)
        ),
        "family_affinity": _affinity(k.family(past.places), weight, k.family(places), k.families),
        "orders": float(len(past.order_days)),
        "since_order": float(np.clip(s.at - past.order_days[-1:].max(initial=-NEVER), 0.0, NEVER)),
        "known": 1.0,
        **_of_each(k, s, past, s.mine[places]),
    }


def _of_each(k: Knowledge, s: Signals, past: Past, at: NDArray[np.int32]) -> Mapping[str, Values]:
    """What the times of purchase say, for candidates that have their row in `past` or -1."""
    import numpy as np

    own = np.flatnonzero(at >= 0)
    if not len(own):
        return NEVER_BOUGHT
    every = np.array(list(NEVER_BOUGHT.values()))[:, None].repeat(len(at), 1)
    told = rhythm(k, s, past, at[own])
    for row, name in zip(every, NEVER_BOUGHT, strict=True):
        row[own] = told[name]
    return dict(zip(NEVER_BOUGHT, every, strict=True))


_UNKNOWN: Mapping[str, float] = {
    "profile": 0.0,
    "owned_pairing": math.log(LEAST),
    "category_affinity": 0.0,
    "family_affinity": 0.0,
    "orders": 0.0,
    "since_order": NEVER,
    "known": 0.0,
    **NEVER_BOUGHT,
}
"""What the features of a customer are where nothing is known of one, or of the product."""


def _affinity(
    of: NDArray[np.int32], weight: NDArray[np.float64], places: NDArray[np.int32], count: int
) -> NDArray[np.float64]:
    """The share of what the customer bought that is of each candidate's category."""
    import numpy as np

    known = of >= 0
    share = np.append(np.bincount(of[known], weight[known], count), 0.0)  # -1 finds the last
    return np.asarray(share[places] / max(share.sum(), LEAST))


def plain(
    usual: NDArray[np.float64], best: NDArray[np.float64], weighed: NDArray[np.float64], lines: int
) -> NDArray[np.float64]:
    """The plain rule's log-odds: with one anchor its pairing is all there is to know, with more the weighed
    basket leads and the best pairing keeps it to what was counted."""
    import numpy as np

    paired = _logits(np.maximum(best, usual))
    if lines <= 1:
        return paired
    return PAIRING * paired + (1 - PAIRING) * _logits(np.maximum(weighed, 0.0) + ALONE * usual)


def probability(log_odds: float) -> float:
    """The probability behind log-odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def _log(share: NDArray[np.float64] | NDArray[np.float32]) -> NDArray[np.float64]:
    import numpy as np

    return np.asarray(np.log(np.maximum(share, LEAST, dtype=np.float64)))


def _logits(share: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    inside = np.clip(share, LEAST, _MOST_ODDS)
    return np.asarray(np.log(inside / (1 - inside)))


def _logit(share: float) -> float:
    inside = min(max(share, LEAST), _MOST_ODDS)
    return math.log(inside / (1 - inside))


_COLUMN: Mapping[str, int] = {name: column for column, name in enumerate(FEATURES)}
PLAIN = _COLUMN["plain"]
