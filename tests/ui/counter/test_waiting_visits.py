"""Visits that wait: parked and taken up, handed to a colleague, quiet for a queue, or without any offer."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel

from assistant.errors import StoreError
from assistant.records import Associate
from assistant.store import changes
from assistant.store.database import open_catalog, open_home
from assistant.ui.counter import parked
from tests import shops

PRIYA, OWEN = Associate("A1", "Priya Nair", "S1"), Associate("A2", "Owen Bright", "S1")


def entries(bench):
    """What can be begun with, as it is read aloud."""
    return [button.accessibleName() for button in bench.page.idle.entries]


def test_a_parked_visit_is_taken_up_as_it_was(bench):
    bench.open_basket()
    bench.press("a", "d", "1")
    before, states = bench.names(), bench.states()
    bench.press("p")
    assert bench.page.desk.served is None
    assert entries(bench)[0].startswith("Maren Oduya, parked")
    bench.page.open_customer("C-10414")
    bench.settle()
    bench.page.desk.finish()
    bench.settle()
    bench.page.idle.entries[0].click()
    bench.settle()
    assert (bench.names(), bench.states()) == (before, states)


def test_opening_the_basket_of_a_parked_visit_takes_it_up(bench):
    bench.open_basket()
    bench.press("a", "p")
    bench.open_basket()
    assert bench.states()[0] == "accepted"
    assert bench.log("SELECT count(*) FROM visits") == [(1,)]


def test_what_was_scanned_is_there_again(bench):
    bench.page.scan("CAM-R50")
    bench.settle()
    bench.page.scan("5000000000008")
    bench.settle()
    bench.page.scan("5000000000008")
    bench.settle()
    bench.press("p")
    bench.page.idle.entries[0].click()
    bench.settle()
    lines = {line.line.sku: line.line.quantity for line in bench.page.basket.lines.lines}
    assert lines == {"CAM-R50": 1, bench.page.basket.lines.lines[-1].line.sku: 2}
    assert [kind for (kind,) in bench.log("SELECT kind FROM visit_steps ORDER BY sequence")] == [
        "parked",
        "taken_up",
    ]


def test_after_a_crash_what_was_scanned_is_there(bench):
    bench.page.scan("CAM-R50")
    bench.settle()
    assert bench.log("SELECT product_id, quantity FROM visit_lines") == [("P1", 1)]


def test_a_finished_visit_keeps_no_lines(bench):
    bench.page.scan("CAM-R50")
    bench.settle()
    bench.page.desk.finish()
    bench.settle()
    assert bench.log("SELECT count(*) FROM visit_lines") == [(0,)]


def test_opening_another_customer_offers_to_park_first(bench):
    bench.open_basket()
    bench.press("a")
    bench.page.open_customer("C-10414")
    bench.press("Return")
    assert bench.page.desk.served.customer_id == "C-10414"
    assert bench.log("SELECT kind FROM visit_steps") == [("parked",)]
    assert bench.log("SELECT count(*) FROM visits WHERE finished_at IS NOT NULL") == [(0,)]


def test_a_colleague_takes_over_and_each_answer_keeps_its_author(bench):
    bench.open_basket()
    bench.press("a")
    bench.page.put_away()
    bench.session.sign_in(OWEN)
    bench.page.take_up()
    bench.settle()
    assert bench.page.asking.over.isVisible()
    bench.press("Return")
    bench.press("d", "1")
    bench.page.desk.finish()
    bench.settle()
    credited = dict(bench.log("SELECT kind, associate_id FROM answers WHERE kind <> 'not_offered'"))
    assert credited == {"accepted": "A1", "declined": "A2"}
    assert bench.log("SELECT kind, associate_id FROM visit_steps") == [("handed_over", "A2")]


def test_whoever_does_not_take_over_parks_for_the_colleague(bench):
    bench.open_basket()
    bench.press("a")
    bench.session.sign_in(OWEN)
    bench.page.take_up()
    bench.settle()
    bench.press("p")
    assert bench.page.desk.served is None
    assert "Maren Oduya" in entries(bench)[0]
    assert "Priya’s, parked" in entries(bench)[0]
    assert bench.log("SELECT kind, associate_id, from_id FROM visit_steps") == [("parked", "A2", "A1")]
    bench.session.sign_in(PRIYA)
    bench.page.take_up()
    bench.settle()
    assert entries(bench)[0].startswith("Maren Oduya, parked"), "it waits for whoever held it"


@pytest.mark.parametrize("key", ["p", "Escape"])
def test_nothing_of_the_customer_is_seen_behind_the_question(bench, key):
    bench.open_basket()
    bench.press("a")
    bench.page.put_away()
    bench.session.sign_in(OWEN)
    bench.page.take_up()
    bench.settle()
    page = bench.page
    seen = page.customer, page.basket, page.main, page.bar
    assert not any(part.isVisible() for part in seen)
    assert not [text.text() for text in page.asking.over.findChildren(QLabel) if "Maren" in text.text()]
    bench.session.data_changed.emit()
    bench.settle()
    assert not any(part.isVisible() for part in seen)
    bench.press(key)
    assert page.desk.served is None and page.idle.isVisible()


def test_taken_over_everything_is_there(bench):
    bench.open_basket()
    bench.session.sign_in(OWEN)
    bench.page.take_up()
    bench.settle()
    bench.press("Return")
    assert all(part.isVisible() for part in (bench.page.customer, bench.page.main, bench.page.bar))


def test_what_cannot_be_taken_over_is_said_and_asked_again(bench, monkeypatch):
    bench.open_basket()
    bench.session.sign_in(OWEN)
    bench.page.take_up()
    bench.settle()

    def refuse(*_args, **_more):
        raise StoreError("The disk is full.")

    monkeypatch.setattr("assistant.ui.counter.parked.take_over", refuse)
    bench.press("Return")
    assert bench.page.asking.over.isVisible()
    assert not bench.page.customer.isVisible()


def test_looking_at_what_waits_writes_nothing(bench):
    bench.open_basket()
    before = bench.log("SELECT count(*) FROM outbox")
    with contextlib.closing(open_home(bench.home)) as connection:
        parked.waiting(connection, "A1", "S1")
    assert bench.log("SELECT count(*) FROM outbox") == before
    with contextlib.closing(open_home(bench.home)) as connection:
        assert parked.waiting(connection, "A1", "S1").visits == ()
        parked.close_stale(connection, "A1", "S1")
    assert bench.log("SELECT count(*) FROM visits WHERE finished_at IS NULL") == [(0,)]


def test_what_can_be_begun_with_keeps_its_widgets_and_the_focus(bench):
    bench.open_basket()
    bench.press("a", "p")
    bench.page.scan("TEA-001")
    bench.settle()
    bench.press("p")
    entries = bench.page.idle.entries
    entries[1].setFocus()
    bench.session.data_changed.emit()
    bench.settle()
    assert bench.page.idle.entries == entries
    assert entries[1].hasFocus()


def test_a_visit_parked_by_a_colleague_says_by_whom(bench):
    bench.open_basket()
    bench.press("a", "p")
    bench.session.sign_in(OWEN)
    bench.page.take_up()
    bench.settle()
    assert "Priya’s, parked" in entries(bench)[0]
    bench.page.idle.entries[0].click()
    bench.settle()
    assert bench.states()[0] == "accepted"
    assert bench.log("SELECT kind, associate_id FROM visit_steps ORDER BY sequence") == [
        ("parked", "A1"),
        ("handed_over", "A2"),
    ]


def test_a_visit_parked_in_another_store_is_not_shown(bench):
    bench.open_basket()
    bench.press("a", "p")
    bench.session.sign_in(OWEN)
    bench.session.store_id = "S2"
    bench.page.take_up()
    bench.settle()
    assert not any("Maren" in entry and "parked" in entry for entry in entries(bench))


def test_no_offers_today_in_one_key_and_back(bench):
    bench.open_basket()
    before = bench.names()
    bench.press("0")
    page = bench.page
    assert page.main.refused.isVisible()
    assert not page.list.isVisible()
    bench.press("a")
    assert "accepted" not in bench.states()
    page.scan("5000000000008")
    bench.settle()
    assert bench.names() == before
    bench.press("z")
    assert not page.main.refused.isVisible()
    assert bench.names()[: len(before)] == before
    bench.press("a")
    assert bench.states()[0] == "accepted"


def test_no_offers_holds_for_the_customers_day(bench, monkeypatch):
    bench.open_basket()
    bench.press("0")
    bench.page.desk.finish()
    bench.settle()
    assert {kind for (kind,) in bench.log("SELECT kind FROM answers")} == {"not_offered"}
    shown = bench.log("SELECT count(*) FROM suggestions")
    bench.open_basket()
    assert bench.page.main.refused.isVisible()
    assert bench.log("SELECT count(*) FROM suggestions") == shown
    bench.page.desk.finish()
    bench.settle()
    monkeypatch.setattr(bench.page.desk._adviser, "_now", lambda: shops.NOW + timedelta(days=1))
    bench.open_basket()
    assert not bench.page.main.refused.isVisible()
    assert bench.names()


def test_quiet_shows_one_and_no_more(bench):
    bench.press("q")
    assert bench.page.desk.choices.quiet
    assert "One suggestion at a time" in bench.page.idle._text.text()
    bench.open_basket()
    assert len(bench.names()) == 1
    assert bench.page.main.quiet.isVisible()
    assert not bench.page.main.step_ups.isVisible()
    bench.press("a")
    assert len(bench.names()) == 1
    last = bench.log("SELECT visit_id FROM visits ORDER BY sequence DESC LIMIT 1")[0]
    assert bench.log("SELECT count(*) FROM suggestions WHERE visit_id = ?", *last) == [(1,)]
    bench.press("q")
    assert len(bench.names()) > 1


def test_the_log_refuses_to_park_what_is_finished(bench):
    bench.open_basket()
    bench.press("a")
    (visit,) = bench.log("SELECT visit_id FROM visits")[0]
    with contextlib.closing(open_home(bench.home)) as connection:
        connection.execute("UPDATE visits SET finished_at = 1 WHERE visit_id = ?", (visit,))
    bench.press("p")
    assert "That visit is finished." in bench.page.main.notice.text
    assert bench.page.desk.served is not None


def hidden(bench):
    """How many rows the list keeps out of sight."""
    rows = range(bench.page.desk.rows.rowCount())
    return sum(bench.page.list.isRowHidden(place) for place in rows)


def test_quiet_in_the_middle_of_a_visit_leaves_one_in_sight(bench):
    bench.open_basket()
    count = bench.page.desk.rows.rowCount()
    assert count > 1
    bench.press("q")
    assert hidden(bench) == count - 1
    assert bench.page.list.content_height() < 300
    assert bench.page.main.heading.about.text() == "for Maren and this basket"
    bench.press("d", "1")
    assert bench.page.list.selected is None
    assert hidden(bench) == count - 1
    bench.press("q")
    assert hidden(bench) == 0
    assert bench.page.list.selected.pending
    assert "left for Maren" in bench.page.main.heading.about.text()


def test_quiet_shows_one_even_where_more_is_needed(bench):
    bench.press("q")
    with contextlib.closing(open_catalog(bench.home)) as catalog:
        catalog.execute("UPDATE links SET kind = 'requires' WHERE product_id = 'P1' AND kind = 'accessory'")
    bench.open_basket()
    assert bench.log("SELECT count(*) FROM suggestions") == [(1,)]


def test_quiet_chosen_in_the_settings_holds_at_once(bench):
    with contextlib.closing(open_home(bench.home)) as connection:
        changes.change(connection, "counter.quiet", True, associate_id="A1")
    bench.session.data_changed.emit()
    bench.settle()
    bench.open_basket()
    assert len(bench.names()) == 1


def test_who_answers_in_a_colleagues_visit_has_taken_it_over(bench):
    bench.open_basket()
    bench.session.sign_in(OWEN)
    bench.page.take_up()
    bench.settle()
    bench.page.asking.over.go()
    bench.press("a")  # nothing is answered unseen
    assert bench.page.asking.over.isVisible()
    assert bench.log("SELECT count(*) FROM visit_steps") == [(0,)]
    bench.page.desk.answer(bench.page.desk.rows.rows[0], "accepted")
    bench.settle()
    assert bench.page.main.isVisible()
    bench.page.focus_in()
    assert bench.log("SELECT kind, from_id, associate_id FROM visit_steps") == [("handed_over", "A1", "A2")]
    bench.press("a")
    assert bench.log("SELECT count(*) FROM visit_steps") == [(1,)]


def test_every_scan_and_every_line_taken_out_is_kept_at_once(bench):
    for _ in range(2):
        bench.page.scan("5000000000008")
        bench.settle()
    assert bench.log("SELECT product_id, quantity FROM visit_lines") == [("P8", 2)]
    bench.page.desk.remove("P8")
    bench.settle()
    assert bench.log("SELECT count(*) FROM visit_lines") == [(0,)]


def test_what_is_scanned_while_no_offers_are_wanted_is_suggested_for_afterwards(bench):
    bench.page.scan("CAM-R50")
    bench.settle()
    bench.page.focus_in()
    before = bench.names()
    bench.press("0")
    bench.page.scan("5000000000008")
    bench.settle()
    assert bench.names() == before
    assert {p for (p,) in bench.log("SELECT product_id FROM visit_lines")} == {"P1", "P8"}
    bench.press("z")
    assert bench.names()[: len(before)] == before
    assert "USB cable, 2 m" in bench.names()


def test_left_unsaid_at_the_customers_wish_is_logged_with_that_cause(bench):
    bench.open_basket()
    shown = bench.page.desk.rows.rowCount()
    bench.press("0", "F9", "F9")
    assert bench.log("SELECT kind, reason, count(*) FROM answers GROUP BY 1, 2") == [
        ("not_offered", "no_offers", shown)
    ]
