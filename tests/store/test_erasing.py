"""Erasing a customer leaves nothing in the log that says who it was, and the figures as they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.errors import AccessError, InputError
from assistant.store import access, changes, erasing, people, staff, visits
from tests.store.slates import slate

MAREN = "C-10412"


@pytest.fixture
def permit(shop) -> access.Permit:
    staff.make_keeper(shop, "Priya Nair", "4820")
    return access.permit(shop, "A1", "4820")


@pytest.fixture
def served(shop) -> str:
    """A visit of Maren's with a note and an accepted offer, and a consent she gave."""
    visit = visits.begin(
        shop, associate_id="A1", touchpoint="counter", customer_id=MAREN, basket_id="B-20418", anchors=["P1"]
    )
    (shown, *_) = visits.show(shop, visit.visit_id, slate(shop, "P3"))
    visits.answer(shop, shown.suggestion_id, "accepted", associate_id="A1")
    visits.finish(shop, visit.visit_id, associate_id="A1", satisfaction=5, note="Ask Maren about Lofoten")
    people.set_consent(shop, MAREN, "contact", True, "A1")
    shop.execute(
        "INSERT INTO follow_ups VALUES ('F1', 900, 'promised', ?, 'A1', NULL, 'P5', NULL, 0, NULL, NULL, "
        "'Ring Maren', 0)",
        (MAREN,),
    )
    return visit.visit_id


def everything(connection) -> str:
    """Every cell of the log, as one text."""
    tables = [
        row[0]
        for row in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
        if not row[0].startswith("sqlite_")
    ]
    return "\n".join(
        str(row) for table in tables for row in connection.execute(f"SELECT * FROM main.{table}")
    )


def test_what_would_go_is_listed_first(shop, served):
    found = erasing.look(shop, f" {MAREN} ")
    assert (found.name, found.visits, found.notes, found.follow_ups, found.consents) == (
        "Maren Oduya", 1, 1, 1, 1,
    )  # fmt: skip
    assert found.still_in_shop


def test_nothing_is_left_that_says_who_it_was(shop, served, permit):
    assert MAREN in everything(shop)
    erasing.erase(shop, MAREN, typed=MAREN.lower(), permit=permit)
    left = everything(shop)
    assert MAREN not in left
    assert "Maren" not in left
    assert changes.recent(shop)[0].kind == "erased"


def test_the_visit_stays_as_a_figure(shop, served, permit):
    erasing.erase(shop, MAREN, typed=MAREN, permit=permit)
    assert shop.execute("SELECT visit_id, customer_id, satisfaction, note FROM visits").fetchall() == [
        (served, None, 5, None)
    ]
    assert shop.execute("SELECT count(*) FROM answers WHERE kind = 'accepted'").fetchone() == (1,)


def test_no_consent_comes_back_from_the_shop(shop, served, permit):
    assert people.may_use_history(shop, MAREN)
    erasing.erase(shop, MAREN, typed=MAREN, permit=permit)
    known = people.customer(shop, MAREN)
    assert (known.personal_suggestions, known.contact) == (False, False)
    people.set_consent(shop, MAREN, "personal_suggestions", True, "A1")
    assert people.may_use_history(shop, MAREN), "who comes back may say so anew"


def test_another_number_erases_nobody(shop, served, permit):
    before = everything(shop)
    with pytest.raises(InputError, match="nothing was erased"):
        erasing.erase(shop, MAREN, typed="C-10413", permit=permit)
    assert everything(shop) == before


def test_nobody_is_erased_without_a_permit(shop, served, permit):
    over = access.Permit("A1", datetime(2026, 1, 1, tzinfo=UTC))
    for shown in (None, over):
        with pytest.raises(AccessError):
            erasing.erase(shop, MAREN, typed=MAREN, permit=shown)
    assert MAREN in everything(shop)


def test_a_number_nobody_has_is_one_sentence(shop):
    with pytest.raises(InputError, match="Nothing is kept under the number C-1"):
        erasing.look(shop, "C-1")
