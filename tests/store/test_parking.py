"""Visits that wait: every step is a record of its own, and survives whatever a visit survives."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import InputError
from assistant.records import Visit
from assistant.store import access, contacts, erasing, parking, staff, visits
from assistant.store.database import Connection, Home, open_home, stamp
from tests.store.slates import slate

NOW = datetime(2026, 6, 14, 14, 30, tzinfo=UTC)
MAREN = "C-10412"


@pytest.fixture
def visit(shop: Connection) -> Visit:
    """A visit of Maren's in store S1, begun by A1."""
    return visits.begin(shop, associate_id="A1", touchpoint="counter", store_id="S1", customer_id=MAREN)


def show(shop: Connection, visit: Visit, *products: str) -> list[str]:
    return [str(s.suggestion_id) for s in visits.show(shop, visit.visit_id, slate(shop, *products))]


def test_each_step_has_its_sequence_its_time_and_an_outbox_row(shop, visit):
    parking.park(shop, visit.visit_id, associate_id="A1", at=NOW)
    parking.take_up(shop, visit.visit_id, associate_id="A2", at=NOW + timedelta(minutes=4))
    steps = shop.execute(
        "SELECT s.kind, s.from_id, s.associate_id, s.at, o.record FROM visit_steps s "
        "JOIN outbox o ON o.sequence = s.sequence AND o.record_id = s.step_id ORDER BY s.sequence"
    ).fetchall()
    assert steps == [
        ("parked", None, "A1", stamp(NOW), "visit_step"),
        ("handed_over", "A1", "A2", stamp(NOW + timedelta(minutes=4)), "visit_step"),
    ]


def test_a_second_handover_names_who_had_it_last(shop, visit):
    for who in ("A2", "A1", "A1"):
        parking.take_up(shop, visit.visit_id, associate_id=who, at=NOW)
    told = shop.execute("SELECT kind, from_id, associate_id FROM visit_steps ORDER BY sequence").fetchall()
    assert told == [("handed_over", "A1", "A2"), ("handed_over", "A2", "A1"), ("taken_up", None, "A1")]


def test_a_parked_visit_waits_after_a_restart_with_its_lines(shop_home: Home):
    with contextlib.closing(open_home(shop_home)) as before:
        visit = visits.begin(before, associate_id="A1", touchpoint="counter", store_id="S1")
        parking.keep_lines(before, visit.visit_id, {"P1": 1, "P8": 2})
        parking.park(before, visit.visit_id, associate_id="A1", at=NOW)
    with contextlib.closing(open_home(shop_home)) as after:
        (one,) = parking.waiting(after, "A1", "S1")
        assert (one.visit.visit.visit_id, one.parked_at) == (visit.visit_id, NOW)
        assert one.lines == {"P1": 1, "P8": 2}


def test_who_may_take_it_up(shop, visit):
    assert [one.holder_id for one in parking.waiting(shop, "A1", "S1")] == ["A1"]
    assert parking.waiting(shop, "A2", "S1") == (), "what is not parked is its holder's alone"
    parking.park(shop, visit.visit_id, associate_id="A1", at=NOW)
    assert len(parking.waiting(shop, "A2", "S1")) == 1
    assert parking.waiting(shop, "A2", "S2") == (), "parked visits stay in their store"


def test_parked_for_a_colleague_it_stays_the_colleagues(shop, visit):
    parking.park(shop, visit.visit_id, associate_id="A2", at=NOW)
    (one,) = parking.waiting(shop, "A1", "S1")
    assert (one.holder_id, one.parked_at) == ("A1", NOW)
    parking.take_up(shop, visit.visit_id, associate_id="A1", at=NOW)
    told = shop.execute("SELECT kind, from_id, associate_id FROM visit_steps ORDER BY sequence").fetchall()
    assert told == [("parked", "A1", "A2"), ("taken_up", None, "A1")]
    assert parking.waiting(shop, "A2", "S1") == ()


@pytest.mark.parametrize("step", [parking.park, parking.take_up, parking.refuse_offers, parking.allow_offers])
def test_what_is_finished_or_unknown_is_a_sentence(shop, visit, step):
    visits.finish(shop, visit.visit_id, associate_id="A1")
    for one, words in ((visit.visit_id, "That visit is finished."), ("nothing", "There is no such visit.")):
        with pytest.raises(InputError, match=words):
            step(shop, one, associate_id="A1", at=NOW)
    assert shop.execute("SELECT count(*) FROM visit_steps").fetchone() == (0,)


def test_what_is_left_unsaid_at_the_customers_wish_says_so(shop, visit):
    first, *_ = show(shop, visit, "P3", "P5", "P6")
    visits.answer(shop, first, "accepted", associate_id="A1")
    parking.refuse_offers(shop, visit.visit_id, associate_id="A1", at=NOW)
    visits.finish(shop, visit.visit_id, associate_id="A1")
    told = shop.execute("SELECT kind, reason FROM answers ORDER BY sequence").fetchall()
    assert told == [("accepted", None), ("not_offered", "no_offers"), ("not_offered", "no_offers")]


def test_a_wish_taken_back_leaves_no_cause(shop, visit):
    show(shop, visit, "P3")
    parking.refuse_offers(shop, visit.visit_id, associate_id="A1", at=NOW)
    parking.allow_offers(shop, visit.visit_id, associate_id="A1", at=NOW)
    visits.finish(shop, visit.visit_id, associate_id="A1")
    assert shop.execute("SELECT kind, reason FROM answers").fetchall() == [("not_offered", None)]


def test_the_wish_holds_for_the_customers_other_visits_of_the_day_and_is_no_contact(shop, visit):
    show(shop, visit, "P3")
    parking.refuse_offers(shop, visit.visit_id, associate_id="A1", at=NOW)
    visits.finish(shop, visit.visit_id, associate_id="A1")
    again = visits.begin(shop, associate_id="A2", touchpoint="counter", customer_id=MAREN)
    other = visits.begin(shop, associate_id="A2", touchpoint="counter", customer_id="C-10413")
    nobody = visits.begin(shop, associate_id="A2", touchpoint="counter")
    morning = NOW.replace(hour=0)
    assert parking.wants_no_offers(shop, again.visit_id, MAREN, morning)
    assert not parking.wants_no_offers(shop, again.visit_id, MAREN, NOW + timedelta(hours=12))
    assert not parking.wants_no_offers(shop, other.visit_id, "C-10413", morning)
    assert not parking.wants_no_offers(shop, nobody.visit_id, None, morning)
    known = contacts.read(shop, MAREN, NOW)
    assert (known.last_offered, known.this_month) == (None, 0)


def test_erasing_a_customer_takes_the_wish_from_their_name(shop, visit):
    parking.refuse_offers(shop, visit.visit_id, associate_id="A1", at=NOW)
    visits.finish(shop, visit.visit_id, associate_id="A1")
    staff.make_keeper(shop, "Priya Nair", "4820")
    erasing.erase(shop, MAREN, typed=MAREN, permit=access.permit(shop, "A1", "4820"))
    again = visits.begin(shop, associate_id="A1", touchpoint="counter", customer_id=MAREN)
    assert not parking.wants_no_offers(shop, again.visit_id, MAREN, NOW - timedelta(days=1))
