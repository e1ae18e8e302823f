"""One window for a home: a second start, and `assistant open`, hand over to it through a local socket."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from assistant.store.database import Home

KINDS = ("customer", "phone", "basket", "order")
_LONGEST = 200  # characters of a number
_MOST = 4_096  # bytes of a message
_PATIENCE_MS = 2_000
_PATH = 100  # bytes that a socket's path may have on every system
_TAKEN = b"taken\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the window is asked to open; without a kind it is only asked to be in front."""

    kind: str = ""
    one: str = ""


def written(asked: Asked) -> bytes:
    """A message as one line of JSON."""
    what = {"kind": asked.kind, "id": asked.one} if asked.kind else {}
    return json.dumps({"version": 1, "open": what}).encode() + b"\n"


def read(line: bytes) -> Asked | None:
    """What a message asks for; None where it is not one of ours to the letter."""
    if len(line) > _MOST:
        return None
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or set(told) != {"version", "open"} or told["version"] is not _one(told):
        return None
    what = told["open"]
    if what == {} and isinstance(what, dict):
        return Asked()
    if not isinstance(what, dict) or set(what) != {"kind", "id"} or what["kind"] not in KINDS:
        return None
    one = what["id"]
    fits = isinstance(one, str) and 0 < len(one) <= _LONGEST and one.isprintable() and one == one.strip()
    return Asked(what["kind"], one) if fits else None


def _one(told: dict[str, object]) -> object:
    """The version if it is the number one; `True` and `1.0` are not."""
    version = told["version"]
    return version if type(version) is int and version == 1 else object()


def address(home: Home) -> str:
    """Where the window of a home listens: in the home, which is its owner's, if the path is short enough."""
    folder = home.folder.resolve()
    if os.name == "nt":
        return f"sales-assistant-{_short(folder)}"
    inside = folder / "window.socket"
    if len(os.fsencode(inside)) <= _PATH:
        return str(inside)
    runtime = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.RuntimeLocation)
    return str(Path(runtime) / f"sales-assistant-{_short(folder)}")


def _short(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def hand_over(home: Home, asked: Asked) -> bool:
    """Have the running window do it; False where none runs."""
    where = address(home)
    if os.name != "nt" and not Path(where).exists():
        return False
    socket = QLocalSocket()
    socket.connectToServer(where)
    if not socket.waitForConnected(_PATIENCE_MS):
        return False
    socket.write(written(asked))
    socket.flush()
    taken = socket.waitForReadyRead(_PATIENCE_MS) and bytes(socket.readAll().data()) == _TAKEN
    socket.close()
    return bool(taken)


class Reception(QObject):
    """Listens for who hands over; bad input is counted and ignored."""

    asked = Signal(object)

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.refused = 0
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        where = address(home)
        if not self._server.listen(where):
            # What a killed window left behind; a living one was asked before this one opened.
            QLocalServer.removeServer(where)
            self._server.listen(where)

    @property
    def listening(self) -> bool:
        """Whether anybody can hand over."""
        return self._server.isListening()

    def close(self) -> None:
        """Stop listening, and leave nothing behind."""
        self._server.close()

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(partial(self._read, socket))
            late = QTimer(socket)
            late.setSingleShot(True)
            late.timeout.connect(partial(self._refuse, socket))
            late.start(_PATIENCE_MS)
            if socket.bytesAvailable():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MOST:
                self._refuse(socket)
            return
        asked = read(bytes(socket.readLine(_MOST + 1).data()))
        if asked is None or socket.bytesAvailable():
            self._refuse(socket)
            return
        socket.write(_TAKEN)
        socket.flush()
        socket.disconnectFromServer()
        self.asked.emit(asked)

    def _refuse(self, socket: QLocalSocket) -> None:
        if socket.state() == QLocalSocket.LocalSocketState.ConnectedState:
            self.refused += 1
            socket.abort()
