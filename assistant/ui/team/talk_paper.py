"""One person's figures on A4, to lay between two people who talk about them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, Qt

from assistant.measure import export
from assistant.measure.fairness import Compared, Fairness
from assistant.ui.team import record_words, words
from assistant.ui.team.funnel_words import base, in_words, sentence
from assistant.ui.team.paper import EDGE, RIGHT, WIDTH, Sheet, paged, print_on
from assistant.ui.team.printing import Printable
from assistant.ui.team.record import Record

_LABEL, _BAR, _ROW, _LINES, _LINE = 150, 420, 28, 8, 34


def printable(one: Compared, found: Fairness, record: Record, about: str) -> Printable:
    """The sheet of one person of a comparison; `about` is what was asked for, in words."""

    def draw(sheet: Sheet) -> None:
        _draw(sheet, one, found, record)

    def save(file: Path) -> Path:
        export.write_whole(file, paged(one.name, about, draw))
        return file

    return Printable(
        words.tr("For a talk with {name}").format(name=one.name),
        words.tr("One A4 sheet: rates, what is asked about the record, and room to write."),
        "talk.pdf",
        save,
        partial(print_on, about=about, draw=draw),
    )


def _draw(sheet: Sheet, one: Compared, found: Fairness, record: Record) -> None:
    sheet.line(one.name, "title", gap=2)
    sheet.line(sheet.about, "label", "textSecondary", gap=14)
    _rates(sheet, one)
    sheet.line(in_words(one), "name", gap=4)
    low, high = words.percent(one.rate_low), words.percent(one.rate_high)
    interval = words.tr("95% interval {low} to {high}").format(low=low, high=high)
    for said in (sentence(one, found), f"{base(one)}. {interval}."):
        sheet.paragraph(said)
    asked = [
        record_words.question(each) for each in record.questions if each.associate_id == one.associate_id
    ]
    told = [record_words.replied(each) for each in record.replies if each.about == one.associate_id]
    if asked or told:
        sheet.y += 18
        sheet.line(words.tr("Questions about the record"), "name", gap=4)
        for said in (*asked, *told):
            sheet.paragraph(said)
    sheet.y += 24
    sheet.line(words.tr("What we talked about"), "name", gap=8)
    for _ in range(_LINES):
        sheet.room(_LINE)
        sheet.y += _LINE
        sheet.rule()


def _rates(sheet: Sheet, one: Compared) -> None:
    """The four rates under one another on one scale, as on the screen."""
    rates = (
        (words.tr("Rate"), one.rate, "chartNeutral"),
        (words.tr("Expected"), one.expected, "chartNeutral"),
        (words.tr("Adjusted"), one.adjusted, "chartLine"),
        (words.tr("Steadied"), one.steadied, "chartLine"),
    )
    most = max([rate for _, rate, _ in rates] + [1e-9])
    for label, rate, token in rates:
        sheet.text(QRectF(EDGE, sheet.y, _LABEL, _ROW), label)
        value = QRectF(EDGE, sheet.y, WIDTH - 2 * EDGE, _ROW)
        sheet.text(value, words.percent(rate), weight=600, align=RIGHT)
        sheet.painter.setPen(Qt.PenStyle.NoPen)
        sheet.painter.setBrush(sheet.ink.color(token))
        bar = QRectF(EDGE + _LABEL, sheet.y + _ROW / 2 - 4, max(2.0, _BAR * rate / most), 8)
        sheet.painter.drawRoundedRect(bar, 3, 3)
        sheet.y += _ROW
    sheet.y += 14
