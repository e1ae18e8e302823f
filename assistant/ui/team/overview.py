"""The Overview tab: six tiles, the table of associates, weeks and reasons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.errors import AccessError, KnownError
from assistant.measure import export, period
from assistant.measure.report import report
from assistant.measure.team import TeamFigures, TeamRow, team
from assistant.store import access
from assistant.store.database import Connection
from assistant.ui.permits import Permits
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import words
from assistant.ui.team.behind import BehindPanel, Wanted
from assistant.ui.team.facts import tiles, with_and_without
from assistant.ui.team.panels import Empty, ReasonPanel, TablePanel, WeekPanel
from assistant.ui.team.plans import PlansPanel
from assistant.ui.team.rows import Column
from assistant.ui.team.tabs import Asked, TabPage
from assistant.ui.team.tiles import Tile
from assistant.ui.theme import Look

_SIDE, _SIDE_COMPACT = 392, 328
_RATE = "offered_attachment"
FIGURE_OF_TILE = (
    _RATE, "cross_sell_revenue_share", "average_order_value", "conversion", "cross_sell_return_rate",
    "satisfaction_score",
)  # fmt: skip
FIGURE_OF_COLUMN = {
    Column.OFFERS: "acceptance",
    Column.ACCEPTED: "acceptance",
    Column.CONFIRMED: "confirmed",
    Column.REVENUE: "cross_sell_revenue_share",
    Column.RETURNED: "cross_sell_return_rate",
    Column.SATISFACTION: "satisfaction_score",
}


def figures_of(connection: Connection, asked: Asked) -> TeamFigures | None:
    """The tab's question: so many weeks up to the newest data, or None before there is any."""
    found = period.last_weeks(connection, asked.weeks)
    if found is None:
        return None
    return team(connection, since=found[0], until=found[1], seen_by=asked.seen_by, **_narrowed(asked))


def _narrowed(asked: Asked) -> dict[str, str | None]:
    return {"store_id": asked.store_id, "touchpoint": asked.touchpoint, "category": asked.category}


def write_figures(connection: Connection, path: Path, kind: str, asked: Asked) -> Path:
    """The tab's export: every figure by associate, with its bounds, written whole.

    Raises AccessError for who may see their own figures only.
    """
    if asked.seen_by is not None and not access.sees_everybody(connection, asked.seen_by):
        raise AccessError(words.tr("Everybody's figures are exported by a manager."))
    found = period.last_weeks(connection, asked.weeks)
    if found is None:
        raise KnownError(words.tr("There is nothing to export yet."))
    made = report(connection, by="associate", since=found[0], until=found[1], **_narrowed(asked))
    if kind == "pdf":
        from assistant.ui.team.paper import printed

        shown = team(connection, since=found[0], until=found[1], **_narrowed(asked))
        export.write_whole(path, printed(made, shown))
    elif kind == "xlsx":
        from assistant.measure.workbook import workbook

        export.write_whole(path, workbook(made))
    else:
        export.write_whole(path, export.csv_text(made))
    return path


class Overview(TabPage):
    """Asks for the team's figures and shows them."""

    formats = ("csv", "xlsx", "pdf")
    narrows = True

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self._tiles = [Tile(look) for _ in range(6)]
        self.table, self._weeks, self._reasons = TablePanel(look), WeekPanel(look), ReasonPanel(look)
        self.behind = BehindPanel(look, questions)
        self.plans = PlansPanel(look, questions, Permits(look, questions, session, self))
        self.empty = Empty(look)
        self._asked: Asked | None = None
        self._opener: QWidget | None = None
        self._found: TeamFigures | None = None
        self._row, self._under = QHBoxLayout(), QHBoxLayout()
        for tile in self._tiles:
            self._row.addWidget(tile, 1)
        self._under.addWidget(self.table, 1)
        self._charts = QWidget()
        self._beside = QVBoxLayout(self._charts)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.addWidget(self._weeks, 39)
        self._beside.addWidget(self._reasons, 61)
        self._under.addWidget(self._charts)
        for panel in (self.behind, self.plans):
            self._under.addWidget(panel)
            panel.hide()
            panel.closed.connect(self.close_behind)
        self.plans.changed.connect(self._ask)
        self._weeks.plans_wanted.connect(self.open_plans)
        self.table.table.view.opened.connect(self._open_row)
        for place, tile in enumerate(self._tiles):
            tile.clicked.connect(partial(self._open_tile, place))
        figures = QWidget()
        self._body = QVBoxLayout(figures)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.addLayout(self._row)
        self._body.addLayout(self._under, 1)
        self.stack = QStackedWidget()
        for widget in (figures, self.empty, QWidget()):
            self.stack.addWidget(widget)
        self.stack.setCurrentIndex(2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)

    def show_asked(self, asked: Asked) -> None:
        self._asked = asked
        self.close_behind()
        self._ask()

    def _ask(self) -> None:
        if self._asked is not None:
            job = partial(figures_of, asked=self._asked)
            self._questions.ask(job, self._show, key="team", failed=self._trouble)

    def export(self, asked: Asked, path: Path, kind: str) -> Callable[[Connection], Path]:
        return partial(write_figures, path=path, kind=kind, asked=asked)

    def arrange(self, narrow: bool) -> None:
        gap = 12 if narrow else 16
        self._row.setSpacing(12)
        self._body.setSpacing(gap)
        self._under.setSpacing(gap)
        self._beside.setSpacing(gap)
        width = min(self._look.px(_SIDE_COMPACT if narrow else _SIDE), round(self.width() * 0.3))
        for panel in (self._charts, self.behind, self.plans):
            panel.setFixedWidth(width)

    def _show(self, found: TeamFigures | None) -> None:
        self._found = found
        if found is None:
            self._say(
                words.tr("No sales yet"),
                words.tr(
                    "These figures come from paid orders. Connect a shop, sync it, and they appear here."
                ),
            )
            return
        self.said.emit(words.left_out(found))
        if found.team.sales == 0 and found.team.offers == 0 and not found.rows:
            self._say(
                words.tr("Nothing to count in this period"),
                words.tr(
                    "There is no sale with a product that has add-ons, and no visit. Choose a longer "
                    "period, or train the suggestions so that pairings are known."
                ),
            )
            return
        for tile, facts in zip(self._tiles, tiles(found), strict=True):
            tile.show_facts(facts)
        self.table.table.show_figures(found)
        self._weeks.show_figures(found)
        self._reasons.show_figures(found)
        self.stack.setCurrentIndex(0)

    def open_figure(self, wanted: Wanted, opener: QWidget) -> None:
        """Show what is behind a figure where the charts stand; the focus comes back to who opened it."""
        if self._asked is not None:
            self._opener = opener
            self._beside_table(self.behind)
            self.behind.show_behind(wanted, self._asked)

    def close_behind(self) -> None:
        """Show the charts again."""
        self._beside_table(self._charts)
        if self._opener is not None:
            self._opener.setFocus()
            self._opener = None

    def open_plans(self) -> None:
        """Show the target and the initiatives where the charts stand."""
        if self._asked is not None:
            self._opener = self._weeks.plans
            self._beside_table(self.plans)
            self.plans.show_plans(self._asked)

    def _beside_table(self, shown: QWidget) -> None:
        for panel in (self._charts, self.behind, self.plans):
            panel.setVisible(panel is shown)

    def _open_tile(self, place: int) -> None:
        tile = self._tiles[place]
        facts = tile.facts
        said = ". ".join([f"{facts.label} {facts.value} {facts.suffix}".strip(), facts.lines[-1][0]])
        if FIGURE_OF_TILE[place] == "average_order_value" and self._found is not None:
            said = "\n".join(part for part in (said, with_and_without(self._found)) if part)
        self.open_figure(Wanted(FIGURE_OF_TILE[place], None, "", said), tile)

    def _open_row(self, row: TeamRow, column: int) -> None:
        said = words.spoken(row, self._found.currency if self._found else None)
        wanted = Wanted(FIGURE_OF_COLUMN.get(Column(column), _RATE), row.associate_id, row.name, said)
        self.open_figure(wanted, self.table.table.view)

    def _say(self, title: str, what: str) -> None:
        self.empty.say(title, what)
        self.stack.setCurrentIndex(1)

    def _trouble(self, problem: KnownError) -> None:
        self._say(words.tr("The figures cannot be read"), str(problem))
