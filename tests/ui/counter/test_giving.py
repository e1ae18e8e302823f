"""Giving a card at the counter: G shows it, Enter saves it, Esc goes back."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from assistant.store import preferences
from assistant.store.database import open_catalog, open_home
from tests.ui.counter.conftest import Bench


@pytest.fixture
def given(bench: Bench) -> Bench:
    """The second suggestion's card is shown."""
    bench.open_basket()
    bench.press("2", "g")
    assert bench.page.asking.card.isVisible()
    return bench


def test_g_shows_the_card_of_the_chosen_suggestion(given):
    row = given.page.list.selected
    card = given.page.asking.card.card
    assert row is not None
    assert card is not None
    assert card.name == row.suggestion.product.name
    assert "Maren" not in card.spoken
    assert "Oduya" not in card.spoken
    assert row.suggestion.talking_point.text not in card.spoken


def test_esc_goes_back_to_the_list_and_nothing_is_answered(given):
    states = given.states()
    given.press("a", "d", "1")  # the keys stay with the sheet
    given.press("Escape")
    assert not given.page.asking.card.isVisible()
    assert given.page.list.hasFocus()
    assert given.states() == states


def test_enter_asks_where_and_saves(given, tmp_path):
    given.press("Return")
    dialog = given.page.findChild(QFileDialog)
    assert dialog is not None
    name = given.page.list.selected.suggestion.product.name
    assert Path(dialog.selectedFiles()[0]).name == f"{name}.pdf"
    dialog.fileSelected.emit(str(tmp_path / "card.pdf"))
    dialog.close()
    given.settle()
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF-")
    assert given.page.asking.card.said.text() == "Saved as card.pdf"
    assert given.page.asking.card.save.isEnabled()


def test_what_cannot_be_written_is_said_on_the_sheet(given, tmp_path):
    given.page.giving.save_to(tmp_path / "nowhere" / "card.pdf")
    given.settle()
    assert "cannot be written" in given.page.asking.card.said.text()
    assert given.page.asking.card.isVisible()
    assert given.page.asking.card.save.isEnabled()


def test_tab_stays_on_the_sheet(given):
    sheet = given.page.asking.card
    buttons = []
    for _ in range(3):
        buttons.append(given.page.window().focusWidget())
        given.press("Tab")
    assert buttons == [sheet.save, sheet.print, sheet.back]
    assert sheet.save.hasFocus()


def test_nothing_to_give_without_a_suggestion_or_where_none_is_wanted(bench):
    bench.press("g")
    assert not bench.page.asking.card.isVisible()
    bench.open_basket()
    bench.press("0", "g")
    assert not bench.page.asking.card.isVisible()


def test_a_lock_closes_the_card(given):
    given.page.put_away()
    assert not given.page.asking.card.isVisible()


def test_a_card_that_comes_late_does_not_lie_over_what_was_asked_since(bench):
    bench.open_basket()
    bench.page.giving.give(bench.page.list.selected)
    bench.page.press("declined")
    bench.settle()
    assert bench.page.asking.reasons.isVisible()
    assert not bench.page.asking.card.isVisible()


def test_the_terms_stand_on_it(bench):
    connection = open_home(bench.home)
    preferences.put(connection, "card.terms", "Back within 30 days.")
    connection.close()
    bench.open_basket()
    bench.press("g")
    assert bench.page.asking.card.card.terms == "Back within 30 days."


def test_a_product_that_is_gone_is_said(bench):
    bench.open_basket()
    row = bench.page.list.selected
    gone = row.suggestion.product.product_id
    with contextlib.closing(open_catalog(bench.home)) as catalog:
        catalog.execute("DELETE FROM products WHERE product_id = ?", (gone,))
    bench.press("g")
    assert not bench.page.asking.card.isVisible()
    assert bench.page.main.notice.text == f"There is no product {gone} any more."
