"""The sentences of the window: money, ages, evidence and stock in the words of a person."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QLocale

from assistant.records import MONEY_UNIT, DeclineReason, Line, minor_digits
from assistant.ui import language
from assistant.ui.language import mark, shown

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}
_UNITS = {"GBP": mark("pounds"), "EUR": mark("euros"), "USD": mark("dollars"), "JPY": mark("yen")}


def tr(text: str, meaning: str = "") -> str:
    """A sentence in the language of the window; a meaning where one word has several."""
    return QCoreApplication.translate("", text, meaning)


def locale() -> QLocale:
    """How numbers and dates are written here; a system that names no place writes them the British way."""
    here = QLocale()
    if here.language() == QLocale.Language.C:
        return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    return here


def number(n: float) -> str:
    """A number with the separators of the place; weighed goods keep their fractions."""
    return locale().toString(round(n)) if n == round(n) else locale().toString(n, "f", 2).rstrip("0")


def money(amount: float | None, currency: str | None, *, whole: bool = False) -> str:
    """An amount as the place writes it: `£42.90`; nothing where it is unknown; `whole` without pence."""
    if amount is None:
        return ""
    digits = 0 if whole else minor_digits(currency)
    if currency is None:
        return locale().toString(amount / MONEY_UNIT, "f", digits)
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return locale().toCurrencyString(amount / MONEY_UNIT, symbol, digits)


def bare_money(amount: int | None, currency: str | None) -> str:
    """An amount without its currency, for a column that says it once: `42.90`."""
    return "" if amount is None else locale().toString(amount / MONEY_UNIT, "f", minor_digits(currency))


def spoken_money(amount: int | None, currency: str | None) -> str:
    """An amount for a screen reader: `42.90 pounds`."""
    if amount is None:
        return tr("price unknown")
    unit = shown(_UNITS[currency]) if currency in _UNITS else currency or ""
    return f"{bare_money(amount, currency)} {unit}".strip()


def counted(n: float, one: str, many: str, **others: str) -> str:
    """`1 item`, `3 items`: the word that fits a number; both are already in the window's language."""
    return (one if n == 1 else many).format(n=number(n), **others)


def share(x: float) -> str:
    """A share as one says it: `34%`, small ones with a decimal."""
    return percent(locale().toString(100 * x, "f", 1 if x < 0.0095 else 0))


def percent(number: str) -> str:
    """A number that is already written, as a percentage: `34%`, in German `34 %`."""
    return tr("{n}%").format(n=number)


def spoken_category(path: str | None) -> str:
    """The last part of a category path as one says it within a sentence."""
    from assistant.suggest.talking_points import spoken_category

    return spoken_category(path, language.code())


def times(lift: float) -> str:
    """`2.6×`; large ones without a decimal."""
    return f"{locale().toString(lift, 'f', 0 if lift >= 9.95 else 1)}×"


def reason(name: DeclineReason | str) -> str:
    """Why a customer declined."""
    return {
        "has_one": tr("Already has one"),
        "not_now": tr("Not needed now"),
        "too_expensive": tr("Too expensive"),
        "no_time": tr("No time today"),
        "other_brand": tr("Prefers another brand"),
        "does_not_fit": tr("Does not fit"),
    }.get(name, name)


def first_name(name: str | None) -> str:
    """The name one calls a person by; empty where none is known."""
    return name.split()[0] if name and name.split() else ""


def items(lines: Iterable[Line]) -> str:
    """`Total, 3 items`."""
    lines = tuple(lines)
    whole = all(line.quantity == int(line.quantity) for line in lines)
    n = int(sum(line.quantity for line in lines)) if whole else len(lines)
    return counted(n, tr("Total, 1 item"), tr("Total, {n} items"))


def quoted(text: str) -> str:
    """A sentence to be said aloud, in quotation marks."""
    return tr("“{text}”").format(text=text)


def inside(sentence: str) -> str:
    """A sentence that goes on after a colon; a German one keeps its capital, as it may begin with a noun."""
    return sentence if language.code() == "de" else sentence[:1].lower() + sentence[1:]


def initials(name: str) -> str:
    """The first letters of the first and last name: `PN`."""
    words = [word for word in name.split() if word[0].isalnum()]
    picked = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in picked) or "?"
