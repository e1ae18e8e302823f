"""What accepted and undone answers do to the shop's open baskets: noted with the answer, written later.

A write is absolute: how many of a product there should be is kept before the shop is told, so that a write
that is repeated after a crash changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from assistant.records import Answer
from assistant.store import preferences
from assistant.store.database import Connection, moment, stamp, transaction

State = Literal["waiting", "written", "partly", "refused", "taken_back"]


@dataclass(frozen=True, slots=True)
class Write:
    """One line to bring into a basket, or out of it: `change` pieces more, `wanted` once it was read."""

    answer_id: str
    basket_id: str
    product_id: str
    change: int
    wanted: float | None
    tries: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a suggestion's write; `why` where not all of it is in the basket."""

    state: State
    why: str | None = None


REFUSED_FOR = timedelta(days=7)  # so long the list keeps what a shop refused


@dataclass(frozen=True, slots=True)
class Unsent:
    """A line that is not in the shop's basket: it waits, or the shop refused it, and `why`."""

    product: str
    change: int
    basket_id: str
    at: datetime
    why: str | None = None


def note(connection: Connection, given: Answer, sequence: int, visit_id: str) -> None:
    """Note what an answer does to the visit's basket; inside the answer's own transaction."""
    if given.kind not in ("accepted", "undone") or not preferences.get(connection, "shop.writes"):
        return
    basket, product = connection.execute(
        "SELECT v.basket_id, s.product_id FROM visits v, suggestions s "
        "WHERE v.visit_id = ? AND s.suggestion_id = ?",
        (visit_id, given.suggestion_id),
    ).fetchone()
    if basket is None:
        return
    if given.kind == "undone" and not _takes_back(connection, given.suggestion_id):
        return
    connection.execute(
        "INSERT INTO basket_writes (answer_id, sequence, basket_id, product_id, change, state, at) "
        "VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
        (given.answer_id, sequence, basket, product, 1 if given.kind == "accepted" else -1, stamp(given.at)),
    )


def _takes_back(connection: Connection, suggestion_id: str) -> bool:
    """Whether an undo has to take something out; what the shop was not told yet is simply not told."""
    last = connection.execute(
        "SELECT w.answer_id, w.state, w.wanted, w.change FROM basket_writes w "
        "JOIN answers a USING (answer_id) WHERE a.suggestion_id = ? ORDER BY w.sequence DESC LIMIT 1",
        (suggestion_id,),
    ).fetchone()
    if last is None or last[3] < 0 or last[1] in ("refused", "taken_back"):
        return False
    if last[1] == "waiting" and last[2] is None:
        connection.execute("UPDATE basket_writes SET state = 'taken_back' WHERE answer_id = ?", (last[0],))
        return False
    return True


def waiting(connection: Connection) -> tuple[Write, ...]:
    """What is still to be written, in the order it was said."""
    rows = connection.execute(
        "SELECT answer_id, basket_id, product_id, change, wanted, tries FROM basket_writes "
        "WHERE state = 'waiting' ORDER BY sequence"
    )
    return tuple(Write(*row) for row in rows)


def begin(connection: Connection, write: Write, wanted: float) -> bool:
    """Keep how many there should be, before the shop is told; False where it was taken back meanwhile."""
    with transaction(connection):
        done = connection.execute(
            "UPDATE basket_writes SET wanted = ? WHERE answer_id = ? AND state = 'waiting'",
            (wanted, write.answer_id),
        )
        return bool(done.rowcount)


def tried(connection: Connection, write: Write) -> None:
    """The shop was not reached: it stays waiting."""
    with transaction(connection):
        connection.execute(
            "UPDATE basket_writes SET tries = tries + 1 WHERE answer_id = ?", (write.answer_id,)
        )


def finish(
    connection: Connection, write: Write, state: State, *, there: float | None = None, why: str | None = None
) -> None:
    """Say what became of a write."""
    with transaction(connection):
        connection.execute(
            "UPDATE basket_writes SET state = ?, there = ?, why = ?, at = ? WHERE answer_id = ?",
            (state, there, why, stamp(datetime.now(UTC)), write.answer_id),
        )


def of_visit(connection: Connection, visit_id: str) -> dict[str, Written]:
    """What became of the lines of a visit, by suggestion; the last write of each counts."""
    rows = connection.execute(
        "SELECT a.suggestion_id, w.state, w.why FROM basket_writes w JOIN answers a USING (answer_id) "
        "WHERE a.visit_id = ? ORDER BY w.sequence",
        (visit_id,),
    )
    return {suggestion: Written(state, why) for suggestion, state, why in rows}


def unsent(connection: Connection, now: datetime | None = None) -> tuple[Unsent, ...]:
    """What waits in the order it was said, then what the shop refused lately, the newest first."""
    since = stamp((now or datetime.now(UTC)) - REFUSED_FOR)
    rows = connection.execute(
        "SELECT coalesce(p.name, w.product_id), w.change, w.basket_id, w.at, "
        "       CASE w.state WHEN 'refused' THEN coalesce(w.why, '') END "
        "FROM basket_writes w LEFT JOIN products p USING (product_id) "
        "WHERE w.state = 'waiting' OR (w.state = 'refused' AND w.at >= ?) "
        "ORDER BY w.state = 'refused', CASE w.state WHEN 'waiting' THEN w.sequence ELSE -w.at END",
        (since,),
    )
    return tuple(
        Unsent(name, change, basket, moment(at) or datetime.now(UTC), why)
        for name, change, basket, at, why in rows
    )


def set_aside(connection: Connection) -> int:
    """How many lines the shop refused and nobody put in since."""
    (count,) = connection.execute("SELECT count(*) FROM basket_writes WHERE state = 'refused'").fetchone()
    return int(count)
