"""What the system must bring for Qt: told by name with the line that installs it, never as a stack trace."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

from assistant.errors import KnownError

# What Qt's own libraries and plugins load and a bare Debian lacks;
# the others only where there is such a screen.
NEEDED = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
NEEDED_ON_X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
NEEDED_ON_WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
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
    missing = {**_missing(NEEDED, load), **({} if offscreen else _missing_for_screen(load))}
    if missing:
        raise MissingLibrariesError(
            f"The window needs {', '.join(missing)}, which this system does not have. Nothing was changed. "
            f"On Debian or Ubuntu: sudo apt-get install {' '.join(missing.values())}"
        )


def _missing_for_screen(load: Callable[[str], object]) -> dict[str, str]:
    """What the screen in use lacks; where there are two ways to it, one that is whole is enough."""
    named = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    x11 = named == "xcb" or (not named and bool(os.environ.get("DISPLAY")))
    wayland = named.startswith("wayland") or (not named and bool(os.environ.get("WAYLAND_DISPLAY")))
    ways = [needed for on, needed in ((wayland, NEEDED_ON_WAYLAND), (x11, NEEDED_ON_X11)) if on]
    lacking = [_missing(needed, load) for needed in ways]
    return min(lacking, key=len, default={})


def _missing(wanted: Mapping[str, str], load: Callable[[str], object]) -> dict[str, str]:
    missing = {}
    for library, package in wanted.items():
        try:
            load(library)
        except OSError:
            missing[library] = package
    return missing
