"""Offering the kit of a visit: when its strip shows, what its keys do, and how its answer is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPoint, QRect

from assistant.records import Answer, DeclineReason
from assistant.ui.counter.kit_strip import KitStrip
from assistant.ui.counter.rows import spoken_state
from assistant.ui.wording import tr

if TYPE_CHECKING:
    from assistant.ui.counter.page import CounterPage


class KitOffer(QObject):
    """Opens and closes the strip; while it is open, the answering keys are the kit's."""

    def __init__(self, page: CounterPage, strip: KitStrip) -> None:
        super().__init__(page)
        self._page, self._desk, self.strip = page, page.desk, strip
        strip.asked.connect(self.toggle)
        strip.pressed.connect(self.press)
        self._desk.kit_answered.connect(self._answered)
        self._desk.busy_changed.connect(strip.set_busy)
        page.asking.kit_reasons.chosen.connect(self._declined)
        page.asking.kit_reasons.left.connect(lambda: strip.answers.declined.setDown(False))
        page.list.selectionModel().currentChanged.connect(self._row_chosen)

    @property
    def open(self) -> bool:
        """Whether the kit is being offered."""
        return self.strip.open

    def show(self) -> None:
        """Show the kit of the visit while it may be offered."""
        kit = self._desk.kit
        if kit is not self.strip.kit:
            self.strip.show_kit(kit)

    def toggle(self) -> None:
        """Offer the kit, or go back to the rows."""
        if self.open:
            self.close()
        elif self.strip.kit is not None and not self._desk.busy:
            had_focus = self.strip.offer.hasFocus()
            self._page.list.choose(None)
            self.strip.set_open(True)
            if had_focus:
                self.strip.answers.accepted.setFocus()
            else:
                self._page.setFocus()

    def close(self) -> bool:
        """Go back to the rows; whether there was anything to close."""
        if not self.open:
            return False
        self.strip.set_open(False)
        self._page.list.choose(self._desk.rows.next_pending())
        self._page.focus_in()
        return True

    def press(self, kind: str) -> None:
        """Answer the kit, or ask for the reason first."""
        kit = self.strip.kit
        if kit is None or self._desk.busy:
            return
        if kind == "declined":
            button, page = self.strip.answers.declined, self._page
            point = button.mapTo(page, QPoint(button.width() // 2, button.height() + 2))
            area = QRect(self.strip.mapTo(page, QPoint(0, 0)), self.strip.size())
            button.setDown(True)
            page.asking.ask_kit_reason(point, area)
        else:
            self._desk.answer_kit(kit, "accepted" if kind == "accepted" else "later")

    def _declined(self, reason: DeclineReason | None) -> None:
        self.strip.answers.declined.setDown(False)
        if self.strip.kit is not None:
            self._desk.answer_kit(self.strip.kit, "declined", reason=reason)

    def _row_chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and self.open:
            self.strip.set_open(False)

    def _answered(self, answers: tuple[Answer, ...]) -> None:
        """The log has what was said of the kit: its rows shrink, or stand open again, where they are."""
        page, rows, served = self._page, self._desk.rows, self._desk.served
        places = [place for answer in answers if (place := rows.place(answer.suggestion_id)) is not None]
        self.strip.set_open(False)
        self.show()
        if served is None or not places:
            return
        row = rows.rows[min(places)]
        page.list.choose(min(places) if row.pending else rows.next_pending())
        page.show_answered(served)
        page.focus_in()
        left = tr("{n} left").format(n=rows.pending)
        said = spoken_state(row, page.session_now())
        page.announce(tr("The kit: {said} {left}").format(said=said, left=left))
