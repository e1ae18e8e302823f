"""Writing into Tryton's open sales: a new line is sent with its price, as its kind of sale asks for it."""

from __future__ import annotations

from typing import Any

from assistant.shop import tryton_rows as rows
from assistant.shop.calling import DeclinedError
from assistant.shop.connector import Put
from assistant.shop.lines import GONE, PAID, bring, count
from assistant.shop.tryton_api import Api, Row
from assistant.shop.tryton_sales import LINES, ORDERS, TILLS, Sales, number

_WRITABLE = {TILLS: ("open",), ORDERS: ("draft",)}

Found = tuple[str | None, Row | None, list[tuple[int, float]]]
"""The kind of a sale, the sale, and a product's lines in it; None where it is not there."""


class Baskets:
    """The open sales of one database."""

    def __init__(self, api: Api, sales: Sales) -> None:
        self._api, self._sales = api, sales

    def quantity(self, basket_id: str, product_id: str) -> float:
        """How many of a product lie in a basket. Raises DeclinedError where it cannot be changed."""
        kind, basket, lines = self._read(basket_id, product_id)
        if problem := _closed(kind, basket):
            raise DeclinedError(problem)
        return count(lines)

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        """Bring a product's quantity to this number."""
        kind, basket, lines = self._read(basket_id, product_id)
        problem = _closed(kind, basket)
        if kind is None or basket is None or problem:
            return Put(quantity, count(lines), problem)

        def write(changes: list[tuple[int | None, float]]) -> None:
            for line, pieces in changes:
                if line is None:
                    self._add(kind, basket["id"], int(product_id), pieces)
                else:
                    how = ["write", [line], {"quantity": pieces}] if pieces else ["delete", [line]]
                    self._api.write(kind, basket["id"], {"lines": [how]})

        return bring(quantity, lines, write, lambda: self._read(basket_id, product_id)[2])

    def _add(self, kind: str, basket: int, product: int, pieces: float) -> None:
        """A new line, at the product's own price."""
        has_gross = self._api.has_field("product.product", rows.GROSS)
        fields = ("list_price_used", "sale_uom", *((rows.GROSS,) if has_gross else ()))
        found = self._api.rows("product.product", [["id", "=", product]], fields, limit=1)
        if not found or found[0].get("list_price_used") is None:
            raise DeclinedError("The shop has no price for this product.")
        price = found[0]["list_price_used"]
        values: dict[str, Any] = {"sale": basket, "product": product, "quantity": pieces}
        if kind == TILLS:
            values |= {"unit_list_price": price, "unit_gross_price": found[0].get(rows.GROSS) or price}
        else:
            values |= {"unit": found[0]["sale_uom"], "unit_price": price}
        self._api.create(LINES[kind], values)

    def _read(self, basket_id: str, product_id: str) -> Found:
        kind = next((one for one in self._sales.kinds if number(one, basket_id) is not None), None)
        if kind is None or not product_id.isdecimal():
            return None, None, []
        found = self._api.rows(kind, [["id", "=", number(kind, basket_id)]], ["state"], limit=1)
        if not found:
            return kind, None, []
        wanted = [["sale", "=", found[0]["id"]], ["product", "=", int(product_id)]]
        lines = self._api.everything(LINES[kind], wanted, ["quantity"])
        return kind, found[0], [(line["id"], float(line["quantity"])) for line in lines]


def _closed(kind: str | None, basket: Row | None) -> str | None:
    """Why a basket cannot be changed."""
    if kind is None or basket is None or basket["state"] == "cancelled":
        return GONE
    return None if basket["state"] in _WRITABLE[kind] else PAID
