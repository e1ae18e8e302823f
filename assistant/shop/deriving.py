"""What order lines alone tell of products: the name most often written, the price last asked."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from assistant.shop.sifting import Columns

_MONTH_MS = 30 * 86_400_000
PRICES_AT_MOST = 200_000
_LETTERS = re.compile(r"[^\W\d_]")


class Told:
    """Counts what order lines say of their products as they pass; their prices only where that is asked."""

    def __init__(self, *, prices: bool) -> None:
        self.sold: set[str] = set()
        self._wants_prices = prices
        self._names: Counter[tuple[object, object]] = Counter()
        self._prices: Counter[tuple[Any, int, Any]] = Counter()
        self._prices_at_most = PRICES_AT_MOST

    def note(self, sales: Columns) -> None:
        """Note a batch of sold lines."""
        products = sales["product_id"]
        self.note_names(sales)
        self.sold.update(products)
        if self._wants_prices and "unit_price" in sales:
            at = sales.get("ordered_at") or [None] * len(products)
            months = [(moment or 0) // _MONTH_MS for moment in at]
            self._prices.update(zip(products, months, sales["unit_price"], strict=True))
            if len(self._prices) > self._prices_at_most:
                self._prices = _of_last_month(self._prices)
                self._prices_at_most = max(PRICES_AT_MOST, 2 * len(self._prices))

    def note_names(self, columns: Columns) -> None:
        """Note what a batch calls its products."""
        self._names.update(zip(columns["product_id"], columns.get("product_name", ()), strict=False))

    def names(self) -> dict[str, str]:
        """For each product the name most often written; a note such as "?" or "23" is none."""
        best: dict[str, tuple[int, str]] = {}
        for (product, written), count in self._names.items():
            name = " ".join(str(written or "").split())
            if len(_LETTERS.findall(name)) >= 3:
                best[str(product)] = max(best.get(str(product), (0, "")), (count, name))
        return {product: name for product, (_, name) in best.items()}

    def last_prices(self) -> dict[str, int]:
        """For each product the price most often asked in the last month it was sold."""
        best: dict[str, tuple[int, int, int]] = {}
        for (product, month, price), count in self._prices.items():
            if price is not None:
                key = (month, count, price)
                best[str(product)] = max(best.get(str(product), (-1, 0, 0)), key)
        return {product: price for product, (_, _, price) in best.items()}


def _of_last_month(counts: Counter[tuple[Any, int, Any]]) -> Counter[tuple[Any, int, Any]]:
    """Of each product the prices of its last month only: older ones no longer matter."""
    last: dict[Any, int] = {}
    for product, month, _ in counts:
        last[product] = max(last.get(product, month), month)
    return Counter({key: count for key, count in counts.items() if last[key[0]] == key[1]})
