"""Reports as others read them: JSON for programs, CSV for spreadsheets, files that are whole or not there.

Excel files are made in `workbook`.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from pathlib import Path

from assistant.errors import StoreError
from assistant.measure.definitions import FIGURES, definition
from assistant.records import MONEY_UNIT, Figure, Report

ABOUT = ("by", "from", "to", "store", "touchpoint", "category", "complete_to", "settled_before")
CSV_COLUMNS = (
    "by", "from", "to", "store", "complete_to",
    "key", "name", "figure", "num", "den", "value", "low", "high", "currency",
    "provisional", "touchpoint", "category", "settled_before", "definition", "note",
)  # fmt: skip


def json_text(found: Report) -> str:
    """The report for programs, as one JSON document."""
    document = {
        "complete_to": found.complete_to and found.complete_to.isoformat(),
        "settled_before": found.settled_before,
        "filters": dict(found.filters),
        "rows": [cells(row) for row in found.rows],
        "total": [cells(row) for row in found.total],
        "definitions": {d.figure: d.sentence for d in FIGURES if d.figure in _told(found)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def about(found: Report) -> dict[str, str | None]:
    """What a report was asked of, up to when it is complete, and what was sold before can be returned."""
    complete = found.complete_to.isoformat() if found.complete_to else None
    known = dict(found.filters) | {"complete_to": complete, "settled_before": found.settled_before}
    return {name: known.get(name) for name in ABOUT}


def _told(found: Report) -> set[str]:
    return {row.figure for row in (*found.rows, *found.total)}


def cells(row: Figure) -> dict[str, object]:
    """A figure for programs: money in the currency's unit, whole numbers whole."""
    told = definition(row.figure)
    kind = told.kind
    each = MONEY_UNIT if kind == "money" else 1
    part = MONEY_UNIT if told.of_money else 1
    whole = MONEY_UNIT if kind == "money_share" else 1
    found: dict[str, object] = {"key": row.key, "name": row.name, "figure": row.figure}
    found |= {"num": _number(row.num / part), "den": _number(row.den / whole)}
    for bound in ("value", "low", "high"):
        number = getattr(row, bound)
        found[bound] = None if number is None else round(number / each, 6)
    return found | {"currency": row.currency, "provisional": row.provisional, "note": told.note or None}


def _number(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 4)


def csv_text(found: Report) -> str:
    """The report for a spreadsheet: one line per figure, with the filters and up to when it is complete."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    asked = about(found)
    for row in (*found.rows, *found.total):
        told = asked | cells(row) | {"definition": definition(row.figure).sentence}
        writer.writerow([safe(told[name]) for name in CSV_COLUMNS])
    return text.getvalue()


def safe(cell: object) -> object:
    """A text that a spreadsheet would run as a formula is kept a text by an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file under another name and put it in place when it is whole. Raises StoreError.

    What is no file, such as /dev/stdout or a pipe, is written to and never replaced.
    """
    if path.exists() and not path.is_file():
        _write_through(path, content)
        return
    if path.is_symlink():
        path = path.resolve()
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            file.write(_bytes(content))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as problem:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise StoreError(
            f"The file {path} cannot be written ({problem.strerror}); what was there before is untouched."
        ) from problem


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _write_through(path: Path, content: str | bytes) -> None:
    try:
        with path.open("wb") as file:
            file.write(_bytes(content))
    except OSError as problem:
        raise StoreError(f"{path} cannot be written to: {problem.strerror}.") from problem
