"""The first minutes: connecting a folder, what goes wrong with it, and the recovery key shown once."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from assistant.store import preferences
from assistant.store.database import Home, open_home
from assistant.ui.firstrun import FirstRun
from assistant.ui.recovery import RecoveryKey


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "exports"
    made.mkdir()
    (made / "products.csv").write_text("product_id,name\n" + "".join(f"P{n},Thing {n}\n" for n in range(9)))
    lines = "".join(f"O{n // 2},P{n % 9},1,2026-05-01T10:00:00Z\n" for n in range(600))
    (made / "order_lines.csv").write_text("order_id,product_id,quantity,ordered_at\n" + lines)
    return made


@pytest.fixture
def first(qtbot, look, home: Home):
    made = FirstRun(look, home)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    yield made
    made.close_errand()


def test_a_folder_is_connected_read_and_learned_from(qtbot, first, folder, home):
    seen = []
    with qtbot.waitSignal(first.connected, timeout=60_000):
        first.connect_folder(folder)
        seen.append(first.said)
    assert seen == ["Looking at the folder"]
    with contextlib.closing(open_home(home)) as connection:
        assert preferences.text(connection, "shop.kind") == "csv"
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (300,)
        assert connection.execute("SELECT count(*) FROM model").fetchone() == (1,)


def test_a_folder_that_is_no_shop_is_one_sentence_and_offers_a_mapping(qtbot, first, tmp_path, home):
    empty = tmp_path / "empty"
    empty.mkdir()
    first.connect_folder(empty)
    assert not first.csv.isEnabled()
    qtbot.waitUntil(first.csv.isEnabled, timeout=30_000)
    assert str(empty) in first.said
    assert "Traceback" not in first.said
    assert first.mapping.isVisible()
    with contextlib.closing(open_home(home)) as connection:
        assert preferences.text(connection, "shop.kind") == ""


def test_cancelling_goes_back_to_the_choice(qtbot, first, folder):
    first.connect_folder(folder)
    QTest.keyClick(first, Qt.Key.Key_Escape)
    qtbot.waitUntil(first.csv.isEnabled, timeout=30_000)
    assert first.said == "Cancelled. Nothing was changed."
    assert not first.mapping.isVisible()


def test_the_recovery_key_is_done_with_only_when_it_was_written_down(qtbot, look):
    key = "-".join(f"AB{n:02d}" for n in range(14))
    dialog = RecoveryKey(look, key)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._done.click()
    assert dialog.isVisible(), "not without the tick"
    dialog._copy.click()
    assert QGuiApplication.clipboard().text() == key
    dialog._written.click()
    with qtbot.waitSignal(dialog.accepted):
        dialog._done.click()
