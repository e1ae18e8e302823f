"""The universal field: takes scans, names, numbers and product words, from anywhere by F2."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from assistant.records import Found
from assistant.store import search
from assistant.store.database import Connection
from assistant.ui.parts import KeyCap
from assistant.ui.questions import Questions
from assistant.ui.results import Results
from assistant.ui.theme import Look, tokens

DEBOUNCE_MS = 60
FEWEST = 2


class UniversalField(QLineEdit):
    """Searches as one types, 60 ms after the last key; Enter takes the first result.

    `chosen` says what was opened: `customer`, `basket` or `product`, and its id.
    """

    chosen = Signal(str, str)
    nothing_found = Signal(str)

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._questions = look, questions
        self._open_first = False
        self.setPlaceholderText(self.tr("Scan, or find a customer, basket or product"))
        self.setAccessibleName(self.placeholderText())
        self.setClearButtonEnabled(False)
        self._key = KeyCap(look, "F2", self)
        self._results = Results(look, self)
        self._results.chosen.connect(self._take)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._search)
        self.textEdited.connect(lambda _: self._timer.start())
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def results(self) -> Results:
        """The list under the field."""
        return self._results

    def scan(self, code: str) -> None:
        """A scan replaces the text and opens its only hit."""
        self.setText(code)
        self._search(open_first=True)

    def close_results(self) -> None:
        """Close the list and forget the text."""
        self._timer.stop()
        self._results.hide()
        self.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._timer.isActive() or not self._results.isVisible():
                self._timer.stop()
                self._search(open_first=True)
            else:
                self._results.take_current()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_results()
        elif self._results.isVisible() and self._results.move_by_key(event.key()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Tab goes to the next group while the list is open; Qt would move the focus first.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
            and self._results.isVisible()
        ):
            self._results.next_group()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self._results.isVisible():
            self._results.place()
        return super().eventFilter(watched, event)

    def _search(self, *, open_first: bool = False) -> None:
        text = self.text().strip()
        self._open_first = open_first
        if len(text) < FEWEST:
            self._results.hide()
            return
        self._questions.ask(partial(_find, text=text), partial(self._found, text), key="find")

    def _found(self, text: str, found: Found) -> None:
        if self.text().strip() != text:
            return
        only = found.customers_total + found.baskets_total + found.products_total == 1
        if self._open_first and (found.exact or only or not self._results.isVisible()):
            if self._results.take_first_of(found):
                return
            self.nothing_found.emit(text)
        self._results.show_found(text, found)

    def _take(self, kind: str, one: str) -> None:
        self.close_results()
        self.chosen.emit(kind, one)

    def _restyle(self) -> None:
        self.setFont(self._look.font("say"))
        self.setFixedHeight(self._look.px(tokens()["control"]["field"]))
        self.setTextMargins(self._look.px(34), 0, self._look.px(44), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        hint = self._key.sizeHint()
        self._key.setGeometry(
            QRect(
                self.width() - hint.width() - self._look.px(12),
                (self.height() - hint.height()) // 2,
                hint.width(),
                hint.height(),
            )
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = self._look.px(20)
        icon = self._look.pixmap("scan-barcode", "textTertiary", 20)
        QPainter(self).drawPixmap(self._look.px(15), (self.height() - size) // 2, icon)


def _find(connection: Connection, text: str) -> Found:
    return search.find(connection, text)
