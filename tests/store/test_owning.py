"""What a customer says they have: noted with the answer, taken back with it, erased with the customer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.records import Basket, Line
from assistant.store import access, catalog, erasing, owning, people, staff, visits
from assistant.store.database import Connection
from assistant.suggest import Question, features
from assistant.suggest.candidates import Candidate
from assistant.suggest.eligibility import Case, check
from tests.store.slates import slate

MAREN = "C-10412"


@pytest.fixture
def willing(shop: Connection) -> Connection:
    people.set_consent(shop, MAREN, "personal_suggestions", True, "A1")
    return shop


def shown(shop: Connection, customer_id: str | None) -> str:
    visit = visits.begin(shop, associate_id="A1", touchpoint="counter", customer_id=customer_id)
    (one,) = visits.show(shop, visit.visit_id, slate(shop, "P11"))
    return str(one.suggestion_id)


def decline(shop: Connection, suggestion_id: str) -> None:
    visits.answer(shop, suggestion_id, "declined", associate_id="A1", reason="has_one")


def owned(shop: Connection) -> list[str]:
    card = people.card(shop, MAREN)
    assert card is not None
    return [one.product.product_id for one in card.owned if one.said_at is not None]


def held(shop: Connection) -> str | None:
    """The rule that keeps the product from her, with nothing of an earlier visit in the way."""
    product = catalog.products(shop, ["P11"])["P11"]
    basket = Basket("B-9", (Line("P1", "CAM-R50", "Lumo R50", 1),))
    question = Question(basket, customer_id=MAREN, now=datetime.now(UTC))
    situation = features.read(shop, question)
    why = check(Case(Candidate("P11", 0.0), product, None, situation))
    return why.rule if why else None


def test_already_has_one_adds_to_what_is_owned(willing: Connection) -> None:
    decline(willing, shown(willing, MAREN))
    assert owned(willing) == ["P11"]
    assert held(willing) == "owned"


def test_taking_the_answer_back_takes_the_thing_back(willing: Connection) -> None:
    one = shown(willing, MAREN)
    decline(willing, one)
    visits.undo(willing, one, associate_id="A1")
    assert owned(willing) == []
    decline(willing, one)
    visits.answer(willing, one, "accepted", associate_id="A1")
    assert owned(willing) == []


def test_every_word_has_its_place_in_the_outbox(willing: Connection) -> None:
    one = shown(willing, MAREN)
    decline(willing, one)
    visits.undo(willing, one, associate_id="A1")
    rows = willing.execute(
        "SELECT s.owns, s.sequence = o.sequence FROM said_owned s JOIN outbox o ON o.record_id = s.said_id "
        "WHERE o.record = 'said_owned' ORDER BY s.sequence"
    ).fetchall()
    assert rows == [(1, 1), (0, 1)]


def test_of_nobody_known_and_without_consent_nothing_is_noted(shop: Connection) -> None:
    decline(shop, shown(shop, None))
    people.set_consent(shop, MAREN, "personal_suggestions", False, "A1")
    decline(shop, shown(shop, MAREN))
    assert shop.execute("SELECT count(*) FROM said_owned").fetchone() == (0,)


def test_with_consent_withdrawn_it_is_neither_shown_nor_used(willing: Connection) -> None:
    decline(willing, shown(willing, MAREN))
    people.set_consent(willing, MAREN, "personal_suggestions", False, "A1")
    assert owned(willing) == []
    assert held(willing) != "owned"


def test_erasing_a_customer_erases_it(willing: Connection) -> None:
    decline(willing, shown(willing, MAREN))
    staff.make_keeper(willing, "Priya Nair", "4820")
    erasing.erase(willing, MAREN, typed=MAREN, permit=access.permit(willing, "A1", "4820"))
    assert owning.said(willing, MAREN) == {}
    assert willing.execute("SELECT count(*) FROM outbox WHERE record = 'said_owned'").fetchone() == (0,)


def test_a_pairing_in_question_or_taken_out_is_held_back_with_its_reason(willing: Connection) -> None:
    willing.execute(
        "INSERT INTO pairing_words VALUES ('W1', 901, 'P1', 'P11', 'does_not_fit', NULL, 'A1', 0, NULL)"
    )
    assert held(willing) == "being_checked"
    willing.execute(
        "INSERT INTO pairing_words VALUES ('W2', 902, 'P1', 'P11', 'taken_out', NULL, 'A1', 0, NULL)"
    )
    assert held(willing) == "taken_out"
