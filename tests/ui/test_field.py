"""The universal field: finds as one types, opens with Enter, takes scans whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from assistant.ui.field import UniversalField
from assistant.ui.result_rows import HEAD, ROW


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
    yield made  # the frame keeps the window


def found(qtbot, field, text: str) -> list[str]:
    """Type a text and wait for the list; the titles shown."""
    QTest.keyClicks(field, text)
    qtbot.waitUntil(field.results.isVisible)
    return [hit.title for hit in field.results.hits]


def test_typing_finds_customers_baskets_and_products(qtbot, field):
    titles = found(qtbot, field, "card")
    assert "Swift 128 GB SD card, V60" in titles


def test_the_first_row_is_opened_by_enter(qtbot, field):
    assert found(qtbot, field, "maren")[0] == "Maren Oduya"
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
    found(qtbot, field, "maren")
    kinds = []
    for _ in range(2):
        kinds.append(field.results.current.kind)
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert kinds == ["customer", "basket"]
    assert field.results.current.kind == "customer", "after the last group comes the first"
    assert field.hasFocus()


def test_a_scan_with_several_hits_shows_them_and_opens_none(qtbot, field):
    opened = []
    field.chosen.connect(lambda *what: opened.append(what))
    field.scan("Clearline")
    qtbot.waitUntil(field.results.isVisible)
    assert len(field.results.hits) == 2
    assert opened == []


def test_the_list_closes_when_one_goes_on_elsewhere(qtbot, field):
    found(qtbot, field, "maren")
    field.clearFocus()
    assert not field.results.isVisible()


def test_a_click_opens_the_row_under_it(qtbot, field):
    titles = found(qtbot, field, "filter")
    frame = field.results.frame()
    middle_of_second = frame.topLeft() + QPoint(frame.width() // 2, HEAD + ROW + ROW // 2)
    with qtbot.waitSignal(field.chosen) as chosen:
        QTest.mouseClick(field.results, Qt.MouseButton.LeftButton, pos=middle_of_second)
    assert chosen.args == ["product", {"49": "P7", "52": "P12"}[titles[1].split()[-2]]]


def test_the_selected_row_is_told_to_screen_readers(qtbot, field):
    found(qtbot, field, "maren")
    assert field.accessibleDescription().startswith("1 of 2: Maren Oduya, Silver, C-10412, +44 1632 960187")


def test_one_letter_searches_nothing(qtbot, field, questions):
    QTest.keyClicks(field, "m")
    qtbot.waitUntil(lambda: not field._timer.isActive())
    assert not questions.busy
    assert not field.results.isVisible()


def test_control_enter_shows_only_the_kind_of_the_selected_row(qtbot, field):
    found(qtbot, field, "maren")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: [group.title for group in field.results.groups] == ["Customers"])
    assert field.text() == "maren"
    assert field.results.current.title == "Maren Oduya"


def test_where_nothing_is_found_enter_does_nothing_until_a_way_on_is_chosen(qtbot, field):
    ways = []
    field.way_on.connect(ways.append)
    QTest.keyClicks(field, "ardwen")
    qtbot.waitUntil(field.results.isVisible)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert ways == []
    assert field.accessibleDescription().startswith("Nothing found for “ardwen”. Searched ")
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.accessibleDescription() == "Go on without a customer"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert ways == ["without"]
    assert not field.results.isVisible()


def test_the_nearest_word_is_offered_and_searched_for(qtbot, field):
    QTest.keyClicks(field, "ardwen")
    qtbot.waitUntil(field.results.isVisible)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.accessibleDescription() == "Search for Arden"
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [hit.title for hit in field.results.hits] == ["Arden P310 photo printer"])
