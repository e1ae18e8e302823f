"""One real Vendure shop for all the tests that sync with one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.shop.vendure import Login, Vendure
from tests.shop.live import vendure


@pytest.fixture(scope="session")
def vendure_shop() -> Iterator[vendure.Shop]:
    """A running Vendure shop with its sample catalog; skips in words where it cannot be had."""
    with vendure.running() as shop:
        yield shop


@pytest.fixture
def connector(vendure_shop: vendure.Shop) -> Iterator[Vendure]:
    """Our side of it."""
    made = Vendure(
        vendure_shop.url, Login(user=vendure_shop.user, password=vendure_shop.password), country="GB"
    )
    yield made
    made.close()
