"""What the Follow-ups page asks of the files: what is due, for whom, and how they may be reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assistant.records import Channel, Contacts, Customer, CustomerCard, DropReason, FollowUp, Product, Stock
from assistant.store import catalog, contacts, follow_ups, notes, people
from assistant.store.database import Connection

Again = Callable[[Connection, datetime, str | None, str | None], tuple[FollowUp, ...]]
"""Who is due again, of an associate or else of a store."""

HORIZON = timedelta(days=30)
CONSENT_COUNTS = timedelta(hours=24)  # after it was last heard of


@dataclass(frozen=True, slots=True)
class Task:
    """A follow-up with whom it is for and how they may be reached now."""

    follow_up: FollowUp
    customer: Customer
    way: Channel
    product: Product | None = None
    stock: Stock | None = None

    @property
    def key(self) -> str:
        return self.follow_up.follow_up_id

    @property
    def open(self) -> bool:
        return self.follow_up.state == "open"


@dataclass(frozen=True, slots=True)
class Found:
    """What is due until the horizon, and when consent was read."""

    tasks: tuple[Task, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Context:
    """Who the selected follow-up is for."""

    card: CustomerCard
    personal: bool
    contacts: Contacts
    way: Channel
    noted: notes.Noted | None = None


def count(connection: Connection, now: datetime, associate_id: str, again: Again) -> int:
    """How many are open today, of one associate."""
    found = _due(connection, now, end_of(now), associate_id, None, again)
    return sum(one.state == "open" for one in found)


def read(
    connection: Connection,
    now: datetime,
    associate_id: str | None,
    store_id: str | None,
    again: Again,
) -> Found:
    """What is to be followed up, with what is due again; of one associate, or of the store."""
    found = _due(connection, now, end_of(now) + HORIZON, associate_id, store_id, again)
    ids = [one.product_id for one in found if one.product_id]
    products, stock = catalog.products(connection, ids), catalog.stock(connection, ids, store_id)
    tasks = []
    for one in found:
        customer = people.customer(connection, one.customer_id)
        if customer is not None:
            product = products.get(one.product_id or "")
            there = stock.get(one.product_id or "")
            tasks.append(Task(one, customer, contacts.way(customer, one), product, there))
    return Found(tuple(tasks), now)


def _due(
    connection: Connection,
    now: datetime,
    until: datetime,
    associate_id: str | None,
    store_id: str | None,
    again: Again,
) -> tuple[FollowUp, ...]:
    return follow_ups.read(
        connection,
        now,
        until=until,
        more=again(connection, now, associate_id, store_id),
        associate_id=associate_id,
        store_id=store_id,
    )


def context(connection: Connection, one: FollowUp, now: datetime) -> Context | None:
    """The card of whom it is for, with the consents that hold now."""
    card = people.card(connection, one.customer_id)
    if card is None:
        return None
    return Context(
        card,
        people.may_use_history(connection, one.customer_id),
        contacts.read(connection, one.customer_id, now),
        contacts.way(card.customer, one),
        notes.last(connection, one.customer_id),
    )


def done(connection: Connection, task: Task, associate_id: str) -> FollowUp:
    """It was done, the way that was open."""
    return follow_ups.close(connection, task.follow_up, associate_id=associate_id, channel=task.way)


def moved(connection: Connection, task: Task, due: datetime, associate_id: str) -> FollowUp:
    """Another day."""
    return follow_ups.move(connection, task.follow_up, due, associate_id=associate_id)


def dropped(connection: Connection, task: Task, reason: DropReason, associate_id: str) -> FollowUp:
    """It is no longer wanted."""
    return follow_ups.drop(connection, task.follow_up, reason, associate_id=associate_id)


def undone(connection: Connection, task: Task, associate_id: str) -> FollowUp:
    """The latest step is taken back."""
    return follow_ups.undo(connection, task.follow_up, associate_id=associate_id)


@dataclass(frozen=True, slots=True)
class Writing:
    """The address that a draft may go to, and since when nobody has asked again whether it may.

    No address: consent or address are gone. `stale_since` is told only where it is too long ago to count.
    """

    address: str | None
    stale_since: datetime | None = None


def may_write(connection: Connection, one: FollowUp, now: datetime) -> Writing:
    """Whether the customer may be written to: consent counts for a day after it was last heard of."""
    customer = people.customer(connection, one.customer_id)
    if customer is None or not customer.contact:
        return Writing(None)
    asked = people.asked_here(connection, one.customer_id, "contact")
    known = [at for at in (catalog.synced_at(connection), asked.at if asked else None) if at is not None]
    if not known or now - max(known) > CONSENT_COUNTS:
        return Writing(customer.email, max(known, default=datetime.fromtimestamp(0, UTC)))
    return Writing(customer.email)


def end_of(now: datetime) -> datetime:
    """When today ends, here."""
    here = now.astimezone()
    return here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
