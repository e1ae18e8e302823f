"""The Funnel on A4: the chart with its limits, then everybody in numbers and words, then what they mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from assistant.measure.fairness import Fairness
from assistant.measure.funnel_file import About
from assistant.ui.charts.funnel import FunnelPlot
from assistant.ui.team import words
from assistant.ui.team.funnel_words import about_words, in_words, under_table, under_title
from assistant.ui.team.paper import EDGE, RIGHT, WIDTH, Sheet, paged
from assistant.ui.wording import number

_CHART, _ROW = 330, 30
_NAME, _NUMBER = 150, 68


def printed(found: Fairness, about: About) -> bytes:
    """The comparison as the bytes of a PDF file."""
    return paged(
        words.tr("Is a difference more than chance?"), about_words(about), lambda sheet: _draw(sheet, found)
    )


def _draw(sheet: Sheet, found: Fairness) -> None:
    sheet.line(words.tr("Is a difference more than chance?"), "title", gap=2)
    sheet.line(sheet.about, "label", "textSecondary", gap=6)
    sheet.paragraph(under_title(found))
    FunnelPlot(sheet.ink, found).paint(sheet.painter, QRectF(EDGE, sheet.y, WIDTH - 2 * EDGE, _CHART))
    sheet.y += _CHART + 14
    heads = (
        words.tr("Associate"), words.tr("Sales"), words.tr("Rate, %"), words.tr("Expected"),
        words.tr("Adjusted"), words.tr("Steadied"), words.tr("In words"),
    )  # fmt: skip
    _row(sheet, heads, "textSecondary", 600)
    sheet.rule()
    for one in found.people:
        if not sheet.room(_ROW):
            _row(sheet, heads, "textSecondary", 600)
        rates = (words.decimal(100 * x) for x in (one.rate, one.expected, one.adjusted, one.steadied))
        _row(sheet, (one.name, number(one.sales), *rates, in_words(one)), "text", 400)
        sheet.rule("divider")
    sheet.y += 14
    sheet.paragraph(under_table(found))


def _row(sheet: Sheet, cells: tuple[str, ...], token: str, weight: int) -> None:
    x = float(EDGE)
    for place, text in enumerate(cells):
        last = len(cells) - 1
        width = _NAME if place == 0 else WIDTH - EDGE - x if place == last else _NUMBER
        inside = QRectF(x + (16 if place == last else 0), sheet.y, width - (16 if place == last else 6), _ROW)
        if 0 < place < last:
            sheet.text(inside, text, "caption", token, weight=weight, align=RIGHT)
        else:
            sheet.text(inside, text, "caption", token, weight=weight)
        x += width
    sheet.y += _ROW
