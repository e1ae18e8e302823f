"""Vendure's Admin API: signing in, asking, and reading a list page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.errors import ShopError
from assistant.shop import vendure_queries as queries
from assistant.shop.calling import Caller, DeclinedError, RefusedError, UnreachedError

PAGE = 1_000  # the most a Vendure shop gives at once by default


@dataclass(frozen=True, slots=True)
class Login:
    """How to sign in: a key, or a person's name and password."""

    key: str = ""
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "Login(…)"


class Api:
    """One shop's Admin API, signed in to at the first question."""

    def __init__(self, url: str, login: Login, channel: str) -> None:
        whole = url.rstrip("/")
        self._caller = Caller(whole if whole.endswith("/admin-api") else f"{whole}/admin-api")
        self._login = login
        self._signed_in = False
        if channel:
            self._caller.header("vendure-token", channel)
        if login.key:
            self._caller.header("vendure-api-key", login.key)

    def close(self) -> None:
        """Let go of the connection."""
        self._caller.close()

    def now(self) -> datetime:
        """The shop's time, as far as its last answer told it."""
        return self._caller.now()

    def page(self, query: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """One page of a list: its items, and how many there are in all."""
        answer = self.ask(query, {"options": {"take": PAGE} | dict(options)})
        page: Mapping[str, Any] = next(iter(answer.values()))
        return page

    def everything(
        self, query: str, values: Mapping[str, Any] | None = None, within: Sequence[str] = ()
    ) -> Iterable[Mapping[str, Any]]:
        """Every row of a list, page by page."""
        skip = 0
        while True:
            answer = self.ask(query, {"options": {"take": PAGE, "skip": skip}} | dict(values or {}))
            page = answer if within else next(iter(answer.values()))
            for name in within:
                page = page[name]
            yield from page["items"]
            skip += PAGE
            if skip >= page["totalItems"] or not page["items"]:
                return

    def ask(self, query: str, values: Mapping[str, Any] | None = None, *, again: bool = True) -> Any:
        """What is answered, field by field; `again`: asking twice does no harm. Raises ShopError."""
        if not self._signed_in and not self._login.key:
            self._sign_in()
        try:
            return self._call(query, values, again=again)
        except RefusedError:
            if self._login.key or not self._signed_in:
                raise
            self._sign_in()  # a session ends after a while
            return self._call(query, values, again=again)

    def _call(self, query: str, values: Mapping[str, Any] | None, *, again: bool) -> Any:
        sent = {"query": query, "variables": dict(values or {})}
        answer, _ = self._caller.json("POST", "", again=again, json=sent)
        if not isinstance(answer, dict):
            raise ShopError(f"{self._caller.host} answers, but not as a Vendure shop does.")
        if answer.get("errors"):
            raise self._problem(answer["errors"][0])
        if not isinstance(answer.get("data"), dict):
            raise ShopError(f"{self._caller.host} answers, but not as a Vendure shop does.")
        return answer["data"]

    def _problem(self, error: Mapping[str, Any]) -> ShopError:
        code = (error.get("extensions") or {}).get("code", "")
        if code in ("FORBIDDEN", "UNAUTHENTICATED"):
            field = str(next(iter(error.get("path") or ()), ""))
            if field == "activeChannel":  # which everybody may read who is known
                return RefusedError(f"{self._caller.host} does not accept the key or password.")
            if field in queries.NEEDS:
                return RefusedError(
                    f"{self._caller.host} does not allow this key or person to do that: it needs the "
                    f"permission {queries.NEEDS[field]}."
                )
            return RefusedError(f"{self._caller.host} does not allow this key or person to do that.")
        sentence = f"{self._caller.host} could not answer: {str(error.get('message', code))[:200]}."
        return UnreachedError(sentence) if code == "INTERNAL_SERVER_ERROR" else DeclinedError(sentence)

    def _sign_in(self) -> None:
        values = {"user": self._login.user, "password": self._login.password}
        sent = {"query": queries.LOGIN, "variables": values}
        answer, headers = self._caller.json("POST", "", again=True, json=sent)
        said = (answer.get("data") or {}).get("login") if isinstance(answer, dict) else None
        if said is None:
            raise ShopError(f"{self._caller.host} answers, but not as a Vendure shop does.")
        token = headers.get("vendure-auth-token")
        if "message" in said or not token:
            raise RefusedError(f"{self._caller.host} does not accept the name or the password.")
        self._caller.header("Authorization", f"Bearer {token}")
        self._signed_in = True
