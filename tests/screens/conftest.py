"""Whole windows, drawn offscreen and written for eyes."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from assistant.learn.train import train
from assistant.shop.demo import make
from assistant.store import preferences
from assistant.store.database import Home, open_home
from assistant.ui.language import Messages, Speaking, read_catalogue, shipped
from assistant.ui.shell import Shell
from assistant.ui.theme import Look
from tests.language import cuts, pseudo

LANGUAGE = os.environ.get("SCREENS_LANGUAGE") or "en"
"""`en`, `de`, or `pseudo`: 40 % longer, to see what is cut."""
OUTPUT = Path(os.environ.get("SCREENS_OUTPUT") or Path(__file__).parent / "output")
SIZES = ((1440, 900), (1280, 800))


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo shop, made once."""
    home = Home(tmp_path_factory.mktemp("demo") / "home")
    make(
        home,
        today=date(2026, 6, 14),
        learn=lambda making: train(making, progress=lambda what, done, total: None),
    )
    return home


@pytest.fixture
def open_shell(qapp: QApplication) -> Iterator:
    """Opens the whole window on a home, in a theme and a size; closes it afterwards."""
    opened: list[Shell] = []

    def show(
        home: Home, theme: str = "light", size: tuple[int, int] = (1440, 900), scale: float = 1.0
    ) -> Shell:
        with contextlib.closing(open_home(home)) as connection:
            preferences.put(connection, "look.theme", theme)
            preferences.put(connection, "look.scale", scale)
            preferences.put(connection, "look.language", _code())
        shell = Shell(home, remember=False, messages=_messages())
        opened.append(shell)
        shell.window.resize(*size)
        shell.window.show()
        shell.settle()
        return shell

    yield show
    for shell in opened:
        shell.close()


def speaking() -> Speaking:
    """The language of the pictures, for a page without a shell."""
    return Speaking(_code(), _messages())


def _code() -> str:
    return "de" if LANGUAGE == "de" else "en"


def _messages() -> Messages | None:
    return pseudo.messages() if LANGUAGE == "pseudo" else None


def picture(window: QWidget, name: str) -> None:
    """Write what a window shows; in the other languages, nothing of it may be cut at any size."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    assert window.grab().save(str(OUTPUT / f"{name}{_suffix()}.png"))
    if LANGUAGE != "en":
        assert not (said := _cut(window)), "\n".join(said)


def _cut(window: QWidget) -> list[str]:
    application = QApplication.instance()
    assert application is not None
    look = application.findChild(Look)
    assert look is not None
    own = frozenset((_messages() or read_catalogue(shipped()[LANGUAGE])).values())
    was, found = (window.size(), look.scale), []
    for scale in (1.0, 1.3):
        look.set_scale(scale)
        for size in SIZES:
            if window.isWindow() and window.minimumWidth() < size[0]:
                window.resize(*size)
            for _ in range(6):  # a changed size goes outwards through one layout at each turn
                QApplication.processEvents()
            found += [f"{size[0]} at {scale:.0%}: {said}" for said in cuts.cut(window, own)]
    look.set_scale(was[1])
    window.resize(was[0])
    return found


def _suffix() -> str:
    return "" if LANGUAGE == "en" else f"-{LANGUAGE}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What fits in one theme fits in the other."""
    if LANGUAGE != "en":
        items[:] = [item for item in items if not re.search(r"\bdark\b", item.name)]
