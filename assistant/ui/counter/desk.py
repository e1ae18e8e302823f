"""The visit in progress: what was answered, undone and finished, and what of that is on disk."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from assistant.records import Answer, AnswerKind, DeclineReason, Kit
from assistant.store import kits, visits
from assistant.store.database import Connection
from assistant.store.kits import KitAnswer
from assistant.ui.counter import parked, serving
from assistant.ui.counter.attending import Opening
from assistant.ui.counter.curating import Curating
from assistant.ui.counter.popovers import DEFAULT_DAYS
from assistant.ui.counter.rows import Row
from assistant.ui.counter.serving import Choices


class Desk(Curating):
    """Logs what is said to the rows. A row is marked when the log has its answer, never before."""

    answered = Signal(object)
    kit_answered = Signal(tuple)
    offers_changed = Signal()
    taken_over = Signal()

    @property
    def kit(self) -> Kit | None:
        """The kit to offer: one in a visit, and only while none of its items is answered."""
        found = self.slate.kit if self.slate is not None else None
        answered = [row for row in self.rows.rows if not row.pending]
        if found is None or self.refused or self.quiet or any(row.kit_offer_id for row in answered):
            return None
        ids = {row.suggestion.product.product_id for row in answered}
        return found if ids.isdisjoint(one.product.product_id for one in found.suggestions) else None

    def answer_kit(self, kit: Kit, kind: AnswerKind, *, reason: DeclineReason | None = None) -> None:
        """Log one answer to a kit; nothing happens while another is on its way."""
        associate, visit, slate = self._session.associate, self.visit, self.slate
        if self.busy or associate is None or visit is None or slate is None:
            return
        later = self._session.now() + timedelta(days=DEFAULT_DAYS)
        self._set_busy(True)
        job = partial(
            kits.answer,
            visit_id=visit.visit_id,
            slate=slate,
            kit=kit,
            kind=kind,
            associate_id=associate.associate_id,
            reason=reason,
            until=later if kind == "later" else None,
            at=self._session.now(),
        )
        items, saving = len(kit.suggestions), kit.saving

        def logged(given: KitAnswer) -> None:
            self.rows.note_kit(str(given.answers[0].kit_offer_id), items, saving)
            self._kit_answered(given)

        self._ask(job, logged)

    def answer(
        self,
        row: Row,
        kind: AnswerKind,
        *,
        reason: DeclineReason | None = None,
        until: datetime | None = None,
    ) -> None:
        """Log an answer; nothing happens while another is on its way."""
        associate = self._session.associate
        if self.busy or associate is None:
            return
        self.take_over()
        if kind == "later" and until is None:
            until = self._session.now() + timedelta(days=DEFAULT_DAYS)
        self._set_busy(True)
        job = partial(
            self._log_answer,
            suggestion_id=row.key,
            kind=kind,
            associate_id=associate.associate_id,
            reason=reason,
            until=until,
            at=self._session.now(),
        )
        self._ask(job, self._answered)

    @staticmethod
    def _log_answer(connection: Connection, **given: Any) -> Answer:
        """Write an answer; carried out on the thread that owns the connection."""
        return visits.answer(connection, **given)

    def undo(self) -> None:
        """Take the latest answer back, or what was said of a pairing since."""
        if self.last_word is not None:
            self.take_word_back()
            return
        row, associate = self.rows.latest, self._session.associate
        if self.busy or row is None or associate is None:
            return
        self._set_busy(True)
        who, at = associate.associate_id, self._session.now()
        if row.kit_offer_id is not None:
            kit_job = partial(kits.undo, kit_offer_id=row.kit_offer_id, associate_id=who, at=at)
            self._ask(kit_job, lambda undone: self._kit_answered(KitAnswer((), undone)))
        else:
            job = partial(visits.undo, suggestion_id=row.key, associate_id=who, at=at)
            self._ask(job, self._answered)

    def set_consent(self, given: bool) -> None:
        """Record whether the customer wants personal suggestions; holds from the next row on."""
        associate = self._session.associate
        if self.served is None or self.served.card is None or associate is None:
            return
        job = partial(
            serving.set_consent, served=self.served, given=given, associate_id=associate.associate_id
        )
        self._ask(job, self._reread)

    def finish(self, satisfaction: int | None = None, note: str = "") -> None:
        """Finish the visit; what has no answer is logged as not offered."""
        associate = self._session.associate
        if self.busy or self.served is None:
            return
        if self.visit is None or associate is None:
            if not self._beginning:
                self._ended(None)
            return
        self.take_over()
        self._set_busy(True)
        job = partial(
            visits.finish,
            visit_id=self.visit.visit_id,
            associate_id=associate.associate_id,
            satisfaction=satisfaction,
            note=note or None,
            at=self._session.now(),
        )
        self._ask(job, self._ended)

    def park(self) -> None:
        """Put the visit aside as it is, to serve somebody else and come back to it."""
        associate, visit, served = self._session.associate, self.visit, self.served
        if self.busy or served is None or visit is None or associate is None:
            return
        self._set_busy(True)
        job = partial(
            parked.park,
            visit_id=visit.visit_id,
            served=served,
            associate_id=associate.associate_id,
            at=self._session.now(),
        )
        self._ask(job, self._ended)

    @property
    def anothers(self) -> bool:
        """Whether the visit is a colleague's, whoever is signed in now."""
        associate = self._session.associate
        held_by_another = associate is not None and self.holder != associate.associate_id
        return self.served is not None and self.holder is not None and held_by_another

    def park_then(self, opening: Opening) -> None:
        """Put this visit aside, then serve somebody else."""
        self._next = opening
        self.park()

    def take_over(self) -> None:
        """Go on with the visit that a colleague left open here; whoever answers in it does so too."""
        associate, visit = self._session.associate, self.visit
        if self.busy or self._beginning:
            return
        if visit is None or associate is None or self.holder is None:
            return
        if associate.associate_id != self.holder:
            who = associate.associate_id
            job = partial(
                parked.take_over,
                visit_id=visit.visit_id,
                associate_id=who,
                at=self._session.now(),
            )
            self._ask(job, lambda _nothing: self._taken_over(who))

    def _taken_over(self, associate_id: str) -> None:
        if self.visit is not None:
            self.holder = associate_id
            self.taken_over.emit()

    def want_offers(self, wanted: bool) -> None:
        """Suggest nothing more in this visit at the customer's wish, or suggest again."""
        associate, visit = self._session.associate, self.visit
        if self.busy or visit is None or associate is None or wanted is not self.refused:
            return
        self._set_busy(True)
        job = partial(
            serving.want_offers,
            visit_id=visit.visit_id,
            wanted=wanted,
            associate_id=associate.associate_id,
            at=self._session.now(),
        )
        self._ask(job, self._wanted)

    def _wanted(self, wanted: bool) -> None:
        self.refused = not wanted
        self._set_busy(False)
        self.offers_changed.emit()
        if wanted and (self._grown or not self.rows.rowCount()):
            self._go_on()

    def set_quiet(self, quiet: bool) -> None:
        """Show one suggestion only, or all again."""
        associate = self._session.associate
        if associate is not None:
            job = partial(serving.set_quiet, quiet=quiet, associate_id=associate.associate_id)
            self._ask(job, self._quieted)

    def _quieted(self, choices: Choices) -> None:
        self._chosen(choices)
        self.offers_changed.emit()
        if self.served is not None and not choices.quiet:
            self._go_on()

    def _answered(self, answer: Answer) -> None:
        self.last_word = None
        self.rows.answered(answer)
        self._set_busy(False)
        self.answered.emit(answer)
        if self.served is not None and (answer.reason == "has_one" or answer.kind == "undone"):
            job = partial(serving.reread, served=self.served, customer_id=self.served.customer_id)
            self._ask(job, self._reread)  # what the customer owns may be another now
        if self._next is not None:
            following, self._next = self._next, None
            self.open(following)

    def _kit_answered(self, given: KitAnswer) -> None:
        self.last_word = None
        self.rows.append(given.shown)
        for answer in given.answers:
            self.rows.answered(answer)
        self._set_busy(False)
        self.kit_answered.emit(given.answers)
        if self._next is not None:
            following, self._next = self._next, None
            self.open(following)

    def _ended(self, _nothing: None) -> None:
        following, self._next = self._next, None
        self._turn += 1
        self.served, self.visit, self.slate, self.holder = None, None, None, None
        self.refused, self.last_word = False, None
        self._beginning = self._advising = self._again = self._grown = False
        self.rows.clear()
        self._set_busy(False)
        if following is not None:
            self._ask_to_open(following)
        else:
            self.ended.emit()
