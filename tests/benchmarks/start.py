"""How long the window takes from the start of its process, beside a bare Qt window and beside the floor.

    python -m tests.benchmarks.start [--rounds 10] [--home HOME]

The floor is a bare window plus what a start cannot do without: click, the driver, the key out of a keyring,
and both files opened. Each is a new process, the three taken in turn; a window counts as there when it has
been shown and its event loop came round. `usable` is when the first page has its answer from the files.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant.store import keys, schema
from assistant.store.database import Home, open_catalog
from tests import shops

BUDGET = 1.5  # times the floor
_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.resize(1440, 900)
window.show()
{more}
QTimer.singleShot(0, lambda: (print(time.monotonic(), flush=True), application.quit()))
application.exec()
"""
_FLOOR = """
import click, keyring
from sqlcipher3 import dbapi2
key = keyring.get_password("sales-assistant", "benchmark")
for name in ("log.db", "catalog.db"):
    connection = dbapi2.connect(f"{sys.argv[1]}/{name}")
    connection.execute(f"PRAGMA key = \\"x'{key}'\\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
"""
_OURS = """
import os, sys, time
from assistant import __main__ as front, app
from assistant.ui import platform
platform.without_screen = lambda: False

def run(shell, **opened):
    from PySide6.QtCore import QTimer
    def leave():
        print(time.monotonic(), flush=True)
        os._exit(0)
    def came_round():
        print(time.monotonic(), flush=True)
        if not shell.questions.busy:
            leave()
        shell.questions.idle.connect(leave)
    shell.window.show()
    QTimer.singleShot(0, came_round)
    shell.application.exec()

from assistant.ui.shell import Shell
Shell.run = run
sys.argv = ["assistant", "--home", sys.argv[1]]
front.main()
"""
SCRIPTS = {"bare": _BARE.format(more=""), "floor": _BARE.format(more=_FLOOR), "ours": _OURS}


def main() -> dict[str, float]:
    """Start each kind of window in turn, print medians in milliseconds and the ratios."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=10)
    words.add_argument("--home", type=Path)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(asked.home) if asked.home else _small_shop(Path(folder) / "home")
        took: dict[str, list[float]] = {"bare": [], "floor": [], "ours": [], "usable": []}
        for turn in range(asked.rounds + 1):
            for name, script in SCRIPTS.items():
                times = _start(script, home)
                if turn == 0:
                    continue  # compiles, and fills the disk cache
                took[name].append(times[0])
                if name == "ours":
                    took["usable"].append(times[-1])
    middle = {name: statistics.median(times) for name, times in took.items()}
    for name, said in (
        ("bare", "a bare PySide6 window"),
        ("floor", "the floor"),
        ("ours", "our window"),
        ("usable", "our window, usable"),
    ):
        print(
            f"{said:24s}{middle[name]:6.0f} ms  {middle[name] / middle['bare']:5.2f} × bare"
            f"  {middle[name] / middle['floor']:5.2f} × floor"
        )
    ratio = middle["ours"] / middle["floor"]
    print(f"start: {ratio:.2f} × the floor, of {BUDGET} ×  {'ok' if ratio <= BUDGET else 'TOO SLOW'}")
    return {"ratio_to_floor": ratio, "ratio_to_bare": middle["ours"] / middle["bare"], **middle}


def _small_shop(folder: Path) -> Home:
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    home = Home(folder)
    schema.prepare(home)
    with contextlib.closing(open_catalog(home)) as catalog:
        shops.fill(catalog)
    return home


def _start(script: str, home: Home) -> list[float]:
    """Milliseconds from the start of the process to each line it printed."""
    kept = home.key_file.with_suffix(".benchmark")
    environment = {
        # As an installed program starts: its modules compiled once and kept, as pip does for the others.
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "tests.benchmarks.keyring.OneKey",
        "BENCHMARK_KEY": keys.read(home).hex(),
    }
    if home.key_file.exists():  # the key comes out of the keyring, as on a shop's own computer
        home.key_file.rename(kept)
    try:
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", script, str(home.folder)],
            env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    finally:
        if kept.exists():
            kept.rename(home.key_file)
    if done.returncode != 0 or not done.stdout:
        raise SystemExit(done.stderr)
    return [(float(line) - began) * 1000 for line in done.stdout.split()]


if __name__ == "__main__":
    main()
