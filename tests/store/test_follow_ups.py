"""Follow-ups as the log keeps them: read where they lie, stepped on, and taken back in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import InputError
from assistant.records import FollowUp
from assistant.store import contacts, follow_ups, people, visits
from assistant.store.database import Connection, stamp
from tests.store.slates import slate

NOW = datetime.now(UTC)
MAREN, INES, TOM = "C-10412", "C-10413", "C-10414"


def promised(shop: Connection, customer_id: str = MAREN, days: float = 0, **more) -> FollowUp:
    values = {"associate_id": "A1", "due": NOW + timedelta(days=days), "store_id": "S1", **more}
    return follow_ups.schedule(shop, customer_id=customer_id, **values)


def later(shop: Connection, customer_id: str | None = MAREN, days: float = 0, product: str = "P3") -> str:
    visit = visits.begin(
        shop, associate_id="A1", touchpoint="counter", store_id="S1", customer_id=customer_id
    )
    (shown,) = visits.show(shop, visit.visit_id, slate(shop, product))
    until = NOW + timedelta(days=days)
    visits.answer(shop, str(shown.suggestion_id), "later", associate_id="A1", until=until)
    return str(shown.suggestion_id)


def read(shop: Connection, days: float = 1, **more) -> list[FollowUp]:
    return list(follow_ups.read(shop, NOW, until=NOW + timedelta(days=days), **more))


def test_what_was_promised_is_due_on_its_day_for_whom_and_why(shop):
    promised(shop, note=" Is the card full? ", channel="call", day_part="mornings", product_id="P3")
    promised(shop, days=9)
    (one,) = read(shop)
    assert (one.kind, one.customer_id, one.product_id) == ("promised", MAREN, "P3")
    assert (one.note, one.channel, one.day_part) == ("Is the card full?", "call", "mornings")
    assert len(read(shop, 30)) == 2


def test_a_later_answer_is_a_follow_up_until_something_else_is_said(shop):
    first = later(shop)
    assert [(one.follow_up_id, one.kind) for one in read(shop)] == [(first, "later")]
    visits.undo(shop, first, associate_id="A1")
    assert read(shop) == []
    second = later(shop, days=0.1)
    again = later(shop, days=0.2)
    assert [one.follow_up_id for one in read(shop)] == [again]
    assert second != again


def test_a_later_answer_of_nobody_known_is_none(shop):
    later(shop, None)
    assert read(shop) == []


def test_what_was_bought_since_is_not_asked_for(shop, catalog):
    later(shop)
    at = stamp(NOW + timedelta(hours=1))
    catalog.execute("INSERT INTO orders VALUES ('N1', ?, 'A1', 'S1', ?, 'till', NULL, 'GBP')", (MAREN, at))
    catalog.execute("INSERT INTO order_lines VALUES ('N1', 1, 'P3', 1, 429000, 0, 0)")
    assert read(shop) == []


def test_mine_and_the_stores(shop):
    promised(shop)
    promised(shop, INES, associate_id="A2")
    promised(shop, TOM, associate_id="A3", store_id="S2")
    assert [one.customer_id for one in read(shop, associate_id="A1")] == [MAREN]
    assert {one.customer_id for one in read(shop, store_id="S1")} == {MAREN, INES}


def test_done_stays_in_view_today_and_is_gone_tomorrow(shop):
    one = promised(shop)
    assert follow_ups.close(shop, one, associate_id="A1", channel="call").state == "done"
    assert [found.state for found in read(shop)] == ["done"]
    tomorrow = NOW + timedelta(days=1)
    assert follow_ups.read(shop, tomorrow, until=tomorrow + timedelta(days=1)) == ()


def test_moved_is_due_on_the_other_day(shop):
    one = promised(shop)
    to = NOW + timedelta(days=3)
    follow_ups.move(shop, one, to, associate_id="A1")
    assert read(shop) == []
    (moved,) = read(shop, 7)
    assert moved.moved
    assert stamp(moved.due) == stamp(to)


def test_missed_ones_are_still_due(shop):
    promised(shop, days=-3)
    promised(shop, INES, days=-follow_ups.MISSED_DAYS - 1)
    assert [one.customer_id for one in read(shop)] == [MAREN]


def test_every_step_can_be_taken_back_in_turn(shop):
    one = promised(shop)
    moved = follow_ups.move(shop, one, NOW + timedelta(days=2), associate_id="A1")
    dropped = follow_ups.drop(shop, moved, "bought_elsewhere", associate_id="A1")
    assert (dropped.state, dropped.reason) == ("dropped", "bought_elsewhere")
    back = follow_ups.undo(shop, dropped, associate_id="A1")
    assert (back.state, back.moved, stamp(back.due)) == ("open", True, stamp(moved.due))
    first = follow_ups.undo(shop, back, associate_id="A1")
    assert (first.moved, stamp(first.due)) == (False, stamp(one.due))
    with pytest.raises(InputError, match="nothing to take back"):
        follow_ups.undo(shop, first, associate_id="A1")


def test_what_is_closed_cannot_be_closed_again(shop):
    one = promised(shop)
    follow_ups.close(shop, one, associate_id="A1")
    with pytest.raises(InputError, match="closed already"):
        follow_ups.drop(shop, one, None, associate_id="A1")


def test_asked_not_to_be_contacted_withdraws_the_consent_and_undo_does_not_give_it_back(shop):
    one = promised(shop)
    dropped = follow_ups.drop(shop, one, "no_contact", associate_id="A1")
    assert people.customer(shop, MAREN).contact is False
    follow_ups.undo(shop, dropped, associate_id="A1")
    assert people.customer(shop, MAREN).contact is False


def test_who_may_not_be_contacted_cannot_be_reached_by_a_stale_screen(shop):
    one = promised(shop)
    people.set_consent(shop, MAREN, "contact", False, "A1")
    with pytest.raises(InputError, match="does not want to be contacted"):
        follow_ups.close(shop, one, associate_id="A1", channel="email")
    assert follow_ups.close(shop, one, associate_id="A1", channel="visit").state == "done"


def test_a_promise_to_nobody_is_refused(shop):
    with pytest.raises(InputError, match="no customer C-0"):
        promised(shop, "C-0")
    assert shop.execute("SELECT count(*) FROM follow_ups").fetchone() == (0,)


def test_what_is_due_again_is_shown_with_its_steps(shop):
    due = FollowUp("due-1", "due", MAREN, NOW, NOW - timedelta(days=90), "A1", "S1", "P9")
    assert [one.follow_up_id for one in read(shop, more=(due,))] == ["due-1"]
    follow_ups.close(shop, due, associate_id="A1", channel="email")
    assert [one.state for one in read(shop, more=(due,))] == ["done"]


def test_every_record_waits_to_be_sent_on_in_order(shop):
    one = promised(shop)
    follow_ups.move(shop, one, NOW + timedelta(days=2), associate_id="A1")
    rows = shop.execute("SELECT record, record_id FROM outbox ORDER BY sequence").fetchall()
    assert [row[0] for row in rows] == ["follow_up", "follow_up_step"]
    assert rows[0][1] == one.follow_up_id


def test_forgetting_a_customer_leaves_nothing_of_them(shop):
    one, other = promised(shop), promised(shop, INES)
    follow_ups.close(shop, one, associate_id="A1")
    follow_ups.forget(shop, MAREN)
    assert shop.execute("SELECT customer_id FROM follow_ups").fetchall() == [(INES,)]
    assert shop.execute("SELECT count(*) FROM follow_up_steps").fetchone() == (0,)
    assert shop.execute("SELECT record_id FROM outbox").fetchall() == [(other.follow_up_id,)]


@pytest.mark.parametrize(
    ("contact", "channel", "kind", "way"),
    [
        (True, None, "promised", "email"),
        (True, "call", "promised", "call"),
        (True, "visit", "promised", "visit"),
        (None, "call", "promised", "visit"),
        (None, "call", "call_back", "call"),
        (False, "call", "call_back", "visit"),
        (False, "email", "later", "visit"),
    ],
)
def test_consent_sets_the_channel(shop, contact, channel, kind, way):
    if contact is not None:
        people.set_consent(shop, TOM, "contact", contact, "A1")
    customer = people.customer(shop, TOM)
    one = FollowUp("f", kind, TOM, NOW, NOW, channel=channel)
    assert contacts.way(customer, one) == way


def test_offers_by_phone_count_in_their_month_and_those_at_the_counter_do_not(shop):
    later(shop)
    known = contacts.read(shop, MAREN, NOW)
    assert (known.this_month, known.cap, known.left) == (0, 3, 3)
    assert known.last_offered is not None
    visit = visits.begin(shop, associate_id="A1", touchpoint="review", customer_id=MAREN)
    (shown,) = visits.show(shop, visit.visit_id, slate(shop, "P5"))
    visits.answer(shop, str(shown.suggestion_id), "declined", associate_id="A1")
    one = promised(shop)
    follow_ups.close(shop, one, associate_id="A1", channel="call")
    assert contacts.read(shop, MAREN, NOW).this_month == 2
    visits.undo(shop, str(shown.suggestion_id), associate_id="A1")
    follow_ups.undo(shop, one, associate_id="A1")
    assert contacts.read(shop, MAREN, NOW).this_month == 0
    assert contacts.read(shop, MAREN, NOW + timedelta(days=40)).this_month == 0
