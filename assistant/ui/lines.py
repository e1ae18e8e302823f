"""A text broken into the lines in which it is painted."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption

_TOGETHER = "\u2060"  # joins what stands at its sides, and has no width


def wrapped(text: str, font: QFont, width: int, most: int) -> tuple[str, ...]:
    """A text broken into lines; what goes past the last line ends in an ellipsis.

    A last line of one word is given company: the lines before it are broken a little earlier. A measure like
    f/3.5 stays together.
    """
    text = re.sub(r"/(?=\d)", f"/{_TOGETHER}", text)
    starts = _breaks(text, font, width)
    if 1 < len(starts) <= most and " " not in text[starts[-1] :].strip():
        for part in (0.95, 0.9, 0.85, 0.8):
            tried = _breaks(text, font, round(width * part))
            if len(tried) == len(starts) and " " in text[tried[-1] :].strip():
                starts = tried
                break
    ends = [*starts[1:], len(text)]
    lines = [text[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    if len(lines) > most:
        rest = text[starts[most - 1] :].strip()
        cut = QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width)
        lines = [*lines[: most - 1], cut]
    return tuple(line.replace(_TOGETHER, "") for line in lines) or ("",)


def _breaks(text: str, font: QFont, width: int) -> list[int]:
    """Where each line begins."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts: list[int] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    return starts
