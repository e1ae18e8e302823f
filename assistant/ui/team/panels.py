"""The panels under the tiles: the table with title and legend, the weeks, the reasons; the empty page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from assistant.measure.team import TeamFigures
from assistant.ui.charts.bars import ReasonBars
from assistant.ui.charts.weeks import WeekChart
from assistant.ui.parts import Button, Elided, Panel, Text
from assistant.ui.team import words
from assistant.ui.team.painting import dot, stroke
from assistant.ui.team.rows import Column, sorted_by
from assistant.ui.team.table import TeamTable
from assistant.ui.theme import Look


class Legend(QWidget):
    """What the dots mean: a shape and its words, one after the other."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._kinds = (
            (words.tr("outside the 99.8% limits of the team’s rate"), "chartLine", True, False),
            (words.tr("no clear difference"), "chartNeutral", False, False),
            (words.tr("too few: under 50 sales"), "chartNeutral", False, True),
        )
        self.setAccessibleName(". ".join(kind[0] for kind in self._kinds))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(400), self._look.px(45))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look.font("caption", weight=400)
        middle, x = self.height() / 2, float(look.px(16))
        for text, token, filled, dashed in self._kinds:
            ink = look.color(token)
            stroke(painter, look, ink, x, x + look.px(26), middle, dashed=dashed)
            dot(painter, look, ink, x + look.px(13), middle, filled=filled)
            x += look.px(36)
            painter.setFont(font)
            painter.setPen(look.color("textTertiary"))
            width = QFontMetrics(font).horizontalAdvance(text)
            painter.drawText(int(x), 0, width + 2, self.height(), int(Qt.AlignmentFlag.AlignVCenter), text)
            x += width + look.px(18)


class TablePanel(Panel):
    """Attachment rate by associate."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = TeamTable(look)
        self._order = Elided(look, "label", sorted_by(Column.RATE), "textTertiary", weight=400)
        title = QHBoxLayout()
        title.setContentsMargins(look.px(15), look.px(13), look.px(16), 0)
        title.setSpacing(look.px(12))
        title.addWidget(Text(look, "name", words.tr("Attachment rate by associate")))
        title.addWidget(self._order, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(title)
        layout.addWidget(self.table, 1)
        layout.addWidget(Legend(look))
        self.table.sorted_anew.connect(lambda column: self._order.setText(sorted_by(Column(column))))


class WeekKey(QWidget):
    """The line and the band over the weeks, the target where there is one, and what they are."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._target: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_target(self, target: float | None) -> None:
        """Name the dashed line, or leave it out."""
        self._target = target
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(180), self._look.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        middle = self.height() // 2
        painter.fillRect(0, middle - look.px(5), look.px(18), look.px(10), look.color("chartBand"))
        painter.fillRect(0, middle - 1, look.px(18), look.px(3), look.color("chartLine"))
        painter.setFont(look.font("caption", weight=400))
        painter.setPen(look.color("textTertiary"))
        said = words.tr("rate and 95% interval")
        align = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(self.rect().adjusted(look.px(25), 0, 0, 0), align, said)
        if self._target is None:
            return
        x = look.px(25 + 16) + painter.fontMetrics().horizontalAdvance(said)
        text = words.tr("target {rate}").format(rate=words.short_rate(self._target))
        painter.drawText(self.rect().adjusted(x + look.px(25), 0, 0, 0), align, text)
        pen = QPen(look.color("chartTarget"), look.px(2))
        pen.setDashPattern([2.5, 2])
        painter.setPen(pen)
        painter.drawLine(x, middle, x + look.px(18), middle)


class WeekPanel(Panel):
    """The attachment rate week by week, and the way to its target and what began."""

    plans_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart = WeekChart(look)
        layout = QVBoxLayout(self)
        # The button's target is taller and wider than its words: these end where the chart does.
        edge = look.px(14)
        layout.setContentsMargins(look.px(16), look.px(5), look.px(17) - edge, look.px(8))
        layout.setSpacing(0)
        title = Elided(look, "name", words.tr("Weekly attachment rate, %"))
        self.plans = Button(look, words.tr("Target …"), "quiet")
        self.plans.setAccessibleName(words.tr("Target and initiatives"))
        self.plans.clicked.connect(self.plans_wanted)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.plans)
        layout.addLayout(head)
        self._key = WeekKey(look)
        below = QVBoxLayout()
        below.setContentsMargins(0, 0, edge, 0)
        below.setSpacing(0)
        below.addWidget(self._key)
        below.addWidget(self._chart, 1)
        layout.addLayout(below, 1)

    def show_figures(self, found: TeamFigures) -> None:
        """Show the weeks of other figures."""
        self._key.show_target(found.target)
        self._chart.show_weeks(found.weekly, found.since, found.until, found.target, found.began)


class ReasonPanel(Panel):
    """Why customers declined."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = Elided(look, "caption", "", "textTertiary", weight=400)
        self._bars = ReasonBars(look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(16), look.px(13), look.px(17), look.px(12))
        layout.setSpacing(look.px(2))
        title = Text(look, "name", words.tr("Why customers declined"))
        title.setWordWrap(True)
        layout.addWidget(title)
        layout.addWidget(self._base)
        layout.addSpacing(look.px(6))
        layout.addWidget(self._bars, 1)

    def show_figures(self, found: TeamFigures) -> None:
        """Show the reasons of other figures."""
        self._base.setText(words.reasons_base(found))
        self._bars.show_reasons(found.reasons)


class Empty(Panel):
    """The page without figures: what is missing, and what to do."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Text(look, "title")
        self._what = Text(look, "body", "", "textSecondary")
        layout = QVBoxLayout(self)
        layout.setSpacing(look.px(8))
        layout.addStretch(2)
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._icon)
        for text in (self._title, self._what):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setWordWrap(True)
            layout.addWidget(text)
        layout.addStretch(3)
        look.changed.connect(self._restyle)
        self._look = look
        self._restyle()

    def _restyle(self) -> None:
        self._icon.setPixmap(self._look.pixmap("receipt", "textTertiary", 24))

    def say(self, title: str, what: str) -> None:
        """Say why nothing is shown."""
        self._title.setText(title)
        self._what.setText(what)
        self.setAccessibleName(f"{title} {what}")
