"""The Team page: its head, the tab in sight under it, and that tab's panel at the right."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from assistant.errors import KnownError
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import words
from assistant.ui.team.head import Head, HeadFacts, head_facts
from assistant.ui.team.tabs import TABS, Asked, TabPage
from assistant.ui.theme import Look, tokens


class TeamPage(QWidget):
    """Asks for its figures when it is shown, and again when a sync or a training brought something."""

    def __init__(
        self, look: Look, questions: Questions, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._session = look, questions, session
        self._stale = True
        self._made: dict[str, TabPage] = {}
        self._current = TABS[0].name
        self.head = Head(look)
        self._pages = QStackedWidget()
        self._column = QVBoxLayout()
        self._column.addWidget(self.head)
        self._column.addWidget(self._pages, 1)
        self._outer = QHBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addLayout(self._column, 1)
        self.head.asked_anew.connect(self.refresh)
        self.head.strip.chosen.connect(self.open_tab)
        self.head.export.chosen.connect(self._ask_where)
        for keys, by in (("Ctrl+PgUp", -1), ("Ctrl+PgDown", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.head.strip.turn, by))
        session.data_changed.connect(self._data_changed)
        session.associate_changed.connect(self._data_changed)
        look.changed.connect(self._arrange)
        self._bring(self._current)

    def refresh(self) -> None:
        """Ask for what the head offers, then for the figures of the tab in sight."""
        self._stale = False
        self._questions.ask(
            partial(head_facts, seen_by=self._who()), self._show_head, key="team head", failed=self._trouble
        )

    def open_tab(self, name: str) -> None:
        """Bring a tab in sight and ask for its figures."""
        self._current = name
        self.refresh()

    @property
    def tab(self) -> TabPage:
        """The tab in sight."""
        return self._made[self._current]

    @property
    def asked(self) -> Asked:
        """What the head asks for now."""
        narrowed = (self.head.touchpoint, self.head.category) if self.tab.narrows else (None, None)
        return Asked(self.head.weeks, self.head.store_id, self._who(), *narrowed)

    def export_to(self, path: Path, kind: str) -> None:
        """Write what is shown, with its bounds and filters, to a file."""
        self._questions.ask(
            self.tab.export(self.asked, path, kind),
            lambda written: self.head.say(words.tr("Saved as {file}").format(file=written.name)),
            key="team export",
            failed=self._trouble,
        )

    def _show_head(self, facts: HeadFacts) -> None:
        if self._current not in facts.tabs:
            self._current = facts.tabs[0]
        self.head.show_facts(facts, self._current)
        self.head.say("")
        self._bring(self._current)
        self.head.offer(self.tab.period_matters, self.tab.formats, narrows=self.tab.narrows)
        self.tab.show_asked(self.asked)

    def _bring(self, name: str) -> None:
        """Show a tab, making it the first time, with its panel at the right."""
        if name not in self._made:
            tab = next(tab for tab in TABS if tab.name == name)
            made = tab.make(self._look, self._questions, self._session)
            made.said.connect(self.head.say)
            self._made[name] = made
            self._pages.addWidget(made)
            if made.side is not None:
                made.side.hide()
                self._outer.addWidget(made.side)
            if made.own_button is not None:
                self.head.take(made.own_button)
        for other, page in self._made.items():
            if other != name and page.side is not None:
                page.side.hide()
            if page.own_button is not None:
                page.own_button.setVisible(other == name)
        self._pages.setCurrentWidget(self._made[name])
        self._arrange()

    def _arrange(self) -> None:
        """Margins, smaller in a compact window."""
        compact = tokens()["layout"]["compact"]
        window = self.window()
        narrow = window.width() < 1360 or window.height() < 860
        side = compact["pagePadding"] if narrow else tokens()["layout"]["pagePadding"]
        self._column.setContentsMargins(side, 8 if narrow else 12, side, 12 if narrow else 20)
        self._column.setSpacing(8 if narrow else 12)
        self.tab.arrange(narrow)

    def _who(self) -> str | None:
        return self._session.associate.associate_id if self._session.associate else None

    def _trouble(self, problem: KnownError) -> None:
        self._stale = True
        self.head.say(str(problem))

    def _ask_where(self, kind: str) -> None:
        dialog = QFileDialog(self, words.tr("Export the figures"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{self.tab.file_name}.{kind}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name), kind))
        dialog.open()

    def _data_changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
