"""What was paid stays what it was: mirrors built anew, shops that show little, other models, erasure."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from assistant.measure.report import report
from assistant.store import counting, erasing, mirror, schema, staff
from assistant.store.database import Home, alone, open_catalog, open_home, stamp, transaction
from assistant.store.unmatched import not_on_receipt
from tests.measure import made

UNTIL = made.START + timedelta(days=28)
TABLES = ("products", "pairings", "links", "orders", "order_lines", "stores", "associates", "sync_state")


def told(home: Home, **asked) -> dict[tuple[str, str, str | None], tuple[float, float]]:
    with contextlib.closing(open_home(home)) as connection:
        found = report(connection, by="associate", since=made.START, until=UNTIL, **asked)
    return {(f.key, f.figure, f.currency): (f.num, f.den) for f in (*found.rows, *found.total)}


@pytest.fixture
def tangled(home: Home) -> Home:
    made.tangled(home, 11, orders=120, visits=120)
    return home


def rebuild(home: Home, *, since_day: int = 0) -> None:
    """Delete the mirror and fetch it anew, with orders from a day on only, and nothing learned."""
    with contextlib.closing(open_catalog(home)) as catalog:
        rows = {table: catalog.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        kept = {
            row[0]
            for row in catalog.execute(
                "SELECT order_id FROM orders WHERE ordered_at >= ?",
                (stamp(made.START + timedelta(days=since_day)),),
            )
        }
    for ending in ("", "-wal", "-shm"):
        home.catalog.with_name(home.catalog.name + ending).unlink(missing_ok=True)
    schema.prepare(home)
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        for table in ("stores", "associates", "products"):
            catalog.executemany(
                f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[table][0]))})", rows[table]
            )
        for table in ("orders", "order_lines"):
            some = [row for row in rows[table] if row[0] in kept]
            catalog.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(some[0]))})", some)
        synced = next(value for key, value in rows["sync_state"] if key == "synced_at")
        catalog.execute("INSERT INTO sync_state VALUES ('synced_at', ?)", (synced,))


def test_a_mirror_built_anew_changes_nothing(tangled):
    before = told(tangled)
    rebuild(tangled)
    assert counting.count(tangled).orders == 0
    assert told(tangled) == before
    assert sum(num for num, _ in before.values()) > 0


def test_a_shop_that_shows_its_last_weeks_only_changes_nothing(tangled):
    before = told(tangled)
    rebuild(tangled, since_day=20)
    assert counting.count(tangled).orders == 0
    assert told(tangled) == before


def test_what_falls_out_of_sight_stays_and_what_is_cancelled_goes(tangled):
    before = told(tangled)
    with contextlib.closing(open_catalog(tangled)) as catalog, transaction(catalog):
        kept = {
            tuple(row)
            for row in catalog.execute(
                "SELECT l.order_id, l.line_no FROM order_lines l JOIN orders o USING (order_id) "
                "WHERE o.ordered_at >= ?",
                (stamp(made.START + timedelta(days=10)),),
            )
        }
        untimed = (
            "SELECT l.order_id, line_no FROM order_lines l JOIN orders USING (order_id) "
            "WHERE ordered_at IS NULL"
        )
        kept |= {tuple(row) for row in catalog.execute(untimed)}
        mirror.remove_order_lines(catalog, kept)
    assert counting.count(tangled).orders == 0
    assert told(tangled) == before
    with contextlib.closing(open_catalog(tangled)) as catalog, transaction(catalog):
        (gone,) = catalog.execute("SELECT order_id FROM orders ORDER BY ordered_at DESC").fetchone()
        catalog.execute("DELETE FROM order_lines WHERE order_id = ?", (gone,))
        catalog.execute("DELETE FROM orders WHERE order_id = ?", (gone,))
    assert counting.count(tangled).orders == 1
    after = told(tangled)["(all)", "units_per_transaction", None]
    assert after[1] == before["(all)", "units_per_transaction", None][1] - 1


def test_another_model_does_not_judge_what_was_counted_before(tangled):
    before = told(tangled)
    with contextlib.closing(open_catalog(tangled)) as catalog, transaction(catalog):
        catalog.execute("DELETE FROM pairings")
        catalog.execute("DELETE FROM links")
        catalog.execute("UPDATE products SET category = 'Else/Where'")
        catalog.execute("INSERT INTO pairings VALUES ('P1', 'P2', 10, 40, 0.25, 2.0, 35, NULL, NULL)")
    counting.count(tangled)
    assert told(tangled) == before


def test_an_erased_customer_leaves_the_figures_of_visits_and_sales(tangled):
    before = told(tangled)
    with contextlib.closing(open_home(tangled)) as log:
        erasing.follow_the_shop(log, ["C1"])
        for table in ("receipts", "visits"):
            assert log.execute(f"SELECT count(*) FROM {table} WHERE customer_id = 'C1'").fetchone() == (0,)
    counting.count(tangled)
    rebuild(tangled)
    counting.count(tangled)
    after = told(tangled)
    of_customers = {"came_back", "customers_bought"}
    assert {k: v for k, v in after.items() if k[1] not in of_customers} == {
        k: v for k, v in before.items() if k[1] not in of_customers
    }


def test_an_outcome_is_a_record_of_its_own(tangled):
    with contextlib.closing(open_home(tangled)) as log:
        rows = log.execute("SELECT suggestion_id, sequence, state, n FROM outcomes").fetchall()
        sent = set(log.execute("SELECT record_id, sequence FROM outbox WHERE record = 'outcome'").fetchall())
        (last,) = log.execute("SELECT sequence FROM terminal").fetchone()
    assert {(row[0], row[1]) for row in rows} <= sent
    assert max(row[1] for row in rows) <= last
    assert {row[2] for row in rows} >= {"paid", "returned", "unmatched"}
    assert all((row[3] is None) == (row[2] in ("waiting", "unmatched")) for row in rows)
    assert counting.count(tangled).outcomes == 0, "what is known is not written again"


def test_why_an_offer_is_on_no_receipt_is_listed(tangled):
    with contextlib.closing(open_home(tangled)) as log:
        found = not_on_receipt(log, stamp(made.START), stamp(UNTIL))
        accepted, confirmed = (told(tangled)["(all)", "confirmed", None][place] for place in (1, 0))
        page = not_on_receipt(log, stamp(made.START), stamp(UNTIL), limit=2, after=2)
        staff.make_keeper(log, "Priya Nair", "4820")
        own = not_on_receipt(log, stamp(made.START), stamp(UNTIL), seen_by="A2")
    assert len(found) == accepted - confirmed
    assert {one.why for one in found} >= {"no_receipt", "not_on_receipt", "nobody"}
    assert list(page) == list(found[2:4])
    assert {one.associate_id for one in own} == {"A2"}


def test_a_count_broken_off_goes_on_there(tangled, monkeypatch):
    rebuild(tangled)
    with contextlib.closing(open_home(tangled)) as log, transaction(log):
        for table in ("outcomes", "receipt_lines", "receipts", "counting", "day_takings"):
            log.execute(f"DELETE FROM {table}")
    monkeypatch.setattr(counting, "_sum_up", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        counting.count(tangled)
    broken = told(tangled)
    monkeypatch.undo()
    counting.count(tangled)
    assert told(tangled) == broken, "open days are counted when they are asked for"
    assert counting.count(tangled) == counting.Counted(0, 0, 0)


def test_two_counts_at_once_do_not_meet(tangled):
    with alone(tangled, "counting"):
        assert counting.count(tangled) == counting.Counted()
