"""The Insights tab: the map and what to place side by side above, three lists below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
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
from assistant.measure import insights
from assistant.measure.insights import Insights, Pair
from assistant.store.database import Connection
from assistant.store.insights import Together
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team.insights import asking, words
from assistant.ui.team.insights.facts import Fact
from assistant.ui.team.insights.panels import FactPanel, MapPanel, PlacePanel
from assistant.ui.team.insights.sheets import FactSheet
from assistant.ui.team.insights.speaking import Speaking
from assistant.ui.team.panels import Empty
from assistant.ui.team.printing import Printing
from assistant.ui.team.tabs import Asked, TabPage
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class InsightsTab(TabPage):
    """What receipts and answers tell of the goods; for those who run the shop."""

    formats = ("csv", "json")
    file_name = "pairings"

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self._asked = Asked(0)
        self.found: Insights | None = None
        self.map, self.place = MapPanel(look), PlacePanel(look)
        self.missed = FactPanel(
            look, tr("Asked for and not in stock"), tr("Noted at the counter"),
            tr("Nothing was noted. Opening a product that is out of stock notes that it was asked for."),
            tr("Counted once per customer and day"),
        )  # fmt: skip
        self.unsuggested = FactPanel(
            look, tr("Sells together without being suggested"), tr("Real pairs that nothing offers yet"),
            tr("Whatever sells together is suggested together already."),
            "", tr("Propose this pair"),
        )  # fmt: skip
        self.never = FactPanel(
            look, tr("Suggested and never sells"),
            tr("Offered {n} times or more, hardly ever accepted").format(n=insights.OFFERED_OFTEN),
            tr("No pair was offered often and hardly ever accepted."),
            "", tr("Rest this pair"), tr("Why declined"),
        )  # fmt: skip
        self._empty = Empty(look)
        self._stack = QStackedWidget()
        self._build()
        self.sheet = FactSheet(look, self)
        self.speaking = Speaking(questions, session, self)
        self.printing = Printing(look, questions, self)
        self.printing.said.connect(self.place.say)
        self._connect()

    def _build(self) -> None:
        self._upper, self._lower, body = QHBoxLayout(), QGridLayout(), QWidget()
        self._upper.addWidget(self.map, 54)
        self._upper.addWidget(self.place, 46)
        self._lower_panels: Sequence[FactPanel] = (self.missed, self.unsuggested, self.never)
        for column, panel in enumerate(self._lower_panels):
            self._lower.addWidget(panel, 0, column)
            self._lower.setColumnStretch(column, 1)
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.addLayout(self._upper, 61)
        self._body.addLayout(self._lower, 39)
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
        self.map.products_asked.connect(self._ask_products)
        self.place.print_asked.connect(self.print_ticked)
        self.unsuggested.list.acted.connect(
            lambda fact: self.speaking.say(self.unsuggested, fact, "proposed")
        )
        self.never.list.acted.connect(lambda fact: self.speaking.say(self.never, fact, "vetoed"))
        self.never.more.clicked.connect(lambda _on: self._show_reasons())
        for panel in self._lower_panels:
            panel.all_asked.connect(self._show_all)

    def show_asked(self, asked: Asked) -> None:
        """Ask what the receipts of this period and store tell."""
        self._asked = asked
        self._questions.ask(
            partial(asking.read, asked=asked), self._show, key="insights", failed=self._trouble
        )

    def export(self, asked: Asked, path: Path, kind: str) -> Callable[[Connection], Path]:
        """The question that writes the shop's pairings, for product pages."""
        return partial(asking.write, path=path, kind=kind, asked=asked)

    def arrange(self, narrow: bool) -> None:
        """Take the gaps of a wide or of a narrow window."""
        gap = 12 if narrow else 16
        for layout in (self._upper, self._body):
            layout.setSpacing(gap)
        self._lower.setSpacing(gap)

    def print_ticked(self) -> None:
        """Offer the ticked pairs as one sheet, on paper or as a file."""
        pairs = self.place.list.rows.ticked
        if pairs and self.found is not None:
            made = words.sheet(self.found, pairs, self._store_name(), self._session.now())
            self.printing.offer(words.printable(made), self.place.list)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_P:
            self.print_ticked()
        elif event.key() == Qt.Key.Key_Z:
            self.speaking.take_back()
        else:
            super().keyPressEvent(event)

    def _show(self, found: Insights | None) -> None:
        self.found = found
        if found is None:
            told = tr(
                "What sells together is read from paid orders. Connect a shop, sync it, and it appears here."
            )
            self._empty.say(tr("No sales yet"), told)
            self._stack.setCurrentIndex(1)
            return
        now = self._session.now()
        self.map.show_insights(found)
        self.place.show_insights(found)
        self.missed.show_facts([words.missed(found, one, now) for one in found.missed])
        self.unsuggested.show_facts([words.pair(one) for one in found.unsuggested])
        self.never.show_facts([words.never(one) for one in found.never_sold])
        self.never.more.say(tr("Why declined") if found.declined else "")
        self._stack.setCurrentIndex(0)
        self.said.emit(words.receipts(found.receipts))

    def _trouble(self, problem: KnownError) -> None:
        self.found = None
        self._empty.say(tr("The figures cannot be read"), str(problem))
        self._stack.setCurrentIndex(1)

    def _ask_products(self, pair: Together) -> None:
        job = partial(asking.products, anchor=pair.anchor, other=pair.other, asked=self._asked)

        def show(found: tuple[Pair, ...]) -> None:
            told = words.fact(pair) if found else tr("No two products are on five receipts together.")
            title = tr("{one} and {other}").format(
                one=words.family(pair.anchor), other=words.family(pair.other)
            )
            self.sheet.show_facts(title, told, [words.pair(one) for one in found], self.map.map)

        self._questions.ask(job, show, key="insights products", failed=self._trouble)

    def _show_all(self, panel: FactPanel) -> None:
        facts: tuple[Fact, ...] = panel.list.rows.facts
        self.sheet.show_facts(panel.title, panel.note, facts, panel.all)

    def _show_reasons(self) -> None:
        if self.found is not None:
            facts = words.declines(self.found, insights.why_declined(self.found))
            told = tr("All declines of add-ons, with the products declined most often")
            self.sheet.show_facts(tr("Why customers declined"), told, facts, self.never.more)

    def _store_name(self) -> str:
        return self._session.store_name if self._asked.store_id is not None else ""
