"""The associates as a table model: plain numbers to sort by, words for screen readers."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from assistant.measure.team import TeamFigures, TeamRow
from assistant.ui import wording
from assistant.ui.language import sort_key
from assistant.ui.team import words

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
"""The whole `TeamRow` of an index, for who paints it."""


class Column(IntEnum):
    """The columns, from left to right."""

    NAME = 0
    SALES = 1
    RATE = 2
    CHART = 3
    OFFERS = 4
    ACCEPTED = 5
    CONFIRMED = 6
    REVENUE = 7
    RETURNED = 8
    SATISFACTION = 9


def heading(column: Column) -> str:
    """What stands over a column; two lines where it is long."""
    return {
        Column.NAME: words.tr("Associate"),
        Column.SALES: words.tr("Sales"),
        Column.RATE: words.tr("Rate, %"),
        Column.CHART: "",
        Column.OFFERS: words.tr("Offers"),
        Column.ACCEPTED: words.tr("Accepted"),
        Column.CONFIRMED: words.tr("Confirmed\non receipt"),
        Column.REVENUE: words.tr("Revenue"),
        Column.RETURNED: words.tr("Returned"),
        Column.SATISFACTION: words.tr("CSAT"),
    }[column]


def meaning(column: Column) -> str:
    """What a column counts, for its tool tip."""
    return {
        Column.NAME: words.tr("Who served"),
        Column.SALES: words.tr(
            "All paid sales that could carry an add-on, with or without a visit, so that no sale is left out"
        ),
        Column.RATE: words.tr("Sales with an accepted add-on on the receipt, of all those sales"),
        Column.CHART: words.tr("The rate with its 95% interval; the dashed line is the team's rate"),
        Column.OFFERS: words.tr("Suggestions said aloud: answered accepted, declined or later"),
        Column.ACCEPTED: words.tr("Offers the customer accepted"),
        Column.CONFIRMED: words.tr("Accepted offers found on that customer's or basket's paid receipt"),
        Column.REVENUE: words.tr("Revenue of lines with an accepted offer, net of discounts and returns"),
        Column.RETURNED: words.tr("Units of those lines that came back so far"),
        Column.SATISFACTION: words.tr("Mean of the answers, of 5"),
    }[column]


def sorted_by(column: Column) -> str:
    """The sentence beside the table's title."""
    name = {
        Column.NAME: words.tr("Sorted by name."),
        Column.SALES: words.tr("Sorted by sales."),
        Column.OFFERS: words.tr("Sorted by offers."),
        Column.ACCEPTED: words.tr("Sorted by accepted offers."),
        Column.CONFIRMED: words.tr("Sorted by confirmed offers."),
        Column.REVENUE: words.tr("Sorted by revenue."),
        Column.RETURNED: words.tr("Sorted by returned units."),
        Column.SATISFACTION: words.tr("Sorted by satisfaction."),
    }.get(column, words.tr("Sorted by rate."))
    return f"{name} {words.tr('Treat close intervals as equal.')}"


def cell(row: TeamRow, column: Column, currency: str | None) -> str:
    """What a cell says."""
    rate = row.attachment
    if column is Column.NAME:
        return row.name
    if column is Column.RATE:
        return "–" if rate is None or rate.value is None else words.decimal(100 * rate.value)
    if column is Column.CHART:
        return words.standing(row.standing) or words.tr("no clear difference")
    if column is Column.REVENUE:
        return wording.money(row.revenue, currency, whole=True)
    if column is Column.SATISFACTION:
        return "–" if row.satisfaction is None else words.decimal(row.satisfaction)
    counts = {
        Column.SALES: row.sales,
        Column.OFFERS: row.offers,
        Column.ACCEPTED: row.accepted,
        Column.CONFIRMED: row.confirmed,
        Column.RETURNED: row.returned,
    }
    return wording.number(counts[column])


_SORT: dict[Column, Callable[[TeamRow], float | str]] = {
    Column.NAME: lambda row: row.name.casefold(),
    Column.SALES: lambda row: row.sales,
    Column.OFFERS: lambda row: row.offers,
    Column.ACCEPTED: lambda row: row.accepted,
    Column.CONFIRMED: lambda row: row.confirmed,
    Column.REVENUE: lambda row: row.revenue,
    Column.RETURNED: lambda row: row.returned,
    Column.SATISFACTION: lambda row: row.satisfaction or 0.0,
}


def _rate(row: TeamRow) -> float:
    return row.attachment.value or 0.0 if row.attachment else 0.0


class Rows(QAbstractTableModel):
    """Associates, or the team as one row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[TeamRow] = []
        self._currency: str | None = None
        self.sorted_column, self.descending = Column.RATE, True

    def show_rows(self, found: TeamFigures, *, team: bool = False) -> None:
        """Show other figures in the order chosen before."""
        self.beginResetModel()
        self._rows = [found.team] if team else list(found.rows)
        self._currency = found.currency
        self._order()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(row, column, self._currency)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if column in (Column.NAME, Column.CHART):
                return words.spoken(row, self._currency)
            return f"{heading(column)} {cell(row, column, self._currency)}".replace("\n", " ")
        if role == Qt.ItemDataRole.ToolTipRole and column in (Column.RATE, Column.CHART):
            return words.bounds(row.attachment) if row.attachment else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return heading(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return meaning(column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return (heading(column) or words.tr("Interval")).replace("\n", " ")
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; by rate, those with too few sales stay last either way."""
        chosen = Column(column)
        self.sorted_column = Column.RATE if chosen is Column.CHART else chosen
        self.descending = order == Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        self._order()
        self.layoutChanged.emit()

    def _order(self) -> None:
        self._rows.sort(key=lambda row: sort_key(row.name))
        if self.sorted_column is Column.RATE:
            self._rows.sort(key=_rate, reverse=self.descending)
            self._rows.sort(key=lambda row: row.standing == "few")
        else:
            self._rows.sort(key=_SORT[self.sorted_column], reverse=self.descending)
