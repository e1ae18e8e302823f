"""The Review page: its parts side by side, and what happens between them."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from assistant.records import Answer, FollowUp
from assistant.store.calls import Outcome
from assistant.store.visits import OpenVisit
from assistant.ui import dates, wording
from assistant.ui.counter.asking import Asking
from assistant.ui.counter.rows import spoken_state
from assistant.ui.questions import Questions
from assistant.ui.review import callers, words
from assistant.ui.review.agenda import Agenda
from assistant.ui.review.bar import CallBar
from assistant.ui.review.callers import Matches
from assistant.ui.review.desk import CallDesk
from assistant.ui.review.ending import EndPopover
from assistant.ui.review.header import CallHeader
from assistant.ui.review.idle import NoCall
from assistant.ui.review.keys import CallKeys
from assistant.ui.review.schedule import Schedule
from assistant.ui.review.talk import Talk
from assistant.ui.review.timeline import Timeline
from assistant.ui.session import Session
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_TICK_MS = 1_000


class ReviewPage(QWidget):
    """Who calls at the top; what they own, what to talk about, and the next step below."""

    visit_changed = Signal()
    keys_asked = Signal()
    search_asked = Signal()
    follow_ups_changed = Signal()

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self._opened_at = session.now()
        self._name = ""
        self.desk = CallDesk(questions, session, self)
        self.idle = NoCall(look)
        self.header, self.timeline, self.agenda = CallHeader(look), Timeline(look), Agenda(look)
        self.talk = Talk(look, self.desk.rows, session.now)
        self.schedule = Schedule(look, session.now)
        self.bar = CallBar(look)
        self._stack = QStackedWidget()
        self._lay_out()
        self.asking = Asking(look, self.desk, session, self, self.talk.list)
        self.ending = EndPopover(look, self)
        self._keys = CallKeys(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._show_clock)
        look.changed.connect(self._fit)
        self._show_idle()
        self.desk.read_choices()

    # What others call

    def open_customer(self, customer_id: str) -> None:
        """Take a call of a customer."""
        self.asking.close()
        self.desk.open_call(customer_id)

    def open_phone(self, number: str) -> None:
        """A number calls."""
        self.asking.close()
        self.desk.open_phone(number)

    def open_order(self, order_id: str) -> None:
        """Take a call about an order."""
        self.asking.close()
        self.desk.open_order(order_id)

    def focus_in(self) -> None:
        """Take the focus: the list, or whom a call can be begun with."""
        if self.asking.open or self.ending.isVisible():
            return
        if self.desk.served is not None and self.desk.rows.rowCount():
            self.talk.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.desk.served is not None or not self.idle.focus_first():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_up(self) -> None:
        """Somebody has signed in: show what was left unfinished, or the call that was kept."""
        if self.desk.served is None:
            self._show_idle()
        else:
            self._show_bar()

    def put_away(self) -> None:
        """The screen is locked: nothing half-asked stays open; the call is kept."""
        self.asking.close()
        self.ending.go()
        self.idle.show_outcome("")
        if self.desk.served is None:
            self.idle.show_waiting((), self._session.now())

    def say_trouble(self, sentence: str) -> None:
        """Show a sentence of what went wrong."""
        (self.talk.notice if self.desk.served is not None else self.idle.notice).say(sentence)

    # How it is put together

    def _lay_out(self) -> None:
        self._right = QWidget()
        right = self._right_column = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.agenda)
        right.addWidget(self.schedule, 1)
        self._scroll = QScrollArea()  # with large text or a notice above, not all of it fits
        self._scroll.setWidget(self._right)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._columns = QHBoxLayout()
        self._columns.addWidget(self.timeline)
        self._columns.addWidget(self.talk, 1)
        self._columns.addWidget(self._scroll)
        call = QWidget()
        self._whole = QVBoxLayout(call)
        self._whole.addWidget(self.header)
        self._whole.addLayout(self._columns, 1)
        self._stack.addWidget(self.idle)
        self._stack.addWidget(call)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self.bar)
        self._fit()

    def _connect(self) -> None:
        desk = self.desk
        desk.served_changed.connect(self._show_served)
        desk.facts_changed.connect(self._show_facts)
        desk.advised.connect(self._show_advice)
        desk.answered.connect(self._show_answer)
        desk.matched.connect(self._show_matches)
        desk.promised.connect(self._show_promise)
        desk.went.connect(self._show_outcome)
        desk.ended.connect(self._show_idle)
        desk.busy_changed.connect(self.talk.list.set_busy)
        desk.trouble.connect(self.say_trouble)
        self.talk.list.pressed.connect(self.press)
        self.talk.list.undo_asked.connect(desk.undo)
        self.talk.list.day_asked.connect(lambda: self.asking.ask_day(desk.rows.latest))
        for asked in (self.header.consent_asked, self.talk.turn_on_asked):
            asked.connect(lambda: self.asking.ask_consent(self.header.consent))
        self.agenda.ticked.connect(desk.tick)
        self.agenda.reason_asked.connect(desk.next_reason)
        self.schedule.saved.connect(desk.schedule)
        self.schedule.undo_asked.connect(desk.undo_promise)
        self.schedule.left.connect(self.focus_in)
        self.ending.chosen.connect(desk.end_without_offer)
        self.bar.finish_asked.connect(self._finish)
        self.bar.end_asked.connect(self.ask_end)
        self.bar.keys_asked.connect(self.keys_asked)
        self.idle.customer_chosen.connect(desk.open_call)
        self.idle.visit_chosen.connect(desk.take_up)
        self.idle.search_asked.connect(self.search_asked)
        self.idle.undo_asked.connect(desk.undo_outcome)
        finish = QShortcut(QKeySequence("F9"), self, self._finish)
        finish.setAutoRepeat(False)
        QShortcut(QKeySequence("F6"), self, self._keys.next_pane)

    def _fit(self) -> None:
        """Sizes for the window as it is."""
        window, layout = self.window(), tokens()["layout"]
        compact = window.width() < 1360 or window.height() < 860
        padding = layout["compact"]["pagePadding"] if compact else layout["pagePadding"]
        left, _, right = layout["reviewColumns"]
        for column, width in ((self.timeline, left), (self._scroll, right)):
            wide = width - 44 if compact else width
            column.setFixedWidth(min(self._look.px(wide), round(wide * 1.1)))
        self._whole.setContentsMargins(padding, 12 if compact else 16, padding, 12 if compact else 16)
        self._whole.setSpacing(12 if compact else 16)
        self._columns.setSpacing(16)
        self._right_column.setSpacing(12 if compact else 16)
        for part in (self.header, self.talk, self.schedule, self.bar):
            part.set_compact(compact)
        scroll_bar = self._scroll.verticalScrollBar().sizeHint().width()
        self.agenda.set_compact(compact, self._scroll.maximumWidth() - scroll_bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ParentChange:
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # What is shown

    def _show_idle(self) -> None:
        self._stack.setCurrentWidget(self.idle)
        self.bar.hide()
        self.timeline.forget()
        if not self.idle.asking:
            self._ask_waiting()
        self.visit_changed.emit()

    def _ask_waiting(self) -> None:
        associate = self._session.associate
        if associate is None:
            return
        job = partial(callers.waiting, associate_id=associate.associate_id, before=self._opened_at)
        self._questions.ask(job, self._show_waiting, key="review-waiting")

    def _show_waiting(self, found: tuple[tuple[OpenVisit, str | None], ...]) -> None:
        if self.desk.served is None and not self.idle.asking and self._session.associate is not None:
            self.idle.show_waiting(found, self._session.now())

    def _show_matches(self, matches: Matches) -> None:
        """Whose number is it? A call in progress is kept, and said so."""
        if self.desk.served is not None:
            self.say_trouble(tr("Another number is calling: {n}.").format(n=words.phone(matches.number)))
            return
        self.idle.show_outcome("")
        self.idle.show_matches(matches)
        self.focus_in()

    def _show_served(self) -> None:
        served, now = self.desk.served, self._session.now()
        if served is None or served.card is None:
            return
        if self.desk.slate is None:
            self._name = served.name or ""
            self.idle.show_waiting((), now)
            self.idle.show_outcome("")
            self.talk.begin()
            self.timeline.forget()
            self.schedule.begin(served.card.customer)
            self.agenda.show_steps("", (), frozenset())
        self.talk.notice.hide()
        self.header.show_card(served.card, served.personal, now)
        self.talk.show_served(served)
        self.bar.show()
        self._show_clock()
        self._show_bar()
        self._stack.setCurrentIndex(1)
        self.visit_changed.emit()

    def _show_facts(self) -> None:
        served, facts, now = self.desk.served, self.desk.facts, self._session.now()
        if served is None or facts is None:
            return
        name = wording.first_name(served.name)
        self.timeline.show_things(name, facts.things, facts.returned, served.personal, now)
        reason = facts.call.reason if facts.call else "question"
        steps = [
            (words.step(s.words, facts.things, now), words.step(s.hint, facts.things, now))
            for s in facts.steps
        ]
        self.agenda.show_steps(words.reason(reason), steps, facts.call.done if facts.call else frozenset())
        self.header.show_call(facts.call, facts.contacts, now)
        if self.desk.slate is not None:
            self.talk.show_policy(served, facts)
        self._show_bar()

    def _show_clock(self) -> None:
        visit = self.desk.visit
        if visit is not None:
            self.header.clock.show_seconds(self._seconds(visit.started_at))
        elif self.desk.served is not None:
            self.header.clock.show_seconds(0)

    def _seconds(self, since: datetime) -> int:
        return int((self._session.now() - since).total_seconds())

    def _show_bar(self) -> None:
        served = self.desk.served
        if served is not None:
            steps = len(self.agenda.ticks)
            now = self._session.now()
            self.bar.show_call(self.desk.rows, served.currency, now, self.agenda.done, steps)

    def _show_advice(self, first: bool) -> None:
        served, slate = self.desk.served, self.desk.slate
        if served is None or slate is None:
            return
        self.talk.show_slate(served, slate, self.desk.facts)
        self._show_clock()
        self._show_bar()
        if first or self.talk.list.selected is None:
            self.talk.list.choose(self.desk.rows.next_pending())
        inside = self.isAncestorOf(self.window().focusWidget() or self) or self.hasFocus()
        if first and (inside or self.window().focusWidget() is None):
            self.focus_in()

    def _show_answer(self, answer: Answer) -> None:
        rows = self.desk.rows
        place = rows.place(answer.suggestion_id)
        if place is None:
            return
        self.talk.notice.hide()
        row = rows.rows[place]
        self.talk.list.choose(place if row.pending else rows.next_pending(place))
        self._show_bar()
        left = tr("{n} left").format(n=rows.pending)
        self._announce(f"{spoken_state(row, self._session.now())} {left}")
        self.visit_changed.emit()

    def _show_promise(self, promise: FollowUp | None) -> None:
        self.schedule.show_promise(promise)
        self.follow_ups_changed.emit()
        if promise is not None:
            self._announce(tr("Follow-up saved for {day}.").format(day=dates.weekday(promise.due)))
            self.focus_in()

    def _show_outcome(self, outcome: Outcome | None) -> None:
        text = words.outcome(outcome.kind, self._name) if outcome else tr("Taken back.")
        self.idle.show_outcome(text)
        self.idle.undo.setVisible(outcome is not None)
        self.follow_ups_changed.emit()
        self.focus_in()

    def _announce(self, text: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.talk.list, text))

    # What was pressed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys.act(event):
            super().keyPressEvent(event)

    def press(self, kind: str) -> None:
        """Answer the selected row, or ask what must be known first."""
        row = self.talk.list.selected
        if row is None or self.desk.busy:
            return
        if kind == "later" and row.state == "later":
            self.asking.ask_day(row)
        elif row.pending and kind == "declined":
            self.asking.ask_reason(row)
        elif row.pending:
            self.desk.answer(row, "accepted" if kind == "accepted" else "later")

    def undo(self) -> None:
        """Take back what was done last: the promise that was just made, else the latest answer."""
        if self.desk.promise is not None:
            self.desk.undo_promise()
        else:
            self.desk.undo()

    def plan(self) -> None:
        """Go to the next step, wherever it has scrolled to."""
        self._scroll.ensureWidgetVisible(self.schedule)
        self.schedule.focus_in()

    def ask_end(self) -> None:
        """How did a call without an offer end?"""
        rows = self.desk.rows
        if self.desk.served is None or self.desk.visit is None or self.desk.busy:
            return
        if rows.rowCount() > rows.pending:
            self.say_trouble(tr("Something was answered in this call: finish it with F9."))
            return
        button = self.bar.end
        point = button.mapTo(self, QPoint(button.width() // 2, 0))
        row = QRect(point.x() - 40, point.y(), 80, button.height())
        self.ending.ask(self._session.now(), point, row, point.x() - self._look.px(320), self.talk.list)

    def _finish(self) -> None:
        if not self.ending.isVisible():
            self.asking.finish(self.bar.finish)
