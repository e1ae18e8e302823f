"""The basket: the shop's lines as they are, what was scanned here, and what came from a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from assistant.records import Line, Product
from assistant.ui import wording
from assistant.ui.counter.customer import Rule
from assistant.ui.counter.serving import Served, line_of
from assistant.ui.parts import Elided, Panel, Text, paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_LIVE = timedelta(minutes=2)
_LINE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line as it is shown: where it came from says whether it can be taken out here."""

    line: Line
    detail: str = ""
    suggested: bool = False
    scanned: bool = False
    currency: str | None = None

    @property
    def amount(self) -> int | None:
        """What the line costs after its discount; None where its price is unknown."""
        if self.line.unit_price is None:
            return None
        return round(self.line.unit_price * self.line.quantity) - (self.line.discount or 0)

    def spoken(self) -> str:
        """The line for a screen reader."""
        parts = [
            wording.number(self.line.quantity),
            self.line.name,
            wording.spoken_money(self.amount, self.currency),
            tr("from a suggestion") if self.suggested else "",
            tr("scanned here, Delete takes it out") if self.scanned else "",
        ]
        return ", ".join(part for part in parts if part)


def lines_of(served: Served, accepted: Iterable[Product]) -> tuple[BasketLine, ...]:
    """The lines to show: the shop's, the scanned, then accepted ones that the till has not got yet."""
    taken = {product.product_id: product for product in accepted}
    currency = served.currency
    shown = [
        BasketLine(
            line, _detail(served.products.get(line.product_id)), line.product_id in taken, scanned, currency
        )
        for scanned, lines in ((False, served.basket.lines), (served.touchpoint != "browse", served.scanned))
        for line in lines
    ]
    there = {line.line.product_id for line in shown}
    shown += [
        BasketLine(line_of(product), suggested=True, currency=currency)
        for product_id, product in taken.items()
        if product_id not in there
    ]
    return tuple(shown)


def _detail(product: Product | None) -> str:
    detail = product.attributes.get("detail") if product else None
    return detail if isinstance(detail, str) else ""


def total(lines: Iterable[BasketLine]) -> tuple[int | None, bool]:
    """What the lines with a price cost together, and whether that is all of them."""
    amounts = [line.amount for line in lines]
    known = [amount for amount in amounts if amount is not None]
    return (sum(known) if known else None), len(known) == len(amounts)


class Lines(QAbstractListModel):
    """The shown lines as a list model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: Sequence[BasketLine] = ()

    def show_lines(self, lines: Sequence[BasketLine]) -> None:
        """Show these."""
        if lines != self.lines:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == _LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return line.line.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.spoken()
        return None


class LinePainter(QStyledItemDelegate):
    """Paints a line of the basket."""

    compact = False

    def __init__(self, look: Look, view: QListView) -> None:
        super().__init__(view)
        self._look, self._view = look, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = tokens()["rowHeight"]["basketLine"] - (7 if self.compact else 0)
        return QSize(10, self._look.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: BasketLine = index.data(_LINE)
        look, pad = self._look, self._look.px(16 if self.compact else 20)
        area = QRect(option.rect)
        painter.save()
        painter.setPen(look.color("divider"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(pad, 0, -pad, 0)
        half = look.line("body")
        top = inner.top() + (inner.height() - half - look.line("caption")) // 2
        first = QRect(inner.left(), top, inner.width(), half)
        quantity = tr("{n} ×").format(n=wording.number(line.line.quantity))
        body = look.font("body")
        used = self._text(painter, first, quantity, body, "textTertiary")
        amount = wording.bare_money(line.amount, line.currency)
        figures = look.font("body", tabular=True, weight=600)
        taken = self._text(painter, first, amount, figures, "text", right=True)
        left = max(look.px(38), used + look.px(10))
        name = first.adjusted(left, 0, -taken - look.px(12), 0)
        self._text(painter, name, line.line.name, body, "text")
        second = QRect(name.left(), name.bottom() + 1, name.width(), look.line("caption"))
        self._source(painter, second, line)
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            paint_focus(painter, look, area.adjusted(2, 2, -2, -2), tokens()["radius"]["control"])
        painter.restore()

    def _source(self, painter: QPainter, area: QRect, line: BasketLine) -> None:
        look = self._look
        if line.suggested:
            painter.drawPixmap(area.left(), area.top(), look.pixmap("check", "acceptedText", 14))
            spot = area.adjusted(look.px(18), 0, 0, 0)
            self._text(painter, spot, tr("From a suggestion"), look.font("caption"), "acceptedText")
            return
        words = ", ".join(w for w in (line.detail, tr("scanned here") if line.scanned else "") if w)
        self._text(
            painter, area, words[:1].upper() + words[1:], look.font("caption", weight=400), "textTertiary"
        )

    def _text(
        self, painter: QPainter, area: QRect, text: str, font: QFont, token: str, *, right: bool = False
    ) -> int:
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(self._look.color(token))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)


class LineList(QListView):
    """The lines; Del takes a scanned one out again."""

    removed = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line: BasketLine | None = self.currentIndex().data(_LINE)
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if line is not None and line.scanned and not event.isAutoRepeat():
                self.removed.emit(line.line.product_id)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        else:
            event.ignore()  # letters and digits are the page's


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
        self._head, self._foot = QWidget(), QWidget()
        for row, left, right in (
            (self._head, self._title, self._fresh),
            (self._foot, self._items, self._total),
        ):
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(left, 1)
            line.addWidget(right)
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
            row.layout().setContentsMargins(pad, 0, pad, 0)  # type: ignore[union-attr]
            row.setFixedHeight(self._look.px(height))
        self.view.doItemsLayout()

    def show_basket(self, served: Served, accepted: Iterable[Product], now: datetime) -> None:
        """Show what is being bought, and the accepted suggestions with it."""
        lines = lines_of(served, accepted)
        self.lines.show_lines(lines)
        title, fresh = heading(served, now)
        self._title.setText(title)
        self._fresh.setText(fresh)
        amount, whole = total(lines)
        self._items.setText(wording.items(line.line for line in lines))
        if not whole and amount is not None:
            self._items.setText(tr("{items}, some without a price").format(items=self._items.text()))
        self._total.setText(wording.money(amount, served.currency))


def heading(served: Served, now: datetime) -> tuple[str, str]:
    """What the basket is called, and how fresh it is."""
    basket = served.basket
    if basket.basket_id is None:
        if served.touchpoint == "browse" and len(served.scanned) == 1:
            return tr("What goes with this?"), tr("Looked at")
        return (tr("Basket"), tr("Scanned here")) if served.scanned else (tr("No open basket"), "")
    if basket.paid:
        at = wording.day(basket.updated_at, now) if basket.updated_at else ""
        return tr("Order {n}").format(n=basket.basket_id), tr("Paid {day}").format(day=at)
    title = tr("Basket {n}").format(n=basket.basket_id)
    if served.synced_at is None:
        return title, ""
    if now - served.synced_at <= _LIVE:
        return title, tr("Live from the shop")
    return title, tr("As of {time}").format(time=wording.moment(served.synced_at, now))
