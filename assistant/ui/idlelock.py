"""Locks the screen when no hand was on it for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputEvent

_HANDS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    }
)


class IdleLock(QObject):
    """Watches the application's keys, mouse and touch; `idle` says that there were none for so long."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)

    @property
    def watching(self) -> bool:
        """Whether the time runs."""
        return self._timer.isActive()

    def set_after(self, ms: int) -> None:
        """Wait so long from now on; 0 = for ever."""
        self._timer.setInterval(ms)
        if ms:
            self._timer.start()
        else:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Every event of the application comes by: what most of them are not is asked first.
        if isinstance(event, QInputEvent) and event.type() in _HANDS and self._timer.isActive():
            self._timer.start()
        return False
