"""What the Review page asks of the files: who is calling, what they own and is due, and the agenda."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.errors import InputError
from assistant.records import Answer, CallReason, Contacts, Customer, FollowUp, Visit
from assistant.store import calls, catalog, contacts, follow_ups, history, people, preferences, search, visits
from assistant.store.calls import Call
from assistant.store.database import Connection
from assistant.store.visits import OpenVisit
from assistant.suggest import Model, replenishment
from assistant.suggest.replenishment import Owning
from assistant.ui.counter import serving
from assistant.ui.counter.serving import NOTHING, Served


@dataclass(frozen=True, slots=True)
class Called(Served):
    """Who is on the phone, what the call is about, and what it was opened from."""

    reason: CallReason = "question"
    number: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """Whom a number reaches."""

    number: str
    customers: tuple[Customer, ...]


@dataclass(frozen=True, slots=True)
class AgendaStep:
    """A step of the agenda as the manager wrote it, with the hint after its bar."""

    words: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a call goes by, beside the customer's card."""

    contacts: Contacts
    things: tuple[Owning, ...]
    returned: tuple[tuple[str, datetime | None], ...]
    call: Call | None
    steps: tuple[AgendaStep, ...]
    promised: tuple[FollowUp, ...] = ()


def by_phone(connection: Connection, number: str) -> Matches:
    """Whom a number reaches: nobody, one, or several."""
    return Matches(number, search.by_phone(connection, number))


def open_customer(
    connection: Connection,
    customer_id: str,
    reason: CallReason = "question",
    number: str | None = None,
    order_id: str | None = None,
) -> Served:
    """A customer on the phone, without any basket. Raises InputError for one nobody knows."""
    if people.customer(connection, customer_id) is None:
        raise InputError(f"There is no customer {customer_id}.")
    called = Called("review", NOTHING, reason=reason, number=number, order_id=order_id)
    return serving.read(connection, called, customer_id)


def open_order(connection: Connection, order_id: str) -> Served:
    """The customer of an order. Raises InputError where there is no such order, or nobody's name on it."""
    order = catalog.basket(connection, order_id)
    if order is None:
        raise InputError(f"There is no order {order_id}.")
    if order.customer_id is None:
        raise InputError(f"Nobody’s name is on {order_id}; find the customer by name or number.")
    return open_customer(connection, order.customer_id, "order", order_id=order_id)


def begin(
    connection: Connection, served: Served, associate_id: str, store_id: str | None, at: datetime
) -> Visit:
    """Begin the call."""
    visit = serving.begin(connection, served, associate_id, store_id, at)
    if isinstance(served, Called):
        calls.begin(connection, visit, served.reason, served.number, served.order_id)
    return visit


def facts(
    connection: Connection,
    customer_id: str,
    visit_id: str,
    now: datetime,
    load: Callable[[Connection], Model | None],
) -> Facts:
    """Everything a call goes by; of what the customer owns nothing where it may not be used."""
    card = people.card(connection, customer_id)
    call = calls.read(connection, visit_id)
    things = replenishment.timeline(connection, load(connection), card) if card else ()
    personal = people.may_use_history(connection, customer_id)
    return Facts(
        contacts=contacts.read(connection, customer_id, now),
        things=things,
        returned=tuple(history.returned(connection, customer_id)) if personal else (),
        call=call,
        steps=agenda(connection, call.reason if call else "question"),
    )


def agenda(connection: Connection, reason: CallReason) -> tuple[AgendaStep, ...]:
    """The steps of a call, as the manager set them: one on a line, a hint after a bar."""
    lines = preferences.text(connection, f"review.agenda.{reason}").splitlines()
    parts = (line.partition("|") for line in lines if line.strip())
    return tuple(AgendaStep(words.strip(), hint.strip()) for words, _, hint in parts)


def answer(connection: Connection, at: datetime, **given: Any) -> Answer:
    """Log an answer, unless it would be one more offer this month than the policy allows."""
    row = visits.asked_of(connection, str(given["suggestion_id"]))
    if row is not None and not row.answered and row.customer_id is not None:
        calls.check_cap(connection, row.customer_id, at)
    return visits.answer(connection, at=at, **given)


def waiting(
    connection: Connection, associate_id: str, before: datetime
) -> tuple[tuple[OpenVisit, str | None], ...]:
    """Calls that were left unfinished; those without answers from before this window are finished."""
    found = []
    for one in visits.unfinished(connection, associate_id):
        if calls.read(connection, one.visit.visit_id) is None:
            continue
        if one.answers:
            customer = people.customer(connection, str(one.visit.customer_id))
            found.append((one, customer.name if customer else None))
        elif one.visit.started_at < before:
            visits.finish(connection, one.visit.visit_id, associate_id=associate_id)
    return tuple(found)


def schedule(connection: Connection, **promise: Any) -> FollowUp:
    """Keep a promise."""
    return follow_ups.schedule(connection, **promise)


def take_back(connection: Connection, one: FollowUp, associate_id: str) -> FollowUp:
    """A promise made a moment ago is taken back: nobody is asked for it."""
    return follow_ups.drop(connection, one, "other", associate_id=associate_id)
