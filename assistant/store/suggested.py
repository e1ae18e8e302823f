"""How suggestions went, by the model that made them; and receipts that hold a pair."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime

from assistant.records import Draw
from assistant.store import draws
from assistant.store.database import Connection

LOOKED_AT = 500  # slates, to say how much is tried out


def by_models(connection: Connection, model_ids: Collection[str]) -> tuple[int, int, int, int]:
    """Of finished visits: how many suggestions of these model files were offered, how many of them accepted;
    of the newest that were drawn, how many there are, and for how many a likelier one was passed over."""
    told = json.dumps(list(model_ids))
    offered, accepted = connection.execute(_OFFERED, (told,)).fetchone()
    drawn = tried_out = 0
    for one in draws.answered(connection, model_ids, datetime.fromtimestamp(0, UTC), LOOKED_AT):
        passed = _passed_over(one.draw)
        drawn, tried_out = drawn + len(passed), tried_out + sum(passed)
    return int(offered), int(accepted or 0), drawn, tried_out


def _passed_over(draw: Draw) -> list[bool]:
    """Of each slot that was drawn, whether a likelier product was left."""
    left = {one.product_id: one for one in draw.among if one.slot is None}
    families, found = list(draw.above), []
    all_of = {one.product_id: one for one in draw.among}
    for slot in draw.slots:
        if slot.product_id in left:
            weights = {
                name: one.weight * draw.factor ** (families.count(one.family) if one.family else 0)
                for name, one in left.items()
            }
            found.append(weights[slot.product_id] < max(weights.values()))
            del left[slot.product_id]
        if family := all_of[slot.product_id].family:
            families.append(family)
    return found


_OFFERED = """
  SELECT count(*), sum(kind = 'accepted') FROM (
    SELECT (SELECT a.kind FROM answers AS a WHERE a.suggestion_id = s.suggestion_id
            ORDER BY a.sequence DESC LIMIT 1) AS kind
    FROM suggestions AS s JOIN visits AS v ON v.visit_id = s.visit_id AND v.finished_at IS NOT NULL
    WHERE s.model_id IN (SELECT value FROM json_each(?))
  ) WHERE kind IN ('accepted', 'declined', 'later')"""


def receipts_with(connection: Connection, anchor_id: str, product_id: str) -> tuple[int | None, int | None]:
    """Of the orders with the anchor, how many held the other too; None where the shop has no orders."""
    base, together = connection.execute(
        "SELECT count(*), sum(EXISTS (SELECT 1 FROM order_lines AS o WHERE o.order_id = a.order_id "
        "AND o.product_id = ?)) FROM (SELECT DISTINCT order_id FROM order_lines WHERE product_id = ?) AS a",
        (product_id, anchor_id),
    ).fetchone()
    return (int(together or 0), int(base)) if base else (None, None)
