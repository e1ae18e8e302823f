"""WooCommerce's products: as they are sold, with what they hang together with.

Not every change moves a product's own time: a variation has its own, and stock that a sale takes has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from assistant.shop import woocommerce_rows as rows
from assistant.shop.calling import RefusedError
from assistant.shop.connector import Aside, Page
from assistant.shop.understanding import each
from assistant.shop.woocommerce_api import PAGE, AbsentError, Api, changed_since, following
from assistant.store.things import Goods

SLIM = "id,type,variations,grouped_products"


class Products:
    """The products of one site; `statuses`: every status an order may have there."""

    def __init__(self, api: Api, statuses: Callable[[], str]) -> None:
        self._api, self._statuses = api, statuses
        self._changed: tuple[datetime, list[int]] | None = None

    def all(self, after: str | None) -> Page:
        """A page of all products, with their variations."""
        page = self._api.list(
            "products", offset=int(after or 0), orderby="id", order="asc", _fields=rows.PRODUCT
        )
        if not after:
            self.__dict__.pop("_paths", None)  # a category may have moved
        return Page(self._goods(page.rows), following(after, page))

    def changed(self, since: datetime, after: str | None) -> Page:
        """The products that changed, that have a variation that did, or that were sold since."""
        if self._changed is None or self._changed[0] != since or after is None:
            self._changed = since, sorted(self._changed_ids(since))
            self.__dict__.pop("_paths", None)
        left = [one for one in self._changed[1] if one > int(after or 0)]
        asked = {"status": "any", "_fields": rows.PRODUCT}
        found = list(self._api.these("products", left[:PAGE], **asked))
        later = str(left[PAGE - 1]) if len(left) > PAGE else None
        return Page(self._goods(found), later)

    @cached_property
    def currency(self) -> str | None:
        """The shop's currency, where the key's owner may read settings."""
        try:
            return str(self._api.one("data/currencies/current")["code"])
        except (RefusedError, AbsentError):
            return None

    def _changed_ids(self, since: datetime) -> set[int]:
        found = {row["id"] for row in self._api.everything("products", _fields="id", **changed_since(since))}
        try:
            changed = self._api.everything("variations", _fields="id,parent_id", **changed_since(since))
            found |= {row["parent_id"] for row in changed if row.get("parent_id")}
        except AbsentError:
            pass  # before WooCommerce 10.3 only a whole reading finds them
        asked = {"status": self._statuses(), "_fields": "id,line_items"} | changed_since(since)
        for order in self._api.everything("orders", **asked):
            found |= {line["product_id"] for line in order["line_items"] if line.get("product_id")}
        return found

    def _goods(self, products: Sequence[Mapping[str, Any]]) -> tuple[Goods | Aside, ...]:
        at, ties, variations = self._api.now(), self._ties(products), self._variations(products)
        parts = (
            (part, product)
            for product in products
            if product["type"] != "grouped"
            for part in (variations[product["id"]] if product["type"] == "variable" else (product,))
        )

        def goods(one: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Goods:
            part, product = one
            return rows.goods(
                part,
                product,
                category=rows.category(product, self._paths),
                currency=self.currency,
                at=at,
                links=ties[product["id"]],
            )

        return each(parts, goods, lambda one: str(one[0]["id"]))

    def _variations(self, products: Sequence[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
        """The variations of those products that have some: all at once where the site can."""
        of = {row["id"]: row["variations"] for row in products if row["type"] == "variable"}
        found: dict[int, list[Mapping[str, Any]]] = {one: [] for one in of}
        try:
            every = [one for some in of.values() for one in some]
            for row in self._api.these("variations", every, _fields=rows.VARIATION):
                found.setdefault(row["parent_id"], []).append(row)
        except AbsentError:
            asked = {"_fields": rows.VARIATION}
            return {one: [*self._api.everything(f"products/{one}/variations", **asked)] for one in of}
        return found

    def _ties(self, products: Sequence[Mapping[str, Any]]) -> dict[int, list[tuple[str, str]]]:
        """The links of products: what goes with them, and what is better; by what the others are sold as."""
        named = {
            product["id"]: [
                (other, kind)
                for name, kind in (("cross_sell_ids", "accessory"), ("upsell_ids", "alternative"))
                for other in product.get(name) or ()
            ]
            for product in products
        }
        others = sorted({other for ties in named.values() for other, _ in ties})
        found = self._api.these("products", others, _fields=SLIM, status="any")
        sold = {row["id"]: rows.sold_as(row) for row in found}
        return {
            one: [(part, kind) for other, kind in ties for part in sold.get(other, ())]
            for one, ties in named.items()
        }

    @cached_property
    def _paths(self) -> Mapping[int, str]:
        return rows.paths(self._api.everything("products/categories", _fields="id,name,parent"))
