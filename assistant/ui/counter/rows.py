"""The suggestions of a visit as a list model: rows only ever join at the end, and keep their number."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from assistant.records import Answer, DeclineReason, Suggestion
from assistant.store.basket_writes import Written
from assistant.ui import dates, stock_words, why, wording
from assistant.ui.language import told
from assistant.ui.wording import tr

State = Literal["pending", "accepted", "declined", "later"]
ROW = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_PERSONAL = ("customer", "again")  # parts of a score


Till = Literal["ours", "by_hand", "waiting", "written", "partly", "refused", "taken_back"]
"""Where an accepted add-on is: noted here alone, to be added by hand, or on its way to the till's basket."""


@dataclass(frozen=True, slots=True)
class Row:
    """A suggestion and the answer that stands; pending until one is on disk."""

    suggestion: Suggestion
    state: State = "pending"
    reason: DeclineReason | None = None
    until: datetime | None = None
    till: Till = "ours"
    why: str | None = None  # where the till's basket does not hold all of it
    kit_offer_id: str | None = None  # where it was answered with a kit

    @property
    def key(self) -> str:
        return str(self.suggestion.suggestion_id)

    @property
    def number(self) -> int:
        return self.suggestion.rank

    @property
    def pending(self) -> bool:
        return self.state == "pending"

    @property
    def anchor_id(self) -> str | None:
        """What it goes with, by the first proof; nothing for what is only bought again."""
        found = (fact.anchor_id for fact in self.suggestion.evidence)
        return next((one for one in found if one != self.suggestion.product.product_id), None)

    def impersonal(self) -> Row:
        """The row without the parts of its score that stand on the customer's history."""
        parts = {name: by for name, by in self.suggestion.parts.items() if name not in _PERSONAL}
        return replace(self, suggestion=replace(self.suggestion, parts=parts))

    def answered(self, answer: Answer) -> Row:
        """The row after an answer, or pending again after it was taken back."""
        if answer.kind not in ("accepted", "declined", "later"):
            return Row(self.suggestion)
        return replace(
            self,
            state=answer.kind,
            reason=answer.reason,
            until=answer.until,
            kit_offer_id=answer.kit_offer_id,
        )


class Rows(QAbstractListModel):
    """The rows in the order they were shown."""

    def __init__(self, now: Callable[[], datetime] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._kits: dict[str, tuple[int, int]] = {}  # of a kit's answer: its items, what all of them save
        self._history: list[str] = []  # answers that stand, in the order they were given
        self._now = now or (lambda: datetime.now(UTC))
        self.accepted_at: Till = "ours"  # where an add-on is once it is accepted

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.suggestion.product.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row, len(self._rows), self._now())
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return spoken_state(row, self._now())
        if role == Qt.ItemDataRole.ToolTipRole:
            return explained(row)
        return None

    @property
    def rows(self) -> Sequence[Row]:
        return tuple(self._rows)

    def clear(self) -> None:
        """Begin with no rows."""
        self.beginResetModel()
        self._rows, self._history, self._kits = [], [], {}
        self.endResetModel()

    def append(self, suggestions: Iterable[Suggestion]) -> None:
        """Let suggestions join at the end."""
        new = [Row(suggestion) for suggestion in suggestions]
        if not new:
            return
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(new) - 1)
        self._rows += new
        self.endInsertRows()

    def note_till(self, said: Mapping[str, Written]) -> None:
        """Say of the rows what became of them at the till."""
        for place, row in enumerate(self._rows):
            one = said.get(row.key)
            if one is not None and row.state == "accepted" and (one.state, one.why) != (row.till, row.why):
                self._rows[place] = replace(row, till=one.state, why=one.why)
                self.dataChanged.emit(self.index(place), self.index(place))

    def answered(self, answer: Answer) -> int | None:
        """Mark an answer that is on disk; the place of its row."""
        place = self.place(answer.suggestion_id)
        if place is not None:
            row = replace(self._rows[place].answered(answer), till=self.accepted_at)
            self._rows[place] = row
            self._history = [key for key in self._history if key != row.key]
            self._history += [] if row.pending else [row.key]
            self.dataChanged.emit(self.index(place), self.index(place))
        return place

    def withdraw_personal(self) -> None:
        """Take away pending rows that speak of what the customer owns: the consent for it is gone.

        The rows that stay no longer tell what the customer's history did to them.
        """
        for place in reversed(range(len(self._rows))):
            row = self._rows[place]
            if row.pending and any(fact.owned for fact in row.suggestion.evidence):
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._rows[place]
                self.endRemoveRows()
            else:
                self._rows[place] = row.impersonal()

    def take_away(self, key: str) -> int | None:
        """Take a row away that is not to be suggested in this visit, unless answered; where it stood."""
        place = self.place(key)
        if place is None or not self._rows[place].pending:
            return None
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._rows[place]
        self.endRemoveRows()
        return place

    def put_back(self, row: Row, place: int) -> int:
        """Let a row that was taken away stand where it stood."""
        place = min(place, len(self._rows))
        self.beginInsertRows(QModelIndex(), place, place)
        self._rows.insert(place, row)
        self.endInsertRows()
        return place

    def place(self, key: str) -> int | None:
        """Where a suggestion stands, by its id."""
        return next((i for i, row in enumerate(self._rows) if row.key == key), None)

    def at_number(self, number: int) -> int | None:
        """Where the row of a painted number stands."""
        return next((i for i, row in enumerate(self._rows) if row.number == number), None)

    def next_pending(self, after: int = -1) -> int | None:
        """The next row without an answer, going round."""
        count = len(self._rows)
        places = (place % count for place in range(after + 1, after + 1 + count)) if count else iter(())
        return next((place for place in places if self._rows[place].pending), None)

    @property
    def pending(self) -> int:
        return sum(row.pending for row in self._rows)

    @property
    def latest(self) -> Row | None:
        """The answer given last of those that stand: the one that can be taken back."""
        place = self.place(self._history[-1]) if self._history else None
        return None if place is None else self._rows[place]

    def count(self, state: State) -> int:
        """How many rows stand so."""
        return sum(row.state == state for row in self._rows)

    @property
    def accepted_ids(self) -> frozenset[str]:
        return frozenset(row.suggestion.product.product_id for row in self._rows if row.state == "accepted")

    @property
    def accepted_money(self) -> int | None:
        """What the accepted ones cost together; None where no price of them is known."""
        prices = [row.suggestion.product.price for row in self._rows if row.state == "accepted"]
        known = [price for price in prices if price is not None]
        return sum(known) - self.saved() if known or not prices else None

    def note_kit(self, kit_offer_id: str, items: int, saving: int) -> None:
        """Note what is saved where all the items of a kit are accepted together."""
        self._kits[kit_offer_id] = items, saving

    def saved(self, known: Container[str] = ()) -> int:
        """What the accepted kits save, but those with a product that is `known`: for them the till speaks."""
        accepted: dict[str, list[str]] = {}
        for row in self._rows:
            if row.state == "accepted" and row.kit_offer_id is not None:
                accepted.setdefault(row.kit_offer_id, []).append(row.suggestion.product.product_id)
        return sum(
            self._kits[offer][1]
            for offer, ids in accepted.items()
            if offer in self._kits and len(ids) == self._kits[offer][0] and not any(i in known for i in ids)
        )


def named(row: Row) -> str:
    """The product's name, and that it is needed where it is."""
    name = row.suggestion.product.name
    return tr("{name} (needed)").format(name=name) if row.suggestion.needed and row.pending else name


def explained(row: Row) -> str:
    """The whole name, what moved the product up or down the list, and what answers taught of it."""
    suggestion = row.suggestion
    told = [suggestion.product.name]
    if moved := why.moved(suggestion.parts):
        told += ["", tr("What moved it up or down:"), *moved]
    if valued := why.valued(suggestion.worth):
        told += ["", tr("What answers taught:"), *valued]
    return "\n".join(told)


def spoken(row: Row, count: int, now: datetime) -> str:
    """A row for a screen reader, in the order of its worth."""
    suggestion = row.suggestion
    product = suggestion.product
    stock, _ = stock_words.stock(suggestion.stock, now, product.attributes.get("aisle"))
    word, _ = why.match_word(suggestion.score)
    head = [
        tr("{n} of {count}").format(n=row.number, count=count),
        product.name,
        wording.spoken_money(product.price, product.currency),
        stock[:1].lower() + stock[1:],
        tr("match {word}").format(word=word.lower()) if suggestion.score else "",
    ]
    said = [", ".join(part for part in head if part) + "."]
    said.append(tr("Say: {text}").format(text=suggestion.talking_point.text))
    proofs = "; ".join(text for _, text in why.reasons_for(suggestion))
    if proofs:
        said.append(tr("Evidence: {text}.").format(text=proofs))
    said.append(spoken_state(row, now))
    return " ".join(said)


def at_the_till(row: Row) -> str:
    """Where an accepted add-on is by now."""
    if row.till in ("by_hand", "refused"):
        return tr("Add at the till")
    if row.till == "waiting":
        return tr("Going into the basket")
    return tr("Partly in the basket") if row.till == "partly" else tr("Added to basket")


def spoken_state(row: Row, now: datetime) -> str:
    """What came of it, in words."""
    if row.state == "accepted":
        said = tr("Accepted.") if row.till == "ours" else f"{tr('Accepted.')} {at_the_till(row)}."
        return f"{said} {told(row.why)}" if row.why else said
    if row.state == "declined":
        if row.reason is None:
            return tr("Declined.")
        return tr("Declined, {reason}.").format(reason=wording.reason(row.reason).lower())
    if row.state == "later" and row.until is not None:
        return tr("Later, {day}.").format(day=dates.day(row.until, now))
    return tr("Not answered.") if row.pending else tr("Later.")
