"""One way to what only some may do: on a permit that is still good, else on a PIN asked for over the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import KnownError
from assistant.store import access, staff
from assistant.store.access import Permit, Right
from assistant.store.database import Connection
from assistant.store.staff import Person
from assistant.ui.language import told
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.settings.sheets import PinSheet
from assistant.ui.theme import Look
from assistant.ui.wording import tr

Permitted = Callable[[Connection, Permit | None], Any]


def openers(connection: Connection, right: Right) -> tuple[Person, ...]:
    """Who can open what needs this right, with a PIN of their own."""
    return tuple(one for one in staff.everyone(connection) if one.has_pin and access.may(one.role, right))


class Permits(QObject):
    """Asks for a PIN where one is needed, and does what waited for it; the session holds the permit."""

    opened = Signal()
    refused = Signal(str)
    left = Signal()

    def __init__(self, look: Look, questions: Questions, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._questions, self._session, self._page = questions, session, page
        self._right: Right = "settings"
        self._waiting: Callable[[], None] | None = None
        self.sheet = PinSheet(look, page)
        self.sheet.tried.connect(self.open_up)
        self.sheet.left.connect(self._give_up)
        session.associate_changed.connect(self._forget)

    def permitted(self, right: Right, job: Permitted, then: Callable[[Any], None]) -> None:
        """Do what needs a right, now or when there is a permit."""
        self._right = right
        if (permit := self._session.good_permit()) is not None:
            self._carry_out(job, permit, then)
            return
        self._waiting = lambda: self._carry_out(job, self._session.permit, then)
        self._questions.ask(partial(openers, right=right), self._ask, failed=self._refuse)

    def open_up(self, associate_id: str, pin: str | None) -> None:
        """Get a permit on somebody's PIN, then do what waited for it."""
        job = partial(access.permit, associate_id=associate_id, pin=pin, right=self._right)
        self._questions.ask(job, self._let_in, failed=self._refuse)

    def _ask(self, people: tuple[Person, ...]) -> None:
        who = self._session.associate.associate_id if self._session.associate else ""
        if people:
            focus = QApplication.focusWidget()
            back_to = focus if focus is not None and self._page.isAncestorOf(focus) else None
            self.sheet.ask(people, who, told(access.sentence(self._right)), back_to)
        else:
            job = partial(access.permit, associate_id=who, right=self._right)
            self._questions.ask(job, self._let_in, failed=self._nobody)

    def _let_in(self, permit: Permit) -> None:
        self._session.permit = permit
        waiting, self._waiting = self._waiting, None
        self.sheet.go()
        self.opened.emit()
        if waiting is not None:
            waiting()

    def _carry_out(self, job: Permitted, permit: Permit | None, then: Callable[[Any], None]) -> None:
        self._questions.ask(lambda connection: job(connection, permit), then, failed=self._refuse)

    def _refuse(self, problem: KnownError) -> None:
        if self.sheet.isVisible():
            self.sheet.again(str(problem))
        else:
            self._waiting = None
            self.refused.emit(str(problem))

    def _nobody(self, problem: KnownError) -> None:
        """There is no PIN here that opens this, and who is signed in may not."""
        self._waiting = None
        self.refused.emit(tr("{what} Nobody here is one yet.").format(what=problem))

    def _give_up(self) -> None:
        """Nobody gave a PIN: what waited is not done."""
        self._waiting = None
        self.left.emit()

    def _forget(self) -> None:
        """Whoever comes next begins without a permit."""
        self._waiting = None
        self.sheet.go()
