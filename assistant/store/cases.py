"""Paid orders with an anchor by what kind of sale each was, counted; and what the learned case mix expects.

An expected rate is a logistic sum of effects of the store, the hour, the anchors' category and the basket's
value without its accepted add-ons: with them, whoever attaches much would seem to have had easy baskets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from uuid_utils import uuid7

from assistant.store.database import Connection, transaction

FACTORS = ("store", "hour", "category", "value")

EVERYBODY = 0
"""The fold of whoever was not there when the case mix was learned: effects from all sales."""

Effect = tuple[int, str, str, float]
"""Fold, factor, level, effect in log-odds; `` is the intercept. The factor `associate` says whose fold it is,
and for an effect the relative variance of all that is expected of them; `` is whoever was not there."""


@dataclass(frozen=True, slots=True)
class Case:
    """So many paid orders with an anchor, of one associate and kind of sale; `attached` with an add-on.

    `levels` are the store, the shop's hour, the second-level category of the dearest anchor, and the band of
    the basket's value without accepted add-ons; `` where one is not known.
    """

    associate_id: str
    levels: tuple[str, str, str, str]
    sales: int
    attached: int


def kinds(connection: Connection) -> tuple[Case, ...]:
    """The cases of what is gathered at this moment (`gathering.gathered`), of orders with an associate."""
    found = connection.execute(
        "SELECT associate_id, coalesce(store_id, ''), hour, family, band, sum(sales), sum(attached) "
        "FROM temp.kinds_of_sale GROUP BY 1, 2, 3, 4, 5"
    )
    return tuple(
        Case(who, (store, str(hour), family, str(band)), int(n), int(y))
        for who, store, hour, family, band, n, y in found
    )


@dataclass(frozen=True, slots=True)
class DaySum:
    """One associate's day: how many paid orders with an anchor, how many with an add-on, how many were
    expected to have one, and the variance of that if each were by itself."""

    associate_id: str
    day: int
    sales: float
    attached: float
    expected: float
    spread: float


def expect(connection: Connection, table: str, of: str) -> None:
    """Make the temporary `table` of what the case mix expects of the kinds of sale in `of`, summed over each
    person's day in a place: sales, attached, expected, and the variance of that if each were by itself."""
    connection.create_function("share_of_odds", 1, _share, deterministic=True)
    connection.execute("CREATE TEMP TABLE folds (associate_id TEXT PRIMARY KEY, fold INTEGER) WITHOUT ROWID")
    connection.execute("INSERT INTO temp.folds SELECT level, fold FROM case_mix WHERE factor = 'associate'")
    connection.execute(_EXPECTED.format(table=table, of=of))
    connection.execute("DROP TABLE temp.folds")


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


_LEVELS = {
    "start": ("", "''"),
    "store": ("store", "coalesce(k.store_id, '')"),
    "hour": ("hour", "CAST(k.hour AS TEXT)"),
    "category": ("category", "k.family"),
    "value": ("value", "CAST(k.band AS TEXT)"),
}
_ODDS = " + ".join(f"coalesce({name}.effect, 0)" for name in _LEVELS)
_JOINS = " ".join(
    f"LEFT JOIN case_mix AS {name} ON {name}.fold = coalesce(w.fold, {EVERYBODY}) "
    f"AND {name}.factor = '{factor}' AND {name}.level = {level}"
    for name, (factor, level) in _LEVELS.items()
)
_EXPECTED = f"""
  CREATE TEMP TABLE {{table}} AS
  WITH rated AS MATERIALIZED (
    SELECT k.day, k.associate_id, k.store_id, k.touchpoint, k.sales, k.attached,
      share_of_odds({_ODDS}) AS rate
    FROM {{of}} AS k LEFT JOIN temp.folds AS w ON w.associate_id = k.associate_id {_JOINS})
  SELECT day, associate_id, store_id, touchpoint, total(sales) AS sales, total(attached) AS attached,
    total(sales * rate) AS expected, total(sales * rate * (1 - rate)) AS spread
  FROM rated GROUP BY 1, 2, 3, 4"""


def day_sums(connection: Connection) -> tuple[DaySum, ...]:
    """Each associate's days of what is gathered at this moment, with what the case mix expects of them."""
    return tuple(
        DaySum(*row)
        for row in connection.execute(
            "SELECT associate_id, day, total(sales), total(attached), total(expected), total(spread) "
            "FROM temp.expected GROUP BY 1, 2"
        )
    )


def plain_day_sums(connection: Connection) -> tuple[DaySum, ...]:
    """The same where no case mix was learned: everybody is expected to have the team's rate.

    Taken from the takings, of which there are far fewer rows than kinds of sale.
    """
    rows = connection.execute(
        "SELECT associate_id, day, total(anchored), total(attached) FROM temp.takings "
        "WHERE associate_id IS NOT NULL GROUP BY 1, 2 HAVING total(anchored) > 0"
    ).fetchall()
    rate = sum(row[3] for row in rows) / max(1.0, sum(row[2] for row in rows))
    return tuple(DaySum(who, day, n, y, n * rate, n * rate * (1 - rate)) for who, day, n, y in rows)


def unsure(connection: Connection) -> Mapping[str, float] | None:
    """The relative variance of what is expected of each person, by id, of others under ``; None where no
    case mix was learned."""
    if connection.execute("SELECT 1 FROM case_mix LIMIT 1").fetchone() is None:
        return None
    return dict(connection.execute("SELECT level, effect FROM case_mix WHERE factor = 'associate'"))


def mark(connection: Connection) -> str:
    """Which case mix this is: another one after each training."""
    row = connection.execute("SELECT value FROM sync_state WHERE key = 'case_mix'").fetchone()
    return "none" if row is None else str(row[0])


def keep(catalog: Connection, learned: Iterable[Effect]) -> None:
    """Put a newly learned case mix in place of the old one."""
    with transaction(catalog):
        catalog.execute("DELETE FROM case_mix")
        catalog.executemany("INSERT INTO case_mix VALUES (?, ?, ?, ?)", learned)
        catalog.execute("INSERT OR REPLACE INTO sync_state VALUES ('case_mix', ?)", (str(uuid7()),))
