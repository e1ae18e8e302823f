"""A held-out visit at the counter: served as always, with nothing suggested and the same things counted."""

from __future__ import annotations

import contextlib

import pytest

from assistant.store import holdout, preferences
from assistant.store.database import open_home


@pytest.fixture
def lot(bench, monkeypatch):
    """Decides what the next visits draw."""
    with contextlib.closing(open_home(bench.home)) as connection:
        preferences.put(connection, "holdout.share", 5)

    def draw(held: bool) -> None:
        monkeypatch.setattr(holdout, "place", lambda key, unit, name: 0.0 if held else 0.99)

    draw(True)
    return draw


def test_nothing_is_suggested_and_it_says_so_calmly(bench, lot):
    bench.open_basket()
    main = bench.page.main
    assert bench.names() == []
    assert main.nothing.isVisible()
    assert main.nothing.title == "No suggestions this visit"
    assert "drawn by lot" in main.nothing.why
    for other in (main.heading, main.held_back, main.step_ups, main.kit, main.refused, main.notice):
        assert not other.isVisible()


def test_what_would_have_been_shown_is_kept_and_nothing_counts_as_shown(bench, lot):
    bench.open_basket()
    (withheld,) = bench.log("SELECT count(*) FROM withheld")[0]
    assert withheld > 0
    assert bench.log("SELECT count(*) FROM suggestions") == [(0,)]
    assert bench.log("SELECT DISTINCT product_id FROM visit_anchors") == [("P1",)]
    assert bench.log("SELECT unit, share, held FROM holdout_draws") == [("customer", 5, 1)]
    bench.press("a", "d", "l", "1", "0")
    assert bench.log("SELECT count(*) FROM answers") == [(0,)]


def test_the_same_visit_without_the_lot_shows_what_was_withheld(bench, lot):
    bench.open_basket()
    withheld = [row[0] for row in bench.log("SELECT product_id FROM withheld ORDER BY slot")]
    bench.press("F9", "F9")
    lot(False)
    bench.open_basket()
    assert bench.page.main.heading.isVisible()
    assert not bench.page.main.nothing.isVisible()
    shown = [row.suggestion.product.product_id for row in bench.page.desk.rows.rows]
    assert sorted(shown) == sorted(withheld)


def test_a_scan_does_not_flip_it_and_a_parked_visit_stays_held_out(bench, lot):
    bench.open_basket()
    lot(False)
    bench.page.desk.scan("CRD-064")
    bench.settle()
    assert bench.names() == []
    bench.page.desk.park()
    bench.settle()
    bench.open_basket()
    assert bench.names() == []
    assert bench.page.main.nothing.title == "No suggestions this visit"
    assert bench.page.desk.kit is None


def test_a_visit_without_a_customer_is_drawn_by_itself(bench, lot):
    bench.page.open_product("P1")
    bench.settle()
    assert bench.log("SELECT unit FROM holdout_draws") == [("visit",)]
    assert bench.names() == []
