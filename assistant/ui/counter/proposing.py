"""Proposing a pairing: which line of the basket it starts from, and which product goes with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from assistant.records import Product
from assistant.ui.counter.curating import Named
from assistant.ui.counter.overlay import Overlay
from assistant.ui.counter.popovers import Option
from assistant.ui.counter.rows import Row
from assistant.ui.counter.serving import Served
from assistant.ui.parts import Button, Elided, KeyCap, Panel, Text
from assistant.ui.theme import Look
from assistant.ui.wording import tr

MOST = 9  # as many as there are number keys
_ONE_COLUMN = 4


class AddOn(Panel):
    """The product that is proposed, or how to say which."""

    def __init__(self, look: Look) -> None:
        super().__init__(name="sunken")
        self._look = look
        self._icon = QLabel()
        self.name = Elided(look, "body", weight=500)
        self._key = KeyCap(look, "F2")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 11, 14, 11)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self.name, 1)
        row.addWidget(self._key)
        look.changed.connect(self._draw)
        self._draw()

    def show_product(self, product: Named | None) -> None:
        """Name it; without one say where it comes from."""
        words = product.name if product else tr("Scan it, or find it with F2")
        self.name.setText(words)
        self.setAccessibleName(words)

    def _draw(self) -> None:
        self._icon.setPixmap(self._look.pixmap("scan-barcode", "textSecondary", 20))


class Proposing(Overlay):
    """Whoever buys this is offered that: digits choose the line, a scan or the field the product."""

    proposed = Signal(object, object)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, scrim=True)
        self._lines: Sequence[Named] = ()
        self.add_on: Named | None = None
        self.anchor: Named | None = None
        self.options: list[Option] = []
        self.panel = Panel(self, "popup")
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Text(look, "title", tr("Propose a pairing")))
        column.addSpacing(4)
        column.addWidget(Text(look, "label", tr("Whoever buys"), "textSecondary"))
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        column.addLayout(self._grid)
        column.addSpacing(4)
        column.addWidget(Text(look, "label", tr("is offered as well"), "textSecondary"))
        self._shown = AddOn(look)
        column.addWidget(self._shown)
        self.trouble = Text(look, "label", token="laterText")
        self.trouble.setWordWrap(True)
        column.addWidget(self.trouble)
        words = tr("A manager decides for the shop, and sees your name.")
        column.addWidget(Text(look, "label", words, "textTertiary", weight=400))
        column.addSpacing(12)
        column.addLayout(self._buttons(look))
        self.panel.setAccessibleName(tr("Propose a pairing"))

    def _buttons(self, look: Look) -> QHBoxLayout:
        self.yes = Button(look, tr("Propose"), "primary", key="Enter")
        self.no = Button(look, tr("Back"), key="Esc")
        self.yes.clicked.connect(lambda _on: self._propose())
        self.no.clicked.connect(lambda _on: self.leave())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        row.addStretch(1)
        return row

    def body(self) -> QWidget:
        return self.panel

    def ask(
        self, lines: Sequence[Named], add_on: Named | None, not_with: str | None, back_to: QWidget
    ) -> None:
        """Put the question; `not_with` is the line that the add-on is suggested with already."""
        self._lines, self._not_with = lines[: MOST + 1], not_with
        self.trouble.hide()
        self.add_on = add_on
        self._back_to = back_to
        self._show()
        self.come(back_to, self._first())

    def take(self, product: Named) -> None:
        """A scan or the universal field says which product."""
        self.trouble.hide()
        self.add_on, self._not_with = product, None
        self._show()
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, sentence: str) -> None:
        """Say what was wrong with a scan; what was chosen stays."""
        self.trouble.setText(sentence)
        self.trouble.show()
        self.arrange()

    def arrange(self) -> None:
        width = min(self._look.px(520), self.width() - 32)
        self.panel.setFixedWidth(width)
        self.panel.adjustSize()
        wanted = max(self.panel.heightForWidth(width), self.panel.sizeHint().height())
        height = min(wanted, self.height() - 16)
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 3, width, height)

    def _first(self) -> QWidget:
        """What takes the focus: the line that is chosen, else the way back."""
        return next((one for one in self.options if one.marked), self.no)

    def _show(self) -> None:
        """Show the lines but the add-on itself, one of them chosen."""
        for old in self.options:
            self._grid.removeWidget(old)
            old.setParent(None)
            old.deleteLater()
        lines = [
            one for one in self._lines if self.add_on is None or one.product_id != self.add_on.product_id
        ]
        self._choices = lines[:MOST]
        self.options = [Option(self._look, n, one.name) for n, one in enumerate(self._choices, 1)]
        columns = 1 if len(self.options) <= _ONE_COLUMN else 2
        for place, option in enumerate(self.options):
            self._grid.addWidget(option, place // columns, place % columns)
            option.show()  # at once, so that it can take the focus
            option.clicked.connect(lambda _on, place=place: self.choose(place))
        self._shown.show_product(self.add_on)
        first = next((i for i, one in enumerate(self._choices) if one.product_id != self._not_with), 0)
        self.choose(first)
        self.arrange()

    def choose(self, place: int) -> None:
        """Choose the line that it starts from."""
        self.anchor = self._choices[place] if place < len(self._choices) else None
        for n, option in enumerate(self.options):
            option.set_marked(n == place)
        if self.isVisible() and self.anchor is not None:
            self.options[place].setFocus(Qt.FocusReason.OtherFocusReason)
        self.yes.setEnabled(self.anchor is not None and self.add_on is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        number = event.key() - Qt.Key.Key_1
        if event.isAutoRepeat():
            return
        if 0 <= number < len(self.options):
            self.choose(number)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.options:
            step = -1 if event.key() == Qt.Key.Key_Up else 1
            here = next((n for n, one in enumerate(self.options) if one.marked), 0)
            self.choose((here + step) % len(self.options))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.no.hasFocus():
                self.leave()
            else:
                self._propose()
        else:
            super().keyPressEvent(event)

    def _propose(self) -> None:
        if self.anchor is not None and self.add_on is not None:
            anchor, add_on = self.anchor, self.add_on
            self.go()
            self.proposed.emit(anchor, add_on)


def lines_of(served: Served) -> list[Named]:
    """What is being bought, the dearest first: an add-on goes with a thing of worth."""
    prices = {line.product_id: line.unit_price or 0 for line in served.lines}
    names = {line.product_id: line.name for line in served.lines}
    return [Named(one, names[one]) for one in sorted(names, key=lambda one: -prices[one])]


def proposed_first(served: Served, row: Row | None) -> tuple[Named | None, str | None]:
    """What is likely meant: what was scanned last beside other things, else the suggestion that is selected.

    Beside it the line that it is suggested with already.
    """
    if served.scanned and len({line.product_id for line in served.lines}) > 1:
        last = served.scanned[-1]
        return Named(last.product_id, last.name), None
    if row is None or not [one for one in lines_of(served) if one.product_id != row.anchor_id]:
        return None, None
    product: Product = row.suggestion.product
    return Named(product.product_id, product.name), row.anchor_id
