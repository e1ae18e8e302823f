"""What goes on by itself: pages are told only of changes, the first sync is followed by a training."""

from __future__ import annotations

import contextlib

import pytest

from assistant.store import preferences
from assistant.store.database import Home, open_home
from assistant.ui.questions import Questions
from assistant.ui.upkeep import Upkeep


@pytest.fixture
def connected(home: Home, tmp_path) -> Home:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "products.csv").write_text("product_id,name\nP1,Thing\nP2,Other\n")
    lines = "".join(f"O{n},P{1 + n % 2},1,2026-05-01T10:00:00Z\n" for n in range(100))
    (folder / "order_lines.csv").write_text("order_id,product_id,quantity,ordered_at\n" + lines)
    with contextlib.closing(open_home(home)) as connection:
        preferences.put(connection, "shop.kind", "csv")
        preferences.put(connection, "shop.folder", str(folder))
    return home


@pytest.fixture
def upkeep(qapp, connected):
    questions = Questions(connected)
    made = Upkeep(connected, questions)
    yield made
    made.end()
    questions.close()


def finish(qtbot, upkeep: Upkeep) -> None:
    """Wait until no errand and no question is under way."""
    qtbot.waitUntil(lambda: not upkeep.running and not upkeep._questions.busy, timeout=600_000)


def test_the_first_sync_is_followed_by_a_training_the_second_changes_nothing(qtbot, upkeep, connected):
    told, said = [], []
    upkeep.changed.connect(lambda: told.append("changed"))
    upkeep.working.connect(said.append)
    upkeep.sync()
    finish(qtbot, upkeep)
    assert told == ["changed", "changed"], "the sync brought orders, the training a model"
    assert said[0] == "Syncing"
    assert "Learning" in said
    with contextlib.closing(open_home(connected)) as connection:
        assert connection.execute("SELECT count(*) FROM model").fetchone() == (1,)
    told.clear()
    with qtbot.waitSignal(upkeep.synced, timeout=600_000):
        upkeep.sync()
    finish(qtbot, upkeep)
    assert told == []


def test_a_folder_that_went_away_is_one_sentence(qtbot, upkeep, connected, tmp_path):
    (tmp_path / "exports").rename(tmp_path / "elsewhere")
    with qtbot.waitSignal(upkeep.failed, timeout=600_000) as said:
        upkeep.sync()
    assert "exports" in said.args[0]
    assert "Traceback" not in said.args[0]


def test_two_never_run_at_once(qtbot, upkeep):
    said = []
    upkeep.working.connect(said.append)
    upkeep.sync()
    upkeep.sync()
    assert said == ["Syncing"]
    finish(qtbot, upkeep)
