"""Erasing a customer: what this terminal's own log holds of them goes; visits stay as figures without a name.

What the shop's own system holds is the shop's: it goes with the next sync after it was erased there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.errors import InputError
from assistant.store import access, merging
from assistant.store.access import Permit
from assistant.store.database import Connection, stamp, transaction


@dataclass(frozen=True, slots=True)
class Erasable:
    """What would go: `visits` lose name and note and stay as figures, the rest goes altogether."""

    customer_id: str
    name: str | None
    visits: int
    notes: int
    follow_ups: int
    consents: int
    still_in_shop: bool

    @property
    def anything(self) -> bool:
        """Whether the log holds anything of them."""
        return bool(self.visits or self.follow_ups or self.consents)


def look(connection: Connection, customer_id: str) -> Erasable:
    """What is kept here of a customer. Raises InputError where nothing is known of the number."""
    customer_id = customer_id.strip()
    row = connection.execute("SELECT name FROM customers WHERE customer_id = ?", (customer_id,)).fetchone()
    counts = connection.execute(
        "SELECT count(*), count(note), (SELECT count(*) FROM follow_ups WHERE customer_id = :c), "
        "(SELECT count(*) FROM consents WHERE customer_id = :c) FROM visits WHERE customer_id = :c",
        {"c": customer_id},
    ).fetchone()
    visits, notes, follow_ups, consents = counts
    found = Erasable(
        customer_id, row[0] if row else None, visits, notes, follow_ups, consents, row is not None
    )
    if row is None and not found.anything:
        raise InputError(f"Nothing is kept under the number {customer_id}.")
    return found


def erase(connection: Connection, customer_id: str, *, typed: str, permit: Permit | None) -> Erasable:
    """Erase what is kept of a customer, on their number typed once more; what went.

    Raises AccessError without a permit, InputError where the typed number is another.
    """
    from assistant.store import changes

    who = access.require(connection, permit, "erase")
    found = look(connection, customer_id)
    if typed.strip().casefold() != found.customer_id.casefold():
        raise InputError("The number typed is not this customer's; nothing was erased.")
    with transaction(connection):
        _forget(connection, found.customer_id)
        changes.note(connection, "erased", "", None, None, who)
    return found


def follow_the_shop(
    connection: Connection, customer_ids: Iterable[str], heirs: Mapping[str, str] | None = None
) -> int:
    """Follow the shop with customers whom it no longer has; how many of them anything was kept of.

    Whom it made one with another, as it says itself (`heirs`) or as the orders show, is that one from now
    on; everybody else is forgotten.
    """
    count = 0
    for customer_id in customer_ids:
        heir = (heirs or {}).get(customer_id) or merging.heir(connection, customer_id)
        with transaction(connection):
            if heir is None:
                count += _forget(connection, customer_id)
            else:
                count += merging.pass_on(connection, customer_id, heir)
    return count


def _forget(connection: Connection, customer_id: str) -> bool:
    """Everything that names them goes; whether there was anything."""
    from assistant.store import asking, calls, counting, follow_ups, owning

    before = connection.total_changes
    calls.forget(connection, customer_id)
    follow_ups.forget(connection, customer_id)
    owning.forget(connection, customer_id)
    _forget_consents(connection, customer_id)
    counting.forget(connection, customer_id)
    asking.forget(connection, customer_id)
    connection.execute(
        "UPDATE visits SET customer_id = NULL, note = NULL WHERE customer_id = ?", (customer_id,)
    )
    found = connection.total_changes > before
    connection.execute(
        "INSERT OR REPLACE INTO erased VALUES (?, ?)",
        (_hash(connection, customer_id), stamp(datetime.now(UTC))),
    )
    return found


def anybody_was(connection: Connection) -> bool:
    """Whether anybody was erased at all."""
    return connection.execute("SELECT 1 FROM erased LIMIT 1").fetchone() is not None


def was_erased(connection: Connection, customer_id: str) -> bool:
    """Whether somebody asked to be erased: then what the shop says of their consent does not count."""
    if not anybody_was(connection):
        return False
    row = connection.execute(
        "SELECT 1 FROM erased WHERE customer = ?", (_hash(connection, customer_id),)
    ).fetchone()
    return row is not None


def _forget_consents(connection: Connection, customer_id: str) -> None:
    connection.execute(
        "DELETE FROM outbox WHERE record = 'consent' AND record_id IN "
        "(SELECT consent_id FROM consents WHERE customer_id = ?)",
        (customer_id,),
    )
    connection.execute("DELETE FROM consents WHERE customer_id = ?", (customer_id,))


def _hash(connection: Connection, customer_id: str) -> str:
    (terminal,) = connection.execute("SELECT terminal_id FROM terminal").fetchone()
    return hashlib.blake2b(customer_id.encode(), key=str(terminal).encode(), digest_size=16).hexdigest()
