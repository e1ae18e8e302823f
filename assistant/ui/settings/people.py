"""The section of people: who is here, what they may do, and giving a PIN anew."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from assistant.store.access import ROLES
from assistant.store.staff import Person
from assistant.ui import wording
from assistant.ui.parts import Button, Elided, Text
from assistant.ui.settings import words
from assistant.ui.settings.choices import Picked
from assistant.ui.settings.facts import SettingsFacts
from assistant.ui.settings.parts import Link, Section
from assistant.ui.settings.sections import SMALL
from assistant.ui.theme import Look
from assistant.ui.wording import tr

SHOWN = 5


class AskedOfPeople(Protocol):
    """What the section can ask of its page."""

    def do(self, what: str) -> None: ...
    def give_role(self, person: Person, role: object) -> None: ...
    def reset_pin(self, person: Person) -> None: ...


class _Badge(QWidget):
    """A person's initials in a quiet circle."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look, self._text = look, wording.initials(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(28), self._look.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color("border"))
        painter.setBrush(look.color("thumb"))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("caption", weight=600))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


def section(look: Look, facts: SettingsFacts, asked: AskedOfPeople, *, whole: bool) -> Section:
    """The people, the first few or all of them."""
    made = Section(look, "people", tr("People and roles"))
    add = Button(look, tr("Add"), icon="user-plus", height=SMALL)
    add.clicked.connect(lambda _on: asked.do("add person"))
    made.beside_title(add)
    for person in facts.people if whole else facts.people[:SHOWN]:
        made.add(_row(look, person, asked, facts))
    foot = QWidget()
    row = QHBoxLayout(foot)
    row.setContentsMargins(0, 4, 0, 4)
    if facts.has_keeper:
        own = Text(look, "label", tr("A new PIN is set by the person, not by you"), "textTertiary")
        own.setWordWrap(True)
        row.addWidget(own, 1)
    else:
        make = Link(look, tr("Make an administrator"))
        make.clicked.connect(lambda _on: asked.do("make keeper"))
        row.addWidget(make)
        row.addStretch(1)
    if len(facts.people) > SHOWN:
        text = tr("Fewer") if whole else tr("All {n}").format(n=len(facts.people))
        every = Link(look, text)
        every.clicked.connect(lambda _on: asked.do("all people"))
        row.addWidget(every)
    made.add(foot)
    made.end()
    return made


def _row(look: Look, person: Person, asked: AskedOfPeople, facts: SettingsFacts) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 4, 0, 4)
    row.setSpacing(6)
    name = person.associate.name
    row.addWidget(_Badge(look, name))
    row.addWidget(Elided(look, "body", name), 1)
    roles = Picked(look, [(role, words.role(role)) for role in ROLES], person.role, width=128)
    roles.setAccessibleName(tr("Role of {name}, {role}").format(name=name, role=roles.chosen))
    roles.setObjectName(f"role {person.associate.associate_id}")
    roles.picked.connect(lambda role: asked.give_role(person, role))
    roles.setEnabled(facts.has_keeper)
    row.addWidget(roles)
    reset = Link(look, tr("Reset PIN") if person.has_pin else tr("Give PIN"))
    reset.setMinimumWidth(Link(look, tr("Reset PIN")).sizeHint().width())
    reset.setAccessibleName(f"{reset.text()}, {name}")
    reset.setObjectName(f"pin {person.associate.associate_id}")
    reset.clicked.connect(lambda _on: asked.reset_pin(person))
    reset.setEnabled(facts.has_keeper)
    row.addWidget(reset)
    whole.setMinimumHeight(look.px(43))
    return whole


def hand_over(name: str, pin: str) -> tuple[str, str]:
    """The title and the text that say a drawn PIN, once."""
    return (
        tr("{pin} is for {name}").format(pin=pin, name=name),
        tr(
            "It is shown only now, and good for one thing: at the next sign-in {name} chooses their own."
        ).format(name=name),
    )
