"""Periods: the shop's days, so many weeks up to the newest data, and what a question asks of the files."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.store import figures, preferences
from assistant.store.database import Connection, stamp
from assistant.store.gathering import DAY, Scope

WEEKS = 12


def zone(connection: Connection) -> ZoneInfo:
    """The shop's time zone; UTC where its name means nothing here."""
    try:
        return ZoneInfo(preferences.text(connection, "shop.timezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


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
    known = figures.complete_to(connection)
    if known is None:
        return None
    after = local_day(connection, known) + timedelta(days=1)
    return midnight(connection, after - timedelta(weeks=weeks)), midnight(connection, after)


def scope(connection: Connection, since: datetime, until: datetime, store_id: str | None = None) -> Scope:
    """What a question about a period asks of the files, with the settings as they are now."""
    known = figures.complete_to(connection) or until
    settled = known - timedelta(days=preferences.number(connection, "return.days"))
    return Scope(
        since=_ms(since),
        until=_ms(until),
        match_days=preferences.number(connection, "match.days"),
        returns_until=_ms(settled),
        store_id=store_id,
        offsets=_offsets(zone(connection), since, until),
    )


def day_number(asked: Scope) -> int:
    """The first day of a scope as the files number days."""
    return (asked.since + asked.offsets[0][1]) // DAY


def _offsets(place: ZoneInfo, since: datetime, until: datetime) -> tuple[tuple[int | None, int], ...]:
    """The offsets from UTC that hold in a period, each with the hour at which it ends."""
    found: list[tuple[int | None, int]] = []
    at, offset = since, _offset(place, since)
    while at < until:
        following = min(at + timedelta(days=1), until)
        if _offset(place, following) != offset:
            while _offset(place, at) == offset:
                at += timedelta(minutes=15)
            found.append((_ms(at), offset))
            offset = _offset(place, at)
        else:
            at = following
    return (*found, (None, offset))


def _offset(place: ZoneInfo, at: datetime) -> int:
    away = at.astimezone(place).utcoffset()
    return 0 if away is None else round(away.total_seconds() * 1000)


def _ms(at: datetime) -> int:
    found = stamp(at)
    assert found is not None  # noqa: S101
    return found
