"""Watches the interface thread for what may wait on a disk, a network or another process."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import assistant
from assistant.store import database

FILES = {
    *("open", "import", "shutil.copyfile", "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp"),
    *("os.chmod", "os.link", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir"),
    *("os.symlink", "os.truncate"),
}
NETWORK = {
    *("socket.__new__", "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname"),
    *("socket.sendto", "subprocess.Popen", "urllib.Request"),
}
_OURS = str(Path(assistant.__file__).parent)
LOOKS = (
    "stat",
    "lstat",
    "access",
    "readlink",
    "statvfs",
    "fsync",
    "replace",
)  # Python tells no audit hook of these
_ASKED = ("execute", "executemany", "executescript", "commit", "rollback", "cursor", "close")
_watching: list[Watch] = []


class Watch:
    """What a thread did that it must not do, each once with the lines of ours that led to it."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._on = False
        self.seen: dict[str, str] = {}

    def saw(self, what: str, on: object) -> None:
        """Note it, if it happened on the thread that is watched."""
        if not self._on or threading.get_ident() != self._thread:
            return
        self._on = False
        lines = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_stack()
            if frame.filename.startswith(_OURS)
        ]
        if lines:  # what a test does itself is not the program's
            self.seen.setdefault(f"{what} by {lines[-1]}", f"{on} ← {' ← '.join(reversed(lines[-6:]))}")
        self._on = True

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while the block runs."""
        _watching.append(self)
        self._on = True
        try:
            yield
        finally:
            self._on = False
            _watching.remove(self)

    def told(self) -> str:
        """What was seen, for a person."""
        return "\n".join(f"{what}: {how}" for what, how in self.seen.items())


def _hook(event: str, given: tuple[Any, ...]) -> None:
    if _watching and (event in FILES or event in NETWORK):
        for watch in _watching:
            watch.saw(event, given[:1])


def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A watch of the thread that asks for it; connections opened from now on are watched, too."""
    _hooked()
    made = Watch()
    for name in LOOKS:
        monkeypatch.setattr(os, name, _telling(made, f"os.{name}", getattr(os, name)))
    seen = {name: _asking(made, name) for name in _ASKED}
    plain: Callable[..., Any] = database.connect

    def connect(*given: Any, factory: type[database.Connection], **named: Any) -> Any:
        made.saw("connect", given[:1])
        return plain(*given, factory=type("Watched", (factory,), seen), **named)

    monkeypatch.setattr(database, "connect", connect)
    return made


def _telling(watch: Watch, name: str, does: Callable[..., Any]) -> Callable[..., Any]:
    def told(*given: Any, **named: Any) -> Any:
        watch.saw(name, given[:1])
        return does(*given, **named)

    return told


def _asking(watch: Watch, name: str) -> Callable[..., Any]:
    does = getattr(database.Connection, name)

    def asked(connection: Any, *given: Any) -> Any:
        watch.saw("a query", given[:1] or name)
        return does(connection, *given)

    return asked


def _hooked(done: list[bool] = []) -> None:  # noqa: B006 - a hook cannot be taken off again
    if not done:
        sys.addaudithook(_hook)
        done.append(True)
