"""Bars: how many, and which share of the whole, of each of a few things."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.ui import wording
from assistant.ui.charts.ink import Ink
from assistant.ui.parts import fitted
from assistant.ui.team import words
from assistant.ui.theme import Look

Counts = Sequence[tuple[str, int]]


def paint_bars(painter: QPainter, look: Ink, whole: QRectF, counts: Counts, nothing: str) -> None:
    """One bar per thing with its number and share; `nothing` where there are none."""
    total = sum(n for _, n in counts)
    if total == 0:
        painter.setFont(look.font("label"))
        painter.setPen(look.color("textTertiary"))
        painter.drawText(whole, int(Qt.AlignmentFlag.AlignCenter), nothing)
        return
    metrics = QFontMetrics(look.font("label", weight=400))
    names = max(metrics.horizontalAdvance(name) for name, _ in counts)
    row = min(look.px(34), whole.height() / max(1, len(counts)))
    start = min(names + look.px(14), whole.width() - look.px(140))
    room = whole.width() - start - look.px(100)
    most = max(n for _, n in counts)
    for place, (name, n) in enumerate(counts):
        area = QRectF(whole.left(), whole.top() + row * place, whole.width(), row)
        _row(painter, look, area, (start, room * n / most), name, (n, n / total))


def _row(
    painter: QPainter,
    look: Ink,
    area: QRectF,
    bar: tuple[float, float],
    said: str,
    count: tuple[int, float],
) -> None:
    middle, (start, length) = area.center().y(), bar
    room = start - look.px(6)
    one_line = area.height() < 2 * look.line("label")
    widest = said if one_line else max(said.split(), key=len, default="")
    painter.setFont(fitted(look.font("label", weight=400), widest, room, least=0.7 if one_line else 0.8))
    painter.setPen(look.color("text"))
    left = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
    right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
    painter.drawText(QRectF(area.left(), area.top(), room, area.height()), left, said)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("chartNeutral"))
    thick = min(look.px(12), area.height() * 0.5)
    painter.drawRoundedRect(QRectF(area.left() + start, middle - thick / 2, max(2.0, length), thick), 3, 3)
    painter.setFont(look.font("label", tabular=True, weight=400))
    painter.setPen(look.color("textTertiary"))
    painter.drawText(area.adjusted(0, 0, -look.px(46), 0), right, wording.number(count[0]))
    painter.setFont(look.font("label", tabular=True, weight=600))
    painter.setPen(look.color("text"))
    painter.drawText(area, right, words.percent(count[1], 0))


class ReasonBars(QWidget):
    """Why customers declined, the most frequent reason first."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._reasons: Counts = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(words.tr("Why customers declined"))
        look.changed.connect(self.updateGeometry)

    def show_reasons(self, reasons: Counts) -> None:
        """Show other counts."""
        self._reasons = by_reason(reasons)
        self.setAccessibleDescription("; ".join(f"{name}: {wording.number(n)}" for name, n in self._reasons))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(300), self._look.px(34) * 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(200), self._look.px(22) * 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        nothing = words.tr("No declines with a reason")
        paint_bars(painter, self._look, QRectF(self.rect()), self._reasons, nothing)


def by_reason(reasons: Counts) -> Counts:
    """Reasons in words, the most frequent first."""
    return [(wording.reason(name), n) for name, n in sorted(reasons, key=lambda pair: -pair[1])]
