"""The Review page by keys: whose call it is, what is said, the agenda, the next step, and how calls end."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from assistant.errors import StoreError
from assistant.records import Contacts
from assistant.store import preferences, visits
from assistant.store.database import open_catalog, open_home
from assistant.ui.review import words
from tests import shops
from tests.ui.review.conftest import PRIYA

MAREN, INES = "C-10412", "C-10413"


def choose(desk, key: str, value) -> None:
    with contextlib.closing(open_home(desk.home)) as connection:
        preferences.put(connection, key, value)


def states(desk) -> list[str]:
    return [row.state for row in desk.page.desk.rows.rows]


def test_a_number_opens_its_customers_call(desk):
    desk.page.open_phone("01632 960 187")
    desk.settle()
    assert desk.page.desk.served.customer_id == MAREN
    assert desk.log("SELECT touchpoint, customer_id, basket_id FROM visits") == [("review", MAREN, None)]
    assert desk.log("SELECT reason, number FROM calls") == [("question", "01632 960 187")]
    assert desk.page.desk.rows.rowCount()


def test_a_basket_at_the_till_is_left_out_of_a_call(desk):
    desk.call()
    assert desk.page.desk.served.lines == ()


def test_two_customers_on_one_number_are_asked_for_by_number_key(desk):
    with contextlib.closing(open_catalog(desk.home)) as catalog:
        catalog.execute("UPDATE customers SET phone = '+441632960187' WHERE customer_id = ?", (INES,))
    desk.page.open_phone("+441632960187")
    desk.settle()
    assert desk.page.desk.served is None
    assert len(desk.page.idle.entries) == 2
    assert "2 customers have" in desk.page.idle.title
    desk.press("1")
    assert desk.page.desk.served.customer_id == INES  # by name: Ines before Maren
    assert desk.log("SELECT number FROM calls") == [("+441632960187",)]


def test_a_number_of_nobody_offers_search(desk, qtbot):
    desk.page.open_phone("+441632999999")
    desk.settle()
    assert desk.page.idle.title.startswith("Nobody has")
    with qtbot.waitSignal(desk.page.search_asked):
        desk.page.idle.search.click()
    assert desk.log("SELECT count(*) FROM visits") == [(0,)]


def test_an_order_opens_its_customers_call(desk):
    desk.page.open_order("O150")
    desk.settle()
    assert desk.page.desk.served.customer_id == MAREN
    assert desk.log("SELECT reason, order_id FROM calls") == [("order", "O150")]


@pytest.mark.parametrize(("order", "said"), [("O-none", "no order"), ("O0", "Nobody’s name")])
def test_an_order_of_nobody_is_said_in_a_sentence(desk, order, said):
    desk.page.open_order(order)
    desk.settle()
    assert said in desk.page.idle.notice.text
    assert desk.page.desk.served is None


def test_what_is_owned_stands_with_what_is_due(desk):
    desk.call()
    (due, *rest) = desk.page.timeline.line.things
    assert (due.owned.product.product_id, due.due.kind, due.due.every_days) == ("P9", "again", 250.0)
    assert not any(one.due_now(shops.NOW) for one in rest)


def test_without_consent_nothing_owned_is_shown_or_used(desk):
    desk.call(INES)
    assert desk.page.timeline.line.things == ()
    assert desk.page.talk.personal_off.isVisible()
    assert desk.page.desk.rows.rowCount() == 0


def test_answers_are_logged_with_the_same_keys_as_at_the_counter(desk):
    desk.call()
    count = desk.page.desk.rows.rowCount()
    desk.press("a")
    assert states(desk)[0] == "accepted"
    assert desk.log("SELECT kind FROM answers") == [("accepted",)]
    desk.press("z")
    assert states(desk)[0] == "pending"
    desk.press("d", "1")
    assert desk.log("SELECT kind, reason FROM answers ORDER BY sequence DESC LIMIT 1") == [
        ("declined", "has_one")
    ]
    assert count <= 3


def test_the_months_limit_is_kept_and_said(desk):
    choose(desk, "review.month_cap", 1)
    with contextlib.closing(open_catalog(desk.home)) as catalog:
        catalog.execute("INSERT INTO links VALUES ('P8', 'P6', 'accessory')")
    desk.call()
    assert desk.page.desk.rows.rowCount() >= 2
    desk.press("a")
    assert desk.page.talk.policy.isVisible()
    desk.press("a")
    assert states(desk).count("accepted") == 1
    assert "more than 1 offers this month" in desk.page.talk.notice.text
    desk.press("z")
    assert not desk.page.talk.policy.isVisible()


def test_at_the_months_limit_nothing_is_shown_or_logged(desk):
    choose(desk, "review.month_cap", 0)
    desk.call()
    assert desk.page.talk.policy.isVisible()
    assert not desk.page.talk.list.isVisible()
    assert desk.log("SELECT count(*) FROM suggestions") == [(0,)]
    desk.press(Qt.Key.Key_Space)
    assert desk.page.agenda.done == 1


def test_a_held_out_call_says_so_and_suggests_nothing(desk, monkeypatch):
    choose(desk, "holdout.share", 5)
    monkeypatch.setattr("assistant.store.holdout.place", lambda key, unit, name: 0.0)
    desk.call()
    talk = desk.page.talk
    assert talk.held_out.isVisible()
    assert "drawn by lot" in talk.held_out.text
    for other in (talk.policy, talk.list, talk.held_back, talk.step_ups):
        assert not other.isVisible()
    assert desk.log("SELECT count(*) FROM suggestions") == [(0,)]
    assert desk.log("SELECT count(*) > 0 FROM withheld") == [(1,)]
    desk.press(Qt.Key.Key_Space)
    assert desk.page.agenda.done == 1


def test_space_ticks_the_steps_in_turn_and_a_click_takes_one_back(desk):
    desk.call()
    desk.press(Qt.Key.Key_Space, Qt.Key.Key_Space)
    assert [tick.isChecked() for tick in desk.page.agenda.ticks[:3]] == [True, True, False]
    desk.page.agenda.ticks[0].click()
    desk.settle()
    assert [tick.isChecked() for tick in desk.page.agenda.ticks[:3]] == [False, True, False]
    assert desk.log("SELECT step, done FROM call_steps ORDER BY sequence") == [(0, 1), (1, 1), (0, 0)]


def test_the_agenda_is_the_managers(desk):
    choose(desk, "review.agenda.question", "Say hello | with a smile\n\nSay goodbye")
    desk.call()
    assert [tick.text() for tick in desk.page.agenda.ticks] == ["Say hello", "Say goodbye"]
    assert desk.page.agenda.ticks[0].toolTip() == "with a smile"


def test_another_reason_brings_another_agenda(desk):
    desk.call()
    before = [tick.text() for tick in desk.page.agenda.ticks]
    desk.press("r")
    assert desk.log("SELECT reason FROM calls") == [("problem",)]
    assert [tick.text() for tick in desk.page.agenda.ticks] != before
    assert "the Fine photo paper A4" in desk.page.agenda.ticks[2].text()


def test_a_follow_up_is_scheduled_with_f_arrows_and_enter(desk):
    desk.call()
    desk.press("f", Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return)
    ((customer, associate, due, channel),) = desk.log(
        "SELECT customer_id, associate_id, due, channel FROM follow_ups"
    )
    day = datetime.fromtimestamp(due / 1000, UTC).date()
    assert (customer, associate, channel) == (MAREN, "A1", "call")
    assert day == desk.page.schedule.day.astimezone(UTC).date()
    assert (day - desk.page._session.now().date()) == timedelta(days=8)
    desk.press("z")
    assert desk.log("SELECT kind FROM follow_up_steps") == [("dropped",)]
    assert desk.page.desk.promise is None


def test_who_may_not_be_contacted_is_kept_for_the_next_visit(desk):
    desk.call(INES)
    desk.press("f", Qt.Key.Key_Left, Qt.Key.Key_Return)
    assert desk.log("SELECT channel FROM follow_ups") == [("visit",)]


@pytest.mark.parametrize(
    ("key", "kind"), [("1", "not_reached"), ("2", "call_back"), ("3", "call_back"), ("5", "passed_on")]
)
def test_a_call_without_an_offer_ends_in_two_keys(desk, key, kind):
    desk.call()
    desk.press("c", key)
    assert desk.page.desk.served is None
    assert desk.log("SELECT kind FROM call_outcomes") == [(kind,)]
    assert desk.log("SELECT count(*) FROM follow_ups") == [(int(kind == "call_back"),)]
    assert desk.log("SELECT DISTINCT kind FROM answers") == [("not_offered",)]
    desk.press("z")
    assert desk.log("SELECT kind FROM call_outcomes ORDER BY sequence DESC LIMIT 1") == [("undone",)]


def test_a_call_with_an_answer_is_finished_not_ended(desk):
    desk.call()
    desk.press("a", "c")
    assert not desk.page.ending.isVisible()
    assert "F9" in desk.page.talk.notice.text


def test_a_call_is_finished_like_a_visit(desk):
    desk.call()
    desk.press("a", Qt.Key.Key_F9, Qt.Key.Key_F9)
    assert desk.page.desk.served is None
    assert desk.log("SELECT count(*) FROM visits WHERE finished_at IS NOT NULL") == [(1,)]


def test_a_full_disk_marks_nothing_and_says_so(desk, monkeypatch):
    desk.call()

    def refuse(connection, **given):
        raise StoreError("The change could not be written (disk full); nothing was changed.")

    monkeypatch.setattr(visits, "answer", refuse)
    desk.press("a")
    assert set(states(desk)) == {"pending"}
    assert "disk full" in desk.page.talk.notice.text
    monkeypatch.undo()
    desk.press("a")
    assert "accepted" in states(desk)


def test_locking_keeps_the_call_and_asks_nothing_half_asked(desk):
    desk.call()
    desk.press("c")
    desk.page.put_away()
    assert not desk.page.ending.isVisible()
    assert desk.page.desk.served is not None


def test_a_call_left_unfinished_is_taken_up_again(desk, look, questions, session, qtbot):
    desk.call()
    desk.press("a")
    session.sign_in(PRIYA)
    from assistant.ui.review import ReviewPage

    again = ReviewPage(look, questions, session)
    qtbot.addWidget(again)
    desk.settle()
    (entry,) = again.idle.entries
    entry.click()
    desk.settle()
    assert next(row.state for row in again.desk.rows.rows) == "accepted"
    assert again.desk.facts.call.reason == "question"


def test_the_policy_in_words():
    assert "had 3 offers this month" in words.policy(Contacts(None, 3, 3), "Maren")
    assert words.policy(Contacts(None, 0, 0), "Maren").startswith("Nothing is offered by phone")
    assert words.left(Contacts(None, 1, 3)) == "2 more allowed"
    assert words.clock(252) == "04:12"


@pytest.mark.parametrize("reason", ["Order", "Something is not as ordered"])
@pytest.mark.parametrize("width", [1440, 1280])
def test_what_the_call_is_about_never_makes_the_agenda_wider_than_its_column(desk, reason, width):
    desk.page.window().resize(width, 800)
    desk.page.resize(width - 80, 700)
    desk.call()
    page = desk.page
    page.agenda.show_steps(reason, [("Say hello", "")], frozenset())
    QApplication.processEvents()
    assert page.agenda.reason.isVisible()
    assert page.agenda.minimumSizeHint().width() <= page.agenda.parentWidget().parentWidget().width()
