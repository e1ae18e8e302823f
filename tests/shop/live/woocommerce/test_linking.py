"""Pairings written into a WooCommerce shop: beside what its people named, and never taken for their word."""

from __future__ import annotations

import contextlib

import pytest

from assistant.errors import AccessError, InputError
from assistant.shop import giving, live
from assistant.shop.calling import DeclinedError
from assistant.shop.live import Address
from assistant.shop.woocommerce import WooCommerce
from assistant.store import access, given, staff
from assistant.store.database import Home, open_home
from tests.shop.live.fakes.woocommerce import Site
from tests.shop.live.woocommerce.conftest import Sync


def links(home: Home) -> set[tuple[str, str, str]]:
    with contextlib.closing(open_home(home)) as connection:
        return set(connection.execute("SELECT product_id, linked_id, kind FROM links").fetchall())


def quiet(what: str, done: int, total: int | None) -> None:
    """Nobody listens."""


def connected(home: Home, site: Site) -> None:
    live.connect(home, Address("woocommerce", site.url), live.pair(site.key, site.secret))


def test_what_goes_with_a_product_is_named_beside_what_was_named(site: Site, connector: WooCommerce) -> None:
    lamp, bulb, shade, plug = (site.product(name) for name in ("Lamp", "Bulb", "Shade", "Plug"))
    site.change(lamp, cross_sell_ids=[shade])
    wanted = {str(lamp): [str(bulb), str(shade), "gone", str(lamp)], "gone": [str(bulb)]}
    assert [*connector.put_links(wanted)] == [((str(lamp), str(bulb)),)]
    assert site.products[lamp]["cross_sell_ids"] == [shade, bulb]
    assert [*connector.put_links(wanted)] == []
    first = connector.put_links({str(bulb): [str(plug)]})
    assert next(first) == ((str(bulb), str(plug)),)
    first.close()
    assert site.products[bulb]["cross_sell_ids"] == [], "told, and not yet written"


def test_variations_are_named_together(site: Site, connector: WooCommerce) -> None:
    shirt, belt = site.product("Shirt", kind="variable"), site.product("Belt")
    small, large = (site.variation(shirt, "20.00", Size=size) for size in "SL")
    (told,) = connector.put_links({str(small): [str(belt)], str(large): [str(belt)]})
    assert set(told) == {(str(small), str(belt)), (str(large), str(belt))}
    assert site.products[shirt]["cross_sell_ids"] == [belt]


def test_what_was_written_from_here_is_never_the_shops_own_word(home: Home, site: Site, sync: Sync) -> None:
    lamp, bulb, shade = (site.product(name) for name in ("Lamp", "Bulb", "Shade"))
    site.change(lamp, cross_sell_ids=[shade])
    connected(home, site)
    sync()
    own = {(str(lamp), str(shade), "accessory")}
    assert links(home) == own
    wanted = {str(lamp): [str(bulb), str(shade)]}
    assert giving.give(home, wanted, None, quiet) == 1
    assert giving.give(home, wanted, None, quiet) == 0
    assert site.products[lamp]["cross_sell_ids"] == [shade, bulb]
    sync()
    assert links(home) == own
    with contextlib.closing(open_home(home)) as connection:
        assert given.pairs(connection) == {(str(lamp), str(bulb))}


def test_it_is_a_managers_word(home: Home, site: Site) -> None:
    lamp, bulb = site.product("Lamp"), site.product("Bulb")
    connected(home, site)
    with contextlib.closing(open_home(home)) as connection:
        keeper = staff.make_keeper(connection, "Hanna Olsen", "4820")
        permit = access.permit(connection, keeper.associate_id, "4820", right="content")
    with pytest.raises(AccessError):
        giving.give(home, {str(lamp): [str(bulb)]}, None, quiet)
    assert site.products[lamp]["cross_sell_ids"] == []
    assert giving.give(home, {str(lamp): [str(bulb)]}, permit, quiet) == 1


def test_a_key_that_may_only_read_is_told_so(site: Site, connector: WooCommerce) -> None:
    lamp, bulb = site.product("Lamp"), site.product("Bulb")
    site.may.discard("write")
    with pytest.raises(DeclinedError, match="may only read"):
        list(connector.put_links({str(lamp): [str(bulb)]}))


def test_a_shop_without_such_a_field_says_what_to_do(
    home: Home, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(home, site)
    can = WooCommerce.can.fget
    monkeypatch.setattr(WooCommerce, "can", property(lambda self: _without(can(self))))  # type: ignore[misc]
    with pytest.raises(InputError, match="export-pairings FILE"):
        giving.give(home, {}, None, quiet)


def _without(can):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(can, write_links=False)
