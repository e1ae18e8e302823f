"""Every figure once more, in slow plain Python over the raw rows: what the SQL is held against."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from assistant.records import family_of

OFFERED = ("accepted", "declined", "later")
GOES_WITH = ("accessory", "requires", "kit")


class Rows:
    """All rows of both files as dictionaries. `window`: how many days a thing may be brought back."""

    def __init__(self, connection, window: int = 10) -> None:
        self.window = window
        for table in (
            "orders", "order_lines", "products", "links", "pairings",
            "visits", "visit_anchors", "suggestions", "answers", "returns",
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

    def in_window(self, line, order) -> float:
        """How much of a line came back while it could."""
        late = sum(
            r["quantity"] for r in self.returns
            if (r["order_id"], r["line_no"]) == (line["order_id"], line["line_no"])
            and r["returned_at"] > order["ordered_at"] + self.window * 86_400_000
        )  # fmt: skip
        return max(0, min(line["returned_quantity"], line["quantity"]) - late)

    def came_back(self, order) -> bool:
        """Whether the customer bought what goes with an anchor on another order within 14 days."""
        today = {a for a, _ in self.goes}
        anchors = [x["product_id"] for x in self.lines[order["order_id"]] if x["product_id"] in today]
        return any(
            (a, x["product_id"]) in self.goes and not self._same_family(a, x["product_id"])
            for o in self.orders
            if o["customer_id"] == order["customer_id"] and o["ordered_at"] is not None
            and order["ordered_at"] < o["ordered_at"] <= order["ordered_at"] + 14 * 86_400_000
            for x in self.lines[o["order_id"]] if x["returned_quantity"] < x["quantity"]
            for a in anchors
        )  # fmt: skip

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


def figures(
    rows: Rows, *, by: str, since: int, until: int, settled: int, back: int, days: int, zone: str = "UTC"
):
    """(key, figure, currency) → (num, den), of every figure with a denominator; key None = of all.

    `settled` and `back` are days since 1970: what was sold before can no longer be brought back, and it is
    known who came back for an add-on.
    """
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

    def key(row, at):
        return {
            "associate": row["associate_id"] or "(no associate)",
            "store": row["store_id"] or "(no store)",
            "touchpoint": row.get("touchpoint") or "(no touchpoint)",
            "week": _monday(at, zone),
        }.get(by)

    period_orders = [
        o for o in rows.orders if o["ordered_at"] is not None and since <= o["ordered_at"] < until
    ]
    crossed_products = {
        line["product_id"] for o in rows.orders for line in rows.lines[o["order_id"]]
        if (line["order_id"], line["line_no"]) in offer_at
    }  # fmt: skip
    items = ("product", "category", "pairing", "talking_point")
    for order in period_orders:
        lines = rows.lines[order["order_id"]]
        if not lines:
            continue
        day = _day(order["ordered_at"], zone)
        visits = set(visits_of[order["order_id"]])
        if order["basket_id"]:
            visits |= {v["visit_id"] for v in rows.visits if v["basket_id"] == order["basket_id"]}
        of_basket = {v["visit_id"] for v in rows.visits if v["basket_id"] == order["basket_id"] is not None}
        first = min(of_basket or visits, key=lambda v: rows.visit[v]["sequence"], default=None)
        order = {**order, "touchpoint": first and rows.visit[first]["touchpoint"]}
        here = (None,) if by in items else (None, key(order, order["ordered_at"]))
        stored = {a["product_id"] for a in rows.visit_anchors if a["visit_id"] in visits}
        today = {a for a, _ in rows.goes}
        crossed = [x for x in lines if (x["order_id"], x["line_no"]) in offer_at]
        anchors = [x for x in lines if x not in crossed and x["product_id"] in (stored or today)]
        attached = bool(anchors and crossed)
        kept = attached and any(rows.in_window(x, order) < x["quantity"] for x in crossed)
        units = sum(x["quantity"] for x in lines)
        if anchors:
            anchor_units = sum(x["quantity"] for x in anchors)
            count(here, "offered_attachment", attached, 1)
            count(here, "net_attachment", kept, 1)
            count(here, "attachment_units", sum(x["quantity"] for x in crossed), anchor_units)
            kept_units = sum(x["quantity"] - rows.in_window(x, order) for x in crossed)
            count(here, "net_attachment_units", kept_units, anchor_units)
            count(here, "units_with" if attached else "units_without", units, 1)
            of = {x["product_id"] if by == "product" else rows.family.get(x["product_id"]) for x in anchors}
            for one in of if by in ("product", "category") else ():
                count([one or f"(no {by})"], "offered_attachment", attached, 1)
                count([one or f"(no {by})"], "net_attachment", kept, 1)
        if any(x["product_id"] in today for x in lines):
            together = any(
                (a["product_id"], b["product_id"]) in rows.goes
                and not rows._same_family(a["product_id"], b["product_id"])
                for a in lines for b in lines
            )  # fmt: skip
            count(here, "basket_attachment", together, 1)
            if order["customer_id"] and day < back:
                count(here, "came_back", rows.came_back(order), 1)
        count(here, "units_per_transaction", units, 1)
        money = order["currency"]
        priced = [(x, _net(x)) for x in lines if x["unit_price"] is not None]
        if priced:
            value = sum(net for _, net in priced)
            count(here, "average_order_value", value, 1, money)
            if anchors:
                count(here, "order_value_with" if attached else "order_value_without", value, 1, money)
        for line, net in priced:
            line_keys = (None, line["product_id"]) if by == "product" else here
            count(line_keys, "cross_sell_revenue_share", net if line in crossed else 0, net, money)
        for line in lines:
            line_keys = (None, line["product_id"]) if by == "product" else here
            if line["product_id"] in crossed_products and day < settled:
                figure = "cross_sell_return_rate" if line in crossed else "same_products_return_rate"
                came = min(line["returned_quantity"], line["quantity"])
                count(line_keys, figure, came, line["quantity"])
    bought = defaultdict(dict)
    order_of = {o["order_id"]: o for o in rows.orders}
    line_at = {(x["order_id"], x["line_no"]): x for lines in rows.lines.values() for x in lines}
    for suggestion in rows.add_ons:
        visit = rows.visit[suggestion["visit_id"]]
        if not since <= visit["started_at"] < until:
            continue
        kind = rows.kind(suggestion)
        if kind == "not_offered" and rows.last[suggestion["suggestion_id"]]["reason"]:
            continue  # the customer wished to hear nothing
        given = visit if kind is None else rows.last[suggestion["suggestion_id"]]
        credited = {**visit, "associate_id": given["associate_id"]}
        anchor = suggestion["anchor_id"]
        told = {
            "product": suggestion["product_id"],
            "category": rows.family.get(anchor) or "(no category)",
            "pairing": f"{anchor} → {suggestion['product_id']}" if anchor else "(no pairing)",
            "talking_point": suggestion["talking_point_id"] or "(no talking point)",
        }.get(by) or key(credited, visit["started_at"])
        keys = (None, told)
        place = found.get(suggestion["suggestion_id"])
        paid = place is not None
        kept = paid and rows.in_window(line_at[place], order_of[place[0]]) < line_at[place]["quantity"]
        count(keys, "offer_rate", kind in OFFERED, 1)
        count(keys, "acceptance", kind == "accepted", kind in OFFERED)
        count(keys, "confirmed", paid, kind == "accepted")
        count(keys, "conversion", paid, kind in OFFERED)
        count(keys, "net_conversion", kept, kind in OFFERED)
        if kind in OFFERED and visit["customer_id"]:
            for one in (None,) if by in items else keys:
                before = bought[one].get(visit["customer_id"], False)
                bought[one][visit["customer_id"]] = before or paid
    for one, customers in bought.items():
        count([one], "customers_bought", sum(customers.values()), len(customers))
    for visit in rows.visits:
        if since <= visit["started_at"] < until and visit["satisfaction"] is not None:
            keys = (None,) if by in items else (None, key(visit, visit["started_at"]))
            count(keys, "satisfaction", visit["satisfaction"] >= 4, 1)
            count(keys, "satisfaction_score", visit["satisfaction"], 1)
    return {place: (num[place], d) for place, d in den.items() if d > 0}


def _net(line) -> float:
    """What a line brought, less its discount and what came back."""
    kept = line["quantity"] - min(line["returned_quantity"], line["quantity"])
    brought = line["unit_price"] * line["quantity"] - (line["discount"] or 0)
    return math.floor(brought * kept / line["quantity"] + 0.5)


def _day(at: int, zone: str) -> int:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)).date().toordinal() - 719_163


def _monday(at: int, zone: str) -> str:
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)).date()
    return local.fromordinal(local.toordinal() - local.weekday()).isoformat()
