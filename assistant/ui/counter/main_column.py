"""The main column: the heading, the list, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from assistant.records import Slate
from assistant.suggest.talking_points import spoken
from assistant.ui import wording
from assistant.ui.counter.kit_strip import KitStrip
from assistant.ui.counter.restraint import NoOffers, NothingToSuggest, PersonalOff, QuietMode
from assistant.ui.counter.rows import Rows
from assistant.ui.counter.sections import (
    Notice,
    Section,
    held_back_rows,
    step_up_rows,
    step_up_words,
)
from assistant.ui.counter.serving import Served
from assistant.ui.counter.suggestion_list import SuggestionList
from assistant.ui.counter.told import Told
from assistant.ui.parts import Elided, KeyCap, Panel, Text
from assistant.ui.theme import Look, tokens
from assistant.ui.wording import tr


class LastKey(KeyCap):
    """The key of the last row."""

    def set_key(self, key: str) -> None:
        """Show another key."""
        self._key = key
        self.update()


class Heading(QWidget):
    """`Suggest next`, for whom, and the keys that choose."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.about = Elided(look, "body", token="textTertiary")
        self._last = QHBoxLayout()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Text(look, "title", tr("Suggest next")))
        row.addSpacing(4)
        row.addWidget(self.about, 1)
        self._keys = QWidget()
        keys = QHBoxLayout(self._keys)
        keys.setContentsMargins(0, 0, 0, 0)
        keys.setSpacing(8)
        self._to, self._word = LastKey(look, "5"), self._text(tr("choose"))
        self._between = self._text(tr("to"))
        for widget in (KeyCap(look, "1"), self._between, self._to, self._word):
            keys.addWidget(widget)
        keys.addSpacing(12)
        for widget in (KeyCap(look, "↑"), KeyCap(look, "↓"), self._text(tr("move"))):
            keys.addWidget(widget)
        row.addWidget(self._keys)

    def _text(self, word: str) -> Text:
        return Text(self._look, "label", word, "textTertiary", weight=400)

    def show_keys(self, count: int) -> None:
        """Say which keys choose a row."""
        self._keys.setVisible(count > 0)
        self._to.set_key(str(min(count, 9)))
        for widget in (self._between, self._to):
            widget.setVisible(count > 1)


class MainColumn(QWidget):
    """What to say next, and everything that qualifies it."""

    turn_on_asked = Signal()
    offers_asked = Signal()
    all_asked = Signal()

    def __init__(self, look: Look, rows: Rows, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._look, self._rows, self._now, self._quiet = look, rows, now, False
        self.notice, self.heading = Notice(look), Heading(look)
        self.told = Told(look, self, self.heading)
        self.personal_off = PersonalOff(look)
        self.list = SuggestionList(look, rows, now)
        self.nothing, self.refused = NothingToSuggest(look), NoOffers(look)
        self.quiet = QuietMode(look)
        self.held_back, self.step_ups = Section(look, "H"), Section(look, "U")
        self.kit = KitStrip(look)
        self._panel = Panel()
        self._panel.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inside = QVBoxLayout(self._panel)
        inside.setContentsMargins(0, 0, 0, 0)  # its border has taken its pixel already
        inside.addWidget(self.list)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self.notice, self.heading, self.personal_off, self.quiet, self._panel, self.nothing,
            self.refused,
        ):  # fmt: skip
            self._column.addWidget(widget)
        self._column.addWidget(self.kit)
        self._column.addSpacing(6)
        self._column.addStretch(1)
        self._column.addWidget(self.held_back)
        self._column.addWidget(self.step_ups)
        self.setMaximumWidth(tokens()["layout"]["mainMaxWidth"])
        self.personal_off.turn_on_asked.connect(self.turn_on_asked)
        self.refused.offers_asked.connect(self.offers_asked)
        self.quiet.all_asked.connect(self.all_asked)
        for section, other in ((self.held_back, self.step_ups), (self.step_ups, self.held_back)):
            section.toggled.connect(lambda on, other=other: other.head.setChecked(False) if on else None)
        self.set_compact(False)
        self.begin()

    def set_compact(self, compact: bool) -> None:
        """Draw the smaller way, for small windows."""
        self.list.set_compact(compact)
        self.kit.set_compact(compact)
        self.heading.setFixedHeight(self._look.px(30 if compact else 36))
        self._column.setSpacing(8 if compact else 10)

    def begin(self) -> None:
        """A visit has opened: nothing is known yet."""
        for widget in (
            self._panel, self.nothing, self.refused, self.quiet, self.held_back, self.step_ups,
        ):  # fmt: skip
            widget.hide()
        self.told.hide()
        self.kit.show_kit(None)
        for section in (self.held_back, self.step_ups):
            section.head.setChecked(False)

    def show_served(self, served: Served) -> None:
        """Say for whom; without consent, what that means."""
        self._say_about(served)
        self.personal_off.say(wording.first_name(served.name))
        self.personal_off.setVisible(served.card is not None and not served.personal)

    def show_slate(self, served: Served, slate: Slate, *, refused: bool = False, quiet: bool = False) -> None:
        """Show what is apart from the rows, and whether there are rows at all.

        `refused`: the customer wants no offers. `quiet`: one suggestion and nothing beside it.
        """
        now, self._quiet = self._now(), quiet
        steps = slate.step_ups
        self.step_ups.show_rows(
            tr("Step-up options (upsell)"), step_up_words(steps) if steps else "", step_up_rows(steps, now)
        )
        held = slate.held_back
        title = wording.counted(len(held), tr("1 held back"), tr("{n} held back"))
        self.held_back.show_rows(title, tr("What was left out, and why."), held_back_rows(held))
        count = 0 if refused else self._rows.rowCount()
        self.heading.show_keys(0 if quiet else count)
        self._say_about(None if refused else served)
        self._panel.setVisible(count > 0)
        self.nothing.setVisible(count == 0 and not refused)
        self.nothing.say(*nothing_words(served, slate), held_out=slate.held_out)
        self.refused.say(wording.first_name(served.name))
        self.refused.setVisible(refused)
        self.heading.setVisible(not refused and not slate.held_out)
        self.quiet.setVisible(quiet and not refused and not slate.held_out)
        self.list.set_alone(quiet)
        if refused or quiet:
            self.held_back.hide()
            self.step_ups.hide()

    def show_rows(self, served: Served) -> None:
        """The rows have changed their state."""
        self._say_about(served)

    def _say_about(self, served: Served | None) -> None:
        words = about(served, self._rows, quiet=self._quiet) if served is not None else ""
        self.heading.about.setText(words)


def about(served: Served, rows: Rows, *, quiet: bool = False) -> str:
    """`3 left for Maren and this basket`; where one is shown alone, no others are counted."""
    name = wording.first_name(served.name)
    if not rows.rowCount():
        return tr("for {name}").format(name=name) if name else ""
    if not rows.pending:
        return tr("All answered")
    if served.touchpoint == "browse" and len(served.scanned) == 1 and not name:
        what = spoken(served.scanned[0].name)
    elif not served.lines:
        what = name or tr("this customer", "after for")
    else:
        what = tr("{name} and this basket").format(name=name) if name else tr("this basket")
    if quiet:
        return tr("for {name}").format(name=what)
    left = tr("{n} left").format(n=rows.pending)
    return tr("{left} for {what}").format(left=left, what=what)


def nothing_words(served: Served, slate: Slate) -> tuple[str, str]:
    """Why there is nothing to suggest, and what was checked."""
    if slate.held_out:
        why = tr(
            "A few visits, drawn by lot, go without, so that the shop can see what suggestions bring. "
            "Serve as always."
        )
        return why, tr("Does not touch your rate.")
    checked = wording.counted(slate.checked, tr("Checked 1 product."), tr("Checked {n} products."))
    if slate.held_back:
        return tr("Everything that would go with it was held back; below is why."), checked
    if not served.lines:
        if not served.personal:
            return tr("There is no open basket, and what was bought before is not used."), ""
        return tr("There is no open basket, and nothing bought before leads to an add-on."), checked
    if len(served.lines) == 1:
        why = tr("Nothing is bought with {name} more often than by chance.")
        return why.format(name=spoken(served.lines[0].name)), checked if slate.checked else ""
    why = tr("Nothing is bought with what is in this basket more often than by chance.")
    return why, checked if slate.checked else ""
