"""What settings are made of: a section, a row with its control, a hairline, a link."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.ui.parts import Chip, ChipKind, Panel, Text, paint_focus
from assistant.ui.segments import Segments
from assistant.ui.settings.choices import Picked
from assistant.ui.theme import Look, tokens

_CONTROL = tokens()["control"]["buttonCompact"]


class Section(Panel):
    """A panel with a title, a state at its right, and rows with hairlines between them."""

    def __init__(self, look: Look, name: str, title: str) -> None:
        super().__init__()
        self._look, self.name = look, name
        self.setAccessibleName(title)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 8)
        self._column.setSpacing(0)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self.title = Text(look, "name", title)
        self._head.addWidget(self.title)
        self._head.addStretch(1)
        bar = QWidget()
        bar.setLayout(self._head)
        self._head.setContentsMargins(0, 0, 0, 0)
        bar.setMinimumHeight(look.px(34))
        self._column.addWidget(bar)

    def say(self, text: str) -> None:
        """A quiet word at the right of the title."""
        self._head.addWidget(Text(self._look, "label", text, "textTertiary", weight=400))

    def chip(self, text: str, kind: ChipKind = "neutral") -> None:
        """A chip at the right of the title."""
        self._head.addWidget(Chip(self._look, text, kind))

    def beside_title(self, widget: QWidget) -> None:
        """A control at the right of the title."""
        self._head.addWidget(widget)

    def add(self, widget: QWidget, *, ruled: bool = True) -> None:
        """Put a row below, with a hairline above it."""
        if ruled:
            line = Hairline(self._look)
            self._column.addWidget(line)
        self._column.addWidget(widget)

    def end(self) -> None:
        """What is left of the height stays empty."""
        self._column.addStretch(1)


class Hairline(QWidget):
    """A line across."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.color("divider"))


def _wrapped(text: Text) -> Text:
    text.setWordWrap(True)
    return text


class Row(QWidget):
    """What is set, a quiet second line, and the control at the right."""

    def __init__(self, look: Look, title: str, second: str = "", control: QWidget | None = None) -> None:
        super().__init__()
        self.control = control
        self.title = _wrapped(Text(look, "body", title))
        self.second = _wrapped(Text(look, "caption", second, "textTertiary", weight=400))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.title)
        if second:
            words.addWidget(self.second)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addLayout(words, 1)
        if control is not None:
            row.addWidget(control)
            chosen = control.chosen if isinstance(control, Picked | Segments) else ""
            if not control.accessibleName():
                control.setAccessibleName(f"{title}, {chosen}" if chosen else title)
            control.setAccessibleDescription(second)
        self.setMinimumHeight(look.px(43))

    def say(self, second: str) -> None:
        """Say something else in the quiet line."""
        self.second.setText(second)
        if self.control is not None:
            self.control.setAccessibleDescription(second)


class Link(QAbstractButton):
    """A word that does something."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        self._look = look
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._look.font("label", weight=600)).horizontalAdvance(self.text())
        return QSize(width + 4, self._look.px(_CONTROL))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        font = look.font("label", weight=600)
        font.setUnderline(self.underMouse() and self.isEnabled())
        painter.setFont(font)
        painter.setPen(look.color("accentText" if self.isEnabled() else "textDisabled"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            paint_focus(painter, look, self.rect(), 6)
