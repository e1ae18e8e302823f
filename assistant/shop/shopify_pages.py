"""Shopify's lists, page by page: each begins after the last one's id, so that no number of rows ends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.shop.shopify_api import Api, TooDearError
from assistant.shop.shopify_rows import Row, short

_LISTED = 100


class Pages:
    """The lists of one shop. A question that costs too much is asked for half as many rows from then on."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._most: dict[str, int] = {}

    def rows(self, query: str, search: str, most: int) -> Mapping[str, Any]:
        """A page of what a search finds."""
        most = self._most.get(query, most)
        while True:
            try:
                answer = self._api.ask(query, {"first": most, "query": search or None})
            except TooDearError:
                if most == 1:
                    raise
                most = self._most[query] = most // 2
                continue
            page: Mapping[str, Any] = next(iter(answer.values()))
            return page

    def listed(self, query: str, after: str | None) -> tuple[list[Row], str | None]:
        """A page of a list that cannot be searched, and where to go on."""
        page = next(iter(self._api.ask(query, {"first": _LISTED, "after": after}).values()))
        return page["nodes"], page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None

    def named(self, query: str, ids: Sequence[str], most: int) -> Iterator[Row]:
        """The rows with these global ids that are there."""
        left = list(ids)
        while left:
            most = self._most.get(query, most)
            try:
                answer = self._api.ask(query, {"ids": left[:most]})
            except TooDearError:
                if most == 1:
                    raise
                self._most[query] = most // 2
                continue
            left = left[most:]
            yield from (row for row in answer["nodes"] if row)

    def all_lines(self, query: str, row: Row, name: str = "lineItems") -> list[Row]:
        """The rows under a row, whose first ones came with it."""
        lines, page = list(row[name]["nodes"]), row[name]["pageInfo"]
        while page["hasNextPage"]:
            answer = self._api.ask(query, {"id": row["id"], "after": page.get("endCursor")})
            told = (next(iter(answer.values())) or {name: {"nodes": (), "pageInfo": {"hasNextPage": False}}})[
                name
            ]
            lines += told["nodes"]
            page = told["pageInfo"]
        return lines


def search(last: str | None = None, since: datetime | None = None, *more: str) -> str:
    """What is searched for: after an id, changed since a time, and what else."""
    words = [f"id:>{last}"] if last else []
    if since is not None:
        words.append(f"updated_at:>='{since.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}'")
    return " ".join([*words, *(one for one in more if one)])


def following(page: Mapping[str, Any]) -> str | None:
    """The id that the next page begins after."""
    nodes = page["nodes"]
    return short(nodes[-1]["id"]) if nodes and page["pageInfo"]["hasNextPage"] else None
