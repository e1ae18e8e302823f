"""The versions of a thing below its editor: what each said, by whom and when, and bringing one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from assistant.ui.emptying import empty
from assistant.ui.parts import Button
from assistant.ui.settings.parts import Hairline, Row, Section
from assistant.ui.settings.sections import SMALL
from assistant.ui.theme import Look
from assistant.ui.wording import tr

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Past:
    """One version: what it said, who wrote it when and why; `place` finds it again, None = it holds."""

    said: str
    signed: str
    place: int | None


class History(Section):
    """`wanted` carries the place of a version that is to hold again."""

    wanted = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "history", tr("History"))
        whole = QWidget()
        self._rows = QVBoxLayout(whole)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self.add(whole, ruled=False)
        self.shown: Sequence[Past] = ()

    def show_versions(self, versions: Sequence[Past]) -> None:
        """Show them, the newest first."""
        self.shown = versions[:SHOWN]
        empty(self._rows)
        for past in self.shown:
            self._rows.addWidget(Hairline(self._look))
            self._rows.addWidget(Row(self._look, past.said, past.signed, self._back(past)))
        self.setVisible(bool(versions))

    def _back(self, past: Past) -> Button | None:
        if past.place is None:
            return None
        button = Button(self._look, tr("Bring back"), height=SMALL)
        button.setAccessibleName(f"{tr('Bring back')}, {past.said}")
        button.clicked.connect(lambda _on, place=past.place: self.wanted.emit(place))
        return button
