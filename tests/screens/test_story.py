"""A visit from the first key to the last, as it would be filmed: the log holds exactly what was done.

`SCREENS_OUTPUT=FOLDER pytest tests/screens/test_story.py` writes its frames.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from assistant.store import pins
from assistant.store.database import Home, open_home
from assistant.ui.shell import Shell
from tests.screens.conftest import picture

PIN = "4820"
HAND_MS = 80  # between two keys of a hand; a scanner is many times faster


class Film:
    """The window, what is done to it, and a picture after each step."""

    def __init__(self, shell: Shell) -> None:
        self.shell, self.frames = shell, 0

    def frame(self, name: str) -> None:
        self.frames += 1
        picture(self.shell.window, f"story-{self.frames:02}-{name}")

    def press(self, *keys: str) -> None:
        """Keys as a hand presses them, wherever the focus is."""
        for key in keys:
            where = self.shell.window.focusWidget() or self.shell.window
            QTest.keyClick(where, key if len(key) == 1 else getattr(Qt.Key, f"Key_{key}"))
            self.shell.window.scanner.release()
            self.shell.settle()

    def scan(self, code: str) -> None:
        """A scanner: all at once, and Enter."""
        where = self.shell.window.focusWidget() or self.shell.window
        QTest.keyClicks(where, code)
        QTest.keyClick(where, Qt.Key.Key_Return)
        self.shell.settle()

    def type(self, text: str) -> None:
        """A hand on the keyboard."""
        for letter in text:
            QTest.keyClick(self.shell.window.focusWidget(), letter, delay=HAND_MS)
        self.shell.settle()


@pytest.fixture
def story_home(demo_home: Home, tmp_path: Path) -> Home:
    """The demo shop, where Priya has a PIN."""
    home = Home(tmp_path / "home")
    shutil.copytree(demo_home.folder, home.folder)
    with contextlib.closing(open_home(home)) as connection:
        pins.put(connection, "A1", PIN, temporary=False)
    return home


@pytest.fixture
def log(story_home: Home) -> Callable[..., list[tuple]]:
    """What the log says of the newest visit."""

    def rows(sql: str, *values: object) -> list[tuple]:
        with contextlib.closing(open_home(story_home)) as connection:
            return [tuple(row) for row in connection.execute(sql, values)]

    return rows


def barcodes(log: Callable[..., list[tuple]], *names: str) -> list[str]:
    found = [
        log("SELECT barcode FROM barcodes JOIN products USING (product_id) WHERE name = ?", n) for n in names
    ]
    return [str(rows[0][0]) for rows in found]


def test_the_story_of_a_visit(story_home: Home, open_shell, log) -> None:
    (maren,) = log("SELECT name, phone FROM customers WHERE customer_id = 'C-10412'")
    before = log("SELECT count(*) FROM visits")[0][0]
    film = Film(open_shell(story_home))
    film.frame("sign-in")
    film.shell.window.sign_in.field.setFocus()
    film.type("priya")
    film.press("Return")
    film.frame("pin")
    QTest.keyClicks(film.shell.window.focusWidget(), PIN, delay=HAND_MS)
    film.shell.settle()
    assert film.shell.session.associate is not None
    film.frame("counter")

    codes = barcodes(log, "Lumo R50 mirrorless kit", "Lens cloth, 3-pack", "Gallery frame A4, oak")
    for code in codes:
        film.scan(code)
    desk = film.shell.window.counter.desk
    assert [line.quantity for line in desk.served.scanned] == [1, 1, 1]
    film.frame("three-scans")

    film.press("F2")
    film.type(str(maren[1])[-9:])
    film.press("Return")
    assert desk.served.name == maren[0]
    film.frame("customer")

    in_kit = {s.product.product_id for s in desk.kit.suggestions} if desk.kit else set()
    others = [row for row in desk.rows.rows if row.suggestion.product.product_id not in in_kit]
    done: list[tuple[str, str]] = []
    ways = [(("a",), "accepted"), (("d", "2"), "declined"), (("l",), "later")]
    for row, (keys, kind) in zip(others, ways * 3, strict=False):
        film.press(str(row.number), *keys)
        done.append((row.key, kind))
        film.frame(kind)
    film.press("z")
    done.append((done[-1][0], "undone"))
    film.frame("undone")

    if in_kit:
        film.press("k", "a")
        film.frame("kit")
        kit_rows = [row for row in desk.rows.rows if row.suggestion.product.product_id in in_kit]
        assert kit_rows
        assert all(row.state == "accepted" for row in kit_rows)
        done += [(row.key, "accepted") for row in kit_rows]
    assert len({key for key, _ in done}) >= 5
    silent = [row.key for row in desk.rows.rows if row.pending]
    film.press("F9", "F9")
    film.frame("finished")

    visits = log(
        "SELECT visit_id, associate_id, customer_id, finished_at IS NOT NULL FROM visits ORDER BY sequence"
    )
    assert len(visits) == before + 1
    visit_id, associate, customer, finished = visits[-1]
    assert (associate, customer, finished) == ("A1", "C-10412", 1)
    said = log("SELECT suggestion_id, kind FROM answers WHERE visit_id = ? ORDER BY sequence", visit_id)
    assert said[: len(done)] == done
    assert sorted(said[len(done) :]) == sorted((key, "not_offered") for key in silent)
    assert log("SELECT DISTINCT associate_id FROM answers WHERE visit_id = ?", visit_id) == [("A1",)]
