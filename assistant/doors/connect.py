"""`connect` says where the shop's data lies; `sync` reads what changed there."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.doors import columns
from assistant.doors.errand import (
    NamedPath,
    ended_like_an_interrupt,
    json_option,
    pass_home,
    print_json,
    progress,
    progress_option,
    ready,
)
from assistant.errors import InputError, KnownError
from assistant.store.database import Home

if TYPE_CHECKING:
    from assistant.shop.checking import Checked
    from assistant.shop.connector import Check
    from assistant.shop.result import SyncResult

WITH_REJECTS = 3


@click.group(invoke_without_command=True)
@click.option("--check", is_flag=True, help="Try the connected shop, or its files, and change nothing.")
@pass_home
def connect(home: Home, check: bool) -> None:
    """Say where the shop's data lies, or look at what is there.

    `connect csv FOLDER` looks at the first rows of every file and remembers the folder only if it can be
    read. `connect vendure URL`, and so with the other kinds of live shop, signs in and tries what a sync
    needs. `sync` then brings the shop's data in.
    """
    if click.get_current_context().invoked_subcommand is not None:
        return
    if not check:
        raise click.UsageError(
            "Say what to connect: `connect csv FOLDER`, `connect vendure URL` or another kind of shop; or "
            "look again: `connect --check`."
        )
    from assistant.shop import csv_folder, live

    ready(home)
    if live.kind_of(home) in live.KINDS:
        say_tried(live.check(home))
    else:
        _say_checked(csv_folder.check(home))


@connect.command("csv", epilog=columns.told())
@click.argument("folder", type=NamedPath(path_type=Path))
@click.option(
    "--mapping",
    metavar="FILE",
    help="A mapping file (TOML), or the name of a shipped one; else FOLDER/mapping.toml where it is there.",
)
@pass_home
def connect_csv(home: Home, folder: Path, mapping: str | None) -> None:
    """Connect a folder of CSV files, in the canonical form or as a mapping describes them.

    The first rows of every file are looked at; the folder is remembered only if they can be read.

    \b
    Examples:
        assistant connect csv exports
        assistant connect csv exports --mapping till.toml
    """
    from assistant.shop import csv_folder

    ready(home)
    _say_checked(csv_folder.connect_csv(home, folder, mapping))
    click.echo("Connected. Next: assistant sync")


@connect.command("vendure")
@click.argument("url")
@click.option("--user", metavar="NAME", help="Sign in as this person; the password is asked for.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--key-stdin", is_flag=True, help="Read an API key from standard input.")
@click.option(
    "--channel", metavar="TOKEN", default="", help="The token of the shop's channel, if it has several."
)
@click.option(
    "--barcode-field",
    metavar="NAME",
    help="The variants' custom field with their barcode, a text; several with | between.  [default: barcode]",
)
@click.option(
    "--cost-field",
    metavar="NAME",
    help="The variants' custom field with their unit cost, a whole number of pence or cents.  [default: "
    "unitCost]",
)
@click.option(
    "--consent-field",
    metavar="NAME",
    help="The customers' custom field with their consent to personal suggestions, a boolean: true is given, "
    "false withheld, empty not known.  [default: personalSuggestions]",
)
@click.option(
    "--salesperson-field",
    metavar="NAME",
    help="The orders' custom field with who sold them: an administrator's id, name or e-mail.  [default: "
    "salesperson]",
)
@pass_home
def connect_vendure(
    home: Home,
    /,
    url: str,
    user: str | None,
    password_stdin: bool,
    key_stdin: bool,
    channel: str,
    **fields: str | None,
) -> None:
    """Connect a Vendure shop: URL is the address of its server, with or without /admin-api.

    Without --user an API key is asked for. It is made in Vendure's dashboard under Settings, API keys; the
    server must take keys (api-key in its authOptions.tokenMethod). It needs the permissions ReadCatalog,
    ReadCustomer, ReadOrder, ReadAdministrator and ReadStockLocation, and UpdateOrder and CreateOrder to put
    add-ons into baskets. The key or password goes into the system's keyring, or the encrypted log where there
    is none.

    Barcodes, unit costs, consent and who sold an order are custom fields of the shop's own. They are read
    under their usual names where the shop has such fields; other names are given below, and stay until others
    are given; an empty one (\"\") leaves a field out.
    """
    from assistant.shop import live

    if password_stdin and key_stdin:
        raise click.UsageError("Give either a password or a key.")
    if password_stdin and not user:
        raise click.UsageError("A password goes with --user NAME.")
    ready(home)
    given = {name.removesuffix("_field"): field for name, field in fields.items() if field is not None}
    address = live.Address("vendure", url, "" if key_stdin else user or "", channel, given)
    from_pipe = password_stdin or key_stdin
    say_tried(live.connect(home, address, secret("Password" if address.user else "API key", from_pipe)))
    click.echo("Connected. Next: assistant sync")


def secret(name: str, from_pipe: bool) -> str:
    """A password or key: from standard input, else asked for without showing it."""
    try:
        said = sys.stdin.readline().rstrip("\r\n") if from_pipe else click.prompt(name, hide_input=True)
    except UnicodeDecodeError:
        raise InputError(f"What was given as the {name} is not text.") from None
    if not said:
        raise InputError(f"The {name.lower() if name == 'Password' else name} is empty.")
    return str(said)


def say_tried(checks: Sequence[Check]) -> None:
    """Say what was tried of a connection, and what came of it."""
    for check in checks:
        click.echo(f"{check.name}: {check.problem or check.found}")


@click.command()
@click.option(
    "--watch", type=click.FloatRange(min=1), metavar="SECONDS", help="Sync again after a pause, until Ctrl+C."
)
@json_option
@progress_option
@pass_home
def sync(home: Home, watch: float | None, as_json: bool, progress_kind: str) -> None:
    """Read what changed at the shop into the catalog.

    Of a folder all or nothing: a sync that is cancelled or fails leaves the catalog as it was. Of a live shop
    page by page: the next sync goes on where this one stopped. Then new orders are taken into the figures,
    which goes on at the next sync too where it is cancelled. Rows that cannot be read are set aside in
    HOME/rejects with the reason, and the exit status is 3.
    """
    from assistant.shop import syncing

    ready(home)
    with ended_like_an_interrupt(), syncing.opened(home) as syncer:
        often = False
        while True:
            try:
                with progress(progress_kind) as say:
                    result = syncer.once(say, often=often)
                if watch is not None and progress_kind == "json":
                    click.echo(json.dumps({"t": "synced", "changed": sum(result.changed.values())}))
                    sys.stdout.flush()
                _print(result, as_json=as_json, for_people=progress_kind != "json")
                if watch is None:
                    break
            except KnownError as problem:
                if watch is None:
                    raise
                # A file being exported just now is whole at the next look.
                click.echo(str(problem), err=True)
            often = not syncer.pause(watch)
    click.get_current_context().exit(WITH_REJECTS if result.rejected else 0)


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
    together = result.changed.get("rows")  # a live shop's rows are counted over all tables
    for table, rows in result.loaded.items():
        changed = "" if together else f", {result.changed.get(table, 0):,} changed"
        click.echo(f"{table}: {rows:,} rows read{changed}")
    if together:
        click.echo(f"changed: {together:,} rows")
    if result.changed.get("basket_writes"):
        click.echo(f"add-ons told to the shop: {result.changed['basket_writes']:,}")
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
        written = result.rejected + result.mended - result.unwritten
        of = f" of the first {written:,} of them" if result.unwritten else ""
        click.echo(f"the reasons{of} are in {result.rejects}")
    if result.unchanged_files:
        click.echo(f"unchanged files, not read again: {result.unchanged_files}")
    rows = sum(result.loaded.values()) + result.rejected + result.left_out
    rate = f", {rows / result.seconds:,.0f} rows/s" if rows and result.seconds else ""
    if result.counted:
        click.echo(f"read in {result.seconds:.1f} s{rate}")
        click.echo(f"orders taken into the figures: {result.counted:,} in {result.counting_seconds:.1f} s")
        rate = ""
    click.echo(f"done in {result.seconds + result.counting_seconds:.1f} s{rate}")
