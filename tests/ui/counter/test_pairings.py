"""Where a reason leads, and a veto in two keys, as the log holds them."""

from __future__ import annotations

from PySide6.QtCore import Qt


def test_a_veto_is_two_keys_and_gone_from_this_visit(bench):
    bench.open_basket()
    first, count = bench.names()[0], len(bench.names())
    bench.press("x")
    assert first in bench.page.asking.veto.title.text()
    bench.press(Qt.Key.Key_Return)
    assert first not in bench.names()
    assert len(bench.names()) == count - 1
    assert bench.log("SELECT kind FROM pairing_words") in ([("vetoed",)], [("taken_out",)])
    assert bench.log("SELECT count(*) FROM answers") == [(0,)]


def test_esc_leaves_the_suggestion(bench):
    bench.open_basket()
    before = bench.names()
    bench.press("x", Qt.Key.Key_Escape)
    assert bench.names() == before
    assert bench.log("SELECT count(*) FROM pairing_words") == [(0,)]


def test_an_answered_row_is_not_vetoed(bench):
    bench.open_basket()
    bench.press("a", "1", "x")
    assert not bench.page.asking.veto.isVisible()


def test_does_not_fit_queues_a_check_that_undo_takes_back(bench):
    bench.open_basket()
    bench.press("d", "6")
    assert bench.log("SELECT kind FROM pairing_words") == [("does_not_fit",)]
    bench.press("z")
    assert bench.log("SELECT kind FROM pairing_words ORDER BY sequence") == [("does_not_fit",), ("undone",)]
