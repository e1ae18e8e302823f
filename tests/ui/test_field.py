"""The universal field: finds as one types, opens with Enter, takes scans whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from assistant.ui.field import UniversalField


@pytest.fixture
def field(qtbot, look, questions):
    window = QWidget()
    window.resize(1200, 800)
    column = QVBoxLayout(window)
    made = UniversalField(look, questions, window)
    column.addWidget(made)
    column.addStretch(1)
    qtbot.addWidget(window)
    window.show()
    made.setFocus()
    return made


def found(qtbot, field, text: str) -> list[str]:
    """Type a text and wait for the list; the titles shown."""
    QTest.keyClicks(field, text)
    qtbot.waitUntil(field.results.isVisible)
    return [hit.title for hit in field.results.hits]


def test_typing_finds_customers_baskets_and_products(qtbot, field):
    titles = found(qtbot, field, "card")
    assert "Swift 128 GB SD card, V60" in titles


def test_the_first_row_is_opened_by_enter(qtbot, field):
    assert found(qtbot, field, "maren") == ["Maren Oduya"]
    with qtbot.waitSignal(field.chosen) as chosen:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == ["customer", "C-10412"]
    assert not field.results.isVisible()
    assert field.text() == ""


def test_down_moves_to_the_next_row(qtbot, field):
    titles = found(qtbot, field, "filter")
    QTest.keyClick(field, Qt.Key.Key_Down)
    with qtbot.waitSignal(field.chosen) as chosen:
        QTest.keyClick(field, Qt.Key.Key_Return)
    kind, product_id = chosen.args
    assert kind == "product"
    assert (
        product_id
        == {"Clearline protective filter, 49 mm": "P7", "Clearline protective filter, 52 mm": "P12"}[
            titles[1]
        ]
    )


def test_enter_before_the_list_opens_the_only_hit(qtbot, field):
    with qtbot.waitSignal(field.chosen) as chosen:
        QTest.keyClicks(field, "B-20418")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == ["basket", "B-20418"]


def test_a_scan_opens_its_product(qtbot, field):
    with qtbot.waitSignal(field.chosen) as chosen:
        field.scan("5000000000003")
    assert chosen.args == ["product", "P3"]


def test_a_scan_nobody_knows_is_said_and_opens_nothing(qtbot, field):
    opened = []
    field.chosen.connect(lambda *what: opened.append(what))
    with qtbot.waitSignal(field.nothing_found) as said:
        field.scan("9999999999999")
    assert said.args == ["9999999999999"]
    assert field.results.isVisible()
    assert field.results.hits == []
    assert opened == []


def test_escape_closes_and_forgets(qtbot, field):
    found(qtbot, field, "maren")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.results.isVisible()
    assert field.text() == ""


def test_tab_goes_to_the_next_group_and_not_away(qtbot, field):
    found(qtbot, field, "P1")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.hasFocus()


def test_one_letter_searches_nothing(qtbot, field, questions):
    QTest.keyClicks(field, "m")
    qtbot.waitUntil(lambda: not field._timer.isActive())
    assert not questions.busy
    assert not field.results.isVisible()
