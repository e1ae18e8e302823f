"""How fast a first load is beside what the shop itself serves: a real Vendure shop, asked for the same rows
at its best page size by a bare httpx loop that only receives, in one run; and the peak memory of a first load
of 100,000 products.

    python -m tests.benchmarks.rates [--products 3000] [--copies 100]

The real shop would take long to serve so many: for the memory a small server of our own repeats a page of a
thousand products recorded from it, so many `--copies` of it, with other ids. 0 leaves it out.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from assistant.shop import vendure_queries as queries
from assistant.store import arrivals, schema
from assistant.store.database import Home, open_catalog
from assistant.store.things import Goods
from tests.benchmarks import recorded
from tests.shop.live import vendure

RATIO = 0.8
PEAK_MIB = 300
SIZES = (100, 250, 500, 1_000)  # the last is the most that a shop gives by default
_QUERY = queries.products("barcode", "unitCost")
RUNS = 2  # ours and the bare loop in turn; the best of each, as what else the computer does only adds time


def main() -> int:
    """Print the figures; 1 where they are not as wanted."""
    words = argparse.ArgumentParser(prog="python -m tests.benchmarks.rates")
    words.add_argument("--products", type=int, default=3_000)
    words.add_argument("--copies", type=int, default=100)
    asked = words.parse_args()
    try:
        with vendure.running(max(asked.products, recorded.PAGE)) as shop:
            fine = _first_load(shop, asked.copies) if asked.copies else True
            fine = _beside_the_bare_loop(shop) and fine
    except pytest.skip.Exception as reason:
        print(f"rates: left out: {reason}")
        return 0
    return int(not fine)


def _beside_the_bare_loop(shop: vendure.Shop) -> bool:
    _bare(shop, SIZES[-1], recorded.PAGE)  # what is asked first pays for the shop's own warming up
    some = {size: _bare(shop, size, recorded.PAGE) for size in SIZES}
    best = max(some, key=lambda size: some[size])
    runs = [(_bare(shop, best, None), _ours(shop)) for _ in range(RUNS)]
    floor = max(bare for bare, _ in runs)
    rows, seconds, whole, peak = min((ours for _, ours in runs), key=lambda ours: ours[1])
    rate = rows / seconds
    sizes = ", ".join(f"{rate:,.0f} at {size:,}" for size, rate in some.items())
    print(f"rates: the shop serves so many products a second by the size of a page: {sizes}")
    print(
        f"rates: {rows:,.0f} products in {seconds:.1f} s = {rate:,.0f} rows/s; a bare loop at its best page "
        f"size gets {floor:,.0f} rows/s, so {rate / floor:.2f} × its speed (wanted: {RATIO}); the whole "
        f"first load took {whole:.1f} s; peak memory {peak:.0f} MiB",
        flush=True,
    )
    return rate / floor >= RATIO


def _first_load(shop: vendure.Shop, copies: int) -> bool:
    told = recorded.Recorded(shop, _QUERY, copies)
    with recorded.serving(told, shop) as many:
        rows, seconds, whole, peak = _ours(many)
    print(
        f"rates: a first load of {rows:,.0f} products: {seconds:.0f} s for them, {whole:.0f} s in all; "
        f"peak memory {peak:.0f} MiB (wanted: at most {PEAK_MIB})",
        flush=True,
    )
    return rows == copies * recorded.PAGE and peak <= PEAK_MIB


def _bare(shop: vendure.Shop, size: int, most: int | None) -> float:
    """Rows a second where they are only received; of the first page it is read how many there are."""
    rows, total = 0, 1
    with contextlib.closing(vendure.Shop(shop.url, shop.user, shop.password)) as signed_in:
        began = time.perf_counter()
        while rows < min(total, most or total):
            options = {"take": size, "skip": rows, "sort": {"id": "ASC"}}
            answer = signed_in.receives(_QUERY, options=options)
            total = total if total > 1 else _total(answer)
            rows += size
        seconds = time.perf_counter() - began
    return min(rows, total) / seconds


def _total(answer: httpx.Response) -> int:
    return int(answer.json()["data"]["productVariants"]["totalItems"])


_CHILD = """
import resource, sys, time
from pathlib import Path
from assistant.shop import pull
from assistant.shop.vendure import Login, Vendure
from assistant.store.database import Home

began, spent, there = time.perf_counter(), {}, {}
def say(what, done, total):
    spent[what], there[what] = time.perf_counter() - began, total

url, user, password = sys.stdin.read().split()
connector = Vendure(url, Login(user=user, password=password))
result = pull.Pull(Home(Path(sys.argv[1])), connector).run(say)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(there["products"], spent["products"] - spent["associates"], result.seconds, peak)
"""


def _ours(shop: vendure.Shop | recorded.Door) -> tuple[float, float, float, float]:
    """Products, seconds for them, seconds of the whole first load, and peak memory; in a process of its own.

    Raises AssertionError where there are not as many products here as the shop told of.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        schema.prepare(home)
        words = [sys.executable, "-c", _CHILD, str(home.folder)]
        said = f"{shop.url} {shop.user} {shop.password}"
        done = subprocess.run(words, check=True, input=said, stdout=subprocess.PIPE, text=True)
        with contextlib.closing(open_catalog(home)) as catalog:
            here = len(arrivals.known(catalog, Goods))
    rows, seconds, whole, peak = map(float, done.stdout.split())
    if here != rows:
        raise AssertionError(f"the shop told of {rows:,.0f} products, and {here:,} are here")
    return rows, seconds, whole, peak


if __name__ == "__main__":
    sys.exit(main())
