"""The sheet behind the chip: working offline, or not syncing; what is safe, what to do, what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from assistant.store.basket_writes import Unsent
from assistant.ui import dates, wording
from assistant.ui.counter.overlay import Overlay
from assistant.ui.emptying import taken
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.standing import Standing
from assistant.ui.step_number import StepNumber
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_WIDTH = 480
_MOST_HEIGHT = 300  # of the list of what waits


class StandingSheet(Overlay):
    """Says one standing; Enter tries again, Esc goes back."""

    again = Signal()
    settings_asked = Signal()

    def __init__(self, look: Look, parent: QWidget, clock: Callable[[], datetime]) -> None:
        super().__init__(look, parent, scrim=True)
        self._clock = clock
        self.standing: Standing | None = None
        self.panel = Panel(self, "popup")
        self._column = QVBoxLayout(self.panel)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._listed = False  # what waits is shown in place of what to do
        self._inside: QWidget | None = None
        self.try_again = Button(look, "", icon="refresh-cw")
        self.open_settings = Button(look, tr("Open settings"), "primary")
        self.see = Button(look, "", "quiet")
        self.copy = Button(look, tr("Copy details"), "quiet", icon="copy")
        self.no = Button(look, tr("Back"), key="Esc")
        self.try_again.clicked.connect(lambda _on: self._try())
        self.open_settings.clicked.connect(lambda _on: self._go_to_settings())
        self.see.clicked.connect(lambda _on: self._turn())
        self.copy.clicked.connect(lambda _on: QGuiApplication.clipboard().setText(self.details))
        self.no.clicked.connect(lambda _on: self.leave())
        self._place = QVBoxLayout()
        self._column.addLayout(self._place)
        self._column.addSpacing(16)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self._column.addLayout(self._lines)
        for button in (self.open_settings, self.try_again, self.no, self.see, self.copy):
            button.setParent(self.panel)

    @property
    def details(self) -> str:
        """What goes to the clipboard: no secret and no customer is among it."""
        standing = self.standing
        if standing is None:
            return ""
        lines = [standing.sentence, tr("Since {time}.").format(time=dates.clock(standing.since))]
        return "\n".join([*lines, *(_line(one, self._clock()) for one in standing.unsent)])

    def body(self) -> QWidget:
        return self.panel

    def show_standing(self, standing: Standing, back_to: QWidget | None) -> None:
        """Come, and say how things stand."""
        self._listed = False
        self.tell(standing)
        self.come(back_to, self.open_settings if self.open_settings.isVisibleTo(self) else self.try_again)

    def tell(self, standing: Standing) -> None:
        """Say how things stand by now."""
        self.standing = standing
        if self._inside is not None:
            self._inside.hide()
            self._inside.deleteLater()
        make = self._waiting if self._listed else self._offline if _offline(standing) else self._fault
        self._inside = make(standing)
        self._place.addWidget(self._inside)
        self._inside.show()  # else it waits for the next turn of the event loop, and has no size until then
        self.open_settings.setVisible(not _offline(standing))
        self.copy.setVisible(not _offline(standing))
        self._name(self.try_again, tr("Try now") if _offline(standing) else tr("Try again"))
        shown = len(standing.unsent)
        self.see.setVisible(shown > 0)
        words = wording.counted(shown, tr("See the one waiting"), tr("See the {n} waiting"))
        self._name(self.see, tr("What to do") if self._listed else words)
        self.panel.setAccessibleName(_title(standing))
        if self.isVisible():
            self.arrange()

    def arrange(self) -> None:
        width = min(self._look.px(_WIDTH), self.width() - 32)
        self.panel.setFixedWidth(width)
        margins = self._column.contentsMargins()
        self._put_buttons(width - margins.left() - margins.right())
        self._column.activate()
        height = min(self.panel.heightForWidth(width), self.height() - 32)
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 3, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            event.accept()
            focus = QApplication.focusWidget()
            (focus if isinstance(focus, Button) else self.try_again).click()
            return
        super().keyPressEvent(event)

    def _try(self) -> None:
        self.go()
        self.again.emit()

    def _go_to_settings(self) -> None:
        self.go()
        self.settings_asked.emit()

    def _turn(self) -> None:
        self._listed = not self._listed
        if self.standing is not None:
            self.tell(self.standing)

    def _put_buttons(self, room: int) -> None:
        """In as many lines as they need."""
        taken(self._lines)
        fault = self.standing is not None and not _offline(self.standing)
        first = (self.open_settings, self.try_again, self.no) if fault else (self.try_again, self.no)
        second = [self.see] if self.standing is not None and self.standing.unsent else []
        second += [self.copy] if fault else []
        for buttons in (first, second):
            line, left = QHBoxLayout(), room
            self._lines.addLayout(line)
            for button in buttons:
                wide = button.sizeHint().width()
                if wide > left and line.count():
                    line.addStretch(1)
                    line, left = QHBoxLayout(), room
                    self._lines.addLayout(line)
                line.setSpacing(8)
                line.addWidget(button)
                left -= wide + 8
            line.addStretch(1)

    @staticmethod
    def _name(button: Button, text: str) -> None:
        button.setText(text)
        button.setAccessibleName(text)
        button.updateGeometry()

    def _head(self, icon: str, token: str, title: str, text: str) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(12)
        if icon:
            head.addWidget(self._icon(icon, token, 24), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._words("title", title))
        words.addWidget(self._words("body", text, "textSecondary"))
        head.addLayout(words, 1)
        return head

    def _icon(self, name: str, token: str, size: int) -> QLabel:
        made = QLabel()
        made.setPixmap(self._look.pixmap(name, token, size))
        return made

    def _words(self, style: str, text: str, token: str = "text", weight: int | None = None) -> Text:
        made = Text(self._look, style, text, token, weight=weight)
        made.setWordWrap(True)
        return made

    def _pair(self, name: str, text: str) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._words("body", name, weight=600))
        words.addWidget(self._words("label", text, "textSecondary", 400))
        words.addStretch(1)
        return words

    def _offline(self, standing: Standing) -> QWidget:
        inside, column = _column()
        carry_on = tr("Carry on. Everything you log is kept and sent later.")
        column.addLayout(self._head("", "", _title(standing), carry_on))
        column.addSpacing(4)
        read_at = dates.moment(standing.read_at, self._clock()) if standing.read_at else None
        dated = tr("Stock and prices are from {time} and say so").format(time=read_at) if read_at else ""
        nothing = tr("Nothing was read from the shop yet")
        for icon, token, name, text in (
            (
                "check",
                "textSecondary",
                tr("Works as usual"),
                tr("Customers, suggestions, answers, follow-ups"),
            ),
            (
                "clock",
                "laterText",
                tr("May be out of date"),
                dated or nothing,
            ),
            ("minus", "textSecondary", tr("Waits for the shop"), tr("Live basket: scan items here instead")),
        ):
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(self._icon(icon, token, 20), 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(self._pair(name, text), 1)
            column.addLayout(row)
        column.addStretch(1)
        return inside

    def _fault(self, standing: Standing) -> QWidget:
        inside, column = _column()
        since = tr("Since {time}.").format(time=dates.clock(standing.since))
        why = tr("It may have expired or been replaced.") if standing.trouble == "refused" else ""
        column.addLayout(self._head("triangle-alert", "fault", _title(standing), f"{since} {why}".strip()))
        steps = Panel()
        rows = QVBoxLayout(steps)
        rows.setContentsMargins(16, 10, 16, 10)
        rows.setSpacing(8)
        for n, text in enumerate(_steps(standing), 1):
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(StepNumber(self._look, n), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(self._words("body", text), 1)
            rows.addLayout(row)
        column.addWidget(steps)
        safe = tr("What you note is safe on this computer. The counter still works.")
        if standing.waiting:
            safe = wording.counted(
                standing.waiting,
                tr("One add-on waits, safe on this computer. The counter still works."),
                tr("{n} add-ons wait, safe on this computer. The counter still works."),
            )
        column.addWidget(self._words("label", safe, "textSecondary", 400))
        column.addStretch(1)
        return inside

    def _waiting(self, standing: Standing) -> QWidget:
        """What the shop was not told yet, then what it refused, with its reason."""
        inside, column = _column()
        listed = QWidget()
        rows = QVBoxLayout(listed)
        rows.setContentsMargins(0, 0, 12, 0)
        rows.setSpacing(10)
        for one in standing.unsent:
            row = QHBoxLayout()
            row.setSpacing(10)
            icon, token = ("clock", "laterText") if one.why is None else ("triangle-alert", "fault")
            row.addWidget(self._icon(icon, token, 20), 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(self._pair(_what(one), _where(one, self._clock())), 1)
            rows.addLayout(row)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(listed)
        area.setMinimumHeight(min(listed.sizeHint().height() + 4, self._look.px(_MOST_HEIGHT)))
        column.addWidget(self._words("title", tr("Not in the shop’s baskets")))
        column.addWidget(area)
        return inside


def _column() -> tuple[QWidget, QVBoxLayout]:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    return inside, column


def _offline(standing: Standing) -> bool:
    return standing.trouble == "unreached"


def _title(standing: Standing) -> str:
    if _offline(standing):
        return tr("Working offline since {time}").format(time=dates.clock(standing.since))
    return tr("The shop refused our access key") if standing.trouble == "refused" else standing.sentence


def _steps(standing: Standing) -> tuple[str, ...]:
    settings = tr("Open Settings, Shop connection (manager PIN).")
    if standing.trouble == "refused":
        new = tr("Paste a new access key from the shop.")
        return settings, new, tr("Choose Try again. Sending takes a few seconds.")
    return settings, tr("Look at what is connected, and choose Test."), tr("Then choose Try again.")


def _what(one: Unsent) -> str:
    return one.product if one.change > 0 else tr("Take out: {product}").format(product=one.product)


def _where(one: Unsent, now: datetime) -> str:
    where = tr("Basket {basket}, {when}").format(basket=one.basket_id, when=dates.moment(one.at, now))
    return where if one.why is None else f"{where}. {one.why}"


def _line(one: Unsent, now: datetime) -> str:
    return f"{_what(one)}: {_where(one, now)}"
