"""The Follow-ups page over the small shop, with Priya signed in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from assistant.records import Associate, FollowUp
from assistant.store import follow_ups
from assistant.store.database import Home, open_home
from assistant.ui.followups.page import FollowUpsPage
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look
from tests import shops

PRIYA = Associate("A1", "Priya Nair", "S1")


@dataclass
class Bench:
    """A page with what a test does to it."""

    page: FollowUpsPage
    questions: Questions
    home: Home
    qtbot: QtBot

    def settle(self) -> None:
        """Wait until no question waits for its answer."""
        self.qtbot.waitUntil(lambda: not self.questions.busy)

    def press(self, *keys: str | Qt.Key) -> None:
        """Press keys where the focus is, one after the other."""
        for key in keys:
            QTest.keyClick(self.page.window().focusWidget() or self.page, key)
            self.settle()

    def promise(self, customer_id: str = "C-10412", days: float = 0, **more: Any) -> FollowUp:
        """Promise something, `days` from now."""
        with contextlib.closing(open_home(self.home)) as connection:
            values = {"associate_id": "A1", "store_id": "S1", "due": shops.NOW + timedelta(days=days)} | more
            return follow_ups.schedule(connection, customer_id=customer_id, **values)

    def show(self) -> None:
        """Read what is due."""
        self.page.refresh()
        self.settle()
        self.page.focus_in()

    def log(self, sql: str) -> list[tuple[Any, ...]]:
        """What the log says, read by a connection of its own."""
        with contextlib.closing(open_home(self.home)) as connection:
            return list(connection.execute(sql).fetchall())


@pytest.fixture
def bench(
    qtbot: QtBot, look: Look, shop_home: Home, questions: Questions, session: Session, monkeypatch
) -> Iterator[Bench]:
    """A page, nothing due."""
    monkeypatch.setattr(Session, "now", lambda self: shops.NOW)
    session.store_id, session.store_name = "S1", "Harbour Street"
    session.sign_in(PRIYA)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    page = FollowUpsPage(look, questions, session, lambda *scope: ())
    page.setParent(window)
    page.setGeometry(80, 64, 1360, 836)
    page.show()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made = Bench(page, questions, shop_home, qtbot)
    yield made
    made.settle()
    window.close()
