"""The scanner: a burst goes to the field whole, a hand's key arrives as it was typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

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
