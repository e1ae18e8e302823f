"""How a home is doing, as facts: its key, its files, what they hold, and what waits to be sent."""

from __future__ import annotations

import contextlib
import os
import platform
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from assistant.errors import KeyMissingError, StoreError
from assistant.store import catalog, keys, pairings, schema, visits
from assistant.store.database import (
    Connection,
    DatabaseError,
    Home,
    check_integrity,
    open_file,
    open_home,
    versions,
)

OWNER_ONLY = 0o600
REMEDY = (
    "A damaged log comes back with `assistant restore`, a damaged catalog by removing it and "
    "`assistant sync`."
)
_COUNTED = ("products", "customers", "orders", "order_lines", "baskets", "visits", "suggestions", "answers")


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One of the two files: its size with its write-ahead log, its version, and what is wrong with it."""

    file: Path
    size: int
    version: int
    known_version: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checkup:
    """The facts `doctor` reports. `key_mode` is the key file's mode, None where the keyring keeps the key."""

    home: Path
    versions: dict[str, str]
    key_kept_in: str
    key_mode: int | None
    files: tuple[FileCheck, ...]
    counts: dict[str, int]
    synced_at: datetime | None
    waiting: int
    model: str | None

    @property
    def key_exposed(self) -> bool:
        """Whether others on this computer can read the key file."""
        return self.key_mode is not None and os.name == "posix" and bool(self.key_mode & ~OWNER_ONLY)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the files, each with the file's name."""
        return tuple(f"{check.file.name}: {problem}" for check in self.files for problem in check.problems)


def look(home: Home) -> Checkup:
    """Look a prepared home over; reads every page of both files. Raises StoreError where a page that is
    damaged hides the rest.
    """
    key = keys.read(home)
    files = (_file(home.log, key, schema.LOG), _file(home.catalog, key, schema.CATALOG))
    try:
        return _facts(home, files)
    except DatabaseError as problem:
        damaged = next((check for check in files if check.problems), None)
        if damaged is None:
            raise
        raise StoreError(f"{damaged.file.name}: {damaged.problems[0]}. {REMEDY}") from problem


def _facts(home: Home, files: tuple[FileCheck, ...]) -> Checkup:
    kept_in = keys.kept_in(home)
    mode = stat.S_IMODE(home.key_file.stat().st_mode) if kept_in == "file" else None
    with contextlib.closing(open_home(home)) as connection:
        installed = pairings.installed(connection)
        return Checkup(
            home=home.folder,
            versions=_versions(connection),
            key_kept_in=kept_in,
            key_mode=mode,
            files=files,
            counts=_counts(connection),
            synced_at=catalog.synced_at(connection),
            waiting=visits.waiting(connection),
            model=installed.model_id if installed else None,
        )


def refuse_damaged_mirror(home: Home) -> None:
    """Say what to do about a mirror that does not open. Raises StoreError, and nothing where the log does not
    open either: then it is the key that is wrong.
    """
    if not (home.log.exists() and home.catalog.exists()):
        return
    key = keys.read(home)
    try:
        open_file(home.log, key).close()
    except KeyMissingError:
        return
    try:
        open_file(home.catalog, key).close()
    except KeyMissingError as problem:
        raise StoreError(
            f"{home.catalog} is damaged. It only mirrors the shop and holds nothing of its own: remove it, "
            "then `assistant sync` and `assistant train` make it anew. The log is sound."
        ) from problem


def _file(path: Path, key: bytes, steps: Sequence[schema.Step]) -> FileCheck:
    with contextlib.closing(open_file(path, key)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        problems = check_integrity(connection)
        size = sum(p.stat().st_size for p in (path, path.with_name(path.name + "-wal")) if p.exists())
    return FileCheck(path, size, int(version), len(steps), problems)


def _versions(connection: Connection) -> dict[str, str]:
    return {
        "assistant": metadata.version("sales-assistant"),
        "python": platform.python_version(),
        "sqlcipher3": metadata.version("sqlcipher3"),
        **versions(connection),
        "sqlite-utils": metadata.version("sqlite-utils"),
        "PySide6": metadata.version("PySide6-Essentials"),
    }


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in _COUNTED
    }
