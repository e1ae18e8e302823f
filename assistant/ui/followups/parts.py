"""The pieces around the list: the heading with its scope, the empty state, and the bar below."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.ui import dates, wording
from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.visit_bar import Count
from assistant.ui.parts import Elided, KeyCap, Text
from assistant.ui.segments import Segments
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_MINE, _STORE = "mine", "store"


class Heading(QWidget):
    """`Follow-ups, 4 for today, yours only`, and whose."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._about = Elided(look, "body", token="textTertiary")
        self.whose = Segments(look, ((_MINE, tr("Mine")), (_STORE, tr("The store"))), _MINE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Text(look, "title", tr("Follow-ups")))
        row.addWidget(self._about, 1)
        row.addWidget(self.whose)
        self.whose.picked.connect(self._choose)
        self._name()

    @property
    def mine(self) -> bool:
        """Whether only the associate's own are shown."""
        return self.whose.value == _MINE

    def _choose(self, whose: object) -> None:
        self.whose.hold(_MINE if whose == _MINE else _STORE)
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        self.whose.setAccessibleName(tr("Whose follow-ups: {whose}").format(whose=self.whose.chosen))

    @property
    def text(self) -> str:
        return self._about.text()

    def say(self, n: int, mine: bool, store: str) -> None:
        """How many, and whose."""
        whose = tr("yours only") if mine else tr("of everybody here")
        self._about.setText(tr("{n} for today, {whose}").format(n=wording.number(n), whose=whose))
        if store:
            self.whose.name(_STORE, store)
            self._name()


class Nothing(QWidget):
    """Nothing is due today, and when the next is."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._next = Text(look, "body", token="textSecondary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 12)
        column.setSpacing(6)
        column.addWidget(Text(look, "title", tr("Nothing due today")))
        column.addWidget(self._next)
        column.addStretch(1)
        self.hide()

    @property
    def text(self) -> str:
        return self._next.text()

    def say(self, due: datetime | None) -> None:
        """When the next one is."""
        if due is None:
            self._next.setText(tr("Later answers, promises made in calls, and what runs out come up here."))
        else:
            self._next.setText(tr("The next is on {day}.").format(day=dates.long_weekday(due)))


class Foot(QWidget):
    """What today has come to, and how fresh consent is."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._open = Count(look, "clock", "text", "text")
        self._done = Count(look, "circle-check", "acceptedText", "acceptedText")
        self._dropped = Count(look, "minus", "declinedText", "declinedText")
        self._consent = Elided(look, "label", token="textTertiary", weight=400)
        self._edge = QWidget()
        self._edge.setFixedSize(1, 24)
        self.keys = KeyButton(look, tr("All keys"), "?")
        row = self._row = QHBoxLayout(self)
        row.setSpacing(0)
        row.addWidget(Text(look, "body", tr("Today"), weight=600))
        row.addSpacing(18)
        for count in (self._open, self._done, self._dropped):
            row.addWidget(count)
        row.addWidget(self._edge)
        row.addSpacing(16)
        row.addWidget(self._consent, 1)
        for key in ("↑", "↓"):
            row.addWidget(KeyCap(look, key))
            row.addSpacing(8)
        row.addWidget(Text(look, "label", tr("choose"), "textTertiary", weight=400))
        row.addSpacing(16)
        row.addWidget(self.keys)
        look.changed.connect(self.update)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Fit to the page's padding."""
        layout = tokens()["layout"]
        padding = layout["compact"]["pagePadding"] if compact else layout["pagePadding"]
        self._row.setContentsMargins(padding, 1, padding, 0)
        self.setFixedHeight(max(layout["visitBar"], self._look.px(44) + 8))

    def show_counts(
        self, *, left: int, done: int, dropped: int, read_at: datetime | None, now: datetime
    ) -> None:
        """Count what is open and what came of the rest."""
        self._open.show_count(left, tr("{n} open"))
        self._done.show_count(done, tr("{n} done"))
        self._dropped.show_count(dropped, tr("{n} dropped"))
        said = tr("Consent decides the channel.")
        if read_at is not None:
            said = tr("{said} It was read {ago}.").format(said=said, ago=dates.ago(read_at, now))
        self._consent.setText(said)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("surface"))
        painter.fillRect(0, 0, self.width(), 1, self._look.color("border"))
        painter.fillRect(self._edge.geometry(), self._look.color("border"))
