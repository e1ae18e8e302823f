"""What the catalog says of every product that learning looks at: its name, category, family and price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from assistant.learn.orders import Orders
from assistant.records import MONEY_UNIT, family_of
from assistant.store import catalog
from assistant.store.database import Connection
from assistant.suggest.knowledge import NONE

LEAST_PRICE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Goods:
    """Products in the order of an `Orders`' columns.

    `category` numbers `categories` (whole paths) and `family_of` the family of each category; -1 where there
    is none. `price` is the logarithm of the price; where it is unknown the median of the category, or of all.
    `names` are the products' own; empty where the catalog has no such product any more.
    """

    categories: tuple[str, ...]
    category: NDArray[np.int32]
    family_of: NDArray[np.int32]
    price: NDArray[np.float32]
    names: tuple[str, ...]

    @property
    def families(self) -> int:
        return int(self.family_of.max(initial=NONE)) + 1

    def family(self) -> NDArray[np.int32]:
        """The family of each product."""
        if not self.categories:
            return np.full(len(self.category), NONE, dtype=np.int32)
        return np.where(self.category >= 0, self.family_of[self.category], np.int32(NONE))

    def named(self) -> list[str | None]:
        """The family of each product by name."""
        names = [family_of(path) for path in self.categories]
        return [names[c] if c >= 0 else None for c in self.category.tolist()]


def read_goods(connection: Connection, orders: Orders) -> tuple[Orders, Goods]:
    """The catalog's word on all products, and the orders with a column for those that were never sold."""
    known = {
        product_id: (name, path, price)
        for product_id, name, path, price in catalog.names_categories_and_prices(connection)
    }
    unsold = tuple(known.keys() - set(orders.product_ids))
    product_ids = orders.product_ids + tuple(sorted(unsold))
    lines = csr_matrix(
        (orders.lines.data, orders.lines.indices, orders.lines.indptr), (orders.count, len(product_ids))
    )
    names: list[str] = []
    numbers: dict[str, int] = {}
    category = np.full(len(product_ids), NONE, dtype=np.int32)
    price = np.full(len(product_ids), np.nan)
    for place, product_id in enumerate(product_ids):
        name, path, amount = known.get(product_id, ("", None, None))
        names.append(name)
        if path and path.strip("/"):
            category[place] = numbers.setdefault(path, len(numbers))
        if amount is not None:
            price[place] = np.log(max(amount / MONEY_UNIT, LEAST_PRICE))
    families: dict[str | None, int] = {}
    family = [families.setdefault(family_of(path), len(families)) for path in numbers]
    goods = Goods(
        tuple(numbers),
        category,
        np.array(family, dtype=np.int32),
        filled(price, category, len(numbers)),
        tuple(names),
    )
    return Orders(product_ids, lines, orders.buyer, orders.at), goods


def filled(price: NDArray[np.float64], category: NDArray[np.int32], categories: int) -> NDArray[np.float32]:
    """The prices (logarithms) with those that are unknown taken from the category, or from all."""
    known = ~np.isnan(price)
    middle = np.full(categories + 1, float(np.median(price[known])) if known.any() else 0.0)
    for number in np.unique(category[~known & (category >= 0)]).tolist():
        like = price[known & (category == number)]
        if len(like):
            middle[number] = float(np.median(like))
    return np.where(known, price, middle[category]).astype(np.float32)
