"""Paid orders with an anchor by what kind of sale each was, counted; and the case mix learned from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.records import MONEY_UNIT
from assistant.store.database import Connection, transaction
from assistant.store.gathering import DAY, Scope

FACTORS = ("store", "hour", "category", "value")
_BANDS = (10, 25, 50, 100, 250, 500, 1_000, 2_500)  # of the currency's units

Effect = tuple[int, str, str, float]
"""Fold, factor, level, effect in log-odds. The factor `associate` says only whose fold it is; `` is the
intercept."""


@dataclass(frozen=True, slots=True)
class Case:
    """So many paid orders with an anchor, of one associate, day and kind of sale; `attached` with an add-on.

    `levels` are the store, the shop's hour, the second-level category of the dearest anchor, and the band of
    the basket's value without accepted add-ons; `` where one is not known.
    """

    associate_id: str
    day: int
    levels: tuple[str, str, str, str]
    sales: int
    attached: int


def cases(connection: Connection, scope: Scope) -> tuple[Case, ...]:
    """The cases of what is gathered at this moment (`gathering.gathered`), of orders with an associate."""
    found = connection.execute(_CASES.format(hour=_hour(scope), band=_band("s.net - s.crossed_net")))
    return tuple(Case(who, day, (store, str(hour), family, str(band)), n, y)
                 for who, day, store, hour, family, band, n, y in found)  # fmt: skip


def effects(connection: Connection) -> tuple[Effect, ...]:
    """The learned case mix; empty where there is none."""
    return tuple(connection.execute("SELECT fold, factor, level, effect FROM case_mix"))


def keep(catalog: Connection, learned: Iterable[Effect]) -> None:
    """Put a newly learned case mix in place of the old one."""
    with transaction(catalog):
        catalog.execute("DELETE FROM case_mix")
        catalog.executemany("INSERT INTO case_mix VALUES (?, ?, ?, ?)", learned)


# The dearest line among an order's anchors: SQLite takes the other columns from the row of the maximum.
_CASES = """
  SELECT s.associate_id, s.day, coalesce(s.store_id, ''), {hour}, coalesce(f.family, ''), {band},
    count(*), total(s.attached)
  FROM temp.sales AS s
  JOIN orders AS o ON o.order_id = s.order_id
  LEFT JOIN (
    SELECT l.order_id, l.product_id, max(coalesce(l.unit_price, 0))
    FROM temp.sales AS p CROSS JOIN order_lines AS l ON l.order_id = p.order_id
    LEFT JOIN temp.matched AS m ON m.order_id = l.order_id AND m.line_no = l.line_no
    LEFT JOIN temp.paid AS q ON q.order_id = l.order_id
    WHERE p.anchored AND l.quantity > 0 AND m.offer IS NULL AND CASE WHEN q.stored
      THEN EXISTS (SELECT 1 FROM temp.order_anchors AS a WHERE a.n = q.rowid AND a.product_id = l.product_id)
      ELSE EXISTS (SELECT 1 FROM temp.anchors_now AS t WHERE t.product_id = l.product_id) END
    GROUP BY l.order_id) AS d ON d.order_id = s.order_id
  LEFT JOIN temp.families AS f ON f.product_id = d.product_id
  WHERE s.anchored AND s.associate_id IS NOT NULL
  GROUP BY 1, 2, 3, 4, 5, 6"""


def _hour(scope: Scope) -> str:
    """The shop's hour of an order `o`."""
    ends: Sequence[tuple[int | None, int]] = scope.offsets
    whens = "".join(f"WHEN o.ordered_at < {int(end)} THEN {int(ms)} " for end, ms in ends if end is not None)
    offset = f"CASE {whens}ELSE {int(ends[-1][1])} END" if whens else str(int(ends[-1][1]))
    return f"((o.ordered_at + {offset}) % {DAY}) / 3600000"


def _band(value: str) -> str:
    """Which of the bands a value lies in; '' where no price is known."""
    whens = " ".join(f"WHEN {value} < {bound * MONEY_UNIT} THEN {n}" for n, bound in enumerate(_BANDS))
    return f"CASE WHEN NOT s.priced THEN '' {whens} ELSE {len(_BANDS)} END"
