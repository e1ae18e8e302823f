"""Which key does what on the Review page; in a text field none of them does anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from assistant.ui.panes import SHIFTED, focus_next

if TYPE_CHECKING:
    from assistant.ui.review.page import ReviewPage


class CallKeys:
    """As at the counter, and F for the follow-up, Space for the agenda, C for a call without an offer."""

    def __init__(self, page: ReviewPage) -> None:
        self._page = page
        self._letters: dict[int, Callable[[], None]] = {
            Qt.Key.Key_A: lambda: page.press("accepted"),
            Qt.Key.Key_D: lambda: page.press("declined"),
            Qt.Key.Key_L: lambda: page.press("later"),
            Qt.Key.Key_Z: page.undo,
            Qt.Key.Key_U: page.talk.step_ups.toggle,
            Qt.Key.Key_H: page.talk.held_back.toggle,
            Qt.Key.Key_O: page.timeline.toggle_all,
            Qt.Key.Key_N: lambda: page.asking.note(page.bar.finish),
            Qt.Key.Key_F: page.plan,
            Qt.Key.Key_R: page.desk.next_reason,
            Qt.Key.Key_C: page.ask_end,
            Qt.Key.Key_Space: page.agenda.tick_next,
        }

    def act(self, event: QKeyEvent) -> bool:
        """Do what a key says; whether it says anything here."""
        page, key = self._page, event.key()
        if event.modifiers() & ~SHIFTED:
            return False
        if page.desk.served is not None and self._move(key):
            return True
        if not page.desk.choices.single_keys:
            return False
        if event.text() == "?":
            page.keys_asked.emit()
            return True
        if event.isAutoRepeat():
            return False
        if page.desk.served is None:
            return self._before(key)
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._choose(key - Qt.Key.Key_0)
            return True
        does = self._letters.get(key)
        if does is not None:
            does()
        return does is not None

    def _before(self, key: int) -> bool:
        """Before a call: the number of a customer, or Z for the call that just ended."""
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            return self._page.idle.choose(key - Qt.Key.Key_0)
        if key == Qt.Key.Key_Z:
            self._page.desk.undo_outcome()
            return True
        return False

    def next_pane(self) -> None:
        """Customer, list, agenda, follow-up, bar, and round again."""
        page = self._page
        panes: Sequence[tuple[QWidget, QWidget]] = (
            (page.header, page.header.consent),
            (page.talk.list, page.talk.list),
            (page.talk.step_ups, page.talk.step_ups.head),
            (page.agenda, page.agenda.reason),
            (page.schedule, page.schedule.days[1]),
            (page.bar, page.bar.finish),
        )
        focus_next(page, panes)

    def _move(self, key: int) -> bool:
        page = self._page
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not page.talk.list.hasFocus():
            page.talk.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        if key == Qt.Key.Key_Escape:
            for section in (page.talk.held_back, page.talk.step_ups):
                section.head.setChecked(False)
            page.focus_in()
            return True
        return False

    def _choose(self, number: int) -> None:
        place = self._page.desk.rows.at_number(number)
        if place is not None:
            self._page.talk.list.choose(place)
            self._page.talk.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
