"""What the window remembers of itself from one start to the next: its size, and the page in view."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from assistant.store.database import Connection
from assistant.ui.questions import Questions


class Remembered:
    """Read once at the start; what is put in is written on the background thread, in the order it came.

    Nothing of the shop is in it, so it needs no encryption. Without a file nothing outlives the window.
    """

    def __init__(self, file: Path | None, questions: Questions) -> None:
        self._file, self._questions = file, questions
        self._values: dict[str, object] = {}
        if file is not None and file.exists():
            read = _settings(file)
            self._values = {name: read.value(name) for name in read.allKeys()}

    @property
    def page(self) -> str:
        """The page that was in view."""
        return str(self._values.get("page", "counter"))

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window was, as Qt writes it."""
        kept = self._values.get("geometry")
        return kept if isinstance(kept, QByteArray) else None

    def put(self, name: str, value: object) -> None:
        """Remember one thing."""
        if self._values.get(name) == value:
            return
        self._values[name] = value
        if self._file is not None:
            job = partial(_write, file=self._file, name=name, value=value)
            self._questions.ask(job, lambda _nothing: None)


def _write(_connection: Connection, file: Path, name: str, value: object) -> None:
    settings = _settings(file)
    settings.setValue(name, value)
    settings.sync()


def _settings(file: Path) -> QSettings:
    return QSettings(str(file), QSettings.Format.IniFormat)
