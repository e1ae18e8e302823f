"""An Odoo database played here, connected and synced."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest

from assistant.shop import calling, odoo_api, pull
from assistant.shop.odoo import Odoo
from assistant.shop.pull import Pull
from assistant.store.database import Home
from tests.shop.live.fakes.odoo import Database

Sync = Callable[..., dict[str, int]]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once, and nothing waits because it was looked at a moment ago."""
    monkeypatch.setattr(calling.tenacity.nap.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(pull, "EVERY", dict.fromkeys(pull.EVERY, datetime.timedelta()))


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


@pytest.fixture
def connector(database: Database) -> Iterator[Odoo]:
    made = Odoo(database.url, database.key, country="GB")
    yield made
    made.close()


@pytest.fixture
def sync(home: Home, connector: Odoo) -> Sync:
    """Sync once; what was loaded."""
    puller = Pull(home, connector)
    return lambda often=False: puller.run(lambda *_: None, due_only=often).loaded


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("odoo_goods", "odoo_sales", "odoo"):
        monkeypatch.setattr(f"assistant.shop.{name}.PAGE", 10)
    monkeypatch.setattr(odoo_api, "_SOME", 7)
