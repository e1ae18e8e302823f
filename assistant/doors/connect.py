"""`connect` says where the shop's data lies; `sync` reads what changed there."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.doors.errand import json_option, pass_home, print_json, progress, progress_option, ready
from assistant.errors import KnownError
from assistant.store.database import Home

if TYPE_CHECKING:
    from assistant.shop.csv_folder import Checked
    from assistant.shop.result import SyncResult

WITH_REJECTS = 3


@click.group(invoke_without_command=True)
@click.option("--check", is_flag=True, help="Look at the connected shop's files and change nothing.")
@pass_home
def connect(home: Home, check: bool) -> None:
    """Say where the shop's data lies, or look at what is there.

    `connect csv FOLDER` looks at the first rows of every file and remembers the folder only if it can be
    read; `sync` then brings its data in.
    """
    if click.get_current_context().invoked_subcommand is not None:
        return
    if not check:
        raise click.UsageError("Say what to connect: `connect csv FOLDER`, or look again: `connect --check`.")
    from assistant.shop import csv_folder

    ready(home)
    _say_checked(csv_folder.check(home))


@connect.command("csv")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    metavar="FILE",
    help="A mapping file (TOML), or the name of a shipped one; else FOLDER/mapping.toml where it is there.",
)
@pass_home
def connect_csv(home: Home, folder: Path, mapping: str | None) -> None:
    """Connect a folder of CSV files, in the canonical form or as a mapping describes them."""
    from assistant.shop import csv_folder

    ready(home)
    _say_checked(csv_folder.connect_csv(home, folder, mapping))
    click.echo("Connected. Next: assistant sync")


@click.command()
@click.option(
    "--watch", type=click.FloatRange(min=1), metavar="SECONDS", help="Sync again after a pause, until Ctrl+C."
)
@json_option
@progress_option
@pass_home
def sync(home: Home, watch: float | None, as_json: bool, progress_kind: str) -> None:
    """Read what changed at the shop into the catalog.

    All or nothing: a sync that is cancelled or fails leaves the catalog as it was. Rows that cannot be read
    are set aside in HOME/rejects with the reason, and the exit status is 3.
    """
    from assistant.shop import csv_folder

    ready(home)
    with _ended_like_an_interrupt():
        while True:
            try:
                with progress(progress_kind) as say:
                    result = csv_folder.sync(home, progress=say)
                _print(result, as_json=as_json, for_people=progress_kind != "json")
                if watch is None:
                    break
            except KnownError as problem:
                if watch is None:
                    raise
                # A file being exported just now is whole at the next look.
                click.echo(str(problem), err=True)
            time.sleep(watch)
    click.get_current_context().exit(WITH_REJECTS if result.rejected else 0)


@contextlib.contextmanager
def _ended_like_an_interrupt() -> Iterator[None]:
    """A request to end (SIGTERM) rolls back like Ctrl+C, instead of leaving that to the next start."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say_checked(checked: Sequence[Checked]) -> None:
    for one in checked:
        click.echo(f"{one.file} → {one.table}: {one.good} of the first {one.rows} rows can be loaded")
        click.echo(f"  fields: {', '.join(one.columns)}")
        if one.unused:
            click.echo(f"  columns not used: {', '.join(one.unused)}")
        for reason, count in one.left_out.items():
            click.echo(f"  left out: {count} × {reason}")
        for problem in one.problems[:5]:
            click.echo(f"  {problem}")


def _print(result: SyncResult, *, as_json: bool, for_people: bool) -> None:
    if as_json:
        print_json(result.as_json())
    elif for_people:
        _say_result(result)


def _say_result(result: SyncResult) -> None:
    for table, rows in result.loaded.items():
        changed = result.changed.get(table, 0)
        click.echo(f"{table}: {rows:,} rows read, {changed:,} changed")
    for reason, rows in result.left_out_by.items():
        click.echo(f"left out: {rows:,} × {reason}")
    if result.returns_matched or result.returns_unmatched:
        click.echo(
            f"returns: {result.returns_matched:,} matched with their sale, "
            f"{result.returns_unmatched:,} without one"
        )
    if result.mended:
        click.echo(f"loaded without an unusable cell: {result.mended:,}")
    if result.rejected:
        click.echo(f"set aside: {result.rejected:,} row{'s' * (result.rejected > 1)}")
    if result.rejects:
        click.echo(f"the reasons are in {result.rejects}")
    if result.unchanged_files:
        click.echo(f"unchanged files, not read again: {result.unchanged_files}")
    rows = sum(result.loaded.values()) + result.rejected + result.left_out
    rate = f", {rows / result.seconds:,.0f} rows/s" if rows and result.seconds else ""
    click.echo(f"done in {result.seconds:.1f} s{rate}")
