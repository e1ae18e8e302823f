"""A card as a PDF file, and on a printer; both away from the window's thread."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from assistant.errors import KnownError
from assistant.ui.card.drawing import HEIGHT, WIDTH, draw
from assistant.ui.card.words import Card

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_RESOLUTION = 1200
_INCH = 2540  # hundredths of a millimetre


class CardError(KnownError):
    """A card could not be written or printed."""


def size() -> QPageSize:
    """A6 lying on its long side."""
    return QPageSize(QSizeF(WIDTH / 100, HEIGHT / 100), QPageSize.Unit.Millimeter, "A6")


def pdf(card: Card) -> bytes:
    """The file's bytes: one page of the card's size, the fonts in it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setPageLayout(QPageLayout(size(), QPageLayout.Orientation.Portrait, QMarginsF()))
    writer.setTitle(card.name)
    writer.setCreator("")
    painter = QPainter(writer)
    painter.scale(_RESOLUTION / _INCH, _RESOLUTION / _INCH)
    draw(painter, card)
    painter.end()
    return bytes(buffer.data().data())


def save(card: Card, file: Path) -> Path:
    """Write the whole file or none. Raises CardError."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(pdf(card))
        unfinished.replace(file)
    except OSError as problem:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise CardError(f"The card cannot be written to {file.parent}: {problem.strerror}.") from problem
    return file


def print_on(card: Card, printer: QPrinter) -> None:
    """Print in the card's own size at the paper's top left corner. Raises CardError."""
    painter = QPainter()
    if not painter.begin(printer):
        raise CardError("The printer does not take the card. Nothing was printed.")
    unit = printer.resolution() / _INCH
    painter.scale(unit, unit)
    painter.setClipRect(QRectF(0, 0, WIDTH, HEIGHT))
    draw(painter, card)
    if not painter.end():
        raise CardError("The printer does not take the card. Nothing was printed.")
