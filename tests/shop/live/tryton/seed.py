"""Makes the tests' Tryton shop: a till in each of two stores, goods with cost, barcodes and stock, people.

    python seed.py DATABASE_FILE

Runs in the environment that Tryton is installed in, never in ours; prints what the tests need as JSON. The
tests' own helpers of Tryton's modules set the books up, as its documentation shows it.
"""

from __future__ import annotations

import json
import os
import sys
from decimal import Decimal
from pathlib import Path

_GOODS = (
    ("Lumo R50 mirrorless kit", "CAM-R50", "5000000000012", "899.00", "610.00", "Cameras"),
    ("Swift 128 GB SD card", "CRD-128", "5000000000029", "42.90", "19.50", "Memory cards"),
    ("Trail camera bag", "BAG-9", "5000000000036", "59.00", "24.00", "Bags"),
)
_EXTRA = 60  # more goods, so that lists have pages


def main(file: Path) -> None:
    os.environ["TRYTOND_DATABASE_URI"] = "sqlite://"
    os.environ["TRYTOND_DATABASE__PATH"] = str(file.parent)
    os.environ["DB_NAME"] = file.stem
    from proteus import Model
    from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
    from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
    from trytond.modules.company.tests.tools import create_company, get_company
    from trytond.tests.tools import activate_modules

    activate_modules(["sale_point", "sale"], create_company, create_chart)
    company = get_company()
    year = set_fiscalyear_invoice_sequences(create_fiscalyear())
    year.click("create_period")
    accounts = get_accounts()
    made = _Maker(Model, accounts, company)
    told = {
        "products": made.goods(),
        "points": made.points(),
        "employees": made.employees(),
        "parties": made.parties(),
        "cash": made.cash(),
        "company": company.id,
        "keys": made.keys(),
    }
    print(json.dumps(told))


class _Maker:
    def __init__(self, model, accounts, company) -> None:
        self._get, self._accounts, self._company = model.get, accounts, company

    def goods(self) -> dict[str, int]:
        (unit,) = self._get("product.uom").find([("name", "=", "Unit")])
        books = self._get("product.category")(name="Goods", accounting=True)
        books.account_revenue = self._accounts["revenue"]
        books.save()
        root = self._get("product.category")(name="Shop")
        root.save()
        found: dict[str, int] = {}
        extra = [(f"Sundry {n}", f"SUN-{n}", None, "5.00", "2.00", "Sundries") for n in range(_EXTRA)]
        paths = {}
        for name, code, barcode, price, cost, category in (*_GOODS, *extra):
            if category not in paths:
                paths[category] = self._get("product.category")(name=category, parent=root)
                paths[category].save()
            template = self._get("product.template")(name=name, default_uom=unit, type="goods", salable=True)
            template.account_category = books
            template.categories.append(self._get("product.category")(paths[category].id))
            template.list_price = Decimal(price)
            template.gross_price = Decimal(price)
            (product,) = template.products
            product.suffix_code = code
            product.cost_price = Decimal(cost)
            if barcode:
                product.identifiers.new(type="ean", code=barcode)
            template.save()
            found[code] = template.products[0].id
        return found

    def points(self) -> dict[str, int]:
        kinds, location = self._get("ir.sequence.type"), self._get("stock.location")
        (customers,) = location.find([("code", "=", "CUS")])
        (storage,) = location.find([("code", "=", "STO")])
        (back,) = location.find([("code", "=", "IN")])
        (journal,) = self._get("account.journal").find([("type", "=", "revenue")], limit=1)
        found: dict[str, int] = {}
        for name in ("Harbour Street", "Mill Lane"):
            sequence = self._get("ir.sequence.strict")(name=f"Till {name}", company=self._company)
            (sequence.sequence_type,) = kinds.find([("name", "=", "POS")], limit=1)
            sequence.save()
            point = self._get("sale.point")(name=name)
            point.journal, point.sequence = journal, sequence
            place = storage
            if found:
                place = location(name=f"{name} shelves", type="storage", parent=storage.parent)
                place.save()
            point.storage_location, point.return_location = place, back
            point.customer_location = customers
            point.save()
            found[name] = point.id
        self._stock(storage, 25)
        return found

    def _stock(self, storage, pieces: int) -> None:
        inventory = self._get("stock.inventory")(location=storage)
        for product in self._get("product.product").find([("suffix_code", "in", ["CRD-128", "BAG-9"])]):
            line = inventory.lines.new(product=product)
            line.quantity = pieces
        inventory.save()
        inventory.click("confirm")

    def employees(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for name in ("Priya Nair", "Owen Bright"):
            party = self._get("party.party")(name=name)
            party.save()
            employee = self._get("company.employee")(party=party, company=self._company)
            employee.save()
            found[name] = employee.id
        return found

    def parties(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for name, phone, email in (
            ("Maren Oduya", "+441632960100", "maren@example.org"),
            ("Tom Gardiner", "+441632960101", "tom@example.org"),
        ):
            party = self._get("party.party")(name=name)
            party.account_receivable = self._accounts["receivable"]
            party.contact_mechanisms.new(type="phone", value=phone)
            party.contact_mechanisms.new(type="email", value=email)
            party.addresses.new(street="1 Quay")
            party.save()
            found[name] = party.id
        return found

    def cash(self) -> int:
        method = self._get("sale.point.payment.method")(name="Cash", cash=True)
        method.account = self._accounts["cash"]
        method.save()
        return int(method.id)

    def keys(self) -> list[str]:
        """An administrator's key, and one of somebody who may do nothing."""
        users, found = self._get("res.user"), []
        (admin,) = users.find([("login", "=", "admin")])
        nobody = users(name="Nobody", login="nobody")
        nobody.save()
        for user in (admin, nobody):
            application = self._get("res.user.application")(user=user, application="rest")
            application.save()
            application.state = "validated"
            application.save()
            found.append(application.key)
        return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
