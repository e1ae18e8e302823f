"""The first administrator is asked for where a shop is and nobody looks after it; a demo can do without."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from assistant.store import access, preferences, staff
from assistant.store.database import Home, open_home
from assistant.ui.keeper import Keeper
from assistant.ui.shell import Shell


def put(home: Home, **values: object) -> None:
    with contextlib.closing(open_home(home)) as connection:
        for key, value in values.items():
            preferences.put(connection, key.replace("_", ".", 1), value)


@pytest.fixture
def start(qapp: QApplication, monkeypatch):
    opened: list[Shell] = []

    def begin(home: Home) -> Shell:
        shell = Shell(home, remember=False)
        opened.append(shell)
        monkeypatch.setattr(shell.upkeep, "begin", lambda: None)
        shell.window.show()
        shell.settle()
        shell.begin()
        shell.settle()
        return shell

    yield begin
    for shell in opened:
        shell.close()


@pytest.fixture
def shop_there(shop_home: Home) -> Home:
    put(shop_home, shop_kind="csv", recovery_shown=True)
    return shop_home


def asked(shell: Shell) -> Keeper:
    page = shell.window.pages.currentWidget()
    assert isinstance(page, Keeper)
    return page


def enter_new(keeper: Keeper, digits: str) -> None:
    for _ in range(2):
        QTest.keyClicks(keeper.pin.pad, digits)
        QTest.keyClick(keeper.pin.pad, Qt.Key.Key_Return)


def test_a_name_of_the_shop_and_a_pin_make_the_first_administrator(qtbot, start, shop_there):
    shell = start(shop_there)
    keeper = asked(shell)
    assert not keeper.later.isVisible()
    keeper.field.setText("owen bright")
    QTest.keyClick(keeper.field, Qt.Key.Key_Return)
    enter_new(keeper, "4820")
    qtbot.waitUntil(lambda: shell.window.pages.currentWidget() is shell.window.sign_in)
    with contextlib.closing(open_home(shop_there)) as connection:
        assert access.role_of(connection, "A2") == "administrator"
        assert access.permit(connection, "A2", "4820").associate_id == "A2"


def test_an_easy_pin_is_refused_in_words_and_another_is_asked_for(start, shop_there):
    shell = start(shop_there)
    keeper = asked(shell)
    QTest.keyClicks(keeper.field, "Hanna Olsen")
    QTest.keyClick(keeper.field, Qt.Key.Key_Return)
    enter_new(keeper, "1111")
    shell.settle()
    assert "tried first" in keeper.pin.said
    enter_new(keeper, "4820")
    shell.settle()
    with contextlib.closing(open_home(shop_there)) as connection:
        assert access.has_keeper(connection)


def test_no_name_goes_no_further(start, shop_there):
    keeper = asked(start(shop_there))
    QTest.keyClick(keeper.field, Qt.Key.Key_Return)
    assert keeper.field.isVisible()
    QTest.keyClick(keeper.field, Qt.Key.Key_Escape)
    assert keeper.field.isVisible(), "a real shop needs one"


def test_a_made_up_shop_can_do_without_and_is_not_asked_again(start, shop_there):
    put(shop_there, shop_made_up=True)
    shell = start(shop_there)
    QTest.keyClick(asked(shell).field, Qt.Key.Key_Escape)
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.sign_in
    shell.close()
    again = start(shop_there)
    assert again.window.pages.currentWidget() is again.window.sign_in


def test_a_shop_with_an_administrator_is_not_asked(start, shop_there):
    with contextlib.closing(open_home(shop_there)) as connection:
        staff.make_keeper(connection, "Owen Bright", "4820")
    shell = start(shop_there)
    assert shell.window.pages.currentWidget() is shell.window.sign_in
