"""What chance does to a slate: every chance is known, what was logged says it all again, rules come first."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import astuple
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Basket, Draw, Drawable, DrawnSlot, Product
from assistant.suggest import drawing, exploration
from assistant.suggest.candidates import Candidate
from assistant.suggest.eligibility import Case
from assistant.suggest.exploration import Contender, Manner
from assistant.suggest.features import Shelf, Situation
from assistant.suggest.question import Drawing, Question
from tests.shops import NOW

HOW = Manner(0.5, 0.1)
THREE = [Contender("a", 0.0, "x"), Contender("b", -0.2, "x"), Contender("c", -0.4, "y")]


def drawn(
    contenders: list[Contender], places: int, seed: str, how: Manner = HOW, crowding: float = 0.2
) -> Draw:
    return exploration.draw(contenders, places, how, crowding, seed, ())


def test_weights_are_scores_over_the_temperature_mixed_once_with_a_floor() -> None:
    told = [math.exp(one / 0.5) for one in (0.0, -0.2, -0.4)]
    expected = [0.9 * one / sum(told) + 0.1 / 3 for one in told]
    assert [one.weight for one in drawn(THREE, 2, "s").among] == pytest.approx(expected, abs=1e-15)


def test_the_family_above_lowers_a_weight_and_the_rest_share_what_is_left() -> None:
    made = next(d for d in (drawn(THREE, 2, str(n)) for n in range(100)) if d.slots[0].product_id == "a")
    b, c = (one.weight for one in made.among[1:])
    lowered = b * math.exp(-0.2 / 0.5)
    expected = {"b": lowered / (lowered + c), "c": c / (lowered + c)}
    assert made.slots[0].propensity == pytest.approx(made.among[0].weight, abs=1e-12)
    assert made.slots[1].propensity == pytest.approx(expected[made.slots[1].product_id], abs=1e-12)


def test_slates_come_as_often_as_their_logged_chances_say() -> None:
    times = 20_000
    seen: Counter[tuple[str, ...]] = Counter()
    said: dict[tuple[str, ...], float] = {}
    for n in range(times):
        made = drawn(THREE, 2, f"seed {n}")
        slate = tuple(slot.product_id for slot in made.slots)
        seen[slate] += 1
        said[slate] = math.prod(slot.propensity for slot in made.slots)
    assert said.keys() == set(permutations("abc", 2))
    assert sum(said.values()) == pytest.approx(1.0, abs=1e-12)
    # Five degrees of freedom: 20.5 is passed once in a thousand times.
    assert sum((seen[s] - times * p) ** 2 / (times * p) for s, p in said.items()) < 20.5


contenders = st.lists(
    st.builds(
        Contender,
        st.uuids().map(str),
        st.floats(-30, 30),
        st.sampled_from([None, "x", "y"]),
    ),
    max_size=12,
    unique_by=lambda one: one.product_id,
)


@given(
    some=contenders,
    places=st.integers(0, 8),
    seed=st.text(max_size=8),
    temperature=st.floats(0.01, 5),
    floor=st.floats(0, 1),
)
def test_a_slate_is_the_same_to_the_last_bit_from_what_was_logged(
    some: list[Contender], places: int, seed: str, temperature: float, floor: float
) -> None:
    made = exploration.draw(some, places, Manner(temperature, floor), 0.2, seed, ("x",))
    raw = json.loads(json.dumps(astuple(made)))
    logged = Draw(
        *raw[:5], tuple(raw[5]), tuple(Drawable(*o) for o in raw[6]), tuple(DrawnSlot(*o) for o in raw[7])
    )
    assert logged == made
    assert exploration.recompute(logged) == made.slots
    names = [slot.product_id for slot in made.slots]
    assert len(names) == len(set(names)) == min(places, len(some))
    assert all(0 < slot.propensity <= 1 for slot in made.slots)


def test_a_floor_of_one_is_a_fair_lottery() -> None:
    for seed in "abcdefgh":
        slots = drawn(THREE, 3, seed, Manner(0.1, 1.0), crowding=0.0).slots
        assert [slot.propensity for slot in slots] == pytest.approx([1 / 3, 1 / 2, 1])


def test_gentle_keeps_the_order_of_what_is_far_apart() -> None:
    apart = [Contender("a", 0.0), Contender("b", -3.0), Contender("c", -6.0)]
    firsts = Counter(drawn(apart, 1, str(n), Manner(0.15, 0.0)).slots[0].product_id for n in range(500))
    assert firsts == {"a": 500}


def test_a_seed_belongs_to_a_visit_and_what_is_asked_in_it() -> None:
    one = exploration.seed_of("v1", ["a", "b"], [])
    assert one == exploration.seed_of("v1", ["a", "b"], [])
    others = [("v2", ["a", "b"], []), ("v1", ["a"], ["b"]), ("v1", ["a", "b"], ["c"]), ("v1", ["b", "a"], [])]
    assert len({one, *(exploration.seed_of(*other) for other in others)}) == 5


def case(name: str, log_odds: float, *, needed: bool = False, regulated: bool = False) -> Case:
    situation = Situation(Question(Basket(None, ()), now=NOW), {})
    product = Product(name, name, name, f"Shop/{name}/x", regulated=regulated)
    return Case(Candidate(name, log_odds, needed=needed), product, None, situation)


def slate(
    cases: list[Case], places: int, visit_id: str, shown: tuple[str, ...] = ()
) -> tuple[list[str], Draw]:
    question = Question(Basket(None, ()), visit_id=visit_id, drawing=Drawing(places, shown), now=NOW)
    known = {one.product.product_id: one.product for one in cases}
    found, made = drawing.drawn(
        cases, Manner(1.0, 0.5), question, lambda ids: Shelf({i: known[i] for i in ids}, {}), 0.2, {}
    )
    return [one.product.product_id for one in found], made


def test_what_is_needed_leads_and_what_is_regulated_keeps_its_place_without_a_draw() -> None:
    cases = [case("n", -9, needed=True), case("a", 0), case("r", -0.1, regulated=True), case("b", -0.2)]
    cases += [case("s", -0.3, regulated=True), case("c", -0.4)]
    thirds = set()
    for n in range(60):
        names, made = slate(cases, 4, f"v{n}")
        assert (names[0], names[2]) == ("n", "r")
        assert [slot.propensity for slot in made.slots][0::2] == [1.0, 1.0]
        assert "s" not in names  # not among the four as scored, so without any chance
        assert "s" not in {one.product_id for one in made.among}
        thirds.add(names[3])
    assert thirds == {"a", "b", "c"}


def test_what_is_shown_stays_and_what_is_needed_comes_though_there_is_no_place() -> None:
    cases = [case("n", -9, needed=True), case("m", -9, needed=True), case("a", 0), case("b", 0)]
    names, made = slate(cases, 1, "v", shown=("b",))
    assert names == ["b", "n", "m"]
    assert [slot.product_id for slot in made.slots] == ["n"]
    assert made.above == ("Shop/b",)
