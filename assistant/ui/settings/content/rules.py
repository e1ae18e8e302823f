"""The editors of contact limits and of agendas: settings of the shop, with every change they have seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from assistant.settings import SETTINGS, Value
from assistant.store import changes, preferences
from assistant.store.changes import Change
from assistant.store.database import Connection
from assistant.ui.emptying import empty
from assistant.ui.language import told
from assistant.ui.parts import Button, Text
from assistant.ui.settings import words as wordings
from assistant.ui.settings.choices import Picked
from assistant.ui.settings.content.editing import Around, Editor, Listed
from assistant.ui.settings.content.history import Past
from assistant.ui.settings.content.listing import Entry
from assistant.ui.settings.parts import Row
from assistant.ui.settings.sections import SMALL
from assistant.ui.wording import tr

LIMITS = ("review.month_cap", "review.limit", "counter.limit", "decline.days")
AGENDAS = ("review.agenda.question", "review.agenda.problem", "review.agenda.order", "review.agenda.our_call")
_THING = "{thing}"


class RuleEditor(Editor):
    """One setting at a time; changed as on the other sections, and undone by the same key."""

    grows = False
    keys: Sequence[str] = ()

    def __init__(self, around: Around, name: str, title: str) -> None:
        super().__init__(around, name, title)
        self._past: Sequence[Change] = ()

    def listed(self, connection: Connection, text: str) -> Listed:
        values = {key: preferences.get(connection, key) for key in self.keys}
        return Listed([Entry(key, named(key), wordings.value(key, one)) for key, one in values.items()])

    def open(self, key: str) -> None:
        self.key = key or self.keys[0]
        job = partial(_read, key=self.key)
        self._around.questions.ask(job, partial(self._told, self.key), key="content versions")

    def reread(self) -> None:
        if self.key and not self.dirty:
            self.open(self.key)

    def bring_back(self, place: int) -> None:
        before = self._past[place].before
        if before is not None:
            self._around.desk.change(self.key, before)

    def show_value(self, value: Value) -> None:
        """Show what holds."""
        raise NotImplementedError

    def _told(self, key: str, read: tuple[Value, Sequence[Change]]) -> None:
        if key != self.key:
            return
        value, self._past = read
        self.title.setText(wordings.setting(key))
        self.show_value(value)
        now = self._around.session.now()
        people = self._around.desk.facts.people if self._around.desk.facts else ()
        self.told.emit(
            [
                Past(_line(one, people), wordings.signed(one, now), None if one.before == value else place)
                for place, one in enumerate(self._past)
            ]
        )


class LimitEditor(RuleEditor):
    """How often and how much is offered: a choice for each limit."""

    keys = LIMITS

    def __init__(self, around: Around) -> None:
        super().__init__(around, "limits", tr("Contact limits"))
        self._holder = QVBoxLayout()
        self._holder.setContentsMargins(0, 0, 0, 0)
        whole = QWidget()
        whole.setLayout(self._holder)
        self.add(whole)
        self.end()

    @property
    def dirty(self) -> bool:
        return False

    def show_value(self, value: Value) -> None:
        empty(self._holder)
        options = [(one, wordings.value(self.key, one)) for one in SETTINGS[self.key].choices]
        self.choice = Picked(self._look, options, value)
        self.choice.picked.connect(partial(self._around.desk.change, self.key))
        self.choice.setObjectName(f"content {self.key}")
        row = Row(self._look, wordings.setting(self.key), _meaning(self.key), self.choice)
        self._holder.addWidget(row)


class AgendaEditor(RuleEditor):
    """The steps of a call for each of its reasons, as lines, and how they look in a call."""

    keys = AGENDAS

    def __init__(self, around: Around) -> None:
        super().__init__(around, "agendas", tr("Agendas"))
        look = around.look
        self._shown = ""
        hint = tr("One step on a line; a hint after |. {thing} stands for what is owned.")
        words = Text(look, "caption", hint, "textTertiary", weight=400)
        words.setWordWrap(True)
        self.lines = QPlainTextEdit()
        self.lines.setTabChangesFocus(True)
        self.lines.setFont(look.font("body"))
        self.lines.setMinimumHeight(look.px(168))
        self.lines.textChanged.connect(self._preview)
        self.steps = QVBoxLayout()
        self.steps.setSpacing(2)
        self.save_button = Button(look, tr("Save"), "primary", height=SMALL)
        self.save_button.clicked.connect(lambda _on: self.save())
        column = QVBoxLayout()
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        column.addWidget(words)
        column.addWidget(self.lines)
        column.addWidget(Text(look, "caption", tr("In a call"), "textSecondary", weight=600))
        column.addLayout(self.steps)
        column.addWidget(self.save_button)
        whole = QWidget()
        whole.setLayout(column)
        self.add(whole)
        self.end()

    @property
    def dirty(self) -> bool:
        return self.lines.toPlainText() != self._shown

    def open(self, key: str) -> None:
        self.lines.setPlainText(self._shown)  # what was typed on another one is not this one's
        super().open(key)

    def show_value(self, value: Value) -> None:
        self._shown = wordings.agenda(self.key, str(value))
        with QSignalBlocker(self.lines):
            self.lines.setPlainText(self._shown)
        self.lines.setAccessibleName(wordings.setting(self.key))
        self._preview()

    def save(self) -> None:
        """Have the steps hold from the next call on."""
        text = "\n".join(line.strip() for line in self.lines.toPlainText().splitlines() if line.strip())
        self._shown = self.lines.toPlainText()
        self._around.desk.change(self.key, text)

    def _preview(self) -> None:
        empty(self.steps)
        thing = tr("what the customer has")
        for n, line in enumerate(filter(str.strip, self.lines.toPlainText().splitlines()), 1):
            step, _, hint = (told(part.strip()) for part in line.partition("|"))
            said = f"{n}  {step}" + (f" ({hint})" if hint else "")
            text = Text(self._look, "body", said.replace(_THING, thing), "textSecondary", weight=400)
            text.setWordWrap(True)
            self.steps.addWidget(text)
        self.save_button.setEnabled(bool(self.lines.toPlainText().strip()))


def _read(connection: Connection, key: str) -> tuple[Value, Sequence[Change]]:
    return preferences.get(connection, key), changes.of_setting(connection, key)


def named(key: str) -> str:
    """A limit or an agenda in the list, where its kind stands above it."""
    return {
        "review.month_cap": tr("To one customer a month"),
        "review.limit": tr("In a call"),
        "counter.limit": tr("In a visit"),
        "decline.days": tr("After a no"),
        "review.agenda.question": tr("A question"),
        "review.agenda.problem": tr("A problem"),
        "review.agenda.order": tr("An order"),
        "review.agenda.our_call": tr("We call"),
    }[key]


def _line(one: Change, people: tuple[object, ...]) -> str:
    return wordings.change(one, people)  # type: ignore[arg-type]


def _meaning(key: str) -> str:
    return {
        "review.month_cap": tr("At most, by phone and follow-up"),
        "review.limit": tr("At most"),
        "counter.limit": tr("At most, step-ups not counted"),
        "decline.days": tr("Unless the customer asks for it"),
    }[key]
