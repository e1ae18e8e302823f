"""What was shown and what came of it, one row each: what learning from answers starts from."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.records import DAY, AnswerKind, DeclineReason, Touchpoint, family_of
from assistant.store import counting, preferences
from assistant.store.database import Connection, Row, stamp
from assistant.store.outcomes import IS_LAST

MOST_SURE = 30.0  # log-odds


@dataclass(frozen=True, slots=True)
class Answered:
    """A suggestion of a finished visit, with the answer that stands.

    `fit` are the ranker's log-odds; `experience` is how many visits its associate had begun before. `kept`
    is None where nothing was bought, or the thing can still be brought back: what came back already says as
    little until then, or the newest sales would seem to come back all.
    """

    product_id: str
    anchor_id: str | None
    family: str | None
    touchpoint: Touchpoint
    slot: int
    fit: float
    price: int | None
    known: bool  # who was served
    experience: int
    shown_at: int
    kind: AnswerKind
    reason: DeclineReason | None
    kept: bool | None


def answered(connection: Connection) -> Iterator[Answered]:
    """All of the log in the order in which it was shown; what was shown for a kit only is left out.

    What was kept is as `counting.count` last found it.
    """
    begun: Counter[str] = Counter()
    visit = None
    known_to = stamp(counting.complete_to(connection)) or 0
    over = known_to - preferences.number(connection, "return.days") * DAY
    for row in connection.execute(_SHOWN, {"over": over}):
        if row[0] != visit:
            visit = row[0]
            begun[row[1]] += 1
        yield _read(row, begun[row[1]] - 1)


_SHOWN = f"""
  SELECT v.visit_id, v.associate_id, s.product_id, s.anchor_id, p.category, v.touchpoint, s.slot, s.parts,
    s.score, s.price, v.customer_id IS NOT NULL, s.shown_at, a.kind, a.reason,
    CASE WHEN r.paid_at <= :over THEN CASE o.state WHEN 'kept' THEN 1 WHEN 'returned' THEN 0 END END
  FROM suggestions AS s
  JOIN visits AS v ON v.visit_id = s.visit_id AND v.finished_at IS NOT NULL
  JOIN answers AS a ON a.suggestion_id = s.suggestion_id AND a.kind <> 'undone' {IS_LAST}
  LEFT JOIN products AS p ON p.product_id = s.product_id
  LEFT JOIN outcomes AS o ON o.suggestion_id = s.suggestion_id
  LEFT JOIN receipts AS r ON r.n = o.n
  WHERE NOT EXISTS (SELECT 1 FROM kit_answers AS k WHERE k.suggestion_id = s.suggestion_id AND k.shown_for_it)
  ORDER BY v.sequence, s.sequence"""


def _read(row: Row, experience: int) -> Answered:
    (_, _, product_id, anchor_id, category, touchpoint, slot, parts, score, price, known, at, kind, reason,
     kept) = row  # fmt: skip
    return Answered(
        product_id,
        anchor_id,
        family_of(category),
        touchpoint,
        slot,
        _fit(parts, score),
        price,
        bool(known),
        experience,
        at,
        kind,
        reason,
        None if kept is None else bool(kept),
    )


def _fit(parts: str, score: float) -> float:
    said = json.loads(parts)
    if said:
        return max(-MOST_SURE, min(MOST_SURE, float(sum(said.values()))))
    inside = min(max(score, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))
