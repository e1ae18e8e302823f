"""Asking for one visit: what arrives after another has begun is dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from assistant.errors import KnownError
from assistant.store.database import Connection
from assistant.ui.questions import Questions
from assistant.ui.session import Session


class Turns(QObject):
    """Knows whose turn it is, and whether something is on its way to the disk."""

    busy_changed = Signal(bool)
    trouble = Signal(str)

    def __init__(self, questions: Questions, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._questions, self._session = questions, session
        self.busy = False
        self._turn = 0
        questions.crashed.connect(self._give_up)

    def _ask(self, job: Callable[[Connection], Any], then: Callable[[Any], None]) -> None:
        """Ask, and drop the answer where another visit has begun meanwhile."""
        turn = self._turn

        def arrived(result: object) -> None:
            if turn == self._turn:
                then(result)

        def failed(problem: KnownError) -> None:
            if turn == self._turn:
                self._fail(problem)

        self._questions.ask(job, arrived, failed=failed)

    def _fail(self, problem: KnownError) -> None:
        self._give_up()
        self._say(problem)

    def _say(self, problem: KnownError) -> None:
        self.trouble.emit(str(problem))

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)

    def _give_up(self, _trace: str = "") -> None:
        """Whatever was on its way has not arrived: everything may be pressed again."""
        self._set_busy(False)
