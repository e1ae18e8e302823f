"""What a mapping says of one column or one condition, as a function of a cell's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from zoneinfo import ZoneInfo

from assistant.shop import mapping as words
from assistant.shop.cells import BadCellError, Convert, Ways, converter


def ways(whole: words.Mapping, column: words.Column | None) -> Ways:
    """How numbers and times are written in a column, or in the whole shop."""
    own = column or words.Column()
    return Ways(
        zone=ZoneInfo(whole.timezone or "UTC"),
        country=whole.country or None,
        decimal=own.decimal or whole.decimal,
        thousands=whole.thousands if own.thousands is None else own.thousands,
        times=whole.times if own.times is None else own.times,
        yes=own.yes,
        no=own.no,
    )


def cell_value(column: words.Column, convert: Convert, *, required: bool) -> Callable[[Hashable], object]:
    """The value of a cell, or of several joined cells; raises BadCellError with the reason."""
    change = _changer(column.changes)

    def value(raw: Hashable) -> object:
        if column.constant is not None:
            text = column.constant
        elif isinstance(raw, tuple):
            text = column.joined_by.join(part for part in map(_clean, raw) if part)
        else:
            text = _clean(str(raw))
        text = change(text)
        if text:
            return convert(text)
        if required:
            raise BadCellError("is empty")
        return None

    return value


def _clean(raw: str) -> str:
    return raw.replace("\0", "").strip()


def _changer(changes: tuple[tuple[str, object], ...]) -> Callable[[str], str]:
    steps: list[Callable[[str], str]] = [_change(name, against) for name, against in changes if against]

    def change(text: str) -> str:
        for step in steps:
            text = step(text)
        return text.strip()

    return change


def _change(name: str, against: object) -> Callable[[str], str]:
    if name == "drop_ending":
        return lambda text: text.removesuffix(str(against))
    if name == "drop_start":
        return lambda text: text.removeprefix(str(against))
    if name == "values":
        replacements = dict(against)  # type: ignore[call-overload]
        return lambda text: str(replacements.get(text, text))
    return {"upper": str.upper, "lower": str.lower, "title": str.title}[name]


def taken_back(convert: Convert) -> Convert:
    """A quantity on a return: its size counts, whether it is written as negative or not."""

    def quantity(text: str) -> object:
        value = convert(text)
        if not value:
            raise BadCellError("is zero")
        return abs(value)  # type: ignore[arg-type]

    return quantity


def condition_test(condition: words.Condition, ways: Ways) -> Callable[[str], bool]:
    """Whether a cell is what a condition asks for."""
    against = condition.against
    if condition.test == "empty":
        return lambda raw: (not raw.strip()) == against
    if condition.test == "matches":
        pattern: re.Pattern[str] = against  # type: ignore[assignment]
        return lambda raw: bool(pattern.search(raw.strip()))
    if condition.test in {"is", "is_not", "starts_with"}:
        listed: tuple[str, ...] = against  # type: ignore[assignment]
        if condition.test == "starts_with":
            return lambda raw: raw.strip().startswith(listed)
        return lambda raw: (raw.strip() in listed) == (condition.test == "is")
    return _number_test(condition.test, float(against), ways)  # type: ignore[arg-type]


def _number_test(test: str, against: float, ways: Ways) -> Callable[[str], bool]:
    number = converter("amount", ways)
    compare: Callable[[float], bool] = {
        "above": lambda value: value > against,
        "at_least": lambda value: value >= against,
        "below": lambda value: value < against,
        "at_most": lambda value: value <= against,
    }[test]

    def holds(raw: str) -> bool:
        try:
            return compare(number(raw.strip()))  # type: ignore[arg-type]
        except BadCellError:
            return False

    return holds
