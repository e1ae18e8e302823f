"""The page's head: title, tabs, period and store, one line of words, and the menu of exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from assistant.measure import period
from assistant.records import TOUCHPOINTS, Store
from assistant.store import catalog, counting, figures
from assistant.store.database import Connection
from assistant.ui.parts import Elided, Text
from assistant.ui.team import words
from assistant.ui.team.insights.words import family
from assistant.ui.team.picker import HeadButton, Picker, paint_box
from assistant.ui.team.strip import Strip
from assistant.ui.team.tabs import TABS
from assistant.ui.theme import Look

WEEKS = (4, 12, 26, 52)
_PAD, _ICON = 12, 18
_GAP, _MORE = 8, 12
_FIRST = 4  # the place of the controls in the first row
_MOST = 100  # of the room that is left goes to the line of words


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What the head offers somebody: their tabs, the periods there are data for, and the stores."""

    tabs: tuple[str, ...]
    periods: tuple[tuple[int, datetime, datetime], ...]
    complete_to: datetime | None
    stores: tuple[Store, ...]
    categories: tuple[str, ...] = ()


def head_facts(connection: Connection, seen_by: str | None) -> HeadFacts:
    """The head's question."""
    spans = [(weeks, period.last_weeks(connection, weeks)) for weeks in WEEKS]
    return HeadFacts(
        tuple(tab.name for tab in TABS if tab.seen_by(connection, seen_by)),
        tuple((weeks, *span) for weeks, span in spans if span is not None),
        counting.complete_to(connection),
        tuple(sorted(catalog.stores(connection), key=lambda store: store.store_id)),
        figures.categories(connection),
    )


class ExportButton(HeadButton):
    """`Export ⌄`: one menu of the kinds of file there are."""

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, words.tr("Export"), parent)
        self.formats: tuple[str, ...] = ()
        self.setAccessibleName(words.tr("Export the figures"))
        self.clicked.connect(self._open)

    def menu(self) -> QMenu:
        """The kinds of file."""
        names = {
            "csv": words.tr("CSV, for other programs"),
            "xlsx": words.tr("Excel workbook"),
            "pdf": words.tr("PDF, to print or send"),
            "json": words.tr("JSON, for product pages"),
            "md": words.tr("Model card, to read or send"),
        }
        menu = QMenu(self)
        menu.setFont(self._look.font("body"))
        for kind in self.formats:
            menu.addAction(names[kind]).triggered.connect(lambda _checked, kind=kind: self.chosen.emit(kind))
        return menu

    def _open(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size = menu.sizeHint()
        menu.popup(self.mapToGlobal(QPoint(self.width() - size.width(), self.height())))

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + self._look.px(_ICON + 6), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        box = paint_box(painter, look, self)
        font = look.font("label", weight=600)
        painter.setFont(font)
        painter.setPen(look.color("text" if self.isEnabled() else "textDisabled"))
        align = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(box.adjusted(look.px(_PAD), 0, 0, 0), align, self.text())
        x = look.px(_PAD + 6) + QFontMetrics(font).horizontalAdvance(self.text())
        painter.drawPixmap(x, box.center().y() - look.px(8), look.pixmap("chevron-down", "text", _ICON))


class Head(QWidget):
    """What stands above every tab."""

    asked_anew = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = Strip(look)
        self.period = Picker(look, words.tr("Period"))
        self.store = Picker(look, words.tr("Store"))
        self.touch = Picker(look, words.tr("Touchpoint"))
        self.kind = Picker(look, words.tr("Category"))
        self.line = Elided(look, "label", "", "textTertiary", weight=400)
        self.export = ExportButton(look)
        self.period.set_choices([(n, words.tr("Last {n} weeks").format(n=n)) for n in WEEKS], period.WEEKS)
        everything = (None, words.tr("All"))
        self.store.set_choices([everything], None)
        self.touch.set_choices([everything, *((name, words.touchpoint(name)) for name in TOUCHPOINTS)], None)
        self.kind.set_choices([everything], None)
        self._title = Text(look, "title", words.tr("Team"))
        self._pickers = (self.period, self.store, self.touch, self.kind)
        for picker in self._pickers:
            picker.chosen.connect(lambda _value: self.asked_anew.emit())
        self._upper, self._lower, self._own = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        both = QVBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        for row in (self._upper, self._lower):
            row.setSpacing(_GAP)
            both.addLayout(row)
        self._upper.addWidget(self._title)
        self._upper.addSpacing(_MORE)
        self._upper.addWidget(self.strip)
        self._upper.addSpacing(_GAP)
        self._below: bool | None = None
        self._place(below=False)
        self._upper.addStretch(1)
        self._lower.addStretch(1)
        self._upper.addLayout(self._own)
        self._upper.addWidget(self.export)
        self._known: HeadFacts | None = None

    def show_facts(self, facts: HeadFacts, current: str) -> None:
        """Offer these tabs and stores; the period says its days."""
        self._known = facts
        titles = {tab.name: tab.title() for tab in TABS}
        self.strip.offer([(name, titles[name]) for name in facts.tabs], current)
        count = len(facts.stores)
        everywhere = words.tr("All {n}").format(n=count) if count > 1 else words.tr("All")
        choices = [(store.store_id, store.name) for store in facts.stores]
        self.store.set_choices([(None, everywhere), *choices], self.store.value)
        kinds = [(path, family(path)) for path in facts.categories]
        kept = self.kind.value if self.kind.value in facts.categories else None
        self.kind.set_choices([(None, words.tr("All")), *kinds], kept)
        days: dict[str | int | None, str] = {
            weeks: words.date_range(since, until) for weeks, since, until in facts.periods
        }
        self.period.notes = days
        known = words.complete(facts.complete_to) if facts.complete_to else ""
        self.period.setToolTip(" ".join(part for part in (days.get(self.weeks, ""), known) if part))
        self.period.setAccessibleDescription(self.period.toolTip())

    def take(self, own: QWidget) -> None:
        """Have a tab's own button stand before the export; the tab says when it is seen."""
        self._own.addWidget(own)

    def offer(self, period_matters: bool, formats: Sequence[str], *, narrows: bool = False) -> None:
        """Show what the tab in sight can use."""
        facts = self._known
        data = facts is not None and bool(facts.periods)
        self.period.setVisible(data and period_matters)
        self.store.setVisible(data and period_matters and facts is not None and len(facts.stores) > 1)
        self.touch.setVisible(data and narrows)
        self.kind.setVisible(data and narrows and facts is not None and len(facts.categories) > 1)
        self.export.formats = tuple(formats)
        self.export.setVisible(data and bool(formats))
        self._fit()

    def say(self, text: str) -> None:
        """One line of words."""
        self.line.setText(text)
        self._fit()

    def _fit(self) -> None:
        """Leave out what the controls are called, and then give them a row of their own, for want of room."""
        for short, below in ((False, False), (True, False), (False, True)):
            for picker in self._pickers:
                picker.set_short(short)
            self._title.setVisible(not short)
            if below or self._needed() <= self.width():
                break
        self._place(below=below)
        self.line.setVisible(not below or bool(self.line.text()))

    def _needed(self) -> int:
        """How wide everything would be in one row, without the line of words."""
        parts: list[QWidget] = [self._title, self.strip, *self._pickers, self.export]
        shown = [part.sizeHint().width() for part in parts if not part.isHidden()]
        return sum(shown) + self._own.sizeHint().width() + _GAP * (len(shown) + 4) + 2 * _MORE

    def _place(self, *, below: bool) -> None:
        """Put the controls and the line into the first row, before the buttons, or under it."""
        if below == self._below:
            return
        self._below = below
        row, place = (self._lower, 0) if below else (self._upper, _FIRST)
        for n, part in enumerate((*self._pickers, self.line)):
            (self._upper if below else self._lower).removeWidget(part)
            row.insertWidget(place + n, part, _MOST if part is self.line else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def touchpoint(self) -> str | None:
        """Which touchpoint is chosen; None is all of them."""
        return None if self.touch.value is None else str(self.touch.value)

    @property
    def category(self) -> str | None:
        """Which category of anchors is chosen; None is all of them."""
        return None if self.kind.value is None else str(self.kind.value)

    @property
    def weeks(self) -> int:
        """How many weeks are chosen."""
        return int(self.period.value or period.WEEKS)

    @property
    def store_id(self) -> str | None:
        """Which store is chosen; None is all of them."""
        return None if self.store.value is None else str(self.store.value)
