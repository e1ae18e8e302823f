"""What came of each accepted offer: which line of which receipt it is on, each line and offer at most once.

Offers of one product choose among that product's lines, so that a product is matched by itself: always
alike, whatever was known first. An offer looks first on the receipt of its visit's basket, then on those of
its visit's customer, from the visit's start for so many days. Earlier offers choose first, each the earliest
line that is still free; baskets are done before customers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from assistant.store.database import Connection, transaction
from assistant.store.days import DAY, Calendar, open_days
from assistant.store.families import ADD_ON, remember

State = Literal["waiting", "paid", "kept", "returned", "unmatched"]
Why = Literal["nobody", "no_receipt", "not_on_receipt", "line_taken", "too_late", "still_open"]

CHUNK = 200  # records: the log is held for some milliseconds at a time
_T = TypeVar("_T")

# An answer counts as long as no later one, an undo among them, follows it.
IS_LAST = """AND NOT EXISTS (
  SELECT 1 FROM answers AS b WHERE b.suggestion_id = a.suggestion_id AND b.sequence > a.sequence)"""


@dataclass(frozen=True, slots=True)
class _Offer:
    suggestion_id: str
    visit_id: str
    basket_id: str | None
    customer_id: str | None
    started_at: int
    state: str
    why: str | None
    due: int | None
    place: tuple[int, int] | None
    pinned: bool


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of an offer."""

    state: State
    why: Why | None = None
    place: tuple[int, int] | None = None
    due: int | None = None


def note_visits(connection: Connection, calendar: Calendar, visit_ids: Sequence[str]) -> None:
    """Have an outcome for each offer of these visits that is accepted by now, and for no other one."""
    asked = json.dumps(list(visit_ids))
    named = connection.execute(
        "SELECT s.product_id, s.anchor_id FROM json_each(?) AS v "
        "CROSS JOIN suggestions AS s ON s.visit_id = v.value",
        (asked,),
    ).fetchall()
    remember(connection, (product for row in named for product in row if product is not None))
    accepted = connection.execute(
        "SELECT s.suggestion_id, s.visit_id, s.product_id FROM json_each(?) AS v "
        "CROSS JOIN suggestions AS s ON s.visit_id = v.value "
        f"CROSS JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST} "
        f"WHERE a.kind = 'accepted' AND {ADD_ON} ORDER BY s.sequence",
        (asked,),
    ).fetchall()
    known = dict(
        connection.execute(
            "SELECT suggestion_id, product_id FROM outcomes "
            "WHERE visit_id IN (SELECT value FROM json_each(?))",
            (asked,),
        ).fetchall()
    )
    new = [row for row in accepted if row[0] not in known]
    gone = known.keys() - {row[0] for row in accepted}
    moments = connection.execute(
        "SELECT started_at FROM visits WHERE visit_id IN (SELECT value FROM json_each(?))", (asked,)
    ).fetchall()
    with transaction(connection):
        for sequence, row in zip(_sequences(connection, len(new)), new, strict=True):
            _sent_on(connection, sequence, row[0])
            connection.execute(
                "INSERT INTO outcomes (suggestion_id, sequence, visit_id, product_id, state, why) "
                "VALUES (?, ?, ?, ?, 'waiting', 'still_open')",
                (row[0], sequence, row[1], row[2]),
            )
        for suggestion_id in gone:
            _open_receipt(connection, calendar, suggestion_id)
            connection.execute("DELETE FROM outcomes WHERE suggestion_id = ?", (suggestion_id,))
        # All of a visit's, as it may be that only now it is known whose visit it was.
        products = {known[one] for one in known} | {row[2] for row in new}
        connection.executemany(
            "INSERT OR IGNORE INTO open_products VALUES (?)", [(product,) for product in products]
        )
        open_days(connection, calendar, (at for (at,) in moments))


def match(
    connection: Connection, calendar: Calendar, *, days: int, window: int, complete_to: int | None
) -> int:
    """Match the offers of all open products anew; how many outcomes changed.

    `days` an offer may wait for its receipt, `window` days a thing may be brought back.
    """
    _open_what_is_due(connection, complete_to)
    changed = 0
    while products := [row[0] for row in connection.execute("SELECT product_id FROM open_products LIMIT 50")]:
        offers = _offers(connection, products)
        found = _find(connection, offers, days)
        came = _said(connection, offers, found, days=days, window=window, now=complete_to or 0)
        changes = [(one, came[one.suggestion_id]) for one in offers if _differs(one, came[one.suggestion_id])]
        # First all lines are let go of: two offers may change places.
        for placed in _chunks([one for one, _ in changes if one.place is not None]):
            with transaction(connection):
                _let_go(connection, calendar, placed)
        for some in _chunks(changes):
            with transaction(connection):
                _put(connection, calendar, some)
        with transaction(connection):
            connection.executemany(
                "DELETE FROM open_products WHERE product_id = ?", [(one,) for one in products]
            )
        changed += len(changes)
    return changed


def _chunks(things: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (things[begin : begin + CHUNK] for begin in range(0, len(things), CHUNK))


def _open_what_is_due(connection: Connection, now: int | None) -> None:
    """What waits for its receipt, or for its window to pass, may be over by now."""
    with transaction(connection):
        connection.execute(
            "INSERT OR IGNORE INTO open_products SELECT product_id FROM outcomes WHERE due <= ?", (now,)
        )
        connection.execute(
            "DELETE FROM open_products WHERE product_id NOT IN (SELECT product_id FROM outcomes)"
        )


def _offers(connection: Connection, products: Sequence[str]) -> list[_Offer]:
    found = connection.execute(
        "SELECT o.suggestion_id, o.visit_id, v.basket_id, v.customer_id, v.started_at, o.state, o.why, "
        "o.due, o.n, o.line_no, o.pinned FROM json_each(?) AS p "
        "CROSS JOIN outcomes AS o ON o.product_id = p.value "
        "CROSS JOIN visits AS v ON v.visit_id = o.visit_id "
        "CROSS JOIN suggestions AS s ON s.suggestion_id = o.suggestion_id ORDER BY v.started_at, s.sequence",
        (json.dumps(list(products)),),
    )
    return [
        _Offer(*(*row, None if n is None else (n, line_no), bool(pinned)))
        for *row, n, line_no, pinned in found
    ]


def _find(connection: Connection, offers: Sequence[_Offer], days: int) -> dict[str, tuple[int, int]]:
    """Offer → receipt line."""
    found: dict[str, tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for one in offers:
        if one.pinned and one.place is not None and _is_there(connection, one.place):
            found[one.suggestion_id] = one.place
            taken.add(one.place)
    for by_basket in (True, False):
        for one in offers:
            if one.suggestion_id in found:
                continue
            free = (place for place in _places(connection, one, by_basket, days) if place not in taken)
            place = next(free, None)
            if place is not None:
                found[one.suggestion_id] = place
                taken.add(place)
    return found


def _is_there(connection: Connection, place: tuple[int, int]) -> bool:
    sql = "SELECT 1 FROM receipt_lines WHERE n = ? AND line_no = ?"
    return connection.execute(sql, place).fetchone() is not None


_ON = (
    "CROSS JOIN receipt_lines AS l ON l.n = r.n AND l.product_id = "
    "(SELECT product_id FROM outcomes WHERE suggestion_id = ?) ORDER BY r.paid_at, r.order_id, l.line_no"
)


def _places(
    connection: Connection, one: _Offer, by_basket: bool, days: int | None
) -> Iterator[tuple[int, int]]:
    """The lines that an offer may be on, the earliest first."""
    if by_basket and one.basket_id is not None:
        yield from connection.execute(
            f"SELECT l.n, l.line_no FROM (SELECT * FROM receipts WHERE basket_id = ?) AS r {_ON}",
            (one.basket_id, one.suggestion_id),
        ).fetchall()
    elif not by_basket and one.customer_id is not None:
        end = one.started_at + (100_000 if days is None else days) * DAY
        yield from connection.execute(
            "SELECT l.n, l.line_no FROM (SELECT * FROM receipts WHERE customer_id = ? AND paid_at >= ? "
            f"AND paid_at <= ?) AS r {_ON}",
            (one.customer_id, one.started_at, end, one.suggestion_id),
        ).fetchall()


def _said(
    connection: Connection,
    offers: Sequence[_Offer],
    found: dict[str, tuple[int, int]],
    *,
    days: int,
    window: int,
    now: int,
) -> dict[str, _Came]:
    came = {}
    for one in offers:
        place = found.get(one.suggestion_id)
        if place is None:
            came[one.suggestion_id] = _why_not(connection, one, days, now)
            continue
        quantity, in_window, paid_at = connection.execute(
            "SELECT l.quantity, l.in_window, r.paid_at FROM receipt_lines AS l JOIN receipts AS r USING (n) "
            "WHERE l.n = ? AND l.line_no = ?",
            place,
        ).fetchone()
        due = None if paid_at is None else paid_at + window * DAY
        if in_window >= quantity:
            came[one.suggestion_id] = _Came("returned", None, place)
        elif due is not None and due <= now:
            came[one.suggestion_id] = _Came("kept", None, place)
        else:
            came[one.suggestion_id] = _Came("paid", None, place, due)
    return came


def _why_not(connection: Connection, one: _Offer, days: int, now: int) -> _Came:
    """An offer that is on no receipt: still to come, or for which reason not."""
    if one.basket_id is None and one.customer_id is None:
        return _Came("unmatched", "nobody")
    if any(True for by_basket in (True, False) for _ in _places(connection, one, by_basket, days)):
        return _Came("unmatched", "line_taken")
    if now < one.started_at + days * DAY:
        return _Came("waiting", "still_open", due=one.started_at + days * DAY)
    if next(_places(connection, one, False, None), None) is not None:
        return _Came("unmatched", "too_late")
    (paid,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM receipts WHERE basket_id = ?1) OR EXISTS (SELECT 1 FROM receipts "
        "WHERE customer_id = ?2 AND paid_at >= ?3 AND paid_at <= ?4)",
        (one.basket_id, one.customer_id, one.started_at, one.started_at + days * DAY),
    ).fetchone()
    return _Came("unmatched", "not_on_receipt" if paid else "no_receipt")


def _differs(one: _Offer, came: _Came) -> bool:
    return (one.state, one.why, one.place, one.due) != (came.state, came.why, came.place, came.due)


def _let_go(connection: Connection, calendar: Calendar, offers: Sequence[_Offer]) -> None:
    for one in offers:
        _open_receipt(connection, calendar, one.suggestion_id)
        connection.execute(
            "UPDATE outcomes SET n = NULL, line_no = NULL WHERE suggestion_id = ?", (one.suggestion_id,)
        )
    open_days(connection, calendar, (one.started_at for one in offers))


def _put(connection: Connection, calendar: Calendar, changes: Sequence[tuple[_Offer, _Came]]) -> None:
    for sequence, (one, came) in zip(_sequences(connection, len(changes)), changes, strict=True):
        n, line_no = came.place or (None, None)
        connection.execute(
            "UPDATE outcomes SET sequence = ?, state = ?, why = ?, n = ?, line_no = ?, due = ? "
            "WHERE suggestion_id = ?",
            (sequence, came.state, came.why, n, line_no, came.due, one.suggestion_id),
        )
        _sent_on(connection, sequence, one.suggestion_id)
        _open_receipt(connection, calendar, one.suggestion_id)
    open_days(connection, calendar, (one.started_at for one, _ in changes))


def _open_receipt(connection: Connection, calendar: Calendar, suggestion_id: str) -> None:
    """Have the day of the receipt that an offer is on summed anew."""
    row = connection.execute(
        "SELECT r.paid_at FROM outcomes AS o JOIN receipts AS r ON r.n = o.n WHERE o.suggestion_id = ?",
        (suggestion_id,),
    ).fetchone()
    open_days(connection, calendar, row or ())


def _sequences(connection: Connection, count: int) -> range:
    """The terminal's next numbers; inside a transaction."""
    (last,) = connection.execute(
        "UPDATE terminal SET sequence = sequence + ? RETURNING sequence", (count,)
    ).fetchone()
    return range(last - count + 1, last + 1)


def _sent_on(connection: Connection, sequence: int, suggestion_id: str) -> None:
    connection.execute(
        "INSERT INTO outbox VALUES (?, 'outcome', ?, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL)",
        (sequence, suggestion_id),
    )
