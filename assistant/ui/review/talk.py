"""The middle column: what to talk about next, in narrower rows than the counter's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from assistant.records import Slate
from assistant.ui import why, wording
from assistant.ui.counter import proofs
from assistant.ui.counter.main_column import nothing_words
from assistant.ui.counter.painting import RowPainter
from assistant.ui.counter.restraint import PersonalOff
from assistant.ui.counter.rows import Row, Rows, named
from assistant.ui.counter.sections import (
    Notice,
    Section,
    held_back_rows,
    step_up_rows,
)
from assistant.ui.counter.serving import Served
from assistant.ui.counter.shapes import Shape, Shapes
from assistant.ui.counter.suggestion_list import SuggestionList
from assistant.ui.lines import wrapped
from assistant.ui.parts import ChipKind, Panel, Text
from assistant.ui.review import words
from assistant.ui.review.callers import Facts
from assistant.ui.theme import Look
from assistant.ui.wording import tr

_PROOFS = 2  # pieces of evidence
_LARGE = 1.15  # with text larger than this, the answers begin under the row's number
# What past answers and what is owned removed; what merely takes another's place is no news in a call.
_TOLD = ("declined_before", "refused_this_visit", "not_due", "owned", "out_of_stock")


class CallShapes(Shapes):
    """Rows without a picture: the key, the words, and a narrow column of figures."""

    @property
    def text_x(self) -> int:
        return self.pad + self._look.px(32 + 14)

    @property
    def _right(self) -> int:
        return self._look.px(100)

    def _measured(self, row: Row, width: int, *, selected: bool) -> Shape:
        px, x, look = self._look.px, self.text_x, self._look
        top = px((12 if self.compact else 18) if selected else (9 if self.compact else 13))
        most = 8 if selected else 3
        free = max(px(160), width - x - self._right - self.pad - px(20))
        text = wording.quoted(row.suggestion.talking_point.text)
        lines = wrapped(text, self.say_role(selected), free, most)
        say, line = self.say_line(selected), look.line("label")
        names = wrapped(named(row), look.font("name"), free, 2)
        name = QRect(x, top, free, look.line("name") * len(names))
        say_y = name.bottom() + 1 + px(4 if selected else 0)
        right = width - self.pad - self._right
        wide = free if not selected or len(lines) < 2 else width - self.pad - x  # beside the match, or below
        most = _PROOFS if selected else 0 if self.compact else 1
        reasons = why.reasons_for(row.suggestion)[:most]
        said = proofs.laid(look, reasons, wide, beside=False, brief=not selected)
        proof_y = say_y + say * len(lines) + px(6 if selected else 2)
        bottom = proof_y + proofs.height(look, said)
        buttons = bottom + px(10 if self.compact else 14)
        below = px(12 if self.compact else 18)
        price = look.line("title") if selected else look.line("name")
        stock_y = top + price
        match = 0 if self.compact and not selected else line * 2
        if selected:
            height = buttons + px(48) + below
        else:
            height = max(bottom, stock_y + line + px(2) + match) + px(8 if self.compact else 9)
        return Shape(
            height=height,
            names=names,
            lines=lines,
            proofs=said,
            key=QRect(self.pad, top, px(32), px(32)),
            thumb=QRect(),
            name=name,
            say=QPoint(x, say_y),
            proof=QRect(x, proof_y, wide, bottom - proof_y),
            actions=QPoint(self.pad if look.scale > _LARGE else x, buttons),
            price=QRect(right, top - (px(2) if selected else 0), self._right, price),
            stock=QRect(right, stock_y, self._right, line),
            match=QRect(right, stock_y + line + px(2), self._right, match),
        )

    def _selected(self, row: Row, width: int) -> Shape:
        return self._measured(row, width, selected=True)

    def _pending(self, row: Row, width: int) -> Shape:
        return self._measured(row, width, selected=False)

    def _answered(self, row: Row, width: int) -> Shape:
        px, shape = self._look.px, super()._answered(row, width)
        icon = QRect(self.text_x, shape.key.top(), px(24), px(32))
        name = QRect(icon.right() + px(10), 0, shape.price.left() - icon.right() - px(10), shape.height)
        return replace(shape, thumb=icon, name=name)


class CallPainter(RowPainter):
    """Evidence in lines below each other, and no pictures."""

    tells_aisle = False
    icons = MappingProxyType({"receipt": "history"})

    def _outcome(self, row: Row) -> tuple[str, str, ChipKind]:
        # There is no basket that it could have joined.
        return ("", tr("Accepted"), "accepted") if row.state == "accepted" else super()._outcome(row)

    def _thumb(self, painter: QPainter, area: QRect, row: Row, selected: bool) -> None:
        return


class CallList(SuggestionList):
    """The rows of a call."""

    shapes_kind = CallShapes
    painter_kind = CallPainter


class Policy(Panel):
    """In place of the list: why there are no offers in this call."""

    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        self._look = look
        self._icon = QLabel()
        self._title = Text(look, "name", title)
        self._text = Text(look, "body", token="textSecondary")
        self._text.setWordWrap(True)
        words_column = QVBoxLayout()
        words_column.setSpacing(2)
        words_column.addWidget(self._title)
        words_column.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 16, 20, 16)
        row.setSpacing(14)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words_column, 1)
        look.changed.connect(self._draw)
        self._draw()
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str) -> None:
        """Why."""
        self._text.setText(text)
        self.setAccessibleName(f"{self._title.text()}. {text}")

    def _draw(self) -> None:
        self._icon.setPixmap(self._look.pixmap("shield-check", "textSecondary", 24))


class Talk(QWidget):
    """What to talk about next, and everything that qualifies it."""

    turn_on_asked = Signal()

    def __init__(self, look: Look, rows: Rows, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._look, self._rows, self._now = look, rows, now
        self.notice, self.personal_off = Notice(look), PersonalOff(look)
        self._about = Text(look, "body", token="textTertiary")
        self._about.setWordWrap(True)
        self.list = CallList(look, rows, now)
        self.policy = Policy(look, tr("No offers in this call"))
        self.held_out = Policy(look, tr("No suggestions in this call"))
        self._nothing = Text(look, "body", token="textSecondary")
        self._nothing.setWordWrap(True)
        self.held_back, self.step_ups = Section(look, "H"), Section(look, "U")
        self._panel = Panel()
        self._build()
        self.personal_off.turn_on_asked.connect(self.turn_on_asked)
        for section, other in ((self.held_back, self.step_ups), (self.step_ups, self.held_back)):
            section.toggled.connect(lambda on, other=other: other.head.setChecked(False) if on else None)
        self.begin()

    def _build(self) -> None:
        self._panel.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        inside = QVBoxLayout(self._panel)
        inside.setContentsMargins(0, 0, 0, 0)  # its border has taken its pixel already
        inside.addWidget(self.list)
        self._heading = QWidget()
        head = QHBoxLayout(self._heading)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(12)
        head.addWidget(Text(self._look, "title", tr("Talk about next")))
        head.addWidget(self._about, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self.notice,
            self._heading,
            self.personal_off,
            self.policy,
            self.held_out,
            self._panel,
            self._nothing,
        ):
            column.addWidget(widget)
        column.addWidget(self.held_back)
        column.addStretch(1)
        column.addWidget(self.step_ups)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self.list.set_compact(compact)
        self._column.setSpacing(8 if compact else 12)

    def begin(self) -> None:
        """A call has begun: nothing is known yet."""
        for widget in (
            self._panel,
            self.policy,
            self.held_out,
            self._nothing,
            self.held_back,
            self.step_ups,
            self.notice,
        ):
            widget.hide()
        for section in (self.held_back, self.step_ups):
            section.head.setChecked(False)

    def show_served(self, served: Served) -> None:
        """Say where suggestions come from."""
        name = wording.first_name(served.name)
        who = name or tr("the customer")
        self._about.setText(
            tr("No basket: from what {who} owns").format(who=who)
            if served.personal
            else tr("No basket, and nothing of the past")
        )
        self.personal_off.say(name, basket=False)
        self.personal_off.setVisible(not served.personal)

    def show_slate(self, served: Served, slate: Slate, facts: Facts | None) -> None:
        """Show what is apart from the rows, and whether there are rows at all."""
        steps = slate.step_ups
        held = tuple(one for one in slate.held_back if one.rule in _TOLD)
        self.step_ups.show_rows(
            tr("Step-up options (upsell)"),
            words.step_ups(len(steps)),
            step_up_rows(steps, self._now()),
        )
        title = tr("Held back: {n}.").format(n=len(held))
        self.held_back.show_rows(title, words.held(held), held_back_rows(held))
        count = self._rows.rowCount()
        self._panel.setVisible(count > 0)
        self.show_policy(served, facts)
        self.held_out.say(" ".join(nothing_words(served, slate)))
        self.held_out.setVisible(slate.held_out and not self.policy.isVisibleTo(self))
        said = self.policy.isVisibleTo(self) or slate.held_out
        self._nothing.setVisible(count == 0 and not said)
        self._nothing.setText(" ".join(nothing_words(served, slate)))

    def show_policy(self, served: Served, facts: Facts | None) -> None:
        """At the month's limit say so; in place of the list where nothing was offered in this call."""
        full = facts is not None and not facts.contacts.left
        if facts is not None:
            self.policy.say(words.policy(facts.contacts, wording.first_name(served.name)))
        self.policy.setVisible(full)
