"""The recovery key, shown once: without it a lost key is a lost log."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from assistant.ui.parts import Button, Panel, Text
from assistant.ui.theme import Look

_GROUPS_A_LINE = 7


class RecoveryKey(QDialog):
    """Closing it without the tick shows it again at the next start."""

    def __init__(self, look: Look, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Recovery key"))
        self._key = key
        self._written = QCheckBox(self.tr("I have written it down"))
        self._written.setMinimumHeight(look.px(44))
        self._done = Button(look, self.tr("Done"), "primary")
        self._done.setEnabled(False)
        self._copy = Button(look, self.tr("Copy"))
        self._written.toggled.connect(self._done.setEnabled)
        self._done.clicked.connect(self.accept)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._key))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(32, 28, 32, 24)
        inside.setSpacing(12)
        inside.addWidget(Text(look, "title", self.tr("Write this recovery key down")))
        why = Text(
            look,
            "body",
            self.tr(
                "Your files are encrypted. If this computer loses its key, these letters bring your visits "
                "and answers back. Keep them on paper, apart from this computer: they are shown only now."
            ),
            "textSecondary",
        )
        why.setWordWrap(True)
        inside.addWidget(why)
        inside.addWidget(self._letters(look))
        inside.addWidget(self._written)
        row = QHBoxLayout()
        row.addWidget(self._copy)
        row.addStretch(1)
        row.addWidget(self._done)
        inside.addLayout(row)

    def _letters(self, look: Look) -> QFrame:
        groups = self._key.split("-")
        lines = ("  ".join(groups[i : i + _GROUPS_A_LINE]) for i in range(0, len(groups), _GROUPS_A_LINE))
        shown = Text(look, "title", "\n".join(lines), tabular=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAccessibleName(self.tr("Recovery key"))
        frame = Panel(name="sunken")
        row = QHBoxLayout(frame)
        row.setContentsMargins(20, 16, 20, 16)
        row.addWidget(shown)
        return frame
