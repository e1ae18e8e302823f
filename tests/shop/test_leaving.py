"""A complete file that no longer names a customer: the log forgets the person and keeps the figures."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.shop import csv_folder, leaving
from assistant.store import visits
from assistant.store.database import Home, open_catalog, open_home
from tests.shop import folders

COMPLETE = "[customers]\ncomplete = true\n"


def served(home: Home, customer_id: str) -> str:
    """A finished visit of a customer; its id."""
    with contextlib.closing(open_home(home)) as log:
        visit = visits.begin(log, associate_id="A1", touchpoint="counter", customer_id=customer_id)
        visits.finish(log, visit.visit_id, associate_id="A1", note="likes birds")
        return visit.visit_id


def told_of(home: Home, visit_id: str) -> tuple[str | None, str | None]:
    with contextlib.closing(open_home(home)) as log:
        row = log.execute("SELECT customer_id, note FROM visits WHERE visit_id = ?", (visit_id,)).fetchone()
    return row[0], row[1]


def customers(count: int) -> str:
    return "customer_id,name\n" + "".join(f"C{n},Name {n}\n" for n in range(1, count + 1))


def test_who_is_no_longer_named_is_forgotten_and_the_visit_stays(read, home, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    folders.write(folder, customers=customers(3))
    read(folder, COMPLETE)
    gone, stays = served(home, "C2"), served(home, "C1")
    folders.write(folder, customers="customer_id,name\nC1,Name 1\nC3,Name 3\n")
    csv_folder.sync(home)
    assert told_of(home, gone) == (None, None)
    assert told_of(home, stays) == ("C1", "likes birds")


def test_a_file_that_is_no_complete_one_makes_nobody_go(read, home, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    folders.write(folder, customers=customers(3))
    read(folder)
    visit = served(home, "C2")
    folders.write(folder, customers=customers(1))
    csv_folder.sync(home)
    assert told_of(home, visit) == ("C2", "likes birds")


@pytest.mark.parametrize("come_back", [True, False])
def test_where_most_vanish_at_once_the_log_waits_a_day(read, home, tmp_path, come_back):
    folder = folders.whole(tmp_path / "shop")
    many = 2 * leaving.MANY + 2
    folders.write(folder, customers=customers(many))
    read(folder, COMPLETE)
    visit = served(home, f"C{many}")
    folders.write(folder, customers=customers(1))
    csv_folder.sync(home)
    assert told_of(home, visit) == (f"C{many}", "likes birds"), "the file may have been cut off"
    if come_back:
        folders.write(folder, customers=customers(many))
        csv_folder.sync(home)
    with contextlib.closing(open_catalog(home)) as catalog:
        leaving.follow(catalog, home, now=datetime.now(UTC) + leaving.A_DAY)
    assert told_of(home, visit) == ((f"C{many}", "likes birds") if come_back else (None, None))


def test_a_sync_killed_before_the_log_was_followed_ends_at_the_next(
    read, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = folders.whole(tmp_path / "shop")
    folders.write(folder, customers=customers(3))
    read(folder, COMPLETE)
    visit = served(home, "C2")
    folders.write(folder, customers="customer_id,name\nC1,Name 1\nC3,Name 3\n")
    with monkeypatch.context() as patch:
        patch.setattr(leaving, "follow", lambda catalog, home: None)
        csv_folder.sync(home)
    assert told_of(home, visit)[0] == "C2"
    csv_folder.sync(home)
    assert told_of(home, visit) == (None, None)
