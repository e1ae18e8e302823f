"""What goes with this? Candidates, rules, ranking and talking points put together into one slate."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from assistant.records import Evidence, HeldBack, Product, Slate, StepUp, Suggestion
from assistant.store import catalog, history, pairings
from assistant.store.database import Connection
from assistant.suggest import eligibility, features, talking_points
from assistant.suggest.candidates import Candidate, gather
from assistant.suggest.eligibility import Case
from assistant.suggest.features import Shelf, Situation
from assistant.suggest.model import Model
from assistant.suggest.question import Question
from assistant.suggest.ranking import probability

SPREAD = 5  # so many places at the top
SAME_FAMILY = 2  # hold at most so many of one family
STEP_UPS = 3
HELD_BACK = 20
EVIDENCE = 3
_AT_ONCE = 60  # candidates read from the files at a time

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
    situation = features.read(connection, question)

    def look(product_ids: Sequence[str]) -> Shelf:
        return features.shelf(connection, question, product_ids)

    choice = choose(model, situation, gather(model, situation), look)
    proofs = evidence(connection, situation, choice.chosen)
    if question.rules == "all":
        # A training that ended after this model was loaded may have withdrawn a pairing.
        choice.chosen = [case for case in choice.chosen if proofs[case.product.product_id]]
    return Slate(
        model_id=model.model_id if model else None,
        basket=question.basket,
        suggestions=tuple(
            _suggestion(case, rank, proofs[case.product.product_id])
            for rank, case in enumerate(choice.chosen, 1)
        ),
        step_ups=tuple(_step_ups(situation, choice, look)),
        held_back=tuple(choice.held_back[:HELD_BACK]),
        checked=len(choice.checked),
        candidates_hash=hashlib.sha256("\n".join(choice.checked).encode()).hexdigest()[:16],
    )


def choose(model: Model | None, situation: Situation, candidates: Iterator[Candidate], look: Look) -> Choice:
    """Walk the candidates from the best and take those that pass, until the limit is reached."""
    choice = Choice()
    waiting: list[Case] = []  # of a family that already has its places at the top
    families: Counter[str] = Counter()
    limit = situation.question.limit
    while len(choice.chosen) < limit and (some := list(islice(candidates, _AT_ONCE))):
        shelf = look([candidate.product_id for candidate in some])
        for candidate in some:
            if len(choice.chosen) >= limit:
                break
            product = shelf.products.get(candidate.product_id)
            if product is None:
                continue
            choice.checked.append(candidate.product_id)
            case = Case(
                candidate, product, shelf.stock.get(product.product_id), situation, _again(model, product)
            )
            held = eligibility.check(case)
            if held is not None:
                _set_aside(choice, case, held)
            elif _crowded(situation, product, families, len(choice.chosen)):
                waiting.append(case)
            else:
                families[product.family or ""] += 1
                choice.chosen.append(case)
                if len(choice.chosen) == SPREAD and waiting:
                    choice.chosen += waiting[: limit - SPREAD]
                    waiting = []
    if limit > SPREAD:
        choice.chosen += waiting[: limit - len(choice.chosen)]
    return choice


def _crowded(situation: Situation, product: Product, families: Counter[str], chosen: int) -> bool:
    return (
        situation.question.rules == "all"
        and chosen < SPREAD
        and product.family is not None
        and families[product.family] >= SAME_FAMILY
    )


def _set_aside(choice: Choice, case: Case, held: HeldBack) -> None:
    if held.rule == "alternative":
        anchor = eligibility.replaced_by(case)
        if anchor is not None and (step_up := _better(case, anchor)):
            choice.step_ups.append(step_up)
            return
    if held.rule != "in_basket":
        choice.held_back.append(held)


def _better(case: Case, anchor: Product) -> StepUp | None:
    """A dearer one of the same category that no other rule refuses."""
    price, instead = case.product.price, anchor.price
    if price is None or instead is None or price <= instead or case.product.category != anchor.category:
        return None
    rules = ("inactive", "incompatible", "owned", "refused_this_visit", "declined_before", "out_of_stock")
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
            case = Case(Candidate(product_id, {}), product, shelf.stock.get(product_id), situation)
            step = _better(case, situation.anchors[situation.alternatives[product_id]])
            if step is not None:
                found[product_id] = step
    return sorted(found.values(), key=lambda s: (s.price_difference or 0, s.product.product_id))[:STEP_UPS]


def _again(model: Model | None, product: Product) -> bool:
    place = model.place.get(product.product_id) if model else None
    return model is not None and place is not None and bool(model.again[place])


def evidence(
    connection: Connection, situation: Situation, cases: Iterable[Case]
) -> dict[str, tuple[Evidence, ...]]:
    """Why each chosen product: the shop's links first, then what was counted, the strongest first."""
    cases = list(cases)
    anchors = situation.all_anchors
    counted = pairings.evidence(connection, tuple(anchors), [c.product.product_id for c in cases])
    said: dict[str, tuple[Evidence, ...]] = {}
    for case in cases:
        product_id = case.product.product_id
        facts = [
            Evidence(kind, anchor, anchors[anchor].name, owned=anchor in situation.owned_anchors)
            for kind, anchor in sorted(
                case.candidate.links,
                key=lambda link: (link[1] not in situation.anchors, link[0] != "requires"),
            )
        ]
        pairs = sorted(
            (pair for (_, add_on), pair in counted.items() if add_on == product_id),
            key=lambda pair: (pair.anchor_id in situation.owned_anchors, -pair.share, pair.anchor_id),
        )
        facts += [
            Evidence(
                kind="bought_together",
                anchor_id=pair.anchor_id,
                anchor_name=anchors[pair.anchor_id].name,
                n=pair.n,
                base=pair.base,
                share=pair.share,
                lift=pair.lift,
                customers=pair.customers,
                since=pair.since,
                until=pair.until,
                owned=pair.anchor_id in situation.owned_anchors,
            )
            for pair in pairs
        ]
        linked = {e.anchor_id for e in facts if e.n is None}
        facts.sort(key=lambda e: (e.n is not None, e.n is not None and e.anchor_id not in linked))
        said[product_id] = tuple(facts[:EVIDENCE])
    return said


def _suggestion(case: Case, rank: int, proofs: tuple[Evidence, ...]) -> Suggestion:
    return Suggestion(
        product=case.product,
        rank=rank,
        score=probability(case.candidate.log_odds),
        parts=case.candidate.parts,
        talking_point=talking_points.say(case.product, proofs),
        evidence=proofs,
        stock=case.stock,
        needed=case.candidate.needed,
    )


def why_not(connection: Connection, model: Model | None, question: Question, sku: str) -> HeldBack | None:
    """The rule that keeps a product off the slate, or None where it may be offered.

    Raises InputError for a SKU that no product has, naming the nearest ones.
    """
    product = catalog.asked_for(connection, sku)
    situation = features.read(connection, question)
    stock = features.shelf(connection, question, (product.product_id,)).stock.get(product.product_id)
    found = next((c for c in gather(model, situation, None) if c.product_id == product.product_id), None)
    case = Case(found or Candidate(product.product_id, {}), product, stock, situation, _again(model, product))
    held = eligibility.check(case)
    if found is not None or (held is not None and held.rule != "too_little_evidence"):
        return held
    if question.customer_id and not situation.consent:
        return HeldBack(product, eligibility.NO_CONSENT, _NO_CONSENT)
    return HeldBack(product, eligibility.NO_PAIRING, _never(connection, situation, product))


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
