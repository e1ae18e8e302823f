"""What the Follow-ups page says of a cover that ends, before the day and after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.records import Customer, FollowUp, Product
from assistant.ui.followups import words
from assistant.ui.followups.reading import Task
from tests.shops import NOW


@pytest.fixture
def cover():
    """Makes a follow-up for a cover that ends so many days from now."""

    def make(days: int) -> Task:
        ends = NOW + timedelta(days=days)
        one = FollowUp("due-1", "due", "C-1", NOW, NOW - timedelta(days=350), product_id="P1", ends=ends)
        product = Product("P1", "COV-1", "Lumo care plan, 1 year")
        return Task(one, Customer("C-1", "Maren Oduya", contact=True), "call", product)

    return make


def test_a_cover_that_ends_is_said_with_its_day(qapp, cover):
    task = cover(14)
    assert words.why(task) == ("Cover ends", "later")
    assert words.say(task, NOW) == "Your Lumo care plan ends on 28 Jun. Would you like to go on with it?"
    assert words.subject(task, NOW) == "Your Lumo care plan, until 28 Jun"


def test_a_cover_that_has_ended_says_so(qapp, cover):
    said = words.say(cover(-3), NOW)
    assert said == "Your Lumo care plan ended on 11 Jun. Would you like to go on with it?"


def test_a_draft_leaves_an_easy_no_and_speaks_of_no_supply(qapp, cover):
    body = words.body(cover(14), NOW, "Priya Nair", "Harbour Street")
    assert "ends on 28 Jun" in body
    assert "If you found something else, just say so." in body
    assert "If you have enough" not in body
