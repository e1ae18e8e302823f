"""Who is on the phone: how long, name and number, what they allow, and how often they were offered things."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from assistant.records import Contacts, CustomerCard
from assistant.store.calls import Call
from assistant.ui import dates, wording
from assistant.ui.counter.customer import ConsentChip
from assistant.ui.parts import Chip, Elided, Panel, Text
from assistant.ui.review import words
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr


class CallClock(QWidget):
    """How long the call has lasted; it is not announced."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._text = look, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("On call"))
        look.changed.connect(self.updateGeometry)

    def show_seconds(self, seconds: int) -> None:
        """Say how long."""
        if (text := words.clock(max(0, seconds))) != self._text:
            self._text = text
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(138), self._look.px(66))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("accentSoftBorder"), 1))
        painter.setBrush(look.color("accentSoft"))
        radius = tokens()["radius"]["thumb"]
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.drawPixmap(look.px(15), look.px(21), look.pixmap("phone-call", "accentText", 24))
        font = look.font("title", tabular=True)
        font.setPixelSize(look.px(24))
        painter.setFont(font)
        painter.setPen(look.color("text"))
        area = self.rect().adjusted(look.px(51), look.px(8), 0, 0)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), self._text)
        painter.setFont(look.font("label"))
        painter.setPen(look.color("accentText"))
        area = self.rect().adjusted(look.px(51), 0, 0, -look.px(8))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), tr("On call"))


class HeadFact(QWidget):
    """A value with two small lines under it, and a hairline before it."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 3, 20, 3)
        column.setSpacing(0)
        self.value = Text(look, "name", weight=600)
        self.name = Text(look, "label", name, "textTertiary", weight=400)
        self.second = Text(look, "label", token="textTertiary", weight=400)
        for text in (self.value, self.name, self.second):
            column.addWidget(text)
        column.addStretch(1)

    def say(self, value: str, second: str) -> None:
        """Say what it is."""
        self.value.setText(value)
        self.second.setText(second)
        self.setAccessibleName(", ".join(word for word in (self.name.text(), value, second) if word))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, 1, self.height(), self._look.color("divider"))


class CallHeader(Panel):
    """The whole width over the columns."""

    consent_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._personal = True
        self.clock = CallClock(look)
        self._name = Elided(look, "title")
        self._tier = Chip(look, "")
        self._number = Elided(look, "body", token="textSecondary")
        self.consent = ConsentChip(look)
        self._contact = Chip(look, "")
        self._facts = [
            HeadFact(look, tr("Customer since")),
            HeadFact(look, tr("Average order")),
            HeadFact(look, tr("Last offered")),
            HeadFact(look, tr("Offers this month")),
        ]
        self.consent.clicked.connect(lambda _on: self.consent_asked.emit())
        self._build()

    def _build(self) -> None:
        name = QHBoxLayout()
        name.setSpacing(10)
        name.addWidget(self._name)
        name.addWidget(self._tier)
        name.addStretch(1)
        chips = QHBoxLayout()
        chips.setSpacing(10)
        chips.addWidget(self.consent)
        chips.addWidget(self._contact)
        chips.addStretch(1)
        who = QVBoxLayout()
        who.setSpacing(0)
        who.addLayout(name)
        who.addWidget(self._number)
        who.addLayout(chips)
        self._who = who
        row = self._row = QHBoxLayout(self)
        row.setSpacing(0)
        row.addWidget(self.clock)
        row.addSpacing(20)
        row.addLayout(who, 1)
        for fact in self._facts:
            row.addWidget(fact, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self._row.setContentsMargins(16 if compact else 20, 0, 0, 0)
        self._who.setContentsMargins(0, 6 if compact else 12, 0, 0)  # the chips' touch area is air below
        for fact in self._facts:
            layout = fact.layout()
            if layout is not None:
                layout.setContentsMargins(12 if compact else 20, 3, 12 if compact else 20, 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """With large text, the facts that matter least for the call give way to who is calling."""
        who = self.consent.sizeHint().width() + self._contact.sizeHint().width() + 10
        left = self.width() - self._row.contentsMargins().left() - self.clock.sizeHint().width() - 20 - who
        self._facts[1].setVisible(self._personal)  # it tells what was bought
        for fact in (self._facts[3], self._facts[2], self._facts[0], self._facts[1]):
            if self._personal or fact is not self._facts[1]:
                left -= fact.sizeHint().width()
                fact.setVisible(left >= 0)

    def show_card(self, card: CustomerCard, personal: bool, now: datetime) -> None:
        """Show whose call it is."""
        customer = card.customer
        self._name.setText(customer.name or tr("Customer without a name"))
        self._tier.set_text(customer.tier or "")
        self._tier.setVisible(bool(customer.tier))
        self.consent.show_state(personal)
        self._contact.set_text(words.calls_welcome(customer))
        self._say_number(words.phone(customer.phone) if customer.phone else tr("No number known"))
        unknown = "–"
        self._facts[0].say(dates.month(customer.since) if customer.since else unknown, customer.customer_id)
        orders = wording.counted(card.orders, tr("1 order"), tr("{n} orders"))
        self._facts[1].say(wording.money(card.average_order, card.currency) or unknown, orders)
        self._personal = personal
        self.setAccessibleName(tr("Call with {name}").format(name=self._name.text()))
        self._make_room()

    def show_call(self, call: Call | None, contacts: Contacts, now: datetime) -> None:
        """Say how the call was found, and how often the customer was offered something."""
        if call is not None and call.number:
            self._say_number(tr("{number}, matched by number").format(number=words.phone(call.number)))
        elif call is not None and call.order_id:
            self._say_number(
                tr("{number}, about {order}").format(
                    number=self._number.text().split(",")[0], order=call.order_id
                )
            )
        last = contacts.last_offered
        ago = dates.past(last, now) if last else ""
        self._facts[2].say(dates.day(last, now) if last else tr("Never"), ago)
        of = tr("{n} of {cap}").format(n=contacts.this_month, cap=contacts.cap)
        self._facts[3].say(of, words.left(contacts))
        self._make_room()

    def _say_number(self, text: str) -> None:
        self._number.setText(text)
