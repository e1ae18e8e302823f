"""The two small questions below a follow-up: why it is dropped, and to which day it is moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from assistant.records import DROP_REASONS
from assistant.ui import dates
from assistant.ui.counter.popovers import Choosing, Option
from assistant.ui.followups import words
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_AHEAD = (1, 7, 14)
_MORNING = 10  # o'clock


class DropPopover(Choosing):
    """Why is it no longer wanted? Esc takes the drop back."""

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, tokens()["layout"]["reasonPopover"], tr("Why drop it?"))
        self.head.addStretch(1)
        self.head.addWidget(self.cancel)
        self.set_options([Option(look, n, words.reason(r)) for n, r in enumerate(DROP_REASONS, 1)])

    def ask(self, point: QPoint, row: QRect, left: int, back_to: QWidget) -> None:
        """Ask below a row."""
        self.point_at(point, row, left)
        self.come(back_to, self.options[0])

    def chose(self, place: int) -> None:
        self.go()
        self.chosen.emit(DROP_REASONS[place])


class MovePopover(Choosing):
    """Another day: tomorrow, a week, two weeks, or a date that Up and Down change."""

    chosen = Signal(object)
    columns = 2

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, 500, tr("Move to"))
        self.head.addStretch(1)
        self.head.addWidget(self.cancel)
        self._now: datetime | None = None
        self._picked = 3

    def ask(self, now: datetime, point: QPoint, row: QRect, left: int, back_to: QWidget) -> None:
        """Ask below a row; the days are told from now."""
        self._now, self._picked = now, 3
        titles = (tr("Tomorrow"), tr("1 week"), tr("2 weeks"))
        options = [
            Option(self._look, n, title, dates.weekday(self._day(ahead)))
            for n, (title, ahead) in enumerate(zip(titles, _AHEAD, strict=True), 1)
        ]
        self.set_options([*options, Option(self._look, 4, "↑↓", self._pick_words())])
        self.point_at(point, row, left)
        self.come(back_to, self.options[0])

    def _day(self, ahead: int) -> datetime:
        now = (self._now or datetime.now().astimezone()).astimezone()
        return (now + timedelta(days=ahead)).replace(hour=_MORNING, minute=0, second=0, microsecond=0)

    def _pick_words(self) -> str:
        return dates.weekday(self._day(self._picked))

    def chose(self, place: int) -> None:
        self.go()
        self.chosen.emit(self._day(_AHEAD[place] if place < len(_AHEAD) else self._picked))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.accept()
            self._picked = max(1, self._picked + (1 if event.key() == Qt.Key.Key_Up else -1))
            self.options[3].say(self._pick_words())
            self.options[3].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().keyPressEvent(event)
