"""Kits that managers write: checked, offered from the next visit on, known by their version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.errors import AccessError, InputError
from assistant.records import Basket, Kit, Line
from assistant.store import access, changes, contents, kit_writing, staff, visits
from assistant.store.access import Permit
from assistant.store.database import Connection
from assistant.store.kit_writing import Draft
from assistant.suggest import Question, ask
from tests import shops

CAMERA = Basket(None, (Line("P1", "CAM-R50", "Lumo R50 mirrorless kit", 1),))
TRAVEL = Draft("Travel kit", ("P3", "P5"), ("P1",), 800_000)  # 42.90 and 49.00 one by one


@pytest.fixture
def permit(shop: Connection) -> Permit:
    """A1 is a manager, A2 an associate."""
    staff.make_keeper(shop, "Priya Nair", "4820")
    return access.permit(shop, "A1", "4820")


@pytest.fixture
def shops_kit(catalog: Connection) -> None:
    """The shop itself has the card and the battery with the camera for 70.00."""
    catalog.executemany(
        "INSERT INTO kits (kit_id, product_id, anchor, name, price, currency) VALUES ('K', ?, ?, ?, ?, ?)",
        [(one, int(one == "P1"), "Start", 700_000, "GBP") for one in ("P1", "P3", "P6")],
    )


def offered(shop: Connection, visit_id: str | None = None) -> Kit | None:
    return ask(shop, None, Question(CAMERA, now=shops.NOW, visit_id=visit_id)).kit


def ids(kit: Kit | None) -> set[str]:
    return {one.product.product_id for one in kit.suggestions} if kit else set()


def test_a_written_kit_is_offered_at_its_price_and_known_by_its_version(
    shop: Connection, permit: Permit
) -> None:
    version = kit_writing.write(shop, TRAVEL, seen=0, permit=permit)
    kit = offered(shop)
    assert kit is not None
    assert (kit.kit_id, kit.price, kit.separately) == (version.version_id, 800_000, 919_000)
    assert ids(kit) == {"P3", "P5"}
    made = kit_writing.preview(shop, TRAVEL)
    assert (made.separately, made.saving(TRAVEL.price), made.problem) == (919_000, 119_000, "")


def test_a_visit_that_has_begun_keeps_its_kit(shop: Connection, permit: Permit) -> None:
    visit = visits.begin(shop, associate_id="A2", touchpoint="counter")
    kit_writing.write(shop, TRAVEL, seen=0, permit=permit)
    assert offered(shop, visit.visit_id) is None
    assert ids(offered(shop)) == {"P3", "P5"}


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (replace(TRAVEL, name="  "), "needs a name"),
        (replace(TRAVEL, name="x" * 61), "60 letters"),
        (replace(TRAVEL, items=("P3",)), "2 to 5 items"),
        (replace(TRAVEL, items=("P3", "none such")), "one of these no more"),
        (replace(TRAVEL, items=("P3", "P3")), "in it twice"),
        (replace(TRAVEL, items=("P3", "P7")), "Clearline protective filter, 49 mm is not sold any more"),
        (replace(TRAVEL, items=("P3", "P4")), "are of the same category"),
        (replace(TRAVEL, items=("P3", "P2")), "are of the same category"),
        (replace(TRAVEL, price=None), "needs a price"),
        (replace(TRAVEL, price=0), "needs a price"),
        (replace(TRAVEL, price=919_000), "must be under 91.90 GBP"),
        (replace(TRAVEL, items=("P3", "P11")), "is not known"),
    ],
)
def test_what_is_no_kit_is_refused_in_words(
    catalog: Connection, shop: Connection, permit: Permit, draft: Draft, sentence: str
) -> None:
    catalog.execute("UPDATE products SET active = 0 WHERE product_id = 'P7'")
    catalog.execute("UPDATE products SET price = NULL WHERE product_id = 'P11'")
    with pytest.raises(InputError, match=sentence):
        kit_writing.write(shop, draft, seen=0, permit=permit)
    assert offered(shop) is None


def test_only_a_manager_writes_kits(shop: Connection) -> None:
    with pytest.raises(AccessError, match="a manager's to write"):
        kit_writing.write(shop, TRAVEL, seen=0, permit=None)


def test_the_shops_own_kit_is_changed_taken_out_and_left_again(
    shops_kit: None, shop: Connection, permit: Permit
) -> None:
    assert ids(offered(shop)) == {"P3", "P6"}
    (own,) = kit_writing.listed(shop)
    assert (own.title, own.draft) == ("Start", Draft("Start", ("P3", "P6"), ("P1",), 700_000))
    kit_writing.write(shop, TRAVEL, kit_id="K", seen=0, permit=permit)
    assert ids(offered(shop)) == {"P3", "P5"}
    (written,) = kit_writing.listed(shop)
    assert (written.title, written.draft) == ("Travel kit", TRAVEL)
    kit_writing.take_out(shop, written, seen=1, permit=permit)
    assert offered(shop) is None
    (gone,) = kit_writing.listed(shop)
    assert gone.draft is None
    with pytest.raises(InputError, match="holds already"):
        kit_writing.take_out(shop, gone, seen=2, permit=permit)
    contents.restore(shop, "kit", kit_writing.key("K"), 0, seen=2, permit=permit)
    assert ids(offered(shop)) == {"P3", "P6"}


def test_a_new_kit_that_is_undone_is_gone(shop: Connection, permit: Permit) -> None:
    kit_writing.write(shop, TRAVEL, seen=0, permit=permit)
    changes.undo(shop, changes.recent(shop)[0].change_id, associate_id="A1", permit=permit)
    assert offered(shop) is None
