"""How long until the window is shown and idle, beside a bare window and beside the floor.

The floor is a bare PySide6 window plus what any start of ours needs: click, sqlcipher3, keyring, and opening
both encrypted files. The three are started in turn, so that what else the computer does meets all alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant.store import schema
from assistant.store.database import Home

RUNS = 11
TARGET = 1.5

_WINDOW = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.resize(1440, 900)
window.show()
QTimer.singleShot(0, application.quit)
application.exec()
"""
_BARE = _WINDOW
_FLOOR = (
    """
import sys
from pathlib import Path
import click, keyring, sqlcipher3
from assistant.store.database import Home, open_catalog, open_home
keyring.get_keyring()
home = Home(Path(sys.argv[1]))
kept = open_home(home), open_catalog(home)
"""
    + _WINDOW
)
_OURS = """
import sys
from pathlib import Path
sys.argv[0] = "assistant"
import assistant.__main__
from assistant.store.database import Home
from assistant.ui import platform
platform.check_libraries(offscreen=True)
from assistant.app import _prepare
home = Home(Path(sys.argv[1]))
_prepare(home)
from assistant.ui.shell import Shell
shell = Shell(home, remember=False)
shell.window.show()
shell.settle()
shell.close()
"""


def main() -> dict[str, float]:
    """Print the figures, and return them: seconds, and ratios to the bare window and to the floor."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        schema.prepare(home)
        spent: dict[str, list[float]] = {"bare": [], "floor": [], "ours": []}
        for _ in range(RUNS):
            for name, program in (("bare", _BARE), ("floor", _FLOOR), ("ours", _OURS)):
                spent[name].append(_seconds(program, home))
    bare, floor, ours = (statistics.median(spent[name][1:]) for name in ("bare", "floor", "ours"))
    figures = {"bare": bare, "floor": floor, "ours": ours, "to_bare": ours / bare, "to_floor": ours / floor}
    verdict = "ok" if figures["to_floor"] <= TARGET else "TOO SLOW"
    print(
        f"start: bare window {bare:.3f} s, floor {floor:.3f} s, ours {ours:.3f} s; "
        f"{figures['to_bare']:.2f} × bare, {figures['to_floor']:.2f} × floor (at most {TARGET})  {verdict}"
    )
    return figures


def _surroundings() -> dict[str, str]:
    """As an installed program starts: its modules compiled once and kept, as pip does for the others."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "QT_QPA_PLATFORM": "offscreen"}


def _seconds(program: str, home: Home) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", program, str(home.folder)],
        check=True,
        stderr=subprocess.DEVNULL,
        env=_surroundings(),
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
