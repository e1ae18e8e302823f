"""What tests of the window stand on; a thread or timer left over fails the test that left it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from assistant.store.database import Home
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.shell import Shell
from assistant.ui.theme import Look


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Fail a test that leaves a thread running or a window open, and say which."""
    before = {thread.ident for thread in threading.enumerate()}
    yield
    QApplication.processEvents()
    left = [thread.name for thread in threading.enumerate() if thread.ident not in before]
    assert not left, f"threads left running: {left}"
    windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert not windows, f"windows left open: {windows}"


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Look]:
    """The light theme at normal size."""
    made = Look(qapp, "light")
    yield made
    made.deleteLater()


@pytest.fixture
def questions(qapp: QApplication, shop_home: Home) -> Iterator[Questions]:
    """Questions to the small shop."""
    made = Questions(shop_home)
    yield made
    made.close()


@pytest.fixture
def session(qapp: QApplication, shop_home: Home) -> Session:
    """Nobody signed in yet."""
    return Session(shop_home)


@pytest.fixture
def start(qapp: QApplication):
    """Opens the whole window on a home."""
    opened: list[Shell] = []

    def begin(home: Home, *, remember: bool = False) -> Shell:
        shell = Shell(home, remember=remember)
        opened.append(shell)
        shell.window.show()
        shell.settle()
        return shell

    yield begin
    for shell in opened:
        shell.close()


@pytest.fixture
def shell(start, shop_home: Home) -> Shell:
    return start(shop_home)
