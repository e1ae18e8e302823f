"""Customers: who they are, what they own, and what they allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from assistant.errors import InputError
from assistant.records import Customer, CustomerCard, OwnedProduct
from assistant.store import catalog, erasing, owning, preferences
from assistant.store.database import Connection, moment, stamp, transaction
from assistant.store.history import NET

Consent = Literal["personal_suggestions", "contact"]

COLUMNS = "customer_id, name, email, phone, tier, since, personal_suggestions, contact, note"


def customer(connection: Connection, customer_id: str) -> Customer | None:
    """A customer, with the consents that hold now: what was asked for here wins over the mirror."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM customers WHERE customer_id = ?",
        (customer_id,),
    ).fetchone()
    if row is None:
        return None
    personal = _asked_here(connection, customer_id, "personal_suggestions")
    contact = _asked_here(connection, customer_id, "contact")
    said = (0, 0) if erasing.was_erased(connection, customer_id) else row[6:8]
    return as_customer(
        (*row[:6], said[0] if personal is None else personal, said[1] if contact is None else contact, row[8])
    )


def last_bought(connection: Connection, customer_ids: Sequence[str]) -> dict[str, datetime]:
    """When each of these bought last; who has not, or whose history may not be used, is left out."""
    rows = connection.execute(
        "SELECT customer_id, max(ordered_at) FROM orders "
        "WHERE customer_id IN (SELECT value FROM json_each(?)) GROUP BY customer_id",
        (json.dumps(list(customer_ids)),),
    )
    told = {str(one): moment(at) for one, at in rows}
    return {one: at for one, at in told.items() if at is not None and may_use_history(connection, one)}


def as_customer(row: tuple[object, ...]) -> Customer:
    """A row of `COLUMNS` as a record."""
    return Customer(
        customer_id=str(row[0]),
        name=row[1],  # type: ignore[arg-type]
        email=row[2],  # type: ignore[arg-type]
        phone=row[3],  # type: ignore[arg-type]
        tier=row[4],  # type: ignore[arg-type]
        since=moment(row[5]),  # type: ignore[arg-type]
        personal_suggestions=None if row[6] is None else bool(row[6]),
        contact=None if row[7] is None else bool(row[7]),
        note=row[8],  # type: ignore[arg-type]
    )


def card(connection: Connection, customer_id: str) -> CustomerCard | None:
    """A customer with the facts a card shows; owned things only where history may be used."""
    known = customer(connection, customer_id)
    if known is None:
        return None
    bought = connection.execute(
        f"""
        SELECT currency, avg(paid), count(*), max(ordered_at) FROM (
          SELECT o.ordered_at, o.currency, sum({NET}) AS paid
          FROM orders o JOIN order_lines l USING (order_id) WHERE o.customer_id = ? GROUP BY o.order_id
        ) GROUP BY currency ORDER BY count(paid) DESC, 4 DESC
        """,
        (customer_id,),
    ).fetchall()
    currency, average = bought[0][:2] if bought else (None, None)
    return CustomerCard(
        customer=known,
        last_order_at=moment(max((row[3] for row in bought if row[3] is not None), default=None)),
        orders=sum(row[2] for row in bought),
        average_order=None if average is None else round(average),
        currency=currency or preferences.text(connection, "shop.currency") or None,
        owned=_owned(connection, customer_id) if _allows_history(connection, known) else (),
    )


def tiers(connection: Connection, customer_ids: Iterable[str]) -> dict[str, str]:
    """The tiers of those customers who have one."""
    return {
        str(customer_id): str(tier)
        for customer_id, tier in connection.execute(
            "SELECT customer_id, tier FROM customers WHERE tier <> '' "
            "AND customer_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(customer_ids)),),
        )
    }


def without_consent(connection: Connection) -> int:
    """How many customers turned personal suggestions off, here or in the shop's own system."""
    (count,) = connection.execute(
        "SELECT count(*) FROM customers AS c WHERE coalesce((SELECT given FROM consents WHERE customer_id = "
        "c.customer_id AND kind = 'personal_suggestions' ORDER BY sequence DESC LIMIT 1), "
        "c.personal_suggestions) = 0"
    ).fetchone()
    return int(count)


def may_use_history(connection: Connection, customer_id: str) -> bool:
    """Whether what this customer bought may be used: only with a consent that holds now.

    Unknown consent is none, unless the shop's setting `consent.assumed_from` names a day that has come.
    """
    known = customer(connection, customer_id)
    return known is not None and _allows_history(connection, known)


def _allows_history(connection: Connection, known: Customer) -> bool:
    if known.personal_suggestions is not None:
        return known.personal_suggestions
    try:
        assumed_from = date.fromisoformat(preferences.text(connection, "consent.assumed_from"))
    except ValueError:
        return False  # never, or what is no date
    return assumed_from <= datetime.now(UTC).date()


def set_consent(
    connection: Connection, customer_id: str, kind: Consent, given: bool, associate_id: str
) -> None:
    """Record what a customer asked for; it holds from the next question on.

    Raises InputError for a customer nobody knows.
    """
    if connection.execute("SELECT 1 FROM customers WHERE customer_id = ?", (customer_id,)).fetchone() is None:
        raise InputError(f"There is no customer {customer_id}.")
    with transaction(connection):
        put_consent(connection, customer_id, kind, given, associate_id)


def put_consent(
    connection: Connection, customer_id: str, kind: Consent, given: bool, associate_id: str
) -> None:
    """As `set_consent`, inside a transaction that writes more than that."""
    from uuid_utils import uuid7

    from assistant.store.visits import next_sequence, put_outbox

    at, consent_id, sequence = stamp(datetime.now(UTC)), str(uuid7()), next_sequence(connection)
    connection.execute(
        "INSERT INTO consents VALUES (?, ?, ?, ?, ?, ?, ?)",
        (consent_id, sequence, customer_id, kind, given, associate_id, at),
    )
    put_outbox(connection, sequence, "consent", consent_id, at)


@dataclass(frozen=True, slots=True)
class Asked:
    """When a customer's wish was recorded here, and by whom."""

    given: bool
    at: datetime
    associate_id: str


def asked_here(connection: Connection, customer_id: str, kind: Consent) -> Asked | None:
    """The last word on a consent that was recorded here; None where only the shop's own system knows one."""
    row = connection.execute(
        "SELECT given, at, associate_id FROM consents WHERE customer_id = ? AND kind = ? "
        "ORDER BY sequence DESC LIMIT 1",
        (customer_id, kind),
    ).fetchone()
    return None if row is None else Asked(bool(row[0]), moment(row[1]) or datetime.now(UTC), str(row[2]))


def _asked_here(connection: Connection, customer_id: str, kind: Consent) -> int | None:
    asked = asked_here(connection, customer_id, kind)
    return None if asked is None else int(asked.given)


def _owned(connection: Connection, customer_id: str) -> tuple[OwnedProduct, ...]:
    rows = connection.execute(
        "SELECT l.product_id, max(o.ordered_at), sum(l.quantity - l.returned_quantity) FROM orders o "
        "JOIN order_lines l USING (order_id) WHERE o.customer_id = ? AND l.quantity > l.returned_quantity "
        "GROUP BY l.product_id ORDER BY 2 DESC, 1",
        (customer_id,),
    ).fetchall()
    bought = {row[0] for row in rows}
    said = {one: at for one, at in owning.said(connection, customer_id).items() if one not in bought}
    known = catalog.products(connection, [*bought, *said])
    # Said ones stand first: they are newer than most, and what is behind "All" is not seen to be there.
    return (
        *(OwnedProduct(known[one], None, 1, at) for one, at in said.items() if one in known),
        *(OwnedProduct(known[one], moment(at), quantity) for one, at, quantity in rows if one in known),
    )
