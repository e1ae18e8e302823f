"""The Model tab: what is in use and how the last candidate was judged above, three panels below."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from assistant.errors import KnownError
from assistant.measure import export, model_page
from assistant.measure.model_card import model_card
from assistant.measure.model_page import ModelPage, Proposal
from assistant.store import curating, models
from assistant.store.access import Permit, Right
from assistant.store.database import Connection
from assistant.store.models import Entry
from assistant.suggest import choosing
from assistant.ui import dates, why
from assistant.ui.parts import Button
from assistant.ui.permits import Permits
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.settings.sheets import ListSheet, Sheet, TextSheet
from assistant.ui.team.model import words
from assistant.ui.team.model.in_use import InUsePanel
from assistant.ui.team.model.proposed import ProposedPanel
from assistant.ui.team.model.trust import ChancePanel, ChangePanel
from assistant.ui.team.model.verdict import VerdictPanel
from assistant.ui.team.panels import Empty
from assistant.ui.team.tabs import Asked, TabPage
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_MOVES = 3  # parts of a score that are named


class ModelTab(TabPage):
    """Which suggestions are made, and how it is known that they are good; for those who run the shop."""

    formats = ("md",)
    file_name = "model"
    period_matters = False

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self.found: ModelPage | None = None
        self.in_use, self.verdict = InUsePanel(look), VerdictPanel(look)
        self.proposed, self.chances, self.changes = ProposedPanel(look), ChancePanel(look), ChangePanel(look)
        self.history = Button(look, tr("Model history"), icon="history")
        self.own_button = self.history
        self._empty, self._stack = Empty(look), QStackedWidget()
        self._build()
        self._permits = Permits(look, questions, session, self)
        self.pin, self.reason = self._permits.sheet, TextSheet(look, self)
        self.list, self.sure = ListSheet(look, self), Sheet(look, self)
        self.sure.add_buttons()
        self._give: Callable[[str], None] = lambda text: None
        self._connect()

    def _build(self) -> None:
        self._upper, self._lower, body = QHBoxLayout(), QGridLayout(), QWidget()
        self._upper.addWidget(self.in_use, 29)
        self._upper.addWidget(self.verdict, 71)
        for column, (panel, share) in enumerate(
            ((self.proposed, 29), (self.chances, 34), (self.changes, 37))
        ):
            self._lower.addWidget(panel, 0, column)
            self._lower.setColumnStretch(column, share)
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.addLayout(self._upper, 51)
        self._body.addLayout(self._lower, 49)
        scroll = QScrollArea()  # large text in a small window
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for widget in (scroll, self._empty, QWidget()):
            self._stack.addWidget(widget)
        self._stack.setCurrentIndex(2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _connect(self) -> None:
        self.in_use.back_asked.connect(self._ask_back)
        self.in_use.unpin_asked.connect(self._unpin)
        self.verdict.install_asked.connect(self._ask_install)
        self.verdict.discard_asked.connect(self._ask_discard)
        self.proposed.decided.connect(self._decide)
        self.history.clicked.connect(lambda _on: self._show_history())
        self.sure.agreed.connect(self._agreed)
        self.reason.given.connect(lambda text: self._give(text))
        self._permits.refused.connect(self.said)

    def show_asked(self, asked: Asked) -> None:
        """Ask for the register; period and store are of no matter to it."""
        self._questions.ask(model_page.read, self._show, key="model", failed=self._trouble)

    def arrange(self, narrow: bool) -> None:
        """Take the gaps of a wide or of a narrow window."""
        gap = 12 if narrow else 16
        for layout in (self._upper, self._lower, self._body):
            layout.setSpacing(gap)

    def export(self, asked: Asked, path: Path, kind: str) -> Callable[[Connection], Path]:
        """The card of the model in use."""

        def job(connection: Connection) -> Path:
            entry = models.in_use(connection)
            if entry is None:
                raise KnownError(tr("There is no model yet, and so no card."))
            export.write_whole(path, model_card(entry))
            return path

        return job

    def _show(self, found: ModelPage) -> None:
        self.found = found
        if found.in_use is None:
            self._empty.say(
                tr("No model yet: the shop’s own links are used"),
                tr("The first training learns one from the orders: by night, or with `assistant train`."),
            )
            self._stack.setCurrentIndex(1)
            return
        now = self._session.now()
        self.in_use.show_page(found, found.in_use, now)
        self.verdict.show_page(found.judged, self._when(found.judged))
        self.proposed.show_proposals(found.proposals, now)
        self.chances.show_entry(found.in_use)
        self.changes.show_page(found, self._moves(found.in_use))
        self._stack.setCurrentIndex(0)
        self.said.emit(tr("Which suggestions are made, and how we know they are good"))

    def _when(self, entry: Entry | None) -> str:
        if entry is None:
            return ""
        text = tr("trained {when}. The newest baskets were kept out, for this test")
        return text.format(when=dates.moment(entry.learned_at, self._session.now()))

    def _moves(self, entry: Entry) -> str:
        named = [why.part(name) for name in entry.learned.moves if why.part(name)][:_MOVES]
        if not named:
            return ""
        return tr("What moves its scores most: {parts}").format(parts="; ".join(named))

    def _ask_back(self) -> None:
        if self.found is None or self.found.before is None:
            return
        n = self.found.before
        self.sure.say(
            tr("Roll back to model {n}?").format(n=n),
            tr("From the next visit on, until you let it learn again. Nothing is lost."),
            tr("Roll back"),
        )
        self.sure.come(self.in_use.back, self.sure.yes)

    def _agreed(self) -> None:
        self.sure.go()
        self._permitted(lambda c, permit: choosing.roll_back(self._session.home, c, permit))

    def _unpin(self) -> None:
        self._permitted(lambda c, permit: choosing.unpin(c, permit))

    def _ask_install(self) -> None:
        entry = self.found.judged if self.found else None
        if entry is not None:
            title = tr("Install model {n} anyway?").format(n=entry.number)
            self._ask_reason(title, self._install_because, self.verdict.install)

    def _ask_discard(self) -> None:
        entry = self.found.judged if self.found else None
        if entry is not None:
            title = tr("Discard model {n}?").format(n=entry.number)
            self._ask_reason(title, self._discard_because, self.verdict.discard)

    def _ask_reason(self, title: str, then: Callable[[str], None], back_to: QWidget) -> None:
        self._give = then
        self.reason.ask(title, tr("A reason is needed; whoever looks later wants to know why."), "", back_to)

    def _install_because(self, reason: str) -> None:
        entry = self.found.judged if self.found else None
        if entry is not None:
            home, n = self._session.home, entry.number
            self._permitted(lambda c, permit: choosing.install(home, c, n, permit, reason))

    def _discard_because(self, reason: str) -> None:
        entry = self.found.judged if self.found else None
        if entry is not None:
            n = entry.number
            self._permitted(lambda c, permit: choosing.discard(c, n, permit, reason))

    def _decide(self, one: Proposal, decision: curating.Decision) -> None:
        said = one.said

        def job(connection: Connection, permit: Permit | None) -> None:
            curating.decide(connection, said.anchor_id, said.product_id, decision, permit)

        self._permitted(job, "pairings")

    def _permitted(self, job: Callable[[Connection, Permit | None], object], right: Right = "models") -> None:
        """Do it with a permit, then show what came of it, here and wherever else the model is shown."""
        self._permits.permitted(right, job, lambda _done: self._session.data_changed.emit())

    def _show_history(self) -> None:
        if self.found is None:
            return
        now, names = self._session.now(), self.found.people
        lines = [words.happened(one, names, now) for one in self.found.history]
        self.list.show_lines(tr("Model history"), tr("The newest first."), lines, self.history)

    def _trouble(self, problem: KnownError) -> None:
        self._empty.say(tr("The models cannot be shown"), str(problem))
        self._stack.setCurrentIndex(1)
