"""The window on a real screen, with keys as the system delivers them: one scan, one answer, one finish."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from assistant.store import preferences
from assistant.store.database import Home, open_home

_XDOTOOL = shutil.which("xdotool") or "xdotool"
_MISSING = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(
    bool(_MISSING), reason=f"a real screen needs {' and '.join(_MISSING)}, which this system lacks"
)
SCAN_MS, HAND_MS = 4, 150
PATIENCE = 30.0
CAMERA = ("C", "A", "M", "minus", "R", "5", "0")  # its capitals come with Shift, as a scanner sends them


@pytest.fixture
def screen() -> Iterator[str]:
    """A display of its own; its number."""
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.fixture
def window(screen: str, shop_home: Home) -> Iterator[Callable[..., str]]:
    """The running program; calling it runs xdotool on its screen."""
    with contextlib.closing(open_home(shop_home)) as connection:
        preferences.put(connection, "shop.kind", "csv")
        preferences.put(connection, "recovery.shown", True)
        preferences.put(connection, "shop.made_up", True)
        preferences.put(connection, "keeper.asked", True)
    surroundings = {**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
    words = [sys.executable, "-m", "assistant", "--home", str(shop_home.folder)]
    running = subprocess.Popen(words, env=surroundings, stderr=subprocess.PIPE, text=True)

    def tool(*does: str) -> str:
        return subprocess.run(
            [_XDOTOOL, *does], env=surroundings, capture_output=True, text=True, timeout=PATIENCE, check=True
        ).stdout

    found = tool("search", "--sync", "--onlyvisible", "--name", "Sales assistant").split()
    tool("windowfocus", "--sync", found[0])
    yield tool
    running.send_signal(signal.SIGTERM)
    running.wait(20)
    assert running.stderr is not None
    running.stderr.close()


def until(home: Home, sql: str, every_second: Callable[[], object] | None = None) -> tuple[object, ...]:
    """Wait for the log to hold something."""
    ends = time.monotonic() + PATIENCE
    pause, looks = _pause(), 0
    while time.monotonic() < ends:
        if every_second is not None and looks % 20 == 0:
            every_second()
        looks += 1
        with contextlib.closing(open_home(home)) as connection:
            row = connection.execute(sql).fetchone()
        if row is not None:
            return tuple(row)
        next(pause)
    pytest.fail(f"the log never held: {sql}")


def _pause() -> Iterator[None]:
    """Lets the program work between two looks."""
    import select

    while True:
        select.select([], [], [], 0.05)
        yield


def test_one_scan_one_answer_one_finish(window, shop_home: Home):
    signed_in = "SELECT 1 FROM preferences WHERE key = 'signed_in' AND length(value) > 2"
    until(shop_home, signed_in, lambda: window("key", "Return"))  # the names come after the window
    # What is scanned before the counter stands there is told to scan again, as it would be at a counter.
    scan = partial(window, "key", "--delay", str(SCAN_MS), *CAMERA, "Return")
    until(shop_home, "SELECT 1 FROM suggestions", scan)
    until(shop_home, "SELECT 1 FROM visits WHERE finished_at IS NULL")
    window("key", "--delay", str(HAND_MS), "a")
    (kind,) = until(shop_home, "SELECT kind FROM answers")
    assert kind == "accepted"
    window("key", "--delay", str(HAND_MS), "F9", "F9")
    until(shop_home, "SELECT 1 FROM visits WHERE finished_at IS NOT NULL")
    with contextlib.closing(open_home(shop_home)) as connection:
        counted = connection.execute("SELECT kind, count(*) FROM answers GROUP BY kind").fetchall()
    assert dict(counted)["accepted"] == 1
    assert set(dict(counted)) <= {"accepted", "not_offered"}
