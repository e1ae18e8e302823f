"""The Counter page: its parts side by side, and which key does what."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from assistant.records import Answer
from assistant.ui.card.giving import Giving
from assistant.ui.counter.asking import Asking
from assistant.ui.counter.basket import BasketPanel
from assistant.ui.counter.beginning import Beginning
from assistant.ui.counter.columns import Columns
from assistant.ui.counter.customer import CustomerPanel
from assistant.ui.counter.desk import Desk
from assistant.ui.counter.idle import Idle
from assistant.ui.counter.keys import Keys
from assistant.ui.counter.kit_offer import KitOffer
from assistant.ui.counter.main_column import MainColumn
from assistant.ui.counter.rows import spoken_state
from assistant.ui.counter.serving import Served
from assistant.ui.counter.telling import Telling
from assistant.ui.counter.veil import Veil
from assistant.ui.counter.visit_bar import VisitBar
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_TICK_MS = 20_000


class CounterPage(QWidget):
    """Who is served at the left, what to suggest in the middle, what came of it at the bottom."""

    visit_changed = Signal()
    keys_asked = Signal()
    search_asked = Signal()

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self.desk = Desk(questions, session, self)
        self.idle = Idle(look)
        self.customer, self.basket = CustomerPanel(look), BasketPanel(look)
        self.main = MainColumn(look, self.desk.rows, session.now)
        self.list = self.main.list
        self.bar = VisitBar(look)
        self._columns = Columns(look, self.customer, self.basket, self.main)
        self._stack, self._veil = QStackedWidget(), Veil(look)
        self._lay_out()
        self.asking = Asking(look, self.desk, session, self, self.list)
        self.giving = Giving(questions, session, self.asking.card, self)
        self.kit = KitOffer(self, self.main.kit)
        self.telling = Telling(self)
        self.beginning = Beginning(self, questions, session)
        self._keys = Keys(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._show_bar)
        self._timer.start()
        look.changed.connect(self._fit)
        self._show_idle()
        self.desk.read_choices()

    # What others call

    def open_customer(self, customer_id: str) -> None:
        """Serve a customer, with the open basket if there is one."""
        self.asking.close()
        self.desk.open_customer(customer_id)

    def open_basket(self, basket_id: str) -> None:
        """Serve a basket."""
        self.asking.close()
        self.desk.open_basket(basket_id)

    def open_product(self, product_id: str) -> None:
        """Ask what goes with one product; while a pairing is being proposed, that is its add-on."""
        if self.asking.proposing.isVisible():
            self.asking.take_product(product_id)
            return
        self.asking.close()
        self.desk.open_product(product_id)

    def scan(self, code: str) -> None:
        """Take a scan; a popover that is open closes without a reason, a proposal takes it as its add-on."""
        if self.asking.proposing.isVisible():
            self.asking.take_scan(code)
            return
        for popover in (self.asking.reasons, self.asking.kit_reasons):
            popover.choose(None)
        self.asking.close()
        self.desk.scan(code)

    def focus_in(self) -> None:
        """Take the focus: the list, or what a visit can be begun with."""
        if self.asking.open or self.desk.anothers:
            return
        if self.desk.served is not None and self.desk.rows.rowCount() and not self.desk.refused:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.desk.served is not None or not self.idle.focus_first():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_up(self) -> None:
        """Somebody has signed in: show what was left unfinished, or the visit that was kept."""
        if self.desk.served is None:
            self.beginning.close_stale()
            self._show_idle()
            return
        self._show_bar()
        self._show_visit()
        if self.desk.anothers:
            self._ask_to_take_over()

    def _ask_to_take_over(self) -> None:
        if not self.asking.open:
            self.asking.ask_to_take_over()

    def put_away(self) -> None:
        """The counter is locked: nothing half-asked stays open; the visit is kept."""
        self.asking.close()

    def say_trouble(self, sentence: str) -> None:
        """Show a sentence of what went wrong."""
        if self.desk.anothers:
            self._veil.notice.say(sentence)
            self._ask_to_take_over()
            return
        (self.main.notice if self.desk.served is not None else self.idle.notice).say(sentence)

    # How it is put together

    def _lay_out(self) -> None:
        self._stack.addWidget(self.idle)
        self._stack.addWidget(self._columns)
        self._stack.addWidget(self._veil)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self.bar)
        self._fit()

    def _connect(self) -> None:
        desk = self.desk
        desk.served_changed.connect(self._show_served)
        desk.advised.connect(self._show_advice)
        desk.answered.connect(self._show_answer)
        desk.ended.connect(self._show_idle)
        desk.taken_over.connect(self._show_visit)
        desk.offers_changed.connect(self._show_offers)
        desk.busy_changed.connect(self.list.set_busy)
        desk.trouble.connect(self.say_trouble)
        self.giving.trouble.connect(self.say_trouble)
        self._session.data_changed.connect(self.beginning.refresh)
        self.list.pressed.connect(self.press)
        self.list.undo_asked.connect(desk.undo)
        self.list.day_asked.connect(lambda: self.asking.ask_day(desk.rows.latest))
        for asked in (self.customer.consent_asked, self.main.turn_on_asked):
            asked.connect(lambda: self.asking.ask_consent(self.customer.consent))
        self.basket.removed.connect(desk.remove)
        self.bar.finish_asked.connect(self._finish)
        self.bar.park_asked.connect(desk.park)
        self.main.offers_asked.connect(lambda: desk.want_offers(True))
        self.main.all_asked.connect(lambda: desk.set_quiet(False))
        self.bar.keys_asked.connect(self.keys_asked)
        self.main.nothing.finish_asked.connect(self._finish)
        self.main.nothing.find_asked.connect(self.search_asked)
        self.idle.basket_chosen.connect(self.open_basket)
        self.idle.visit_chosen.connect(desk.take_up_waiting)
        finish = QShortcut(QKeySequence("F9"), self, self._finish)
        finish.setAutoRepeat(False)
        QShortcut(QKeySequence("F6"), self, self._keys.next_pane)

    def _fit(self) -> None:
        """Sizes for the window as it is."""
        window = self.window()
        compact = window.width() < 1360 or window.height() < 860
        self._columns.fit(compact=compact)
        self.bar.set_compact(compact)
        self.idle.set_compact(compact)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ParentChange:
            self._fit()

    # What is shown

    def _show_idle(self) -> None:
        self._stack.setCurrentWidget(self.idle)
        self.bar.hide()
        self.beginning.refresh()
        self.visit_changed.emit()

    def _show_served(self) -> None:
        served, now = self.desk.served, self._session.now()
        if served is None:
            return
        if self.desk.slate is None:
            self.main.begin()
            self.telling.end()
        self.main.notice.hide()
        self.customer.setVisible(served.card is not None)
        if served.card is not None:
            self.customer.show_card(served.card, served.personal, now, served.noted)
        self._show_basket()
        self.main.show_served(served)
        self._show_bar()
        self._show_visit()
        self.visit_changed.emit()

    def _show_visit(self) -> None:
        """Show the visit in progress, but a colleague's only once it was taken over."""
        anothers = self.desk.anothers
        self.bar.setVisible(not anothers)
        if anothers:
            self._stack.setCurrentWidget(self._veil)
        else:
            self.asking.over.go()
            self._veil.notice.hide()
            self._stack.setCurrentIndex(1)

    def _show_basket(self) -> None:
        if self.desk.served is not None:
            accepted = [row.suggestion.product for row in self.desk.rows.rows if row.state == "accepted"]
            saved = self.desk.rows.saved(self.desk.served.whole.product_ids)
            self.basket.show_basket(self.desk.served, accepted, self._session.now(), saved)

    def _show_bar(self) -> None:
        served, visit = self.desk.served, self.desk.visit
        if served is not None:
            since = visit.started_at if visit else None
            self.bar.show_visit(self.desk.rows, served.currency, since, self._session.now())

    def _show_advice(self, first: bool) -> None:
        served, slate = self.desk.served, self.desk.slate
        if served is None or slate is None:
            return
        self.main.show_slate(served, slate, refused=self.desk.refused, quiet=self.desk.quiet)
        self._show_basket()
        self._show_bar()
        self.kit.show()
        done = self.desk.quiet and self.desk.rows.latest is not None
        if first or (self.list.selected is None and not self.kit.open and not done):
            self.list.choose(self.desk.rows.next_pending())
        inside = self.isAncestorOf(self.window().focusWidget() or self) or self.hasFocus()
        if first and (inside or self.window().focusWidget() is None):
            self.focus_in()

    def _show_offers(self) -> None:
        """Offers are wanted or not, or one at a time: the rows stay what they are."""
        served, slate = self.desk.served, self.desk.slate
        if served is not None and slate is not None:
            self.main.show_slate(served, slate, refused=self.desk.refused, quiet=self.desk.quiet)
            self.kit.show()
            if self.list.selected is None and not self.desk.quiet:
                self.list.choose(self.desk.rows.next_pending())
            self.announce(tr("No offers today") if self.desk.refused else tr("Suggestions are shown"))
            self.focus_in()
        self.idle.show_quiet(self.desk.quiet)

    def _show_answer(self, answer: Answer) -> None:
        served, rows = self.desk.served, self.desk.rows
        place = rows.place(answer.suggestion_id)
        if served is None or place is None:
            return
        row = rows.rows[place]
        following = None if self.desk.quiet else rows.next_pending(place)
        self.list.choose(place if row.pending else following)
        self.kit.show()
        self.show_answered(served)
        left = "" if self.desk.quiet else tr("{n} left").format(n=rows.pending)
        self.announce(f"{spoken_state(row, self._session.now())} {left}".rstrip())

    def show_answered(self, served: Served) -> None:
        """Show what follows from answers: the basket, the bar and the heading."""
        self.main.notice.hide()
        self.telling.end()
        self._show_basket()
        self._show_bar()
        self.main.show_rows(served)
        self.visit_changed.emit()

    def show_counts(self) -> None:
        """Show how many are left, in the heading and the bar."""
        if self.desk.served is not None:
            self._show_bar()
            self.main.show_rows(self.desk.served)

    def session_now(self) -> datetime:
        """The time as the session tells it."""
        return self._session.now()

    def announce(self, text: str) -> None:
        """Have a screen reader say it."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.list, text))

    # What was pressed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.desk.anothers:
            self._ask_to_take_over()
        elif not self._keys.act(event):
            super().keyPressEvent(event)

    def press(self, kind: str) -> None:
        """Answer the selected row, or ask what must be known first."""
        if self.kit.open:
            self.kit.press(kind)
            return
        row = self.list.selected
        if row is None or self.desk.busy or self.desk.refused:
            return
        if kind == "later" and row.state == "later":
            self.asking.ask_day(row)
        elif row.pending and kind == "declined":
            self.asking.ask_reason(row)
        elif row.pending:
            self.desk.answer(row, "accepted" if kind == "accepted" else "later")

    def _finish(self) -> None:
        if self.desk.anothers:
            self._ask_to_take_over()
        else:
            self.asking.finish(self.bar.finish)
