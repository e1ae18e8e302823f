"""The fair comparison as others read it: a line a person with limits, as CSV and as an Excel file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assistant.measure import export
from assistant.measure.fairness import Compared, Fairness

ABOUT = ("from", "to", "store", "complete_to")
PERSON = (
    "associate_id", "name", "sales", "attached", "rate", "rate_low", "rate_high", "expected", "adjusted",
    "low", "high", "steadied", "limit_low", "limit_high", "outer_limit_low", "outer_limit_high", "standing",
)  # fmt: skip
CSV_COLUMNS = (*ABOUT, *PERSON, "definition")
DEFINITIONS = {
    "rate": "paid orders with an anchor and an accepted add-on on the receipt, of all with an anchor",
    "expected": "the rate that this kind of sales lets expect, learned without the person",
    "adjusted": "observed / expected × team rate",
    "steadied": "adjusted, pulled towards the team's by how much of the spread is chance",
    "limit_low": "limits of 95 %, outer ones of 99.8 %: one person's sales of a day may go together",
    "standing": "few: under 50 sales; above, below: outside the 99.8 % limits; alike: no clear difference",
}
DEFINITION = "; ".join(f"{name}: {sentence}" for name, sentence in DEFINITIONS.items())
_COUNTS = ("sales", "attached")
_TEXTS = ("associate_id", "name", "standing")


@dataclass(frozen=True, slots=True)
class About:
    """What was asked: first and last day, which store, and up to when the data is complete."""

    first: date
    last: date
    store: str | None
    complete_to: datetime | None

    def cells(self) -> dict[str, str | None]:
        """By the names of the columns."""
        known = self.complete_to.isoformat() if self.complete_to else None
        found = (self.first.isoformat(), self.last.isoformat(), self.store, known)
        return dict(zip(ABOUT, found, strict=True))


def cells(one: Compared) -> dict[str, str | int | float]:
    """A person for programs."""
    as_it_was = (one.rate, one.rate_low, one.rate_high)
    adjusted = (one.expected, one.adjusted, one.low, one.high, one.steadied)
    shares = [round(x, 6) for x in (*as_it_was, *adjusted, *one.limits, *one.outer_limits)]
    row: list[str | int | float] = [one.associate_id, one.name, one.sales, one.attached, *shares]
    return dict(zip(PERSON, [*row, one.standing], strict=True))


def csv_text(found: Fairness, about: About) -> str:
    """A line a person, each with what was asked and what it says."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for one in found.people:
        told = {**about.cells(), **cells(one), "definition": DEFINITION}
        writer.writerow([export.safe(told[name]) for name in CSV_COLUMNS])
    return text.getvalue()


def workbook(found: Fairness, about: About) -> bytes:
    """The same with typed cells under a frozen header; what it says and what was asked on sheets apart."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    head = book.add_format({"bold": True, "bottom": 1})
    share = book.add_format({"num_format": "0.0%"})
    people = book.add_worksheet("People")
    people.write_row(0, 0, PERSON, head)
    people.freeze_panes(1, 0)
    people.set_column(0, len(PERSON) - 1, 14)
    for place, one in enumerate(found.people, 1):
        for column, (name, cell) in enumerate(cells(one).items()):
            if name in _TEXTS:
                people.write_string(place, column, str(cell))
            else:
                people.write_number(place, column, cell, None if name in _COUNTS else share)
    people.autofilter(0, 0, max(1, len(found.people)), len(PERSON) - 1)
    _two_columns(book.add_worksheet("Definitions"), ("column", "definition"), DEFINITIONS, head)
    asked = {**about.cells(), "team rate": f"{found.team_rate:.6f}", "sales": str(found.sales)}
    _two_columns(book.add_worksheet("About"), ("what", "value"), asked, head)
    book.close()
    return content.getvalue()


def _two_columns(sheet: Any, titles: tuple[str, str], rows: dict[str, Any], head: Any) -> None:
    sheet.write_row(0, 0, titles, head)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    for place, (name, text) in enumerate(rows.items(), 1):
        sheet.write_string(place, 0, name)
        if text is not None:
            sheet.write_string(place, 1, text)
