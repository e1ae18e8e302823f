"""The first minutes: connecting a shop, and the recovery key that is shown once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from assistant.store.database import Home
from assistant.ui.errands import Errand
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.theme import Look


class FirstRun(QWidget):
    """Connect your shop: a CSV folder, or a made-up shop to look around in."""

    connected = Signal()
    demo_asked = Signal()

    def __init__(self, look: Look, home: Home, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._errand = Errand(home, self)
        self._errand.progressed.connect(self._progressed)
        self._errand.ended.connect(self._ended)
        self._steps: list[list[str]] = []
        self._folder_button = Button(look, self.tr("CSV folder"), "primary", icon="folder", key="1")
        self._folder_button.clicked.connect(self._choose)
        self._demo_button = Button(look, self.tr("Demo shop"), icon="shopping-bag", key="2")
        self._demo_button.clicked.connect(self.demo_asked)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._said = Text(look, "body", "", "textSecondary")
        self._said.setWordWrap(True)
        self._cancel = Button(look, self.tr("Cancel"), key="Esc")
        self._cancel.clicked.connect(self._errand.cancel)
        self._lay_out()
        self._show_work(working=False)

    def _lay_out(self) -> None:
        look = self._look
        panel = Panel(self)
        panel.setFixedWidth(look.px(620))
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(32, 28, 32, 28)
        inside.setSpacing(12)
        inside.addWidget(Text(look, "title", self.tr("Connect your shop")))
        inside.addWidget(Text(look, "say", self.tr("Reads products, customers and orders."), "textSecondary"))
        inside.addSpacing(8)
        for button, text in (
            (self._folder_button, self.tr("Your till's exports; read again every minute")),
            (self._demo_button, self.tr("Made-up data to try it out, in a home of its own")),
        ):
            row = QHBoxLayout()
            button.setMinimumWidth(look.px(190))
            row.addWidget(button)
            row.addSpacing(8)
            row.addWidget(Text(look, "body", text, "textSecondary"), 1)
            inside.addLayout(row)
        inside.addSpacing(8)
        inside.addWidget(self._bar)
        inside.addWidget(self._said)
        inside.addWidget(self._cancel, 0, Qt.AlignmentFlag.AlignLeft)
        safe = self.tr("Data stays between this computer and your shop.")
        inside.addWidget(Text(look, "label", safe, "textTertiary"))
        outside = QVBoxLayout(self)
        outside.addStretch(1)
        outside.addWidget(panel, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_1 and self._folder_button.isEnabled():
            self._choose()
        elif event.key() == Qt.Key.Key_2 and self._demo_button.isEnabled():
            self.demo_asked.emit()
        elif event.key() == Qt.Key.Key_Escape and self._errand.running:
            self._errand.cancel()
        else:
            super().keyPressEvent(event)

    def connect_folder(self, folder: Path, mapping: Path | None = None) -> None:
        """Connect a folder, read it and learn from it, each step a child process."""
        words = ["connect", "csv", str(folder)]
        if mapping is not None:
            words += ["--mapping", str(mapping)]
        self._steps = [words, ["sync", "--progress", "json"], ["train", "--progress", "json"]]
        self._next()

    def close_errand(self) -> None:
        """End what is under way, for closing the window."""
        self._errand.wait()

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("The folder with your exports"))
        if not folder:
            return
        mappings = sorted(Path(folder).glob("*.toml"))
        self.connect_folder(Path(folder), mappings[0] if mappings else None)

    def _next(self) -> None:
        if not self._steps:
            self._show_work(working=False)
            self.connected.emit()
            return
        words = self._steps.pop(0)
        self._show_work(working=True)
        self._said.setText(
            {
                "connect": self.tr("Looking at the folder"),
                "sync": self.tr("Reading the shop's data"),
                "train": self.tr("Learning what goes together"),
            }[words[0]]
        )
        self._errand.start(words)

    def _progressed(self, what: str, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(min(done, total) if total else 0)

    def _ended(self, status: int, sentence: str) -> None:
        if status in (0, 3):
            self._next()
            return
        self._steps = []
        self._show_work(working=False)
        self._said.setText(sentence or self.tr("Cancelled. Nothing was changed."))

    def _show_work(self, *, working: bool) -> None:
        self._bar.setRange(0, 0)
        self._bar.setVisible(working)
        self._cancel.setVisible(working)
        self._folder_button.setEnabled(not working)
        self._demo_button.setEnabled(not working)


class RecoveryKey(QDialog):
    """Shows the recovery key once; closing it without the tick shows it again at the next start."""

    def __init__(self, look: Look, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Recovery key"))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(32, 28, 32, 28)
        inside.setSpacing(12)
        inside.addWidget(Text(look, "title", self.tr("Write this recovery key down")))
        why = Text(
            look,
            "body",
            self.tr(
                "Your files are encrypted. If this computer loses its key, these letters bring the log back. "
                "Keep them apart from this computer; they are shown only now."
            ),
            "textSecondary",
        )
        why.setWordWrap(True)
        inside.addWidget(why)
        groups = key.split("-")
        lines = "\n".join("  ".join(groups[i : i + 7]) for i in range(0, len(groups), 7))
        shown = Text(look, "title", lines, tabular=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAccessibleName(self.tr("Recovery key"))
        inside.addWidget(shown)
        self._written = QCheckBox(self.tr("I have written it down"))
        self._done = Button(look, self.tr("Done"), "primary")
        self._done.setEnabled(False)
        self._written.toggled.connect(self._done.setEnabled)
        self._done.clicked.connect(self.accept)
        copy = Button(look, self.tr("Copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(key))
        inside.addWidget(self._written)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(self._done)
        inside.addLayout(row)
