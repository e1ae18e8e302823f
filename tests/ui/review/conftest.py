"""The Review page over the small shop, trained, with Priya signed in; Maren's paper lasts 250 days."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from assistant.records import Associate
from assistant.store.database import Home, open_catalog, open_home
from assistant.ui.questions import Questions
from assistant.ui.review import ReviewPage
from assistant.ui.session import Session
from assistant.ui.theme import Look
from tests import shops

PRIYA = Associate("A1", "Priya Nair", "S1")


@dataclass
class Desk:
    """A page with what a test does to it."""

    page: ReviewPage
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

    def call(self, customer_id: str = "C-10412") -> None:
        """Take a call and wait for its suggestions."""
        self.page.open_customer(customer_id)
        self.settle()
        self.page.focus_in()

    def log(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the log says, read by a connection of its own."""
        with contextlib.closing(open_home(self.home)) as connection:
            return list(connection.execute(sql, values).fetchall())


@pytest.fixture
def desk(
    qtbot: QtBot, look: Look, shop_home: Home, questions: Questions, session: Session, monkeypatch
) -> Iterator[Desk]:
    """A phone, ready to be answered."""
    with contextlib.closing(open_catalog(shop_home)) as catalog:
        catalog.execute(
            "UPDATE products SET attributes = ? WHERE product_id = 'P9'", (json.dumps({"life_days": 250}),)
        )
    monkeypatch.setattr(Session, "now", lambda self: shops.NOW)
    session.store_id = "S1"
    session.sign_in(PRIYA)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    page = ReviewPage(look, questions, session)
    page.setParent(window)
    page.setGeometry(80, 64, 1360, 836)
    page.show()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made = Desk(page, questions, shop_home, qtbot)
    made.settle()
    yield made
    made.settle()
    window.close()
