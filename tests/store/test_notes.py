"""What was noted for next time, and by whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.store import access, erasing, notes, parking, staff, visits

MAREN = "C-10412"
NOW = datetime(2026, 6, 14, 14, 30, tzinfo=UTC)


@pytest.fixture
def visit(shop):
    return visits.begin(shop, associate_id="A1", touchpoint="counter", store_id="S1", customer_id=MAREN)


def test_nobody_has_noted_anything(shop, visit):
    assert notes.last(shop, MAREN) is None
    visits.finish(shop, visit.visit_id, associate_id="A1")
    assert notes.last(shop, MAREN) is None


def test_the_newest_note_with_its_author(shop, visit):
    visits.finish(shop, visit.visit_id, associate_id="A1", note="Prints in July.")
    found = notes.last(shop, MAREN)
    assert found is not None
    assert (found.text, found.by) == ("Prints in July.", "Priya Nair")
    second = visits.begin(shop, associate_id="A1", touchpoint="counter", store_id="S1", customer_id=MAREN)
    parking.take_up(shop, second.visit_id, associate_id="A2", at=NOW)
    visits.finish(shop, second.visit_id, associate_id="A2", note="Bought the frame.")
    found = notes.last(shop, MAREN)
    assert found is not None
    assert (found.text, found.by) == ("Bought the frame.", "Owen Bright"), "whoever took it over wrote it"


def test_it_goes_with_the_customer(shop, visit):
    visits.finish(shop, visit.visit_id, associate_id="A1", note="Prints in July.")
    staff.make_keeper(shop, "Priya Nair", "4820")
    erasing.erase(shop, MAREN, typed=MAREN, permit=access.permit(shop, "A1", "4820"))
    assert notes.last(shop, MAREN) is None
