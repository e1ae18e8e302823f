"""Connecting a Shopify shop from the command line: the secret asked for, kept apart, never printed."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable

import pytest

from assistant import __main__ as front
from assistant.shop import live
from assistant.store import preferences, secrets
from assistant.store.database import Home, open_home
from tests.shop.conftest import Ask
from tests.shop.live.fakes.shopify import Shop

Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, home: Home, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the program in this process, with something on its standard input: exit status and all it said."""

    def run(*words: str, said: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(said))
        with pytest.raises(SystemExit) as left:
            front.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out + printed.err

    return run


def test_connect_check_and_sync(shop: Shop, home: Home, ask: Ask, call: Call) -> None:
    shop.product("Lamp")
    words = ("connect", "shopify", shop.url, "--client-id", shop.client_id, "--key-stdin")
    status, printed = call(*words, said="guess\n")
    assert (status, "does not accept the client ID and secret" in printed) == (1, True)
    assert live.kind_of(home) == ""
    status, printed = call(*words, said=f"{shop.secret}\n")
    assert status == 0, printed
    assert "shop: Lamp House, EUR\n" in printed
    assert shop.secret not in printed
    shop.scopes.remove("read_all_orders")
    status, printed = call("connect", "--check")
    assert "products: 1\n" in printed
    assert "orders: 0, of the last 60 days" in printed
    status, printed = call("sync", "--progress", "none")
    assert status == 0, printed
    assert ask("SELECT name FROM products") == [("Lamp",)]
    with contextlib.closing(open_home(home)) as log:
        assert secrets.read(home, log, live.SECRET) == shop.secret
        assert shop.secret not in str(log.execute("SELECT * FROM preferences").fetchall())
        assert preferences.text(log, "shop.user") == shop.client_id


def test_missing_scopes_connect_nothing_and_are_named(shop: Shop, home: Home, call: Call) -> None:
    shop.scopes.remove("read_orders")
    words = ("connect", "shopify", shop.url, "--client-id", shop.client_id, "--key-stdin")
    status, printed = call(*words, said=f"{shop.secret}\n")
    assert (status, "give it the scope read_orders" in printed) == (1, True)
    assert live.kind_of(home) == ""


def test_help_says_how_to_make_the_app(call: Call) -> None:
    status, printed = call("connect", "shopify", "--help")
    said = " ".join(printed.split())
    assert status == 0
    for words in ("Dev Dashboard", "read_products", "write_draft_orders", "read_all_orders", "sixty days"):
        assert words in said


def test_a_wrong_address_is_told_before_the_secret_is_asked_for(call: Call) -> None:
    status, printed = call("connect", "shopify", "https://lamps.example", "--client-id", "x")
    assert (status, "NAME.myshopify.com" in printed) == (1, True)
