"""Builds everything the window needs, once, and connects it: the only place where the rooms meet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from assistant.errors import KnownError, StoreError
from assistant.store import schema
from assistant.store.database import Home

SHOWN_AT = (1440, 900)


def run(
    home: Home,
    *,
    picture: Path | None = None,
    customer: str | None = None,
    basket: str | None = None,
) -> int:
    """Open the window on a home; with `picture` write what it shows and leave.

    Returns the exit status. Raises KnownError in words where Qt's system libraries are missing, where there
    is no screen to open a window on, or where the home cannot be used.
    """
    from assistant.ui import platform

    offscreen = platform.without_screen()
    platform.check_libraries(offscreen=offscreen)
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if picture is None:
            raise KnownError(
                "There is no screen here, so no window can be seen. "
                "`--picture FILE` with `assistant demo` writes what it would show."
            )
        print("There is no screen here: the window is drawn offscreen.", file=sys.stderr)  # noqa: T201
    _prepare(home)
    from assistant.ui.shell import Shell

    shell = Shell(home, remember=picture is None)
    try:
        if picture is not None:
            return shell.picture(picture, SHOWN_AT, customer=customer, basket=basket)
        return shell.run(customer=customer, basket=basket)
    finally:
        shell.close()


_PREPARE = """
import sys
from pathlib import Path
from assistant.errors import KnownError
from assistant.store import schema
from assistant.store.database import Home
try:
    schema.prepare(Home(Path(sys.argv[1])))
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
