"""The section of pairings: what was said of them at the counter, and a manager's word on each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QWidget

from assistant.store.curating import Check, Decision
from assistant.ui import dates
from assistant.ui.parts import Button, Elided
from assistant.ui.settings.facts import SettingsFacts
from assistant.ui.settings.parts import Row, Section
from assistant.ui.settings.sections import SMALL
from assistant.ui.theme import Look
from assistant.ui.wording import tr

SHOWN = 4


class AskedOfPairings(Protocol):
    """What the section can ask of its page."""

    def decide(self, check: Check, decision: Decision) -> None: ...


def section(look: Look, facts: SettingsFacts, asked: AskedOfPairings, now: datetime) -> Section:
    """What waits to be looked at, the oldest first."""
    made = Section(look, "pairings", tr("Pairings to check"))
    for check in facts.checks[:SHOWN]:
        made.add(_row(look, check, facts, asked, now))
    if not facts.checks:
        made.add(Elided(look, "label", tr("Nothing waits to be checked"), "textTertiary"))
    elif len(facts.checks) > SHOWN:
        more = tr("{n} more after these").format(n=len(facts.checks) - SHOWN)
        made.add(Elided(look, "label", more, "textTertiary"))
    made.end()
    return made


def _row(look: Look, check: Check, facts: SettingsFacts, asked: AskedOfPairings, now: datetime) -> QWidget:
    names = {"product": check.product_name, "anchor": check.anchor_name}
    title = tr("{product} with {anchor}").format(**names)
    person = facts.person(check.associate_id)
    who = person.associate.name if person else check.associate_id
    second = f"{_said(check)}, {who}, {dates.day(check.at, now)}"
    buttons = QWidget()
    side = QHBoxLayout(buttons)
    side.setContentsMargins(0, 0, 0, 0)
    side.setSpacing(8)
    for text, decision in _choices(check):
        button = Button(look, text, height=SMALL)
        button.setAccessibleName(f"{text}, {title}")
        button.clicked.connect(_deciding(asked, check, decision))
        side.addWidget(button)
    row = Row(look, title, second, buttons)
    row.setToolTip(title)
    return row


def _deciding(asked: AskedOfPairings, check: Check, decision: Decision) -> Callable[[bool], None]:
    return lambda _on: asked.decide(check, decision)


def _said(check: Check) -> str:
    if check.kind == "does_not_fit":
        return tr("“Does not fit”")
    return tr("Proposed") if check.kind == "proposed" else tr("“Never suggest”")


def _choices(check: Check) -> tuple[tuple[str, Decision], ...]:
    if check.kind == "proposed":
        return (tr("Put in"), "put_in"), (tr("Leave out"), "kept")
    return (tr("Keep"), "kept"), (tr("Take out"), "taken_out")
