"""What charts are painted with: the window's look, or the light palette at its own sizes on paper."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QColor, QFont

from assistant.ui.theme import tokens


class Ink(Protocol):
    """Lengths, fonts and colours by the names of the design; `theme.Look` is one."""

    def px(self, size: float) -> int: ...

    def font(self, role: str, *, tabular: bool = False, weight: int | None = None) -> QFont: ...

    def color(self, token: str) -> QColor: ...

    def line(self, role: str) -> int: ...


class Paper:
    """Dark on white whatever the window's theme is; a pixel is a ninety-sixth of an inch."""

    def px(self, size: float) -> int:
        return round(size)

    def font(self, role: str, *, tabular: bool = False, weight: int | None = None) -> QFont:
        kind = tokens()["type"][role]
        font = QFont()
        font.setFamilies(tokens()["font"]["family"])
        font.setPixelSize(kind["px"])
        font.setWeight(QFont.Weight(weight or kind["weight"]))
        return font  # never tabular: such digits are other glyphs, and would be copied as nonsense

    def color(self, token: str) -> QColor:
        return QColor(tokens()["color"]["light"][token])

    def line(self, role: str) -> int:
        return int(tokens()["type"][role]["line"])
