"""Who the selected follow-up is for: what they allow, three facts, what they own, and a note."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from assistant.records import Customer
from assistant.ui import dates, wording
from assistant.ui.counter.customer import Fact, Owned, Rule, signed
from assistant.ui.followups.reading import Context
from assistant.ui.parts import Chip, Elided, Panel, Text
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_FEW, _FEW_COMPACT = 3, 2


class ContextCard(Panel):
    """Shows one customer; without consent nothing they own."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._compact = look, False
        self._context: Context | None = None
        self._now: datetime | None = None
        self._name, self._tier = Elided(look, "title"), Chip(look, "")
        self._number = Text(look, "label", token="textTertiary", weight=400)
        self._chips = [Chip(look, "") for _ in range(3)]
        self._chip_rows, self._one_row = (QHBoxLayout(), QHBoxLayout()), True
        self._facts = [
            Fact(look, tr("Last visit"), first=True),
            Fact(look, tr("Offers this month"), first=False),
            Fact(look, tr("Average basket"), first=False),
        ]
        self._owned, self._owned_rule = Owned(look), Rule(look)
        self._note_rule = Rule(look)
        self._note = Text(look, "label", token="textSecondary", weight=400)
        self._note.setWordWrap(True)
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._name)
        head.addWidget(self._tier)
        head.addStretch(1)
        head.addWidget(self._number)
        chips = QVBoxLayout()
        chips.setSpacing(6)
        for row in self._chip_rows:
            row.setSpacing(8)
            row.addStretch(1)
            chips.addLayout(row)
        for place, chip in enumerate(self._chips):
            self._chip_rows[0].insertWidget(place, chip)
        facts = QGridLayout()
        facts.setHorizontalSpacing(0)
        for place, fact in enumerate(self._facts):
            facts.addWidget(fact, 0, place)
            facts.setColumnStretch(place, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(chips)
        column.addWidget(Rule(self._look))
        column.addLayout(facts)
        column.addWidget(self._owned_rule)
        column.addWidget(self._owned)
        column.addWidget(self._note_rule)
        column.addWidget(self._note)

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self._compact = compact
        self._column.setContentsMargins(16, 12 if compact else 16, 16, 10 if compact else 14)
        self._column.setSpacing(8 if compact else 10)
        if self._context is not None and self._now is not None:
            self.show_context(self._context, self._now)

    def show_context(self, context: Context, now: datetime) -> None:
        """Show whom it is for."""
        self._context, self._now = context, now
        card, customer = context.card, context.card.customer
        self._name.setText(customer.name or tr("Customer without a name"))
        self._tier.set_text(customer.tier or "")
        self._tier.setVisible(bool(customer.tier))
        self._number.setText(customer.customer_id)
        on = context.personal
        personal = tr("Personal suggestions: on") if on else tr("Personal suggestions: off")
        if self._compact:
            personal = tr("Suggestions: on") if on else tr("Suggestions: off")
        for chip, text in zip(self._chips, (personal, *_ways(customer)), strict=True):
            shield = "shield-check" if on else "shield-off"
            chip.set_text(text, icon=shield if chip is self._chips[0] else "")
            chip.setVisible(bool(text))
        self._wrap()
        unknown, contacts = "–", context.contacts
        values = (
            dates.day(card.last_order_at, now) if card.last_order_at else unknown,
            tr("{n} of {cap}").format(n=contacts.this_month, cap=contacts.cap),
            wording.money(card.average_order, card.currency) or unknown,
        )
        for fact, value in zip(self._facts, values, strict=True):
            fact.value.setText(value)
        self._facts[2].setVisible(on)  # it tells what was bought
        owned = card.owned[: _FEW_COMPACT if self._compact else _FEW]
        self._owned.show_things(owned, now)
        self._owned.setVisible(bool(owned))
        self._owned_rule.setVisible(bool(owned))
        noted = context.noted
        words = noted.text if noted else customer.note
        said = [wording.quoted(words)] if words else []
        said += [signed(noted, now)] if noted else []
        self._note.setText("\n".join(said))
        self._note.setVisible(bool(said))
        self._note_rule.setVisible(bool(said))
        self.setAccessibleName(tr("Customer {name}").format(name=self._name.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may hold other chips beside each other."""
        super().resizeEvent(event)
        self._wrap()

    def _wrap(self) -> None:
        """The ways of contact go below where they do not fit beside the first chip."""
        first, second = self._chip_rows
        shown = [chip.sizeHint().width() for chip in self._chips if not chip.isHidden()]
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        fits = sum(shown) + first.spacing() * (len(shown) - 1) <= room
        if fits == self._one_row:
            return
        self._one_row = fits
        for place, chip in enumerate(self._chips[1:]):
            (second if fits else first).removeWidget(chip)
            if fits:
                first.insertWidget(place + 1, chip)
            else:
                second.insertWidget(place, chip)


def _ways(customer: Customer) -> tuple[str, str]:
    """Whether e-mails and calls are welcome."""
    if customer.contact is None:
        return tr("Contact: not asked"), ""
    mail, call = bool(customer.contact and customer.email), bool(customer.contact and customer.phone)
    return (
        tr("E-mail: yes") if mail else tr("E-mail: no"),
        tr("Calls: yes") if call else tr("Calls: no"),
    )
