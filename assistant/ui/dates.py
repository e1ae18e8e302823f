"""Days, times and ages as the window says them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate

from assistant.ui import language
from assistant.ui.wording import counted, locale, number, tr


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


def span(days: float) -> str:
    """A number of days as one says it after "after": `6 weeks`."""
    from assistant.suggest.talking_points import span

    return span(days, language.code())


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
