"""The shop's orders as one sparse matrix, read in a single pass without ever holding all lines."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.records import Progress
from assistant.store import history
from assistant.store.database import Connection, moment

UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """Orders × products, 1 where an order holds a product however often, with each order's buyer and time.

    `buyer` numbers customers; an order without a customer has `UNKNOWN`. `at` is in milliseconds, `NO_TIME`
    where the shop does not say.
    """

    product_ids: tuple[str, ...]
    lines: csr_matrix
    buyer: NDArray[np.int64]
    at: NDArray[np.int64]

    @property
    def count(self) -> int:
        return int(self.lines.shape[0])

    def span(self) -> tuple[datetime | None, datetime | None]:
        """The times of the first and the last order."""
        known = self.at[self.at != NO_TIME]
        return (moment(int(known.min())), moment(int(known.max()))) if len(known) else (None, None)


NO_TIME = np.iinfo(np.int64).min


def read_orders(catalog: Connection, progress: Progress) -> Orders:
    """Read every bought line."""
    total = history.count_lines(catalog)
    products: dict[str, int] = {}
    buyers: dict[str, int] = {}
    columns, starts, buyer, at = array("i"), array("q", [0]), array("q"), array("q")
    order, seen, done = None, set[int](), 0
    progress("Reading order lines", 0, total)
    for chunk in history.kept_lines(catalog):
        for order_id, product_id, customer_id, ordered_at in chunk:
            if order_id != order:
                if order is not None:
                    columns.extend(sorted(seen))
                    starts.append(len(columns))
                    seen.clear()
                order = order_id
                buyer.append(UNKNOWN if customer_id is None else buyers.setdefault(customer_id, len(buyers)))
                at.append(NO_TIME if ordered_at is None else ordered_at)
            seen.add(products.setdefault(product_id, len(products)))
        done += len(chunk)
        progress("Reading order lines", done, total)
    if order is not None:
        columns.extend(sorted(seen))
        starts.append(len(columns))
    progress("Reading order lines", total, total)
    held = np.ones(len(columns), dtype=np.float32)
    matrix = csr_matrix(
        (held, np.array(columns, dtype=np.int32), np.array(starts, dtype=np.int64)),
        shape=(len(buyer), len(products)),
    )
    return Orders(tuple(products), matrix, np.array(buyer, dtype=np.int64), np.array(at, dtype=np.int64))
