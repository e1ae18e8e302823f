"""Breaks a card's texts into lines, in the card's own unit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextOption


def width_of(font: QFont, text: str) -> float:
    """How wide a text is in one line."""
    return QFontMetricsF(font).horizontalAdvance(text)


def lines(text: str, font: QFont, width: float, most: int) -> list[str]:
    """At most so many lines; the last ends in an ellipsis where more would follow."""
    found = [line for part in text.splitlines() if part.strip() for line in _wrapped(part, font, width)]
    if len(found) > most:
        rest = " ".join(found[most - 1 :])
        metrics = QFontMetricsF(font)
        found = [*found[: most - 1], metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]
    return found


def balanced(text: str, font: QFont, width: float, most: int) -> list[str] | None:
    """Whole words in lines of about one length; None where they do not go into so many lines."""
    if max((width_of(font, word) for word in text.split()), default=0.0) > width:
        return None
    found = _wrapped(text, font, width)
    if len(found) > most:
        return None
    low, high = width / len(found), width
    while high - low > 50:
        middle = (low + high) / 2
        tried = _wrapped(text, font, middle)
        if len(tried) > len(found) or any(width_of(font, line) > middle for line in tried):
            low = middle
        else:
            found, high = tried, middle
    return found


def _wrapped(text: str, font: QFont, width: float) -> list[str]:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        found.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return found
