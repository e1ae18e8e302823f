"""Before any visit: how to start one, the visits left unfinished, and the shop's open baskets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QVBoxLayout, QWidget

from assistant.records import Basket
from assistant.ui import dates, wording
from assistant.ui.counter.parked import Parked, Waiting
from assistant.ui.counter.sections import Notice
from assistant.ui.parts import Panel, Text, paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_WIDTH = 680


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says: an icon, a name with a second line, a word at the right; and what it opens."""

    key: str
    icon: str
    name: str
    second: str
    right: str
    opens: Callable[[], None]
    amber: bool = False


class Entry(QAbstractButton):
    """One thing to begin with."""

    def __init__(self, look: Look, said: Said) -> None:
        super().__init__()
        self._look, self._said, self._last = look, said, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda _on: self._said.opens())

    @property
    def key(self) -> str:
        return self._said.key

    def say(self, said: Said, *, last: bool) -> None:
        """What it says now; `last`: no line stands below it."""
        self._said, self._last = said, last
        self.setText(said.name)
        self.setAccessibleName(", ".join(word for word in (said.name, said.second, said.right) if word))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self._look.px(tokens()["rowHeight"]["basketLine"]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(look.px(20), 0, -look.px(20), 0)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("hover"))
            painter.drawRoundedRect(self.rect().adjusted(3, 3, -3, -3), 8, 8)
        if not self._last:
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.color("divider"))
        token = "later" if self._said.amber else "textSecondary"
        painter.drawPixmap(
            area.left(), (self.height() - look.px(20)) // 2, look.pixmap(self._said.icon, token, 20)
        )
        figures = look.font("body", tabular=True, weight=600)
        painter.setFont(figures)
        painter.setPen(look.color("text"))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._said.right)
        taken = QFontMetrics(figures).horizontalAdvance(self._said.right) + look.px(16)
        words = area.adjusted(look.px(34), 0, -taken, 0)
        top = (self.height() - look.line("body") - look.line("caption")) // 2
        first = QRect(words.left(), top, words.width(), look.line("body"))
        second = QRect(words.left(), first.bottom() + 1, words.width(), look.line("caption"))
        for spot, text, font, ink in (
            (first, self.text(), look.font("body", weight=500), "text"),
            (second, self._said.second, look.font("caption", weight=400), "textTertiary"),
        ):
            painter.setFont(font)
            painter.setPen(look.color(ink))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, spot.width())
            painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            paint_focus(painter, look, self.rect().adjusted(2, 2, -2, -2), tokens()["radius"]["control"])


class Group(QWidget):
    """A heading and its entries; those that stay keep their widget, and the focus with it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.entries: list[Entry] = []
        panel = Panel()
        self._rows = QVBoxLayout(panel)
        self._rows.setContentsMargins(1, 1, 1, 1)
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 20)
        column.setSpacing(8)
        self._title = Text(look, "label", token="textSecondary", weight=600)
        column.addWidget(self._title)
        column.addWidget(panel)
        self.hide()

    def show_entries(self, said: Sequence[Said], title: str) -> None:
        """List these, in this order."""
        self._title.setText(title)
        known = {entry.key: entry for entry in self.entries}
        self.entries = [known.pop(one.key) if one.key in known else Entry(self._look, one) for one in said]
        for gone in known.values():
            self._rows.removeWidget(gone)
            gone.setParent(None)
            gone.deleteLater()
        for place, (entry, one) in enumerate(zip(self.entries, said, strict=True)):
            entry.say(one, last=one is said[-1])
            if self._rows.indexOf(entry) != place:
                self._rows.removeWidget(entry)
                self._rows.insertWidget(place, entry)
        self.setVisible(bool(said))


class Idle(QWidget):
    """No visit open; what one may be begun with."""

    basket_chosen = Signal(str)
    visit_chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = Text(look, "title", tr("No visit open"))
        self._text = Text(look, "body", token="textSecondary")
        self.show_quiet(False)
        self.notice = Notice(look)
        self._visits = Group(look)
        self._baskets = Group(look)
        inside = QWidget()
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        middle = QWidget()
        middle.setMaximumWidth(look.px(_WIDTH))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.notice)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(16)
        column.addWidget(self._visits)
        column.addWidget(self._baskets)
        column.addStretch(1)
        self._around = QVBoxLayout(inside)
        self._around.addWidget(middle)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(scroll)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Begin where the field over it begins."""
        layout = tokens()["layout"]
        padding = layout["compact"]["pagePadding"] if compact else layout["pagePadding"]
        self._around.setContentsMargins(padding, 40, padding, 4)

    @property
    def entries(self) -> list[Entry]:
        return [*self._visits.entries, *self._baskets.entries]

    def show_waiting(self, found: Waiting, store_id: str | None, now: datetime) -> None:
        """List unfinished visits, then open baskets, this store's first."""
        visits = [self._visit(one, now) for one in found.visits]
        self._visits.show_entries(visits, tr("Parked and not finished"))
        parked = {one.visit.visit.basket_id for one in found.visits}
        others = [one for one in found.baskets if one[0].basket_id not in parked]
        baskets = sorted(others, key=lambda one: one[0].store_id != store_id)
        open_ones = [self._basket(one, name) for one, name in baskets]
        self._baskets.show_entries(open_ones, tr("Open baskets"))

    def show_quiet(self, quiet: bool) -> None:
        """Say how to begin, and that one suggestion at a time is shown where that is so."""
        begin = tr("Scan an item or find a customer to start one.")
        alone = tr("One suggestion at a time, for a queue; Q shows all.")
        self._text.setText(f"{begin} {alone}" if quiet else begin)

    def focus_first(self) -> bool:
        """Put the focus on the first thing to begin with."""
        entries = self.entries
        if entries:
            entries[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(entries)

    def _visit(self, one: Parked, now: datetime) -> Said:
        visit, parked_at = one.visit.visit, one.waiting.parked_at
        basket = tr("Basket {n}").format(n=visit.basket_id) if visit.basket_id else None
        who = one.customer or basket or one.first or tr("A visit")
        if parked_at is None:
            when = tr("begun {time}").format(time=dates.moment(visit.started_at, now))
        elif one.colleague is not None:
            name, time = wording.first_name(one.colleague), dates.moment(parked_at, now)
            when = tr("{name}’s, parked {time}").format(name=name, time=time)
        else:
            when = tr("parked {time}").format(time=dates.moment(parked_at, now))
        answered = tr("{n} of {count} answered").format(n=len(one.visit.answers), count=len(one.visit.shown))
        does = tr("Take up") if one.colleague is None else tr("Take over")
        opens = partial(self.visit_chosen.emit, one)
        return Said(visit.visit_id, "clock", who, f"{when}, {answered}", does, opens, amber=True)

    def _basket(self, basket: Basket, name: str | None) -> Said:
        count = tr("{name} and {n} more") if len(basket.lines) > 1 else "{name}"
        first = basket.lines[0].name if basket.lines else tr("empty")
        what = count.format(name=first, n=len(basket.lines) - 1)
        amounts = [line.unit_price for line in basket.lines]
        whole = sum(
            round((line.unit_price or 0) * line.quantity) - (line.discount or 0) for line in basket.lines
        )
        money = "" if None in amounts else wording.money(whole, basket.currency)
        title = ", ".join(part for part in (name, basket.basket_id) if part)
        opens = partial(self.basket_chosen.emit, basket.basket_id)
        return Said(str(basket.basket_id), "shopping-cart", title, what, money, opens)
