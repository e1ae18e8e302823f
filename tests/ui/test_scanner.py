"""The scanner: a burst goes to the field whole, a hand's key arrives as it was typed."""

from __future__ import annotations

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
