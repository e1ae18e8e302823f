"""Odoo's two kinds of sale, orders and tills: read page by page, or by what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from assistant.shop import odoo_rows as rows
from assistant.shop.calling import RefusedError
from assistant.shop.connector import Aside, Page
from assistant.shop.odoo_api import PAGE, AbsentError, Api, Domain, Row, either, link, since
from assistant.shop.understanding import each
from assistant.store.things import Sale

ORDERS, TILLS = "sale.order", "pos.order"
_CREDITED = [["move_id.move_type", "=", "out_refund"], ["parent_state", "=", "posted"]]
_PAID = ["paid", "done", "invoiced"]


class Sales:
    """The sales of one database, of the kinds that are installed."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._stores: Mapping[int, str] | None = None
        self._users: Mapping[int, str] | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of sale that are installed; one that may not be read is an error, not absent."""
        return tuple(model for model in (ORDERS, TILLS) if self._api.has(model))

    def page(self, at: datetime | None, after: str | None) -> Page:
        """A page of one kind in the order of its ids, then of the other; `after` names kind and id."""
        kinds = self.kinds
        if not kinds:
            return Page((), None)
        kind, _, last = (after or kinds[0]).partition(":")
        changed = [] if at is None else self._changed(kind, at)
        found = self._rows(kind, [["id", ">", int(last or 0)], *changed], limit=PAGE)
        following = f"{kind}:{found[-1]['id']}" if len(found) == PAGE else None
        if following is None:
            following = next(iter(kinds[kinds.index(kind) + 1 :]), None)
        total = sum(self._api.count(one, []) for one in kinds) if at is None else None
        return Page(self._sales(kind, self._with_first_ones(kind, found)), following, total)

    def ids(self, after: str | None) -> tuple[tuple[str, ...], str | None]:
        """What the open ones are called."""
        found = [
            rows.till_id(row) if kind == TILLS else str(row["name"])
            for kind in self.kinds
            for row in self._api.everything(
                kind, [["state", "in", ["draft", "sent"]]], ["name", "pos_reference"]
            )
        ]
        return tuple(found), None

    def called(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        """These sales as they are now."""
        found: list[Sale | Aside] = []
        for kind in self.kinds:
            for begin in range(0, len(ids), PAGE):
                found += self._sales(kind, self._rows(kind, self._domain(kind, ids[begin : begin + PAGE])))
        return tuple(found)

    def _domain(self, kind: str, ids: Sequence[str]) -> Domain:
        if kind == ORDERS:
            return [["name", "in", list(ids)]]
        numbers = [one.removeprefix(f"{TILLS},") for one in ids if one.startswith(f"{TILLS},")]
        by_id = ["id", "in", [int(one) for one in numbers if one.isdecimal()]]
        return either(["pos_reference", "in", list(ids)], by_id)

    def _rows(self, kind: str, domain: Domain, limit: int | None = None) -> list[Row]:
        return self._api.rows(kind, domain, rows.SALE if kind == ORDERS else rows.TILL, limit=limit)

    def _changed(self, kind: str, at: datetime) -> Domain:
        """What changed itself, by a line or by whose it is; an order also by what was credited of it.

        Contacts that are merged hand over theirs without a word: the one that stays changed.
        """
        parts = [since("write_date", at), since("partner_id.write_date", at)]
        if kind == TILLS:
            return either(since("lines.write_date", at), *parts)
        parts.append(since("order_line.write_date", at))
        credited = {line for row in self._credits([since("write_date", at)]) for line in row["sale_line_ids"]}
        if credited:
            parts.append(["order_line", "in", sorted(credited)])
        return either(*parts)

    def _with_first_ones(self, kind: str, found: Sequence[Row]) -> list[Row]:
        """What is taken back at a till is an order of its own; the first one's time stands still."""
        first = {link(row.get("refunded_order_id")) for row in found} - {None}
        missing = sorted(one for one in first - {row["id"] for row in found} if one is not None)
        if kind != TILLS or not missing:
            return [*found]
        return [*found, *self._rows(kind, [["id", "in", missing]])]

    def _sales(self, kind: str, found: Sequence[Row]) -> tuple[Sale | Aside, ...]:
        of_order, line_model, fields = (
            ("order_id", "sale.order.line", rows.SALE_LINE)
            if kind == ORDERS
            else ("order_id", "pos.order.line", rows.TILL_LINE)
        )
        lines: dict[int, list[Row]] = {}
        for line in self._api.of(line_model, of_order, [row["id"] for row in found], fields):
            lines.setdefault(link(line[of_order]) or 0, []).append(line)
        every = [line["id"] for some in lines.values() for line in some]
        if kind == ORDERS:
            returned = self._credited(every)
            return each(
                found,
                lambda row: rows.quotation(row, lines.get(row["id"], ()), returned),
                lambda row: str(row["name"]),
            )
        returned = self._taken_back(every)
        users, stores = self._users_of_employees(), self._stores_of_tills()
        return each(
            found,
            lambda row: rows.till_order(row, lines.get(row["id"], ()), returned, users, stores),
            rows.till_id,
        )

    def _credits(self, domain: Domain) -> Iterable[Row]:
        """The lines of credit notes; without the right to read them nothing is known to have come back."""
        try:
            domain = [["sale_line_ids", "!=", False], *_CREDITED, *domain]
            return list(self._api.everything("account.move.line", domain, ["sale_line_ids", "quantity"]))
        except (AbsentError, RefusedError):
            return ()

    def _credited(self, lines: Sequence[int]) -> dict[int, float]:
        back: dict[int, float] = {}
        if lines:
            for row in self._credits([["sale_line_ids", "in", list(lines)]]):
                of = row["sale_line_ids"][0]
                back[of] = back.get(of, 0) + float(row["quantity"])
        return back

    def _taken_back(self, lines: Sequence[int]) -> dict[int, float]:
        back: dict[int, float] = {}
        if lines:
            domain = [["refunded_orderline_id", "in", list(lines)], ["order_id.state", "in", _PAID]]
            for row in self._api.everything("pos.order.line", domain, ["refunded_orderline_id", "qty"]):
                of = link(row["refunded_orderline_id"]) or 0
                back[of] = back.get(of, 0) - float(row["qty"])
        return back

    def _stores_of_tills(self) -> Mapping[int, str]:
        if self._stores is None:
            told = self._api.everything("pos.config", [], ["warehouse_id"], active_test=False)
            found = {row["id"]: link(row.get("warehouse_id")) for row in told}
            self._stores = {till: str(store) for till, store in found.items() if store is not None}
        return self._stores

    def _users_of_employees(self) -> Mapping[int, str]:
        if self._users is None:
            found = {row["id"]: link(row.get("user_id")) for row in employees(self._api)}
            self._users = {employee: str(user) for employee, user in found.items() if user is not None}
        return self._users

    def forget(self) -> None:
        """Somebody or some till may be new."""
        self._stores = self._users = None


def employees(api: Api) -> list[Row]:
    """Who works here, from the list that everybody may read where the other may not be."""
    for model in ("hr.employee", "hr.employee.public"):
        try:
            return list(api.everything(model, [], ("name", "user_id", "active"), active_test=False))
        except (AbsentError, RefusedError):
            continue
    return []
