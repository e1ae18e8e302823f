"""The customer card: who is served, what they allow, three facts, what they own, and one note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from assistant.records import CustomerCard, OwnedProduct
from assistant.store.notes import Noted
from assistant.ui import dates, wording
from assistant.ui.counter.actions import KeyButton
from assistant.ui.counter.icons import icon_for
from assistant.ui.parts import Chip, Elided, Panel, Text, paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_SHOWN, _SHOWN_COMPACT, _MOST = 3, 2, 8


def signed(noted: Noted, now: datetime) -> str:
    """`Owen Bright, 9 May`."""
    return f"{noted.by}, {dates.day(noted.at, now)}"


class ConsentChip(QAbstractButton):
    """Whether what the customer bought before may be used; a click asks to change it."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.on = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_state(self, on: bool) -> None:
        """Say whether personal suggestions are on."""
        self.on = on
        self.setText(tr("Personal suggestions: on") if on else tr("Personal suggestions: off"))
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = self._look
        width = QFontMetrics(look.font("label")).horizontalAdvance(self.text()) + look.px(10 + 16 + 6 + 10)
        return QSize(width, look.px(tokens()["control"]["button"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = look.px(tokens()["control"]["chip"])
        area = QRect(0, (self.height() - height) // 2, self.width(), height)
        painter.setBrush(look.color("hover" if self.underMouse() else "declinedSoft"))
        painter.setPen(QPen(look.color("borderStrong" if self.underMouse() else "declinedBorder"), 1))
        radius = tokens()["radius"]["chip"]
        painter.drawRoundedRect(area.adjusted(0, 0, -1, -1), radius, radius)
        icon = look.pixmap("shield-check" if self.on else "shield-off", "text", 16)
        painter.drawPixmap(look.px(10), area.center().y() - look.px(8) + 1, icon)
        painter.setFont(look.font("label"))
        painter.setPen(look.color("textSecondary"))
        painter.drawText(area.adjusted(look.px(32), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            paint_focus(painter, look, area.adjusted(0, -4, 0, 4), radius + 2)


class Fact(QWidget):
    """A value with its name under it, and a hairline before it."""

    def __init__(self, look: Look, name: str, *, first: bool) -> None:
        super().__init__()
        self._look, self._first = look, first
        column = QVBoxLayout(self)
        column.setContentsMargins(0 if first else 15, 0, 0, 0)
        column.setSpacing(0)
        self.value = Text(look, "body", weight=600)
        column.addWidget(self.value)
        label = Text(look, "caption", name, "textTertiary", weight=400)
        label.setWordWrap(True)
        column.addWidget(label)
        column.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._first:
            QPainter(self).fillRect(0, 0, 1, self.height(), self._look.color("divider"))


class Owned(QWidget):
    """What the customer owns, newest first, each with its age."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.things: Sequence[OwnedProduct] = ()
        self._now: datetime | None = None
        look.changed.connect(self.updateGeometry)

    def show_things(self, things: Sequence[OwnedProduct], now: datetime) -> None:
        """Show these."""
        self.things, self._now = things, now
        said = (f"{one.product.name}, {self._age(one)}" for one in things)
        self.setAccessibleName(tr("Owns"))
        self.setAccessibleDescription("; ".join(said))
        self.updateGeometry()
        self.update()

    def _age(self, one: OwnedProduct) -> str:
        if one.said_at and self._now:
            return tr("said {day}").format(day=dates.day(one.said_at, self._now))
        return dates.age(one.bought_at, self._now) if one.bought_at and self._now else ""

    def sizeHint(self) -> QSize:
        return QSize(200, len(self.things) * self._look.px(tokens()["rowHeight"]["ownsLine"]))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        height = look.px(tokens()["rowHeight"]["ownsLine"])
        body, label = look.font("body"), look.font("label", weight=400)
        for place, one in enumerate(self.things):
            area = QRect(0, place * height, self.width(), height)
            icon = look.pixmap(icon_for(one.product), "textSecondary", 20)
            painter.drawPixmap(0, area.top() + (height - look.px(20)) // 2, icon)
            age = self._age(one)
            taken = QFontMetrics(label).horizontalAdvance(age)
            painter.setFont(label)
            painter.setPen(look.color("textTertiary"))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, age)
            name = area.adjusted(look.px(30), 0, -taken - look.px(12), 0)
            text = QFontMetrics(body).elidedText(one.product.name, Qt.TextElideMode.ElideRight, name.width())
            painter.setFont(body)
            painter.setPen(look.color("text"))
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, text)


class CustomerPanel(Panel):
    """Shows one customer's card; O shows all they own."""

    consent_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._card: CustomerCard | None = None
        self._now: datetime | None = None
        self._all, self._compact = False, False
        self._name = Elided(look, "title")
        self._tier = Chip(look, "")
        self._number = Text(look, "label", token="textTertiary", weight=400)
        self.consent = ConsentChip(look)
        self._facts = [
            Fact(look, tr("Customer since"), first=True),
            Fact(look, tr("Last visit"), first=False),
            Fact(look, tr("Average basket"), first=False),
        ]
        self._owned = Owned(look)
        self.all_owned = KeyButton(look, "", "O")
        self._note = Text(look, "label", weight=400)
        self._noted = Text(look, "label", token="textSecondary", weight=400)
        self._build()
        self.consent.clicked.connect(lambda _on: self.consent_asked.emit())
        self.all_owned.clicked.connect(lambda _on: self.toggle_all())
        look.changed.connect(self._fit)

    def _build(self) -> None:
        look = self._look
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._name, 0)
        head.addWidget(self._tier)
        head.addStretch(1)
        head.addWidget(self._number)
        facts = QGridLayout()
        facts.setHorizontalSpacing(0)
        for place, fact in enumerate(self._facts):
            facts.addWidget(fact, 0, place)
            facts.setColumnStretch(place, (100, 105, 110)[place])
        self._owns_head = QWidget()
        owns = QHBoxLayout(self._owns_head)
        owns.setContentsMargins(0, 0, 0, 0)
        owns.addWidget(Text(look, "label", tr("Owns"), "textSecondary", weight=600))
        owns.addStretch(1)
        owns.addWidget(self.all_owned)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._owned)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._box = Panel(name="sunken")
        box = QVBoxLayout(self._box)
        box.setContentsMargins(12, 8, 12, 8)
        self._note.setWordWrap(True)
        box.setSpacing(0)
        box.addWidget(self._note)
        box.addWidget(self._noted)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._column.addWidget(self.consent)
        self._column.addSpacing(5)
        self._column.addWidget(Rule(look))
        self._column.addSpacing(11)
        self._column.addLayout(facts)
        self._column.addSpacing(11)
        self._rule = Rule(look)
        self._column.addWidget(self._rule)
        self._column.addWidget(self._owns_head)
        self._column.addWidget(self._scroll)
        self._column.addSpacing(8)
        self._column.addWidget(self._box)

    @property
    def owned(self) -> Sequence[OwnedProduct]:
        """What is shown of what they own."""
        return self._owned.things

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self._compact = compact
        self._fit()

    def show_card(
        self, card: CustomerCard, personal: bool, now: datetime, noted: Noted | None = None
    ) -> None:
        """Show a customer, with what was noted last; without consent nothing they own."""
        customer = card.customer
        if self._card is None or self._card.customer.customer_id != customer.customer_id:
            self._all = False
        self._card, self._now = card, now
        self._name.setText(customer.name or tr("Customer without a name"))
        self._tier.set_text(customer.tier or "")
        self._tier.setVisible(bool(customer.tier))
        self._number.setText(customer.customer_id)
        self.consent.show_state(personal)
        unknown = "–"
        money = wording.money(card.average_order, card.currency)
        since, last = customer.since, card.last_order_at
        values = (
            dates.month(since) if since else unknown,
            dates.day(last, now) if last else unknown,
            money or unknown,
        )
        for fact, value in zip(self._facts, values, strict=True):
            fact.value.setText(value)
        self._facts[2].setVisible(personal)  # it tells what was bought
        self._note.setText(noted.text if noted else customer.note or "")
        self._noted.setText(signed(noted, now) if noted else "")
        self._noted.setVisible(noted is not None)
        self._box.setVisible(bool(self._note.text()))
        self.setAccessibleName(tr("Customer {name}").format(name=self._name.text()))
        self._fit()

    def toggle_all(self) -> None:
        """Show all they own, or only the newest."""
        self._all = not self._all
        self._fit()

    def _fit(self) -> None:
        pad = 16 if self._compact else 20
        self._column.setContentsMargins(pad, pad - 1, pad, pad - 2 if self._compact else 16)
        if self._card is None or self._now is None:
            return
        owned = self._card.owned
        few = _SHOWN_COMPACT if self._compact else _SHOWN
        shown = owned if self._all else owned[:few]
        self._owned.show_things(shown, self._now)
        for widget in (self._owns_head, self._scroll):
            widget.setVisible(bool(owned))
        self._rule.setVisible(bool(owned or self._note.text()))
        self.all_owned.setVisible(len(owned) > few)
        words = tr("Fewer") if self._all else tr("All {n}").format(n=len(owned))
        self.all_owned.setText(words)
        self.all_owned.setAccessibleName(tr("All owned things"))
        self.all_owned.updateGeometry()
        line = self._look.px(tokens()["rowHeight"]["ownsLine"])
        self._scroll.setFixedHeight(min(len(shown), _MOST) * line)


class Rule(QWidget):
    """A hairline across."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.color("divider"))
