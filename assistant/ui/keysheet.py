"""All keys on one sheet, shown by ?."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from assistant.ui.parts import Button, KeyCap, Text
from assistant.ui.theme import Look

_COLUMNS = 3


class KeySheet(QDialog):
    """What every key does; Esc closes."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("All keys"))
        outside = QVBoxLayout(self)
        outside.setContentsMargins(32, 28, 32, 28)
        outside.setSpacing(16)
        outside.addWidget(Text(look, "title", self.tr("All keys")))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        rows = self._rows()
        high = -(-len(rows) // _COLUMNS)
        for n, (keys, does) in enumerate(rows):
            row, column = n % high, (n // high) * 2
            caps = QHBoxLayout()
            caps.setSpacing(4)
            for key in keys:
                caps.addWidget(KeyCap(look, key))
            caps.addStretch(1)
            grid.addLayout(caps, row, column)
            grid.addWidget(Text(look, "body", does), row, column + 1)
        outside.addLayout(grid)
        note = self.tr("Single letters act on the page, never while a text field is being typed in.")
        outside.addWidget(Text(look, "label", note, "textTertiary"))
        close = Button(look, self.tr("Close"), key="Esc")
        close.clicked.connect(self.reject)
        outside.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _rows(self) -> list[tuple[tuple[str, ...], str]]:
        return [
            (("F2",), self.tr("find a customer, basket or product")),
            (("1", "…", "9"), self.tr("choose a suggestion")),
            (("↑", "↓"), self.tr("move")),
            (("A",), self.tr("accepted")),
            (("D",), self.tr("declined, then a reason or D again")),
            (("L",), self.tr("later")),
            (("Z",), self.tr("undo the last answer, veto or proposal")),
            (("K",), self.tr("offer the kit")),
            (("G",), self.tr("a card of it, to give")),
            (("P",), self.tr("park the visit, to take it up again")),
            (("0",), self.tr("no offers today, at the customer’s wish")),
            (("Q",), self.tr("one suggestion at a time, for a queue")),
            (("Del",), self.tr("take a scanned line out again")),
            (("O",), self.tr("all owned")),
            (("U",), self.tr("step-up options")),
            (("H",), self.tr("what was held back")),
            (("X",), self.tr("never suggest this with that, then Enter")),
            (("+",), self.tr("propose a pairing, then Enter")),
            (("N",), self.tr("note, in the finish sheet")),
            (("F",), self.tr("follow-up, in a call")),
            (("Space",), self.tr("tick the agenda; follow-up done")),
            (("C",), self.tr("end a call without an offer")),
            (("R",), self.tr("what the call is about")),
            (("M",), self.tr("move a follow-up, Del drops it")),
            (("E",), self.tr("e-mail draft")),
            (("F6",), self.tr("next pane")),
            (("F9",), self.tr("finish the visit, again to confirm")),
            (("Esc",), self.tr("close, back")),
            (("Ctrl", "1"), self.tr("Counter")),
            (("Ctrl", "2"), self.tr("Review")),
            (("Ctrl", "3"), self.tr("Follow-ups")),
            (("Ctrl", "5"), self.tr("Team")),
            (("Ctrl", ","), self.tr("Settings")),
            (("Ctrl", "L"), self.tr("lock")),
            (("F3",), self.tr("someone else")),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?":
            self.reject()
        else:
            super().keyPressEvent(event)
