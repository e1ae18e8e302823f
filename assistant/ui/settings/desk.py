"""Carries out what the Settings page asks for: one change at a time, on a permit where one is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from assistant.errors import KnownError
from assistant.settings import SETTINGS, Value
from assistant.store import changes
from assistant.store.access import Permit, Right
from assistant.store.changes import Change
from assistant.store.database import Connection
from assistant.ui.permits import Permits, Permitted
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.settings import facts
from assistant.ui.settings.facts import SettingsFacts
from assistant.ui.theme import Look


class SettingsDesk(QObject):
    """Changes one thing after another, through the one way to a permit; `told` brings the facts anew."""

    told = Signal(SettingsFacts)
    refused = Signal(str)
    done = Signal(str)

    def __init__(self, look: Look, questions: Questions, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._look, self._questions, self._session = look, questions, session
        self.permits = Permits(look, questions, session, page)
        self.facts: SettingsFacts | None = None
        self._undoable: list[str] = []
        session.associate_changed.connect(self._forget)
        self.permits.opened.connect(self.refresh)
        self.permits.left.connect(self.refresh)
        self.permits.refused.connect(self._say_refused)

    @property
    def who(self) -> str:
        """Who is signed in."""
        return self._session.associate.associate_id if self._session.associate else ""

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undoable)

    def refresh(self) -> None:
        """Read everything anew."""
        job = partial(facts.read, home=self._session.home, associate_id=self.who)
        self._questions.ask(job, self._read, key="settings")

    def change(self, key: str, value: Value) -> None:
        """Choose a setting."""

        def job(connection: Connection, permit: Permit | None) -> str | None:
            return changes.change(connection, key, value, associate_id=self.who, permit=permit)

        then = partial(self._changed, key, value)
        if SETTINGS[key].changed_by == "anyone":
            self._carry_out(job, None, then)
        else:
            self.permitted("settings", job, then)

    def permitted(self, right: Right, job: Permitted, then: Callable[[Any], None]) -> None:
        """Do what needs a permit, now or when there is one."""
        self.permits.permitted(right, job, then)

    def undo(self) -> None:
        """Take the last change back."""
        if not self._undoable:
            return
        change_id = self._undoable.pop()

        def job(connection: Connection, permit: Permit | None) -> Change:
            return changes.undo(connection, change_id, associate_id=self.who, permit=permit)

        known = self.facts.changes if self.facts else ()
        done = next((one for one in known if one.change_id == change_id), None)
        if done and done.kind == "setting" and SETTINGS[done.subject].changed_by == "anyone":
            self._carry_out(job, self._session.good_permit(), self._undone)
        else:
            right: Right = "people" if done and done.kind in ("role", "person") else "settings"
            self.permitted(right, job, self._undone)

    def remember(self, change_id: str | None) -> None:
        """A change that Z takes back."""
        if change_id is not None:
            self._undoable.append(change_id)
        self.refresh()

    def _carry_out(self, job: Permitted, permit: Permit | None, then: Callable[[Any], None]) -> None:
        self._questions.ask(lambda connection: job(connection, permit), then, failed=self._refuse)

    def _changed(self, key: str, value: Value, change_id: str | None) -> None:
        self._apply(key, value)
        self.remember(change_id)

    def _undone(self, done: Change) -> None:
        if done.kind == "setting" and done.before is not None:
            self._apply(done.subject, done.before)
        self.done.emit(self.tr("Taken back."))
        self.refresh()

    def _apply(self, key: str, value: Value) -> None:
        """What a setting changes at once."""
        if key == "look.theme":
            self._look.set_theme(str(value))
        elif key == "look.scale":
            self._look.set_scale(float(value))
        elif key == "look.language":
            self.done.emit(self.tr("The window speaks it from its next start on."))
        else:
            self._session.data_changed.emit()

    def _refuse(self, problem: KnownError) -> None:
        self._say_refused(str(problem))

    def _say_refused(self, sentence: str) -> None:
        self.refused.emit(sentence)
        self.refresh()

    def _read(self, told: SettingsFacts) -> None:
        self.facts = told
        self.told.emit(told)

    def _forget(self) -> None:
        """What somebody did is no longer taken back by Z when somebody else has come."""
        self._undoable.clear()
