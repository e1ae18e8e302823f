"""The list at the left of Settings → Content: what there is of a kind, and a field to find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.ui.emptying import empty
from assistant.ui.parts import Button, Panel, Text, paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_SMALL = tokens()["control"]["buttonCompact"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the list: its key, what it is called, and how it stands."""

    key: str
    title: str
    second: str


class EntryButton(QAbstractButton):
    """A thing in two lines; Up and Down go to its neighbours."""

    def __init__(self, look: Look, entry: Entry) -> None:
        super().__init__()
        self._look, self.entry = look, entry
        self.setText(entry.title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setToolTip(entry.title)
        self.setAccessibleName(entry.title)
        self.setAccessibleDescription(entry.second)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = width - self._look.px(20)
        lines = self._title(room).count("\n") + 1
        first, second = (QFontMetrics(self._look.font(role)).height() for role in ("body", "caption"))
        below = self._wrapped("caption", self.entry.second, room).count("\n") + 1
        return self._look.px(14) + first * lines + second * below

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(160), self.heightForWidth(self._look.px(1_000)))

    def _title(self, room: int) -> str:
        """The title in two lines at most."""
        return self._wrapped("body", self.entry.title, room)

    def _wrapped(self, role: str, text: str, room: int) -> str:
        metrics = QFontMetrics(self._look.font(role, weight=600 if role == "body" else 400))
        if metrics.horizontalAdvance(text) <= room:
            return text
        words, line = text.split(" "), ""
        while words and metrics.horizontalAdvance(f"{line} {words[0]}".strip()) <= room:
            line = f"{line} {words.pop(0)}".strip()
        rest = metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, room)
        return f"{line}\n{rest}" if line else rest

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, radius = self.isChecked(), tokens()["radius"]["thumb"]
        if on or self.underMouse():
            painter.setBrush(look.color("accentSoft" if on else "hover"))
            painter.setPen(QPen(look.color("accentSoftBorder"), 1) if on else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        area = self.rect().adjusted(look.px(10), look.px(5), -look.px(10), -look.px(5))
        title, second = self._title(area.width()), self._wrapped("caption", self.entry.second, area.width())
        top = QFontMetrics(look.font("body")).height() * (title.count("\n") + 1) + look.px(2)
        for text, role, ink, down, weight in (
            (title, "body", "accentText" if on else "text", 0, 600 if on else 400),
            (second, "caption", "textTertiary", top, 400),
        ):
            painter.setFont(look.font(role, weight=weight))
            painter.setPen(look.color(ink))
            painter.drawText(area.adjusted(0, down, 0, 0), int(Qt.AlignmentFlag.AlignTop), text)
        if self.hasFocus():
            paint_focus(painter, look, self.rect(), radius)


class Listing(Panel):
    """`chosen` carries an entry's key, `sought` what is typed; `wanted` asks for a new thing."""

    chosen = Signal(str)
    sought = Signal(str)
    wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.entries: list[EntryButton] = []
        self.new = Button(look, tr("New"), height=_SMALL)
        self.new.clicked.connect(lambda _on: self.wanted.emit())
        self.field = QLineEdit()
        self.field.setFixedHeight(look.px(_SMALL))
        self.field.setFont(look.font("body"))
        self.field.setPlaceholderText(tr("Find"))
        self.field.textChanged.connect(self.sought)
        self._rest = Text(look, "caption", token="textTertiary", weight=400)
        self._rest.setWordWrap(True)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 4, 0)
        self._rows.setSpacing(2)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.field, 1)
        head.addWidget(self.new)
        inside = QWidget()
        inside.setLayout(self._rows)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        column.addWidget(self._rest)

    def show_entries(
        self, title: str, entries: Sequence[Entry], chosen: str, *, rest: str = "", grows: bool = True
    ) -> None:
        """Show the things of a kind, one of them chosen; `rest` says what is not shown."""
        self.setAccessibleName(title)
        self.new.setVisible(grows)
        self.new.setAccessibleName(f"{tr('New')}, {title}")
        self.field.setVisible(grows)
        self.field.setAccessibleName(f"{tr('Find')}, {title}")
        focused = next((one.entry.key for one in self.entries if one.hasFocus()), None)
        empty(self._rows)
        self.entries = [EntryButton(self._look, entry) for entry in entries]
        for one in self.entries:
            one.setChecked(one.entry.key == chosen)
            one.clicked.connect(lambda _on, key=one.entry.key: self.chosen.emit(key))
            self._rows.addWidget(one)
            if one.entry.key == focused:
                one.setFocus()
        self._rows.addStretch(1)
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))
