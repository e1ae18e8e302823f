"""What to suggest next: asked of the model in use on the background thread, and logged before it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from assistant.errors import ModelError
from assistant.records import Kit, Product, Slate, Suggestion, TalkingPoint, Visit
from assistant.store import catalog, curating, holdout, kits, pairings, parking, preferences, visits
from assistant.store.database import Connection, Home
from assistant.store.visits import OpenVisit
from assistant.suggest import Drawing, Model, Question, ask, load_model, talking_points
from assistant.ui import language
from assistant.ui.counter.serving import NOTHING, Served, line_of, read


@dataclass(frozen=True, slots=True)
class Advice:
    """What to suggest next: new rows already in the log, step-ups, and what was held back."""

    visit: Visit
    slate: Slate
    new: tuple[Suggestion, ...]
    trouble: str | None = None
    refused: bool = False  # the customer wants to hear of nothing today


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A visit that is gone on with: what was shown, in its old order, and the answers that stand."""

    visit: OpenVisit
    served: Served
    suggestions: tuple[Suggestion, ...]
    refused: bool = False  # the customer wants to hear of nothing today
    kit: Kit | None = None
    savings: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # of kits answered: items, saving
    held_out: bool = False


class Adviser:
    """Asks for suggestions with the model in use; lives on the thread that owns the connection."""

    def __init__(self, home: Home, now: Callable[[], datetime]) -> None:
        self._home, self._now = home, now
        self._model: Model | None = None
        self._trouble: str | None = None
        self._fresh = False
        self._installed: str | None = None  # the model that was in use when it was read
        self._visit_id: str | None = None

    @property
    def model(self) -> Model | None:
        """The model in use, once it was loaded; of use on the thread that loaded it."""
        return self._model

    def forget(self) -> None:
        """Read the model anew before the next visit: a training may have brought another."""
        self._fresh = False

    def load(self, connection: Connection, visit_id: str | None = None) -> None:
        """Have the model ready; a file that cannot be used leaves the shop's own links to speak.

        Another one that was put to use meanwhile, here or by a command, is taken up between visits: a visit
        that has begun goes on with the model it began with.
        """
        if self._model is not None and visit_id is not None and visit_id == self._visit_id:
            return
        row = pairings.installed(connection)
        installed, self._visit_id = row.model_id if row else None, visit_id
        if self._fresh and installed == self._installed:
            return
        self._installed = installed
        self._trouble = None
        try:
            self._model = load_model(self._home)
            self._trouble = self._model.trouble if self._model else None
        except ModelError as problem:
            self._model, self._trouble = None, str(problem)
        self._fresh = True

    def advise(
        self,
        connection: Connection,
        visit: Visit,
        served: Served,
        shown: frozenset[str],
        accepted: frozenset[str],
        limit: int,
        room: int,
        grown: bool,
        needed_too: bool = True,
    ) -> Advice:
        """Ask, and log what will be shown: new rows only, at most `room`; what is needed always, if so asked.

        `grown`: products have joined the basket since the visit began, so that there may be new anchors.
        """
        self.load(connection, visit.visit_id)
        if served.scanned:
            parking.keep_lines(connection, visit.visit_id, served.pieces)
        if self.refuses(connection, visit, served):
            return Advice(visit, Slate(None, served.whole, (), (), (), 0), (), refused=True)
        question = self._question(visit, served, limit + len(shown))
        # To look around in, a made-up shop shows everybody the same.
        made_up = bool(preferences.get(connection, "shop.made_up"))
        drawing = None if made_up else Drawing(room, tuple(sorted(shown)))
        slate = ask(connection, self._model, replace(question, drawing=drawing))
        fresh = [s for s in slate.suggestions if s.product.product_id not in shown]
        kept = [s for i, s in enumerate(fresh) if i < room or (needed_too and s.needed)]
        held = holdout.is_held(connection, visit.visit_id)
        anchors = frozenset(served.whole.product_ids) - accepted
        if grown and anchors:
            starting = pairings.anchors_with_pairings(connection, anchors)
            visits.add_anchors(connection, visit.visit_id, sorted(starting))
        if held:
            holdout.withhold(connection, visit.visit_id, replace(slate, suggestions=tuple(kept)))
            return Advice(visit, _without(slate), (), self._trouble)
        new = visits.show(connection, visit.visit_id, replace(slate, suggestions=tuple(kept)), self._now())
        return Advice(visit, slate, new, self._trouble)

    def refuses(self, connection: Connection, visit: Visit, served: Served) -> bool:
        """Whether the customer wants to hear of no offers today."""
        today = self._now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return parking.wants_no_offers(connection, visit.visit_id, served.customer_id, today)

    def take_up(
        self, connection: Connection, found: OpenVisit, limit: int, lines: Mapping[str, float] | None = None
    ) -> TakenUp:
        """Put an unfinished visit together again, with what was scanned in it.

        What is no longer suggested is still shown.
        """
        visit = found.visit
        self.load(connection, visit.visit_id)
        basket = catalog.basket(connection, visit.basket_id) if visit.basket_id else None
        known_lines = catalog.products(connection, lines or {})
        scanned = tuple(
            replace(line_of(known_lines[product_id]), quantity=quantity)
            for product_id, quantity in (lines or {}).items()
            if product_id in known_lines
        )
        whole = Served(visit.touchpoint, basket or NOTHING, scanned)
        served = read(connection, whole, visit.customer_id)
        held = holdout.is_held(connection, visit.visit_id)
        slate = ask(connection, self._model, self._question(visit, served, limit + len(found.shown)))
        known = {s.product.product_id: s for s in slate.suggestions}
        gone = curating.vetoed_in(connection, visit.visit_id)
        shown = [one for one in found.shown if one.suggestion_id not in gone]
        ids = [one.product_id for one in shown]
        products = catalog.products(connection, ids)
        stock = catalog.stock(connection, ids, visit.store_id)
        again: list[Suggestion] = []
        for one in shown:
            suggestion = known.get(one.product_id)
            if suggestion is None and one.product_id in products:
                product = products[one.product_id]
                suggestion = _silent(product, talking_points.say(product, (), language.code()))
            if suggestion is not None:
                there = stock.get(one.product_id)
                again.append(replace(suggestion, rank=one.slot, suggestion_id=one.suggestion_id, stock=there))
        return TakenUp(
            found,
            served,
            tuple(again),
            self.refuses(connection, visit, served),
            None if held else slate.kit,
            kits.savings(connection, visit.visit_id),
            held,
        )

    def _question(self, visit: Visit, served: Served, limit: int) -> Question:
        return Question(
            served.whole,
            customer_id=served.customer_id,
            touchpoint=served.touchpoint,
            limit=limit,
            visit_id=visit.visit_id,
            store_id=visit.store_id,
            language=language.code(),
            now=self._now(),
        )


def _without(slate: Slate) -> Slate:
    """The answer of a held-out visit: nothing to say, of whatever kind."""
    nothing: tuple[()] = ()
    return replace(slate, suggestions=nothing, step_ups=nothing, held_back=nothing, kit=None, held_out=True)


def _silent(product: Product, point: TalkingPoint) -> Suggestion:
    return Suggestion(product, 0, 0.0, {}, point, ())
