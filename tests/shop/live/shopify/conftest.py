"""A Shopify shop that answers by its own schema, our side of it, and no waiting."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator

import pytest

from assistant.shop import pull
from assistant.shop.pull import Pull
from assistant.shop.shopify import App, Shopify
from assistant.store.database import Home
from tests.shop.live.fakes.shopify import Shop
from tests.shop.live.shopify.schema import schema

Sync = Callable[..., dict[str, int]]


@pytest.fixture
def shop() -> Iterator[Shop]:
    schema()
    made = Shop()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """What waits waits on the shop's own clock, and nothing waits because it was looked at a moment ago."""

    def sleep(seconds: float) -> None:
        if "shop" in request.fixturenames:
            request.getfixturevalue("shop").waited += seconds

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(pull, "EVERY", dict.fromkeys(pull.EVERY, datetime.timedelta()))


@pytest.fixture
def connector(shop: Shop) -> Iterator[Shopify]:
    made = Shopify(shop.url, App(shop.client_id, shop.secret), country="DE")
    yield made
    made.close()


@pytest.fixture
def sync(home: Home, connector: Shopify) -> Sync:
    """Sync once; what was loaded."""
    puller = Pull(home, connector)
    return lambda often=False: puller.run(lambda *_: None, due_only=often).loaded
