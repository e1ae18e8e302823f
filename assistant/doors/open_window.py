"""`assistant open`: have the running window show a customer, a call, a basket or an order, or start one."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import click

from assistant.doors.errand import pass_home
from assistant.errors import InputError
from assistant.store.database import Home

_KINDS = ("customer", "phone", "basket", "order")


@click.command("open")
@click.option("--customer", metavar="ID", help="The customer with this number.")
@click.option("--phone", metavar="N", help="The call of this telephone number.")
@click.option("--basket", metavar="ID", help="The basket with this number.")
@click.option("--order", metavar="ID", help="The call about this order.")
@click.argument("link", required=False)
@pass_home
def open_window(home: Home, /, link: str | None, **asked: str | None) -> None:
    """Show something in the window that is open, or open one; LINK is assistant://customer/ID and the like.

    Example: assistant open --phone "+44 1632 960187"
    """
    from assistant import app

    wanted = [(kind, one) for kind in _KINDS if (one := asked[kind]) is not None]
    if link is not None:
        wanted.append(_linked(link))
    if len(wanted) > 1:
        raise click.UsageError("Only one thing can be opened at a time.")
    opening = _checked(*wanted[0]) if wanted else None
    click.get_current_context().exit(app.run(home, opening=opening))


def _linked(link: str) -> tuple[str, str]:
    """What a link names: `assistant://customer/C-10412`."""
    parts = urlsplit(link)
    if parts.scheme.lower() != "assistant" or parts.netloc.lower() not in _KINDS:
        raise InputError(f"The link {link[:80]!r} names nothing to open; assistant://customer/ID does.")
    return parts.netloc.lower(), unquote(parts.path.strip("/"))


def _checked(kind: str, one: str) -> tuple[str, str]:
    one = one.strip()
    if not one or len(one) > 200 or not one.isprintable():
        raise InputError(f"What is to be opened needs the number of the {kind}, of at most 200 characters.")
    return kind, one
