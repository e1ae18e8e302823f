"""Who is serving: choosing an associate before anything is shown of a customer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from assistant.records import Associate, Store
from assistant.store import catalog, preferences
from assistant.store.database import Connection
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.questions import Questions
from assistant.ui.theme import Look


def people(connection: Connection) -> tuple[tuple[Associate, ...], tuple[Store, ...], str]:
    """All who serve, the stores, and who signed in last."""
    return (
        catalog.associates(connection),
        catalog.stores(connection),
        preferences.text(connection, "signed_in"),
    )


def remember(connection: Connection, associate_id: str) -> None:
    """Remember who signed in, to offer that name first."""
    preferences.put(connection, "signed_in", associate_id)


class SignIn(QWidget):
    """A list of names, found by typing; a shop that names nobody lets a person add a name."""

    chosen = Signal(Associate)

    def __init__(self, look: Look, questions: Questions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._questions = look, questions
        self._people: tuple[Associate, ...] = ()
        self._stores: dict[str, str] = {}
        self._last = ""
        panel = Panel(self)
        panel.setFixedWidth(look.px(440))
        self._title = Text(look, "title", self.tr("Who is serving?"))
        self._hint = Text(look, "body", "", "textSecondary")
        self._hint.setWordWrap(True)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Type a name"))
        self._filter.setAccessibleName(self.tr("Name"))
        self._filter.setFixedHeight(look.px(44))
        self._filter.setFont(look.font("say"))
        self._filter.textChanged.connect(self._fill)
        self._filter.returnPressed.connect(self._take)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Associates"))
        self._list.itemActivated.connect(self._take)
        self._list.itemClicked.connect(self._take)
        self._list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list.setMinimumHeight(look.px(330))
        self._go = Button(look, self.tr("Sign in"), "primary", key="Enter")
        self._go.clicked.connect(self._take)
        self._lay_out(panel)
        look.changed.connect(self._fill)

    def _lay_out(self, panel: Panel) -> None:
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        for part in (self._title, self._hint, self._filter):
            inside.addWidget(part)
        inside.addWidget(self._list, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._go)
        inside.addLayout(row)
        outside = QVBoxLayout(self)
        outside.addStretch(1)
        outside.addWidget(panel, 0, Qt.AlignmentFlag.AlignHCenter)
        outside.addStretch(1)

    def open(self) -> None:
        """Ask who is there, afresh."""
        self._filter.clear()
        self._filter.setFocus()
        self._questions.ask(people, self._told, key="people")

    def _told(self, told: tuple[tuple[Associate, ...], tuple[Store, ...], str]) -> None:
        self._people, stores, self._last = told
        self._stores = {store.store_id: store.name for store in stores}
        if self._people:
            self._hint.setText(self.tr("Everything noted in this visit carries this name."))
            self._filter.setPlaceholderText(self.tr("Type a name"))
        else:
            self._hint.setText(self.tr("The shop names no associates yet. Type your name to begin."))
            self._filter.setPlaceholderText(self.tr("Your name"))
        self._list.setVisible(bool(self._people))
        self._fill()

    def _fill(self) -> None:
        typed = self._filter.text().casefold().strip()
        self._list.clear()
        self._list.setFont(self._look.font("say"))
        matching: Sequence[Associate] = [a for a in self._people if typed in a.name.casefold()]
        matching = sorted(
            matching,
            key=lambda a: (a.associate_id != self._last, self._stores.get(a.store_id or "", ""), a.name),
        )
        for associate in matching:
            store = self._stores.get(associate.store_id or "", "")
            item = QListWidgetItem(f"{associate.name}    {store}" if store else associate.name)
            item.setData(Qt.ItemDataRole.UserRole, associate)
            item.setSizeHint(QSize(0, self._look.px(48)))
            self._list.addItem(item)
        if matching:
            self._list.setCurrentRow(0)
        self._go.setEnabled(bool(matching) or bool(typed))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._list.count():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def _take(self, *_: object) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._sign_in(item.data(Qt.ItemDataRole.UserRole))
        elif not self._people and self._filter.text().strip():
            name = self._filter.text()
            self._questions.ask(partial(catalog.add_associate, name=name), self._sign_in)

    def _sign_in(self, associate: Associate) -> None:
        self._questions.ask(partial(remember, associate_id=associate.associate_id), lambda _: None)
        self.chosen.emit(associate)
