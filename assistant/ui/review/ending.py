"""How a call without an offer ends: not reached, call back, passed on, in two keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtWidgets import QWidget

from assistant.records import OutcomeKind
from assistant.ui import dates
from assistant.ui.counter.popovers import Choosing, Option
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_MORNING, _AFTERNOON = 10, 15  # o'clock


class EndPopover(Choosing):
    """C opens it, a number chooses."""

    chosen = Signal(str, object)
    columns = 1

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, 400, tr("How did the call end?"))
        self._ends: list[tuple[OutcomeKind, datetime | None]] = []
        self.head.addStretch(1)
        self.head.addWidget(self.cancel)

    def ask(self, now: datetime, point: QPoint, row: QRect, left: int, back_to: QWidget) -> None:
        """Ask; the times are told from now."""
        here = now.astimezone()
        soon = here + timedelta(hours=1)
        tomorrow = (here + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
        morning, afternoon = tomorrow.replace(hour=_MORNING), tomorrow.replace(hour=_AFTERNOON)
        self._ends = [
            ("not_reached", None),
            ("call_back", soon),
            ("call_back", morning),
            ("call_back", afternoon),
            ("passed_on", None),
        ]
        texts = (
            (tr("Not reached"), ""),
            (tr("Call back in an hour"), dates.clock(soon)),
            (tr("Call back tomorrow morning"), dates.clock(morning)),
            (tr("Call back tomorrow afternoon"), dates.clock(afternoon)),
            (tr("Passed on to a colleague"), ""),
        )
        self.set_options([Option(self._look, n, *text) for n, text in enumerate(texts, 1)])
        self.point_at(point, row, left)
        self.come(back_to, self.options[0])

    def chose(self, place: int) -> None:
        self.go()
        self.chosen.emit(*self._ends[place])
