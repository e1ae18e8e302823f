"""What stands in the list when nothing was found: what was searched, the nearest word, two ways on."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from assistant.store.nearest import Searched
from assistant.ui import wording
from assistant.ui.parts import paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_SIDE, _TEXT, _BUTTON = 20, 52, 44


class NothingFound:
    """Paints the empty list; `ways` are what can be chosen in it, in their order."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._text, self._searched = "", Searched(0, 0)
        self._areas: dict[str, QRect] = {}

    def show(self, text: str, searched: Searched | None) -> None:
        """Say this from now on."""
        self._text, self._searched = text, searched or Searched(0, 0)

    @property
    def ways(self) -> tuple[str, ...]:
        """The nearest word, if there is one, then the two ways on."""
        return (*(("word",) if self._searched.word else ()), "new", "without")

    @property
    def word(self) -> str:
        """The nearest word."""
        return self._searched.word

    @property
    def spoken(self) -> str:
        """What a screen reader is told."""
        return ". ".join(part for part in (self._said(), self._told(), self._near()) if part)

    def spoken_way(self, way: str) -> str:
        """A way as it is told."""
        return {
            "word": tr("Search for {word}").format(word=self.word),
            "new": tr("New customer"),
            "without": tr("Go on without a customer"),
        }[way]

    def height(self) -> int:
        """How high it is at this text size."""
        look = self._look
        return 44 + look.line("name") + 2 * look.line("label") + look.px(_BUTTON) + 12

    def way_at(self, point: QPoint) -> str | None:
        """Which way lies there."""
        return next((way for way, area in self._areas.items() if area.contains(point)), None)

    def paint(self, painter: QPainter, width: int, current: int) -> None:
        """Paint it from the painter's origin on; `current` of the ways carries the ring."""
        look = self._look
        painter.drawPixmap(QPointF(_SIDE, 22), look.pixmap("search-x", "textSecondary", 20))
        painter.setPen(look.color("text"))
        painter.setFont(look.font("name"))
        line = QRect(look.px(_TEXT), 20, width - look.px(_TEXT) - _SIDE, look.line("name"))
        said = painter.fontMetrics().elidedText(self._said(), Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), said)
        line = QRect(line.left(), line.bottom() + 5, line.width(), look.line("label"))
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("label", weight=400))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), self._told())
        line.translate(0, line.height())
        self._areas = {}
        self._paint_near(painter, line)
        x, y = look.px(_TEXT), line.bottom() + 13
        for way, icon in (("new", "user-plus"), ("without", "user-x")):
            x = self._button(painter, way, icon, QPoint(x, y)) + 8
        ring = self._areas.get(self.ways[current]) if 0 <= current < len(self.ways) else None
        if ring is not None:
            paint_focus(painter, look, ring.adjusted(-4, -4, 4, 4), tokens()["radius"]["control"] + 2)

    def _said(self) -> str:
        return tr("Nothing found for “{text}”").format(text=self._text)

    def _told(self) -> str:
        told = self._searched
        words = tr("Searched {customers} customers, {days} days of baskets and {products} products.")
        customers, products = wording.number(told.customers), wording.number(told.products)
        return words.format(customers=customers, days=told.days, products=products)

    def _near(self) -> str:
        n = self._searched.of_products
        if not self.word:
            return ""
        many = wording.counted(n, tr("1 product"), tr("{n} products"))
        return tr("Close to it: {word} ({products})").format(word=self.word, products=many)

    def _paint_near(self, painter: QPainter, line: QRect) -> None:
        before, _, after = self._near().partition(self.word) if self.word else ("", "", "")
        x = line.left()
        for text, own in ((before, False), (self.word, True), (after, False)):
            painter.setFont(self._look.font("label", weight=600 if own else 400))
            painter.setPen(self._look.color("accentText" if own else "textSecondary"))
            area = QRect(x, line.top(), painter.fontMetrics().horizontalAdvance(text) + 1, line.height())
            painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), text)
            if own and text:
                self._areas["word"] = area
            x = area.right()

    def _button(self, painter: QPainter, way: str, icon: str, at: QPoint) -> int:
        """One way on; where it ends."""
        look, words = self._look, self.spoken_way(way)
        font = look.font("body", weight=600)
        wide = QFontMetrics(font).horizontalAdvance(words) + look.px(58)
        area = QRect(at.x(), at.y(), wide, look.px(_BUTTON))
        radius = tokens()["radius"]["control"]
        painter.setBrush(look.color("surface"))
        painter.setPen(QPen(look.color("borderStrong"), 1))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        top = area.top() + (area.height() - look.px(18)) // 2
        painter.drawPixmap(area.left() + look.px(14), top, look.pixmap(icon, "text", 18))
        painter.setPen(look.color("text"))
        painter.setFont(font)
        painter.drawText(area.adjusted(look.px(42), 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), words)
        self._areas[way] = area
        return area.right()
