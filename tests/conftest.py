"""What every test stands on: a home of its own, and a small shop whose truth lies in `tests.shops`."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tests never touch the keyring of whoever runs them.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# Threads that wait for each other take many times longer than the work where the computer is busy.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from argon2 import PasswordHasher

from assistant.store import pins, schema
from assistant.store.database import Connection, Home, open_catalog, open_home
from tests import shops


@pytest.fixture(autouse=True, scope="session")
def quick_pins() -> Iterator[None]:
    """PINs are tried in a millisecond: what makes a PIN slow to guess would make the tests slow."""
    kept, quick = pins._hasher, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    pins._hasher = lambda: quick
    yield
    pins._hasher = kept


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home, ready to use."""
    made = Home(tmp_path / "home")
    schema.prepare(made)
    return made


@pytest.fixture
def shop_home(home: Home) -> Home:
    """A home that holds the small shop."""
    with contextlib.closing(open_catalog(home)) as catalog:
        shops.fill(catalog)
    return home


@pytest.fixture
def shop(shop_home: Home) -> Iterator[Connection]:
    """The counter's connection to the small shop."""
    with contextlib.closing(open_home(shop_home)) as connection:
        yield connection


@pytest.fixture
def catalog(shop_home: Home) -> Iterator[Connection]:
    """The errand's connection to the small shop's catalog."""
    with contextlib.closing(open_catalog(shop_home)) as connection:
        yield connection


@pytest.fixture(scope="session")
def sales_data() -> Path:
    """The folder of real sales; tests that need it are skipped, in words, where it is not there."""
    named = os.environ.get("SALES_DATA", "")
    if not named or not Path(named).is_dir():
        pytest.skip("real sales are not here: set SALES_DATA to their folder")
    return Path(named)
