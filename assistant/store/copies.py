"""Copies of our files: a backup that was opened before it counts, its way back, a plain copy for others."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import InputError, KeyMissingError, StoreError
from assistant.store import keys, plain, schema
from assistant.store.database import (
    Connection,
    DatabaseError,
    Home,
    check_integrity,
    newer,
    open_file,
    open_home,
    transaction,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made: where, how large, and what is in it."""

    file: Path
    size: int
    visits: int
    answers: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What the log holds now, and where the log from before was put."""

    visits: int
    answers: int
    before: Copy | None


def backup(home: Home, file: Path, *, force: bool = False) -> Copy:
    """Copy the log, while others may be writing to it, into a file that opens with this home's key.

    The copy gets its name only after it was opened and every page of it was checked. Raises InputError where
    the file is there already and `force` is not given.
    """
    _refuse_own(home, file)
    with _new_file(file, force=force) as unfinished:
        key = keys.read(home)
        with contextlib.closing(open_file(home.log, key)) as log:
            schema.check_version(log, "main", schema.LOG)
            _copy_into(log, unfinished, key)
        visits, answers = _checked(unfinished, key)
    return Copy(file, file.stat().st_size, visits, answers)


def restore(home: Home, file: Path, recovery_key: str | None = None) -> Restored:
    """Replace the log by a backup, in one step, after the log as it is was copied into the backups folder.
    A log that is damaged is put there as it is.

    A backup from another computer opens with that computer's recovery key. A home that holds nothing yet
    takes over that key. Raises KeyMissingError where no key opens the file, NewerFileError where it is from a
    newer version, StoreError where it is damaged or no backup: the log is then as it was.
    """
    given = None if recovery_key is None else keys.parse_recovery_key(recovery_key)
    if not file.is_file():
        raise InputError(f"There is no file {file}.")
    theirs = given or _own_key(home, file)
    _refuse_unfit(file, theirs)
    if given is not None and not home.log.exists() and keys.kept_in(home) == "nowhere":
        home.make()
        keys.keep(home, given)
    damaged = _is_damaged(home, theirs)
    fresh = not home.log.exists()
    if not damaged:
        schema.prepare(home)
    ours = keys.read(home)
    _discard_like(home.folder, "restoring-")
    incoming = home.folder / f"restoring-{secrets.token_hex(4)}.db"
    try:
        _recode(file, theirs, incoming, ours)
        schema.bring_up(home, incoming, ours, "log", schema.LOG, copy_aside=False)
        _become_new_terminal(incoming, ours)
        visits, answers = _checked(incoming, ours)
        if damaged:
            before: Copy | None = _put_aside(home)
            schema.prepare(home)
        else:
            before = None if fresh else backup(home, _aside(home))
        with contextlib.closing(open_file(incoming, ours)) as source:
            _replace_content(source, home.log, ours)
    finally:
        _discard(incoming)
    return Restored(visits, answers, before)


def unlock(home: Home, recovery_key: str) -> str:
    """Keep the key behind a recovery key, after it opened the log; says where it is kept.

    Raises InputError for a mistyped recovery key and for one of another home.
    """
    key = keys.parse_recovery_key(recovery_key)
    try:
        open_file(home.log, key).close()
    except KeyMissingError as problem:
        raise InputError(
            f"That recovery key belongs to another home, or {home.log} is damaged; nothing was changed."
        ) from problem
    return keys.keep(home, key)


def export_plain(home: Home, file: Path, customers: bool = True, *, force: bool = False) -> Copy:
    """Write both files' tables into one plain SQLite file that any program opens.

    Without customers nothing tells who they are: no names, e-mails, phones, notes or consents, and each
    customer number is replaced by a random one that is the same throughout the file.
    """
    _refuse_own(home, file)
    with _new_file(file, force=force) as unfinished, contextlib.closing(open_home(home)) as connection:
        plain.write(connection, unfinished, customers=customers)
        visits, answers = _counts(connection)
    return Copy(file, file.stat().st_size, visits, answers)


def duplicate(home: Home, folder: Path) -> Home:
    """A home with the same content in another folder, for what must leave no trace; its key is a file."""
    twin, key = Home(folder), keys.read(home)
    twin.make()
    keys.keep_in_file(twin, key)
    for file, copy in ((home.log, twin.log), (home.catalog, twin.catalog)):
        with contextlib.closing(open_file(file, key)) as source:
            _copy_into(source, copy, key)
    if home.models.is_dir():
        shutil.copytree(home.models, twin.models, ignore=shutil.ignore_patterns(home.unfinished.name))
    return twin


def _refuse_own(home: Home, file: Path) -> None:
    try:
        target = file.resolve()
    except RuntimeError as problem:
        raise InputError(f"{file} is a link that leads nowhere; choose another name.") from problem
    if target in {path.resolve() for path in (home.log, home.catalog, home.key_file)}:
        raise InputError(f"{file} is one of the home's own files; choose another name.")


@contextlib.contextmanager
def _new_file(file: Path, *, force: bool) -> Iterator[Path]:
    """An unfinished file beside `file`, for its owner only; it takes the name when the block ends."""
    if file.exists() and not force:
        raise InputError(f"{file} is there already; choose another name, or --force to replace it.")
    if (file.exists() and not file.is_file()) or not file.parent.is_dir():
        raise InputError(f"{file} is no place for a file: its folder has to be there.")
    begun = f".{file.name}.unfinished-"
    _discard_like(file.parent, begun)
    unfinished = file.with_name(f"{begun}{secrets.token_hex(4)}")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield unfinished
        _name(unfinished, file)
    except (OSError, DatabaseError) as problem:
        raise StoreError(f"{file} could not be written ({problem}); nothing was changed.") from problem
    finally:
        _discard(unfinished)


def _name(unfinished: Path, file: Path) -> None:
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(file)
    if os.name == "posix":  # elsewhere a folder cannot be opened to be synced
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _discard(unfinished: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)


def _discard_like(folder: Path, begun: str) -> None:
    """What a killed predecessor left."""
    for left in folder.iterdir():
        if left.name.startswith(begun):
            left.unlink(missing_ok=True)


def _copy_into(source: Connection, file: Path, key: bytes) -> None:
    with contextlib.closing(open_file(file, key, create=True)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions


def _replace_content(source: Connection, file: Path, key: bytes) -> None:
    # All pages in one write transaction of the destination: a kill leaves the old log, or the new one.
    with contextlib.closing(open_file(file, key)) as live:
        try:
            source.backup(live)
        except DatabaseError as problem:
            raise StoreError(
                f"The log could not be replaced ({problem}); it is as it was before."
            ) from problem


def _checked(file: Path, key: bytes) -> tuple[int, int]:
    with contextlib.closing(open_file(file, key, read_only=True)) as copy:
        problems = check_integrity(copy)
        if problems:
            raise StoreError(f"The copy {file} is damaged ({problems[0]}); nothing was changed.")
        return _counts(copy)


def _counts(connection: Connection) -> tuple[int, int]:
    visits, answers = connection.execute(
        "SELECT (SELECT count(*) FROM visits), (SELECT count(*) FROM answers)"
    ).fetchone()
    return int(visits), int(answers)


def _own_key(home: Home, file: Path) -> bytes:
    try:
        return keys.read(home)
    except KeyMissingError as problem:
        raise KeyMissingError(
            f"This home has no key yet; {file} opens with the recovery key of the home it was made in."
        ) from problem


def _refuse_unfit(file: Path, key: bytes) -> None:
    try:
        connection = open_file(file, key, read_only=True)
    except KeyMissingError as problem:
        raise KeyMissingError(
            f"{file} does not open with that key: it was made in another home (then that home's recovery key "
            "opens it), or it is damaged, or it is no backup. Nothing was changed."
        ) from problem
    with contextlib.closing(connection):
        problems = check_integrity(connection)
        if problems:
            raise StoreError(f"{file} is damaged ({problems[0]}); nothing was changed.")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(schema.LOG):
            raise newer(file, version, len(schema.LOG))
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if version < 1 or not {"visits", "answers", "terminal"} <= there:
            raise StoreError(f"{file} is not a backup of a log; nothing was changed.")


def _recode(file: Path, theirs: bytes, incoming: Path, ours: bytes) -> None:
    """The content of a file under another key; in one key's case a plain page copy would do the same."""
    with contextlib.closing(open_file(file, theirs, read_only=True)) as source:
        (version,) = source.execute("PRAGMA user_version").fetchone()
        source.execute(
            "ATTACH ? AS incoming KEY ?", (f"{incoming.resolve().as_uri()}?mode=rwc", f"x'{ours.hex()}'")
        )
        try:
            source.execute("SELECT sqlcipher_export('incoming')")
            source.execute(f"PRAGMA incoming.user_version = {int(version)}")
        except DatabaseError as problem:
            raise StoreError(f"{file} could not be read whole ({problem}); nothing was changed.") from problem


def _become_new_terminal(incoming: Path, key: bytes) -> None:
    # The numbers given out since the backup was made must not be given out again under the same name.
    from uuid_utils import uuid7

    with contextlib.closing(open_file(incoming, key)) as connection, transaction(connection):
        connection.execute("UPDATE terminal SET terminal_id = ?", (str(uuid7()),))


def _is_damaged(home: Home, key: bytes) -> bool:
    """Whether the log is there, and this home's key, proved by a backup that it opens, finds it damaged."""
    if not home.log.exists() or keys.kept_in(home) == "nowhere" or keys.read(home) != key:
        return False
    try:
        with contextlib.closing(open_file(home.log, key)) as log:
            return bool(check_integrity(log))
    except KeyMissingError:
        return True


def _put_aside(home: Home) -> Copy:
    """Move a damaged log, and what belongs to it, into the backups folder: somebody may still mend it."""
    place = _aside(home)
    for ending in ("-wal", "-shm", ""):
        part = home.log.with_name(home.log.name + ending)
        if part.exists():
            part.rename(place.with_name(place.name + ending))
    return Copy(place, place.stat().st_size, 0, 0)


def _aside(home: Home) -> Path:
    home.backups.mkdir(mode=0o700, exist_ok=True)
    return home.backups / f"log-before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.db"
