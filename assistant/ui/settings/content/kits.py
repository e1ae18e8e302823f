"""The editor of kits: its items, what it is offered with, its price, and what that saves in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from assistant.records import MONEY_UNIT, Product
from assistant.store import contents, kit_writing
from assistant.store.contents import Version
from assistant.store.database import Connection
from assistant.store.kit_writing import Draft, Preview
from assistant.ui import wording
from assistant.ui.emptying import empty
from assistant.ui.language import told
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.settings.content.editing import LISTED, Around, Editor, Foot, Listed
from assistant.ui.settings.content.listing import Entry
from assistant.ui.settings.parts import Row
from assistant.ui.settings.sections import SMALL
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class Chosen(QWidget):
    """The products of a list, each with a button that takes it out, and one that adds another."""

    def __init__(self, look: Look, title: str, add: Callable[[], None], drop: Callable[[str], None]) -> None:
        super().__init__()
        self._look, self._title, self._drop = look, title, drop
        self.more = Button(look, tr("Add"), height=SMALL)
        self.more.setAccessibleName(f"{tr('Add')}, {title}")
        self.more.clicked.connect(lambda _on: add())
        self._head = Row(look, title, " ", self.more)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(16, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addLayout(self._rows)

    def show_products(self, products: Sequence[Product], nothing: str) -> None:
        """Show what is chosen."""
        one, many = tr("1 product"), tr("{n} products")
        self._head.say(wording.counted(len(products), one, many) if products else nothing)
        empty(self._rows)
        for product in products:
            price = wording.money(product.price, product.currency) or tr("price unknown")
            out = Button(self._look, tr("Remove"), "quiet", height=SMALL)
            out.setAccessibleName(f"{tr('Remove')}, {product.name}")
            out.clicked.connect(lambda _on, one=product.product_id: self._drop(one))
            self._rows.addWidget(Row(self._look, product.name, f"{product.sku}, {price}", out))


class KitEditor(Editor):
    """A kit of ours, or one of the shop's that is changed or taken out here."""

    kind = "kit"

    def __init__(self, around: Around) -> None:
        super().__init__(around, "kits", tr("Kit"))
        look = around.look
        self.draft = self._opened = Draft()
        self._there: kit_writing.Listed | None = None
        self.name_field = self._field(look, tr("Name of the kit"))
        self.price_field = self._field(look, tr("Price of the whole"))
        self.items = Chosen(look, tr("Items"), self._ask_item, partial(self._drop, "items"))
        self.anchors = Chosen(look, tr("Offered with"), self._ask_anchor, partial(self._drop, "anchors"))
        self.saving = Text(look, "name", weight=500)
        self.problem = Text(look, "label", token="faultText")
        self.foot = Foot(look, tr("Take out"))
        self.foot.save.clicked.connect(lambda _on: self.save())
        self.foot.away.clicked.connect(lambda _on: self.take_out())
        self._lay_out(look)

    def _field(self, look: Look, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setFont(look.font("body"))
        field.setFixedHeight(look.px(SMALL))
        field.setAccessibleName(name)
        field.textChanged.connect(self._typed)
        return field

    def _lay_out(self, look: Look) -> None:
        names = QHBoxLayout()
        names.setContentsMargins(0, 8, 0, 8)
        names.setSpacing(12)
        for title, field, stretch in (
            (tr("Name"), self.name_field, 3), (tr("Price of the whole"), self.price_field, 1)
        ):  # fmt: skip
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(Text(look, "caption", title, "textSecondary", weight=600))
            column.addWidget(field)
            names.addLayout(column, stretch)
        head = QWidget()
        head.setLayout(names)
        self.add(head)
        self.add(self.items)
        self.add(self.anchors)
        heard = Panel(name="sunken")
        words = QVBoxLayout(heard)
        words.setContentsMargins(14, 10, 14, 10)
        for text in (self.saving, self.problem):
            text.setWordWrap(True)
            words.addWidget(text)
        self.add(heard)
        self.add(self.foot)
        self.end()

    # Opening

    def listed(self, connection: Connection, text: str) -> Listed:
        every = [one for one in kit_writing.listed(connection) if text.casefold() in one.title.casefold()]
        entries = [Entry(kit_writing.key(one.kit_id), one.title, stands(one)) for one in every[:LISTED]]
        return Listed(entries, len(every[LISTED:]))

    def open(self, key: str) -> None:
        if not key:
            self.key, self._versions, self._there = "", (), None
            self._show()
            self.told.emit([])
            return
        kit_id = contents.parts_of(key)[1]

        def found(connection: Connection) -> kit_writing.Listed | None:
            return next((one for one in kit_writing.listed(connection) if one.kit_id == kit_id), None)

        self._around.questions.ask(found, partial(self._found, key), key="content kit")

    def _found(self, key: str, there: kit_writing.Listed | None) -> None:
        self._there = there
        self.read(key, self._show)

    def _show(self) -> None:
        there = self._there
        before = (kit_writing.draft_of(one) for one in self._versions)
        held = there.draft if there else None
        self.draft = held or next((one for one in before if one is not None), None) or Draft()
        self._opened = self.draft
        with QSignalBlocker(self.name_field), QSignalBlocker(self.price_field):
            self.name_field.setText(self.draft.name)
            self.price_field.setText(wording.bare_money(self.draft.price, self._around.session.currency))
        self.foot.note.clear()
        self.foot.away.setVisible(held is not None)
        self._preview()

    @property
    def dirty(self) -> bool:
        return self.draft != self._opened

    # Writing

    def save(self) -> None:
        """Have it checked and put in force."""
        kit_id = self._there.kit_id if self._there else ""
        draft, seen, note = self.draft, self.seen, self.foot.reason
        self.write(
            lambda c, permit: kit_writing.write(c, draft, kit_id=kit_id, seen=seen, permit=permit, note=note)
        )

    def take_out(self) -> None:
        """Offer it no more."""
        there, seen = self._there, self.seen
        if there is not None:
            self.write(lambda c, permit: kit_writing.take_out(c, there, seen=seen, permit=permit))

    def words(self, version: Version) -> str:
        if version.content is None:
            return tr("As the shop has it")
        draft = kit_writing.draft_of(version)
        if draft is None:
            return tr("Taken out")
        price = wording.money(draft.price, version.content.get("currency"))
        one, many = tr("{name}: 1 item, {price}"), tr("{name}: {n} items, {price}")
        return wording.counted(len(draft.items), one, many, name=draft.name, price=price)

    def _typed(self) -> None:
        self.draft = replace(self.draft, name=self.name_field.text(), price=amount(self.price_field.text()))
        self._preview()

    def _ask_item(self) -> None:
        self._around.products.ask(tr("Add an item"), self._add_item, self.items.more)

    def _ask_anchor(self) -> None:
        self._around.products.ask(tr("Offered with"), self._add_anchor, self.anchors.more)

    def _add_item(self, product: Product) -> None:
        self.draft = replace(self.draft, items=(*self.draft.items, product.product_id))
        self._preview()

    def _add_anchor(self, product: Product) -> None:
        self.draft = replace(self.draft, anchors=(*self.draft.anchors, product.product_id))
        self._preview()

    def _drop(self, which: str, product_id: str) -> None:
        if which == "items":
            left = tuple(one for one in self.draft.items if one != product_id)
            self.draft = replace(self.draft, items=left)
        else:
            left = tuple(one for one in self.draft.anchors if one != product_id)
            self.draft = replace(self.draft, anchors=left)
        self._preview()

    # What it saves

    def _preview(self) -> None:
        job = partial(kit_writing.preview, draft=self.draft)
        self._around.questions.ask(job, self._hear, key="content preview")

    def _hear(self, made: Preview) -> None:
        self.items.show_products(made.items, tr("Two to five, each of another category"))
        self.anchors.show_products(made.anchors, tr("None: with any of its items"))
        self.saving.setText(saved(made, self.draft.price))
        begun = bool(self.draft.items or self.draft.name)
        self.problem.setText(told(made.problem) if begun else "")
        self.problem.setVisible(bool(made.problem) and begun)


def stands(one: kit_writing.Listed) -> str:
    """How a kit stands: of how many things, and whose it is."""
    if one.draft is None:
        return tr("Taken out")
    n = wording.counted(len(one.draft.items), tr("1 item"), tr("{n} items"))
    if one.version is None or one.version.content is None:
        return tr("{items}, the shop’s own").format(items=n)
    return tr("{items}, version {n}").format(items=n, n=one.version.number)


def saved(made: Preview, price: int | None) -> str:
    """What it costs and saves, in one sentence."""
    singly = wording.money(made.separately, made.currency)
    if not singly:
        return tr("Add items to see what they cost.")
    saving = made.saving(price)
    if not saving or made.separately is None:
        return tr("One by one these cost {price}.").format(price=singly)
    words = tr("As a kit {price}, one by one {singly}: {saving} less, {share}.")
    share = wording.share(saving * 100 // made.separately / 100)  # never rounded up
    whole, less = (wording.money(one, made.currency) for one in (price, saving))
    return words.format(price=whole, singly=singly, saving=less, share=share)


def amount(text: str) -> int | None:
    """A price as it is typed here, with a point or a comma; None where it is none.

    >>> amount("80"), amount("79,90"), amount("£79.90"), amount("much")
    (800000, 799000, 799000, None)
    """
    bare = "".join(c for c in text if c.isdigit() or c in ".,").replace(",", ".")
    whole, _, part = bare.rpartition(".") if "." in bare else (bare, "", "")
    digits = whole.replace(".", "")
    try:
        return round(float(f"{digits or 0}.{part or 0}") * MONEY_UNIT) if digits or part else None
    except ValueError:
        return None
