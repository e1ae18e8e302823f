"""A visit that two people serve: each answer counts for whoever gave it, and nothing counts twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.measure.report import report
from assistant.measure.team import team
from assistant.records import Visit
from assistant.store import counting, parking, visits
from assistant.store.database import Connection, open_catalog, transaction
from tests.store.slates import slate


@pytest.fixture
def visit(shop: Connection) -> Visit:
    """Begun by A1, of a basket that A2 has been handed."""
    return visits.begin(shop, associate_id="A1", touchpoint="counter", basket_id="B-7", anchors=("P1",))


def show(shop: Connection, visit: Visit, *products: str) -> list[str]:
    return [str(s.suggestion_id) for s in visits.show(shop, visit.visit_id, slate(shop, *products))]


def period() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(days=1), now + timedelta(days=1)


def told(shop: Connection, figure: str) -> dict[str, tuple[float, float]]:
    """A figure of each associate, as what was counted and of how many."""
    since, until = period()
    found = report(shop, by="associate", since=since, until=until)
    return {row.key: (row.num, row.den) for row in found.rows if row.figure == figure}


def test_before_and_after_the_handover_each_has_their_own(shop, visit):
    first, second, _third = show(shop, visit, "P3", "P5", "P6")
    visits.answer(shop, first, "accepted", associate_id="A1")
    visits.answer(shop, second, "declined", associate_id="A2", reason="too_expensive")
    visits.finish(shop, visit.visit_id, associate_id="A2")
    assert told(shop, "acceptance") == {"A1": (1, 1), "A2": (0, 1)}
    assert told(shop, "offer_rate") == {"A1": (1, 1), "A2": (1, 2)}, (
        "what was not offered is whose finish it was"
    )
    since, until = period()
    rows = {row.associate_id: (row.accepted, row.offers) for row in team(shop, since=since, until=until).rows}
    assert rows == {"A1": (1, 1), "A2": (0, 1)}


def test_all_of_them_together_are_counted_once(shop, visit):
    first, second = show(shop, visit, "P3", "P5")
    visits.answer(shop, first, "accepted", associate_id="A1")
    visits.answer(shop, second, "accepted", associate_id="A2")
    visits.finish(shop, visit.visit_id, associate_id="A2")
    since, until = period()
    total = {f.figure: (f.num, f.den) for f in report(shop, by="associate", since=since, until=until).total}
    assert total["acceptance"] == (2, 2)
    by_week = report(shop, by="week", since=since, until=until)
    assert [(f.num, f.den) for f in by_week.rows if f.figure == "acceptance"] == [(2, 2)]


def test_an_answer_given_anew_by_a_colleague_is_the_colleagues(shop, visit):
    (only,) = show(shop, visit, "P3")
    visits.answer(shop, only, "declined", associate_id="A1")
    visits.undo(shop, only, associate_id="A2")
    assert told(shop, "offer_rate") == {"A1": (0, 1)}, "taken back, it is the visit's again"
    visits.answer(shop, only, "accepted", associate_id="A2")
    assert told(shop, "acceptance") == {"A2": (1, 1)}


def test_what_reached_the_receipt_is_confirmed_for_who_offered_it(shop, visit, shop_home):
    first, second = show(shop, visit, "P3", "P5")
    visits.answer(shop, first, "accepted", associate_id="A1")
    visits.answer(shop, second, "accepted", associate_id="A2")
    visits.finish(shop, visit.visit_id, associate_id="A2")
    at = int(datetime.now(UTC).timestamp() * 1000)
    catalog = open_catalog(shop_home)
    with transaction(catalog):
        catalog.execute("INSERT INTO orders VALUES ('O-7', NULL, 'A2', 'S1', ?, 'till', 'B-7', 'GBP')", (at,))
        catalog.executemany(
            "INSERT INTO order_lines VALUES ('O-7', ?, ?, 1, 100000, 0, 0)", [(1, "P1"), (2, "P3")]
        )
    catalog.close()
    counting.count(shop_home)
    assert told(shop, "confirmed") == {"A1": (1, 1), "A2": (0, 1)}


def test_a_silence_at_the_customers_wish_lowers_no_offer_rate(shop, visit):
    first, *_ = show(shop, visit, "P3", "P5", "P6")
    visits.answer(shop, first, "accepted", associate_id="A1")
    parking.refuse_offers(shop, visit.visit_id, associate_id="A1", at=datetime.now(UTC))
    visits.finish(shop, visit.visit_id, associate_id="A1")
    assert told(shop, "offer_rate") == {"A1": (1, 1)}
