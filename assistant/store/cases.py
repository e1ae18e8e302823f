"""Paid orders with an anchor by what kind of sale each was, counted; and the case mix learned from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.store.database import Connection, transaction

FACTORS = ("store", "hour", "category", "value")

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


def cases(connection: Connection) -> tuple[Case, ...]:
    """The cases of what is gathered at this moment (`gathering.gathered`), of orders with an associate."""
    found = connection.execute(
        "SELECT associate_id, day, coalesce(store_id, ''), hour, family, band, sum(sales), sum(attached) "
        "FROM temp.kinds_of_sale GROUP BY 1, 2, 3, 4, 5, 6"
    )
    return tuple(
        Case(who, day, (store, str(hour), family, str(band)), int(n), int(y))
        for who, day, store, hour, family, band, n, y in found
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


def kinds(connection: Connection) -> tuple[Case, ...]:
    """The cases of what is gathered at this moment without their days (day 0 for all)."""
    found = connection.execute(
        "SELECT associate_id, coalesce(store_id, ''), hour, family, band, sum(sales), sum(attached) "
        "FROM temp.kinds_of_sale GROUP BY 1, 2, 3, 4, 5"
    )
    return tuple(
        Case(who, 0, (store, str(hour), family, str(band)), int(n), int(y))
        for who, store, hour, family, band, n, y in found
    )


def day_sums(connection: Connection, found: Iterable[Case], rates: Iterable[float]) -> tuple[DaySum, ...]:
    """Each associate's days of what is gathered at this moment, with the rates that each of `kinds` has."""
    connection.execute(
        "CREATE TEMP TABLE kind_rates (associate_id TEXT, store TEXT, hour TEXT, family TEXT, band TEXT, "
        "rate REAL, PRIMARY KEY (associate_id, store, hour, family, band)) WITHOUT ROWID"
    )
    connection.executemany(
        "INSERT INTO temp.kind_rates VALUES (?, ?, ?, ?, ?, ?)",
        ((case.associate_id, *case.levels, rate) for case, rate in zip(found, rates, strict=True)),
    )
    rows = connection.execute(
        "SELECT c.associate_id, c.day, total(c.sales), total(c.attached), total(c.sales * r.rate), "
        "total(c.sales * r.rate * (1 - r.rate)) FROM temp.kinds_of_sale AS c CROSS JOIN temp.kind_rates AS r "
        "ON r.associate_id = c.associate_id AND r.store = coalesce(c.store_id, '') "
        "AND r.hour = CAST(c.hour AS TEXT) AND r.family = c.family AND r.band = CAST(c.band AS TEXT) "
        "GROUP BY 1, 2"
    ).fetchall()
    connection.execute("DROP TABLE temp.kind_rates")
    return tuple(DaySum(*row) for row in rows)


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


def effects(connection: Connection) -> tuple[Effect, ...]:
    """The learned case mix; empty where there is none."""
    return tuple(connection.execute("SELECT fold, factor, level, effect FROM case_mix"))


def keep(catalog: Connection, learned: Iterable[Effect]) -> None:
    """Put a newly learned case mix in place of the old one."""
    with transaction(catalog):
        catalog.execute("DELETE FROM case_mix")
        catalog.executemany("INSERT INTO case_mix VALUES (?, ?, ?, ?)", learned)
