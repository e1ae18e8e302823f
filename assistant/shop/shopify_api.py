"""Shopify's Admin API: signing in for a day at a time, asking within the budget, and reading exports."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import ShopError
from assistant.shop.calling import LONGEST_WAIT, Caller, DeclinedError, RefusedError, UnreachedError

VERSION = "2026-10"
_EARLY = timedelta(minutes=10)  # a token is renewed before it ends, so that no write finds it ended
_BUSY_TRIES = 8
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class App:
    """The app that was made for this in Shopify: its client ID, and the secret that goes with it."""

    client_id: str
    secret: str

    def __repr__(self) -> str:
        return "App(…)"


class NotAllowedError(RefusedError):
    """The shop lets this app not read or do that."""


class TooDearError(DeclinedError):
    """One question asked for more than Shopify answers at once."""


def address(written: str) -> str:
    """The shop's address for programs, from its name or any of its addresses. Raises ShopError."""
    parts = urlsplit(written if "//" in written else f"https://{written}")
    if parts.hostname in ("localhost", "127.0.0.1"):
        return written
    name = (parts.hostname or "").removesuffix(".myshopify.com")
    if parts.hostname == "admin.shopify.com":
        name = parts.path.removeprefix("/store/").split("/")[0]
    if not _SHOP.fullmatch(name):
        raise ShopError(
            f"{written!r} is not a Shopify shop's address; it is NAME.myshopify.com, as the admin's settings "
            "show under Domains."
        )
    return f"https://{name}.myshopify.com"


class Api:
    """One shop, spoken to by one app."""

    def __init__(self, url: str, app: App) -> None:
        whole = address(url).rstrip("/")
        self._caller = Caller(whole)
        self._door = Caller(whole, judge=self._not_signed_in)
        self._app = app
        self._renew_at = datetime.min.replace(tzinfo=UTC)
        self._left, self._rate, self._told_at = 0.0, 0.0, 0.0
        self._price: dict[str, float] = {}

    @property
    def host(self) -> str:
        """The shop's host, for sentences."""
        return self._caller.host

    def close(self) -> None:
        """Let go of the connections."""
        self._caller.close()
        self._door.close()

    def now(self) -> datetime:
        """The shop's time, as far as its last answer told it."""
        return self._caller.now()

    def ask(self, query: str, values: Mapping[str, Any] | None = None, *, again: bool = True) -> Any:
        """What is answered, field by field; `again`: asking twice does no harm. Raises ShopError."""
        if datetime.now(UTC) >= self._renew_at:
            self._sign_in()
        for _ in range(_BUSY_TRIES):
            self._wait_for(query)
            answer = self._call(query, values, again=again)
            problem = self._heed(query, answer)
            if problem is None:
                return answer["data"]
            if not isinstance(problem, _ThrottledError):
                raise problem
        raise UnreachedError(f"{self.host} has no time for this app now.")

    def _call(self, query: str, values: Mapping[str, Any] | None, *, again: bool) -> Any:
        sent = {"query": query, "variables": dict(values or {})}
        path = f"/admin/api/{VERSION}/graphql.json"
        try:
            answer, _ = self._caller.json("POST", path, again=again, json=sent)
        except RefusedError:
            # Nothing was done: a token may end, or be taken back, before its time.
            self._sign_in()
            answer, _ = self._caller.json("POST", path, again=again, json=sent)
        if not isinstance(answer, dict):
            raise ShopError(f"{self.host} answers, but not as a Shopify shop does.")
        return answer

    def _heed(self, query: str, answer: Mapping[str, Any]) -> ShopError | None:
        """What an answer says of the budget and of itself; None = it is whole."""
        cost = (answer.get("extensions") or {}).get("cost") or {}
        if budget := cost.get("throttleStatus"):
            self._left, self._rate = float(budget["currentlyAvailable"]), float(budget["restoreRate"])
            self._told_at = time.monotonic()
            self._price[query] = min(float(cost["requestedQueryCost"]), float(budget["maximumAvailable"]))
        if answer.get("errors"):
            return self._problem(answer["errors"])
        if not isinstance(answer.get("data"), dict):
            return ShopError(f"{self.host} answers, but not as a Shopify shop does.")
        return None

    def _problem(self, errors: Any) -> ShopError:
        first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {"message": errors}
        code = (first.get("extensions") or {}).get("code", "")
        message = " ".join(str(first.get("message", code)).split())[:300].rstrip(".")
        if code == "THROTTLED":
            return _ThrottledError(f"{self.host} has no time for this app now.")
        if code == "ACCESS_DENIED":
            return NotAllowedError(f"{self.host} does not allow that: {message}.")
        if code == "MAX_COST_EXCEEDED":
            return TooDearError(f"{self.host} could not answer: {message}.")
        sentence = f"{self.host} could not answer: {message}."
        return UnreachedError(sentence) if code == "INTERNAL_SERVER_ERROR" else DeclinedError(sentence)

    def _wait_for(self, query: str) -> None:
        """Wait until what a question costs has flowed back."""
        missing = self._price.get(query, 0.0) - self._left
        if not self._rate or missing <= 0:
            return
        wait = missing / self._rate - (time.monotonic() - self._told_at)
        if wait > 0:
            time.sleep(min(wait, LONGEST_WAIT))

    def _sign_in(self) -> None:
        sent = {
            "grant_type": "client_credentials",
            "client_id": self._app.client_id,
            "client_secret": self._app.secret,
        }
        asked_at = datetime.now(UTC)
        try:
            said, _ = self._door.json("POST", "/admin/oauth/access_token", again=True, data=sent)
        except RefusedError as problem:
            raise RefusedError(
                f"{self.host} does not accept the client ID and secret, or the app is not installed there."
            ) from problem
        if not isinstance(said, dict) or not isinstance(said.get("access_token"), str):
            raise ShopError(f"{self.host} answers, but not as a Shopify shop does.")
        life = timedelta(seconds=float(said.get("expires_in", 86_399)))
        self._renew_at = asked_at + max(life - _EARLY, life / 2)
        self._caller.header("X-Shopify-Access-Token", said["access_token"])

    def _not_signed_in(self, status: int, said: Any) -> ShopError | None:
        return RefusedError(f"{self.host} refused to sign in (HTTP {status}).") if status < 404 else None


class _ThrottledError(UnreachedError):
    """The budget is spent; it flows back by itself."""
