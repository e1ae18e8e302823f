"""The Settings page: its head, the list of sections, and the sections in columns."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from assistant.settings import Value
from assistant.store.curating import Check, Decision
from assistant.store.staff import Person
from assistant.ui import dates, wording
from assistant.ui.emptying import taken
from assistant.ui.parts import Button, Elided, Text
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.settings import pairings, people, sections, shop, words
from assistant.ui.settings.acts import Acts
from assistant.ui.settings.content.view import ContentView
from assistant.ui.settings.desk import SettingsDesk
from assistant.ui.settings.facts import SettingsFacts
from assistant.ui.settings.nav import SPARE, Nav, Scrolled
from assistant.ui.settings.parts import Section
from assistant.ui.theme import Look, tokens

_ROOMY = (1360, 860)
_COLUMNS = {
    3: (("shop", "pairings"), ("counter", "offers"), ("people", "privacy", "backup")),
    2: (("counter", "offers", "pairings"), ("people", "privacy", "shop", "backup")),
    1: (("counter", "offers", "pairings", "people", "privacy", "shop", "backup"),),
}


class SettingsPage(QWidget):
    """Shows the facts as sections; what they ask for is done by `acts` and the desk."""

    sync_asked = Signal()
    keeper_asked = Signal()

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self.desk = SettingsDesk(look, questions, session, self)
        self.sections: dict[str, Section] = {}
        self.whole_list = False
        self._columns = 0
        self.nav = Nav(look, self._names())
        self.nav.chosen.connect(self.show_section)
        self.nav.items["shop"].setChecked(True)
        self.content: ContentView | None = None
        self._state = Text(look, "label", token="textTertiary", weight=400)
        self._last = Elided(look, "label", token="textTertiary", weight=400)
        self.notice = Text(look, "label", token="textSecondary", weight=600)
        self.notice.setWordWrap(True)
        self.undo = Button(look, self.tr("Undo"), "quiet", key="Z", height=36)
        self.all_changes = Button(look, self.tr("All changes"), icon="history", height=36)
        self._lay_out()
        self.acts = Acts(look, questions, session, self.desk, self)
        self.undo.clicked.connect(lambda _on: self.desk.undo())
        self.all_changes.clicked.connect(lambda _on: self.acts.show_changes())
        self.desk.told.connect(self._show)
        self.desk.refused.connect(self.say)
        self.desk.done.connect(self.say)
        look.changed.connect(self._restyle)

    def open(self) -> None:
        """Show how everything stands now."""
        self.say("")
        self.desk.refresh()

    def put_away(self) -> None:
        """The screen is locked: nothing half-asked stays open."""
        self.acts.close()
        self.say("")

    def end(self) -> None:
        """The window closes."""
        self.acts.end()

    def say(self, sentence: str) -> None:
        """A sentence below the head; nothing takes it away."""
        self.notice.setText(sentence)
        self.notice.setVisible(bool(sentence))

    def show_section(self, name: str) -> None:
        """Bring a section into view, and its first control into focus; else its place in the list."""
        if name == "content":
            self._show_content()
            return
        self._views.setCurrentWidget(self._scroll)
        section = self.sections.get(name)
        if section is None:
            return
        self.nav.items[name].setChecked(True)
        self._scroll.ensureWidgetVisible(section, 0, 0)
        first = next(
            (w for w in section.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus), None
        )
        (first or self.nav.items[name]).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_content(self) -> None:
        """What is said, linked and offered together has a view of its own, made when first asked for."""
        if self.content is None:
            made = (self._look, self._questions, self._session, self.desk, self.acts.products)
            self.content = ContentView(*made)
            self._views.addWidget(self.content)
            self.content.show_kind("talking")
        self.nav.items["content"].setChecked(True)
        self._views.setCurrentWidget(self.content)
        self.content.kinds.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # What the sections ask for

    def change(self, key: str, value: Value) -> None:
        """A setting was chosen."""
        self.say("")
        self.desk.change(key, value)

    def edit(self, key: str) -> None:
        """A text is to be written."""
        self.acts.edit(key)

    def do(self, what: str) -> None:
        """A button of a section."""
        self.say("")
        if what == "all people":
            self.whole_list = not self.whole_list
            self.desk.refresh()
        elif what == "sync":
            self.sync_asked.emit()
        elif what == "make keeper":
            self.keeper_asked.emit()
        else:
            self.acts.do(what)

    def give_role(self, person: Person, role: object) -> None:
        """A person gets another role."""
        self.acts.give_role(person, role)

    def decide(self, check: Check, decision: Decision) -> None:
        """A manager's word on a pairing."""
        self.acts.decide(check, decision)

    def reset_pin(self, person: Person) -> None:
        """A person gets a PIN to choose their own with."""
        self.acts.reset_pin(person)

    # How it is shown

    def _names(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("shop", "plug", self.tr("Shop connection")),
            ("counter", "monitor", self.tr("This counter")),
            ("offers", "tag", self.tr("Offers")),
            ("content", "pencil", self.tr("Content")),
            ("pairings", "list-checks", self.tr("Pairings to check")),
            ("people", "users", self.tr("People and roles")),
            ("privacy", "shield-check", self.tr("Data and privacy")),
            ("backup", "archive", self.tr("Backup")),
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Text(self._look, "title", self.tr("Settings")))
        head.addWidget(self._state)
        head.addStretch(1)
        head.addWidget(self._last)
        head.addWidget(self.undo)
        head.addWidget(self.all_changes)
        self._inside = QWidget()
        self._row = QHBoxLayout(self._inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(tokens()["layout"]["compact"]["gutter"])
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inside)
        body = QHBoxLayout()
        body.setSpacing(tokens()["layout"]["compact"]["gutter"] - SPARE)
        body.addWidget(Scrolled(self._look, self.nav))
        self._views = QStackedWidget()
        self._views.addWidget(self._scroll)
        body.addWidget(self._views, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setSpacing(12)
        self._whole.addLayout(head)
        self._whole.addWidget(self.notice)
        self._whole.addLayout(body, 1)
        self.notice.hide()
        self.undo.hide()
        self._margins()

    def _margins(self) -> None:
        window = self.window()
        compact = window.width() < _ROOMY[0] or window.height() < _ROOMY[1]
        layout = tokens()["layout"]
        side = layout["compact"]["pagePadding"] if compact else layout["pagePadding"]
        self._whole.setContentsMargins(side, 16, side, 16)

    def _wanted_columns(self) -> int:
        if self._look.scale >= 1.3:
            return 1
        return 3 if self.window().width() >= _ROOMY[0] else 2

    def _fitting_columns(self) -> int:
        """As many as wanted, fewer where another language needs more room than they leave."""
        room = self._scroll.width() - self._scroll.verticalScrollBar().sizeHint().width()
        for count in range(self._wanted_columns(), 1, -1):
            widths = (
                max(self.sections[name].minimumSizeHint().width() for name in names)
                for names in _COLUMNS[count]
            )
            if sum(widths) + (count - 1) * self._row.spacing() <= room:
                return count
        return 1

    def _show(self, facts: SettingsFacts) -> None:
        focus = self.focusWidget()
        kept = (focus.objectName(), focus.accessibleName()) if focus is not None else ("", "")
        at = self._scroll.verticalScrollBar().value()
        self._build(facts)
        self._show_head(facts)
        self._show_states(facts)
        self._scroll.verticalScrollBar().setValue(at)
        self._focus_again(*kept)

    def _build(self, facts: SettingsFacts) -> None:
        look, now = self._look, self._session.now()
        own = facts.person(self.desk.who)
        made = (
            shop.section(look, facts, self, now, self.acts.tested),
            sections.this_counter(look, facts, self, own.digits if own else 0),
            sections.offers(look, facts, self),
            pairings.section(look, facts, self, now),
            people.section(look, facts, self, whole=self.whole_list),
            sections.privacy(look, facts, self),
            sections.backup(look, facts, self, self._backed_up(facts)),
        )
        for old in self.sections.values():
            old.hide()
            old.deleteLater()
        self.sections = {section.name: section for section in made}
        self._arrange()

    def _arrange(self) -> None:
        """Put the sections into as many columns as there is room for."""
        self._columns = self._fitting_columns()
        taken(self._row)
        for names in _COLUMNS[self._columns]:
            column = QVBoxLayout()
            column.setSpacing(12)
            for name in names:
                column.addWidget(self.sections[name], int(name == names[-1]))
            self._row.addLayout(column, 1)

    def _show_head(self, facts: SettingsFacts) -> None:
        permit = self._session.good_permit()
        person = facts.person(permit.associate_id) if permit else None
        if permit and person:
            said = self.tr("{role}, signed in with PIN until {time}") if person.has_pin else "{role}"
            said = said.format(role=words.role(person.role), time=dates.clock(permit.until))
        elif facts.openers:
            said = self.tr("All but This counter asks for a manager’s PIN")
        else:
            said = self.tr("No PIN is set in this shop yet")
        self._state.setText(said)
        last = facts.changes[0] if facts.changes else None
        shown = f"{words.subject(last, facts.people)}, {last.name}, " if last else ""
        shown += dates.day(last.at, self._session.now()) if last else ""
        self._last.setText(self.tr("Last change: {what}").format(what=shown) if last else "")
        self.undo.setVisible(self.desk.can_undo)
        self.all_changes.setEnabled(bool(facts.changes))

    def _show_states(self, facts: SettingsFacts) -> None:
        """How each section stands, in the list at the left."""
        limit, cap = facts.values["counter.limit"], facts.values["review.month_cap"]
        n = len(facts.people)
        since = str(facts.values["consent.assumed_from"])
        states = {
            "shop": self.tr("Connected") if facts.values["shop.kind"] else self.tr("Not connected"),
            "counter": str(facts.values["counter.name"]),
            "offers": self.tr("{n} a visit, {cap} a month").format(n=limit, cap=cap),
            "content": self.tr("Sentences and links"),
            "pairings": self.tr("{n} waiting").format(n=len(facts.checks))
            if facts.checks
            else self.tr("None waiting"),
            "people": wording.counted(n, self.tr("1 person"), self.tr("{n} people")),
            "privacy": self.tr("Agreed from {date}").format(date=since)
            if since
            else self.tr("Only who agreed"),
            "backup": self._backed_up(facts),
        }
        for name, state in states.items():
            self.nav.items[name].set_second(state)

    def _backed_up(self, facts: SettingsFacts) -> str:
        last = facts.last_backup
        return dates.moment(last.at, self._session.now()) if last else self.tr("Not from here yet")

    def _focus_again(self, name: str, spoken: str) -> None:
        """Sections are made anew after each change: the hand stays where it was."""
        if not (name or spoken) or self.acts.open_sheet is not None:
            return
        for widget in self._inside.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and (
                (name and widget.objectName() == name)
                or (not name and spoken and widget.accessibleName() == spoken)
            ):
                widget.setFocus()
                return

    def _restyle(self) -> None:
        if self.desk.facts is not None:
            self._show(self.desk.facts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._margins()
        if self.sections and self._columns != self._fitting_columns():
            self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().casefold() == "z" and not event.isAutoRepeat():
            self.desk.undo()
        else:
            super().keyPressEvent(event)
