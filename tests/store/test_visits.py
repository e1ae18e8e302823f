"""The log of visits: what is acknowledged is on disk, once, in order, and nothing is half written."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from assistant.errors import BusyError, InputError, KnownError, StoreError
from assistant.records import Visit
from assistant.store import parking, people, visits
from assistant.store.database import Connection, Home, open_catalog, open_home, transaction
from tests import shops
from tests.store.slates import slate


def begin(shop: Connection, customer_id: str | None = None) -> Visit:
    return visits.begin(
        shop, associate_id="A1", touchpoint="counter", customer_id=customer_id, anchors=("P1", "P8")
    )


def shown(shop: Connection, visit: Visit, *product_ids: str) -> list[str]:
    return [str(s.suggestion_id) for s in visits.show(shop, visit.visit_id, slate(shop, *product_ids))]


def rows(shop: Connection, sql: str, *values: object) -> list[tuple[object, ...]]:
    return shop.execute(sql, values).fetchall()


def test_every_record_has_a_time_ordered_id_and_the_next_sequence(shop: Connection) -> None:
    visit = begin(shop)
    first, second = shown(shop, visit, "P3", "P5")
    answer = visits.answer(shop, first, "accepted", associate_id="A1")
    visits.finish(shop, visit.visit_id, associate_id="A1")
    assert all(UUID(i).version == 7 for i in (visit.visit_id, first, second, answer.answer_id))
    assert visit.visit_id < first < second < answer.answer_id
    sent_on = rows(shop, "SELECT sequence, record, record_id FROM outbox ORDER BY sequence")
    assert [row[0] for row in sent_on] == list(range(1, len(sent_on) + 1))
    assert [row[1] for row in sent_on] == [
        "visit", "suggestion", "suggestion", "answer", "answer", "visit_finished",
    ]  # fmt: skip
    assert [row[2] for row in sent_on][:4] == [visit.visit_id, first, second, answer.answer_id]
    assert visits.waiting(shop) == 6


def test_a_visit_keeps_its_anchors_and_those_that_join_it(shop: Connection) -> None:
    visit = begin(shop)
    visits.add_anchors(shop, visit.visit_id, ("P8", "P11"))
    kept = rows(shop, "SELECT product_id FROM visit_anchors WHERE visit_id = ?", visit.visit_id)
    assert {row[0] for row in kept} == {"P1", "P8", "P11"}


def test_a_product_is_shown_once_in_a_visit_and_slots_go_on(shop: Connection) -> None:
    visit = begin(shop)
    assert len(shown(shop, visit, "P3", "P5")) == 2
    again = visits.show(shop, visit.visit_id, slate(shop, "P5", "P6", "P3"))
    assert [(s.product.product_id, s.rank) for s in again] == [("P6", 3)]
    assert rows(shop, "SELECT slot, product_id FROM suggestions ORDER BY slot") == [
        (1, "P3"), (2, "P5"), (3, "P6"),
    ]  # fmt: skip
    other = begin(shop)
    assert len(shown(shop, other, "P3")) == 1


def test_what_was_shown_is_kept_with_its_reasons(shop: Connection) -> None:
    shown(shop, begin(shop), "P3")
    (row,) = rows(
        shop, "SELECT anchor_id, score, parts, propensity, model_id, candidates_hash, talking_point_id, "
        "price, currency FROM suggestions",
    )  # fmt: skip
    assert row == ("P1", 0.5, '{"pairing": 0.0}', 1.0, "m1", "c0ffee", "plain", 429_000, "GBP")


def test_the_last_answer_stands_and_none_is_overwritten(shop: Connection) -> None:
    visit = begin(shop, "C-10412")
    (one,) = shown(shop, visit, "P3")
    visits.answer(shop, one, "declined", associate_id="A1", reason="has_one")
    assert visits.refused_in(shop, visit.visit_id) == {"P3"}
    assert visits.declined(shop, "C-10412", visit.started_at) == {"P3"}
    visits.undo(shop, one, associate_id="A1")
    assert visits.refused_in(shop, visit.visit_id) == frozenset()
    visits.answer(shop, one, "accepted", associate_id="A2")
    assert visits.declined(shop, "C-10412", visit.started_at) == frozenset()
    said = rows(shop, "SELECT kind, reason, associate_id FROM answers ORDER BY sequence")
    assert said == [("declined", "has_one", "A1"), ("undone", None, "A1"), ("accepted", None, "A2")]


def test_a_no_holds_until_a_later_yes_and_only_since_then(shop: Connection) -> None:
    first = begin(shop, "C-10412")
    (one,) = shown(shop, first, "P3")
    no = visits.answer(shop, one, "declined", associate_id="A1")
    silent = begin(shop, "C-10412")
    shown(shop, silent, "P3")
    visits.finish(shop, silent.visit_id, associate_id="A1")
    assert visits.declined(shop, "C-10412", no.at - timedelta(seconds=1)) == {"P3"}  # not offered is no yes
    assert visits.declined(shop, "C-10412", no.at + timedelta(seconds=1)) == frozenset()
    assert visits.declined(shop, "C-10413", no.at - timedelta(seconds=1)) == frozenset()
    last = begin(shop, "C-10412")
    (again,) = shown(shop, last, "P3")
    visits.answer(shop, again, "accepted", associate_id="A1")
    assert visits.declined(shop, "C-10412", no.at - timedelta(seconds=1)) == frozenset()


def test_later_keeps_its_date(shop: Connection) -> None:
    visit = begin(shop)
    (one,) = shown(shop, visit, "P3")
    until = shops.NOW + timedelta(days=30)
    visits.answer(shop, one, "later", associate_id="A1", until=until)
    ((open_visit),) = visits.unfinished(shop, "A1")
    assert [(a.kind, a.until) for a in open_visit.answers] == [("later", until)]


def test_finishing_says_not_offered_of_what_has_no_answer(shop: Connection) -> None:
    visit = begin(shop)
    accepted, undone, _silent = shown(shop, visit, "P3", "P5", "P6")
    visits.answer(shop, accepted, "accepted", associate_id="A1")
    visits.answer(shop, undone, "declined", associate_id="A1")
    visits.undo(shop, undone, associate_id="A1")
    visits.finish(shop, visit.visit_id, associate_id="A1", satisfaction=4, note="Likes trains")
    kinds = dict(
        rows(shop, "SELECT product_id, c.kind FROM current_answers c JOIN suggestions USING (suggestion_id)")
    )
    assert kinds == {"P3": "accepted", "P5": "not_offered", "P6": "not_offered"}
    assert rows(shop, "SELECT satisfaction, note, finished_at IS NOT NULL FROM visits") == [
        (4, "Likes trains", 1)
    ]
    assert visits.unfinished(shop, "A1") == ()


def test_an_unfinished_visit_is_taken_up_with_its_answers(shop_home: Home) -> None:
    with contextlib.closing(open_home(shop_home)) as before:
        visit = begin(before, "C-10412")
        first, second, third = shown(before, visit, "P3", "P5", "P6")
        said = visits.answer(before, second, "declined", associate_id="A1", reason="no_time")
        visits.answer(before, third, "accepted", associate_id="A1")
        visits.undo(before, third, associate_id="A1")
    with contextlib.closing(open_home(shop_home)) as after:
        (taken_up,) = visits.unfinished(after, "A1")
        assert visits.unfinished(after, "A2") == ()
    assert (taken_up.visit.visit_id, taken_up.visit.customer_id) == (visit.visit_id, "C-10412")
    assert abs(taken_up.visit.started_at - visit.started_at) < timedelta(milliseconds=1)
    assert [(s.suggestion_id, s.product_id, s.slot) for s in taken_up.shown] == [
        (first, "P3", 1), (second, "P5", 2), (third, "P6", 3),
    ]  # fmt: skip
    assert [(a.answer_id, a.kind, a.reason) for a in taken_up.answers] == [
        (said.answer_id, "declined", "no_time")
    ]


def test_the_customer_may_be_known_later(shop: Connection) -> None:
    visit = begin(shop)
    visits.identify(shop, visit.visit_id, "C-10413")
    (taken_up,) = visits.unfinished(shop, "A1")
    assert taken_up.visit.customer_id == "C-10413"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda c, v, s: visits.answer(c, "nothing", "accepted", associate_id="A1"), "never shown"),
        (lambda c, v, s: visits.undo(c, s, associate_id="A1"), "no answer to take back"),
        (lambda c, v, s: visits.finish(c, "nothing", associate_id="A1"), "no such visit"),
        (lambda c, v, s: visits.finish(c, v, associate_id="A1", satisfaction=6), "from 1 to 5"),
        (lambda c, v, s: visits.identify(c, "nothing", "C-10412"), "no such visit"),
        (lambda c, v, s: visits.add_anchors(c, "nothing", ("P1",)), "no such visit"),
        (lambda c, v, s: visits.show(c, "nothing", slate(c, "P3")), "no such visit"),
        (lambda c, v, s: people.set_consent(c, "nobody", "contact", True, "A1"), "no customer nobody"),
    ],
)
def test_what_names_nothing_is_refused_and_leaves_no_trace(
    shop: Connection, wrong: Callable[[Connection, str, str], object], sentence: str
) -> None:
    visit = begin(shop)
    (one,) = shown(shop, visit, "P3")
    before = rows(shop, "SELECT * FROM terminal"), rows(shop, "SELECT * FROM outbox")
    with pytest.raises(InputError, match=sentence):
        wrong(shop, visit.visit_id, one)
    assert (rows(shop, "SELECT * FROM terminal"), rows(shop, "SELECT * FROM outbox")) == before


def test_a_finished_visit_takes_nothing_more_to_show(shop: Connection) -> None:
    visit = begin(shop)
    visits.finish(shop, visit.visit_id, associate_id="A1")
    with pytest.raises(InputError, match="finished"):
        visits.show(shop, visit.visit_id, slate(shop, "P3"))
    with pytest.raises(InputError, match="finished"):
        visits.finish(shop, visit.visit_id, associate_id="A1")


def test_an_answer_does_not_wait_for_a_sync(shop: Connection, shop_home: Home) -> None:
    visit = begin(shop)
    (one,) = shown(shop, visit, "P3")
    shop.execute("PRAGMA busy_timeout = 0")
    with contextlib.closing(open_catalog(shop_home)) as syncing, transaction(syncing):
        syncing.execute("DELETE FROM order_lines")
        visits.answer(shop, one, "accepted", associate_id="A1")
        assert rows(shop, "SELECT count(*) FROM order_lines")[0][0] != 0
    assert visits.waiting(shop) == 3


def test_the_counter_cannot_write_to_the_mirror(shop: Connection) -> None:
    with pytest.raises(StoreError, match="readonly"), transaction(shop):
        shop.execute("DELETE FROM products")


def test_a_log_that_may_not_be_written_is_said_and_not_called_busy(shop: Connection) -> None:
    shop.execute("PRAGMA query_only = TRUE")
    with pytest.raises(StoreError, match="cannot be written") as told:
        begin(shop)
    assert not isinstance(told.value, BusyError)


def test_a_log_that_another_holds_is_busy_in_words(shop: Connection, shop_home: Home) -> None:
    visit = begin(shop)
    (one,) = shown(shop, visit, "P3")
    shop.execute("PRAGMA busy_timeout = 0")
    with (
        contextlib.closing(open_home(shop_home)) as other,
        transaction(other),
        pytest.raises(BusyError, match="busy"),
    ):
        visits.answer(shop, one, "accepted", associate_id="A1")
    assert rows(shop, "SELECT count(*) FROM answers") == [(0,)]


def test_a_full_disk_keeps_what_was_acknowledged_and_nothing_half(shop: Connection) -> None:
    visit = begin(shop)
    ids = shown(shop, visit, "P3", "P5", "P6")
    (pages,) = shop.execute("PRAGMA page_count").fetchone()
    shop.execute(f"PRAGMA max_page_count = {pages}")
    acknowledged: list[str] = []
    with pytest.raises(KnownError, match="full"):
        for number in range(2_000):
            kind = ("declined", "accepted")[number % 2]
            acknowledged.append(visits.answer(shop, ids[number % 3], kind, associate_id="A1").answer_id)  # type: ignore[arg-type]
    assert acknowledged
    assert [row[0] for row in rows(shop, "SELECT answer_id FROM answers ORDER BY sequence")] == acknowledged
    assert rows(shop, "SELECT record_id FROM outbox WHERE record = 'answer' ORDER BY sequence") == [
        (answer_id,) for answer_id in acknowledged
    ]
    ((last,),) = rows(shop, "SELECT max(sequence) FROM outbox")
    assert rows(shop, "SELECT sequence FROM terminal") == [(last,)]
    shop.execute("PRAGMA max_page_count = 1073741823")
    visits.answer(shop, ids[0], "later", associate_id="A1")
    assert rows(shop, "PRAGMA main.integrity_check") == [("ok",)]


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: visits.refused_in(c, "v"),
        lambda c: visits.declined(c, "C-10412", shops.NOW),
        lambda c: visits.unfinished(c, "A1"),
        lambda c: parking.wants_no_offers(c, "V1", "C-10412", shops.NOW),
    ],
)
def test_questions_of_one_visit_never_read_the_whole_log(
    shop: Connection, ask: Callable[[Connection], object]
) -> None:
    shown(shop, begin(shop), "P3")
    asked: list[str] = []
    shop.set_trace_callback(asked.append)
    ask(shop)
    shop.set_trace_callback(None)
    assert asked
    for sql in asked:
        plan = [str(row[3]) for row in shop.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert not [
            step for step in plan if step.startswith(("SCAN answers", "SCAN a", "SCAN s", "SCAN v", "SCAN p"))
        ], plan
