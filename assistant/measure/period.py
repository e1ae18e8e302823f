"""Periods: the shop's days, so many weeks up to the newest data, and what a question asks of the files."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from assistant.store import counting, preferences
from assistant.store.coming_back import CAME_BACK_DAYS
from assistant.store.database import Connection, stamp
from assistant.store.days import zone
from assistant.store.gathering import Scope

__all__ = ["day_number", "last_weeks", "local_day", "midnight", "scope", "settled_before", "zone"]

WEEKS = 12


def local_day(connection: Connection, at: datetime) -> date:
    """The shop's day of a moment."""
    return at.astimezone(zone(connection)).date()


def midnight(connection: Connection, day: date) -> datetime:
    """The moment at which a day begins in the shop."""
    return datetime.combine(day, time(), zone(connection)).astimezone(UTC)


def last_weeks(connection: Connection, weeks: int = WEEKS) -> tuple[datetime, datetime] | None:
    """So many weeks of whole days ending with the day of the newest data; None where there is no data.

    The end is the midnight after the last day: up to, but without.
    """
    known = counting.complete_to(connection)
    if known is None:
        return None
    after = local_day(connection, known) + timedelta(days=1)
    return midnight(connection, after - timedelta(weeks=weeks)), midnight(connection, after)


def settled_before(connection: Connection) -> date:
    """The first day whose sales may still be brought back; what was sold before is final."""
    known = counting.complete_to(connection)
    end = local_day(connection, known) if known else date(1970, 1, 1)
    return end - timedelta(days=preferences.number(connection, "return.days"))


def scope(
    connection: Connection,
    since: datetime,
    until: datetime,
    store_id: str | None = None,
    touchpoint: str | None = None,
    category: str | None = None,
) -> Scope:
    """What a question about a period asks of the files, with the settings as they are now."""
    known = counting.complete_to(connection)
    end = _number(local_day(connection, known or until))
    return Scope(
        since=_ms(since),
        until=_ms(until),
        settled_day=_number(settled_before(connection)),
        back_day=end - CAME_BACK_DAYS,
        store_id=store_id,
        touchpoint=touchpoint,
        category=category,
    )


def day_number(connection: Connection, at: datetime) -> int:
    """The shop's day of a moment as the files number days."""
    return _number(local_day(connection, at))


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _ms(at: datetime) -> int:
    found = stamp(at)
    assert found is not None  # noqa: S101
    return found
