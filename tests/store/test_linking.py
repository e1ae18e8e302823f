"""Curated links: what managers wrote beside what the shop says, and what then holds."""

from __future__ import annotations

import pytest

from assistant.errors import AccessError, InputError
from assistant.records import Basket, Line, Link
from assistant.store import access, catalog, changes, curating, linking, pairings, staff, visits
from assistant.store.access import Permit
from assistant.store.database import Connection
from assistant.suggest import Question, ask
from tests import shops

CAMERA = Basket(None, (Line("P1", "CAM-R50", "Lumo R50 mirrorless kit", 1),))


@pytest.fixture
def permit(shop: Connection) -> Permit:
    """A1 is a manager, A2 an associate."""
    staff.make_keeper(shop, "Priya Nair", "4820")
    return access.permit(shop, "A1", "4820")


def links(shop: Connection, *ids: str, visit_id: str | None = None) -> set[Link]:
    return set(linking.read(shop, ids, {}, visit_id).links)


def suggested(shop: Connection) -> dict[str, bool]:
    """What is suggested with the camera, and whether it is marked as needed."""
    slate = ask(shop, None, Question(CAMERA, now=shops.NOW))
    return {one.product.product_id: one.needed for one in slate.suggestions}


def test_without_a_word_of_ours_the_shops_links_hold(shop: Connection) -> None:
    assert links(shop, "P1") == set(catalog.links(shop, ["P1"]))
    assert suggested(shop) == {"P3": False}


def test_a_written_link_is_suggested_and_makes_an_anchor(shop: Connection, permit: Permit) -> None:
    assert pairings.anchors_with_pairings(shop, ["P11"]) == frozenset()
    linking.write(shop, "P11", "P9", "accessory", seen=0, permit=permit)
    assert pairings.anchors_with_pairings(shop, ["P11"]) == {"P11"}
    linking.write(shop, "P1", "P6", "requires", seen=0, permit=permit)
    assert suggested(shop) == {"P3": False, "P6": True}


def test_a_shops_own_link_that_is_taken_out_is_never_suggested(
    catalog: Connection, shop: Connection, permit: Permit
) -> None:
    catalog.execute(
        "INSERT INTO pairings (anchor_id, product_id, n, base, share, lift, customers) "
        "VALUES ('P1', 'P3', 66, 100, 0.66, 3, 60)"
    )
    linking.write(shop, "P1", "P3", None, seen=0, permit=permit)
    assert Link("P1", "P3", "accessory") not in links(shop, "P1")
    assert suggested(shop) == {}
    held = linking.read(shop, ["P1"], {})
    assert held.words == {("P1", "P3"): "taken_out"}
    changes.undo(shop, changes.recent(shop)[0].change_id, associate_id="A1", permit=permit)
    assert suggested(shop) == {"P3": False}


def test_another_kind_takes_the_place_of_the_shops(shop: Connection, permit: Permit) -> None:
    linking.write(shop, "P1", "P3", "requires", seen=0, permit=permit)
    assert {one for one in links(shop, "P1") if one.linked_id == "P3"} == {Link("P1", "P3", "requires")}
    assert suggested(shop) == {"P3": True}


def test_a_better_one_is_known_from_both_sides_and_can_be_taken_out(shop: Connection, permit: Permit) -> None:
    linking.write(shop, "P1", "P2", None, seen=0, permit=permit)
    assert not {one for one in links(shop, "P1", "P2") if one.kind == "alternative"}
    linking.write(shop, "P3", "P4", "alternative", seen=0, permit=permit)
    assert links(shop, "P4") == {Link("P4", "P3", "alternative")}
    assert links(shop, "P3") == {Link("P3", "P4", "alternative")}


def test_the_later_of_a_link_and_a_word_holds(shop: Connection, permit: Permit) -> None:
    curating.say(shop, "P1", "P5", "vetoed", "A1")
    shop.execute("UPDATE pairing_words SET at = 1")
    linking.write(shop, "P1", "P5", "accessory", seen=0, permit=permit)
    assert "P5" in suggested(shop)
    curating.say(shop, "P1", "P5", "vetoed", "A1")
    shop.execute("UPDATE contents SET at = 1")
    assert "P5" not in suggested(shop)
    linking.write(shop, "P1", "P5", None, seen=1, permit=permit)
    shop.execute("UPDATE contents SET at = 1")
    curating.say(shop, "P1", "P5", "proposed", "A1")
    assert "P5" in suggested(shop)


def test_a_visit_that_has_begun_keeps_its_links(shop: Connection, permit: Permit) -> None:
    visit = visits.begin(shop, associate_id="A2", touchpoint="counter")
    linking.write(shop, "P1", "P6", "accessory", seen=0, permit=permit)
    assert Link("P1", "P6", "accessory") in links(shop, "P1")
    assert Link("P1", "P6", "accessory") not in links(shop, "P1", visit_id=visit.visit_id)


@pytest.mark.parametrize(
    ("anchor", "add_on", "kind", "sentence"),
    [
        ("P1", "P1", "accessory", "not linked to itself"),
        ("P1", "none such", "accessory", "no such product"),
        ("P1", "P3", "accessory", "holds already"),
        ("P1", "P12", "accessory", "does not fit Lumo R50"),
        ("P3", "P4", "accessory", "of the same category"),
        ("P1", "P3", "alternative", "of another category"),
        ("P1", "P6", "accessory", "LR-17 spare battery is not sold any more"),
    ],
)
def test_what_is_no_link_is_refused_in_words(
    catalog: Connection,
    shop: Connection,
    permit: Permit,
    anchor: str,
    add_on: str,
    kind: linking.Written,
    sentence: str,
) -> None:
    catalog.execute("UPDATE products SET active = 0 WHERE product_id = 'P6'")
    with pytest.raises(InputError, match=sentence):
        linking.write(shop, anchor, add_on, kind, seen=0, permit=permit)
    assert shop.execute("SELECT count(*) FROM contents").fetchone() == (0,)


def test_only_a_manager_links(shop: Connection) -> None:
    with pytest.raises(AccessError, match="a manager's to write"):
        linking.write(shop, "P1", "P6", "accessory", seen=0, permit=None)


def test_what_was_written_can_be_left_to_the_shop(shop: Connection, permit: Permit) -> None:
    linking.write(shop, "P1", "P3", None, seen=0, permit=permit)
    linking.forget(shop, "P1", "P3", seen=1, permit=permit)
    assert suggested(shop) == {"P3": False}
    with pytest.raises(InputError, match="Nothing was written"):
        linking.forget(shop, "P1", "P3", seen=2, permit=permit)


def test_the_list_has_the_shops_and_ours_those_written_here_first(shop: Connection, permit: Permit) -> None:
    linking.write(shop, "P11", "P9", "accessory", seen=0, permit=permit)
    linking.write(shop, "P8", "P10", None, seen=0, permit=permit)
    found, total = linking.listed(shop, "", 10)
    assert [(one.anchor_id, one.product_id, one.kind) for one in found] == [
        ("P8", "P10", None),
        ("P11", "P9", "accessory"),
        ("P8", "P9", "accessory"),
        ("P1", "P2", "alternative"),
        ("P1", "P3", "accessory"),
    ]
    assert total == 5
    assert [one.product_id for one in linking.listed(shop, "sd card", 10)[0]] == ["P3"]
    assert linking.listed(shop, "", 2)[1] == 5
    assert linking.listed(shop, "none such", 2) == ((), 0)
