"""The printed list of what to place side by side: one A4 sheet, as a PDF file or on a printer."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from assistant.errors import KnownError
from assistant.ui.theme import tokens
from assistant.ui.wording import tr

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

WIDTH, HEIGHT = 21_000, 29_700  # hundredths of a millimetre
_RESOLUTION, _INCH = 600, 2540
_LEFT, _RIGHT, _TOP, _BOTTOM = 1_800, 19_200, 1_800, 28_200
_ROW = 1_750
_POINT = 35.28
_INK, _GREY, _LINE = QColor("#171A21"), QColor("#454C5A"), QColor("#828A98")
MOST = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A pair on the sheet: what, how often now, and where the two stand."""

    pair: str
    usual: str
    share: str
    base: str
    where: str
    apart: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is printed; `about` is store, period and receipts, `printed` the day."""

    title: str
    about: str
    printed: str
    lines: tuple[Line, ...]


class SheetError(KnownError):
    """The sheet could not be written or printed."""


def pdf(sheet: Sheet) -> bytes:
    """The file's bytes: one A4 page, the fonts in it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    page = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    writer.setTitle(sheet.title)
    writer.setCreator("")
    painter = QPainter(writer)
    painter.scale(_RESOLUTION / _INCH, _RESOLUTION / _INCH)
    draw(painter, sheet)
    painter.end()
    return bytes(buffer.data().data())


def save(sheet: Sheet, file: Path) -> Path:
    """Write the whole file or none. Raises SheetError."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(pdf(sheet))
        unfinished.replace(file)
    except OSError as problem:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise SheetError(f"The sheet cannot be written to {file.parent}: {problem.strerror}.") from problem
    return file


def print_on(sheet: Sheet, printer: QPrinter) -> None:
    """Print on one sheet. Raises SheetError."""
    painter = QPainter()
    if not painter.begin(printer):
        raise SheetError("The printer does not take the sheet. Nothing was printed.")
    unit = printer.resolution() / _INCH
    painter.scale(unit, unit)
    draw(painter, sheet)
    if not painter.end():
        raise SheetError("The printer does not take the sheet. Nothing was printed.")


def draw(painter: QPainter, sheet: Sheet) -> None:
    """Paint the sheet, in hundredths of a millimetre."""
    write = _writer(painter)
    write(sheet.title, (_LEFT, _TOP), 22, 600)
    write(sheet.about, (_LEFT, _TOP + 1_050), 10.5, 400, _GREY)
    top = _TOP + 2_300
    columns = (_LEFT, 9_700, 12_700, 16_400)
    heads = (tr("Pair"), tr("Share now"), tr("Distance now"), tr("Moved on"))
    for x, text in zip(columns, heads, strict=True):
        write(text, (x + (900 if x == _LEFT else 0), top), 9, 600, _GREY)
    top += 650
    for line in sheet.lines[:MOST]:
        _rule(painter, top)
        painter.setPen(QPen(_LINE, 25))
        painter.drawRoundedRect(QRectF(_LEFT, top + 560, 520, 520), 80, 80)
        painter.drawLine(columns[3], top + 1_180, _RIGHT, top + 1_180)
        cells = (
            (_LEFT + 900, line.pair, line.usual),
            (columns[1], line.share, line.base),
            (columns[2], line.where, line.apart),
        )
        ends = (columns[1], columns[2], columns[3])
        for (x, above, below), end in zip(cells, ends, strict=True):
            write(above, (x, top + 330), 12, 600, _INK, end - x - 200)
            write(below, (x, top + 930), 9.5, 400, _GREY, end - x - 200)
        top += _ROW
    _rule(painter, top)
    asked = tr("Tick what was moved and note the day; compare the share after eight weeks.")
    write(asked, (_LEFT, top + 500), 10, 400, _GREY)
    write(sheet.printed, (_LEFT, _BOTTOM - 400), 9, 400, _GREY)


def _rule(painter: QPainter, y: float) -> None:
    painter.setPen(QPen(_LINE, 12))
    painter.drawLine(_LEFT, round(y), _RIGHT, round(y))


def _writer(painter: QPainter) -> Callable[..., None]:
    """Writes a line of text of so many points, made smaller where it is too wide."""

    def write(
        text: str, at: tuple[float, float], points: float, weight: int, ink: QColor = _INK,
        room: float = _RIGHT - _LEFT,
    ) -> None:  # fmt: skip
        font = QFont()
        font.setFamilies(tokens()["font"]["family"])
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setWeight(QFont.Weight(weight))
        size = round(points * _POINT)
        font.setPixelSize(size)
        while size > 8 * _POINT and QFontMetricsF(font).horizontalAdvance(text) > room:
            size -= 5
            font.setPixelSize(size)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(ink)
        area = QRectF(at[0], at[1], room, 1.5 * size)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), shown)

    return write
