"""Writing a sentence of the shop's own: what it would say of a real add-on, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.errors import InputError
from assistant.records import Basket, Evidence, Line, Product
from assistant.store import catalog, contents, pairings
from assistant.store.access import Permit
from assistant.store.contents import Version
from assistant.store.database import Connection
from assistant.suggest import claims, features, talking_points, written
from assistant.suggest.candidates import LINKED, UNSOLD, Candidate
from assistant.suggest.eligibility import Case as Offered
from assistant.suggest.evidence import evidence
from assistant.suggest.question import Question
from assistant.suggest.talking_points import MOST_WORDS
from assistant.suggest.written import Case, Scope

LANGUAGES = ("en", "de")
MOST_LETTERS = 300
_COUNTED = re.compile(r"\}\s?(?:%|per cent|percent|Prozent)|\d\{|\}\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as it is being written: for an add-on wherever it is offered, with one anchor, or for the
    categories of the two; `texts` by language, an empty one leaves that language to the shipped sentences."""

    scope: Scope
    product_id: str
    anchor_id: str | None
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a text would say; `missing` are facts it names that are not known here, `instead` what is said."""

    text: str = ""
    words: int = 0
    missing: tuple[str, ...] = ()
    instead: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft held against a real add-on: each language as it would sound, and the facts it may name."""

    title: str
    shown: Mapping[str, Shown]
    facts: Mapping[str, str]
    product: Product
    anchor: Product | None


def preview(connection: Connection, draft: Draft, language: str) -> Preview:
    """What a draft would say; nothing is written. Raises InputError where its products are not there."""
    case = _case(connection, draft)
    terms = written.terms(connection)
    shown = {code: _shown(draft.texts.get(code, ""), draft.scope, case, terms, code) for code in LANGUAGES}
    return Preview(
        _title(draft, case), shown, written.facts(case, terms, language), case.product, case.anchor
    )


def save(
    connection: Connection, draft: Draft, *, seen: int, permit: Permit | None, note: str = ""
) -> Version:
    """Check a sentence and put it in force from the next visit on.

    Raises AccessError for anybody but a manager; InputError that says what is wrong with it, or that somebody
    else changed it meanwhile.
    """
    texts = {code: " ".join(draft.texts.get(code, "").split()) for code in LANGUAGES}
    if not any(texts.values()):
        raise InputError("Write the sentence first.")
    case, terms = _case(connection, draft), written.terms(connection)
    for code, text in texts.items():
        if text and (problem := _problem(text, draft.scope, case, terms, code)):
            raise InputError(problem)
    return contents.put(
        connection,
        "talking_point",
        key(draft, case),
        {"texts": {code: text for code, text in texts.items() if text}, "shown_with": case_ids(case)},
        title=_title(draft, case),
        seen=seen,
        permit=permit,
        note=note,
    )


def withdraw(connection: Connection, key: str, title: str, *, seen: int, permit: Permit | None) -> Version:
    """Leave a thing to the shipped sentences again. Raises what `contents.put` does."""
    return contents.put(connection, "talking_point", key, None, title=title, seen=seen, permit=permit)


def key(draft: Draft, case: Case) -> str:
    """The key of what a draft is for. Raises InputError where that is not whole."""
    if draft.scope == "product":
        return contents.key_of("product", case.product.product_id)
    if case.anchor is None:
        raise InputError("Choose what it goes with.")
    if draft.scope == "pairing":
        return contents.key_of("pairing", case.anchor.product_id, case.product.product_id)
    if case.categories is None:
        raise InputError("One of the two has no category.")
    return contents.key_of("categories", *case.categories)


def case_ids(case: Case) -> list[str]:
    """The add-on and the anchor that a sentence was looked at with."""
    return [case.product.product_id, *([case.anchor.product_id] if case.anchor else ())]


def draft_of(version: Version) -> Draft:
    """A version as a draft again, to be written on."""
    named = contents.parts_of(version.key)
    scope = next(one for one in written.SCOPES if one == named[0])
    with_ids = (version.content or {}).get("shown_with") or {
        "product": [named[-1]], "pairing": [named[-1], named[1]], "categories": [""]
    }[scope]  # fmt: skip
    anchor = with_ids[1] if len(with_ids) > 1 else None
    return Draft(scope, with_ids[0], anchor, (version.content or {}).get("texts", {}))


def _case(connection: Connection, draft: Draft) -> Case:
    ids = [draft.product_id, *([draft.anchor_id] if draft.anchor_id else ())]
    known = catalog.products(connection, ids)
    product = known.get(draft.product_id)
    if product is None:
        raise InputError("Choose an add-on that the shop sells.")
    if draft.anchor_id == draft.product_id:
        raise InputError("A product does not go with itself.")
    anchor = known.get(draft.anchor_id or "")
    proofs = () if anchor is None else _proofs(connection, product, anchor)
    if draft.scope != "categories" or anchor is None or not (product.category and anchor.category):
        return Case(product, proofs, anchor)
    pair = (anchor.category, product.category)
    counted = pairings.category_evidence(connection, pair[:1], pair[1:]).get(pair)
    return written.of_categories(product, proofs, anchor, pair, counted)


def _proofs(connection: Connection, product: Product, anchor: Product) -> tuple[Evidence, ...]:
    """Why the add-on would be offered with the anchor in the basket, as a customer's slate would have it."""
    line = Line(anchor.product_id, anchor.sku, anchor.name, 1, category=anchor.category)
    situation = features.read(connection, Question(Basket(None, (line,))))
    links = tuple(
        (link.kind, link.product_id)
        for link in situation.links
        if link.linked_id == product.product_id and link.kind in LINKED
    )
    offered = Offered(Candidate(product.product_id, UNSOLD, links=links), product, None, situation)
    return evidence(connection, None, situation, (offered,))[product.product_id]


def _title(draft: Draft, case: Case) -> str:
    """What people call the thing: the add-on, the add-on with its anchor, or the two categories."""
    if draft.scope == "categories" and case.categories is not None:
        anchor, add_on = (path.split("/")[-1] for path in case.categories)
        return f"{add_on} · {anchor}"
    if draft.scope == "pairing" and case.anchor is not None:
        return f"{case.product.name} · {case.anchor.name}"
    return case.product.name


def _shown(text: str, scope: Scope, case: Case, terms: written.Terms, language: str) -> Shown:
    text = " ".join(text.split())
    usual = talking_points.say(case.product, case.evidence, language).text
    if not text:
        return Shown(instead=usual)
    problem = _problem(text, scope, case, terms, language)
    known = written.facts(case, terms, language)
    try:
        missing = tuple(sorted(written.places(text) - known.keys()))
    except ValueError:
        return Shown(problem=problem, instead=usual)
    if missing:
        return Shown("", len(text.split()), missing, usual, problem)
    said = text.format_map(known)
    return Shown(said[:1].upper() + said[1:], len(said.split()), (), usual if problem else "", problem)


def _problem(text: str, scope: Scope, case: Case, terms: written.Terms, language: str) -> str:
    """What is wrong with a sentence, in one of ours; empty where nothing is."""
    if len(text) > MOST_LETTERS:
        return f"It has {len(text)} letters; {MOST_LETTERS} are the most."
    try:
        places = written.places(text)
    except ValueError as unknown:
        name = str(unknown)
        if not re.fullmatch(r"\w+", name):
            return "Braces stand around the name of one fact, such as {anchor}."
        return f"There is no fact called {name}."
    known = written.facts(case, terms, language)
    whole = text.format_map(known) if places <= known.keys() else text
    if (words := max(len(text.split()), len(whole.split()))) > MOST_WORDS:
        return f"It has {words} words; {MOST_WORDS} are the most that is listened to."
    if _COUNTED.search(text):
        return "A counted fact is no per cent; name the two counts instead, such as {n} of {base}."
    if (pressed := claims.pressing(text, language)) is not None:
        return f"With “{pressed}” it hurries the customer; say what the thing is good for."
    if (number := written.wrong(text, scope, case, terms, language, whole)) is not None:
        return (
            f"The number “{number}” is no fact that the shop states; leave it out or name a fact in braces."
        )
    return ""
