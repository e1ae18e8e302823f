"""Tryton's two kinds of sale, at tills and to parties, as far as their modules are activated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from assistant.shop import tryton_rows as rows
from assistant.shop.connector import Aside, Page
from assistant.shop.tryton_api import PAGE, Api, Row, either, following, later
from assistant.shop.understanding import each
from assistant.store.things import Sale

TILLS, ORDERS = "sale.point.sale", "sale.sale"
LINES = {TILLS: "sale.point.sale.line", ORDERS: "sale.line"}
_FIELDS = {TILLS: rows.TILL, ORDERS: rows.ORDER}
_NAMES = {TILLS: "till", ORDERS: "sale"}
_OPEN = {TILLS: ("open",), ORDERS: ("draft", "quotation")}
_SALE = {TILLS: rows.till_sale, ORDERS: rows.order}


class Sales:
    """The sales of one database, open ones among them."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of sale that the database has."""
        there = self._api.has([TILLS, ORDERS])
        return tuple(kind for kind in (TILLS, ORDERS) if kind in there)

    def page(self, since: datetime | None, after: str | None) -> Page:
        """First the tills, then the sales: after `till 12` comes what follows in the same list."""
        kinds = list(self.kinds)
        if not kinds:
            return Page((), None)
        name, last = (after or f"{_NAMES[kinds[0]]} 0").split(" ")
        kind = next(one for one in kinds if _NAMES[one] == name)
        domain = [] if since is None else either(since, "", "lines")
        found = self._api.rows(kind, later(last, domain), _FIELDS[kind], limit=PAGE)
        onward = following(found)
        after = None if onward is None else f"{name} {onward}"
        if onward is None and kind != kinds[-1]:
            after = f"{_NAMES[kinds[kinds.index(kind) + 1]]} 0"
        return Page(_told(kind, found), after)

    def open_ones(self) -> tuple[str, ...]:
        """The ids of all that are open."""
        return tuple(
            f"{_NAMES[kind]}-{row['id']}"
            for kind in self.kinds
            for row in self._api.everything(kind, [["state", "in", list(_OPEN[kind])]], ["id"])
        )

    def called(self, ids: Sequence[str]) -> tuple[Sale | Aside, ...]:
        """Those with these ids, as they are now."""
        found: list[Sale | Aside] = []
        for kind in self.kinds:
            numbers = [n for one in ids if (n := number(kind, one)) is not None]
            for begin in range(0, len(numbers), PAGE):
                some = [["id", "in", numbers[begin : begin + PAGE]]]
                found += _told(kind, self._api.rows(kind, some, _FIELDS[kind], limit=PAGE))
        return tuple(found)


def number(kind: str, sale_id: str) -> int | None:
    """The number of a sale's row, where it is of this kind."""
    name, _, digits = sale_id.partition("-")
    return int(digits) if name == _NAMES[kind] and digits.isdecimal() else None


def _told(kind: str, found: Sequence[Row]) -> tuple[Sale | Aside, ...]:
    return each(found, _SALE[kind], lambda row: f"{_NAMES[kind]}-{row['id']}")
