"""Shopify shops, over their Admin API; a basket there is a draft order that is not completed.

The first load, and a whole one once a day, is an export; what changed since is asked for page by page, each
page beginning after the last one's id. A shop's own plan decides whether people and staff are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.shop import shopify_queries as queries
from assistant.shop import shopify_rows as rows
from assistant.shop.calling import RefusedError
from assistant.shop.connector import Aside, Can, Check, Entity, Page, Put
from assistant.shop.shopify_api import Api, App, NotAllowedError
from assistant.shop.shopify_baskets import Baskets
from assistant.shop.shopify_export import Exports
from assistant.shop.shopify_goods import Shelf
from assistant.shop.shopify_pages import Pages, following, search
from assistant.shop.shopify_sales import OPEN, Sales
from assistant.shop.understanding import each
from assistant.store.things import Person, Sale

NEEDED: Mapping[str, str] = {
    "read_products": "products and prices",
    "read_inventory": "stock and costs",
    "read_locations": "places",
    "read_orders": "orders",
    "read_draft_orders": "open baskets",
}
_SIXTY_DAYS = "of the last 60 days; for older ones the app needs the scope read_all_orders"
_PEOPLE = "protected customer data that Shopify has not approved for this app"
_STAFF = "Shopify tells apps on the plans Advanced and Plus alone, with the scope read_users"
_IDS = 250  # the most a page may hold
_CUSTOMERS = 50
_CAN = Can(
    deltas={
        "stores": "whole",
        "associates": "whole",
        "products": "changed",
        "customers": "changed",
        "sales": "changed",
    },
    open_baskets=True,
    # A cost moves no product's time, and a customer's is documented by the day.
    whole_every={"products": timedelta(days=1), "customers": timedelta(days=1)},
)

__all__ = ["App", "Shopify"]


@dataclass(frozen=True, slots=True)
class Access:
    """What the app may read: its scopes, and whether people and staff are told to it."""

    name: str
    currency: str
    scopes: frozenset[str]
    people: bool
    staff: bool

    def may(self, scope: str) -> bool:
        """Whether a scope is given; who may write may read."""
        return scope in self.scopes or scope.replace("read_", "write_") in self.scopes


class Shopify:
    """A Shopify shop as a `Connector`."""

    def __init__(self, url: str, app: App, *, country: str = "") -> None:
        self._api = Api(url, app)
        self._pages, self._exports = Pages(self._api), Exports(self._api)
        self._shelf = Shelf(self._api, self._pages, self._exports)
        self._baskets = Baskets(self._api, self._pages)
        self._country = country or None
        self._known: Access | None = None
        self._sold: Sales | None = None

    @property
    def can(self) -> Can:
        """What this shop can do, with this app, on its plan."""
        access = self._access
        untold = {"associates": access.staff, "customers": access.people}
        return replace(
            _CAN,
            deltas={entity: how for entity, how in _CAN.deltas.items() if untold.get(entity, True)},
            write_line=access.may("write_draft_orders"),
            staff=access.staff,
            consent=access.people,
        )

    def close(self) -> None:
        self._exports.close()
        self._api.close()

    def now(self) -> datetime:
        self._api.ask(queries.NOW)
        return self._api.now()

    def check(self) -> tuple[Check, ...]:
        """Sign in, look at what the app may do, and count everything it may read."""
        self._known = self._sold = None
        access = self._access
        checks = [Check("shop", f"{access.name}, {access.currency}")]
        for scope, what in NEEDED.items():
            if not access.may(scope):
                problem = f"the app may not read {what}: give it the scope {scope}"
                checks.append(Check(what, "", problem))
        if any(check.problem for check in checks):
            return tuple(checks)
        for name, query in queries.COUNTS.items():
            if name == "customers" and not access.people:
                checks.append(Check(name, f"not told: {_PEOPLE}"))
                continue
            checks.append(self._counted(name, query, access))
        checks.append(Check("staff", "told" if access.staff else f"not told: {_STAFF}"))
        writes = (
            "written to" if access.may("write_draft_orders") else "read only: no scope write_draft_orders"
        )
        return (*checks, Check("baskets", writes))

    def _counted(self, name: str, query: str, access: Access) -> Check:
        values = {"query": OPEN} if "$query" in query else {}
        try:
            found = next(iter(self._api.ask(query, values).values()))["count"]
        except RefusedError as problem:
            return Check(name, "", f"{name} cannot be read: {problem}")
        old = name != "orders" or access.may("read_all_orders")
        return Check(name, f"{found:,}" if old else f"{found:,}, {_SIXTY_DAYS}")

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        match entity:
            case "stores":
                found, onward = self._pages.listed(queries.STORES, after)
                return Page(each(found, rows.place, rows.own_id), onward)
            case "associates":
                found, onward = self._pages.listed(queries.STAFF, after)
                return Page(each(found, rows.colleague, rows.own_id), onward)
            case "products":
                return self._shelf.page(since, after, self._access.currency)
            case "customers":
                return self._people(since, after)
            case "sales":
                return self._sales.page(since, after)
        return Page((), None)

    def _people(self, since: datetime | None, after: str | None) -> Page:
        if since is None:
            told = self._exports.page(queries.whole("customers", people=True, staff=False), after or "")
            return Page(self._persons(told.rows), told.following, told.total)
        page = self._pages.rows(queries.CUSTOMERS, search(after, since), _CUSTOMERS)
        return Page(self._persons(page["nodes"]), following(page))

    def _persons(self, found: Sequence[rows.Row]) -> tuple[Person | Aside, ...]:
        return each(found, lambda row: rows.person(row, self._country), rows.own_id)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        if entity in ("stores", "associates"):
            query = queries.STORES if entity == "stores" else queries.STAFF
            found, onward = self._pages.listed(query, after)
            return tuple(rows.short(row["id"]) for row in found), onward
        wanted = search(after, None, OPEN if entity == "sales" else "")
        page = self._pages.rows(queries.IDS[entity], wanted, _IDS)
        begins = rows.DRAFT if entity == "sales" else ""
        return tuple(begins + rows.short(row["id"]) for row in page["nodes"]), following(page)

    def heirs(self, customers: Sequence[str]) -> Mapping[str, str]:
        return {}

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        return self._sales.named(ids)

    def quantity(self, basket_id: str, product_id: str) -> float:
        return self._baskets.quantity(basket_id, product_id)

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        return self._baskets.put_line(basket_id, product_id, quantity)

    @property
    def _sales(self) -> Sales:
        if self._sold is None:
            access = self._access
            self._sold = Sales(self._pages, self._exports, people=access.people, staff=access.staff)
        return self._sold

    @property
    def _access(self) -> Access:
        """What the app may read, asked once; people and staff by trying, since no scope says it."""
        if self._known is None:
            said = self._api.ask(queries.ACCESS)
            scopes = frozenset(one["handle"] for one in said["currentAppInstallation"]["accessScopes"])
            self._known = Access(
                name=said["shop"]["name"],
                currency=said["shop"]["currencyCode"],
                scopes=scopes,
                people=self._is_told(queries.TRY_PEOPLE),
                staff=self._is_told(queries.TRY_STAFF),
            )
        return self._known

    def _is_told(self, query: str) -> bool:
        try:
            self._api.ask(query)
        except NotAllowedError:
            return False
        return True
