"""The Overview tab: six tiles, the table of associates, weeks and reasons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.errors import AccessError, KnownError
from assistant.measure import export, period
from assistant.measure.report import report
from assistant.measure.team import TeamFigures, team
from assistant.store import access
from assistant.store.database import Connection
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import words
from assistant.ui.team.facts import tiles
from assistant.ui.team.panels import Empty, ReasonPanel, TablePanel, WeekPanel
from assistant.ui.team.tabs import Asked, TabPage
from assistant.ui.team.tiles import Tile
from assistant.ui.theme import Look

_SIDE, _SIDE_COMPACT = 392, 328


def figures_of(connection: Connection, asked: Asked) -> TeamFigures | None:
    """The tab's question: so many weeks up to the newest data, or None before there is any."""
    found = period.last_weeks(connection, asked.weeks)
    if found is None:
        return None
    return team(connection, since=found[0], until=found[1], store_id=asked.store_id, seen_by=asked.seen_by)


def write_figures(connection: Connection, path: Path, kind: str, asked: Asked) -> Path:
    """The tab's export: every figure by associate, with its bounds, written whole.

    Raises AccessError for who may see their own figures only.
    """
    if asked.seen_by is not None and not access.sees_everybody(connection, asked.seen_by):
        raise AccessError(words.tr("Everybody's figures are exported by a manager."))
    found = period.last_weeks(connection, asked.weeks)
    if found is None:
        raise KnownError(words.tr("There is nothing to export yet."))
    made = report(connection, by="associate", since=found[0], until=found[1], store_id=asked.store_id)
    if kind == "xlsx":
        from assistant.measure.workbook import workbook

        export.write_whole(path, workbook(made))
    else:
        export.write_whole(path, export.csv_text(made))
    return path


class Overview(TabPage):
    """Asks for the team's figures and shows them."""

    formats = ("csv", "xlsx")

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self._tiles = [Tile(look) for _ in range(6)]
        self.table, self._weeks, self._reasons = TablePanel(look), WeekPanel(look), ReasonPanel(look)
        self.empty = Empty(look)
        self._row, self._grid = QHBoxLayout(), QGridLayout()
        for tile in self._tiles:
            self._row.addWidget(tile, 1)
        self._grid.addWidget(self.table, 0, 0, 2, 1)
        self._grid.addWidget(self._weeks, 0, 1)
        self._grid.addWidget(self._reasons, 1, 1)
        self._grid.setColumnStretch(0, 1)
        self._grid.setRowStretch(0, 39)
        self._grid.setRowStretch(1, 61)
        figures = QWidget()
        self._body = QVBoxLayout(figures)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.addLayout(self._row)
        self._body.addLayout(self._grid, 1)
        self.stack = QStackedWidget()
        for widget in (figures, self.empty, QWidget()):
            self.stack.addWidget(widget)
        self.stack.setCurrentIndex(2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)

    def show_asked(self, asked: Asked) -> None:
        self._questions.ask(partial(figures_of, asked=asked), self._show, key="team", failed=self._trouble)

    def export(self, asked: Asked, path: Path, kind: str) -> Callable[[Connection], Path]:
        return partial(write_figures, path=path, kind=kind, asked=asked)

    def arrange(self, narrow: bool) -> None:
        gap = 12 if narrow else 16
        self._row.setSpacing(12)
        self._body.setSpacing(gap)
        self._grid.setSpacing(gap)
        width = min(self._look.px(_SIDE_COMPACT if narrow else _SIDE), round(self.width() * 0.3))
        for panel in (self._weeks, self._reasons):
            panel.setFixedWidth(width)

    def _show(self, found: TeamFigures | None) -> None:
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

    def _say(self, title: str, what: str) -> None:
        self.empty.say(title, what)
        self.stack.setCurrentIndex(1)

    def _trouble(self, problem: KnownError) -> None:
        self._say(words.tr("The figures cannot be read"), str(problem))
