"""Questions about the record: who stands out, by which rows, and who does not."""

from __future__ import annotations

import contextlib
import math
from datetime import timedelta

import pytest
from scipy import stats

from assistant.errors import AccessError, InputError
from assistant.measure import alarms
from assistant.store import access, counting, replies, schema, staff
from assistant.store.database import Connection, Home, open_home
from tests.measure import made

WHEN = {"since": made.START, "until": made.START + timedelta(days=84)}


@pytest.fixture
def usual(home: Home):
    """Six people who serve alike; answers of a visit lie some seconds apart."""
    schema.prepare(home)
    made.large(home, 4_000, people=tuple((f"Associate {n}", 1, 0.1) for n in range(6)))
    with contextlib.closing(open_home(home)) as connection:
        connection.execute(
            "UPDATE answers SET at = at + 9000 * (SELECT slot FROM suggestions s "
            "WHERE s.suggestion_id = answers.suggestion_id)"
        )
        yield connection


def asked(connection: Connection, **more) -> dict[tuple[str, str], alarms.Question]:
    return {(one.kind, one.associate_id): one for one in alarms.questions(connection, **WHEN, **more)}


def test_people_who_serve_alike_are_asked_nothing(usual):
    assert asked(usual) == {}


def test_accepted_offers_that_are_never_paid_are_asked_about_with_their_rows(usual, home):
    usual.execute("UPDATE visits SET basket_id = basket_id || '-gone' WHERE associate_id = 'A2'")
    counting.recount(home)
    found = asked(usual)
    assert set(found) == {("not_on_receipt", "A2")}
    one = found["not_on_receipt", "A2"]
    # What was accepted within the last seven days of data may still be paid.
    (accepted,) = usual.execute(
        "SELECT count(*) FROM answers AS a JOIN visits AS v USING (visit_id) "
        "WHERE a.kind = 'accepted' AND a.associate_id = 'A2' AND v.started_at + 7 * 86400000 <= "
        "(SELECT max(paid_at) FROM receipts)"
    ).fetchone()
    assert one.n == one.of == accepted
    assert one.name == "Associate 2"
    assert 0.05 < one.others < 0.15  # one in ten of the made shop's
    assert len(one.rows) == accepted
    for row in one.rows[:5]:
        said = usual.execute(
            "SELECT kind, associate_id, visit_id FROM answers WHERE suggestion_id = ?", (row.suggestion_id,)
        ).fetchone()
        assert said == ("accepted", "A2", row.visit_id)


def test_cross_sold_items_that_come_back_are_asked_about(usual, home):
    from assistant.store.database import open_catalog

    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.execute(
            "UPDATE order_lines SET returned_quantity = quantity WHERE line_no > 1 AND order_id IN "
            "(SELECT order_id FROM orders WHERE associate_id = 'A4')"
        )
    counting.count(home)
    found = asked(usual)
    assert set(found) == {("returned", "A4")}
    assert found["returned", "A4"].n > 0.8 * found["returned", "A4"].of
    assert found["returned", "A4"].others < 0.1


def test_answers_faster_than_speech_are_asked_about(usual):
    usual.execute("UPDATE answers SET at = at - at % 100000 WHERE associate_id = 'A1'")
    found = asked(usual)
    assert set(found) == {("pace", "A1")}
    assert found["pace", "A1"].others is None
    assert all(row.suggestion_id for row in found["pace", "A1"].rows)


def test_one_answer_to_everybody_is_asked_about(usual):
    usual.execute(
        "UPDATE answers SET kind = 'declined', reason = 'not_now' WHERE associate_id = 'A5' "
        "AND kind <> 'not_offered'"
    )
    found = asked(usual)
    assert set(found) == {("alike", "A5")}
    assert found["alike", "A5"].n >= alarms.ALIKE


def test_who_offers_nothing_is_asked_why_unless_customers_wished_so(usual):
    usual.execute(
        "UPDATE answers SET kind = 'not_offered', reason = NULL WHERE associate_id = 'A3' AND visit_id IN "
        "(SELECT visit_id FROM visits WHERE sequence % 3 > 0)"
    )
    found = asked(usual)
    assert set(found) == {("unserved", "A3")}
    assert all(row.suggestion_id is None for row in found["unserved", "A3"].rows)
    usual.execute(
        "UPDATE answers SET reason = 'no_offers' WHERE associate_id = 'A3' AND kind = 'not_offered'"
    )
    assert asked(usual) == {}


def test_an_associate_sees_the_questions_about_themselves(usual, home):
    usual.execute("UPDATE visits SET basket_id = basket_id || '-gone' WHERE associate_id = 'A2'")
    counting.recount(home)
    staff.make_keeper(usual, "Hanna Olsen", "4820")
    assert asked(usual, seen_by="A1") == {}
    assert set(asked(usual, seen_by="A2")) == {("not_on_receipt", "A2")}
    keeper = next(one for one in staff.everyone(usual) if one.role == "administrator")
    assert set(asked(usual, seen_by=keeper.associate.associate_id)) == {("not_on_receipt", "A2")}


@pytest.fixture
def keeper(usual):
    """Who may record, with a permit."""
    one = staff.make_keeper(usual, "Hanna Olsen", "4820")
    return access.permit(usual, one.associate_id, "4820", right="replies")


def make_asked(usual, home) -> None:
    """Have something asked about A2 in two ways: never paid, and faster than speech."""
    usual.execute("UPDATE visits SET basket_id = basket_id || '-gone' WHERE associate_id = 'A2'")
    usual.execute("UPDATE answers SET at = at - at % 100000 WHERE associate_id = 'A2'")
    counting.recount(home)


def test_what_was_answered_is_asked_no_more_until_it_is_taken_back(usual, home, keeper):
    make_asked(usual, home)
    before = asked(usual)
    assert set(before) == {("not_on_receipt", "A2"), ("pace", "A2")}
    unpaid = before["not_on_receipt", "A2"]
    said = alarms.reply(usual, unpaid, "till_down", keeper)
    assert set(asked(usual)) == {("pace", "A2")}
    (one,) = replies.standing(usual, "A2")
    assert (one.said, one.name, len(one.rows)) == (
        "till_down",
        "Hanna Olsen",
        before["not_on_receipt", "A2"].n,
    )
    replies.take_back(usual, said, keeper)
    assert asked(usual) == before
    assert replies.standing(usual) == ()
    with pytest.raises(InputError, match="taken back already"):
        replies.take_back(usual, said, keeper)


def test_the_rows_that_were_not_answered_are_still_asked_about(usual, home, keeper):
    make_asked(usual, home)
    one = asked(usual)["not_on_receipt", "A2"]
    alarms.reply(usual, one, "put_back", keeper, rows=one.rows[:3])
    left = asked(usual)["not_on_receipt", "A2"]
    assert left.n == left.of == one.n - 3
    assert set(left.rows) == set(one.rows[3:])


@pytest.mark.parametrize("kind", ["returned", "pace", "alike", "unserved"])
def test_every_kind_of_question_can_be_answered(usual, home, keeper, kind):
    from assistant.store.database import open_catalog

    if kind == "returned":
        with contextlib.closing(open_catalog(home)) as catalog:
            catalog.execute(
                "UPDATE order_lines SET returned_quantity = quantity WHERE line_no > 1 AND order_id IN "
                "(SELECT order_id FROM orders WHERE associate_id = 'A4')"
            )
        counting.count(home)
    else:
        usual.execute(
            {
                "pace": "UPDATE answers SET at = at - at % 100000 WHERE associate_id = 'A4'",
                "alike": "UPDATE answers SET kind = 'declined', reason = 'not_now' WHERE associate_id = 'A4' "
                "AND kind <> 'not_offered'",
                "unserved": "UPDATE answers SET kind = 'not_offered', reason = NULL "
                "WHERE associate_id = 'A4'",
            }[kind]
        )
    one = asked(usual)[kind, "A4"]
    alarms.reply(usual, one, "not_known", keeper)
    assert (kind, "A4") not in asked(usual)


def test_an_answer_is_a_managers_and_one_that_fits_the_question(usual, home, keeper):
    make_asked(usual, home)
    one = asked(usual)["pace", "A2"]
    with pytest.raises(AccessError, match="recorded by a manager"):
        alarms.reply(usual, one, "afterwards", None)
    with pytest.raises(InputError, match="not answered by till_down"):
        alarms.reply(usual, one, "till_down", keeper)
    with pytest.raises(InputError, match="at least one row"):
        replies.reply(usual, "pace", "A2", "afterwards", (), keeper)
    assert replies.standing(usual) == ()


def test_who_opened_somebodys_questions_is_kept_once_in_half_a_day(usual, keeper):
    for who in (keeper.associate_id, keeper.associate_id, "A1", "A2"):
        replies.note_opening(usual, "A2", who)
    assert [one.associate_id for one in replies.openings(usual, "A2")] == ["A1", keeper.associate_id]
    assert replies.openings(usual, "A2")[1].name == "Hanna Olsen"
    assert replies.standing(usual) == ()


def test_words_about_questions_wait_to_be_sent_like_all_others(usual, home, keeper):
    make_asked(usual, home)
    alarms.reply(usual, asked(usual)["pace", "A2"], "afterwards", keeper)
    kept = "SELECT record_id FROM outbox WHERE record = 'reply'"
    assert usual.execute(kept).fetchall() == usual.execute("SELECT reply_id FROM replies").fetchall() != []


def test_the_chance_of_so_many_is_the_known_one():
    for n, of, share in ((5, 20, 0.1), (1, 3, 0.5), (30, 40, 0.2), (2, 2, 0.001)):
        known = stats.binom.sf(n - 1, of, share)
        assert math.isclose(alarms.at_least(n, of, share), known, rel_tol=1e-9)
    assert alarms.at_least(3, 4, 1.0) == 1.0
