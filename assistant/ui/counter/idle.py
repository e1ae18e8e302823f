"""Before any visit: how to start one, the visits left unfinished, and the shop's open baskets."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QVBoxLayout, QWidget

from assistant.records import Basket
from assistant.ui import wording
from assistant.ui.counter.sections import Notice
from assistant.ui.counter.serving import Parked, Waiting
from assistant.ui.emptying import empty
from assistant.ui.parts import Panel, Text, paint_focus
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr

_WIDTH = 680


class Entry(QAbstractButton):
    """One thing to begin with: an icon, a name with a second line, and a word at the right."""

    def __init__(
        self, look: Look, icon: str, name: str, second: str, right: str, *, last: bool, amber: bool = False
    ) -> None:
        super().__init__()
        self._look, self._icon, self._second, self._right = look, icon, second, right
        self._last, self._amber = last, amber
        self.setText(name)
        self.setAccessibleName(", ".join(word for word in (name, second, right) if word))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

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
        token = "later" if self._amber else "textSecondary"
        painter.drawPixmap(
            area.left(), (self.height() - look.px(20)) // 2, look.pixmap(self._icon, token, 20)
        )
        figures = look.font("body", tabular=True, weight=600)
        painter.setFont(figures)
        painter.setPen(look.color("text"))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._right)
        taken = QFontMetrics(figures).horizontalAdvance(self._right) + look.px(16)
        words = area.adjusted(look.px(34), 0, -taken, 0)
        top = (self.height() - look.line("body") - look.line("caption")) // 2
        first = QRect(words.left(), top, words.width(), look.line("body"))
        second = QRect(words.left(), first.bottom() + 1, words.width(), look.line("caption"))
        for spot, text, font, ink in (
            (first, self.text(), look.font("body", weight=500), "text"),
            (second, self._second, look.font("caption", weight=400), "textTertiary"),
        ):
            painter.setFont(font)
            painter.setPen(look.color(ink))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, spot.width())
            painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            paint_focus(painter, look, self.rect().adjusted(2, 2, -2, -2), tokens()["radius"]["control"])


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
        self._entries: list[Entry] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(0)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        middle = QWidget()
        middle.setMaximumWidth(look.px(_WIDTH))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 40, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.notice)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(16)
        column.addWidget(scroll, 1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(24, 0, 24, 20)
        outside.addWidget(middle)
        outside.setAlignment(middle, Qt.AlignmentFlag(0))

    @property
    def entries(self) -> list[Entry]:
        return list(self._entries)

    def show_waiting(self, found: Waiting, store_id: str | None, now: datetime) -> None:
        """List unfinished visits, then open baskets, this store's first."""
        empty(self._column)
        self._entries = []
        if found.visits:
            self._add(
                tr("Parked and not finished"),
                [self._visit(one, now, one is found.visits[-1]) for one in found.visits],
            )
        parked = {one.visit.visit.basket_id for one in found.visits}
        others = [one for one in found.baskets if one[0].basket_id not in parked]
        baskets = sorted(others, key=lambda one: one[0].store_id != store_id)
        if baskets:
            self._add(
                tr("Open baskets"),
                [self._basket(one, name, now, one is baskets[-1][0]) for one, name in baskets],
            )
        self._column.addStretch(1)

    def show_quiet(self, quiet: bool) -> None:
        """Say how to begin, and that one suggestion at a time is shown where that is so."""
        begin = tr("Scan an item or find a customer to start one.")
        alone = tr("One suggestion at a time, for a queue; Q shows all.")
        self._text.setText(f"{begin} {alone}" if quiet else begin)

    def focus_first(self) -> bool:
        """Put the focus on the first thing to begin with."""
        if self._entries:
            self._entries[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(self._entries)

    def _add(self, title: str, entries: list[Entry]) -> None:
        self._column.addWidget(Text(self._look, "label", title, "textSecondary", weight=600))
        self._column.addSpacing(8)
        panel = Panel()
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        for entry in entries:
            rows.addWidget(entry)
        self._entries += entries
        self._column.addWidget(panel)
        self._column.addSpacing(20)

    def _visit(self, one: Parked, now: datetime, last: bool) -> Entry:
        visit, parked_at = one.visit.visit, one.waiting.parked_at
        basket = tr("Basket {n}").format(n=visit.basket_id) if visit.basket_id else None
        who = one.customer or basket or one.first or tr("A visit")
        if parked_at is None:
            when = tr("begun {time}").format(time=wording.moment(visit.started_at, now))
        elif one.colleague is not None:
            name, time = wording.first_name(one.colleague), wording.moment(parked_at, now)
            when = tr("parked by {name} {time}").format(name=name, time=time)
        else:
            when = tr("parked {time}").format(time=wording.moment(parked_at, now))
        answered = tr("{n} of {count} answered").format(n=len(one.visit.answers), count=len(one.visit.shown))
        does = tr("Take up") if one.colleague is None else tr("Take over")
        entry = Entry(self._look, "clock", who, f"{when}, {answered}", does, last=last, amber=True)
        entry.clicked.connect(lambda _on: self.visit_chosen.emit(one))
        return entry

    def _basket(self, basket: Basket, name: str | None, now: datetime, last: bool) -> Entry:
        count = tr("{name} and {n} more") if len(basket.lines) > 1 else "{name}"
        first = basket.lines[0].name if basket.lines else tr("empty")
        what = count.format(name=first, n=len(basket.lines) - 1)
        amounts = [line.unit_price for line in basket.lines]
        whole = sum(
            round((line.unit_price or 0) * line.quantity) - (line.discount or 0) for line in basket.lines
        )
        money = "" if None in amounts else wording.money(whole, basket.currency)
        title = ", ".join(part for part in (name, basket.basket_id) if part)
        entry = Entry(self._look, "shopping-cart", title, what, money, last=last)
        entry.clicked.connect(lambda _on: self.basket_chosen.emit(basket.basket_id))
        return entry
