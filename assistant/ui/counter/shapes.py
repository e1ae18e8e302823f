"""How high a suggestion's row is and where its parts lie, measured once for each text and width."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont, QFontMetrics

from assistant.ui import why, wording
from assistant.ui.counter import proofs
from assistant.ui.counter.proofs import Proof
from assistant.ui.counter.rows import Row, named
from assistant.ui.lines import wrapped
from assistant.ui.theme import Look, tokens

_MOST_SELECTED, _MOST_PENDING = 8, 3  # lines of a talking point; 25 words fit the first at any size
_MOST_NAME = 2  # lines of a product's name, with large text
_BORDER = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """A row measured: its height, its name, talking point and evidence in lines, and where its parts lie."""

    height: int
    names: tuple[str, ...]
    lines: tuple[str, ...]
    proofs: tuple[Proof, ...]
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
        text = row.suggestion.talking_point.text
        key = (state, row.key, text, width, self.compact, self._look.scale)
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
        word = max(map(metrics.horizontalAdvance, why.match_words()))
        return max(px(152), word + why.SEGMENTS * px(15) + px(8))

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
        look, px, x = self._look, self._look.px, self.text_x
        top = px(14 if self.compact else 20)
        text = wording.quoted(row.suggestion.talking_point.text)
        lines = wrapped(text, self.say_role(True), self._say_width(width), _MOST_SELECTED)
        names, name = self._named(row, width)
        say_y = top + name.height() + px(4)
        proof_y = say_y + self.say_line(True) * len(lines) + px(8)
        right = width - self.pad - self._right
        stock_y = top + look.line("name") + px(2)
        match_y = stock_y + look.line("label") + px(6)
        match_h = look.line("label") * (2 if self.compact else 1)
        proof_end = width - self.pad if proof_y >= match_y + match_h else right - px(16)
        said = proofs.laid(look, why.reasons_for(row.suggestion), proof_end - x)
        proof = QRect(x, proof_y, proof_end - x, proofs.height(look, said) or look.line("label"))
        buttons_y = proof_y + proof.height() + px(12 if self.compact else 14)
        return Shape(
            height=buttons_y + px(48) + px(14 if self.compact else 22),
            names=names,
            lines=lines,
            proofs=said,
            key=QRect(self.pad, top, px(32), px(32)),
            thumb=QRect(x - px(64) - px(16), top, px(64), px(64)),
            name=name.translated(0, top),
            say=QPoint(x, say_y),
            proof=proof,
            actions=QPoint(x, buttons_y),
            price=QRect(right, top - px(2), self._right, look.line("title")),
            stock=QRect(right, stock_y, self._right, look.line("label")),
            match=QRect(right, match_y, self._right, match_h),
        )

    def _named(self, row: Row, width: int) -> tuple[tuple[str, ...], QRect]:
        """The lines of a name, and where they lie below the top of the row."""
        look, x = self._look, self.text_x
        room = width - x - self._right - self.pad - look.px(16)
        names = wrapped(named(row), look.font("name"), room, _MOST_NAME)
        return names, QRect(x, 0, room, look.line("name") * len(names))

    def _pending(self, row: Row, width: int) -> Shape:
        look, px, x = self._look, self._look.px, self.text_x
        top, line = px(12 if self.compact else 16), look.line("name")
        text = wording.quoted(row.suggestion.talking_point.text)
        lines = wrapped(text, self.say_role(False), self._say_width(width), _MOST_PENDING)
        names, name = self._named(row, width)
        proof_y = top + name.height() + look.line("say") * len(lines) + px(4)
        right = width - self.pad - self._right
        below = top + line
        match = QRect(right, below + px(26), self._right, 0 if self.compact else look.line("label"))
        proof_end = width - self.pad if proof_y > match.bottom() else right - px(16)
        reasons = [] if self.compact else why.reasons_for(row.suggestion)
        said = proofs.laid(look, reasons, proof_end - x, brief=True)
        proof = QRect(x, proof_y, proof_end - x, proofs.height(look, said))
        bottom = proof.bottom() + 1 + px(16) if not self.compact else proof_y + px(10)
        thumb_h = px(48 if self.compact else 64)
        return Shape(
            height=max(bottom, top + thumb_h + top),
            names=names,
            lines=lines,
            proofs=said,
            key=QRect(self.pad, top, px(32), px(32)),
            thumb=QRect(x - px(64) - px(16), top, px(64), thumb_h),
            name=name.translated(0, top),
            say=QPoint(x, top + name.height()),
            proof=proof,
            actions=QPoint(x, 0),
            price=QRect(right, top, self._right, line),
            stock=QRect(right, below + px(2), self._right, look.line("label")),
            match=match,
        )

    def _answered(self, row: Row, width: int) -> Shape:
        px, x = self._look.px, self.text_x
        height = px(tokens()["rowHeight"]["suggestionAnswered"] - (4 if self.compact else 0))
        right = width - self.pad - self._right
        middle = (height - px(32)) // 2
        nothing = QRect()
        return Shape(
            height=height,
            names=(named(row),),
            lines=(),
            proofs=(),
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
