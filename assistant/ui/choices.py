"""Rows to choose one from, each a button with its key, an icon, a name and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from assistant.ui.parts import Panel, fitted, keycap_width, paint_keycap
from assistant.ui.theme import Look, tokens

_ICON, _NAME, _MEANING = 46, 80, 196  # where each begins


@dataclass(frozen=True, slots=True)
class Option:
    """What a row stands for (`id`), and how it looks."""

    id: str
    icon: str
    name: str
    meaning: str


class Choice(QAbstractButton):
    """A row that is a button."""

    def __init__(self, look: Look, key: str, option: Option) -> None:
        super().__init__()
        self._look, self._key, self._option = look, key, option
        self.meaning_at = look.px(_MEANING)
        self.setText(option.name)
        self.setAccessibleName(option.name)
        self.setAccessibleDescription(option.meaning)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def name_ends(self) -> int:
        """Up to where the name reaches."""
        metrics = QFontMetrics(self._look.font("body", weight=600))
        return self._look.px(_NAME) + metrics.horizontalAdvance(self.text())

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(380), self._look.px(tokens()["rowHeight"]["reasonOption"]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, px = self._look, QPainter(self), self._look.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isEnabled() and (self.hasFocus() or self.underMouse())
        if self.y() > 1:  # between two rows
            painter.fillRect(0, 0, self.width(), 1, look.color("divider"))
        painter.setBrush(look.color("accentSoft" if lit else "surface"))
        painter.setPen(QPen(look.color("focus"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 2, -1, -1), 10, 10)
        cap, middle = px(tokens()["control"]["keycap"]), self.height() // 2
        area = self.rect().adjusted(px(12), 0, 0, 0)
        area.setTop(middle - cap // 2)
        area.setSize(QSize(keycap_width(look, self._key), cap))
        paint_keycap(painter, look, area, self._key)
        painter.drawPixmap(px(_ICON), middle - px(10), look.pixmap(self._option.icon, "textSecondary", 20))
        painter.setPen(look.color("text" if self.isEnabled() else "textDisabled"))
        painter.setFont(look.font("body", weight=600))
        name = self.rect().adjusted(px(_NAME), 0, 0, 0)
        painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.setPen(look.color("textSecondary" if self.isEnabled() else "textDisabled"))
        meaning = self.rect().adjusted(self.meaning_at, 0, -8, 0)
        said = self._option.meaning
        painter.setFont(fitted(look.font("label", weight=400), said, meaning.width()))
        painter.drawText(meaning, int(Qt.AlignmentFlag.AlignVCenter), said)


class Choices(Panel):
    """Rows under each other; a digit chooses one as well."""

    chosen = Signal(str)

    def __init__(self, look: Look, options: Sequence[Option], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = {one.id: Choice(look, str(n), one) for n, one in enumerate(options, 1)}
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        begin = max(look.px(_MEANING), *(row.name_ends + look.px(16) for row in self.rows.values()))
        for name, row in self.rows.items():
            row.meaning_at = begin
            row.clicked.connect(partial(self._choose, name))
            column.addWidget(row)

    def focus_on(self, name: str | None = None) -> None:
        """Put the focus on a row, or on the first."""
        row = self.rows[name] if name is not None else next(iter(self.rows.values()))
        row.setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, key: str) -> bool:
        """Choose the row of this digit; whether there is one."""
        number = int(key) if key.isdecimal() else 0
        if not self.isEnabled() or not 0 < number <= len(self.rows):
            return False
        list(self.rows.values())[number - 1].click()
        return True

    def _choose(self, name: str, _on: bool = False) -> None:
        self.chosen.emit(name)
