"""A WooCommerce shop played here, connected and synced."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest

from assistant.shop import calling, pull
from assistant.shop.pull import Pull
from assistant.shop.woocommerce import Key, WooCommerce
from assistant.store.database import Home
from tests.shop.live.fakes.woocommerce import Site

Sync = Callable[..., dict[str, int]]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    monkeypatch.setattr(calling.tenacity.nap.time, "sleep", lambda _seconds: None)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def connector(site: Site) -> Iterator[WooCommerce]:
    made = WooCommerce(site.url, Key(site.key, site.secret), country="GB")
    yield made
    made.close()


@pytest.fixture
def sync(home: Home, connector: WooCommerce) -> Sync:
    """Sync once; what was loaded."""
    puller = Pull(home, connector)
    return lambda often=False: puller.run(lambda *_: None, due_only=often).loaded


@pytest.fixture
def all_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits because it was looked at a moment ago."""
    monkeypatch.setattr(pull, "EVERY", dict.fromkeys(pull.EVERY, datetime.timedelta()))
