"""Paid orders by store and week from a day on: what a comparison with other stores is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.store.database import Connection


@dataclass(frozen=True, slots=True)
class StoreWeek:
    """One store's week, counted from the day something began: before it the weeks are negative.

    `able` orders have an anchor, `paired` of them what goes with it; `priced` orders have a price, `net` is
    their revenue in one currency.
    """

    store_id: str
    week: int
    able: float
    paired: float
    priced: float
    net: float


def of(connection: Connection, began: int, currency: str | None) -> Sequence[StoreWeek]:
    """What is gathered at this moment (`gathering.gathered`), by store and by weeks from the day `began`."""
    found = connection.execute(
        "SELECT store_id, (day - ?1 + 700000) / 7 - 100000, total(able), total(paired), "
        "total(CASE WHEN currency IS ?2 THEN priced END), total(CASE WHEN currency IS ?2 THEN net END) "
        "FROM temp.takings WHERE store_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
        (began, currency),
    )
    return [StoreWeek(*row) for row in found]
