"""The lines of the basket: what each says of where it came from, and how it is painted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from assistant.records import Line, Product
from assistant.ui import wording
from assistant.ui.counter.serving import Served, line_of
from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

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
