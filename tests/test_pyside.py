"""PySide6 must not drop a reference to True at every emit: 6.12.0 does on Python 3.11, and aborts."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal


class Bell(QObject):
    rung = Signal()


def test_emitting_a_signal_keeps_true_alive():
    bell = Bell()
    before = sys.getrefcount(True)
    for _ in range(300):  # the fault shows as one lost reference each; the abort comes after 400
        bell.rung.emit()
    assert sys.getrefcount(True) > before - 150
