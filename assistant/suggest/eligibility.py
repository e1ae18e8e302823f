"""What may not be offered, and why: one function for each rule, giving the sentence or None.

The rules are asked in the order of `RULES`; the first that refuses is the one that is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from assistant.records import HeldBack, Product, Stock
from assistant.store.curating import Word
from assistant.suggest.candidates import Candidate
from assistant.suggest.features import Situation, single

SOON = 0.6  # of the usual time between two purchases: before that nothing has run out


@dataclass(frozen=True, slots=True)
class Habit:
    """How what a customer has comes back: whether people buy it again, and after how many days (None = not
    known)."""

    again: bool = False
    every_days: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One candidate before the rules."""

    candidate: Candidate
    product: Product
    stock: Stock | None
    situation: Situation
    habit: Habit = Habit()


def in_basket(case: Case) -> str | None:
    if case.product.product_id in case.situation.anchors:
        return "It is in the basket."
    return None


def inactive(case: Case) -> str | None:
    return None if case.product.active else "It is no longer sold."


def out_of_stock(case: Case) -> str | None:
    if case.stock is None or case.stock.quantity is None or case.stock.quantity > 0:
        return None
    return "None is in stock here."


def unsuitable(case: Case) -> str | None:
    """What a shop sells to some tiers of customers only: a known customer of one of them."""
    some = case.product.attributes.get("only_for")
    tiers = [some] if isinstance(some, str) else some
    if not isinstance(tiers, list) or not tiers or case.situation.tier in tiers:
        return None
    return f"It is only for {' / '.join(str(tier) for tier in tiers)} customers."


def incompatible(case: Case) -> str | None:
    fights = case.situation.incompatible.get(case.product.product_id)
    return f"It does not work with {case.situation.anchors[fights].name}." if fights else None


def alternative(case: Case) -> str | None:
    """Something of a line's own kind is a step-up, unless the shop itself links it to that line."""
    anchor = replaced_by(case)
    if anchor is None:
        return None
    return f"It takes the place of {anchor.name}, so it is a step-up and no add-on."


def replaced_by(case: Case) -> Product | None:
    """The anchor that a product would replace, or what the customer has of its kind one at a time."""
    situation, product = case.situation, case.product
    curated = situation.alternatives.get(product.product_id)
    if curated:
        return situation.anchors[curated]
    kind = single(product) if situation.singles else None
    if kind and kind in situation.singles and product.product_id not in situation.bought:
        there = situation.all_anchors[situation.singles[kind]]
        if not _outgrown(case, there):
            return there
    same = situation.families.get(product.family or "", ())
    if not same or (not situation.anchors and product.product_id in situation.bought):
        return None  # what the customer has replaces nothing else that the customer has
    linked = {anchor for _, anchor in case.candidate.links}
    return next((situation.all_anchors[anchor] for anchor in same if anchor not in linked), None)


def _outgrown(case: Case, there: Product) -> bool:
    """Whether the basket needs more of a kind than the one that is there."""
    price, has = case.product.price, there.price
    return case.candidate.needed and price is not None and has is not None and price > has


def owned(case: Case) -> str | None:
    """What lasts is not offered twice. Attributes overrule what was learned of it."""
    if not case.situation.consent:
        return None
    if case.product.product_id in case.situation.said_owned and not case.product.consumable:
        return "The customer said that they have one."
    if case.product.product_id not in case.situation.bought:
        return None
    again = case.habit.again if case.product.consumable is None else case.product.consumable
    return None if again else "The customer already has one."


def returned(case: Case) -> str | None:
    """What the customer brought back was not right for them."""
    if not case.situation.consent or not _in(case, case.situation.returned):
        return None
    return "The customer bought it before and brought it back."


def not_due(case: Case) -> str | None:
    """What is bought again and again is offered again when it is about to run out."""
    bought = case.situation.bought.get(case.product.product_id)
    every = case.habit.every_days
    if bought is None or bought.last is None or every is None or not case.situation.consent:
        return None
    since = case.situation.question.now - bought.last
    if since >= timedelta(days=SOON * every):
        return None
    when = f"{_days(since.days)} ago" if since.days > 0 else "today"
    return f"Bought {when}; it usually lasts about {_days(round(every))}."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def refused_this_visit(case: Case) -> str | None:
    return "It was declined earlier in this visit." if _in(case, case.situation.refused) else None


def declined_before(case: Case) -> str | None:
    return "The customer declined it not long ago." if _in(case, case.situation.declined) else None


def taken_out(case: Case) -> str | None:
    anchor = _last_word(case, "taken_out")
    return f"The shop took it out of what goes with {anchor}." if anchor else None


def vetoed(case: Case) -> str | None:
    """A veto holds in its own visit at once; in the shop it waits for a manager."""
    anchor = _last_word(case, "vetoed")
    return f"It was said in this visit never to suggest it with {anchor}." if anchor else None


def being_checked(case: Case) -> str | None:
    """What may not fit is not said aloud until somebody has looked."""
    anchor = _last_word(case, "does_not_fit")
    return f"Somebody said that it does not fit {anchor}; that is being checked." if anchor else None


def _last_word(case: Case, word: Word) -> str | None:
    """The name of the anchor with which a product has this for its last word."""
    words = case.situation.words
    if not words:
        return None
    anchors = case.situation.all_anchors
    found = (a for a in anchors if words.get((a, case.product.product_id)) == word)
    return next((anchors[anchor].name for anchor in found), None)


def too_little_evidence(case: Case) -> str | None:
    if case.candidate.links or case.candidate.enough:
        return None
    return "Too few orders show that it is bought with this more often than usual."


def _in(case: Case, ids: frozenset[str]) -> bool:
    return case.product.product_id in ids


Rules = Mapping[str, Callable[[Case], str | None]]

RULES: Rules = {
    rule.__name__: rule
    for rule in (
        in_basket,
        inactive,
        unsuitable,
        incompatible,
        alternative,
        owned,
        returned,
        not_due,
        refused_this_visit,
        declined_before,
        taken_out,
        vetoed,
        being_checked,
        too_little_evidence,
        out_of_stock,
    )
}

_SILENT: Mapping[str, Callable[[Situation], bool]] = {
    "incompatible": lambda of: not of.incompatible,
    "alternative": lambda of: not of.alternatives and not of.families and not of.singles,
    "owned": lambda of: not of.consent,
    "returned": lambda of: not of.returned,
    "not_due": lambda of: not of.consent,
    "refused_this_visit": lambda of: not of.refused,
    "declined_before": lambda of: not of.declined,
    "taken_out": lambda of: not of.words,
    "vetoed": lambda of: not of.words,
    "being_checked": lambda of: not of.words,
}
"""Rules that refuse nothing in a situation in which nothing is known of what they look at."""

NO_CONSENT = "no_consent"
NO_PAIRING = "no_pairing"
ENOUGH_AGAIN = "enough_again"
ANOTHER_OF_IT = "another_of_it"


def speaking(situation: Situation) -> Rules:
    """The rules that may refuse something in a situation, so that hundreds of candidates ask no others."""
    if situation.question.rules == "none":
        return {"in_basket": in_basket}
    return {name: rule for name, rule in RULES.items() if name not in _SILENT or not _SILENT[name](situation)}


def check(case: Case, rules: Rules | None = None) -> HeldBack | None:
    """The first rule that refuses a candidate, or None where it may be offered.

    `rules` are those `speaking` in the candidate's situation, where they were asked for before.
    """
    for name, rule in (speaking(case.situation) if rules is None else rules).items():
        why = rule(case)
        if why:
            return HeldBack(case.product, name, why)
    return None
