"""The tab's panels: the map with its legend and what it says, the pairs to place, and lists of facts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from assistant.measure.insights import ENOUGH, FEW, Insights
from assistant.store.insights import Together
from assistant.ui import wording
from assistant.ui.charts.heatmap import HeatMap
from assistant.ui.charts.shades import Shades
from assistant.ui.parts import Button, Elided, Panel, Text, paint_focus
from assistant.ui.team.insights import words
from assistant.ui.team.insights.facts import PAD, Fact, FactList
from assistant.ui.team.insights.pairs import PairHead, PairList, sorted_pairs
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import counted, number, tr


class Link(QAbstractButton):
    """A word that acts, such as `All 21`; 44 to click, drawn as one line."""

    def __init__(self, look: Look, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text)
        look.changed.connect(self.updateGeometry)

    def say(self, text: str) -> None:
        """Show other words; without any it is not there."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._look.font("label", weight=600)).horizontalAdvance(self.text())
        return QSize(width + self._look.px(12), self._look.px(tokens()["control"]["buttonCompact"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._look.font("label", weight=600))
        painter.setPen(self._look.color("accentText"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.hasFocus():
            paint_focus(painter, self._look, self.rect(), 6)


def _headed(look: Look, title: str, note: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(look.px(12))
    row.addWidget(Text(look, "name", title))
    told = Text(look, "label", note, "textTertiary", weight=400)
    told.setWordWrap(True)
    row.addWidget(told, 1)
    return row


def _indented(look: Look, text: QWidget) -> QHBoxLayout:
    """As far in as the words of the list's rows, which leave room for the focus ring."""
    row = QHBoxLayout()
    row.setContentsMargins(look.px(PAD), 0, look.px(PAD), 0)
    row.addWidget(text)
    return row


class MapPanel(Panel):
    """What leaves the shop together; with few receipts only how many there are."""

    products_asked = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = HeatMap(look)
        self.map.setAccessibleName(tr("What leaves the shop together"))
        self._line = Text(look, "label", "", "text", weight=500)
        self._line.setWordWrap(True)
        self.see = Link(look, tr("See the products"))
        self.few = Text(look, "body", "", "textSecondary")
        self.few.setWordWrap(True)
        self.counts = FactList(look, tr("Receipts by category"))
        self._pairs: dict[tuple[int, int], Together] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(self._full(look))
        self._stack.addWidget(self._empty(look))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(17), look.px(14), look.px(17), look.px(6))
        layout.setSpacing(look.px(8))
        told = tr("Of 100 receipts with the row, how many also hold the column")
        layout.addLayout(_headed(look, tr("What leaves the shop together"), told))
        layout.addWidget(self._stack, 1)
        self.map.moved.connect(self._moved)
        self.map.opened.connect(lambda row, column: self._open(row, column))
        self.see.clicked.connect(lambda _on: self._open_current())

    def _full(self, look: Look) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addWidget(self.map, 1)
        shown = [
            (tr("under 0.8"), 0), (tr("usual", "as often as"), 1), ("1.25", 2), ("1.6", 3), ("2", 4),
            (tr("2.5 and more"), 5), (tr("fewer than {few}").format(few=number(FEW)), None),
        ]  # fmt: skip
        spelled = [
            (_decimal(text) if text[0].isdigit() and " " not in text else text, shade)
            for text, shade in shown
        ]
        column.addWidget(Shades(look, tr("Times the usual"), spelled))
        foot = QHBoxLayout()
        foot.addWidget(self._line, 1)
        foot.addWidget(self.see)
        column.addLayout(foot)
        return whole

    def _empty(self, look: Look) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, look.px(8), 0, look.px(8))
        column.setSpacing(look.px(12))
        column.addWidget(self.few)
        column.addWidget(self.counts, 1)
        return whole

    def show_insights(self, found: Insights) -> None:
        """Show another period's receipts."""
        if not found.enough:
            told = tr("{n} receipts in this period. From {enough} on there is a map.")
            self.few.setText(told.format(n=number(found.receipts), enough=number(ENOUGH)))
            self.counts.show_facts(words.counts(found))
            self._stack.setCurrentIndex(1)
            return
        names = found.categories
        self._pairs = {
            (row, column): found.matrix[one, other]
            for row, one in enumerate(names)
            for column, other in enumerate(names)
            if one != other
        }
        cells = [
            [words.cell(self._pairs[row, column]) if row != column else None for column in range(len(names))]
            for row in range(len(names))
        ]
        self.map.show_cells([words.family(name) for name in names], cells)
        summary = max(self._pairs.values(), key=lambda one: one.times if one.n >= FEW else 0.0, default=None)
        said = tr("{n} categories. The clearest: {pair}").format(
            n=number(len(names)), pair=words.said(summary) if summary else ""
        )
        self.map.setAccessibleDescription(said)
        self._stack.setCurrentIndex(0)

    def _moved(self, row: int, column: int) -> None:
        pair = self._pairs.get((row, column))
        self._line.setText(words.said(pair) if pair else "")
        self.see.setEnabled(pair is not None and pair.n >= FEW)

    def _open(self, row: int, column: int) -> None:
        pair = self._pairs.get((row, column))
        if pair is not None and pair.n >= FEW:
            self.products_asked.emit(pair)

    def _open_current(self) -> None:
        index = self.map.currentIndex()
        self._open(index.row(), index.column())


def _decimal(text: str) -> str:
    return text.replace(".", wording.locale().decimalPoint())


class PlacePanel(Panel):
    """Pairs to place side by side, to tick and print."""

    print_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = PairList(look)
        self._note = Elided(look, "label", "", "textTertiary", weight=400)
        self.button = Button(look, tr("Print"), icon="printer", key="P")
        self.button.clicked.connect(lambda _on: self.print_asked.emit())
        self._said = Elided(look, "label", "", "textSecondary", weight=400)
        self.none = Text(look, "body", "", "textSecondary")
        self.none.setWordWrap(True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.none)
        head = QHBoxLayout()
        head.setSpacing(look.px(12))
        head.addWidget(Text(look, "name", tr("Place side by side")))
        head.addWidget(self._note, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._said, 1)
        foot.addWidget(self.button)
        self._columns = PairHead(look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(9), look.px(14), look.px(9), look.px(12))
        for part in (head, foot):
            part.setContentsMargins(look.px(PAD), 0, look.px(PAD), 0)
        self._columns.setContentsMargins(look.px(PAD), 0, look.px(PAD), 0)
        layout.setSpacing(look.px(8))
        layout.addLayout(head)
        layout.addWidget(self._columns)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)
        self.list.rows.ticked_changed.connect(self._count)
        self._count(0)

    def show_insights(self, found: Insights) -> None:
        """Show another period's pairs."""
        pairs = sorted_pairs(found) if found.enough else ()
        far = any(found.apart(one) is not None for one in pairs)
        order = tr("Furthest apart first") if far else tr("The clearest first")
        told = counted(len(pairs), tr("1 pair"), tr("{n} pairs"))
        self._note.setText(tr("{order}, {pairs}").format(order=order, pairs=told) if pairs else "")
        self.list.show_pairs(found, pairs)
        if not found.enough:
            told = tr("From {enough} receipts on, pairs of categories are named here.")
            self.none.setText(told.format(enough=number(ENOUGH)))
        else:
            self.none.setText(tr("No two categories leave together more often than usual."))
        self._stack.setCurrentIndex(0 if pairs else 1)
        self._columns.setVisible(bool(pairs))

    def say(self, sentence: str) -> None:
        """What became of the sheet."""
        self._said.setText(sentence)

    def _count(self, n: int) -> None:
        self._said.setText(tr("{n} ticked").format(n=number(n)) if n else tr("Space ticks a pair"))
        words_on = tr("Print sheet for {n}").format(n=number(n)) if n else tr("Print")
        self.button.setText(words_on)
        self.button.setAccessibleName(words_on)
        self.button.setEnabled(n > 0)
        self.button.updateGeometry()


class FactPanel(Panel):
    """A list of facts with what they are of, what can be done with the chosen one, and all of them."""

    all_asked = Signal(object)

    def __init__(
        self, look: Look, title: str, note: str, empty: str, foot: str, act: str = "",
        more: str = "", parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.title, self.note, self._act_words, self._foot_words = title, note, act, foot
        self.list = FactList(look, title, acts=bool(act), whole=True)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.act = Link(look, act)
        self.foot = Text(look, "label", foot, "textTertiary", weight=400)
        self.foot.setWordWrap(True)
        self.more, self.all = Link(look, more), Link(look)
        self.empty = Text(look, "body", empty, "textSecondary")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(9), look.px(13), look.px(9), look.px(6))
        layout.setSpacing(look.px(2))
        for text in (Text(look, "name", title), Text(look, "caption", note, "textTertiary", weight=400)):
            text.setWordWrap(True)
            layout.addLayout(_indented(look, text))
        self.empty.setContentsMargins(look.px(PAD), 0, look.px(PAD), 0)
        layout.addSpacing(look.px(4))
        layout.addWidget(self._stack, 1)
        row = QHBoxLayout()
        row.setContentsMargins(look.px(PAD) if not act else look.px(2), 0, look.px(2), 0)
        row.addStrut(look.px(tokens()["control"]["buttonCompact"]))
        row.addWidget(self.act)
        row.addWidget(self.foot, 1)
        row.addWidget(self.more)
        row.addWidget(self.all)
        layout.addLayout(row)
        self.act.clicked.connect(lambda _on: self.list.act_on_current())
        self.all.clicked.connect(lambda _on: self.all_asked.emit(self))

    def say(self, sentence: str) -> None:
        """What became of what was done here."""
        self.foot.setText(sentence)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        self.list.show_facts(facts)
        self.foot.setText(self._foot_words)
        self.all.say(tr("All {n}").format(n=number(len(facts))) if facts else "")
        self.act.say(self._act_words if facts else "")
        self._stack.setCurrentIndex(0 if facts else 1)
