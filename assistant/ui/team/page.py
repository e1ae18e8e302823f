"""The Team page: period and store above, six tiles, the table of associates, weeks and reasons."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.errors import AccessError, KnownError
from assistant.measure import export, period
from assistant.measure.report import report
from assistant.measure.team import TeamFigures, team
from assistant.store import access
from assistant.store.database import Connection
from assistant.ui.parts import Elided, Text
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import words
from assistant.ui.team.facts import tiles
from assistant.ui.team.panels import Empty, ReasonPanel, TablePanel, WeekPanel
from assistant.ui.team.picker import HeadButton, Picker
from assistant.ui.team.tiles import Tile
from assistant.ui.theme import Look, tokens

WEEKS = (4, 12, 26, 52)
_SIDE, _SIDE_COMPACT = 392, 328


def figures_of(
    connection: Connection, weeks: int, store_id: str | None, seen_by: str | None = None
) -> TeamFigures | None:
    """The page's question: so many weeks up to the newest data, or None before there is any."""
    found = period.last_weeks(connection, weeks)
    if found is None:
        return None
    return team(connection, since=found[0], until=found[1], store_id=store_id, seen_by=seen_by)


def write_csv(
    connection: Connection, path: Path, weeks: int, store_id: str | None, seen_by: str | None = None
) -> Path:
    """The page's export: every figure by associate, with its bounds, written whole.

    Raises AccessError for who may see their own figures only.
    """
    if seen_by is not None and not access.sees_everybody(connection, seen_by):
        raise AccessError(words.tr("Everybody's figures are exported by a manager."))
    found = period.last_weeks(connection, weeks)
    if found is None:
        raise KnownError(words.tr("There is nothing to export yet."))
    made = report(connection, by="associate", since=found[0], until=found[1], store_id=store_id)
    export.write_whole(path, export.csv_text(made))
    return path


class TeamPage(QWidget):
    """Asks for its figures when it is shown, and again when a sync or a training brought something."""

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self._found: TeamFigures | None = None
        self._stale = True
        self._tiles = [Tile(look) for _ in range(6)]
        self._table, self._weeks, self._reasons = TablePanel(look), WeekPanel(look), ReasonPanel(look)
        self._empty = Empty(look)
        self._period = Picker(look, words.tr("Period"))
        self._store = Picker(look, words.tr("Store"))
        self._dates = Elided(look, "label", "", "textTertiary", weight=400)
        self._csv = HeadButton(look, words.tr("CSV"))
        self._build()
        self._period.set_choices([(n, words.tr("Last {n} weeks").format(n=n)) for n in WEEKS], period.WEEKS)
        self._store.set_choices([(None, words.tr("All"))], None)
        self._period.chosen.connect(lambda _value: self.refresh())
        self._store.chosen.connect(lambda _value: self.refresh())
        self._csv.clicked.connect(self._ask_where)
        self._csv.setAccessibleName(words.tr("Export as CSV"))
        session.data_changed.connect(self._data_changed)
        session.associate_changed.connect(self._data_changed)
        look.changed.connect(self._arrange)

    def refresh(self) -> None:
        """Ask for the figures of the chosen period and store."""
        self._stale = False
        weeks, store = self._chosen()
        self._questions.ask(
            partial(figures_of, weeks=weeks, store_id=store, seen_by=self._who()),
            self._show,
            key="team",
            failed=self._trouble,
        )

    @property
    def table(self) -> TablePanel:
        """The table of associates."""
        return self._table

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Text(self._look, "title", words.tr("Team")))
        head.addSpacing(12)
        for picker in (self._period, self._store):
            head.addWidget(picker)
        head.addSpacing(8)
        head.addWidget(self._dates, 1)
        self._export = Text(self._look, "label", words.tr("Export"), "textTertiary", weight=400)
        head.addWidget(self._export)
        head.addWidget(self._csv)
        row = QHBoxLayout()
        for tile in self._tiles:
            row.addWidget(tile, 1)
        self._head, self._row, self._grid = head, row, QGridLayout()
        self._grid.addWidget(self._table, 0, 0, 2, 1)
        self._grid.addWidget(self._weeks, 0, 1)
        self._grid.addWidget(self._reasons, 1, 1)
        self._grid.setColumnStretch(0, 1)
        self._grid.setRowStretch(0, 39)
        self._grid.setRowStretch(1, 61)
        figures = QWidget()
        self._body = QVBoxLayout(figures)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.addLayout(row)
        self._body.addLayout(self._grid, 1)
        self._stack = QStackedWidget()
        for widget in (figures, self._empty, QWidget()):
            self._stack.addWidget(widget)
        self._stack.setCurrentIndex(2)
        self._outer = QVBoxLayout(self)
        self._outer.addLayout(head)
        self._outer.addWidget(self._stack, 1)
        self._arrange()

    def _arrange(self) -> None:
        """Margins and the side's width, smaller in a compact window."""
        compact = tokens()["layout"]["compact"]
        window = self.window()
        narrow = window.width() < 1360 or window.height() < 860
        side = compact["pagePadding"] if narrow else tokens()["layout"]["pagePadding"]
        gap = 12 if narrow else 16
        self._outer.setContentsMargins(side, gap - 4, side, 12 if narrow else 20)
        self._outer.setSpacing(gap - 4)
        self._row.setSpacing(12)
        self._body.setSpacing(gap)
        self._grid.setSpacing(gap)
        width = min(self._look.px(_SIDE_COMPACT if narrow else _SIDE), round(self.width() * 0.3))
        for panel in (self._weeks, self._reasons):
            panel.setFixedWidth(width)

    def _chosen(self) -> tuple[int, str | None]:
        weeks, store = self._period.value, self._store.value
        return int(weeks or period.WEEKS), None if store is None else str(store)

    def _who(self) -> str | None:
        return self._session.associate.associate_id if self._session.associate else None

    def _show(self, found: TeamFigures | None) -> None:
        self._found = found
        for control in (self._period, self._store, self._export, self._csv):
            control.setVisible(found is not None)
        if found is None:
            self._empty.say(
                words.tr("No sales yet"),
                words.tr(
                    "These figures come from paid orders. Connect a shop, sync it, and they appear here."
                ),
            )
            self._dates.setText("")
            self._stack.setCurrentIndex(1)
            return
        count = len(found.stores)
        everywhere = words.tr("All {n}").format(n=count) if count > 1 else words.tr("All")
        choices = [(store.store_id, store.name) for store in found.stores]
        self._store.set_choices([(None, everywhere), *choices], self._store.value)
        self._store.setVisible(count > 1)
        self._dates.setText(words.date_range(found.since, found.until))
        self._dates.setToolTip(words.coverage(found))
        self._dates.setAccessibleDescription(words.coverage(found))
        if found.team.sales == 0 and found.team.offers == 0 and not found.rows:
            self._say_nothing()
            return
        for tile, facts in zip(self._tiles, tiles(found), strict=True):
            tile.show_facts(facts)
        self._table.table.show_figures(found)
        self._weeks.show_figures(found)
        self._reasons.show_figures(found)
        self._stack.setCurrentIndex(0)

    def _say_nothing(self) -> None:
        self._empty.say(
            words.tr("Nothing to count in this period"),
            words.tr(
                "There is no sale with a product that has add-ons, and no visit. Choose a longer period, or "
                "train the suggestions so that pairings are known."
            ),
        )
        self._stack.setCurrentIndex(1)

    def _trouble(self, problem: KnownError) -> None:
        self._stale = True
        self._empty.say(words.tr("The figures cannot be read"), str(problem))
        self._stack.setCurrentIndex(1)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, words.tr("Export the figures"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("team.csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write the figures shown, with their bounds and filters, to a file."""
        weeks, store = self._chosen()
        self._questions.ask(
            partial(write_csv, path=path, weeks=weeks, store_id=store, seen_by=self._who()),
            lambda written: self._dates.setText(words.tr("Saved as {file}").format(file=written.name)),
            key="team export",
            failed=lambda problem: self._dates.setText(str(problem)),
        )

    def _data_changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
