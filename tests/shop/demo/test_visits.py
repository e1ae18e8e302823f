"""The demo's visits: in step with the receipts, told as the log tells them, and true to the planted skill."""

from __future__ import annotations

import itertools
import math
import uuid
from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from assistant.shop.demo.drawing import Drawn
from assistant.shop.demo.goods import Item
from assistant.shop.demo.orders import Order
from assistant.shop.demo.truth import Truth
from assistant.store.replay import PastSuggestion, PastVisit
from tests.shop.demo.conftest import TODAY

FIRST = datetime.combine(TODAY - timedelta(weeks=12), time(), UTC)
MIDNIGHT = datetime.combine(TODAY, time(), UTC)


@pytest.fixture(scope="module")
def goods(drawn: Drawn) -> dict[str, Item]:
    return {item.product_id: item for item in drawn.fit.goods}


@pytest.fixture(scope="module")
def receipts(drawn: Drawn) -> dict[str, Order]:
    return {order.basket_id: order for order in drawn.orders if order.basket_id}


def _accepted(visit: PastVisit) -> list[PastSuggestion]:
    return [s for s in visit.suggestions if s.answers[-1].kind == "accepted"]


def test_they_fill_twelve_weeks_and_no_more(drawn: Drawn) -> None:
    starts = [past.visit.started_at for past in drawn.visits]
    assert starts == sorted(starts)
    assert starts[0] >= FIRST - timedelta(minutes=10)
    assert starts[-1] < MIDNIGHT
    weeks = Counter((at - FIRST) // timedelta(weeks=1) for at in starts)
    assert all(weeks[week] > 150 for week in range(12))


def test_both_touchpoints_and_visits_without_an_offer(drawn: Drawn) -> None:
    found = Counter(past.visit.touchpoint for past in drawn.visits)
    assert set(found) == {"counter", "review"}
    assert found["counter"] > 2_500
    assert found["review"] > 150
    offered = [any(s.answers[-1].kind != "not_offered" for s in past.suggestions) for past in drawn.visits]
    assert 0.05 < offered.count(False) / len(offered) < 0.5


def test_not_every_order_of_the_weeks_has_a_visit(drawn: Drawn, receipts: dict[str, Order]) -> None:
    visited = {past.visit.basket_id for past in drawn.visits if past.visit.basket_id}
    assert visited < set(receipts)
    assert len(visited) / len(receipts) < 0.95


def test_what_was_accepted_is_mostly_on_the_receipt_but_not_always(
    drawn: Drawn, receipts: dict[str, Order]
) -> None:
    on_receipt = [
        s.product_id in receipts[past.visit.basket_id].items
        for past in drawn.visits
        if past.visit.basket_id
        for s in _accepted(past)
    ]
    assert len(on_receipt) > 800
    assert 0.9 < sum(on_receipt) / len(on_receipt) < 1


def test_a_visit_belongs_to_the_order_it_became(drawn: Drawn, receipts: dict[str, Order]) -> None:
    for past in drawn.visits:
        if past.visit.basket_id:
            order = receipts[past.visit.basket_id]
            assert order.server is not None
            assert past.visit.associate_id == order.server.associate_id
            assert past.visit.store_id == order.store_id
            assert past.visit.customer_id == (order.customer.customer_id if order.customer else None)
            assert past.visit.started_at < order.at
            assert set(past.anchors) <= order.items


def test_calls_are_only_made_to_those_who_agreed(drawn: Drawn) -> None:
    people = {o.customer.customer_id: o.customer for o in drawn.orders if o.customer}
    called = [past.visit for past in drawn.visits if not past.visit.basket_id and past.visit.customer_id]
    assert called
    for visit in called:
        person = people[str(visit.customer_id)]
        assert (person.personal, person.contact) == ("yes", "yes")


def test_suggestions_are_add_ons_of_another_family_that_fit(drawn: Drawn, goods: dict[str, Item]) -> None:
    for past in drawn.visits:
        families = {goods[anchor].family for anchor in past.anchors}
        shown = [s.product_id for s in past.suggestions]
        assert len(shown) == len(set(shown))
        for s in past.suggestions:
            assert s.anchor_id in past.anchors
            assert goods[s.product_id].family not in families
            assert s.price == goods[s.product_id].price * 100


def test_the_parts_of_a_score_sum_to_its_log_odds(drawn: Drawn) -> None:
    for past in drawn.visits:
        for s in past.suggestions:
            assert math.isclose(sum(s.parts.values()), math.log(s.score / (1 - s.score)), abs_tol=1e-5)
            assert 0 < s.propensity <= 1
        assert [s.slot for s in past.suggestions] == list(range(1, len(past.suggestions) + 1))


def test_answers_follow_one_another_in_time_and_the_visit_ends_after_them(drawn: Drawn) -> None:
    for past in drawn.visits:
        said = sorted(answer.at for s in past.suggestions for answer in s.answers)
        moments = [past.visit.started_at, past.shown_at, *said, past.visit.finished_at]
        assert all(one <= other for one, other in itertools.pairwise(moments))
        for s in past.suggestions:
            kinds = [answer.kind for answer in s.answers]
            assert kinds[-1] != "undone"
            assert all(before != "undone" or kinds[place] == "undone" for place, before in enumerate(kinds))
            assert all((a.kind == "later") == (a.until is not None) for a in s.answers)
            assert all(a.reason is None or a.kind == "declined" for a in s.answers)


def test_all_reasons_are_given_in_the_order_of_the_truth(drawn: Drawn, truth: Truth) -> None:
    said = Counter(
        a.reason for past in drawn.visits for s in past.suggestions for a in s.answers if a.kind == "declined"
    )
    without = said.pop(None)
    assert [reason for reason, _ in said.most_common()] == list(truth.offers["reasons"])
    assert 0.1 < without / (without + sum(said.values())) < 0.25


def test_some_visits_are_rated_and_mostly_well(drawn: Drawn) -> None:
    rated = [past.satisfaction for past in drawn.visits if past.satisfaction is not None]
    assert 0.15 < len(rated) / len(drawn.visits) < 0.24
    assert set(rated) <= {1, 2, 3, 4, 5}
    assert 4.3 < sum(rated) / len(rated) < 4.8


def test_keys_are_version_seven_with_their_time_and_each_is_given_once(drawn: Drawn) -> None:
    keys = [past.visit.visit_id for past in drawn.visits]
    keys += [s.suggestion_id for past in drawn.visits for s in past.suggestions]
    keys += [a.answer_id for past in drawn.visits for s in past.suggestions for a in s.answers]
    assert len(keys) == len(set(keys))
    for past in drawn.visits:
        key = uuid.UUID(past.visit.visit_id)
        assert (key.version, key.variant) == (7, uuid.RFC_4122)
        assert key.int >> 80 == round(past.visit.started_at.timestamp() * 1000)


def test_the_new_associate_has_only_been_here_for_weeks(drawn: Drawn) -> None:
    tess = [past.visit.started_at.date() for past in drawn.visits if past.visit.associate_id == "A9"]
    assert tess
    assert min(tess) > TODAY - timedelta(weeks=3)


def test_the_planted_skill_shows_in_what_is_accepted(drawn: Drawn, truth: Truth) -> None:
    """The two best win more of their offers than the weakest; differences stay modest."""
    offered, accepted = Counter(), Counter()
    for past in drawn.visits:
        for s in past.suggestions:
            offered[past.visit.associate_id] += s.answers[-1].kind != "not_offered"
            accepted[past.visit.associate_id] += s.answers[-1].kind == "accepted"
    rate = {who: accepted[who] / offered[who] for who in offered if offered[who] > 200}
    best = sorted(truth.servers, key=lambda server: -server.wins)
    together = sum(accepted[s.associate_id] for s in best[:2]) / sum(
        offered[s.associate_id] for s in best[:2]
    )
    assert together > rate["A7"]  # the one whose customers say yes least readily
    assert max(rate.values()) / min(rate.values()) < 2.5
