"""What a sentence claims: the numbers in it, held against what is known, and words that press."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assistant.records import MONEY_UNIT, Evidence, Product
from assistant.suggest.talking_points import FEWEST_CUSTOMERS

_MONEY = r"[£€$]|pounds?|euros?|dollars?|pfund|dollar|GBP|EUR|USD|CHF"
_CLAIM = re.compile(
    r"(?P<before>[£€$]\s?)?(?P<word>[\w.,/×-]*\d[\w.,/×-]*)"
    rf"(?:\s?(?P<after>%|per cent|percent|prozent|{_MONEY})(?!\w))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PIECES = re.compile(r"[\w.,/×-]*\d[\w.,/×-]*(?:\s?%)?")
_READ = 500  # letters of an attribute: what stands further on is no short fact
_PER_CENT = ("%", "per cent", "percent", "prozent")
_SPELLED: Mapping[str, Mapping[str, int]] = {
    "en": {
        "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100, "thousand": 1000,
    },
    "de": {
        "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11,
        "zwölf": 12, "zwanzig": 20, "dreißig": 30, "fünfzig": 50, "hundert": 100, "tausend": 1000,
    },
}  # fmt: skip
_PRESSING: Mapping[str, tuple[str, ...]] = {
    "en": (
        "only today", "today only", "last chance", "hurry", "while stocks last", "limited time",
        "selling out", "almost gone", "last one", "last few", "act now", "before it is gone", "now or never",
    ),
    "de": (
        "nur heute", "nur noch", "letzte chance", "beeilen sie sich", "solange der vorrat", "solange vorrat",
        "begrenzte zeit", "fast ausverkauft", "bald ausverkauft", "jetzt oder nie", "letztes stück",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """The numbers that may be said, by what they may be said of; `words` are names with digits, as R50.

    `shares` are measured per cents, each with the sales it was counted among and the year since when, and may
    be said only together with them.
    """

    numbers: frozenset[Decimal] = frozenset()
    percents: frozenset[Decimal] = frozenset()
    money: frozenset[Decimal] = frozenset()
    words: frozenset[str] = frozenset()
    shares: tuple[tuple[Decimal, Decimal, Decimal], ...] = ()


def known(
    products: Iterable[Product],
    evidence: Iterable[Evidence] = (),
    *,
    priced: Product | None = None,
    texts: Iterable[str] = (),
    numbers: Iterable[int] = (),
) -> Known:
    """What may be said in numbers of some products: their names and stated attributes, what was counted, the
    price of the one that is offered, and what else the shop states, in texts and numbers."""
    stated, percents, words = set(map(Decimal, numbers)), set[Decimal](), set[str]()
    said = [text for one in products for text in _told(one)]
    for text in (*said, *texts):
        for piece in _PIECES.findall(text):
            bare = piece.rstrip("%").strip(" .,-/").casefold()
            words.add(bare)
            if (read := _read(bare)) is not None:
                (percents if piece.endswith("%") else stated).update(read)
        stated.update(*(_read(found) or () for found in _NUMBER.findall(text) if "%" not in text))
    attributes = {n for one in products for n in _numeric(one.attributes)}
    shares = []
    for fact in evidence:
        stated.update(Decimal(n) for n in (fact.n, fact.base) if n is not None)
        if fact.since is not None:
            stated.add(Decimal(fact.since.year))
        if fact.share is not None and fact.base and fact.since and (fact.customers or 0) >= FEWEST_CUSTOMERS:
            share = Decimal(round(100 * fact.share))
            shares.append((share, Decimal(fact.base), Decimal(fact.since.year)))
    price = () if priced is None or priced.price is None else (Decimal(priced.price) / MONEY_UNIT,)
    return Known(
        frozenset(stated | attributes),
        frozenset(percents | attributes),
        frozenset(attributes | set(price)),
        frozenset(words),
        tuple(shares),
    )


def unproven(text: str, facts: Known, language: str, whole: str = "") -> str | None:
    """The first number in a sentence that is none of the facts, as it is written; None where all of them are.

    `whole` is the sentence with its facts filled in: what a share was counted among may be one of them.
    """
    claimed = {n for word in _words(f"{text} {whole}") for n in _value(word, language)}
    for found in _CLAIM.finditer(text):
        word, after = found["word"].strip(".,-/"), (found["after"] or "").casefold()
        values = _value(word, language)
        if after in _PER_CENT:
            held = bool(values & facts.percents) or any(
                share in values and {base, year} <= claimed for share, base, year in facts.shares
            )
        elif found["before"] or after:
            held = bool(values & facts.money)
        else:
            held = word.casefold() in facts.words or bool(values & (facts.numbers | facts.money))
        if not held:
            return str(found[0]).strip(" .,-/")
    spelled = _SPELLED.get(language, {})
    words: list[str] = re.findall(r"[^\W\d_]+", text)
    told = (word for word in words if word.casefold() in spelled)
    return next((word for word in told if Decimal(spelled[word.casefold()]) not in facts.numbers), None)


def pressing(text: str, language: str) -> str | None:
    """The first words of a sentence that hurry whoever hears it."""
    told = " ".join(text.casefold().split())
    return next((words for words in _PRESSING.get(language, ()) if words in told), None)


def _told(product: Product) -> Iterator[str]:
    yield product.name
    yield product.category or ""
    for value in product.attributes.values():
        yield from _strings(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:_READ]
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def _numeric(value: object) -> Iterator[Decimal]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _numeric(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Decimal(str(value))


def _words(text: str) -> list[str]:
    return [word.strip(".,-/") for word in _PIECES.findall(text)]


def _read(word: str) -> frozenset[Decimal] | None:
    """A number of the shop's, whose way of writing is not known: as any language would read it."""
    found = _value(word, "en") | _value(word, "de")
    return found or None


def _value(word: str, language: str) -> frozenset[Decimal]:
    """The number a word is, or begins with before its unit (128GB); none where letters come first (R50)."""
    begun = re.fullmatch(r"(\d+(?:[.,]\d+)*)[^\W\d_]*", word)
    if begun is None:
        return frozenset()
    thousands, decimal = (",", ".") if language == "en" else (".", ",")
    digits = begun[1]
    grouped = re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d+)?", digits)
    plain = digits.replace(thousands, "") if grouped else digits
    try:
        return frozenset({Decimal(plain.replace(",", "."))})
    except InvalidOperation:  # several points, as a version has them
        return frozenset()
