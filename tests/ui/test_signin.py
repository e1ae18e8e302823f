"""Choosing who serves: by typing, by store, the last one first; a shop without names takes one."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from assistant.store import catalog, preferences
from assistant.store.database import Home, open_home
from assistant.ui.questions import Questions
from assistant.ui.signin import SignIn


@pytest.fixture
def sign_in(qtbot, look, questions):
    made = SignIn(look, questions)
    qtbot.addWidget(made)
    made.resize(900, 800)
    made.show()
    with qtbot.waitSignal(questions.idle):
        made.open()
    return made


@pytest.fixture
def empty(qtbot, look, home: Home):
    """Signing in at a shop that names nobody."""
    questions = Questions(home)
    made = SignIn(look, questions)
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(questions.idle):
        made.open()
    yield made, questions
    questions.close()


def shown(sign_in: SignIn) -> list[str]:
    return [sign_in.list.item(row).text() for row in range(sign_in.list.count())]


def test_names_stand_under_their_store(sign_in):
    assert shown(sign_in) == ["Harbour Street", "Owen Bright", "Priya Nair", "Mill Lane", "Lena Fischer"]


def test_typing_a_part_of_a_name_and_enter_signs_in(qtbot, sign_in):
    QTest.keyClicks(sign_in.field, "fis")
    assert shown(sign_in) == ["Mill Lane", "Lena Fischer"]
    with qtbot.waitSignal(sign_in.chosen) as chosen:
        QTest.keyClick(sign_in.field, Qt.Key.Key_Return)
    assert chosen.args[0].associate_id == "A3"


def test_the_arrows_pass_over_the_stores(qtbot, sign_in):
    for _ in range(2):
        QTest.keyClick(sign_in.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(sign_in.chosen) as chosen:
        QTest.keyClick(sign_in.field, Qt.Key.Key_Return)
    assert chosen.args[0].name == "Lena Fischer"


def test_who_signed_in_last_comes_first_the_next_time(qtbot, sign_in, questions, shop_home):
    QTest.keyClicks(sign_in.field, "priya")
    with qtbot.waitSignal(questions.idle):
        QTest.keyClick(sign_in.field, Qt.Key.Key_Return)
    with contextlib.closing(open_home(shop_home)) as connection:
        assert preferences.text(connection, "signed_in") == "A1"
    with qtbot.waitSignal(questions.idle):
        sign_in.open()
    assert shown(sign_in)[:2] == ["Last here", "Priya Nair"]


def test_a_name_nobody_has_signs_nobody_in(sign_in):
    opened = []
    sign_in.chosen.connect(opened.append)
    QTest.keyClicks(sign_in.field, "Zoltan")
    QTest.keyClick(sign_in.field, Qt.Key.Key_Return)
    assert shown(sign_in) == []
    assert opened == []


def test_a_shop_that_names_nobody_takes_a_name(qtbot, empty, home):
    sign_in, _questions = empty
    QTest.keyClicks(sign_in.field, "  Ada   Okoro ")
    with qtbot.waitSignal(sign_in.chosen) as chosen:
        QTest.keyClick(sign_in.field, Qt.Key.Key_Return)
    assert chosen.args[0].name == "Ada Okoro"
    with contextlib.closing(open_home(home)) as connection:
        assert [a.name for a in catalog.associates(connection)] == ["Ada Okoro"]


def test_no_name_is_no_sign_in(empty):
    sign_in, questions = empty
    QTest.keyClick(sign_in.field, Qt.Key.Key_Return)
    assert not questions.busy
