"""Tells a scanner from a hand: a burst of keys is a scan and goes whole to the universal field."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from assistant.ui.theme import tokens

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
# Pressed around a letter by scanners too: no key of a burst, and no end of one.
_SHIFTS = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_AltGr, Qt.Key.Key_NumLock)
_KEYPAD_OR_SHIFT = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class Scanner(QObject):
    """Holds each key for 60 ms; keys that follow within 35 ms are one burst, ended by Enter or Tab.

    Without it the digits and letters of a barcode would answer suggestions. A lone key, or a burst that is
    too short for a code, is passed on as it was typed. Where scanners are set up to begin or end each code
    with a sign of their own, only such a burst is a scan, however short its code. A text field takes what is
    typed at once, and gives back what turns out to have been a scan.
    """

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._last = 0.0
        self._typed = ""  # the burst in a text field
        self._before = ""  # what the text field held before it
        self._passing = False
        self._prefix = self._suffix = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._held_long_enough)

    def set_signs(self, prefix: str, suffix: str) -> None:
        """What each code begins and ends with as the scanners are set up; nothing = timing alone tells."""
        self._prefix, self._suffix = prefix, suffix

    def _code(self, burst: str) -> str | None:
        """The code in a burst; None where it is none."""
        prefix, suffix = self._prefix, self._suffix
        if not (prefix or suffix):
            return burst if len(burst) >= tokens()["input"]["scannerMinChars"] else None
        signed = burst.startswith(prefix) and burst.endswith(suffix)
        return (burst[len(prefix) : len(burst) - len(suffix)] or None) if signed else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Every event of the application comes by: what most of them are not is asked first.
        if not isinstance(event, QKeyEvent) or self._passing or event.type() != QEvent.Type.KeyPress:
            return False
        if not isinstance(watched, QWidget) or event.key() in _SHIFTS:
            return False
        at = _time_of(event)
        quick = (at - self._last) * 1000 <= tokens()["input"]["scannerInterKeyMs"]
        self._last = at
        if isinstance(watched, QLineEdit | QPlainTextEdit):
            return self._in_text(watched, event, quick=quick)
        if self._held and event.key() in _ENDS:
            return self._end(quick=quick)
        if not _is_plain(event):
            self.release()
            return False
        if not quick:
            self.release()
        self._held.append((watched, QKeyEvent(event)))
        self._timer.start(tokens()["input"]["digitHoldMs"])
        return True

    def release(self) -> None:
        """Pass held keys on as they were typed."""
        self._timer.stop()
        held, self._held = self._held, []
        self._passing = True
        try:
            for receiver, event in held:
                if isValid(receiver):  # an earlier key may have closed it
                    QApplication.sendEvent(receiver, event)
        finally:
            self._passing = False

    def _held_long_enough(self) -> None:
        # After a stall the timer comes before the keys that waited meanwhile: they get their turn first.
        if self._timer.interval():
            self._timer.start(0)
        else:
            self.release()

    def _end(self, *, quick: bool) -> bool:
        code = self._code("".join(event.text() for _, event in self._held)) if quick else None
        if code is None:
            self.release()
            return False
        self._timer.stop()
        self._held = []
        self.scanned.emit(code)
        return True

    def _in_text(self, field: QLineEdit | QPlainTextEdit, event: QKeyEvent, *, quick: bool) -> bool:
        self.release()
        code = self._code(self._typed) if event.key() in _ENDS and quick else None
        if code is not None:
            self._typed = ""
            if isinstance(field, QLineEdit):
                field.setText(self._before)
            else:
                field.setPlainText(self._before)
            self.scanned.emit(code)
            return True
        if not _is_plain(event):
            self._typed = ""
            return False
        if not quick or not self._typed:
            self._before = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
            self._typed = ""
        self._typed += event.text()
        return False


def _time_of(event: QKeyEvent) -> float:
    """When the key was pressed, in seconds; by the system's clock where it says so, else by ours."""
    return event.timestamp() / 1000 if event.timestamp() else time.monotonic()


def _is_plain(event: QKeyEvent) -> bool:
    plain = event.modifiers() & ~_KEYPAD_OR_SHIFT == Qt.KeyboardModifier.NoModifier
    text = event.text()
    return plain and not event.isAutoRepeat() and text.isprintable() and text.strip() != ""
