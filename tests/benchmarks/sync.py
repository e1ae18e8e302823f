"""How fast a sync is beside its floor, in one run: the same file through csv.reader, the same rows through
plain `executemany` upserts into our own tables by our own driver.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant.shop import csv_folder
from assistant.store import schema
from assistant.store.database import Connection, Home, open_catalog

RATIO = 0.5
PEAK_MIB = 400
RUNS = 3  # the best of each, as what else the computer does only ever adds time
BATCH = 10_000
_TABLES = ("orders", "order_lines")


def main() -> dict[str, float]:
    """Print the figures, and return them."""
    named = os.environ.get("SALES_DATA", "")
    file = Path(named) / "online_retail" / "online_retail.csv.gz"
    if not named or not file.is_file():
        print("sync: left out, as real sales are not here (set SALES_DATA to their folder)")
        return {}
    runs = [_once(file) for _ in range(RUNS)]
    seconds = min(run[0] for run in runs)
    floor = min(run[1] for run in runs)
    peak, rows = max(run[2] for run in runs), runs[0][3]
    figures = {
        "rows": rows,
        "seconds": seconds,
        "floor_seconds": floor,
        "rows_per_second": rows / seconds,
        "ratio": floor / seconds,
        "peak_mib": peak,
    }
    print(
        f"sync: {rows:,.0f} rows in {seconds:.2f} s = {rows / seconds:,.0f} rows/s; "
        f"the floor took {floor:.2f} s, so {floor / seconds:.2f} × its speed (wanted: {RATIO}); "
        f"peak memory {peak:.0f} MiB (wanted: at most {PEAK_MIB})"
    )
    return figures


def _once(file: Path) -> tuple[float, float, float, float]:
    """Our seconds, the floor's seconds, peak memory and rows, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        ours = _home(Path(folder) / "ours")
        csv_folder.connect_csv(ours, file.parent, "online_retail")
        seconds, peak, rows = _sync(ours)
        floor = _read(file) + _write(ours, _home(Path(folder) / "floor"))
    return seconds, floor, peak, rows


def _home(folder: Path) -> Home:
    home = Home(folder)
    schema.prepare(home)
    return home


_CHILD = """
import resource, sys
from pathlib import Path
from assistant.shop import csv_folder
from assistant.store.database import Home
result = csv_folder.sync(Home(Path(sys.argv[1])))
rows = sum(result.loaded.values()) + result.rejected + result.left_out
print(result.seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, rows)
"""


def _sync(home: Home) -> tuple[float, float, float]:
    """Seconds, peak memory and rows of a first sync, in a process of its own as the product runs it."""
    words = [sys.executable, "-c", _CHILD, str(home.folder)]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    seconds, peak, rows = map(float, said)
    return seconds, peak, rows


def _read(file: Path) -> float:
    """Seconds for gzip and csv.reader alone."""
    began = time.perf_counter()
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        for _ in csv.reader(text):
            pass
    return time.perf_counter() - began


def _write(ours: Home, floor: Home) -> float:
    """Seconds for plain upserts of the rows that our sync made, in the order it made them."""
    seconds = 0.0
    with contextlib.closing(open_catalog(ours)) as source, contextlib.closing(open_catalog(floor)) as target:
        began = time.perf_counter()
        target.execute("BEGIN IMMEDIATE")
        seconds += time.perf_counter() - began
        for table in _TABLES:
            seconds += _copy(source, target, table)
        began = time.perf_counter()
        target.execute("COMMIT")
        seconds += time.perf_counter() - began
    return seconds


def _copy(source: Connection, target: Connection, table: str) -> float:
    columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
    keys = [row[1] for row in source.execute(f"PRAGMA table_info({table})") if row[5]]
    sets = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in keys)
    upsert = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"
    )
    seconds = 0.0
    found = source.execute(f"SELECT * FROM {table}")
    while rows := found.fetchmany(BATCH):
        began = time.perf_counter()
        target.executemany(upsert, rows)
        seconds += time.perf_counter() - began
    return seconds


if __name__ == "__main__":
    main()
