"""The window at a real shop: what is accepted here is in the shopper's basket within two seconds, once."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from assistant.records import Associate
from assistant.shop import live
from assistant.store import preferences
from assistant.store.database import Home, open_catalog, open_home, transaction
from assistant.ui.shell import Shell
from tests.shop.live import vendure

pytestmark = pytest.mark.slow

WITHIN = 2.0  # seconds, from the key to the shopper's basket
SEEN_WITHIN = 3.0 + 1.0  # a basket is looked for every three seconds


@pytest.fixture
def shell(home: Home, vendure_shop: vendure.Shop, qtbot: QtBot) -> Iterator[Shell]:
    """The whole window on a home that is connected to the shop, with its watch running."""
    live.connect(home, live.Address("vendure", vendure_shop.url, vendure_shop.user), vendure_shop.password)
    with contextlib.closing(open_home(home)) as log, transaction(log):
        preferences.put(log, "recovery.shown", True)
        preferences.put(log, "keeper.asked", True)
    made = Shell(home, remember=False)
    made.window.resize(1440, 900)
    made.window.show()
    made.settle()
    made.begin()
    yield made
    made.close()


def until(qtbot: QtBot, true: Callable[[], bool], seconds: float) -> float:
    """Wait for something to hold; after how many seconds it did."""
    began = time.monotonic()
    qtbot.waitUntil(true, timeout=round(seconds * 1_000))
    return time.monotonic() - began


def test_from_the_shoppers_basket_to_the_window_and_back(
    shell: Shell, home: Home, vendure_shop: vendure.Shop, qtbot: QtBot
) -> None:
    laptop, addon = vendure_shop.variant("L2201308"), vendure_shop.variant("L2201516")
    synced: list[bool] = []
    shell.upkeep.synced.connect(lambda: synced.append(True))
    qtbot.waitUntil(lambda: bool(synced), timeout=600_000)
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute("INSERT OR IGNORE INTO links VALUES (?, ?, 'accessory')", (laptop, addon))
    shopper = vendure_shop.shopper()
    code = shopper.takes(laptop)

    def there() -> bool:
        with contextlib.closing(open_home(home)) as log:
            return log.execute("SELECT 1 FROM baskets WHERE basket_id = ?", (code,)).fetchone() is not None

    until(qtbot, there, SEEN_WITHIN + 5)
    shell.window.sign_in.chosen.emit(Associate("1", "Super Admin", None))
    shell.settle()
    shell.window.open("basket", code)
    shell.settle()
    page = shell.window.counter
    qtbot.waitUntil(lambda: page.desk.rows.rowCount() > 0, timeout=600_000)
    row = next(r for r in page.desk.rows.rows if r.suggestion.product.product_id == addon)
    page.list.choose(page.desk.rows.place(row.key))
    QTest.keyClick(page.list, "a")
    shell.window.scanner.release()
    until(qtbot, lambda: shopper.sees().get(addon) == 1, WITHIN + 5)
    qtbot.waitUntil(lambda: page.desk.rows.rows[row.number - 1].till == "written", timeout=600_000)
    assert shopper.sees() == {laptop: 1, addon: 1}
