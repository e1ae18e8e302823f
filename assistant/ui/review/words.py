"""The sentences of the Review page: what is due, contact policy, reasons for a call, and how calls end."""

from __future__ import annotations

from datetime import datetime

from assistant.records import CallReason, Channel, Contacts, Customer, DayPart, HeldBack, OutcomeKind
from assistant.suggest.replenishment import Due, Owning, first_due
from assistant.suggest.talking_points import spoken
from assistant.ui import dates, wording
from assistant.ui.dates import span
from assistant.ui.language import told
from assistant.ui.wording import spoken_category, tr


def due(one: Due, now: datetime) -> str:
    """`Usually reordered after 5 months`, `Cover ends 20 Aug, in 63 days`."""
    if one.kind == "cover":
        return _cover(one.on, now)
    lasts = span(one.every_days or 0)
    if one.kind == "runs_out":
        what = spoken_category(one.product.category) or spoken(one.product.name)
        said = tr("{what}: usually due about now").format(what=what)
        return said[:1].upper() + said[1:]
    if one.own:
        return tr("Reordered after {span} so far").format(span=lasts)
    return tr("Usually reordered after {span}").format(span=lasts)


def _cover(end: datetime, now: datetime) -> str:
    days = (end.astimezone().date() - now.astimezone().date()).days
    day = dates.day(end, now)
    if days < 0:
        return tr("Cover ended {day}").format(day=day)
    left = wording.counted(days, tr("in 1 day"), tr("in {n} days")) if days else tr("today")
    return tr("Cover ends {day}, {left}").format(day=day, left=left)


def age_and_day(one: Owning, now: datetime) -> str:
    """`5 months, 15 Jan 2026`."""
    at = one.owned.bought_at
    if at is None:
        return tr("date not known")
    return f"{dates.age(at, now)}, {dates.full_day(at)}"


def returns(returned: tuple[tuple[str, datetime | None], ...]) -> str:
    """`One return: headset, March 2024`."""
    if not returned:
        return ""
    name, at = returned[0]
    what = spoken(name) + (f", {dates.month(at)}" if at else "")
    if len(returned) == 1:
        return tr("One return: {what}").format(what=what)
    return tr("{n} returns, the last: {what}").format(n=len(returned), what=what)


def reason(kind: CallReason) -> str:
    """What a call is about."""
    return {
        "question": tr("A question"),
        "problem": tr("Something is wrong"),
        "order": tr("About an order"),
        "our_call": tr("We called"),
    }[kind]


def step(words: str, things: tuple[Owning, ...], now: datetime) -> str:
    """A step of the agenda with what is due in its place; the shipped steps in the window's language."""
    due_one = first_due(things, now)
    thing = tr("what they own")
    if due_one:
        thing = tr("the {name}").format(name=spoken(due_one.owned.product.name))
    return told(words).replace("{thing}", thing)


def left(contacts: Contacts) -> str:
    """`2 more allowed`."""
    if not contacts.left:
        return tr("no more this month")
    return wording.counted(contacts.left, tr("1 more allowed"), tr("{n} more allowed"))


def policy(contacts: Contacts, name: str) -> str:
    """Why nothing is offered in this call."""
    if not contacts.cap:
        return tr("Nothing is offered by phone: that is how this shop has set it.")
    who = name or tr("This customer")
    return wording.counted(
        contacts.this_month,
        tr("{name} had this month’s offer. From next month on there can be another.").replace("{name}", who),
        tr("{name} had {n} offers this month, as many as are allowed. Next month there can be more.").replace(
            "{name}", who
        ),
    )


def calls_welcome(customer: Customer) -> str:
    """Whether the customer may be called."""
    if customer.contact is None:
        return tr("Contact: not asked")
    if not customer.contact:
        return tr("Contact: no")
    return tr("Calls: welcome") if customer.phone else tr("E-mail: welcome")


def held(held_back: tuple[HeldBack, ...]) -> str:
    """`Camera bag: declined not long ago. Headset: …`."""
    said = (f"{spoken(one.product.name)}: {wording.inside(told(one.why))}" for one in held_back[:3])
    return " ".join(said)


def step_ups(n: int) -> str:
    """`2 better ones of what is owned, not counted as add-ons`."""
    what = wording.counted(n, tr("1 better one of what is owned"), tr("{n} better ones of what is owned"))
    return tr("{what}, not counted as add-ons").format(what=what)


def outcome(kind: OutcomeKind, name: str) -> str:
    """How a call that made no offer ended."""
    who = name or tr("The customer")
    return {
        "not_reached": tr("{name} was not reached.").format(name=who),
        "call_back": tr("{name} will be called back.").format(name=who),
        "passed_on": tr("{name} was passed on to a colleague.").format(name=who),
    }[kind]


def channel(kind: Channel | None, part: DayPart | None = None) -> str:
    """A way to reach somebody: `Phone, mornings`."""
    parts = {"mornings": tr("mornings"), "afternoons": tr("afternoons"), "evenings": tr("evenings")}
    said = {"call": tr("Phone"), "email": tr("E-mail"), "visit": tr("At the next visit")}.get(kind or "", "")
    return f"{said}, {parts[part]}" if part else said


def phone(number: str) -> str:
    """A number in groups, the country's own way where that is known."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def clock(seconds: int) -> str:
    """How long a call has lasted: `04:12`."""
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
