"""WooCommerce shops, over their REST API v3.

What it does not tell: stock that a sale takes moves no product's time of change, a variation's change not its
parent's, and `modified_after` is ignored for customers, so all of them are read whole now and then; who works
there and what lies in a shopper's own cart are not told at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from assistant.shop import woocommerce_links
from assistant.shop import woocommerce_rows as rows
from assistant.shop.calling import DeclinedError, RefusedError
from assistant.shop.connector import Aside, Can, Check, Entity, Page, Pair, Put
from assistant.shop.lines import GONE, PAID, bring, count
from assistant.shop.understanding import each
from assistant.shop.woocommerce_api import AbsentError, Api, Key, changed_since, following
from assistant.shop.woocommerce_goods import SLIM, Products
from assistant.store.things import Sale

__all__ = ["Key", "WooCommerce"]


class WooCommerce:
    """A WooCommerce shop as a `Connector`."""

    def __init__(self, url: str, key: Key, *, country: str = "") -> None:
        self._api = Api(url, key)
        self._products = Products(self._api, lambda: self._statuses)
        self._country = country or None
        self._may_write = True
        self._refunds: dict[int, list[Mapping[str, Any]]] | None = None

    @property
    def can(self) -> Can:
        return Can(
            deltas={"products": "changed", "customers": "changed", "sales": "changed"},
            whole_every={"products": timedelta(hours=6), "customers": timedelta(hours=6)},
            open_baskets=True,
            write_line=self._may_write,
            write_links=True,
        )

    def close(self) -> None:
        self._api.close()

    def now(self) -> datetime:
        self._api.site()
        return self._api.now()

    def check(self) -> tuple[Check, ...]:
        """Reach it, sign in, read one row of everything, and see whether the key may write."""
        site = self._api.site()
        checks = [Check("shop", str(site.get("name") or self._api.host))]
        for name, path, more in (
            ("products", "products", {}),
            ("customers", "customers", {"role": "all"}),
            ("orders and baskets", "orders", {"status": self._statuses}),
        ):
            try:
                total = self._api.list(path, per_page=1, **more).total
            except RefusedError:
                if name == "products":
                    raise  # it does not know the key at all
                checks.append(Check(name, "", f"the key may not read {name}: {_OWNER}"))
            else:
                checks.append(Check(name, "can be read" if total is None else f"{total:,}"))
        checks.append(
            Check("currency", self._products.currency or "not told: the key's owner may not read settings")
        )
        self._may_write = self._try_writing()
        said = "yes" if self._may_write else "the key may only read; add-ons are put in at the till"
        checks.append(Check("add-ons into orders that wait for payment", said))
        checks.append(Check("people who sell", "not told by WooCommerce"))
        return tuple(checks)

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        match entity:
            case "products":
                return self._products.all(after) if since is None else self._products.changed(since, after)
            case "customers":
                self.__dict__.pop("_statuses", None)  # an extension may have brought some of its own
                return self._customers(since, after)
            case "sales":
                return self._orders(since, after)
        return Page((), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        asked: dict[str, Any] = {"offset": int(after or 0), "orderby": "id", "order": "asc"}
        match entity:
            case "products":
                page = self._api.list("products", _fields=SLIM, **asked)
                found = [one for row in page.rows if row["type"] != "grouped" for one in rows.sold_as(row)]
            case "customers":
                page = self._api.list("customers", _fields="id", role="all", **asked)
                found = [str(row["id"]) for row in page.rows]
            case _:
                page = self._api.list("orders", _fields="id", status=",".join(rows.OPEN), **asked)
                found = [str(row["id"]) for row in page.rows]
        return tuple(found), following(after, page)

    def heirs(self, customers: Sequence[str]) -> Mapping[str, str]:
        return {}

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        known = [int(one) for one in ids if one.isdecimal()]
        return each(self._api.these("orders", known, **self._whole), self._sale)

    def quantity(self, basket_id: str, product_id: str) -> float:
        order, lines = self._lines(basket_id, product_id)
        if problem := _closed(order):
            raise DeclinedError(problem)
        return count(_numbers(lines))

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        order, lines = self._lines(basket_id, product_id)
        if problem := _closed(order):
            return Put(quantity, count(_numbers(lines)), problem)

        def write(changes: list[tuple[int | None, float]]) -> None:
            by_id = {line["id"]: line for line in lines}
            sent = [_written(product_id, by_id.get(line or 0), number) for line, number in changes]
            try:
                self._api.put(f"orders/{basket_id}", {"line_items": sent})
            except RefusedError as refused:
                raise DeclinedError("The shop's key may only read; put it in at the till.") from refused

        def read() -> list[tuple[int, float]]:
            nonlocal lines
            _, lines = self._lines(basket_id, product_id)
            return _numbers(lines)

        return bring(quantity, _numbers(lines), write, read)

    def put_links(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[Pair, ...]]:
        return woocommerce_links.put(self._api, wanted)

    def _try_writing(self) -> bool:
        """Change an order that cannot be: a key that may write is told so, one that may not is refused."""
        try:
            self._api.put("orders/0", {})
        except RefusedError:
            return False
        except DeclinedError:
            pass
        return True

    def _lines(
        self, basket_id: str, product_id: str
    ) -> tuple[Mapping[str, Any] | None, list[Mapping[str, Any]]]:
        asked = [int(basket_id)] if basket_id.isdecimal() else []
        found = list(self._api.these("orders", asked, **self._whole))
        order = found[0] if found else None
        lines = [] if order is None else order["line_items"]
        return order, [line for line in lines if rows.product_of(line) == product_id]

    def _customers(self, since: datetime | None, after: str | None) -> Page:
        """All by their ids, or the newest until those that were there."""
        order = ("id", "asc") if since is None else ("registered_date", "desc")
        asked = {"role": "all", "orderby": order[0], "order": order[1], "_fields": rows.CUSTOMER}
        page = self._api.list("customers", offset=int(after or 0), **asked)
        people = each(page.rows, lambda row: rows.person(row, self._country))
        if since is None:
            return Page(people, following(after, page), page.total)
        new = tuple(p for p in people if isinstance(p, Aside) or p.since is None or p.since >= since)
        return Page(new, following(after, page) if len(new) == len(people) else None)

    def _orders(self, since: datetime | None, after: str | None) -> Page:
        """A page of orders; while all are read, with the refunds of all, which were asked for at once."""
        order = {"orderby": "id", "order": "asc"}
        page = self._api.list(
            "orders", offset=int(after or 0), **self._whole, **order, **changed_since(since)
        )
        if since is None and (self._refunds is None or after is None):
            self._refunds = self._every_refund()
        known = None if since is not None else self._refunds
        sales = each(page.rows, lambda row: self._sale(row, known))
        return Page(sales, following(after, page), page.total)

    def _every_refund(self) -> dict[int, list[Mapping[str, Any]]] | None:
        """The refunds of every order; None = this site tells them order by order."""
        found: dict[int, list[Mapping[str, Any]]] = {}
        try:
            for row in self._api.everything("refunds", _fields="id,parent_id,line_items"):
                found.setdefault(row["parent_id"], []).append(row)
        except AbsentError:  # before WooCommerce 9.0
            return None
        return found

    def _sale(
        self, row: Mapping[str, Any], known: Mapping[int, list[Mapping[str, Any]]] | None = None
    ) -> Sale:
        if not row.get("refunds"):
            return rows.sale(row, {})
        refunds = (known or {}).get(row["id"])
        if refunds is None:
            refunds = [*self._api.everything(f"orders/{row['id']}/refunds")]
        return rows.sale(row, rows.returned(refunds))

    @property
    def _whole(self) -> dict[str, Any]:
        """Orders of every status, with amounts that are not rounded: what a line is multiplied by."""
        return {"status": self._statuses, "dp": 6, "_fields": rows.ORDER}

    @cached_property
    def _statuses(self) -> str:
        """Every status an order may have here, those of the shop's own among them, in one word."""
        try:
            told = [str(row["slug"]) for row in self._api.list("reports/orders/totals").rows]
        except (RefusedError, AbsentError):
            told = list(rows.STATUSES)
        return ",".join(dict.fromkeys([*told, "trash"]))


_OWNER = "in WooCommerce, make the key for a user who is a shop manager or administrator"


def _closed(order: Mapping[str, Any] | None) -> str | None:
    """Why a basket cannot be changed any more."""
    if order is None or order["status"] in rows.GONE:
        return GONE
    if order["status"] == "checkout-draft":
        # What is added to a draft is not in the shopper's own cart: they would pay for what they do not see.
        return "The shopper is filling in this basket in the browser; only they can put something in."
    if order["status"] not in rows.OPEN:
        return PAID
    return None


def _numbers(lines: Sequence[Mapping[str, Any]]) -> list[tuple[int, float]]:
    return [(line["id"], float(line["quantity"])) for line in lines]


def _written(product_id: str, line: Mapping[str, Any] | None, quantity: float) -> dict[str, Any]:
    """A line as it is sent: a new one is appended, one that is there needs its id and its totals with it."""
    number = int(quantity) if quantity == int(quantity) else quantity
    if line is None:
        return {"product_id": int(product_id), "quantity": number}
    if not quantity:
        return {"id": line["id"], "quantity": 0}
    share = Decimal(str(quantity)) / Decimal(str(line["quantity"]))
    totals = {name: f"{Decimal(line[name]) * share:.6f}" for name in ("subtotal", "total") if line.get(name)}
    return {"id": line["id"], "quantity": number} | totals
