"""The shell of the window in both themes and both sizes: sign-in, search, first run, troubles, keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from assistant.store.basket_writes import Unsent
from assistant.store.database import Home
from assistant.ui.keysheet import KeySheet
from assistant.ui.made_up import made_up_shops
from assistant.ui.wording import tr
from tests.screens.conftest import SIZES, picture

THEMES = ("light", "dark")


def sign_in(shell) -> None:
    shell.window.sign_in.chosen.emit(shell.window.sign_in.people[0])
    shell.settle()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_sign_in(demo_home: Home, open_shell, theme, size):
    shell = open_shell(demo_home, theme, size)
    picture(shell.window, f"signin-{size[0]}-{theme}")
    assert len(shell.window.sign_in.people) == 10


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_search(qtbot, demo_home: Home, open_shell, theme, size):
    shell = open_shell(demo_home, theme, size)
    sign_in(shell)
    field = shell.window.bar.field
    shell.window.focus_field()
    QTest.keyClicks(field, "ard")
    qtbot.waitUntil(field.results.isVisible)
    picture(shell.window, f"search-{size[0]}-{theme}")
    assert [group.title for group in field.results.groups] == [
        tr(name) for name in ("Customers", "Baskets", "Products")
    ]


def test_search_for_digits_and_for_nothing(qtbot, demo_home: Home, open_shell):
    shell = open_shell(demo_home)
    sign_in(shell)
    field = shell.window.bar.field
    for text, name in (("960 11", "digits"), ("ardwen", "nothing")):
        shell.window.focus_field()
        QTest.keyClicks(field, text)
        qtbot.waitUntil(field.results.isVisible)
        picture(shell.window, f"search-{name}-light")
        field.close_results()


@pytest.mark.parametrize("theme", THEMES)
def test_first_run(home: Home, open_shell, theme):
    shell = open_shell(home, theme)
    shell.begin()
    QApplication.processEvents()
    picture(shell.window, f"firstrun-{theme}")
    shell._first.kinds.rows["vendure"].click()
    shell._first.form.more.click()
    QApplication.processEvents()
    picture(shell.window, f"firstrun-form-{theme}")
    shell._first.form.no.click()
    shell._first.kinds.rows["demo"].click()
    QApplication.processEvents()
    picture(shell.window, f"firstrun-demos-{theme}")
    shell._first._say(made_up_shops()[2].making)
    shell._first._show_work(working=True)
    QApplication.processEvents()
    picture(shell.window, f"firstrun-making-{theme}")


@pytest.mark.parametrize("theme", THEMES)
def test_where_this_counter_is(demo_home: Home, open_shell, theme):
    shell = open_shell(demo_home, theme)
    shell._shop_connected()
    shell.settle()
    picture(shell.window, f"placing-{theme}")


@pytest.mark.parametrize("theme", THEMES)
def test_a_sync_that_cannot_be_done(demo_home: Home, open_shell, theme):
    shell = open_shell(demo_home, theme)
    sign_in(shell)
    shell.standing.failed(
        "The folder /mnt/till/exports is not there. It may be on a drive that is not connected.", "other"
    )
    QApplication.processEvents()
    picture(shell.window, f"fault-{theme}")


@pytest.mark.parametrize("theme", THEMES)
def test_how_things_stand_with_the_shop(demo_home: Home, open_shell, theme):
    shell = open_shell(demo_home, theme)
    sign_in(shell)
    now = shell.session.now()
    unsent = (
        Unsent("Swift 128 GB SD card, V60", 1, "B-20418", now),
        Unsent("Clearline protective filter, 49 mm", 1, "B-20419", now),
        Unsent(
            "Trail tripod, carbon", 1, "B-20411", now - timedelta(hours=2), "The basket was paid meanwhile."
        ),
    )
    desk = shell.standing
    for name, trouble in (("offline", "unreached"), ("key-refused", "refused")):
        desk.failed("shop.example does not answer in time.", trouble)
        shell.settle()
        desk._counted(unsent, now)
        desk.press()
        shell.settle()
        picture(shell.window, f"{name}-{theme}")
        desk.sheet.leave()
    desk.press()
    desk.sheet.see.click()
    picture(shell.window, f"unsent-{theme}")


@pytest.mark.parametrize("theme", THEMES)
def test_all_keys(demo_home: Home, open_shell, theme):
    shell = open_shell(demo_home, theme)
    sheet = KeySheet(shell.look, shell.window)
    sheet.show()
    QApplication.processEvents()
    picture(sheet, f"keys-{theme}")
    sheet.close()


def test_large_text(demo_home: Home, open_shell):
    shell = open_shell(demo_home, "light", (1440, 900), 1.3)
    picture(shell.window, "signin-130-light")
    sign_in(shell)
    shell.window.open("basket", "B-20418")
    shell.settle()
    picture(shell.window, "counter-130-light")
