"""How things stand with the shop: fresh, offline since when, or not syncing and why; the chip and its sheet
say it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from assistant.store import basket_writes, catalog
from assistant.store.basket_writes import Unsent
from assistant.store.database import Connection
from assistant.ui import dates
from assistant.ui.errands import Trouble
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look

if TYPE_CHECKING:
    from assistant.ui.standing_sheet import StandingSheet
    from assistant.ui.window import Window


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps the shop's data from coming and the counter's from going, since when, and what waits."""

    trouble: Trouble
    sentence: str
    since: datetime
    unsent: tuple[Unsent, ...] = ()
    read_at: datetime | None = None  # when the shop was last read

    @property
    def waiting(self) -> int:
        """How many add-ons wait for the shop's baskets."""
        return sum(one.why is None for one in self.unsent)


class StandingDesk(QObject):
    """Tells the chip and the trouble bar how things stand; a fault that goes on is not said twice."""

    def __init__(
        self,
        look: Look,
        window: Window,
        questions: Questions,
        session: Session,
        again: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._questions, self._session = window, questions, session
        self._look, self._again = look, again
        self._sheet: StandingSheet | None = None
        self.standing: Standing | None = None
        window.frame_built.connect(lambda: window.bar.chip.clicked.connect(self.press))
        session.associate_changed.connect(self._put_away)

    def failed(self, sentence: str, trouble: Trouble) -> None:
        """The shop's data could not be brought up to date."""
        before = self.standing
        since = before.since if before is not None else self._session.now()
        self.standing = (
            Standing(trouble, sentence, since)
            if before is None
            else replace(before, trouble=trouble, sentence=sentence)
        )
        if trouble == "unreached":
            self._window.trouble.hide()
        elif before is None or before.sentence != sentence:
            safe = self.tr(
                "Since {time}. What you note is safe on this computer, and the counter works with what it "
                "has."
            )
            self._window.trouble.say(sentence, safe.format(time=dates.clock(since)), again=self._again)
        self._show()
        self._questions.ask(_read, lambda read: self._counted(*read), key="unsent")

    def synced(self) -> None:
        """It could: what was wrong is over."""
        if self.standing is not None:
            self._window.trouble.hide()
            self._put_away()
        self.standing = None
        self._window.bar.chip.show_synced(self._session.now(), self._session.now())

    def press(self) -> None:
        """The chip was pressed: say what is wrong, or sync where nothing is."""
        if self.standing is None or self._session.associate is None:
            self._again()
            return
        self.sheet.show_standing(self.standing, self._window.bar.chip)

    @property
    def sheet(self) -> StandingSheet:
        """The sheet that says it at length; made when it is first asked for."""
        if self._sheet is None:
            from assistant.ui.standing_sheet import StandingSheet

            self._sheet = StandingSheet(self._look, self._window.pages, self._session.now)
            self._sheet.again.connect(lambda: self._again())
            self._sheet.settings_asked.connect(lambda: self._window.show_page("settings"))
        return self._sheet

    def _counted(self, unsent: tuple[Unsent, ...], read_at: datetime | None) -> None:
        if self.standing is not None:
            self.standing = replace(self.standing, unsent=unsent, read_at=read_at)
            self._show()

    def _show(self) -> None:
        standing = self.standing
        if standing is None:
            return
        self._window.bar.chip.show_standing(standing.trouble, standing.waiting, standing.sentence)
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.tell(standing)

    def _put_away(self) -> None:
        if self._sheet is not None:
            self._sheet.go()


def _read(connection: Connection) -> tuple[tuple[Unsent, ...], datetime | None]:
    return basket_writes.unsent(connection), catalog.synced_at(connection)
