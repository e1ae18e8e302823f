"""The kit under the suggestions: its price in one line; while it is offered, what to say and the answers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from assistant.records import Kit
from assistant.suggest.talking_points import spoken
from assistant.ui import wording
from assistant.ui.counter.actions import Actions
from assistant.ui.parts import Button, Chip, Elided, Text
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_COMPACT = 60


class KitStrip(QWidget):
    """Shows one kit; says that it is to be offered, and which answer was pressed."""

    asked = Signal()
    pressed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._compact = look, False
        self.kit: Kit | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._icon = QLabel()
        self._title = Text(look, "name", tr("Complete the kit"))
        self._saves = Chip(look, "", "accent")
        self._items = Elided(look, "label", token="textSecondary", weight=400)
        self._say = Text(look, "sayLarge")
        self._say.setWordWrap(True)
        self._proof = Elided(look, "label", token="textSecondary", weight=400)
        self._price = Text(look, "name", tabular=True, weight=700)
        self._instead = Text(look, "label", token="textSecondary", weight=400)
        self.offer = Button(look, tr("Offer kit"), key="K")
        self.answers = Actions(look)
        self._lay_out()
        self.offer.clicked.connect(lambda _on: self.asked.emit())
        self.answers.pressed.connect(self.pressed)
        look.changed.connect(self._draw)
        self._draw()
        self.open = False
        self.show_kit(None)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._saves)
        head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addLayout(head)
        words.addWidget(self._items)
        words.addStretch(1)
        prices = QVBoxLayout()
        prices.setSpacing(0)
        prices.addStretch(1)
        for text in (self._price, self._instead):
            prices.addWidget(text, 0, Qt.AlignmentFlag.AlignRight)
        prices.addStretch(1)
        self._line = QWidget()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(20, 0, 20, 0)
        line.setSpacing(16)
        line.addWidget(self._icon)
        line.addLayout(words, 1)
        line.addLayout(prices)
        line.addWidget(self.offer)
        self._rest = QWidget()
        self._rest.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        rest = QVBoxLayout(self._rest)
        rest.setContentsMargins(60, 0, 20, 16)
        rest.setSpacing(10)
        rest.addWidget(self._say)
        rest.addWidget(self._proof)
        rest.addWidget(self.answers, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._line)
        column.addWidget(self._rest)

    def show_kit(self, kit: Kit | None) -> None:
        """Show a kit, closed; None shows none."""
        self.kit = kit
        self.set_open(False)
        if kit is not None:
            self._items.setText(items(kit))
            self._saves.set_text(tr("Saves {n}%").format(n=kit.saved))
            self._price.setText(wording.money(kit.price, kit.currency))
            instead = wording.money(kit.separately, kit.currency)
            all_of_it = tr("together") if kit.price is not None else ""
            self._instead.setText(tr("instead of {money}").format(money=instead) if kit.saving else all_of_it)
            self._say.setText(wording.quoted(kit.talking_point.text))
            self._proof.setText(proof(kit))
            self.offer.setAccessibleName(f"{tr('Offer kit')}. {spoken_kit(kit)}")
            self.setAccessibleName(spoken_kit(kit))
            self.answers.name_for(tr("the kit"))
            self._make_room()
        self.setVisible(kit is not None)

    def set_open(self, on: bool) -> None:
        """Show what to say and the answers, or the one line only."""
        self.open = on
        self._rest.setVisible(on)
        self.offer.setVisible(not on)
        self._make_room()
        self.updateGeometry()
        self.update()

    def set_busy(self, busy: bool) -> None:
        """An answer is on its way to the disk."""
        self.answers.declined.setDown(False)
        self.answers.setEnabled(not busy)
        self.offer.setEnabled(not busy)

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self._compact = compact
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where the line is too narrow, its picture gives way, then what is saved: both prices say it too."""
        self.answers.fit(self.width() - 80)
        self._icon.show()
        self._saves.setVisible(self.kit is not None and self.kit.saved > 0)
        for least in (self._icon, self._saves):
            if self._line.minimumSizeHint().width() > self.width():
                least.hide()

    def _draw(self) -> None:
        look, full = self._look, tokens()["rowHeight"]["bundle"]
        self._line.setFixedHeight(look.px(_COMPACT if self._compact else full))
        self._icon.setPixmap(look.pixmap("layers", "text", 24))
        font = look.font("sayLarge")
        if self._compact:
            font.setPixelSize(look.px(tokens()["layout"]["compact"]["sayLarge"][0]))
        self._say.setFont(font)
        self._make_room()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(600), super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter, radius = self._look, QPainter(self), tokens()["radius"]["panel"]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(look.color("accentSoft" if self.open else "surface"))
        painter.setPen(QPen(look.color("border"), 1))
        painter.drawRoundedRect(area, radius, radius)
        if self.open:
            path = QPainterPath()
            path.addRoundedRect(area, radius, radius)
            painter.setClipPath(path)
            bar = QRectF(QPointF(0, 0), QPointF(tokens()["stroke"]["selectionBar"], self.height()))
            painter.fillRect(bar, look.color("accent"))


def items(kit: Kit) -> str:
    """`Swift 128 GB SD card, Clearline protective filter and Lens cleaning set`."""
    names = [spoken(one.product.name) for one in kit.suggestions]
    return tr("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def proof(kit: Kit) -> str:
    """Why these belong together, with the base of what was counted."""
    anchor = spoken(kit.anchor_name)
    if kit.kind == "mined" and kit.n is not None and kit.base is not None:
        said = tr("All of it was in {n} of {base} recent sales of the {anchor} with something else")
        return said.format(n=wording.number(kit.n), base=wording.number(kit.base), anchor=anchor)
    return tr("The shop offers these together with the {anchor}").format(anchor=anchor)


def spoken_kit(kit: Kit) -> str:
    """A kit for a screen reader: what, what it costs and saves, and what to say."""
    price = wording.spoken_money(kit.price, kit.currency)
    if kit.saving:
        instead = wording.spoken_money(kit.separately, kit.currency)
        price = tr("{price} instead of {instead}, saves {n}%").format(
            price=price, instead=instead, n=kit.saved
        )
    head = ", ".join(part for part in (tr("Complete the kit"), items(kit), price) if part)
    return f"{head}. " + tr("Say: {text}").format(text=kit.talking_point.text)
