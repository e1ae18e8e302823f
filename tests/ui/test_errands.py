"""Errands: a real child process, its progress, its sentence, its end when it is cancelled."""

from __future__ import annotations

import contextlib
import os

import pytest

from assistant.store import preferences
from assistant.store.database import Home, open_catalog, open_home
from assistant.ui.errands import BEHIND, Errand


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "shop"
    made.mkdir()
    (made / "products.csv").write_text("product_id,name\n" + "".join(f"P{n},Thing {n}\n" for n in range(50)))
    lines = "".join(f"O{n},P{n % 50},1\n" for n in range(60_000))
    (made / "order_lines.csv").write_text("order_id,product_id,quantity\n" + lines)
    return made


@pytest.fixture
def connected(home: Home, folder) -> Home:
    with contextlib.closing(open_home(home)) as connection:
        preferences.put(connection, "shop.kind", "csv")
        preferences.put(connection, "shop.folder", str(folder))
    return home


def orders(home: Home) -> int:
    with contextlib.closing(open_catalog(home)) as catalog:
        return catalog.execute("SELECT count(*) FROM orders").fetchone()[0]


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no such call")
def test_an_errand_stands_behind_the_window(qtbot, connected):
    errand, seen = Errand(connected), []
    before = os.getpriority(os.PRIO_PROCESS, 0)
    errand.progressed.connect(
        lambda what, done, total: seen.append(
            os.getpriority(os.PRIO_PROCESS, errand._process.processId()) if errand._process else None
        )
    )
    with qtbot.waitSignal(errand.ended, timeout=600_000):
        errand.start(["sync", "--progress", "json"])
    assert seen[0] == max(before, BEHIND)


def test_a_sync_tells_its_progress_and_ends_well(qtbot, connected):
    errand, seen = Errand(connected), []
    errand.progressed.connect(lambda what, done, total: seen.append(what))
    with qtbot.waitSignal(errand.ended, timeout=600_000) as ended:
        assert errand.start(["sync", "--progress", "json"])
        assert not errand.start(["sync"]), "one at a time"
    assert ended.args == [0, ""]
    assert "order_lines" in seen
    assert not errand.running
    assert orders(connected) == 60_000


def test_what_went_wrong_is_one_sentence(qtbot, home):
    errand = Errand(home)
    with qtbot.waitSignal(errand.ended, timeout=600_000) as ended:
        errand.start(["sync", "--progress", "json"])
    status, sentence = ended.args
    assert status == 1
    assert "No shop is connected" in sentence
    assert "Traceback" not in sentence


def test_cancelling_ends_it_and_leaves_the_catalog_as_it_was(qtbot, connected):
    errand = Errand(connected)
    with qtbot.waitSignal(errand.ended, timeout=600_000) as ended:
        errand.progressed.connect(lambda *_: errand.cancel())
        errand.start(["sync", "--progress", "json"])
    assert ended.args[0] == 130
    assert orders(connected) == 0


def test_closing_the_window_waits_for_the_child_to_be_gone(connected):
    errand = Errand(connected)
    errand.start(["sync", "--progress", "json"])
    errand.wait()
    assert not errand.running
    assert orders(connected) in (0, 60_000)
