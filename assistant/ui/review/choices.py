"""What a follow-up is promised with: the day, the way, and what to ask then."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QMenu,
    QPlainTextEdit,
    QSizePolicy,
)

from assistant.records import Channel, DayPart
from assistant.ui.parts import fitted
from assistant.ui.review import words
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

Way = tuple[Channel, DayPart | None]
WAYS: tuple[Way, ...] = (
    ("call", None),
    ("call", "mornings"),
    ("call", "afternoons"),
    ("call", "evenings"),
    ("email", None),
    ("visit", None),
)
_ICONS = {"call": "phone", "email": "mail", "visit": "store"}


class DayChoice(QAbstractButton):
    """One day to come back on: a word and the date under it."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        self._look, self._second = look, ""
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, second: str) -> None:
        """The date."""
        self._second = second
        self.setAccessibleName(f"{self.text()}, {second}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(80), self._look.px(52))

    def minimumSizeHint(self) -> QSize:
        wide = QFontMetrics(self._look.font("body", weight=600)).horizontalAdvance(self.text())
        least = round(0.8 * wide) + self._look.px(8)  # the words are made smaller first
        return QSize(max(self._look.px(60), least), self._look.px(52))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()  # arrows and Enter are the panel's

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, on = self._look, QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = 2 if on or self.hasFocus() else 1
        painter.setPen(QPen(look.color("accent" if on or self.hasFocus() else "borderStrong"), pen))
        painter.setBrush(look.color("accentSoft" if on else "hover" if self.underMouse() else "surface"))
        radius = tokens()["radius"]["control"]
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2), radius, radius
        )
        for text, font, token, top in (
            (self.text(), look.font("body", weight=600), "text", look.px(8)),
            (self._second, look.font("label", weight=400), "textTertiary", look.px(27)),
        ):
            area = self.rect().adjusted(2, top, -2, 0)
            painter.setFont(fitted(font, text, area.width()))
            painter.setPen(look.color(token))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), text)


class WayChoice(QAbstractButton):
    """How the customer is reached; a click or Down opens the choice."""

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.ways: tuple[Way, ...] = WAYS
        self.way: Way = WAYS[0]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _on: self._choose())

    def show_ways(self, ways: tuple[Way, ...], way: Way) -> None:
        """Offer these."""
        self.ways = ways
        self.set_way(way)

    def set_way(self, way: Way) -> None:
        """This one."""
        self.way = way
        self.setText(words.channel(*way))
        self.setAccessibleName(tr("How: {way}").format(way=self.text()))
        self.update()

    def step(self, by: int) -> None:
        """The next or the one before."""
        self.set_way(self.ways[(self.ways.index(self.way) + by) % len(self.ways)])

    def _choose(self) -> None:
        menu = QMenu(self)
        for way in self.ways:
            menu.addAction(words.channel(*way)).triggered.connect(partial(self.set_way, way))
        menu.exec(self.mapToGlobal(self.rect().bottomLeft()))
        menu.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, self._look.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, px, painter, focus = self._look, self._look.px, QPainter(self), self.hasFocus()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = 2 if focus else 1
        painter.setPen(QPen(look.color("focus" if focus else "borderStrong"), pen))
        painter.setBrush(look.color("hover" if self.underMouse() else "surface"))
        radius = tokens()["radius"]["control"]
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2), radius, radius
        )
        top = (self.height() - px(18)) // 2
        painter.drawPixmap(px(12), top, look.pixmap(_ICONS[self.way[0]], "text", 18))
        painter.drawPixmap(self.width() - px(30), top, look.pixmap("chevron-down", "text", 18))
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text"))
        area = self.rect().adjusted(px(38), 0, -px(36), 0)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self.text())


class Ask(QPlainTextEdit):
    """What to ask: Tab leaves the field, Ctrl+Enter saves."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("What to ask then"))
        self.setPlaceholderText(tr("What to ask then"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (enter and event.modifiers()):
            event.ignore()
        else:
            super().keyPressEvent(event)
