"""Visits: begun once, refreshed by joining rows at the end, finished on purpose, taken up after a crash."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel

from assistant.store import visits
from assistant.store.basket_writes import Written
from assistant.store.database import open_catalog, open_home
from assistant.ui.counter import CounterPage
from assistant.ui.counter.rows import at_the_till, spoken_state
from tests import shops


def test_before_any_visit_open_baskets_are_listed(bench):
    page = bench.page
    assert [entry.text() for entry in page.idle.entries] == ["Maren Oduya, B-20418"]
    page.idle.entries[0].click()
    bench.settle()
    assert page.desk.visit is not None
    assert bench.log("SELECT touchpoint, customer_id, basket_id, store_id, associate_id FROM visits") == [
        ("counter", "C-10412", "B-20418", "S1", "A1")
    ]
    assert bench.log("SELECT product_id FROM visit_anchors") == [("P1",)]


def test_nobody_signed_in_opens_nothing(bench):
    bench.session.sign_in(None)
    bench.open_basket()
    assert bench.page.desk.served is None
    assert bench.page.idle.notice.text == "Choose who serves first."


def test_an_unknown_basket_is_a_sentence(bench):
    bench.open_basket("B-999")
    assert "B-999" in bench.page.idle.notice.text
    assert bench.log("SELECT count(*) FROM visits") == [(0,)]


def test_f9_twice_finishes_and_silence_is_not_a_no(bench):
    bench.open_basket()
    count = bench.page.desk.rows.rowCount()
    bench.press("a", "F9")
    assert bench.page.asking.sheet.isVisible()
    assert bench.page.asking.sheet.satisfaction is None
    bench.press("F9")
    assert bench.page.desk.served is None
    kinds = [kind for (kind,) in bench.log("SELECT kind FROM answers ORDER BY sequence")]
    assert kinds == ["accepted", *["not_offered"] * (count - 1)]
    assert bench.log("SELECT satisfaction, note FROM visits WHERE finished_at IS NOT NULL") == [(None, None)]


def test_the_sheets_finish_lies_over_the_bars(bench):
    bench.open_basket()
    bench.press("F9")
    sheet, bar = bench.page.asking.sheet.finish, bench.page.bar.finish
    assert sheet.mapTo(bench.page, QPoint()) == bar.mapTo(bench.page, QPoint())
    assert sheet.size() == bar.size()
    bench.press("Escape")
    assert not bench.page.asking.sheet.isVisible()
    assert bench.page.desk.visit is not None


def test_satisfaction_and_note_are_kept(bench):
    bench.open_basket()
    bench.press("F9", "4", "n")
    bench.qtbot.keyClicks(bench.page.asking.sheet.note, "Prints in July")
    bench.press("F9")
    assert bench.log("SELECT satisfaction, note FROM visits") == [(4, "Prints in July")]


def test_satisfaction_can_be_skipped_again(bench):
    bench.open_basket()
    bench.press("F9", "4", "0", "F9")
    assert bench.log("SELECT satisfaction FROM visits") == [(None,)]


def test_a_refresh_joins_rows_at_the_end_and_never_reorders(bench):
    bench.page.scan("5000000000001")  # the camera
    bench.settle()
    before = bench.names()
    bench.page.focus_in()
    bench.press("a")
    bench.page.scan("5000000000008")  # the printer, with goods of its own
    bench.settle()
    after = bench.names()
    assert after[: len(before)] == before
    assert len(after) > len(before)
    assert "USB cable, 2 m" in after[len(before) :]
    assert bench.states()[0] == "accepted"
    numbers = [row.number for row in bench.page.desk.rows.rows]
    assert numbers == list(range(1, len(after) + 1))
    assert sorted(p for (p,) in bench.log("SELECT product_id FROM visit_anchors")) == ["P1", "P8"]


def test_a_sync_without_a_new_line_adds_no_row(bench):
    bench.open_basket()
    before = bench.names()
    bench.press("a")
    bench.session.data_changed.emit()
    bench.settle()
    assert bench.names() == before
    assert bench.states()[0] == "accepted"


def test_a_line_that_the_till_brings_is_shown(bench):
    with contextlib.closing(open_catalog(bench.home)) as catalog:
        catalog.execute("INSERT INTO baskets VALUES ('B-1', NULL, 'A1', 'S1', 1, 'GBP')")
        catalog.execute("INSERT INTO basket_lines VALUES ('B-1', 1, 'P1', 1, 7290000, 0)")
    bench.open_basket("B-1")
    before = bench.names()
    with contextlib.closing(open_catalog(bench.home)) as catalog:
        catalog.execute("INSERT INTO basket_lines VALUES ('B-1', 2, 'P8', 1, 1490000, 0)")
    bench.session.data_changed.emit()
    bench.settle()
    assert "Arden P310 photo printer" in [line.line.name for line in bench.page.basket.lines.lines]
    assert bench.names()[: len(before)] == before
    assert "USB cable, 2 m" in bench.names()


def test_an_unanswered_visit_makes_way_by_itself(bench):
    bench.open_basket()
    bench.page.open_product("P8")
    bench.settle()
    assert bench.log("SELECT touchpoint, finished_at IS NULL FROM visits ORDER BY sequence") == [
        ("counter", 0),
        ("browse", 1),
    ]
    assert {kind for (kind,) in bench.log("SELECT kind FROM answers")} == {"not_offered"}


def test_an_answered_visit_is_asked_about(bench):
    bench.open_basket()
    bench.press("a")
    bench.page.open_customer("C-10414")
    bench.settle()
    assert bench.page.asking.leave.isVisible()
    assert bench.page.asking.leave.title.text() == "Park Maren’s visit?"
    bench.press("Escape")
    assert bench.page.desk.served.customer_id == "C-10412"
    bench.page.open_customer("C-10414")
    bench.press("f")
    assert bench.page.desk.served.customer_id == "C-10414"
    assert bench.log("SELECT count(*) FROM visits WHERE finished_at IS NOT NULL") == [(1,)]


def test_a_customer_found_later_is_the_visits(bench):
    bench.page.scan("CAM-R50")
    bench.settle()
    before = bench.names()
    bench.page.open_customer("C-10412")
    bench.settle()
    assert bench.log("SELECT customer_id FROM visits") == [("C-10412",)]
    assert bench.page.customer.isVisible()
    assert bench.names()[: len(before)] == before


def test_a_customer_without_a_basket_is_a_review(bench):
    bench.page.open_customer("C-10414")
    bench.settle()
    assert bench.log("SELECT touchpoint FROM visits") == [("review",)]
    assert bench.page.main.nothing.isVisible()
    assert bench.page.main.personal_off.isVisible()


def test_a_scan_starts_a_basket_and_del_takes_it_out(bench):
    bench.page.scan("5000000000008")
    bench.settle()
    bench.page.scan("5000000000008")
    bench.settle()
    (line,) = bench.page.basket.lines.lines
    assert (line.line.quantity, line.scanned) == (2, True)
    assert bench.page.basket.title == "Basket"
    view = bench.page.basket.view
    view.setFocus()
    view.setCurrentIndex(bench.page.basket.lines.index(0))
    bench.press("Delete")
    assert bench.page.basket.lines.lines == ()


def test_an_unknown_code_loses_nothing(bench):
    bench.open_basket()
    before = bench.names()
    bench.page.scan("9999999999999")
    bench.settle()
    assert "9999999999999" in bench.page.main.notice.text
    assert bench.names() == before


def test_a_scanned_basket_number_opens_it(bench):
    bench.page.scan("B-20418")
    bench.settle()
    assert bench.page.desk.served.basket.basket_id == "B-20418"


def test_accepted_stands_in_the_basket_with_its_price(bench):
    bench.open_basket()
    product = bench.page.list.selected.suggestion.product
    bench.press("a")
    lines = {line.line.name: line for line in bench.page.basket.lines.lines}
    assert lines[product.name].suggested
    total = 7_290_000 + 185_000 + product.price
    assert sum(line.amount for line in lines.values()) == total


def test_consent_off_hides_what_is_owned_and_asks_once(bench):
    bench.open_basket()
    page = bench.page
    assert page.desk.served.personal
    assert page.customer.owned
    page.customer.consent.click()
    assert page.asking.consent.isVisible()
    bench.press("Return")
    assert not page.desk.served.personal
    assert page.customer.owned == ()
    assert page.main.personal_off.isVisible()
    assert all(not e.owned for row in page.desk.rows.rows for e in row.suggestion.evidence if row.pending)
    assert bench.log("SELECT customer_id, kind, given, associate_id FROM consents") == [
        ("C-10412", "personal_suggestions", 0, "A1")
    ]


def test_escape_leaves_the_consent_as_it_was(bench):
    bench.open_basket()
    bench.page.customer.consent.click()
    bench.press("Escape")
    assert bench.log("SELECT count(*) FROM consents") == [(0,)]


def test_step_ups_stand_apart(bench):
    bench.open_basket()
    steps = bench.page.main.step_ups
    assert steps.isVisible()
    assert "Lumo R70 mirrorless kit" not in bench.names()
    bench.press("u")
    assert steps.head.isChecked()
    bench.press("Escape")
    assert not steps.head.isChecked()


def test_a_visit_left_unfinished_is_taken_up(bench, qtbot, look, questions, session):
    bench.open_basket()
    bench.press("a", "d", "3")
    names, states = bench.names(), bench.states()
    again = CounterPage(look, questions, session)  # as after a crash: a page that knows nothing
    qtbot.addWidget(again)
    bench.settle()
    entry = again.idle.entries[0]
    assert entry.text() == "Maren Oduya"
    assert "Take up" in entry.accessibleName()
    entry.click()
    bench.settle()
    assert [row.suggestion.product.name for row in again.desk.rows.rows] == names
    assert [row.state for row in again.desk.rows.rows] == states
    assert again.desk.rows.latest.number == 2
    assert again.desk.rows.rows[1].reason == "too_expensive"


def test_a_visit_left_before_any_answer_is_finished_and_not_offered_again(
    bench, qtbot, look, questions, session
):
    bench.open_basket()
    shown = bench.page.desk.rows.rowCount()
    again = CounterPage(look, questions, session)
    qtbot.addWidget(again)
    again.take_up()  # somebody signs in
    bench.settle()
    assert not any("Take up" in entry.accessibleName() for entry in again.idle.entries)
    assert bench.log("SELECT count(*) FROM visits WHERE finished_at IS NULL") == [(0,)]
    assert bench.log("SELECT kind, count(*) FROM answers GROUP BY kind") == [("not_offered", shown)]


def test_nothing_to_suggest_says_what_was_checked(bench):
    bench.page.open_product("P11")
    bench.settle()
    assert bench.page.desk.rows.rowCount() == 0
    assert bench.page.main.nothing.isVisible()
    assert "Café teapot" in bench.page.main.nothing.why


def test_answers_follow_whoever_is_signed_in(bench):
    from assistant.records import Associate

    bench.open_basket()
    bench.session.sign_in(Associate("A2", "Owen Bright", "S1"))
    bench.press("a")
    assert bench.log("SELECT associate_id FROM answers") == []
    bench.press("Return", "a")  # taken over first
    assert bench.log("SELECT associate_id FROM answers") == [("A2",)]


def test_locking_closes_what_is_half_asked_and_keeps_the_visit(bench):
    bench.open_basket()
    bench.press("d")
    bench.page.put_away()
    assert not bench.page.asking.reasons.isVisible()
    assert bench.log("SELECT count(*) FROM answers") == [(0,)]
    bench.page.take_up()
    bench.settle()
    assert bench.page.desk.visit is not None


def test_a_forty_line_basket_without_prices_stays_usable(bench):
    with contextlib.closing(open_catalog(bench.home)) as catalog:
        catalog.execute("INSERT INTO baskets VALUES ('B-40', NULL, NULL, NULL, NULL, NULL)")
        catalog.execute("UPDATE products SET price = NULL, currency = NULL")
        catalog.executemany(
            "INSERT INTO basket_lines VALUES ('B-40', ?, ?, 1, NULL, NULL)",
            [(n, f"X{n}") for n in range(1, 40)] + [(40, "P1")],
        )
    bench.open_basket("B-40")
    assert len(bench.page.basket.lines.lines) == 40
    assert bench.page.basket.total == ""
    assert bench.page.desk.rows.rowCount() >= 1
    assert bench.page.window().size().height() == 900
    bench.press("a", "F9", "F9")
    assert bench.log("SELECT count(*) FROM visits WHERE finished_at IS NOT NULL") == [(1,)]


def test_f6_goes_round_the_panes(bench):
    bench.open_basket()
    panes = []
    for _ in range(5):
        bench.press("F6")
        focus = bench.page.window().focusWidget()
        panes.append(
            next(
                p
                for p in (bench.page.customer, bench.page.basket, bench.page.main, bench.page.bar)
                if p.isAncestorOf(focus)
            )
        )
    assert [type(p).__name__ for p in panes] == [
        "MainColumn", "VisitBar", "CustomerPanel", "BasketPanel", "MainColumn",
    ]  # fmt: skip


def test_what_is_shown_was_logged_first(bench, monkeypatch):
    from assistant.errors import StoreError

    bench.refuse_next(monkeypatch, "show", StoreError("The disk is full; nothing was changed."))
    bench.open_basket()
    assert bench.names() == []
    assert bench.page.main.notice.text == "The disk is full; nothing was changed."
    assert bench.page.desk.visit is not None
    monkeypatch.undo()
    monkeypatch.setattr(type(bench.session), "now", lambda self: shops.NOW)
    bench.session.data_changed.emit()
    bench.settle()
    assert bench.names()


def test_the_log_agrees_with_the_page_after_many_keys(bench):
    bench.open_basket()
    bench.press("a", "z", "d", "2", "l", "z", "a")
    with contextlib.closing(open_home(bench.home)) as connection:
        (left,) = visits.unfinished(connection, "A1")
    standing = {answer.suggestion_id: answer.kind for answer in left.answers}
    shown = {row.key: row.state for row in bench.page.desk.rows.rows if not row.pending}
    assert standing == shown


def test_a_basket_gone_meanwhile_leads_back_to_the_start(bench):
    bench.open_basket()
    bench.page.open_basket("B-999")
    bench.settle()
    assert bench.page.desk.served is None
    assert bench.page.idle.isVisible()
    assert "B-999" in bench.page.idle.notice.text


def test_another_customer_right_after_an_answer_waits_for_the_disk(bench):
    bench.open_basket()
    bench.page.list.pressed.emit("accepted")
    bench.page.open_customer("C-10414")
    bench.settle()
    assert bench.log("SELECT count(*) FROM answers") == [(1,)]
    assert bench.page.asking.leave.isVisible()
    bench.press("Return")
    assert bench.page.desk.served.customer_id == "C-10414"


def test_two_openings_at_once_end_with_the_later_one(bench):
    bench.page.open_basket("B-20418")
    bench.page.open_customer("C-10414")
    bench.settle()
    assert bench.page.desk.served.customer_id == "C-10414"
    assert bench.log("SELECT count(*) FROM visits WHERE finished_at IS NULL") == [(1,)]


def test_an_accepted_add_on_is_added_by_hand_where_the_till_takes_no_lines(bench):
    bench.open_basket()
    bench.press("a")
    (row,) = (row for row in bench.page.desk.rows.rows if row.state == "accepted")
    assert at_the_till(row) == "Add at the till"


def test_what_became_of_it_at_the_till_is_told(bench):
    bench.page.desk._chosen(replace(bench.page.desk.choices, till="writes"))
    bench.open_basket()
    bench.press("a")
    rows = bench.page.desk.rows
    (row,) = (row for row in rows.rows if row.state == "accepted")
    assert at_the_till(row) == "Going into the basket"
    rows.note_till({row.key: Written("partly", "Only 2 were in stock.")})
    row = rows.rows[rows.place(row.key)]
    assert at_the_till(row) == "Partly in the basket"
    assert spoken_state(row, shops.NOW) == "Accepted. Partly in the basket. Only 2 were in stock."


def test_what_the_customer_says_to_have_is_owned_at_once_and_undone_again(bench):
    bench.open_basket()
    if bench.page.list.selected.suggestion.product.consumable:  # she has bought the paper before
        bench.press("Down")
    name = bench.page.list.selected.suggestion.product.name
    bench.press("d", "1")
    assert name in [owned.product.name for owned in bench.page.customer.owned]
    bench.press("z")
    assert name not in [owned.product.name for owned in bench.page.customer.owned]


def test_a_note_stands_on_the_card_the_next_time(bench):
    bench.open_basket()
    bench.page.desk.finish(None, "Prints in July.")
    bench.settle()
    bench.open_basket()
    shown = [text.text() for text in bench.page.customer.findChildren(QLabel) if text.isVisible()]
    assert "Prints in July." in shown
    assert any(text.startswith("Priya Nair, ") for text in shown)


def test_where_nothing_fits_a_product_can_be_found(bench):
    asked = []
    bench.page.search_asked.connect(lambda: asked.append(True))
    bench.page.main.nothing.find_product.click()
    assert asked == [True]
