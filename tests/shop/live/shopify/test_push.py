"""Accepted add-ons in Shopify's draft orders: each once, everything else in them left as it was."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import pytest

from assistant.errors import ShopError
from assistant.shop.calling import DeclinedError
from assistant.shop.push import push
from assistant.shop.shopify import Shopify
from assistant.store import basket_writes, preferences, visits
from assistant.store.database import Home, open_home, transaction
from tests.shop.live.fakes.shopify import Shop
from tests.shop.live.shopify.conftest import Sync
from tests.shop.live.test_push import accept, offer


@dataclass
class Counter:
    """Somebody with a lamp in a draft, a bulb accepted with it."""

    draft: int
    lamp: int
    bulb: int
    visit: str
    suggestion: str


@pytest.fixture
def counter(home: Home, shop: Shop, sync: Sync) -> Counter:
    lamp, bulb = shop.product("Lamp"), shop.product("Bulb")
    draft = shop.draft((lamp, 1))
    sync()
    with contextlib.closing(open_home(home)) as log:
        with transaction(log):
            preferences.put(log, "shop.writes", True)
        visit, (suggestion,) = offer(log, f"D{draft}", str(bulb))
        accept(log, suggestion)
    return Counter(draft, lamp, bulb, visit, suggestion)


def state(home: Home, counter: Counter) -> tuple[str, str | None]:
    """Where the accepted add-on is by now, and why."""
    with contextlib.closing(open_home(home)) as log:
        write = basket_writes.of_visit(log, counter.visit)[counter.suggestion]
        return write.state, write.why


def test_an_accepted_add_on_is_in_the_draft_once_and_out_again_when_undone(
    counter: Counter, home: Home, shop: Shop, connector: Shopify
) -> None:
    assert push(home, connector).written == 1
    assert push(home, connector).written == 0
    assert shop.holds(counter.draft) == {counter.lamp: 1, counter.bulb: 1}
    with contextlib.closing(open_home(home)) as log:
        visits.undo(log, counter.suggestion, associate_id="1")
    assert push(home, connector).written == 1
    assert shop.holds(counter.draft) == {counter.lamp: 1}


@pytest.mark.parametrize("trouble", ["lost", "twice"])
def test_a_network_that_loses_or_repeats_adds_nothing_twice(
    counter: Counter, home: Home, shop: Shop, connector: Shopify, trouble: str
) -> None:
    connector.now()
    shop.trouble = ["fine", "fine", trouble]  # reading twice, then writing
    push(home, connector)
    assert shop.holds(counter.draft) == {counter.lamp: 1, counter.bulb: 1}
    push(home, connector)
    assert shop.holds(counter.draft) == {counter.lamp: 1, counter.bulb: 1}
    assert state(home, counter)[0] == "written"


def test_a_token_that_ends_before_the_write_is_renewed(
    counter: Counter, home: Home, shop: Shop, connector: Shopify
) -> None:
    connector.now()
    shop.tokens.clear()
    assert push(home, connector).written == 1
    assert shop.holds(counter.draft)[counter.bulb] == 1


def test_a_basket_that_was_paid_meanwhile_is_said(
    counter: Counter, home: Home, shop: Shop, connector: Shopify
) -> None:
    shop.complete(counter.draft)
    assert push(home, connector).refused == 1
    assert state(home, counter) == (
        "refused", "The basket is being paid or was paid; it cannot be changed any more.",
    )  # fmt: skip


def test_a_product_the_shop_no_longer_has_is_set_aside(
    counter: Counter, home: Home, shop: Shop, connector: Shopify
) -> None:
    del shop.rows["ProductVariant"][counter.bulb]
    assert push(home, connector).refused == 1
    assert state(home, counter) == ("refused", "Product is no longer available.")
    assert shop.holds(counter.draft) == {counter.lamp: 1}


def test_an_app_that_lost_the_scope_loses_no_add_on(
    counter: Counter, home: Home, shop: Shop, connector: Shopify
) -> None:
    shop.scopes.remove("write_draft_orders")
    shop.scopes.add("read_draft_orders")
    assert push(home, connector).waiting == 1
    shop.scopes.add("write_draft_orders")
    assert push(home, connector).written == 1


def test_everything_else_in_a_draft_is_written_back_as_it_was(shop: Shop, connector: Shopify) -> None:
    """A draft takes all its lines at once: what is not sent again is gone."""
    lamp, bulb = shop.product("Lamp"), shop.product("Bulb")
    others = [shop.product(f"Shade {n}") for n in range(70)]
    draft = shop.draft((lamp, 2), *((one, 1) for one in others))
    lines = shop.row("DraftOrder", draft)["lines"]
    lines[0] |= {
        "appliedDiscount": {"title": "Loyal", "description": "", "value": 10.0, "valueType": "PERCENTAGE"},
        "customAttributes": [{"key": "engraving", "value": "To Bo"}],
        "priceOverride": {"amount": "8.00", "currencyCode": "EUR"},
    }
    by_hand = {
        "uuid": "by-hand", "variant": None, "custom": True, "quantity": 3, "title": "Wrapping", "sku": None,
        "taxable": False, "requiresShipping": False, "weight": {"unit": "GRAMS", "value": 20.0},
        "components": [], "customAttributes": [], "price": "2.50",
    }  # fmt: skip
    lines.append(by_hand)
    before = shop.holds(draft)
    assert connector.put_line(f"D{draft}", str(bulb), 2).why is None
    assert shop.holds(draft) == {**before, bulb: 2}
    after = shop.row("DraftOrder", draft)["lines"]
    for name in ("appliedDiscount", "customAttributes", "priceOverride", "uuid"):
        assert after[0][name] == lines[0][name]
    wrapping = next(line for line in after if line.get("title") == "Wrapping")
    for name in ("uuid", "taxable", "requiresShipping", "weight", "quantity"):
        assert wrapping[name] == by_hand[name]
    assert wrapping["originalUnitPriceWithCurrency"] == {"amount": "2.50", "currencyCode": "EUR"}


def test_a_line_is_brought_to_a_number_and_never_below_the_customers_own(
    shop: Shop, connector: Shopify
) -> None:
    lamp, bulb = shop.product("Lamp"), shop.product("Bulb")
    draft = shop.draft((lamp, 1), (bulb, 1))
    assert connector.put_line(f"D{draft}", str(bulb), 3).there == 3
    assert connector.put_line(f"D{draft}", str(bulb), 3).there == 3
    assert connector.put_line(f"D{draft}", str(bulb), 1).there == 1
    assert shop.holds(draft) == {lamp: 1, bulb: 1}
    assert connector.quantity(f"D{draft}", str(bulb)) == 1


def test_what_cannot_be_written_back_whole_is_left_alone(shop: Shop, connector: Shopify) -> None:
    lamp, bulb = shop.product("Lamp"), shop.product("Bulb")
    bundle, gone = shop.draft((lamp, 1)), shop.draft((lamp, 1))
    shop.row("DraftOrder", bundle)["lines"][0]["components"] = [{"uuid": "part"}]
    del shop.rows["DraftOrder"][gone]
    assert "holds a bundle" in (connector.put_line(f"D{bundle}", str(bulb), 1).why or "")
    with pytest.raises(DeclinedError, match="no longer there"):
        connector.quantity(f"D{gone}", str(bulb))
    alone = shop.draft((bulb, 1))
    assert "without a line" in (connector.put_line(f"D{alone}", str(bulb), 0).why or "")
    assert shop.holds(alone) == {bulb: 1}


def test_a_shop_that_is_not_reached_is_asked_again_later(
    counter: Counter, home: Home, shop: Shop, connector: Shopify
) -> None:
    connector.now()
    shop.trouble = ["lost"] * 5
    assert push(home, connector).waiting == 1
    with pytest.raises(ShopError):
        shop.trouble = ["lost"] * 5
        connector.now()
    shop.trouble = []
    assert push(home, connector).written == 1
