"""What training knows of every product, as plain arrays: how it sells, what goes with it, how it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from assistant.suggest.tables import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NONE = -1  # no category, no family


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """P products in the order of `product_ids`, C categories (whole paths), F families; times in days.

    - `usual`, `lately`, `this_week` (P): the share of orders that hold a product, over all time and with a
      half-life of 30 and of 7 days
    - `last_sold` (P), `until` (1): the day of a product's last order, and of the last order at all
    - `price` (P): its logarithm; unknown prices are the median of the category
    - `category` (P), `family_of` (C): numbers, -1 where there is none
    - `rebought` (P): of the buyers who came back at all, the share that took it again; `gap` (P): the usual
      days between; both lean on the category where the product says little
    - `share` (P): of what its category sold of late, the product's share
    - `popular`: the products sold most of late, best first; `shelves`: category → its products, likewise
    - `weights`: anchor → add-on: what the anchor adds to the add-on's probability beside all others;
      `weighed` (P): how many orders held the add-on when that was worked out
    - `pairs`: anchor → add-on: the steadied share of the anchor's orders, of pairings with the evidence to be
      spoken of; `category_pairs` the same for categories
    - `category_weights`, `family_weights`: as `weights`, for categories and families
    - `newcomers`: places of products with hardly any orders and no category; `lookalikes`: of each the place
      of the established product whose name is most like its own
    - `sales`: S sales of late → their products, each with the value 1, of nobody and without a time;
      `sold_in`: product → the sales that hold it; `loud` (S): how loudly each speaks, for its age and size
    """

    product_ids: tuple[str, ...]
    categories: tuple[str, ...]
    usual: NDArray[np.float32]
    lately: NDArray[np.float32]
    this_week: NDArray[np.float32]
    last_sold: NDArray[np.float64]
    until: NDArray[np.float64]
    price: NDArray[np.float32]
    category: NDArray[np.int32]
    family_of: NDArray[np.int32]
    rebought: NDArray[np.float32]
    gap: NDArray[np.float32]
    share: NDArray[np.float32]
    popular: NDArray[np.int32]
    weighed: NDArray[np.int32]
    loud: NDArray[np.float32]
    newcomers: NDArray[np.int32]
    lookalikes: NDArray[np.int32]
    shelves: Table
    weights: Table
    pairs: Table
    category_weights: Table
    category_pairs: Table
    family_weights: Table
    sales: Table
    sold_in: Table
    place: Mapping[str, int] = field(default_factory=dict)
    category_place: Mapping[str, int] = field(default_factory=dict)
    _families: list[int] = field(default_factory=list, init=False, repr=False)

    ARRAYS: ClassVar[Mapping[str, str]] = {
        "usual": "float32",
        "lately": "float32",
        "this_week": "float32",
        "last_sold": "float64",
        "until": "float64",
        "price": "float32",
        "category": "int32",
        "family_of": "int32",
        "rebought": "float32",
        "gap": "float32",
        "share": "float32",
        "popular": "int32",
        "weighed": "int32",
        "loud": "float32",
        "newcomers": "int32",
        "lookalikes": "int32",
    }
    TABLES: ClassVar[tuple[str, ...]] = (
        "shelves",
        "weights",
        "pairs",
        "category_weights",
        "category_pairs",
        "family_weights",
        "sales",
        "sold_in",
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", dict(zip(self.product_ids, range(self.count), strict=True)))
        names = dict(zip(self.categories, range(len(self.categories)), strict=True))
        object.__setattr__(self, "category_place", names)

    @property
    def count(self) -> int:
        return len(self.product_ids)

    @property
    def families(self) -> int:
        if not self._families:
            self._families.append(int(self.family_of.max(initial=NONE)) + 1)
        return self._families[0]

    def family(self, places: NDArray[np.int64]) -> NDArray[np.int32]:
        """The family of each of these products."""
        import numpy as np

        if not len(self.family_of):
            return np.full(len(places), NONE, dtype=np.int32)
        category = self.category[places]
        return np.where(category >= 0, self.family_of[category], np.int32(NONE))

    def fits(self) -> bool:
        """Whether every index stays inside its array and every value is a number, so that any question can be
        answered."""
        import numpy as np

        arrays = {name: getattr(self, name) for name in self.ARRAYS}
        if any(arrays[name].dtype != kind or arrays[name].ndim != 1 for name, kind in self.ARRAYS.items()):
            return False
        products, categories, families = self.count, len(self.categories), self.families
        by_product = (
            "usual",
            "lately",
            "this_week",
            "last_sold",
            "price",
            "category",
            "rebought",
            "gap",
            "share",
            "weighed",
        )
        return (
            len(self.place) == products
            and len(self.category_place) == categories
            and all(len(arrays[name]) == products for name in by_product)
            and all(bool(np.isfinite(array).all()) for array in arrays.values())
            and len(self.family_of) == categories
            and len(self.until) == 1
            and _inside(self.category, categories, NONE)
            and _inside(self.family_of, families, NONE)
            and _inside(self.popular, products, 0)
            and len(self.newcomers) == len(self.lookalikes)
            and _inside(self.newcomers, products, 0)
            and _inside(self.lookalikes, products, 0)
            and self.shelves.fits(categories, products)
            and self.weights.fits(products, products)
            and self.pairs.fits(products, products)
            and self.category_weights.fits(categories, categories)
            and self.category_pairs.fits(categories, categories)
            and self.family_weights.fits(families, families)
            and self.sales.fits(len(self.loud), products)
            and self.sold_in.fits(products, len(self.loud))
        )


def _inside(places: NDArray[np.int32], count: int, least: int) -> bool:
    return len(places) == 0 or (int(places.min()) >= least and int(places.max()) < count)
