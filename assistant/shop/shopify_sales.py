"""Shopify's sales: draft orders as open baskets, and the orders that they and all others became."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from assistant.shop import shopify_queries as queries
from assistant.shop import shopify_rows as rows
from assistant.shop.connector import Aside, Page
from assistant.shop.shopify_export import Exports
from assistant.shop.shopify_pages import Pages, following, search
from assistant.shop.shopify_rows import DRAFT, Row, gid, short
from assistant.shop.understanding import each
from assistant.store.things import Sale

OPEN = "(status:open OR status:invoice_sent)"
_ROWS = 10
_STATES = 100


class Sales:
    """The sales of one shop, with customers and staff as far as the app is told of them."""

    def __init__(self, pages: Pages, exports: Exports, *, people: bool, staff: bool) -> None:
        self._pages, self._exports = pages, exports
        self._orders = queries.orders(people=people, staff=staff)
        self._orders_by_id = queries.orders_by_id(people=people, staff=staff)
        self._drafts = queries.drafts(people=people)
        self._drafts_by_id = queries.drafts_by_id(people=people)
        self._whole = queries.whole("sales", people=people, staff=staff)
        self._seen: dict[str, tuple[str, Sale]] = {}  # of an open draft when it last changed

    def page(self, since: datetime | None, after: str | None) -> Page:
        """A page: first all drafts, then all orders; orders of all times come as an export."""
        kind, _, last = (after or "drafts").partition(" ")
        if kind == "drafts":
            page = self._pages.rows(self._drafts, search(last, since, "" if since else OPEN), _ROWS)
            onward = following(page)
            return Page(self._of_drafts(page["nodes"]), f"drafts {onward}" if onward else "orders")
        if since is None:
            told = self._exports.page(self._whole, last)
            sold = each(told.rows, lambda row: rows.order(row, row["under"]), rows.own_id)
            return Page(sold, None if told.following is None else f"orders {told.following}", told.total)
        page = self._pages.rows(self._orders, search(last, since), _ROWS)
        onward = following(page)
        sold = each(page["nodes"], self._order, rows.own_id)
        return Page(sold, f"orders {onward}" if onward else None)

    def named(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        """Sales by their ids here; a draft is read again only when it changed."""
        drafts = [gid("DraftOrder", one.removeprefix(DRAFT)) for one in ids if one.startswith(DRAFT)]
        states = list(self._pages.named(queries.DRAFT_STATES, drafts, _STATES))
        kept = [
            self._seen[row["id"]][1]
            for row in states
            if row["status"] != "COMPLETED" and self._seen.get(row["id"], ("",))[0] == row["updatedAt"]
        ]
        same = {sale.sale_id for sale in kept}
        changed = [row["id"] for row in states if DRAFT + short(row["id"]) not in same]
        found = self._of_drafts(self._pages.named(self._drafts_by_id, changed, _ROWS))
        orders = [gid("Order", one) for one in ids if not one.startswith(DRAFT)]
        sold = each(self._pages.named(self._orders_by_id, orders, _ROWS), self._order, rows.own_id)
        return (*kept, *found, *sold)

    def _of_drafts(self, found: Iterable[Row]) -> tuple[Sale | Aside, ...]:
        """Drafts as baskets; of one that is completed also the order that it became."""
        became: dict[str, str] = {}

        def basket(row: Row) -> Sale:
            order = row["order"]
            made = rows.draft(row, self._pages.all_lines(queries.MORE_TAKEN, row))
            if made.state == "open":
                self._seen[row["id"]] = (row["updatedAt"], made)
            else:
                self._seen.pop(row["id"], None)
            if order is not None:
                became[order["id"]] = made.sale_id
            return made

        baskets = each(found, basket, lambda row: DRAFT + rows.own_id(row))
        orders = self._pages.named(self._orders_by_id, list(became), _ROWS)
        sold = each(orders, lambda row: self._order(row, became[row["id"]]), rows.own_id)
        return (*baskets, *sold)

    def _order(self, row: Row, basket: str | None = None) -> Sale:
        return rows.order(row, self._pages.all_lines(queries.MORE_SOLD, row), basket)
