"""One sync and what follows it: orders go into the figures, and a watch waits between two looks."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import UTC, datetime

import pytest

from assistant.shop import csv_folder, syncing
from assistant.shop.syncing import _Live
from assistant.store import counting, preferences
from assistant.store.database import Home, open_catalog, open_home, stamp, transaction
from tests.shop import folders

ORDERS = 450


class Told:
    """How far it was said to be; `until`: who cancels when this is done."""

    def __init__(self, until: str = "") -> None:
        self.lines: list[tuple[str, int, int | None]] = []
        self._until = until

    def __call__(self, what: str, done: int, total: int | None) -> None:
        self.lines.append((what, done, total))
        if what == self._until:
            raise KeyboardInterrupt

    @property
    def last(self) -> dict[str, tuple[int, int | None]]:
        return {what: (done, total) for what, done, total in self.lines}


@pytest.fixture
def shop(home: Home, tmp_path) -> Home:
    """A home with a folder of some hundred orders connected."""
    csv_folder.connect_csv(home, folders.write(tmp_path / "shop", order_lines=folders.many_lines(ORDERS, 2)))
    return home


def _sync(home: Home, told: Told):
    with syncing.opened(home) as syncer:
        return syncer.once(told, often=False)


def test_orders_go_into_the_figures_and_it_says_how_far(shop):
    told = Told()
    result = _sync(shop, told)
    assert result.counted == ORDERS
    assert result.counting_seconds > 0
    assert told.last["Taking up receipts"] == (ORDERS, ORDERS)
    done, total = told.last["Summing days"]
    assert done == total == 28
    steps = Counter(what for what, _, _ in told.lines)
    assert steps["Taking up receipts"] == 3, "two hundred at a time, each once"
    assert "Judging receipts" not in steps, "what was looked at just now is not looked at again"
    assert _sync(shop, Told()).counted == 0


def test_what_is_learned_later_judges_the_receipts_and_says_how_far(shop):
    _sync(shop, Told())
    with contextlib.closing(open_catalog(shop)) as catalog, transaction(catalog):
        catalog.execute("INSERT INTO pairings VALUES ('P0', 'P1', 10, 40, 0.25, 2.0, 35, NULL, NULL)")
    told = Told()
    assert counting.count(shop, told).orders == ORDERS
    assert [line for line in told.lines if line[0] == "Judging receipts"] == [
        ("Judging receipts", done, ORDERS) for done in (0, 200, 400)
    ]


@pytest.mark.parametrize("step", ["Taking up receipts", "Summing days"])
def test_it_may_be_cancelled_there_and_goes_on_at_the_next_sync(shop, step):
    with pytest.raises(KeyboardInterrupt):
        _sync(shop, Told(until=step))
    with contextlib.closing(open_home(shop)) as log:
        assert log.execute("SELECT count(*) FROM orders").fetchone() == (ORDERS,)
    told = Told()
    _sync(shop, told)
    with contextlib.closing(open_home(shop)) as log:
        assert log.execute("SELECT count(*) FROM receipts").fetchone() == (ORDERS,)
        assert log.execute("SELECT count(*) FROM open_days").fetchone() == (0,)


def test_who_asks_for_a_look_ends_the_pause_once(home: Home):
    watch = _Live(home, connector=None)
    with contextlib.closing(open_home(home)) as log:
        preferences.put(log, "shop.asked_at", stamp(datetime.now(UTC)))
    assert watch.pause(600) is True
    assert watch.pause(0.3) is False
