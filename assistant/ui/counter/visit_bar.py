"""The bar at the bottom: what this visit has come to so far, and the one way to finish it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from assistant.ui import dates, wording
from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.rows import Rows
from assistant.ui.parts import Button, Text
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr


class Count(QWidget):
    """An icon and how many; gone while there are none."""

    def __init__(self, look: Look, icon: str, icon_token: str, token: str) -> None:
        super().__init__()
        self._look, self._icon, self._icon_token = look, icon, icon_token
        self._picture = QLabel()
        self._text = Text(look, "body", token=token, weight=500)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 0)
        row.setSpacing(6)
        row.addWidget(self._picture)
        row.addWidget(self._text)
        look.changed.connect(self._draw)
        self._draw()

    def show_count(self, n: int, words: str) -> None:
        """Say how many."""
        self.setVisible(n > 0)
        self._text.setText(words.format(n=wording.number(n)))

    def _draw(self) -> None:
        self._picture.setPixmap(self._look.pixmap(self._icon, self._icon_token, 18))


class VisitBar(QWidget):
    """Counts live; F9 finishes."""

    finish_asked = Signal()
    keys_asked = Signal()
    park_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = Text(look, "body", tr("This visit"), weight=600)
        self._accepted = Count(look, "circle-check", "acceptedText", "acceptedText")
        self._declined = Count(look, "minus", "declinedText", "declinedText")
        self._later = Count(look, "clock", "later", "laterText")
        self._line = QWidget()
        self._line.setFixedSize(1, 24)
        self._money = Text(look, "name", tabular=True)
        self._minutes = Text(look, "label", token="textTertiary", weight=400)
        self.park = KeyButton(look, tr("Park"), "P")
        self.park.setAccessibleDescription(tr("Puts this visit aside, to come back to it"))
        self.keys = KeyButton(look, tr("All keys"), "?")
        self.finish = Button(look, tr("Finish visit"), "primary", key="F9")
        row = QHBoxLayout(self)
        row.setSpacing(0)
        row.addWidget(self._title)
        row.addSpacing(18)
        for count in (self._accepted, self._declined, self._later):
            row.addWidget(count)
        row.addWidget(self._line)
        row.addSpacing(16)
        row.addWidget(self._money)
        row.addSpacing(16)
        row.addWidget(self._minutes)
        row.addStretch(1)
        row.addWidget(self.park)
        row.addSpacing(14)
        row.addWidget(self.keys)
        row.addSpacing(14)
        row.addWidget(self.finish)
        self._row = row
        self.finish.clicked.connect(lambda _on: self.finish_asked.emit())
        self.park.clicked.connect(lambda _on: self.park_asked.emit())
        self.keys.clicked.connect(lambda _on: self.keys_asked.emit())
        look.changed.connect(self._fit)
        self.setAccessibleName(tr("This visit"))
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Fit to the page's padding."""
        layout = tokens()["layout"]
        self.padding = layout["compact"]["pagePadding"] if compact else layout["pagePadding"]
        self._fit()

    def _fit(self) -> None:
        self._row.setContentsMargins(self.padding, 1, self.padding, 0)
        self.setFixedHeight(max(tokens()["layout"]["visitBar"], self._look.px(44) + 8))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where not everything fits, the reminder of the keys gives way; ? shows them all the same."""
        keys = self.keys.sizeHint().width()
        others = self._row.sizeHint().width() - (keys if self.keys.isVisibleTo(self) else 0)
        self.keys.setVisible(others + keys <= self.width())

    def show_visit(self, rows: Rows, currency: str | None, since: datetime | None, now: datetime) -> None:
        """Count what was answered."""
        self._accepted.show_count(rows.count("accepted"), tr("{n} accepted"))
        self._declined.show_count(rows.count("declined"), tr("{n} declined"))
        self._later.show_count(rows.count("later"), tr("{n} later"))
        answered = rows.rowCount() - rows.pending
        self._line.setVisible(answered > 0)
        self._money.setText(plus(rows, currency))
        self._money.setVisible(bool(self._money.text()))
        self._minutes.setText(dates.minutes(since, now) if since else "")
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("surface"))
        painter.fillRect(0, 0, self.width(), 1, self._look.color("border"))
        if self._line.isVisible():
            painter.fillRect(self._line.geometry(), self._look.color("border"))


def plus(rows: Rows, currency: str | None) -> str:
    """What was accepted, in money: `+£34.90`; nothing where nothing was or no price is known."""
    amount = rows.accepted_money
    if not rows.count("accepted") or amount is None:
        return ""
    known = (row.suggestion.product.currency for row in rows.rows if row.suggestion.product.currency)
    return f"+{wording.money(amount, currency or next(known, None))}"
