"""Going round the panes of a page, and which keys held beside another one still leave it that key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

SHIFTED = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier


def focus_next(page: QWidget, panes: Sequence[tuple[QWidget, QWidget]]) -> None:
    """Focus the pane after the one that has the focus; each is the whole of it, and what takes its focus."""
    seen = [pane for pane in panes if pane[1].isVisible()]
    if not seen:
        return
    now = page.window().focusWidget()
    inside = [now is not None and (whole is now or whole.isAncestorOf(now)) for whole, _ in seen]
    here = inside.index(True) if True in inside else -1
    seen[(here + 1) % len(seen)][1].setFocus(Qt.FocusReason.ShortcutFocusReason)
