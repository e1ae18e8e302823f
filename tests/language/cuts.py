"""What does not fit where it is shown: widgets too small for their text, texts painted shortened or cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QLabel,
    QLineEdit,
    QWidget,
)

from assistant.ui.parts import Elided

_SLACK = 1  # what rounding makes of half pixels


def cut(window: QWidget, own: frozenset[str]) -> list[str]:
    """Everything of a window that does not fit; of painted texts that are shortened only our `own` count,
    as a name or a product may be as long as it likes."""
    found = [
        said for widget in window.findChildren(QWidget) if widget.isVisible() for said in _too_small(widget)
    ]
    with _watched(own) as painted:
        window.grab()
    return sorted({*found, *painted})


def _too_small(widget: QWidget) -> Iterator[str]:
    who = f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
    if isinstance(widget, QLabel) and not isinstance(widget, Elided) and widget.text():
        if widget.wordWrap():
            if widget.heightForWidth(widget.width()) > widget.height() + _SLACK:
                yield f"{who}: {widget.text()!r} needs more lines"
        elif widget.sizeHint().width() > widget.width() + _SLACK:
            yield f"{who}: {widget.text()!r} is too wide by {widget.sizeHint().width() - widget.width()}"
    elif isinstance(widget, QAbstractButton) and widget.text():
        least = widget.minimumSizeHint() if widget.minimumSizeHint().isValid() else widget.sizeHint()
        if least.width() > widget.width() + _SLACK or least.height() > widget.height() + _SLACK:
            yield f"{who}: {widget.text()!r} needs {least.toTuple()}, has {widget.size().toTuple()}"
    elif isinstance(widget, QLineEdit) and not isinstance(widget.parent(), QAbstractSpinBox):
        margins = widget.textMargins().left() + widget.textMargins().right()
        wide = widget.fontMetrics().horizontalAdvance(widget.placeholderText()) + margins
        if not widget.text() and wide > widget.width() + _SLACK:
            yield f"{who}: {widget.placeholderText()!r} is too wide by {wide - widget.width()}"
    else:
        return
    if isinstance(widget, QAbstractButton) and _cut_at_the_side(widget):
        yield f"{who}: {widget.text()!r} is cut at the side"
    parent = widget.parentWidget()
    if parent is None or isinstance(parent.parentWidget(), QAbstractScrollArea):
        return  # what is scrolled away comes back
    if not parent.rect().adjusted(-2, -2, 2, 2).contains(widget.geometry()):
        yield f"{who}: {widget.property('text')!r} lies outside of it"


def _cut_at_the_side(widget: QWidget) -> bool:
    """Whether what it stands in, and cannot be scrolled sideways, is too narrow for it."""
    around = widget.parentWidget()
    while around is not None and not isinstance(around.parentWidget(), QAbstractScrollArea):
        around = around.parentWidget()
    if around is None:
        return False
    scroll = around.parentWidget()
    if not isinstance(scroll, QAbstractScrollArea) or scroll.viewport() is not around:
        return False
    if scroll.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
        return False
    left = widget.mapTo(around, QPoint(0, 0)).x()
    return left < -_SLACK or left + widget.width() > around.width() + _SLACK


@contextmanager
def _watched(own: frozenset[str]) -> Iterator[list[str]]:
    """Listens to what is painted."""
    found: list[str] = []
    kept = QFontMetrics.elidedText, QFontMetricsF.elidedText, QPainter.drawText

    def shorten(how: Any) -> Any:
        def elided(self: Any, text: str, *rest: Any) -> str:
            shown: str = how(self, text, *rest)
            if shown != text and text in own:
                found.append(f"painted: {text!r} became {shown!r}")
            return shown

        return elided

    def draw(self: QPainter, *given: Any) -> Any:
        if len(given) >= 3 and isinstance(given[0], QRect | QRectF) and isinstance(given[2], str):
            area, flags, text = given[0], int(given[1]), given[2]
            if not flags & Qt.TextFlag.TextWordWrap.value:
                wide = max(self.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
                if text.strip() and wide > area.width() + _SLACK:
                    found.append(f"painted: {text!r} is too wide by {round(wide - area.width())}")
        return kept[2](self, *given)

    QFontMetrics.elidedText = shorten(kept[0])  # type: ignore[method-assign]
    QFontMetricsF.elidedText = shorten(kept[1])  # type: ignore[method-assign]
    QPainter.drawText = draw  # type: ignore[method-assign,assignment]
    try:
        yield found
    finally:
        QFontMetrics.elidedText, QFontMetricsF.elidedText, QPainter.drawText = kept  # type: ignore[method-assign]
