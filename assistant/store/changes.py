"""Changes of settings and people, each with the name of who made it; one change takes another back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from uuid_utils import uuid7

from assistant.errors import AccessError, InputError
from assistant.settings import SETTINGS
from assistant.store import access, preferences
from assistant.store.access import Permit
from assistant.store.database import Connection, stamp, transaction
from assistant.store.preferences import Value

MOST_TERMS = 200  # letters of return terms that a card has room for

ChangeKind = Literal[
    "setting", "role", "person", "pin", "keeper", "erased", "exported", "backup", "restore", "shop", "target",
    "initiative", "content",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed, by whom and when. `subject` is a setting's key or an id."""

    change_id: str
    kind: ChangeKind
    subject: str
    before: Value | None
    after: Value | None
    associate_id: str
    name: str
    at: datetime
    undoes: str | None = None


def change(
    connection: Connection, key: str, value: Value, *, associate_id: str, permit: Permit | None = None
) -> str | None:
    """Choose a setting and note who did; the change's id, None where nothing changed.

    Raises AccessError without the permit that the setting needs, InputError for a value it does not take.
    """
    _check(connection, key, value, associate_id, permit)
    before = preferences.get(connection, key)
    if before == value:
        return None
    with transaction(connection):
        preferences.put(connection, key, value)
        who = permit.associate_id if permit and SETTINGS[key].changed_by == "manager" else associate_id
        return note(connection, "setting", key, before, value, who)


def undo(
    connection: Connection, change_id: str, *, associate_id: str, permit: Permit | None = None
) -> Change:
    """Take a change back, and say what it was. Raises InputError where that cannot be done any more."""
    from assistant.store import contents, staff

    done = _one(connection, change_id)
    if done.kind == "setting" and done.before is not None:
        if preferences.get(connection, done.subject) != done.after:
            raise InputError("It was changed again since; nothing was taken back.")
        _check(connection, done.subject, done.before, associate_id, permit)
        with transaction(connection):
            preferences.put(connection, done.subject, done.before)
            who = permit.associate_id if permit else associate_id
            note(connection, "setting", done.subject, done.after, done.before, who, undoes=change_id)
    elif done.kind in ("role", "person"):
        staff.undo(connection, done, permit)
    elif done.kind == "content":
        contents.take_back(connection, done, permit)
    else:
        raise InputError("That cannot be taken back.")
    return done


def recent(connection: Connection, limit: int = 200) -> tuple[Change, ...]:
    """The newest changes first, each with the name of who made it."""
    rows = connection.execute(f"{_SELECT} ORDER BY c.change_id DESC LIMIT ?", (limit,))
    return tuple(_as_change(row) for row in rows)


def of_setting(connection: Connection, key: str) -> tuple[Change, ...]:
    """Every change of one setting, the newest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE c.kind = 'setting' AND c.subject = ? ORDER BY c.change_id DESC", (key,)
    )
    return tuple(_as_change(row) for row in rows)


def record(connection: Connection, kind: ChangeKind, associate_id: str) -> None:
    """Note that something was done which changes no value: a backup, an export."""
    with transaction(connection):
        note(connection, kind, "", None, None, associate_id)


def note(
    connection: Connection,
    kind: ChangeKind,
    subject: str,
    before: Value | None,
    after: Value | None,
    associate_id: str,
    *,
    undoes: str | None = None,
) -> str:
    """Write a change down; call inside the change's own transaction."""
    change_id = str(uuid7())
    connection.execute(
        "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            change_id,
            kind,
            subject,
            _kept(before),
            _kept(after),
            associate_id,
            stamp(datetime.now(UTC)),
            undoes,
        ),
    )
    return change_id


def _check(connection: Connection, key: str, value: Value, associate_id: str, permit: Permit | None) -> None:
    setting = SETTINGS[preferences.known(key)]
    if setting.changed_by == "program":
        raise AccessError(f"The setting {key} is the program's own.")
    if setting.changed_by == "manager":
        access.require(connection, permit, "settings")
    elif not associate_id:
        raise AccessError("Sign in first: a change carries a name.")
    if setting.choices and value not in setting.choices:
        offered = ", ".join(str(choice) for choice in setting.choices)
        raise InputError(f"The setting {key} takes one of {offered}, not {value}.")
    if isinstance(setting.default, str):
        _check_text(key, str(value))


def _check_text(key: str, value: str) -> None:
    if key == "consent.assumed_from" and value:
        try:
            datetime.fromisoformat(value)
        except ValueError as problem:
            raise InputError(f"{value} is no date; write it as 2026-05-09.") from problem
    if key == "counter.name" and not value.strip():
        raise InputError("This counter needs a name.")
    if key == "card.terms" and len(value) > MOST_TERMS:
        raise InputError(f"The card has room for {MOST_TERMS} letters of terms, not for {len(value)}.")


_SELECT = """
  SELECT c.change_id, c.kind, c.subject, c.before, c.after, c.associate_id,
    coalesce(a.name, l.name, c.associate_id), c.at, c.undoes
  FROM changes c LEFT JOIN associates a USING (associate_id)
  LEFT JOIN local_associates l ON l.associate_id = c.associate_id"""


def _one(connection: Connection, change_id: str) -> Change:
    row = connection.execute(f"{_SELECT} WHERE c.change_id = ?", (change_id,)).fetchone()
    if row is None:
        raise InputError("There is no such change.")
    if connection.execute("SELECT 1 FROM changes WHERE undoes = ?", (change_id,)).fetchone():
        raise InputError("That was taken back already.")
    return _as_change(row)


def _as_change(row: tuple[Any, ...]) -> Change:
    change_id, kind, subject, before, after, associate_id, name, at, undoes = row
    when = datetime.fromtimestamp(at / 1000, UTC)
    return Change(change_id, kind, subject, _read(before), _read(after), associate_id, name, when, undoes)


def _kept(value: Value | None) -> str | None:
    return None if value is None else json.dumps(value)


def _read(kept: str | None) -> Any:
    return None if kept is None else json.loads(kept)
