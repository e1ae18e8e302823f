"""The team's figures on A4: a page of tiles and charts, then every figure in tables, then what they mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPageSize, QPainter, QPdfWriter, QPen

from assistant.errors import KnownError
from assistant.measure import export
from assistant.measure.definitions import FIGURES, Definition, definition
from assistant.measure.report import TOTAL
from assistant.measure.team import TeamFigures
from assistant.records import Figure, Report
from assistant.ui.charts.bars import by_reason, paint_bars
from assistant.ui.charts.ink import Paper
from assistant.ui.charts.weeks import WeekLine
from assistant.ui.dates import full_day
from assistant.ui.language import told
from assistant.ui.parts import fitted
from assistant.ui.team import words
from assistant.ui.team.facts import tiles
from assistant.ui.team.tiles import HEIGHT, TilePicture
from assistant.ui.wording import locale

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_DOTS = 96  # to an inch: the pixels of the design
WIDTH, _HEIGHT, EDGE = 794, 1123, 48
_NAME, _ROW, _HEAD = 138, 44, 42
_COLUMNS = 4
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def printed(found: Report, page: TeamFigures) -> bytes:
    """A report, with the same period's tiles and charts before it, as the bytes of a PDF file."""

    def draw(sheet: Sheet) -> None:
        _first_page(sheet, page)
        for group in _groups(found):
            _table(sheet, found, group)
        _definitions(sheet, found)

    return paged(words.tr("Team"), _about(found), draw)


def paged(title: str, about: str, draw: Callable[[Sheet], None]) -> bytes:
    """What is drawn on sheets of A4, as the bytes of a PDF file; `about` stands under every page."""
    _be_ready()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(title)
    _draw_on(writer, about, draw)
    return bytes(buffer.data().data())


def print_on(printer: QPrinter, about: str, draw: Callable[[Sheet], None]) -> None:
    """The same on a printer of A4 sheets. Raises KnownError where it does not take them."""
    if not _draw_on(printer, about, draw):
        raise KnownError(words.tr("The printer does not take the sheet. Nothing was printed."))


def _draw_on(paper: QPdfWriter | QPrinter, about: str, draw: Callable[[Sheet], None]) -> bool:
    painter = QPainter()
    if not painter.begin(paper):
        return False
    try:  # a painter that outlives its paper ends the process
        painter.scale(paper.logicalDpiX() / _DOTS, paper.logicalDpiY() / _DOTS)
        sheet = Sheet(painter, paper.newPage, about)
        draw(sheet)
        sheet.foot()
    finally:
        ended = painter.end()
    return ended


def _be_ready() -> None:
    """Fonts need an application; on a machine without a screen one that draws nowhere."""
    if QCoreApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _held.append(QGuiApplication(["assistant"]))


_held: list[QGuiApplication] = []  # an application must live as long as the fonts that it found


class Sheet:
    """The page that is written: how far down it is, and a new one where something does not fit."""

    def __init__(self, painter: QPainter, turn: Callable[[], bool], about: str) -> None:
        self.painter, self.ink = painter, Paper()
        self._turn, self.about = turn, about
        self.y = float(EDGE)
        self._page = 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def room(self, height: float) -> bool:
        """Whether so much fits; else a new page is begun."""
        if self.y + height <= _HEIGHT - EDGE - 24:
            return True
        self.foot()
        self._turn()
        self._page += 1
        self.y = float(EDGE)
        return False

    def foot(self) -> None:
        """What was asked, and the page's number, under the page."""
        area = QRectF(EDGE, _HEIGHT - EDGE - 10, WIDTH - 2 * EDGE, 18)
        self.text(area, self.about, "caption", "textTertiary", weight=400)
        self.text(area, locale().toString(self._page), "caption", "textTertiary", align=RIGHT)

    def text(
        self,
        area: QRectF,
        text: str,
        role: str = "label",
        token: str = "text",
        *,
        weight: int | None = None,
        align: int = _LEFT,
    ) -> None:
        """One line, smaller and then cut where it does not fit."""
        font = fitted(self.ink.font(role, tabular=True, weight=weight), text, area.width(), least=0.7)
        self.painter.setFont(font)
        self.painter.setPen(self.ink.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()) + 1)
        self.painter.drawText(area, align, shown)

    def line(self, text: str, role: str, token: str = "text", *, gap: float = 0) -> None:
        """One line over the page's width, and on to the next."""
        height = self.ink.line(role)
        self.text(QRectF(EDGE, self.y, WIDTH - 2 * EDGE, height), text, role, token)
        self.y += height + gap

    def paragraph(self, text: str) -> None:
        """Some lines over the page's width."""
        self.painter.setFont(self.ink.font("caption", weight=400))
        wrap = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        metrics = QFontMetrics(self.painter.font())
        needed = metrics.boundingRect(0, 0, WIDTH - 2 * EDGE, 1000, wrap, text).height() + 5
        self.room(needed)
        self.painter.setFont(self.ink.font("caption", weight=400))
        self.painter.setPen(self.ink.color("text"))
        self.painter.drawText(QRectF(EDGE, self.y, WIDTH - 2 * EDGE, needed), wrap, text)
        self.y += needed

    def rule(self, token: str = "border") -> None:
        """A thin line over the page's width."""
        self.painter.setPen(QPen(self.ink.color(token), 1))
        self.painter.drawLine(QPointF(EDGE, self.y), QPointF(WIDTH - EDGE, self.y))


def _about(found: Report) -> str:
    """What a report was asked of, and up to when its data is complete."""
    asked = found.filters
    first, last = (full_day(datetime.fromisoformat(str(asked[end]))) for end in ("from", "to"))
    said = [words.tr("{begin} to {end}").format(begin=first, end=last)]
    if asked.get("store"):
        said.append(words.tr("Store {store}").format(store=asked["store"]))
    if asked.get("category"):
        said.append(words.tr("Category {category}").format(category=asked["category"]))
    if asked.get("touchpoint"):
        said.append(words.touchpoint(asked["touchpoint"]))
    if found.complete_to is not None:
        said.append(words.complete(found.complete_to))
    return " · ".join(said)


def _first_page(sheet: Sheet, page: TeamFigures) -> None:
    sheet.line(words.tr("Team"), "title", gap=2)
    sheet.line(sheet.about, "label", "textSecondary", gap=2)
    sheet.line(words.left_out(page), "caption", "textTertiary", gap=10)
    width = (WIDTH - 2 * EDGE - 24) // 3
    for place, facts in enumerate(tiles(page)):
        sheet.painter.save()
        sheet.painter.translate(EDGE + place % 3 * (width + 12), sheet.y + place // 3 * (HEIGHT + 12))
        TilePicture(sheet.ink, facts, QSize(width, HEIGHT)).paint(sheet.painter)
        sheet.painter.restore()
    sheet.y += 2 * (HEIGHT + 12) + 18
    sheet.line(words.tr("Weekly attachment rate, %"), "name", gap=6)
    area = QRectF(EDGE, sheet.y, WIDTH - 2 * EDGE, 240)
    WeekLine(sheet.ink, page.weekly, page.since, page.until, page.target, page.began).paint(
        sheet.painter, area
    )
    sheet.y += 262
    sheet.line(words.tr("Why customers declined"), "name")
    sheet.line(words.reasons_base(page), "caption", "textTertiary", gap=4)
    area = QRectF(EDGE, sheet.y, WIDTH - 2 * EDGE, 190)
    nothing = words.tr("No declines with a reason")
    paint_bars(sheet.painter, sheet.ink, area, by_reason(page.reasons), nothing)
    sheet.y = _HEIGHT  # tables begin on a page of their own


def _groups(found: Report) -> list[list[str]]:
    """The figures that rows have, so many to a table."""
    known = {row.figure for row in found.rows}
    shown = [d.figure for d in FIGURES if d.figure in known]
    return [shown[at : at + _COLUMNS] for at in range(0, len(shown), _COLUMNS)]


def _table(sheet: Sheet, found: Report, group: Sequence[str]) -> None:
    by_key: dict[str, dict[str, list[Figure]]] = {}
    for row in (*found.rows, *found.total):
        if row.figure in group:
            by_key.setdefault(row.key, {}).setdefault(row.figure, []).append(row)
    names = {row.key: row.name or row.key for row in found.rows} | {TOTAL: words.tr("All")}
    high = _HEAD + _ROW * sum(max(map(len, cells.values())) for cells in by_key.values())
    sheet.room(high if high < _HEIGHT - 2 * EDGE - 24 else _HEAD + 2 * _ROW)
    _head(sheet, group)
    for key, cells in by_key.items():
        high = _ROW * max(map(len, cells.values()))  # one under the other where currencies differ
        if not sheet.room(high):
            _head(sheet, group)
        area = QRectF(EDGE, sheet.y, _NAME - 8, _ROW)
        sheet.text(area, names[key], weight=600)
        for place, figure in enumerate(group):
            for under, row in enumerate(cells.get(figure, [])):
                _cell(sheet, place, sheet.y + under * _ROW, row)
        sheet.y += high
        sheet.rule("divider" if key != TOTAL else "border")
    for note in dict.fromkeys(definition(figure).note for figure in group if definition(figure).note):
        sheet.y += 6
        sheet.paragraph(told(note))
    sheet.y += 22


def _head(sheet: Sheet, group: Sequence[str]) -> None:
    for place, figure in enumerate(group):
        area = _column(place, sheet.y, _HEAD - 6)
        font = sheet.ink.font("caption", weight=600)
        sheet.painter.setFont(font)
        sheet.painter.setPen(sheet.ink.color("textSecondary"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        sheet.painter.drawText(area, int(flags), told(definition(figure).label))
    sheet.y += _HEAD
    sheet.rule()


def _column(place: int, top: float, height: float) -> QRectF:
    width = (WIDTH - 2 * EDGE - _NAME) / _COLUMNS
    return QRectF(EDGE + _NAME + place * width, top, width - 4, height)


def _cell(sheet: Sheet, place: int, top: float, row: Figure) -> None:
    """Value, interval, and of how many: the same numbers as in the other kinds of file."""
    value, bounds, base = cell_lines(row)
    for text, offset, token, weight in (
        (value, 3, "text", 600), (bounds, 16, "textSecondary", 400), (base, 29, "textTertiary", 400),
    ):  # fmt: skip
        area = _column(place, top + offset - 1, 15)
        sheet.text(area, text, "caption", token, weight=weight, align=RIGHT)


def cell_lines(row: Figure) -> tuple[str, str, str]:
    """A figure in three lines, from the cells that other files hold."""
    cells = export.cells(row)
    kind = definition(row.figure).kind
    share = kind in ("share", "money_share")

    def said(number: object) -> str:
        if not isinstance(number, int | float):
            return "–"
        return words.percent(float(number)) if share else words.decimal(float(number), 2)

    unit = f" {row.currency}" if row.currency else ""
    value = said(cells["value"]) + (unit if kind == "money" else "") + (" ~" if row.provisional else "")
    bounds = words.tr("{low} to {high}").format(low=said(cells["low"]), high=said(cells["high"]))
    if cells["low"] is None or cells["high"] is None:
        bounds = words.tr("No interval")
    counted = {name: _plain(cells[name]) for name in ("num", "den")}
    return value, bounds, words.tr("{num} of {den}").format(**counted)


def _plain(number: object) -> str:
    assert isinstance(number, int | float)  # noqa: S101
    return words.decimal(float(number), 0 if number == int(number) else 2)


def _definitions(sheet: Sheet, found: Report) -> None:
    sheet.room(90)
    sheet.line(words.tr("What the figures say"), "name", gap=4)
    notes = (
        words.tr("Intervals are 95% and allow for one person's sales of a day going together."),
        words.tr("A figure with ~ may still sink: not all that it counts is past its return window."),
    )
    shown = {row.figure for row in (*found.rows, *found.total)}
    for text in (*notes, *(defined(d) for d in FIGURES if d.figure in shown)):
        sheet.paragraph(text)


def defined(one: Definition) -> str:
    """What a figure is, with what has to be read beside it."""
    said = f"{told(one.label)}: {told(one.sentence)}."
    return f"{said} {told(one.note)}" if one.note else said
