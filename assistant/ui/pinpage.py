"""Asking one person for their PIN, and letting them choose one; a wait after wrong ones is counted down."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from assistant.records import Associate
from assistant.store.pins import PinState
from assistant.ui import wording
from assistant.ui.parts import Text, keycap_width, paint_focus, paint_keycap
from assistant.ui.pinpad import PinDots, PinPad
from assistant.ui.theme import Look, tokens

Step = Literal["enter", "choose", "repeat"]


class Initials(QWidget):
    """A filled circle with a person's initials."""

    def __init__(self, look: Look, size: int = 56, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._size, self._text = look, size, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_name(self, name: str) -> None:
        """Whose initials."""
        self._text = wording.initials(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(self._size), self._look.px(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent"))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(look.color("onAccent"))
        painter.setFont(look.font("title"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


class WayOut(QAbstractButton):
    """A word and its key."""

    def __init__(self, look: Look, text: str, key: str) -> None:
        super().__init__()
        self._look, self._key = look, key
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        look = self._look
        width = QFontMetrics(look.font("label", weight=600)).horizontalAdvance(self.text())
        height = look.px(tokens()["control"]["buttonCompact"])
        return QSize(width + look.px(10) + keycap_width(look, self._key), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setFont(look.font("label", weight=600))
        painter.setPen(look.color("accentText"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        width, cap = keycap_width(look, self._key), look.px(tokens()["control"]["keycap"])
        area = QRect(self.width() - width, (self.height() - cap) // 2, width, cap)
        paint_keycap(painter, look, area, self._key)
        if self.hasFocus():
            paint_focus(painter, look, self.rect(), 6)


class PinPage(QWidget):
    """The person at the left, the keypad at the right.

    `entered` carries a PIN to be tried, `chosen` a new one that was typed twice.
    """

    entered = Signal(str)
    chosen = Signal(str)
    left = Signal()

    def __init__(self, look: Look, way_out: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._step = look, "enter"
        self._first, self._wait_until = "", datetime.min.replace(tzinfo=UTC)
        self._waiting = ""
        self.initials = Initials(look)
        self._name = Text(look, "title")
        self._prompt = Text(look, "body", token="textSecondary")
        self._said = Text(look, "label", token="textTertiary", weight=400)
        for text in (self._name, self._prompt, self._said):
            text.setWordWrap(True)
        self._dots = PinDots(look)
        self.pad = PinPad(look, self._dots)
        self.pad.entered.connect(self._typed)
        self.way_out = WayOut(look, way_out, key)
        self.way_out.clicked.connect(self.left)
        self._tick = QTimer(self)
        self._tick.setInterval(1_000)
        self._tick.timeout.connect(self._ticked)
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def said(self) -> str:
        """What stands below the dots."""
        return self._said.text()

    @property
    def prompt(self) -> str:
        """What is asked for."""
        return self._prompt.text()

    def ask(self, who: Associate, state: PinState, said: str = "") -> None:
        """Ask this person for the PIN they have."""
        self._set_who(who)
        self._step = "enter"
        given = self.tr("Enter the PIN you were given")
        self._prompt.setText(given if state.temporary else self.tr("Enter your PIN"))
        self.say(said)
        self.pad.begin(state.digits)
        if state.wait_until is not None:
            self.wait(state.wait_until)

    def choose(self, who: Associate, said: str = "") -> None:
        """Let this person choose a PIN."""
        self._set_who(who)
        self._step = "choose"
        self._prompt.setText(self.tr("Choose a PIN, then Enter"))
        self.say(said or self.tr("4 to 8 digits. Nobody else sees it."))
        self.pad.begin()

    def say(self, sentence: str) -> None:
        """A sentence below the dots."""
        self._tick.stop()
        self._said.setText(sentence)

    def wait(self, until: datetime) -> None:
        """Take no PIN before a time."""
        self._wait_until, self._waiting = until, self.tr("Several wrong PINs. Try again in {wait}.")
        self.pad.setEnabled(False)
        self._tick.start()
        self._ticked()

    def stop(self) -> None:
        """Forget what was typed."""
        self._first = ""
        self._tick.stop()
        self.pad.clear()

    def _set_who(self, who: Associate) -> None:
        self._first = ""
        self._name.setText(who.name)
        self.initials.set_name(who.name)

    def _typed(self, pin: str) -> None:
        if self._step == "enter":
            self.entered.emit(pin)
        elif self._step == "choose":
            self._first, self._step = pin, "repeat"
            self._prompt.setText(self.tr("The same once more, then Enter"))
            self.pad.begin()
        elif pin == self._first:
            self.chosen.emit(pin)
        else:
            self._first, self._step = "", "choose"
            self._prompt.setText(self.tr("Choose a PIN, then Enter"))
            self.say(self.tr("Those were not the same. Once more, please."))
            self.pad.begin()

    def _ticked(self) -> None:
        left = round((self._wait_until - datetime.now(UTC)).total_seconds())
        if left <= 0:
            self.say("")
            self.pad.setEnabled(True)
            self.pad.setFocus()
        else:
            self._said.setText(self._waiting.format(wait=f"{left // 60}:{left % 60:02d}"))

    def _lay_out(self) -> None:
        self._side = QWidget()
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(4)
        column.addWidget(self.initials)
        column.addSpacing(12)
        column.addWidget(self._name)
        column.addWidget(self._prompt)
        column.addSpacing(8)
        column.addWidget(self._dots)
        column.addStretch(1)
        column.addWidget(self._said)
        column.addWidget(self.way_out, 0, Qt.AlignmentFlag.AlignLeft)
        whole = QHBoxLayout()
        whole.setSpacing(24)
        whole.addStretch(1)
        whole.addWidget(self._side)
        whole.addWidget(self.pad)
        whole.addStretch(1)
        outside = QVBoxLayout(self)
        outside.addStretch(2)
        outside.addLayout(whole)
        outside.addStretch(3)

    def _restyle(self) -> None:
        self._side.setFixedWidth(self._look.px(200))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
