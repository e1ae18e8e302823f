"""What is said of pairings at the counter: a veto, a proposal; taken back until the next answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal

from assistant.errors import KnownError
from assistant.records import Found, Product
from assistant.store import curating
from assistant.ui.counter import serving
from assistant.ui.counter.attending import Attending
from assistant.ui.counter.rows import Row
from assistant.ui.wording import tr


@dataclass(frozen=True, slots=True)
class Named:
    """A product as it is named in a question."""

    product_id: str
    name: str


@dataclass(frozen=True, slots=True)
class LastWord:
    """What was said last of a pairing; of a veto also its row, and where it stood."""

    said: curating.Said
    add_on: Named
    anchor: Named
    row: Row | None = None
    place: int = 0


class Curating(Attending):
    """Logs what is said of pairings. A row goes or comes back when the log has the word, never before."""

    word_said = Signal(object)
    word_taken_back = Signal(object)
    last_word: LastWord | None = None

    def veto(self, row: Row, anchor_name: str) -> None:
        """Never suggest this with that: gone from this visit at once, from the shop when a manager agrees."""
        associate, anchor = self._session.associate, row.anchor_id
        if self.busy or associate is None or anchor is None or not row.pending:
            return
        self._set_busy(True)
        product = row.suggestion.product
        job = partial(
            curating.say,
            anchor_id=anchor,
            product_id=product.product_id,
            kind="vetoed",
            associate_id=associate.associate_id,
            suggestion_id=row.key,
        )
        names = Named(product.product_id, product.name), Named(anchor, anchor_name)
        self._ask(job, lambda said: self._vetoed(said, *names, row))

    def _vetoed(self, said: curating.Said, add_on: Named, anchor: Named, row: Row) -> None:
        place = self.rows.take_away(row.key)
        self._said(LastWord(said, add_on, anchor, row, place or 0))

    def propose(self, anchor: Named, add_on: Named) -> None:
        """Suggest this with that from now on, once a manager agrees."""
        associate = self._session.associate
        if self.busy or associate is None:
            return
        self._set_busy(True)
        job = partial(
            curating.say,
            anchor_id=anchor.product_id,
            product_id=add_on.product_id,
            kind="proposed",
            associate_id=associate.associate_id,
        )
        self._ask(job, lambda said: self._said(LastWord(said, add_on, anchor)))

    def _said(self, word: LastWord) -> None:
        self.last_word = word
        self._set_busy(False)
        self.word_said.emit(word)

    def take_word_back(self) -> None:
        """Take the veto or proposal back that was said last."""
        word, associate = self.last_word, self._session.associate
        if self.busy or word is None or associate is None:
            return
        self._set_busy(True)
        job = partial(curating.take_back, word_id=word.said.word_id, associate_id=associate.associate_id)
        self._ask(job, lambda _nothing: self._taken_back(word))

    def _taken_back(self, word: LastWord) -> None:
        self.last_word = None
        if word.row is not None:
            self.rows.put_back(word.row, word.place)
        self._set_busy(False)
        self.word_taken_back.emit(word)

    def look_up(
        self, code: str, found: Callable[[Named], None], failed: Callable[[KnownError], None]
    ) -> None:
        """Which product has a code; nothing joins the basket by that."""

        def named(one: Product | Found) -> None:
            products: Sequence[Product] = (one,) if isinstance(one, Product) else one.products
            if products:
                found(Named(products[0].product_id, products[0].name))
            else:
                failed(KnownError(tr("That code is no product’s.")))

        self._questions.ask(partial(serving.scanned, code=code), named, failed=failed)

    def name(self, product_id: str, found: Callable[[Named], None]) -> None:
        """The product of an id, by its name."""
        job = partial(serving.open_product, product_id=product_id)
        self._questions.ask(
            job, lambda served: found(Named(product_id, served.lines[0].name)), failed=self._say
        )
