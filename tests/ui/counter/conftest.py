"""The counter page over the small shop, trained, with Priya signed in, in a window of the size drawn."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from assistant.learn.train import train
from assistant.records import Associate
from assistant.store.database import Connection, Home, open_home
from assistant.ui.counter import CounterPage
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look
from tests import shops

PRIYA = Associate("A1", "Priya Nair", "S1")


@dataclass
class Bench:
    """A page with what a test does to it: press keys, wait until nothing is asked, look into the log."""

    page: CounterPage
    questions: Questions
    session: Session
    home: Home
    qtbot: QtBot

    def settle(self) -> None:
        """Wait until no question waits for its answer."""
        self.qtbot.waitUntil(lambda: not self.questions.busy)

    def press(self, *keys: str | Qt.Key) -> None:
        """Press keys where the focus is, one after the other."""
        for key in keys:
            where = self.page.window().focusWidget() or self.page
            if isinstance(key, str) and len(key) == 1:
                QTest.keyClick(where, key)
            else:
                QTest.keyClick(where, getattr(Qt.Key, f"Key_{key}") if isinstance(key, str) else key)
            self.settle()

    def open_basket(self, basket_id: str = "B-20418") -> None:
        """Open a basket and wait for its suggestions."""
        self.page.open_basket(basket_id)
        self.settle()
        self.page.focus_in()

    def log(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the log says, read by a connection of its own."""
        with contextlib.closing(open_home(self.home)) as connection:
            return list(connection.execute(sql, values).fetchall())

    def names(self) -> list[str]:
        """The rows as they are shown."""
        return [row.suggestion.product.name for row in self.page.desk.rows.rows]

    def states(self) -> list[str]:
        """How the rows stand."""
        return [row.state for row in self.page.desk.rows.rows]

    def refuse_next(self, monkeypatch: pytest.MonkeyPatch, name: str, problem: Exception) -> None:
        """Have a function of the log raise instead of writing."""

        def refuse(connection: Connection, *args: object, **kwargs: object) -> None:
            raise problem

        monkeypatch.setattr(f"assistant.store.visits.{name}", refuse)


@pytest.fixture
def trained(shop_home: Home) -> Home:
    """The small shop after a training."""
    train(shop_home, progress=lambda what, done, total: None)
    return shop_home


@pytest.fixture
def bench(
    qtbot: QtBot, look: Look, trained: Home, questions: Questions, session: Session, monkeypatch
) -> Iterator[Bench]:
    """A counter, ready to serve."""
    monkeypatch.setattr(Session, "now", lambda self: shops.NOW)
    session.store_id = "S1"
    session.sign_in(PRIYA)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    page = CounterPage(look, questions, session, window)
    page.setGeometry(80, 64, 1360, 836)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made = Bench(page, questions, session, trained, qtbot)
    made.settle()
    yield made
    made.settle()
    window.close()


@pytest.fixture
def make_shown() -> Callable[..., Any]:
    """Makes suggestions by hand, for tests of what is painted."""
    from datetime import datetime

    from assistant.records import Evidence, Product, Stock, Suggestion, TalkingPoint

    def make(number: int, name: str = "Swift 128 GB SD card", **changes: Any) -> Suggestion:
        product = Product(
            product_id=f"P{number}",
            sku=f"S{number}",
            name=name,
            category="Photo/Memory cards",
            price=changes.pop("price", 429_000),
            currency=changes.pop("currency", "GBP"),
            attributes={"fits": ["the card slot"], "aisle": 3},
        )
        at: datetime | None = shops.NOW
        facts: dict[str, Any] = {
            "product": product,
            "rank": number,
            "score": 0.4,
            "parts": {},
            "talking_point": TalkingPoint("t", "It holds 3,000 photos and is fast enough for 4K."),
            "evidence": (
                Evidence("accessory", "P1", "Lumo R50 mirrorless kit"),
                Evidence("bought_together", "P1", "Lumo R50", 140, 412, 0.34, 2.6, 400),
            ),
            "stock": Stock(14, at),
            "suggestion_id": f"s{number}",
        }
        return Suggestion(**{**facts, **changes})

    return make
