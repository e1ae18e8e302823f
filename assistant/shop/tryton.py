"""Tryton databases (7 and later), over their REST API: tills (point of sale) and sales, as far as they are
installed.

What it does not tell: `write_date` is empty until the first change, and a line written by itself moves
nothing of its sale; both are asked for beside it. A sale at a till has no number before it is paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from assistant.errors import ShopError
from assistant.shop import tryton_people
from assistant.shop import tryton_rows as rows
from assistant.shop.calling import DeclinedError
from assistant.shop.connector import Aside, Can, Check, Entity, Page, Put
from assistant.shop.lines import brought_to
from assistant.shop.tryton_api import PAGE, Api, Domain, Row, changed
from assistant.shop.tryton_people import EVERYONE
from assistant.shop.understanding import each
from assistant.store.things import Sale

TILLS, ORDERS = "sale.point.sale", "sale.sale"
_LINES = {TILLS: "sale.point.sale.line", ORDERS: "sale.line"}
_FIELDS = {TILLS: rows.TILL, ORDERS: rows.ORDER}
_NAMES = {TILLS: "till", ORDERS: "sale"}
_OPEN = {TILLS: ("open",), ORDERS: ("draft", "quotation")}
_WRITABLE = {TILLS: ("open",), ORDERS: ("draft",)}
_WRITES = 3  # a network that sends a request twice adds twice: seen when it is read back, and put right
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
        )

    def close(self) -> None:
        self._api.close()

    def now(self) -> datetime:
        self._api.rows("company.company", [], ["id"], limit=1)
        return self._api.now()

    def check(self) -> tuple[Check, ...]:
        """Reach it, sign in, and ask what the key's user may read and write."""
        company = self._company
        name, currency = company["party"]["name"], company["currency"]["code"]
        checks = [Check("shop", f"{name}, {currency}")]
        there = self._api.has([model for _, model, _ in _READ])
        rights = self._api.rights([*there, *(_LINES[kind] for kind in self._kinds)])
        for what, model, module in _READ:
            if model not in there:
                checks.append(Check(what, f"left out: the module {module} is not activated"))
            elif not rights.get(model, {}).get("read"):
                checks.append(Check(what, "", f"the key's user may not read {what}: give them access to it"))
            else:
                checks.append(Check(what, "can be read"))
        if not self._kinds:
            checks.append(Check("sales", "", "neither the module Sales nor Point of Sale is activated"))
        self._may_write = any(
            all(rights.get(_LINES[kind], {}).get(right) for right in ("write", "create"))
            for kind in self._kinds
        )
        said = "yes" if self._may_write else "not with this key; they are put in at the till"
        return (*checks, Check("add-ons into baskets", said))

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        self._company  # noqa: B018 - prices and rights are a company's, so it is read before all else
        match entity:
            case "stores":
                return Page(each(self._places(), lambda one: rows.place(*one), _place_id), None)
            case "associates":
                found = self._api.everything("company.employee", [], rows.COLLEAGUE)
                return Page(each(found, rows.colleague), None)
            case "products":
                return self._products(since, after)
            case "customers":
                domain = [] if since is None else _either(since, "", "contact_mechanisms")
                others = tryton_people.strangers(self._api, self._company)
                people = self._some("party.party", [others, domain], rows.PERSON, after)
                told = each(people, lambda row: rows.person(row, self._country))
                return Page(told, _following(people))
            case "sales":
                return self._sales_page(since, after)
        return Page((), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        match entity:
            case "stores":
                return tuple(map(_place_id, self._places())), None
            case "sales":
                open_ones = [
                    f"{_NAMES[kind]}-{row['id']}"
                    for kind in self._kinds
                    for row in self._api.everything(kind, [["state", "in", list(_OPEN[kind])]], ["id"])
                ]
                return tuple(open_ones), None
        model = {
            "associates": "company.employee", "products": "product.product", "customers": "party.party",
        }[entity]  # fmt: skip
        context = EVERYONE if entity == "products" else {}
        domain = [tryton_people.strangers(self._api, self._company)] if entity == "customers" else []
        return tuple(str(row["id"]) for row in self._api.everything(model, domain, ["id"], **context)), None

    def heirs(self, customers: Sequence[str]) -> Mapping[str, str]:
        return tryton_people.heirs(self._api, customers)

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        found: list[Sale | Aside] = []
        for kind in self._kinds:
            numbers = [n for one in ids if (n := _number(kind, one)) is not None]
            for begin in range(0, len(numbers), PAGE):
                some = [["id", "in", numbers[begin : begin + PAGE]]]
                found += _sales(kind, self._api.rows(kind, some, _FIELDS[kind], limit=PAGE))
        return tuple(found)

    def quantity(self, basket_id: str, product_id: str) -> float:
        kind, basket, lines = self._lines(basket_id, product_id)
        if problem := _closed(kind, basket):
            raise DeclinedError(problem)
        return sum(pieces for _, pieces in lines)

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        kind, basket, lines = self._lines(basket_id, product_id)
        there = sum(pieces for _, pieces in lines)
        problem = _closed(kind, basket)
        if kind is None or basket is None or problem:
            return Put(quantity, there, problem)
        for _ in range(_WRITES):
            if there == quantity:
                return Put(quantity, there)
            for line, pieces in brought_to(quantity, lines):
                self._write(kind, basket["id"], int(product_id), line, pieces)
            _, _, lines = self._lines(basket_id, product_id)
            there = sum(pieces for _, pieces in lines)
        return Put(quantity, there, None if there == quantity else "The basket was changed meanwhile.")

    def _write(self, kind: str, basket: int, product: int, line: int | None, pieces: float) -> None:
        """A line's quantity; the price of a new one is the product's, as Tryton asks for it with the line."""
        if line is not None:
            lines = ["delete", [line]] if not pieces else ["write", [line], {"quantity": pieces}]
            self._api.write(kind, basket, {"lines": [lines]})
            return
        fields = ("list_price_used", "sale_uom", *((rows.GROSS,) if self._has_gross else ()))
        found = self._api.rows("product.product", [["id", "=", product]], fields, limit=1)
        if not found or found[0].get("list_price_used") is None:
            raise DeclinedError("The shop has no price for this product.")
        price = found[0]["list_price_used"]
        values: dict[str, Any] = {"sale": basket, "product": product, "quantity": pieces}
        if kind == TILLS:
            gross = found[0].get(rows.GROSS) or price
            values |= {"unit_list_price": price, "unit_gross_price": gross}
        else:
            values |= {"unit": found[0]["sale_uom"], "unit_price": price}
        self._api.create(_LINES[kind], values)

    def _lines(
        self, basket_id: str, product_id: str
    ) -> tuple[str | None, Row | None, list[tuple[int, float]]]:
        kind = next((one for one in self._kinds if _number(one, basket_id) is not None), None)
        if kind is None or not product_id.isdecimal():
            return None, None, []
        self._company  # noqa: B018 - as in page
        domain: Domain = [["id", "=", _number(kind, basket_id)]]
        found = self._api.rows(kind, domain, ["state"], limit=1)
        if not found:
            return kind, None, []
        wanted = [["sale", "=", found[0]["id"]], ["product", "=", int(product_id)]]
        lines = self._api.everything(_LINES[kind], wanted, ["quantity"])
        return kind, found[0], [(line["id"], float(line["quantity"])) for line in lines]

    def _products(self, since: datetime | None, after: str | None) -> Page:
        domain = [] if since is None else _either(since, "", "template")
        fields = (*rows.GOODS, *((rows.GROSS,) if self._has_gross else ()))
        found = self._some("product.product", domain, fields, after, **EVERYONE)
        stock = self._stock([row["id"] for row in found])
        currency, at = self._company["currency"]["code"], self._api.now()
        things = each(
            found, lambda row: rows.goods(row, currency=currency, stock=stock.get(row["id"], {}), at=at)
        )
        return Page(things, _following(found))

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
        if TILLS in self._kinds:
            found = self._api.everything("sale.point", [], ["name", "storage_location"])
            tills = [("till", row) for row in found]
            if tills:
                return tills
        if "stock.location" not in self._api.has(["stock.location"]):
            return []
        found = self._api.everything("stock.location", [["type", "=", "warehouse"]], ["name"])
        return [("warehouse", row) for row in found]

    def _sales_page(self, since: datetime | None, after: str | None) -> Page:
        """First the tills, then the sales: after `till 12` comes what follows in the same list."""
        kinds = list(self._kinds)
        if not kinds:
            return Page((), None)
        name, last = (after or f"{_NAMES[kinds[0]]} 0").split(" ")
        kind = next(one for one in kinds if _NAMES[one] == name)
        domain = [] if since is None else _either(since, "", "lines")
        found = self._some(kind, domain, _FIELDS[kind], last)
        following = _following(found)
        after = None if following is None else f"{name} {following}"
        if following is None and kind != kinds[-1]:
            after = f"{_NAMES[kinds[kinds.index(kind) + 1]]} 0"
        return Page(_sales(kind, found), after)

    def _some(
        self, model: str, domain: Domain, fields: Sequence[str], after: str | None, **context: Any
    ) -> list[Row]:
        later = [["id", ">", int(after or 0)], domain]
        return self._api.rows(model, later, fields, limit=PAGE, **context)

    @cached_property
    def _company(self) -> Row:
        """The company the key's user works for."""
        found = self._api.rows("company.company", [], ["party.name", "currency.code"], limit=1)
        if not found:
            raise ShopError(f"{self._api.host} has no company that this key may see.")
        self._api.company = found[0]["id"]
        return found[0]

    @cached_property
    def _kinds(self) -> tuple[str, ...]:
        """The kinds of sale that the database has."""
        there = self._api.has([TILLS, ORDERS])
        return tuple(kind for kind in (TILLS, ORDERS) if kind in there)

    @cached_property
    def _has_gross(self) -> bool:
        return self._api.has_field("product.product", rows.GROSS)


_sale = {TILLS: rows.till_sale, ORDERS: rows.order}


def _place_id(place: tuple[str, Row]) -> str:
    return f"{place[0]}-{place[1]['id']}"


def _sales(kind: str, found: Sequence[Row]) -> tuple[Sale | Aside, ...]:
    return each(found, _sale[kind], lambda row: f"{_NAMES[kind]}-{row['id']}")


def _closed(kind: str | None, basket: Row | None) -> str | None:
    """Why a basket cannot be changed."""
    if kind is None or basket is None or basket["state"] == "cancelled":
        return "The basket is no longer there."
    if basket["state"] not in _WRITABLE[kind]:
        return "The basket is being paid or was paid; it cannot be changed any more."
    return None


def _either(at: datetime, *of: str) -> Domain:
    """Rows that changed since then, or a row of theirs did."""
    return ["OR", *(one for field in of for one in changed(field, at))]


def _number(kind: str, sale_id: str) -> int | None:
    name, _, number = sale_id.partition("-")
    return int(number) if name == _NAMES[kind] and number.isdecimal() else None


def _following(found: Sequence[Row]) -> str | None:
    return str(found[-1]["id"]) if len(found) == PAGE else None
