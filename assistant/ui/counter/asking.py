"""What the counter asks a person: a reason, a day, whether to leave, about consent, and at the finish."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from assistant.records import DeclineReason
from assistant.ui import dates, wording
from assistant.ui.card.sheet import CardSheet
from assistant.ui.counter.attending import Opening
from assistant.ui.counter.desk import Desk
from assistant.ui.counter.finish import FinishSheet
from assistant.ui.counter.overlay import Ask, Overlay
from assistant.ui.counter.popovers import DayPopover, ReasonPopover
from assistant.ui.counter.proposing import Proposing, lines_of, proposed_first
from assistant.ui.counter.rows import Row
from assistant.ui.counter.suggestion_list import SuggestionList
from assistant.ui.parts import Button
from assistant.ui.session import Session
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class Asking(QObject):
    """Owns what lies over the page; what was chosen goes to the desk."""

    def __init__(
        self, look: Look, desk: Desk, session: Session, page: QWidget, suggestions: SuggestionList
    ) -> None:
        super().__init__(page)
        self._look, self._desk, self._session = look, desk, session
        self._page, self._list = page, suggestions
        self.reasons, self.days = ReasonPopover(look, page), DayPopover(look, page)
        self.kit_reasons = ReasonPopover(look, page)
        self.sheet = FinishSheet(look, page)
        self.leave, self.consent = Ask(look, page, other_key="F"), Ask(look, page)
        self.over = Ask(look, page, other_key="P")
        self.veto, self.proposing = Ask(look, page), Proposing(look, page)
        self.card = CardSheet(look, page)
        self._row: Row | None = None
        self._anchor_name = ""
        self._opening: Opening | None = None
        self.reasons.chosen.connect(self._declined)
        self.reasons.left.connect(lambda: suggestions.actions_row.declined.setDown(False))
        self.days.chosen.connect(self._moved)
        self.leave.agreed.connect(self._parked_visit)
        self.leave.other_chosen.connect(self._left_visit)
        self.over.agreed.connect(desk.take_over)
        for put_aside in (self.over.other_chosen, self.over.left):
            put_aside.connect(desk.park)
        self.consent.agreed.connect(self._consented)
        self.veto.agreed.connect(self._vetoed)
        self.proposing.proposed.connect(desk.propose)
        self.sheet.finished.connect(desk.finish)
        desk.leave_asked.connect(self.ask_to_leave)

    @property
    def overlays(self) -> tuple[Overlay, ...]:
        reasons = self.reasons, self.kit_reasons
        return *reasons, self.days, self.sheet, self.card, *self._questions

    @property
    def _questions(self) -> tuple[Overlay, ...]:
        return self.leave, self.consent, self.over, self.veto, self.proposing

    @property
    def open(self) -> bool:
        """Whether anything is being asked."""
        return any(overlay.isVisible() for overlay in self.overlays)

    def close(self) -> None:
        """Ask nothing any more; nothing is chosen by that."""
        self._list.actions_row.declined.setDown(False)
        for overlay in self.overlays:
            overlay.go()

    def ask_reason(self, row: Row) -> None:
        """Why was it declined?"""
        self._row = row
        button = self._list.actions_row.declined
        point = button.mapTo(self._page, QPoint(button.width() // 2, button.height() + 2))
        button.setDown(True)
        words = self._consequence()
        served = self._desk.served
        name = wording.first_name(served.name) if served is not None else ""
        if served is not None and name and served.personal:
            words = tr("“Already has one” is also noted with what {name} owns.").format(name=name)
        self.reasons.ask(words, point, self._area_of(row), self._words_x - 8, self._list)

    def ask_kit_reason(self, point: QPoint, area: QRect) -> None:
        """Why was the kit declined?"""
        self.kit_reasons.ask(self._consequence(), point, area, self._words_x - 8, self._list)

    def _consequence(self) -> str:
        """What a decline does."""
        name = wording.first_name(self._desk.served.name) if self._desk.served else ""
        if not name:
            return tr("Not suggested again in this visit.")
        return wording.counted(
            self._desk.choices.decline_days,
            tr("Not suggested to {name} again for 1 day."),
            tr("Not suggested to {name} again for {n} days."),
            name=name,
        )

    def ask_day(self, row: Row | None) -> None:
        """Which other day for a "later"?"""
        if row is None or row.state != "later" or self._desk.busy:
            return
        self._row = row
        area = self._area_of(row)
        point = QPoint(self._words_x + self._look.px(120), area.bottom())
        self.days.ask(self._session.now(), point, area, self._words_x - 8, self._list)

    def ask_to_leave(self, opening: Opening) -> None:
        """Park this visit before the next begins, or finish it?"""
        self._opening = opening
        name = wording.first_name(self._desk.served.name) if self._desk.served else ""
        title = tr("Park {name}’s visit?") if name else tr("Park this visit?")
        text = tr(
            "Parked, it waits as it is. Finished, its answers stand, and what was not answered counts as not "
            "offered."
        )
        self.leave.ask(title.format(name=name), text, tr("Park"), self._list, tr("Finish"))

    def ask_to_take_over(self) -> None:
        """Somebody else signed in while a colleague's visit is open: go on with it, or put it aside?"""
        # Whose visit it is stays unsaid: who the customer is, only those see who serve them.
        text = tr(
            "A colleague left it open here. Their answers stay theirs; what you answer from here on is yours."
        )
        self.over.ask(tr("Take over this visit?"), text, tr("Take over"), self._list, tr("Park"))

    def ask_consent(self, back_to: QWidget) -> None:
        """Did the customer ask to change this?"""
        served = self._desk.served
        if served is None or served.card is None:
            return
        name = wording.first_name(served.name) or tr("the customer")
        if served.personal:
            title, yes = tr("Turn personal suggestions off?"), tr("Turn off")
            text = tr("What {name} bought before is then neither shown nor used.")
        else:
            title, yes = tr("Turn personal suggestions on?"), tr("Turn on")
            text = tr("Only if {name} asked for it: suggestions then use what was bought before.")
        if served.asked is not None:
            day = dates.day(served.asked.at, self._session.now())
            since = tr("As it stands, {who} noted it on {day}.").format(who=served.asked_by, day=day)
        else:
            since = tr("As it stands, it comes from the shop’s own system.")
        saved = tr("Saved with the date and your name.")
        self.consent.ask(title, f"{text.format(name=name)} {since} {saved}", yes, back_to)

    def ask_veto(self, row: Row | None) -> None:
        """Never suggest this with that?"""
        if row is None or not row.pending or self._desk.busy:
            return
        proof = next((f for f in row.suggestion.evidence if f.anchor_id == row.anchor_id), None)
        if proof is None:
            return
        self._row, self._anchor_name = row, proof.anchor_name
        names = {"product": row.suggestion.product.name, "anchor": proof.anchor_name}
        title = tr("Never suggest {product} with {anchor}?").format(**names)
        text = tr("It goes from this visit now. A manager decides for the shop, and sees your name.")
        self.veto.ask(title, text, tr("Never suggest"), self._list)

    def _vetoed(self) -> None:
        if self._row is not None:
            self._desk.veto(self._row, self._anchor_name)

    def ask_proposal(self, row: Row | None) -> None:
        """Which product goes with which line?"""
        served = self._desk.served
        if served is None or self._desk.busy or self._desk.refused:
            return
        if not served.lines:
            self._desk.trouble.emit(tr("A pairing starts from a line of the basket; there is none yet."))
            return
        self.close()
        self.proposing.ask(lines_of(served), *proposed_first(served, row), self._list)

    def take_product(self, product_id: str) -> None:
        """What was found in the universal field, for the pairing that is being proposed."""
        self._desk.name(product_id, self.proposing.take)

    def take_scan(self, code: str) -> None:
        """What was scanned, for the pairing that is being proposed."""
        self._desk.look_up(code, self.proposing.take, lambda problem: self.proposing.say(str(problem)))

    def finish(self, button: Button) -> None:
        """Open the finish sheet over a button; pressed again, finish."""
        served = self._desk.served
        if served is None or self._desk.busy or any(one.isVisible() for one in self._questions):
            return
        if self.sheet.isVisible():
            self.sheet.confirm()
            return
        self.close()
        name = wording.first_name(served.name)
        now = self._session.now()
        self.sheet.open(self._desk.rows, self._whom(now), name, served.currency, now, button)

    def note(self, button: Button) -> None:
        """Open the finish sheet at its note."""
        if not self.sheet.isVisible():
            self.finish(button)
        if self.sheet.isVisible():
            self.sheet.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _whom(self, now: datetime) -> str:
        """`Maren Oduya, basket B-20418, 6 min`."""
        served, visit = self._desk.served, self._desk.visit
        if served is None:
            return ""
        basket = served.basket.basket_id
        words = (
            served.name,
            tr("basket {n}").format(n=basket) if basket else "",
            dates.minutes(visit.started_at, now) if visit else "",
        )
        return ", ".join(word for word in words if word)

    @property
    def _words_x(self) -> int:
        """Where the rows' words begin, on the page."""
        return self._list.viewport().mapTo(self._page, QPoint(self._list.words_x, 0)).x()

    def _area_of(self, row: Row) -> QRect:
        area = self._list.area_of(self._desk.rows.place(row.key) or 0)
        return QRect(self._list.viewport().mapTo(self._page, area.topLeft()), area.size())

    def _declined(self, reason: DeclineReason | None) -> None:
        self._list.actions_row.declined.setDown(False)
        if self._row is not None:
            self._desk.answer(self._row, "declined", reason=reason)

    def _moved(self, until: datetime) -> None:
        if self._row is not None:
            self._desk.answer(self._row, "later", until=until)

    def _parked_visit(self) -> None:
        if self._opening is not None:
            self._desk.park_then(self._opening)

    def _left_visit(self) -> None:
        if self._opening is not None:
            self._desk.finish_then(self._opening)

    def _consented(self) -> None:
        if self._desk.served is not None:
            self._desk.set_consent(not self._desk.served.personal)
