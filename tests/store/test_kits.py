"""Kits: the shop's own are read while they hold; one answer is one per item, and is taken back whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.errors import InputError
from assistant.records import Kit, Slate, TalkingPoint, Visit
from assistant.store import kits, visits
from assistant.store.database import Connection, stamp, transaction
from tests import shops
from tests.store.slates import slate


def begin(shop: Connection) -> Visit:
    return visits.begin(shop, associate_id="A1", touchpoint="counter", anchors=("P1",))


def offered(shop: Connection, *product_ids: str) -> tuple[Slate, Kit]:
    made = slate(shop, *product_ids)
    point = TalkingPoint("kit_saves", "As a kit, these cost 10% less.")
    kit = Kit("K1", "priced", made.suggestions, "Lumo R50", point, 700_000, 778_000, "GBP")
    return replace(made, suggestions=()), kit


def put(catalog: Connection, *rows: tuple[object, ...]) -> None:
    with transaction(catalog):
        catalog.executemany(
            "INSERT INTO kits (kit_id, product_id, anchor, price, currency, starts_at, ends_at) "
            "VALUES (?, ?, ?, ?, 'GBP', ?, ?)",
            rows,
        )


def rows(shop: Connection, sql: str) -> list[tuple[object, ...]]:
    return shop.execute(sql).fetchall()


def test_one_answer_is_an_answer_per_item_that_names_the_kit(shop: Connection) -> None:
    visit = begin(shop)
    (card,) = visits.show(shop, visit.visit_id, slate(shop, "P3"))
    made, kit = offered(shop, "P3", "P6")
    given = kits.answer(shop, visit.visit_id, made, kit, "accepted", associate_id="A1")
    assert [s.product.product_id for s in given.shown] == ["P6"]
    assert given.shown[0].rank == 2
    assert [a.suggestion_id for a in given.answers] == [card.suggestion_id, given.shown[0].suggestion_id]
    (offer,) = rows(shop, "SELECT kit_offer_id, visit_id, kit_id, price, separately FROM kit_offers")
    assert offer[1:] == (visit.visit_id, "K1", 700_000, 778_000)
    assert rows(
        shop,
        "SELECT s.product_id, a.kind, k.kit_offer_id, k.shown_for_it FROM kit_answers k "
        "JOIN answers a USING (answer_id) JOIN suggestions s ON s.suggestion_id = a.suggestion_id ORDER BY 1",
    ) == [("P3", "accepted", offer[0], 0), ("P6", "accepted", offer[0], 1)]


def test_every_record_of_it_waits_to_be_sent_in_sequence(shop: Connection) -> None:
    visit = begin(shop)
    made, kit = offered(shop, "P3", "P6")
    kits.answer(shop, visit.visit_id, made, kit, "later", associate_id="A1", until=shops.NOW)
    records = rows(shop, "SELECT record FROM outbox ORDER BY sequence")
    assert [record for (record,) in records] == [
        "visit", "suggestion", "suggestion", "kit_offer", "answer", "answer",
    ]  # fmt: skip


def test_the_figures_count_one_offer_per_item(shop: Connection) -> None:
    visit = begin(shop)
    made, kit = offered(shop, "P3", "P6")
    kits.answer(shop, visit.visit_id, made, kit, "declined", associate_id="A1", reason="not_now")
    assert rows(shop, "SELECT kind, reason FROM current_answers") == [("declined", "not_now")] * 2
    assert visits.refused_in(shop, visit.visit_id) == {"P3", "P6"}


def test_a_kit_is_taken_back_whole(shop: Connection) -> None:
    visit = begin(shop)
    made, kit = offered(shop, "P3", "P6")
    given = kits.answer(shop, visit.visit_id, made, kit, "accepted", associate_id="A1")
    offer_id = str(given.answers[0].kit_offer_id)
    undone = kits.undo(shop, offer_id, associate_id="A1")
    assert [a.suggestion_id for a in undone] == [a.suggestion_id for a in given.answers]
    assert {a.kind for a in undone} == {"undone"}
    assert rows(shop, "SELECT * FROM current_answers") == []
    with pytest.raises(InputError):
        kits.undo(shop, offer_id, associate_id="A1")


def test_what_was_answered_singly_since_is_not_taken_back_with_the_kit(shop: Connection) -> None:
    visit = begin(shop)
    made, kit = offered(shop, "P3", "P6")
    first, second = kits.answer(shop, visit.visit_id, made, kit, "later", associate_id="A1").answers
    visits.answer(shop, first.suggestion_id, "declined", associate_id="A1")
    undone = kits.undo(shop, str(first.kit_offer_id), associate_id="A1")
    assert [a.suggestion_id for a in undone] == [second.suggestion_id]


def test_half_a_kit_is_never_written(shop: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = begin(shop)
    made, kit = offered(shop, "P3", "P6")
    put_answer, given = visits.put_answer, []

    def once(connection: Connection, *words: object) -> None:
        if given:
            raise InputError("No more.")
        given.append(words)
        put_answer(connection, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(visits, "put_answer", once)
    before = rows(shop, "SELECT sequence FROM terminal")
    with pytest.raises(InputError):
        kits.answer(shop, visit.visit_id, made, kit, "accepted", associate_id="A1")
    for table in ("suggestions", "answers", "kit_offers", "kit_answers"):
        assert rows(shop, f"SELECT * FROM {table}") == []
    assert rows(shop, "SELECT sequence FROM terminal") == before


def test_a_finished_visit_takes_no_kit(shop: Connection) -> None:
    visit = begin(shop)
    visits.finish(shop, visit.visit_id, associate_id="A1")
    made, kit = offered(shop, "P3", "P6")
    with pytest.raises(InputError, match="finished"):
        kits.answer(shop, visit.visit_id, made, kit, "accepted", associate_id="A1")


def test_an_unfinished_visit_knows_which_answers_were_a_kit_s(shop: Connection) -> None:
    visit = begin(shop)
    made, kit = offered(shop, "P3", "P6")
    given = kits.answer(shop, visit.visit_id, made, kit, "accepted", associate_id="A1")
    (found,) = visits.unfinished(shop, "A1")
    assert {a.kit_offer_id for a in found.answers} == {given.answers[0].kit_offer_id}


def test_the_kit_of_an_anchor_stands_before_that_of_an_item(shop: Connection, catalog: Connection) -> None:
    put(
        catalog,
        ("K1", "P8", 1, None, None, None),
        ("K1", "P1", 0, 10_000, None, None),
        ("K1", "P9", 0, None, None, None),
        ("K2", "P1", 1, None, None, None),
        ("K2", "P3", 0, None, None, None),
        ("K2", "P6", 0, 20_000, None, None),
        ("K3", "P2", 1, 30_000, None, None),
    )
    first, second = kits.offered_with(shop, ("P1",), shops.NOW)
    assert (first.kit_id, first.anchors, first.items, first.price) == ("K2", ("P1",), ("P3", "P6"), 20_000)
    assert (second.kit_id, second.items) == ("K1", ("P1", "P9"))


@pytest.mark.parametrize(
    ("starts", "ends", "holds"), [(None, None, 1), (-1, 1, 1), (0, None, 1), (1, None, 0), (None, 0, 0)]
)
def test_a_kit_holds_from_its_start_to_before_its_end(
    shop: Connection, catalog: Connection, starts: int | None, ends: int | None, holds: int
) -> None:
    times = [None if days is None else stamp(shops.NOW + timedelta(days=days)) for days in (starts, ends)]
    put(catalog, ("K1", "P1", 1, None, None, None), ("K1", "P3", 0, 10_000, *times))
    assert len(kits.offered_with(shop, ("P1",), shops.NOW)) == holds
