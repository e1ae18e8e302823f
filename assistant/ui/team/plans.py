"""The panel of target and initiatives: what is set, what came of it, and a manager's way to change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from assistant.errors import InputError, KnownError
from assistant.measure import initiatives
from assistant.measure.initiatives import Outcome
from assistant.records import Store
from assistant.store import access, catalog, targets
from assistant.store.database import Connection
from assistant.ui.parts import Button, Panel, Text
from assistant.ui.permits import Permits
from assistant.ui.questions import Questions
from assistant.ui.team import plans_words, words
from assistant.ui.team.tabs import Asked
from assistant.ui.theme import Look

_BAR = 16  # of the scroll bar, at most
Act = Callable[..., object]  # of a connection and, by name, a permit


@dataclass(frozen=True, slots=True)
class Plans:
    """What is set for a store or for all, what came of each initiative, and whether one may change it."""

    target: float | None
    outcomes: tuple[Outcome, ...]
    stores: tuple[Store, ...]
    may_set: bool


def plans_of(connection: Connection, asked: Asked) -> Plans:
    """The panel's question."""
    who, held = asked.seen_by, targets.target(connection, store_id=asked.store_id)
    return Plans(
        held.rate if held else None,
        tuple(initiatives.outcome(connection, one) for one in targets.initiatives(connection)),
        tuple(sorted(catalog.stores(connection), key=lambda store: store.store_id)),
        who is not None and access.may(access.role_of(connection, who), "targets"),
    )


def rate_of(text: str) -> float | None:
    """The share typed in per cent; None where nothing stands. Raises InputError for what is no number."""
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return None
    try:
        return round(float(bare.replace(",", ".")) / 100, 6)
    except ValueError as problem:
        raise InputError(words.tr("A target is a number between 0 and 100.")) from problem


class PlansPanel(Panel):
    """Stands where the charts do; Esc and Close give their place back."""

    closed = Signal()
    changed = Signal()

    def __init__(
        self, look: Look, questions: Questions, permits: Permits, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._questions, self._permits = look, questions, permits
        permits.refused.connect(self._say)
        self._asked: Asked | None = None
        self._titles: dict[str, str] = {}
        self.rate, self.name = QLineEdit(), QLineEdit()
        self.day = QDateEdit(QDate.currentDate())
        self.day.setCalendarPopup(True)
        self.places: dict[str, QCheckBox] = {}
        self.said = Text(look, "label", "", "textSecondary", weight=400)
        self.set_rate = Button(look, words.tr("Set target"))
        self.close_button = Button(look, words.tr("Close"), "quiet", key="Esc")
        self.begin = Button(look, words.tr("Mark the day"))
        self._where = Text(look, "label", "", "textSecondary", weight=400)
        self._ticks, self._told = QVBoxLayout(), QVBoxLayout()
        self.form = QWidget()
        self.listed: list[str] = []
        self.sentences: list[Text] = []
        for text in (self.said, self._where):
            text.setWordWrap(True)
        self.set_rate.clicked.connect(self._set_rate)
        self.begin.clicked.connect(self._begin)
        self._lay_out()

    def _lay_out(self) -> None:
        look = self._look
        self.close_button.clicked.connect(self.closed)
        head = QHBoxLayout()
        title = Text(look, "name", words.tr("Target and initiatives"))
        title.setWordWrap(True)
        head.addWidget(title, 1)
        head.addWidget(self.close_button)
        form = QVBoxLayout(self.form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        form.setSpacing(look.px(6))
        self._field(form, self.rate, words.tr("Target rate, %"))
        form.addWidget(self.set_rate)
        form.addSpacing(look.px(8))
        self._field(form, self.name, words.tr("What began"))
        self._field(form, self.day, words.tr("On which day"))
        form.addWidget(self._caption(words.tr("In these stores; none ticked means all")))
        form.addLayout(self._ticks)
        form.addWidget(self.begin)
        self._body = QWidget()
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(0, 0, look.px(8), 0)
        inside.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        inside.setSpacing(look.px(8))
        inside.addWidget(self._where)
        inside.addLayout(self._told)
        inside.addWidget(self.form)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(16), look.px(8), look.px(12), look.px(12))
        layout.setSpacing(look.px(6))
        layout.addLayout(head)
        layout.addWidget(self.said)
        layout.addWidget(scroll, 1)

    def _caption(self, text: str) -> Text:
        made = Text(self._look, "caption", text, "textSecondary", weight=500)
        made.setWordWrap(True)
        return made

    def _field(self, layout: QVBoxLayout, field: QWidget, label: str) -> None:
        field.setAccessibleName(label)
        field.setMinimumHeight(self._look.px(44))
        layout.addWidget(self._caption(label))
        layout.addWidget(field)

    def show_plans(self, asked: Asked) -> None:
        """Ask for what is set and what came of it."""
        self._asked = asked
        self._say("")
        self._ask()

    def _ask(self) -> None:
        assert self._asked is not None  # noqa: S101
        job = partial(plans_of, asked=self._asked)
        self._questions.ask(job, self._show, key="team plans", failed=self._trouble)

    def _show(self, found: Plans) -> None:
        assert self._asked is not None  # noqa: S101
        names = {store.store_id: store.name for store in found.stores}
        place = names.get(self._asked.store_id or "", words.tr("all stores"))
        rate = words.percent(found.target) if found.target is not None else words.tr("none yet")
        self._where.setText(words.tr("Target for {place}: {rate}").format(place=place, rate=rate))
        self.rate.setText("" if found.target is None else words.short_rate(found.target))
        self.form.setVisible(found.may_set)
        (self.rate if found.may_set else self.close_button).setFocus()
        self._show_outcomes(found, names)
        if names != self._titles:
            self._titles = names
            _clear(self._ticks)
            self.places = {store_id: QCheckBox(name) for store_id, name in names.items()}
            for tick in self.places.values():
                tick.setMinimumHeight(self._look.px(32))
                self._ticks.addWidget(tick)

    def _show_outcomes(self, found: Plans, names: dict[str, str]) -> None:
        _clear(self._told)
        self.listed, self.sentences = [], []
        for one in found.outcomes:
            where = plans_words.where(one.initiative, names)
            said = "\n".join((where, *plans_words.told(one)))
            self.listed.append(f"{one.initiative.name}\n{said}")
            title = Text(self._look, "body", one.initiative.name, weight=600)
            text = Text(self._look, "label", said, "textSecondary", weight=400)
            for label in (title, text):
                label.setWordWrap(True)
                self._told.addWidget(label)
                self.sentences.append(label)
            if found.may_set:
                back = Button(self._look, words.tr("Take back"), "quiet")
                back.setAccessibleName(words.tr("Take back {name}").format(name=one.initiative.name))
                back.clicked.connect(partial(self._take_back, one.initiative.initiative_id))
                self._told.addWidget(back)
        self._fit()

    def _fit(self) -> None:
        """Give every sentence its whole height: a layout that scrolls would else take some of it away."""
        room = self.width() - self._look.px(16 + 12 + 8) - 2 * self.frameWidth() - _BAR
        for text in self.sentences:
            text.setMinimumHeight(text.heightForWidth(room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _set_rate(self) -> None:
        try:
            rate = rate_of(self.rate.text())
        except InputError as problem:
            self._say(str(problem))
            return
        store_id = self._asked.store_id if self._asked else None
        self._carry_out(partial(targets.set_target, rate=rate, store_id=store_id))

    def _begin(self) -> None:
        name, day = self.name.text(), self.day.date()
        began = date(day.year(), day.month(), day.day())
        stores = tuple(store_id for store_id, tick in self.places.items() if tick.isChecked())
        self._carry_out(partial(targets.mark, name=name, began=began, stores=stores))

    def _take_back(self, initiative_id: str) -> None:
        self._carry_out(partial(targets.take_back, initiative_id=initiative_id))

    def _carry_out(self, act: Act) -> None:
        self._permits.permitted("targets", lambda log, permit: act(log, permit=permit), self._carried_out)

    def _carried_out(self, _done: object) -> None:
        self.name.clear()
        self._say(words.tr("Saved with your name"))
        self.changed.emit()
        self._ask()

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _trouble(self, problem: KnownError) -> None:
        self._say(str(problem))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
