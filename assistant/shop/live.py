"""Live shops: connecting one once it proves usable, and building its connector from what was remembered."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass

from assistant.errors import ShopError
from assistant.shop.connector import Check, Connector
from assistant.shop.understanding import Understood
from assistant.store import mirror, preferences, secrets
from assistant.store.database import Connection, Home, open_catalog, open_home, transaction

SECRET = "shop"
KINDS = ("vendure", "tryton", "woocommerce", "odoo", "shopify")
"""The kinds of shop that are spoken to over the network."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a live shop is and how to sign in; without a user the secret is a key."""

    kind: str
    url: str
    user: str = ""
    channel: str = ""
    fields: Mapping[str, str] | None = None


def connect(home: Home, address: Address, secret: str) -> tuple[Check, ...]:
    """Make a live shop the shop of a home, once everything a sync needs could be read there.

    Raises ShopError, and then the connection stays as it was.
    """
    with contextlib.closing(open_home(home)) as log:
        country = preferences.text(log, "shop.country")
        fields = _fields(log) | dict(address.fields or {})
        with contextlib.closing(_build(address, fields, secret, country)) as connector:
            checks = connector.check()
        refused = [check.problem for check in checks if check.problem]
        if refused:
            raise ShopError(f"The shop was reached, but {'; '.join(refused)}.")
        former = (preferences.text(log, "shop.kind"), preferences.text(log, "shop.url"))
        if any(former) and former != (address.kind, address.url):
            with contextlib.closing(open_catalog(home)) as catalog:
                mirror.expect_another_shop(catalog)
        secrets.keep(home, log, SECRET, secret)
        chosen: dict[str, preferences.Value] = {
            "shop.kind": address.kind,
            "shop.url": address.url,
            "shop.user": address.user,
            "shop.channel": address.channel,
            "shop.writes": connector.can.write_line,
            "shop.name": preferences.text(log, "shop.name") or checks[0].found,
            **{f"shop.field.{name}": field for name, field in fields.items()},
        }
        with transaction(log):
            for key, value in chosen.items():
                preferences.put(log, key, value)
    return checks


def pair(key: str, its_secret: str) -> str:
    """A key and its secret as the one secret that is kept."""
    return f"{key}\n{its_secret}"


def check(home: Home) -> tuple[Check, ...]:
    """Try the connected shop; changes nothing."""
    with opened(home) as connector:
        return connector.check()


@contextlib.contextmanager
def opened(home: Home) -> Generator[Connector, None, None]:
    """The connector of the connected shop, closed at the end. Raises ShopError where none is connected."""
    with contextlib.closing(open_home(home)) as log:
        kind, url, user, channel, country = (
            preferences.text(log, f"shop.{key}") for key in ("kind", "url", "user", "channel", "country")
        )
        fields = _fields(log)
        secret = secrets.read(home, log, SECRET)
    if kind not in KINDS or not url:
        raise ShopError("No live shop is connected yet: `assistant connect --help` shows how.")
    if secret is None:
        raise ShopError("The shop's key is no longer kept on this computer; connect the shop again.")
    connector = _build(Address(kind, url, user, channel), fields, secret, country)
    try:
        yield connector
    finally:
        connector.close()


def kind_of(home: Home) -> str:
    """Which kind of shop is connected; empty = none."""
    with contextlib.closing(open_home(home)) as log:
        return preferences.text(log, "shop.kind")


def _fields(log: Connection) -> dict[str, str]:
    names = ("barcode", "cost", "consent", "salesperson")
    return {name: preferences.text(log, f"shop.field.{name}") for name in names}


def _build(address: Address, fields: Mapping[str, str], secret: str, country: str) -> Connector:
    return Understood(_connector(address, fields, secret, country), address.url)


def _connector(address: Address, fields: Mapping[str, str], secret: str, country: str) -> Connector:
    if address.kind == "woocommerce":
        from assistant.shop.woocommerce import Key, WooCommerce

        return WooCommerce(address.url, Key(*secret.split("\n", 1)), country=country)
    if address.kind == "tryton":
        from assistant.shop.tryton import Tryton

        return Tryton(address.url, secret, database=address.channel, country=country)
    if address.kind == "odoo":
        from assistant.shop.odoo import Odoo

        return Odoo(address.url, secret, database=address.channel, country=country)
    if address.kind == "shopify":
        from assistant.shop.shopify import App, Shopify

        return Shopify(address.url, App(address.user, secret), country=country)
    from assistant.shop import vendure

    login = vendure.Login(user=address.user, password=secret) if address.user else vendure.Login(key=secret)
    return vendure.Vendure(
        address.url, login, vendure.Fields(**fields), country=country, channel=address.channel
    )
