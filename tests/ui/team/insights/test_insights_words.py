"""What the Insights tab says of facts made by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.measure.insights import Insights, NeverSold
from assistant.ui.team.insights import words

DAY = datetime(2026, 6, 14, tzinfo=UTC)


def test_a_pair_that_never_sells_says_how_often_and_why(qapp):
    fact = words.never(NeverSold("CAM", "The CAM", "INK", "The INK", 60, 0, 0, 0.0602, "has_one"))
    assert (fact.title, fact.value) == ("The INK with The CAM", "0 of 60")
    assert (fact.under, fact.right) == ("Mostly “Already has one”", "95%: under 6%")
    assert fact.about == ("CAM", "INK")
    assert words.never(NeverSold("A", "A", "B", "B", 60, 0, 0, 0.06, None)).under == "No reason given"


def test_declines_are_told_by_reason_with_the_products_declined_most(qapp):
    declined = {"INK": {"has_one": 30, None: 5}, "CARD": {"has_one": 10}, "BAG": {"has_one": 1}}
    names = {"INK": "The INK", "CARD": "The CARD", "BAG": "The BAG"}
    found = Insights(DAY, DAY, 0, (), {}, (), (), (), (), declined, names, {}, {}, {})
    first, second = words.declines(found, {"has_one": 41, "no_time": 0, None: 5})
    assert (first.title, first.value, first.right) == ("Already has one", "41 · 89%", "of 46 declines")
    assert first.under == "The INK (30), The CARD (10)"
    assert (second.title, second.under) == ("Without a reason", "The INK (5)")
