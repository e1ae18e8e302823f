"""Words on pairings: an associate's wait, a manager's act, and the last one holds."""

from __future__ import annotations

import pytest

from assistant.errors import AccessError, InputError
from assistant.records import AnswerKind
from assistant.store import access, curating, pairings, staff, visits
from assistant.store.database import Connection
from tests.store.slates import slate


@pytest.fixture
def kept(shop: Connection) -> Connection:
    """A home with a manager, A1; A2 is an associate."""
    staff.make_keeper(shop, "Priya Nair", "4820")
    return shop


def manager(shop: Connection) -> access.Permit:
    return access.permit(shop, "A1", "4820")


def asked(shop: Connection) -> list[tuple[str, str, str]]:
    return [(c.anchor_id, c.product_id, c.kind) for c in curating.waiting(shop)]


def test_a_word_of_an_associate_waits_for_a_manager(kept: Connection) -> None:
    assert curating.say(kept, "P1", "P5", "vetoed", "A2").word == "vetoed"
    assert asked(kept) == [("P1", "P5", "vetoed")]
    assert curating.words_on(kept, ["P1"]) == {}
    curating.decide(kept, "P1", "P5", "taken_out", manager(kept))
    assert asked(kept) == []
    assert curating.words_on(kept, ["P1"]) == {("P1", "P5"): "taken_out"}


def test_a_manager_s_own_acts_at_once(kept: Connection) -> None:
    assert curating.say(kept, "P1", "P5", "proposed", "A1").word == "put_in"
    assert asked(kept) == []
    assert curating.words_on(kept, ["P1"]) == {("P1", "P5"): "put_in"}


def test_nobody_but_a_manager_decides(kept: Connection) -> None:
    curating.say(kept, "P1", "P5", "proposed", "A2")
    with pytest.raises(AccessError, match="decided by a manager"):
        curating.decide(kept, "P1", "P5", "put_in", None)
    with pytest.raises(InputError, match="Nothing waits"):
        curating.decide(kept, "P1", "P6", "put_in", manager(kept))
    assert asked(kept) == [("P1", "P5", "proposed")]


@pytest.mark.parametrize("anchor, add_on", [("P1", "P1"), ("P1", "none such"), ("none such", "P1")])
def test_what_is_no_pairing_is_refused(kept: Connection, anchor: str, add_on: str) -> None:
    with pytest.raises(InputError):
        curating.say(kept, anchor, add_on, "proposed", "A2")
    assert asked(kept) == []


@pytest.fixture
def doubted(kept: Connection) -> str:
    """A suggestion that was declined because it does not fit P1."""
    visit = visits.begin(kept, associate_id="A2", touchpoint="counter", anchors=["P1"])
    (one,) = visits.show(kept, visit.visit_id, slate(kept, "P5"))
    kept.execute("UPDATE suggestions SET anchor_id = 'P1'")
    visits.answer(kept, str(one.suggestion_id), "declined", associate_id="A2", reason="does_not_fit")
    return str(one.suggestion_id)


def test_does_not_fit_queues_a_check_and_holds_the_pairing(kept: Connection, doubted: str) -> None:
    assert asked(kept) == [("P1", "P5", "does_not_fit")]
    assert curating.words_on(kept, ["P1"]) == {("P1", "P5"): "does_not_fit"}
    assert kept.execute("SELECT count(*) FROM outbox WHERE record = 'pairing_word'").fetchone() == (1,)


def test_the_answer_taken_back_takes_the_check_back(kept: Connection, doubted: str) -> None:
    visits.undo(kept, doubted, associate_id="A2")
    assert asked(kept) == []
    assert curating.words_on(kept, ["P1"]) == {}


def test_what_was_decided_is_not_undone_with_the_answer(kept: Connection, doubted: str) -> None:
    curating.decide(kept, "P1", "P5", "taken_out", manager(kept))
    visits.undo(kept, doubted, associate_id="A2")
    assert curating.words_on(kept, ["P1"]) == {("P1", "P5"): "taken_out"}


def test_what_is_kept_stays_as_it_was(kept: Connection) -> None:
    curating.say(kept, "P1", "P5", "proposed", "A1")
    curating.say(kept, "P1", "P5", "vetoed", "A2")
    curating.decide(kept, "P1", "P5", "kept", manager(kept))
    assert curating.words_on(kept, ["P1"]) == {("P1", "P5"): "put_in"}


def test_a_proposal_is_taken_back_by_who_made_it(kept: Connection) -> None:
    said = curating.say(kept, "P1", "P5", "proposed", "A2")
    with pytest.raises(AccessError, match="Only who said it"):
        curating.take_back(kept, said.word_id, "A1")
    assert asked(kept) == [("P1", "P5", "proposed")]
    curating.take_back(kept, said.word_id, "A2")
    assert asked(kept) == []
    with pytest.raises(InputError, match="nothing to take back"):
        curating.take_back(kept, said.word_id, "A2")
    assert kept.execute("SELECT count(*) FROM outbox WHERE record = 'pairing_word'").fetchone() == (2,)


def test_a_manager_s_own_veto_taken_back_suggests_again(kept: Connection) -> None:
    curating.say(kept, "P1", "P5", "proposed", "A1")
    said = curating.say(kept, "P1", "P5", "vetoed", "A1")
    assert curating.words_on(kept, ["P1"]) == {("P1", "P5"): "taken_out"}
    curating.take_back(kept, said.word_id, "A1")
    assert curating.words_on(kept, ["P1"]) == {("P1", "P5"): "put_in"}


def test_what_a_manager_decided_is_not_taken_back(kept: Connection) -> None:
    said = curating.say(kept, "P1", "P5", "proposed", "A2")
    curating.decide(kept, "P1", "P5", "put_in", manager(kept))
    with pytest.raises(InputError, match="decided on it meanwhile"):
        curating.take_back(kept, said.word_id, "A2")
    assert curating.words_on(kept, ["P1"]) == {("P1", "P5"): "put_in"}


def test_nothing_is_proposed_twice(kept: Connection) -> None:
    curating.say(kept, "P1", "P5", "proposed", "A2")
    with pytest.raises(InputError, match="proposed already"):
        curating.say(kept, "P1", "P5", "proposed", "A2")
    assert curating.say(kept, "P1", "P5", "proposed", "A1").word == "put_in"
    with pytest.raises(InputError, match="in use already"):
        curating.say(kept, "P1", "P5", "proposed", "A2")


def test_what_was_put_in_makes_an_anchor(kept: Connection) -> None:
    assert pairings.anchors_with_pairings(kept, ["P11"]) == frozenset()
    curating.say(kept, "P11", "P5", "proposed", "A2")
    assert pairings.anchors_with_pairings(kept, ["P11"]) == frozenset()
    curating.decide(kept, "P11", "P5", "put_in", manager(kept))
    assert pairings.anchors_with_pairings(kept, ["P11"]) == {"P11"}


def offered(shop: Connection, kind: AnswerKind) -> None:
    """One offer of P5 beside P11, and what was said to it."""
    visit = visits.begin(shop, associate_id="A2", touchpoint="counter", anchors=["P11"])
    (one,) = visits.show(shop, visit.visit_id, slate(shop, "P5"))
    shop.execute("UPDATE suggestions SET anchor_id = 'P11' WHERE suggestion_id = ?", (one.suggestion_id,))
    visits.answer(shop, str(one.suggestion_id), kind, associate_id="A2")


def test_the_rate_counts_the_offers_since_it_was_put_in(kept: Connection) -> None:
    offered(kept, "accepted")  # before: it says nothing of the proposal
    kept.execute("UPDATE suggestions SET shown_at = shown_at - 60000")
    curating.say(kept, "P11", "P5", "proposed", "A1")
    for kind in ("accepted", "declined", "later", "not_offered"):
        offered(kept, kind)
    assert curating.rates(kept, [("P11", "P5")]) == {("P11", "P5"): curating.Rate(3, 1)}


def test_a_veto_holds_in_its_own_visit_at_once(kept: Connection) -> None:
    visit = visits.begin(kept, associate_id="A2", touchpoint="counter", anchors=["P1"])
    (one,) = visits.show(kept, visit.visit_id, slate(kept, "P5"))
    said = curating.say(kept, "P1", "P5", "vetoed", "A2", str(one.suggestion_id))
    assert curating.words_on(kept, ["P1"]) == {}
    assert curating.words_on(kept, ["P1"], visit.visit_id) == {("P1", "P5"): "vetoed"}
    assert curating.vetoed_in(kept, visit.visit_id) == {one.suggestion_id}
    curating.take_back(kept, said.word_id, "A2")
    assert curating.words_on(kept, ["P1"], visit.visit_id) == {}
    assert curating.vetoed_in(kept, visit.visit_id) == frozenset()
