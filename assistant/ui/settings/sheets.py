"""What lies over the Settings page for a moment: a PIN, a text, a list of changes, a PIN to hand over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from assistant.records import Associate
from assistant.store.pins import PinState
from assistant.store.staff import Person
from assistant.ui.counter.overlay import Overlay
from assistant.ui.emptying import empty
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.pinpage import PinPage
from assistant.ui.settings.choices import Picked
from assistant.ui.theme import Look, tokens


class Sheet(Overlay):
    """A panel in the middle of the page with a title, a text, and two buttons."""

    agreed = Signal()

    def __init__(self, look: Look, parent: QWidget, width: int = 480) -> None:
        super().__init__(look, parent, scrim=True)
        self._width = width
        self.panel = Panel(self, "popup")
        self.column = QVBoxLayout(self.panel)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(8)
        self.title = Text(look, "title")
        self.words = Text(look, "body", token="textSecondary")
        self.words.setWordWrap(True)
        self.column.addWidget(self.title)
        self.column.addWidget(self.words)
        self.yes = Button(look, "", "primary", key="Enter")
        self.no = Button(look, self.tr("Back"), key="Esc")
        self.yes.clicked.connect(lambda _on: self.agree())
        self.no.clicked.connect(lambda _on: self.leave())

    def body(self) -> QWidget:
        return self.panel

    def arrange(self) -> None:
        width = min(self._look.px(self._width), self.width() - 32)
        self.panel.setFixedWidth(width)
        self.column.activate()
        height = self.panel.heightForWidth(width) if self.panel.hasHeightForWidth() else 0
        height = min(max(height, self.panel.sizeHint().height()), self.height() - 32)
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 3, width, height)

    def say(self, title: str, text: str = "", yes: str = "") -> None:
        """What it asks."""
        self.title.setText(title)
        self.panel.setAccessibleName(title)
        self.words.setText(text)
        self.words.setVisible(bool(text))
        self.yes.setText(yes)
        self.yes.setAccessibleName(yes)
        self.yes.setVisible(bool(yes))
        self.yes.updateGeometry()

    def agree(self) -> None:
        """What Enter does."""
        self.agreed.emit()

    def add_buttons(self, *more: Button) -> None:
        """The buttons below what was added."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (*more, self.yes, self.no):
            row.addWidget(button)
        row.addStretch(1)
        self.column.addSpacing(8)
        self.column.addLayout(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            event.accept()
            if self.no.hasFocus() or self.yes.isHidden():
                self.leave()
            elif self.yes.isEnabled():
                self.agree()
            return
        super().keyPressEvent(event)


class PinSheet(Sheet):
    """Asks one of the managers for their PIN."""

    tried = Signal(str, str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, 600)
        self.pin = PinPage(look, self.tr("Back"), "Esc")
        self.pin.entered.connect(self._entered)
        self.pin.left.connect(self.leave)
        self._who: Person | None = None
        self._people: Sequence[Person] = ()
        self.names: Picked | None = None
        self._place = QHBoxLayout()
        self._place.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(self._place)
        self.column.addWidget(self.pin)
        self.no.hide()
        self.yes.hide()

    def ask(self, people: Sequence[Person], first: str, why: str, back_to: QWidget | None) -> None:
        """Ask; `first` is the id of whom to ask first, `why` says whose it is to do."""
        good = self.tr("Good for 15 minutes. Changes carry this name.")
        self.say(self.tr("Manager PIN"), f"{why} {good}")
        self._people = people
        self._who = next((one for one in people if one.associate.associate_id == first), people[0])
        self._show_names()
        self.come(back_to, self.pin.pad)
        self._begin("")

    def again(self, said: str) -> None:
        """The PIN was wrong."""
        self._begin(said)

    def _begin(self, said: str) -> None:
        if self._who is not None:
            self.pin.ask(self._who.associate, PinState(self._who.digits), said)

    def _show_names(self) -> None:
        if self.names is not None:
            self.names.deleteLater()
        options = [(one.associate.associate_id, one.associate.name) for one in self._people]
        who = self._who.associate.associate_id if self._who else ""
        self.names = Picked(self._look, options, who, width=240)
        self.names.setAccessibleName(self.tr("Whose PIN"))
        self.names.picked.connect(self._name_picked)
        self._place.addWidget(self.names)
        self.names.setVisible(len(options) > 1)

    def _name_picked(self, associate_id: str) -> None:
        self._who = next(one for one in self._people if one.associate.associate_id == associate_id)
        self._show_names()
        self._begin("")

    def _entered(self, pin: str) -> None:
        if self._who is not None:
            self.tried.emit(self._who.associate.associate_id, pin)


class OwnPinSheet(Sheet):
    """Lets whoever is signed in choose a PIN; where there is one, it is asked for first."""

    chosen = Signal(str, str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, 600)
        self._before, self._who = "", Associate("", "")
        self.pin = PinPage(look, self.tr("Back"), "Esc")
        self.pin.entered.connect(self._entered)
        self.pin.chosen.connect(lambda pin: self.chosen.emit(pin, self._before))
        self.pin.left.connect(self.leave)
        self.column.addWidget(self.pin)
        self.no.hide()
        self.yes.hide()

    def ask(self, who: Associate, *, digits: int, back_to: QWidget | None, said: str = "") -> None:
        """Begin, with the PIN there is or with the new one."""
        self._before, self._who = "", who
        self.say(self.tr("Your own PIN"))
        self.come(back_to, self.pin.pad)
        if digits:
            self.pin.ask(who, PinState(digits), said or self.tr("First the PIN you have now."))
        else:
            self.pin.choose(who, said)

    def _entered(self, pin: str) -> None:
        self._before = pin
        self.pin.choose(self._who)


class TextSheet(Sheet):
    """Asks for a line, or for several."""

    given = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent)
        self.line = QLineEdit()
        self.line.setFixedHeight(look.px(tokens()["control"]["field"]))
        self.lines = QPlainTextEdit()
        self.lines.setFixedHeight(look.px(180))
        for field in (self.line, self.lines):
            field.setFont(look.font("body"))
            self.column.addWidget(field)
        self.save = Button(look, self.tr("Save"), "primary", key="Ctrl+Enter")
        self.save.clicked.connect(lambda _on: self._give())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.lines, self._give)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.add_buttons(self.save)
        self.agreed.connect(self._give)

    def ask(self, title: str, text: str, value: str, back_to: QWidget | None, *, many: bool = False) -> None:
        """Ask, with what is there now."""
        self.say(title, text, "" if many else self.tr("Save"))
        self.save.setVisible(many)
        self.line.setVisible(not many)
        self.lines.setVisible(many)
        field = self.lines if many else self.line
        field.setAccessibleName(title)
        self.line.setText(value)
        self.lines.setPlainText(value)
        self.come(back_to, field)
        self.line.selectAll()

    def _give(self) -> None:
        text = self.line.text() if self.lines.isHidden() else self.lines.toPlainText()
        self.go()
        self.given.emit(text.strip())


class ListSheet(Sheet):
    """Lines to read, newest first."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, 640)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(2)
        inside = QWidget()
        inside.setLayout(self.rows)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inside)
        self._scroll.setMinimumHeight(look.px(360))
        self.column.addWidget(self._scroll, 1)
        self.add_buttons()

    def show_lines(
        self, title: str, text: str, lines: Sequence[tuple[str, str]], back_to: QWidget | None
    ) -> None:
        """Show lines, each with a quiet second one."""
        self.say(title, text)
        empty(self.rows)
        for first, second in lines:
            for role, words, token in (("body", first, "text"), ("caption", second, "textTertiary")):
                label = Text(self._look, role, words, token)
                label.setWordWrap(True)
                self.rows.addWidget(label)
        self.rows.addStretch(1)
        self.come(back_to, self.no)
