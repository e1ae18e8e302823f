"""The sentences that a shop's managers wrote: which one speaks for an add-on, and whether it still holds."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.records import MONEY_UNIT, CategoryPairing, Evidence, Product, TalkingPoint, minor_digits
from assistant.store import contents, pairings, preferences
from assistant.store.database import Connection
from assistant.suggest import claims, talking_points
from assistant.suggest.talking_points import MOST_WORDS, spoken, spoken_category

Scope = Literal["product", "pairing", "categories"]
SCOPES: tuple[Scope, ...] = ("product", "pairing", "categories")
PLACES: tuple[str, ...] = (
    "product", "anchor", "benefit", "price", "n", "base", "together", "month", "anchor_category", "category",
    "category_n", "category_base", "category_together", "category_month", "times", "last", "every",
    "return_days",
)  # fmt: skip
"""The facts that a sentence may name, in braces; talking_points.toml says what each of them is."""
_SIGNS = {"GBP": "£", "USD": "$", "EUR": "€"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the shop states of bringing things back: the days, and its words on the card."""

    days: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the shop's own: for a product, a pairing or two categories, by language."""

    version_id: str
    scope: Scope
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """What a sentence is said of: an add-on, why it is offered, and what it goes with where it is known."""

    product: Product
    evidence: tuple[Evidence, ...]
    anchor: Product | None = None
    categories: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Sentences:
    """All that are in force, by key."""

    by_key: Mapping[str, Sentence] = field(default_factory=dict)
    counted: Mapping[tuple[str, str], CategoryPairing] = field(default_factory=dict)
    terms: Terms = Terms()

    def say(
        self,
        product: Product,
        evidence: Sequence[Evidence],
        anchors: Mapping[str, Product],
        language: str,
    ) -> TalkingPoint | None:
        """The most particular one whose facts are all there and whose numbers hold; None without any."""
        for sentence, case in self._speaking(product, evidence, anchors):
            text = sentence.texts.get(language)
            said = filled(text, case, self.terms, language) if text else None
            if text and said and not wrong(text, sentence.scope, case, self.terms, language, said):
                return TalkingPoint(sentence.version_id, said)
        return None

    def _speaking(
        self, product: Product, evidence: Sequence[Evidence], anchors: Mapping[str, Product]
    ) -> Iterator[tuple[Sentence, Case]]:
        if not self.by_key:
            return
        own = product.product_id
        leading = list(dict.fromkeys(e.anchor_id for e in evidence if e.anchor_id != own))
        for anchor_id in leading:
            if (found := self.by_key.get(contents.key_of("pairing", anchor_id, own))) is not None:
                first = sorted(evidence, key=lambda e: e.anchor_id != anchor_id)
                yield found, Case(product, tuple(first), anchors.get(anchor_id))
        first_anchor = anchors.get(leading[0]) if leading else None
        if (found := self.by_key.get(contents.key_of("product", own))) is not None:
            yield found, Case(product, tuple(evidence), first_anchor)
        for anchor_id in leading:
            anchor = anchors.get(anchor_id)
            for pair in _category_pairs(anchor.category if anchor else None, product.category):
                if (found := self.by_key.get(contents.key_of("categories", *pair))) is not None:
                    yield found, of_categories(product, evidence, anchor, pair, self.counted.get(pair))


def read(connection: Connection, visit_id: str | None = None) -> Sentences:
    """The sentences in force; within a visit, as they were when it began."""
    written = contents.in_force(connection, "talking_point", visit_id)
    if not written:
        return NONE
    by_key = {
        key: Sentence(one.version_id, _scope(key), (one.content or {}).get("texts", {}))
        for key, one in written.items()
    }
    pairs = {named[1:] for key in by_key if (named := contents.parts_of(key))[0] == "categories"}
    counted = pairings.category_evidence(connection, {a for a, _ in pairs}, {b for _, b in pairs})
    return Sentences(by_key, counted if pairs else {}, terms(connection))


def of_categories(
    product: Product,
    evidence: Sequence[Evidence],
    anchor: Product | None,
    pair: tuple[str, str],
    counted: CategoryPairing | None,
) -> Case:
    """What a sentence for two categories is said of, with what was counted of them."""
    proofs = tuple(e for e in evidence if e.kind != "category_together")
    if counted is not None and anchor is not None:
        proofs += (
            Evidence(
                "category_together", anchor.product_id, anchor.name, counted.n, counted.base, counted.share,
                counted.lift, counted.customers, counted.since, counted.until,
                anchor_category=counted.anchor, category=counted.category,
            ),
        )  # fmt: skip
    return Case(product, proofs, anchor, pair)


def terms(connection: Connection) -> Terms:
    """The shop's return terms as the settings have them."""
    return Terms(preferences.number(connection, "return.days"), preferences.text(connection, "card.terms"))


def facts(case: Case, terms: Terms, language: str) -> dict[str, str]:
    """What a sentence may name of this add-on, as it is spoken."""
    known = talking_points.facts(case.product, case.evidence, language)
    known["product"] = spoken(case.product.name)
    if case.anchor is not None:
        known.setdefault("anchor", spoken(case.anchor.name))
    if (price := _price(case.product, language)) is not None:
        known["price"] = price
    if terms.days:
        known["return_days"] = str(terms.days)
    if case.categories is not None:
        known["anchor_category"], known["category"] = (
            spoken_category(path, language) for path in case.categories
        )
    return {name: known[name] for name in PLACES if known.get(name)}


def filled(text: str, case: Case, terms: Terms, language: str) -> str | None:
    """The sentence with its facts; None where one is not known here, or it becomes too long."""
    known = facts(case, terms, language)
    if not places(text) <= known.keys():
        return None
    said = text.format_map(known)
    return said[:1].upper() + said[1:] if len(said.split()) <= MOST_WORDS else None


def wrong(text: str, scope: Scope, case: Case, terms: Terms, language: str, whole: str = "") -> str | None:
    """The first number of a sentence that is no fact of what it is said of; None where all of them are.

    For two categories that is what was counted of them: what one product states is not true of all.
    """
    products = [case.product, *([case.anchor] if case.anchor and scope == "pairing" else ())]
    numbers = [terms.days] if terms.days else []
    if scope == "categories":
        counted = [e for e in case.evidence if e.kind == "category_together"]
        known = claims.known((), counted, texts=(terms.words, *(case.categories or ())), numbers=numbers)
    else:
        of_both = case.evidence if scope == "pairing" else ()
        known = claims.known(products, of_both, priced=case.product, texts=(terms.words,), numbers=numbers)
    return claims.unproven(_bare(text), known, language, whole)


def places(text: str) -> frozenset[str]:
    """The facts that a sentence names. Raises ValueError for braces that are none."""
    found = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if name not in PLACES or spec or conversion:
            raise ValueError(name)
        found.add(name)
    return frozenset(found)


def _bare(text: str) -> str:
    """What stands between the facts that are filled in."""
    return " ".join(literal for literal, *_ in string.Formatter().parse(text))


def _scope(key: str) -> Scope:
    named = contents.parts_of(key)[0]
    return next(scope for scope in SCOPES if scope == named)


def _price(product: Product, language: str) -> str | None:
    if product.price is None:
        return None
    digits = minor_digits(product.currency)
    amount = f"{product.price / MONEY_UNIT:.{digits}f}"
    sign = _SIGNS.get(product.currency or "", product.currency or "")
    if language == "de":
        return f"{amount.replace('.', ',')} {sign}".strip()
    return f"{sign}{amount}" if len(sign) == 1 else f"{amount} {sign}".strip()


def _category_pairs(anchor: str | None, add_on: str | None) -> Iterator[tuple[str, str]]:
    """The categories of two products with those above them, the most particular pair first."""
    pairs = [(a, b) for a in _above(anchor) for b in _above(add_on)]
    return iter(sorted(pairs, key=lambda pair: -sum(path.count("/") for path in pair)))


def _above(path: str | None) -> list[str]:
    parts = path.split("/") if path else []
    return ["/".join(parts[:n]) for n in range(len(parts), 0, -1)]


NONE = Sentences()
