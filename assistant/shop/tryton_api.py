"""Tryton's REST API (version 7 and later): asking a model with a domain, and its typed JSON."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from assistant.errors import ShopError
from assistant.shop.calling import Caller, DeclinedError, RefusedError

PAGE = 500
_SOME = 1_000  # rows, where all are wanted

Row = Mapping[str, Any]
Domain = list[Any]


class Api:
    """One database of a Tryton server, spoken to with one application's key, for one company."""

    def __init__(self, url: str, database: str, key: str) -> None:
        headers = {"Authorization": f"bearer {key}"}
        self._caller = Caller(f"{url.rstrip('/')}/{database}/rest/model/", headers, judge=self._judge)
        self._database = database
        self.company: int | None = None

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

    def rows(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        limit: int,
        order: str = "id",
        **context: Any,
    ) -> list[Row]:
        """Rows of a model in the order of a field. Raises ShopError."""
        sent: list[tuple[str, str]] = [
            ("d", _packed(domain)), ("o", _packed([[order, "ASC"]])), ("s", str(limit)),
            *(("f", field) for field in fields),
        ]  # fmt: skip
        answer, _ = self._caller.json("GET", model, again=True, params=sent, headers=self._context(context))
        if not isinstance(answer, list):
            raise ShopError(f"{self.host} answers, but not as a Tryton server does.")
        return [plain(row) for row in answer]

    def everything(self, model: str, domain: Domain, fields: Sequence[str], **context: Any) -> Iterator[Row]:
        """Every row, page by page, in the order of the ids."""
        last = 0
        while True:
            some = self.rows(model, [["id", ">", last], domain], fields, limit=_SOME, **context)
            yield from some
            if len(some) < _SOME:
                return
            last = some[-1]["id"]

    def has(self, models: Sequence[str]) -> frozenset[str]:
        """Which of these models the database has: each comes with a module."""
        found = self.rows("ir.model", [["name", "in", list(models)]], ["name"], limit=len(models))
        return frozenset(row["name"] for row in found)

    def has_field(self, model: str, field: str) -> bool:
        """Whether a model has a field here: modules add their own."""
        named = [["model", "=", model], ["name", "=", field]]
        return bool(self.rows("ir.model.field", named, ["name"], limit=1))

    def rights(self, models: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """What the key's user may do with these models: read, write, create, delete."""
        told = self._post("ir.model.access/get_access", {"models": list(models)}, again=True)
        return told if isinstance(told, dict) else {}

    def create(self, model: str, values: Mapping[str, Any]) -> None:
        """Make a row; asked once, as asking again would make another. Raises DeclinedError."""
        self._post(model, values, again=False)

    def write(self, model: str, row: int, values: Mapping[str, Any]) -> None:
        """Change a row; asked once, as a line that is taken out cannot be taken out again."""
        sent, context = _typed(values), self._context({})
        self._caller.json("PUT", f"{model}/{row}", again=False, json=sent, headers=context)

    def _post(self, path: str, values: Mapping[str, Any], *, again: bool) -> Any:
        answer, _ = self._caller.json(
            "POST", path, again=again, json=_typed(values), headers=self._context({})
        )
        return answer

    def _context(self, more: Mapping[str, Any]) -> dict[str, str]:
        """Prices, costs and who may write are a company's; without one they are nobody's."""
        context = dict(more) | ({} if self.company is None else {"company": self.company})
        return {"X-Tryton-Context": _packed(context)} if context else {}

    def _judge(self, status: int, said: Any) -> ShopError | None:
        """What Tryton means by an error."""
        message = said.get("message") if isinstance(said, dict) else None
        if not message:
            return None
        sentence = str(message).strip().split("\n")[0][:200].rstrip(".:")
        if status == 400 and "not allowed to access" in sentence:
            return RefusedError(f"{self.host} does not allow the user of this key to do that: {sentence}.")
        return DeclinedError(f"{self.host} could not answer: {sentence}.")


def changed(field: str, at: datetime) -> list[Any]:
    """What was written or made later than this: the first change is no writing."""
    prefix = f"{field}." if field else ""
    return [[f"{prefix}{name}", ">", at] for name in ("write_date", "create_date")]


def plain(said: Any) -> Any:
    """Typed JSON as Python knows it: decimals, days, and times in UTC."""
    if isinstance(said, list):
        return [plain(one) for one in said]
    if not isinstance(said, dict):
        return said
    match said.get("__class__"):
        case "Decimal":
            return Decimal(said["decimal"])
        case "datetime":
            return datetime(
                said["year"], said["month"], said["day"], said["hour"], said["minute"], said["second"],
                said.get("microsecond", 0), UTC,
            )  # fmt: skip
        case "date":
            return date(said["year"], said["month"], said["day"])
    return {name: plain(one) for name, one in said.items()}


def _typed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _typed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_typed(one) for one in value]
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, datetime):
        at = value.astimezone(UTC)
        return {
            "__class__": "datetime", "year": at.year, "month": at.month, "day": at.day, "hour": at.hour,
            "minute": at.minute, "second": at.second, "microsecond": at.microsecond,
        }  # fmt: skip
    return value


def _packed(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(_typed(value)).encode()).decode()
