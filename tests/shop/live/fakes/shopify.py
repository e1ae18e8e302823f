"""A Shopify shop as its documentation (shopify.dev, Admin API 2026-10) has it, answering by its own schema.

Every request is validated against the schema that Shopify publishes, and carried out by a GraphQL engine over
rows kept here: what is asked or answered against the schema fails. Recorded from documented behaviour, not
from a running shop:
- "Client credentials grant": `POST /admin/oauth/access_token` as a form; tokens live 24 hours, then 401.
- "API limits": each question costs by the objects it asks for, 1,000 at most; a bucket of points flows back
  by the second; `THROTTLED` and `MAX_COST_EXCEEDED` come as HTTP 200; pages hold at most 250.
- "Bulk operations": one query without page sizes, five connections at most, made in the background; the file
  is JSONL, rows under a row name it as `__parentId` and follow it where they are grouped.
- "Protected customer data", "Access scopes": what an app may not read is `ACCESS_DENIED` at that field.
- `draftOrderUpdate` replaces all the lines of a draft; a completed one refuses in `userErrors`.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import GraphQLError, execute, parse, validate

from tests.shop.live.fakes import Answered, Asked, Fake
from tests.shop.live.fakes.shopify_cost import cost
from tests.shop.live.fakes.shopify_roots import Root, Row, finds
from tests.shop.live.shopify.schema import schema

ALL_SCOPES = (
    "read_products", "read_inventory", "read_locations", "read_orders", "read_all_orders",
    "read_customers", "read_users", "write_draft_orders",
)  # fmt: skip
MOST = 1_000
SAYS_NO = "https://shopify.dev/api/usage/access-scopes"


class Shop(Fake):
    """A shop that is empty at first, with an app that may do everything."""

    client_id, secret = "0a1b2c", "shpss_secret"

    def __init__(self) -> None:
        super().__init__()
        self.scopes = set(ALL_SCOPES)
        self.tells_people = self.tells_staff = True
        self.bucket, self.rate = 2_000.0, 100_000.0
        self.left, self.waited, self._told = self.bucket, 0.0, time.monotonic()
        self.export_takes = 1  # so often it is asked for in vain
        self.exports: dict[str, Row] = {}
        self.files: dict[str, bytes] = {}
        self.rows: dict[str, dict[int, Row]] = {}
        self.tokens: set[str] = set()
        self.signed_in = 0
        self.numbers = itertools.count(1_001)
        self._exporting = False
        self.place = self.add("Location", name="High Street", isActive=True)

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    # what people in the shop do

    def add(self, kind: str, **fields: Any) -> int:
        """A row, with its number."""
        number = next(self.numbers)
        self.rows.setdefault(kind, {})[number] = {
            "__typename": kind, "id": f"gid://shopify/{kind}/{number}", "number": number,
            "updatedAt": self.time(), "createdAt": self.time(), **fields,
        }  # fmt: skip
        return number

    def row(self, kind: str, number: int) -> Row:
        return self.rows[kind][number]

    def time(self, ago: float = 0) -> str:
        at = datetime.fromtimestamp(time.time() + self.clock_is_late_by, UTC) - timedelta(seconds=ago)
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def product(
        self, title: str, price: str = "9.90", *, cost: str | None = None, barcode: str | None = None,
        stock: int = 5, kind: str = "", titles: Sequence[str] = ("Default Title",),
    ) -> int:  # fmt: skip
        """A product with its variants; the first one's number."""
        product = self.add("Product", title=title, status="ACTIVE", productType=kind, vendor="", variants=[])
        variants = [
            self.add(
                "ProductVariant", title=one, sku=f"S{product}", barcode=barcode, price=price,
                selectedOptions=[{"name": "Title", "value": one}], product=product, cost=cost,
                stock={self.place: stock},
            )
            for one in titles
        ]  # fmt: skip
        self.row("Product", product)["variants"] = variants
        return variants[0]

    def recommend(self, variant: int, *others: int) -> None:
        """Say that products go together, as the merchant does."""
        ids = [f"gid://shopify/Product/{self.row('ProductVariant', o)['product']}" for o in others]
        product = self.row("Product", self.row("ProductVariant", variant)["product"])
        product |= {"metafield": {"value": json.dumps(ids)}, "updatedAt": self.time()}

    def customer(self, first: str, last: str, **fields: Any) -> int:
        return self.add("Customer", firstName=first, lastName=last, displayName=f"{first} {last}", **fields)

    def draft(self, *lines: tuple[int, int], customer: int | None = None, ago: float = 0) -> int:
        number = self.add(
            "DraftOrder", status="OPEN", customer=customer, order=None, currencyCode="EUR",
            lines=[self.taken(variant, quantity) for variant, quantity in lines],
        )  # fmt: skip
        self.row("DraftOrder", number)["updatedAt"] = self.time(ago)
        return number

    def order(self, *lines: tuple[int, int], customer: int | None = None, **fields: Any) -> int:
        return self.add(
            "Order", customer=customer, test=False, cancelledAt=None, displayFinancialStatus="PAID",
            processedAt=self.time(), currencyCode="EUR", sourceName="pos", retailLocation=self.place,
            lines=[self.taken(v, q) | {"currentQuantity": q} for v, q in lines], **fields,
        )  # fmt: skip

    def complete(self, draft: int) -> int:
        """A draft is paid: it becomes an order."""
        row = self.row("DraftOrder", draft)
        lines = [(line["variant"], line["quantity"]) for line in row["lines"]]
        order = self.order(*lines, customer=row["customer"])
        row |= {"status": "COMPLETED", "order": order, "updatedAt": self.time()}
        return order

    def holds(self, draft: int) -> dict[int | str, int]:
        """What lies in a draft: how many of each variant, or of each line written by hand."""
        return {x["variant"] or x["title"]: x["quantity"] for x in self.row("DraftOrder", draft)["lines"]}

    def taken(self, variant: int, quantity: int) -> Row:
        return {
            "id": f"gid://shopify/Line/{next(self.numbers)}", "uuid": f"u-{next(self.numbers)}",
            "variant": variant, "quantity": quantity, "custom": False, "components": [],
            "customAttributes": [], "title": "", "taxable": True, "requiresShipping": True,
            "price": self.row("ProductVariant", variant)["price"],
        }  # fmt: skip

    # what the shop answers

    def answer(self, asked: Asked) -> Answered:
        if asked.path.startswith("/export/"):
            return self._file(asked)
        if asked.path == "/admin/oauth/access_token":
            return self._sign_in(asked.body)
        if asked.headers.get("x-shopify-access-token") not in self.tokens:
            return Answered(401, {"errors": "[API] Invalid API key or access token"})
        return Answered(200, self._ask(asked.body["query"], asked.body["variables"]))

    def _sign_in(self, form: Mapping[str, str]) -> Answered:
        wanted = {"client_id": self.client_id, "client_secret": self.secret}
        if form != wanted | {"grant_type": "client_credentials"}:
            return Answered(400, {"error": "invalid_client"})
        self.signed_in += 1
        token = f"shpat_{self.signed_in}"
        self.tokens.add(token)
        return Answered(200, {"access_token": token, "scope": "", "expires_in": 86_399})

    def _file(self, asked: Asked) -> Answered:
        assert "x-shopify-access-token" not in asked.headers
        whole = self.files.get(asked.path)
        if whole is None:
            return Answered(404, {})
        begin = int(asked.headers.get("range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        return Answered(206 if begin else 200, whole[begin:], {"content-type": "application/jsonl"})

    def _ask(self, query: str, values: Mapping[str, Any]) -> Row:
        document = parse(query)
        problems = validate(schema(), document)
        assert not problems, problems
        price = cost(schema(), document, values)
        now = time.monotonic() + self.waited
        self.left = min(self.bucket, self.left + (now - self._told) * self.rate)
        self._told = now
        said: Row = {"extensions": {"cost": {"requestedQueryCost": price}}}
        if price > MOST:
            return said | {"errors": [_error(f"Query cost is {price}", "MAX_COST_EXCEEDED")]}
        throttled = price > self.left
        self.left -= 0 if throttled else price
        said["extensions"]["cost"]["throttleStatus"] = {
            "maximumAvailable": self.bucket, "currentlyAvailable": self.left, "restoreRate": self.rate,
        }  # fmt: skip
        if throttled:
            return said | {"errors": [_error("Throttled", "THROTTLED")]}
        done = execute(schema(), document, Root(self), variable_values=dict(values))
        return said | _told(done)  # type: ignore[arg-type]

    def export(self, query: str) -> str:
        """Make an export; its id."""
        document = parse(query)
        problems = validate(schema(), document)
        assert not problems, problems
        assert query.count("edges") <= 5
        self._exporting = True
        done = _told(execute(schema(), document, Root(self)))  # type: ignore[arg-type]
        self._exporting = False
        assert "errors" not in done, done["errors"]
        lines: list[Row] = []
        roots = [edge["node"] for edge in next(iter(done["data"].values()))["edges"]]
        for root in roots:
            under = [row | {"__parentId": root["id"]} for row in rows_under(root)]
            lines += [root, *under]
        number = self.add("BulkOperation", status="CREATED", left=self.export_takes)
        path = f"/export/{number}"
        self.files[path] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        self.row("BulkOperation", number).update(
            url=f"{self.url}{path}" if lines else None, rootObjectCount=len(roots), errorCode=None
        )
        return str(self.row("BulkOperation", number)["id"])

    def connection(self, rows: Sequence[Row]) -> Callable[..., Row]:
        """A list as the schema has them: searched, in the order of the ids, page by page."""

        def page(
            _info: Any, first: int | None = None, after: str | None = None, query: str = "", **_: Any
        ) -> Row:
            if first is None and not self._exporting:
                raise GraphQLError("you must provide one of first or last")
            assert (first or 0) <= 250
            found = [row for row in rows if finds(query or "", row)]
            found = [row for row in found if after is None or str(row["id"]) > after]
            some = found[:first]
            more = {"hasNextPage": len(found) > len(some), "endCursor": some[-1]["id"] if some else None}
            return {"nodes": some, "edges": [{"node": row} for row in some], "pageInfo": more}

        return page


def _told(done: Any) -> Row:
    errors = [{"message": e.message, "extensions": e.extensions or {}} for e in done.errors or ()]
    return {"data": done.data} | ({"errors": errors} if errors else {})


def _error(message: str, code: str) -> Row:
    return {"message": message, "extensions": {"code": code, "documentation": SAYS_NO}}


def rows_under(row: Row) -> list[Row]:
    """The rows under a row, out of it."""
    found: list[Row] = []
    for name, value in list(row.items()):
        if isinstance(value, dict) and "edges" in value:
            found += [edge["node"] for edge in value["edges"]]
            del row[name]
        elif isinstance(value, dict):
            found += rows_under(value)
    return found
