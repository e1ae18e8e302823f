"""The funnel's table: the chart in numbers and words, sorted by the steadied rate, without ranks."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from assistant.measure.fairness import Compared, Fairness
from assistant.ui.team import words
from assistant.ui.team.funnel_words import in_words, spoken
from assistant.ui.team.painting import paint_row_focus
from assistant.ui.team.record_words import in_table
from assistant.ui.theme import Look
from assistant.ui.wording import number

Index = QModelIndex | QPersistentModelIndex
PERSON = Qt.ItemDataRole.UserRole
_NAME, _RATE, _STEADIED, _WORDS = 0, 2, 5, 6
_WIDTHS = (176, 70, 80, 90, 90, 90, 0)
_HIGH, _EDGE = 31, 16
_SAID, _LEAST_SAID, _NAME_LEAST = 270, 170, 120
_IN_PANEL = (3, 4)


class People(QAbstractTableModel):
    """Everybody as rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.people: tuple[Compared, ...] = ()
        self._asked: Mapping[str, int] = {}

    def show_questions(self, counts: Mapping[str, int]) -> None:
        """Say how many questions there are about each person."""
        self._asked = counts
        if self.people:
            self.dataChanged.emit(self.index(0, _WORDS), self.index(len(self.people) - 1, _WORDS))

    def show_people(self, found: Fairness) -> None:
        """Show another comparison."""
        self.beginResetModel()
        self.people = found.people
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.people)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_WIDTHS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.people[index.row()]
        if role == PERSON:
            return one
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return in_table(spoken(one), self._asked.get(one.associate_id, 0))
        if role == Qt.ItemDataRole.DisplayRole:
            rates = (one.rate, one.expected, one.adjusted, one.steadied)
            said = in_table(in_words(one), self._asked.get(one.associate_id, 0))
            shown = (one.name, number(one.sales), *(words.decimal(100 * x) for x in rates), said)
            return shown[index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            words.tr("Associate"), words.tr("Sales"), words.tr("Rate, %"), words.tr("Expected"),
            words.tr("Adjusted"), words.tr("Steadied"), words.tr("In words"),
        )[section]  # fmt: skip


class _Cells(QStyledItemDelegate):
    """A row: the chosen one on the tint with a bar at its left."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.chosen: str | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rect, column = self._look, option.rect, index.column()
        one: Compared = index.data(PERSON)
        mine = one.associate_id == self.chosen
        painter.save()
        painter.fillRect(rect, look.color("accentSoft" if mine else "surface"))
        painter.setPen(QPen(look.color("divider"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if mine and column == _NAME:
            painter.fillRect(rect.left(), rect.top(), look.px(4), rect.height(), look.color("accent"))
        bold = column in (_NAME, _STEADIED)
        painter.setFont(look.font("label", tabular=True, weight=600 if bold else 400))
        painter.setPen(look.color("text" if bold or column < _RATE else "textSecondary"))
        left = column in (_NAME, _WORDS)
        align = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        area = rect.adjusted(look.px(_EDGE), 0, -look.px(4 if left else 8), 0)
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(align | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._look.px(60), self._look.px(_HIGH))


class _Head(QHeaderView):
    """The columns' names over their values."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look = look
        self.setMinimumSectionSize(10)
        self.setAccessibleName(words.tr("Columns"))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._look.px(34))

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        look = self._look
        painter.save()
        painter.fillRect(rect, look.color("surface"))
        painter.setPen(QPen(look.color("border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("textTertiary"))
        left = logical_index in (_NAME, _WORDS)
        align = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        area = rect.adjusted(look.px(_EDGE), 0, -look.px(8), 0)
        text = str(self.model().headerData(logical_index, Qt.Orientation.Horizontal))
        painter.drawText(area, int(align | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()


class FunnelTable(QTableView):
    """Up and Down change whose panel is shown, Enter and a click open it."""

    opened = Signal(str)
    moved = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.people = People(self)
        self._cells = _Cells(look, self)
        self.setModel(self.people)
        self.setItemDelegate(self._cells)
        self.setHorizontalHeader(_Head(look, self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(10)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(words.tr("Attachment rate by associate"))
        self.clicked.connect(self._open)
        look.changed.connect(self._restyle)
        self._restyle()

    def choose(self, associate_id: str | None) -> None:
        """Mark somebody's row."""
        self._cells.chosen = associate_id
        ids = [one.associate_id for one in self.people.people]
        if associate_id in ids and self.currentIndex().row() != ids.index(associate_id):
            self.setCurrentIndex(self.people.index(ids.index(associate_id), 0))
        self.viewport().update()

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(PERSON).associate_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.currentIndex().isValid():
            self.moved.emit(self.currentIndex().data(PERSON).associate_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        index = self.currentIndex()
        if self.hasFocus() and index.isValid():
            first = self.visualRect(index.siblingAtColumn(0))
            row = QRect(0, first.top(), self.viewport().width(), first.height())
            paint_row_focus(QPainter(self.viewport()), self._look, row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._look.px(_HIGH))
        self._share_out()

    def _share_out(self) -> None:
        look = self._look
        metrics = QFontMetrics(look.font("caption"))
        widths = []
        for column, width in enumerate(_WIDTHS[:-1]):
            head = metrics.horizontalAdvance(str(self.people.headerData(column, Qt.Orientation.Horizontal)))
            widths.append(max(look.px(width), head + look.px(26)))
        if self.viewport().width() - sum(widths) < look.px(_SAID):
            heads = (str(self.people.headerData(n, Qt.Orientation.Horizontal)) for n in range(_WORDS))
            bare = [metrics.horizontalAdvance(head) + look.px(26) for head in heads]
            widths = [look.px(_NAME_LEAST), *bare[1:]]
        tight = self.viewport().width() - sum(widths) < look.px(_LEAST_SAID)
        for column in _IN_PANEL:  # the panel says them, and the chart shows them
            self.setColumnHidden(column, tight)
            widths[column] = 0 if tight else widths[column]
        for column, width in enumerate(widths):
            if width:
                self.setColumnWidth(column, width)
        self.setColumnWidth(_WORDS, max(look.px(80), self.viewport().width() - sum(widths)))
