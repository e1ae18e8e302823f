"""The basket: the shop's lines as they are, what was scanned here, and what came from a suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QBoxLayout, QFrame, QVBoxLayout, QWidget

from assistant.records import Product
from assistant.ui import dates, wording
from assistant.ui.counter.basket_lines import LineList, LinePainter, Lines, lines_of, total
from assistant.ui.counter.customer import Rule
from assistant.ui.counter.serving import Served
from assistant.ui.parts import Elided, Panel, Text
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_LIVE = timedelta(minutes=2)


class BasketPanel(Panel):
    """What is being bought, with its total."""

    removed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = Elided(look, "name")
        self._fresh = Text(look, "label", token="textTertiary", weight=400)
        self.lines = Lines(self)
        self.view = LineList()
        self._painter = LinePainter(look, self.view)
        self._items = Text(look, "body", token="textSecondary")
        self._items.setWordWrap(True)
        self._total = Text(look, "title", tabular=True)
        self._build()
        look.changed.connect(self.view.doItemsLayout)

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def total(self) -> str:
        return self._total.text()

    def _build(self) -> None:
        view = self.view
        view.setModel(self.lines)
        view.setItemDelegate(self._painter)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(tr("Basket"))
        view.setMinimumHeight(self._look.px(60))
        view.removed.connect(self.removed)
        self._head, self._foot, self._rows = QWidget(), QWidget(), list[QBoxLayout]()
        for row, left, right in (
            (self._head, self._title, self._fresh),
            (self._foot, self._items, self._total),
        ):
            line = QBoxLayout(QBoxLayout.Direction.LeftToRight, row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(left, 1)
            line.addWidget(right)
            self._rows.append(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        for widget in (self._head, Rule(self._look), view, Rule(self._look), self._foot):
            column.addWidget(widget, 1 if widget is view else 0)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self._painter.compact = compact
        pad = 15 if compact else 19
        for row, height in ((self._head, 46 if compact else 51), (self._foot, 44 if compact else 51)):
            row.setFixedHeight(self._look.px(height))
        for line in self._rows:
            line.setContentsMargins(pad, 0, pad, 0)
        self._make_room()
        self.view.doItemsLayout()

    def hasHeightForWidth(self) -> bool:
        # With it, the height its lines would like to have became the least, at the customer's cost.
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """How fresh it is stands under the title where both do not fit in one line."""
        line = self._rows[0]
        margins = line.contentsMargins()
        needed = self._title.sizeHint().width() + 8 + self._fresh.sizeHint().width()
        beside = needed <= self.width() - margins.left() - margins.right() - 2
        line.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        line.setSpacing(8 if beside else 0)
        over = 0 if beside else 3
        line.setContentsMargins(margins.left(), over, margins.right(), over)

    def show_basket(self, served: Served, accepted: Iterable[Product], now: datetime, saved: int = 0) -> None:
        """Show what is being bought, and the accepted suggestions with it; `saved` is off, for a kit."""
        lines = lines_of(served, accepted)
        self.lines.show_lines(lines)
        title, fresh = heading(served, now)
        self._title.setText(title)
        self._fresh.setText(fresh)
        self._make_room()
        amount, whole = total(lines)
        self._items.setText(wording.items(line.line for line in lines))
        if not whole and amount is not None:
            self._items.setText(tr("{items}, some without a price").format(items=self._items.text()))
        if saved and amount is not None:
            less = wording.money(saved, served.currency)
            self._items.setText(
                tr("{items}, {money} off as a kit").format(items=self._items.text(), money=less)
            )
            amount -= saved
        self._total.setText(wording.money(amount, served.currency))


def heading(served: Served, now: datetime) -> tuple[str, str]:
    """What the basket is called, and how fresh it is."""
    basket = served.basket
    if basket.basket_id is None:
        if served.touchpoint == "browse" and len(served.scanned) == 1:
            return tr("What goes with this?"), tr("Looked at")
        return (tr("Basket"), tr("Scanned here")) if served.scanned else (tr("No open basket"), "")
    if basket.paid:
        at = dates.day(basket.updated_at, now) if basket.updated_at else ""
        return tr("Order {n}").format(n=basket.basket_id), tr("Paid {day}").format(day=at)
    title = tr("Basket {n}").format(n=basket.basket_id)
    if served.synced_at is None:
        return title, ""
    if now - served.synced_at <= _LIVE:
        return title, tr("Live from the shop")
    return title, tr("As of {time}").format(time=dates.moment(served.synced_at, now))
