"""What the editors of Settings → Content have in common: opening a thing, saving it, its versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from assistant.store import contents
from assistant.store.access import Permit
from assistant.store.contents import Kind, Version
from assistant.store.database import Connection
from assistant.ui import dates
from assistant.ui.parts import Button
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.settings.content.history import Past
from assistant.ui.settings.content.listing import Entry
from assistant.ui.settings.content.picking import ProductSheet
from assistant.ui.settings.desk import SettingsDesk
from assistant.ui.settings.parts import Section
from assistant.ui.settings.sections import SMALL
from assistant.ui.theme import Look
from assistant.ui.wording import tr

LISTED = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """The things of a kind as the list shows them, and how many more there are."""

    entries: Sequence[Entry]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """What every editor works with."""

    look: Look
    questions: Questions
    session: Session
    desk: SettingsDesk
    products: ProductSheet


class Editor(Section):
    """Edits the things of one kind; `told` brings a thing's versions, `written` says that one was added."""

    told = Signal(object)
    written = Signal(str)
    opened = Signal(str)
    kind: Kind = "talking_point"
    grows = True  # new things can be made

    def __init__(self, around: Around, name: str, title: str) -> None:
        super().__init__(around.look, name, title)
        self._around = around
        self.key = ""
        self._versions: Sequence[Version] = ()

    # What each kind does its own way

    def listed(self, connection: Connection, text: str) -> Listed:
        """What there is, as a text narrows it down."""
        raise NotImplementedError

    def open(self, key: str) -> None:
        """Show a thing; an empty key begins a new one."""
        raise NotImplementedError

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        raise NotImplementedError

    # What they share

    @property
    def seen(self) -> int:
        """The version that is being looked at."""
        return self._versions[0].number if self._versions else 0

    def read(self, key: str, then: Callable[[], None]) -> None:
        """Read a thing's versions, then show it."""

        def show(versions: Sequence[Version]) -> None:
            self.key, self._versions = key, versions
            then()
            self.told.emit(self.pasts(versions))

        job = partial(contents.history, kind=self.kind, key=key)
        self._around.questions.ask(job, show, key="content versions")

    def look_for(self, job: Callable[[Connection], str]) -> None:
        """Where what was chosen for a new thing is written already, open that, unless something was typed."""

        def found(key: str) -> None:
            if key and not self.key and not self.dirty:
                self.open(key)
                self.opened.emit(key)

        self._around.questions.ask(job, found, key="content there")

    def reread(self) -> None:
        """Something was changed: show it, but never over what is being typed."""
        if not self.key:
            return
        key = self.key

        def look(versions: Sequence[Version]) -> None:
            if key != self.key or (versions[0].number if versions else 0) == self.seen:
                return
            if self.dirty:
                self.told.emit(self.pasts(versions))
            else:
                self.open(key)

        self._around.questions.ask(partial(contents.history, kind=self.kind, key=key), look)

    def pasts(self, versions: Sequence[Version]) -> list[Past]:
        """The versions for the history, the newest first; those that held once can be brought back."""
        now = self._around.session.now()
        newest = versions[0].content if versions else None
        return [
            Past(
                self.words(one) + (f" · {one.note}" if one.note else ""),
                signed(one, now),
                None if one.content == newest else one.number,
            )
            for one in versions
        ]

    def words(self, version: Version) -> str:
        """What a version says, in a line."""
        raise NotImplementedError

    def write(self, job: Callable[[Connection, Permit | None], Version]) -> None:
        """Have a version written with a manager's permit, and Z take it back."""

        def noted(connection: Connection, permit: Permit | None) -> tuple[Version, str]:
            version = job(connection, permit)
            return version, contents.change_of(connection, version)

        self._around.desk.permitted("content", noted, self._wrote)

    def bring_back(self, place: int) -> None:
        """Have an older version hold again, as a new one."""
        kind, key, seen = self.kind, self.key, self.seen
        self.write(lambda c, permit: contents.restore(c, kind, key, place, seen=seen, permit=permit))

    def _wrote(self, done: tuple[Version, str]) -> None:
        version, change_id = done
        self._around.desk.remember(change_id)
        self._around.desk.done.emit(tr("Saved. The counter takes it up with the next visit."))
        self._around.session.data_changed.emit()
        self.written.emit(version.key)


def signed(version: Version, now: Any) -> str:
    """Which version it is, whose and when: `Version 3, Hanna Olsen, 15 Jun, 14:52`."""
    when = f"{dates.day(version.at, now)}, {dates.clock(version.at)}"
    return tr("Version {n}, {name}, {when}").format(n=version.number, name=version.name, when=when)


class Foot(QWidget):
    """Why it is changed, saving it, and leaving it to what holds without it."""

    def __init__(self, look: Look, away: str) -> None:
        super().__init__()
        self.note = QLineEdit()
        self.note.setFont(look.font("body"))
        self.note.setFixedHeight(look.px(SMALL))
        self.note.setMaxLength(contents.MOST_NOTE)
        self.note.setPlaceholderText(tr("Why, if that helps later"))
        self.note.setAccessibleName(tr("Reason of the change"))
        self.save = Button(look, tr("Save"), "primary", height=SMALL)
        self.away = Button(look, away, height=SMALL)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.away)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        column.addWidget(self.note)
        column.addLayout(buttons)

    @property
    def reason(self) -> str:
        """What was typed."""
        return self.note.text().strip()


def beneath(widget: QWidget) -> QWidget:
    """A control on a line of its own, at the left."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 8, 0, 8)
    row.addWidget(widget)
    row.addStretch(1)
    return whole
