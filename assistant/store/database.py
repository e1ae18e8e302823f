"""The only place that opens a connection and names the driver.

Two encrypted files lie in a home folder. `catalog.db` mirrors the shop and may be rebuilt; `log.db` is ours
alone, and what it acknowledged is on disk. A counter's connection has the log as its main file and the
catalog attached read-only, so that a sync and an answer never wait for each other; an errand that fills the
mirror opens the catalog by itself.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sqlite3 import (
        Connection,
        Cursor,
        DatabaseError,
        IntegrityError,
        InterfaceError,
        OperationalError,
        Row,
        connect,
    )
else:
    # SQLite before 3.51.3 can corrupt a WAL file; sqlcipher3 bundles a newer one, and encrypts.
    from sqlcipher3.dbapi2 import (
        Connection,
        Cursor,
        DatabaseError,
        IntegrityError,
        InterfaceError,
        OperationalError,
        Row,
        connect,
    )

from assistant.errors import BusyError, KeyMissingError, NewerFileError, StoreError

__all__ = [
    "Connection",
    "CounterConnection",
    "Cursor",
    "DatabaseError",
    "Home",
    "IntegrityError",
    "InterfaceError",
    "OperationalError",
    "Row",
    "alone",
    "check_integrity",
    "in_words",
    "moment",
    "open_catalog",
    "open_file",
    "open_home",
    "snapshot",
    "stamp",
    "transaction",
    "versions",
]

BUSY_MS = 5_000
_REFUSALS = ("disk I/O error", "is full", "readonly database", "unable to open")  # in SQLite's words
ALONE_SECONDS = 30.0
CACHE_KIB = 65_536  # of the catalog's pages, at most, for questions


class CounterConnection(Connection):
    """A counter's connection: nothing changes the catalog through it."""


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with everything one shop's assistant keeps."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log.db"

    @property
    def catalog(self) -> Path:
        return self.folder / "catalog.db"

    @property
    def key_file(self) -> Path:
        return self.folder / "key"

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def unfinished(self) -> Path:
        """Where a training keeps its stages until it is over."""
        return self.models / "unfinished"

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def crashes(self) -> Path:
        return self.folder / "crashes"

    def make(self) -> None:
        """Make the folder, readable by its owner only.

        Raises StoreError where the place cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as problem:
            raise StoreError(f"The folder {self.folder} cannot be made: {problem.strerror}.") from problem
        if not os.access(self.folder, os.W_OK):
            raise StoreError(
                f"The folder {self.folder} cannot be written to; what is in it is safe. Give your user the "
                "right to write there, or name another folder with --home."
            )


def open_file(
    path: Path,
    key: bytes,
    *,
    read_only: bool = False,
    create: bool = False,
    kind: type[Connection] = Connection,
) -> Connection:
    """Open one encrypted file with its raw 32-byte key, in WAL mode, autocommit.

    Raises KeyMissingError when the key does not fit, StoreError when the file is missing or is none of ours.
    """
    if not create and not path.exists():
        raise StoreError(f"There is no file {path}.")
    mode = "ro" if read_only else ("rwc" if create else "rw")
    try:
        connection = connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
            factory=kind,
        )
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error by itself
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    except (OperationalError, DatabaseError) as problem:
        raise StoreError(f"The file {path} cannot be opened: {problem}.") from problem
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
    except DatabaseError as problem:
        connection.close()
        if "locked" in str(problem):
            raise BusyError(
                f"The file {path} is in use by another program; try again in a moment."
            ) from problem
        if not _is_damage(problem):
            raise _refused(problem, path) from problem
        raise KeyMissingError(
            f"The key kept on this computer does not open {path}, or the file is damaged. "
            "Nothing was changed; `assistant unlock` takes the recovery key, `assistant restore` a backup."
        ) from problem
    return connection


def open_home(home: Home) -> Connection:
    """The counter's connection: the log as main file, the catalog attached read-only as `catalog`.

    Unqualified names reach both files, as no table name is in both. Raises StoreError where the home has not
    been prepared (`schema.prepare`), NewerFileError where a newer version wrote it.
    """
    from assistant.store import keys, schema

    key = keys.read(home)
    connection = open_file(home.log, key, kind=CounterConnection)
    try:
        connection.execute(
            "ATTACH ? AS catalog KEY ?", (f"{home.catalog.resolve().as_uri()}?mode=ro", f"x'{key.hex()}'")
        )
        connection.execute("SELECT count(*) FROM catalog.sqlite_master").fetchone()
    except (OperationalError, DatabaseError) as problem:
        connection.close()
        raise StoreError(f"The catalog {home.catalog} cannot be opened: {problem}.") from problem
    schema.check_version(connection, "main", schema.LOG)
    schema.check_version(connection, "catalog", schema.CATALOG)
    # A page costs ten times as much to read and decrypt as to find here again.
    connection.execute(f"PRAGMA catalog.cache_size = -{CACHE_KIB}")
    return connection


def open_catalog(home: Home) -> Connection:
    """The errand's connection: the catalog alone, writable. Its commits need not survive a power cut."""
    from assistant.store import keys, schema

    connection = open_file(home.catalog, keys.read(home))
    schema.check_version(connection, "main", schema.CATALOG)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


_DOING = {
    "making-ready": "making {} ready",
    "syncing": "syncing {}",
    "counting": "counting what was paid in {}",
}


@contextlib.contextmanager
def alone(
    home: Home,
    errand: Literal["making-ready", "syncing", "counting"] = "making-ready",
    seconds: float | None = None,
) -> Iterator[None]:
    """Hold off other processes that would do the same to a home; a process that dies lets go.

    Raises BusyError when one holds on for longer than some seconds.
    """
    # SQLite's own file locks are the same on every system; nothing is ever written to the file.
    patience = ALONE_SECONDS if seconds is None else seconds
    try:
        lock = connect(str(home.folder / f"{errand}.lock"), isolation_level=None, timeout=patience)
        lock.execute("BEGIN EXCLUSIVE")
    except DatabaseError as problem:
        if "locked" in str(problem):
            what = _DOING[errand].format(home.folder)
            raise BusyError(f"Another program is {what}; try again in a moment.") from problem
        raise _refused(problem, home.folder) from problem
    try:
        yield
    finally:
        lock.close()


@contextlib.contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a transaction: undone by itself where it raises."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        with contextlib.suppress(DatabaseError):  # the whole transaction may be gone
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
        raise
    connection.execute("RELEASE part")


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """One write transaction: committed when the block ends, rolled back when it raises.

    Raises BusyError when another process keeps the file locked, StoreError when the disk refuses.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
    except OperationalError as problem:
        if "locked" not in str(problem):
            raise _refused(problem) from problem
        raise BusyError(
            "The files are busy with another errand; nothing was changed. Try again."
        ) from problem
    try:
        yield connection
        connection.execute("COMMIT")
    except IntegrityError:
        _roll_back(connection)
        raise
    except DatabaseError as problem:
        _roll_back(connection)
        if _is_refusal(problem):
            raise _refused(problem) from problem
        raise StoreError(f"The change could not be written ({problem}); nothing was changed.") from problem
    except BaseException:
        _roll_back(connection)
        raise


@contextlib.contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Everything read inside is of one moment; many small questions are also answered faster so."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def in_words(problem: DatabaseError) -> StoreError | None:
    """What the disk or another process did to our files, in a sentence; None where our own SQL is wrong."""
    said = str(problem)
    if "locked" in said:
        return BusyError("The files are busy with another errand; nothing was changed. Try again.")
    if _is_damage(problem):
        return StoreError(
            f"A file of this home is damaged ({said}); nothing was changed. "
            "`assistant doctor` says which one."
        )
    return _refused(problem) if _is_refusal(problem) else None


def _is_refusal(problem: DatabaseError) -> bool:
    """Whether the disk or the folder would not have it: full, broken off, or not to be written to."""
    return any(words in str(problem) for words in _REFUSALS)


def _refused(problem: DatabaseError, path: Path | None = None) -> StoreError:
    """What the disk or the folder did to our files, what is safe, and what to do."""
    if path is not None:
        return StoreError(
            f"{path} cannot be used ({problem}); what was saved before is safe. Make room on its disk, or "
            "see that it may be written to, and try again."
        )
    return StoreError(
        f"The files cannot be written ({problem}); what was saved before is safe. Make room on the disk, or "
        "see that they may be written to, and try again."
    )


def _is_damage(problem: DatabaseError) -> bool:
    """Whether what was read makes no sense: pages that were changed, or written with another key."""
    return any(words in str(problem) for words in ("malformed", "not a database"))


def _roll_back(connection: Connection) -> None:
    # A full disk makes SQLite roll back by itself; a second ROLLBACK would hide the first error.
    with contextlib.suppress(OperationalError):
        connection.execute("ROLLBACK")


def stamp(at: datetime | None) -> int | None:
    """A time as the files hold it: milliseconds since 1970, UTC."""
    return None if at is None else round(at.timestamp() * 1000)


def moment(milliseconds: int | None) -> datetime | None:
    """A time out of the files, aware, in UTC."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def check_integrity(connection: Connection) -> tuple[str, ...]:
    """What is wrong with the main file: every page's seal, its structure, its references; empty = sound."""
    try:
        seals = [row[0] for row in connection.execute("PRAGMA main.cipher_integrity_check")]
        structure = [row[0] for row in connection.execute("PRAGMA main.integrity_check(20)")]
        orphans = connection.execute("SELECT count(*) FROM pragma_foreign_key_check").fetchone()[0]
    except DatabaseError as problem:
        return (str(problem),)
    found = [str(problem) for problem in (*seals, *structure) if problem != "ok"]
    return (*found, f"{orphans} rows refer to rows that are not there") if orphans else tuple(found)


def versions(connection: Connection) -> dict[str, str]:
    """What the driver carries: `sqlite` and `sqlcipher` version texts."""
    (sqlite,) = connection.execute("SELECT sqlite_version()").fetchone()
    (cipher,) = connection.execute("PRAGMA cipher_version").fetchone()
    return {"sqlite": str(sqlite), "sqlcipher": str(cipher)}


def newer(path: Path, found: int, known: int) -> NewerFileError:
    """The sentence for a file from the future."""
    return NewerFileError(
        f"{path.name} was written by a newer version of the assistant (file version {found}, this program "
        f"knows {known}). Nothing was changed; install the newer version."
    )
