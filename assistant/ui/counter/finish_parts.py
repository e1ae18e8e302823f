"""The pieces of the finish sheet: its ground, a row, a mark from one to five, and the note."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.ui import dates, wording
from assistant.ui.counter.rows import Row, spoken_state
from assistant.ui.parts import Elided, Text, fitted
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_STATES = {
    "accepted": ("circle-check", "acceptedText", "acceptedText"),
    "declined": ("minus", "declinedText", "textTertiary"),
    "later": ("clock", "later", "laterText"),
    "pending": ("minus", "segmentOff", "textTertiary"),
}


class Score(QAbstractButton):
    """One of five marks; chosen once at most, and again to take it back."""

    def __init__(self, look: Look, number: int, word: str) -> None:
        super().__init__()
        self._look, self._word = look, word
        self.setText(str(number))
        self.setCheckable(True)
        self.setAccessibleName(f"{number}, {word}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(64), self._look.px(64))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, on = self._look, QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = 2 if on or self.hasFocus() else 1
        painter.setBrush(look.color("accentSoft" if on else "hover" if self.underMouse() else "surface"))
        edge = "accent" if on else "focus" if self.hasFocus() else "borderStrong"
        painter.setPen(QPen(look.color(edge), pen))
        radius = tokens()["radius"]["control"]
        area = QRectF(self.rect()).adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2)
        painter.drawRoundedRect(area, radius, radius)
        painter.setPen(look.color("accentText" if on else "text"))
        painter.setFont(look.font("name"))
        upper = self.rect().adjusted(0, look.px(10), 0, -self.height() // 2 + look.px(2))
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, self.text())
        lower = self.rect().adjusted(2, self.height() // 2 - look.px(4), -2, -look.px(4))
        longest = max(self._word.split(), key=len)
        painter.setFont(fitted(look.font("caption"), longest, lower.width()))
        painter.setPen(look.color("accentText" if on else "textTertiary"))
        centred = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(lower, centred, self._word)


class Question(Text):
    """A heading as wide as its words; where something beside it needs the room, in more lines."""

    def __init__(self, look: Look, role: str) -> None:
        super().__init__(look, role)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(width, self.fontMetrics().height())


class Note(QPlainTextEdit):
    """The note's field: Tab leaves it, Esc and F9 are the sheet's."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Sheet(QWidget):
    """The sheet's ground: flat, a hairline at its left."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(tr("Finish visit"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("surface"))
        painter.fillRect(0, 0, 1, self.height(), self._look.color("borderStrong"))


class Fitting(QScrollArea):
    """Scrolls only what does not fit."""

    def sizeHint(self) -> QSize:
        inside = self.widget()
        return inside.sizeHint() if inside is not None else super().sizeHint()


def said_of(row: Row, now: datetime) -> str:
    """What came of a suggestion, as the sheet tells it."""
    if row.pending:
        return tr("Not offered")
    if row.state == "later" and row.until is not None:
        return tr("Later, follow up on {day}").format(day=dates.day(row.until, now))
    return spoken_state(row, now).rstrip(".")


class SheetRow(QWidget):
    """One suggestion and what was said to it."""

    def __init__(self, look: Look, row: Row, now: datetime) -> None:
        super().__init__()
        icon, icon_token, token = _STATES[row.state]
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 9, 0, 9)
        line.setSpacing(12)
        picture = QLabel()
        picture.setPixmap(look.pixmap(icon, icon_token, 20))
        line.addWidget(picture)
        words = QVBoxLayout()
        words.setSpacing(0)
        product = row.suggestion.product
        words.addWidget(Elided(look, "body", product.name, weight=500))
        words.addWidget(Text(look, "label", said_of(row, now), token, weight=400))
        line.addLayout(words, 1)
        price = wording.bare_money(product.price, product.currency)
        line.addWidget(Text(look, "body", price, "textSecondary", tabular=True))
