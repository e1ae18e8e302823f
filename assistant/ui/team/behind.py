"""The panel of what is behind a figure: its visits, offers and receipts, newest first, more on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from assistant.measure import drill, period
from assistant.measure.alarms import Row
from assistant.measure.definitions import definition
from assistant.measure.report import TOTAL
from assistant.store import catalog, drilling
from assistant.store.database import Connection
from assistant.store.drilling import Behind
from assistant.ui.language import told
from assistant.ui.parts import Button, ChipKind, Elided, Panel, Text, paint_chip, paint_focus
from assistant.ui.questions import Questions
from assistant.ui.team import words
from assistant.ui.team.behind_words import chip, spoken, title, under
from assistant.ui.team.tabs import Asked
from assistant.ui.theme import Look
from assistant.ui.wording import number

_ROW, _AT_ONCE = 50, 50
_FACTS = Qt.ItemDataRole.UserRole
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure to open: its name, whose it is (None: the whole team's), and how it stands in words."""

    figure: str
    associate_id: str | None
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Found:
    """Some rows behind a figure with the names they need; `following` is where the next ones begin."""

    rows: tuple[Behind, ...]
    products: dict[str, str]
    people: dict[str, str]
    following: Place | None


def rows_behind(
    connection: Connection, wanted: Wanted, asked: Asked, after: Place | None, limit: int = _AT_ONCE
) -> Found:
    """The panel's question: the next rows behind a figure, of what the asker may see."""
    span = period.last_weeks(connection, asked.weeks)
    if span is None:
        return Found((), {}, {}, None)
    page = drill.behind(
        connection,
        wanted.figure,
        since=span[0],
        until=span[1],
        by="associate" if wanted.associate_id else None,
        key=wanted.associate_id or TOTAL,
        store_id=asked.store_id,
        touchpoint=asked.touchpoint,
        category=asked.category,
        seen_by=asked.seen_by,
        limit=limit,
        after=after,
    )
    return _named(connection, page.rows, page.following)


def rows_asked(
    connection: Connection, rows: Sequence[Row], after: Place | None, limit: int = _AT_ONCE
) -> Found:
    """The next of the rows that a question asks about."""
    begin = after[1] if after is not None else 0
    some = rows[begin : begin + limit]
    found = drilling.of_rows(connection, [(row.visit_id, row.suggestion_id) for row in some])
    return _named(connection, found, (0, begin + limit) if begin + limit < len(rows) else None)


def _named(connection: Connection, rows: tuple[Behind, ...], following: Place | None) -> Found:
    ids = {one for row in rows for one in (row.product_id, row.anchor_id) if one}
    products = {key: one.name for key, one in catalog.products(connection, ids).items()}
    people = {one.associate_id: one.name for one in catalog.associates(connection)}
    return Found(rows, products, people, following)


class RowCells(QStyledItemDelegate):
    """What it was, when and where, and a chip of what came of it."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._look.px(200), self._look.px(_ROW))

    @staticmethod
    def _picks(option: QStyleOptionViewItem) -> bool:
        """Whether rows are picked in this list, so that it has to be seen."""
        view = option.widget
        several = QAbstractItemView.SelectionMode.MultiSelection
        return isinstance(view, QAbstractItemView) and view.selectionMode() is several

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, rect = self._look, option.rect
        first, second, (word, kind) = index.data(_FACTS)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected and self._picks(option):
            painter.fillRect(rect, look.color("accentSoft"))
            painter.fillRect(rect.left(), rect.top(), look.px(4), rect.height(), look.color("accent"))
        chip_width = QFontMetrics(look.font("label")).horizontalAdvance(word) + look.px(16) if word else 0
        at = QPointF(rect.right() - chip_width - look.px(6), rect.center().y())
        if word:
            paint_chip(painter, look, at, word, kind)
        room = rect.width() - chip_width - look.px(18)
        for text, role, token, top, high, weight in (
            (first, "body", "text", 5, 20, 500), (second, "caption", "textTertiary", 26, 17, 400),
        ):  # fmt: skip
            font = look.font(role, weight=weight)
            painter.setFont(font)
            painter.setPen(look.color(token))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            line = QRect(rect.left() + look.px(6), rect.top() + look.px(top), room, look.px(high))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.setPen(QPen(look.color("divider"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_focus(painter, look, rect.adjusted(0, 1, -1, -2), 6)
        painter.restore()


class BehindList(QWidget):
    """The rows themselves, the newest first; more are asked for by a button."""

    said = Signal(str)  # what there is to say instead of rows

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self._job: Callable[..., Found] | None = None
        self._figure, self._alone = "", False
        self._following: Place | None = None
        self._takes_focus = False
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(RowCells(look, self))
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.more = Button(look, words.tr("Show more"))
        self.more.clicked.connect(lambda: self._ask(self._following))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(4))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.more)

    def show_behind(self, wanted: Wanted, asked: Asked, *, takes_focus: bool) -> None:
        """List what is behind a figure."""
        label = told(definition(wanted.figure).label)
        self.list.setAccessibleName(words.tr("What is behind {figure}").format(figure=label))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        job = partial(rows_behind, wanted=wanted, asked=asked)
        self._begin(job, wanted.figure, wanted.associate_id is not None, takes_focus)

    def show_asked(self, rows: Sequence[Row], said: str) -> None:
        """List what one question to one person asks about; a click or Space picks some of it."""
        self.list.setAccessibleName(said)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        self._begin(partial(rows_asked, rows=rows), "", alone=True, takes_focus=True)

    @property
    def picked(self) -> tuple[int, ...]:
        """The places of the rows that were picked."""
        return tuple(sorted(index.row() for index in self.list.selectedIndexes()))

    def _begin(self, job: Callable[..., Found], figure: str, alone: bool, takes_focus: bool) -> None:
        self._job, self._figure, self._alone, self._takes_focus = job, figure, alone, takes_focus
        self.list.clear()
        self.more.hide()
        self._ask(None)

    def _ask(self, after: Place | None) -> None:
        if self._job is None:
            return
        job: Callable[[Connection], Found] = partial(self._job, after=after)
        self._questions.ask(job, self._show, key="team behind", failed=lambda bad: self.said.emit(str(bad)))

    def _show(self, found: Found) -> None:
        for row in found.rows:
            said: tuple[str, ChipKind] = chip(row, self._figure)
            first = title(row, found.products)
            second = under(row, found.products, found.people, alone=self._alone)
            item = QListWidgetItem(self.list)
            item.setData(_FACTS, (first, second, said))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken(first, second, said[0]))
        self._following = found.following
        self.more.setVisible(found.following is not None)
        if self.list.count() == 0:
            self.said.emit(words.tr("Nothing is behind this figure that you may see."))
        elif not self.list.currentIndex().isValid():
            none = QItemSelectionModel.SelectionFlag.NoUpdate
            self.list.setCurrentRow(0, none) if not self._figure else self.list.setCurrentRow(0)
            if self._takes_focus:
                self.list.setFocus()
        self.list.setAccessibleDescription(words.tr("{n} shown").format(n=number(self.list.count())))


class BehindPanel(Panel):
    """Opened from a figure; Esc and Close give its place back."""

    closed = Signal()

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Elided(look, "name")
        self.base = Text(look, "label", "", "textSecondary", weight=400)
        self.base.setWordWrap(True)
        close = Button(look, words.tr("Close"), "quiet", key="Esc")
        close.clicked.connect(self.closed)
        self.rows = BehindList(look, questions)
        self.rows.said.connect(self.base.setText)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(12))
        layout.setSpacing(look.px(4))
        layout.addLayout(head)
        layout.addWidget(self.base)
        layout.addWidget(self.rows, 1)

    def show_behind(self, wanted: Wanted, asked: Asked) -> None:
        """Open a figure; its newest rows are asked for."""
        label = told(definition(wanted.figure).label)
        self.title.setText(f"{wanted.name}: {label}" if wanted.associate_id else label)
        self.base.setText(wanted.said)
        self.rows.show_behind(wanted, asked, takes_focus=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
