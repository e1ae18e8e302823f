"""The questions about somebody's record: each opens its rows, and a manager records what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from assistant.measure import alarms, period
from assistant.measure.alarms import SAYINGS, Question
from assistant.store import access, replies
from assistant.store.database import Connection
from assistant.store.replies import Opening, Reply
from assistant.ui.emptying import empty
from assistant.ui.parts import Button, Elided, Text
from assistant.ui.team import record_words, words
from assistant.ui.team.picker import Picker
from assistant.ui.team.tabs import Asked
from assistant.ui.theme import Look

_MOST, _BAR = 300, 16


@dataclass(frozen=True, slots=True)
class Record:
    """What is asked and was answered about those whom the asker may see, and whether they may record."""

    questions: tuple[Question, ...] = ()
    replies: tuple[Reply, ...] = ()
    may_reply: bool = False

    def counts(self) -> Mapping[str, int]:
        """How many questions there are about each person."""
        return Counter(one.associate_id for one in self.questions)


def record_of(connection: Connection, asked: Asked) -> Record:
    """The tab's second question: what is worth asking in its period."""
    span, who = period.last_weeks(connection, asked.weeks), asked.seen_by
    if span is None:
        return Record()
    found = alarms.questions(connection, since=span[0], until=span[1], seen_by=who)
    all_of_them = who is None or access.sees_everybody(connection, who)
    told = replies.standing(connection, None if all_of_them else who)
    may = who is not None and access.may(access.role_of(connection, who), "replies")
    return Record(found, told, may)


def open_record(connection: Connection, about: str, who: str | None) -> tuple[Opening, ...]:
    """Write down who looks at somebody's record, and tell who did."""
    if who is not None:
        replies.note_opening(connection, about, who)
    return replies.openings(connection, about)


class RecordQuestions(QWidget):
    """One under the other: the question, its rows on demand, what happened; below, what was answered."""

    rows_wanted = Signal(object)  # a question, or None for the sales again
    replied = Signal(object, str)  # a question and what happened
    taken_back = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.pickers: list[Picker] = []
        self.openers: list[Button] = []
        self.backs: list[Button] = []
        self.sentences: list[Text] = []
        self._rows: list[QBoxLayout] = []
        self._shown: Question | None = None
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, look.px(8), 0)
        self._column.setSpacing(look.px(2))
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(2))
        layout.addWidget(Elided(look, "name", words.tr("Questions about the record")))
        layout.addWidget(self._scroll)

    def show_record(self, record: Record, about: str) -> None:
        """Show what is asked and was answered about somebody; nothing where there is neither."""
        asked = [one for one in record.questions if one.associate_id == about]
        told = [one for one in record.replies if one.about == about]
        empty(self._column)
        self.pickers, self.openers, self.backs, self.sentences, self._rows = [], [], [], [], []
        self._shown = None
        for one in asked:
            self._add_question(one, record.may_reply)
        for reply in told:
            self._add_reply(reply, record.may_reply)
        self._column.addStretch(1)
        for part in (*self.sentences, *self.openers, *self.pickers, *self.backs):
            part.show()  # what is not shown yet takes no room, and the room is shared out now
        self.setVisible(bool(asked or told))
        self._fit()

    def picked(self, n: int) -> None:
        """Say of how many of the rows in sight it is told what happened."""
        for picker, opener in zip(self.pickers, self.openers, strict=False):
            open_now = opener.property("shown") is True
            picker.say(record_words.what_happened(n if open_now else 0))
        self._fit()

    def _add_question(self, one: Question, may_reply: bool) -> None:
        self._add_text(record_words.question(one), "text")
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._rows.append(row)
        opener = Button(self._look, "", "quiet")
        opener.setProperty("shown", False)
        self._name(opener, one)
        opener.clicked.connect(partial(self._open, one, opener))
        row.addWidget(opener)
        row.addStretch(1)
        self.openers.append(opener)
        if may_reply:
            picker = Picker(self._look, record_words.what_happened(0))
            picker.set_choices([(said, record_words.saying(said)) for said in SAYINGS[one.kind]], None)
            picker.chosen.connect(partial(self._reply, one))
            row.addWidget(picker)
            self.pickers.append(picker)
        self._column.addLayout(row)

    def _add_reply(self, reply: Reply, may_reply: bool) -> None:
        self._add_text(record_words.replied(reply), "textSecondary")
        if may_reply:
            back = Button(self._look, words.tr("Take back"), "quiet")
            back.setAccessibleName(words.tr("Take back {name}").format(name=record_words.replied(reply)))
            back.clicked.connect(partial(self.taken_back.emit, reply.reply_id))
            self._column.addWidget(back)
            self.backs.append(back)

    def _add_text(self, said: str, token: str) -> None:
        text = Text(self._look, "label", said, token, weight=400)
        text.setWordWrap(True)
        self._column.addWidget(text)
        self.sentences.append(text)

    def _open(self, one: Question, opener: Button) -> None:
        """Show a question's rows, or the sales again."""
        shown = opener.property("shown") is not True
        for other in self.openers:
            other.setProperty("shown", other is opener and shown)
        self._name(opener, one)
        self._fit()
        self.rows_wanted.emit(one if shown else None)

    def _name(self, opener: Button, one: Question) -> None:
        shown = opener.property("shown") is True
        text = words.tr("See the sales") if shown else record_words.see_rows(one)
        opener.setText(text)
        opener.setAccessibleName(f"{text}. {record_words.question(one)}")
        opener.updateGeometry()

    def _reply(self, one: Question, said: object) -> None:
        self.replied.emit(one, str(said))

    def _fit(self) -> None:
        """Give every sentence its whole height, and the list no more room than it needs."""
        room = self.width() - self._look.px(8) - _BAR
        for text in self.sentences:
            text.setMinimumHeight(text.heightForWidth(room))
        for row in self._rows:
            across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
            parts = [part for n in range(row.count()) if (part := _widget(row, n)) is not None]
            row.setDirection(across if sum(part.sizeHint().width() for part in parts) < room else down)
        self._column.activate()
        needed = self._body.minimumSizeHint().height()
        self._scroll.setFixedHeight(min(self._look.px(_MOST), needed))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _widget(row: QBoxLayout, place: int) -> QWidget | None:
    item = row.itemAt(place)
    return item.widget() if item is not None else None
