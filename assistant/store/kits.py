"""Kits: the shop's own, read from the mirror; and one answer to a kit, logged as an answer to each item."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from uuid_utils import uuid7

from assistant.errors import InputError
from assistant.records import Answer, AnswerKind, DeclineReason, Kit, Slate, Suggestion
from assistant.store import contents, mirrored, visits
from assistant.store.contents import Version
from assistant.store.database import Connection, Row, stamp, transaction


@dataclass(frozen=True, slots=True)
class ShopKit:
    """A kit of the shop: these items together at a price, offered with any of these anchors."""

    kit_id: str
    name: str | None
    anchors: tuple[str, ...]
    items: tuple[str, ...]
    price: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class KitAnswer:
    """What the log holds of one answer to a kit: what was shown for it only, and an answer for each item."""

    shown: tuple[Suggestion, ...]
    answers: tuple[Answer, ...]


def offered_with(
    connection: Connection, product_ids: Collection[str], now: datetime, visit_id: str | None = None
) -> tuple[ShopKit, ...]:
    """The kits that hold now and have one of these as an anchor, else as an item: those of the shop, and what
    its managers wrote in their place or beside them."""
    there, at = set(product_ids), stamp(now) or 0
    written = contents.in_force(connection, "kit", visit_id)
    taken = {contents.parts_of(key)[1] for key in written}
    found = [kit for kit in _of_the_shop(connection, product_ids, at) if kit.kit_id not in taken]
    own = (_written(version) for version in written.values())
    found += [kit for kit in own if kit is not None and not there.isdisjoint((*kit.anchors, *kit.items))]
    return tuple(sorted(found, key=lambda kit: (there.isdisjoint(kit.anchors), kit.kit_id)))


def of_the_shop(connection: Connection) -> tuple[ShopKit, ...]:
    """Every kit that the shop itself has, by its id."""
    rows = connection.execute(
        "SELECT kit_id, product_id, anchor, name, price, currency, starts_at, ends_at FROM kits "
        "ORDER BY kit_id, product_id"
    ).fetchall()
    return tuple(_shop_kit(kit) for kit in _by_kit(rows))


def _written(version: Version) -> ShopKit | None:
    """A kit that a manager wrote, known by its version, as the log tells what was offered; None = out."""
    said = version.content or {}
    if said.get("out"):
        return None
    items, anchors = tuple(said["items"]), tuple(said["anchors"])
    return ShopKit(version.version_id, said["name"], anchors, items, said["price"], said["currency"])


def _of_the_shop(connection: Connection, product_ids: Collection[str], at: int) -> list[ShopKit]:
    if not mirrored.has_any(connection, "kits"):
        return []
    rows = connection.execute(
        "SELECT kit_id, product_id, anchor, name, price, currency, starts_at, ends_at FROM kits "
        "WHERE kit_id IN (SELECT kit_id FROM kits WHERE product_id IN (SELECT value FROM json_each(?))) "
        "ORDER BY kit_id, product_id",
        (json.dumps(list(product_ids)),),
    ).fetchall()
    return [_shop_kit(kit) for kit in _by_kit(rows) if all(_holds(row, at) for row in kit)]


def _by_kit(rows: Iterable[Row]) -> Iterable[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found.values()


def _holds(row: Row, at: int) -> bool:
    return (row[6] is None or row[6] <= at) and (row[7] is None or at < row[7])


def _shop_kit(rows: list[Row]) -> ShopKit:
    """The kit of some rows; what only one of them says holds for all."""
    name, price, currency = (next((row[i] for row in rows if row[i] is not None), None) for i in (3, 4, 5))
    return ShopKit(
        rows[0][0],
        name,
        tuple(row[1] for row in rows if row[2]),
        tuple(row[1] for row in rows if not row[2]),
        price,
        currency,
    )


def answer(
    connection: Connection,
    visit_id: str,
    slate: Slate,
    kit: Kit,
    kind: AnswerKind,
    *,
    associate_id: str,
    reason: DeclineReason | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> KitAnswer:
    """Log one answer to a kit as an answer to each of its items, all in one transaction.

    An item that was not shown in this visit is logged as shown now. Raises InputError for a visit that is not
    in progress.
    """
    now, offer_id = at or datetime.now(UTC), str(uuid7())
    with transaction(connection):
        known = {one.product_id: one.suggestion_id for one in visits.shown(connection, visit_id)}
        its_own = replace(slate, suggestions=kit.suggestions, draw=None)
        new = visits.show_within(connection, visit_id, its_own, now)
        _put_offer(connection, offer_id, visit_id, kit, stamp(now))
        for_it = {str(suggestion.suggestion_id) for suggestion in new}
        known |= {one.product.product_id: str(one.suggestion_id) for one in new}
        given = []
        for item in kit.suggestions:
            suggestion_id = known[item.product.product_id]
            said = Answer(str(uuid7()), suggestion_id, kind, now, reason, until, offer_id)
            visits.put_answer(connection, said, visit_id, associate_id)
            _mark(connection, said, shown_for_it=suggestion_id in for_it)
            given.append(said)
    return KitAnswer(new, tuple(given))


def savings(connection: Connection, visit_id: str) -> dict[str, tuple[int, int]]:
    """Of each kit answered in a visit, how many items it had and what is saved by all of them."""
    rows = connection.execute(
        "SELECT o.kit_offer_id, count(DISTINCT k.suggestion_id), max(0, coalesce(o.separately - o.price, 0)) "
        "FROM kit_offers o JOIN kit_answers k USING (kit_offer_id) WHERE o.visit_id = ? GROUP BY 1",
        (visit_id,),
    )
    return {offer_id: (items, saving) for offer_id, items, saving in rows}


def undo(
    connection: Connection, kit_offer_id: str, *, associate_id: str, at: datetime | None = None
) -> tuple[Answer, ...]:
    """Take one answer to a kit back as a whole. Raises InputError where none of it stands."""
    now = at or datetime.now(UTC)
    with transaction(connection):
        rows = connection.execute(
            "SELECT k.suggestion_id, a.visit_id FROM kit_answers k JOIN answers a USING (answer_id) "
            "WHERE k.kit_offer_id = ? AND a.kind <> 'undone' AND a.sequence = "
            "(SELECT max(sequence) FROM answers WHERE suggestion_id = k.suggestion_id) ORDER BY a.sequence",
            (kit_offer_id,),
        ).fetchall()
        if not rows:
            raise InputError("There is no answer to take back.")
        undone = []
        for suggestion_id, visit_id in rows:
            back = Answer(str(uuid7()), suggestion_id, "undone", now, kit_offer_id=kit_offer_id)
            visits.put_answer(connection, back, visit_id, associate_id)
            _mark(connection, back, shown_for_it=False)
            undone.append(back)
    return tuple(undone)


def _put_offer(connection: Connection, offer_id: str, visit_id: str, kit: Kit, at: int | None) -> None:
    sequence = visits.next_sequence(connection)
    connection.execute(
        "INSERT INTO kit_offers (kit_offer_id, sequence, visit_id, kit_id, kind, price, separately, "
        "currency, talking_point_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (offer_id, sequence, visit_id, kit.kit_id, kit.kind, kit.price, kit.separately, kit.currency,
         kit.talking_point.template_id, at),
    )  # fmt: skip
    visits.put_outbox(connection, sequence, "kit_offer", offer_id, at)


def _mark(connection: Connection, given: Answer, *, shown_for_it: bool) -> None:
    connection.execute(
        "INSERT INTO kit_answers (answer_id, kit_offer_id, suggestion_id, shown_for_it) VALUES (?, ?, ?, ?)",
        (given.answer_id, given.kit_offer_id, given.suggestion_id, shown_for_it),
    )
