"""No query, file or network call ever runs on the interface thread, on no page and at no key."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from assistant.learn.train import train
from assistant.store import preferences
from assistant.store.database import Home, open_home
from assistant.ui import theme
from assistant.ui.session import Session
from assistant.ui.shell import Shell
from tests import shops
from tests.ui.watching import Watch, watch


@pytest.fixture
def trained(shop_home: Home) -> Home:
    """The small shop, trained, with Priya as its administrator."""
    train(shop_home, progress=lambda what, done, total: None)
    with contextlib.closing(open_home(shop_home)) as connection:
        preferences.put(connection, "shop.kind", "csv")
        preferences.put(connection, "keeper.asked", True)
        preferences.put(connection, "recovery.shown", True)
        preferences.put(connection, "shop.folder", str(shop_home.folder))
    return shop_home


@pytest.fixture
def watched(
    qapp: QApplication, trained: Home, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Shell, Watch]]:
    """The whole window, begun as a person begins it, and a watch that is on from its first picture on."""
    monkeypatch.setattr(Session, "now", lambda self: shops.NOW)
    monkeypatch.setattr("assistant.ui.upkeep.Upkeep.begin", lambda self: None)
    theme.drawings.cache_clear()
    eye = watch(monkeypatch)
    shell = Shell(trained, remember=True)
    shell.questions.idle.connect(shell._started, Qt.ConnectionType.SingleShotConnection)
    shell.window.show()
    with eye.watching():
        shell.settle()
        shell.settle()  # what is loaded ahead begins with the first answer
        yield shell, eye
    shell.close()


def press(shell: Shell, *keys: str, on: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        where = shell.window.focusWidget() or shell.window
        QTest.keyClick(where, key if len(key) == 1 else getattr(Qt.Key, f"Key_{key}"), on)
        shell.window.scanner.release()
        shell.settle()


def sign_in(shell: Shell) -> None:
    shell.window.sign_in.chosen.emit(next(a for a in shell.window.sign_in.people if a.name == "Priya Nair"))
    shell.settle()


def painted(shell: Shell) -> None:
    """Have all of the window painted, as a screen would."""
    shell.window.grab()
    shell.settle()


@pytest.mark.parametrize("mistake", ["query", "file", "look", "network"])
def test_what_should_not_be_there_is_seen(watched, mistake):
    shell, eye = watched
    made = {
        "query": lambda: keys_of_a_home(shell.home),
        "file": lambda: shell.home.key_file.read_text(),
        "look": lambda: shell.home.key_file.exists(),
        "network": lambda: socket.getaddrinfo("localhost", 80),
    }[mistake]
    # By way of the program, as what a test does by itself is not counted.
    shell.questions.ask(lambda _connection: None, lambda _nothing: made())
    shell.settle()
    assert eye.seen


def keys_of_a_home(home: Home) -> None:
    with contextlib.closing(open_home(home)) as connection:
        connection.execute("SELECT 1")


def test_serving_at_the_counter(watched):
    shell, eye = watched
    sign_in(shell)
    painted(shell)
    shell.window.open("basket", "B-20418")
    shell.settle()
    painted(shell)
    assert shell.window.counter.desk.rows.rowCount() > 2
    press(shell, "1", "a", "2", "d", "1", "3", "l")
    painted(shell)
    press(shell, "z", "e", "u", "h", "F6", "F6")
    painted(shell)
    press(shell, "n")
    painted(shell)
    press(shell, "Escape", "F9")
    painted(shell)
    press(shell, "F9")
    painted(shell)
    for code in ("5000000000003", "5000000000010", "nothing has this"):
        shell.window.scanner.scanned.emit(code)
        shell.settle()
        shell.session.data_changed.emit()
    shell.settle()
    painted(shell)
    assert not eye.seen, eye.told()


def test_typing_into_the_field(watched):
    shell, eye = watched
    sign_in(shell)
    for text in ("maren", "01632", "B-204", "camera", "zzzzz", "qu 7"):
        press(shell, "F2")
        for letter in text:
            QTest.keyClick(shell.window.bar.field, letter)
            shell.window.scanner.release()
            shell.window.bar.field._search()
            shell.settle()
            painted(shell)
        press(shell, "Tab", "Down", "Up", "Escape")
    shell.window.bar.field.setText("maren")
    press(shell, "F2", "Return", "Return")
    painted(shell)
    assert not eye.seen, eye.told()


def test_a_call_and_the_follow_ups(watched):
    shell, eye = watched
    sign_in(shell)
    press(shell, "2", on=Qt.KeyboardModifier.ControlModifier)
    painted(shell)
    for kind, one in (("phone", "+441632960187"), ("phone", "+49301234567"), ("customer", "C-10413")):
        shell.window.open(kind, one)
        shell.settle()
        painted(shell)
    press(shell, "1", "a", "2", "l", "F6")
    painted(shell)
    press(shell, "F9")
    painted(shell)
    press(shell, "Escape")
    press(shell, "3", on=Qt.KeyboardModifier.ControlModifier)
    painted(shell)
    press(shell, "Down", "d", "Escape")
    painted(shell)
    assert not eye.seen, eye.told()


def test_team_and_settings(watched):
    shell, eye = watched
    sign_in(shell)
    shell.window.show_page("team")
    shell.settle()
    painted(shell)
    shell.window.show_page("settings")
    shell.settle()
    painted(shell)
    for section in shell.window.settings.nav.items.values():
        section.click()
        shell.settle()
        painted(shell)
    shell.look.set_theme("dark")
    shell.look.set_scale(1.3)
    painted(shell)
    assert not eye.seen, eye.told()


def test_what_lies_over_the_pages(watched):
    shell, eye = watched
    sign_in(shell)
    QTimer.singleShot(0, lambda: _close_dialogs(shell))
    shell.window.show_keys()
    press(shell, "L", on=Qt.KeyboardModifier.ControlModifier)
    painted(shell)
    shell.report("planted")
    shell.standing.failed("The folder is not there.", "other")
    shell.settle()
    painted(shell)
    assert len(list(shell.home.crashes.iterdir())) == 1
    assert not eye.seen, eye.told()


def _close_dialogs(shell: Shell) -> None:
    shell.window.grab()
    for dialog in shell.window.findChildren(QDialog):
        dialog.grab()
        dialog.reject()
