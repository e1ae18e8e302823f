"""Long work in child processes: `assistant sync`, `train` and the like; cancelling one is ending it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from assistant.store.database import Home
from assistant.ui.language import told

Trouble = Literal["unreached", "refused", "other"]
"""Why an errand could not be done: the shop does not answer, it said no, or what the sentence says."""
_PATIENCE_MS = 3_000
BEHIND = 10  # how far an errand stands behind the window, in steps of the system's


class Errand(QObject):
    """One child process at a time, its progress as signals.

    `ended` carries the exit status (0 done, 3 done with rejected rows) and the sentence of what went wrong.
    """

    progressed = Signal(str, int, int)  # what, done, total (0 = not known)
    ended = Signal(int, str)
    synced = Signal(int)  # one sync of a watch is over: how many rows it changed
    troubled = Signal(str)  # one sync of a watch could not be done (`trouble` says why); the next is tried

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._process: QProcess | None = None
        self._said = ""
        self.trouble: Trouble = "other"
        self._rest = b""
        self._printed: list[bytes] = []

    @property
    def result(self) -> dict[str, Any]:
        """The JSON document the last command printed beside its progress; empty where there is none."""
        try:
            document = json.loads(b"\n".join(self._printed))
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self, words: Sequence[str], secret: str = "") -> bool:
        """Start a command; False when one is already running. A secret goes over its standard input alone."""
        if self._process is not None:
            return False
        self._said, self.trouble, self._rest, self._printed = "", "other", b"", []
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(["-m", "assistant", "--home", str(self._home.folder), *words])
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._broke)
        process.started.connect(self._step_back)
        self._process = process
        process.start()
        if secret:
            process.write(secret.encode())
            process.closeWriteChannel()
        return True

    def cancel(self) -> None:
        """End the child: it rolls back what it had not finished."""
        process = self._process
        if process is None:
            return
        process.terminate()
        QTimer.singleShot(_PATIENCE_MS, process, process.kill)

    def wait(self) -> None:
        """End the child and wait until it is gone; for closing the window."""
        process = self._process
        if process is not None:
            process.finished.disconnect(self._finished)
            process.errorOccurred.disconnect(self._broke)
            process.terminate()
            if not process.waitForFinished(_PATIENCE_MS):
                process.kill()
                process.waitForFinished(_PATIENCE_MS)
            self._process = None

    def _step_back(self) -> None:
        """Let the window go first wherever the processor is short."""
        # Windows has no such call; there its own boost for the window in front does as much.
        if self._process is not None and hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):  # it may be over already
                os.setpriority(os.PRIO_PROCESS, self._process.processId(), BEHIND)

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            try:
                said = json.loads(line)
            except ValueError:
                said = None
            if not isinstance(said, dict) or "t" not in said:
                self._printed.append(line)
                continue
            if said["t"] == "progress":
                self.progressed.emit(said["what"], said["done"], said["total"] or 0)
            elif said["t"] == "synced":
                self.synced.emit(said["changed"])
            elif said["t"] == "error":
                self._said, self.trouble = said["what"], said.get("kind", "other")
                self.troubled.emit(told(said["what"]))

    def _finished(self, status: int, how: QProcess.ExitStatus) -> None:
        self._read()
        process, self._process = self._process, None
        if process is None:
            return
        words = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        process.deleteLater()
        if how == QProcess.ExitStatus.CrashExit:
            status = 130
        said = self._said or (words.splitlines()[-1] if words and status not in (0, 3) else "")
        self.ended.emit(status, told(said))

    def _broke(self, problem: QProcess.ProcessError) -> None:
        if problem == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._process.deleteLater()
            self._process = None
            self.ended.emit(1, self.tr("The errand could not be started; nothing was changed."))
