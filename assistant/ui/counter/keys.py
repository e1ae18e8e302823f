"""Which key does what on the counter page; in a text field none of them does anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from assistant.ui.panes import SHIFTED, focus_next

if TYPE_CHECKING:
    from assistant.ui.counter.page import CounterPage


class Keys:
    """The page's keys: digits choose, letters answer, Esc closes, F6 goes round the panes."""

    def __init__(self, page: CounterPage) -> None:
        self._page = page
        self._letters: dict[int, Callable[[], None]] = {
            Qt.Key.Key_A: lambda: page.press("accepted"),
            Qt.Key.Key_D: lambda: page.press("declined"),
            Qt.Key.Key_L: lambda: page.press("later"),
            Qt.Key.Key_Z: lambda: page.desk.want_offers(True) if page.desk.refused else page.desk.undo(),
            Qt.Key.Key_K: page.kit.toggle,
            Qt.Key.Key_U: page.main.step_ups.toggle,
            Qt.Key.Key_H: page.main.held_back.toggle,
            Qt.Key.Key_O: page.customer.toggle_all,
            Qt.Key.Key_X: lambda: page.asking.ask_veto(page.list.selected),
            Qt.Key.Key_G: lambda: page.giving.give(None if page.desk.refused else page.list.selected),
            Qt.Key.Key_P: page.desk.park,
            Qt.Key.Key_0: lambda: page.desk.want_offers(page.desk.refused),
            Qt.Key.Key_Q: lambda: page.desk.set_quiet(not page.desk.choices.quiet),
            Qt.Key.Key_N: lambda: page.asking.note(page.bar.finish),
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
        if page.desk.served is None and key != Qt.Key.Key_Q:
            return False
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._choose(key - Qt.Key.Key_0)
            return True
        does = self._letters.get(key)
        if does is not None and not event.isAutoRepeat():
            does()
        return does is not None

    def next_pane(self) -> None:
        """Customer, basket, suggestions, kit, step-ups, visit bar, and round again."""
        page, kit = self._page, self._page.main.kit
        panes: Sequence[tuple[QWidget, QWidget]] = (
            (page.customer, page.customer.consent),
            (page.basket, page.basket.view),
            (page.list, page.list),
            (page.main.kit, kit.answers.accepted if kit.open else kit.offer),
            (page.main.step_ups, page.main.step_ups.head),
            (page.bar, page.bar.finish),
        )
        focus_next(page, panes)

    def _move(self, key: int) -> bool:
        page = self._page
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not page.list.hasFocus():
            page.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        if key == Qt.Key.Key_Escape:
            if page.kit.close():
                return True
            for section in (page.main.held_back, page.main.step_ups):
                section.head.setChecked(False)
            return True
        return False

    def _choose(self, number: int) -> None:
        place = self._page.desk.rows.at_number(number)
        if place is not None:
            self._page.list.choose(place)
            self._page.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
