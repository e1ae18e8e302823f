"""Proposing a pairing from the tab, or asking that one rests; and taking the last word back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from assistant.errors import KnownError
from assistant.store import curating
from assistant.store.curating import Asked, Said
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team.insights import asking
from assistant.ui.team.insights.facts import Fact
from assistant.ui.team.insights.panels import FactPanel
from assistant.ui.wording import tr


class Speaking(QObject):
    """The row stays where it is and says what became of it."""

    def __init__(self, questions: Questions, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._questions, self._session = questions, session
        self._last: tuple[FactPanel, Fact, Said] | None = None

    def say(self, panel: FactPanel, fact: Fact, word: Asked) -> None:
        """Say a word on the pair of a row."""
        associate = self._session.associate
        if fact.about is None or associate is None:
            return
        job = partial(asking.say, pair=fact.about, word=word, associate_id=associate.associate_id)
        self._questions.ask(
            job, partial(self._said, panel, fact), failed=lambda problem: self._trouble(panel, problem)
        )

    def take_back(self) -> None:
        """Take the last word back, if there is one."""
        associate, last = self._session.associate, self._last
        if last is None or associate is None:
            return
        panel, fact, said = last
        job = partial(curating.take_back, word_id=said.word_id, associate_id=associate.associate_id)
        self._questions.ask(
            job,
            lambda _nothing: self._taken_back(panel, fact),
            failed=lambda problem: self._trouble(panel, problem),
        )

    def _said(self, panel: FactPanel, fact: Fact, said: Said) -> None:
        self._last = panel, fact, said
        under = {
            "proposed": tr("Proposed; a manager decides"),
            "put_in": tr("Suggested from now on"),
            "vetoed": tr("To rest; a manager decides"),
            "taken_out": tr("No longer suggested"),
        }[said.word]
        if fact.about is not None:
            panel.list.rows.change(fact.about, replace(fact, under=under, open=False))
        panel.say(tr("Z takes it back"))

    def _taken_back(self, panel: FactPanel, fact: Fact) -> None:
        self._last = None
        if fact.about is not None:
            panel.list.rows.change(fact.about, fact)
        panel.say(tr("Taken back"))

    def _trouble(self, panel: FactPanel, problem: KnownError) -> None:
        panel.say(str(problem))
