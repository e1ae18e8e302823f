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


def effects(connection: Connection) -> tuple[Effect, ...]:
    """The learned case mix; empty where there is none."""
    return tuple(connection.execute("SELECT fold, factor, level, effect FROM case_mix"))


def keep(catalog: Connection, learned: Iterable[Effect]) -> None:
    """Put a newly learned case mix in place of the old one."""
    with transaction(catalog):
        catalog.execute("DELETE FROM case_mix")
        catalog.executemany("INSERT INTO case_mix VALUES (?, ?, ?, ?)", learned)
