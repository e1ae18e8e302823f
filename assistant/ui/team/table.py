"""The table of associates: sorted by a click on a heading or with S, the team's row always in sight below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QSizePolicy, QTableView, QVBoxLayout, QWidget

from assistant.measure.team import TeamFigures
from assistant.ui.team import words
from assistant.ui.team.painting import EDGE, Cells, Headings, paint_row_focus, row_height, scale_of
from assistant.ui.team.rows import ROW, Column, Rows
from assistant.ui.theme import Look

_WIDTHS = {
    Column.NAME: 174,
    Column.SALES: 73,
    Column.RATE: 65,
    Column.CHART: 192,
    Column.OFFERS: 58,
    Column.ACCEPTED: 71,
    Column.CONFIRMED: 77,
    Column.REVENUE: 75,
    Column.RETURNED: 68,
    Column.SATISFACTION: 51,
}
_NARROWEST_CHART, _NARROWEST_NAME = 96, 150
_DROPPED = (Column.RETURNED, Column.SATISFACTION, Column.ACCEPTED)
"""What a narrow page does without, one after the other."""


class _View(QTableView):
    """A table whose current row carries the focus ring; S sorts by the next column."""

    next_column = Signal()
    opened = Signal(object, int)  # the row, and the column that was meant

    def __init__(self, look: Look, cells: Cells, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setItemDelegate(cells)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.clicked.connect(self._open)
        self.verticalHeader().setMinimumSectionSize(10)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_S and not event.modifiers():
            self.next_column.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(ROW), index.column())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        index = self.currentIndex()
        if self.hasFocus() and index.isValid():
            first = self.visualRect(index.siblingAtColumn(0))
            row = QRect(0, first.top(), self.viewport().width(), first.height())
            paint_row_focus(QPainter(self.viewport()), self._look, row)


class TeamTable(QWidget):
    """Associates above, the team below, with one set of columns."""

    sorted_anew = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.rows, self._team_rows = Rows(self), Rows(self)
        self._cells, self._team_cells = Cells(look, parent=self), Cells(look, team=True, parent=self)
        self.view, self._team = _View(look, self._cells, self), _View(look, self._team_cells, self)
        self._head = Headings(look, self.view)
        self.view.setHorizontalHeader(self._head)
        self.view.setModel(self.rows)
        self._team.setModel(self._team_rows)
        self._team.horizontalHeader().hide()
        self._team.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._team.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._team.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.view.setAccessibleName(words.tr("Attachment rate by associate"))
        self._team.setAccessibleName(words.tr("The whole team"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._team)
        self._head.sectionClicked.connect(self.sort_by)
        self.view.next_column.connect(self._sort_next)
        look.changed.connect(self._restyle)
        self._restyle()

    def show_figures(self, found: TeamFigures) -> None:
        """Show other figures; the order chosen stays."""
        scale = scale_of(found)
        self._cells.scale = self._team_cells.scale = self._head.scale = scale
        self._team_cells.people = len(found.rows)
        self.rows.show_rows(found)
        self._team_rows.show_rows(found, team=True)
        self._restyle()

    def sort_by(self, column: int) -> None:
        """Sort by a column, names from A and numbers from the most; again turns it round."""
        chosen = Column.RATE if Column(column) is Column.CHART else Column(column)
        again = chosen is self.rows.sorted_column
        descending = not self.rows.descending if again else chosen is not Column.NAME
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.rows.sort(chosen, order)
        self._head.sorted_column = chosen
        self._head.viewport().update()
        self.sorted_anew.emit(int(chosen))

    def _sort_next(self) -> None:
        shown: list[Column] = [c for c in Column if c is not Column.CHART and not self.view.isColumnHidden(c)]
        self.sort_by(shown[(shown.index(self.rows.sorted_column) + 1) % len(shown)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _restyle(self) -> None:
        height = row_height(self._look)
        for view in (self.view, self._team):
            view.verticalHeader().setDefaultSectionSize(height)
        self._team.setFixedHeight(height)
        self._share_out()

    def _head_width(self, column: Column) -> int:
        """How wide the head of a column of figures is."""
        if column in (Column.NAME, Column.CHART):
            return 0
        metrics = QFontMetrics(self._look.font("caption"))
        text = str(self.rows.headerData(column, Qt.Orientation.Horizontal))
        return max(map(metrics.horizontalAdvance, text.split("\n"))) + self._look.px(EDGE)

    def _share_out(self) -> None:
        """Give each column its width; the intervals take what is left, the least needed give way."""
        look = self._look
        widths = {column: max(look.px(width), self._head_width(column)) for column, width in _WIDTHS.items()}
        hidden: list[Column] = []

        def left() -> int:
            edge = (
                look.px(12) if hidden else 0
            )  # the last column has no edge of its own beside the scroll bar
            return (
                self.width()
                - edge
                - sum(width for column, width in widths.items() if column not in (*hidden, Column.CHART))
            )

        for column in _DROPPED:
            if left() >= look.px(_NARROWEST_CHART):
                break
            hidden.append(column)
        give = min(max(0, look.px(150) - left()), widths[Column.NAME] - look.px(_NARROWEST_NAME))
        widths[Column.NAME] -= give
        widths[Column.CHART] = max(0, left())
        spare = widths[Column.CHART] - look.px(220)
        if spare > 0:
            widths[Column.CHART] -= spare // 2
            widths[Column.NAME] += spare // 2
        for view in (self.view, self._team):
            for column in Column:
                view.setColumnHidden(column, column in hidden)
                view.setColumnWidth(column, widths[column])
