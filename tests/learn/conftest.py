"""What learning is tried on: one thread, as small fits wait for a second one, and a demo shop made once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from threadpoolctl import threadpool_limits

from assistant.shop.demo import make
from assistant.store.database import Home


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """No test here is long enough for a second thread to be worth starting."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo shop before its first training."""
    home = Home(tmp_path_factory.mktemp("demo") / "home")
    make(home, today=date(2026, 6, 14), learn=lambda made: None)
    return home
