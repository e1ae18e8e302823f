"""The scanner: a burst goes to the field whole, a hand's key arrives as it was typed."""

from __future__ import annotations

import random

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from assistant.ui.scanner import Scanner


class Listener(QWidget):
    """Remembers the keys that reached it."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def keyPressEvent(self, event) -> None:
        typed = event.text()
        self.keys.append(typed if typed and typed.isprintable() else Qt.Key(event.key()).name)


@pytest.fixture
def listener(qtbot, qapp):
    widget = Listener()
    qtbot.addWidget(widget)
    widget.show()
    widget.scanner = Scanner(widget)
    qapp.installEventFilter(widget.scanner)
    yield widget
    qapp.removeEventFilter(widget.scanner)


def test_a_burst_that_ends_with_enter_is_a_scan_and_no_key_of_it_acts(qtbot, listener):
    with qtbot.waitSignal(listener.scanner.scanned) as scan:
        QTest.keyClicks(listener, "5000000000003")
        QTest.keyClick(listener, Qt.Key.Key_Return)
    assert scan.args == ["5000000000003"]
    assert listener.keys == []


def test_a_burst_that_ends_with_tab_is_a_scan_too(qtbot, listener):
    with qtbot.waitSignal(listener.scanner.scanned) as scan:
        QTest.keyClicks(listener, "CRD-128")
        QTest.keyClick(listener, Qt.Key.Key_Tab)
    assert scan.args == ["CRD-128"]


def test_a_lone_key_arrives_after_the_hold(qtbot, listener):
    QTest.keyClick(listener, "a")
    assert listener.keys == []
    qtbot.waitUntil(lambda: listener.keys == ["a"])


def test_a_burst_too_short_for_a_code_is_what_was_typed(qtbot, listener):
    scans = []
    listener.scanner.scanned.connect(scans.append)
    QTest.keyClicks(listener, "12a")
    QTest.keyClick(listener, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(listener.keys) == 4)
    assert listener.keys[:3] == ["1", "2", "a"]
    assert scans == []


def test_other_keys_are_not_held(listener):
    QTest.keyClick(listener, Qt.Key.Key_F9)
    assert listener.keys == ["Key_F9"]


def test_keys_with_control_are_not_held(listener):
    QTest.keyClick(listener, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert listener.keys[-1] == "b", "it arrived at once"


def test_a_text_field_takes_what_is_typed_at_once(qtbot, listener):
    field = QLineEdit(listener)
    field.show()
    QTest.keyClicks(field, "hello")
    assert field.text() == "hello"
    assert listener.keys == []


def press(receiver: QWidget, key: Qt.Key, text: str, at: int) -> None:
    """A key as the system delivers it, with the time at which it was pressed."""
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    event.setTimestamp(at)
    QApplication.sendEvent(receiver, event)


def test_keys_that_waited_in_a_stall_are_told_apart_by_when_they_were_pressed(qtbot, listener):
    """Delivered all at once, but pressed by a hand: no scan."""
    scans = []
    listener.scanner.scanned.connect(scans.append)
    for n, letter in enumerate("adlzok"):
        press(listener, Qt.Key.Key_A, letter, 1_000 + 120 * n)
    press(listener, Qt.Key.Key_Return, "\r", 1_000 + 120 * 6)
    assert scans == []
    assert listener.keys[:6] == list("adlzok")


def test_a_key_whose_receiver_is_gone_is_dropped(qtbot, listener):
    gone = Listener()
    gone.show()
    QTest.keyClick(gone, "a")
    shiboken6.delete(gone)
    listener.scanner.release()
    QTest.keyClick(listener, "d")
    qtbot.waitUntil(lambda: listener.keys == ["d"])


@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_a_scan_into_a_text_field_is_taken_out_of_it_again(qtbot, listener, kind):
    field = kind(listener)
    field.show()
    QTest.keyClicks(field, "for her ")
    assert field.property("text" if kind is QLineEdit else "plainText") == "for her "
    for n, letter in enumerate("5000000000003"):
        press(field, Qt.Key.Key_0, letter, 90_000_000 + 5 * n)
    with qtbot.waitSignal(listener.scanner.scanned) as scan:
        press(field, Qt.Key.Key_Return, "\r", 90_000_000 + 5 * 13)
    assert scan.args == ["5000000000003"]
    assert field.property("text" if kind is QLineEdit else "plainText") == "for her "


def test_a_word_typed_by_hand_and_enter_stays_in_its_field(listener):
    field = QLineEdit(listener)
    field.show()
    for n, letter in enumerate("tomorrow"):
        press(field, Qt.Key.Key_A, letter, 90_000_000 + 90 * n)
    press(field, Qt.Key.Key_Return, "\r", 90_000_000 + 90 * 8)
    assert field.text() == "tomorrow"


MIXES = 10_000


def mix(chance: random.Random) -> list[tuple[str, list[tuple[str, int]]]]:
    """Scans and keys of a hand in any order, as (what, [(letter, pause before it in ms)])."""
    made = []
    for _ in range(MIXES):
        if chance.random() < 0.4:
            letters = chance.choices("0123456789ABadlzADLZ-", k=chance.randint(6, 18))
            pauses = [chance.randint(0, 30) for _ in letters]
            what = "scan"
        else:  # at most five keys rolled over each other are a hand's
            letters = chance.choices("adlzuof123456789", k=chance.choice((1, 1, 1, 2, 5)))
            pauses = [chance.randint(0, 300) for _ in letters]
            what = "hand"
        pauses[0] = chance.randint(36, 2_000)
        made.append((what, list(zip(letters, pauses, strict=True))))
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_in_ten_thousand_mixes_no_key_is_lost_no_scan_split_and_none_answers(listener, seed):
    chance, at = random.Random(seed), 1_000
    scans, wanted_scans, wanted_keys = [], [], []
    listener.scanner.scanned.connect(scans.append)
    for what, letters in mix(chance):
        for letter, pause in letters:
            at += pause
            press(listener, Qt.Key.Key_A, letter, at)
        word = [letter for letter, _ in letters]
        if what == "scan":
            at += chance.randint(0, 30)
            press(listener, chance.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab)), "\r", at)
            wanted_scans.append("".join(word))
        else:
            wanted_keys += word
    listener.scanner.release()
    assert scans == wanted_scans
    assert listener.keys == wanted_keys


def test_with_a_sign_of_their_own_short_codes_are_scans_and_unsigned_bursts_are_keys(listener):
    scans = []
    listener.scanner.scanned.connect(scans.append)
    listener.scanner.set_signs("~", "")
    for burst in ("~A1", "1234567"):
        QTest.keyClicks(listener, burst)
        QTest.keyClick(listener, Qt.Key.Key_Return)
    assert scans == ["A1"]
    assert listener.keys == [*"1234567", "Key_Return"]


def test_a_sign_at_the_end_is_taken_off(listener):
    scans = []
    listener.scanner.scanned.connect(scans.append)
    listener.scanner.set_signs("]C1", "#")
    QTest.keyClicks(listener, "]C15000000000003#")
    QTest.keyClick(listener, Qt.Key.Key_Return)
    assert scans == ["5000000000003"]


def test_a_key_that_repeats_itself_is_no_scan(listener):
    scans = []
    listener.scanner.scanned.connect(scans.append)
    for n in range(20):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", n > 0)
        event.setTimestamp(5_000 + 30 * n)
        QApplication.sendEvent(listener, event)
    press(listener, Qt.Key.Key_Return, "\r", 5_000 + 30 * 20)
    assert scans == []


def test_shift_around_capitals_splits_no_scan(listener):
    scans = []
    listener.scanner.scanned.connect(scans.append)
    for letter in "CAM-R50":
        QTest.keyPress(listener, Qt.Key.Key_Shift)
        QTest.keyClick(listener, letter)
    QTest.keyClick(listener, Qt.Key.Key_Return)
    assert scans == ["CAM-R50"]
