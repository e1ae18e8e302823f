"""The Funnel's panel at the right: one person's four rates, what they mean, and the sales behind them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from assistant.measure.alarms import Question
from assistant.measure.fairness import Compared, Fairness
from assistant.ui.parts import Button, Elided, Text
from assistant.ui.questions import Questions
from assistant.ui.team import record_words, words
from assistant.ui.team.behind import BehindList, Wanted
from assistant.ui.team.funnel_words import base, in_words, sentence
from assistant.ui.team.record import Record, RecordQuestions
from assistant.ui.team.tabs import Asked
from assistant.ui.theme import Look
from assistant.ui.wording import initials

_WIDTH, _WIDTH_COMPACT = 416, 352


class RateBars(QWidget):
    """Rate, expected, adjusted and steadied under one another on one scale."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rates: tuple[tuple[str, float, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_rates(self, one: Compared) -> None:
        """Show another person's."""
        self._rates = (
            (words.tr("Rate"), one.rate, "chartNeutral"),
            (words.tr("Expected"), one.expected, "chartNeutral"),
            (words.tr("Adjusted"), one.adjusted, "chartLine"),
            (words.tr("Steadied"), one.steadied, "chartLine"),
        )
        self.setAccessibleName(words.tr("Rates of {name}").format(name=one.name))
        self.setAccessibleDescription("; ".join(f"{text} {words.percent(x)}" for text, x, _ in self._rates))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(300), self._look.px(24) * 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max([x for _, x, _ in self._rates] + [1e-9]) * 1.25
        start, room = look.px(98), self.width() - look.px(98 + 64)
        for place, (text, rate, token) in enumerate(self._rates):
            row = QRectF(0, look.px(24) * place, self.width(), look.px(24))
            weight = 600 if place == len(self._rates) - 1 else 400
            painter.setFont(look.font("label", tabular=True, weight=weight))
            painter.setPen(look.color("text" if weight > 400 else "textSecondary"))
            painter.drawText(row, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
            painter.setFont(look.font("label", tabular=True, weight=600))
            painter.setPen(look.color("text"))
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(row, right, words.decimal(100 * rate))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(token))
            bar = QRectF(start, row.center().y() - look.px(4), max(2.0, room * rate / most), look.px(8))
            painter.drawRoundedRect(bar, 3, 3)


class _Avatar(QWidget):
    """Somebody's initials on a disc."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.name = look, ""
        self.setFixedSize(look.px(40), look.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("accent"))
        half = self.width() / 2
        painter.drawEllipse(QPointF(half, half), half, half)
        painter.setPen(self._look.color("onAccent"))
        painter.setFont(self._look.font("label", weight=600))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), initials(self.name))


class FunnelSide(QFrame):
    """One person's panel; Esc closes it."""

    closed = Signal()
    replied = Signal(object, str, object)  # a question, what happened, and with which of its rows (none: all)
    taken_back = Signal(str)
    talk_wanted = Signal()

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._sales = ""
        self._avatar = _Avatar(look)
        self.name = Elided(look, "title")
        self._place = Text(look, "label", "", "textSecondary", weight=400)
        self._place.setWordWrap(True)
        close = Button(look, words.tr("Close"), "quiet", key="Esc")
        close.clicked.connect(self.closed)
        self._bars = RateBars(look)
        self.sentence = Text(look, "label", "", "text", weight=400)
        self.sentence.setWordWrap(True)
        self._base = Text(look, "label", "", "textSecondary", weight=400)
        self.rows = BehindList(look, questions)
        self.rows.said.connect(self._base.setText)
        self.questions = RecordQuestions(look)
        self.questions.rows_wanted.connect(self._show_asked)
        self.questions.replied.connect(self._reply)
        self.questions.taken_back.connect(self.taken_back)
        self.rows.list.itemSelectionChanged.connect(self._count_picked)
        self._open_question: Question | None = None
        self._wanted: tuple[Wanted, Asked] | None = None
        self._seen = Text(look, "caption", "", "textSecondary", weight=400)
        self._seen.setWordWrap(True)
        self.talk = Button(look, words.tr("Print for a talk"), "quiet")
        self.talk.clicked.connect(lambda _on: self.talk_wanted.emit())
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.name)
        names.addWidget(self._place)
        head = QHBoxLayout()
        head.setSpacing(look.px(12))
        head.addWidget(self._avatar)
        head.addLayout(names, 1)
        head.addWidget(close)
        behind = QVBoxLayout()
        behind.setSpacing(0)
        self._title = Elided(look, "name", words.tr("Sales behind the figure"))
        behind.addWidget(self._title)
        behind.addWidget(self._base)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(24), look.px(16), look.px(24), look.px(16))
        layout.setSpacing(look.px(10))
        layout.addLayout(head)
        layout.addWidget(self._bars)
        layout.addWidget(self.sentence)
        layout.addWidget(self.questions)
        layout.addSpacing(look.px(4))
        layout.addLayout(behind)
        layout.addWidget(self.rows, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._seen, 1)
        foot.addWidget(self.talk)
        layout.addLayout(foot)

    def show_person(self, one: Compared, found: Fairness, asked: Asked) -> None:
        """Show somebody, their newest sales under their rates."""
        self.setAccessibleName(one.name)
        self._avatar.name = one.name
        self._avatar.update()
        self.name.setText(one.name)
        self._place.setText(in_words(one))
        self._bars.show_rates(one)
        self.sentence.setText(sentence(one, found))
        self._sales = base(one)
        self._seen.setText(words.tr("{name} sees the same figures.").format(name=one.name))
        self._wanted = Wanted("offered_attachment", one.associate_id, one.name, ""), asked
        self._show_asked(None)

    def show_record(self, record: Record, about: str) -> None:
        """Show what is asked and was answered about them."""
        self.questions.show_record(record, about)
        if self._open_question is not None:
            self._show_asked(None)

    def show_openings(self, said: str) -> None:
        """Say who looked at them."""
        self._seen.setText(f"{self._seen.text()} {said}".strip())

    def _show_asked(self, one: Question | None) -> None:
        """A question's rows, or the sales."""
        self._open_question = one
        if one is not None:
            self._title.setText(words.tr("Rows behind the question"))
            self._base.setText(words.tr("Pick some of them, or answer for all."))
            self.rows.show_asked(one.rows, record_words.question(one))
        elif self._wanted is not None:
            self._title.setText(words.tr("Sales behind the figure"))
            self._base.setText(self._sales)
            self.rows.show_behind(*self._wanted, takes_focus=False)

    def _count_picked(self) -> None:
        self.questions.picked(len(self.rows.picked) if self._open_question is not None else 0)

    def _reply(self, one: Question, said: str) -> None:
        picked = self.rows.picked if one == self._open_question else ()
        self.replied.emit(one, said, tuple(one.rows[place] for place in picked))

    def arrange(self, narrow: bool) -> None:
        """Narrower in a compact window."""
        self.setFixedWidth(self._look.px(_WIDTH_COMPACT if narrow else _WIDTH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("surface"))
        painter.setPen(QPen(self._look.color("border"), 1))
        painter.drawLine(0, 0, 0, self.height())
