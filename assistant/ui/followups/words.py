"""The sentences of the Follow-ups page: why somebody is due, what to say, and the draft of an e-mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.records import Channel, Customer, DropReason
from assistant.suggest.talking_points import spoken
from assistant.ui import dates, wording
from assistant.ui.dates import span
from assistant.ui.followups.reading import Task
from assistant.ui.parts import ChipKind
from assistant.ui.wording import tr


def why(task: Task) -> tuple[str, ChipKind]:
    """What led to it, as a chip."""
    kinds: dict[str, tuple[str, ChipKind]] = {
        "later": (tr("Later answer"), "later"),
        "due": (tr("Due again"), "later"),
        "promised": (tr("Promised in a call"), "accent"),
        "call_back": (tr("Asked to be called back"), "accent"),
    }
    if task.follow_up.ends is not None:
        return tr("Cover ends"), "later"
    return kinds[task.follow_up.kind]


def what(task: Task) -> str:
    """What it is about."""
    return task.product.name if task.product else ""


def say(task: Task, now: datetime) -> str:
    """What to say first: made from what was noted and counted only."""
    one = task.follow_up
    if one.note:
        return one.note
    name = spoken(task.product.name) if task.product else ""
    if one.ends is not None and name:
        return _cover(name, one.ends, now)
    if one.kind == "due" and name:
        lasts = span(one.every_days or 0)
        words = tr("Your {name} usually lasts about {span}. How is it holding out?")
        return words.format(name=name, span=lasts)
    if one.kind == "later" and name:
        return tr("You wanted to think about the {name}. Did you decide?").format(name=name)
    if one.kind == "call_back":
        return tr("You asked us to call you back. Does it suit you now?")
    day = dates.day(one.created_at, now)
    return tr("On {day} we said that we would come back to you. How did it go?").format(day=day)


def _cover(name: str, ends: datetime, now: datetime) -> str:
    day = dates.day(ends, now)
    if ends.astimezone().date() < now.astimezone().date():
        return tr("Your {name} ended on {day}. Would you like to go on with it?").format(name=name, day=day)
    return tr("Your {name} ends on {day}. Would you like to go on with it?").format(name=name, day=day)


def way(task: Task) -> tuple[str, str]:
    """How the customer is reached: an icon and a word."""
    part = task.follow_up.day_part
    if task.way == "email":
        return "mail", tr("E-mail draft")
    if task.way == "visit":
        return "store", tr("At next visit only")
    if task.follow_up.kind == "call_back":
        return "phone", tr("Call at {time}").format(time=dates.clock(task.follow_up.due))
    parts = {"mornings": tr("Call, mornings"), "afternoons": tr("Call, afternoons")}
    parts["evenings"] = tr("Call, evenings")
    return "phone", parts.get(part or "", tr("Call"))


def missed(task: Task, now: datetime) -> str:
    """`from Tue`: what should have been done on an earlier day."""
    due, today = task.follow_up.due.astimezone().date(), now.astimezone().date()
    if due >= today:
        return ""
    if today - due < timedelta(days=7):
        return tr("from {day}").format(day=dates.weekday(task.follow_up.due, "ddd"))
    return tr("from {day}").format(day=dates.day(task.follow_up.due, now))


def reason(kind: DropReason | None) -> str:
    """Why it was dropped."""
    return {
        "bought_elsewhere": tr("Bought elsewhere"),
        "no_longer_wanted": tr("No longer wanted"),
        "no_contact": tr("Asked not to be contacted"),
        "not_reached": tr("Cannot be reached"),
        "other": tr("Other"),
    }.get(kind or "", "")


def state(task: Task, now: datetime) -> str:
    """How it stands."""
    one = task.follow_up
    if one.state == "done":
        return tr("Done")
    return tr("Dropped") if one.state == "dropped" else ""


def spoken_task(task: Task, now: datetime, place: str) -> str:
    """A follow-up for a screen reader, in the order of its worth."""
    chip, _ = why(task)
    parts = [place, task.customer.name or tr("Customer without a name"), chip, missed(task, now), what(task)]
    said = [", ".join(part for part in parts if part) + "."]
    if task.open:
        said += [tr("Say: {text}").format(text=say(task, now)), f"{way(task)[1]}."]
    else:
        why_dropped = reason(task.follow_up.reason)
        said.append(", ".join(word for word in (state(task, now), why_dropped) if word) + ".")
    return " ".join(said)


def subject(task: Task, now: datetime) -> str:
    """What the e-mail is called."""
    name = spoken(task.product.name) if task.product else ""
    if task.follow_up.ends is not None and name:
        day = dates.day(task.follow_up.ends, now)
        return tr("Your {name}, until {day}").format(name=name, day=day)
    if task.follow_up.kind == "due" and name:
        return tr("Is your {name} running low?").format(name=name)
    return tr("About the {name}").format(name=name) if name else tr("As promised")


def body(task: Task, now: datetime, associate: str, store: str) -> str:
    """A draft: what was agreed, facts of the product, an easy no; editable, and sent by nobody here."""
    parts = [tr("Hello {name},").format(name=task.customer.name or tr("and good day")), say(task, now)]
    facts = _facts(task, now)
    if facts:
        parts.append(facts)
    enough = task.follow_up.kind == "due"
    if task.follow_up.ends is not None:
        enough = False
    no = tr("If you have enough, just say so.") if enough else tr("If you found something else, just say so.")
    parts += [no, ", ".join(w for w in (associate, store) if w)]
    return "\n\n".join(parts)


def _facts(task: Task, now: datetime) -> str:
    product = task.product
    if product is None:
        return ""
    said = []
    price = wording.money(product.price, product.currency)
    if price:
        said.append(tr("The {name} costs {price}.").format(name=spoken(product.name), price=price))
    if task.stock is not None and task.stock.quantity and task.stock.quantity > 0:
        n = wording.number(task.stock.quantity)
        said.append(tr("We have {n} here today.").format(n=n))
    return " ".join(said)


def stop_line() -> str:
    """What every e-mail ends with."""
    return tr("If you do not want such e-mails, answer with “stop”, and we will not write again.")


def why_no_draft(customer: Customer, way_open: Channel) -> str:
    """Why no e-mail can be written; empty where it can."""
    if not customer.contact:
        asked = customer.contact is False
        if asked:
            return tr("Asked not to be contacted: speak of it at the next visit.")
        return tr("Nobody has asked whether e-mails are welcome: speak of it at the next visit.")
    if not customer.email:
        return tr("No e-mail address is known.")
    return ""
