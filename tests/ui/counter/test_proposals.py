"""A proposal at the counter: two keys, a manager's word in Settings, and what is suggested then."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import Qt

from assistant.learn.train import train
from assistant.records import Associate
from assistant.store import access, curating, staff
from assistant.store.database import open_home
from assistant.ui import why

OWEN = Associate("A2", "Owen Bright", "S1")


def sign_in_owen(bench) -> None:
    """Owen is no manager, and somebody else is the keeper."""
    with contextlib.closing(open_home(bench.home)) as connection:
        staff.make_keeper(connection, "Priya Nair", "4820")
    bench.session.sign_in(OWEN)


def words(bench) -> list[tuple[str, str, str]]:
    return bench.log("SELECT anchor_id, product_id, kind FROM pairing_words ORDER BY sequence")


def test_what_was_just_scanned_is_proposed_in_two_keys(bench):
    sign_in_owen(bench)
    bench.open_basket()
    bench.page.scan("TEA-001")
    bench.settle()
    bench.press("+")
    assert bench.page.asking.proposing.isVisible()
    bench.press(Qt.Key.Key_Return)
    assert words(bench) == [("P1", "P11", "proposed")]
    told = bench.page.main.told
    assert told.isVisible()
    assert told.text == "Café teapot is proposed for Lumo R50 mirrorless kit; a manager decides."


def test_a_digit_chooses_the_line_and_a_scan_the_product(bench):
    sign_in_owen(bench)
    bench.open_basket()
    bench.press("+")
    bench.page.scan("TEA-001")
    bench.settle()
    asked = bench.page.asking.proposing
    assert asked.add_on is not None and asked.add_on.name == "Café teapot"
    assert bench.page.desk.served.scanned == ()  # nothing joined the basket
    bench.press("2", Qt.Key.Key_Return)
    assert words(bench) == [("P7", "P11", "proposed")]


def test_the_universal_field_says_which_product(bench):
    bench.open_basket()
    bench.press("+")
    bench.page.open_product("P5")
    bench.settle()
    asked = bench.page.asking.proposing
    assert asked.isVisible() and asked.add_on is not None and asked.add_on.product_id == "P5"
    assert bench.page.desk.served.basket.basket_id == "B-20418"


def test_an_unknown_scan_says_so_and_keeps_the_question(bench):
    bench.open_basket()
    bench.press("+")
    before = bench.page.asking.proposing.add_on
    bench.page.scan("NO-SUCH-CODE")
    bench.settle()
    asked = bench.page.asking.proposing
    assert "NO-SUCH-CODE" in asked.trouble.text() and asked.trouble.isVisible()
    assert asked.isVisible() and asked.add_on == before


def test_esc_proposes_nothing(bench):
    bench.open_basket()
    bench.press("+", Qt.Key.Key_Escape)
    assert not bench.page.asking.proposing.isVisible()
    assert words(bench) == []


def test_without_a_line_there_is_nothing_to_propose_for(bench):
    bench.page.open_customer("C-10414")
    bench.settle()
    bench.press("+")
    assert not bench.page.asking.proposing.isVisible()
    assert "line of the basket" in bench.page.main.notice.text


def test_z_takes_a_proposal_back_and_says_so(bench):
    sign_in_owen(bench)
    bench.open_basket()
    bench.press("a")
    bench.page.scan("TEA-001")
    bench.settle()
    bench.press("+", Qt.Key.Key_Return)
    assert bench.page.list.tail.undo.isHidden()  # one thing at a time is what Z takes back
    bench.press("z")
    assert [kind for _, _, kind in words(bench)] == ["proposed", "undone"]
    assert bench.page.main.told.text == "The proposal is taken back."
    assert bench.states()[0] == "accepted"
    bench.press("z")
    assert bench.states()[0] == "pending"


def test_z_brings_a_vetoed_row_back_to_its_place(bench):
    bench.open_basket()
    before = bench.names()
    bench.press("x", Qt.Key.Key_Return)
    assert bench.page.main.told.isVisible()
    assert before[0] in bench.page.main.told.text
    bench.press("z")
    assert bench.names() == before
    assert bench.page.list.selected.suggestion.product.name == before[0]
    bench.press("a")
    assert bench.states()[0] == "accepted"
    assert not bench.page.main.told.isVisible()


def test_after_the_next_answer_z_takes_that_back(bench):
    bench.open_basket()
    before = bench.names()
    bench.press("x", Qt.Key.Key_Return, "a", "z")
    assert bench.names() == before[1:]
    assert set(bench.states()) == {"pending"}
    assert "undone" not in [kind for _, _, kind in words(bench)]


def test_a_vetoed_row_stays_gone_while_the_visit_lasts(bench):
    sign_in_owen(bench)
    bench.open_basket()
    first = bench.names()[0]
    bench.press("x", Qt.Key.Key_Return)
    bench.page.scan("PRN-310")
    bench.settle()
    assert first not in bench.names()
    bench.press("p")
    bench.open_basket()
    assert bench.names() and first not in bench.names()


def test_a_proposal_a_manager_put_in_is_suggested_with_honest_words(bench):
    sign_in_owen(bench)
    bench.page.scan("TEA-001")
    bench.settle()
    assert bench.names() == []
    bench.press("+")
    bench.page.scan("BAT-017")
    bench.settle()
    bench.press(Qt.Key.Key_Return, "p")
    with contextlib.closing(open_home(bench.home)) as connection:
        (check,) = curating.waiting(connection)
        assert (check.anchor_id, check.product_id, check.kind) == ("P11", "P6", "proposed")
        permit = access.permit(connection, "A1", "4820")
        curating.decide(connection, "P11", "P6", "put_in", permit)
    train(bench.home, progress=lambda what, done, total: None)  # a training changes nothing of it
    bench.session.data_changed.emit()
    bench.settle()
    bench.page.scan("TEA-001")
    bench.settle()
    (row,) = bench.page.desk.rows.rows
    assert row.suggestion.product.product_id == "P6"
    assert [text for _, text in why.reasons_for(row.suggestion)] == [
        "Proposed by a colleague for the Café teapot"
    ]
    assert bench.log("SELECT product_id FROM visit_anchors") == [("P11",)]
