"""How slates were drawn: the candidates, their weights, the order and the chances, as the log holds them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from uuid_utils import uuid7

from assistant.records import Draw, Drawable, DrawnSlot, Touchpoint
from assistant.store.database import Connection, Row, stamp

_COLUMNS = "visit_id, model_id, seed, temperature, floor, factor, places, above, among, slots"


@dataclass(frozen=True, slots=True)
class AnsweredDraw:
    """A draw of a finished visit with what came of it.

    `anchors` are the lines of the basket that lead to anything; `led_by` names, of each product that was
    shown, the line that led to it; `accepted` are those of which the answer that stands is a yes.
    """

    visit_id: str
    customer_id: str | None
    touchpoint: Touchpoint
    at: int
    anchors: tuple[str, ...]
    draw: Draw
    led_by: Mapping[str, str | None]
    accepted: frozenset[str]


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


def answered(
    connection: Connection, model_ids: Collection[str], after: datetime, most: int
) -> list[AnsweredDraw]:
    """The newest draws by these model files in finished visits begun after a time, oldest first."""
    rows = connection.execute(_ANSWERED, (json.dumps(list(model_ids)), stamp(after), most)).fetchall()
    return [_answered(row) for row in reversed(rows)]


_ANSWERED = f"""
  SELECT {", ".join(f"d.{name.strip()}" for name in _COLUMNS.split(","))}, v.customer_id, v.touchpoint, d.at,
    (SELECT json_group_array(product_id) FROM visit_anchors WHERE visit_id = d.visit_id),
    (SELECT json_group_array(json_array(s.product_id, s.anchor_id, (SELECT a.kind FROM answers AS a
       WHERE a.suggestion_id = s.suggestion_id ORDER BY a.sequence DESC LIMIT 1)))
     FROM suggestions AS s WHERE s.visit_id = d.visit_id)
  FROM draws AS d JOIN visits AS v ON v.visit_id = d.visit_id AND v.finished_at IS NOT NULL
  WHERE d.model_id IN (SELECT value FROM json_each(?)) AND v.started_at > ?
  ORDER BY d.sequence DESC LIMIT ?"""


def _answered(row: Row) -> AnsweredDraw:
    *_, customer_id, touchpoint, at, anchors, shown = row
    logged = _read(row)
    told = json.loads(shown)
    return AnsweredDraw(
        logged.visit_id,
        customer_id,
        touchpoint,
        at,
        tuple(sorted(json.loads(anchors))),
        logged.draw,
        {product_id: anchor_id for product_id, anchor_id, _ in told},
        frozenset(product_id for product_id, _, kind in told if kind == "accepted"),
    )


def _read(row: Row) -> LoggedDraw:
    visit_id, model_id, seed, temperature, floor, factor, places, above, among, slots = row[:10]
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
