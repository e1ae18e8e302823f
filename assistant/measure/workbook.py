"""A report as an Excel file: typed cells under a frozen header, what was asked, and every definition."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from assistant.measure import export
from assistant.measure.definitions import FIGURES, Definition, definition
from assistant.measure.report import TOTAL
from assistant.records import Figure, Report

COLUMNS = (
    "key", "name", "figure", "label", "num", "den", "value", "low", "high", "currency", "provisional",
    "note",
)  # fmt: skip
_FORMATS = {"share": "0.0%", "money_share": "0.0%", "money": "#,##0.00", "number": "0.00"}
_WIDTHS = (22, 26, 26, 22, 14, 14, 12, 12, 12, 9, 11, 80)


def workbook(found: Report) -> bytes:
    """The report's figures, totals last, as the bytes of an .xlsx file."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    figures = book.add_worksheet("Figures")
    figures.write_row(0, 0, COLUMNS, head)
    figures.freeze_panes(1, 0)
    for column, width in enumerate(_WIDTHS):
        figures.set_column(column, column, width)
    rows = (*found.rows, *found.total)
    for place, row in enumerate(rows, 1):
        _write(figures, place, row, formats)
    figures.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    _definitions(book.add_worksheet("Definitions"), head)
    _about(book, book.add_worksheet("About"), found)
    book.close()
    return content.getvalue()


def _write(sheet: Any, place: int, row: Figure, formats: dict[str, Any]) -> None:
    told = export.cells(row) | {"label": definition(row.figure).label}
    shown = formats[definition(row.figure).kind]
    for column, name in enumerate(COLUMNS):
        cell = told[name]
        if cell is None:
            continue
        if isinstance(cell, bool):
            sheet.write_boolean(place, column, cell)
        elif isinstance(cell, int | float):
            style = shown if name in ("value", "low", "high") else None
            sheet.write_number(place, column, cell, style)
        else:
            text = "all" if name == "key" and cell == TOTAL else str(cell)
            sheet.write_string(place, column, text)


def _definitions(sheet: Any, head: Any) -> None:
    sheet.write_row(0, 0, ("figure", "label", "kind", "definition"), head)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate((26, 22, 14, 110)):
        sheet.set_column(column, column, width)
    for place, one in enumerate(FIGURES, 1):
        for column, text in enumerate(_defined(one)):
            sheet.write_string(place, column, text)


def _defined(one: Definition) -> tuple[str, str, str, str]:
    final = "; provisional until the return window has passed" if one.window else ""
    note = f". {one.note}" if one.note else ""
    return one.figure, one.label, one.kind, one.sentence + final + note


def _about(book: Any, sheet: Any, found: Report) -> None:
    """Filters and bounds with their types: days as days, moments as moments (UTC)."""
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.set_column(0, 1, 24)
    for place, (name, value) in enumerate(export.about(found).items()):
        sheet.write_string(place, 0, name)
        if value is None:
            continue
        if name in ("from", "to", "settled_before"):
            sheet.write_datetime(place, 1, date.fromisoformat(value), day)
        elif name == "complete_to":
            moment = datetime.fromisoformat(value).replace(tzinfo=None)
            sheet.write_datetime(place, 1, moment)
        else:
            sheet.write_string(place, 1, value)
    sheet.write_string(len(export.ABOUT), 0, "interval")
    sheet.write_string(len(export.ABOUT), 1, "95 %, one person's sales of a day go together")
