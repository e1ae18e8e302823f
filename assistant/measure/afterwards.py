"""What customers are worth after a visit: orders and revenue of 90 days, beside a holdout where there is one.

Only beside a holdout is it said to come of the offers; the figures are of known customers, each from their
first visit in the period on, and only of those whose 90 days are over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.measure import intervals
from assistant.records import Figure
from assistant.store import afterwards, counting
from assistant.store.database import Connection, stamp
from assistant.store.figures import Sums

DAYS = 90


@dataclass(frozen=True, slots=True)
class Afterwards:
    """An arm's customers: how many repeat orders each, and how much revenue, with their intervals."""

    arm: str | None
    customers: int
    orders: Figure
    revenue: Figure


def after_visits(
    connection: Connection,
    *,
    since: datetime,
    until: datetime,
    store_id: str | None = None,
    arms: Mapping[str, str] | None = None,
) -> tuple[Afterwards, ...]:
    """What customers of the visits of a period bought in the 90 days after, by arm.

    `arms` says of each visit to which arm of a holdout it belongs.
    """
    known = counting.complete_to(connection)
    currency = counting.currency(connection)
    found = afterwards.value(
        connection, stamp(since) or 0, stamp(until) or 0, stamp(known) or 0, DAYS, currency, store_id, arms
    )
    told = []
    for arm, sums in sorted(found.items(), key=lambda item: item[0] or ""):
        orders, revenue = (_figure(arm, name, one, currency) for name, one in sums.items())
        told.append(Afterwards(arm, int(sums["orders"].x), orders, revenue))
    return tuple(told)


def _figure(arm: str | None, name: str, sums: Sums, currency: str | None) -> Figure:
    low, high = intervals.ratio(sums) or (None, None)
    money = currency if name == "revenue" else None
    return Figure(
        arm or "(all)", f"{name}_after_{DAYS}_days", sums.y, sums.x, sums.y / sums.x, low, high, money
    )
