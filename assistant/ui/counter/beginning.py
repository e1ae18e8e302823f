"""What a visit can be begun with: read again whenever the shop's data changes, while no visit is open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from assistant.errors import KnownError
from assistant.ui.counter import parked
from assistant.ui.questions import Questions
from assistant.ui.session import Session

if TYPE_CHECKING:
    from assistant.ui.counter.page import CounterPage


class Beginning(QObject):
    """Keeps the page before any visit up to date."""

    def __init__(self, page: CounterPage, questions: Questions, session: Session) -> None:
        super().__init__(page)
        self._page, self._questions, self._session = page, questions, session

    @property
    def _who(self) -> str | None:
        associate = self._session.associate
        return associate.associate_id if associate else None

    def refresh(self) -> None:
        """Ask what waits, where no visit is open."""
        if self._page.desk.served is None:
            job = partial(parked.waiting, associate_id=self._who, store_id=self._session.store_id)
            self._questions.ask(job, self._show, key="counter-waiting")

    def close_stale(self) -> None:
        """Finish what was left with nothing to take up in it, as by a crash."""
        if self._who is not None:
            job = partial(parked.close_stale, associate_id=self._who, store_id=self._session.store_id)
            self._questions.ask(job, lambda _nothing: None, failed=self._failed)

    def _failed(self, problem: KnownError) -> None:
        self._page.say_trouble(str(problem))

    def _show(self, found: parked.Waiting) -> None:
        page, idle = self._page, self._page.idle
        had_focus = idle.isAncestorOf(page.focusWidget() or page) or page.hasFocus()
        idle.show_quiet(page.desk.quiet)
        idle.show_waiting(found, self._session.store_id, self._session.now())
        kept = idle.isAncestorOf(page.focusWidget() or page)
        if had_focus and not kept and page.desk.served is None and page.isVisible():
            page.focus_in()
