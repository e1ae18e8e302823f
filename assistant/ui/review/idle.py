"""Before any call: whose number it is, which calls were left unfinished, and how the last one ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from assistant.records import Customer
from assistant.store.visits import OpenVisit
from assistant.ui import dates, wording
from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.idle import Entry, Group, Said
from assistant.ui.counter.sections import Notice
from assistant.ui.parts import Button, Text
from assistant.ui.review import words
from assistant.ui.review.callers import Matches
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_WIDTH = 680


class NoCall(QWidget):
    """No call open; whom one may be opened with."""

    customer_chosen = Signal(str, object)
    visit_chosen = Signal(object)
    search_asked = Signal()
    undo_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.notice = Notice(look)
        self._title = Text(look, "title")
        self._text = Text(look, "body", token="textSecondary")
        self._text.setWordWrap(True)
        self.search = Button(look, tr("Search"), "primary", key="F2")
        self._ended = QWidget()
        self._how = Text(look, "body", token="textSecondary")
        self.undo = KeyButton(look, tr("Undo"), "Z")
        self._group = Group(look)
        self._matches: Matches | None = None
        self._build()
        self.search.clicked.connect(lambda _on: self.search_asked.emit())
        self.undo.clicked.connect(lambda _on: self.undo_asked.emit())
        self.show_waiting((), datetime.now(UTC))
        self.show_outcome("")

    def _build(self) -> None:
        ended = QHBoxLayout(self._ended)
        ended.setContentsMargins(0, 0, 0, 8)
        ended.addWidget(self._how)
        ended.addWidget(self.undo)
        ended.addStretch(1)
        inside = QWidget()
        groups = QVBoxLayout(inside)
        groups.setContentsMargins(0, 0, 8, 0)
        groups.setSpacing(0)
        groups.addWidget(self._group)
        groups.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle = QWidget()
        middle.setMaximumWidth(self._look.px(_WIDTH))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 40, 0, 0)
        column.setSpacing(4)
        for widget in (self.notice, self._ended, self._title, self._text):
            column.addWidget(widget)
        column.addSpacing(12)
        column.addWidget(self.search)
        column.addSpacing(8)
        column.addWidget(scroll, 1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(24, 0, 24, 20)
        outside.addWidget(middle)
        outside.setAlignment(middle, Qt.AlignmentFlag(0))

    @property
    def entries(self) -> list[Entry]:
        return self._group.entries

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def asking(self) -> bool:
        """Whether it is being asked whose number it is."""
        return self._matches is not None

    def show_waiting(self, visits: Sequence[tuple[OpenVisit, str | None]], now: datetime) -> None:
        """Nobody is on the phone: calls that were left unfinished."""
        self._matches = None
        self._title.setText(tr("No call open"))
        self._text.setText(tr("Find the customer by number, name or order to open one."))
        self._put([self._visit(one, name, now) for one, name in visits])

    def show_matches(self, matches: Matches) -> None:
        """Several have the number: which? Nobody has it: search."""
        self._matches = matches
        number = words.phone(matches.number)
        if matches.customers:
            one, many = tr("1 customer has {number}"), tr("{n} customers have {number}")
            self._title.setText(wording.counted(len(matches.customers), one, many, number=number))
            self._text.setText(tr("Ask for the name, then choose with the number key or Enter."))
        else:
            self._title.setText(tr("Nobody has {number}").format(number=number))
            self._text.setText(tr("Ask for the name or the order number, and search with it."))
        self._put([self._customer(n, one) for n, one in enumerate(matches.customers, 1)])

    def show_outcome(self, text: str) -> None:
        """How the last call ended, with the way back."""
        self._how.setText(text)
        self._ended.setVisible(bool(text))

    def choose(self, number: int) -> bool:
        """Choose by number."""
        if self.asking and 0 < number <= len(self.entries):
            self.entries[number - 1].click()
            return True
        return False

    def focus_first(self) -> bool:
        """Put the focus on the first thing to begin with."""
        first = self.entries[0] if self.entries else self.search
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _put(self, said: list[Said]) -> None:
        title = tr("Customers with this number") if self.asking else tr("Not finished yet")
        self._group.show_entries(said, title)

    def _visit(self, one: OpenVisit, name: str | None, now: datetime) -> Said:
        answered = tr("{n} of {count} answered").format(n=len(one.answers), count=len(one.shown))
        begun = tr("begun {time}").format(time=dates.moment(one.visit.started_at, now))
        who, opens = name or tr("A call"), partial(self.visit_chosen.emit, one)
        key = one.visit.visit_id
        return Said(key, "clock", who, f"{begun}, {answered}", tr("Take up"), opens, amber=True)

    def _customer(self, number: int, one: Customer) -> Said:
        name = f"{number}   {one.name or one.customer_id}"
        second = ", ".join(word for word in (one.customer_id, one.email or "") if word)
        number_called = self._matches.number if self._matches else None
        opens = partial(self.customer_chosen.emit, one.customer_id, number_called)
        return Said(one.customer_id, "users", name, second, one.tier or "", opens)
