"""Rows painted with whatever a shop may hold: nothing warns, nothing leaves its place."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from assistant.records import Answer, Stock
from assistant.ui.counter.rows import Rows
from assistant.ui.counter.suggestion_list import SuggestionList
from tests import shops


@pytest.fixture
def shown(qtbot, look, make_shown):
    """A list of odd rows: a name of 120 characters, no price, no currency, no stock, no evidence."""
    rows = Rows(lambda: shops.NOW)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(912, 900)
    made = SuggestionList(look, rows, lambda: shops.NOW, window)
    made.resize(910, 880)
    rows.append(
        [
            make_shown(1, "Name " * 24),
            make_shown(2, price=None, currency=None, stock=None),
            make_shown(3, currency=None, stock=Stock(None)),
            make_shown(4, evidence=(), score=0.0),
            make_shown(5, "Ünïcødé 名前 🎁", price=10**12),
        ]
    )
    window.show()
    yield made
    window.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scale", [1.0, 1.3])
@pytest.mark.parametrize("compact", [False, True])
def test_odd_rows_are_painted(shown, look, rows_answered, theme, scale, compact):
    look.set_theme(theme)
    look.set_scale(scale)
    shown.set_compact(compact)
    for place in range(5):
        shown.choose(place)
        assert not shown.grab().isNull()
        bottom = shown.area_of(place).bottom()
        if shown.actions_row.isVisible():
            assert shown.actions_row.geometry().bottom() < bottom
    rows_answered(shown)
    assert not shown.grab().isNull()


@pytest.fixture
def rows_answered():
    """Answers three rows in the three ways."""

    def answer(shown: SuggestionList) -> None:
        for key, kind in (("s1", "accepted"), ("s2", "declined"), ("s3", "later")):
            until = shops.NOW if kind == "later" else None
            shown.model().answered(Answer("x", key, kind, shops.NOW, None, until))

    return answer


def test_the_buttons_follow_the_selection_and_the_undo_the_latest_answer(shown, rows_answered):
    for place in (2, 0, 4):
        shown.choose(place)
        area = shown.area_of(place)
        assert area.contains(shown.actions_row.geometry())
    rows_answered(shown)
    assert shown.area_of(2).contains(shown.tail.geometry())
    assert shown.tail.day.isVisible()
    shown.choose(0)
    assert not shown.actions_row.isVisible()


def test_no_rows_have_no_height(qtbot, look):
    empty = SuggestionList(look, Rows(), lambda: shops.NOW)
    qtbot.addWidget(empty)
    assert empty.content_height() == 0
    assert empty.selected is None
