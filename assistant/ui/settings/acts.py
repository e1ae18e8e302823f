"""What the Settings page's buttons do: sheets they open, errands they start, jobs they ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from assistant.errors import KnownError
from assistant.records import Associate
from assistant.store import access, changes, curating, erasing, pins, staff
from assistant.store.access import ROLES, Permit
from assistant.store.curating import Check, Decision
from assistant.store.database import Connection
from assistant.store.staff import Person
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.settings import people, words
from assistant.ui.settings.connection import ShopSheet
from assistant.ui.settings.content.picking import ProductSheet
from assistant.ui.settings.desk import SettingsDesk
from assistant.ui.settings.erase import EraseSheet
from assistant.ui.settings.errand import SettingsErrand
from assistant.ui.settings.sheets import ListSheet, OwnPinSheet, Sheet, TextSheet
from assistant.ui.theme import Look


class Acts(QObject):
    """One sheet at a time over the page."""

    def __init__(
        self, look: Look, questions: Questions, session: Session, desk: SettingsDesk, page: QWidget
    ) -> None:
        super().__init__(page)
        self._questions, self._session, self._desk, self._page = questions, session, desk, page
        self.tested = ""
        self.pin = desk.permits.sheet
        self.own_pin = OwnPinSheet(look, page)
        self.text = TextSheet(look, page)
        self.list = ListSheet(look, page)
        self.erasing = EraseSheet(look, questions, page)
        self.shop = ShopSheet(look, page)
        self.products = ProductSheet(look, questions, page)
        self.errand = SettingsErrand(session.home, page)
        self._give: Callable[[str], None] = lambda text: None
        self._connect()

    def _connect(self) -> None:
        self._desk.refused.connect(self._refused)
        self.own_pin.chosen.connect(self._choose_own)
        self.text.given.connect(lambda text: self._give(text))
        self.erasing.erase.connect(self._erase)
        self.errand.ended.connect(self._ended)
        self.shop.folder_asked.connect(self._ask_folder)
        self.shop.given.connect(self._connect_shop)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All there are."""
        return self.pin, self.own_pin, self.text, self.list, self.erasing, self.shop, self.products

    @property
    def open_sheet(self) -> Sheet | None:
        """The one in view."""
        return next((sheet for sheet in self.sheets if sheet.isVisible()), None)

    def close(self) -> None:
        """Close whatever is open."""
        for sheet in self.sheets:
            sheet.go()

    def end(self) -> None:
        """End errands."""
        self.errand.end()

    def do(self, what: str) -> None:
        """Do what a button is for."""
        {
            "own pin": self._ask_own_pin,
            "add person": self._ask_name,
            "erase": lambda: self._allowed("erase", self._begin_erasing),
            "export": lambda: self._allowed("export", self._ask_export),
            "backup": lambda: self._allowed("settings", self._ask_backup),
            "connect": lambda: self._allowed("settings", self._ask_connection),
            "connect another": lambda: self._allowed("settings", self._ask_which_shop),
            "test": self._test,
        }[what]()

    def edit(self, key: str) -> None:
        """Write a text anew."""
        facts = self._desk.facts
        if facts is None:
            return
        hint = {
            "counter.name": self.tr("Shown in the top bar and with everything noted here."),
            "scanner.prefix": self.tr("What your scanners send before each code; empty = nothing."),
            "scanner.suffix": self.tr("What they send after it, before Enter or Tab; empty = nothing."),
            "card.terms": self.tr(
                "Printed on the card that a customer takes along, in one or two lines; empty = none."
            ),
            "consent.assumed_from": self.tr(
                "From this date on, customers who were never asked count as having agreed to personal "
                "suggestions. Write it as 2026-05-09; empty = they never do."
            ),
        }[key]
        self._give = partial(self._desk.change, key)
        many = key == "card.terms"
        self.text.ask(words.setting(key), hint, str(facts.values[key]), self._focus(), many=many)

    def show_changes(self) -> None:
        """All changes, newest first."""
        facts = self._desk.facts
        if facts is None:
            return
        now = self._session.now()
        lines = [(words.change(one, facts.people), words.signed(one, now)) for one in facts.changes]
        self.list.show_lines(self.tr("All changes"), "", lines, self._focus())

    def give_role(self, person: Person, role: object) -> None:
        """A person gets another role."""
        wanted = next(one for one in ROLES if one == role)

        def job(connection: Connection, permit: Permit | None) -> str | None:
            return staff.set_role(connection, person.associate.associate_id, wanted, permit)

        self._desk.permitted("people", job, self._desk.remember)

    def decide(self, check: Check, decision: Decision) -> None:
        """A pairing that was doubted, vetoed or proposed is decided."""

        def job(connection: Connection, permit: Permit | None) -> None:
            curating.decide(connection, check.anchor_id, check.product_id, decision, permit)

        self._desk.permitted("pairings", job, lambda _nothing: self._desk.refresh())

    def reset_pin(self, person: Person) -> None:
        """A PIN drawn by chance is shown once, to be handed over."""

        def job(connection: Connection, permit: Permit | None) -> str:
            return staff.reset_pin(connection, person.associate.associate_id, permit)

        self._desk.permitted("pins", job, partial(self._hand_over, person.associate.name))

    def _hand_over(self, name: str, pin: str) -> None:
        title, text = people.hand_over(name, pin)
        self.list.show_lines(title, text, [], self._focus())
        self._desk.refresh()

    def _focus(self) -> QWidget | None:
        focus = QApplication.focusWidget()
        return focus if focus is not None and self._page.isAncestorOf(focus) else None

    def _refused(self, sentence: str) -> None:
        if self.erasing.isVisible():
            self.erasing.show_problem(sentence)

    def _allowed(self, right: access.Right, then: Callable[[], None]) -> None:
        def job(connection: Connection, permit: Permit | None) -> str:
            return access.require(connection, permit, right)

        self._desk.permitted(right, job, lambda _: then())

    def _ask_own_pin(self, said: str = "") -> None:
        facts, who = self._desk.facts, self._session.associate
        if facts is not None and who is not None:
            own = facts.person(who.associate_id)
            self.own_pin.ask(who, digits=own.digits if own else 0, back_to=self._focus(), said=said)

    def _choose_own(self, pin: str, before: str) -> None:
        job = partial(pins.choose, associate_id=self._desk.who, pin=pin, before=before or None)
        self._questions.ask(job, lambda _: self._chose(), failed=self._own_refused)

    def _chose(self) -> None:
        self.own_pin.go()
        self._desk.done.emit(self.tr("Your PIN is set. It is asked for the next time you sign in."))
        self._desk.refresh()

    def _own_refused(self, problem: KnownError) -> None:
        self._ask_own_pin(str(problem))

    def _ask_name(self) -> None:
        self._give = self._add
        hint = self.tr("For somebody whom the shop’s own system does not know.")
        self.text.ask(self.tr("Add a person"), hint, "", self._focus())

    def _add(self, name: str) -> None:
        def job(connection: Connection, permit: Permit | None) -> tuple[Associate, str]:
            return staff.add(connection, name, permit)

        self._desk.permitted("people", job, lambda added: self._desk.remember(added[1]))

    def _begin_erasing(self) -> None:
        self.erasing.begin(self._focus())

    def _erase(self, customer_id: str, typed: str) -> None:
        def job(connection: Connection, permit: Permit | None) -> erasing.Erasable:
            return erasing.erase(connection, customer_id, typed=typed, permit=permit)

        self._desk.permitted("erase", job, lambda _: self._erased())

    def _erased(self) -> None:
        self.erasing.go()
        self._desk.done.emit(self.tr("Erased. The visits stay as figures without a name."))
        self._session.data_changed.emit()
        self._desk.refresh()

    def _ask_export(self) -> None:
        title = self.tr("Export everything: whoever has the file can read it")
        self.errand.ask_for_file("export-db", title, "assistant-export.db")

    def _ask_backup(self) -> None:
        self.errand.ask_for_file("backup", self.tr("Back up to"), "assistant-log.db")

    def _ask_connection(self) -> None:
        """The connected shop again: a live one's new key, or another folder."""
        facts = self._desk.facts
        url = str(facts.values["shop.url"]) if facts is not None else ""
        if facts is not None and url:
            self.shop.ask(str(facts.values["shop.kind"]), url, self._focus())
        else:
            self._ask_folder()

    def _ask_which_shop(self) -> None:
        self.shop.ask("", "", self._focus())

    def _connect_shop(self, words: list[str], secret: str) -> None:
        if self.errand.start("connect", words, secret):
            self._desk.done.emit(self.tr("Signing in to the shop"))

    def _ask_folder(self) -> None:
        self.errand.ask_for_folder("connect", self.tr("The folder with your exports"))

    def _test(self) -> None:
        if self.errand.start("test", ["connect", "--check"]):
            self.tested = self.tr("Looking…")
            self._desk.refresh()

    def _ended(self, what: str, good: bool, sentence: str) -> None:
        if what == "test":
            self.tested = self.tr("All of it can be read") if good else sentence
        elif not good:
            self._desk.refused.emit(sentence)
        if good and what in ("backup", "export-db"):
            kind: changes.ChangeKind = "backup" if what == "backup" else "exported"
            job = partial(changes.record, kind=kind, associate_id=self._desk.who)
            self._questions.ask(job, lambda _: self._desk.refresh())
            self._desk.done.emit(self.tr("Done, and checked.") if what == "backup" else self.tr("Exported."))
        elif good and what == "connect":
            self._desk.done.emit(self.tr("Connected. The next sync reads it."))
            job = partial(changes.record, kind="shop", associate_id=self._desk.who)
            self._questions.ask(job, lambda _: self._desk.refresh())
            self._session.shop_changed.emit()
        self._desk.refresh()
