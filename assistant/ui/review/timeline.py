"""What the customer owns, newest or most due first, on a line with dots: filled where something is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from assistant.suggest.replenishment import Owning
from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.customer import Rule
from assistant.ui.parts import Elided, Panel, Text, fitted
from assistant.ui.review import words
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_FEW = 7


class Line(QWidget):
    """The dots and what stands beside them."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.things: Sequence[Owning] = ()
        self._now: datetime | None = None
        look.changed.connect(self.updateGeometry)

    def show_things(self, things: Sequence[Owning], now: datetime) -> None:
        """Show these, in this order."""
        self.things, self._now = things, now
        self.setAccessibleName(tr("Owns"))
        self.setAccessibleDescription("; ".join(self._spoken(one, now) for one in things))
        self.updateGeometry()
        self.update()

    @staticmethod
    def _spoken(one: Owning, now: datetime) -> str:
        said = [one.owned.product.name, words.age_and_day(one, now)]
        return ", ".join([*said, words.due(one.due, now)] if one.due and one.due_now(now) else said)

    def _height(self, one: Owning) -> int:
        plain, due = tokens()["rowHeight"]["timeline"]
        return self._look.px(due if self._now and one.due_now(self._now) else plain)

    def sizeHint(self) -> QSize:
        return QSize(200, sum(map(self._height, self.things)))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._now is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 0
        for place, one in enumerate(self.things):
            height = self._height(one)
            self._one(painter, one, top, height, last=place == len(self.things) - 1)
            top += height

    def _one(self, painter: QPainter, one: Owning, top: int, height: int, *, last: bool) -> None:
        look, px, now = self._look, self._look.px, self._now
        due = now is not None and one.due_now(now)
        dot = QPointF(px(10), top + px(10))
        if not last:
            painter.setPen(QPen(look.color("border"), 1.5))
            painter.drawLine(dot + QPointF(0, px(9)), QPointF(px(10), top + height + px(1)))
        painter.setPen(QPen(look.color("later" if due else "chartNeutral"), 2))
        painter.setBrush(look.color("later") if due else look.color("surface"))
        painter.drawEllipse(dot, px(5), px(5))
        x, line = px(28), look.line("label")
        texts = [(one.owned.product.name, look.font("body", weight=600), "text")]
        if now is not None:
            texts.append((words.age_and_day(one, now), look.font("label", weight=400), "textTertiary"))
            if due and one.due is not None:
                texts.append((words.due(one.due, now), look.font("label", weight=500), "laterText"))
        for place, (text, font, token) in enumerate(texts):
            spot = QRect(x, top + place * line - (px(1) if not place else px(2)), self.width() - x, line)
            font = fitted(font, text, spot.width()) if place else font
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, spot.width())
            painter.setFont(font)
            painter.setPen(look.color(token))
            painter.drawText(spot, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


class Timeline(Panel):
    """O shows all they own."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._all = look, False
        self._things: tuple[Owning, ...] = ()
        self._now: datetime | None = None
        self._title = Elided(look, "name")
        self.all_owned = KeyButton(look, "", "O")
        kept = self.all_owned.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the title keeps its height
        self.all_owned.setSizePolicy(kept)
        self.line = Line(look)
        self._nothing = Text(look, "label", token="textTertiary", weight=400)
        self._nothing.setWordWrap(True)
        self._foot = Elided(look, "label", token="textTertiary", weight=400)
        self._rule = Rule(look)
        self._build()
        self.all_owned.clicked.connect(lambda _on: self.toggle_all())

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.all_owned)
        scroll = QScrollArea()
        scroll.setWidget(self.line)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 6, 16, 12)
        self._column.setSpacing(6)
        self._column.addLayout(head)
        self._column.addWidget(self._nothing)
        self._column.addWidget(scroll, 1)
        self._column.addWidget(self._rule)
        self._column.addWidget(self._foot)

    def show_things(
        self,
        name: str,
        things: tuple[Owning, ...],
        returned: tuple[tuple[str, datetime | None], ...],
        personal: bool,
        now: datetime,
    ) -> None:
        """Show what is due first, then the rest, newest first; without consent nothing."""
        title = tr("What {name} owns") if name else tr("What they own")
        self._title.setText(title.format(name=name))
        due = sorted(
            (one for one in things if one.due_now(now)), key=lambda one: one.due.on if one.due else now
        )
        self._things = (*due, *(one for one in things if not one.due_now(now)))
        self._now = now
        self._nothing.setText(
            tr("Nothing bought yet.")
            if personal
            else tr("Personal suggestions are off: what was bought is not shown and not used.")
        )
        self._nothing.setVisible(not things)
        self._foot.setText(words.returns(returned))
        for widget in (self._foot, self._rule):
            widget.setVisible(bool(returned))
        self._fit()

    def toggle_all(self) -> None:
        """Show all they own, or only the first."""
        self._all = not self._all
        self._fit()

    def forget(self) -> None:
        """Nobody is on the phone any more."""
        self._all, self._things = False, ()
        self._fit()

    def _fit(self) -> None:
        if self._now is None:
            return
        self.line.show_things(self._things if self._all else self._things[:_FEW], self._now)
        self.all_owned.setVisible(len(self._things) > _FEW)
        self.all_owned.setText(tr("Fewer") if self._all else tr("All {n}").format(n=len(self._things)))
        self.all_owned.setAccessibleName(tr("All owned things"))
        self.all_owned.updateGeometry()
