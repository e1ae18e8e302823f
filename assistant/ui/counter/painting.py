"""How a suggestion's row is painted: everything but the buttons, which are a real widget over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from assistant.ui import dates, stock_words, why, wording
from assistant.ui.counter.icons import icon_for
from assistant.ui.counter.rows import ROW, Row, Till, at_the_till
from assistant.ui.counter.shapes import Shape, Shapes
from assistant.ui.parts import ChipKind, paint_chip
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter)
_TILL: Mapping[Till, ChipKind] = {
    "by_hand": "later", "waiting": "neutral", "partly": "later", "refused": "later",
}  # fmt: skip
CORNER = tokens()["radius"]["panel"] - 1


class RowPainter(QStyledItemDelegate):
    """Paints one row in its state: pending, selected, or answered."""

    def __init__(
        self, look: Look, shapes: Shapes, now: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._shapes, self._now = look, shapes, now
        self.selected = -1
        self.width = 0
        self.frame = QRectF()  # what the list shows of itself
        self.ringed = False  # the list has the focus
        self.tail = 0  # how much of the latest answer's row its buttons take at the right

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        shape = self._shapes.shape(index.data(ROW), selected=index.row() == self.selected, width=self.width)
        return QSize(self.width, shape.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(ROW)
        selected = index.row() == self.selected
        shape = self._shapes.shape(row, selected=selected, width=option.rect.width())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        last = index.row() == index.model().rowCount() - 1
        self._ground(painter, option, row, selected, last=last)
        painter.translate(option.rect.topLeft())
        self._key(painter, shape.key, row, selected)
        if row.pending:
            self._thumb(painter, shape.thumb, row, selected)
            self._words(painter, shape, row, selected)
            self._figures(painter, shape, row, selected)
        else:
            self._answer(painter, shape, row)
        painter.restore()

    def _ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        row: Row,
        selected: bool,
        *,
        last: bool,
    ) -> None:
        look, area = self._look, QRectF(option.rect)
        path = QPainterPath()
        path.addRoundedRect(self.frame, CORNER, CORNER)  # the panel's corners, which do not clip the list
        ground = "acceptedSoft" if row.state == "accepted" else "surface"
        if selected and row.pending:
            ground = "accentSoft"
        elif option.state & QStyle.StateFlag.State_MouseOver and row.pending:
            ground = "hover"
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(area, look.color(ground))
        if not last:
            painter.setPen(QPen(look.color("divider"), 1))
            y = area.bottom() - 0.5
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if selected:
            bar = QRectF(area.left(), area.top(), tokens()["stroke"]["selectionBar"], area.height())
            painter.fillRect(bar, look.color("accent"))
        painter.restore()
        if selected and self.ringed:
            painter.setPen(QPen(look.color("focus"), tokens()["stroke"]["focus"]))
            radius = tokens()["radius"]["control"]
            painter.drawRoundedRect(area.adjusted(8, 4, -4, -5), radius, radius)

    def _key(self, painter: QPainter, area: QRect, row: Row, selected: bool) -> None:
        look = self._look
        fill, border, ink = {
            "pending": ("keycapBg", "keycapBorder", "keycapText"),
            "accepted": (None, "acceptedBorder", "acceptedText"),
            "declined": (None, "declinedBorder", "declinedText"),
            "later": (None, "laterBorder", "laterText"),
        }[row.state]
        if selected and row.pending:
            fill, border, ink = "accent", "accent", "onAccent"
        painter.setBrush(look.color(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color(border), 1))
        radius = tokens()["radius"]["control"]
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setFont(look.font("name"))
        painter.setPen(look.color(ink))
        painter.drawText(area, _MIDDLE, str(row.number))

    def _thumb(self, painter: QPainter, area: QRect, row: Row, selected: bool) -> None:
        look, radius = self._look, tokens()["radius"]["thumb"]
        if selected:
            painter.setPen(QPen(look.color("accentSoftBorder"), 1))
            painter.setBrush(look.color("surface"))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("thumb"))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._icon(painter, area, icon_for(row.suggestion.product), "textSecondary", 24)

    def _icon(self, painter: QPainter, area: QRect, name: str, token: str, size: int) -> None:
        pixmap = self._look.pixmap(name, token, size)
        side = self._look.px(size)
        spot = QRect(0, 0, side, side)
        spot.moveCenter(area.center())
        painter.drawPixmap(spot.topLeft(), pixmap)

    def _words(self, painter: QPainter, shape: Shape, row: Row, selected: bool) -> None:
        look = self._look
        line = look.line("name")
        for place, name in enumerate(shape.names):
            spot = QRect(shape.name.x(), shape.name.y() + place * line, shape.name.width(), line)
            self._line(painter, spot, name, look.font("name"), "text")
        painter.setFont(self._shapes.say_role(selected))
        painter.setPen(look.color("text"))
        height = self._shapes.say_line(selected)
        for place, said in enumerate(shape.lines):
            spot = QRect(shape.say.x(), shape.say.y() + place * height, shape.name.width() * 2, height)
            painter.drawText(spot, _LEFT, said)
        self._proofs(painter, shape)

    def _proofs(self, painter: QPainter, shape: Shape) -> None:
        look, line, area = self._look, self._look.line("label"), shape.proof
        font = look.font("label", weight=400)
        for one in shape.proofs:
            x, y = area.left() + one.x, area.top() + one.line * line
            if one.icon:
                icon = look.pixmap(self.icons.get(one.icon, one.icon), "textSecondary", 16)
                painter.drawPixmap(x, y + (line - look.px(16)) // 2, icon)
            spot = QRect(x + look.px(22), y, area.right() + 1 - x - look.px(22), line)
            self._line(painter, spot, one.text, font, "textSecondary")

    def _figures(self, painter: QPainter, shape: Shape, row: Row, selected: bool) -> None:
        look, product = self._look, row.suggestion.product
        price = wording.money(product.price, product.currency)
        role = "title" if selected else "name"
        if price:
            self._line(painter, shape.price, price, look.font(role, tabular=True), "text", _RIGHT)
        else:
            self._line(painter, shape.price, tr("No price"), look.font("label"), "textTertiary", _RIGHT)
        aisle = product.attributes.get("aisle") if self.tells_aisle else None
        stock, few = stock_words.stock(row.suggestion.stock, self._now(), aisle)
        token = "laterText" if few else "textSecondary"
        self._line(painter, shape.stock, stock, look.font("label", weight=400), token, _RIGHT)
        if shape.match.height() and row.suggestion.score:
            self._match(painter, shape.match, row.suggestion.score)

    def _match(self, painter: QPainter, area: QRect, score: float) -> None:
        look = self._look
        word, filled = why.match_word(score)
        width, gap, height = look.px(12), look.px(3), look.px(6)
        whole = why.SEGMENTS * (width + gap) - gap
        two_lines = area.height() > look.line("label")
        line = QRect(area.left(), area.top(), area.width(), look.line("label"))
        label = line if two_lines else line.adjusted(0, 0, -whole - look.px(8), 0)
        self._line(painter, label, word, look.font("caption"), "textSecondary", _RIGHT)
        middle = line.bottom() + look.px(7) if two_lines else line.center().y() + 1
        painter.setPen(Qt.PenStyle.NoPen)
        for n in range(why.SEGMENTS):
            painter.setBrush(look.color("chartLine" if n < filled else "segmentOff"))
            x = area.right() + 1 - whole + n * (width + gap)
            painter.drawRoundedRect(QRectF(x, middle - height / 2, width, height), 2.5, 2.5)

    def _answer(self, painter: QPainter, shape: Shape, row: Row) -> None:
        look, product = self._look, row.suggestion.product
        icon, token = {
            "accepted": ("circle-check", "acceptedText"),
            "declined": ("minus", "declinedText"),
            "later": ("clock", "later"),
        }[row.state]
        self._icon(painter, shape.thumb, icon, token, 22)
        price = wording.money(product.price, product.currency)
        strong = row.state == "accepted"
        ink = "text" if strong else "textSecondary"
        font = look.font("body", weight=600)
        font.setPixelSize(look.px(15))
        self._line(painter, shape.price, price, look.font("name", tabular=True), ink, _RIGHT)
        taken = QFontMetrics(look.font("name", tabular=True)).horizontalAdvance(price) + look.px(24)
        right = shape.price.right() - taken - (self.tail if self._is_latest(row) else 0)
        word, chip, kind = self._outcome(row)
        tail = self._width_of(word, "label") + self._width_of(chip, "label") + look.px(42)
        name = QRect(shape.name)
        name.setRight(max(name.left() + look.px(80), right - tail))
        used = self._line(painter, name, product.name, font, ink)
        x = name.left() + used + look.px(12)
        middle = shape.height / 2
        if word:
            spot = QRect(x, 0, look.px(200), shape.height)
            x += self._line(painter, spot, word, look.font("label"), "textSecondary") + look.px(12)
        if chip:
            paint_chip(painter, look, QPointF(x, middle), chip, kind)

    def _outcome(self, row: Row) -> tuple[str, str, ChipKind]:
        if row.state == "accepted":
            with_kit = row.kit_offer_id is not None
            if with_kit and row.till in ("ours", "written"):
                return "", tr("Added with the kit"), "accepted"
            return "", at_the_till(row), _TILL.get(row.till, "accepted")
        if row.state == "later":
            until = "" if row.until is None else dates.day(row.until, self._now())
            return tr("Later"), until, "later"
        return tr("Declined"), wording.reason(row.reason) if row.reason else "", "neutral"

    def _is_latest(self, row: Row) -> bool:
        return row.key == self.latest

    icons: Mapping[str, str] = MappingProxyType({})  # drawn here in place of others
    latest: str | None = None
    tells_aisle = True  # of no use to somebody on the phone

    def _width_of(self, text: str, role: str) -> int:
        return QFontMetrics(self._look.font(role)).horizontalAdvance(text) if text else 0

    def _line(
        self, painter: QPainter, area: QRect, text: str, font: QFont, token: str, align: int = _LEFT
    ) -> int:
        """One line of text, cut with an ellipsis where it does not fit; how wide it is."""
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(QColor(self._look.color(token)))
        painter.drawText(area, align, shown)
        return metrics.horizontalAdvance(shown)
