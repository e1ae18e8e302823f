"""The editor of talking points: what a sentence is for, its texts, and how they sound of a real add-on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from assistant.errors import KnownError
from assistant.records import Product
from assistant.store import contents
from assistant.store.contents import Version
from assistant.store.database import Connection
from assistant.suggest import writing
from assistant.suggest.talking_points import MOST_WORDS
from assistant.suggest.writing import Draft, Preview, Shown
from assistant.ui import language, wording
from assistant.ui.language import told
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.segments import Segments
from assistant.ui.settings.content.editing import LISTED, Around, Editor, Foot, Listed, beneath
from assistant.ui.settings.content.listing import Entry
from assistant.ui.settings.parts import Row
from assistant.ui.settings.sections import SMALL
from assistant.ui.theme import Look
from assistant.ui.wording import tr


class Words(QPlainTextEdit):
    """A sentence being written; Tab leaves it, Ctrl+Enter saves it."""

    agreed = Signal()

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        look.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._look.font("body"))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * 3 + 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.agreed.emit()
        elif not enter:  # it is one sentence
            super().keyPressEvent(event)


class Heard(Panel):
    """How a text sounds: in large letters what is said, below it what is not right with it."""

    def __init__(self, look: Look) -> None:
        super().__init__(name="sunken")
        self.said = Text(look, "name", weight=500)
        self.count = Text(look, "caption", token="textTertiary", weight=400)
        self.problem = Text(look, "label", token="faultText")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        for text in (self.said, self.problem, self.count):
            text.setWordWrap(True)
            column.addWidget(text)

    def show_text(self, shown: Shown) -> None:
        """Say it, or what is said in its place."""
        said = shown.text if not shown.problem else ""
        self.said.setText(wording.quoted(said or shown.instead))
        words = [] if not shown.words else [tr("{n} of {most} words").format(n=shown.words, most=MOST_WORDS)]
        if shown.missing:
            names = ", ".join("{" + name + "}" for name in shown.missing)
            words.append(tr("Not known here: {names}; so this is said instead").format(names=names))
        elif not said:
            words.append(tr("Said now, without a sentence of yours"))
        self.count.setText(" · ".join(words))
        self.problem.setText(told(shown.problem))
        self.problem.setVisible(bool(shown.problem))


class TalkingEditor(Editor):
    """A sentence for an add-on, for a pairing, or for two categories, in both languages."""

    def __init__(self, around: Around) -> None:
        super().__init__(around, "talking", tr("Talking point"))
        look = around.look
        self.draft = self._opened = Draft("product", "", None)
        self.title_text = ""
        scopes = [
            ("product", tr("This add-on")),
            ("pairing", tr("With one anchor")),
            ("categories", tr("Two categories")),
        ]
        self.scope = Segments(look, scopes, "product")
        self.scope.setAccessibleName(tr("What it is for"))
        self.scope.picked.connect(self._scoped)
        self.product = Button(look, tr("Choose"), height=SMALL)
        self.anchor = Button(look, tr("Choose"), height=SMALL)
        self.product.clicked.connect(lambda _on: self._ask(tr("The add-on"), self._take_product))
        self.anchor.clicked.connect(lambda _on: self._ask(tr("What it goes with"), self._take_anchor))
        self.texts = {code: Words(look, _in(code)) for code in writing.LANGUAGES}
        self.heard = {code: Heard(look) for code in writing.LANGUAGES}
        self.facts = Button(look, tr("Insert a fact"), height=SMALL)
        self.facts.clicked.connect(lambda _on: self._offer_facts())
        self.foot = Foot(look, tr("Use the shipped ones"))
        self.foot.save.clicked.connect(lambda _on: self.save())
        self.foot.away.clicked.connect(lambda _on: self._withdraw())
        self._known: dict[str, str] = {}
        self._lay_out(look)

    def _lay_out(self, look: Look) -> None:
        self.add(beneath(self.scope))
        self._product_row = Row(look, tr("Add-on"), " ", self.product)
        self._anchor_row = Row(look, tr("Goes with"), " ", self.anchor)
        self.add(self._product_row)
        self.add(self._anchor_row)
        head = QHBoxLayout()
        words = tr("One benefit, easy to say no to. Facts stand in braces; every number is checked.")
        hint = Text(look, "caption", words, "textTertiary", weight=400)
        hint.setWordWrap(True)
        head.addWidget(hint, 1)
        head.addWidget(self.facts)
        column = QVBoxLayout()
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(6)
        column.addLayout(head)
        for code in writing.LANGUAGES:
            column.addWidget(Text(look, "caption", _in(code), "textSecondary", weight=600))
            column.addWidget(self.texts[code])
            column.addWidget(self.heard[code])
            self.texts[code].textChanged.connect(self._typed)
            self.texts[code].agreed.connect(self.save)
        whole = QWidget()
        whole.setLayout(column)
        self.add(whole)
        self.add(self.foot)
        self.end()

    # Opening

    def listed(self, connection: Connection, text: str) -> Listed:
        all_of_them = contents.newest(connection, self.kind)
        found = [one for one in all_of_them if text.casefold() in one.title.casefold()]
        return Listed([_entry(one) for one in found[:LISTED]], len(found[LISTED:]))

    def open(self, key: str) -> None:
        if key:
            self.read(key, self._show)
            return
        self.key, self._versions = "", ()
        self._show()
        self.told.emit([])

    @property
    def dirty(self) -> bool:
        return self.draft.texts != self._opened.texts

    def _show(self) -> None:
        newest = next((one for one in self._versions if one.content is not None), None)
        self.draft = writing.draft_of(newest) if newest else Draft("product", "", None)
        self._opened = self.draft
        withdrawn = bool(self._versions) and self._versions[0].content is None
        self.title_text = self._versions[0].title if self._versions else ""
        self.scope.hold(self.draft.scope)
        self.scope.setEnabled(not self.key)
        for code, field in self.texts.items():
            with QSignalBlocker(field):
                field.setPlainText(self.draft.texts.get(code, ""))
        self.foot.note.clear()
        self.foot.away.setVisible(bool(self._versions) and not withdrawn)
        self._preview()

    # Writing

    def save(self) -> None:
        """Have it checked and put in force."""
        draft, seen, note = self._written(), self.seen, self.foot.reason
        self.write(lambda c, permit: writing.save(c, draft, seen=seen, permit=permit, note=note))

    def words(self, version: Version) -> str:
        texts = (version.content or {}).get("texts", {})
        said = texts.get(language.code()) or next(iter(texts.values()), "")
        return wording.quoted(said) if said else tr("The shipped sentences")

    def _withdraw(self) -> None:
        key, title, seen = self.key, self.title_text, self.seen
        self.write(lambda c, permit: writing.withdraw(c, key, title, seen=seen, permit=permit))

    def _written(self) -> Draft:
        texts = {code: field.toPlainText() for code, field in self.texts.items()}
        return replace(self.draft, texts={code: text for code, text in texts.items() if text})

    def _typed(self) -> None:
        self.draft = self._written()
        self._preview()

    def _scoped(self, scope: object) -> None:
        self.scope.hold(str(scope))
        self.draft = replace(self._written(), scope=self.scope.value)  # type: ignore[arg-type]
        self._chosen()

    def _ask(self, title: str, then: object) -> None:
        self._around.products.ask(title, then, self.sender() or self.product)  # type: ignore[arg-type]

    def _take_product(self, product: Product) -> None:
        self.draft = replace(self._written(), product_id=product.product_id)
        self._chosen()

    def _take_anchor(self, anchor: Product) -> None:
        self.draft = replace(self._written(), anchor_id=anchor.product_id)
        self._chosen()

    def _chosen(self) -> None:
        self.look_for(partial(writing.there, draft=self.draft))
        self._preview()

    # How it sounds

    def _preview(self) -> None:
        self._name_buttons(None, None)
        self.facts.setEnabled(False)
        if not self.draft.product_id:
            self._hush(tr("Choose an add-on to hear it."))
            return
        job = partial(writing.preview, draft=self.draft, language=language.code())
        ask = self._around.questions.ask
        ask(job, self._hear, key="content preview", failed=self._not_heard)

    def _hear(self, preview: Preview) -> None:
        self._known = dict(preview.facts)
        self.facts.setEnabled(True)
        self._name_buttons(preview.product, preview.anchor)
        for code, heard in self.heard.items():
            heard.show_text(preview.shown[code])

    def _not_heard(self, problem: KnownError) -> None:
        self._hush(str(problem))

    def _hush(self, sentence: str) -> None:
        for heard in self.heard.values():
            heard.show_text(Shown())
            heard.said.setText("")
            heard.count.setText(sentence)

    def _name_buttons(self, product: Product | None, anchor: Product | None) -> None:
        """Say on the rows what is chosen; a thing that has versions stays what it is."""
        fixed = bool(self.key)
        for row, button, one, free in (
            (self._product_row, self.product, product, not fixed or self.draft.scope == "categories"),
            (self._anchor_row, self.anchor, anchor, not fixed or self.draft.scope == "product"),
        ):
            if one is not None or not self.draft.product_id:
                row.say(one.name if one else tr("Not chosen yet"))
                button.setAccessibleName(f"{tr('Choose')}, {row.title.text()}, {one.name if one else ''}")
            button.setEnabled(free)

    def _offer_facts(self) -> None:
        menu = QMenu(self)
        menu.setFont(self._look.font("body"))
        for name, value in self._known.items():
            action = menu.addAction(f"{{{name}}}   {value}")
            action.triggered.connect(partial(self._insert, name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.facts.mapToGlobal(QPoint(0, self.facts.height() + 2)))

    def _insert(self, name: str, _on: bool = False) -> None:
        """Put a fact where the cursor stands in the text that was written on last."""
        field = next((one for one in self.texts.values() if one.hasFocus()), None)
        field = field or self.texts.get(language.code()) or self.texts["en"]
        field.insertPlainText("{" + name + "}")
        field.setFocus()


def _in(code: str) -> str:
    return {"en": tr("In English"), "de": tr("In German")}[code]


def _entry(version: Version) -> Entry:
    scope = contents.parts_of(version.key)[0]
    kind = {"product": tr("Add-on"), "pairing": tr("Pairing"), "categories": tr("Categories")}[scope]
    if version.content is None:
        return Entry(version.key, version.title, tr("{kind}, shipped sentences").format(kind=kind))
    return Entry(version.key, version.title, tr("{kind}, version {n}").format(kind=kind, n=version.number))
