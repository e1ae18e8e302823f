"""Exports of a whole Shopify shop (bulk operations): begun, waited for, and read on from a place."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from assistant.errors import ShopError
from assistant.shop import shopify_queries as queries
from assistant.shop.calling import MOST_BYTES, TIMEOUT, DeclinedError, UnreachedError
from assistant.shop.shopify_api import Api, NotAllowedError

ROWS = 500  # a page
_LOOK_EVERY = 1.0  # seconds
_TRIES = 5
_UNDERWAY = frozenset({"CREATED", "RUNNING"})


@dataclass(frozen=True, slots=True)
class Exported:
    """Some rows, each with the rows under it, and where to go on (None = that was all)."""

    rows: tuple[dict[str, Any], ...]
    following: str | None
    total: int | None = None


class Exports:
    """The exports of one shop. `after` is empty for a new one, else an export's id and a place in it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        # The file lies elsewhere: it is asked for without the shop's token.
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False)
        self._begun: Counter[str] = Counter()
        self._reading: tuple[str, _Rows] | None = None

    def close(self) -> None:
        """Let go of the connections."""
        self._stop()
        self._client.close()

    def page(self, query: str, after: str) -> Exported:
        """Some of what an export brings; nothing yet, as long as it is being made. Raises ShopError."""
        if not after:
            return Exported((), self._begin(query))
        if self._reading is not None and self._reading[0] == after:
            return self._read(query, after, self._reading[1])
        self._stop()
        told = self._api.ask(queries.EXPORTED, {"id": after.split()[0]})["bulkOperation"]
        if told is not None and told["status"] in _UNDERWAY:
            time.sleep(_LOOK_EVERY)
            return Exported((), after, int(told["rootObjectCount"]) or None)
        if told is None or told["status"] != "COMPLETED":
            if told is not None and told["errorCode"] == "ACCESS_DENIED":
                raise NotAllowedError(f"{self._api.host} does not allow this app to export that.")
            return Exported((), "")
        if told["url"] is None:
            return self._done(query)
        rows = _Rows(self._client, told["url"], int(after.split()[1]), self._api.host)
        self._reading = (after, rows)
        return self._read(query, after, rows, int(told["rootObjectCount"]))

    def _begin(self, query: str) -> str:
        """Begin an export; where another one is being made, the place to try again from."""
        self._begun[query] += 1
        if self._begun[query] > _TRIES:
            del self._begun[query]
            raise UnreachedError(f"{self._api.host} does not come round to exporting; it is asked again.")
        said = self._api.ask(queries.EXPORT, {"query": query}, again=False)["bulkOperationRunQuery"]
        for problem in said["userErrors"]:
            if problem["code"] in ("OPERATION_IN_PROGRESS", "LIMIT_REACHED"):
                time.sleep(_LOOK_EVERY * 2 ** self._begun[query])
                return ""
            raise DeclinedError(f"{self._api.host} will not export: {problem['message']}")
        return f"{said['bulkOperation']['id']} 0"

    def _read(self, query: str, after: str, rows: _Rows, total: int | None = None) -> Exported:
        try:
            found = rows.some()
        except _GoneError:
            self._stop()
            return Exported((), "")
        except ShopError:
            self._stop()
            raise
        if rows.ended:
            return self._done(query, found)
        following = f"{after.split()[0]} {rows.place}"
        self._reading = (following, rows)
        return Exported(found, following, total)

    def _done(self, query: str, rows: tuple[dict[str, Any], ...] = ()) -> Exported:
        self._stop()
        self._begun.pop(query, None)
        return Exported(rows, None)

    def _stop(self) -> None:
        if self._reading is not None:
            self._reading[1].close()
            self._reading = None


class _GoneError(Exception):
    """The file is no longer kept: after seven days."""


class _Rows:
    """The rows of an export's file from a place on; under each row, as `under`, those that name it."""

    def __init__(self, client: httpx.Client, url: str, place: int, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname != "127.0.0.1":
            raise ShopError(f"{host} keeps its export in the clear; it is not read from there.")
        self.place, self.ended = place, False
        self._client, self._url, self._host = client, url, host
        self._lines = self._read_lines()
        self._next: tuple[int, dict[str, Any]] | None = None

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()

    def some(self) -> tuple[dict[str, Any], ...]:
        """The next rows; `place` is then where to go on, and `ended` whether that was all."""
        try:
            return self._some()
        except (httpx.TransportError, httpx.DecodingError, ValueError) as problem:
            raise UnreachedError(f"The export of {self._host} broke off; it is read on from there.") from (
                problem
            )

    def _some(self) -> tuple[dict[str, Any], ...]:
        found: list[dict[str, Any]] = []
        if self._next is not None:
            found.append(self._next[1])
            self._next = None
        for place, row in self._lines:
            if "__parentId" in row:
                if not found:
                    raise ShopError(f"{self._host} exports in an order that cannot be read.")
                found[-1]["under"].append(row)
                continue
            row["under"] = []
            if len(found) == ROWS:
                self._next, self.place = (place, row), place
                return tuple(found)
            found.append(row)
        self.ended = True
        return tuple(found)

    def _read_lines(self) -> Generator[tuple[int, dict[str, Any]], None, None]:
        """Each line with the place it begins at."""
        headers = {"Range": f"bytes={self.place}-"} if self.place else {}
        with self._client.stream("GET", self._url, headers=headers) as answer:
            if answer.status_code in (403, 404, 410):
                raise _GoneError
            if answer.status_code not in (200, 206):
                raise UnreachedError(f"The export of {self._host} cannot be had (HTTP {answer.status_code}).")
            begin = self.place
            place, rest = begin if answer.status_code == 206 else 0, b""
            for part in answer.iter_bytes():
                *lines, rest = (rest + part).split(b"\n")
                if len(rest) > MOST_BYTES:
                    raise ShopError(f"The export of {self._host} is not one.")
                for line in lines:
                    if line.strip() and place >= begin:
                        yield place, json.loads(line)
                    place += len(line) + 1
            if rest.strip():
                yield place, json.loads(rest)
