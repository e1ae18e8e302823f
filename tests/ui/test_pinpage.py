"""Signing in with a PIN, locking, and coming back: by keys alone, and with nothing of a customer in view."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from assistant.store import pins, preferences
from assistant.store.database import Home, open_home
from assistant.ui.idlelock import IdleLock
from assistant.ui.pinpad import PinKey
from assistant.ui.shell import Shell
from assistant.ui.signin import SignIn


@pytest.fixture
def with_pins(shop_home: Home) -> Home:
    """Priya has a PIN, Owen one that was given to him, Lena none."""
    with contextlib.closing(open_home(shop_home)) as connection:
        pins.put(connection, "A1", "4820", temporary=False)
        pins.put(connection, "A2", "7391", temporary=True)
    return shop_home


@pytest.fixture
def sign_in(qtbot, look, questions, with_pins):
    made = SignIn(look, questions)
    qtbot.addWidget(made)
    made.resize(900, 800)
    made.show()
    with qtbot.waitSignal(questions.idle):
        made.open()
    return made


@pytest.fixture
def shell(qapp: QApplication, with_pins: Home):
    made = Shell(with_pins, remember=False)
    made.window.show()
    made.settle()
    yield made
    made.close()


def choose(qtbot, sign_in: SignIn, questions, name: str) -> None:
    QTest.keyClicks(sign_in.field, name)
    with qtbot.waitSignal(questions.idle):
        QTest.keyClick(sign_in.field, Qt.Key.Key_Return)


def enter(qtbot, sign_in: SignIn, questions, digits: str) -> None:
    with qtbot.waitSignal(questions.idle):
        QTest.keyClicks(sign_in.pin.pad, digits)


def enter_new(sign_in: SignIn, digits: str) -> None:
    QTest.keyClicks(sign_in.pin.pad, digits)
    QTest.keyClick(sign_in.pin.pad, Qt.Key.Key_Return)


def texts(window: QWidget) -> str:
    labels = (w.text() for w in window.findChildren(QWidget) if w.isVisible() and hasattr(w, "text"))
    return "\n".join(str(text) for text in labels)


def test_who_has_a_pin_is_asked_for_it_and_the_last_digit_opens(qtbot, sign_in, questions):
    opened = []
    sign_in.chosen.connect(opened.append)
    choose(qtbot, sign_in, questions, "priya")
    assert opened == []
    assert sign_in.pin.prompt == "Enter your PIN"
    with qtbot.waitSignal(sign_in.chosen):
        QTest.keyClicks(sign_in.pin.pad, "4820")
    assert [one.name for one in opened] == ["Priya Nair"]


def test_who_has_none_signs_in_as_before(qtbot, sign_in, questions):
    with qtbot.waitSignal(sign_in.chosen) as chosen:
        choose(qtbot, sign_in, questions, "lena")
    assert chosen.args[0].associate_id == "A3"


def test_digits_by_touch_and_the_last_one_taken_back(qtbot, sign_in, questions):
    choose(qtbot, sign_in, questions, "priya")
    keys = sign_in.pin.pad.keys
    for key in ("4", "8", "9", "back", "2"):
        keys[key].click()
    with qtbot.waitSignal(sign_in.chosen):
        keys["0"].click()


def test_a_wrong_pin_is_said_and_the_fifth_one_waits(qtbot, sign_in, questions, with_pins):
    choose(qtbot, sign_in, questions, "priya")
    enter(qtbot, sign_in, questions, "4821")
    assert sign_in.pin.said == "That is not the PIN. 4 tries are left."
    for _ in range(4):
        enter(qtbot, sign_in, questions, "4821")
    assert "Try again in 0:" in sign_in.pin.said
    assert not sign_in.pin.pad.isEnabled()
    choose_again = SignIn(sign_in._look, questions)
    qtbot.addWidget(choose_again)
    with qtbot.waitSignal(questions.idle):
        choose_again.open()
    choose(qtbot, choose_again, questions, "priya")
    assert "Try again in 0:" in choose_again.pin.said, "another window waits as well"


def test_a_given_pin_is_good_for_choosing_ones_own(qtbot, sign_in, questions, with_pins):
    choose(qtbot, sign_in, questions, "owen")
    assert sign_in.pin.prompt == "Enter the PIN you were given"
    enter(qtbot, sign_in, questions, "7391")
    assert sign_in.pin.prompt == "Choose a PIN, then Enter"
    enter_new(sign_in, "91570")
    enter_new(sign_in, "91571")
    assert "not the same" in sign_in.pin.said
    enter_new(sign_in, "91570")
    with qtbot.waitSignal(sign_in.chosen):
        enter_new(sign_in, "91570")
    with contextlib.closing(open_home(with_pins)) as connection:
        assert pins.state(connection, "A2") == pins.PinState(5)


def test_an_easy_pin_is_refused_in_words_and_another_is_asked_for(qtbot, sign_in, questions):
    choose(qtbot, sign_in, questions, "owen")
    enter(qtbot, sign_in, questions, "7391")
    enter_new(sign_in, "1234")
    with qtbot.waitSignal(questions.idle):
        enter_new(sign_in, "1234")
    assert "tried first" in sign_in.pin.said
    assert sign_in.pin.prompt == "Choose a PIN, then Enter"


def test_someone_else_goes_back_to_the_names(qtbot, sign_in, questions):
    choose(qtbot, sign_in, questions, "priya")
    with qtbot.waitSignal(questions.idle):
        QTest.keyClick(sign_in.pin.pad, Qt.Key.Key_Escape)
    assert sign_in.field.isVisible()


def test_the_keys_of_the_pad_have_names(sign_in):
    names = [key.accessibleName() for key in sign_in.pin.pad.findChildren(PinKey)]
    assert names == [*"1234567890", "Take the last digit back"]


def unlock(shell: Shell) -> None:
    shell.window.sign_in.chosen.emit(next(a for a in shell.window.sign_in.people if a.name == "Priya Nair"))
    shell.settle()


def test_locking_asks_the_same_person_back_and_keeps_the_visit(qtbot, shell):
    unlock(shell)
    shell.window.open("basket", "B-20418")
    shell.settle()
    assert "Maren Oduya" in texts(shell.window)
    QTest.keyClick(shell.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    shell.settle()
    assert "Maren" not in texts(shell.window)
    assert shell.window.bar.field.text() == ""
    assert "Locked at" in shell.window.sign_in.pin.said
    QTest.keyClicks(shell.window.sign_in.pin.pad, "4820")
    qtbot.waitUntil(lambda: shell.session.associate is not None)
    shell.settle()
    assert "Maren Oduya" in texts(shell.window)


def test_locking_takes_customers_out_of_settings_and_the_search_too(qtbot, shell, with_pins):
    with contextlib.closing(open_home(with_pins)) as connection:
        connection.execute("INSERT INTO roles VALUES ('A1', 'administrator')")
    unlock(shell)
    shell.window.show_page("settings")
    shell.settle()
    page = shell.window.settings
    page.desk.permits.open_up("A1", "4820")
    shell.settle()
    page.do("erase")
    shell.settle()
    page.acts.erasing._look_at("C-10412")
    shell.settle()
    assert "Erase Maren Oduya?" in texts(shell.window)
    page.acts.erasing._look_at("C-10412")
    shell.window.lock()
    shell.settle()
    assert "Maren" not in texts(shell.window)
    assert shell.window.settings.desk._session.permit is None
    everywhere = (w.text() for w in page.findChildren(QLabel))
    assert not [text for text in everywhere if "Maren" in text], "not even hidden"


def test_f3_asks_who_serves_now(shell):
    unlock(shell)
    QTest.keyClick(shell.window, Qt.Key.Key_F3)
    shell.settle()
    assert shell.window.sign_in.field.isVisible()


def test_no_hand_on_it_locks_the_window(shell):
    unlock(shell)
    shell.window.open("basket", "B-20418")
    shell.settle()
    assert shell.window._idle.watching
    shell.window._idle.idle.emit()
    shell.settle()
    assert shell.session.associate is None
    assert "Maren" not in texts(shell.window)
    assert not shell.window._idle.watching


def test_the_idle_lock_can_be_turned_off(shell, with_pins):
    with contextlib.closing(open_home(with_pins)) as connection:
        preferences.put(connection, "lock.minutes", 0)
    unlock(shell)
    assert not shell.window._idle.watching


def test_the_time_runs_anew_with_each_key(qtbot, qapp):
    watch = IdleLock()
    watch.set_after(20)
    with qtbot.waitSignal(watch.idle):
        watch.eventFilter(watch, QEvent(QEvent.Type.KeyPress))
    assert not watch.watching
    watch.eventFilter(watch, QEvent(QEvent.Type.KeyPress))
    assert not watch.watching, "what was locked is not locked again"
