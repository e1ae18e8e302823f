"""What the universal field found: customers, baskets and products in groups, under the field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from assistant.records import Found
from assistant.ui import wording
from assistant.ui.counter.icons import icon_for
from assistant.ui.parts import paint_chip, paint_keycap
from assistant.ui.theme import Look

WIDTH, ROW, HEAD, FOOT = 792, 56, 34, 44
COUNTED = 1_000  # what the search counts up to


@dataclass(frozen=True, slots=True)
class Hit:
    """One row: what it opens and what it says."""

    kind: str
    key: str
    title: str
    detail: str
    icon: str
    chip: str = ""
    price: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A head with how many exist, and its rows."""

    title: str
    total: str
    hits: tuple[Hit, ...]


class Results(QWidget):
    """A popup that never takes the focus; the field passes its keys on."""

    chosen = Signal(str, str)

    def __init__(self, look: Look, field: QWidget) -> None:
        super().__init__(field.window())
        self._look, self._field = look, field
        self._groups: tuple[Group, ...] = ()
        self._text = ""
        self._current = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Results"))
        self.hide()
        look.changed.connect(self.update)

    @property
    def hits(self) -> list[Hit]:
        """All rows in the order shown."""
        return [hit for group in self._groups for hit in group.hits]

    def show_found(self, text: str, found: Found) -> None:
        """Show what was found, the first row selected."""
        self._text, self._current = text, 0
        self._groups = self._grouped(found)
        self.place()
        self.show()
        self.raise_()
        self.update()

    def take_first_of(self, found: Found) -> bool:
        """Open the first thing found; False where nothing was."""
        self._groups = self._grouped(found)
        self._current = 0
        return self.take_current()

    def take_current(self) -> bool:
        """Open the selected row."""
        hits = self.hits
        if not hits:
            return False
        hit = hits[self._current]
        self.chosen.emit(hit.kind, hit.key)
        return True

    def move_by_key(self, key: int) -> bool:
        """Up and Down move the selection; other keys are not for the list."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key))
        if step is None or not self.hits:
            return False
        self._current = (self._current + step) % len(self.hits)
        self.update()
        return True

    def next_group(self) -> None:
        """Select the first row of the next group."""
        starts, n = [], 0
        for group in self._groups:
            starts.append(n)
            n += len(group.hits)
        later = [start for start in starts if start > self._current]
        self._current = (later or starts or [0])[0]
        self.update()

    def place(self) -> None:
        """Put the list under the field."""
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        look = self._look
        height = sum(look.px(HEAD) + look.px(ROW) * len(g.hits) for g in self._groups) + look.px(FOOT)
        at = self._field.mapTo(window, QPoint(0, self._field.height() + 10))
        if not self._groups:
            height = look.px(96)
        self.setGeometry(QRect(at, QSize(min(look.px(WIDTH), window.width() - at.x() - 16), height)))

    def _grouped(self, found: Found) -> tuple[Group, ...]:
        now = datetime.now(UTC)
        customers = tuple(
            Hit(
                "customer",
                c.customer_id,
                c.name or c.customer_id,
                "    ".join(x for x in (c.phone, c.email) if x)
                or self.tr("Customer {id}").format(id=c.customer_id),
                "",
                chip=c.tier or "",
                right=c.customer_id if c.name else "",
            )
            for c in found.customers
        )
        baskets = tuple(
            Hit(
                "basket",
                b.basket_id or "",
                b.basket_id or "",
                self.tr("{n} items").format(n=len(b.lines)) if len(b.lines) != 1 else self.tr("1 item"),
                "shopping-cart",
                price=wording.money(
                    sum(round((x.unit_price or 0) * x.quantity) - (x.discount or 0) for x in b.lines),
                    b.currency,
                ),
                right=(self.tr("Paid") if b.paid else self.tr("Open"))
                + (f", {wording.day(b.updated_at, now)}" if b.updated_at else ""),
            )
            for b in found.baskets
        )
        products = tuple(
            Hit(
                "product",
                p.product_id,
                p.name,
                " · ".join(x for x in (p.sku, (p.category or "").replace("/", ", ")) if x),
                icon_for(p),
                price=wording.money(p.price, p.currency) if p.price is not None else "",
            )
            for p in found.products
        )
        made = (
            (self.tr("Customers"), customers, found.customers_total),
            (self.tr("Baskets"), baskets, found.baskets_total),
            (self.tr("Products"), products, found.products_total),
        )
        return tuple(Group(title, _of(len(hits), total), hits) for title, hits, total in made if hits)

    # Painting

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if row is not None and row != self._current:
            self._current = row
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if row is not None:
            self._current = row
            self.take_current()

    def _row_at(self, point: QPoint) -> int | None:
        y, row = 0, 0
        for group in self._groups:
            y += self._look.px(HEAD)
            for _ in group.hits:
                if y <= point.y() < y + self._look.px(ROW):
                    return row
                y += self._look.px(ROW)
                row += 1
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(look.color("surface"))
        painter.setPen(QPen(look.color("borderStrong"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        if not self._groups:
            self._paint_nothing(painter)
            return
        y, row = 0, 0
        for n, group in enumerate(self._groups):
            y = self._paint_head(painter, group, y, first=n == 0)
            for hit in group.hits:
                area = QRect(1, y, self.width() - 2, look.px(ROW))
                self._paint_hit(painter, hit, area, selected=row == self._current)
                y, row = y + look.px(ROW), row + 1
        self._paint_foot(painter, y)

    def _paint_nothing(self, painter: QPainter) -> None:
        look = self._look
        painter.drawPixmap(20, 20, look.pixmap("search-x", "textTertiary", 20))
        painter.setPen(look.color("text"))
        painter.setFont(look.font("name"))
        line = QRect(52, 16, self.width() - 72, look.line("name"))
        painter.drawText(line, 0, self.tr("Nothing found for “{text}”").format(text=self._text))
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("label"))
        line.translate(0, look.line("name") + 4)
        hint = self.tr("Searched names, e-mail, numbers, baskets and products. A shorter word finds more.")
        painter.drawText(line, 0, hint)

    def _paint_head(self, painter: QPainter, group: Group, y: int, *, first: bool) -> int:
        look = self._look
        if not first:
            painter.setPen(look.color("divider"))
            painter.drawLine(1, y, self.width() - 2, y)
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("caption", weight=600))
        line = QRect(20, y, self.width() - 40, look.px(HEAD))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), group.title)
        painter.setFont(look.font("label"))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), group.total)
        return y + look.px(HEAD)

    def _paint_hit(self, painter: QPainter, hit: Hit, area: QRect, *, selected: bool) -> None:
        look = self._look
        if selected:
            painter.fillRect(area, look.color("accentSoft"))
            painter.fillRect(QRect(area.left(), area.top(), 4, area.height()), look.color("accent"))
        self._paint_mark(painter, hit, QRectF(20, area.center().y() - 17, 36, 36))
        right = self._paint_right(painter, hit, area, selected=selected)
        x = 72
        top = area.top() + look.px(7)
        x_end = self._paint_matched(painter, hit.title, QPointF(x, top), look.font("name"), "text", right - x)
        if hit.chip:
            paint_chip(painter, look, QPointF(x_end + 8, top + look.line("name") / 2), hit.chip)
        self._paint_matched(
            painter,
            hit.detail,
            QPointF(x, top + look.line("name")),
            look.font("label"),
            "textSecondary",
            right - x,
        )

    def _paint_mark(self, painter: QPainter, hit: Hit, area: QRectF) -> None:
        look = self._look
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("thumb"))
        if hit.kind == "customer":
            painter.drawEllipse(area)
            painter.setPen(look.color("textSecondary"))
            painter.setFont(look.font("caption", weight=600))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, wording.initials(hit.title))
            return
        painter.drawRoundedRect(area, 8, 8)
        size = look.px(18)
        at = QPointF(area.center().x() - size / 2, area.center().y() - size / 2)
        painter.drawPixmap(at, look.pixmap(hit.icon, "thumbIcon", 18))

    def _paint_right(self, painter: QPainter, hit: Hit, area: QRect, *, selected: bool) -> int:
        look = self._look
        right = area.right() - 20
        if selected and hit.kind == "customer":
            metrics = QFontMetrics(look.font("caption"))
            width = metrics.horizontalAdvance("Enter") + 12
            paint_keycap(painter, look, QRect(right - width, area.center().y() - 11, width, 22), "Enter")
            painter.setFont(look.font("body", weight=600))
            painter.setPen(look.color("accentText"))
            line = QRect(area.left(), area.top(), right - width - 10 - area.left(), area.height())
            painter.drawText(
                line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self.tr("Open")
            )
            return right - width - 60
        align = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(look.color("text"))
        painter.setFont(look.font("name", tabular=True))
        painter.drawText(QRect(0, area.top() + look.px(7), right, look.line("name")), align, hit.price)
        painter.setPen(look.color("textTertiary"))
        painter.setFont(look.font("label"))
        top = area.top() + look.px(7) + (look.line("name") if hit.price else look.px(8))
        painter.drawText(QRect(0, top, right, look.line("label")), align, hit.right)
        return (
            right
            - max(
                QFontMetrics(look.font("name")).horizontalAdvance(hit.price),
                QFontMetrics(look.font("label")).horizontalAdvance(hit.right),
            )
            - 16
        )

    def _paint_matched(
        self, painter: QPainter, text: str, at: QPointF, font: QFont, token: str, room: float
    ) -> float:
        """Paint a text with what was searched for on a tint; where it ends."""
        look = self._look
        metrics = QFontMetrics(font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        x, height = at.x(), metrics.height()
        top = at.y() + (look.line("name") - height) / 2 if token == "text" else at.y()
        painter.setFont(font)
        for piece, hit in _pieces(text, self._text):
            width = metrics.horizontalAdvance(piece)
            if hit:
                tint = QColor(look.color("chartBand"))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tint)
                painter.drawRoundedRect(QRectF(x - 1, top, width + 2, height), 3, 3)
            painter.setPen(look.color("text" if hit else token))
            painter.drawText(QPointF(x, top + metrics.ascent()), piece)
            x += width
        return x

    def _paint_foot(self, painter: QPainter, y: int) -> None:
        look = self._look
        painter.setPen(look.color("divider"))
        painter.drawLine(1, y, self.width() - 2, y)
        x, middle = 20, y + look.px(FOOT) // 2
        for keys, text in (
            (("↑", "↓"), self.tr("move")),
            (("Enter",), self.tr("open")),
            (("Tab",), self.tr("next group")),
            (("Esc",), self.tr("close")),
        ):
            for key in keys:
                width = max(22, QFontMetrics(look.font("caption")).horizontalAdvance(key) + 12)
                paint_keycap(painter, look, QRect(x, middle - 11, width, 22), key)
                x += width + 6
            painter.setPen(look.color("textSecondary"))
            painter.setFont(look.font("label"))
            painter.drawText(QPointF(x, middle + 5), text)
            x += QFontMetrics(look.font("label")).horizontalAdvance(text) + 18


def _of(shown: int, total: int) -> str:
    many = wording.number(total) + ("+" if total >= COUNTED else "")
    if shown < total:
        return wording.tr("{shown} of {total} found").format(shown=shown, total=many)
    return wording.tr("{total} found").format(total=many)


def _pieces(text: str, searched: str) -> list[tuple[str, bool]]:
    """A text cut at the words that were searched for: (piece, whether it is one of them)."""
    words = [re.escape(word) for word in searched.split() if word]
    if not words:
        return [(text, False)]
    cut = re.split(f"({'|'.join(words)})", text, flags=re.IGNORECASE)
    return [(piece, i % 2 == 1) for i, piece in enumerate(cut) if piece]
