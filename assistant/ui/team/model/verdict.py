"""The panel of the verdict on the last model that was judged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.store.models import Check, Entry
from assistant.ui.charts.beside import BesideChart
from assistant.ui.emptying import empty
from assistant.ui.parts import Button, Chip, Elided, Panel, Text
from assistant.ui.team.model import words
from assistant.ui.team.model.parts import column_of
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class CheckRow(QWidget):
    """One thing that was looked at: a mark, what, and what was found."""

    def __init__(self, look: Look, found: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name, value = words.check(found)
        icon, token = {
            True: ("check", "textSecondary"),
            False: ("triangle-alert", "laterText"),
            None: ("clock", "laterText"),
        }[found.passed]
        mark = QLabel()
        mark.setPixmap(look.pixmap(icon, token, 20))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(10))
        row.addWidget(mark)
        what = Text(look, "body", name, weight=500)
        seen = Text(look, "label", value, "textTertiary", weight=400, tabular=True)
        seen.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for text, share in ((what, 56), (seen, 44)):
            text.setWordWrap(True)
            row.addWidget(text, share)
        passed = {True: tr("passed"), False: tr("not passed"), None: tr("cannot be told yet")}[found.passed]
        self.setAccessibleName(f"{name}: {passed}, {value}")


class Notice(QWidget):
    """The ground of the verdict: amber while something waits, quiet else."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._waits = look, False

    def show_tone(self, waits: bool) -> None:
        """Take the other ground."""
        self._waits = waits
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border = ("laterSoft", "laterBorder") if self._waits else ("sunken", "border")
        painter.setBrush(self._look.color(fill))
        painter.setPen(QPen(self._look.color(border), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class VerdictPanel(Panel):
    """The verdict on the last model that was judged: in a sentence, check by check, and as an estimate."""

    install_asked = Signal()
    discard_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.title, self._when = Text(look, "name"), Elided(look, "label", "", "textTertiary", weight=400)
        self.chip = Chip(look, "", "later")
        self._box, self._icon = Notice(look), QLabel()
        self._head, self._means = Text(look, "name"), Text(look, "label", weight=400)
        self._head.setWordWrap(True)
        self._means.setWordWrap(True)
        self._checks = QVBoxLayout()
        self._checked = Text(look, "caption", tr("What the gate checked"), "textSecondary", weight=600)
        self.chart = BesideChart(look)
        self._chart_title = Text(look, "caption", "", "textSecondary", weight=600)
        self._chart_title.setWordWrap(True)
        self._foot = Text(look, "label", "", "textTertiary", weight=400)
        self._foot.setWordWrap(True)
        self.discard = Button(look, tr("Discard"), "quiet")
        self.install = Button(look, tr("Install anyway, with reason"))
        self.discard.clicked.connect(lambda _on: self.discard_asked.emit())
        self.install.clicked.connect(lambda _on: self.install_asked.emit())
        self._build()

    def _build(self) -> None:
        look = self._look
        head = QHBoxLayout()
        head.setSpacing(look.px(12))
        for widget, stretch in ((self.title, 0), (self._when, 1), (self.chip, 0)):
            head.addWidget(widget, stretch)
        box, said = QHBoxLayout(self._box), QVBoxLayout()
        box.setContentsMargins(look.px(16), look.px(10), look.px(16), look.px(10))
        box.setSpacing(look.px(12))
        said.setSpacing(look.px(2))
        said.addWidget(self._head)
        said.addWidget(self._means)
        box.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(said, 1)
        left = QVBoxLayout()
        left.setSpacing(look.px(6))
        left.addWidget(self._checked)
        left.addLayout(self._checks)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self._chart_title)
        right.addWidget(self.chart, 1)
        both = QHBoxLayout()
        both.setSpacing(look.px(28))
        both.addLayout(left, 46)
        both.addLayout(right, 54)
        foot = QHBoxLayout()
        foot.setSpacing(look.px(8))
        foot.addWidget(self._foot, 1)
        foot.addWidget(self.discard)
        foot.addWidget(self.install)
        column = column_of(self, look)
        column.addLayout(head)
        column.addWidget(self._box)
        column.addLayout(both, 1)
        column.addLayout(foot)

    def show_page(self, entry: Entry | None, when: str) -> None:
        """Show another verdict; none where only one model was learned yet."""
        found = entry.verdict if entry else None
        empty(self._checks)
        waits = entry is not None and entry.state == "waiting"
        for widget in (self.discard, self.install, self.chip, self._when):
            widget.setVisible(waits or (widget in (self.chip, self._when) and entry is not None))
        self._checked.setVisible(found is not None)
        if entry is None or found is None:
            self.title.setText(tr("No later model yet"))
            self._head.setText(tr("The first model was installed: there was none to compare it with"))
            self._means.setText(tr("The next one is judged beside it before it is put to use."))
            self._tone(False)
            self._show_chart(None)
            return
        self.title.setText(words.title(entry))
        self._when.setText(when)
        self.chip.set_text(words.chip(entry), "later" if waits else "neutral")
        head, means = words.verdict(entry, found)
        self._head.setText(head)
        self._means.setText(means)
        self._tone(waits)
        for check in found.checks:
            self._checks.addWidget(CheckRow(self._look, check))
        self._show_chart(entry)
        rules = any(check.name == "limits" and check.passed is False for check in found.checks)
        self.install.setEnabled(not rules and found.word != "worse")

    def _tone(self, waits: bool) -> None:
        self._box.show_tone(waits)
        icon, token = ("clock", "laterText") if waits else ("circle-check", "textSecondary")
        self._icon.setPixmap(self._look.pixmap(icon, token, 24))

    def _show_chart(self, entry: Entry | None) -> None:
        found = entry.verdict if entry else None
        compared = None
        if found is not None:
            compared = found.offers if _heard(found.checks) else found.baskets
        self._chart_title.setVisible(bool(compared))
        if entry is None or found is None or compared is None:
            self.chart.show_rows("", ())
            self._foot.setText("")
            return
        by_log = compared is found.offers
        title = (
            tr("Accepted of 100 slates, estimate with 95% interval")
            if by_log
            else tr("What is found of later baskets (nDCG@10 in hundredths), with 95% interval")
        )
        self._chart_title.setText(title)
        name = tr("Model {n}")
        rows = [
            (name.format(n=found.against), compared.in_use),
            (name.format(n=entry.number), compared.candidate),
        ]
        self.chart.show_rows(title, rows)
        foot = tr("Effective answers: logged offers that model {n} would also have made.")
        other = tr("Later baskets: the newest ones, which model {n} did not learn from.")
        self._foot.setText((foot if by_log else other).format(n=entry.number))


def _heard(checks: Sequence[Check]) -> bool:
    return any(check.name == "enough" and check.passed for check in checks)
