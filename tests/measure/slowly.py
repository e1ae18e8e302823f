"""Every figure once more, in slow plain Python over the raw rows: what the SQL is held against."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from assistant.records import family_of

OFFERED = ("accepted", "declined", "later")
GOES_WITH = ("accessory", "requires", "kit")


class Rows:
    """All rows of both files as dictionaries."""

    def __init__(self, connection) -> None:
        for table in (
            "orders", "order_lines", "products", "links", "pairings",
            "visits", "visit_anchors", "suggestions", "answers",
        ):  # fmt: skip
            cursor = connection.execute(f"SELECT * FROM {table}")
            columns = [c[0] for c in cursor.description]
            setattr(self, table, [dict(zip(columns, row, strict=True)) for row in cursor])
        self.family = {p["product_id"]: family_of(p["category"]) for p in self.products}
        self.visit = {v["visit_id"]: v for v in self.visits}
        self.lines = defaultdict(list)
        for line in sorted(self.order_lines, key=lambda x: x["line_no"]):
            if line["quantity"] > 0:
                self.lines[line["order_id"]].append(line)
        self.add_ons = [s for s in self.suggestions if not self._same_family(s["product_id"], s["anchor_id"])]
        self.last = {}
        for answer in sorted(self.answers, key=lambda a: a["sequence"]):
            self.last[answer["suggestion_id"]] = answer
        self.goes = {(p["anchor_id"], p["product_id"]) for p in self.pairings}
        self.goes |= {(x["product_id"], x["linked_id"]) for x in self.links if x["kind"] in GOES_WITH}

    def _same_family(self, one, other) -> bool:
        return self.family.get(one) is not None and self.family.get(one) == self.family.get(other)

    def kind(self, suggestion) -> str | None:
        answer = self.last.get(suggestion["suggestion_id"])
        return None if answer is None or answer["kind"] == "undone" else answer["kind"]

    def matched(self, days: int) -> dict[str, tuple[str, int]]:
        """Suggestion → (order, line), by basket first and then by customer, the earliest offer first."""
        found: dict[str, tuple[str, int]] = {}
        used: set[tuple[str, int]] = set()
        accepted = [s for s in self.add_ons if self.kind(s) == "accepted"]
        accepted.sort(key=lambda s: (self.visit[s["visit_id"]]["started_at"], s["sequence"]))
        for by_basket in (True, False):
            for offer in accepted:
                if offer["suggestion_id"] in found:
                    continue
                for order in self._orders_for(self.visit[offer["visit_id"]], by_basket, days):
                    for line in self.lines[order["order_id"]]:
                        place = (line["order_id"], line["line_no"])
                        free = place not in used and offer["suggestion_id"] not in found
                        if free and line["product_id"] == offer["product_id"]:
                            found[offer["suggestion_id"]] = place
                            used.add(place)
        return found

    def _orders_for(self, visit, by_basket: bool, days: int):
        if by_basket:
            fits = [o for o in self.orders if o["basket_id"] and o["basket_id"] == visit["basket_id"]]
        else:
            end = visit["started_at"] + days * 86_400_000
            fits = [
                o for o in self.orders
                if o["customer_id"] and o["customer_id"] == visit["customer_id"]
                and o["ordered_at"] is not None and visit["started_at"] <= o["ordered_at"] <= end
            ]  # fmt: skip
        # An order without a time comes first, as in the files.
        return sorted(fits, key=lambda o: (o["ordered_at"] or 0, o["order_id"]))


def figures(rows: Rows, *, by: str, since: int, until: int, settled: int, days: int, zone: str = "UTC"):
    """(key, figure, currency) → (num, den), of every figure with a denominator; key None = of all."""
    num: dict = defaultdict(float)
    den: dict = defaultdict(float)
    found = rows.matched(days)
    offer_at = {place: suggestion for suggestion, place in found.items()}
    visits_of = defaultdict(set)
    for suggestion in rows.suggestions:
        if suggestion["suggestion_id"] in found:
            visits_of[found[suggestion["suggestion_id"]][0]].add(suggestion["visit_id"])

    def count(keys, figure, n, d, currency=None):
        for key in keys:
            num[key, figure, currency] += n
            den[key, figure, currency] += d

    def key(row, at, product=None):
        return {
            "associate": row["associate_id"] or "(no associate)",
            "store": row["store_id"] or "(no store)",
            "week": _monday(at, zone),
            "product": product,
        }[by]

    period_orders = [
        o for o in rows.orders if o["ordered_at"] is not None and since <= o["ordered_at"] < until
    ]
    crossed_products = {
        line["product_id"] for o in period_orders for line in rows.lines[o["order_id"]]
        if (line["order_id"], line["line_no"]) in offer_at
    }  # fmt: skip
    settled_crossed = crossed_products
    for order in period_orders:
        lines = rows.lines[order["order_id"]]
        if not lines:
            continue
        here = (None,) if by == "product" else (None, key(order, order["ordered_at"]))
        visits = set(visits_of[order["order_id"]])
        if order["basket_id"]:
            visits |= {v["visit_id"] for v in rows.visits if v["basket_id"] == order["basket_id"]}
        stored = {a["product_id"] for a in rows.visit_anchors if a["visit_id"] in visits}
        today = {a for a, _ in rows.goes}
        crossed = [x for x in lines if (x["order_id"], x["line_no"]) in offer_at]
        anchors = [x for x in lines if x not in crossed and x["product_id"] in (stored or today)]
        if anchors:
            count(here, "offered_attachment", bool(crossed), 1)
            count(here, "attachment_units", sum(x["quantity"] for x in crossed), 0)
            count(here, "attachment_units", 0, sum(x["quantity"] for x in anchors))
            if by == "product":
                for product in {x["product_id"] for x in anchors}:
                    count([product], "offered_attachment", bool(crossed), 1)
        if any(x["product_id"] in today for x in lines):
            together = any(
                (a["product_id"], b["product_id"]) in rows.goes
                and not rows._same_family(a["product_id"], b["product_id"])
                for a in lines for b in lines
            )  # fmt: skip
            count(here, "basket_attachment", together, 1)
        count(here, "units_per_transaction", sum(x["quantity"] for x in lines), 1)
        money = order["currency"]
        priced = [(x, _net(x)) for x in lines if x["unit_price"] is not None]
        if priced:
            count(here, "average_order_value", sum(net for _, net in priced), 1, money)
        for line, net in priced:
            line_keys = (None, line["product_id"]) if by == "product" else here
            count(line_keys, "cross_sell_revenue_share", net if line in crossed else 0, net, money)
        for line in lines:
            line_keys = (None, line["product_id"]) if by == "product" else here
            if line["product_id"] in settled_crossed and order["ordered_at"] <= settled:
                figure = "cross_sell_return_rate" if line in crossed else "same_products_return_rate"
                back = min(line["returned_quantity"], line["quantity"])
                count(line_keys, figure, back, line["quantity"])
    for suggestion in rows.add_ons:
        visit = rows.visit[suggestion["visit_id"]]
        if not since <= visit["started_at"] < until:
            continue
        kind = rows.kind(suggestion)
        if kind == "not_offered" and rows.last[suggestion["suggestion_id"]]["reason"]:
            continue  # the customer wished to hear nothing
        given = visit if kind is None else rows.last[suggestion["suggestion_id"]]
        credited = {**visit, "associate_id": given["associate_id"]}
        keys = (None, key(credited, visit["started_at"], suggestion["product_id"]))
        paid = suggestion["suggestion_id"] in found
        count(keys, "offer_rate", kind in OFFERED, 1)
        count(keys, "acceptance", kind == "accepted", kind in OFFERED)
        count(keys, "confirmed", paid, kind == "accepted")
        count(keys, "conversion", paid, kind in OFFERED)
    for visit in rows.visits:
        if since <= visit["started_at"] < until and visit["satisfaction"] is not None:
            keys = (None,) if by == "product" else (None, key(visit, visit["started_at"]))
            count(keys, "satisfaction", visit["satisfaction"] >= 4, 1)
    return {place: (num[place], d) for place, d in den.items() if d > 0}


def _net(line) -> float:
    """What a line brought, less its discount and what came back."""
    kept = line["quantity"] - min(line["returned_quantity"], line["quantity"])
    return (line["unit_price"] * line["quantity"] - (line["discount"] or 0)) * kept / line["quantity"]


def _monday(at: int, zone: str) -> str:
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)).date()
    return local.fromordinal(local.toordinal() - local.weekday()).isoformat()
