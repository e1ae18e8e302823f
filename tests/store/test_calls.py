"""Calls as the log keeps them: what they are about, ticks, and how those without an offer ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import InputError
from assistant.records import Visit
from assistant.store import calls, follow_ups, preferences, visits
from assistant.store.database import Connection
from tests.store.slates import slate

MAREN = "C-10412"


@pytest.fixture
def visit(shop: Connection) -> Visit:
    begun = visits.begin(shop, associate_id="A1", touchpoint="review", store_id="S1", customer_id=MAREN)
    calls.begin(shop, begun, "problem", number="+441632960187")
    return begun


def test_a_call_is_known_by_what_it_is_about(shop, visit):
    assert calls.read(shop, visit.visit_id) == calls.Call(visit.visit_id, "problem", "+441632960187")
    assert calls.read(shop, "none") is None


def test_ticks_are_kept_and_can_be_taken_back(shop, visit):
    calls.tick(shop, visit.visit_id, 0, True, "Confirm name")
    calls.tick(shop, visit.visit_id, 2, True, "Ask")
    assert calls.tick(shop, visit.visit_id, 0, False, "Confirm name").done == {2}
    assert shop.execute("SELECT count(*) FROM call_steps").fetchone() == (3,)


def test_another_reason_has_an_agenda_of_its_own(shop, visit):
    calls.tick(shop, visit.visit_id, 1, True, "Solve it")
    assert calls.choose_reason(shop, visit.visit_id, "order").done == frozenset()
    assert calls.choose_reason(shop, visit.visit_id, "problem").done == {1}


def test_not_reached_ends_the_call_without_any_offer(shop, visit):
    visits.show(shop, visit.visit_id, slate(shop, "P3"))
    outcome = calls.end(shop, visit.visit_id, "not_reached", associate_id="A1")
    assert calls.outcome_of(shop, visit.visit_id) == "not_reached"
    assert shop.execute("SELECT kind FROM answers").fetchall() == [("not_offered",)]
    assert visits.unfinished(shop, "A1") == ()
    calls.undo_end(shop, outcome, associate_id="A1")
    assert calls.outcome_of(shop, visit.visit_id) is None


def test_a_call_back_is_a_follow_up_until_it_is_taken_back(shop, visit):
    at = datetime.now(UTC) + timedelta(hours=1)
    outcome = calls.end(shop, visit.visit_id, "call_back", associate_id="A1", until=at)
    now = datetime.now(UTC)
    (one,) = follow_ups.read(shop, now, until=now + timedelta(days=1), associate_id="A1")
    assert (one.kind, one.channel, one.customer_id) == ("call_back", "call", MAREN)
    calls.undo_end(shop, outcome, associate_id="A1")
    states = [one.state for one in follow_ups.read(shop, now, until=now + timedelta(days=1))]
    assert states == ["dropped"]


def test_what_is_over_takes_no_ticks_and_no_second_end(shop, visit):
    calls.end(shop, visit.visit_id, "passed_on", associate_id="A1")
    with pytest.raises(InputError, match="over"):
        calls.tick(shop, visit.visit_id, 0, True, "Confirm name")
    with pytest.raises(InputError, match="over"):
        calls.end(shop, visit.visit_id, "not_reached", associate_id="A1")
    assert calls.outcome_of(shop, visit.visit_id) == "passed_on"


def test_a_visit_at_the_counter_is_no_call(shop):
    begun = visits.begin(shop, associate_id="A1", touchpoint="counter")
    with pytest.raises(InputError, match="no call"):
        calls.end(shop, begun.visit_id, "not_reached", associate_id="A1")


def test_the_cap_is_kept_below_the_screen(shop, visit):
    preferences.put(shop, "review.month_cap", 1)
    now = datetime.now(UTC)
    calls.check_cap(shop, MAREN, now)
    (shown,) = visits.show(shop, visit.visit_id, slate(shop, "P3"))
    visits.answer(shop, str(shown.suggestion_id), "declined", associate_id="A1")
    with pytest.raises(InputError, match="more than 1 offers this month"):
        calls.check_cap(shop, MAREN, now)


def test_forgetting_a_customer_leaves_nothing_of_their_calls(shop, visit):
    calls.tick(shop, visit.visit_id, 0, True, "Confirm name")
    calls.end(shop, visit.visit_id, "not_reached", associate_id="A1")
    calls.forget(shop, MAREN)
    for table in ("calls", "call_steps", "call_outcomes"):
        assert shop.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    records = {row[0] for row in shop.execute("SELECT record FROM outbox")}
    assert not records & {"call", "call_step", "call_outcome"}
