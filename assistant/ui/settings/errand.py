"""What settings have done by a child process: a look at the shop's files, a backup, an export, a folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from assistant.store.database import Home
from assistant.ui.errands import Errand

_GOOD = (0, 3)


class SettingsErrand(QObject):
    """One at a time; `ended` carries what it was, whether it was done, and its sentence."""

    ended = Signal(str, bool, str)

    def __init__(self, home: Home, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._errand = Errand(home, self)
        self._errand.ended.connect(self._ended)
        self._what = ""

    def start(self, what: str, words: list[str], secret: str = "") -> bool:
        """Start one; False where another is still under way. A secret goes to its standard input."""
        if not self._errand.start(words, secret):
            return False
        self._what = what
        return True

    def end(self) -> None:
        """End what is under way."""
        self._errand.wait()

    def ask_for_file(self, what: str, title: str, name: str) -> None:
        """Ask where to write, then start `backup` or `export-db`."""
        dialog = QFileDialog(self._page, title, str(Path.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda file: self.start(what, [what, "--force", file]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_for_folder(self, what: str, title: str) -> None:
        """Ask which folder, then connect it."""
        dialog = QFileDialog(self._page, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self.start(what, ["connect", "csv", folder]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ended(self, status: int, sentence: str) -> None:
        self.ended.emit(self._what, status in _GOOD, sentence)
