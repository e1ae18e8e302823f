"""The agenda of a call: what it is about, and steps that Space ticks one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout

from assistant.ui.counter.actions import KeyButton
from assistant.ui.emptying import empty
from assistant.ui.parts import KeyCap, Panel, Text, paint_focus
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class Tick(QAbstractButton):
    """One step: a number, or a tick once it is done; the first that is not done stands out."""

    def __init__(self, look: Look, number: int, words: str, hint: str) -> None:
        super().__init__()
        self._look, self._number, self._hint = look, number, hint
        self.current, self.compact = False, False
        self.setText(words)
        self.setCheckable(True)
        self.setToolTip(hint)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_state(self, done: bool, current: bool) -> None:
        """Done, next, or still to come."""
        self.setChecked(done)
        self.current = current
        state = tr("done") if done else tr("next") if current else ""
        self.setAccessibleName(", ".join(w for w in (str(self._number), self.text(), self._hint, state) if w))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        hint = self._lines(self._hint, self._small) if self._hint and self.current else 0
        return QSize(200, self._high + hint + self._lines(self.text(), self._font) - self._look.line("body"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    @property
    def _font(self) -> QFont:
        return self._look.font("body", weight=600 if self.current else 400)

    @property
    def _small(self) -> QFont:
        return self._look.font("label", weight=400)

    def _lines(self, text: str, font: QFont) -> int:
        """How high a text stands in the width there is."""
        room = QRect(0, 0, max(self.width() - self._look.px(32), self._look.px(100)), self._look.px(400))
        high = QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()
        return max(high, self._look.line("body"))

    @property
    def _high(self) -> int:
        return self._look.px(29 if self.compact else 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, px, painter = self._look, self._look.px, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = self._high // 2
        middle = QPointF(px(10), half)
        done = self.isChecked()
        fill = "textTertiary" if done else "accent" if self.current else "surface"
        painter.setBrush(look.color(fill))
        painter.setPen(QPen(look.color(fill if done or self.current else "borderStrong"), 1.25))
        painter.drawEllipse(middle, px(9.5), px(9.5))
        circle = QRect(0, half - px(10), px(20), px(20))
        if done:
            painter.drawPixmap(px(3), half - px(7), look.pixmap("check", "surface", 14))
        else:
            painter.setFont(look.font("caption", weight=600))
            painter.setPen(look.color("onAccent" if self.current else "textSecondary"))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._number))
        top = half - px(10)
        self._line(painter, self.text(), self._font, "textTertiary" if done else "text", top)
        if self._hint and self.current:
            top += self._lines(self.text(), self._font)
            self._line(painter, self._hint, self._small, "textSecondary", top)
        if self.hasFocus():
            paint_focus(painter, look, self.rect(), 6)

    def _line(self, painter: QPainter, text: str, font: QFont, token: str, top: int) -> None:
        painter.setFont(font)
        painter.setPen(self._look.color(token))
        left, high = self._look.px(32), self._lines(text, font)
        area = QRect(left, top, self.width() - left, high)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), text)


class Agenda(Panel):
    """Says which step was ticked; the log decides whether it is."""

    ticked = Signal(int, bool)
    reason_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.ticks: list[Tick] = []
        self.reason = KeyButton(look, "", "R")
        head = self._head = QHBoxLayout()
        head.setSpacing(8)
        self._title = Text(look, "name", tr("This call"))
        head.addWidget(self._title)
        head.addStretch(1)
        self._how = (Text(look, "label", tr("Tick"), "textTertiary", weight=400), KeyCap(look, tr("Space")))
        for widget in self._how:
            head.addWidget(widget)
        about = self._about = QHBoxLayout()
        about.addWidget(self.reason)
        about.addStretch(1)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(0)
        self._compact, self._room = False, 0
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 12)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(about)
        column.addLayout(self._steps)
        self.reason.clicked.connect(lambda _on: self.reason_asked.emit())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set_compact(self, compact: bool, room: int) -> None:
        """Draw the smaller way, for small windows; `room` is how wide it may be."""
        self._compact, self._room = compact, room
        self._place_reason()
        self._column.setContentsMargins(16, 8 if compact else 14, 16, 6 if compact else 12)
        for tick in self.ticks:
            tick.compact = compact
            tick.updateGeometry()

    def show_steps(self, reason: str, steps: Sequence[tuple[str, str]], done: frozenset[int]) -> None:
        """Show the steps of a call, in place where they are the same."""
        self.reason.setText(reason)
        self.reason.setAccessibleName(tr("The call is about: {reason}").format(reason=reason))
        self.reason.updateGeometry()
        self._place_reason()
        if [(t.text(), t.toolTip()) for t in self.ticks] != list(steps):
            empty(self._steps)
            self.ticks = [Tick(self._look, n, *step) for n, step in enumerate(steps, 1)]
            for place, tick in enumerate(self.ticks):
                tick.compact = self._compact
                self._steps.addWidget(tick)
                tick.clicked.connect(lambda on, place=place: self._clicked(place, on))
        current = next((i for i in range(len(steps)) if i not in done), None)
        for place, tick in enumerate(self.ticks):
            tick.show_state(place in done, place == current)

    def _place_reason(self) -> None:
        """In a small window it takes the place of the reminder of the key, where it fits beside the title."""
        for widget in self._how:
            widget.setVisible(not self._compact)
        sides = self._column.contentsMargins().left() * 2
        taken = sides + self._title.sizeHint().width() + self._head.spacing() * 2
        if self._compact and taken + self.reason.sizeHint().width() <= self._room:
            self._head.addWidget(self.reason)
        elif self._about.indexOf(self.reason) < 0:
            self._about.insertWidget(0, self.reason)

    def _clicked(self, place: int, on: bool) -> None:
        self.ticks[place].setChecked(not on)  # it is marked when the log has it
        self.ticked.emit(place, on)

    def tick_next(self) -> None:
        """Tick the step whose turn it is."""
        place = next((i for i, tick in enumerate(self.ticks) if tick.current), None)
        if place is not None:
            self.ticked.emit(place, True)

    @property
    def done(self) -> int:
        return sum(tick.isChecked() for tick in self.ticks)
