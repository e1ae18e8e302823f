"""Tells a scanner from a hand: a burst of keys is a scan and goes whole to the universal field."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from assistant.ui.theme import tokens

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Scanner(QObject):
    """Holds each key for 60 ms; keys that follow within 35 ms are one burst, ended by Enter or Tab.

    Without it the digits and letters of a barcode would answer suggestions. A lone key, or a burst that is
    too short for a code, is passed on as it was typed. Text fields take what is typed at once.
    """

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._last = 0.0
        self._passing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(tokens()["input"]["digitHoldMs"])
        self._timer.timeout.connect(self.release)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._passing or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QWidget) or isinstance(watched, QLineEdit | QPlainTextEdit):
            return False
        if self._held and event.key() in _ENDS:
            return self._end()
        if not self._is_plain(event):
            self.release()
            return False
        now = time.monotonic()
        if self._held and (now - self._last) * 1000 > tokens()["input"]["scannerInterKeyMs"]:
            self.release()
        self._last = now
        self._held.append((watched, QKeyEvent(event)))
        self._timer.start()
        return True

    def release(self) -> None:
        """Pass held keys on as they were typed."""
        self._timer.stop()
        held, self._held = self._held, []
        self._passing = True
        try:
            for receiver, event in held:
                QApplication.sendEvent(receiver, event)
        finally:
            self._passing = False

    def _end(self) -> bool:
        quick = (time.monotonic() - self._last) * 1000 <= tokens()["input"]["digitHoldMs"]
        if not quick or len(self._held) < tokens()["input"]["scannerMinChars"]:
            self.release()
            return False
        self._timer.stop()
        code = "".join(event.text() for _, event in self._held)
        self._held = []
        self.scanned.emit(code)
        return True

    def _is_plain(self, event: QKeyEvent) -> bool:
        modifiers = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        return (
            plain and not event.isAutoRepeat() and event.text().isprintable() and event.text().strip() != ""
        )
