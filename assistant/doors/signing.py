"""On whose word a command acts: an associate's id, and their PIN, which never stands on the command line."""

from __future__ import annotations

import sys

import click

from assistant.store import access
from assistant.store.access import Permit, Right
from assistant.store.database import Connection

as_option = click.option(
    "--as", "who", help="Whose decision it is: an associate's id; needed once PINs are used."
)
pin_option = click.option(
    "--pin-stdin", is_flag=True, help="Read their PIN from standard input instead of asking."
)


def permit(connection: Connection, who: str | None, pin_stdin: bool, *, right: Right) -> Permit | None:
    """That they showed who they are; None where no PINs are used. Raises AccessError and UsageError."""
    if not access.has_keeper(connection):
        return None
    if who is None:
        raise click.UsageError("PINs are in use here: say whose decision it is with --as ID.")
    pin = sys.stdin.readline().strip() if pin_stdin else click.prompt("PIN", hide_input=True, err=True)
    return access.permit(connection, who, pin, right=right)
