"""The universal field: takes scans, names, numbers and product words, from anywhere by F2."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from assistant.ui.parts import KeyCap
from assistant.ui.questions import Questions
from assistant.ui.theme import Look, tokens

if TYPE_CHECKING:
    from assistant.ui.hits import Seen
    from assistant.ui.results import Results

DEBOUNCE_MS = 60
FEWEST = 2


class UniversalField(QLineEdit):
    """Searches as one types, 60 ms after the last key; Enter opens the selected row.

    `chosen` says what was opened: `customer`, `basket` or `product`, and its id; where nothing was found
    `way_on` says `new` or `without`, the two ways on.
    """

    chosen = Signal(str, str)
    nothing_found = Signal(str)
    focus_changed = Signal()
    way_on = Signal(str)

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._questions = look, questions
        self.store_id: str | None = None
        self.setObjectName("find")
        self.setPlaceholderText(self.tr("Scan, or find a customer, basket or product"))
        self.setAccessibleName(self.placeholderText())
        self._enter, self._leave = KeyCap(look, "F2", self), KeyCap(look, "Esc", self)
        self._summary = QRect()
        self._list: Results | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._search)
        self.textEdited.connect(lambda _: self._timer.start())
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def results(self) -> Results:
        """The list under the field; made when it is first needed, to keep the start short."""
        if self._list is None:
            from assistant.ui.results import Results

            self._list = Results(self._look, self)
            self._list.chosen.connect(self._take)
            self._list.closed.connect(self._arrange)
            self._list.way_on.connect(self._go_on)
            self._list.word_asked.connect(self._ask_word)
        return self._list

    @property
    def listing(self) -> bool:
        """Whether the list is open."""
        return self._list is not None and self._list.isVisible()

    def scan(self, code: str) -> None:
        """A scan replaces the text and opens its only hit; of several none is opened unseen."""
        self.setText(code)
        self._search(open_only=True)

    def close_results(self) -> None:
        """Close the list and forget the text."""
        self._timer.stop()
        self.clear()
        self._close_list()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._search_whole()
            elif self._timer.isActive() or not self.listing:
                self._search(open_only=True)
            else:
                self.results.take_current()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_results()
        elif self.listing and self.results.move_by_key(event.key()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Tab goes to the next group while the list is open; Qt would move the focus first.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
            and self.listing
        ):
            self.results.next_group()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._arrange()
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self._timer.stop()
            self._close_list()
        self._arrange()
        self.focus_changed.emit()

    def _search_whole(self) -> None:
        """Show all of the kind that the selected row is of."""
        hit = self.results.current if self.listing else None
        if hit is None or self._timer.isActive():
            return
        from assistant.ui.hits import look_up

        text = self.text().strip()
        job = partial(look_up, text=text, store_id=self.store_id, whole=hit.kind)
        self._questions.ask(job, partial(self._found, text, False), key="find")

    def _go_on(self, way: str) -> None:
        self.close_results()
        self.way_on.emit(way)

    def _ask_word(self, word: str) -> None:
        self.setText(word)
        self._search()

    def _search(self, *, open_only: bool = False) -> None:
        self._timer.stop()
        text = self.text().strip()
        if len(text) < FEWEST:
            self._close_list()
            return
        from assistant.ui.hits import look_up

        job = partial(look_up, text=text, store_id=self.store_id)
        self._questions.ask(job, partial(self._found, text, open_only), key="find")

    def _found(self, text: str, open_only: bool, seen: Seen) -> None:
        if self.text().strip() != text:
            return
        from assistant.ui.hits import total_of

        self.results.show_found(text, seen)
        self._arrange()
        count = total_of(seen.found)
        if open_only and count == 1:
            self.results.take_current()
        elif count == 0:
            self.nothing_found.emit(text)

    def _counted(self) -> str:
        return self.results.summary if self.listing else ""

    def _close_list(self) -> None:
        if self._list is not None:
            self._list.close_list()

    def _take(self, kind: str, one: str) -> None:
        self.close_results()
        self.chosen.emit(kind, one)

    def _restyle(self) -> None:
        self.setFont(self._look.font("say"))
        self.setFixedHeight(self._look.px(tokens()["control"]["field"]))
        self._arrange()

    def _arrange(self) -> None:
        """Put the keycap and the count at the right end, and the text between them and the icon."""
        open_now = self.listing
        cap = self._leave if open_now else self._enter
        (self._enter if open_now else self._leave).hide()
        cap.show()
        hint, right = cap.sizeHint(), self.width() - self._look.px(12)
        cap.setGeometry(
            QRect(right - hint.width(), (self.height() - hint.height()) // 2, hint.width(), hint.height())
        )
        font = self._look.font("label", weight=400)
        wide = QFontMetrics(font).horizontalAdvance(self._counted()) if open_now else 0
        self._summary = QRect(cap.x() - wide - self._look.px(12), 0, wide, self.height())
        end = hint.width() + self._look.px(20) + (wide + self._look.px(12) if wide else 0)
        self.setTextMargins(self._look.px(34), 0, end, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = self._look.px(20)
        icon = self._look.pixmap("scan-barcode", "textSecondary", 20)
        painter = QPainter(self)
        painter.drawPixmap(self._look.px(15), (self.height() - size) // 2, icon)
        painter.setPen(self._look.color("textSecondary"))
        painter.setFont(self._look.font("label", weight=400))
        painter.drawText(
            self._summary, int(Qt.AlignmentFlag.AlignVCenter), self.results.summary if self.listing else ""
        )
