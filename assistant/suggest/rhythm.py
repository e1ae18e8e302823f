"""What the times of a customer's purchases say of each thing bought: how often, how evenly, beside what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.suggest.knowledge import Knowledge
from assistant.suggest.signals import FADES, Past, Signals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEVER = 999.0  # days since what never happened
MONTH = 30.0
LATELY, SEASON = 28.0, 91.0  # days
_SHORTEST = 0.5  # days between two purchases, at least
_SILENT = 1e-12  # so old that nothing is left of it
_APART = 1e6  # more than any days between two purchases

NEVER_BOUGHT: Mapping[str, float] = {
    "times": 0.0,
    "share_of_orders": 0.0,
    "share_since_first": 0.0,
    "faded_month": 0.0,
    "faded_season": 0.0,
    "since_bought": NEVER,
    "orders_since_bought": NEVER,
    "due": NEVER,
    "due_by_median": NEVER,
    "due_by_orders": NEVER,
    "unevenness": -1.0,
    "times_lately": 0.0,
    "times_this_season": 0.0,
    "place_lately": NEVER,
    "beside": 0.0,
    "beside_share": 0.0,
    "beside_more": 0.0,
}
"""What stands for a product that the customer never bought."""


def rhythm(
    knowledge: Knowledge, signals: Signals, whole: Past, rows: NDArray[np.integer[Any]]
) -> dict[str, NDArray[np.float64]]:
    """Each of `NEVER_BOUGHT` for some of the things that the customer bought, named by their rows."""
    import numpy as np

    past = whole.only(rows)
    at, times, first, last = signals.at, past.times, past.first, past.last
    since = np.clip(at - last, 0.0, NEVER)
    # The customer's own time between two purchases where there were two, else everybody's.
    own = (last - first) / np.maximum(times - 1, 1)
    gap = np.maximum(np.where(times > 1, own, knowledge.gap[past.places]), 1.0)
    median, unevenness = _gaps(past, gap)
    after_first, after_last = past.orders_since(first), past.orders_since(last)
    # How many orders the customer makes from one time to the next.
    orders_between = np.maximum((after_first - after_last) / np.maximum(times - 1, 1), 0.5)
    faded = whole.faded(at, MONTH)
    place = np.empty(len(faded))
    place[np.argsort(-faded, kind="stable")] = np.arange(len(faded))
    return {
        "times": times.astype(np.float64),
        "share_of_orders": times / max(len(past.order_days), 1),
        "share_since_first": times / np.maximum(after_first + 1, 1),
        "faded_month": faded[rows],
        "faded_season": past.faded(at, FADES),
        "since_bought": since,
        "orders_since_bought": after_last.astype(np.float64),
        "due": np.clip(since / gap, 0.0, NEVER),
        "due_by_median": np.clip(since / median, 0.0, NEVER),
        "due_by_orders": np.where(times > 1, after_last / orders_between, NEVER),
        "unevenness": unevenness,
        "times_lately": np.add.reduceat((past.days > at - LATELY) * 1.0, past.starts[:-1]),
        "times_this_season": np.add.reduceat((past.days > at - SEASON) * 1.0, past.starts[:-1]),
        "place_lately": place[rows],
        **_beside(signals, whole, past),
    }


def _gaps(past: Past, usual: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The median of the days between the purchases of each, `usual` where there was but one; and how far they
    differ (standard deviation ÷ mean), -1 where there was but one."""
    import numpy as np

    median, unevenness = usual.copy(), np.full(len(usual), NEVER_BOUGHT["unevenness"])
    count = past.times - 1
    more = np.flatnonzero(count)
    if not len(more):
        return median, unevenness
    between = np.ones(len(past.days), dtype=np.bool_)
    between[past.starts[:-1]] = False
    gaps = np.diff(past.days, prepend=0.0)[between]
    of = np.arange(len(usual)).repeat(count)
    # Sorted within each: the place of what was bought parts one from the next.
    ascending = np.sort(of * _APART + gaps) - of * _APART
    count = count[more]
    start = count.cumsum() - count
    middle = (ascending[start + (count - 1) // 2] + ascending[start + count // 2]) / 2
    median[more] = np.maximum(middle, _SHORTEST)
    mean = np.add.reduceat(gaps, start) / count
    spread = np.sqrt(np.maximum(np.add.reduceat(gaps**2, start) / count - mean**2, 0.0))
    unevenness[more] = spread / np.maximum(mean, _SHORTEST)
    return median, unevenness


def _beside(signals: Signals, whole: Past, past: Past) -> dict[str, NDArray[np.float64]]:
    """How often each of `past` was in the customer's own earlier orders that held lines of the basket: the
    sum, the share of all such orders, and how much that is more than the share of all orders.

    Newer orders count more, and those with several of the lines.
    """
    import numpy as np

    none = np.zeros(len(past.places))
    known = np.zeros(0, np.int64) if signals.mine is None else signals.mine[signals.shown]
    known = known[known >= 0]
    if not len(known):
        return {"beside": none, "beside_share": none, "beside_more": none}
    days = np.unique(past.order_days)
    of_day = np.searchsorted(days, past.days)
    loud = 0.5 ** (np.maximum(signals.at - days, 0.0) / FADES)
    held = np.searchsorted(days, whole.only(known).days)
    lines = np.bincount(held, minlength=len(days)) * loud
    beside = np.add.reduceat(lines[of_day], past.starts[:-1])
    share = beside / max(lines.sum(), _SILENT)
    usual = np.add.reduceat(loud[of_day], past.starts[:-1]) / max(loud.sum(), _SILENT)
    return {"beside": beside, "beside_share": share, "beside_more": share - usual}
