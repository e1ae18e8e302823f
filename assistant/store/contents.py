"""What managers write for the counter: sentences, kits and links, in versions; the newest of each holds.

Appended, never changed: taking a version back, or bringing an older one in force, is a version too. Without
any, or where the newest says nothing, what the shop or this program says itself holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.store import access, changes
from assistant.store.access import Permit
from assistant.store.database import Connection, moment, stamp, transaction

Kind = Literal["talking_point", "kit", "link"]
Content = Mapping[str, Any]
MOST_NOTE = 200  # letters of a reason


@dataclass(frozen=True, slots=True)
class Version:
    """What one version of a thing says; `content` None = nothing of ours. `key` names the thing."""

    version_id: str
    kind: Kind
    key: str
    number: int
    content: Content | None
    title: str
    note: str
    associate_id: str
    name: str
    at: datetime


def key_of(*parts: str) -> str:
    """The key of a thing that several ids name.

    >>> key_of("pairing", "P1", "P3")
    '["pairing", "P1", "P3"]'
    """
    return json.dumps(parts, ensure_ascii=False)


def parts_of(key: str) -> tuple[str, ...]:
    """What a key names."""
    return tuple(json.loads(key))


def put(
    connection: Connection,
    kind: Kind,
    key: str,
    content: Content | None,
    *,
    title: str,
    seen: int,
    permit: Permit | None,
    note: str = "",
) -> Version:
    """Write the next version of a thing; what it says must have been checked.

    `title` is what people call the thing, `seen` the version that was looked at while writing (0 = none).
    Raises AccessError for anybody but a manager, InputError where somebody wrote another one meanwhile.
    """
    return _put(connection, kind, key, content, title, seen, permit, note)


def restore(
    connection: Connection, kind: Kind, key: str, number: int, *, seen: int, permit: Permit | None
) -> Version:
    """Bring what an older version said in force again, as a new version; 0 = what held before the first.

    Raises AccessError for anybody but a manager, InputError where there is no such version, it holds already,
    or somebody wrote another one meanwhile.
    """
    access.require(connection, permit, "content")
    known = {one.number: one for one in history(connection, kind, key)}
    if not known or (number and number not in known):
        raise InputError("There is no such version.")
    newest = known[max(known)]
    content = known[number].content if number else None
    if content == newest.content:
        raise InputError("That version is in force already.")
    return _put(connection, kind, key, content, newest.title, seen, permit, "")


def take_back(connection: Connection, change: changes.Change, permit: Permit | None) -> Version:
    """Undo the change that wrote a version: what held before it holds again.

    Raises InputError where another version was written since.
    """
    row = connection.execute(f"{_SELECT} WHERE c.version_id = ?", (change.subject,)).fetchone()
    if row is None:
        raise InputError("There is no such version.")
    done = _version(row)
    before = [one for one in history(connection, done.kind, done.key) if one.number < done.number]
    content = before[0].content if before else None
    return _put(
        connection, done.kind, done.key, content, done.title, done.number, permit, "", undoes=change.change_id
    )


def change_of(connection: Connection, version: Version) -> str:
    """The change by which a version was written, to be taken back."""
    (change_id,) = connection.execute(
        "SELECT change_id FROM changes WHERE kind = 'content' AND subject = ?", (version.version_id,)
    ).fetchone()
    return str(change_id)


def history(connection: Connection, kind: Kind, key: str) -> tuple[Version, ...]:
    """Every version of a thing, the newest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE c.kind = ? AND c.key = ? ORDER BY c.version DESC, c.version_id DESC", (kind, key)
    )
    return tuple(map(_version, rows))


def newest(connection: Connection, kind: Kind, visit_id: str | None = None) -> tuple[Version, ...]:
    """The newest version of each thing of a kind, by title; within a visit, as it was when that began."""
    if connection.execute("SELECT 1 FROM contents LIMIT 1").fetchone() is None:
        return ()  # nobody has written anything yet
    rows = connection.execute(
        f"{_SELECT} WHERE c.version_id IN (SELECT version_id FROM (SELECT version_id, row_number() OVER "
        "(PARTITION BY key ORDER BY version DESC, version_id DESC) AS latest FROM contents WHERE kind = ?1 "
        "AND sequence <= coalesce((SELECT sequence FROM visits WHERE visit_id = ?2), sequence)) "
        "WHERE latest = 1) ORDER BY c.title, c.key",
        (kind, visit_id),
    )
    return tuple(map(_version, rows))


def in_force(connection: Connection, kind: Kind, visit_id: str | None = None) -> dict[str, Version]:
    """What holds of each thing of a kind, by its key; what says nothing is left out."""
    return {one.key: one for one in newest(connection, kind, visit_id) if one.content is not None}


def _put(
    connection: Connection,
    kind: Kind,
    key: str,
    content: Content | None,
    title: str,
    seen: int,
    permit: Permit | None,
    note: str,
    undoes: str | None = None,
) -> Version:
    from assistant.store.visits import next_sequence, put_outbox

    who = access.require(connection, permit, "content")
    if len(note) > MOST_NOTE:
        raise InputError(f"A reason has {MOST_NOTE} letters at most, not {len(note)}.")
    with transaction(connection):
        _refuse_unseen(history(connection, kind, key), seen)
        version_id, sequence, at = str(uuid7()), next_sequence(connection), stamp(datetime.now(UTC))
        said = None if content is None else json.dumps(content, ensure_ascii=False, sort_keys=True)
        connection.execute(
            "INSERT INTO contents (version_id, sequence, kind, key, version, content, title, note, "
            "associate_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (version_id, sequence, kind, key, seen + 1, said, title, note, who, at),
        )
        put_outbox(connection, sequence, "content", version_id, at)
        changes.note(connection, "content", version_id, None, title, who, undoes=undoes)
    return history(connection, kind, key)[0]


def _refuse_unseen(known: tuple[Version, ...], seen: int) -> None:
    if known and known[0].number != seen:
        raise InputError(
            f"{known[0].name} changed it meanwhile, so nothing was saved. Look at the newest version first."
        )
    if not known and seen:
        raise InputError("There is no such version.")


_SELECT = """
  SELECT c.version_id, c.kind, c.key, c.version, c.content, c.title, c.note, c.associate_id,
    coalesce(a.name, l.name, c.associate_id), c.at
  FROM contents c LEFT JOIN associates a USING (associate_id)
  LEFT JOIN local_associates l ON l.associate_id = c.associate_id"""


def _version(row: tuple[Any, ...]) -> Version:
    version_id, kind, key, number, content, title, note, who, name, at = row
    said = None if content is None else json.loads(content)
    return Version(
        version_id, kind, key, number, said, title, note, who, name, moment(at) or datetime.now(UTC)
    )
