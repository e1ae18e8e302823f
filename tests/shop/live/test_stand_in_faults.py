"""A network that breaks between us and the shops that are played here: nothing is lost, nothing doubled."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator

import pytest

from assistant.errors import ShopError
from assistant.shop import calling
from assistant.shop.connector import Connector
from assistant.shop.odoo import Odoo
from assistant.shop.pull import Pull
from assistant.shop.push import push
from assistant.shop.shopify import App, Shopify
from assistant.shop.woocommerce import Key, WooCommerce
from assistant.store import preferences, visits
from assistant.store.database import Home, open_home, transaction
from tests.shop.conftest import Ask
from tests.shop.live.fakes import Fake
from tests.shop.live.fakes.odoo import Database
from tests.shop.live.fakes.shopify import Shop
from tests.shop.live.fakes.woocommerce import Site
from tests.shop.live.shopify.schema import schema
from tests.shop.live.test_push import accept, offer

pytestmark = pytest.mark.slow

STEPS = 60
TROUBLES = ("busy", "lost", "twice")


class Played:
    """A shop of any kind in the same words: six products, and baskets that begin with the first."""

    def __init__(self, kind: str) -> None:
        self.fake: Fake
        self.connector: Connector
        if kind == "woocommerce":
            site = Site()
            self.fake, self.connector = site, WooCommerce(site.url, Key(site.key, site.secret))
            self.products = [site.product(f"Lamp {n}") for n in range(6)]
            self.opened: Callable[[], str] = lambda: str(site.order((self.products[0], 1)))
            self.holds: Callable[[str], dict[int, float]] = lambda one: dict(site.lies_in(int(one)))
        elif kind == "shopify":
            schema()
            shop = Shop()
            self.fake, self.connector = shop, Shopify(shop.url, App(shop.client_id, shop.secret))
            self.products = [shop.product(f"Lamp {n}") for n in range(6)]
            self.opened = lambda: f"D{shop.draft((self.products[0], 1))}"
            self.holds = lambda one: {int(v): n for v, n in shop.holds(int(one[1:])).items()}
        else:
            database = Database()
            self.fake, self.connector = database, Odoo(database.url, database.key)
            self.products = [database.product(f"Lamp {n}") for n in range(6)]
            self.opened = lambda: database.order((self.products[0], 1))
            self.holds = database.lies_in

    def breaks(self, chance: random.Random, requests: int) -> int:
        """What befalls the next requests; how many of them are in trouble."""
        self.fake.trouble = [chance.choice((*TROUBLES, *["fine"] * 4)) for _ in range(requests)]
        return sum(one != "fine" for one in self.fake.trouble)

    def close(self) -> None:
        self.connector.close()
        self.fake.close()


@pytest.fixture(params=["woocommerce", "odoo", "shopify"])
def played(request: pytest.FixtureRequest) -> Iterator[Played]:
    made = Played(request.param)
    yield made
    made.close()


def test_each_accepted_add_on_is_in_its_basket_once_whatever_breaks(
    played: Played, home: Home, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling.tenacity.nap.time, "sleep", lambda _seconds: None)
    chance = random.Random(11)
    puller = Pull(home, played.connector)
    puller.run(lambda *_: None)
    wanted: dict[str, dict[int, float]] = {}
    shown: list[tuple[str, int, str]] = []  # basket, product, suggestion; each accepted or undone
    met = failed = 0
    with contextlib.closing(open_home(home)) as log:
        with transaction(log):
            preferences.put(log, "shop.writes", True)
        for _ in range(STEPS):
            met += played.breaks(chance, 20)
            if chance.random() < 0.2 or not wanted:
                basket = played.opened()
                wanted[basket] = {played.products[0]: 1}
            with contextlib.suppress(ShopError):
                puller.run(lambda *_: None, due_only=True)
            known = [b for (b,) in ask("SELECT basket_id FROM baskets")]
            if shown and chance.random() < 0.3:
                basket, product, suggestion = shown.pop(chance.randrange(len(shown)))
                visits.undo(log, suggestion, associate_id="1")
                wanted[basket][product] -= 1
            elif known:
                basket, product = chance.choice(known), chance.choice(played.products[1:])
                _, (suggestion,) = offer(log, basket, str(product))
                accept(log, suggestion)
                shown.append((basket, product, suggestion))
                wanted[basket][product] = wanted[basket].get(product, 0) + 1
            met += played.breaks(chance, 9)
            failed += push(home, played.connector).waiting > 0
        played.fake.trouble = []
        while (left := push(home, played.connector)).waiting:
            assert left.waiting < STEPS
        puller.run(lambda *_: None)
    assert met > STEPS
    assert failed
    for basket, products in wanted.items():
        there = {product: number for product, number in products.items() if number}
        assert played.holds(basket) == there
        lines = ask(
            "SELECT product_id, sum(quantity) FROM basket_lines WHERE basket_id = ? GROUP BY 1", basket
        )
        assert {int(product): number for product, number in lines} == there
