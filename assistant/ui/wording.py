"""The sentences of the window: money, ages, evidence and stock in the words of a person."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from assistant.records import MONEY_UNIT, DeclineReason, Evidence, Line, Stock, Suggestion, minor_digits
from assistant.ui import language
from assistant.ui.language import mark, shown

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}
_UNITS = {"GBP": mark("pounds"), "EUR": mark("euros"), "USD": mark("dollars"), "JPY": mark("yen")}
_FEW = 2  # so few in stock are worth a word
_OLD = timedelta(hours=24)  # stock counted longer ago says when
_MATCHES = (
    (0.30, mark("Very strong")),
    (0.15, mark("Strong")),
    (0.07, mark("Good")),
    (0.03, mark("Fair")),
    (0.0, mark("Possible")),
)
SEGMENTS = len(_MATCHES)
_MOST_MOVED = 3  # parts of a score that are told
_LEAST_MOVED = 0.1  # in log-odds: a tenth of the odds; what moved it less is not worth a word


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


def age(then: datetime, now: datetime) -> str:
    """How long ago: `5 months`."""
    days = max(0, (now - then).days)
    if days == 0:
        return tr("today")
    if days < 14:
        return counted(days, tr("1 day"), tr("{n} days"))
    if days < 60:
        return counted(days // 7, tr("1 week"), tr("{n} weeks"))
    if days < 365:
        return counted(max(2, round(days / 30.44)), tr("1 month"), tr("{n} months"))
    return counted(int(days / 365.25) or 1, tr("1 year"), tr("{n} years"))


def past(then: datetime, now: datetime) -> str:
    """How long ago, in whole words: `5 months ago`; not put together, as words change after "ago"."""
    days = max(0, (now - then).days)
    if days == 0:
        return tr("today")
    if days < 14:
        return counted(days, tr("1 day ago"), tr("{n} days ago"))
    if days < 60:
        return counted(days // 7, tr("1 week ago"), tr("{n} weeks ago"))
    if days < 365:
        return counted(max(2, round(days / 30.44)), tr("1 month ago"), tr("{n} months ago"))
    return counted(int(days / 365.25) or 1, tr("1 year ago"), tr("{n} years ago"))


def day(then: datetime, now: datetime) -> str:
    """`9 May`, with the year only if it is not this one."""
    then, now = then.astimezone(), now.astimezone()
    return written(then, tr("d MMM", "date") if then.year == now.year else tr("d MMM yyyy", "date"))


def month(then: datetime) -> str:
    """`Mar 2021`."""
    return written(then, "MMM yyyy")


def written(then: datetime, pattern: str) -> str:
    """A day in a pattern of Qt's."""
    then = then.astimezone()
    return locale().toString(QDate(then.year, then.month, then.day), pattern)


def clock(then: datetime) -> str:
    """`14:05`."""
    return f"{then.astimezone():%H:%M}"


def moment(then: datetime, now: datetime) -> str:
    """The time today, else the day."""
    same = then.astimezone().date() == now.astimezone().date()
    return clock(then) if same else day(then, now)


def minutes(since: datetime, now: datetime) -> str:
    """How long a visit has lasted: `4 min`."""
    return tr("{n} min").format(n=number(max(0, int((now - since).total_seconds() // 60))))


def share(x: float) -> str:
    """A share as one says it: `34%`, small ones with a decimal."""
    return percent(locale().toString(100 * x, "f", 1 if x < 0.0095 else 0))


def percent(number: str) -> str:
    """A number that is already written, as a percentage: `34%`, in German `34 %`."""
    return tr("{n}%").format(n=number)


def span(days: float) -> str:
    """A number of days as one says it after "after": `6 weeks`."""
    from assistant.suggest.talking_points import span

    return span(days, language.code())


def spoken_category(path: str | None) -> str:
    """The last part of a category path as one says it within a sentence."""
    from assistant.suggest.talking_points import spoken_category

    return spoken_category(path, language.code())


def times(lift: float) -> str:
    """`2.6×`; large ones without a decimal."""
    return f"{locale().toString(lift, 'f', 0 if lift >= 9.95 else 1)}×"


def evidence(fact: Evidence) -> str:
    """A measured fact with its base; from under 30 customers no percentage is said, so nothing is."""
    # The first screen words times and names only; what suggesting needs is loaded with the counter.
    from assistant.suggest.talking_points import FEWEST_CUSTOMERS, spoken

    if fact.kind == "again":
        return _bought_before(fact)
    anchor = spoken(fact.anchor_name)
    if fact.kind == "requires":
        return tr("Needed by the {anchor}").format(anchor=anchor)
    if fact.kind == "kit":
        return tr("In a kit with the {anchor}").format(anchor=anchor)
    if fact.kind == "accessory":
        return tr("Goes with the {anchor}").format(anchor=anchor)
    if fact.kind == "proposed":
        return _proposed(fact)
    if (fact.customers or 0) < FEWEST_CUSTOMERS or fact.share is None or not fact.base:
        return ""
    words = {"anchor": anchor, "share": share(fact.share), "base": number(fact.base)}
    if fact.kind == "category_together":
        words |= {"these": spoken_category(fact.category), "those": spoken_category(fact.anchor_category)}
        said = tr("{these} in {share} of {base} sales with {those}").format_map(words)
        said = said[:1].upper() + said[1:]
    elif fact.kind == "like_together":
        words["like"] = spoken(fact.like_name or "")
        said = tr("Like the {like}, which is bought with the {anchor} in {share} of {base} sales").format_map(
            words
        )
    else:
        said = tr("Bought with the {anchor} in {share} of {base} sales").format_map(words)
    if fact.lift is None or fact.lift < 1.05:
        return said
    return tr("{said}, {times} the usual").format(said=said, times=times(fact.lift))


def _proposed(fact: Evidence) -> str:
    """Whose idea it is; how often it was accepted, once there are enough offers to say so."""
    from assistant.suggest.talking_points import FEWEST_CUSTOMERS, spoken

    said = tr("Proposed by a colleague for the {anchor}").format(anchor=spoken(fact.anchor_name))
    if fact.share is None or (fact.base or 0) < FEWEST_CUSTOMERS:
        return said
    words = {"said": said, "share": share(fact.share), "base": number(fact.base or 0)}
    return tr("{said}, accepted in {share} of {base} offers").format_map(words)


def _bought_before(fact: Evidence) -> str:
    said = counted(fact.n or 1, tr("Bought once before"), tr("Bought {n} times before"))
    if fact.until is not None:
        said = tr("{said}, last in {month}").format(said=said, month=month(fact.until))
    if fact.every_days is None:
        return said
    return tr("{said}, usually again after {span}").format(said=said, span=span(fact.every_days))


def reasons_for(suggestion: Suggestion) -> list[tuple[str, str]]:
    """What stands under a talking point: icons and texts; why it fits first, then what was counted."""
    found: list[tuple[str, str]] = []
    linked = next((e for e in suggestion.evidence if e.n is None or e.kind == "proposed"), None)
    if linked is not None:
        found.append(("check", _fits(suggestion, linked)))
    again = next((e for e in suggestion.evidence if e.kind == "again"), None)
    if again is not None:
        found.append(("receipt", evidence(again)))
    together = [e for e in suggestion.evidence if e.n is not None and e.kind not in ("again", "proposed")]
    text = next((t for t in map(evidence, together) if t), "")
    if text:
        found.append(("users", text))
    if not found and together:
        found.append(("check", _too_few(together[0])))
    return found


def _too_few(fact: Evidence) -> str:
    if fact.kind == "category_together":
        return tr("Such things were bought together before; too few sales for a share")
    if fact.kind == "like_together":
        from assistant.suggest.talking_points import spoken

        return tr("Like the {like}, which was bought with this before; too few sales for a share").format(
            like=spoken(fact.like_name or "")
        )
    return tr("Bought together before; too few sales for a share")


def part(name: str) -> str:
    """What a part of a score stands for; empty for one that is not known here."""
    return {
        "usual": tr("How often it sells"),
        "together": tr("Bought with this"),
        "basket": tr("The basket as a whole"),
        "category": tr("Its category"),
        "customer": tr("What this customer buys"),
        "again": tr("Bought before"),
        "link": tr("The shop’s own link"),
        "proposed": tr("A colleague’s proposal"),
        "start": tr("Where every product starts"),
    }.get(name, "")


def moved(parts: Mapping[str, float]) -> list[str]:
    """What moved a score most, up (▲) or down (▼), the strongest first; not where every product starts."""
    told = [
        (name, by) for name, by in parts.items() if name != "start" and part(name) and abs(by) >= _LEAST_MOVED
    ]
    told.sort(key=lambda moved: -abs(moved[1]))
    return [f"{'▲' if by > 0 else '▼'} {part(name)}" for name, by in told[:_MOST_MOVED]]


def valued(worth: Mapping[str, float]) -> list[str]:
    """What answers taught of a suggestion: how often it is accepted and kept, and what its margin does."""
    told = []
    for name, text in (
        ("accepted", tr("Accepted when offered: about {n} of 100")),
        ("kept", tr("Kept when accepted: about {n} of 100")),
    ):
        if name in worth:
            told.append(text.format(n=number(round(100 * math.exp(worth[name])))))
    by = worth.get("margin", 0.0)
    if abs(by) >= _LEAST_MOVED:
        told.append(f"{'▲' if by > 0 else '▼'} {tr('What it earns')}")
    return told


def _fits(suggestion: Suggestion, linked: Evidence) -> str:
    """The product's own statement of what it fits, else the shop's link."""
    fits = suggestion.product.attributes.get("fits")
    if linked.kind == "accessory" and isinstance(fits, list | tuple) and fits and isinstance(fits[0], str):
        return tr("Fits: {what}").format(what=fits[0])
    return evidence(linked)


def stock(found: Stock | None, now: datetime, aisle: object = None) -> tuple[str, bool]:
    """What is there and where, and whether it is so little that it wants attention."""
    if found is None or found.quantity is None:
        return "", False
    if found.quantity <= 0:
        return tr("Out of stock"), True
    few = found.quantity <= _FEW
    said = (tr("Last {n}") if few else tr("In stock {n}")).format(n=number(found.quantity))
    if found.at is not None and now - found.at > _OLD:  # before where it lies: it may not be there any more
        said = tr("{stock} on {day}").format(stock=said, day=day(found.at, now))
    elif isinstance(aisle, str | int) and str(aisle):
        said = tr("{stock}, aisle {aisle}").format(stock=said, aisle=aisle)
    return said, few


def match_words() -> list[str]:
    """Every word for how well something fits."""
    return [shown(word) for _, word in _MATCHES]


def match_word(score: float) -> tuple[str, int]:
    """How well it fits, in a word, and how many of the segments are filled."""
    for place, (least, word) in enumerate(_MATCHES):
        if score >= least:
            return shown(word), SEGMENTS - place
    return shown(_MATCHES[-1][1]), 1


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


def ago(then: datetime, now: datetime) -> str:
    """How long ago: `12 s ago`, `5 min ago`, `3 h ago`, `2 days ago`."""
    seconds = max(0, int((now - then).total_seconds()))
    for size, most, words in (
        (1, 60, tr("{n} s ago")),
        (60, 60, tr("{n} min ago")),
        (3600, 48, tr("{n} h ago")),
    ):
        if seconds < size * most:
            return words.format(n=seconds // size)
    return past(then, now)


def full_day(then: datetime) -> str:
    """`15 Jan 2026`."""
    return written(then, tr("d MMM yyyy", "date"))


def weekday(then: datetime, pattern: str = "") -> str:
    """`Thu 2 Jul`."""
    return written(then, pattern or tr("ddd d MMM", "date"))


def long_weekday(then: datetime) -> str:
    """`Thursday 2 July`."""
    return written(then, tr("dddd d MMMM", "date"))
