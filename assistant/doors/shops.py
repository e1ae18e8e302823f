"""`connect` for the live shops whose key is made there: Tryton, WooCommerce, Odoo, Shopify."""

from __future__ import annotations

import click

from assistant.doors.connect import connect, say_tried, secret
from assistant.doors.errand import pass_home, ready
from assistant.store.database import Home

__all__ = ["connect"]


@connect.command("tryton")
@click.argument("url")
@click.option("--database", metavar="NAME", required=True, help="The database's name on the server.")
@click.option("--key-stdin", is_flag=True, help="Read the application's key from standard input.")
@pass_home
def connect_tryton(home: Home, /, url: str, database: str, key_stdin: bool) -> None:
    """Connect a Tryton database: URL is the address of the server, such as https://tryton.example.

    Make the key in Tryton: Administration, Users, the user's applications, a new one named "rest", validated
    by its user. The user works for the shop's company, and needs access to products, parties, employees and
    the sales of its modules Point of Sale or Sales; to write lines of sales too, for add-ons to go into open
    ones. The key goes into the system's keyring, or the encrypted log where there is none.

    A sale at a till is open until it is paid; it names who sells and the till, no customer. Sales to parties
    are open as drafts and quotations, and take add-ons as drafts.
    """
    from assistant.shop import live

    ready(home)
    address = live.Address("tryton", url, channel=database)
    say_tried(live.connect(home, address, secret("application key", from_pipe=key_stdin)))
    click.echo("Connected. Next: assistant sync")


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


@connect.command("shopify")
@click.argument("shop")
@click.option("--client-id", metavar="ID", required=True, help="The app's client ID; it is no secret.")
@click.option("--key-stdin", is_flag=True, help="Read the app's client secret from standard input.")
@pass_home
def connect_shopify(home: Home, /, shop: str, client_id: str, key_stdin: bool) -> None:
    """Connect a Shopify shop: SHOP is its name or its address, such as NAME.myshopify.com.

    Make an app for it in Shopify: in the Dev Dashboard of the organisation that owns the shop, Apps, Create
    app; under Versions give it the scopes below, release it, and install it in the shop. Its Settings show
    the client ID and the client secret; the secret is asked for here, and kept in the system's keyring, or in
    the encrypted log where there is none.

    \b
    needed:           read_products, read_inventory, read_locations, read_orders, read_draft_orders
    for add-ons:      write_draft_orders
    for customers:    read_customers, and access to protected customer data, names and phones with it
    for old orders:   read_all_orders; without it Shopify shows sixty days
    for who sold it:  read_users, on the plans Advanced and Plus

    What Shopify does not allow is named and left out. Open baskets are draft orders; a shopper's own cart is
    not shown to anybody. The first sync is an export that Shopify makes, which may take some minutes.
    """
    from assistant.shop import live
    from assistant.shop.shopify_api import address

    url = address(shop)
    ready(home)
    connection = live.Address("shopify", url, client_id)
    say_tried(live.connect(home, connection, secret("client secret", from_pipe=key_stdin)))
    click.echo("Connected. Next: assistant sync")
