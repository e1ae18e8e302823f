"""Tryton databases (7 and later), over their REST API: tills (point of sale) and sales, as far as they are
installed.

What it does not tell: `write_date` is empty until the first change, a line written by itself moves nothing of
its sale, and stock that is moved nothing of its product; all are asked for beside it. A sale at a till has no
number before it is paid.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from assistant.errors import ShopError
from assistant.shop import tryton_people
from assistant.shop import tryton_rows as rows
from assistant.shop.calling import RefusedError
from assistant.shop.connector import Aside, Can, Check, Entity, Page, Put
from assistant.shop.tryton_api import PAGE, Api, Domain, Row, either, following, later
from assistant.shop.tryton_baskets import Baskets
from assistant.shop.tryton_people import EVERYONE
from assistant.shop.tryton_sales import LINES, ORDERS, TILLS, Sales
from assistant.shop.understanding import each
from assistant.store.things import Sale

_MOVED_AT_MOST = 500  # products named in one question; where more were moved, all are read
_READ = (
    ("products", "product.product", "Products"),
    ("customers", "party.party", "Parties"),
    ("employees", "company.employee", "Companies"),
    ("sales at tills", TILLS, "Point of Sale"),
    ("sales", ORDERS, "Sales"),
)


class Tryton:
    """A Tryton database as a `Connector`."""

    def __init__(self, url: str, key: str, *, database: str, country: str = "") -> None:
        if not database:
            raise ShopError("A Tryton server has several databases; say which one with --database NAME.")
        self._api = Api(url, database, key)
        self._sales = Sales(self._api)
        self._baskets = Baskets(self._api, self._sales)
        self._country = country or None
        self._may_write = True

    @property
    def can(self) -> Can:
        return Can(
            deltas={
                "stores": "whole",
                "associates": "whole",
                "products": "changed",
                "customers": "changed",
                "sales": "changed",
            },
            open_baskets=True,
            write_line=self._may_write,
            staff=True,
            whole_every={"products": timedelta(days=1)},
        )

    def close(self) -> None:
        self._api.close()

    def now(self) -> datetime:
        return self._api.ask_the_time()

    def check(self) -> tuple[Check, ...]:
        """Reach it, sign in, and ask what the key's user may read and write."""
        company = self._api.company
        name, currency = company["party"]["name"], company["currency"]["code"]
        checks = [Check("shop", f"{name}, {currency}")]
        there = self._api.has([model for _, model, _ in _READ])
        rights = self._api.rights([*there, *(LINES[kind] for kind in self._sales.kinds)])
        for what, model, module in _READ:
            if model not in there:
                checks.append(Check(what, f"left out: the module {module} is not activated"))
            elif not rights.get(model, {}).get("read"):
                checks.append(Check(what, "", f"the key's user may not read {what}: give them access to it"))
            else:
                checks.append(Check(what, "can be read"))
        if not self._sales.kinds:
            checks.append(Check("sales", "", "neither the module Sales nor Point of Sale is activated"))
        self._may_write = any(
            all(rights.get(LINES[kind], {}).get(right) for right in ("write", "create"))
            for kind in self._sales.kinds
        )
        said = "yes" if self._may_write else "not with this key; they are put in at the till"
        return (*checks, Check("add-ons into baskets", said))

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        match entity:
            case "stores":
                return Page(each(self._places(), lambda one: rows.place(*one), _place_id), None)
            case "associates":
                found = self._api.everything("company.employee", [], rows.COLLEAGUE)
                return Page(each(found, rows.colleague), None)
            case "products":
                return self._products(since, after)
            case "customers":
                domain = [] if since is None else either(since, "", "contact_mechanisms")
                others = tryton_people.strangers(self._api)
                people = self._api.rows(
                    "party.party", later(after, [others, domain]), rows.PERSON, limit=PAGE
                )
                return Page(each(people, lambda row: rows.person(row, self._country)), following(people))
            case "sales":
                return self._sales.page(since, after)
        return Page((), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        match entity:
            case "stores":
                return tuple(map(_place_id, self._places())), None
            case "sales":
                return self._sales.open_ones(), None
        model = {
            "associates": "company.employee", "products": "product.product", "customers": "party.party",
        }[entity]  # fmt: skip
        context = EVERYONE if entity == "products" else {}
        domain = [tryton_people.strangers(self._api)] if entity == "customers" else []
        return tuple(str(row["id"]) for row in self._api.everything(model, domain, ["id"], **context)), None

    def heirs(self, customers: Sequence[str]) -> Mapping[str, str]:
        return tryton_people.heirs(self._api, customers)

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        return self._sales.called(ids)

    def quantity(self, basket_id: str, product_id: str) -> float:
        return self._baskets.quantity(basket_id, product_id)

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        return self._baskets.put_line(basket_id, product_id, quantity)

    def _products(self, since: datetime | None, after: str | None) -> Page:
        domain = [] if since is None else self._changed_goods(since)
        has_gross = self._api.has_field("product.product", rows.GROSS)
        fields = (*rows.GOODS, *((rows.GROSS,) if has_gross else ()))
        found = self._api.rows("product.product", later(after, domain), fields, limit=PAGE, **EVERYONE)
        stock = self._stock([row["id"] for row in found])
        currency, at = self._api.company["currency"]["code"], self._api.now()
        things = each(
            found, lambda row: rows.goods(row, currency=currency, stock=stock.get(row["id"], {}), at=at)
        )
        return Page(things, following(found))

    def _changed_goods(self, since: datetime) -> Domain:
        """What changed itself, or was moved: stock that a sale takes moves no product's time."""
        moved: list[int] = []
        if self._api.has_field("stock.move", "product"):
            with contextlib.suppress(RefusedError):  # not to be read: all is read once a day
                moves = self._api.everything("stock.move", either(since, ""), ["product"])
                moved = sorted({row["product"] for row in moves})
        if len(moved) > _MOVED_AT_MOST:
            return []
        return [*either(since, "", "template"), ["id", "in", moved]]

    def _stock(self, products: Sequence[int]) -> Mapping[int, dict[str, float]]:
        """How many there are by place: what lies where a till takes from, or in a warehouse."""
        found: dict[int, dict[str, float]] = {}
        for kind, row in self._places() if products else ():
            where = row["storage_location"] if kind == "till" else row["id"]
            told = self._api.rows(
                "product.product", [["id", "in", list(products)]], ["quantity"], limit=len(products),
                locations=[where], with_childs=kind != "till", **EVERYONE,
            )  # fmt: skip
            for one in told:
                if one.get("quantity") is not None:
                    found.setdefault(one["id"], {})[f"{kind}-{row['id']}"] = float(one["quantity"])
        return found

    def _places(self) -> list[tuple[str, Row]]:
        """Tills with where they take from, and warehouses where there are no tills."""
        if TILLS in self._sales.kinds:
            found = self._api.everything("sale.point", [], ["name", "storage_location"])
            tills = [("till", row) for row in found]
            if tills:
                return tills
        if "stock.location" not in self._api.has(["stock.location"]):
            return []
        found = self._api.everything("stock.location", [["type", "=", "warehouse"]], ["name"])
        return [("warehouse", row) for row in found]


def _place_id(place: tuple[str, Row]) -> str:
    return f"{place[0]}-{place[1]['id']}"
