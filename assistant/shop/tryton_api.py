"""Tryton's REST API (version 7 and later): asking a model with a domain, and its typed JSON."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from assistant.errors import ShopError
from assistant.shop.calling import Caller, DeclinedError, RefusedError

PAGE = 500
_SOME = 1_000  # rows, where all are wanted
_COMPANY = "company.company"

Row = Mapping[str, Any]
Domain = list[Any]


class Api:
    """One database of a Tryton server, spoken to with one application's key, for one company."""

    def __init__(self, url: str, database: str, key: str) -> None:
        headers = {"Authorization": f"bearer {key}"}
        self._caller = Caller(f"{url.rstrip('/')}/{database}/rest/model/", headers, judge=self._judge)
        self._has: dict[tuple[str, str], bool] = {}

    @property
    def host(self) -> str:
        """The server's host, for sentences."""
        return self._caller.host

    def close(self) -> None:
        """Let go of the connection."""
        self._caller.close()

    def ask_the_time(self) -> datetime:
        """The server's time."""
        self.rows(_COMPANY, [], ["id"], limit=1)
        return self.now()

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
        """Rows of a model in the order of a field, as they are for the company. Raises ShopError."""
        sent: list[tuple[str, str]] = [
            ("d", _packed(domain)), ("o", _packed([[order, "ASC"]])), ("s", str(limit)),
            *(("f", field) for field in fields),
        ]  # fmt: skip
        headers = _context(context if model == _COMPANY else self._of_company | context)
        answer, _ = self._caller.json("GET", model, again=True, params=sent, headers=headers)
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
        """Whether a model has a field here: modules add their own. Asked once."""
        if (model, field) not in self._has:
            named = [["model", "=", model], ["name", "=", field]]
            self._has[model, field] = bool(self.rows("ir.model.field", named, ["name"], limit=1))
        return self._has[model, field]

    def rights(self, models: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """What the key's user may do with these models: read, write, create, delete."""
        told = self._post("ir.model.access/get_access", {"models": list(models)}, again=True)
        return told if isinstance(told, dict) else {}

    def create(self, model: str, values: Mapping[str, Any]) -> None:
        """Make a row; asked once, as asking again would make another. Raises DeclinedError."""
        self._post(model, values, again=False)

    def write(self, model: str, row: int, values: Mapping[str, Any]) -> None:
        """Change a row; asked once, as a line that is taken out cannot be taken out again."""
        sent, headers = _typed(values), _context(self._of_company)
        self._caller.json("PUT", f"{model}/{row}", again=False, json=sent, headers=headers)

    def _post(self, path: str, values: Mapping[str, Any], *, again: bool) -> Any:
        sent, headers = _typed(values), _context(self._of_company)
        answer, _ = self._caller.json("POST", path, again=again, json=sent, headers=headers)
        return answer

    @cached_property
    def company(self) -> Row:
        """The company the key's user works for."""
        found = self.rows(_COMPANY, [], ["party.name", "currency.code"], limit=1)
        if not found:
            raise ShopError(f"{self.host} has no company that this key may see.")
        return found[0]

    @property
    def _of_company(self) -> dict[str, Any]:
        """Prices, costs and who may write are a company's; without one they are nobody's."""
        return {"company": self.company["id"]}

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


def either(at: datetime, *of: str) -> Domain:
    """Rows that changed since then, or a row of theirs did ("" = the row itself)."""
    return ["OR", *(one for field in of for one in changed(field, at))]


def later(after: str | None, domain: Domain) -> Domain:
    """Of a domain what follows an id."""
    return [["id", ">", int(after or 0)], domain]


def following(found: Sequence[Row]) -> str | None:
    """After which id the next page begins."""
    return str(found[-1]["id"]) if len(found) == PAGE else None


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


def _context(said: Mapping[str, Any]) -> dict[str, str]:
    return {"X-Tryton-Context": _packed(said)} if said else {}


def _packed(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(_typed(value)).encode()).decode()
