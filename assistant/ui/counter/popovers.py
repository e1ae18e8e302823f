"""The two small questions below a row: why it was declined, and when to come back to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from assistant.records import DECLINE_REASONS, DeclineReason
from assistant.ui import dates, wording
from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.customer import Rule
from assistant.ui.counter.overlay import Popover
from assistant.ui.emptying import empty
from assistant.ui.parts import Text, fitted, keycap_width, paint_keycap
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

LATER_DAYS = (7, 14, 30)
DEFAULT_DAYS = 14


class Option(QAbstractButton):
    """One choice with its number; the one with the focus is tinted and ringed."""

    def __init__(self, look: Look, number: int, text: str, second: str = "") -> None:
        super().__init__()
        self._look, self._number, self._second = look, number, second
        self.marked = False
        self.setText(text)
        self.setAccessibleName(", ".join(word for word in (f"{number}", text, second) if word))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, second: str) -> None:
        """Another second word."""
        self._second = second
        self.setAccessibleName(f"{self._number}, {second}")
        self.update()

    def set_marked(self, marked: bool) -> None:
        """Whether it is the one that is chosen, wherever the focus is."""
        self.marked = marked
        self.update()

    def sizeHint(self) -> QSize:
        look = self._look
        width = QFontMetrics(look.font("body", weight=500)).horizontalAdvance(self.text())
        if self._second:
            width += QFontMetrics(look.font("label")).horizontalAdvance(self._second) + look.px(10)
        return QSize(width + look.px(62), look.px(tokens()["rowHeight"]["reasonOption"]))

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(round(whole.width() * 0.8), whole.height())  # the text is made smaller first

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()  # arrows and Enter are the popover's

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, on = self._look, QPainter(self), self.hasFocus() or self.marked
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = "accentSoft" if on else "hover" if self.underMouse() else "surface"
        painter.setBrush(look.color(fill))
        pen = 2 if on else 1
        painter.setPen(QPen(look.color("focus" if on else "border"), pen))
        radius = tokens()["radius"]["control"]
        half = pen / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)
        cap, width = look.px(tokens()["control"]["keycap"]), keycap_width(look, str(self._number))
        area = QRect(look.px(14), (self.height() - cap) // 2, width, cap)
        paint_keycap(painter, look, area, str(self._number))
        spot = self.rect().adjusted(area.right() + look.px(13), 0, 0, 0)
        beside = look.font("label", weight=400)
        taken = (
            QFontMetrics(beside).horizontalAdvance(self._second) + look.px(22) if self._second else look.px(4)
        )
        font = fitted(look.font("body", weight=500), self.text(), spot.width() - taken)
        painter.setFont(font)
        painter.setPen(look.color("text"))
        painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._second:
            x = spot.left() + QFontMetrics(font).horizontalAdvance(self.text()) + look.px(10)
            painter.setFont(look.font("label", weight=400))
            painter.setPen(look.color("textTertiary"))
            spot.setLeft(x)
            painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, self._second)


class Choosing(Popover):
    """A heading, numbered options in a grid moved through by arrows, and a foot."""

    columns = 2

    def __init__(self, look: Look, parent: QWidget, width: int, title: str) -> None:
        super().__init__(look, parent, width)
        self.options: list[Option] = []
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(Text(look, "name", title))
        self.bubble.setAccessibleName(title)
        self.grid = QGridLayout()
        self.grid.setSpacing(8)
        self.bubble.column.addLayout(self.head)
        self.bubble.column.addSpacing(2)
        self.bubble.column.addLayout(self.grid)
        self.bubble.column.addSpacing(12)
        self.foot = QHBoxLayout()
        self.cancel = KeyButton(look, tr("Cancel"), "Esc")
        self.cancel.clicked.connect(lambda _on: self.leave())

    def set_options(self, options: list[Option]) -> None:
        """Put these in place of those that were there."""
        empty(self.grid)
        self.options = options
        for place, option in enumerate(options):
            self.grid.addWidget(option, place // self.columns, place % self.columns)
            option.clicked.connect(lambda _on, place=place: self.chose(place))

    def chose(self, place: int) -> None:
        """An option was chosen, by its place."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            event.accept()
            return
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < len(self.options):
            event.accept()
            self.chose(number)
            return
        now = self.focusWidget()
        if isinstance(now, Option) and now in self.options:
            place = self.options.index(now)
            steps: dict[int, int] = {
                Qt.Key.Key_Left: -1,
                Qt.Key.Key_Right: 1,
                Qt.Key.Key_Up: -self.columns,
                Qt.Key.Key_Down: self.columns,
            }
            step = steps.get(event.key(), 0)
            if step and 0 <= place + step < len(self.options):
                self.options[place + step].setFocus(Qt.FocusReason.OtherFocusReason)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                event.accept()
                self.chose(place)
                return
        super().keyPressEvent(event)


class ReasonPopover(Choosing):
    """Six reasons for a no; D again gives none, Esc takes the decline back."""

    chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, tokens()["layout"]["reasonPopover"], tr("What was the reason?"))
        self.head.addWidget(Text(look, "body", tr("Optional"), "textTertiary"))
        self.head.addStretch(1)
        self.none = KeyButton(look, tr("No reason"), "D")
        self.none.clicked.connect(lambda _on: self.choose(None))
        self.head.addWidget(self.none)
        self.set_options([Option(look, n, wording.reason(r)) for n, r in enumerate(DECLINE_REASONS, 1)])
        self._what = Text(look, "label", token="textTertiary", weight=400)
        self._what.setWordWrap(True)
        self.bubble.column.addWidget(Rule(look))
        self.foot.addWidget(self._what, 1)
        self.foot.addWidget(self.cancel)
        self.bubble.column.addLayout(self.foot)

    def ask(self, what: str, point: QPoint, row: QRect, left: int, back_to: QWidget) -> None:
        """Ask below a row; `what` says what a decline does."""
        self._what.setText(what)
        self.point_at(point, row, left)
        self.come(back_to, self.options[0])

    def chose(self, place: int) -> None:
        self.choose(DECLINE_REASONS[place])

    def choose(self, reason: DeclineReason | None) -> None:
        """Go, and say which reason it was."""
        if self.isVisible():
            self.go()
            self.chosen.emit(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_D and not event.isAutoRepeat():
            event.accept()
            self.choose(None)
            return
        super().keyPressEvent(event)


class DayPopover(Choosing):
    """Another day for a "later": a week, two weeks, a month."""

    chosen = Signal(object)
    columns = 1

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, 320, tr("Come back to it in"))
        self._days: list[datetime] = []
        self.head.addStretch(1)
        self.head.addWidget(self.cancel)

    def ask(self, now: datetime, point: QPoint, row: QRect, left: int, back_to: QWidget) -> None:
        """Ask below a row, the days told from now."""
        self._days = [now + timedelta(days=days) for days in LATER_DAYS]
        words = (tr("1 week"), tr("2 weeks"), tr("1 month"))
        self.set_options(
            [
                Option(self._look, n, word, dates.day(day, now))
                for n, (word, day) in enumerate(zip(words, self._days, strict=True), 1)
            ]
        )
        self.point_at(point, row, left)
        self.come(back_to, self.options[LATER_DAYS.index(DEFAULT_DAYS)])

    def chose(self, place: int) -> None:
        self.go()
        self.chosen.emit(self._days[place])
