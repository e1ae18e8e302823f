"""Handing over to the window that is open: what it takes, what it refuses, and who may ask."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.store.database import Home
from assistant.ui.handover import Asked, Reception, address, hand_over, read, written
from tests.ui.test_shell import sign_in

pytestmark = pytest.mark.skipif(os.name == "nt", reason="written with the sockets of Unix")


def send(home: Home, what: bytes) -> bytes:
    """Send something raw, and read what comes back until the other side hangs up."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as line:
        line.settimeout(10)
        line.connect(address(home))
        line.sendall(what)
        with contextlib.suppress(ConnectionError):
            return line.recv(100)
        return b""


def meanwhile(qtbot, does):
    """Do something on a thread of its own while the window goes on; its result."""
    got = []
    thread = threading.Thread(target=lambda: got.append(does()))
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=600_000)
    thread.join()
    return got[0]


@pytest.fixture
def reception(qapp, home: Home):
    made = Reception(home)
    yield made
    made.close()
    made.deleteLater()


@pytest.mark.parametrize("kind", ["customer", "phone", "basket", "order"])
def test_what_is_asked_arrives_as_it_was_said(kind):
    assert read(written(Asked(kind, "C-1 ü"))) == Asked(kind, "C-1 ü")


def test_without_a_kind_only_the_front_is_asked_for():
    assert read(written(Asked())) == Asked()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"version": 2, "open": {}}',
        b'{"version": true, "open": {}}',
        b'{"version": 1, "open": []}',
        b'{"version": 1, "open": {}, "more": 1}',
        b'{"version": 1, "open": {"kind": "file", "id": "x"}}',
        b'{"version": 1, "open": {"kind": ["customer"], "id": "x"}}',
        b'{"version": 1, "open": {"kind": "customer"}}',
        b'{"version": 1, "open": {"kind": "customer", "id": ""}}',
        b'{"version": 1, "open": {"kind": "customer", "id": 7}}',
        b'{"version": 1, "open": {"kind": "customer", "id": "a\\u0000b"}}',
        b'{"version": 1, "open": {"kind": "customer", "id": "' + b"x" * 201 + b'"}}',
        b"[" * 4_000,
    ],
)
def test_anything_else_is_refused_and_counted(qtbot, home, reception, line):
    heard = []
    reception.asked.connect(heard.append)
    assert read(line) is None
    assert meanwhile(qtbot, lambda: send(home, line + b"\n")) == b""
    assert (reception.refused, heard) == (1, [])


def test_a_message_without_an_end_is_refused_by_its_length(qtbot, home, reception):
    assert meanwhile(qtbot, lambda: send(home, b"x" * 5_000)) == b""
    assert reception.refused == 1


def test_only_the_owner_may_ask(home, reception):
    assert stat.S_IMODE(Path(address(home)).stat().st_mode) & 0o077 == 0


def test_where_no_window_is_open_nothing_is_handed_over(qapp, home):
    assert not hand_over(home, Asked())


def test_what_a_killed_window_left_behind_is_replaced(qtbot, home):
    left = socket.socket(socket.AF_UNIX)
    left.bind(address(home))
    left.close()
    assert not hand_over(home, Asked())
    made = Reception(home)
    assert made.listening
    assert meanwhile(qtbot, lambda: send(home, written(Asked()))) == b"taken\n"
    made.close()
    made.deleteLater()


def test_a_second_start_hands_over_and_the_customer_is_shown(qtbot, shell):
    sign_in(shell)
    shell.receive()
    assert meanwhile(qtbot, lambda: send(shell.home, written(Asked("customer", "C-10412")))) == b"taken\n"
    shell.settle()
    assert shell.window.counter.desk.served.customer_id == "C-10412"


def test_what_is_asked_before_anybody_signed_in_waits_for_that(qtbot, shell):
    shell.receive()
    meanwhile(qtbot, lambda: send(shell.home, written(Asked("basket", "B-20418"))))
    shell.settle()
    assert shell.window.pages.currentWidget() is shell.window.sign_in
    sign_in(shell)
    assert shell.window.counter.desk.served.basket.basket_id == "B-20418"


def command(home: Home, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "--home", str(home.folder), *words],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("words", [["--customer", "C-10412"], ["assistant://customer/C-10412"]])
def test_the_command_shows_it_in_the_window_that_is_open(qtbot, shell, words):
    sign_in(shell)
    shell.receive()
    assert meanwhile(qtbot, lambda: command(shell.home, "open", *words)) == (0, "")
    shell.settle()
    assert shell.window.counter.desk.served.customer_id == "C-10412"


def test_a_second_start_opens_no_second_window(qtbot, shell):
    shell.receive()
    heard = []
    shell.reception.asked.connect(heard.append)
    assert meanwhile(qtbot, lambda: command(shell.home)) == (0, "")
    assert heard == [Asked()]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--customer", "C-1", "--basket", "B-1"], 2, "Only one thing"),
        (["https://example.com/"], 1, "names nothing to open"),
        (["assistant://customer/"], 1, "needs the number of the customer"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_sentence(home, words, status, said):
    got, told = command(home, "open", *words)
    assert got == status
    assert said in told
