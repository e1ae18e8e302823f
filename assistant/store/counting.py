"""After a sync: what was paid is taken up into the log, offers find their receipts, closed days are summed.

It can be broken off anywhere and goes on there. What is not summed yet is said by `open_days`; a report makes
these days' sums when it is asked.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.errors import BusyError
from assistant.records import Progress
from assistant.store import cases, cells, families, outcomes, preferences, receipts
from assistant.store.database import Connection, Home, alone, moment, open_catalog, open_home, transaction
from assistant.store.days import Calendar, calendar, open_days

CHUNK = 500  # visits
DAYS = 7  # summed at once
_SETTINGS = ("shop.timezone", "match.days", "return.days", "shop.currency")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many orders, outcomes of offers and days were new or other than before."""

    orders: int = 0
    outcomes: int = 0
    days: int = 0


def _quiet(what: str, done: int, total: int | None) -> None:
    pass


def count(home: Home, progress: Progress = _quiet) -> Counted:
    """Bring facts and sums up to date with the mirror and with what was answered since.

    One process at a time: where another one is at it, what it leaves is taken up the next time.
    """
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(alone(home, "counting", seconds=1))
        except BusyError:
            return Counted()
        connection = held.enter_context(contextlib.closing(open_home(home)))
        catalog = held.enter_context(contextlib.closing(open_catalog(home)))
        if _is_counted(connection, catalog):
            return Counted()
        orders = _take_up(connection, catalog, progress)
        place = calendar(connection)
        _note_settings(connection, place)
        _note_answers(connection, place)
        known = complete_to(connection)
        changed = outcomes.match(
            connection, place,
            days=preferences.number(connection, "match.days"),
            window=preferences.number(connection, "return.days"),
            complete_to=None if known is None else round(known.timestamp() * 1000),
        )  # fmt: skip
        _note_crossed(connection, place)
        _expect_anew(connection, progress)
        days = _sum_up(connection, place, progress)
        _note_own_records(connection)
        return Counted(orders, changed, days)


def _is_counted(connection: Connection, catalog: Connection) -> bool:
    """Whether there is nothing to do: a shop that is watched is asked every few seconds."""
    done = catalog.execute(
        "SELECT EXISTS (SELECT 1 FROM sync_state WHERE key = 'receipts' AND value = 'done') "
        "AND NOT EXISTS (SELECT 1 FROM changed_orders)"
    ).fetchone()[0]
    if (
        not done
        or not is_current(connection)
        or not is_expected(connection)
        or receipts.known_of_pairs(connection) != _noted(connection, "pairs")
    ):
        return False
    known = complete_to(connection)
    now = 0 if known is None else round(known.timestamp() * 1000)
    (waits,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM open_days) OR EXISTS (SELECT 1 FROM open_products) "
        "OR EXISTS (SELECT 1 FROM outcomes WHERE due <= ?)",
        (now,),
    ).fetchone()
    since = (_sequence(connection),)
    return (
        not waits and connection.execute(f"SELECT 1 FROM ({_VISITS_SINCE}) LIMIT 1", since).fetchone() is None
    )


def recount(home: Home) -> Counted:
    """Make everything that follows from the facts anew: which receipt each offer is on, and all sums."""
    with contextlib.closing(open_home(home)) as connection:
        place = calendar(connection)
        with transaction(connection):
            connection.execute("DELETE FROM outcomes WHERE NOT pinned")
            connection.execute("DELETE FROM crossed_products")
            for table in cells.KEPT_CELLS.values():
                connection.execute(f"DELETE FROM {table}")
            _open_everything(connection, place)
    return count(home)


def forget(connection: Connection, customer_id: str) -> None:
    """Take a customer's number off what they paid; what was found of their visits stays. In a transaction."""
    _open_days_of(connection, customer_id)
    connection.execute(
        "UPDATE outcomes SET pinned = 1 WHERE n IS NOT NULL AND visit_id IN "
        "(SELECT visit_id FROM visits WHERE customer_id = ?)",
        (customer_id,),
    )
    connection.execute("UPDATE receipts SET customer_id = NULL WHERE customer_id = ?", (customer_id,))
    connection.execute("DELETE FROM day_customers WHERE customer_id = ?", (customer_id,))


def pass_on(connection: Connection, customer_id: str, heir: str) -> None:
    """What a customer paid is another's from now on, with whom the shop made them one. In a transaction."""
    _open_days_of(connection, customer_id)
    _open_days_of(connection, heir)
    connection.execute("UPDATE receipts SET customer_id = ? WHERE customer_id = ?", (heir, customer_id))
    connection.execute("DELETE FROM day_customers WHERE customer_id = ?", (customer_id,))


def _open_days_of(connection: Connection, customer_id: str) -> None:
    """Have the days on which a customer paid or was served counted anew."""
    paid = connection.execute("SELECT paid_at FROM receipts WHERE customer_id = ?", (customer_id,)).fetchall()
    seen = connection.execute(
        "SELECT started_at FROM visits WHERE customer_id = ?", (customer_id,)
    ).fetchall()
    if paid or seen:
        open_days(connection, calendar(connection), (at for (at,) in (*paid, *seen)))


def complete_to(connection: Connection) -> datetime | None:
    """Up to when the orders are known: the last sync, or the newest order where that is older."""
    (synced,) = connection.execute("SELECT (SELECT value FROM sync_state WHERE key = 'synced_at')").fetchone()
    (newest,) = connection.execute("SELECT max(paid_at) FROM receipts").fetchone()
    known = [int(at) for at in (synced, newest) if at is not None]
    return moment(min(known)) if newest is not None else None


def currency(connection: Connection) -> str | None:
    """What the shop counts in where nothing was sold."""
    chosen = preferences.text(connection, "shop.currency")
    if chosen:
        return chosen
    row = connection.execute("SELECT currency FROM receipts WHERE currency IS NOT NULL LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def is_current(connection: Connection) -> bool:
    """Whether the sums were made with the settings as they are now."""
    return all(_noted(connection, key) == str(preferences.get(connection, key)) for key in _SETTINGS)


def is_expected(connection: Connection) -> bool:
    """Whether what the sums expect of people's days is by the case mix as it is now."""
    return _noted(connection, "case_mix") == cases.mark(connection)


_VISITS_SINCE = """SELECT visit_id FROM answers WHERE sequence > ?1
  UNION ALL SELECT visit_id FROM suggestions WHERE sequence > ?1
  UNION ALL SELECT record_id FROM outbox WHERE sequence > ?1 AND record IN ('visit', 'visit_finished')
  UNION ALL SELECT visit_id FROM visits WHERE sequence > ?1"""


def days_open(connection: Connection, place: Calendar) -> frozenset[int]:
    """Days whose sums are not made, or not any more: what was answered since is among them."""
    days = {int(day) for (day,) in connection.execute("SELECT day FROM open_days")}
    later = connection.execute(
        f"SELECT started_at FROM visits WHERE visit_id IN ({_VISITS_SINCE})", (_sequence(connection),)
    )
    return frozenset(days | {place.day(int(at)) for (at,) in later})


def _take_up(connection: Connection, catalog: Connection, progress: Progress) -> int:
    """Take up the orders that changed; all of them where the mirror is new."""
    done = catalog.execute("SELECT value FROM sync_state WHERE key = 'receipts'").fetchone()
    if done is None:  # from now on changes are noted
        catalog.execute("INSERT OR IGNORE INTO sync_state VALUES ('receipts', 'begun')")
    (last,) = catalog.execute("SELECT coalesce(max(number), 0) FROM changed_orders").fetchone()
    window, place = preferences.number(connection, "return.days"), calendar(connection)
    another_window = _noted(connection, "return.days") not in (None, str(window))
    whole = done is None or done[0] != "done" or another_window
    waiting: Iterable[Sequence[str]]
    waiting = receipts.every_order(connection) if whole else _changed(catalog, last)
    pairs = receipts.known_of_pairs(connection)
    orders = looked = 0
    of = _to_look_at(catalog, last, whole=whole)
    for some in waiting:
        orders += receipts.take_up(connection, place, some, window)
        looked += len(some)
        progress("Taking up receipts", looked, of)
    if pairs != _noted(connection, "pairs"):
        again = receipts.unjudged(connection, whole=whole)
        for number, some in enumerate(receipts.in_chunks(again)):
            progress("Judging receipts", number * receipts.CHUNK, len(again))
            orders += receipts.take_up(connection, place, some, window)
        with transaction(connection):
            _note(connection, "pairs", pairs)
    with transaction(catalog):
        catalog.execute("DELETE FROM changed_orders WHERE number <= ?", (last,))
        catalog.execute("UPDATE sync_state SET value = 'done' WHERE key = 'receipts'")
    return orders


def _to_look_at(catalog: Connection, last: int, *, whole: bool) -> int:
    noted = "SELECT count(DISTINCT order_id) FROM changed_orders WHERE number <= ?"
    every = "SELECT count(*) FROM orders WHERE ? >= 0"
    (found,) = catalog.execute(every if whole else noted, (last,)).fetchone()
    return int(found)


def _changed(catalog: Connection, last: int) -> Iterable[Sequence[str]]:
    rows = catalog.execute("SELECT DISTINCT order_id FROM changed_orders WHERE number <= ?", (last,))
    return receipts.in_chunks([str(row[0]) for row in rows])


def _noted(connection: Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM counting WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def _note(connection: Connection, key: str, value: object) -> None:
    connection.execute("INSERT OR REPLACE INTO counting VALUES (?, ?)", (key, str(value)))


def _sequence(connection: Connection) -> int:
    """The last of the log's records that the sums know of."""
    return int(_noted(connection, "sequence") or 0)


def _note_settings(connection: Connection, place: Calendar) -> None:
    """Another setting opens all that was made with the old one; so does a category that was not known."""
    if is_current(connection) and not families.fill_families(connection):
        return
    with transaction(connection):
        _open_everything(connection, place)
        for key in _SETTINGS:
            _note(connection, key, preferences.get(connection, key))


def _open_everything(connection: Connection, place: Calendar) -> None:
    connection.execute("INSERT OR IGNORE INTO open_products SELECT DISTINCT product_id FROM outcomes")
    for table in cells.KEPT_CELLS.values():  # of a day that is none any more, in another time zone
        connection.execute(f"INSERT OR IGNORE INTO open_days SELECT DISTINCT day FROM {table}")
    for table, time in (("receipts", "paid_at"), ("visits", "started_at")):
        connection.execute(
            f"INSERT OR IGNORE INTO open_days SELECT DISTINCT {place.sql(time)} FROM {table} "
            f"WHERE {time} IS NOT NULL"
        )
    _note(connection, "sequence", 0)


def _note_answers(connection: Connection, place: Calendar) -> None:
    """Take up what was shown, answered and finished since the last time."""
    (last,) = connection.execute("SELECT sequence FROM terminal").fetchone()
    (later,) = connection.execute(
        "SELECT json_group_array(visit_id) FROM (SELECT visit_id FROM visits AS v WHERE visit_id IN "
        f"({_VISITS_SINCE}))",
        (_sequence(connection),),
    ).fetchone()
    visits = json.loads(later)
    for begin in range(0, len(visits), CHUNK):
        outcomes.note_visits(connection, place, visits[begin : begin + CHUNK])
    with transaction(connection):
        _note(connection, "sequence", last)


def _note_own_records(connection: Connection) -> None:
    """What was written here need not be looked at the next time, if nothing else was written since."""
    with transaction(connection):
        since = (_sequence(connection),)
        if connection.execute(f"SELECT 1 FROM ({_VISITS_SINCE}) LIMIT 1", since).fetchone() is None:
            _note(connection, "sequence", connection.execute("SELECT sequence FROM terminal").fetchone()[0])


def _note_crossed(connection: Connection, place: Calendar) -> None:
    """Which products are ever sold on an offer; the same ones sold without are counted beside them."""
    now = {
        row[0] for row in connection.execute("SELECT DISTINCT product_id FROM outcomes WHERE n IS NOT NULL")
    }
    before = {row[0] for row in connection.execute("SELECT product_id FROM crossed_products")}
    if now == before:
        return
    days = {
        int(row[0])
        for row in connection.execute(
            f"SELECT DISTINCT {place.sql('r.paid_at')} FROM receipt_lines AS l JOIN receipts AS r USING (n) "
            "WHERE l.product_id IN (SELECT value FROM json_each(?)) AND r.paid_at IS NOT NULL",
            (json.dumps(sorted(now ^ before)),),
        )
    }
    with transaction(connection):
        connection.executemany(
            "DELETE FROM crossed_products WHERE product_id = ?", [(p,) for p in before - now]
        )
        connection.executemany(
            "INSERT INTO crossed_products VALUES (?)", [(p,) for p in sorted(now - before)]
        )
        connection.executemany("INSERT OR IGNORE INTO open_days VALUES (?)", [(day,) for day in sorted(days)])


def _expect_anew(connection: Connection, progress: Progress) -> None:
    """After another case mix was learned: what closed days let expect by it."""
    if is_expected(connection):
        return
    mark = cases.mark(connection)
    days = [int(row[0]) for row in connection.execute("SELECT DISTINCT day FROM day_cases ORDER BY day")]
    for begin in range(0, len(days), DAYS):
        some = days[begin : begin + DAYS]
        cells.expect(connection, some)
        for day in some:
            with transaction(connection):
                _keep(connection, "expected", day)
        progress("Looking at kinds of sale", begin + len(some), len(days))
    cells.forget(connection)
    with transaction(connection):
        _note(connection, "case_mix", mark)


def _keep(connection: Connection, made: str, day: int) -> None:
    """A day's cells of one kind in place of those that were kept."""
    kept = cells.KEPT_CELLS[made]
    connection.execute(f"DELETE FROM {kept} WHERE day = ?", (day,))
    connection.execute(f"INSERT INTO {kept} SELECT * FROM temp.cell_{made} WHERE day = ?", (day,))


def _sum_up(connection: Connection, place: Calendar, progress: Progress) -> int:
    """Sum the open days up and close them."""
    days = [int(row[0]) for row in connection.execute("SELECT day FROM open_days ORDER BY day")]
    for begin in range(0, len(days), DAYS):
        some = days[begin : begin + DAYS]
        spans = [span for day in some for span in place.spans(day)]
        cells.make(connection, place, spans, currency(connection))
        for day in some:
            with transaction(connection):
                for made in cells.KEPT_CELLS:
                    _keep(connection, made, day)
                connection.execute("DELETE FROM open_days WHERE day = ?", (day,))
        progress("Summing days", begin + len(some), len(days))
    cells.forget(connection)
    return len(days)
