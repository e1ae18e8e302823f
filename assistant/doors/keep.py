"""The commands that look after a home: backup, restore, unlock, export-db, doctor."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.doors import errand
from assistant.errors import InputError, KeyMissingError, StoreError
from assistant.store.database import Home

if TYPE_CHECKING:
    from assistant.store.checks import Checkup

_new_file = click.argument("file", type=click.Path(path_type=Path))
_force = click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
_recovery_key = click.option(
    "--recovery-key-stdin",
    "from_stdin",
    is_flag=True,
    help="Read the recovery key from standard input instead of asking for it.",
)


@click.command()
@_new_file
@_force
@errand.pass_home
def backup(home: Home, file: Path, force: bool) -> None:
    """Copy the log (visits, offers, answers, settings) into FILE, while the window may be open.

    FILE is encrypted like the home itself and is named only after every page of it was checked. Bring it
    back with `assistant restore FILE`; on another computer that takes this home's recovery key too. The
    catalog is not in it: it mirrors the shop, and `assistant sync` makes it anew.

    \b
    Example, every night from cron:
        assistant backup --force /backup/assistant-log.db
    """
    from assistant.store import copies

    errand.ready(home)
    with errand.ended_like_an_interrupt():
        made = copies.backup(home, file, force=force)
    click.echo(
        f"Backed up {_count(made.visits, 'visit')} and {_count(made.answers, 'answer')} to {file} "
        f"({_size(made.size)}), opened and checked."
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_recovery_key
@errand.pass_home
def restore(home: Home, file: Path, from_stdin: bool) -> None:
    """Put the log of a backup in place of this home's log, in one step.

    The log as it is now is first copied into the home's backups folder, so that this can be taken back. An
    open window may stay open. A FILE made in another home is opened with that home's recovery key.

    \b
    Examples:
        assistant restore /backup/assistant-log.db
        assistant --home NEW restore /backup/assistant-log.db --recovery-key-stdin < key.txt
    """
    from assistant.store import checks, copies

    try:
        done = copies.restore(home, file, _read_key() if from_stdin else None)
    except KeyMissingError:
        checks.refuse_damaged_mirror(home)
        if from_stdin or not sys.stdin.isatty():
            raise
        click.echo(f"{file} does not open with this home's key.", err=True)
        done = copies.restore(home, file, _ask_key())
    click.echo(
        f"The log now holds {_count(done.visits, 'visit')} and {_count(done.answers, 'answer')} from {file}."
    )
    if done.before is not None:
        click.echo(f"The log from before is kept in {done.before.file}.")


@click.command()
@_recovery_key
@errand.pass_home
def unlock(home: Home, from_stdin: bool) -> None:
    """Open a home whose key was lost, with the recovery key that was shown at its first run.

    The recovery key has 14 groups of four letters and digits; spaces, dashes and case do not matter. It is
    kept again only after it opened the log.
    """
    from assistant.store import copies

    kept = copies.unlock(home, _read_key() if from_stdin else _ask_key())
    click.echo(
        f"The log opens again; the key is kept in {_place(home, kept)}."
        " Keep the recovery key where you found it."
    )


@click.command("export-db")
@_new_file
@click.option(
    "--no-customers",
    "without_customers",
    is_flag=True,
    help="Leave out names, e-mails, phones, notes, consents; random customer numbers instead of the true.",
)
@_force
@errand.pass_home
def export_db(home: Home, file: Path, without_customers: bool, force: bool) -> None:
    """Write all tables into FILE as a plain SQLite database that sqlite-utils and Datasette open.

    FILE is not encrypted: whoever has it can read it. With --no-customers nothing in it says who the
    customers are; what they bought stays, under random numbers that are new in each export.

    \b
    Example:
        assistant export-db shop.sqlite --no-customers && datasette shop.sqlite
    """
    from assistant.store import copies

    errand.ready(home)
    with errand.ended_like_an_interrupt():  # what is half-written can be read by anybody: it goes
        made = copies.export_plain(home, file, customers=not without_customers, force=force)
    who = "customers left out" if without_customers else "it names customers and is not encrypted"
    click.echo(f"Wrote {file} ({_size(made.size)}): {who}.")


@click.command()
@errand.json_option
@errand.pass_home
def doctor(home: Home, as_json: bool) -> None:
    """Look the home over: its key, its files, what they hold, what waits; brings older files up to date.

    Every page of both files is read and checked. Exit status 1 where a file is damaged.
    """
    from assistant.store import checks

    checks.refuse_damaged_mirror(home)
    errand.ready(home)
    found = checks.look(home)
    if as_json:
        errand.print_json(_facts(found))
    else:
        _say(home, found)
    if found.problems:
        raise StoreError(f"{found.problems[0]}. {checks.REMEDY}")


def _facts(found: Checkup) -> dict[str, Any]:
    return {
        **asdict(found),
        "home": str(found.home),
        "key_mode": None if found.key_mode is None else f"{found.key_mode:o}",
        "key_exposed": found.key_exposed,
        "files": [{**asdict(check), "file": str(check.file)} for check in found.files],
        "synced_at": None if found.synced_at is None else found.synced_at.isoformat(),
        "sound": not found.problems,
    }


def _say(home: Home, found: Checkup) -> None:
    lines = {
        "Home": str(found.home),
        "Versions": ", ".join(f"{name} {version}" for name, version in found.versions.items()),
        "Key": _key_sentence(home, found),
        "Last sync": "never" if found.synced_at is None else f"{found.synced_at:%Y-%m-%d %H:%M} UTC",
        "Model in use": found.model or "none yet; `assistant train` makes one",
        "Waiting to be sent": f"{found.waiting:,} records",
        "Holds": ", ".join(f"{n:,} {table.replace('_', ' ')}" for table, n in found.counts.items()),
    }
    for name, text in lines.items():
        click.echo(f"{name + ':':<20}{text}")
    for check in found.files:
        state = "; ".join(check.problems) or "sound"
        click.echo(f"{check.file.name + ':':<20}version {check.version}, {_size(check.size)}, {state}")


def _key_sentence(home: Home, found: Checkup) -> str:
    if found.key_kept_in == "keyring":
        return "in this system's keyring"
    if found.key_exposed:
        return (
            f"no keyring on this system: the key lies in {home.key_file}, and others on this computer can "
            f"read it (mode {found.key_mode:o}); `chmod 600 {home.key_file}` mends that"
        )
    return f"no keyring on this system: the key lies in {home.key_file}, readable by you only"


def _place(home: Home, kept: str) -> str:
    return "this system's keyring" if kept == "keyring" else str(home.key_file)


def _read_key() -> str:
    try:
        text = sys.stdin.read().strip() if sys.stdin else ""  # none where it was closed
    except UnicodeDecodeError as problem:
        raise InputError("What came on standard input is no text, so it is no recovery key.") from problem
    if not text:
        raise InputError("No recovery key came on standard input.")
    return text


def _ask_key() -> str:
    if not (sys.stdin and sys.stdin.isatty()):
        return _read_key()
    return str(click.prompt("Recovery key", hide_input=True, err=True))


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _size(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{size / 1024:.0f} KB"
