"""The sentences of the Settings page: what a setting is called, and what a change was."""

from __future__ import annotations

from datetime import datetime

from assistant.settings import SETTINGS, Value
from assistant.store.access import ROLES, Role
from assistant.store.changes import Change
from assistant.store.staff import Person
from assistant.ui import dates, wording
from assistant.ui.language import told
from assistant.ui.wording import tr


def setting(key: str) -> str:
    """A setting in a few words."""
    return {
        "counter.name": tr("Name of this counter"),
        "counter.store": tr("Store of this counter"),
        "counter.limit": tr("Suggestions in a visit"),
        "review.limit": tr("Suggestions in a call"),
        "review.month_cap": tr("Offers to one customer a month"),
        "review.agenda.question": tr("Steps of a call: a question"),
        "review.agenda.problem": tr("Steps of a call: a problem"),
        "review.agenda.order": tr("Steps of a call: an order"),
        "review.agenda.our_call": tr("Steps of a call: our own"),
        "consent.assumed_from": tr("Customers who were never asked"),
        "decline.days": tr("Rest after a declined item"),
        "match.days": tr("Accepted counts if paid within"),
        "worth.margin": tr("Margin counts for the order"),
        "explore.on": tr("Try the order of suggestions"),
        "return.days": tr("Return window"),
        "holdout.share": tr("Visits without suggestions"),
        "team.smallest": tr("Teams shown by person"),
        "card.terms": tr("Return terms on the card"),
        "lock.minutes": tr("Lock the screen"),
        "look.theme": tr("Theme"),
        "look.scale": tr("Text size"),
        "counter.quiet": tr("One suggestion at a time"),
        "look.language": tr("Language"),
        "keys.single": tr("Single-letter keys"),
        "scanner.prefix": tr("Scanner prefix"),
        "scanner.suffix": tr("Scanner suffix"),
    }.get(key, key)


def days(n: int) -> str:
    """So many days; none is said in a word."""
    return tr("Never") if n == 0 else wording.counted(n, tr("1 day"), tr("{n} days"))


def held_out(share: int) -> str:
    """So many in a hundred go without suggestions."""
    return tr("None") if share == 0 else tr("{n} in 100").format(n=share)


def from_people(n: int) -> str:
    """A team of so many and more."""
    return tr("From {n} people").format(n=n)


def minutes(n: int) -> str:
    """So many minutes without a hand on it."""
    return tr("Never") if n == 0 else tr("After {n} min").format(n=n)


def role(one: Role) -> str:
    """A role as it is called."""
    return {
        "associate": tr("Associate"),
        "merchandiser": tr("Merchandiser"),
        "manager": tr("Manager"),
        "administrator": tr("Administrator"),
    }[one]


def theme(one: str) -> str:
    """A theme as it is called."""
    return {"system": tr("System"), "light": tr("Light"), "dark": tr("Dark")}.get(one, one)


def language(one: str) -> str:
    """A language as it calls itself."""
    return {"system": tr("System"), "en": "English", "de": "Deutsch"}.get(one, one)


def agenda(key: str, chosen: str) -> str:
    """The steps of a call to be edited: the shipped ones in the window's language."""
    if chosen != SETTINGS[key].default:
        return chosen
    return "\n".join(" | ".join(map(told, line.split(" | "))) for line in chosen.splitlines())


def value(key: str, chosen: Value | None) -> str:
    """A setting's value as one reads it."""
    if key.startswith("review.agenda.") and chosen is not None:
        lines = str(chosen).splitlines()
        return wording.counted(len(lines), tr("1 step"), tr("{n} steps"))
    if isinstance(chosen, bool):
        return tr("On") if chosen else tr("Off")
    if key in ("decline.days", "match.days", "return.days") and isinstance(chosen, int):
        return days(chosen)
    if key == "lock.minutes" and isinstance(chosen, int):
        return minutes(chosen)
    if key == "holdout.share" and isinstance(chosen, int):
        return held_out(chosen)
    if key == "team.smallest" and isinstance(chosen, int):
        return from_people(chosen)
    if key == "look.scale" and isinstance(chosen, int | float):
        return wording.share(chosen)
    if key == "look.theme":
        return theme(str(chosen))
    if key == "look.language":
        return language(str(chosen))
    return str(chosen) if chosen not in (None, "") else tr("none")


def change(one: Change, people: tuple[Person, ...]) -> str:
    """What was changed, in one sentence."""
    names = {p.associate.associate_id: p.associate.name for p in people}
    whose = names.get(one.subject, tr("somebody who is gone"))
    if one.kind == "setting":
        before, after = value(one.subject, one.before), value(one.subject, one.after)
        return tr("{what}: {after}, was {before}").format(
            what=setting(one.subject), after=after, before=before
        )
    if one.kind == "role":
        roles: dict[object, str] = {known: role(known) for known in ROLES}
        return tr("{name} is now {role}, was {before}").format(
            name=whose, role=roles.get(one.after, ""), before=roles.get(one.before, "")
        )
    if one.kind == "content":
        words = tr("{what} was put back as it was") if one.undoes else tr("{what} was written anew")
        return words.format(what=one.after)
    if one.kind in ("target", "initiative"):
        return _aim(one)
    if one.kind == "person":
        added = one.after is not None
        words = tr("{name} was added") if added else tr("{name} was taken out again")
        return words.format(name=one.after if added else one.before)
    return {
        "pin": tr("PIN reset for {name}").format(name=whose),
        "keeper": tr("{name} became the first administrator").format(name=whose),
        "erased": tr("A customer was erased"),
        "exported": tr("Everything was exported"),
        "shop": tr("A shop was connected"),
        "backup": tr("A backup was made"),
    }.get(one.kind, one.kind)


def _aim(one: Change) -> str:
    """A target or an initiative, set or taken back."""
    if one.kind == "target":
        if not isinstance(one.after, float):
            return tr("The target was taken back")
        return tr("The target is now {rate}").format(rate=wording.share(one.after))
    if one.after is None:
        return tr("The initiative {name} was taken back").format(name=one.before)
    return tr("The initiative {name} was marked").format(name=one.after)


def subject(one: Change, people: tuple[Person, ...]) -> str:
    """What was changed, in a word or two, for the head of the page."""
    if one.kind == "setting":
        return setting(one.subject)
    return change(one, people)


def signed(one: Change, now: datetime) -> str:
    """Who and when: `Hanna Olsen, 15 Jun, 14:52`."""
    return f"{one.name}, {dates.day(one.at, now)}, {dates.clock(one.at)}"
