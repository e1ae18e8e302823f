"""Vendure shops (3.x), over their Admin API.

What it does not tell: an order's `updatedAt` stands still when the order is placed, paid, sent or refunded,
so sales are asked for by several times at once; the stock that a sale takes moves no variant's time, nor does
another facet or collection; rows that are deleted vanish without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from assistant.shop import vendure_queries as queries
from assistant.shop import vendure_rows as rows
from assistant.shop.calling import DeclinedError, RefusedError
from assistant.shop.connector import Aside, Can, Check, Entity, Page, Put
from assistant.shop.lines import GONE, PAID, bring, count
from assistant.shop.understanding import each
from assistant.shop.vendure_api import Api, Login
from assistant.shop.vendure_rows import Fields
from assistant.store.things import Sale, Thing

_SALES = 250  # a page, with their lines
_PRODUCTS = 500  # a page, with facets and stock: twice as many at once are served slower, row by row
_SOLD_AT_MOST = 500  # variants named in one question; where more were sold since, all are read
_SHARED = 20  # rows read twice where pages meet: a row deleted meanwhile moves the others up

__all__ = ["Fields", "Login", "Vendure"]


class Vendure:
    """A Vendure shop as a `Connector`."""

    can = Can(
        deltas={
            "stores": "whole",
            "associates": "whole",
            "products": "changed",
            "customers": "changed",
            "sales": "changed",
        },
        open_baskets=True,
        write_line=True,
        staff=True,
        consent=True,
        whole_every={"products": timedelta(days=1)},
        silent_returns=True,
    )

    def __init__(
        self, url: str, login: Login, fields: Fields | None = None, *, country: str = "", channel: str = ""
    ) -> None:
        self._api = Api(url, login, channel)
        self._wanted = fields or Fields()
        self._country = country or None
        self._sold: tuple[datetime, list[str]] | None = None  # variants, since when

    def close(self) -> None:
        self._api.close()

    def now(self) -> datetime:
        self._api.ask(queries.CHANNEL)
        return self._api.now()

    def check(self) -> tuple[Check, ...]:
        """Reach it, sign in, and read one row of everything."""
        channel = self._api.ask(queries.CHANNEL)["activeChannel"]
        checks = [Check("shop", f"{channel['code']}, {channel['defaultCurrencyCode']}")]
        for name, permission, query in queries.TRIED:
            try:
                total = next(iter(self._api.ask(query).values()))["totalItems"]
            except RefusedError:
                problem = f"the key may not read {name}: it needs the permission {permission}"
                checks.append(Check(name, "", problem))
            else:
                checks.append(Check(name, f"{total:,}"))
        for what, wanted, there in (
            ("barcodes", self._wanted.barcode, self._fields.barcode),
            ("costs", self._wanted.cost, self._fields.cost),
            ("consent", self._wanted.consent, self._fields.consent),
            ("salespeople of orders", self._wanted.salesperson, self._fields.salesperson),
        ):
            missing = f"no custom field {wanted}" if wanted else "left out"
            checks.append(Check(what, f"custom field {there}" if there else missing))
        return tuple(checks)

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        """A page, in the order of the ids, which changes do not move."""
        options: dict[str, Any] = {"skip": int(after or 0), "sort": {"id": "ASC"}}
        match entity:
            case "stores":
                return self._read(queries.STORES, options, rows.place)
            case "associates":
                self.__dict__.pop("_associates", None)  # somebody may be new
                return self._read(queries.ASSOCIATES, options, rows.colleague)
            case "products":
                return self._products(options, since)
            case "customers":
                page = queries.customers(self._fields.consent)
                return self._read(page, options | _changed(since), self._person)
            case "sales":
                options["take"] = _SALES
                return self._read(
                    queries.sales(self._fields.salesperson), options | _sold(since), self._sale, "code"
                )
        return Page((), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        options: dict[str, Any] = {"skip": int(after or 0), "sort": {"id": "ASC"}}
        if entity == "sales":
            options |= {"filter": {"orderPlacedAt": {"isNull": True}}}
        page = self._api.page(queries.IDS[entity], options)
        key = "code" if entity == "sales" else "id"
        return tuple(str(row[key]) for row in page["items"]), _following(options, page)

    def heirs(self, customers: Sequence[str]) -> Mapping[str, str]:
        return {}

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        found: list[Sale | Aside] = []
        query = queries.sales(self._fields.salesperson)
        for begin in range(0, len(ids), _SALES):
            some = list(ids[begin : begin + _SALES])
            page = self._api.page(query, {"take": _SALES, "filter": {"code": {"in": some}}})
            found += each(page["items"], self._sale, lambda row: str(row["code"]))
        return tuple(found)

    def quantity(self, basket_id: str, product_id: str) -> float:
        order, lines = self._lines(basket_id, product_id)
        if problem := _closed(order):
            raise DeclinedError(problem)
        return count(lines)

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        order, lines = self._lines(basket_id, product_id)
        problem = _closed(order)
        if order is None or problem:
            return Put(quantity, count(lines), problem)

        def write(changes: list[tuple[str | None, float]]) -> str | None:
            """What it says of stock is half the story: with too little, it puts in some and says no."""
            for line, number in changes:
                query = queries.ADD if line is None else queries.ADJUST if number else queries.REMOVE
                values = {"order": order["id"], "line": line, "variant": product_id, "quantity": int(number)}
                answer = next(iter(self._api.ask(query, _used(query, values), again=False).values()))
                if answer.get("message"):
                    return str(answer["message"])
            return None

        return bring(quantity, lines, write, lambda: self._lines(basket_id, product_id)[1])

    def _lines(
        self, basket_id: str, product_id: str
    ) -> tuple[Mapping[str, Any] | None, list[tuple[str, float]]]:
        page = self._api.ask(queries.BASKET, {"options": {"filter": {"code": {"eq": basket_id}}, "take": 1}})
        order = next(iter(page["orders"]["items"]), None)
        lines = [] if order is None else order["lines"]
        return order, [(x["id"], x["quantity"]) for x in lines if x["productVariant"]["id"] == product_id]

    def _products(self, options: dict[str, Any], since: datetime | None) -> Page:
        if since is None and not options["skip"]:
            self.__dict__.pop("_every_category", None)  # a collection may have changed
        query = queries.products(self._fields.barcode, self._fields.cost)
        wanted = {} if since is None else self._changed_goods(since, first=not options["skip"])
        page = self._api.page(query, options | {"take": _PRODUCTS} | wanted)
        ids = [row["id"] for row in page["items"]]
        categories = self._every_category if since is None else self._categories_of(ids)
        at = self._api.now()
        things = each(page["items"], lambda row: rows.goods(row, categories.get(row["id"]), self._fields, at))
        return Page(things, _following(options, page), page["totalItems"])

    def _changed_goods(self, since: datetime, *, first: bool) -> dict[str, Any]:
        """What changed by itself or was sold, for its stock; alike for every page."""
        if first or self._sold is None or self._sold[0] != since:
            self._sold = since, sorted(self._sold_goods(since))
        sold = self._sold[1]
        if len(sold) > _SOLD_AT_MOST:
            return {}
        changed = {"updatedAt": {"after": _stamp(since)}}
        return {"filter": {"_or": [changed, {"id": {"in": sold}}]} if sold else changed}

    def _sold_goods(self, since: datetime) -> set[str]:
        found: set[str] = set()
        skip, more = 0, True
        while more and len(found) <= _SOLD_AT_MOST:
            page = self._api.page(queries.SOLD_GOODS, {"skip": skip} | _sold(since))
            found.update(line["productVariant"]["id"] for row in page["items"] for line in row["lines"])
            skip += len(page["items"])
            more = bool(page["items"]) and skip < page["totalItems"]
        return found

    @cached_property
    def _every_category(self) -> Mapping[str, str]:
        """Of each variant the deepest collection it lies in: read collection by collection, which is many
        times faster than variant by variant."""
        deepest: dict[str, tuple[int, str]] = {}
        for collection in self._api.everything(queries.COLLECTIONS):
            path = rows.path(collection)
            variants: Mapping[str, Any] = {"id": collection["id"]}
            for row in self._api.everything(
                queries.OF_COLLECTION, variants, within=("collection", "productVariants")
            ):
                deepest[row["id"]] = max(deepest.get(row["id"], (0, "")), (path.count("/") + 1, path))
        return {variant: path for variant, (_, path) in deepest.items()}

    def _categories_of(self, ids: Sequence[str]) -> Mapping[str, str]:
        if not ids:
            return {}
        page = self._api.page(queries.CATEGORIES, {"filter": {"id": {"in": list(ids)}}})
        paths = {
            row["id"]: max((rows.path(c) for c in row["product"]["collections"]), default="", key=_depth)
            for row in page["items"]
        }
        return {variant: path for variant, path in paths.items() if path}

    @cached_property
    def _associates(self) -> Mapping[str, str]:
        """Every way an order may name an administrator, and the administrator's id."""
        return {
            name.casefold(): row["id"]
            for row in self._api.everything(queries.ASSOCIATES)
            for name in (row["id"], row["emailAddress"], f"{row['firstName']} {row['lastName']}".strip())
        }

    @cached_property
    def _fields(self) -> Fields:
        """The custom fields this shop really has."""
        return Fields(
            barcode=self._if_there("ProductVariant", self._wanted.barcode),
            cost=self._if_there("ProductVariant", self._wanted.cost),
            consent=self._if_there("Customer", self._wanted.consent),
            salesperson=self._if_there("Order", self._wanted.salesperson),
        )

    def _if_there(self, type_name: str, field: str) -> str:
        told = self._api.ask(queries.CUSTOM % type_name)["__type"] or {"fields": []}
        return field if any(one["name"] == field for one in told["fields"]) else ""

    def _person(self, row: Mapping[str, Any]) -> Thing:
        return rows.person(row, self._fields, self._country)

    def _sale(self, row: Mapping[str, Any]) -> Sale:
        return rows.sale(row, self._fields, self._associates)

    def _read(
        self,
        query: str,
        options: dict[str, Any],
        thing: Callable[[Mapping[str, Any]], Thing],
        key: str = "id",
    ) -> Page:
        page = self._api.page(query, options)
        things = each(page["items"], thing, lambda row: str(row[key]))
        return Page(things, _following(options, page), page["totalItems"])


def _closed(order: Mapping[str, Any] | None) -> str | None:
    """Why a basket cannot be changed any more."""
    if order is None or order["state"] == "Cancelled":
        return GONE
    if order["state"] not in ("AddingItems", "Draft"):
        return PAID
    return None


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _changed(since: datetime | None) -> dict[str, Any]:
    return {} if since is None else {"filter": {"updatedAt": {"after": _stamp(since)}}}


def _sold(since: datetime | None) -> dict[str, Any]:
    if since is None:
        return {}
    after = {"after": _stamp(since)}
    return {"filter": {"_or": [{"updatedAt": after}, {"orderPlacedAt": after}]}}


def _following(options: Mapping[str, Any], page: Mapping[str, Any]) -> str | None:
    read = options["skip"] + len(page["items"])
    if read >= page["totalItems"] or not page["items"]:
        return None
    return str(max(read - _SHARED, options["skip"] + 1))


def _used(query: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f"${name}:" in query}


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
