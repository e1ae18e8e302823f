"""What a card says of a product."""

from __future__ import annotations

import pytest

from assistant.records import Product
from assistant.suggest.card import facts


def texts(language: str = "en", **attributes: object) -> list[tuple[str, str]]:
    product = Product("P1", "S1", "Swift 128 GB SD card, V60", attributes=attributes)
    return [(one.kind, one.text) for one in facts(product, language)]


def test_what_the_shop_states_in_this_order():
    said = texts(detail="with a case", fits=["SD slot", "SDXC slot"], benefit="holds about 3,000 photos.")
    assert said == [
        ("said", "Holds about 3,000 photos"),
        ("fits", "SD slot, SDXC slot"),
        ("said", "With a case"),
    ]


def test_at_most_three_and_the_shops_own_facts_first():
    said = texts(facts=["one more", "two more", "three more", "four more"], benefit="holds photos")
    assert [text for _, text in said] == ["One more", "Two more", "Three more"]


def test_what_is_stated_in_the_windows_language_comes_before():
    assert texts("de", benefit="holds photos", benefit_de="fasst Fotos") == [("said", "Fasst Fotos")]
    assert texts("de", benefit="holds photos") == [("said", "Holds photos")]


def test_nothing_else_of_the_attributes_reaches_the_card():
    assert texts(supplier="Northwind", margin="0.4", aisle=3, capacity="128 GB", takes=["x"]) == []


@pytest.mark.parametrize("stated", ["", "  ", 7, None, ["", 3], "V60", "x" * 65])
def test_what_is_no_fact_is_left_out(stated):
    assert texts(benefit=stated) == []


def test_of_many_things_it_fits_those_that_can_be_read_in_passing():
    (said,) = texts(fits=[f"a slot of kind {n}" for n in range(9)])
    assert said == ("fits", "a slot of kind 0, a slot of kind 1, a slot of kind 2")
