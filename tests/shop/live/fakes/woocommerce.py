"""A WooCommerce site as its REST API documentation (woocommerce.github.io/woocommerce-rest-api-docs) has it.

Recorded from documented behaviour, not from a running site:
- "Authentication": Basic over https, OAuth 1.0a "one-legged" in the query over http, HMAC-SHA256, "the
  timestamp must be within 15 minutes", a nonce once; the base string has the site's own address.
- "Pagination": `per_page` at most 100, `offset`, `X-WP-Total`, `X-WP-TotalPages`.
- "List all orders": `status` any of the shop's; without it drafts are left out. Amounts have `dp`
  decimals, 2 unless it is said. `modified_after` is later
  than, of whole seconds, with `dates_are_gmt`; customers have no such parameter, what is unknown is ignored.
- "Update an order": a line with an `id` is changed (its totals only if they are sent), with `quantity` 0
  taken out, without `id` appended each time it is sent.
- "Update a product": the fields that are sent replace those that were, lists of ids as a whole.
- "Refunds": lines below zero, `_refunded_item_id` in their `meta_data`. A sale takes stock without touching
  the product's time of change. `refunds` as a list of its own came with 9.0, `variations` with 10.3, costs
  with a feature's flag.
- "Errors": `{code, message, data: {status}}`; 401 = nobody known asks, 403 = who asks may not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.shop.live.fakes import Answered, Asked, Fake

Row = dict[str, Any]
STATUSES = (
    *("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"),
    *("checkout-draft", "shipped"),
)


class Site(Fake):
    """A site in a folder of its host, with a small shop; `may`: what the key's owner and the key may."""

    key, secret = "ck_0123456789", "cs_9876543210"

    def __init__(self, context: ssl.SSLContext | None = None, folder: str = "/shop") -> None:
        super().__init__(context)
        self.folder = folder
        self.url = f"{self.scheme}://{self.host}{folder}"
        self.may = {"products", "customers", "orders", "settings", "reports", "write"}
        self.lists = {"variations", "refunds"}
        self.is_shop = True
        self.names = iter(range(1_000, 1_000_000))
        self.categories: list[Row] = []
        self.products: dict[int, Row] = {}
        self.variations: dict[int, Row] = {}
        self.customers: dict[int, Row] = {}
        self.orders: dict[int, Row] = {}
        self.refunds: dict[int, list[Row]] = {}
        self._nonces: set[str] = set()

    # what happens in the shop

    def stamp(self) -> str:
        """The shop's time, of whole seconds and without a zone."""
        at = datetime.fromtimestamp(time.time() + self.clock_is_late_by, UTC)
        return at.strftime("%Y-%m-%dT%H:%M:%S")

    def product(self, name: str, price: str = "10.00", kind: str = "simple", **more: Any) -> int:
        one = next(self.names)
        row: Row = {
            "id": one, "name": name, "type": kind, "status": "publish", "sku": f"SKU-{one}", "price": price,
            "global_unique_id": "", "manage_stock": False, "stock_quantity": None, "stock_status": "instock",
            "categories": [], "attributes": [], "cross_sell_ids": [], "upsell_ids": [],
            "grouped_products": [], "variations": [], "date_modified_gmt": self.stamp(),
        }  # fmt: skip
        self.products[one] = row | more
        return one

    def variation(self, parent: int, price: str, **options: str) -> int:
        one = next(self.names)
        self.variations[one] = {
            "id": one, "parent_id": parent, "status": "publish", "sku": f"SKU-{one}", "price": price,
            "global_unique_id": "", "manage_stock": "parent", "stock_quantity": 7, "stock_status": "instock",
            "attributes": [{"id": 1, "name": n, "option": o} for n, o in options.items()],
            "date_modified_gmt": self.stamp(),
        }  # fmt: skip
        self.products[parent]["variations"].append(one)
        return one

    def change(self, one: int, **fields: Any) -> None:
        """Change a product or variation, which moves its own time alone."""
        rows = self.products if one in self.products else self.variations
        rows[one] |= fields | {"date_modified_gmt": self.stamp()}

    def customer(self, first: str, last: str, email: str, phone: str = "", country: str = "GB") -> int:
        one = next(self.names)
        self.customers[one] = {
            "id": one, "first_name": first, "last_name": last, "email": email, "username": email,
            "role": "customer", "date_created_gmt": self.stamp(), "date_modified_gmt": self.stamp(),
            "billing": {"first_name": first, "last_name": last, "phone": phone, "country": country},
        }  # fmt: skip
        return one

    def order(self, *wanted: tuple[int, int], status: str = "pending", customer: int = 0) -> int:
        one = next(self.names)
        self.orders[one] = {
            "id": one, "status": status, "customer_id": customer, "currency": "GBP",
            "created_via": "checkout", "prices_include_tax": True, "line_items": [], "refunds": [],
            "date_created_gmt": self.stamp(),
            "date_paid_gmt": None if status in ("pending", "checkout-draft") else self.stamp(),
            "date_modified_gmt": self.stamp(),
        }  # fmt: skip
        for product, quantity in wanted:
            self._append(self.orders[one], {"product_id": product, "quantity": quantity})
        return one

    def pay(self, order: int) -> None:
        """Paid: the order's time moves, the stock shrinks, the products' times stand still."""
        row = self.orders[order]
        row |= {"status": "processing", "date_paid_gmt": self.stamp(), "date_modified_gmt": self.stamp()}
        for line in row["line_items"]:
            product = self.products[line["product_id"]]
            if product["manage_stock"]:
                product["stock_quantity"] -= line["quantity"]

    def refund(self, order: int, quantity: int) -> None:
        """Some of the first line come back."""
        line = self.orders[order]["line_items"][0]
        meta = [{"id": 1, "key": "_refunded_item_id", "value": str(line["id"])}]
        back = {"id": next(self.names), "quantity": -quantity, "meta_data": meta}
        self.refunds.setdefault(order, []).append({"id": next(self.names), "line_items": [back]})
        self.orders[order]["refunds"].append({"id": 1, "reason": "", "total": "-10.00"})
        self.orders[order]["date_modified_gmt"] = self.stamp()

    def lies_in(self, order: int) -> dict[int, int]:
        """How many of each product or variation lie in an order."""
        found: dict[int, int] = {}
        for line in self.orders[order]["line_items"]:
            one = line["variation_id"] or line["product_id"]
            found[one] = found.get(one, 0) + line["quantity"]
        return found

    # how it answers

    def answer(self, asked: Asked) -> Answered:
        root = f"{self.folder}/wp-json/"
        if asked.path == root:
            spaces = ["wp/v2", *(["wc/v3"] if self.is_shop else [])]
            return Answered(200, {"name": "Corner Shop", "home": self.url, "namespaces": spaces})
        if not asked.path.startswith(f"{root}wc/v3/"):
            return _no(404, "rest_no_route", "No route was found matching the URL and request method.")
        refused = self._refused(asked)
        if refused is not None:
            return refused
        path = asked.path.removeprefix(f"{root}wc/v3/")
        kind = path.split("/")[0]
        needs = {"variations": "products", "refunds": "orders", "data": "settings"}.get(kind, kind)
        if needs not in self.may:
            return _no(403, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        if asked.method == "PUT":
            return self._put(path, asked.body)
        if int(asked.query.get("per_page", 10)) > 100:
            return _no(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        return self._get(path, asked.query)

    def _get(self, path: str, query: Mapping[str, str]) -> Answered:
        if path == "data/currencies/current":
            return Answered(200, {"code": "GBP", "name": "Pound sterling"})
        if path == "reports/orders/totals":
            return Answered(200, [{"slug": s, "name": s, "total": 0} for s in STATUSES])
        if path == "products/categories":
            return _page(self.categories, query)
        if path == "products":
            return _page([*self.products.values()], query, by_time=True)
        if match := re.fullmatch(r"products/(\d+)/variations", path):
            own = [row for row in self.variations.values() if row["parent_id"] == int(match[1])]
            return _page([{k: v for k, v in row.items() if k != "parent_id"} for row in own], query)
        if path == "variations" and "variations" in self.lists:
            return _page([*self.variations.values()], query, by_time=True)
        if path == "refunds" and "refunds" in self.lists:
            every = [row | {"parent_id": one} for one, some in self.refunds.items() for row in some]
            return _page(every, query)
        if path == "customers":
            # without a role only customers are told; none other are here
            return _page([*self.customers.values()], query, by_id=lambda row: row["date_created_gmt"])
        if path == "orders":
            return self._orders(query)
        if match := re.fullmatch(r"orders/(\d+)/refunds", path):
            return _page(self.refunds.get(int(match[1]), []), query)
        return _no(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _orders(self, query: Mapping[str, str]) -> Answered:
        named = query.get("status", "any").split(",")
        if not set(named) <= {"any", "trash", *STATUSES}:
            return _no(400, "rest_invalid_param", "Invalid parameter(s): status")
        if "any" in named:
            named = [s for s in STATUSES if s != "checkout-draft"]
        digits, shown = int(query.get("dp", 2)), []
        for order in self.orders.values():
            lines = [
                line | {k: f"{float(v):.{digits}f}" for k, v in line.items() if "total" in k}
                for line in order["line_items"]
            ]
            if order["status"] in named:
                shown.append(order | {"line_items": lines})
        return _page(shown, query, by_time=True)

    def _put(self, path: str, sent: Row) -> Answered:
        if "write" not in self.may:
            said = "The API key provided does not have write permissions."
            return _no(401, "woocommerce_rest_authentication_error", said)
        if path.startswith("products/"):
            return self._put_product(int(path.removeprefix("products/")), sent)
        order = self.orders.get(int(path.removeprefix("orders/")))
        if order is None:
            return _no(400, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
        for line in sent.get("line_items", ()):
            there = next((x for x in order["line_items"] if x["id"] == line.get("id")), None)
            if "id" not in line:
                product = line.get("variation_id") or line["product_id"]
                if product not in self.products and product not in self.variations:
                    said = f"Product ID &quot;{product}&quot; is invalid."
                    return _no(400, "woocommerce_rest_invalid_product_id", said)
                self._append(order, line)
            elif there is None:
                return _no(
                    400, "woocommerce_rest_invalid_item_id", "Order item ID provided is not associated."
                )
            elif line.get("quantity") == 0:
                order["line_items"].remove(there)
            else:
                there |= {k: line[k] for k in ("quantity", "subtotal", "total") if k in line}
        if sent:
            order["date_modified_gmt"] = self.stamp()
        return Answered(200, order)

    def _put_product(self, one: int, sent: Row) -> Answered:
        if one not in self.products:
            return _no(400, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        self.change(one, **sent)
        return Answered(200, self.products[one])

    def _append(self, order: Row, line: Row) -> None:
        one = line.get("variation_id") or line["product_id"]
        parent = self.variations[one]["parent_id"] if one in self.variations else one
        net = float((self.variations.get(one) or self.products[one])["price"]) / 1.2 * line["quantity"]
        order["line_items"].append({
            "id": next(self.names), "product_id": parent, "variation_id": one if parent != one else 0,
            "quantity": line["quantity"], "subtotal": f"{net:.6f}", "total": f"{net:.6f}",
            "subtotal_tax": f"{net * 0.2:.6f}", "total_tax": f"{net * 0.2:.6f}",
        })  # fmt: skip

    def _refused(self, asked: Asked) -> Answered | None:
        invalid = "woocommerce_rest_authentication_error"
        if self.scheme == "https":
            basic = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
            if asked.headers.get("authorization") != f"Basic {basic}":
                return _no(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
            return None
        said = dict(asked.query)
        if said.get("oauth_consumer_key") != self.key:
            return _no(401, invalid, "Consumer key is invalid.")
        if said.pop("oauth_signature", "") != self._signature(asked, said):
            return _no(401, invalid, "Invalid signature - provided signature does not match.")
        now = time.time() + self.clock_is_late_by
        if abs(now - int(said["oauth_timestamp"])) > 15 * 60:
            return _no(401, invalid, "Invalid timestamp.")
        if said["oauth_nonce"] in self._nonces:
            return _no(401, invalid, "Invalid nonce - nonce has already been used.")
        self._nonces.add(said["oauth_nonce"])
        return None

    def _signature(self, asked: Asked, said: Mapping[str, str]) -> str:
        """As the site computes it: each name and value escaped twice, in the order of the names."""
        twice = {
            quote(quote(k, safe="~"), safe="~"): quote(quote(v, safe="~"), safe="~") for k, v in said.items()
        }
        whole = "%26".join(f"{name}%3D{twice[name]}" for name in sorted(twice))
        base = f"{asked.method}&{quote(f'{self.scheme}://{self.host}{asked.path}', safe='~')}&{whole}"
        made = hmac.new(f"{self.secret}&".encode(), base.encode(), hashlib.sha256).digest()
        return base64.b64encode(made).decode()


def _page(
    rows: list[Row],
    query: Mapping[str, str],
    *,
    by_time: bool = False,
    by_id: Callable[[Row], object] | None = None,
) -> Answered:
    if query.get("include"):
        wanted = {int(one) for one in query["include"].split(",")}
        rows = [row for row in rows if row["id"] in wanted]
    if by_time and query.get("modified_after"):
        rows = [row for row in rows if row["date_modified_gmt"] > query["modified_after"]]
    key = by_id if by_id and query.get("orderby") == "registered_date" else lambda row: row["id"]
    rows = sorted(rows, key=key, reverse=query.get("order", "desc") == "desc")  # type: ignore[arg-type]
    size, offset = int(query.get("per_page", 10)), int(query.get("offset", 0))
    shown = rows[offset : offset + size]
    if query.get("_fields"):
        names = query["_fields"].split(",")
        shown = [{name: row[name] for name in names if name in row} for row in shown]
    pages = -(-len(rows) // size)
    return Answered(200, shown, {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)})


def _no(status: int, code: str, message: str) -> Answered:
    return Answered(status, {"code": code, "message": message, "data": {"status": status}})
