"""Which key does what on the Follow-ups page; in a text field none of them does anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from assistant.ui.panes import SHIFTED, focus_next

if TYPE_CHECKING:
    from assistant.ui.followups.page import FollowUpsPage


class FollowUpKeys:
    """Space done, M moved, Del dropped, Z undone, E the draft, Enter the call."""

    def __init__(self, page: FollowUpsPage) -> None:
        self._page = page
        self._does: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Space: lambda: page.press("done"),
            Qt.Key.Key_M: lambda: page.press("move"),
            Qt.Key.Key_Delete: lambda: page.press("drop"),
            Qt.Key.Key_Z: page.undo,
            Qt.Key.Key_E: page.open_draft,
            Qt.Key.Key_Return: page.call,
            Qt.Key.Key_Enter: page.call,
        }

    def act(self, event: QKeyEvent) -> bool:
        """Do what a key says; whether it says anything here."""
        page, key = self._page, event.key()
        if event.modifiers() & ~SHIFTED or event.isAutoRepeat():
            return False
        if event.text() == "?":
            page.keys_asked.emit()
            return True
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            place = page.rows.at_number(key - Qt.Key.Key_0)
            if place is not None:
                page.list.choose(place)
                page.focus_in()
            return True
        does = self._does.get(key)
        if does is not None:
            does()
        return does is not None

    def next_pane(self) -> None:
        """The list, the draft, and round again."""
        page = self._page
        panes: Sequence[tuple[QWidget, QWidget]] = (
            (page.heading, page.heading.whose),
            (page.list, page.list),
            (page.draft, page.draft.body),
        )
        focus_next(page, panes)
