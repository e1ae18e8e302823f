"""How a row of the results list is painted: what was searched for bold on a tint."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath

from assistant.ui import wording
from assistant.ui.hits import Group, Hit, pieces
from assistant.ui.parts import keycap_width, paint_chip, paint_keycap
from assistant.ui.theme import Look, tokens

ROW, HEAD, FOOT, GAP = 56, 32, 44, 4
_LEFT, _TEXT = 20, 70  # where marks and texts begin
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_TO_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


class Rows:
    """Paints groups of hits below each other, and knows which row lies where."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def height(self, groups: Sequence[Group]) -> int:
        """How high the rows and heads are, without the foot."""
        px = self._look.px
        return sum(px(HEAD) + px(ROW) * len(group.hits) + px(GAP) for group in groups)

    def place_of(self, groups: Sequence[Group], row: int) -> tuple[int, int]:
        """Where a row begins and ends; the first of a group begins with its head."""
        px, top = self._look.px, 0
        for group in groups:
            n = len(group.hits)
            if row < n:
                begin = top + px(HEAD) + px(ROW) * row
                return (top if row == 0 else begin), begin + px(ROW)
            top, row = top + px(HEAD) + px(ROW) * n + px(GAP), row - n
        return top, top

    def row_at(self, groups: Sequence[Group], y: int) -> int | None:
        """The row at a height, counted over all groups."""
        px, top, row = self._look.px, 0, 0
        for group in groups:
            top += px(HEAD)
            if top <= y < top + px(ROW) * len(group.hits):
                return row + (y - top) // px(ROW)
            top += px(ROW) * len(group.hits) + px(GAP)
            row += len(group.hits)
        return None

    def paint(
        self, painter: QPainter, groups: Sequence[Group], searched: str, width: int, current: int
    ) -> None:
        """Paint everything from the painter's origin on."""
        px, y, row = self._look.px, 0, 0
        for n, group in enumerate(groups):
            if n:
                painter.setPen(self._look.color("divider"))
                painter.drawLine(0, y, width, y)
            self._head(painter, group, QRect(_LEFT, y, width - 2 * _LEFT, px(HEAD)))
            y += px(HEAD)
            for hit in group.hits:
                self._hit(painter, hit, searched, QRect(0, y, width, px(ROW)), selected=row == current)
                y, row = y + px(ROW), row + 1
            y += px(GAP)

    def _head(self, painter: QPainter, group: Group, area: QRect) -> None:
        look = self._look
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("caption", weight=600))
        painter.drawText(area, int(_MIDDLE), group.title)
        painter.setFont(look.font("label", weight=400))
        painter.drawText(area, _TO_RIGHT, group.total)

    def _hit(self, painter: QPainter, hit: Hit, searched: str, area: QRect, *, selected: bool) -> None:
        look = self._look
        if selected:
            painter.fillRect(area, look.color("accentSoft"))
            bar = tokens()["stroke"]["selectionBar"]
            painter.fillRect(QRect(0, area.top(), bar, area.height()), look.color("accent"))
        self._mark(painter, hit, area, selected=selected)
        end = self._right(painter, hit, area, selected=selected)
        left, top = look.px(_TEXT), area.top() + look.px(6)
        x = self._matched(painter, hit.title, searched, QPointF(left, top), "name", "text", end - left)
        middle = top + look.line("name") / 2
        if hit.chip and end - x > look.px(90):
            x += paint_chip(painter, look, QPointF(x + 8, middle), hit.chip) + 8
        if hit.after and end - x > look.px(60):
            token, role = ("text", "say") if hit.kind == "basket" else ("textSecondary", "label")
            at = QPointF(x + 8, middle - look.line(role) / 2)
            x = self._matched(painter, hit.after, searched, at, role, token, end - x - 8, weight=400)
        if hit.found_by and end - x > look.px(120):
            paint_chip(painter, look, QPointF(x + 10, middle), hit.found_by, "plain")
        self._details(painter, hit, searched, QPointF(left, top + look.line("name")), end)

    def _details(self, painter: QPainter, hit: Hit, searched: str, at: QPointF, end: float) -> None:
        look, x = self._look, at.x()
        for icon, text in hit.details:
            if icon:
                size = look.px(14)
                y = at.y() + (look.line("label") - size) / 2
                painter.drawPixmap(QPointF(x, y), look.pixmap(icon, "textTertiary", 14))
                x += size + look.px(6)
            room = end - x
            if room > look.px(40):
                x = self._matched(
                    painter, text, searched, QPointF(x, at.y()), "label", "textSecondary", room, weight=400
                )
            x += look.px(16)

    def _mark(self, painter: QPainter, hit: Hit, area: QRect, *, selected: bool) -> None:
        look = self._look
        size = look.px(38)
        box = QRectF(_LEFT, area.center().y() - size / 2 + 0.5, size, size)
        painter.setPen(look.color("accentSoftBorder" if selected else "border"))
        painter.setBrush(look.color("surface" if selected else "thumb"))
        if hit.kind == "customer":
            painter.drawEllipse(box)
            painter.setPen(look.color("textSecondary"))
            painter.setFont(look.font("label", weight=600))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, wording.initials(hit.title))
            return
        painter.drawRoundedRect(box, 8, 8)
        icon = look.px(18)
        at = QPointF(box.center().x() - icon / 2, box.center().y() - icon / 2)
        painter.drawPixmap(at, look.pixmap(hit.icon, "thumbIcon", 18))

    def _right(self, painter: QPainter, hit: Hit, area: QRect, *, selected: bool) -> float:
        """Paint what stands at the right; where it begins."""
        look = self._look
        right = area.right() - _LEFT
        if selected and hit.kind == "customer":
            return self._open(painter, area, right)
        top = QRect(0, area.top() + look.px(6), right, look.line("name"))
        quiet = hit.kind == "customer"
        painter.setPen(look.color("textSecondary" if quiet else "text"))
        painter.setFont(look.font("label", weight=400) if quiet else look.font("name", tabular=True))
        painter.drawText(top, _TO_RIGHT, hit.top)
        wide = QFontMetricsF(painter.font()).horizontalAdvance(hit.top)
        painter.setPen(look.color("laterText" if hit.few else "textSecondary"))
        painter.setFont(look.font("label", weight=400))
        below = (
            QRect(0, top.bottom() + 1, right, look.line("label")) if hit.top else area.adjusted(0, 0, -20, 0)
        )
        painter.drawText(below, _TO_RIGHT, hit.below)
        return right - max(wide, QFontMetricsF(painter.font()).horizontalAdvance(hit.below)) - look.px(16)

    def _open(self, painter: QPainter, area: QRect, right: int) -> float:
        look = self._look
        words = wording.tr("Open", "a thing that was found")
        cap, width = look.px(tokens()["control"]["keycap"]), keycap_width(look, "Enter")
        box = QRect(right - width, area.center().y() - cap // 2 + 1, width, cap)
        paint_keycap(painter, look, box, "Enter")
        painter.setFont(look.font("body", weight=600))
        painter.setPen(look.color("accentText"))
        painter.drawText(QRect(0, area.top(), box.left() - look.px(8), area.height()), _TO_RIGHT, words)
        return box.left() - QFontMetricsF(painter.font()).horizontalAdvance(words) - look.px(24)

    def _matched(
        self,
        painter: QPainter,
        text: str,
        searched: str,
        at: QPointF,
        role: str,
        token: str,
        room: float,
        *,
        weight: int | None = None,
    ) -> float:
        """Paint a text with what was searched for on a tint; where it ends."""
        look = self._look
        plain, bold = look.font(role, weight=weight), look.font(role, weight=700)
        text = QFontMetricsF(plain).elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, room - 8))
        x = at.x()
        for piece, hit in pieces(text, searched):
            x = self._piece(painter, piece, QPointF(x, at.y()), bold if hit else plain, role, token, on=hit)
        return x

    def _piece(
        self, painter: QPainter, piece: str, at: QPointF, font: QFont, role: str, token: str, *, on: bool
    ) -> float:
        look, metrics = self._look, QFontMetricsF(font)
        width, line = metrics.horizontalAdvance(piece), look.line(role)
        if on:
            tint = QPainterPath()
            tint.addRoundedRect(QRectF(at.x() - 1, at.y() + 1, width + 2, line - 2), 3, 3)
            painter.fillPath(tint, look.color("chartBand"))
        painter.setPen(look.color("text" if on else token))
        painter.setFont(font)
        base = at.y() + (line - metrics.height()) / 2 + metrics.ascent()
        painter.drawText(QPointF(at.x(), base), piece)
        return at.x() + width

    def paint_foot(self, painter: QPainter, area: QRect, whole: str) -> None:
        """The keys of the list; `whole` names the group that Ctrl+Enter opens, if it has more."""
        look, radius = self._look, tokens()["radius"]["panel"]
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(area).adjusted(0, -radius, 0, 0), radius, radius)
        painter.save()
        painter.setClipRect(area)
        painter.fillPath(ground, look.color("sunken"))
        painter.setPen(look.color("divider"))
        painter.drawLine(area.topLeft(), area.topRight())
        painter.restore()
        x = float(_LEFT)
        for keys, words in (
            (("↑", "↓"), wording.tr("move", "up and down")),
            (("Enter",), wording.tr("open")),
            (("Tab",), wording.tr("next group")),
            *([(("Ctrl", "Enter"), whole)] if whole else []),
        ):
            x = self._keys(painter, keys, words, x, area)
        words = wording.tr("close")
        wide = QFontMetricsF(look.font("label", weight=400)).horizontalAdvance(words)
        begin = area.right() - _LEFT - wide - keycap_width(look, "Esc") - look.px(10)
        if begin > x:
            self._keys(painter, ("Esc",), words, begin, area)

    def _keys(self, painter: QPainter, keys: Sequence[str], words: str, x: float, area: QRect) -> float:
        look = self._look
        cap = look.px(tokens()["control"]["keycap"])
        for key in keys:
            width = keycap_width(look, key)
            paint_keycap(painter, look, QRect(int(x), area.center().y() - cap // 2 + 1, width, cap), key)
            x += width + look.px(6)
        painter.setPen(look.color("textSecondary"))
        painter.setFont(look.font("label", weight=400))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(words)
        painter.drawText(QRectF(x + 2, area.top(), wide + 4, area.height()), int(_MIDDLE), words)
        return x + wide + look.px(20)
