"""The Settings page over the small shop, with somebody signed in, and what to do with it."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from assistant.records import Associate
from assistant.store import preferences, staff
from assistant.store.database import Home, open_home
from assistant.ui.parts import Button
from assistant.ui.settings.page import SettingsPage

PRIYA, OWEN, LENA = (
    Associate("A1", "Priya Nair", "S1"), Associate("A2", "Owen Bright", "S1"),
    Associate("A3", "Lena Fischer", "S2"),
)  # fmt: skip


@pytest.fixture
def kept(shop_home: Home) -> Home:
    """Priya is the administrator; Lena has no PIN."""
    with contextlib.closing(open_home(shop_home)) as connection:
        staff.make_keeper(connection, "Priya Nair", "4820")
    return shop_home


class Opened:
    """The page with somebody signed in, and what to do with it."""

    def __init__(self, qtbot, page: SettingsPage, questions, session, home: Home) -> None:
        self.qtbot, self.page, self.questions, self.session, self.home = qtbot, page, questions, session, home

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.questions.busy)
        QApplication.processEvents()

    def sign_in(self, who: Associate | None) -> None:
        self.session.sign_in(who)
        if who is not None:
            self.page.open()
        self.settle()

    def control(self, kind, name: str):
        return next(w for w in self.page.findChildren(kind) if w.objectName() == name and w.isVisible())

    def press(self, text: str, section: str) -> None:
        buttons = [*self.page.sections[section].findChildren(Button)]
        next(b for b in buttons if b.text() == text).click()
        self.settle()

    def pin(self, digits: str) -> None:
        QTest.keyClicks(self.page.acts.pin.pin.pad, digits)
        self.settle()

    @contextlib.contextmanager
    def log(self):
        with contextlib.closing(open_home(self.home)) as connection:
            yield connection

    def value(self, key: str):
        with self.log() as connection:
            return preferences.get(connection, key)

    def texts(self) -> str:
        shown = (w.text() for w in self.page.findChildren(QWidget) if w.isVisible() and hasattr(w, "text"))
        return "\n".join(str(text) for text in shown)


def put_on(qtbot, look, questions, session, home: Home) -> Opened:
    page = SettingsPage(look, questions, session)
    qtbot.addWidget(page)
    page.resize(1400, 840)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return Opened(qtbot, page, questions, session, home)


@pytest.fixture
def opened(qtbot, look, questions, session, kept):
    made = put_on(qtbot, look, questions, session, kept)
    made.sign_in(PRIYA)
    yield made
    made.page.end()
