"""The roots of Shopify's schema over a shop's rows: what is shown of them, and what the app may not read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

if TYPE_CHECKING:
    from tests.shop.live.fakes.shopify import Shop

Row = dict[str, Any]

NEEDS = {
    "productVariants": "read_products", "products": "read_products", "inventoryItem": "read_inventory",
    "locations": "read_locations", "customers": "read_customers", "staffMembers": "read_users",
    "orders": "read_orders", "draftOrders": "read_draft_orders", "draftOrder": "read_draft_orders",
    "draftOrderUpdate": "write_draft_orders",
}  # fmt: skip


class Root:
    """The roots of the schema, over a shop's rows; a field that the app may not read is refused."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def __getattr__(self, name: str) -> Any:
        listed = {
            "locations": "Location", "staffMembers": "StaffMember", "productVariants": "ProductVariant",
            "products": "Product", "customers": "Customer", "orders": "Order", "draftOrders": "DraftOrder",
        }  # fmt: skip
        if name in listed:
            self._may(name)
            rows = [self._shown(row) for row in self._all(listed[name])]
            return self._shop.connection(rows)
        if name.endswith("Count"):
            kind = {"productVariantsCount": "ProductVariant", "locationsCount": "Location"}.get(name)
            kind = kind or {"ordersCount": "Order", "draftOrdersCount": "DraftOrder"}.get(name, "Customer")
            return lambda _info, query="", **_: {
                "count": sum(finds(query or "", row) for row in self._all(kind))
            }
        raise AttributeError(name)

    def _all(self, kind: str) -> list[Row]:
        return list(self._shop.rows.get(kind, {}).values())

    def _may(self, name: str) -> None:
        scope = NEEDS[name]
        has = self._shop.scopes & {scope, scope.replace("read_", "write_")}
        told = {"customers": self._shop.tells_people, "staffMembers": self._shop.tells_staff}.get(name, True)
        if not has or not told:
            raise GraphQLError(f"Access denied for {name} field.", extensions={"code": "ACCESS_DENIED"})

    def shop(self, _info: Any) -> Row:
        return {"id": "gid://shopify/Shop/1", "name": "Lamp House", "currencyCode": "EUR"}

    def currentAppInstallation(self, _info: Any) -> Row:
        return {"accessScopes": [{"handle": scope} for scope in sorted(self._shop.scopes)]}

    def nodes(self, _info: Any, ids: Sequence[str]) -> list[Row | None]:
        return [self._node(one) for one in ids]

    def draftOrder(self, _info: Any, id: str) -> Row | None:
        return self._node(id)

    def order(self, _info: Any, id: str) -> Row | None:
        return self._node(id)

    def inventoryItem(self, _info: Any, id: str) -> Row | None:
        variant = self._node(id.replace("InventoryItem", "ProductVariant"))
        return variant and variant["inventoryItem"]

    def bulkOperation(self, _info: Any, id: str) -> Row | None:
        row = self._shop.rows.get("BulkOperation", {}).get(int(id.rsplit("/", 1)[-1]))
        if row is not None and row["status"] in ("CREATED", "RUNNING"):
            row["status"] = "RUNNING" if row["left"] else "COMPLETED"
            row["left"] -= 1
        return row

    def bulkOperationRunQuery(self, _info: Any, query: str, groupObjects: bool) -> Row:  # noqa: N803
        assert groupObjects
        running = [x for x in self._all("BulkOperation") if x["status"] in ("CREATED", "RUNNING")]
        if running:
            said = {"field": None, "message": "already running", "code": "OPERATION_IN_PROGRESS"}
            running[0]["status"] = "COMPLETED"  # the other one is done by the next time
            return {"bulkOperation": None, "userErrors": [said]}
        return {"bulkOperation": {"id": self._shop.export(query), "status": "CREATED"}, "userErrors": []}

    def draftOrderUpdate(self, _info: Any, id: str, input: Row) -> Row:
        self._may("draftOrderUpdate")
        row = self._shop.row("DraftOrder", int(id.rsplit("/", 1)[-1]))
        if row["status"] == "COMPLETED":
            said = {"field": ["id"], "message": "Draft order was already completed"}
            return {"draftOrder": None, "userErrors": [said]}
        lines = []
        for given in input["lineItems"]:
            number = int(given["variantId"].rsplit("/", 1)[-1]) if "variantId" in given else None
            if number is not None and number not in self._shop.rows["ProductVariant"]:
                said = {"field": ["lineItems"], "message": "Product is no longer available."}
                return {"draftOrder": None, "userErrors": [said]}
            fresh = {} if number is None else self._shop.taken(number, given["quantity"])
            blank = {"components": [], "customAttributes": [], "custom": number is None, "variant": None}
            lines.append(
                {**blank, "uuid": f"u-{next(self._shop.numbers)}", **fresh, **given} | {"variant": number}
            )
        row |= {"lines": lines, "updatedAt": self._shop.time()}
        return {"draftOrder": self._shown(row), "userErrors": []}

    # rows as the schema shows them

    def _node(self, gid: str) -> Row | None:
        kind, number = gid.rsplit("/", 2)[-2:]
        row = self._shop.rows.get(kind, {}).get(int(number))
        return None if row is None else self._shown(row)

    def _shown(self, row: Row) -> Row:
        show = getattr(self, f"_shown_{row['__typename']}", None)
        shown: Row = {**row, **show(row)} if show else row
        return shown

    def _shown_Product(self, row: Row) -> Row:
        return {
            "metafield": lambda _info, **_: row.get("metafield"),
            "variants": self._lazy("ProductVariant", lambda: row["variants"]),
        }

    def _shown_ProductVariant(self, row: Row) -> Row:
        levels = [
            {
                "id": f"gid://shopify/InventoryLevel/{place}", "location": self._shop.row("Location", place),
                "quantities": [{"name": "available", "quantity": count}],
            }
            for place, count in row["stock"].items()
        ]  # fmt: skip
        item = {
            "id": row["id"].replace("ProductVariant", "InventoryItem"), "tracked": True,
            "unitCost": row["cost"] and _money(row["cost"]), "inventoryLevels": self._shop.connection(levels),
        }  # fmt: skip
        return {
            "product": lambda _info: self._shown(self._shop.row("Product", row["product"])),
            "inventoryItem": item,
            "product_id": self._shop.row("Product", row["product"])["number"],
        }

    def _shown_DraftOrder(self, row: Row) -> Row:
        order = row["order"]
        return self._named(row) | {
            "order": None if order is None else lambda _info: self._shown(self._shop.row("Order", order)),
            "lineItems": self._shop.connection([self._line(line, n) for n, line in enumerate(row["lines"])]),
        }

    def _shown_Order(self, row: Row) -> Row:
        staff = row.get("staffMember")
        return self._named(row) | {
            "retailLocation": self._shop.row("Location", row["retailLocation"]),
            "staffMember": lambda _info: self._staff(staff),
            "lineItems": self._shop.connection([self._line(line, n) for n, line in enumerate(row["lines"])]),
        }

    def _named(self, row: Row) -> Row:
        def customer(_info: Any) -> Row | None:
            self._may("customers")
            return None if row["customer"] is None else self._shop.row("Customer", row["customer"])

        return {"customer": customer}

    def _staff(self, number: int | None) -> Row | None:
        self._may("staffMembers")
        return None if number is None else self._shop.row("StaffMember", number)

    def _line(self, line: Row, place: int) -> Row:
        variant = line["variant"]
        given = line.get("originalUnitPriceWithCurrency") or {}
        price = line.get("price") or given["amount"]
        total = f"{float(price) * line['quantity'] - line.get('off', 0):.2f}"
        paid = f"{float(price) - line.get('off', 0) / max(1, line['quantity']):.2f}"
        shown = None if variant is None else self._shop.rows["ProductVariant"].get(variant)
        return {
            **line,
            "id": f"gid://shopify/Line/{place:06}",
            "variant": shown and (lambda _info: self._shown(shown)),
            "originalUnitPriceSet": _bag(price),
            "originalUnitPriceWithCurrency": _money(price),
            "discountedTotalSet": _bag(total),
            "discountedUnitPriceAfterAllDiscountsSet": _bag(paid),
        }

    def _lazy(self, kind: str, numbers: Callable[[], Sequence[int]]) -> Callable[..., Row]:
        def page(info: Any, **given: Any) -> Row:
            rows = [self._shown(self._shop.row(kind, number)) for number in numbers()]
            return self._shop.connection(rows)(info, **given)

        return page


def _money(amount: str) -> Row:
    return {"amount": amount, "currencyCode": "EUR"}


def _bag(amount: str) -> Row:
    return {"shopMoney": _money(amount), "presentmentMoney": _money(amount)}


def finds(search: str, row: Row) -> bool:
    """Whether a search, in the words used here, finds a row."""
    statuses = re.findall(r"status:(\w+)", search)
    products = re.search(r"product_ids:([\d,]+)", search)
    after, since = re.search(r"id:>(\d+)", search), re.search(r"updated_at:>='([^']+)'", search)
    rest = re.sub(r"\(status:\w+ OR status:\w+\)|product_ids:[\d,]+|id:>\d+|updated_at:>='[^']+'", "", search)
    assert not rest.strip(), search
    return (
        (not statuses or row["status"].lower() in statuses)
        and (not products or str(row["product_id"]) in products[1].split(","))
        and (not after or row["number"] > int(after[1]))
        and (not since or row["updatedAt"] >= since[1])
    )
