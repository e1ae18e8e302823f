"""The Follow-ups page: the list at the left, whom it is for and the draft at the right, counts below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QDesktopServices,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from assistant.errors import KnownError
from assistant.records import FollowUp
from assistant.store.database import Connection
from assistant.ui.counter.overlay import Ask
from assistant.ui.counter.sections import Notice
from assistant.ui.followups import reading
from assistant.ui.followups.card import ContextCard
from assistant.ui.followups.draft import DraftPanel
from assistant.ui.followups.keys import FollowUpKeys
from assistant.ui.followups.parts import Foot, Heading, Nothing
from assistant.ui.followups.popovers import DropPopover, MovePopover
from assistant.ui.followups.reading import Context, Found, Task
from assistant.ui.followups.rows import Tasks
from assistant.ui.followups.task_list import TaskList
from assistant.ui.parts import Panel
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_TICK_MS = 5_000
_CONTEXT = 424


class FollowUpsPage(QWidget):
    """Nothing is marked before the log has it; nothing is sent from here."""

    keys_asked = Signal()
    changed = Signal()
    call_asked = Signal(str)

    def __init__(
        self,
        look: Look,
        questions: Questions,
        session: Session,
        again: reading.Again,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session, self._again = look, questions, session, again
        self.busy = False
        self._turn = 0
        self._found: Found | None = None
        self._asked: Task | None = None  # what a popover is about
        self.rows = Tasks(session.now, self)
        self.heading, self.list = Heading(look), TaskList(look, self.rows, session.now)
        self.notice, self.nothing, self.foot = Notice(look), Nothing(look), Foot(look)
        self.card, self.draft = ContextCard(look), DraftPanel(look)
        self._lay_out()
        self.dropping, self.moving, self.sure = (
            DropPopover(look, self),
            MovePopover(look, self),
            Ask(look, self),
        )
        self._keys = FollowUpKeys(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._show_foot)
        self._timer.start()

    # What others call

    def refresh(self) -> None:
        """Read anew what is due; the row in hand is kept."""
        associate = self._session.associate
        if associate is None:
            return
        mine = self.heading.mine
        job = partial(
            reading.read,
            now=self._session.now(),
            associate_id=associate.associate_id if mine else None,
            store_id=self._session.store_id,
            again=self._again,
        )
        self._ask(job, self._show_found, key="follow-ups")

    def take_up(self) -> None:
        """Somebody has signed in."""
        if self.isVisible():
            self.refresh()

    def put_away(self) -> None:
        """The screen is locked: nothing of a customer stays."""
        self._turn += 1
        self.busy = False
        for overlay in (self.dropping, self.moving, self.sure):
            overlay.go()
        self.rows.clear()
        self.draft.forget()
        self._found, self._asked = None, None
        self._show_rows()

    def focus_in(self) -> None:
        """Take the focus."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # How it is put together

    def _lay_out(self) -> None:
        self._panel = Panel()
        inside = QVBoxLayout(self._panel)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.list)
        left = QVBoxLayout()
        left.setSpacing(10)
        for widget in (self.heading, self.notice):
            left.addWidget(widget)
        left.addWidget(self.nothing)
        left.addWidget(self._panel, 1)
        self._left_end = left
        self._side = QWidget()
        right = self._right = QVBoxLayout(self._side)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.card)
        right.addWidget(self.draft, 1)
        self._columns = QHBoxLayout()
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self._side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._columns, 1)
        column.addWidget(self.foot)
        self._fit()

    def _connect(self) -> None:
        self.heading.changed.connect(self.refresh)
        self.list.pressed.connect(self.press)
        self.list.undo_asked.connect(self.undo)
        self.list.more_asked.connect(self._show_more)
        self.list.chosen.connect(self._read_context)
        self.draft.open_asked.connect(self.open_draft)
        self.draft.copied.connect(self._copy)
        self.draft.body.left.connect(self.focus_in)
        self.dropping.chosen.connect(self._dropped)
        self.moving.chosen.connect(self._moved)
        self.sure.agreed.connect(lambda: self._drop("no_contact"))
        self.foot.keys.clicked.connect(lambda _on: self.keys_asked.emit())
        self._session.data_changed.connect(lambda: self.refresh() if self.isVisible() else None)
        QShortcut(QKeySequence("F6"), self, self._keys.next_pane)
        self._look.changed.connect(self._fit)

    def _fit(self) -> None:
        window, layout = self.window(), tokens()["layout"]
        compact = window.width() < 1360 or window.height() < 860
        padding = layout["compact"]["pagePadding"] if compact else layout["pagePadding"]
        self._columns.setContentsMargins(padding, 12 if compact else 16, padding, 12 if compact else 16)
        self._columns.setSpacing(16)
        self._right.setSpacing(12 if compact else 16)
        self._side.setFixedWidth(self._look.px(_CONTEXT - 48 if compact else _CONTEXT))
        for part in (self.card, self.draft, self.foot):
            part.set_compact(compact)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ParentChange:
            self._fit()

    # What is shown

    def _ask(
        self, job: Callable[[Connection], Any], then: Callable[[Any], None], key: str | None = None
    ) -> None:
        """Ask, and drop the answer where the screen was locked meanwhile."""
        turn = self._turn

        def arrived(result: object) -> None:
            if turn == self._turn:
                then(result)

        def failed(problem: KnownError) -> None:
            if turn == self._turn:
                self._set_busy(False)
                self.notice.say(str(problem))

        self._questions.ask(job, arrived, key=key, failed=failed)

    def _show_found(self, found: Found) -> None:
        chosen = self.list.selected
        first = self._found is None
        self._found = found
        self.rows.show_tasks(found.tasks)
        place = self.rows.place(chosen.key) if chosen else None
        self.list.choose(place if place is not None else self.rows.next_open())
        self._show_rows()
        if first and self.isVisible():
            self.focus_in()

    def _show_rows(self) -> None:
        left = sum(task.open and not self.rows.moved_here(task) for task in self.rows.today)
        mine = self.heading.mine
        self.heading.say(left, mine, self._session.store_name)
        nobody = not self.rows.tasks
        coming = next((t for t in self.rows.tasks if t.key not in {x.key for x in self.rows.today}), None)
        self.nothing.say(coming.follow_up.due if coming else None)
        self.nothing.setVisible(not self.rows.today and self._found is not None)
        self._panel.setVisible(not nobody)
        self._left_end.setStretchFactor(self.nothing, 1 if nobody else 0)
        self._side.setVisible(self.list.selected is not None)
        self._show_foot()

    def _show_foot(self) -> None:
        today, now = self.rows.today, self._session.now()
        self.foot.show_counts(
            left=sum(task.open and not self.rows.moved_here(task) for task in today),
            done=sum(task.follow_up.state == "done" for task in today),
            dropped=sum(task.follow_up.state == "dropped" for task in today),
            read_at=self._found.read_at if self._found else None,
            now=now,
        )

    def _show_more(self) -> None:
        chosen = self.list.selected
        self.rows.show_all_later()
        self.list.choose(self.rows.place(chosen.key) if chosen else self.rows.next_open())

    def _read_context(self) -> None:
        task = self.list.selected
        self._side.setVisible(task is not None)
        if task is not None:
            job = partial(reading.context, one=task.follow_up, now=self._session.now())
            self._ask(job, partial(self._show_context, task), key="follow-up-context")

    def _show_context(self, task: Task, context: Context | None) -> None:
        if context is None or self.list.selected is None or self.list.selected.key != task.key:
            return
        self.card.show_context(context, self._session.now())
        associate = self._session.associate
        name = associate.name if associate else ""
        self.draft.show_draft(task, context, self._session.now(), name, self._session.store_name)

    # What was pressed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys.act(event):
            super().keyPressEvent(event)

    def press(self, what: str) -> None:
        """Done, moved or dropped: the selected one."""
        task, associate = self.list.selected, self._session.associate
        if task is None or not task.open or self.rows.moved_here(task) or self.busy or associate is None:
            return
        self.notice.hide()
        if what == "done":
            self._set_busy(True)
            job = partial(reading.done, task=task, associate_id=associate.associate_id)
            self._ask(job, self._stepped)
            return
        self._asked = task
        area = self.list.area_of(task)
        row = QRect(self.list.viewport().mapTo(self, area.topLeft()), area.size())
        button = self.list.actions_row.drop if what == "drop" else self.list.actions_row.move_on
        point = button.mapTo(self, QPoint(button.width() // 2, button.height() + 2))
        left = row.left() + self.list.text_x - 8
        if what == "drop":
            self.dropping.ask(point, row, left, self.list)
        else:
            self.moving.ask(self._session.now(), point, row, left, self.list)

    def undo(self) -> None:
        """Take back what was done last here."""
        task, associate = self.rows.latest, self._session.associate
        if task is None or associate is None or self.busy:
            return
        self._set_busy(True)
        self._ask(partial(reading.undone, task=task, associate_id=associate.associate_id), self._stepped)

    def _dropped(self, reason: str) -> None:
        if reason == "no_contact" and self._asked is not None:
            name = self._asked.customer.name or tr("the customer")
            title = tr("Withdraw the consent to contact?")
            text = tr("{name} is then neither called nor written to. Saved with the date and your name.")
            self.sure.ask(title, text.format(name=name), tr("Withdraw and drop"), self.list)
            return
        self._drop(reason)

    def _drop(self, reason: Any) -> None:
        task, associate = self._asked, self._session.associate
        if task is not None and associate is not None and not self.busy:
            self._set_busy(True)
            job = partial(reading.dropped, task=task, reason=reason, associate_id=associate.associate_id)
            self._ask(job, self._stepped)

    def _moved(self, due: datetime) -> None:
        task, associate = self._asked, self._session.associate
        if task is not None and associate is not None and not self.busy:
            self._set_busy(True)
            job = partial(reading.moved, task=task, due=due, associate_id=associate.associate_id)
            self._ask(job, self._stepped)

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.list.set_busy(busy)

    def _stepped(self, follow_up: FollowUp) -> None:
        """A step is on disk: now it is shown."""
        self._set_busy(False)
        self.rows.answered(follow_up)
        place = self.rows.place(follow_up.follow_up_id)
        closed = follow_up.state != "open" or follow_up.moved
        if place is not None:
            self.list.choose(self.rows.next_open(place) if closed else place)
        self._show_rows()
        self._read_context()
        if follow_up.reason == "no_contact":
            self.refresh()
        left = sum(task.open for task in self.rows.today)
        text = tr("{n} left for today").format(n=left)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.list, text))
        self.changed.emit()

    def open_draft(self) -> None:
        """Ask once more whether the customer may be written to, then open the mail program."""
        task = self.list.selected
        if task is not None and not self.draft.why:
            job = partial(reading.may_write, one=task.follow_up, now=self._session.now())
            self._ask(job, partial(self._open_mail, task))

    def _open_mail(self, task: Task, writing: reading.Writing) -> None:
        if self.list.selected is None or self.list.selected.key != task.key:
            return
        address = writing.address
        if writing.stale_since is not None:
            said = tr(
                "The consent was last heard of more than a day ago. Sync with the shop first; nothing was "
                "opened."
            )
            self.notice.say(said)
        elif address is None:
            self.notice.say(tr("The consent to be contacted is gone: nothing was opened."))
            self.refresh()
        elif not self._open_link(self.draft.link(address)):
            self.notice.say(tr("No mail program took the draft; Copy puts it on the clipboard."))

    def _open_link(self, url: Any) -> bool:
        return bool(QDesktopServices.openUrl(url))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.draft.text)

    def call(self) -> None:
        """Open the customer's account for a call."""
        task = self.list.selected
        if task is not None:
            self.call_asked.emit(task.customer.customer_id)
