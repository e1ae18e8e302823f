"""A tile: label, value, a small chart and its base, painted in one piece."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from assistant.ui.charts.ink import Ink
from assistant.ui.parts import fitted, paint_focus
from assistant.ui.team.words import TileFacts
from assistant.ui.theme import Look, tokens

HEIGHT, PADDING = 140, 16
_LABEL, _VALUE, _CHART, _FIRST, _SECOND = 22, 50, 79, 96, 119


class TilePicture:
    """A tile's drawing, for the screen and for paper."""

    def __init__(self, look: Ink, facts: TileFacts, size: QSize) -> None:
        self._look, self._facts, self._size = look, facts, size

    def paint(self, painter: QPainter) -> None:
        """Paint at the painter's origin."""
        look, facts = self._look, self._facts
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(look.color("surface"))
        painter.setPen(QPen(look.color("border"), 1))
        radius = tokens()["radius"]["panel"]
        painter.drawRoundedRect(
            QRectF(0, 0, self._size.width(), self._size.height()).adjusted(0.5, 0.5, -0.5, -0.5),
            radius,
            radius,
        )
        self._label(painter)
        self._value(painter)
        if facts.interval is not None:
            self._interval(painter, *facts.interval, facts.mark)
        elif len(facts.bars) == 1 and not facts.bars[0][1]:
            self._part(painter, facts.bars[0][0])
        else:
            self._bars(painter)
        for middle, forms in zip((_FIRST, _SECOND), facts.lines, strict=False):
            self._text(painter, middle, self._fitting(forms), "caption", "textTertiary", weight=400)

    def _inside(self) -> tuple[int, int]:
        pad = self._look.px(PADDING)
        return pad + 1, self._size.width() - 2 * pad - 2

    def _fitting(self, forms: tuple[str, ...]) -> str:
        """The longest form of a line that fits, else the shortest."""
        metrics = QFontMetrics(self._look.font("caption", weight=400))
        room = self._inside()[1] + self._look.px(PADDING) // 2
        return next((form for form in forms if metrics.horizontalAdvance(form) <= room), forms[-1])

    def _label(self, painter: QPainter) -> None:
        """What the figure is; in two smaller lines where large text or long words need them."""
        look, (left, width) = self._look, self._inside()
        room = width + look.px(PADDING) // 2
        font = fitted(look.font("label"), self._facts.label, room, least=0.85)
        if QFontMetrics(font).horizontalAdvance(self._facts.label) < room:
            self._text(painter, _LABEL, self._facts.label, "label", "textSecondary")
            return
        font = look.font("caption", weight=500)
        painter.setFont(font)
        painter.setPen(look.color("textSecondary"))
        height = 2 * QFontMetrics(font).height()
        area = QRectF(left, look.px(_LABEL) - height / 2, room, height)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(area, int(flags), self._facts.label)

    def _text(
        self,
        painter: QPainter,
        middle: int,
        text: str,
        role: str,
        token: str,
        *,
        x: int | None = None,
        weight: int | None = None,
    ) -> None:
        left, width = self._inside()
        start = left if x is None else x
        room = left + width - start + self._look.px(PADDING) // 2
        font = fitted(self._look.font(role, weight=weight), text, room, least=0.65)
        painter.setFont(font)
        painter.setPen(self._look.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        height = self._look.line(role)
        area = QRectF(start, self._look.px(middle) - height / 2, room, height)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)

    def _value(self, painter: QPainter) -> None:
        look, facts = self._look, self._facts
        left, width = self._inside()
        font = look.font("kpi", tabular=False)
        metrics = QFontMetrics(font)
        if metrics.horizontalAdvance(facts.value) > width:
            font.setPixelSize(look.px(22))
            metrics = QFontMetrics(font)
        base = look.px(_VALUE) + metrics.capHeight() / 2
        painter.setFont(font)
        painter.setPen(look.color("text"))
        painter.drawText(QPointF(left, base), facts.value)
        after = left + metrics.horizontalAdvance(facts.value) + look.px(7)
        small = look.font("label")
        if facts.suffix and after + QFontMetrics(small).horizontalAdvance(facts.suffix) <= left + width:
            painter.setFont(small)
            painter.setPen(look.color("textTertiary"))
            painter.drawText(QPointF(after, base), facts.suffix)

    def _interval(
        self, painter: QPainter, value: float, low: float, high: float, mark: tuple[float, str] | None
    ) -> None:
        look = self._look
        left, width = self._inside()
        reach = max(high - low, 1e-9)
        begin, end = low - 0.75 * reach, high + 0.75 * reach
        if mark is not None:
            begin, end = min(begin, mark[0] - 0.2 * reach), max(end, mark[0] + 0.2 * reach)
        y = look.px(_CHART)

        def x(at: float) -> float:
            return left + width * (at - begin) / (end - begin)

        painter.setPen(QPen(look.color("barTrack"), 2))
        painter.drawLine(QPointF(left, y), QPointF(left + width, y))
        pen = QPen(look.color("chartLine"), look.px(4))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(x(low), y), QPointF(x(high), y))
        if mark is not None:
            painter.setPen(QPen(look.color(mark[1]), look.px(2)))
            painter.drawLine(QPointF(x(mark[0]), y - look.px(7)), QPointF(x(mark[0]), y + look.px(7)))
        painter.setPen(QPen(look.color("surface"), 2))
        painter.setBrush(look.color("chartLine"))
        painter.drawEllipse(QPointF(x(value), y), look.px(5), look.px(5))

    def _part(self, painter: QPainter, share: float) -> None:
        look = self._look
        left, width = self._inside()
        height = look.px(8)
        top = look.px(_CHART) - height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("barTrack"))
        painter.drawRoundedRect(QRectF(left, top, width, height), 3, 3)
        painter.setBrush(look.color("chartLine"))
        filled = max(look.px(3), width * min(1.0, max(0.0, share)))
        painter.drawRoundedRect(QRectF(left, top, filled, height), 3, 3)

    def _bars(self, painter: QPainter) -> None:
        look = self._look
        left, width = self._inside()
        longest = min(look.px(58), round(width * 0.34))
        gap = look.px(18) if longest == look.px(58) else look.px(6)
        for place, (share, text, token) in enumerate(self._facts.bars):
            middle = _CHART + 1 + 17 * place
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(token))
            height = look.px(8)
            area = QRectF(left, look.px(middle) - height / 2, max(2.0, longest * share), height)
            painter.drawRoundedRect(area, 2, 2)
            self._text(painter, middle, text, "caption", "textSecondary", x=left + longest + gap, weight=400)


class Tile(QAbstractButton):
    """One figure of the team, pressed to see what is behind it; all it shows is told to screen readers."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._facts = TileFacts("", "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_facts(self, facts: TileFacts) -> None:
        """Show another figure."""
        self._facts = facts
        self.setAccessibleName(f"{facts.label}: {facts.value} {facts.suffix}".strip())
        said = [bar[1] for bar in facts.bars if bar[1]] + [line[0] for line in facts.lines if line[0]]
        self.setAccessibleDescription(". ".join(said))
        self.setToolTip("\n".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), self._look.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        TilePicture(self._look, self._facts, self.size()).paint(painter)
        if self.hasFocus():
            radius = tokens()["radius"]["panel"] - 2
            paint_focus(painter, self._look, self.rect().adjusted(2, 2, -2, -2), radius)

    @property
    def facts(self) -> TileFacts:
        """What it shows."""
        return self._facts

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
