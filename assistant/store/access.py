"""Who may do what: the role of each person, and the permits that settings, people and erasing ask for.

A home begins without a keeper: roles are then what the shop's own system says, and no PIN stands before them.
The first administrator with a PIN is the keeper; from then on a role above associate counts only with a PIN.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from assistant.errors import AccessError
from assistant.store.database import Connection

Role = Literal["associate", "merchandiser", "manager", "administrator"]
ROLES: tuple[Role, ...] = ("associate", "merchandiser", "manager", "administrator")

Right = Literal[
    "settings", "people", "pins", "erase", "export", "pairings", "targets", "models", "content", "replies"
]
_NEEDS: dict[Right, tuple[Role, str]] = {
    "settings": ("manager", "Settings of the shop are changed by a manager."),
    "people": ("administrator", "People and roles are changed by an administrator."),
    "pins": ("manager", "A PIN is reset by a manager."),
    "erase": ("manager", "A customer is erased by a manager."),
    "pairings": ("manager", "Pairings are decided by a manager."),
    "targets": ("manager", "Targets and initiatives are a manager's."),
    "models": ("manager", "Which model is in use is decided by a manager."),
    "content": ("manager", "What is said, offered together and linked is a manager's to write."),
    "replies": ("manager", "What was answered to a question is recorded by a manager."),
    "export": ("manager", "Everything is exported by a manager."),
}
PAGES = frozenset({"counter", "review", "followups", "practice", "team", "settings"})
_MORE_PAGES: dict[Role, frozenset[str]] = {
    "associate": frozenset(),
    "merchandiser": frozenset(),
    "manager": frozenset(),
    "administrator": frozenset({"fleet"}),
}
GOOD_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Permit:
    """That somebody showed who they are: whose it is, and until when it is good."""

    associate_id: str
    until: datetime


def role_of(connection: Connection, associate_id: str) -> Role:
    """What a person may do now."""
    role = named_role(connection, associate_id)
    if role != "associate" and has_keeper(connection) and not _has_pin(connection, associate_id):
        return "associate"
    return role


def named_role(connection: Connection, associate_id: str) -> Role:
    """The role a person was given here, else the one the shop's own system names."""
    row = connection.execute("SELECT role FROM roles WHERE associate_id = ?", (associate_id,)).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT lower(role) FROM associates WHERE associate_id = ?", (associate_id,)
        ).fetchone()
    return next((role for role in ROLES if row is not None and row[0] == role), "associate")


def has_keeper(connection: Connection) -> bool:
    """Whether an administrator with a PIN keeps this home."""
    row = connection.execute(
        "SELECT 1 FROM roles JOIN pins USING (associate_id) WHERE role = 'administrator' LIMIT 1"
    ).fetchone()
    return row is not None


def pages(connection: Connection, associate_id: str) -> frozenset[str]:
    """The pages that a person is offered."""
    return PAGES | _MORE_PAGES[role_of(connection, associate_id)]


def sees_everybody(connection: Connection, associate_id: str) -> bool:
    """Whether a person is shown everybody's figures, or their own beside the team's."""
    return not has_keeper(connection) or at_least(role_of(connection, associate_id), "manager")


def sees_goods(connection: Connection, associate_id: str) -> bool:
    """Whether a person is shown what sells together and what does not, in which nobody is named."""
    return not has_keeper(connection) or at_least(role_of(connection, associate_id), "merchandiser")


def at_least(role: Role, needed: Role) -> bool:
    """Whether a role may do what another may."""
    return ROLES.index(role) >= ROLES.index(needed)


def permit(
    connection: Connection,
    associate_id: str,
    pin: str | None = None,
    *,
    right: Right = "settings",
    now: datetime | None = None,
) -> Permit:
    """Let somebody who has a right in for a quarter of an hour, on their PIN.

    Raises AccessError for anybody else, and for a wrong PIN; where no keeper was made, none is asked for.
    """
    from assistant.store import pins

    now = now or datetime.now(UTC)
    if has_keeper(connection) or pins.state(connection, associate_id, now=now).digits:
        pins.check(connection, associate_id, pin or "", now=now)
        if pins.state(connection, associate_id, now=now).temporary:
            raise AccessError("Sign in with that PIN first, and choose your own.")
    if not may(role_of(connection, associate_id), right):
        raise AccessError(sentence(right))
    return Permit(associate_id, now + GOOD_FOR)


def require(
    connection: Connection, shown: Permit | None, right: Right, *, now: datetime | None = None
) -> str:
    """Whose permit it is. Raises AccessError where it is none, is over, or its owner may not do this."""
    if shown is None:
        raise AccessError(sentence(right))
    if (now or datetime.now(UTC)) >= shown.until:
        raise AccessError("The quarter of an hour is over; the PIN is needed again. Nothing was changed.")
    if not may(role_of(connection, shown.associate_id), right):
        raise AccessError(sentence(right))
    return shown.associate_id


def sentence(right: Right) -> str:
    """Whose a right is."""
    return _NEEDS[right][1]


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return at_least(role, _NEEDS[right][0])


def _has_pin(connection: Connection, associate_id: str) -> bool:
    row = connection.execute("SELECT 1 FROM pins WHERE associate_id = ?", (associate_id,)).fetchone()
    return row is not None
