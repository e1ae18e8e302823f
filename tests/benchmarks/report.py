"""How long the page's figures take over a long log, against one full SQL recomputation in the same run.

    python -m tests.benchmarks.report [--offers 1000000] [--lines 5000000]

A made-up chain is counted once and its case mix is learned; then the page and the reports are asked for, late
rows arrive, and all is asked again. Each time the figures are held against `tests.measure.at_once`, to the
last digit.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from assistant.learn import case_mix
from assistant.measure import period
from assistant.measure.report import BYS, report
from assistant.measure.team import team
from assistant.store import counting, schema
from assistant.store.database import Connection, Home, open_catalog, open_home, stamp, transaction
from tests.measure import at_once, made

DAYS = 84
PEOPLE, STORES, PRODUCTS = 60, 6, 4_000
UNTIL = made.START + timedelta(days=DAYS)
BUDGET = 1.0


def main() -> None:
    """Make the chain in a home of its own; print seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--product", action="store_true", help="also by product, which is all counted when asked"
    )
    asked = parser.parse_args()
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        schema.prepare(home)
        _say("made", lambda: fill(home, asked.offers, asked.lines))
        _say("counted for the first time", lambda: counting.count(home))
        _say("the case mix learned", lambda: case_mix.learn(home, lambda *_said: None))
        print(f"  the log is {home.log.stat().st_size / 2**20:,.0f} MiB")
        _ask(home, asked.rounds, by_product=asked.product)
        _arrive_late(home)
        _say("counted 300 late orders and 20 late answers", lambda: counting.count(home))
        _ask(home, asked.rounds, by_product=asked.product)


def _say(what: str, work: Callable[[], object]) -> object:
    begin = time.perf_counter()
    found = work()
    print(f"{what:<45} {time.perf_counter() - begin:8.2f} s  {found or ''}", flush=True)
    return found


def _ask(home: Home, rounds: int, *, by_product: bool) -> None:
    with contextlib.closing(open_home(home)) as log:
        asked = {"since": made.START, "until": UNTIL}
        page = _median(rounds, lambda: team(log, **asked))
        verdict = "within" if page <= BUDGET else "OVER"
        print(f"{'the page’s figures, warm':<45} {page:8.3f} s  {verdict} {BUDGET} s")
        for by in BYS[:4]:
            took = _median(rounds, lambda by=by: report(log, by=by, **asked))
            print(f"{'report --by ' + by:<45} {took:8.3f} s")
        if by_product:
            _say("report --by product, all counted now", lambda: len(report(log, by="product", **asked).rows))
        scope = period.scope(log, made.START, UNTIL)
        told = {"since": scope.since, "until": scope.until, "settled": scope.settled_day, "match_days": 7}
        begin = time.perf_counter()
        once = at_once.page(log, **told, by="associate_id")
        print(f"{'one full SQL recomputation':<45} {time.perf_counter() - begin:8.3f} s")
        rows = {(f.key, f.figure, f.currency): f for f in report(log, by="associate", **asked).rows}
        wrong = [place for place, one in once.items() if not at_once.same(rows[place], one)]
        print(f"  {len(once):,} figures beside it: {len(wrong)} differ")
        if wrong:
            raise SystemExit(f"they differ, first {wrong[0]}")


def _median(rounds: int, work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds[1:])


def fill(home: Home, offers: int, lines: int) -> None:
    """A chain with four offers to a visit, a receipt to every visit and others, two and a half lines each."""
    dice = random.Random(7)
    visits, orders = offers // 4, lines * 2 // 5
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        _goods(catalog, dice)
        catalog.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, 'till', ?, 'GBP')", _orders(orders, visits)
        )
        catalog.executemany(
            "INSERT INTO order_lines VALUES (?, ?, ?, 1, ?, 0, ?)", _lines(orders, visits, random.Random(3))
        )
        catalog.execute("INSERT INTO sync_state VALUES ('synced_at', ?)", (stamp(UNTIL),))
    with contextlib.closing(open_home(home)) as log, transaction(log):
        log.executemany(
            "INSERT INTO visits VALUES (?, ?, ?, ?, ?, ?, 'counter', ?, ?, ?, NULL)",
            ((_visit(n), n * 10, f"A{n % PEOPLE}", f"S{n % STORES}", _customer(n), f"B{n}", _at(n, visits),
              _at(n, visits) + 240_000, (None, None, 5, 4, 3)[n % 5]) for n in range(visits)),
        )  # fmt: skip
        log.executemany(
            "INSERT INTO visit_anchors VALUES (?, ?)", ((_visit(n), f"P{n % 1000}") for n in range(visits))
        )
        log.executemany(
            "INSERT INTO suggestions VALUES (?, ?, ?, ?, ?, ?, 0.3, '{}', 1.0, NULL, '', 't', NULL, NULL, ?)",
            ((f"{_visit(n)}-{slot}", n * 10 + slot, _visit(n), slot, f"P{_offered(n, slot)}", f"P{n % 1000}",
              _at(n, visits)) for n in range(visits) for slot in range(1, 5)),
        )  # fmt: skip
        log.executemany(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
            ((f"{_visit(n)}-{slot}-a", n * 10 + 4 + slot, f"{_visit(n)}-{slot}", _visit(n), f"A{n % PEOPLE}",
              _kind(n, slot), "no_time" if _kind(n, slot) == "declined" else None, _at(n, visits))
             for n in range(visits) for slot in range(1, 5)),
        )  # fmt: skip
        log.execute("UPDATE terminal SET sequence = ?", (visits * 10,))


def _goods(catalog: Connection, dice: random.Random) -> None:
    catalog.executemany("INSERT INTO stores VALUES (?, ?)", ((f"S{n}", f"Store {n}") for n in range(STORES)))
    catalog.executemany(
        "INSERT INTO associates (associate_id, name, store_id) VALUES (?, ?, ?)",
        ((f"A{n}", f"Associate {n}", f"S{n % STORES}") for n in range(PEOPLE)),
    )
    catalog.executemany(
        "INSERT INTO products (product_id, sku, name, category, cost) VALUES (?, ?, ?, ?, 90000)",
        ((f"P{n}", f"P{n}", f"Product {n}", f"Shop/Kind {n // 100}/Sort {n}") for n in range(PRODUCTS)),
    )
    catalog.executemany(
        "INSERT OR IGNORE INTO pairings VALUES (?, ?, 10, 40, 0.25, 2.0, 35, NULL, NULL)",
        ((f"P{n}", f"P{dice.randrange(1000, PRODUCTS)}") for n in range(1000) for _ in range(40)),
    )


def _visit(n: int) -> str:
    return f"0198{n:032d}"


def _customer(n: int) -> str | None:
    return f"C{n * 7919 % 60_000}" if n % 5 < 2 else None


def _at(n: int, of: int) -> int:
    return int(stamp(made.START) or 0) + (DAYS * 86_400_000 - 3_600_000) * n // of


def _offered(n: int, slot: int) -> int:
    return 1000 + (n * 31 + slot * 701) % (PRODUCTS - 1000)


def _kind(n: int, slot: int) -> str:
    return ("accepted", "declined", "later", "not_offered", "declined", "declined")[
        (n * 5 + slot * 3 + n // 7) % 6
    ]


def _orders(orders: int, visits: int) -> Iterator[tuple[object, ...]]:
    for n in range(orders):
        of_visit = n < visits
        yield (
            f"O{n:08d}", _customer(n), f"A{n % PEOPLE}", f"S{n % STORES}",
            _at(n, visits) + 300_000 if of_visit else _at(n - visits, orders - visits),
            f"B{n}" if of_visit else None,
        )  # fmt: skip


def _lines(orders: int, visits: int, dice: random.Random) -> Iterator[tuple[object, ...]]:
    for n in range(orders):
        goods = [n % 1000, *(dice.randrange(PRODUCTS) for _ in range(1 + n % 2))]
        if n < visits:
            goods[1:1] = [
                _offered(n, slot) for slot in range(1, 5) if _kind(n, slot) == "accepted" and (n + slot) % 10
            ]
        for number, product in enumerate(goods, 1):
            yield f"O{n:08d}", number, f"P{product}", 150_000 + product * 7, int((n + number) % 31 == 0)


def _arrive_late(home: Home) -> None:
    """Orders of long ago, corrections of others, and answers taken back."""
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        for n in range(0, 100):
            at = int(stamp(made.START) or 0) + n * 3_600_000
            catalog.execute(
                "INSERT INTO orders VALUES (?, NULL, 'A1', 'S1', ?, 'till', NULL, 'GBP')", (f"LATE{n}", at)
            )
            catalog.execute(
                "INSERT INTO order_lines VALUES (?, 1, ?, 1, 150000, 0, 0)", (f"LATE{n}", f"P{n}")
            )
        catalog.execute("UPDATE order_lines SET returned_quantity = 1 WHERE order_id < 'O00000100'")
        catalog.execute(
            "UPDATE orders SET associate_id = 'A2' WHERE order_id BETWEEN 'O00090000' AND 'O00090099'"
        )
    with contextlib.closing(open_home(home)) as log, transaction(log):
        log.execute("UPDATE terminal SET sequence = sequence + 20")
        log.execute(
            "INSERT INTO answers SELECT 'late' || answer_id, (SELECT sequence FROM terminal) - 19 "
            "+ row_number() OVER () - 1, suggestion_id, visit_id, associate_id, 'undone', NULL, NULL, at "
            "FROM (SELECT * FROM answers WHERE kind = 'accepted' LIMIT 20)"
        )


if __name__ == "__main__":
    main()
