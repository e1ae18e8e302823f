"""Choosing a product: a field that names it, and a sheet that finds one by name, SKU or barcode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from assistant.records import Product
from assistant.store import search
from assistant.store.database import Connection
from assistant.ui import wording
from assistant.ui.emptying import empty
from assistant.ui.parts import Text
from assistant.ui.questions import Questions
from assistant.ui.settings.content.listing import Entry, EntryButton
from assistant.ui.settings.sheets import Sheet
from assistant.ui.theme import Look, tokens

SHOWN = 7
_LEAST = 2  # letters before anything is searched


def found(connection: Connection, text: str) -> tuple[Product, ...]:
    """The products that a text names, those that are sold first."""
    hits = search.everything(connection, text, "product", search.find(connection, text)).products
    return tuple(sorted(hits, key=lambda one: not one.active))[:SHOWN]


def described(product: Product) -> str:
    """What tells a product from another of its name: SKU, price, category."""
    price = wording.money(product.price, product.currency)
    path = (product.category or "").replace("/", " › ")
    return ", ".join(part for part in (product.sku, price, path) if part)


class ProductSheet(Sheet):
    """Finds a product and hands it to whoever asked."""

    def __init__(self, look: Look, questions: Questions, parent: QWidget) -> None:
        super().__init__(look, parent, 560)
        self._questions = questions
        self._then: Callable[[Product], None] = lambda product: None
        self.hits: list[EntryButton] = []
        self.field = QLineEdit()
        self.field.setFixedHeight(look.px(tokens()["control"]["field"]))
        self.field.setFont(look.font("body"))
        self.field.textChanged.connect(self._typed)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._nothing = Text(look, "label", token="textTertiary", weight=400)
        self.column.addWidget(self.field)
        self.column.addLayout(self._rows)
        self.column.addWidget(self._nothing)
        self.add_buttons()

    def ask(self, title: str, then: Callable[[Product], None], back_to: QWidget | None) -> None:
        """Ask which product."""
        self._then = then
        self.say(title, self.tr("Type its name or SKU, or scan it."), self.tr("Choose"))
        self.field.setAccessibleName(title)
        self.field.clear()
        self._show((), "")
        self.come(back_to, self.field)

    def agree(self) -> None:
        """Enter takes the one in focus, else the first."""
        chosen = next((hit for hit in self.hits if hit.hasFocus()), self.hits[0] if self.hits else None)
        if chosen is not None:
            chosen.click()

    def _typed(self, text: str) -> None:
        text = text.strip()
        if len(text) < _LEAST:
            self._show((), "")
            return
        nothing = self.tr("The shop has nothing called “{text}”.").format(text=text)
        self._questions.ask(
            partial(found, text=text), lambda hits: self._show(hits, nothing), key="content product"
        )

    def _show(self, products: tuple[Product, ...], nothing: str) -> None:
        empty(self._rows)
        self.hits = []
        for product in products:
            hit = EntryButton(self._look, Entry(product.product_id, product.name, described(product)))
            hit.setCheckable(False)
            hit.clicked.connect(lambda _on, product=product: self._take(product))
            self._rows.addWidget(hit)
            hit.show()  # at once, so that the sheet makes room for it
            self.hits.append(hit)
        self._nothing.setText(nothing)
        self._nothing.setVisible(bool(nothing) and not products)
        if self.isVisible():
            self.arrange()

    def _take(self, product: Product) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # a hit that is deleted keeps no focus
        self.go()
        self._then(product)
