"""Odoo's JSON API (version 19 and later): asking a model, and reading rows in the order of their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.errors import ShopError
from assistant.shop.calling import Caller, DeclinedError, RefusedError

PAGE = 200
_SOME = 1_000  # ids in one question

Row = Mapping[str, Any]
Domain = list[Any]


class AbsentError(DeclinedError):
    """The database has no such model: its app is not installed."""


class Api:
    """One database, spoken to with one key."""

    def __init__(self, url: str, key: str, database: str = "") -> None:
        headers = {"Authorization": f"bearer {key}"} | ({"X-Odoo-Database": database} if database else {})
        whole = url.rstrip("/").removesuffix("/odoo").removesuffix("/web").removesuffix("/json/2")
        self._caller = Caller(f"{whole}/json/2/", headers, judge=self._judge)
        self._fields: dict[str, frozenset[str]] = {}

    @property
    def host(self) -> str:
        """The server's host, for sentences."""
        return self._caller.host

    def close(self) -> None:
        """Let go of the connection."""
        self._caller.close()

    def now(self) -> datetime:
        """The server's time, as far as its last answer told it."""
        return self._caller.now()

    def ask(self, model: str, method: str, *, again: bool = True, **named: Any) -> Any:
        """What a model's method answers; `again`: asking twice does no harm. Raises ShopError."""
        answer, _ = self._caller.json("POST", f"{model}/{method}", again=again, json=named)
        return answer

    def rows(
        self,
        model: str,
        domain: Domain,
        fields: Iterable[str],
        *,
        limit: int | None = None,
        order: str = "id",
        **context: Any,
    ) -> list[Row]:
        """Rows of a model, with those of the fields that this database has."""
        named: dict[str, Any] = {
            "domain": domain,
            "fields": [one for one in fields if one in self.fields(model)],
            "order": order,
        }
        if limit is not None:
            named["limit"] = limit
        if context:
            named["context"] = context
        answer = self.ask(model, "search_read", **named)
        if not isinstance(answer, list):
            raise ShopError(f"{self.host} answers, but not as an Odoo server does.")
        return answer

    def everything(self, model: str, domain: Domain, fields: Sequence[str], **context: Any) -> Iterator[Row]:
        """Every row, page by page, in the order of the ids."""
        last = 0
        while True:
            some = self.rows(model, [["id", ">", last], *domain], fields, limit=_SOME, **context)
            yield from some
            if len(some) < _SOME:
                return
            last = some[-1]["id"]

    def of(self, model: str, field: str, ids: Iterable[int], fields: Sequence[str]) -> Iterator[Row]:
        """Every row whose field names one of these."""
        wanted = sorted(set(ids))
        for begin in range(0, len(wanted), _SOME):
            yield from self.everything(model, [[field, "in", wanted[begin : begin + _SOME]]], fields)

    def count(self, model: str, domain: Domain, **context: Any) -> int:
        """How many rows there are."""
        named: dict[str, Any] = {"domain": domain} | ({"context": context} if context else {})
        return int(self.ask(model, "search_count", **named))

    def fields(self, model: str) -> frozenset[str]:
        """The fields a model has here: apps add their own. Raises AbsentError."""
        if model not in self._fields:
            told = self.ask(model, "fields_get", attributes=["type"])
            self._fields[model] = frozenset(told) | {"id"}
        return self._fields[model]

    def has(self, model: str) -> bool:
        """Whether a model is there; one that may not be read is."""
        try:
            return bool(self.fields(model))
        except AbsentError:
            return False

    def _judge(self, status: int, said: Any) -> ShopError | None:
        """What Odoo means by an error, whose name is that of what was raised there."""
        if not isinstance(said, dict) or "message" not in said:
            return None
        message = str(said["message"]).strip().split("\n")[0][:200].rstrip(".")
        if status == 401:
            return RefusedError(
                f"{self.host} does not accept the key; Odoo's keys end after three months at most."
            )
        if status == 403:
            return RefusedError(f"{self.host} does not allow the user of this key to do that.")
        if status == 404 and str(said.get("name", "")).endswith("NotFound"):
            return AbsentError(f"{self.host} has no such app: {message}.")
        return DeclinedError(f"{self.host} could not answer: {message}.")


def since(field: str, at: datetime) -> list[Any]:
    """What changed later than this, by a field."""
    return [field, ">", at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")]


def either(*parts: list[Any]) -> Domain:
    """A domain that holds where one of its parts does."""
    return [*["|"] * (len(parts) - 1), *parts]


def link(said: Any) -> int | None:
    """The id of a link, which comes with a name, or as `false` where there is none."""
    if isinstance(said, list) and said:
        return int(said[0])
    return int(said) if said and isinstance(said, int) else None


def name(said: Any) -> str | None:
    """The name that comes with a link."""
    return str(said[1]) if isinstance(said, list) and len(said) > 1 else None


def text(said: Any) -> str | None:
    """A text; an empty one is `false`."""
    return " ".join(said.split()) or None if isinstance(said, str) else None


def time(said: Any) -> datetime | None:
    """A time, in UTC without a zone."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC) if said else None
