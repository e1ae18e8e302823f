"""A sync killed at any moment: the catalog opens, and holds exactly the old or exactly the new state."""

from __future__ import annotations

import contextlib
import hashlib
import random
import subprocess
import sys
import time

import pytest

from assistant.shop import csv_folder
from assistant.store.database import Home, open_catalog
from tests.shop import folders

KILLS = 50
CHILD = """
import sys
from pathlib import Path
from assistant.shop import csv_folder
from assistant.store.database import Home
home = Home(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
csv_folder.sync(home)
"""


def digest(home: Home) -> str:
    """What the catalog holds, in one word."""
    found = hashlib.sha256()
    with contextlib.closing(open_catalog(home)) as catalog:
        for table in (
            "orders",
            "order_lines",
            "products",
            "customers",
            "returns",
            "product_words",
            "sources",
        ):
            # A fingerprint ends with what the file held; it begins with when it was written.
            columns = "name, substr(fingerprint, -64)" if table == "sources" else "*"
            for row in catalog.execute(f"SELECT {columns} FROM {table}"):
                found.update(repr(tuple(row)).encode())
    return found.hexdigest()


@pytest.mark.slow
def test_a_sync_killed_fifty_times(home, tmp_path):
    folder = tmp_path / "shop"
    prices = ("10.00", "11.00")
    states: list[str] = []
    took = 0.0
    for price in prices:
        folders.write(folder, order_lines=folders.many_lines(5000, 6, price))
        csv_folder.connect_csv(home, folder)
        began = time.monotonic()
        csv_folder.sync(home)
        took = time.monotonic() - began
        states.append(digest(home))
    assert states[0] != states[1]
    chance = random.Random(1)
    outcomes = set()
    now = states[1]
    for turn in range(KILLS):
        wanted = prices[now == states[0]]
        folders.write(folder, order_lines=folders.many_lines(5000, 6, wanted))
        _killed(home, chance.uniform(0, took * 1.3))
        found = digest(home)
        assert found in states, f"after kill {turn} the catalog is neither old nor new"
        outcomes.add(found == now)
        now = found
    assert outcomes == {True, False}, "the kills came too early or too late to prove anything"
    with contextlib.closing(open_catalog(home)) as catalog:
        assert catalog.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert catalog.execute("PRAGMA cipher_integrity_check").fetchall() == []


def _killed(home: Home, after: float) -> None:
    """Start a sync in a child and kill it after some seconds of it."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("go\n")
        child.stdin.flush()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(after)
        child.kill()
