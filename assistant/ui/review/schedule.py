"""The next step: on which day, how, and what to ask; F goes there, arrows choose the day, Enter saves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
)

from assistant.records import Customer, FollowUp
from assistant.ui import dates
from assistant.ui.counter.actions import KeyButton
from assistant.ui.parts import Button, KeyCap, Panel, Text
from assistant.ui.review.choices import WAYS, Ask, DayChoice, Way, WayChoice
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_MORNING = 10  # o'clock: when a day's follow-ups are due


class Schedule(Panel):
    """Says which promise was made; the log decides whether it is."""

    saved = Signal(object, object, object, str)  # day, channel, part of the day, note
    undo_asked = Signal()
    left = Signal()

    def __init__(self, look: Look, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._look, self._now = look, now
        self._picked = 7  # days ahead, of the date that is picked
        self._promised: FollowUp | None = None
        self._closed = self._compact = False
        self.days = [
            DayChoice(look, tr("Tomorrow")),
            DayChoice(look, tr("2 weeks")),
            DayChoice(look, tr("Pick")),
        ]
        self.way, self.note = WayChoice(look), Ask()
        self._info_icon = QLabel()
        self._info = Text(look, "label", token="textSecondary", weight=400)
        self._info.setWordWrap(True)
        self.save = Button(look, tr("Save follow-up"), icon="calendar-clock")
        self.undo = KeyButton(look, tr("Undo"), "Z")
        self._build()
        self._connect()
        self.begin(None)

    def _build(self) -> None:
        look = self._look
        head = QHBoxLayout()
        title = Text(look, "name", tr("Schedule a follow-up"))
        title.setWordWrap(True)
        head.addWidget(title, 1)
        head.addWidget(KeyCap(look, "F"))
        days = QHBoxLayout()
        days.setSpacing(8)
        for day in self.days:
            days.addWidget(day, 1)
        info = QHBoxLayout()
        info.setSpacing(8)
        info.addWidget(self._info_icon, 0, Qt.AlignmentFlag.AlignVCenter)
        info.addWidget(self._info, 1)
        info.addWidget(self.undo)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 14, 20, 18)
        self._column.setSpacing(10)
        self._column.addLayout(head)
        self._column.addLayout(days)
        self._column.addWidget(self.way)
        self._column.addWidget(self.note)
        self._column.addLayout(info)
        self._column.addStretch(1)
        self._column.addWidget(self.save)
        self.save.setSizePolicy(self.way.sizePolicy())

    def _connect(self) -> None:
        for day in self.days:
            day.toggled.connect(lambda on: self._fit() if on else None)
        self.save.clicked.connect(lambda _on: self._save())
        self.undo.clicked.connect(lambda _on: self.undo_asked.emit())
        self._look.changed.connect(self._draw)
        self._draw()

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self._column.setContentsMargins(16, 10 if compact else 14, 16, 12 if compact else 18)
        self._column.setSpacing(8 if compact else 10)
        self._compact = compact
        self._fit()

    def begin(self, customer: Customer | None) -> None:
        """Another customer: nothing is chosen but two weeks, and the first way that is open."""
        open_ways = tuple(way for way in WAYS if customer is None or _open(way, customer)) or WAYS[-1:]
        self.way.show_ways(open_ways, open_ways[0])
        self.note.clear()
        self._picked = 7
        self._promised = None
        self._closed = customer is not None and not customer.contact
        self.days[1].setChecked(True)
        self._fit()

    def suggest_note(self, text: str) -> None:
        """Something to ask, where nothing is written yet."""
        if not self.note.toPlainText():
            self.note.setPlainText(text)

    def show_promise(self, promise: FollowUp | None) -> None:
        """A promise is on disk, or was taken back."""
        self._promised = promise
        self._fit()

    @property
    def day(self) -> datetime:
        """The day that is chosen, at an hour at which one may call."""
        ahead = (1, 14, self._picked)[self._chosen]
        day = self._now().astimezone() + timedelta(days=ahead)
        return day.replace(hour=_MORNING, minute=0, second=0, microsecond=0)

    @property
    def _chosen(self) -> int:
        return next((n for n, day in enumerate(self.days) if day.isChecked()), 1)

    def focus_in(self) -> None:
        """Go to the day that is chosen."""
        self.days[self._chosen].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._save()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.focusWidget() in self.days:
            place = self._chosen + (1 if key == Qt.Key.Key_Right else -1)
            if 0 <= place < len(self.days):
                self.days[place].setChecked(True)
                self.focus_in()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.focusWidget() is self.days[2]:
            self.days[2].setChecked(True)
            self._picked = max(1, self._picked + (1 if key == Qt.Key.Key_Up else -1))
            self._fit()
        else:
            super().keyPressEvent(event)

    def _save(self) -> None:
        channel, part = self.way.way
        self.saved.emit(self.day, channel, part, self.note.toPlainText().strip())

    def _fit(self) -> None:
        now = self._now()
        for day, ahead in zip(self.days, (1, 14, self._picked), strict=True):
            day.say(dates.weekday(now + timedelta(days=ahead)))
        if self.days[2].isChecked():
            self.days[2].setText(tr("Pick ↑↓"))
        else:
            self.days[2].setText(tr("Pick"))
            self.days[2].say(tr("a date"))
        self.undo.setVisible(self._promised is not None)  # a note that is kept needs less room
        high = 38 if self._promised is not None else 48 if self._compact else 64
        self.note.setFixedHeight(self._look.px(high))
        bar = (
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff if self._promised else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        )
        self.note.setVerticalScrollBarPolicy(bar)  # one line scrolls by itself
        self._info.setText(self._words(now))
        for widget in (self._info, self._info_icon):
            widget.setVisible(bool(self._info.text()))

    def _words(self, now: datetime) -> str:
        if self._promised is not None:
            return tr("Saved for {day}.").format(day=dates.weekday(self._promised.due))
        if self._closed:
            return tr("No consent to contact: kept for the next visit.")
        day, here = self.day, now.astimezone()
        if (day.year, day.month) != (here.year, here.month):
            month, this = dates.weekday(day, "MMMM"), dates.weekday(here, "MMMM")
            return tr("In {month}: {this}’s offers stay free.").format(month=month, this=this)
        return "" if self._compact else tr("Counts as one of this month’s offers.")

    def _draw(self) -> None:
        self._info_icon.setPixmap(self._look.pixmap("info", "textSecondary", 18))


def _open(way: Way, customer: Customer) -> bool:
    if way[0] == "visit":
        return True
    reach = customer.phone if way[0] == "call" else customer.email
    return bool(customer.contact and reach)
