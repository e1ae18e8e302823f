"""Which slots of a slate chance may fill, and with what: nothing the rules refused, nothing regulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.records import Draw
from assistant.store.database import Connection
from assistant.suggest import exploration
from assistant.suggest.eligibility import Case
from assistant.suggest.exploration import Contender, Manner
from assistant.suggest.features import Shelf
from assistant.suggest.model import Model
from assistant.suggest.question import Question


def manner(connection: Connection, model: Model | None, question: Question) -> Manner | None:
    """How to draw for this question; None where the order stands as it was scored.

    Without a model the shop's own links alone speak: there is nothing to learn about their order.
    """
    if model is None or question.rules == "none" or question.drawing is None or question.drawing.places <= 0:
        return None
    return exploration.manner(connection)


def drawn(
    cases: Sequence[Case],
    how: Manner,
    question: Question,
    look: Callable[[Sequence[str]], Shelf],
    crowding: float,
    worths: Mapping[str, float],
) -> tuple[list[Case], Draw]:
    """The cases as they will be shown, and how that came about: what is shown already first, then the drawn.

    What is needed leads and a regulated product has the place it was scored for, both without a draw; a
    regulated one that has none of the places has no chance of any. `worths` are the scores of a shop that has
    learned from answers, in place of the ranker's.
    """
    asked = question.drawing
    assert asked is not None  # noqa: S101
    before = [case for case in cases if case.product.product_id in asked.shown]
    fresh = [case for case in cases if case.product.product_id not in asked.shown]
    contenders = [
        Contender(
            case.product.product_id,
            worths.get(case.product.product_id, case.candidate.log_odds),
            case.product.family,
            place if case.candidate.needed or case.product.regulated else None,
        )
        for place, case in enumerate(fresh)
        if not case.product.regulated or place < asked.places or case.candidate.needed
    ]
    ids = [one.product_id for one in contenders]
    seed = exploration.seed_of(question.visit_id or "", ids, asked.shown)
    shown = look(asked.shown).products if asked.shown else {}
    above = [product.family for product in shown.values() if product.family]
    made = exploration.draw(contenders, asked.places, how, crowding, seed, above)
    by_id = {case.product.product_id: case for case in fresh}
    chosen = [by_id.pop(slot.product_id) for slot in made.slots]
    needed = [case for case in by_id.values() if case.candidate.needed]
    return [*before, *chosen, *needed], made
