"""The finish sheet: what was said to each suggestion, how happy the customer was, a note for next time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.ui import wording
from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.customer import Rule
from assistant.ui.counter.finish_parts import Fitting, Note, Question, Score, Sheet, SheetRow
from assistant.ui.counter.overlay import Overlay
from assistant.ui.counter.rows import Row, Rows
from assistant.ui.counter.visit_bar import plus
from assistant.ui.emptying import empty
from assistant.ui.parts import Button, Elided, KeyCap, Text
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr


class FinishSheet(Overlay):
    """Docks at the right; its Finish lies over the bar's, so that F9 F9 finishes."""

    finished = Signal(object, str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, scrim=True)
        self.sheet = Sheet(look, self)
        self._who = Elided(look, "body", token="textSecondary")
        self._ask = Question(look, "name")
        self._money = Text(look, "name", tabular=True)
        self._count = Text(look, "label", token="textTertiary", weight=400)
        self._count.setWordWrap(True)
        words = (tr("Very poor"), tr("Poor"), tr("Fine"), tr("Good"), tr("Very good"))
        self.scores = [Score(look, n, word) for n, word in enumerate(words, 1)]
        self.note = Note()
        self.back = KeyButton(look, tr("Back"), "Esc")
        self.skip = KeyButton(look, tr("Skip"), "0")
        self.finish = Button(look, tr("Finish"), "primary", key="F9", parent=self.sheet)
        self._list = QWidget()
        self._build()
        self.back.clicked.connect(lambda _on: self.leave())
        self.skip.clicked.connect(lambda _on: self.score(None))
        self.finish.clicked.connect(lambda _on: self.confirm())
        for score in self.scores:
            score.clicked.connect(lambda _on, one=score: self._only(one if one.isChecked() else None))

    def _build(self) -> None:
        look = self._look
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(24, 8, 24, 8)
        self._rows.setSpacing(0)
        scroll = self._scroll = Fitting()
        scroll.setWidget(self._list)
        scroll.setWidgetResizable(True)
        scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self.sheet)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(Rule(look))
        column.addWidget(scroll)
        column.addWidget(Rule(look))
        column.addWidget(self._asking())
        column.addStretch(1)
        column.addLayout(self._promise())
        column.addWidget(Rule(look))
        self._foot = QWidget()
        foot = self._foot_line = QHBoxLayout(self._foot)
        foot.setSpacing(12)
        foot.addWidget(self._money)
        foot.addWidget(self._count, 1)
        column.addWidget(self._foot)

    def _head(self) -> QWidget:
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(24, 14, 24, 14)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.addWidget(Text(self._look, "title", tr("Finish visit")), 1)
        line.addWidget(self.back)
        column.addLayout(line)
        column.addWidget(self._who)
        return head

    def _asking(self) -> QWidget:
        look, part = self._look, QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(24, 8, 24, 12)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._ask)
        line.addWidget(Text(look, "body", tr("Optional"), "textTertiary"))
        line.addStretch(1)
        line.addWidget(self.skip)
        column.addLayout(line)
        hint = tr("Ask, or leave it empty. Please do not guess.")
        asked = Text(look, "label", hint, "textSecondary", weight=400)
        asked.setWordWrap(True)
        column.addWidget(asked)
        column.addSpacing(4)
        marks = QHBoxLayout()
        marks.setSpacing(6)
        for score in self.scores:
            marks.addWidget(score)
        column.addLayout(marks)
        column.addSpacing(12)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(Text(look, "name", tr("Note for next time")))
        title.addWidget(Text(look, "body", tr("Optional"), "textTertiary"))
        title.addStretch(1)
        title.addWidget(KeyCap(look, "N"))
        column.addLayout(title)
        self.note.setAccessibleName(tr("Note for next time"))
        self.note.setFixedHeight(look.px(64))
        column.addWidget(self.note)
        return part

    def _promise(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(24, 8, 24, 12)
        line.setSpacing(8)
        self._receipt = QLabel()
        self._draw()
        self._look.changed.connect(self._draw)
        words = tr("Accepted items count once they are on the receipt.")
        line.addWidget(self._receipt)
        promise = Text(self._look, "label", words, "textSecondary", weight=400)
        promise.setWordWrap(True)
        line.addWidget(promise, 1)
        return line

    def _draw(self) -> None:
        self._receipt.setPixmap(self._look.pixmap("receipt", "textSecondary", 18))

    def body(self) -> QWidget:
        return self.sheet

    def open(
        self, rows: Rows, who: str, name: str, currency: str | None, now: datetime, button: Button
    ) -> None:
        """Show what the visit came to; `button` is the one that this sheet's Finish lies over."""
        self._who.setText(who)
        self._ask.setText(
            tr("How happy was {name}?").format(name=name) if name else tr("How happy was the customer?")
        )
        self._only(None)
        self.note.clear()
        self._money.setText(plus(rows, currency))
        self._count.setText(
            wording.counted(rows.count("accepted"), tr("from 1 accepted"), tr("from {n} accepted"))
        )
        self._show_rows(rows.rows, now)
        self._button = button
        self.come(button, self.finish)

    def _show_rows(self, rows: Sequence[Row], now: datetime) -> None:
        empty(self._rows)
        for row in rows:
            self._rows.addWidget(SheetRow(self._look, row, now))
        self._rows.activate()
        self._scroll.updateGeometry()

    def arrange(self) -> None:
        """The whole height at the right; Finish exactly over the bar's button."""
        width = min(self._look.px(tokens()["layout"]["finishSheet"]), self.width())
        self.sheet.setGeometry(self.width() - width, 0, width, self.height())
        at = self._button.mapTo(self._page, QPoint(0, 0)) - self.sheet.pos()
        self.finish.setFixedSize(self._button.size())
        self.finish.move(at)
        self.finish.raise_()
        self._foot.setFixedHeight(self.height() - at.y() + 6)
        self._foot_line.setContentsMargins(24, 0, width - at.x() + 12, 0)  # what was counted ends before it

    def score(self, number: int | None) -> None:
        """Choose a mark, or none."""
        self._only(self.scores[number - 1] if number else None)

    @property
    def satisfaction(self) -> int | None:
        return next((n for n, score in enumerate(self.scores, 1) if score.isChecked()), None)

    def confirm(self) -> None:
        """Finish the visit with what was filled in."""
        if self.isVisible():
            self.go()
            self.finished.emit(self.satisfaction, self.note.toPlainText().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - Qt.Key.Key_0
        if 0 <= number <= len(self.scores) and not event.isAutoRepeat():
            event.accept()
            self.score(number or None)
        elif event.key() == Qt.Key.Key_N:
            event.accept()
            self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)

    def _only(self, one: Score | None) -> None:
        for score in self.scores:
            score.setChecked(score is one)
