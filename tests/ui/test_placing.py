"""A shop with several stores has just been connected: in which of them this counter stands is asked once."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from assistant.records import Associate
from assistant.store import preferences
from assistant.store.database import Home, open_catalog, open_home, transaction
from assistant.ui.placing import Placing
from assistant.ui.shell import Shell


@pytest.fixture
def connected(qapp: QApplication, shop_home: Home, monkeypatch):
    """The window at the moment when its shop has been connected and read."""
    opened: list[Shell] = []

    def begin() -> Shell:
        with contextlib.closing(open_home(shop_home)) as log:
            for key, value in {"shop.kind": "csv", "keeper.asked": True, "recovery.shown": True}.items():
                preferences.put(log, key, value)
        shell = Shell(shop_home, remember=False)
        opened.append(shell)
        monkeypatch.setattr(shell.upkeep, "begin", lambda: None)
        shell.window.show()
        shell._shop_connected()
        shell.settle()
        return shell

    yield begin
    for shell in opened:
        shell.close()


@pytest.mark.parametrize(
    ("key", "store", "name"), [("2", "S2", "Mill Lane"), ("3", "S1", "Harbour Street")], ids=["one", "moves"]
)
def test_the_store_is_chosen_by_its_digit_or_left_to_who_signs_in(connected, key, store, name):
    shell = connected()
    page = shell.window.pages.currentWidget()
    assert isinstance(page, Placing)
    assert [row.text() for row in page.stores.rows.values()] == ["Harbour Street", "Mill Lane", "It moves"]
    QTest.keyClicks(page, key)
    shell.window.scanner.release()
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.sign_in
    shell.window.sign_in.chosen.emit(Associate("A1", "Priya Nair", "S1"))
    shell.settle()
    assert (shell.session.store_id, shell.session.store_name) == (store, name)


def test_enter_takes_the_row_that_has_the_focus(connected, shop_home):
    shell = connected()
    page = shell.window.pages.currentWidget()
    QTest.keyClick(page.stores.rows["S2"], Qt.Key.Key_Return)
    shell.settle()
    with contextlib.closing(open_home(shop_home)) as log:
        assert preferences.text(log, "counter.store") == "S2"


def test_where_there_is_one_store_nothing_is_asked(connected, shop_home):
    with contextlib.closing(open_catalog(shop_home)) as catalog, transaction(catalog):
        catalog.execute("DELETE FROM stores WHERE store_id <> 'S1'")
    shell = connected()
    assert shell.window.pages.currentWidget() is shell.window.sign_in
