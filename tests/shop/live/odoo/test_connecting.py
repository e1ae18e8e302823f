"""An Odoo database, connected: how it is signed in to, and what is missing is said in one sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from assistant.errors import ShopError
from assistant.shop import live
from assistant.shop.calling import DeclinedError, RefusedError
from assistant.shop.odoo import Odoo
from assistant.store import secrets
from assistant.store.database import Home, open_home
from tests.shop.conftest import Ask
from tests.shop.live.fakes.odoo import Database
from tests.shop.live.odoo.conftest import Sync


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ("point_of_sale", "orders at the tills"),
        ("hr", "employees"),
        ("stock", "stock"),
        ("account", "credit notes"),
    ],
)
def test_an_app_that_is_not_installed_is_named_and_left_out(
    database: Database, connector: Odoo, sync: Sync, ask: Ask, app: str, said: str
) -> None:
    database.installed.discard(app)
    if app == "stock":
        database.installed.discard("point_of_sale")
    lamp = database.product("Lamp")
    database.order((lamp, 2))
    database.order((lamp, 1), state="sale")
    found = {check.name: check for check in connector.check()}
    assert "is not installed" in found[said].found
    assert [check.problem for check in found.values() if check.problem] == []
    sync()
    sync(often=True)
    assert ask("SELECT (SELECT count(*) FROM baskets), (SELECT count(*) FROM orders)") == [(1, 1)]


def test_tills_alone_are_a_shop(database: Database, connector: Odoo, sync: Sync, ask: Ask) -> None:
    database.installed.discard("sale")
    database.till_order((database.product("Lamp"), 2))
    checks = connector.check()
    assert [check.problem for check in checks if check.problem] == []
    assert not connector.can.write_line
    sync()
    assert ask("SELECT count(*) FROM baskets") == [(1,)]
    database.installed.discard("point_of_sale")
    nothing = Odoo(database.url, database.key)
    assert "neither the app Sales nor Point of Sale" in str([c.problem for c in nothing.check()])
    nothing.close()


def test_what_the_keys_user_may_not_is_named(database: Database, connector: Odoo) -> None:
    database.lacks |= {"pos.order", "mail.blacklist"}
    found = {check.name: check for check in connector.check()}
    assert "give them Point of Sale: User" in (found["orders at the tills"].problem or "")
    assert found["who wants no e-mail"].problem is None
    assert "left out" in found["who wants no e-mail"].found


def test_a_key_that_may_not_write_leaves_add_ons_to_the_till(database: Database, connector: Odoo) -> None:
    lamp = database.product("Lamp")
    order = database.order((lamp, 1))
    database.lacks.add("write:sale.order")
    found = {check.name: check for check in connector.check()}
    assert "at the till" in found["add-ons into quotations"].found
    assert not connector.can.write_line
    with pytest.raises(DeclinedError, match="may not change quotations"):
        connector.put_line(order, str(lamp), 2)


def test_a_server_that_asks_to_wait_is_asked_again(database: Database, sync: Sync, ask: Ask) -> None:
    database.product("Lamp")
    database.trouble = ["busy", "fine", "busy", "busy"]
    sync()
    assert ask("SELECT name FROM products") == [("Lamp",)]


def test_a_wrong_key_is_told_with_what_may_have_become_of_it(database: Database) -> None:
    with (
        contextlib.closing(Odoo(database.url, "guess")) as wrong,
        pytest.raises(RefusedError, match="end after three months") as told,
    ):
        wrong.check()
    assert "guess" not in str(told.value)


def test_one_of_several_databases_is_named(database: Database) -> None:
    database.database = "corner"
    with contextlib.closing(Odoo(database.url, database.key)) as unnamed, pytest.raises(ShopError):
        unnamed.check()
    with contextlib.closing(Odoo(f"{database.url}/odoo", database.key, database="corner")) as named:
        assert named.check()[0].found == "Corner Shop"


def test_connect_and_sync_by_the_front_door(
    database: Database, home: Home, ask: Ask, call: Callable[..., tuple[int, str]]
) -> None:
    database.product("Lamp")
    database.database = "corner"
    words = ("connect", "odoo", database.url, "--database", "corner", "--key-stdin")
    status, printed = call(*words, said="guess\n")
    assert (status, "does not accept the key" in printed) == (1, True)
    assert live.kind_of(home) == ""
    status, printed = call(*words, said=f"{database.key}\n")
    assert status == 0, printed
    assert "shop: Corner Shop\ncurrency: GBP\n" in printed
    assert database.key not in printed
    status, printed = call("connect", "--check")
    assert "products: 1" in printed
    status, printed = call("sync", "--progress", "none")
    assert status == 0, printed
    assert ask("SELECT name FROM products") == [("Lamp",)]
    with contextlib.closing(open_home(home)) as log:
        assert secrets.read(home, log, live.SECRET) == database.key
        assert database.key not in str(log.execute("SELECT * FROM preferences").fetchall())


def test_a_missing_right_connects_nothing(
    database: Database, home: Home, call: Callable[..., tuple[int, str]]
) -> None:
    database.lacks.add("sale.order")
    status, printed = call("connect", "odoo", database.url, "--key-stdin", said=f"{database.key}\n")
    assert (status, "give them Sales: User: All Documents" in printed) == (1, True)
    assert live.kind_of(home) == ""


def test_help_says_where_the_key_is_made(call: Callable[..., tuple[int, str]]) -> None:
    for kind, where in (("odoo", "New API Key"), ("woocommerce", "REST API, Add key")):
        status, printed = call("connect", kind, "--help")
        assert (status, where in " ".join(printed.split())) == (0, True)
