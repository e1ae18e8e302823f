"""Pairings written into an Odoo database as optional products, and never taken for its people's word."""

from __future__ import annotations

import contextlib

import pytest

from assistant.shop import giving, live
from assistant.shop.calling import DeclinedError
from assistant.shop.live import Address
from assistant.shop.odoo import Odoo
from assistant.store.database import Home, open_home
from tests.shop.live.fakes.odoo import Database
from tests.shop.live.odoo.conftest import Sync


def optional(database: Database, product: int) -> list[int]:
    return list(database.rows["product.template"][database.template(product)]["optional_product_ids"])


def test_optional_products_are_linked_beside_those_that_are(database: Database, connector: Odoo) -> None:
    lamp, bulb, shade = (database.product(name) for name in ("Lamp", "Bulb", "Shade"))
    large, small = database.variants("Shirt", 20.0, [(), ()])
    database.change(
        "product.template", database.template(lamp), optional_product_ids=[database.template(shade)]
    )
    wanted = {str(lamp): [str(bulb), str(shade), str(small), "987654"], "987654": [str(lamp)]}
    (told,) = connector.put_links(wanted)
    assert set(told) == {(str(lamp), str(one)) for one in (bulb, large, small)}
    assert optional(database, lamp) == [database.template(one) for one in (shade, bulb, small)]
    assert [*connector.put_links(wanted)] == []


def test_what_was_written_from_here_does_not_come_back(home: Home, database: Database, sync: Sync) -> None:
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    live.connect(home, Address("odoo", database.url), database.key)
    sync()
    assert giving.give(home, {str(lamp): [str(bulb)]}, None, lambda *_: None) == 1
    sync()
    with contextlib.closing(open_home(home)) as connection:
        assert connection.execute("SELECT count(*) FROM links").fetchone() == (0,)
    database.change(
        "product.template", database.template(bulb), optional_product_ids=[database.template(lamp)]
    )
    sync()
    with contextlib.closing(open_home(home)) as connection:
        assert connection.execute("SELECT * FROM links").fetchall() == [(str(bulb), str(lamp), "accessory")]


def test_a_key_that_may_not_change_products_is_told_so(database: Database, connector: Odoo) -> None:
    lamp, bulb = database.product("Lamp"), database.product("Bulb")
    database.lacks.add("write:product.template")
    with pytest.raises(DeclinedError, match="may not change products"):
        list(connector.put_links({str(lamp): [str(bulb)]}))
    assert optional(database, lamp) == []
