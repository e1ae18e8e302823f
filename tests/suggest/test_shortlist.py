"""Which products are scored: each of the kind that its definition gives, and none of the basket."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.suggest.knowledge import Knowledge
from assistant.suggest.shortlist import BROAD, FADES, KINDS, STEPS, Breadth, Kind, kinds_of, shortlist
from assistant.suggest.signals import Past, read
from tests.suggest import tiny
from tests.suggest.tiny import CARD, CARDS, COMPACT, MIRRORLESS, NEW_CARD, PAPER, TEAPOT

KNOWN = tiny.knowledge()
NONE = Breadth(0, 0, 0, 0, 0, 0)


def listed(
    basket: list[int], past: Past | None = None, breadth: dict[Kind, Breadth] | None = None, **other: object
) -> dict[Kind, list[int]]:
    said = read(tiny.knowledge(**other), basket, past)
    found = shortlist(tiny.knowledge(**other), said, BROAD if breadth is None else breadth)
    return {kind: places.tolist() for kind, places in found.items()}


def only(kind: Kind, **wide: int) -> dict[Kind, Breadth]:
    """One source for one kind, nothing else."""
    numbers = {
        "weighed": 0,
        "paired": 0,
        "profile": 0,
        "popular": 0,
        "categories": 0,
        "each": 0,
    }
    return {**dict.fromkeys(KINDS, NONE), kind: Breadth(**(numbers | wide))}


def test_everything_that_anything_leads_to() -> None:
    # The card is weighed, the new card stands on the shelf that cameras lead to, the rest sells.
    assert listed([COMPACT]) == {"other": [CARD, PAPER, TEAPOT, NEW_CARD], "alike": [MIRRORLESS], "again": []}


def test_add_ons_alone_look_for_what_is_alike_only_where_orders_lead_to_it() -> None:
    said = read(KNOWN, [COMPACT], None)
    assert shortlist(KNOWN, said, STEPS)["alike"].tolist() == []
    led = tiny.table({COMPACT: {MIRRORLESS: 0.1}}, 6)
    assert listed([COMPACT], breadth=dict(STEPS), weights=led)["alike"] == [MIRRORLESS]


def test_what_was_bought_before_is_of_its_own_kind() -> None:
    found = listed([COMPACT], tiny.past({CARD: (90.0,), TEAPOT: (50.0,)}))
    assert found == {"other": [PAPER, NEW_CARD], "alike": [MIRRORLESS], "again": [CARD, TEAPOT]}


def test_kinds_go_by_basket_then_past_then_family() -> None:
    places = np.arange(6)
    said = read(KNOWN, [COMPACT, PAPER], tiny.past({PAPER: (90.0,), MIRRORLESS: (80.0,)}))
    named = [KINDS[number] if number >= 0 else None for number in kinds_of(KNOWN, said, places)]
    assert named == [None, "again", "other", None, "other", "other"]


def test_without_a_family_nothing_is_alike() -> None:
    said = read(KNOWN, [TEAPOT], None)
    assert kinds_of(KNOWN, said, np.arange(6)).tolist() == [0, 0, 0, 0, -1, 0]


@pytest.mark.parametrize(
    ("wide", "expected"),
    [
        ({"weighed": 1}, [CARD]),  # 0.9 beside 0.02
        ({"weighed": 2}, [CARD, TEAPOT]),
        ({"weighed": 9}, [CARD, TEAPOT]),  # what speaks against a product lists nothing
        ({"paired": 1}, [CARD]),
        ({"popular": 2}, [CARD, PAPER]),
        ({"categories": 1, "each": 1}, [CARD]),
        ({"categories": 1, "each": 9}, [CARD, NEW_CARD]),
        ({"categories": 1, "each": 0}, []),
        ({}, []),
    ],
)
def test_each_source_gives_its_best(wide: dict[str, int], expected: list[int]) -> None:
    assert listed([COMPACT, MIRRORLESS], breadth=only("other", **wide))["other"] == expected


def test_shelves_are_taken_by_how_strongly_categories_lead_there() -> None:
    both = tiny.table({0: {CARDS: 0.4, 3: 0.5}}, 4)
    assert listed([COMPACT], breadth=only("other", categories=1, each=5), category_weights=both)["other"] == [
        PAPER
    ]


def test_of_what_was_bought_before_the_most_and_latest() -> None:
    past = tiny.past({TEAPOT: (99.0,), CARD: (70.0, 90.0), PAPER: (20.0,)})
    faded = dict(zip(past.places.tolist(), past.faded(100.0, FADES).tolist(), strict=True))
    assert faded[CARD] > faded[TEAPOT] > faded[PAPER]
    assert listed([COMPACT], past, only("again", profile=1))["again"] == [CARD]
    assert listed([COMPACT], past, only("again", profile=2))["again"] == [CARD, TEAPOT]
    assert listed([CARD], past, only("again", profile=1))["again"] == [TEAPOT]  # the card is in the basket


def test_what_else_was_bought_leads_to_nothing_that_was_bought_before() -> None:
    past = tiny.past({PAPER: (90.0, 95.0), CARD: (20.0,)})  # paper leads to cards
    assert listed([], past, only("again", profile=1))["again"] == [PAPER]


def test_the_profile_leads_to_what_is_new() -> None:
    found = listed([], tiny.past({PAPER: (90.0,)}), only("other", profile=5))
    assert found["other"] == [CARD]


places = st.lists(st.integers(0, 5), unique=True, max_size=6)


@given(
    known=st.sampled_from([KNOWN, tiny.without_categories()]),
    basket=places,
    bought=places,
    breadth=st.sampled_from([BROAD, STEPS]),
)
def test_any_basket_and_past(
    known: Knowledge, basket: list[int], bought: list[int], breadth: dict[Kind, Breadth]
) -> None:
    past = tiny.past({place: (90.0 - place,) for place in bought}) if bought else None
    said = read(known, basket, past)
    found = shortlist(known, said, breadth)
    families = {int(f) for f in known.family(np.array(basket, dtype=np.int64))} - {-1}
    everything = [place for listed in found.values() for place in listed.tolist()]
    assert len(everything) == len(set(everything))
    for kind, listed in found.items():
        assert listed.tolist() == sorted(listed.tolist())
        for place in listed.tolist():
            assert place not in basket
            alike = int(known.family(np.array([place]))[0]) in families
            assert kind == ("again" if place in bought else "alike" if alike else "other")
    assert set(bought) - set(basket) == set(found["again"].tolist())


def test_a_shop_without_products_lists_nothing() -> None:
    said = read(tiny.nothing(), [], None)
    assert all(len(places) == 0 for places in shortlist(tiny.nothing(), said).values())
