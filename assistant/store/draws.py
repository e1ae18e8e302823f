"""How slates were drawn: the candidates, their weights, the order and the chances, as the log holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from uuid_utils import uuid7

from assistant.records import Draw, Drawable, DrawnSlot
from assistant.store.database import Connection, Row, stamp

_COLUMNS = "visit_id, model_id, seed, temperature, floor, factor, places, above, among, slots"


@dataclass(frozen=True, slots=True)
class LoggedDraw:
    """A draw of the log, with whose model made the scores."""

    visit_id: str
    model_id: str | None
    draw: Draw


def put(connection: Connection, visit_id: str, model_id: str | None, draw: Draw) -> None:
    """Log a draw and its outbox row, inside the transaction that logs what was shown."""
    from assistant.store.visits import next_sequence, put_outbox

    draw_id, sequence, at = str(uuid7()), next_sequence(connection), stamp(datetime.now(UTC))
    connection.execute(
        f"INSERT INTO draws (draw_id, sequence, {_COLUMNS}, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            draw_id, sequence, visit_id, model_id, draw.seed, draw.temperature, draw.floor, draw.factor,
            draw.places, json.dumps(draw.above), json.dumps([astuple(one) for one in draw.among]),
            json.dumps([astuple(one) for one in draw.slots]), at,
        ),
    )  # fmt: skip
    put_outbox(connection, sequence, "draw", draw_id, at)


def logged(connection: Connection, visit_id: str | None = None) -> Iterator[LoggedDraw]:
    """The draws of a visit, else all of them, in the order in which they were made."""
    where = "" if visit_id is None else "WHERE visit_id = ? "
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM draws {where}ORDER BY sequence", () if visit_id is None else (visit_id,)
    )
    yield from map(_read, rows)


def _read(row: Row) -> LoggedDraw:
    visit_id, model_id, seed, temperature, floor, factor, places, above, among, slots = row
    return LoggedDraw(
        visit_id,
        model_id,
        Draw(
            seed,
            temperature,
            floor,
            factor,
            places,
            tuple(json.loads(above)),
            tuple(Drawable(*one) for one in json.loads(among)),
            tuple(DrawnSlot(*one) for one in json.loads(slots)),
        ),
    )
