"""How high a suggestion's row is and where its parts lie, measured once for each text and width."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption

from assistant.ui import wording
from assistant.ui.counter.rows import Row
from assistant.ui.theme import Look, tokens

_MOST_SELECTED, _MOST_PENDING = 8, 2  # lines of a talking point; 25 words fit the first at any size
_BORDER = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """A row measured: its height, the lines of its talking point, and where its parts lie in it."""

    height: int
    lines: tuple[str, ...]
    key: QRect
    thumb: QRect
    name: QRect
    say: QPoint
    proof: QRect
    actions: QPoint
    price: QRect
    stock: QRect
    match: QRect


class Shapes:
    """Measures rows for one width; `compact` is the smaller way of drawing for small windows."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._cache: dict[tuple[object, ...], Shape] = {}
        self.compact = False
        look.changed.connect(self.forget)

    def forget(self) -> None:
        """Measure everything anew: the fonts have changed."""
        self._cache.clear()

    def shape(self, row: Row, *, selected: bool, width: int) -> Shape:
        """Where everything lies in a row of this width."""
        state = "answered" if not row.pending else "selected" if selected else "pending"
        key = (state, row.suggestion.talking_point.text, width, self.compact, self._look.scale)
        if key not in self._cache:
            measure = {"answered": self._answered, "selected": self._selected, "pending": self._pending}
            self._cache[key] = measure[state](row, width)
        return self._cache[key]

    @property
    def pad(self) -> int:
        return self._look.px(16 if self.compact else 20)

    @property
    def text_x(self) -> int:
        """Where names begin."""
        px = self._look.px
        gap = px(14 if self.compact else 16)
        return self.pad + px(32) + gap + px(64) + gap - (0 if self.compact else _BORDER)

    @property
    def _right(self) -> int:
        px = self._look.px
        if self.compact:
            return px(128)
        metrics = QFontMetrics(self._look.font("caption"))
        word = max(map(metrics.horizontalAdvance, wording.match_words()))
        return max(px(152), word + wording.SEGMENTS * px(15) + px(8))

    def say_role(self, selected: bool) -> QFont:
        """The font of a talking point."""
        if not selected:
            return self._look.font("say")
        font = self._look.font("sayLarge")
        if self.compact:
            font.setPixelSize(self._look.px(tokens()["layout"]["compact"]["sayLarge"][0]))
        return font

    def say_line(self, selected: bool) -> int:
        """The line height of a talking point."""
        if not selected:
            return self._look.line("say")
        if self.compact:
            return self._look.px(tokens()["layout"]["compact"]["sayLarge"][1])
        return self._look.line("sayLarge")

    def _say_width(self, width: int) -> int:
        free = width - self.text_x - self._right - self.pad - self._look.px(16)
        return max(self._look.px(160), min(free, self._look.px(tokens()["layout"]["sayMaxWidth"])))

    def _selected(self, row: Row, width: int) -> Shape:
        px, x = self._look.px, self.text_x
        top = px(14 if self.compact else 20)
        lines = wrapped(
            wording.quoted(row.suggestion.talking_point.text),
            self.say_role(True),
            self._say_width(width),
            _MOST_SELECTED,
        )
        name_line, say = self._look.line("name"), self.say_line(True)
        say_y = top + name_line + px(4)
        proof_y = say_y + say * len(lines) + px(8)
        buttons_y = proof_y + self._look.line("label") + px(12 if self.compact else 14)
        right = width - self.pad - self._right
        price_h = self._look.line("title")
        stock_y = top + name_line + px(2)
        match_y = stock_y + self._look.line("label") + px(6)
        match_h = self._look.line("label") * (2 if self.compact else 1)
        proof_end = width - self.pad if proof_y >= match_y + match_h else right - px(16)
        return Shape(
            height=buttons_y + px(48) + px(14 if self.compact else 22),
            lines=lines,
            key=QRect(self.pad, top, px(32), px(32)),
            thumb=QRect(x - px(64) - px(16), top, px(64), px(64)),
            name=QRect(x, top, width - x - self._right - self.pad - px(16), name_line),
            say=QPoint(x, say_y),
            proof=QRect(x, proof_y, proof_end - x, self._look.line("label")),
            actions=QPoint(x, buttons_y),
            price=QRect(right, top - px(2), self._right, price_h),
            stock=QRect(right, stock_y, self._right, self._look.line("label")),
            match=QRect(right, match_y, self._right, match_h),
        )

    def _pending(self, row: Row, width: int) -> Shape:
        px, x = self._look.px, self.text_x
        top = px(12 if self.compact else 16)
        lines = wrapped(
            wording.quoted(row.suggestion.talking_point.text),
            self.say_role(False),
            self._say_width(width),
            _MOST_PENDING,
        )
        line = self._look.line("name")
        proof_y = top + line + self._look.line("say") * len(lines) + px(4)
        proof_h = 0 if self.compact else self._look.line("label")
        right = width - self.pad - self._right
        below = top + line
        bottom = proof_y + proof_h + px(16) if not self.compact else proof_y + px(10)
        thumb_h = px(48 if self.compact else 64)
        return Shape(
            height=max(bottom, top + thumb_h + top),
            lines=lines,
            key=QRect(self.pad, top, px(32), px(32)),
            thumb=QRect(x - px(64) - px(16), top, px(64), thumb_h),
            name=QRect(x, top, width - x - self._right - self.pad - px(16), line),
            say=QPoint(x, top + line),
            proof=QRect(x, proof_y, (width - self.pad if len(lines) > 1 else right - px(16)) - x, proof_h),
            actions=QPoint(x, 0),
            price=QRect(right, top, self._right, line),
            stock=QRect(right, below + px(2), self._right, self._look.line("label")),
            match=QRect(right, below + px(26), self._right, 0 if self.compact else self._look.line("label")),
        )

    def _answered(self, row: Row, width: int) -> Shape:
        px, x = self._look.px, self.text_x
        height = px(tokens()["rowHeight"]["suggestionAnswered"] - (4 if self.compact else 0))
        right = width - self.pad - self._right
        middle = (height - px(32)) // 2
        nothing = QRect()
        return Shape(
            height=height,
            lines=(),
            key=QRect(self.pad, middle, px(32), px(32)),
            thumb=QRect(x - px(64) - px(16), middle, px(64), px(32)),
            name=QRect(x, 0, right - x, height),
            say=QPoint(x, 0),
            proof=nothing,
            actions=QPoint(x, 0),
            price=QRect(right, 0, self._right, height),
            stock=nothing,
            match=nothing,
        )


def wrapped(text: str, font: QFont, width: int, most: int) -> tuple[str, ...]:
    """A text broken into lines; what goes past the last line ends in an ellipsis.

    A last line of one word is given company: the lines before it are broken a little earlier.
    """
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
    return tuple(lines) or ("",)


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
