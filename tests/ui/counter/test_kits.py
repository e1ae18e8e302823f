"""The kit under the suggestions: offered by K, answered as a whole, gone once one of its items is."""

from __future__ import annotations

import contextlib

import pytest

from assistant.errors import StoreError
from assistant.store import kits
from assistant.store.database import Home, open_catalog


@pytest.fixture
def priced(trained: Home) -> None:
    """A card, the battery and the sling at 98.00 instead of 103.80 with the camera."""
    rows = [("P1", 1), ("P4", 0), ("P6", 0), ("P5", 0)]
    with contextlib.closing(open_catalog(trained)) as catalog:
        catalog.executemany(
            "INSERT INTO kits (kit_id, product_id, anchor, price, currency) "
            "VALUES ('K1', ?, ?, 980000, 'GBP')",
            rows,
        )


pytestmark = pytest.mark.usefixtures("priced")
ITEMS = {"P4", "P5", "P6"}


def strip(bench):
    return bench.page.main.kit


def states(bench) -> dict[str, str]:
    return {row.suggestion.product.product_id: row.state for row in bench.page.desk.rows.rows}


def test_the_strip_says_what_it_costs_and_saves(bench):
    bench.open_basket()
    assert strip(bench).isVisible()
    assert not strip(bench).open
    name = strip(bench).offer.accessibleName()
    assert name.startswith("Offer kit. Complete the kit, Tide camera sling, LR-17 spare battery and Swift")
    assert "98" in name
    assert "103.8" in name
    assert "saves 5%" in name
    assert "Say: As a kit, these cost 5% less than one by one." in name


def test_k_offers_it_and_a_answers_all_of_it(bench):
    bench.open_basket()
    before = bench.names()
    bench.press("k")
    assert strip(bench).open
    assert bench.page.list.selected is None
    bench.press("a")
    assert {product for product, state in states(bench).items() if state == "accepted"} == ITEMS
    assert bench.names()[: len(before)] == before
    assert [row.number for row in bench.page.desk.rows.rows] == list(range(1, len(states(bench)) + 1))
    assert bench.log("SELECT count(*) FROM kit_offers") == [(1,)]
    assert bench.log(
        "SELECT count(*), count(DISTINCT a.suggestion_id) FROM answers a JOIN kit_answers USING (answer_id)"
    ) == [(3, 3)]
    assert not strip(bench).isVisible()
    assert bench.page.list.hasFocus()


def test_the_saving_is_off_the_total_while_all_of_it_is_accepted(bench):
    bench.open_basket()
    bench.press("k", "a")
    rows = bench.page.desk.rows
    single = sum(row.suggestion.product.price for row in rows.rows if row.state == "accepted")
    assert single == 1_038_000
    assert rows.accepted_money == 980_000
    assert bench.page.basket.total.endswith("845.50")  # 729.00 + 18.50 + 98.00
    # The till says itself what it takes for what it holds.
    assert rows.saved({"P5"}) == 0
    bench.press("z")
    assert rows.accepted_money == 0
    assert bench.page.basket.total.endswith("747.50")


def test_one_undo_takes_the_whole_kit_back(bench):
    bench.open_basket()
    bench.press("k", "a", "z")
    assert set(states(bench).values()) == {"pending"}
    assert bench.log("SELECT kind, count(*) FROM answers GROUP BY kind ORDER BY kind") == [
        ("accepted", 3),
        ("undone", 3),
    ]
    assert strip(bench).isVisible()


def test_an_item_not_among_the_rows_is_shown_with_the_answer(bench):
    bench.open_basket()
    rows = bench.page.desk.rows
    place = next(i for i, row in enumerate(rows.rows) if row.suggestion.product.product_id in ITEMS)
    assert place is not None
    shown = {row[0] for row in bench.log("SELECT product_id FROM suggestions")}
    bench.press("k", "l")
    assert {row[0] for row in bench.log("SELECT product_id FROM suggestions")} == shown | ITEMS
    marked = bench.log("SELECT product_id FROM suggestions JOIN kit_answers USING (suggestion_id) "
                       "WHERE shown_for_it")  # fmt: skip
    assert {row[0] for row in marked} == ITEMS - shown
    assert {product for product, state in states(bench).items() if state == "later"} == ITEMS


def test_a_decline_asks_for_the_reason_and_d_gives_none(bench):
    bench.open_basket()
    bench.press("k", "d")
    assert bench.page.asking.kit_reasons.isVisible()
    assert bench.log("SELECT * FROM answers") == []
    bench.press("3")
    assert bench.log("SELECT DISTINCT kind, reason FROM answers") == [("declined", "too_expensive")]
    bench.press("z", "k", "d", "d")
    assert (
        bench.log("SELECT kind, reason FROM answers ORDER BY sequence DESC LIMIT 3")
        == [("declined", None)] * 3
    )


def test_a_scan_closes_the_reasons_without_one(bench):
    bench.open_basket()
    bench.press("k", "d")
    bench.page.scan("5000000000011")
    bench.settle()
    assert bench.log("SELECT DISTINCT kind, reason FROM answers") == [("declined", None)]


def test_esc_goes_back_to_the_rows_and_answers_nothing(bench):
    bench.open_basket()
    bench.press("k", "d", "Escape")
    assert strip(bench).open
    bench.press("Escape")
    assert not strip(bench).open
    assert bench.page.list.selected is not None
    assert bench.page.list.hasFocus()
    assert bench.log("SELECT * FROM answers") == []


def test_choosing_a_row_closes_it(bench):
    bench.open_basket()
    bench.press("k", "1")
    assert not strip(bench).open
    bench.press("a")
    assert bench.log("SELECT count(*) FROM kit_offers") == [(0,)]


def test_it_is_gone_while_one_of_its_items_is_answered(bench):
    bench.open_basket()
    rows = bench.page.desk.rows
    number = next(row.number for row in rows.rows if row.suggestion.product.product_id in ITEMS)
    bench.press(str(number), "a")
    assert not strip(bench).isVisible()
    bench.press("k")
    assert not strip(bench).open
    bench.press("z")
    assert strip(bench).isVisible()


def test_it_is_not_offered_in_a_queue_nor_against_the_customers_wish(bench):
    bench.open_basket()
    for key in ("q", "0"):
        bench.press("k", key)
        assert not strip(bench).isVisible()
        assert not strip(bench).open
        bench.press("q" if key == "q" else "z")
        assert strip(bench).isVisible()
    assert bench.log("SELECT count(*) FROM kit_offers") == [(0,)]


def test_what_the_disk_refuses_marks_no_row(bench, monkeypatch):
    bench.open_basket()

    def refuse(*_given: object, **_more: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(kits, "answer", refuse)
    bench.press("k", "a")
    assert set(states(bench).values()) == {"pending"}
    assert bench.page.main.notice.text == "The disk is full."
    assert strip(bench).isVisible()
    assert strip(bench).answers.isEnabled()


def test_the_buttons_name_the_kit_and_f6_reaches_it(bench):
    bench.open_basket()
    bench.press("F6")
    assert strip(bench).offer.hasFocus()
    bench.press("Space")
    assert strip(bench).answers.accepted.hasFocus()
    assert strip(bench).answers.accepted.accessibleName() == "Accepted, the kit"
    bench.press("Space")
    assert bench.log("SELECT count(*) FROM kit_offers") == [(1,)]
    assert bench.page.list.tail.undo.accessibleName() == "Undo, the kit"


def test_a_visit_taken_up_again_knows_its_kit(bench):
    bench.open_basket()
    bench.press("k", "a")
    answered = bench.log("SELECT kit_offer_id FROM kit_offers")
    from assistant.store import visits
    from assistant.store.database import open_home

    with contextlib.closing(open_home(bench.home)) as connection:
        (found,) = visits.unfinished(connection, "A1")
    bench.page.desk._ended(None)
    bench.settle()
    bench.page.desk.take_up(found)
    bench.settle()
    kept = {row.kit_offer_id for row in bench.page.desk.rows.rows if row.state == "accepted"}
    assert kept == {answered[0][0]}
    assert bench.page.desk.rows.accepted_money == 980_000
    bench.press("z")
    assert set(states(bench).values()) == {"pending"}
