"""The call in progress: opened, advised within the month's limit, ticked, followed up and ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from assistant.records import (
    CALL_REASONS,
    Answer,
    Channel,
    DayPart,
    FollowUp,
    OutcomeKind,
    Slate,
    Visit,
)
from assistant.store import calls
from assistant.store.calls import Call, Outcome
from assistant.store.database import Connection
from assistant.suggest import Model
from assistant.ui.counter.desk import Desk
from assistant.ui.counter.serving import Served
from assistant.ui.questions import Questions
from assistant.ui.review import callers
from assistant.ui.review.callers import Facts, Matches
from assistant.ui.session import Session


class CallDesk(Desk):
    """As the counter's desk, for a customer on the phone; everything is logged before it shows."""

    facts_changed = Signal()
    matched = Signal(object)  # nobody, or several, have the number
    promised = Signal(object)  # a follow-up is on disk, or None: it was taken back
    went = Signal(object)  # the outcome of a call that made no offer

    def __init__(self, questions: Questions, session: Session, parent: QObject | None = None) -> None:
        super().__init__(questions, session, parent)
        self.facts: Facts | None = None
        self.promise: FollowUp | None = None
        self.outcome: Outcome | None = None
        self.served_changed.connect(self._forget_facts)

    @property
    def quiet(self) -> bool:
        """Nobody queues behind a call."""
        return False

    # Opening

    def open_customer(self, customer_id: str) -> None:
        """Take a call of a customer."""
        self.open_call(customer_id)

    def open_call(self, customer_id: str, number: str | None = None) -> None:
        """Take a call of a customer, found by a number."""
        if self.served is None or self.served.customer_id != customer_id:
            self.open(partial(callers.open_customer, customer_id=customer_id, number=number))

    def open_order(self, order_id: str) -> None:
        """Take a call about an order."""
        self.open(partial(callers.open_order, order_id=order_id))

    def open_phone(self, number: str) -> None:
        """A number calls: one customer's call is taken, of several is asked which."""
        self._questions.ask(
            partial(callers.by_phone, number=number), self._found, key="call", failed=self._say
        )

    def _found(self, matches: Matches) -> None:
        if len(matches.customers) == 1:
            self.open_call(matches.customers[0].customer_id, matches.number)
        else:
            self.matched.emit(matches)

    # What a call goes by

    def _forget_facts(self) -> None:
        served = self.served
        if self.facts is not None and served is not None and self.visit is not None:
            self.read_facts()

    def read_facts(self, then: Callable[[], None] | None = None) -> None:
        """Read anew what the call goes by."""
        served, visit = self.served, self.visit
        if served is None or served.customer_id is None or visit is None:
            return
        job = partial(
            callers.facts,
            customer_id=served.customer_id,
            visit_id=visit.visit_id,
            now=self._session.now(),
            load=self._load_model,
        )

        def arrived(facts: Facts) -> None:
            self.facts = facts
            self.facts_changed.emit()
            if then is not None:
                then()

        self._ask(job, arrived)

    def _load_model(self, connection: Connection) -> Model | None:
        self._adviser.load(connection)
        return self._adviser.model

    def _begin_job(
        self, served: Served, associate_id: str, store_id: str | None
    ) -> Callable[[Connection], Visit]:
        at = self._session.now()
        return partial(callers.begin, served=served, associate_id=associate_id, store_id=store_id, at=at)

    def _opened(self, served: Served) -> None:
        self.facts = self.promise = self.outcome = None
        super()._opened(served)

    def _advise(self, visit: Visit, served: Served) -> None:
        """Ask only where the month's limit leaves room; nothing is logged as shown where it does not."""
        if self.facts is None:
            self.read_facts(self._go_on)
        elif self.facts.contacts.left or self.rows.rowCount():
            super()._advise(visit, served)
        else:
            self.slate = Slate(None, served.whole, (), (), (), 0)
            self.advised.emit(True)

    def _taken_up(self, found: Any) -> None:
        self.facts = self.promise = self.outcome = None
        super()._taken_up(found)
        self.read_facts()

    # What was said

    @staticmethod
    def _log_answer(connection: Connection, **given: Any) -> Answer:
        return callers.answer(connection, **given)

    def _answered(self, answer: Answer) -> None:
        super()._answered(answer)
        self.read_facts()

    def tick(self, step: int, done: bool) -> None:
        """Tick a step of the agenda, or take the tick back."""
        if self.visit is not None and self.facts is not None and step < len(self.facts.steps):
            words = self.facts.steps[step].words
            job = partial(calls.tick, visit_id=self.visit.visit_id, step=step, done=done, words=words)
            self._ask(job, self._ticked)

    def _ticked(self, call: Call) -> None:
        self.read_facts()

    def next_reason(self) -> None:
        """The call is about something else: the next of the reasons."""
        if self.visit is not None and self.facts is not None and self.facts.call is not None:
            place = CALL_REASONS.index(self.facts.call.reason)
            reason = CALL_REASONS[(place + 1) % len(CALL_REASONS)]
            job = partial(calls.choose_reason, visit_id=self.visit.visit_id, reason=reason)
            self._ask(job, self._ticked)

    # The next step

    def schedule(self, due: datetime, channel: Channel | None, day_part: DayPart | None, note: str) -> None:
        """Promise to come back to the customer."""
        served, associate = self.served, self._session.associate
        if self.busy or served is None or served.customer_id is None or associate is None:
            return
        self._set_busy(True)
        job = partial(
            callers.schedule,
            customer_id=served.customer_id,
            associate_id=associate.associate_id,
            due=due,
            store_id=self._session.store_id,
            visit_id=self.visit.visit_id if self.visit else None,
            channel=channel,
            day_part=day_part,
            note=note,
            at=self._session.now(),
        )
        self._ask(job, self._promised)

    def _promised(self, promise: FollowUp | None) -> None:
        self.promise = promise
        self._set_busy(False)
        self.promised.emit(promise)

    def undo_promise(self) -> None:
        """Take back the promise that was just made."""
        associate = self._session.associate
        if self.promise is not None and associate is not None and not self.busy:
            self._set_busy(True)
            job = partial(callers.take_back, one=self.promise, associate_id=associate.associate_id)
            self._ask(job, lambda _dropped: self._promised(None))

    # The end

    def end_without_offer(self, kind: OutcomeKind, until: datetime | None = None) -> None:
        """Not reached, call back, passed on: the call is over."""
        associate, visit = self._session.associate, self.visit
        if self.busy or visit is None or associate is None or self.rows.rowCount() > self.rows.pending:
            return
        self._set_busy(True)
        job = partial(
            calls.end,
            visit_id=visit.visit_id,
            kind=kind,
            associate_id=associate.associate_id,
            until=until,
            at=self._session.now(),
        )
        self._ask(job, self._went)

    def _went(self, outcome: Outcome) -> None:
        self._ended(None)
        self.outcome = outcome
        self.went.emit(outcome)

    def undo_outcome(self) -> None:
        """Take back how the last call ended, and its call back with it."""
        associate, outcome = self._session.associate, self.outcome
        if outcome is None or associate is None or self.served is not None:
            return
        self.outcome = None
        job = partial(calls.undo_end, outcome=outcome, associate_id=associate.associate_id)
        self._ask(job, lambda _nothing: self.went.emit(None))

    def _ended(self, nothing: None) -> None:
        self.facts = self.promise = None
        super()._ended(nothing)
