"""The people who work here: adding them, their roles, their PINs given anew, the first administrator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import AccessError, InputError
from assistant.records import Associate
from assistant.store import access, catalog, pins, preferences
from assistant.store.access import Permit, Role
from assistant.store.database import Connection, transaction

if TYPE_CHECKING:
    from assistant.store.changes import Change


@dataclass(frozen=True, slots=True)
class Person:
    """A person with the role they were given and how long their PIN is; 0 = they have none."""

    associate: Associate
    role: Role
    digits: int
    temporary: bool

    @property
    def has_pin(self) -> bool:
        return self.digits > 0


def everyone(connection: Connection) -> tuple[Person, ...]:
    """All who work here: administrators and managers first, then by name."""
    kept = {row[0]: row[1:] for row in connection.execute("SELECT associate_id, digits, temporary FROM pins")}
    people = [
        Person(
            one,
            access.named_role(connection, one.associate_id),
            *kept.get(one.associate_id, (0, False)),
        )
        for one in catalog.associates(connection)
    ]
    return tuple(sorted(people, key=lambda p: -access.ROLES.index(p.role)))


def make_keeper(connection: Connection, name: str, pin: str) -> Associate:
    """Make the first administrator, of the shop or a new person. Raises AccessError where there is one."""
    from assistant.store import changes

    if access.has_keeper(connection):
        raise AccessError("There is an administrator already, who makes others.")
    pins.refuse_bad(pin)
    name = " ".join(name.split())
    known = [one for one in catalog.associates(connection) if one.name.casefold() == name.casefold()]
    keeper = known[0] if known else catalog.add_associate(connection, name)
    pins.put(connection, keeper.associate_id, pin, temporary=False)
    with transaction(connection):
        _give(connection, keeper.associate_id, "administrator")
        changes.note(connection, "keeper", keeper.associate_id, None, keeper.name, keeper.associate_id)
    return keeper


def put_off_keeper(connection: Connection) -> None:
    """Remember that no administrator is wanted yet. Raises AccessError where the shop is not made up."""
    if not preferences.get(connection, "shop.made_up"):
        raise AccessError("A shop needs an administrator, who says who may do what.")
    preferences.put(connection, "keeper.asked", True)


def wants_keeper(connection: Connection) -> bool:
    """Whether the window has to ask for an administrator."""
    if access.has_keeper(connection) or not preferences.text(connection, "shop.kind"):
        return False
    return not preferences.get(connection, "keeper.asked")


def add(connection: Connection, name: str, permit: Permit | None) -> tuple[Associate, str]:
    """Add a person whom the shop's own system does not know; who it is, and the change's id."""
    from assistant.store import changes

    who = access.require(connection, permit, "people")
    added = catalog.add_associate(connection, name)
    with transaction(connection):
        return added, changes.note(connection, "person", added.associate_id, None, added.name, who)


def set_role(
    connection: Connection, associate_id: str, role: Role, permit: Permit | None, *, undoes: str | None = None
) -> str | None:
    """Give a person a role; the change's id. Raises InputError where nobody would be left to give roles."""
    from assistant.store import changes

    who = access.require(connection, permit, "people")
    _known(connection, associate_id)
    before = access.named_role(connection, associate_id)
    if role == before:
        return None
    with transaction(connection):
        _give(connection, associate_id, role)
        if before == "administrator" and not access.has_keeper(connection):
            raise InputError("That is the last administrator with a PIN; make another one first.")
        return changes.note(connection, "role", associate_id, before, role, who, undoes=undoes)


def reset_pin(connection: Connection, associate_id: str, permit: Permit | None) -> str:
    """Put a PIN drawn by chance in place of a person's own, to be handed over; they then choose theirs.

    A manager may do so for an associate, an administrator for everybody. Raises AccessError else.
    """
    from assistant.store import changes

    who = access.require(connection, permit, "pins")
    _known(connection, associate_id)
    if access.named_role(connection, associate_id) != "associate":
        access.require(connection, permit, "people")
    if associate_id == who:
        raise InputError("Your own PIN you change yourself, under This counter.")
    drawn = pins.drawn()
    pins.put(connection, associate_id, drawn, temporary=True)
    with transaction(connection):
        changes.note(connection, "pin", associate_id, None, None, who)
    return drawn


def undo(connection: Connection, done: Change, permit: Permit | None) -> None:
    """Take back a role that was given or a person who was added."""
    from assistant.store import changes

    who = access.require(connection, permit, "people")
    if done.kind == "role":
        if access.named_role(connection, done.subject) != done.after:
            raise InputError("It was changed again since; nothing was taken back.")
        before = next(role for role in access.ROLES if role == done.before)
        set_role(connection, done.subject, before, permit, undoes=done.change_id)
        return
    with transaction(connection):
        connection.execute("UPDATE local_associates SET gone = 1 WHERE associate_id = ?", (done.subject,))
        connection.execute("DELETE FROM pins WHERE associate_id = ?", (done.subject,))
        connection.execute("DELETE FROM roles WHERE associate_id = ?", (done.subject,))
        changes.note(connection, "person", done.subject, done.after, None, who, undoes=done.change_id)


def _give(connection: Connection, associate_id: str, role: Role) -> None:
    connection.execute("INSERT OR REPLACE INTO roles VALUES (?, ?)", (associate_id, role))


def _known(connection: Connection, associate_id: str) -> None:
    if not any(one.associate_id == associate_id for one in catalog.associates(connection)):
        raise InputError(f"Nobody here has the number {associate_id}.")
