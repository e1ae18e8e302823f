"""A secret of the shop's, such as its key: in the operating system's keyring, else in the encrypted log."""

from __future__ import annotations

import contextlib

from assistant.store.database import Connection, Home, transaction
from assistant.store.keys import SERVICE


def keep(home: Home, log: Connection, name: str, secret: str) -> None:
    """Keep a secret, in place of an earlier one of that name."""
    import keyring

    entry = _entry(home, name)
    with contextlib.suppress(Exception):  # a backend raises whatever its system library does
        keyring.set_password(SERVICE, entry, secret)
    kept = _from_keyring(entry) == secret
    with transaction(log):
        log.execute("DELETE FROM secrets WHERE name = ?", (name,))
        if not kept:
            log.execute("INSERT INTO secrets VALUES (?, ?)", (name, secret))


def read(home: Home, log: Connection, name: str) -> str | None:
    """A secret, or None where none is kept."""
    row = log.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row is not None else _from_keyring(_entry(home, name))


def forget(home: Home, log: Connection, name: str) -> None:
    """Keep it no longer."""
    import keyring

    with contextlib.suppress(Exception):
        keyring.delete_password(SERVICE, _entry(home, name))
    with transaction(log):
        log.execute("DELETE FROM secrets WHERE name = ?", (name,))


def _entry(home: Home, name: str) -> str:
    return f"{home.folder.resolve()} {name}"


def _from_keyring(entry: str) -> str | None:
    import keyring

    try:
        return keyring.get_password(SERVICE, entry)
    except Exception:
        return None  # as in `keep`: no keyring that can be used
