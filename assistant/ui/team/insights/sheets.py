"""What lies over the tab: a whole list of facts, such as the products behind a cell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.ui.counter.overlay import Overlay
from assistant.ui.parts import Button, Elided, Panel, Text
from assistant.ui.team.insights.facts import Fact, FactList
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class FactSheet(Overlay):
    """A titled list over the page; Esc or Back leaves."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, scrim=True)
        self.panel = Panel(self, "popup")
        self.title = Elided(look, "title")
        self.note = Text(look, "label", "", "textTertiary", weight=400)
        self.note.setWordWrap(True)
        self.list = FactList(look, "")
        self.back = Button(look, tr("Back"), key="Esc")
        self.back.clicked.connect(lambda _on: self.leave())
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.note)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.back)
        column.addLayout(row)

    def body(self) -> QWidget:
        return self.panel

    def show_facts(self, title: str, note: str, facts: Sequence[Fact], back_to: QWidget | None) -> None:
        """Show a list under a title."""
        self.title.setText(title)
        self.note.setText(note)
        self.panel.setAccessibleName(title)
        self.list.setAccessibleName(title)
        self.list.show_facts(facts)
        self.come(back_to, self.list if facts else self.back)

    def arrange(self) -> None:
        width = min(self._look.px(680), self.width() - 32)
        height = min(self._look.px(620), self.height() - 32)
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)
