"""WooCommerce's REST API v3: signing, asking, and lists by their offset."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from assistant.errors import ShopError
from assistant.shop.calling import Caller, DeclinedError, RefusedError
from assistant.shop.oauth1 import OAuth1

PAGE = 100  # the most a WordPress site gives at once
_SHARED = 20  # rows read twice where pages meet: a row deleted meanwhile moves the others up
_V3 = "wc/v3"


@dataclass(frozen=True, slots=True)
class Key:
    """A consumer key and its secret, as WooCommerce shows them once."""

    key: str
    secret: str

    def __repr__(self) -> str:
        return "Key(…)"


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a list, and how many there are in all, where the site says it."""

    rows: Sequence[Mapping[str, Any]]
    total: int | None


class AbsentError(DeclinedError):
    """The site is of a version that has no such list."""


class Api:
    """One site's REST API. Over https key and secret are sent; over http each request is signed by them."""

    def __init__(self, url: str, key: Key) -> None:
        whole = url.rstrip("/").removesuffix("/wp-json/wc/v3").removesuffix("/wp-json")
        self._signed = whole.lower().startswith("http://")
        self._caller = Caller(f"{whole}/wp-json/", signed=self._signed, judge=self._judge)
        self._heard = False
        if self._signed:
            self._caller.sign(OAuth1(key.key, key.secret, self._caller.now))
        else:
            self._caller.sign(httpx.BasicAuth(key.key, key.secret))

    @property
    def host(self) -> str:
        """The site's host, for sentences."""
        return self._caller.host

    def close(self) -> None:
        """Let go of the connection."""
        self._caller.close()

    def now(self) -> datetime:
        """The shop's time, as far as its last answer told it."""
        return self._caller.now()

    def site(self) -> Mapping[str, Any]:
        """What the site says of itself to everybody: its name, and which APIs it has."""
        said, _ = self._caller.json("GET", "", again=True)
        self._heard = True
        if not isinstance(said, dict) or "namespaces" not in said:
            raise ShopError(f"{self.host} answers, but not as a WordPress site does.")
        if _V3 not in said["namespaces"]:
            raise ShopError(f"{self.host} is a WordPress site without WooCommerce.")
        return said

    def list(self, path: str, **parameters: Any) -> Rows:
        """Rows of a list, at most a page."""
        said, headers = self._ask("GET", path, again=True, params={"per_page": PAGE} | parameters)
        if not isinstance(said, list):
            raise ShopError(f"{self.host} answers, but not as a WooCommerce shop does.")
        total = headers.get("x-wp-total", "")
        return Rows(said, int(total) if total.isdecimal() else None)

    def everything(self, path: str, **parameters: Any) -> Iterator[Mapping[str, Any]]:
        """Every row of a list, page by page."""
        offset = 0
        while True:
            page = self.list(path, offset=offset, orderby="id", order="asc", **parameters)
            yield from page.rows
            offset += len(page.rows)
            if is_last(offset, page):
                return

    def these(self, path: str, ids: Sequence[int], **parameters: Any) -> Iterator[Mapping[str, Any]]:
        """The rows with these ids that are there."""
        for begin in range(0, len(ids), PAGE):
            some = ",".join(str(one) for one in ids[begin : begin + PAGE])
            yield from self.list(path, include=some, **parameters).rows

    def one(self, path: str) -> Mapping[str, Any]:
        """One object."""
        said, _ = self._ask("GET", path, again=True)
        return self._object(said)

    def put(self, path: str, sent: Mapping[str, Any]) -> Mapping[str, Any]:
        """Change an object, trying once."""
        said, _ = self._ask("PUT", path, again=False, json=dict(sent))
        return self._object(said)

    def _ask(self, method: str, path: str, *, again: bool, **sent: Any) -> tuple[Any, httpx.Headers]:
        if self._signed and not self._heard:
            self.site()  # a signature's time must be near the shop's own
        return self._caller.json(method, f"{_V3}/{path}", again=again, **sent)

    def _object(self, said: Any) -> Mapping[str, Any]:
        if not isinstance(said, dict):
            raise ShopError(f"{self.host} answers, but not as a WooCommerce shop does.")
        return said

    def _judge(self, status: int, said: Any) -> ShopError | None:
        """What WordPress means by an error; 401 = it does not know who asks, 403 = who asks may not."""
        if not isinstance(said, dict) or "code" not in said:
            return None
        if status == 401:
            return RefusedError(f"{self.host} does not accept the key or its secret.")
        if status == 403:
            return RefusedError(f"{self.host} does not allow the owner of this key to do that.")
        message = html.unescape(str(said.get("message") or said["code"]))[:200].rstrip(".")
        kind = AbsentError if said["code"] == "rest_no_route" else DeclinedError
        return kind(f"{self.host} could not answer: {message}.")


def is_last(read: int, page: Rows) -> bool:
    """Whether a list ends after so many rows; a site that does not count says it by a short page."""
    if not page.rows:
        return True
    return len(page.rows) < PAGE if page.total is None else read >= page.total


def changed_since(since: datetime | None) -> dict[str, Any]:
    """What is asked for to be told what changed since then (None = all)."""
    if since is None:
        return {}
    return {"modified_after": since.strftime("%Y-%m-%dT%H:%M:%S"), "dates_are_gmt": "true"}


def following(after: str | None, page: Rows) -> str | None:
    """Where a list goes on after a page that began at `after`."""
    read = int(after or 0) + len(page.rows)
    if is_last(read, page):
        return None
    return str(max(read - _SHARED, int(after or 0) + 1))
