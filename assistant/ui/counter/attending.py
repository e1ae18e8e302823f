"""Who is served and what to suggest to them: opened, begun, asked and asked again, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from assistant.records import Found, Product, Slate, Visit
from assistant.store import basket_writes, parking
from assistant.store.database import Connection
from assistant.store.visits import OpenVisit
from assistant.ui.counter import parked, serving, wanted
from assistant.ui.counter.advising import Advice, Adviser, TakenUp
from assistant.ui.counter.parked import Parked
from assistant.ui.counter.rows import Rows, Till
from assistant.ui.counter.serving import Choices, Served
from assistant.ui.counter.turns import Turns
from assistant.ui.counter.wanted import Asker
from assistant.ui.language import told
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.wording import tr

Opening = Callable[[Connection], Served | Parked]
_ACCEPTED_AT: Mapping[str, Till] = {"writes": "waiting", "by_hand": "by_hand", "made_up": "ours"}
_MOST_PENDING = 9  # as many as there are number keys
_AFTER_A_SCAN = 2  # so many may join a full list when the basket grows


class Attending(Turns):
    """Holds who is served."""

    served_changed = Signal()
    advised = Signal(bool)  # whether these are the visit's first rows
    ended = Signal()
    leave_asked = Signal(object)

    def __init__(self, questions: Questions, session: Session, parent: QObject | None = None) -> None:
        super().__init__(questions, session, parent)
        self._adviser = Adviser(session.home, session.now)
        self.rows = Rows(session.now, self)
        self.choices = Choices()
        self.served: Served | None = None
        self.visit: Visit | None = None
        self.slate: Slate | None = None
        self.holder: str | None = None  # whose visit it is
        self.refused = False  # the customer wants to hear of nothing today
        self._opening = self._beginning = self._advising = self._again = self._grown = False
        self._next: Opening | None = None
        session.data_changed.connect(self.data_changed)

    def finish(self, satisfaction: int | None = None, note: str = "") -> None:
        """Finish the visit."""
        raise NotImplementedError

    def finish_then(self, opening: Opening) -> None:
        """Finish this visit, then serve somebody else."""
        self._next = opening
        self.finish()

    @property
    def quiet(self) -> bool:
        """Whether one suggestion is shown and no more, because others wait."""
        return self.choices.quiet

    def read_choices(self) -> None:
        """Read the settings, and have the model ready for the first question."""
        self._questions.ask(serving.choices, self._chosen, key="counter-choices")
        self._questions.ask(self._adviser.load, lambda _nothing: None, failed=self._say)

    def open(self, opening: Opening) -> None:
        """Serve somebody or something else; an earlier visit with answers is asked about first."""
        if self._session.associate is None:
            self.trouble.emit(tr("Choose who serves first."))
        elif self.busy:
            self._next = opening  # an answer is on its way to the disk
        elif self.served is None:
            self._turn += 1
            self._ask_to_open(opening)
        elif self.rows.rowCount() > self.rows.pending:
            self.leave_asked.emit(opening)
        else:
            self.finish_then(opening)

    def _ask_to_open(self, opening: Opening) -> None:
        self._opening = True
        self._ask(opening, self._reached)

    def open_customer(self, customer_id: str) -> None:
        """Serve a customer; a visit of somebody not known yet is theirs."""
        served, visit = self.served, self.visit
        if served is not None and served.customer_id == customer_id:
            return
        if served is not None and visit is not None and served.customer_id is None and not served.basket.paid:
            job = partial(serving.identify, served=served, visit_id=visit.visit_id, customer_id=customer_id)
            self._ask(job, self._reread)
            return
        self.open(
            self._or_parked(partial(serving.open_customer, customer_id=customer_id), customer_id=customer_id)
        )

    def open_basket(self, basket_id: str) -> None:
        """Serve a basket."""
        if self.served is None or self.served.basket.basket_id != basket_id:
            self.open(self._or_parked(partial(serving.open_basket, basket_id=basket_id), basket_id=basket_id))

    def _or_parked(self, opening: Callable[[Connection], Served], **of: str) -> Opening:
        """A visit that was parked with this basket or customer is gone on with, not begun again."""
        associate, store_id = self._session.associate, self._session.store_id

        def open_or_find(connection: Connection) -> Served | Parked:
            who = associate.associate_id if associate else None
            return parked.parked_with(connection, who, store_id, **of) or opening(connection)

        return open_or_find

    def open_product(self, product_id: str) -> None:
        """Ask what goes with a product."""
        job = partial(wanted.open_product, product_id=product_id, asker=self._asker(), at=self._session.now())
        self.open(job)

    def _asker(self) -> Asker | None:
        """On whose behalf a product is asked for."""
        who, visit, served = self._session.associate, self.visit, self.served
        if who is None:
            return None
        customer_id = served.customer_id if served else None
        return Asker(who.associate_id, self._session.store_id, visit.visit_id if visit else None, customer_id)

    def scan(self, code: str) -> None:
        """A product joins what was scanned; a customer's or basket's number opens it."""
        self._questions.ask(partial(serving.scanned, code=code), self._scanned, failed=self._say)

    def remove(self, product_id: str) -> None:
        """Take a scanned line out again."""
        if self.served is not None:
            self._set_served(serving.without_line(self.served, product_id))

    def take_up(self, found: OpenVisit) -> None:
        """Go on with a visit that was left unfinished."""
        if self.served is None:
            self._turn += 1
            limit = self.choices.limit_for(found.visit.touchpoint)
            self._ask(partial(self._adviser.take_up, found=found, limit=limit), self._taken_up)

    def take_up_waiting(self, one: Parked) -> None:
        """Go on with a visit that waits, one's own or a colleague's."""
        associate = self._session.associate
        if self.served is None and associate is not None:
            self._turn += 1
            limit = self.choices.limit_for(one.visit.visit.touchpoint)
            job = partial(
                self._take_up_waiting,
                one=one,
                limit=limit,
                associate_id=associate.associate_id,
                at=self._session.now(),
            )
            self._ask(job, self._taken_up)

    def _take_up_waiting(
        self, connection: Connection, one: Parked, limit: int, associate_id: str, at: datetime
    ) -> TakenUp:
        parked.take_over(connection, one.visit.visit.visit_id, associate_id, at)
        return self._adviser.take_up(connection, one.visit, limit, one.waiting.lines)

    def data_changed(self) -> None:
        """The shop's data or the model is newer: look again, add rows only where the basket changed."""
        self._adviser.forget()
        self.read_choices()
        if self.served is not None:
            customer = self.served.customer_id
            self._ask(partial(serving.reread, served=self.served, customer_id=customer), self._reread)
            self._look_at_till()

    def _give_up(self, _trace: str = "") -> None:
        """Whatever was on its way has not arrived: everything may be pressed again."""
        opening, self._opening = self._opening, False
        self._beginning = self._advising = self._again = False
        self._next = None
        super()._give_up()
        if opening and self.served is None:
            self.ended.emit()

    def _look_at_till(self) -> None:
        """What became at the till of what was accepted."""
        if self.visit is not None and self.choices.till == "writes":
            self._ask(partial(basket_writes.of_visit, visit_id=self.visit.visit_id), self.rows.note_till)

    def _chosen(self, choices: Choices) -> None:
        self.choices = choices
        self.rows.accepted_at = _ACCEPTED_AT[choices.till]

    def _reached(self, found: Served | Parked) -> None:
        self._opening = False
        if isinstance(found, Parked):
            self.take_up_waiting(found)
        else:
            self._opened(found)

    def _opened(self, served: Served) -> None:
        self.rows.clear()
        self.visit, self.slate = None, None
        self.served = served
        self.served_changed.emit()
        self._go_on()

    def _set_served(self, served: Served) -> None:
        before = self.served
        self.served = served
        self.served_changed.emit()
        if before is None or set(served.whole.product_ids) - set(before.whole.product_ids):
            self._grown = True
        if before is not None and served.pieces != before.pieces and self.visit is not None:
            job = partial(parking.keep_lines, visit_id=self.visit.visit_id, lines=served.pieces)
            self._ask(job, lambda _nothing: None)
        if before is None or served.whole.product_ids != before.whole.product_ids:
            self._go_on()

    def _reread(self, served: Served) -> None:
        before = self.served
        if before is not None and before.personal and not served.personal:
            self.rows.withdraw_personal()
        changed = before is None or served.personal != before.personal
        changed = changed or served.customer_id != (before.customer_id if before else None)
        self._set_served(served)
        if changed or not self.rows.rowCount():
            self._go_on()

    def _scanned(self, found: Product | Found) -> None:
        if isinstance(found, Found):
            if found.customers:
                self.open_customer(found.customers[0].customer_id)
            elif found.baskets:
                self.open_basket(str(found.baskets[0].basket_id))
            return
        if self.served is None:
            if self._session.associate is None:
                self.trouble.emit(tr("Choose who serves first."))
                return
            self._turn += 1
            self._opened(serving.with_product(Served("counter"), found))
        else:
            self._set_served(serving.with_product(self.served, found))

    def _go_on(self) -> None:
        """Begin the visit if it is not, else ask for suggestions."""
        served, associate = self.served, self._session.associate
        if served is None or associate is None or self.refused:
            return
        if self._beginning or self._advising:
            self._again = True
            return
        if self.visit is None:
            self._beginning = True
            store, who = self._session.store_id, associate.associate_id
            self._ask(self._begin_job(served, who, store), self._begun)
        else:
            self._advise(self.visit, served)

    def _begin_job(
        self, served: Served, associate_id: str, store_id: str | None
    ) -> Callable[[Connection], Visit]:
        """What begins a visit in the log."""
        at = self._session.now()
        return partial(serving.begin, served=served, associate_id=associate_id, store_id=store_id, at=at)

    def _advise(self, visit: Visit, served: Served) -> None:
        self._advising, self._again = True, False
        limit = self.choices.limit_for(served.touchpoint)
        shown = frozenset(row.suggestion.product.product_id for row in self.rows.rows)
        job = partial(
            self._adviser.advise,
            visit=visit,
            served=served,
            shown=shown,
            accepted=self.rows.accepted_ids,
            limit=limit,
            room=self._room(limit),
            grown=self._grown,
            needed_too=not self.quiet,
        )
        self._grown = False
        self._ask(job, self._advised)

    def _room(self, limit: int) -> int:
        pending = self.rows.pending
        if self.quiet:
            return 0 if self.rows.rowCount() else 1
        least = _AFTER_A_SCAN if self._grown and self.rows.rowCount() else 0
        return max(0, min(max(limit - pending, least), _MOST_PENDING - pending))

    def _begun(self, visit: Visit) -> None:
        self._beginning = False
        self.visit, self.holder = visit, visit.associate_id
        if self._next is not None:
            self.finish()
        else:
            self._go_on()

    def _advised(self, advice: Advice) -> None:
        self._advising = False
        first = self.slate is None
        self.slate, self.refused = advice.slate, advice.refused
        self.rows.append(advice.new)
        self.advised.emit(first)
        if advice.trouble:
            self.trouble.emit(told(advice.trouble))
        if self._again:
            self._go_on()

    def _taken_up(self, found: TakenUp) -> None:
        self.rows.clear()
        self.served, self.visit = found.served, found.visit.visit
        associate = self._session.associate
        self.holder = associate.associate_id if associate else None
        self.refused = found.refused
        basket = replace(found.served.whole, lines=())
        self.slate = Slate(None, basket, found.suggestions, (), (), 0, kit=found.kit, held_out=found.held_out)
        self.rows.append(found.suggestions)
        for offer_id, (items, saving) in found.savings.items():
            self.rows.note_kit(offer_id, items, saving)
        for answer in found.visit.answers:
            self.rows.answered(answer)
        self.served_changed.emit()
        self.advised.emit(True)
