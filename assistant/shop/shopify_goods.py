"""Shopify's products: variants with stock by place, cost, and what the merchant recommends with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.shop import shopify_queries as queries
from assistant.shop import shopify_rows as rows
from assistant.shop.connector import Page
from assistant.shop.shopify_api import Api
from assistant.shop.shopify_export import Exports
from assistant.shop.shopify_pages import Pages, following, search
from assistant.shop.shopify_rows import Row
from assistant.shop.understanding import each

_PRODUCTS = 50
_VARIANTS = 15
_LINKED = 100


class Shelf:
    """The goods of one shop."""

    def __init__(self, api: Api, pages: Pages, exports: Exports) -> None:
        self._api, self._pages, self._exports = api, pages, exports
        self._stands_for: dict[str, str] = {}  # of a linked product its first variant

    def page(self, since: datetime | None, after: str | None, currency: str) -> Page:
        """A page of what changed since then, or of everything."""
        if after is None:
            self._stands_for.clear()  # a product's first variant may be another by now
        if since is None:
            query = queries.whole("products", people=False, staff=False)
            told = self._exports.page(query, after or "")
            for row in told.rows:
                row["inventoryItem"]["inventoryLevels"] = {"nodes": row["under"]}
            return self._goods(told.rows, told.following, currency, told.total)
        changed = self._pages.rows(queries.CHANGED, search(after, since), _PRODUCTS)
        found = self._variants([rows.short(row["id"]) for row in changed["nodes"]])
        return self._goods(found, following(changed), currency)

    def _variants(self, products: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        last: str | None = None
        while products:
            of_these = search(last, None, f"product_ids:{','.join(products)}")
            page = self._pages.rows(queries.VARIANTS, of_these, _VARIANTS)
            found += (self._everywhere(row) for row in page["nodes"])
            last = following(page)
            if last is None:
                break
        return found

    def _everywhere(self, row: Row) -> Row:
        """A variant with all the places it lies in: more than twenty are asked for apart."""
        item = row["inventoryItem"]
        if not item["inventoryLevels"]["pageInfo"]["hasNextPage"]:
            return row
        levels = self._pages.all_lines(queries.LEVELS, item, "inventoryLevels")
        return {**row, "inventoryItem": {**item, "inventoryLevels": {"nodes": levels}}}

    def _goods(
        self, found: Sequence[Row], where: str | None, currency: str, total: int | None = None
    ) -> Page:
        wanted = {one for row in found for one in rows.linked(row)} - self._stands_for.keys()
        for product in self._pages.named(queries.LINKED, sorted(wanted), _LINKED):
            for variant in product["variants"]["nodes"]:
                self._stands_for[product["id"]] = rows.short(variant["id"])
        at = self._api.now()
        things = each(found, lambda row: rows.goods(row, self._stands_for, currency, at), rows.own_id)
        return Page(things, where, total)
