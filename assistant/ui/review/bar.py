"""The bar at the bottom: what this call has come to, how far its agenda is, and the ways to end it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.rows import Rows
from assistant.ui.counter.visit_bar import VisitBar
from assistant.ui.parts import Text
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class CallBar(VisitBar):
    """F9 finishes; C ends a call that made no offer."""

    end_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._title.setText(tr("This call"))
        self.setAccessibleName(tr("This call"))
        self.finish.setText(tr("Finish call"))
        self.finish.setAccessibleName(tr("Finish call"))
        self._nothing = Text(look, "body", tr("Nothing logged yet"), token="textSecondary")
        self._edge = QWidget()
        self._edge.setFixedSize(1, 24)
        self._icon = QLabel()
        self._steps = Text(look, "body", token="textSecondary")
        self.end = KeyButton(look, tr("No offer made"), "C")
        self.end.clicked.connect(lambda _on: self.end_asked.emit())
        self._row.insertWidget(2, self._nothing)
        place = self._row.indexOf(self.park) - 1  # before the stretch
        for widget in (self._edge, self._icon, self._steps):
            self._row.insertWidget(place, widget)
            self._row.insertSpacing(place + 1, 8 if widget is self._icon else 16)
            place += 2
        self._row.insertWidget(self._row.indexOf(self.keys), self.end)
        self._row.insertSpacing(self._row.indexOf(self.keys), 14)
        look.changed.connect(self._draw)
        self._draw()

    def show_call(self, rows: Rows, currency: str | None, now: datetime, done: int, steps: int) -> None:
        """Count what was answered and ticked."""
        self.show_visit(rows, currency, None, now)
        answered = rows.rowCount() - rows.pending
        self._nothing.setVisible(not answered)
        self._line.setVisible(bool(self._money.text()))
        self.end.setVisible(not answered)
        self._steps.setText(tr("{n} of {count} steps").format(n=done, count=steps))

    def _draw(self) -> None:
        self._icon.setPixmap(self._look.pixmap("list-checks", "textSecondary", 18))
        self._edge.setStyleSheet(f"background: {self._look.color('border').name()};")
