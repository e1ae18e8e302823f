"""The Counter page: its parts side by side, and which key does what."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.records import Answer, DeclineReason
from assistant.store.visits import OpenVisit
from assistant.ui import wording
from assistant.ui.counter import serving
from assistant.ui.counter.basket import BasketPanel
from assistant.ui.counter.customer import CustomerPanel
from assistant.ui.counter.desk import Desk, Opening
from assistant.ui.counter.finish import FinishSheet
from assistant.ui.counter.idle import Idle
from assistant.ui.counter.main_column import MainColumn
from assistant.ui.counter.overlay import Ask, Overlay
from assistant.ui.counter.popovers import DayPopover, ReasonPopover
from assistant.ui.counter.rows import Row, spoken_state
from assistant.ui.counter.visit_bar import VisitBar
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_TICK_MS = 20_000


class CounterPage(QWidget):
    """Who is served at the left, what to suggest in the middle, what came of it at the bottom."""

    visit_changed = Signal()
    keys_asked = Signal()

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
        self._stack = QStackedWidget()
        self._lay_out()
        self.reasons, self.days = ReasonPopover(look, self), DayPopover(look, self)
        self.sheet = FinishSheet(look, self)
        self.leave, self.consent = Ask(look, self), Ask(look, self)
        self._asked: Row | None = None
        self._opening: Opening | None = None
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
        self._close_overlays()
        self.desk.open_customer(customer_id)

    def open_basket(self, basket_id: str) -> None:
        """Serve a basket."""
        self._close_overlays()
        self.desk.open_basket(basket_id)

    def open_product(self, product_id: str) -> None:
        """Ask what goes with one product."""
        self._close_overlays()
        self.desk.open_product(product_id)

    def scan(self, code: str) -> None:
        """Take a scan; a popover that is open closes without a reason."""
        self.reasons.choose(None)
        self._close_overlays()
        self.desk.scan(code)

    def focus_in(self) -> None:
        """Take the focus: the list, or what a visit can be begun with."""
        if any(overlay.isVisible() for overlay in self._overlays):
            return
        if self.desk.served is not None and self.desk.rows.rowCount():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.desk.served is not None or not self.idle.focus_first():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_up(self) -> None:
        """Somebody has signed in: show what was left unfinished, or the visit that was kept."""
        if self.desk.served is None:
            self._show_idle()
        else:
            self._show_bar()

    def put_away(self) -> None:
        """The counter is locked: nothing half-asked stays open; the visit is kept."""
        for overlay in self._overlays:
            overlay.hide()

    def say_trouble(self, sentence: str) -> None:
        """Show a sentence of what went wrong."""
        (self.main.notice if self.desk.served is not None else self.idle.notice).say(sentence)

    # How it is put together

    @property
    def _overlays(self) -> tuple[Overlay, ...]:
        return self.reasons, self.days, self.sheet, self.leave, self.consent

    def _lay_out(self) -> None:
        self._side = QWidget()
        self._left = QVBoxLayout(self._side)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.addWidget(self.customer)
        self._left.addWidget(self.basket, 1)
        serving_page = QWidget()
        self._columns = QHBoxLayout(serving_page)
        self._columns.addWidget(self._side)
        self._columns.addWidget(self.main, 1)
        self._stack.addWidget(self.idle)
        self._stack.addWidget(serving_page)
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
        desk.busy_changed.connect(self.list.set_busy)
        desk.leave_asked.connect(self._ask_to_leave)
        desk.trouble.connect(self.say_trouble)
        self._session.data_changed.connect(self._refresh_idle)
        self.list.pressed.connect(self._pressed)
        self.list.undo_asked.connect(self._undo)
        self.list.day_asked.connect(lambda: self._ask_day(desk.rows.latest))
        self.reasons.chosen.connect(self._declined)
        self.reasons.left.connect(lambda: self.list.actions_row.declined.setDown(False))
        self.days.chosen.connect(self._moved)
        self.customer.consent_asked.connect(self._ask_consent)
        self.main.turn_on_asked.connect(self._ask_consent)
        self.consent.agreed.connect(self._consented)
        self.leave.agreed.connect(self._left_visit)
        self.basket.removed.connect(desk.remove)
        self.bar.finish_asked.connect(self._finish_pressed)
        self.bar.keys_asked.connect(self.keys_asked)
        self.main.nothing.finish_asked.connect(self._finish_pressed)
        self.sheet.finished.connect(desk.finish)
        self.idle.basket_chosen.connect(self.open_basket)
        self.idle.visit_chosen.connect(self._take_up_one)
        finish = QShortcut(QKeySequence("F9"), self, self._finish_pressed)
        finish.setAutoRepeat(False)
        QShortcut(QKeySequence("F6"), self, self._next_pane)

    def _fit(self) -> None:
        """Sizes for the window as it is."""
        window, layout = self.window(), tokens()["layout"]
        compact = window.width() < 1360 or window.height() < 860
        small = layout["compact"]
        padding = small["pagePadding"] if compact else layout["pagePadding"]
        gutter = small["gutter"] if compact else layout["gutter"]
        width = small["customerColumn"] if compact else layout["customerColumn"]["default"]
        self._side.setFixedWidth(min(self._look.px(width), round(width * 1.15)))
        top = 14 if compact else 20
        self._columns.setContentsMargins(padding, top, padding, top)
        self._columns.setSpacing(gutter)
        self._left.setSpacing(12 if compact else 16)
        for part in (self.customer, self.basket, self.main, self.bar):
            part.set_compact(compact)

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
        self._refresh_idle()
        self.visit_changed.emit()

    def _refresh_idle(self) -> None:
        if self.desk.served is not None:
            return
        associate = self._session.associate
        who = associate.associate_id if associate else None
        self._questions.ask(
            lambda connection: serving.waiting(connection, who), self._show_waiting, key="counter-waiting"
        )

    def _show_waiting(self, found: serving.Waiting) -> None:
        had_focus = self.idle.isAncestorOf(self.focusWidget() or self) or self.hasFocus()
        self.idle.show_waiting(found, self._session.store_id, self._session.now())
        if had_focus and self.desk.served is None and self.isVisible():
            self.focus_in()

    def _show_served(self) -> None:
        served, now = self.desk.served, self._session.now()
        if served is None:
            return
        if self.desk.slate is None:
            self.main.begin()
        self.main.notice.hide()
        self.customer.setVisible(served.card is not None)
        if served.card is not None:
            self.customer.show_card(served.card, served.personal, now)
        self._show_basket()
        self.main.show_served(served)
        self.bar.show()
        self._show_bar()
        self._stack.setCurrentIndex(1)
        self.visit_changed.emit()

    def _show_basket(self) -> None:
        if self.desk.served is not None:
            accepted = [row.suggestion.product for row in self.desk.rows.rows if row.state == "accepted"]
            self.basket.show_basket(self.desk.served, accepted, self._session.now())

    def _show_bar(self) -> None:
        served, visit = self.desk.served, self.desk.visit
        if served is not None:
            since = visit.started_at if visit else None
            self.bar.show_visit(self.desk.rows, served.currency, since, self._session.now())

    def _show_advice(self, first: bool) -> None:
        served, slate = self.desk.served, self.desk.slate
        if served is None or slate is None:
            return
        self.main.show_slate(served, slate)
        self._show_basket()
        self._show_bar()
        if first or self.list.selected is None:
            self.list.choose(self.desk.rows.next_pending())
        inside = self.isAncestorOf(self.window().focusWidget() or self) or self.hasFocus()
        if first and (inside or self.window().focusWidget() is None):
            self.focus_in()

    def _show_answer(self, answer: Answer) -> None:
        served, rows = self.desk.served, self.desk.rows
        place = rows.place(answer.suggestion_id)
        if served is None or place is None:
            return
        self.main.notice.hide()
        row = rows.rows[place]
        self.list.choose(place if row.pending else rows.next_pending(place))
        self._show_basket()
        self._show_bar()
        self.main.show_rows(served)
        left = tr("{n} left").format(n=rows.pending)
        self._announce(f"{spoken_state(row, self._session.now())} {left}")
        self.visit_changed.emit()

    def _announce(self, text: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.list, text))

    # What was pressed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if not plain or not self._act(event):
            super().keyPressEvent(event)

    def _act(self, event: QKeyEvent) -> bool:
        """Do what a key says; whether it says anything here."""
        key, letters = event.key(), self.desk.choices.single_keys
        if self.desk.served is None:
            return False
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and letters:
            place = self.desk.rows.at_number(key - Qt.Key.Key_0)
            if place is not None:
                self.list.choose(place)
                self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.list.hasFocus():
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        if key == Qt.Key.Key_Escape:
            for section in (self.main.held_back, self.main.step_ups):
                section.head.setChecked(False)
            return True
        if event.text() == "?":
            self.keys_asked.emit()
            return True
        does = {
            Qt.Key.Key_A: lambda: self._pressed("accepted"),
            Qt.Key.Key_D: lambda: self._pressed("declined"),
            Qt.Key.Key_L: lambda: self._pressed("later"),
            Qt.Key.Key_Z: self._undo,
            Qt.Key.Key_U: self.main.step_ups.toggle,
            Qt.Key.Key_H: self.main.held_back.toggle,
            Qt.Key.Key_O: self.customer.toggle_all,
            Qt.Key.Key_N: self._note,
        }.get(Qt.Key(key))
        if does is None or not letters:
            return False
        if not event.isAutoRepeat():
            does()
        return True

    def _pressed(self, kind: str) -> None:
        row = self.list.selected
        if row is None or self.desk.busy:
            return
        if kind == "later" and row.state == "later":
            self._ask_day(row)
        elif row.pending and kind == "declined":
            self._ask_reason(row)
        elif row.pending:
            self.desk.answer(row, "accepted" if kind == "accepted" else "later")

    def _undo(self) -> None:
        self.desk.undo()

    def _note(self) -> None:
        if not self.sheet.isVisible():
            self._finish_pressed()
        self.sheet.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _ask_reason(self, row: Row) -> None:
        self._asked = row
        button = self.list.actions_row.declined
        point = button.mapTo(self, QPoint(button.width() // 2, button.height() + 2))
        name = wording.first_name(self.desk.served.name) if self.desk.served else ""
        days = self.desk.choices.decline_days
        what = tr("Not suggested again in this visit.")
        if name:
            what = tr("Not suggested to {name} again for {n} days.").format(name=name, n=days)
        button.setDown(True)
        self.reasons.ask(what, point, self._area_of(row), self._words_x - 8, self.list)

    def _declined(self, reason: DeclineReason | None) -> None:
        if self._asked is not None:
            self.desk.answer(self._asked, "declined", reason=reason)

    def _ask_day(self, row: Row | None) -> None:
        if row is None or row.state != "later" or self.desk.busy:
            return
        self._asked = row
        area = self._area_of(row)
        point = QPoint(self._words_x + self._look.px(120), area.bottom())
        self.days.ask(self._session.now(), point, area, self._words_x - 8, self.list)

    def _moved(self, until: object) -> None:
        if self._asked is not None:
            self.desk.answer(self._asked, "later", until=until)  # type: ignore[arg-type]

    @property
    def _words_x(self) -> int:
        """Where the rows' words begin, on the page."""
        return self.list.viewport().mapTo(self, QPoint(self.list.words_x, 0)).x()

    def _area_of(self, row: Row) -> QRect:
        area = self.list.area_of(self.desk.rows.place(row.key) or 0)
        return QRect(self.list.viewport().mapTo(self, area.topLeft()), area.size())

    def _finish_pressed(self) -> None:
        served = self.desk.served
        if served is None or self.desk.busy or self.leave.isVisible() or self.consent.isVisible():
            return
        if self.sheet.isVisible():
            self.sheet.confirm()
            return
        self._close_overlays()
        now, visit = self._session.now(), self.desk.visit
        basket = served.basket.basket_id
        who = ", ".join(
            part
            for part in (
                served.name,
                tr("basket {n}").format(n=basket) if basket else "",
                wording.minutes(visit.started_at, now) if visit else "",
            )
            if part
        )
        name = wording.first_name(served.name)
        self.sheet.open(self.desk.rows, who, name, served.currency, now, self.bar.finish)

    def _ask_to_leave(self, opening: Opening) -> None:
        self._opening = opening
        name = wording.first_name(self.desk.served.name) if self.desk.served else ""
        title = (
            tr("Finish {name}’s visit first?").format(name=name) if name else tr("Finish this visit first?")
        )
        text = tr("Its answers are saved. What was not answered counts as not offered.")
        self.leave.ask(title, text, tr("Finish visit"), self.list)

    def _left_visit(self) -> None:
        if self._opening is not None:
            self.desk.finish_then(self._opening)

    def _ask_consent(self) -> None:
        served = self.desk.served
        if served is None or served.card is None:
            return
        name = wording.first_name(served.name) or tr("the customer")
        if served.personal:
            title = tr("Turn personal suggestions off?")
            text = tr("What {name} bought before is then neither shown nor used.").format(name=name)
        else:
            title = tr("Turn personal suggestions on?")
            text = tr("Only if {name} asked for it: suggestions then use what was bought before.").format(
                name=name
            )
        saved = tr("Saved with the date and your name.")
        yes = tr("Turn off") if served.personal else tr("Turn on")
        self.consent.ask(title, f"{text} {saved}", yes, self.customer.consent)

    def _consented(self) -> None:
        if self.desk.served is not None:
            self.desk.set_consent(not self.desk.served.personal)

    def _take_up_one(self, found: OpenVisit) -> None:
        self.desk.take_up(found)

    def _close_overlays(self) -> None:
        for overlay in self._overlays:
            overlay.go()

    def _next_pane(self) -> None:
        """F6: customer, basket, suggestions, step-ups, visit bar, and round again."""
        panes: list[tuple[QWidget, QWidget]] = [
            (self.customer, self.customer.consent),
            (self.basket, self.basket.view),
            (self.list, self.list),
            (self.main.step_ups, self.main.step_ups.head),
            (self.bar, self.bar.finish),
        ]
        panes = [pane for pane in panes if pane[1].isVisible()]
        now = self.window().focusWidget()
        here = next(
            (i for i, (whole, _) in enumerate(panes) if now and (whole is now or whole.isAncestorOf(now))), -1
        )
        if panes:
            panes[(here + 1) % len(panes)][1].setFocus(Qt.FocusReason.ShortcutFocusReason)
