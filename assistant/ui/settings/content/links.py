"""The editor of curated links: which add-on goes with a product, is needed by it, or is the better one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtWidgets import QWidget

from assistant.records import Product
from assistant.store import contents, linking
from assistant.store.contents import Version
from assistant.store.database import Connection
from assistant.ui.parts import Button
from assistant.ui.segments import Segments
from assistant.ui.settings.content.editing import LISTED, Around, Editor, Foot, Listed, beneath
from assistant.ui.settings.content.listing import Entry
from assistant.ui.settings.parts import Row
from assistant.ui.settings.sections import SMALL
from assistant.ui.wording import tr


@dataclass(frozen=True, slots=True)
class Draft:
    """A link as it is being made; names are what the rows show."""

    anchor_id: str = ""
    anchor_name: str = ""
    product_id: str = ""
    product_name: str = ""
    kind: linking.Written = "accessory"


class LinkEditor(Editor):
    """A link of the shop's or one of ours: its two products, and what the one is to the other."""

    kind = "link"

    def __init__(self, around: Around) -> None:
        super().__init__(around, "links", tr("Link"))
        look = around.look
        self.draft = self._opened = Draft()
        self._held: str | None = None
        self.anchor = Button(look, tr("Choose"), height=SMALL)
        self.product = Button(look, tr("Choose"), height=SMALL)
        self.anchor.clicked.connect(lambda _on: self._ask(tr("Whoever buys"), self._take_anchor, self.anchor))
        self.product.clicked.connect(
            lambda _on: self._ask(tr("The add-on"), self._take_product, self.product)
        )
        kinds = [
            ("accessory", tr("Goes with it")),
            ("requires", tr("Needed")),
            ("alternative", tr("Better one")),
        ]
        self.kinds = Segments(look, kinds, "accessory")
        self.kinds.setAccessibleName(tr("What the add-on is"))
        self.kinds.picked.connect(self._pick)
        self._anchor_row = Row(look, tr("Whoever buys"), " ", self.anchor)
        self._product_row = Row(look, tr("is offered"), " ", self.product)
        self.foot = Foot(look, tr("Take out"))
        self.leave = Button(look, tr("Leave to the shop"), height=SMALL)
        self.said = Row(look, tr("The shop itself"), " ", self.leave)
        self.foot.save.clicked.connect(lambda _on: self.save())
        self.foot.away.clicked.connect(lambda _on: self.take_out())
        self.leave.clicked.connect(lambda _on: self.forget())
        self._lay_out()

    def _lay_out(self) -> None:
        self.add(beneath(self.kinds))
        self.add(self._anchor_row)
        self.add(self._product_row)
        self.add(self.said)
        self.add(self.foot)
        self.end()

    # Opening

    def listed(self, connection: Connection, text: str) -> Listed:
        found, total = linking.listed(connection, text, LISTED)
        entries = [
            Entry(
                linking.key(one.anchor_id, one.product_id),
                f"{one.product_name} · {one.anchor_name}",
                stands(one),
            )
            for one in found
        ]
        return Listed(entries, total - len(found))

    def open(self, key: str) -> None:
        if not key:
            self.key, self._versions, self._held = "", (), None
            self._show(Draft(), "")
            self.told.emit([])
            return
        _, anchor, product = contents.parts_of(key)
        job = partial(linking.one, anchor_id=anchor, product_id=product)
        self._around.questions.ask(job, partial(self._opened_one, key), key="content link")

    def _opened_one(self, key: str, there: linking.Listed) -> None:
        kind: linking.Written = next((one for one in linking.WRITTEN if one == there.kind), "accessory")
        ids = there.anchor_id, there.anchor_name, there.product_id, there.product_name
        self._held = there.kind
        shops = " · ".join(_called(one) for one in there.shops)
        words = shops or tr("Says nothing of the two")
        self.read(key, partial(self._show, Draft(*ids, kind), words))

    def _show(self, draft: Draft, words: str) -> None:
        self.draft = self._opened = draft
        self.kinds.hold(draft.kind)
        self.said.say(words)
        self.said.setVisible(bool(words))
        self.foot.note.clear()
        ours = bool(self._versions) and self._versions[0].content is not None
        self.foot.away.setVisible(bool(self.key) and self._held is not None)
        self.leave.setVisible(ours)
        self._name()

    @property
    def dirty(self) -> bool:
        return self.draft != self._opened

    def _name(self) -> None:
        fixed = bool(self.key)
        for row, button, name in (
            (self._anchor_row, self.anchor, self.draft.anchor_name),
            (self._product_row, self.product, self.draft.product_name),
        ):
            row.say(name or tr("Not chosen yet"))
            button.setAccessibleName(f"{tr('Choose')}, {row.title.text()}, {name}")
            button.setEnabled(not fixed)
        self.foot.save.setEnabled(bool(self.draft.anchor_id and self.draft.product_id))

    # Writing

    def save(self) -> None:
        """Have the link hold."""
        self._write(self.draft.kind)

    def take_out(self) -> None:
        """Have the two never suggested together."""
        self._write(None)

    def forget(self) -> None:
        """Leave the two to what the shop says."""
        ids, seen = (self.draft.anchor_id, self.draft.product_id), self.seen
        self.write(lambda c, permit: linking.forget(c, *ids, seen=seen, permit=permit))

    def _write(self, kind: linking.Written | None) -> None:
        ids, seen, note = (self.draft.anchor_id, self.draft.product_id), self.seen, self.foot.reason
        self.write(lambda c, permit: linking.write(c, *ids, kind, seen=seen, permit=permit, note=note))

    def words(self, version: Version) -> str:
        if version.content is None:
            return tr("Left to the shop")
        return _called(version.content["kind"]) if "kind" in version.content else tr("Taken out")

    def _pick(self, kind: object) -> None:
        self.kinds.hold(str(kind))
        word = next(one for one in linking.WRITTEN if one == kind)
        self.draft = replace(self.draft, kind=word)

    def _ask(self, title: str, then: object, back_to: QWidget) -> None:
        self._around.products.ask(title, then, back_to)  # type: ignore[arg-type]

    def _take_anchor(self, product: Product) -> None:
        self.draft = replace(self.draft, anchor_id=product.product_id, anchor_name=product.name)
        self._name()

    def _take_product(self, product: Product) -> None:
        self.draft = replace(self.draft, product_id=product.product_id, product_name=product.name)
        self._name()


def stands(one: linking.Listed) -> str:
    """How a link stands: what it is, and whose word that is."""
    if one.kind is None:
        return tr("Taken out")
    ours = one.version is not None and one.version.content is not None
    if not ours or one.version is None:
        return tr("{kind}, the shop’s own").format(kind=_called(one.kind))
    return tr("{kind}, version {n}").format(kind=_called(one.kind), n=one.version.number)


def _called(kind: str) -> str:
    return {
        "accessory": tr("Goes with it"),
        "requires": tr("Needed"),
        "alternative": tr("Better one"),
        "kit": tr("Part of a kit"),
    }.get(kind, kind)
