"""Vendure shops (3.x), over their Admin API.

What it does not tell: an order's `updatedAt` stands still when the order is placed, paid, sent or refunded,
so sales are asked for by several times at once; rows that are deleted vanish without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from assistant.errors import ShopError
from assistant.shop import vendure_queries as queries
from assistant.shop.calling import Caller, RefusedError
from assistant.shop.connector import Can, Check, Entity, Page, Put
from assistant.shop.numbers import phone_number
from assistant.store.things import Colleague, Goods, Item, Person, Place, Sale, State, Thing

PAGE = 1_000  # the most a Vendure shop gives at once by default
_SALES = 250  # with their lines
_PIECES = 100  # of our money in a hundredth, Vendure's unit
_SHARED = 20  # rows read twice where pages meet: a row deleted meanwhile moves the others up
_OPEN = frozenset({"AddingItems", "Draft", "ArrangingPayment"})
_WRITES = 3  # a network that sends a request twice adds twice: seen when it is read back, and put right
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Login:
    """How to sign in: a key, or a person's name and password."""

    key: str = ""
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "Login(…)"


@dataclass(frozen=True, slots=True)
class Fields:
    """The shop's own custom fields that carry what Vendure has no field for; empty = there is none."""

    barcode: str = "barcode"
    cost: str = "unitCost"
    consent: str = "personalSuggestions"
    salesperson: str = "salesperson"

    def __post_init__(self) -> None:
        for name in (self.barcode, self.cost, self.consent, self.salesperson):
            if name and not _NAME.fullmatch(name):
                raise ShopError(f"{name!r} cannot be the name of a custom field.")


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
    )

    def __init__(
        self, url: str, login: Login, fields: Fields | None = None, *, country: str = "", channel: str = ""
    ) -> None:
        whole = url.rstrip("/")
        self._caller = Caller(whole if whole.endswith("/admin-api") else f"{whole}/admin-api")
        self._login = login
        self._fields = fields or Fields()
        self._country = country or None
        self._signed_in = False
        if channel:
            self._caller.header("vendure-token", channel)
        if login.key:
            self._caller.header("vendure-api-key", login.key)

    def close(self) -> None:
        self._caller.close()

    def now(self) -> datetime:
        self._ask(queries.CHANNEL)
        return self._caller.now()

    def check(self) -> tuple[Check, ...]:
        """Reach it, sign in, and read one row of everything."""
        channel = self._ask(queries.CHANNEL)["activeChannel"]
        checks = [Check("shop", f"{channel['code']}, {channel['defaultCurrencyCode']}")]
        for name, permission, query in queries.TRIED:
            try:
                total = next(iter(self._ask(query).values()))["totalItems"]
            except RefusedError:
                problem = f"the key may not read {name}: it needs the permission {permission}"
                checks.append(Check(name, "", problem))
            else:
                checks.append(Check(name, f"{total:,}"))
        for what, type_name, field in (
            ("barcodes", "ProductVariant", self._fields.barcode),
            ("costs", "ProductVariant", self._fields.cost),
            ("consent", "Customer", self._fields.consent),
            ("salespeople of orders", "Order", self._fields.salesperson),
        ):
            there = field in self._custom[type_name]
            checks.append(Check(what, f"custom field {field}" if there else "no such custom field"))
        return tuple(checks)

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        """A page, in the order of the ids, which changes do not move."""
        options: dict[str, Any] = {"skip": int(after or 0), "sort": {"id": "ASC"}}
        match entity:
            case "stores":
                return self._read(queries.STORES, options, _place)
            case "associates":
                self.__dict__.pop("_associates", None)  # somebody may be new
                return self._read(queries.ASSOCIATES, options, _colleague)
            case "products":
                return self._products(options, since)
            case "customers":
                page = queries.customers(self._consent)
                return self._read(page, options | _changed(since), self._person)
            case "sales":
                options["take"] = _SALES
                return self._read(queries.sales(self._salesperson), options | _sold(since), self._sale)
        return Page((), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        options: dict[str, Any] = {"skip": int(after or 0), "sort": {"id": "ASC"}}
        if entity == "sales":
            options |= {"filter": {"orderPlacedAt": {"isNull": True}}}
        page = self._list(queries.IDS[entity], options)
        key = "code" if entity == "sales" else "id"
        return tuple(str(row[key]) for row in page["items"]), _following(options, page)

    def sales(self, ids: Sequence[str]) -> tuple[Sale, ...]:
        found: list[Sale] = []
        query = queries.sales(self._salesperson)
        for begin in range(0, len(ids), _SALES):
            some = list(ids[begin : begin + _SALES])
            page = self._list(query, {"take": _SALES, "filter": {"code": {"in": some}}})
            found += (self._sale(row) for row in page["items"])
        return tuple(found)

    def quantity(self, basket_id: str, product_id: str) -> float:
        order, _, there = self._line(basket_id, product_id)
        if problem := _closed(order):
            raise ShopError(problem)
        return there

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        order, line, there = self._line(basket_id, product_id)
        problem = _closed(order)
        if order is None or problem:
            return Put(quantity, there, problem)
        for _ in range(_WRITES):
            if there == quantity:
                return Put(quantity, there)
            values = {"order": order["id"], "line": line, "variant": product_id, "quantity": int(quantity)}
            query = queries.ADD if line is None else queries.ADJUST if quantity else queries.REMOVE
            answer = next(iter(self._ask(query, _used(query, values), again=False).values()))
            # What it says of stock is half the story: with too little, it puts in what there is and says no.
            _, line, there = self._line(basket_id, product_id)
            if answer.get("message"):
                return Put(quantity, there, answer["message"])
        return Put(quantity, there, None if there == quantity else "The basket was changed meanwhile.")

    def _line(self, basket_id: str, product_id: str) -> tuple[Mapping[str, Any] | None, str | None, int]:
        page = self._ask(queries.BASKET, {"options": {"filter": {"code": {"eq": basket_id}}, "take": 1}})
        order = next(iter(page["orders"]["items"]), None)
        lines = (
            [] if order is None else [x for x in order["lines"] if x["productVariant"]["id"] == product_id]
        )
        return order, lines[0]["id"] if lines else None, sum(line["quantity"] for line in lines)

    def _products(self, options: dict[str, Any], since: datetime | None) -> Page:
        query = queries.products(self._barcode, self._cost)
        page = self._list(query, options | _changed(since))
        ids = [row["id"] for row in page["items"]]
        categories = self._every_category if since is None else self._categories_of(ids)
        at = self._caller.now()
        things = tuple(self._goods(row, categories.get(row["id"]), at) for row in page["items"])
        return Page(things, _following(options, page), page["totalItems"])

    @cached_property
    def _every_category(self) -> Mapping[str, str]:
        """Of each variant the deepest collection it lies in: read collection by collection, which is many
        times faster than variant by variant."""
        deepest: dict[str, tuple[int, str]] = {}
        for collection in self._everything(queries.COLLECTIONS):
            path = _path(collection)
            variants: Mapping[str, Any] = {"id": collection["id"]}
            for row in self._everything(
                queries.OF_COLLECTION, variants, within=("collection", "productVariants")
            ):
                deepest[row["id"]] = max(deepest.get(row["id"], (0, "")), (path.count("/") + 1, path))
        return {variant: path for variant, (_, path) in deepest.items()}

    def _categories_of(self, ids: Sequence[str]) -> Mapping[str, str]:
        if not ids:
            return {}
        page = self._list(queries.CATEGORIES, {"filter": {"id": {"in": list(ids)}}})
        paths = {
            row["id"]: max((_path(c) for c in row["product"]["collections"]), default="", key=_depth)
            for row in page["items"]
        }
        return {variant: path for variant, path in paths.items() if path}

    def _goods(self, row: Mapping[str, Any], category: str | None, at: datetime) -> Goods:
        facets: dict[str, list[str]] = {}
        for value in row["product"]["facetValues"] + row["facetValues"]:
            facets.setdefault(value["facet"]["code"], []).append(value["name"])
        named = facets.pop("category", [])
        own = row.get("customFields") or {}
        cost = own.get(self._cost) if self._cost else None
        codes = str(own.get(self._barcode) or "") if self._barcode else ""
        return Goods(
            product_id=row["id"],
            sku=row["sku"] or row["id"],
            name=row["name"],
            category=category or "/".join(named) or None,
            price=row["priceWithTax"] * _PIECES,
            cost=None if cost is None else int(cost) * _PIECES,
            currency=row["currencyCode"],
            active=bool(row["enabled"] and row["product"]["enabled"]),
            barcodes=tuple(code.strip() for code in codes.split("|") if code.strip()),
            stock={s["stockLocationId"]: s["stockOnHand"] - s["stockAllocated"] for s in row["stockLevels"]},
            stock_at=at,
            attributes={code: ", ".join(dict.fromkeys(values)) for code, values in facets.items()},
        )

    def _person(self, row: Mapping[str, Any]) -> Person:
        own = row.get("customFields") or {}
        groups = [group["name"] for group in row["groups"]]
        return Person(
            customer_id=row["id"],
            name=" ".join(f"{row['firstName']} {row['lastName']}".split()) or None,
            email=row["emailAddress"] or None,
            phone=phone_number(row["phoneNumber"], self._country),
            tier=groups[0] if groups else None,
            since=_time(row["createdAt"]),
            personal_suggestions=own.get(self._consent) if self._consent else None,
        )

    def _sale(self, row: Mapping[str, Any]) -> Sale:
        state = _state(row)
        refunded: dict[str, int] = {}
        for payment in row["payments"] or ():
            for line in (line for refund in payment["refunds"] for line in refund["lines"]):
                refunded[line["orderLineId"]] = refunded.get(line["orderLineId"], 0) + line["quantity"]
        own = row.get("customFields") or {}
        said = own.get(self._salesperson) if self._salesperson else None
        return Sale(
            sale_id=row["code"],
            state=state,
            items=tuple(
                item for item in (_item(x, state, refunded.get(x["id"], 0)) for x in row["lines"]) if item
            ),
            customer_id=row["customer"]["id"] if row["customer"] else None,
            associate_id=self._associates.get(str(said).casefold(), str(said)) if said else None,
            at=_time(row["orderPlacedAt"] or row["updatedAt"]),
            currency=row["currencyCode"],
        )

    @cached_property
    def _associates(self) -> Mapping[str, str]:
        """Every way an order may name an administrator, and the administrator's id."""
        return {
            name.casefold(): row["id"]
            for row in self._everything(queries.ASSOCIATES)
            for name in (row["id"], row["emailAddress"], f"{row['firstName']} {row['lastName']}".strip())
        }

    @cached_property
    def _custom(self) -> Mapping[str, frozenset[str]]:
        """The custom fields this shop has."""
        return {
            name: frozenset(
                f["name"] for f in (self._ask(queries.CUSTOM % name)["__type"] or {"fields": []})["fields"]
            )
            for name in ("ProductVariant", "Customer", "Order")
        }

    @property
    def _barcode(self) -> str:
        return self._there("ProductVariant", self._fields.barcode)

    @property
    def _cost(self) -> str:
        return self._there("ProductVariant", self._fields.cost)

    @property
    def _consent(self) -> str:
        return self._there("Customer", self._fields.consent)

    @property
    def _salesperson(self) -> str:
        return self._there("Order", self._fields.salesperson)

    def _there(self, type_name: str, field: str) -> str:
        return field if field in self._custom[type_name] else ""

    def _read(self, query: str, options: dict[str, Any], thing: Any) -> Page:
        page = self._list(query, options)
        things: tuple[Thing, ...] = tuple(thing(row) for row in page["items"])
        return Page(things, _following(options, page), page["totalItems"])

    def _list(self, query: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._ask(query, {"options": {"take": PAGE} | dict(options)})
        page: Mapping[str, Any] = next(iter(answer.values()))
        return page

    def _everything(
        self, query: str, values: Mapping[str, Any] | None = None, within: Sequence[str] = ()
    ) -> Iterable[Mapping[str, Any]]:
        """Every row of a list, page by page."""
        skip = 0
        while True:
            answer = self._ask(query, {"options": {"take": PAGE, "skip": skip}} | dict(values or {}))
            page = answer if within else next(iter(answer.values()))
            for name in within:
                page = page[name]
            yield from page["items"]
            skip += PAGE
            if skip >= page["totalItems"]:
                return

    def _ask(self, query: str, values: Mapping[str, Any] | None = None, *, again: bool = True) -> Any:
        if not self._signed_in and not self._login.key:
            self._sign_in()
        try:
            return self._call(query, values, again=again)
        except RefusedError:
            if self._login.key or not self._signed_in:
                raise
            self._sign_in()  # a session ends after a while
            return self._call(query, values, again=again)

    def _call(self, query: str, values: Mapping[str, Any] | None, *, again: bool) -> Any:
        sent = {"query": query, "variables": dict(values or {})}
        answer, _ = self._caller.json("POST", "", again=again, json=sent)
        if not isinstance(answer, dict):
            raise ShopError(f"{self._caller.host} answers, but not as a Vendure shop does.")
        if answer.get("errors"):
            raise self._problem(answer["errors"][0])
        if not isinstance(answer.get("data"), dict):
            raise ShopError(f"{self._caller.host} answers, but not as a Vendure shop does.")
        return answer["data"]

    def _problem(self, error: Mapping[str, Any]) -> ShopError:
        code = (error.get("extensions") or {}).get("code", "")
        if code in ("FORBIDDEN", "UNAUTHENTICATED"):
            return RefusedError(f"{self._caller.host} does not allow this key or person to do that.")
        return ShopError(f"{self._caller.host} could not answer: {str(error.get('message', code))[:200]}.")

    def _sign_in(self) -> None:
        values = {"user": self._login.user, "password": self._login.password}
        sent = {"query": queries.LOGIN, "variables": values}
        answer, headers = self._caller.json("POST", "", again=True, json=sent)
        said = (answer.get("data") or {}).get("login") if isinstance(answer, dict) else None
        if said is None:
            raise ShopError(f"{self._caller.host} answers, but not as a Vendure shop does.")
        token = headers.get("vendure-auth-token")
        if "message" in said or not token:
            raise RefusedError(f"{self._caller.host} does not accept the name or the password.")
        self._caller.header("Authorization", f"Bearer {token}")
        self._signed_in = True


def _closed(order: Mapping[str, Any] | None) -> str | None:
    """Why a basket cannot be changed any more."""
    if order is None or order["state"] == "Cancelled":
        return "The basket is no longer there."
    if order["state"] not in ("AddingItems", "Draft"):
        return "The basket is being paid or was paid; it cannot be changed any more."
    return None


def _state(row: Mapping[str, Any]) -> State:
    if row["orderPlacedAt"]:
        return "sold"
    return "open" if row["state"] in _OPEN else "gone"


def _item(line: Mapping[str, Any], state: State, refunded: int) -> Item | None:
    """A line; what was cancelled or refunded of a sold one came back."""
    sold = line["orderPlacedQuantity"] if state == "sold" else line["quantity"]
    sold = sold or line["quantity"]
    if sold <= 0:
        return None
    full, paid = line["unitPriceWithTax"], line["proratedUnitPriceWithTax"]
    return Item(
        product_id=line["productVariant"]["id"],
        quantity=sold,
        unit_price=full * _PIECES,
        discount=(full - paid) * sold * _PIECES or None,
        returned=min(sold, max(sold - line["quantity"], refunded)) if state == "sold" else 0,
    )


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["id"], row["name"])


def _colleague(row: Mapping[str, Any]) -> Colleague:
    name = " ".join(f"{row['firstName']} {row['lastName']}".split())
    return Colleague(row["id"], name or row["emailAddress"])


def _path(collection: Mapping[str, Any]) -> str:
    """A collection's place in the tree; its root has no name that anybody sees."""
    return "/".join(crumb["name"].replace("/", "-") for crumb in collection["breadcrumbs"][1:])


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


def _time(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
