"""Which candidates fill the places: spread over families, one in five for what is bought again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Basket, Product
from assistant.suggest.ask import CROWDING, DUE, SPREAD, Choice, choose
from assistant.suggest.candidates import Candidate
from assistant.suggest.features import Shelf, Situation
from assistant.suggest.question import Question, Rules
from assistant.suggest.shortlist import Kind
from tests.shops import NOW


def thing(
    name: str,
    log_odds: float,
    kind: Kind = "other",
    needed: bool = False,
    links: tuple[tuple[str, str], ...] = (),
) -> Candidate:
    """A candidate whose family is its first letter; `?` has none."""
    return Candidate(name, log_odds, kind, links=links, needed=needed, enough=True)


def choice(
    candidates: Sequence[Candidate],
    limit: int = 5,
    rules: Rules = "all",
    beyond: int = 0,
    missing: frozenset[str] = frozenset(),
) -> Choice:
    """What is chosen of candidates that no rule refuses."""
    situation = Situation(Question(Basket(None, ()), limit=limit, rules=rules, now=NOW), {})
    known = {
        c.product_id: Product(
            c.product_id,
            c.product_id,
            c.product_id,
            None if c.product_id[0] == "?" else f"Shop/{c.product_id[0]}/x",
        )
        for c in candidates
        if c.product_id not in missing
    }
    return choose(None, situation, candidates, lambda _: Shelf(known, {}), beyond)


def chosen(
    candidates: Sequence[Candidate], limit: int = 5, rules: Rules = "all", beyond: int = 0
) -> list[str]:
    return [case.product.product_id for case in choice(candidates, limit, rules, beyond).chosen]


# crowding


def test_a_slightly_better_second_of_a_family_stands_back() -> None:
    assert chosen([thing("A1", 0.0), thing("A2", -0.5), thing("B1", -0.5 - 0.9 * CROWDING)]) == [
        "A1",
        "B1",
        "A2",
    ]


def test_a_much_better_second_of_a_family_still_leads() -> None:
    assert chosen([thing("A1", 0.0), thing("A2", -0.5), thing("B1", -0.5 - 1.1 * CROWDING)]) == [
        "A1",
        "A2",
        "B1",
    ]


def test_each_further_one_of_a_family_stands_further_back() -> None:
    many = [thing(f"A{i}", 0.0) for i in range(4)]
    steps = {"B1": 0.5, "C1": 1.5, "D1": 2.5}
    others = [thing(name, -CROWDING * step) for name, step in steps.items()]
    # Each has the place just before the A that as many steps more stand above.
    assert chosen([*many, *others], limit=7)[:5] == ["A0", "B1", "A1", "C1", "A2"]


def test_what_has_no_family_crowds_nothing() -> None:
    some = [thing("?1", 0.0), thing("?2", -CROWDING / 3), thing("B1", -CROWDING / 2)]
    assert chosen(some) == ["?1", "?2", "B1"]


def test_what_is_needed_keeps_its_place_and_counts_as_standing_above() -> None:
    needed = [thing("A1", -9.0, needed=True), thing("A2", -9.5, needed=True)]
    rest = [thing("A3", 0.0), thing("B1", -1.9 * CROWDING), thing("C1", -2.1 * CROWDING)]
    assert chosen([*needed, *rest]) == ["A1", "A2", "B1", "A3", "C1"]


def test_from_just_below_the_last_place_another_family_can_come_up() -> None:
    crowd = [thing(f"A{i}", 0.0) for i in range(5)]
    assert "B1" in chosen([*crowd, thing("B1", -3.9 * CROWDING)])
    assert "B1" not in chosen([*crowd, thing("B1", -4.1 * CROWDING)])


def test_past_the_first_places_nothing_is_spread() -> None:
    below = [thing(f"A{i}", -CROWDING * i / 100) for i in range(8)] + [thing("B1", -CROWDING)]
    found = chosen(below, limit=9)
    left = [int(name[1:]) for name in found[SPREAD:] if name[0] == "A"]
    assert left == sorted(left)
    assert "B1" in found[:SPREAD]


def test_a_comparison_is_not_spread() -> None:
    some = [thing("A1", 0.0), thing("A2", -CROWDING / 3), thing("B1", -CROWDING / 2)]
    assert chosen(some) == ["A1", "B1", "A2"]
    assert chosen(some, rules="none") == ["A1", "A2", "B1"]


# bought again


@pytest.mark.parametrize(("limit", "places"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_one_place_in_five_goes_to_what_is_bought_again(limit: int, places: int) -> None:
    again = [thing(f"?a{i}", 5.0 - i / 100, "again") for i in range(20)]
    new = [thing(f"?n{i}", -i / 100) for i in range(20)]
    found = chosen([*again, *new], limit)
    assert len(found) == limit
    assert [name for name in found if name.startswith("?a")] == [f"?a{i}" for i in range(places)]
    assert -(-limit // DUE) == places


def test_what_the_shop_links_takes_no_such_place() -> None:
    linked = thing("?l", 6.0, "again", links=(("accessory", "X"),))
    again = [thing(f"?a{i}", 5.0 - i / 100, "again") for i in range(3)]
    found = chosen([linked, *again, thing("?n", 0.0)])
    assert found == ["?l", "?a0", "?n"]


def test_a_comparison_leaves_all_that_is_bought_again() -> None:
    again = [thing(f"?a{i}", 5.0 - i / 100, "again") for i in range(5)]
    assert len(chosen(again, rules="none")) == 5


# places


def test_places_beyond_the_limit_leave_those_above_as_they_are() -> None:
    some = [thing(f"{'AB'[i % 2]}{i}", -i / 10, "again" if i % 3 == 0 else "other") for i in range(40)]
    whole = chosen(some, limit=5, beyond=100)
    assert whole[:5] == chosen(some, limit=5)
    assert len([name for name in whole if int(name[1:]) % 3 == 0]) == 1
    later = [int(name[1:]) for name in whole[5 + SPREAD :]]
    assert later == sorted(later)


def test_what_stands_too_far_below_comes_up_in_no_list() -> None:
    crowd = [thing(f"A{i}", 0.0) for i in range(5 + SPREAD)]
    far = [thing("B1", -CROWDING / 2)]
    assert chosen([*crowd, *far]) == [c.product_id for c in crowd[:5]]
    assert chosen([*crowd, *far], beyond=50) == [c.product_id for c in [*crowd, *far]]


def test_what_the_catalog_no_longer_has_is_passed_over() -> None:
    found = choice([thing("A1", 1.0), thing("B1", 0.0)], missing=frozenset({"A1"}))
    assert [case.product.product_id for case in found.chosen] == ["B1"]
    assert found.checked == ["B1"]


def test_no_more_is_read_than_is_needed() -> None:
    found = choice([thing(f"?{i}", -i / 10) for i in range(500)])
    assert len(found.checked) == 5 + SPREAD


names = st.builds(lambda letter, number: f"{letter}{number}", st.sampled_from("AB?"), st.integers(0, 99))
listed = st.lists(
    st.tuples(names, st.floats(-5, 5), st.sampled_from(["other", "alike", "again"]), st.booleans()),
    max_size=25,
    unique_by=lambda one: one[0],
).map(
    lambda some: sorted(
        (thing(n, at, kind)._replace(needed=needed) for n, at, kind, needed in some),  # type: ignore[arg-type]
        key=lambda c: (not c.needed, -c.log_odds),
    )
)


@given(candidates=listed, limit=st.integers(1, 12))
def test_every_place_of_the_top_is_the_best_of_what_is_left(candidates: list[Candidate], limit: int) -> None:
    cases = choice(candidates, limit).chosen
    assert len(cases) <= limit
    assert sum(case.candidate.kind == "again" for case in cases) <= -(-limit // DUE)
    needed = [case.candidate.needed for case in cases]
    assert needed == sorted(needed, reverse=True)
    for place in range(min(SPREAD, len(cases))):
        above = [case.product.family for case in cases[:place]]

        def weight(at: int, above: list[str | None] = above) -> float:
            family = cases[at].product.family
            return cases[at].candidate.log_odds - CROWDING * (above.count(family) if family else 0)

        if not cases[place].candidate.needed:
            assert weight(place) >= max(weight(later) for later in range(place, len(cases)))
    scores = [case.candidate.log_odds for case in cases[SPREAD:] if not case.candidate.needed]
    assert scores == sorted(scores, reverse=True)
