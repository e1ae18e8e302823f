"""Writing into Shopify's open baskets: a draft order takes all its lines at once, so they are read, changed,
written, and read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.shop import shopify_queries as queries
from assistant.shop.calling import DeclinedError
from assistant.shop.connector import Put
from assistant.shop.lines import GONE, PAID, bring, count
from assistant.shop.shopify_api import Api
from assistant.shop.shopify_pages import Pages
from assistant.shop.shopify_rows import DRAFT, Row, gid, line_input


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft as it was read; `status` is None where it is gone."""

    status: str | None
    lines: tuple[Row, ...]

    def places(self, product_id: str) -> list[tuple[int, float]]:
        """Where a variant lies, and how many."""
        variant = gid("ProductVariant", product_id)
        return [
            (place, float(line["quantity"]))
            for place, line in enumerate(self.lines)
            if line["variant"] and line["variant"]["id"] == variant
        ]

    def closed(self) -> str | None:
        """Why it cannot be changed."""
        if self.status is None:
            return GONE
        if self.status == "COMPLETED":
            return PAID
        if any(line["components"] for line in self.lines):
            return "The basket holds a bundle, which writing would take apart; change it in Shopify."
        return None


class Baskets:
    """The open baskets of one shop."""

    def __init__(self, api: Api, pages: Pages) -> None:
        self._api, self._pages = api, pages

    def quantity(self, basket_id: str, product_id: str) -> float:
        """How many of a variant lie in a basket. Raises DeclinedError where it cannot be changed."""
        draft = self._read(basket_id)
        if problem := draft.closed():
            raise DeclinedError(problem)
        return count(draft.places(product_id))

    def put_line(self, basket_id: str, product_id: str, quantity: float) -> Put:
        """Bring a variant's quantity to this number, everything else left as it is."""
        draft = self._read(basket_id)
        if problem := draft.closed():
            return Put(quantity, count(draft.places(product_id)), problem)

        def write(changes: list[tuple[int | None, float]]) -> str | None:
            lines = _changed(draft, product_id, changes)
            if not lines:
                return "Shopify keeps no basket without a line."
            values = {"id": _gid(basket_id), "lines": lines}
            problems = self._api.ask(queries.WRITE, values, again=False)["draftOrderUpdate"]["userErrors"]
            return str(problems[0]["message"]) if problems else None

        def read() -> list[tuple[int, float]]:
            nonlocal draft
            draft = self._read(basket_id)
            return draft.places(product_id)

        return bring(quantity, draft.places(product_id), write, read)

    def _read(self, basket_id: str) -> _Draft:
        row = self._api.ask(queries.BASKET, {"id": _gid(basket_id)})["draftOrder"]
        if row is None:
            return _Draft(None, ())
        return _Draft(row["status"], tuple(self._pages.all_lines(queries.BASKET, row)))


def _changed(
    draft: _Draft, product_id: str, changes: Sequence[tuple[int | None, float]]
) -> list[Mapping[str, Any]]:
    """All the lines of a draft, with these changes of one variant's."""
    lines = [line_input(line) for line in draft.lines]
    for place, number in changes:
        if place is None:
            lines.append({"variantId": gid("ProductVariant", product_id), "quantity": int(number)})
        else:
            lines[place]["quantity"] = int(number)
    return [line for line in lines if line["quantity"] > 0]


def _gid(basket_id: str) -> str:
    return gid("DraftOrder", basket_id.removeprefix(DRAFT))
