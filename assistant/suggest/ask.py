"""What goes with this? Candidates, rules, ranking and talking points put together into one slate."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from assistant.records import Evidence, HeldBack, Kit, Product, Slate, StepUp, Suggestion, TalkingPoint
from assistant.store import catalog, history
from assistant.store.database import Connection, snapshot
from assistant.suggest import drawing, eligibility, features, kits, replenishment, talking_points, weighing
from assistant.suggest.candidates import Candidate, Candidates
from assistant.suggest.eligibility import Case, Habit
from assistant.suggest.evidence import evidence
from assistant.suggest.features import Shelf, Situation
from assistant.suggest.model import Model
from assistant.suggest.question import Question

SPREAD = 5  # so many places at the top are spread over families
CROWDING = 0.2  # by how much another one of the same family above lowers the log-odds of a place there
DUE = 5  # one place in so many goes to what is bought again
STEP_UPS = 3
HELD_BACK = 20
MOST_RANKED = 1_000  # places looked at to say where a product stands
LITTLE = 0.05  # log-odds that explain nothing
_AT_ONCE = 20  # candidates read from the files at a time
_NO_HABIT = Habit()

Look = Callable[[Sequence[str]], Shelf]


@dataclass(slots=True)
class Choice:
    """What came of the candidates: chosen ones in order, and what the rules held back."""

    chosen: list[Case] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    step_ups: list[StepUp] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)


def ask(connection: Connection, model: Model | None, question: Question) -> Slate:
    """The slate for one question. Without a model it stands on the shop's own links alone."""
    with snapshot(connection):
        return _slate(connection, model, question)


def _slate(connection: Connection, model: Model | None, question: Question) -> Slate:
    situation = features.read(connection, question)

    def look(product_ids: Sequence[str]) -> Shelf:
        return features.shelf(connection, question, product_ids)

    candidates = Candidates(model, situation)
    how = drawing.manner(connection, model, question)
    weighed = weighing.weighs(model, question)
    by_worth = weighed and question.drawing is not None
    choice = choose(model, situation, candidates, look, SPREAD if how or by_worth else 0)
    proofs = evidence(connection, model, situation, choice.chosen)
    if question.rules == "all":
        # A training that ended after this model was loaded may have withdrawn a pairing.
        choice.chosen = [case for case in choice.chosen if proofs[case.product.product_id]]
    worths = weighing.worths(connection, model, question, choice.chosen, proofs) if weighed else {}
    sums = {product_id: sum(parts.values()) for product_id, parts in worths.items()}
    drawn = None
    if by_worth:
        choice.chosen = _spread(_by_worth(choice.chosen, sums), sums)[
            : question.limit if how is None else None
        ]
    if how is not None:
        choice.chosen, drawn = drawing.drawn(choice.chosen, how, question, look, CROWDING, sums)
    parts = candidates.parts([case.candidate for case in choice.chosen])
    chances = {slot.product_id: slot.propensity for slot in drawn.slots} if drawn else {}
    found = kits.find(connection, model, situation, candidates, look)
    return Slate(
        model_id=model.model_id if model else None,
        basket=question.basket,
        suggestions=tuple(
            replace(
                _suggestion(case, rank, said, proofs[case.product.product_id]),
                propensity=chances.get(case.product.product_id, 1.0),
                worth=worths.get(case.product.product_id, {}),
            )
            for rank, (case, said) in enumerate(zip(choice.chosen, parts, strict=True), 1)
        ),
        step_ups=tuple(_step_ups(situation, choice, look)),
        held_back=tuple(choice.held_back[:HELD_BACK]),
        checked=len(choice.checked),
        candidates_hash=hashlib.sha256("\n".join(choice.checked).encode()).hexdigest()[:16],
        kit=_kit(connection, model, candidates, found, situation) if found else None,
        draw=drawn,
    )


def _kit(
    connection: Connection,
    model: Model | None,
    candidates: Candidates,
    found: kits.Found,
    situation: Situation,
) -> Kit:
    """The kit with each of its items as a suggestion."""
    proofs = evidence(connection, model, situation, found.cases)
    parts = candidates.parts([case.candidate for case in found.cases])
    items = tuple(
        _suggestion(case, rank, said, proofs[case.product.product_id])
        for rank, (case, said) in enumerate(zip(found.cases, parts, strict=True), 1)
    )
    return kits.put_together(found, items, situation.question.language)


def choose(
    model: Model | None,
    situation: Situation,
    candidates: Iterable[Candidate],
    look: Look,
    beyond: int = 0,
) -> Choice:
    """Walk the candidates from the best and take those that pass, until the limit is reached.

    What stands `beyond` the limit follows in its order: so many more places.
    """
    choice = Choice()
    limit = situation.question.limit
    spread = situation.question.rules == "all"
    rules = eligibility.speaking(situation)
    wanted = limit + max(beyond, SPREAD if spread else 0)
    due = -(-limit // DUE) if spread else wanted
    # With its places taken, what is bought again can still be a step-up.
    worth = (c for c in candidates if due > 0 or c.alike or not _returns(c))
    shown = situation.question.drawing.shown if situation.question.drawing else ()
    kinds = {features.single(one) for one in look(shown).products.values()} if shown else set()
    while len(choice.chosen) < wanted and (some := list(islice(worth, _AT_ONCE))):
        shelf = look([candidate.product_id for candidate in some])
        for candidate in some:
            if len(choice.chosen) >= wanted:
                break
            product = shelf.products.get(candidate.product_id)
            if product is None:
                continue
            choice.checked.append(candidate.product_id)
            case = Case(
                candidate,
                product,
                shelf.stock.get(product.product_id),
                situation,
                _habit(model, situation, product) if spread else _NO_HABIT,
            )
            held = eligibility.check(case, rules)
            if held is not None:
                _set_aside(choice, case, held)
                continue
            kind = features.single(product) if spread else None
            if kind is not None and kind in kinds and product.product_id not in shown:
                continue
            kinds.add(kind)
            if _returns(candidate):
                due -= 1
                if due < 0:
                    continue
            choice.chosen.append(case)
    if spread:
        choice.chosen = _spread(choice.chosen[: limit + SPREAD]) + choice.chosen[limit + SPREAD :]
    choice.chosen = choice.chosen[: limit + beyond]
    return choice


def _returns(candidate: Candidate) -> bool:
    return candidate.kind == "again" and not candidate.links


def _by_worth(cases: list[Case], worths: Mapping[str, float]) -> list[Case]:
    return sorted(cases, key=lambda c: (not c.candidate.needed, -worths[c.product.product_id]))


def _spread(cases: list[Case], worths: Mapping[str, float] | None = None) -> list[Case]:
    """The cases with the first places filled one by one, each weighing what stands above it.

    A family's second product has a lower weight for a place at the top than its first, and so on; what is
    needed keeps its place before all others.
    """

    scores = [c.candidate.log_odds if worths is None else worths[c.product.product_id] for c in cases]
    families = [case.product.family for case in cases]
    placed = [place for place, case in enumerate(cases) if case.candidate.needed]
    left = [place for place, case in enumerate(cases) if not case.candidate.needed]
    above = Counter(families[place] for place in placed if families[place])
    # Who is further behind than any crowding can set back the first ones takes no place from them.
    behind = min((scores[place] for place in left[:SPREAD]), default=0.0) - CROWDING * SPREAD
    rivals = [place for place in left if scores[place] >= behind]
    while rivals and len(placed) < SPREAD:
        best = max(rivals, key=lambda place: scores[place] - CROWDING * above[families[place]])
        rivals.remove(best)
        left.remove(best)
        placed.append(best)
        if families[best]:
            above[families[best]] += 1
    return [cases[place] for place in (*placed, *left)]


def _set_aside(choice: Choice, case: Case, held: HeldBack) -> None:
    if held.rule == "alternative":
        anchor = eligibility.replaced_by(case)
        if anchor is not None and (step_up := _better(case, anchor)):
            choice.step_ups.append(step_up)
            return
    # What only sells well was looked at in vain; nothing that goes with the basket is kept back.
    if held.rule not in ("in_basket", "too_little_evidence"):
        choice.held_back.append(held)


def _better(case: Case, anchor: Product) -> StepUp | None:
    """A dearer one of the same category that no other rule refuses."""
    price, instead = case.product.price, anchor.price
    if price is None or instead is None or price <= instead or case.product.category != anchor.category:
        return None
    rules = (
        "inactive", "unsuitable", "incompatible", "owned", "returned", "refused_this_visit",
        "declined_before", "out_of_stock",
    )  # fmt: skip
    if any(eligibility.RULES[rule](case) for rule in rules):
        return None
    return StepUp(case.product, anchor, price - instead, case.stock)


def _step_ups(situation: Situation, choice: Choice, look: Look) -> list[StepUp]:
    """Step-ups met on the way, and the shop's own alternatives, the smallest step first."""
    found = {step.product.product_id: step for step in choice.step_ups}
    if situation.question.rules == "all":
        curated = [p for p in situation.alternatives if p not in found and p not in situation.anchors]
        shelf = look(curated) if curated else Shelf({}, {})
        for product_id, product in shelf.products.items():
            case = Case(Candidate(product_id, 0.0), product, shelf.stock.get(product_id), situation)
            step = _better(case, situation.anchors[situation.alternatives[product_id]])
            if step is not None:
                found[product_id] = step
    return sorted(found.values(), key=lambda s: (s.price_difference or 0, s.product.product_id))[:STEP_UPS]


def _habit(model: Model | None, situation: Situation, product: Product) -> Habit:
    """How a product that this customer bought comes back."""
    bought = situation.bought.get(product.product_id)
    return replenishment.habit(model, product, bought) if bought else _NO_HABIT


def _suggestion(
    case: Case, rank: int, parts: Mapping[str, float], proofs: tuple[Evidence, ...]
) -> Suggestion:
    return Suggestion(
        product=case.product,
        rank=rank,
        score=case.candidate.score,
        parts=parts,
        talking_point=_said(case, proofs),
        evidence=proofs,
        stock=case.stock,
        needed=case.candidate.needed,
    )


def _said(case: Case, proofs: tuple[Evidence, ...]) -> TalkingPoint:
    """What a manager wrote of it, where that can be said here; else one of the shipped sentences."""
    situation = case.situation
    language = situation.question.language
    own = situation.sentences.say(case.product, proofs, situation.all_anchors, language)
    return own or talking_points.say(case.product, proofs, language)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a product that no rule refuses stands: its rank among what may be offered, and its score.

    `last_shown` is the score of the last place that is shown; `lacks` are the parts of the log-odds in which
    it is behind that one, most behind first.
    """

    product: Product
    rank: int
    score: float
    last_shown: float
    lacks: Mapping[str, float]


def why_not(connection: Connection, model: Model | None, question: Question, sku: str) -> HeldBack | Standing:
    """The rule that keeps a product off the slate, or where it stands and what it lacks.

    Raises InputError for a SKU that no product has, naming the nearest ones.
    """
    product = catalog.asked_for(connection, sku)
    situation = features.read(connection, question)
    stock = features.shelf(connection, question, (product.product_id,)).stock.get(product.product_id)
    candidates = Candidates(model, situation)
    found = next((c for c in candidates if c.product_id == product.product_id), None)
    case = Case(
        found or Candidate(product.product_id, 0.0),
        product,
        stock,
        situation,
        _habit(model, situation, product),
    )
    held = eligibility.check(case)
    if held is not None and (found is not None or held.rule != "too_little_evidence"):
        return held
    if found is not None:
        return _standing(connection, model, candidates, case)
    if question.customer_id and not situation.consent:
        return HeldBack(product, eligibility.NO_CONSENT, _NO_CONSENT)
    return HeldBack(product, eligibility.NO_PAIRING, _never(connection, situation, product))


def _standing(
    connection: Connection, model: Model | None, candidates: Candidates, case: Case
) -> HeldBack | Standing:
    situation, question = case.situation, case.situation.question

    def look(product_ids: Sequence[str]) -> Shelf:
        return features.shelf(connection, question, product_ids)

    choice = choose(model, situation, candidates, look, MOST_RANKED)
    place = next(
        (n for n, c in enumerate(choice.chosen) if c.product.product_id == case.product.product_id), None
    )
    if place is None:
        kind = features.single(case.product)
        first = next((c.product for c in choice.chosen if kind and features.single(c.product) == kind), None)
        if first is not None:
            return HeldBack(case.product, eligibility.ANOTHER_OF_IT, _another(first))
        return HeldBack(case.product, eligibility.ENOUGH_AGAIN, _ENOUGH_AGAIN)
    last = choice.chosen[min(question.limit, len(choice.chosen)) - 1].candidate
    mine, theirs = candidates.parts((case.candidate, last))
    behind = {name: mine.get(name, 0.0) - theirs.get(name, 0.0) for name in {**theirs, **mine}}
    lacks = {name: by for name, by in sorted(behind.items(), key=lambda one: one[1]) if by < -LITTLE}
    return Standing(case.product, place + 1, case.candidate.score, last.score, lacks)


_ENOUGH_AGAIN = "Other things that are bought again and again come first; they take one place in five."


def _another(first: Product) -> str:
    return f"Of its kind one is suggested at a time, and {first.name} comes first."


_NO_CONSENT = (
    "Nothing in the basket leads to it, and without consent the customer's history is not looked at."
)


def _never(connection: Connection, situation: Situation, product: Product) -> str:
    names = " or ".join(anchor.name for anchor in list(situation.all_anchors.values())[:3])
    if not names:
        return "Not a candidate: there is nothing yet that it could go with."
    together = history.orders_with(connection, tuple(situation.all_anchors), product.product_id)
    if not together:
        return f"Not a candidate: never bought with {names}."
    times = "once" if together == 1 else f"{together} times"
    return f"Not a candidate: bought with {names} {times}, no more often than usual."
