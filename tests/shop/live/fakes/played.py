"""The shops that are played here, of any kind in the same words."""

from __future__ import annotations

import random
from collections.abc import Callable

from assistant.shop.connector import Connector
from assistant.shop.odoo import Odoo
from assistant.shop.shopify import App, Shopify
from assistant.shop.woocommerce import Key, WooCommerce
from tests.shop.live.fakes import Fake
from tests.shop.live.fakes.odoo import Database
from tests.shop.live.fakes.shopify import Shop
from tests.shop.live.fakes.woocommerce import Site
from tests.shop.live.shopify.schema import schema

TROUBLES = ("busy", "lost", "twice")


class Played:
    """A shop of any kind in the same words: six products, and baskets that begin with the first."""

    def __init__(self, kind: str) -> None:
        self.fake: Fake
        self.connector: Connector
        self.kind = kind
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
