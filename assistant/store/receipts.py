"""What was paid, taken up from the mirror into the log as facts of its own.

A mirror that is built anew, or a shop that shows only its last weeks, changes nothing of them. An order that
is told anew replaces what was known of it; one that vanished goes only where the shop still shows orders as
old as it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.store import coming_back, erasing
from assistant.store.database import Connection, transaction
from assistant.store.days import DAY, Calendar, open_days
from assistant.store.families import GO_TOGETHER, remember

CHUNK = 200  # orders: the log is held for some milliseconds at a time

Head = tuple[object, ...]  # order_id, customer_id, associate_id, store_id, paid_at, basket_id, currency
Line = tuple[object, ...]  # line_no, product_id, quantity, back, in_window, net, cost, anchor


@dataclass(slots=True)
class _Told:
    """An order as it is told, or as it was taken up."""

    head: Head
    lines: dict[int, Line] = field(default_factory=dict)
    n: int | None = None
    judged: int = 0
    able: int = 0
    paired: int = 0

    def goods(self) -> list[tuple[int, object]]:
        """Which product on which line: what it is judged by."""
        return [(number, line[1]) for number, line in sorted(self.lines.items())]


def every_order(connection: Connection) -> Iterator[list[str]]:
    """The numbers of all orders in the mirror, in chunks."""
    last = ""
    while found := [
        row[0]
        for row in connection.execute(
            "SELECT order_id FROM orders WHERE order_id > ? ORDER BY order_id LIMIT ?", (last, CHUNK)
        )
    ]:
        last = found[-1]
        yield found


def unjudged(connection: Connection, *, whole: bool) -> list[str]:
    """Those that were counted before anything was learned, for when more is known of what goes with what.

    `whole`: all that the mirror has were looked at just now.
    """
    but = " AND NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.order_id = r.order_id)" if whole else ""
    return [row[0] for row in connection.execute(f"SELECT order_id FROM receipts AS r WHERE NOT judged{but}")]


def in_chunks(order_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many at a time as are taken up at once."""
    for begin in range(0, len(order_ids), CHUNK):
        yield order_ids[begin : begin + CHUNK]


def known_of_pairs(connection: Connection) -> str:
    """How much is known of what goes with what, as a text that changes with it."""
    links, learned, model = connection.execute(
        "SELECT (SELECT count(*) FROM links), EXISTS (SELECT 1 FROM pairings), "
        "coalesce((SELECT model_id FROM model), '')"
    ).fetchone()
    return f"{links} {learned} {model}"


def take_up(connection: Connection, calendar: Calendar, order_ids: Sequence[str], window: int) -> int:
    """Bring what is known of these orders up to date; how many were new or other than known.

    `window` is how many days a thing may be brought back. The days and products of what changed are opened.
    """
    asked = json.dumps(list(order_ids))
    told, known = _told(connection, asked, window), _known(connection, asked)
    remember(connection, (str(line[1]) for one in told.values() for line in one.lines.values()))
    pairs = _Pairs(connection, told, known)
    changed = [one for key, one in told.items() if pairs.differs(one, known.get(key))]
    gone = [known[key] for key in order_ids if key in known and key not in told]
    gone = _really_gone(connection, gone) if gone else []
    if changed or gone:
        with transaction(connection):
            for one in gone:
                _remove(connection, calendar, one)
            for one in changed:
                if before := known.get(str(one.head[0])):
                    _replace(connection, calendar, one, before)
            _add(connection, [one for one in changed if one.n is None])
            _open(connection, calendar, changed)
            coming_back.note(connection, calendar, [one.n for one in changed if one.head[1] is not None])
    return len(changed) + len(gone)


_TOLD_LINES = """
  SELECT l.order_id, l.line_no, l.product_id, l.quantity, max(0, min(l.returned_quantity, l.quantity)),
    CASE WHEN l.returned_quantity > 0 THEN max(0, min(l.quantity, l.returned_quantity - coalesce((
      SELECT sum(r.quantity) FROM returns AS r
      WHERE r.order_id = l.order_id AND r.line_no = l.line_no AND r.returned_at > o.ordered_at + :ms), 0)))
      ELSE 0 END,
    CAST(round((l.unit_price * l.quantity - coalesce(l.discount, 0)) * 1.0
      * (l.quantity - max(0, min(l.returned_quantity, l.quantity))) / l.quantity) AS INTEGER),
    p.cost
  FROM json_each(:asked) AS a CROSS JOIN orders AS o ON o.order_id = a.value
  CROSS JOIN order_lines AS l ON l.order_id = o.order_id
  LEFT JOIN products AS p ON p.product_id = l.product_id
  WHERE l.quantity > 0 ORDER BY l.order_id, l.line_no"""


def _told(connection: Connection, asked: str, window: int) -> dict[str, _Told]:
    """The orders as the mirror has them; what has no line with goods sold is none."""
    heads = {
        row[0]: _Told(tuple(row))
        for row in connection.execute(
            "SELECT o.order_id, o.customer_id, o.associate_id, o.store_id, o.ordered_at, o.basket_id, "
            "o.currency FROM json_each(?) AS a CROSS JOIN orders AS o ON o.order_id = a.value",
            (asked,),
        )
    }
    for order_id, line_no, *rest in connection.execute(_TOLD_LINES, {"asked": asked, "ms": window * DAY}):
        heads[order_id].lines[line_no] = (line_no, *rest, 0)
    if erasing.anybody_was(connection):
        for one in heads.values():
            if one.head[1] is not None and erasing.was_erased(connection, str(one.head[1])):
                one.head = (one.head[0], None, *one.head[2:])
    return {key: one for key, one in heads.items() if one.lines}


def _known(connection: Connection, asked: str) -> dict[str, _Told]:
    found = {}
    by_number = {}
    for *head, n, judged, able, paired in connection.execute(
        "SELECT r.order_id, r.customer_id, r.associate_id, r.store_id, r.paid_at, r.basket_id, r.currency, "
        "r.n, r.judged, r.able, r.paired FROM json_each(?) AS a CROSS JOIN receipts AS r "
        "ON r.order_id = a.value",
        (asked,),
    ):
        found[head[0]] = by_number[n] = _Told(tuple(head), {}, n, judged, able, paired)
    for n, *line in connection.execute(
        "SELECT n, line_no, product_id, quantity, back, in_window, net, cost, anchor FROM receipt_lines "
        "WHERE n IN (SELECT value FROM json_each(?))",
        (json.dumps(list(by_number)),),
    ):
        by_number[n].lines[line[0]] = tuple(line)
    return found


class _Pairs:
    """What goes with what as it is known now, for orders that are new or hold other goods than before."""

    def __init__(self, connection: Connection, told: dict[str, _Told], known: dict[str, _Told]) -> None:
        self._learned = _has_learned(connection)
        new = {
            key: one
            for key, one in told.items()
            if not (before := known.get(key)) or not before.judged or before.goods() != one.goods()
        }
        self._anchors, self._paired = self._ask(connection, new) if new else (set(), set())

    def differs(self, one: _Told, before: _Told | None) -> bool:
        """Whether an order is other than known; what was found out of it is filled in."""
        same_goods = before is not None and before.goods() == one.goods()
        if before is not None and before.judged and same_goods:
            one.judged, one.able, one.paired = before.judged, before.able, before.paired
            anchors = {number for number, line in before.lines.items() if line[7]}
        else:
            one.judged = int(self._learned)
            anchors = {number for number, line in one.lines.items() if line[1] in self._anchors}
            one.able, one.paired = int(bool(anchors)), int(one.head[0] in self._paired)
        for number, line in one.lines.items():
            cost = line[6]
            if before is not None and number in before.lines and before.lines[number][1] == line[1]:
                cost = before.lines[number][6] if before.lines[number][6] is not None else cost
            one.lines[number] = (*line[:6], cost, int(number in anchors))
        if before is None:
            return True
        one.n = before.n
        return (one.head, one.lines, one.judged, one.able, one.paired) != (
            before.head, before.lines, before.judged, before.able, before.paired,
        )  # fmt: skip

    @staticmethod
    def _ask(connection: Connection, new: dict[str, _Told]) -> tuple[set[object], set[object]]:
        goods = sorted({str(line[1]) for one in new.values() for line in one.lines.values()})
        anchors = {
            row[0]
            for row in connection.execute(
                "SELECT g.value FROM json_each(?) AS g WHERE EXISTS (SELECT 1 FROM pairings AS p "
                "WHERE p.anchor_id = g.value) OR EXISTS (SELECT 1 FROM links AS k "
                "WHERE k.product_id = g.value AND k.kind IN ('accessory', 'requires', 'kit'))",
                (json.dumps(goods),),
            )
        }
        held = [
            [key, [product for product in goods if product in anchors], goods]
            for key, one in new.items()
            if not anchors.isdisjoint(goods := sorted({str(line[1]) for line in one.lines.values()}))
        ]
        # Each order is looked at until its first pair: all pairs of a long one would be thousands.
        paired = {
            row[0]
            for row in connection.execute(
                "SELECT o.value ->> 0 FROM json_each(?) AS o WHERE EXISTS ("
                "SELECT 1 FROM (SELECT x.value AS a, y.value AS b FROM json_each(o.value, '$[1]') AS x "
                f"CROSS JOIN json_each(o.value, '$[2]') AS y WHERE x.value <> y.value) WHERE {GO_TOGETHER})",
                (json.dumps(held),),
            )
        }
        return anchors, paired


def _has_learned(connection: Connection) -> bool:
    """Whether a training said what goes with what; until then only the shop's own links are known."""
    sql = "SELECT EXISTS (SELECT 1 FROM pairings) OR EXISTS (SELECT 1 FROM model)"
    return bool(connection.execute(sql).fetchone()[0])


def _really_gone(connection: Connection, missing: list[_Told]) -> list[_Told]:
    """Those of the vanished orders that the shop would still show: the others only fell out of its sight."""
    (oldest,) = connection.execute("SELECT min(ordered_at) FROM orders").fetchone()
    return [
        one for one in missing
        if one.head[4] is None or (oldest is not None and int(str(one.head[4])) >= oldest)
    ]  # fmt: skip


def _add(connection: Connection, new: list[_Told]) -> None:
    """Write receipts that were not known, and the lines of these."""
    (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM receipts").fetchone()
    for n, one in enumerate(new, last + 1):
        one.n = n
    connection.executemany(
        "INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(one.n, *one.head, one.judged, one.able, one.paired) for one in new],
    )
    _put_lines(connection, new)


def _put_lines(connection: Connection, orders: list[_Told]) -> None:
    connection.executemany(
        "INSERT INTO receipt_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(one.n, *line) for one in orders for line in one.lines.values()],
    )


def _replace(connection: Connection, calendar: Calendar, one: _Told, before: _Told) -> None:
    connection.execute(
        "UPDATE receipts SET customer_id = ?, associate_id = ?, store_id = ?, paid_at = ?, "
        "basket_id = ?, currency = ?, judged = ?, able = ?, paired = ? WHERE n = ?",
        (*one.head[1:], one.judged, one.able, one.paired, one.n),
    )
    coming_back.forget(connection, calendar, before.n)
    _open(connection, calendar, [before])
    same = json.dumps([n for n, line in one.lines.items() if _same(before.lines.get(n), line)])
    connection.execute(
        "UPDATE outcomes SET n = NULL, line_no = NULL WHERE n = ? "
        "AND line_no NOT IN (SELECT value FROM json_each(?))",
        (one.n, same),
    )
    connection.execute("DELETE FROM receipt_lines WHERE n = ?", (one.n,))
    _put_lines(connection, [one])


def _same(before: Line | None, line: Line) -> bool:
    return before is not None and before[1] == line[1]


def _remove(connection: Connection, calendar: Calendar, one: _Told) -> None:
    coming_back.forget(connection, calendar, one.n)
    connection.execute("UPDATE outcomes SET n = NULL, line_no = NULL WHERE n = ?", (one.n,))
    connection.execute("DELETE FROM receipt_lines WHERE n = ?", (one.n,))
    connection.execute("DELETE FROM receipts WHERE n = ?", (one.n,))
    _open(connection, calendar, [one])


def _open(connection: Connection, calendar: Calendar, orders: Sequence[_Told]) -> None:
    """Have the days and the products of these orders counted anew."""
    open_days(connection, calendar, (one.head[4] for one in orders))
    connection.executemany(
        "INSERT OR IGNORE INTO open_products VALUES (?)",
        [(product,) for product in {line[1] for one in orders for line in one.lines.values()}],
    )
