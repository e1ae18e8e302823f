"""Review and Follow-ups: built when they are first asked for, and counted on the rail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look

if TYPE_CHECKING:
    from assistant.records import FollowUp
    from assistant.store.database import Connection
    from assistant.suggest import Model
    from assistant.ui.counter.advising import Adviser
    from assistant.ui.followups.page import FollowUpsPage
    from assistant.ui.review import ReviewPage

PAGES = ("review", "followups")


class AccountPages(QObject):
    """Makes the pages, tells them of signing in and locking, and counts what is due today."""

    counted = Signal(int)
    keys_asked = Signal()
    search_asked = Signal()
    review_asked = Signal()  # a follow-up is called: show the call

    def __init__(
        self,
        look: Look,
        questions: Questions,
        session: Session,
        add: Callable[[QWidget], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session, self._add = look, questions, session, add
        self._review: ReviewPage | None = None
        self._followups: FollowUpsPage | None = None
        self._adviser: Adviser | None = None
        self._kept: dict[tuple[date, str | None, str | None], tuple[FollowUp, ...]] = {}
        session.data_changed.connect(self._data_changed)

    @property
    def review(self) -> ReviewPage:
        """The Review page."""
        if self._review is None:
            from assistant.ui.review import ReviewPage

            self._review = ReviewPage(self._look, self._questions, self._session)
            self._review.keys_asked.connect(self.keys_asked)
            self._review.search_asked.connect(self.search_asked)
            self._review.follow_ups_changed.connect(self._changed)
            self._review.visit_changed.connect(self.count)
            self._add(self._review)
        return self._review

    @property
    def followups(self) -> FollowUpsPage:
        """The Follow-ups page."""
        if self._followups is None:
            from assistant.ui.followups.page import FollowUpsPage

            self._followups = FollowUpsPage(self._look, self._questions, self._session, self._again)
            self._followups.keys_asked.connect(self.keys_asked)
            self._followups.changed.connect(self.count)
            self._followups.call_asked.connect(self._call)
            self._add(self._followups)
        return self._followups

    def page(self, name: str) -> ReviewPage | FollowUpsPage:
        """A page by its name, with what is new on it."""
        if name == "review":
            return self.review
        self.followups.refresh()
        self.count()
        return self.followups

    def reviewing(self, page: QWidget | None) -> bool:
        """Whether a page is the Review page."""
        return self._review is not None and page is self._review

    def open(self, kind: str, one: str) -> bool:
        """Open a customer, an order or a number as a call; whether that is what it was."""
        does = {
            "customer": self.review.open_customer,
            "order": self.review.open_order,
            "basket": self.review.open_order,
            "phone": self.review.open_phone,
        }.get(kind)
        if does is not None:
            does(one)
        return does is not None

    def take_up(self) -> None:
        """Somebody has signed in."""
        if self._review is not None:
            self._review.take_up()
        if self._followups is not None:
            self._followups.take_up()
        self.count()

    def put_away(self) -> None:
        """The screen is locked."""
        if self._review is not None:
            self._review.put_away()
        if self._followups is not None:
            self._followups.put_away()
        self.counted.emit(0)

    def count(self) -> None:
        """Ask how many follow-ups are due today."""
        associate = self._session.associate
        if associate is None:
            return
        job = partial(self._due_today, now=self._session.now(), associate_id=associate.associate_id)
        self._questions.ask(job, self._counted, key="follow-ups-count")

    def _due_today(self, connection: Connection, now: datetime, associate_id: str) -> int:
        # Loaded here, on the thread that reads: nobody who signs in waits for it.
        from assistant.ui.followups import reading

        return reading.count(connection, now, associate_id, self._again)

    def _again(
        self, connection: Connection, now: datetime, associate_id: str | None, store_id: str | None
    ) -> tuple[FollowUp, ...]:
        """Who is due again; looked for once a day and after a change of data, as it takes a while."""
        from assistant.suggest import replenishment

        scope = (now.astimezone().date(), associate_id, None if associate_id else store_id)
        if scope not in self._kept:
            self._kept[scope] = replenishment.due_again(
                connection,
                self._load_model(connection),
                now,
                until=now + replenishment.AHEAD,
                associate_id=associate_id,
                store_id=store_id,
            )
        # A consent that was withdrawn since holds at once.
        return tuple(one for one in self._kept[scope] if replenishment.welcome(connection, one, now))

    def _load_model(self, connection: Connection) -> Model | None:
        from assistant.ui.counter.advising import Adviser

        if self._adviser is None:
            self._adviser = Adviser(self._session.home, self._session.now)
        self._adviser.load(connection)
        return self._adviser.model

    def _data_changed(self) -> None:
        if self._adviser is not None:
            self._adviser.forget()
        self._kept = {}
        self.count()

    def _counted(self, n: int) -> None:
        self.counted.emit(n if self._session.associate is not None else 0)

    def _changed(self) -> None:
        if self._followups is not None:
            self._followups.refresh()
        self.count()

    def _call(self, customer_id: str) -> None:
        self.review.open_customer(customer_id)
        self.review_asked.emit()
