"""Erasing a customer: find them, see what goes, type their number."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from assistant.errors import KnownError
from assistant.records import Customer, Found
from assistant.store import erasing, search
from assistant.store.erasing import Erasable
from assistant.ui import wording
from assistant.ui.emptying import empty
from assistant.ui.parts import Button, Text
from assistant.ui.questions import Questions
from assistant.ui.settings.sheets import Sheet
from assistant.ui.theme import Look, tokens


class EraseSheet(Sheet):
    """`erase` carries the customer's number and the number as it was typed."""

    erase = Signal(str, str)

    def __init__(self, look: Look, questions: Questions, parent: QWidget) -> None:
        super().__init__(look, parent, 560)
        self._questions = questions
        self._found: Erasable | None = None
        self.field = QLineEdit()
        self.field.setFixedHeight(look.px(tokens()["control"]["field"]))
        self.field.textChanged.connect(self._typed)
        self.hits = QVBoxLayout()
        self.hits.setSpacing(4)
        self.problem = Text(look, "label", token="faultText")
        self.problem.setWordWrap(True)
        self.column.addWidget(self.field)
        self.column.addLayout(self.hits)
        self.column.addWidget(self.problem)
        self.add_buttons()

    def begin(self, back_to: QWidget | None) -> None:
        """Find somebody."""
        self._found = None
        self.say(
            self.tr("Erase a customer"),
            self.tr("Type a customer number, or a name, e-mail address or phone number."),
            self.tr("Look"),
        )
        self.yes.setEnabled(True)
        self._clear()
        self.problem.hide()
        self.field.setAccessibleName(self.tr("Customer"))
        self.field.setPlaceholderText(self.tr("Who"))
        self.field.clear()
        self.come(back_to, self.field)

    def show_problem(self, sentence: str) -> None:
        """Something was not as it must be."""
        self.problem.setText(sentence)
        self.problem.show()
        self.arrange()

    def go(self) -> None:
        """Leave nothing of a customer behind."""
        super().go()
        self._found = None
        self._clear()
        self.field.clear()
        self.title.setText("")
        self.words.setText("")

    def agree(self) -> None:
        if self._found is not None:
            self.erase.emit(self._found.customer_id, self.field.text())
        elif self.field.text().strip():
            self._look_at(self.field.text().strip())

    def _typed(self, text: str) -> None:
        self.problem.hide()
        if self._found is not None:
            self.yes.setEnabled(text.strip().casefold() == self._found.customer_id.casefold())
        else:
            self._questions.ask(partial(search.find, text=text), self._hit, key="erase find")

    def _hit(self, found: Found) -> None:
        if self._found is not None or not self.isVisible():
            return
        self._clear()
        for customer in found.customers:
            words = f"{customer.name or customer.customer_id}, {customer.customer_id}"
            button = Button(self._look, words, "secondary")
            button.clicked.connect(lambda _on, one=customer: self._take(one))
            self.hits.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.arrange()

    def _take(self, customer: Customer) -> None:
        self._look_at(customer.customer_id)

    def _look_at(self, customer_id: str) -> None:
        job = partial(erasing.look, customer_id=customer_id)
        self._questions.ask(job, self._confirm, key="erase look", failed=self._not_found)

    def _not_found(self, problem: KnownError) -> None:
        self.show_problem(str(problem))

    def _confirm(self, found: Erasable) -> None:
        if not self.isVisible():
            return  # locked, or left, before the answer came
        self._clear()
        self._found = found
        counts = [
            _counted(found.visits, self.tr("the name on 1 visit"), self.tr("the name on {n} visits")),
            _counted(found.notes, self.tr("1 note"), self.tr("{n} notes")),
            _counted(found.follow_ups, self.tr("1 follow-up"), self.tr("{n} follow-ups")),
            _counted(found.consents, self.tr("1 consent change"), self.tr("{n} consent changes")),
        ]
        counts = [said for said in counts if said]
        goes = self.tr("This goes: {list}.").format(list=", ".join(counts))
        none = self.tr("No visit, note or follow-up of theirs is kept here.")
        stays = self.tr(
            "Visits stay as figures without a name, and consent counts only if given anew. "
            "It cannot be undone."
        )
        shop = self.tr("What the shop’s own system holds is erased there; the next sync follows.")
        text = " ".join([goes if counts else none, stays, *([shop] if found.still_in_shop else [])])
        self.say(
            self.tr("Erase {name}?").format(name=found.name or found.customer_id), text, self.tr("Erase")
        )
        self.yes.setEnabled(False)
        self.field.setPlaceholderText(self.tr("Type {number} to erase").format(number=found.customer_id))
        self.field.setAccessibleName(self.field.placeholderText())
        self.field.clear()
        self.field.setFocus()
        self.arrange()

    def _clear(self) -> None:
        empty(self.hits)


def _counted(n: int, one: str, many: str) -> str:
    """How many go; nothing where there is none."""
    return wording.counted(n, one, many) if n else ""
