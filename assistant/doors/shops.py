"""`connect woocommerce` and `connect odoo`: live shops that are signed in to with a key made there."""

from __future__ import annotations

import click

from assistant.doors.connect import connect, say_tried, secret
from assistant.doors.errand import pass_home, ready
from assistant.store.database import Home

__all__ = ["connect"]


@connect.command("woocommerce")
@click.argument("url")
@click.option(
    "--key-stdin",
    is_flag=True,
    help="Read the consumer key and its secret, a line each, from standard input.",
)
@pass_home
def connect_woocommerce(home: Home, /, url: str, key_stdin: bool) -> None:
    """Connect a WooCommerce shop: URL is the address of the site, such as https://host/shop.

    Make the key in WordPress under WooCommerce, Settings, Advanced, REST API, Add key: for a user who is a
    shop manager or administrator, with the permission Read/Write, or Read where add-ons go in at the till
    alone. WordPress shows the consumer key (ck_…) and the consumer secret (cs_…) once; both are asked for
    here, and kept in the system's keyring, or in the encrypted log where there is none.

    A site needs permalinks other than "plain" (WordPress, Settings, Permalinks). Where it has no https, each
    request is signed with the secret, which is never sent; what is read can be read on the way all the same.

    Open baskets are checkouts and orders that wait for payment; add-ons go into the latter. WooCommerce does
    not tell who sold what, nor consent.
    """
    from assistant.shop import live

    ready(home)
    parts = [secret(name, from_pipe=key_stdin).strip() for name in ("consumer key", "consumer secret")]
    say_tried(live.connect(home, live.Address("woocommerce", url), live.pair(*parts)))
    click.echo("Connected. Next: assistant sync")


@connect.command("odoo")
@click.argument("url")
@click.option("--database", metavar="NAME", default="", help="The database, where the server has several.")
@click.option("--key-stdin", is_flag=True, help="Read the API key from standard input.")
@pass_home
def connect_odoo(home: Home, /, url: str, database: str, key_stdin: bool) -> None:
    """Connect an Odoo database, version 19 or later: URL is the address of the server.

    Make the key in Odoo, best as a user made for this: click the user's picture, My Preferences, Account
    Security, New API Key. Odoo lets a key live three months at most: connect again with the next one, nothing
    is lost meanwhile. On odoo.com the API comes with the plan Custom.

    The user needs the rights to read products, contacts, sales orders, till orders and stock (Sales: User:
    All Documents; Point of Sale: User; Inventory: User), and to write sales orders for add-ons to go into
    quotations. What is read is of the company they work in. Apps that are not installed are named and left
    out. The key goes into the system's keyring, or
    the encrypted log where there is none.
    """
    from assistant.shop import live

    ready(home)
    address = live.Address("odoo", url, channel=database)
    say_tried(live.connect(home, address, secret("API key", from_pipe=key_stdin).strip()))
    click.echo("Connected. Next: assistant sync")
