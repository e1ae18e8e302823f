"""What stands around the suggestions: trouble in a sentence, step-ups apart, what was held back, no rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.records import HeldBack, StepUp
from assistant.suggest.talking_points import spoken
from assistant.ui import stock_words, wording
from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.customer import Rule
from assistant.ui.emptying import empty
from assistant.ui.language import told
from assistant.ui.parts import Elided, Panel, Text, paint_focus, paint_keycap
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_MOST_ROWS = 4


class Notice(QWidget):
    """One sentence of what went wrong, until the next thing is done."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon = QLabel()
        self._text = Text(look, "body", token="laterText", weight=500)
        self._text.setWordWrap(True)
        self._gone = KeyButton(look, tr("Dismiss"))
        self._gone.clicked.connect(lambda _on: self.hide())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 10, 2)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._gone)
        look.changed.connect(self._draw)
        self._draw()
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()

    def _draw(self) -> None:
        self._icon.setPixmap(self._look.pixmap("triangle-alert", "laterText", 20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.color("laterBorder"))
        painter.setBrush(self._look.color("laterSoft"))
        radius = tokens()["radius"]["control"]
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)


class SectionHead(QAbstractButton):
    """The line that opens and closes a section."""

    def __init__(self, look: Look, key: str) -> None:
        super().__init__()
        self._look, self._key, self._second = look, key, ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(self, text: str, second: str) -> None:
        """The section's name, and what is in it."""
        self.setText(text)
        self._second = second
        self.setAccessibleName(f"{text}. {second}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, self._look.px(tokens()["rowHeight"]["collapsedSection"] - 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        pad, cap = look.px(18), look.px(tokens()["control"]["keycap"])
        icon = "chevron-down" if self.isChecked() else "chevron-right"
        painter.drawPixmap(pad, (self.height() - look.px(18)) // 2, look.pixmap(icon, "textSecondary", 18))
        font = look.font("label", weight=600)
        painter.setFont(font)
        painter.setPen(look.color("textSecondary"))
        line = self.rect().adjusted(pad + look.px(30), 0, -pad - cap - look.px(12), 0)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.text())
        used = QFontMetrics(font).horizontalAdvance(self.text()) + look.px(10)
        second = look.font("label", weight=400)
        painter.setFont(second)
        rest = line.adjusted(used, 0, 0, 0)
        shown = QFontMetrics(second).elidedText(self._second, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, shown)
        area = self.rect().adjusted(self.width() - pad - cap, 0, -pad, 0)
        area.setTop((self.height() - cap) // 2)
        area.setHeight(cap)
        paint_keycap(painter, look, area, self._key)
        if self.hasFocus():
            paint_focus(painter, look, self.rect().adjusted(2, 2, -2, -2), tokens()["radius"]["control"])


class Section(Panel):
    """A head and, when it is open, its rows: two words at the left, one at the right."""

    toggled = Signal(bool)

    def __init__(self, look: Look, key: str) -> None:
        super().__init__(name="sunken")
        self._look = look
        self.head = SectionHead(look, key)
        self._inside = QWidget()
        self._rows = QVBoxLayout(self._inside)
        self._rights: list[Text] = []
        self._rows.setContentsMargins(0, 0, 0, 6)
        self._rows.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)  # its border has taken its pixel already
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._scroll)
        self.head.toggled.connect(self._open)
        self.hide()

    def show_rows(self, title: str, second: str, rows: Sequence[tuple[str, str, str]]) -> None:
        """Say what is in it; with no rows it is gone."""
        self.head.say(title, second)
        empty(self._rows)
        self._rights = []
        for name, why, right in rows:
            self._rows.addWidget(Rule(self._look))
            self._rows.addWidget(self._row(name, why, right))
        self._align()
        height = self._look.px(44)
        self._scroll.setFixedHeight(min(len(rows), _MOST_ROWS) * (height + 1) + 8)
        self.setVisible(bool(rows))

    def _row(self, name: str, why: str, right: str) -> QWidget:
        look, row = self._look, QWidget()
        row.setFixedHeight(look.px(44))
        row.setAccessibleName(", ".join(word for word in (name, why, right) if word))
        line = QHBoxLayout(row)
        line.setContentsMargins(48, 0, 18, 0)
        line.setSpacing(12)
        for text, part in (
            (Elided(look, "body", name, weight=500), 2),
            (Elided(look, "label", why, "textSecondary", weight=400), 3),
        ):
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            line.addWidget(text, part)
        last = Text(look, "body", right, tabular=True, weight=600)
        last.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._rights.append(last)
        line.addWidget(last)
        return row

    def _align(self) -> None:
        """The last words are equally wide, so that those before them stand below each other."""
        widest = max((one.sizeHint().width() for one in self._rights), default=0)
        for one in self._rights:
            one.setMinimumWidth(widest)

    def toggle(self) -> None:
        """Open or close it."""
        if self.isVisible():
            self.head.toggle()

    def _open(self, on: bool) -> None:
        self._scroll.setVisible(on)
        self.toggled.emit(on)


def step_up_rows(steps: Iterable[StepUp], now: datetime) -> list[tuple[str, str, str]]:
    """Step-ups: what, instead of what, and what it costs more."""
    rows = []
    for step in steps:
        more = wording.money(step.price_difference, step.product.currency)
        stock, _ = stock_words.stock(step.stock, now, step.product.attributes.get("aisle"))
        instead = tr("instead of {name}").format(name=spoken(step.instead_of.name))
        why = ", ".join(word for word in (instead, stock[:1].lower() + stock[1:]) if word)
        rows.append((step.product.name, why, f"+{more}" if more else ""))
    return rows


def step_up_words(steps: Sequence[StepUp]) -> str:
    """`2 alternatives to the R50 kit. Kept apart from add-ons and not counted with them.`"""
    names = list(dict.fromkeys(spoken(step.instead_of.name) for step in steps))
    what = tr("the {name}").format(name=names[0]) if len(names) == 1 else tr("what is in the basket")
    many = wording.counted(len(steps), tr("1 alternative to"), tr("{n} alternatives to"))
    kept = tr("Kept apart from add-ons and not counted with them.")
    return tr("{many} {what}. {kept}").format(many=many, what=what, kept=kept)


def held_back_rows(held: Iterable[HeldBack]) -> list[tuple[str, str, str]]:
    """What was held back: what, and the rule in words."""
    return [(one.product.name, told(one.why), "") for one in held]
