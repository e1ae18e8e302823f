"""Builds everything the window needs, once, and connects it: the only place where the rooms meet."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from assistant.errors import StoreError
from assistant.store import schema
from assistant.store.database import Home

SHOWN_AT = (1440, 900)


def run(
    home: Home,
    *,
    picture: Path | None = None,
    basket: str | None = None,
    opening: tuple[str, str] | None = None,
) -> int:
    """Open the window on a home; with `picture` write what it shows of a basket, and leave.

    A window that is open on this home already comes to the front instead, and shows `opening`: what is to be
    opened, as kind and number.

    Where there is no screen the window is drawn offscreen, which is said in words; as nobody could close it,
    it closes once it is drawn, unless `QT_QPA_PLATFORM` asks for such a window by name. Returns the exit
    status. Raises KnownError where Qt's system libraries are missing or the home cannot be used.
    """
    from assistant.ui import platform

    offscreen = platform.without_screen()
    platform.check_libraries(offscreen=offscreen)
    unseen = offscreen and "QT_QPA_PLATFORM" not in os.environ
    if unseen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if unseen and picture is None:
        print(_UNSEEN, file=sys.stderr)  # noqa: T201
    _prepare(home)
    if picture is not None:
        return _picture(home, picture, basket)
    from assistant.ui.handover import Asked, hand_over

    asked = Asked(*opening) if opening else Asked()
    if not unseen and hand_over(home, asked):
        return 0
    from assistant.ui.shell import Shell

    gc.disable()  # nothing made while starting is garbage; the window enables it once it is there
    shell = Shell(home, remember=True)
    try:
        if unseen:
            shell.window.show()
            shell.settle()
            return 0
        return shell.run(asked)
    finally:
        gc.enable()
        shell.close()


def _picture(home: Home, picture: Path, basket: str | None) -> int:
    """Write what the window shows, from a copy of the home: what is opened for a picture is no visit."""
    from assistant.store import copies
    from assistant.ui.shell import Shell

    with tempfile.TemporaryDirectory() as folder:
        twin = copies.duplicate(home, Path(folder) / "home")
        with contextlib.closing(Shell(twin, remember=False)) as shell:
            return shell.picture(picture, SHOWN_AT, basket=basket)


_UNSEEN = (
    "There is no screen here: the window is drawn offscreen, where nobody sees it. "
    "`assistant demo --picture FILE` writes what it shows."
)
_PREPARE = """
import sys
from pathlib import Path
from assistant.errors import KeyMissingError, KnownError
from assistant.store import checks, schema
from assistant.store.database import Home
home = Home(Path(sys.argv[1]))
try:
    try:
        schema.prepare(home)
    except KeyMissingError:
        checks.refuse_damaged_mirror(home)
        raise
except KnownError as problem:
    sys.exit(str(problem))
"""


def _prepare(home: Home) -> None:
    """Bring the files up to date in a child process: what migrations need would slow every start.

    No command does it here, as commands say the recovery key where nobody would see it.
    """
    if schema.is_ready(home):
        return
    words = [sys.executable, "-c", _PREPARE, str(home.folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise StoreError(said[-1] if said else "The home could not be made ready.")
