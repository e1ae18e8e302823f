"""What customers bought in the days after a visit: repeat orders, and what these brought.

Only customers whose days are over by now, each from their first visit in the period on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.store.database import Connection
from assistant.store.days import DAY
from assistant.store.figures import Sums

# The receipt of the visit itself is no repeat: neither what its basket became, nor what its offers are on.
_AFTER = """
  WITH first AS (
    SELECT customer_id, min(started_at) AS at, visit_id FROM visits
    WHERE started_at >= :since AND started_at < :until AND started_at + :ms <= :known
      AND customer_id IS NOT NULL AND (:store IS NULL OR store_id = :store)
    GROUP BY customer_id)
  SELECT f.customer_id, f.visit_id, count(r.n), total(CASE WHEN r.currency IS :currency THEN
      (SELECT total(l.net) FROM receipt_lines AS l WHERE l.n = r.n) END)
  FROM first AS f LEFT JOIN receipts AS r ON r.customer_id = f.customer_id
    AND r.paid_at > f.at AND r.paid_at <= f.at + :ms
    AND NOT EXISTS (SELECT 1 FROM visits AS v WHERE v.visit_id = f.visit_id AND v.basket_id = r.basket_id)
    AND NOT EXISTS (SELECT 1 FROM outcomes AS o WHERE o.visit_id = f.visit_id AND o.n = r.n)
  GROUP BY f.customer_id, f.visit_id"""


def value(
    connection: Connection,
    since: int,
    until: int,
    known: int,
    days: int,
    currency: str | None,
    store_id: str | None = None,
    arms: Mapping[str, str] | None = None,
) -> dict[str | None, dict[str, Sums]]:
    """By arm, `orders` and `revenue` of so many days after the visit, per customer.

    `arms` says of visits to which arm they belong, such as a holdout; without it all are of the arm None.
    """
    found = connection.execute(
        _AFTER,
        {
            "since": since,
            "until": until,
            "ms": days * DAY,
            "known": known,
            "store": store_id,
            "currency": currency,
        },
    )
    by_arm: dict[str | None, list[tuple[int, float]]] = {}
    for _, visit_id, orders, revenue in found:
        arm = None if arms is None else arms.get(visit_id)
        by_arm.setdefault(arm, []).append((orders, revenue))
    return {
        arm: {"orders": _sums(o for o, _ in told), "revenue": _sums(r for _, r in told)}
        for arm, told in by_arm.items()
    }


def _sums(values: Iterable[float]) -> Sums:
    """Each customer is a cluster of one."""
    each = [float(one) for one in values]
    return Sums(len(each), sum(each), len(each), sum(one * one for one in each), sum(each), len(each))
