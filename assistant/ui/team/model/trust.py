"""The panels of what its chances came to, and of what would change."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from assistant.measure.model_page import ModelPage
from assistant.store.models import Entry
from assistant.ui.charts.chances import ChanceChart
from assistant.ui.charts.changes import ChangeBars, Moved
from assistant.ui.parts import Panel, Text
from assistant.ui.team.model import words
from assistant.ui.team.model.parts import column_of
from assistant.ui.theme import Look
from assistant.ui.wording import number, tr


class ChancePanel(Panel):
    """Do its chances come true?"""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = Text(look, "label", "", "textTertiary", weight=400)
        self._base.setWordWrap(True)
        self.chart = ChanceChart(look)
        self._axis = Text(look, "caption", tr("Said: bought with it in 100 such baskets"), "textSecondary")
        self._axis.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._told = Text(look, "label", "", "textSecondary", weight=400)
        self._told.setWordWrap(True)
        column = column_of(self, look)
        column.addWidget(Text(look, "name", tr("Do its chances come true?")))
        column.addWidget(self._base)
        column.addWidget(self.chart, 1)
        column.addWidget(self._axis)
        column.addWidget(self._told)

    def show_entry(self, entry: Entry) -> None:
        """Show another model's."""
        learned = entry.learned
        text = tr("Model {n}, {baskets} baskets it did not learn from, with 95% interval")
        self._base.setText(text.format(n=entry.number, baskets=number(learned.kept_out)))
        self.chart.show_groups(learned.groups)
        self.chart.setVisible(bool(learned.groups))
        self._axis.setVisible(bool(learned.groups))
        cases = sum(one.n for one in learned.groups)
        if not cases:
            self._told.setText(tr("Not yet known: there are too few baskets to try it on."))
            return
        off = sum(abs(one.said - one.seen) * one.n for one in learned.groups) / cases
        told = tr("Off by {off} of 100 in the mean of {n} cases.")
        near = tr("Off by less than {off} of 100 in the mean of {n} cases.")
        said = words.decimal(max(100 * off, 0.1))
        self._told.setText((told if 100 * off >= 0.1 else near).format(off=said, n=number(cases)))


class ChangePanel(Panel):
    """What would change with the last model that was judged."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = Text(look, "label", "", "textTertiary", weight=400)
        self._base.setWordWrap(True)
        self._titles = [
            Text(look, "caption", text, "textSecondary", weight=600)
            for text in (tr("More accepted"), tr("Fewer accepted"))
        ]
        self.bars = [ChangeBars(look, title.text()) for title in self._titles]
        self._moves = Text(look, "label", "", "textSecondary", weight=400)
        self._moves.setWordWrap(True)
        column = column_of(self, look)
        column.addWidget(Text(look, "name", tr("What would change")))
        column.addWidget(self._base)
        for title, bars in zip(self._titles, self.bars, strict=True):
            column.addWidget(title)
            column.addWidget(bars)
        column.addStretch(1)
        column.addWidget(self._moves)

    def show_page(self, page: ModelPage, moves: str) -> None:
        """Show the pairings of another verdict, and what moves the scores of the model in use."""
        found = page.judged.verdict if page.judged else None
        changes = found.changes if found else ()
        most = max((abs(one.difference.value) for one in changes), default=0.0)
        for sign, title, bars in zip((1, -1), self._titles, self.bars, strict=True):
            rows = []
            for one in changes:
                if one.difference.value * sign > 0:
                    name, base = words.change(page, one)
                    by = 100 * one.difference.value
                    said = f"{'+' if by > 0 else '−'}{words.decimal(abs(by))}"
                    rows.append(Moved(name, base, one.difference.value, said))
            bars.show_rows(rows, most)
            title.setVisible(bool(rows))
            bars.setVisible(bool(rows))
        if not changes:
            self._base.setText(tr("Not yet known: no pairing was shown often enough since the last model."))
        elif page.judged and found:
            certain = any(one.difference.low > 0 or one.difference.high < 0 for one in changes)
            text = (
                tr("Model {n} against {against}, accepted of 100 shown.")
                if certain
                else tr("Model {n} against {against}, accepted of 100 shown. None is certain yet.")
            )
            self._base.setText(text.format(n=page.judged.number, against=found.against))
        self._moves.setText(moves)
