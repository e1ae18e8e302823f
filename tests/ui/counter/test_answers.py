"""Answers by key: nothing is marked that is not on disk, nothing counts twice, nothing moves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from assistant.errors import StoreError
from tests import shops


def test_a_basket_shows_ranked_rows_and_selects_the_first(bench):
    bench.open_basket()
    rows = bench.page.desk.rows
    assert bench.names()[:2] == ["Swift 128 GB SD card, V60", "LR-17 spare battery"] or rows.rowCount() >= 2
    assert bench.page.list.selected == rows.rows[0]
    assert bench.page.list.hasFocus()
    assert bench.log("SELECT slot FROM suggestions ORDER BY slot") == [
        (row.number,) for row in bench.page.desk.rows.rows
    ]


def test_accepted_is_on_disk_and_the_next_row_is_selected(bench):
    bench.open_basket()
    first = bench.page.list.selected
    bench.press("a")
    assert bench.log("SELECT suggestion_id, kind FROM answers") == [(first.key, "accepted")]
    assert bench.states()[0] == "accepted"
    assert bench.page.list.selected.number == 2
    assert bench.page.desk.rows.rows[0].number == 1


def test_no_mark_before_the_log_has_it(bench):
    bench.open_basket()
    seen = []
    bench.page.desk.busy_changed.connect(lambda busy: seen.append((busy, bench.states()[0])))
    first = bench.page.list.selected
    bench.page.list.pressed.emit("accepted")
    assert bench.states()[0] == "pending"
    assert not bench.page.list.actions_row.isEnabled()
    bench.page.list.pressed.emit("accepted")  # a second press while one is under way
    bench.settle()
    assert seen[0] == (True, "pending")
    assert bench.log("SELECT count(*) FROM answers WHERE suggestion_id = ?", first.key) == [(1,)]


def test_a_refused_write_leaves_the_row_pending_and_says_so(bench, monkeypatch):
    bench.open_basket()
    bench.refuse_next(monkeypatch, "answer", StoreError("The disk is full; nothing was changed."))
    bench.press("a")
    assert bench.states()[0] == "pending"
    assert bench.page.main.notice.isVisible()
    assert bench.page.main.notice.text == "The disk is full; nothing was changed."
    monkeypatch.undo()
    bench.page.list.pressed.emit("accepted")
    bench.settle()
    assert bench.states()[0] == "accepted"
    assert not bench.page.main.notice.isVisible()


def test_a_mistake_of_ours_does_not_lock_the_buttons(bench, monkeypatch):
    bench.open_basket()
    bench.refuse_next(monkeypatch, "answer", ZeroDivisionError())
    bench.press("a")
    assert bench.states()[0] == "pending"
    assert bench.page.list.actions_row.isEnabled()


@pytest.mark.parametrize("number", range(1, 7))
def test_declined_asks_for_a_reason_by_number(bench, number):
    from assistant.records import DECLINE_REASONS

    bench.open_basket()
    bench.press("d")
    assert bench.page.asking.reasons.isVisible()
    assert bench.page.asking.reasons.options[0].hasFocus()
    assert bench.log("SELECT count(*) FROM answers") == [(0,)]
    bench.press(str(number))
    assert bench.log("SELECT kind, reason FROM answers") == [("declined", DECLINE_REASONS[number - 1])]
    assert bench.page.list.hasFocus()
    assert bench.page.list.selected.number == 2


def test_declined_twice_is_a_no_without_a_reason(bench):
    bench.open_basket()
    bench.press("d", "d")
    assert bench.log("SELECT kind, reason FROM answers") == [("declined", None)]


def test_escape_takes_the_decline_back(bench):
    bench.open_basket()
    bench.press("d", "Escape")
    assert not bench.page.asking.reasons.isVisible()
    assert bench.log("SELECT count(*) FROM answers") == [(0,)]
    assert bench.page.list.hasFocus()


def test_a_scan_closes_the_popover_without_a_reason(bench):
    bench.open_basket()
    bench.press("d")
    bench.page.scan("5000000000010")
    bench.settle()
    assert bench.log("SELECT kind, reason FROM answers") == [("declined", None)]
    assert "USB cable, 2 m" in [line.line.name for line in bench.page.basket.lines.lines]


def test_reasons_are_moved_through_by_arrows_and_tab_stays_inside(bench):
    bench.open_basket()
    bench.press("d", "Down", "Right")
    assert bench.page.asking.reasons.options[3].hasFocus()
    for _ in range(12):
        bench.press("Tab")
        assert bench.page.asking.reasons.isAncestorOf(bench.page.window().focusWidget())
    bench.page.asking.reasons.options[3].setFocus()
    bench.press("Return")
    assert bench.log("SELECT reason FROM answers") == [("no_time",)]


def test_later_is_in_two_weeks_and_the_day_can_be_changed(bench):
    from datetime import timedelta

    from assistant.store.database import moment
    from tests import shops

    bench.open_basket()
    bench.press("l")
    (until,) = bench.log("SELECT until FROM current_answers")[0]
    assert moment(until) == shops.NOW + timedelta(days=14)
    bench.press("1", "l")
    assert bench.page.asking.days.isVisible()
    bench.press("3")
    (until,) = bench.log("SELECT until FROM current_answers")[0]
    assert moment(until) == shops.NOW + timedelta(days=30)
    assert bench.states()[0] == "later"


def test_undo_takes_back_the_latest_answer_only(bench):
    bench.open_basket()
    bench.press("a", "a")
    assert bench.page.desk.rows.latest.number == 2
    bench.press("z")
    assert bench.states()[:2] == ["accepted", "pending"]
    assert bench.page.list.selected.number == 2
    bench.press("z")
    assert bench.states()[:2] == ["pending", "pending"]
    assert not bench.page.list.tail.isVisible()
    bench.press("z")  # nothing is left to take back
    assert not bench.page.main.notice.isVisible()


def test_a_key_held_down_answers_once(bench):
    bench.open_basket()
    for repeated in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", repeated)
        QApplication.sendEvent(bench.page.list, event)
        bench.settle()
    assert bench.log("SELECT count(*) FROM answers") == [(1,)]


def test_letters_in_the_note_are_text(bench):
    bench.open_basket()
    bench.press("n")
    for letter in "adlz":
        bench.press(letter)
    assert bench.page.asking.sheet.note.toPlainText() == "adlz"
    assert bench.log("SELECT count(*) FROM answers") == [(0,)]


def test_rows_are_chosen_by_number_and_arrows(bench):
    bench.open_basket()
    count = bench.page.desk.rows.rowCount()
    assert count >= 2
    bench.press("2")
    assert bench.page.list.selected.number == 2
    bench.press("Up")
    assert bench.page.list.selected.number == 1
    bench.press("Down")
    assert bench.page.list.selected.number == 2


def test_letters_can_be_turned_off(bench):
    import dataclasses

    bench.open_basket()
    bench.page.desk.choices = dataclasses.replace(bench.page.desk.choices, single_keys=False)
    bench.press("a")
    assert bench.log("SELECT count(*) FROM answers") == [(0,)]


def test_buttons_are_named_for_their_row(bench):
    bench.open_basket()
    name = bench.page.list.selected.suggestion.product.name
    assert bench.page.list.actions_row.accepted.accessibleName() == f"Accepted, {name}"


def test_mouse_answers_too(bench):
    bench.open_basket()
    bench.qtbot.mouseClick(bench.page.list.actions_row.accepted, Qt.MouseButton.LeftButton)
    bench.settle()
    assert bench.states()[0] == "accepted"


def test_a_visit_is_written_down_by_the_clock_the_screen_tells_it_by(bench):
    bench.open_basket()
    bench.press("a", "d", "1", "l", "z", "k", "F9", "F9")
    told = {(round(shops.NOW.timestamp() * 1000),)}
    begun_and_ended = ("started_at FROM visits", "finished_at FROM visits", "shown_at FROM suggestions")
    for where in (*begun_and_ended, "at FROM answers", "at FROM said_owned"):
        assert set(bench.log(f"SELECT DISTINCT {where}")) == told, where
