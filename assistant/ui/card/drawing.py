"""Draws a card in hundredths of a millimetre, the same on paper, in a file and on the screen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from assistant.ui.card.bars import bars
from assistant.ui.card.setting_type import balanced, lines, width_of
from assistant.ui.card.words import Card
from assistant.ui.theme import tokens

WIDTH, HEIGHT = 14_800, 10_500
MARGIN = 750
PICTURE = QRectF(MARGIN, MARGIN, 5400, HEIGHT - 2 * MARGIN)
POINT = 2540 / 72
_GUTTER = 700
_LAST = 9670  # the baseline of the lowest line
_SMALL = 8.0
_ALONE = 1.3  # how much larger the name, the facts and the price are where there is no picture
_FACT = 11.25
_NAMES = ((20.0, 2), (17.0, 2), (14.5, 3), (12.0, 3))  # sizes of the name, and in how many lines
_PRICES = (27.0, 23.0, 19.0, 16.0)
_MOST_TERMS = 5
_MODULE = (33.0, 25.0)  # of the bars: the nominal width, and the least that a till's scanner reads
_QUIET = 11  # modules of white at each side of the bars


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the words stand: at the right of a picture, or larger over the whole card."""

    left: float
    scale: float = 1.0
    right: float = WIDTH - MARGIN

    @property
    def width(self) -> float:
        return self.right - self.left


def draw(painter: QPainter, card: Card) -> None:
    """Draw onto a painter whose unit is a hundredth of a millimetre."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    place = _Place(MARGIN, _ALONE)
    if card.picture is not None:
        _draw_picture(painter, card)
        place = _Place(PICTURE.right() + _GUTTER)
    top = _draw_foot(painter, card, place)
    top = _draw_price(painter, card, place, top)
    below = _draw_name(painter, card, place)
    _draw_facts(painter, card, place, below, top)


def ink(token: str) -> QColor:
    """Paper is white: the colours are those of the light theme."""
    return QColor(str(tokens()["color"]["light"][token]))


def font(points: float, weight: int = 400) -> QFont:
    """A font in the card's own unit, so that every device breaks its lines alike."""
    made = QFont()
    made.setFamilies(tokens()["font"]["family"])
    made.setPixelSize(round(points * POINT))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def _draw_picture(painter: QPainter, card: Card) -> None:
    if card.picture is None:
        return
    path = QPainterPath()
    path.addRoundedRect(PICTURE, 270, 270)
    painter.save()
    painter.fillPath(path, ink("thumb"))
    painter.setClipPath(path)
    size = card.picture.size().toSizeF().scaled(PICTURE.size(), Qt.AspectRatioMode.KeepAspectRatio)
    area = QRectF(QPointF(), size)
    area.moveCenter(PICTURE.center())
    painter.drawImage(area, card.picture)
    painter.restore()


def _write(
    painter: QPainter, at: QPointF, text: str, points: float, token: str = "text", weight: int = 400
) -> None:
    painter.setFont(font(points, weight))
    painter.setPen(ink(token))
    painter.drawText(at, text)


def _draw_foot(painter: QPainter, card: Card, place: _Place) -> float:
    """The store and the terms, from the bottom up; the baseline that is free above them."""
    baseline, drawn = float(_LAST), False
    if card.store:
        small, strong = font(_SMALL), font(_SMALL, 600)
        store = lines(card.store, strong, place.width, 1)[0]
        _write(painter, QPointF(place.left, baseline), store, _SMALL, "text", 600)
        room = place.width - width_of(strong, store) - 190
        if card.shop and room > width_of(small, card.shop):
            x = place.right - room
            _write(painter, QPointF(x, baseline), card.shop, _SMALL, "textSecondary")
        baseline, drawn = baseline - 655, True
    if card.terms:
        for line in reversed(lines(card.terms, font(_SMALL), place.width, _MOST_TERMS)):
            _write(painter, QPointF(place.left, baseline), line, _SMALL, "textSecondary")
            baseline -= 398
        baseline, drawn = baseline + 398 - 655, True
    if not drawn:
        return baseline
    rule = baseline + 65
    painter.setPen(QPen(ink("border"), 26))
    painter.drawLine(QLineF(place.left, rule, place.right, rule))
    return rule - 420


def _draw_price(painter: QPainter, card: Card, place: _Place, baseline: float) -> float:
    """The price over its date, the code at the right; where the words above must end."""
    top, taken = baseline, 0.0
    if card.dated:
        small = font(_SMALL)
        dated = lines(card.dated, small, place.width, 1)[0]
        _write(painter, QPointF(place.left, baseline), dated, _SMALL, "textSecondary")
        top, taken = baseline - 300, width_of(small, dated)
    if card.price:
        large = next(
            (s for s in _PRICES if width_of(font(s * place.scale, 600), card.price) < place.width * 0.55),
            _PRICES[-1],
        )
        large *= place.scale
        _write(painter, QPointF(place.left - 20, baseline - 490), card.price, large, "text", 600)
        top = baseline - 490 - QFontMetricsF(font(large, 600)).capHeight()
        taken = max(taken, width_of(font(large, 600), card.price))
    room = place.width - taken
    return min(top, _draw_code(painter, card.code, place, baseline, room, beside=bool(card.dated)))


def _draw_code(
    painter: QPainter, code: str, place: _Place, baseline: float, room: float, *, beside: bool
) -> float:
    """The code, as bars where there is room for bars that can be read; the top of it."""
    modules = bars(code)
    if not code:
        return baseline
    wide = next((one for one in _MODULE if (len(modules) + _QUIET) * one <= room), None)
    width = len(modules) * wide if modules and wide else width_of(font(_SMALL), code)
    if width > room:
        return baseline
    left = place.right - width if beside else place.left
    label = QPointF(left + (width - width_of(font(_SMALL), code)) / 2, baseline)
    _write(painter, label, code, _SMALL)
    if not modules or wide is None:
        return baseline - 300
    for n, dark in enumerate(modules):
        if dark == "1" and (n == 0 or modules[n - 1] == "0"):
            run = len(modules[n:].split("0", 1)[0])
            painter.fillRect(QRectF(left + n * wide, baseline - 1030, run * wide, 690), ink("text"))
    return baseline - 1030


def _draw_name(painter: QPainter, card: Card, place: _Place) -> float:
    """The name, as large as it can be; the baseline of its last line."""
    for points, most in _NAMES:
        size = points * place.scale
        shape = font(size, 650)
        rows = balanced(card.name, shape, place.width, most)
        if rows is not None:
            break
    else:
        rows = lines(card.name, shape, place.width, most)
    pitch = size * POINT * 1.155
    baseline = MARGIN + QFontMetricsF(shape).capHeight() + 130
    for row in rows:
        _write(painter, QPointF(place.left - 15, baseline), row, size, "text", 650)
        baseline += pitch
    return baseline - pitch


def _draw_facts(painter: QPainter, card: Card, place: _Place, above: float, bottom: float) -> None:
    """The facts with a tick each, as many as there is room for."""
    scale = place.scale
    shape, indent = font(_FACT * scale), 660 * scale
    baseline = above + 865 * scale
    for fact in card.facts:
        rows = lines(fact, shape, place.width - indent, 2)
        if baseline + (len(rows) - 1) * 520 * scale > bottom - 350:
            return
        _tick(painter, QPointF(place.left + 50, baseline - 135 * scale), scale)
        for row in rows:
            _write(painter, QPointF(place.left + indent, baseline), row, _FACT * scale)
            baseline += 520 * scale
        baseline += 250 * scale


def _tick(painter: QPainter, at: QPointF, scale: float) -> None:
    width, cap, join = 36 * scale, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(ink("accent"), width, Qt.PenStyle.SolidLine, cap, join))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([at, at + QPointF(100, 95) * scale, at + QPointF(315, -115) * scale]))
