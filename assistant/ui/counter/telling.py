"""Telling what became of a veto or a proposal, and that Z takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from assistant.ui.counter import told
from assistant.ui.counter.curating import LastWord

if TYPE_CHECKING:
    from assistant.ui.counter.page import CounterPage


class Telling(QObject):
    """Says it in the heading's place and to screen readers; a vetoed row goes, and comes back selected."""

    def __init__(self, page: CounterPage) -> None:
        super().__init__(page)
        self._page, self._desk = page, page.desk
        self._desk.word_said.connect(self._said)
        self._desk.word_taken_back.connect(self._taken_back)
        page.main.told.undo_asked.connect(self._desk.undo)

    def end(self) -> None:
        """The next thing is done: the heading again, and Z takes the latest answer back."""
        self._page.main.told.hide()
        self._page.list.offer_undo(True)

    def _said(self, word: LastWord) -> None:
        self._tell(told.said(word), undo=True)
        if word.row is not None:
            self._page.list.choose(self._desk.rows.next_pending())

    def _taken_back(self, word: LastWord) -> None:
        self._tell(told.taken_back(word), undo=False)
        if word.row is not None:
            self._page.list.choose(self._desk.rows.place(word.row.key))

    def _tell(self, sentence: str, *, undo: bool) -> None:
        page = self._page
        if self._desk.served is None:
            return
        page.main.notice.hide()
        page.main.told.say(sentence, undo=undo)
        page.list.offer_undo(not undo)
        page.show_counts()
        page.announce(sentence)
