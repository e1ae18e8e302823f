"""The shop's days: its time zone, and which stretch of time a day is, across changes of the clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.store import preferences
from assistant.store.database import Connection

DAY = 86_400_000  # milliseconds
HOUR = 3_600_000
_END = 7_258_118_400_000  # the year 2200: what is later is a typing error

Offsets = tuple[tuple[int | None, int], ...]
"""Offsets from UTC in milliseconds, each with the moment at which it ends; the last has none."""


def zone(connection: Connection) -> ZoneInfo:
    """The shop's time zone; UTC where its name means nothing here."""
    try:
        return ZoneInfo(preferences.text(connection, "shop.timezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def offsets(place: ZoneInfo, since: datetime, until: datetime) -> Offsets:
    """The offsets from UTC that hold in a period."""
    found: list[tuple[int | None, int]] = []
    at, offset = since, _offset(place, since)
    while at < until:
        following = min(at + timedelta(days=1), until)
        if _offset(place, following) != offset:
            while _offset(place, at) == offset:
                at += timedelta(minutes=15)
            found.append((round(at.timestamp() * 1000), offset))
            offset = _offset(place, at)
        else:
            at = following
    return (*found, (None, offset))


def _offset(place: ZoneInfo, at: datetime) -> int:
    away = at.astimezone(place).utcoffset()
    return 0 if away is None else round(away.total_seconds() * 1000)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which of the shop's days, numbered since 1970, a moment in milliseconds falls on."""

    offsets: Offsets

    def day(self, at: int) -> int:
        """The day of a moment."""
        if len(self.offsets) == 1:
            return (at + self.offsets[0][1]) // DAY
        ends = [until for until, _ in self.offsets if until is not None]
        return (at + self.offsets[bisect_right(ends, at)][1]) // DAY

    def spans(self, day: int) -> list[tuple[int, int]]:
        """The stretches of time that are this day: two where the clock is put back over midnight."""
        found: list[tuple[int, int]] = []
        begin: int | None = None
        for until, offset in self.offsets:
            low, high = day * DAY - offset, (day + 1) * DAY - offset
            low = low if begin is None else max(low, begin)
            high = high if until is None else min(high, until)
            if low < high:
                found.append((low, high))
            begin = until
        return found

    def sql(self, time: str) -> str:
        """The day of a column, as SQL."""
        return f"({self._local(time)} / {DAY})"

    def hour_sql(self, time: str) -> str:
        """The hour of the day of a column, as SQL."""
        return f"({self._local(time)} % {DAY} / {HOUR})"

    def _local(self, time: str) -> str:
        cases = "".join(
            f"WHEN {time} < {int(until)} THEN {int(ms)} " for until, ms in self.offsets if until is not None
        )
        last = int(self.offsets[-1][1])
        return f"({time} + CASE {cases}ELSE {last} END)" if cases else f"({time} + {last})"


def calendar(connection: Connection) -> Calendar:
    """The calendar of all that was counted or is still to be, with a day to spare at both ends."""
    found = connection.execute(
        "SELECT (SELECT min(paid_at) FROM receipts WHERE paid_at > 0), "
        "(SELECT max(paid_at) FROM receipts WHERE paid_at < ?1), "
        "(SELECT min(ordered_at) FROM orders WHERE ordered_at > 0), "
        "(SELECT max(ordered_at) FROM orders WHERE ordered_at < ?1), "
        "(SELECT min(started_at) FROM visits), (SELECT max(started_at) FROM visits)",
        (_END,),
    ).fetchone()
    known = [at for at in found if at is not None] or [round(datetime.now(UTC).timestamp() * 1000)]
    begin, end = (
        datetime.fromtimestamp(ms / 1000, UTC) for ms in (max(0, min(known) - DAY), max(known) + DAY)
    )
    return Calendar(offsets(zone(connection), begin, end))


def open_days(connection: Connection, calendar: Calendar, moments: Iterable[object]) -> None:
    """Have the days of these moments summed anew; inside a transaction."""
    days = {calendar.day(int(str(at))) for at in moments if at is not None}
    connection.executemany("INSERT OR IGNORE INTO open_days VALUES (?)", [(day,) for day in days])
