"""How long a report takes over a long log, against one plain grouped count of the same rows.

    python -m tests.benchmarks.report [--offers 200000]

The floor is `count(*)` of the answers by associate and kind: what reading the log once costs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from assistant.measure.report import BYS, report
from assistant.measure.team import team
from assistant.store import schema
from assistant.store.database import Home, open_home
from tests.measure import made


def main() -> None:
    """Make a log in a home of its own, time the floor and each report, print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        schema.prepare(home)
        made.large(home, asked.offers)
        since, until = made.START, made.START + timedelta(days=84)
        with contextlib.closing(open_home(home)) as log:
            floor = _median(
                asked.rounds,
                lambda: log.execute(
                    "SELECT associate_id, kind, count(*) FROM answers GROUP BY 1, 2"
                ).fetchall(),
            )
            print(f"{asked.offers:,} offers; plain grouped count {floor:.3f} s")
            for by in BYS:
                took = _median(asked.rounds, lambda by=by: report(log, by=by, since=since, until=until))
                print(f"report --by {by:<10} {took:.3f} s  {took / floor:5.1f} × the plain count")
            took = _median(asked.rounds, lambda: team(log, since=since, until=until))
            print(f"team page            {took:.3f} s  {took / floor:5.1f} × the plain count")


def _median(rounds: int, work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
