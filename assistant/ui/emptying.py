"""Taking out of a layout what it holds, before something else is put in."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QWidget


def taken(layout: QLayout) -> list[QWidget]:
    """Take everything out of a layout, and out of the layouts in it; the widgets that were there."""
    widgets = []
    while (item := layout.takeAt(0)) is not None:
        if (within := item.layout()) is not None:
            widgets += taken(within)
            within.deleteLater()
        elif (widget := item.widget()) is not None:
            widgets.append(widget)
    return widgets


def empty(layout: QLayout) -> None:
    """Take everything out of a layout; its widgets are hidden at once, and deleted when none of them runs."""
    for widget in taken(layout):
        widget.hide()
        widget.deleteLater()
