"""How the evidence under a talking point is laid out: beside each other where it fits, else below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFont, QFontMetrics

from assistant.ui.lines import wrapped
from assistant.ui.theme import Look

_ICON, _GAP = 22, 16
_MOST_LINES = 2  # of one piece


@dataclass(frozen=True, slots=True)
class Proof:
    """One line of a piece of evidence: how far from the left, on which line, and its picture if it begins."""

    x: int
    line: int
    icon: str
    text: str


def laid(
    look: Look, found: Sequence[tuple[str, str]], width: int, *, beside: bool = True, brief: bool = False
) -> tuple[Proof, ...]:
    """Lay pieces out in a width; `brief` ones leave out what comes last, so that each fits one line."""
    font, icon = look.font("label", weight=400), look.px(_ICON)
    metrics, proofs = QFontMetrics(font), list[Proof]()
    x, line = 0, 0
    for name, text in found:
        free = width - x - icon
        said = _short(metrics, text, free) if brief else text
        fits = metrics.horizontalAdvance(said) <= free
        if x and not (beside and fits):
            x, line = 0, line + 1
            said = _short(metrics, text, width - icon) if brief else text
        pieces = _lines(said, font, width - x - icon)
        proofs += [Proof(x, line + n, "" if n else name, piece) for n, piece in enumerate(pieces)]
        line += len(pieces) - 1
        x += icon + metrics.horizontalAdvance(pieces[-1]) + look.px(_GAP)
    return tuple(proofs)


def height(look: Look, proofs: Sequence[Proof]) -> int:
    """How high they are together."""
    return look.line("label") * (proofs[-1].line + 1) if proofs else 0


def _lines(text: str, font: QFont, width: int) -> tuple[str, ...]:
    return wrapped(text, font, width, _MOST_LINES)


def _short(metrics: QFontMetrics, text: str, width: int) -> str:
    """The text without its last clauses, as far as it must be shorter; whole where that does not help."""
    clauses = text.split(", ")
    while len(clauses) > 1 and metrics.horizontalAdvance(", ".join(clauses)) > width:
        clauses.pop()
    short = ", ".join(clauses)
    return short if metrics.horizontalAdvance(short) <= width else text
