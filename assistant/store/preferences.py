"""Settings as they were chosen, in the log; what was not chosen has the default of `settings.SETTINGS`."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from assistant.errors import InputError
from assistant.settings import SETTINGS, Value
from assistant.store.database import Connection, stamp

__all__ = ["Value", "get", "known", "number", "put", "text"]


def get(connection: Connection, key: str) -> Value:
    """The chosen value of a setting, else its default. Raises InputError for an unknown key."""
    row = connection.execute("SELECT value FROM preferences WHERE key = ?", (known(key),)).fetchone()
    default = SETTINGS[key].default
    return default if row is None else type(default)(json.loads(row[0]))


def text(connection: Connection, key: str) -> str:
    """The value of a setting that is a text."""
    return str(get(connection, key))


def number(connection: Connection, key: str) -> int:
    """The value of a setting that is a whole number."""
    return int(get(connection, key))


def put(connection: Connection, key: str, value: Value) -> None:
    """Choose a value. Raises InputError for an unknown key or a value of another type."""
    kind = type(SETTINGS[known(key)].default)
    if kind is not type(value) and not (kind is float and type(value) is int):
        raise InputError(f"The setting {key} takes a value of type {kind.__name__}, not {value!r}.")
    connection.execute(
        "INSERT INTO preferences VALUES (?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
        (key, json.dumps(value), stamp(datetime.now(UTC))),
    )


def known(key: str) -> str:
    """The key itself. Raises InputError for one that is none of ours."""
    if key not in SETTINGS:
        raise InputError(f"There is no setting {key}.")
    return key
