"""What the system must bring for Qt: told by name with the line that installs it, never as a stack trace."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable

from assistant.errors import KnownError

# What Qt's own libraries and plugins load and a bare Debian lacks; the xcb ones only where there is a screen.
NEEDED = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
NEEDED_ON_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-shape.so.0": "libxcb-shape0",
}


class MissingLibrariesError(KnownError):
    """Qt cannot start for want of system libraries."""


def without_screen() -> bool:
    """Whether there is no screen to open a window on: asked for by name, or found so on Linux."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        return chosen.split(":")[0] in ("offscreen", "minimal")
    return sys.platform == "linux" and not any(os.environ.get(v) for v in ("DISPLAY", "WAYLAND_DISPLAY"))


def check_libraries(*, offscreen: bool, load: Callable[[str], object] = ctypes.CDLL) -> None:
    """Raise MissingLibrariesError with the exact install line where a needed library is not there."""
    if sys.platform != "linux":
        return
    wanted = dict(NEEDED)
    if not offscreen and os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        wanted |= NEEDED_ON_X11
    missing = []
    for library, package in wanted.items():
        try:
            load(library)
        except OSError:
            missing.append((library, package))
    if missing:
        names = ", ".join(library for library, _ in missing)
        packages = " ".join(package for _, package in missing)
        raise MissingLibrariesError(
            f"The window needs {names}, which this system does not have. Nothing was changed. "
            f"On Debian or Ubuntu: sudo apt-get install {packages}"
        )
