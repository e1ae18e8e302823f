"""What the Funnel says of somebody: their place beside the limits in words, no rank and no verdict."""

from __future__ import annotations

from datetime import datetime, time

from assistant.measure.fairness import Compared, Fairness
from assistant.measure.funnel_file import About
from assistant.ui.dates import full_day
from assistant.ui.team.words import complete, percent, tr
from assistant.ui.wording import number


def in_words(one: Compared) -> str:
    """The last column of the table."""
    if one.standing == "few":
        return tr("Too few to say anything")
    if one.standing == "above":
        return tr("Above 99.8%: ask what works")
    if one.standing == "below":
        return tr("Below 99.8%: ask why")
    if one.noticed:
        return tr("Past 95%: may be chance")
    return tr("As expected")


def sentence(one: Compared, found: Fairness) -> str:
    """The words under somebody's figures."""
    first = {
        "few": tr("Under 50 sales, nothing can be said of a difference."),
        "above": tr("Clearly above what chance explains. Ask what works."),
        "below": tr("Clearly below what chance explains. Ask what is in the way."),
        "alike": tr("As expected. What remains may be chance."),
    }[one.standing]
    if found.fitted:
        return first
    more = tr("Everybody is compared with the team's rate, whatever kind of sales they had.")
    return f"{first} {more}"


def base(one: Compared) -> str:
    """`88 of 372 with an add-on`."""
    return tr("{n} of {all} with an add-on").format(n=number(one.attached), all=number(one.sales))


def spoken(one: Compared) -> str:
    """Somebody's row for a screen reader."""
    return tr(
        "{name}: {sales} sales, rate {rate}, expected {expected}, adjusted {adjusted}, steadied {steadied}, "
        "{words}"
    ).format(
        name=one.name,
        sales=number(one.sales),
        rate=percent(one.rate),
        expected=percent(one.expected),
        adjusted=percent(one.adjusted),
        steadied=percent(one.steadied),
        words=in_words(one),
    )


def under_title(found: Fairness) -> str:
    """What is compared with what."""
    if found.fitted:
        return tr(
            "Attachment rate in %, adjusted for store, hour, category and basket, so that everyone is "
            "compared with the same kind of sales"
        )
    return tr("Attachment rate in %, beside the team's. Dots between the lines may be there by chance.")


def under_table(found: Fairness) -> str:
    """How to read the steadied rate."""
    return tr(
        "Steadied: pulled towards the team's {rate} while sales are few. The list is sorted by it and has "
        "no rank numbers."
    ).format(rate=percent(found.team_rate))


def about_words(about: About) -> str:
    """What a comparison was asked of, and up to when its data is complete."""
    first, last = (full_day(datetime.combine(day, time())) for day in (about.first, about.last))
    said = [tr("{begin} to {end}").format(begin=first, end=last)]
    if about.store:
        said.append(tr("Store {store}").format(store=about.store))
    if about.complete_to is not None:
        said.append(complete(about.complete_to))
    return " · ".join(said)
