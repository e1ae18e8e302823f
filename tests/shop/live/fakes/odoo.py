"""An Odoo 19 database as its documentation (odoo.com/documentation/19.0, developer/reference) has it.

Recorded from documented behaviour, not from a running database:
- "External JSON-2 API": `POST /json/2/<model>/<method>`, `Authorization: bearer`, `X-Odoo-Database` where a
  server has several; named arguments, `ids` and `context` apart; the answer is the method's own value. Errors
  are 4xx with `{name, message, arguments, context, debug}`: 401 Unauthorized, 403 AccessError, 404 NotFound
  ("the model … does not exist"), 422 UserError or wrong arguments. Each call is a transaction of its own.
- "ORM API": domains in prefix notation with dotted paths, `search_read`, `search_count`, `fields_get`,
  `has_access`; archived rows are left out unless `active_test` is off; empty text is `false`, a link is
  `[id, name]`, times are UTC without a zone, told in seconds and kept with more. Commands: `[0, 0, values]`
  makes a line, `[1, id, values]` changes one, `[2, id, 0]` takes one out,
  `[4, id, 0]` links one that is there to those that are linked.
- A product's name, price, category and optional products are its template's; a template's change moves the
  template's `write_date`, goods that move nobody's but the move's own. Till orders that take something back
  are orders of their own, their lines point to the first ones'.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.shop.live.fakes import Answered, Asked, Fake
from tests.shop.live.fakes.odoo_models import ALWAYS, APPS, LINKS, MANY, PLAIN

Row = dict[str, Any]


class Database(Fake):
    """A database of one company; `lacks`: models the key's user may not read (or write, as "write:model")."""

    key = "0123456789abcdef"

    def __init__(self) -> None:
        super().__init__()
        self.url = f"http://{self.host}"
        self.database = ""
        self.lacks: set[str] = set()
        self.installed = set(APPS)
        self.rows: dict[str, dict[int, Row]] = {model: {} for model in LINKS}
        self._ids = iter(range(11, 1_000_000))
        self.pound = self.add("res.currency", name="GBP")
        self.add("res.company", name="Corner Shop", currency_id=self.pound)
        self.sam = self.add("res.users", name="Sam Till", share=False, active=True)
        self.goods_category = self.add("product.category", complete_name="All / Goods")
        self.lamps = self.add("product.category", complete_name="All / Goods / Lamps")
        self.warehouse = self.add("stock.warehouse", name="High Street")
        self.shelf = self.add(
            "stock.location", name="WH/Stock", usage="internal", warehouse_id=self.warehouse
        )
        self.customers_place = self.add("stock.location", name="Customers", usage="customer")
        self.till = self.add("pos.config", name="Till 1", warehouse_id=self.warehouse)

    # what happens in the shop

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.clock_is_late_by, UTC)

    def add(self, model: str, **fields: Any) -> int:
        one = next(self._ids)
        if model == "hr.employee":
            self.rows["hr.employee.public"][one] = self._new(one, fields)
        self.rows[model][one] = self._new(one, fields)
        return one

    def _new(self, one: int, fields: Row) -> Row:
        return {"id": one, "write_date": self.now(), "create_date": self.now(), **fields}

    def change(self, model: str, one: int, **fields: Any) -> None:
        self.rows[model][one] |= {"write_date": self.now(), **fields}

    def age(self) -> None:
        """All that happened until now was long ago."""
        for rows in self.rows.values():
            for row in rows.values():
                row["write_date"] = row["create_date"] = datetime(2026, 1, 1, tzinfo=UTC)

    def product(self, name: str, price: float = 10.0, **fields: Any) -> int:
        """A product with one variant; its id."""
        return self.variants(name, price, [()], **fields)[0]

    def variants(self, name: str, price: float, options: Sequence[Sequence[int]], **fields: Any) -> list[int]:
        """A product with variants of these attribute values."""
        template = self.add(
            "product.template", name=name, list_price=price, categ_id=fields.pop("categ_id", self.lamps),
            sale_ok=True, optional_product_ids=[], pos_optional_product_ids=[],
        )  # fmt: skip
        common: Row = {
            "default_code": False, "barcode": False, "standard_price": 0.0, "active": True,
            "is_storable": True,
        }  # fmt: skip
        return [
            self.add(
                "product.product", product_tmpl_id=template, currency_id=self.pound,
                product_template_attribute_value_ids=list(values), **(common | fields),
            )
            for values in options
        ]  # fmt: skip

    def template(self, product: int) -> int:
        return int(self.rows["product.product"][product]["product_tmpl_id"])

    def put_on_shelf(self, product: int, quantity: float, reserved: float = 0) -> None:
        quants = self.rows["stock.quant"]
        there = next(
            (q for q in quants.values() if (q["product_id"], q["location_id"]) == (product, self.shelf)), None
        )
        if there is None:
            self.add(
                "stock.quant",
                product_id=product,
                location_id=self.shelf,
                quantity=quantity,
                reserved_quantity=reserved,
            )
        else:
            there |= {"quantity": quantity, "reserved_quantity": reserved}
        self.add("stock.move", product_id=product)

    def contact(self, name: str, email: str = "", phone: str = "", **fields: Any) -> int:
        return self.add(
            "res.partner", name=name, email=email or False, email_normalized=email.lower() or False,
            phone=phone or False, type=fields.pop("type", "contact"),
            category_id=fields.pop("category_id", []),
            country_code="GB", is_blacklisted=False, active=True, **fields,
        )  # fmt: skip

    def order(self, *wanted: tuple[int, float], state: str = "draft", partner: int | None = None) -> str:
        one = next(self._ids)
        name = f"S{one:05}"
        self.rows["sale.order"][one] = self._new(one, {
            "name": name, "state": state, "date_order": self.now(), "partner_id": partner or False,
            "user_id": self.sam, "warehouse_id": self.warehouse, "currency_id": self.pound,
        })  # fmt: skip
        for product, quantity in wanted:
            self._line(one, {"product_id": product, "product_uom_qty": quantity})
        return name

    def till_order(
        self,
        *wanted: tuple[int, float],
        state: str = "draft",
        of: int | None = None,
        number: str = "",
        **more: Any,
    ) -> int:
        """An order at the till; `of`: it takes back lines of this one."""
        first = [line for line in self.rows["pos.order.line"].values() if line["order_id"] == of]
        one = self.add(
            "pos.order", name="/", pos_reference=number or False, state=state, date_order=self.now(),
            partner_id=False, user_id=self.sam, employee_id=more.pop("employee_id", False),
            config_id=self.till, currency_id=self.pound, refunded_order_id=of or False, **more,
        )  # fmt: skip
        for product, quantity in wanted:
            back = next((line["id"] for line in first if line["product_id"] == product), False)
            price = self._get("product.product", product, "lst_price")
            self.add(
                "pos.order.line", order_id=one, product_id=product, qty=quantity, price_unit=price,
                discount=0.0,
                refunded_orderline_id=back,
            )  # fmt: skip
        return one

    def credit(self, order: str, quantity: float) -> None:
        """A credit note for some of the order's first line."""
        one = self.id_of(order)
        line = min(line["id"] for line in self.rows["sale.order.line"].values() if line["order_id"] == one)
        note = self.add("account.move", name="RINV/1", move_type="out_refund")
        self.add(
            "account.move.line", move_id=note, parent_state="posted", quantity=quantity, sale_line_ids=[line]
        )

    def id_of(self, order: str) -> int:
        return next(one for one, row in self.rows["sale.order"].items() if row["name"] == order)

    def lies_in(self, order: str) -> dict[int, float]:
        """How many of each product lie in a sales order."""
        found: dict[int, float] = {}
        for line in self.rows["sale.order.line"].values():
            if line["order_id"] == self.id_of(order):
                found[line["product_id"]] = found.get(line["product_id"], 0) + line["product_uom_qty"]
        return found

    # how it answers

    def answer(self, asked: Asked) -> Answered:
        if asked.method != "POST" or not asked.path.startswith("/json/2/"):
            return _no(404, "werkzeug.exceptions.NotFound", "Did you mean POST /json/2/<model>/<method>?")
        if asked.headers.get("authorization") != f"bearer {self.key}":
            return _no(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey")
        if self.database and asked.headers.get("x-odoo-database") != self.database:
            return _no(404, "werkzeug.exceptions.NotFound", "No database is selected.")
        model, method = asked.path.removeprefix("/json/2/").split("/")
        absent = {one for app, models in APPS.items() if app not in self.installed for one in models}
        if model not in LINKS or model in absent:
            return _no(404, "werkzeug.exceptions.NotFound", f"the model '{model}' does not exist")
        named = dict(asked.body)
        context, ids = named.pop("context", {}), named.pop("ids", [])
        if method == "context_get":
            return Answered(200, {"lang": "en_GB", "tz": "UTC", "uid": self.sam})
        if method == "fields_get":
            return Answered(200, {name: {} for name in self._fields(model)})
        if method == "has_access":
            may = f"write:{model}" not in self.lacks and model not in self.lacks
            return Answered(200, may)
        if model in self.lacks or (method == "write" and f"write:{model}" in self.lacks):
            said = f"You are not allowed to access '{model}' records.\n\nContact your administrator."
            return _no(403, "odoo.exceptions.AccessError", said)
        if method in ("search_read", "search_count"):
            return self._search(model, method, named, context)
        if method == "write" and model == "sale.order":
            return self._write(ids, named["vals"])
        if method == "write" and model == "product.template":
            return self._link(ids, named["vals"])
        return _no(422, "werkzeug.exceptions.UnprocessableEntity", f"got an unexpected method {method!r}")

    def _search(self, model: str, method: str, named: Row, context: Row) -> Answered:
        found = [one for one in sorted(self.rows[model]) if self._holds(model, one, named["domain"])]
        if context.get("active_test", True) and "active" in self._fields(model):
            found = [one for one in found if self._get(model, one, "active")]
        if method == "search_count":
            return Answered(200, len(found))
        wrong = set(named["fields"]) - set(self._fields(model))
        if wrong:
            return _no(500, "builtins.ValueError", f"Invalid field {sorted(wrong)[0]!r} on {model!r}")
        some = found[: named.get("limit")]
        fields = ["id", *named["fields"]]
        return Answered(200, [{f: self._told(model, one, f) for f in fields} for one in some])

    def _link(self, ids: Sequence[int], values: Row) -> Answered:
        for one in ids:
            row = self.rows["product.template"][one]
            for field, commands in values.items():
                new = [other for command, other, _ in commands if command == 4 and other not in row[field]]
                self.change("product.template", one, **{field: [*row[field], *new]})
        return Answered(200, True)

    def _write(self, ids: Sequence[int], values: Row) -> Answered:
        for one in ids:
            if self.rows["sale.order"][one]["state"] not in ("draft", "sent"):
                return _no(422, "odoo.exceptions.UserError", "It is not allowed to change a confirmed order.")
            for command, line, what in values["order_line"]:
                if command == 0:
                    if what["product_id"] not in self.rows["product.product"]:
                        said = f"Record does not exist or has been deleted. (Record: {what['product_id']})"
                        return _no(404, "odoo.exceptions.MissingError", said)
                    self._line(one, what)
                elif command == 1:
                    self.change("sale.order.line", line, **what)
                else:
                    del self.rows["sale.order.line"][line]
            self.change("sale.order", one)
        return Answered(200, True)

    def _line(self, order: int, values: Row) -> None:
        price = self._get("product.product", values["product_id"], "lst_price")
        self.add("sale.order.line", order_id=order, price_unit=price, discount=0.0, **values)

    def _fields(self, model: str) -> tuple[str, ...]:
        return (*ALWAYS, *LINKS[model], *PLAIN.get(model, ()))

    def _get(self, model: str, one: int, field: str) -> Any:
        row = self.rows[model][one]
        if model == "product.product" and field not in row:
            if field == "display_name":
                values = self.rows["product.template.attribute.value"]
                named = ", ".join(values[v]["name"] for v in row["product_template_attribute_value_ids"])
                return self._get(model, one, "name") + (f" ({named})" if named else "")
            template = self.rows["product.template"][row["product_tmpl_id"]]
            return template[{"lst_price": "list_price"}.get(field, field)]
        if (model, field) in MANY:
            back = "product_tmpl_id" if model == "product.template" else "order_id"
            return [i for i, r in self.rows[MANY[model, field]].items() if r[back] == one]
        return row.get(field, False)

    def _told(self, model: str, one: int, field: str) -> Any:
        value = self._get(model, one, field)
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S")
        if field in LINKS[model] and value:
            other = LINKS[model][field]
            return [value, self._get(other, value, "name") or self._get(other, value, "complete_name")]
        return value

    def _holds(self, model: str, one: int, domain: Sequence[Any]) -> bool:
        """Whether a row is in a domain: prefix notation, with an "and" between what stands alone."""

        def term(at: int) -> tuple[bool, int]:
            part = domain[at]
            if part in ("|", "&"):
                left, at = term(at + 1)
                right, at = term(at)
                return (left or right) if part == "|" else (left and right), at
            return self._is(model, one, *part), at + 1

        at, holds = 0, True
        while at < len(domain):
            one_holds, at = term(at)
            holds = holds and one_holds
        return holds

    def _is(self, model: str, one: int, path: str, operator: str, wanted: Any) -> bool:
        field, _, rest = path.partition(".")
        value = self._get(model, one, field)
        if rest:
            other = LINKS[model].get(field) or MANY[model, field]
            linked = value if isinstance(value, list) else [value] if value else []
            return any(self._is(other, i, rest, operator, wanted) for i in linked)
        values = value if isinstance(value, list) else [value]
        if operator == "in":
            return any(v in wanted for v in values)
        if operator == ">" and isinstance(value, datetime):
            return value > datetime.fromisoformat(wanted).replace(tzinfo=UTC)
        if operator == ">":
            return bool(value > wanted)
        if operator == "!=":
            return bool(value) if wanted is False else bool(value != wanted)
        assert operator == "="
        return bool(value == wanted)


def _no(status: int, name: str, message: str) -> Answered:
    body = {"name": name, "message": message, "arguments": [message], "context": {}, "debug": "Traceback …"}
    return Answered(status, body)
