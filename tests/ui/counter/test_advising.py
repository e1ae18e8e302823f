"""The adviser takes another model up between visits, never within one."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.learn import train
from assistant.store import copies, pairings
from assistant.store.database import Home, open_catalog, open_home
from assistant.ui.counter.advising import Adviser
from tests.learn.test_train import NOW, a_shop, quiet, sell


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Home:
    from assistant.store import schema

    home = Home(tmp_path_factory.mktemp("advised") / "home")
    schema.prepare(home)
    sell(home, a_shop(60))
    train(home, progress=quiet, now=NOW)
    return home


@pytest.fixture
def shop(learned: Home, tmp_path: Path) -> Home:
    return copies.duplicate(learned, tmp_path / "home")


def names(adviser: Adviser) -> str | None:
    return adviser.model.model_id if adviser.model else None


def test_another_model_is_taken_up_at_the_next_visit(shop: Home) -> None:
    adviser = Adviser(shop, lambda: datetime.now(UTC))
    with contextlib.closing(open_home(shop)) as connection:
        adviser.load(connection, "visit-1")
        first = names(adviser)
        second = train(shop, progress=quiet, now=NOW + timedelta(days=1)).model_id
        adviser.load(connection, "visit-1")
        assert names(adviser) == first != second
        adviser.forget()
        adviser.load(connection, "visit-1")
        assert names(adviser) == first, "not within a visit, even when the window hears of it"
        adviser.load(connection, "visit-2")
        assert names(adviser) == second


def test_a_model_that_comes_first_is_taken_up_at_once(shop: Home) -> None:
    with contextlib.closing(open_catalog(shop)) as catalog:
        row = pairings.installed(catalog)
        assert row is not None
        catalog.execute("DELETE FROM model")
    adviser = Adviser(shop, lambda: datetime.now(UTC))
    with contextlib.closing(open_home(shop)) as connection:
        adviser.load(connection, "visit-1")
        assert adviser.model is None
        with contextlib.closing(open_catalog(shop)) as catalog:
            pairings.use(catalog, row)
        adviser.load(connection, "visit-1")
        assert names(adviser) == row.model_id


def test_a_page_without_visits_looks_every_time(shop: Home) -> None:
    adviser = Adviser(shop, lambda: datetime.now(UTC))
    with contextlib.closing(open_home(shop)) as connection:
        adviser.load(connection)
        second = train(shop, progress=quiet, now=NOW + timedelta(days=1)).model_id
        adviser.load(connection)
        assert names(adviser) == second
