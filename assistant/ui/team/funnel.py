"""The Funnel tab: is a difference between people more than chance? The chart, and the same in a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.errors import AccessError, KnownError
from assistant.measure import alarms, export, funnel_file, period
from assistant.measure.alarms import Question, Row
from assistant.measure.comparing import fair
from assistant.measure.fairness import Compared, Fairness
from assistant.measure.funnel_file import About
from assistant.store import access, counting, replies
from assistant.store.access import Permit
from assistant.store.database import Connection
from assistant.store.replies import Opening
from assistant.ui.charts.funnel import FunnelChart
from assistant.ui.parts import Panel, Text
from assistant.ui.permits import Permits
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import record_words, words
from assistant.ui.team.funnel_key import FunnelKey
from assistant.ui.team.funnel_side import FunnelSide
from assistant.ui.team.funnel_table import FunnelTable
from assistant.ui.team.funnel_words import about_words, spoken, under_table, under_title
from assistant.ui.team.panels import Empty
from assistant.ui.team.printing import Printing
from assistant.ui.team.record import Record, open_record, record_of
from assistant.ui.team.tabs import Asked, TabPage
from assistant.ui.theme import Look


def compared(connection: Connection, asked: Asked) -> Fairness | None:
    """The tab's question: everybody whom the asker may see beside the limits of chance."""
    span = period.last_weeks(connection, asked.weeks)
    if span is None:
        return None
    return fair(connection, since=span[0], until=span[1], store_id=asked.store_id, seen_by=asked.seen_by)


def about_of(connection: Connection, asked: Asked) -> About | None:
    """Which days and store a comparison is of, and up to when its data is complete."""
    span = period.last_weeks(connection, asked.weeks)
    if span is None:
        return None
    first, after = (period.local_day(connection, at) for at in span)
    return About(first, after - timedelta(days=1), asked.store_id, counting.complete_to(connection))


def write_compared(connection: Connection, path: Path, asked: Asked, kind: str = "csv") -> Path:
    """The comparison in a file, with limits, filters and definitions. Raises AccessError but for managers."""
    if asked.seen_by is not None and not access.sees_everybody(connection, asked.seen_by):
        raise AccessError(words.tr("Everybody's figures are exported by a manager."))
    about, found = about_of(connection, asked), compared(connection, asked)
    if about is None or found is None or found.team_only:
        raise KnownError(words.tr("There is nothing to export yet."))
    if kind == "pdf":
        from assistant.ui.team.funnel_paper import printed

        export.write_whole(path, printed(found, about))
    elif kind == "xlsx":
        export.write_whole(path, funnel_file.workbook(found, about))
    else:
        export.write_whole(path, funnel_file.csv_text(found, about))
    return path


class FunnelTab(TabPage):
    """Asks for the comparison and shows it; a person's panel opens at the right."""

    formats = ("csv", "xlsx", "pdf")
    file_name = "funnel"

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions = look, questions
        self._found: Fairness | None = None
        self._asked: Asked | None = None
        self._record = Record()
        self._current: str | None = None
        self._opener: QWidget | None = None
        self.chart, self.table = FunnelChart(look), FunnelTable(look)
        self.panel = FunnelSide(look, questions)
        self.side = self.panel
        self._permits = Permits(look, questions, session, self)
        self._permits.refused.connect(self._not_recorded)
        self._permits.left.connect(self._not_recorded)
        self.empty = Empty(look)
        self._under = Text(look, "label", "", "textSecondary", weight=400)
        self._foot = Text(look, "label", "", "textSecondary", weight=400)
        for text in (self._under, self._foot):
            text.setWordWrap(True)
        self.stack = QStackedWidget()
        for widget in (self._made(), self.empty, QWidget()):
            self.stack.addWidget(widget)
        self.stack.setCurrentIndex(2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)
        for part in (self.chart, self.table):
            part.opened.connect(partial(self.open_person, opener=part))
        self.chart.chosen.connect(self._choose)
        self.table.moved.connect(self._choose)
        self.panel.closed.connect(self.close_person)
        self.panel.replied.connect(self._reply)
        self.panel.taken_back.connect(self._take_back)
        self.panel.talk_wanted.connect(self._ask_about)
        self.printing = Printing(look, questions, self)
        self.printing.said.connect(self.said)

    def _made(self) -> QWidget:
        look = self._look
        above, below, whole = Panel(), Panel(), QWidget()
        self._head = head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(look.px(2))
        self._titles = (Text(look, "name", words.tr("Is a difference more than chance?")), FunnelKey(look))
        head.addWidget(self._titles[0], 1)
        head.addWidget(self._titles[1])
        chart = QVBoxLayout(above)
        chart.setContentsMargins(look.px(16), look.px(12), look.px(12), look.px(8))
        chart.setSpacing(look.px(2))
        chart.addLayout(head)
        chart.addWidget(self._under)
        chart.addWidget(self.chart, 1)
        table = QVBoxLayout(below)
        table.setContentsMargins(1, 1, 1, look.px(6))
        table.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(look.px(16), 0, look.px(16), 0)
        foot.addWidget(self._foot)
        table.addLayout(foot)
        both = QVBoxLayout(whole)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(look.px(12))
        both.addWidget(above, 53)
        both.addWidget(below, 47)
        return whole

    def show_asked(self, asked: Asked) -> None:
        self._asked = asked
        self._questions.ask(
            partial(compared, asked=asked), self._show, key="team funnel", failed=self._trouble
        )

    def export(self, asked: Asked, path: Path, kind: str) -> Callable[[Connection], Path]:
        return partial(write_compared, path=path, asked=asked, kind=kind)

    def arrange(self, narrow: bool) -> None:
        self.panel.arrange(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The key goes under the title where both do not fit into one line."""
        super().resizeEvent(event)
        fits = sum(part.sizeHint().width() for part in self._titles) + self._look.px(48) <= self.width()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._head.setDirection(across if fits else down)

    def open_person(self, associate_id: str, opener: QWidget | None = None) -> None:
        """Show somebody's panel; the focus comes back to who opened it."""
        self._opener = opener
        self._choose(associate_id)
        self.panel.show()
        self._fill()

    def close_person(self) -> None:
        """Close the panel."""
        self.panel.hide()
        if self._opener is not None:
            self._opener.setFocus()

    def _choose(self, associate_id: str | None) -> None:
        self._current = associate_id
        self.chart.choose(associate_id)
        self.table.choose(associate_id)
        if self.panel.isVisible():
            self._fill()

    def _person(self) -> Compared | None:
        people = self._found.people if self._found is not None else ()
        return next((one for one in people if one.associate_id == self._current), None)

    def _fill(self) -> None:
        one = self._person()
        if one is None or self._found is None or self._asked is None:
            self.panel.hide()
            return
        self.panel.show_person(one, self._found, self._asked)
        self.panel.show_record(self._record, one.associate_id)
        job = partial(open_record, about=one.associate_id, who=self._asked.seen_by)
        self._questions.ask(job, self._show_openings, key="team openings", failed=self._refuse)

    def _show_openings(self, found: tuple[Opening, ...]) -> None:
        self.panel.show_openings(record_words.opened(found))

    def _ask_record(self) -> None:
        assert self._asked is not None  # noqa: S101
        job = partial(record_of, asked=self._asked)
        self._questions.ask(job, self._show_record, key="team record", failed=self._refuse)

    def _show_record(self, record: Record) -> None:
        self._record = record
        self.table.people.show_questions(record.counts())
        if self.panel.isVisible() and self._current is not None:
            self.panel.show_record(record, self._current)

    def _reply(self, one: Question, said: str, rows: tuple[Row, ...]) -> None:
        def job(connection: Connection, permit: Permit | None) -> str:
            return alarms.reply(connection, one, said, permit, rows=rows)

        self._permits.permitted("replies", job, self._replied)

    def _take_back(self, reply_id: str) -> None:
        def job(connection: Connection, permit: Permit | None) -> None:
            replies.take_back(connection, reply_id, permit)

        self._permits.permitted("replies", job, self._replied)

    def _replied(self, _done: object) -> None:
        self.said.emit(words.tr("Saved with your name"))
        self._ask_record()

    def _ask_about(self) -> None:
        """Offer the sheet of whom the panel shows, with the period that it is of."""
        if self._asked is not None:
            job = partial(about_of, asked=self._asked)
            self._questions.ask(job, self._offer_talk, key="team talk", failed=self._refuse)

    def _offer_talk(self, about: About | None) -> None:
        one = self._person()
        if one is None or self._found is None or about is None or not self.panel.isVisible():
            return
        from assistant.ui.team.talk_paper import printable

        sheet = printable(one, self._found, self._record, about_words(about))
        self.printing.offer(sheet, self.panel.talk)

    def _not_recorded(self, sentence: str = "") -> None:
        """What was chosen was not recorded, and must not look as if it were."""
        self._show_record(self._record)
        if sentence:
            self.said.emit(sentence)

    def _refuse(self, problem: KnownError) -> None:
        self.said.emit(str(problem))

    def _show(self, found: Fairness | None) -> None:
        self._found = found
        if found is None:
            self._say(words.tr("No sales yet"), words.tr("The comparison comes from paid orders."))
            return
        if found.team_only or not found.funnel:
            rate = words.percent(found.team_rate)
            told = words.tr("A team this small is shown as a whole: {rate} of {n} sales with an add-on.")
            text = told.format(rate=rate, n=words.decimal(found.sales, 0))
            self._say(words.tr("Too few people to compare"), text)
            return
        self._under.setText(under_title(found))
        self._foot.setText(under_table(found))
        self.chart.show_funnel(found, [spoken(one) for one in found.people])
        self.table.people.show_people(found)
        self._choose(self._current if self._person() is not None else None)
        self.stack.setCurrentIndex(0)
        self._ask_record()

    def _say(self, title: str, what: str) -> None:
        self.panel.hide()
        self.empty.say(title, what)
        self.stack.setCurrentIndex(1)

    def _trouble(self, problem: KnownError) -> None:
        self._say(words.tr("The figures cannot be read"), str(problem))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.panel.isVisible():
            self.close_person()
        else:
            super().keyPressEvent(event)
