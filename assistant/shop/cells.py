"""From the text of a cell to its value; each kind of value is one converter, remembered text by text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Generic, TypeVar

from assistant.records import LINK_KINDS, MONEY_UNIT
from assistant.shop.tables import Kind

Raw = TypeVar("Raw", bound=Hashable)
Value = TypeVar("Value")
Convert = Callable[[str], object]

REMEMBERED = 50_000
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_MOST = 10**11
_CURRENCY_SIGNS = str.maketrans("", "", "$£€¥ \u00a0\u202f")
_YES = frozenset({"1", "true", "yes", "y", "t"})
_NO = frozenset({"0", "false", "no", "n", "f"})


class BadCellError(ValueError):
    """A cell that its row cannot be loaded with; the text is the reason."""


class UnusableError(BadCellError):
    """A cell that is left empty while its row is loaded."""


class Remembered(dict[Raw, Value], Generic[Raw, Value]):
    """A converter that works out each text once: a sales file repeats its dates, prices and ids."""

    __slots__ = ("_convert",)

    def __init__(self, convert: Callable[[Raw], Value]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, raw: Raw) -> Value:
        value = self._convert(raw)
        if len(self) >= REMEMBERED:
            self.clear()
        self[raw] = value
        return value


class Ways:
    """How this shop writes numbers, times and phone numbers."""

    def __init__(
        self,
        *,
        zone: tzinfo = UTC,
        country: str | None = None,
        decimal: str = ".",
        thousands: str = "",
        times: Sequence[str] = (),
        yes: Sequence[str] = (),
        no: Sequence[str] = (),
    ) -> None:
        self.zone = zone
        self.country = country
        self.decimal = decimal
        self.thousands = thousands
        self.times = tuple(times)
        self.yes = frozenset(word.casefold() for word in yes) or _YES
        self.no = frozenset(word.casefold() for word in no) or _NO

    def number_text(self, text: str) -> str:
        """A number with a point for its decimals and nothing between its thousands."""
        if self.thousands:
            text = text.replace(self.thousands, "")
        return text if self.decimal == "." else text.replace(".", "?").replace(self.decimal, ".")


def converter(kind: Kind, ways: Ways) -> Convert:
    """The converter of one kind; it gets a stripped text that is not empty."""
    kinds: Mapping[Kind, Convert] = {
        "id": _same,
        "text": _same,
        "category": _category,
        "quantity": lambda text: _above_zero(_number(text, ways)),
        "amount": lambda text: _number(text, ways),
        "count": lambda text: _count(text, ways),
        "money": lambda text: _money(text, ways),
        "price": lambda text: _not_below_zero(_money(text, ways)),
        "time": lambda text: _time(text, ways),
        "yes": lambda text: _yes(text, ways),
        "phone": lambda text: _phone(text, ways.country),
        "json": _json,
        "link": _link,
    }
    return kinds[kind]


def _same(text: str) -> str:
    return text


def _category(text: str) -> str | None:
    return "/".join(level for level in (part.strip() for part in text.split("/")) if level) or None


def _decimal(text: str, ways: Ways) -> Decimal:
    plain = ways.number_text(text)
    if not _NUMBER.fullmatch(plain):
        raise BadCellError("is not a number")
    value = Decimal(plain)
    if abs(value) > _MOST:
        raise BadCellError("is too large a number")
    return value


def _number(text: str, ways: Ways) -> int | float:
    value = _decimal(text, ways)
    return int(value) if value == value.to_integral_value() else float(value)


def _above_zero(value: float) -> float:
    if value <= 0:
        raise BadCellError("is not above zero")
    return value


def _not_below_zero(value: int) -> int:
    if value < 0:
        raise BadCellError("is below zero")
    return value


def _count(text: str, ways: Ways) -> int:
    value = _number(text, ways)
    if not isinstance(value, int) or not 0 <= value <= _MOST:
        raise BadCellError(f"is not a whole number from 0 to {_MOST:,}")
    return value


def _money(text: str, ways: Ways) -> int:
    value = _decimal(text.translate(_CURRENCY_SIGNS), ways) * MONEY_UNIT
    return int(value.to_integral_value(rounding=ROUND_HALF_EVEN))


def _time(text: str, ways: Ways) -> int:
    """Milliseconds since 1970: a time without a zone is the shop's."""
    at = _parse_time(text, ways.times)
    if not 1900 <= at.year <= 2200:
        raise BadCellError("is not a time between 1900 and 2200")
    if at.tzinfo is None:
        at = at.replace(tzinfo=ways.zone)
    return round(at.timestamp() * 1000)


def _parse_time(text: str, formats: Sequence[str]) -> datetime:
    if not formats:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise BadCellError("is not a time written as 2026-06-14T14:30:00Z") from None
    for written in formats:
        try:
            return datetime.strptime(text, written)  # noqa: DTZ007 - the shop's zone is put on by `_time`
        except ValueError:
            continue
    raise BadCellError(f"is not a time written as {' or '.join(formats)}")


def _yes(text: str, ways: Ways) -> int:
    word = text.casefold()
    if word in ways.yes:
        return 1
    if word in ways.no:
        return 0
    raise BadCellError("is neither yes nor no")


def _phone(text: str, country: str | None) -> str:
    """A number as E.164; one that cannot be dialled is worth less than the rest of its row."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise UnusableError(
            "is not a phone number" if country else "is not a phone number with its country"
        ) from None
    if not phonenumbers.is_possible_number(number):
        raise UnusableError("is not a phone number that exists")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _json(text: str) -> str:
    try:
        value = json.loads(text, parse_constant=_no_constant)
        # A number such as 1e999 is read as infinite, which JSON cannot say.
        plain = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    except (ValueError, RecursionError):
        raise BadCellError("is not JSON") from None
    if not isinstance(value, dict):
        raise BadCellError("is not a JSON object")
    return plain


def _no_constant(name: str) -> None:
    # Python reads NaN and Infinity; JSON, and SQLite, know neither.
    raise ValueError(name)


def _link(text: str) -> str:
    kind = text.casefold()
    if kind not in LINK_KINDS:
        raise BadCellError(f"is not one of {', '.join(LINK_KINDS)}")
    return kind
