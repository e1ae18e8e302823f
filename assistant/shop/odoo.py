"""Odoo databases (19 and later), over their JSON API: sales orders and tills, as far as they are installed.

Quotations take add-ons. An order that is open at a till belongs to that till, which reckons its total and
would overwrite what is added behind its back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from assistant.shop import odoo_links
from assistant.shop import odoo_rows as rows
from assistant.shop.calling import DeclinedError, RefusedError
from assistant.shop.connector import Aside, Can, Check, Entity, Page, Pair, Put
from assistant.shop.lines import GONE, PAID, bring, count
from assistant.shop.odoo_api import PAGE, AbsentError, Api, Domain, Row, either, since, text
from assistant.shop.odoo_goods import Products
from assistant.shop.odoo_sales import ORDERS, TILLS, Sales, employees
from assistant.shop.understanding import each
from assistant.store.things import Colleague, Person, Sale

_CONTACTS: Domain = [["type", "=", "contact"]]  # the others are addresses of one of them
_USERS: Domain = [["share", "=", False]]  # who signs in to work here, not customers with a login
_LINES = ("sale.order.line", "product_uom_qty")


class Odoo:
    """An Odoo database as a `Connector`."""

    def __init__(self, url: str, key: str, *, database: str = "", country: str = "") -> None:
        self._api = Api(url, key, database)
        self._products, self._sales = Products(self._api), Sales(self._api)
        self._country = country or None
        self._may_write = True
        self._tags: Mapping[int, str] | None = None

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
            whole_every={"products": timedelta(hours=6), "customers": timedelta(hours=6)},
            open_baskets=True,
            write_line=self._may_write,
            staff=True,
            consent=True,
            write_links=True,
        )

    def close(self) -> None:
        self._api.close()

    def now(self) -> datetime:
        self._api.ask("res.users", "context_get")
        return self._api.now()

    def check(self) -> tuple[Check, ...]:
        """Reach it, sign in, count the rows of everything, and ask whether quotations may be written."""
        company = self._api.rows("res.company", [], ("name", "currency_id"), limit=1)[0]
        checks = [Check("shop", str(company["name"])), Check("currency", company["currency_id"][1])]
        checks += (self._counted(*what) for what in _READ)
        if not any(self._api.has(model) for model in (ORDERS, TILLS)):
            checks.append(Check("sales", "", "neither the app Sales nor Point of Sale is installed"))
        self._may_write = self._try_writing()
        said = "yes" if self._may_write else "not with this key; they are put in at the till"
        checks.append(Check("add-ons into quotations", said))
        if self._api.has(TILLS):
            checks.append(Check("add-ons into orders at a till", "at the till, which keeps its own orders"))
        return tuple(checks)

    def page(self, entity: Entity, since: datetime | None, after: str | None) -> Page:
        match entity:
            case "stores" if self._api.has("stock.warehouse"):
                found = self._api.everything("stock.warehouse", [], ["name"], active_test=False)
                return Page(each(found, rows.place), None)
            case "associates":
                self._sales.forget()
                return self._associates()
            case "products":
                return self._products.page(since, after)
            case "customers":
                return self._customers(since, after)
            case "sales":
                return self._sales.page(since, after)
        return Page((), None)

    def ids(self, entity: Entity, after: str | None) -> tuple[tuple[str, ...], str | None]:
        if entity == "sales":
            return self._sales.ids(after)
        if entity == "associates":
            return tuple(
                one.id if isinstance(one, Aside) else one.associate_id for one in self._everybody()
            ), None
        model, domain = {
            "stores": ("stock.warehouse", []),
            "products": ("product.product", []),
            "customers": ("res.partner", _CONTACTS),
        }[entity]
        if not self._api.has(model):
            return (), None
        every = self._api.everything(model, domain, ["id"], active_test=False)
        return tuple(str(row["id"]) for row in every), None

    def heirs(self, customers: Sequence[str]) -> Mapping[str, str]:
        return {}

    def sales(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        return self._sales.called(ids)

    def quantity(self, basket_id: str, product_id: str) -> float:
        order, lines = self._lines(basket_id, product_id)
        if problem := self._closed(basket_id, order):
            raise DeclinedError(problem)
        return count(lines)

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        order, lines = self._lines(basket_id, product_id)
        problem = self._closed(basket_id, order)
        if order is None or problem:
            return Put(quantity, count(lines), problem)

        def write(changes: list[tuple[int | None, float]]) -> None:
            values = {"order_line": [_command(product_id, *change) for change in changes]}
            try:
                self._api.ask(ORDERS, "write", again=False, ids=[order["id"]], vals=values)
            except RefusedError as refused:
                raise DeclinedError("The shop's key may not change quotations.") from refused

        return bring(quantity, lines, write, lambda: self._lines(basket_id, product_id)[1])

    def put_links(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[Pair, ...]]:
        return odoo_links.put(self._api, wanted)

    def _lines(self, basket_id: str, product_id: str) -> tuple[Row | None, list[tuple[int, float]]]:
        model, field = _LINES
        if ORDERS not in self._sales.kinds or not product_id.isdecimal():
            return None, []
        found = self._api.rows(ORDERS, [["name", "=", basket_id]], ("name", "state"), limit=1)
        if not found:
            return None, []
        domain = [["order_id", "=", found[0]["id"]], ["product_id", "=", int(product_id)]]
        lines = self._api.rows(model, domain, [field])
        return found[0], [(line["id"], float(line[field])) for line in lines]

    def _closed(self, basket_id: str, order: Row | None) -> str | None:
        """Why a basket cannot be changed."""
        if order is None:
            if any(isinstance(one, Sale) and one.channel == "pos" for one in self._sales.called([basket_id])):
                return "This basket is a till's own; put it in there."
            return GONE
        if order["state"] == "cancel":
            return GONE
        if order["state"] not in ("draft", "sent"):
            return PAID
        return None

    def _counted(self, name: str, model: str, app: str, needed: bool, right: str) -> Check:
        try:
            return Check(name, f"{self._api.count(model, []):,}")
        except AbsentError:
            return Check(name, f"left out: the app {app} is not installed")
        except RefusedError:
            said = f"the key's user may not read {name}: give them {right}"
            return Check(name, "", said) if needed else Check(name, f"left out: {said}")

    def _try_writing(self) -> bool:
        """Whether the key's user may change quotations, as Odoo says it."""
        try:
            may = [
                self._api.ask(model, "has_access", operation=operation)
                for model, operation in ((ORDERS, "write"), (_LINES[0], "create"))
            ]
        except (AbsentError, RefusedError):
            return False
        except DeclinedError:
            return True  # it cannot be asked: the first add-on tells
        return all(may)

    def _associates(self) -> Page:
        return Page(tuple(self._everybody()), None)

    def _everybody(self) -> list[Colleague | Aside]:
        """Users, and employees that are none."""
        users = self._api.everything("res.users", _USERS, ("name", "active"), active_test=False)
        others = [row for row in employees(self._api) if not row.get("user_id")]
        return [*each(users, rows.user), *each(others, rows.employee)]

    def _customers(self, at: datetime | None, after: str | None) -> Page:
        if after is None or self._tags is None:
            tags = self._api.everything("res.partner.category", [], ["name"])
            self._tags = {row["id"]: text(row["name"]) or "" for row in tags}
        domain: Domain = [
            ["id", ">", int(after or 0)],
            *_CONTACTS,
            *([] if at is None else self._changed(at)),
        ]
        found = self._api.rows("res.partner", domain, rows.PERSON, limit=PAGE, active_test=False)
        total = self._api.count("res.partner", _CONTACTS, active_test=False) if at is None else None
        people = each(found, self._person)
        return Page(people, str(found[-1]["id"]) if len(found) == PAGE else None, total)

    def _changed(self, at: datetime) -> Domain:
        """Who changed, or said something about e-mail, which moves no contact's time."""
        try:
            said = self._api.everything(
                "mail.blacklist", [since("write_date", at)], ["email"], active_test=False
            )
            addresses = sorted({str(row["email"]) for row in said if row.get("email")})
        except (AbsentError, RefusedError):
            addresses = []
        return either(since("write_date", at), ["email_normalized", "in", addresses])

    def _person(self, row: Row) -> Person:
        return rows.person(row, self._tags or {}, self._country)


_READ = (
    ("products", "product.product", "Products", True, "Sales: User"),
    ("customers", "res.partner", "Contacts", True, "Contact: Creation"),
    ("quotations and orders", ORDERS, "Sales", True, "Sales: User: All Documents"),
    ("orders at the tills", TILLS, "Point of Sale", True, "Point of Sale: User"),
    ("warehouses", "stock.warehouse", "Inventory", True, "Inventory: User"),
    ("stock", "stock.quant", "Inventory", True, "Inventory: User"),
    ("employees", "hr.employee.public", "Employees", False, "Employees: Officer"),
    ("credit notes", "account.move.line", "Invoicing", False, "Invoicing: Read-only"),
    ("who wants no e-mail", "mail.blacklist", "Discuss", False, "Email Marketing: User"),
)
"""What a sync reads: its name, the model, the app it comes with, whether it must, and the right it takes."""


def _command(product_id: str, line: int | None, quantity: float) -> list[Any]:
    """How a line is written: 0 makes one, 1 changes one, 2 takes one out."""
    if line is None:
        return [0, 0, {"product_id": int(product_id), "product_uom_qty": quantity}]
    return [1, line, {"product_uom_qty": quantity}] if quantity else [2, line, 0]
