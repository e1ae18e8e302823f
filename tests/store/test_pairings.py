"""What was learned is put in place whole, products and categories together, and read as it was written."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.records import CategoryPairing, InstalledModel, Pairing
from assistant.store import mirror, pairings
from assistant.store.database import Connection, transaction

MAY = datetime(2026, 5, 9, tzinfo=UTC)
JUNE = datetime(2026, 6, 9, tzinfo=UTC)
MODEL = InstalledModel("m1", "m1.npz", JUNE, 300, MAY, JUNE)
PAIR = Pairing("P1", "P3", 66, 100, 0.66, 2.6, 70, MAY, JUNE)
CARDS = CategoryPairing("Photo/Cameras", "Photo/Memory cards", 70, 120, 70 / 120, 2.1, 64, MAY, JUNE)
BAGS = CategoryPairing("Photo/Cameras", "Photo/Bags", 30, 120, 0.25, 1.4, 64)


def test_categories_are_read_as_they_were_written(shop: Connection, catalog: Connection) -> None:
    assert pairings.replace(catalog, [PAIR], MODEL, [CARDS, BAGS]) == 1
    asked = ("Photo/Memory cards", "Photo/Bags", "Print/Paper")
    assert pairings.category_evidence(shop, ["Photo/Cameras", "Print"], asked) == {
        (CARDS.anchor, CARDS.category): CARDS,
        (BAGS.anchor, BAGS.category): BAGS,
    }
    assert not pairings.category_evidence(shop, [CARDS.category], [CARDS.anchor])  # the way back is another
    assert not pairings.category_evidence(shop, [], asked)


def test_a_training_without_categories_leaves_none_of_the_last(shop: Connection, catalog: Connection) -> None:
    pairings.replace(catalog, [], MODEL, [CARDS])
    pairings.replace(catalog, [PAIR], MODEL)
    assert not pairings.category_evidence(shop, [CARDS.anchor], [CARDS.category])
    assert pairings.strongest(shop, ["P1"], ["P3"], 3) == {"P3": [PAIR]}


def test_a_training_that_breaks_leaves_the_last_whole(shop: Connection, catalog: Connection) -> None:
    def breaking() -> Iterator[CategoryPairing]:
        yield BAGS
        raise ValueError("broken training")

    pairings.replace(catalog, [PAIR], MODEL, [CARDS])
    with pytest.raises(ValueError, match="broken training"):
        pairings.replace(catalog, [], MODEL, breaking())
    assert pairings.strongest(shop, ["P1"], ["P3"], 3) == {"P3": [PAIR]}
    assert pairings.category_evidence(shop, [CARDS.anchor], [CARDS.category, BAGS.category]) == {
        (CARDS.anchor, CARDS.category): CARDS
    }


def test_another_shop_begins_with_nothing_learned(shop: Connection, catalog: Connection) -> None:
    pairings.replace(catalog, [PAIR], MODEL, [CARDS])
    with transaction(catalog):
        mirror.empty(catalog)
    assert not pairings.strongest(shop, ["P1"], ["P3"], 3)
    assert not pairings.category_evidence(shop, [CARDS.anchor], [CARDS.category])
    assert pairings.installed(shop) is None


def test_the_strongest_pairings_of_each_add_on_come_first(shop: Connection, catalog: Connection) -> None:
    shares = {("P1", "P3"): 0.2, ("P2", "P3"): 0.3, ("P4", "P3"): 0.9, ("P5", "P3"): 0.3, ("P1", "P2"): 0.1}
    pairs = {of: replace(PAIR, anchor_id=of[0], product_id=of[1], share=s) for of, s in shares.items()}
    pairings.replace(catalog, pairs.values(), MODEL)
    anchors = ["P1", "P2", "P4", "P5", "P9"]

    def named(most: int, **order: Container[str] | Container[tuple[str, str]]) -> dict[str, list[str]]:
        found = pairings.strongest(shop, anchors, ["P3", "P2", "P8"], most, **order)  # type: ignore[arg-type]
        assert all(pair == pairs[pair.anchor_id, add_on] for add_on in found for pair in found[add_on])
        return {add_on: [pair.anchor_id for pair in found[add_on]] for add_on in found}

    assert named(9) == {"P3": ["P4", "P2", "P5", "P1"], "P2": ["P1"]}
    assert named(2) == {"P3": ["P4", "P2"], "P2": ["P1"]}
    assert named(2, last={"P4"})["P3"] == ["P2", "P5"]
    assert named(9, first={("P1", "P3")}, last={"P1"})["P3"] == ["P1", "P4", "P2", "P5"]


def test_where_it_is_known_what_there_can_be_only_that_is_looked_up(
    shop: Connection, catalog: Connection
) -> None:
    other = replace(PAIR, anchor_id="P2")
    pairings.replace(catalog, [PAIR, other], MODEL)
    said: list[str] = []
    shop.set_trace_callback(said.append)
    for known in ([("P1", "P3")], [("P1", "P3"), ("P9", "P3")]):
        assert pairings.strongest(shop, ["P1", "P2"], ["P3"], 3, known=known) == {"P3": [PAIR]}
    assert len(said) == 2
    assert pairings.strongest(shop, ["P1", "P2"], ["P3"], 3, known=[]) == {}
    assert len(said) == 2, "nothing is asked where there can be nothing"
    many = [("P1", f"Q{n}") for n in range(200)]
    found = pairings.strongest(shop, ["P1", "P2"], ["P3"], 3, known=[*many, ("P1", "P3")])
    assert found == {"P3": [PAIR, other]}, "with very many all are looked up"
    shop.set_trace_callback(None)
