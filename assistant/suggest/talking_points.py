"""One sentence an associate can say, made from a template and checked facts only."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.records import Evidence, Product, TalkingPoint
from assistant.resources import resource

MOST_WORDS = 25
FEWEST_CUSTOMERS = 30  # behind a share that is said aloud
WORTH_NAMING = 0.15  # a smaller share persuades nobody
_NAME_WORDS = 5
SPOKEN = 4_096  # names whose spoken form is kept
_DAYS_OF_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with places for facts, and which facts must and must not be there."""

    template_id: str
    text: str
    when: frozenset[str]
    unless: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """How a language says months, times, spans and long numbers; a span as it stands after "after"."""

    months: tuple[str, ...]
    twice: str
    times: str
    thousands: str
    joins: str
    lower: bool
    day: tuple[str, str]
    week: tuple[str, str]
    month: tuple[str, str]

    def number(self, n: int | None) -> str:
        return f"{n:,}".replace(",", self.thousands)


@functools.cache
def _shipped(language: str) -> dict[str, Any]:
    name = "talking_points.toml" if language == "en" else f"talking_points.{language}.toml"
    return tomllib.loads(resource(name).read_text(encoding="utf-8"))


@functools.cache
def templates(language: str = "en") -> tuple[Template, ...]:
    """The shipped templates of a language, best first."""
    return tuple(
        Template(p["id"], p["text"], frozenset(p["when"]), frozenset(p.get("unless", ())))
        for p in _shipped(language)["point"]
    )


@functools.cache
def kit_templates(language: str = "en") -> tuple[Template, ...]:
    """The shipped sentences for kits in a language, best first."""
    return tuple(
        Template(k["id"], k["text"], frozenset(k["when"]), frozenset()) for k in _shipped(language)["kit"]
    )


def number(language: str) -> Callable[[int | None], str]:
    """How a language writes long numbers."""
    return _words(language).number


@functools.cache
def _words(language: str) -> Words:
    said = _shipped(language)["words"]
    spans: dict[str, Any] = {name: tuple(one) for name, one in said.items() if isinstance(one, list)}
    return Words(**{**said, **spans})


def say(product: Product, evidence: Sequence[Evidence], language: str = "en") -> TalkingPoint:
    """What to say of a product, from the strongest evidence that has a sentence."""
    known = facts(product, evidence, language)
    for template in templates(language):
        if template.when <= known.keys() and not template.unless & known.keys():
            text = template.text.format_map(known)
            if len(text.split()) <= MOST_WORDS:
                return TalkingPoint(template.template_id, text[0].upper() + text[1:])
    raise AssertionError("the last template asks for no facts")


def facts(product: Product, evidence: Sequence[Evidence], language: str = "en") -> dict[str, str]:
    """The facts a sentence may name, as they are spoken.

    Those of links and pairs are all of one anchor, so that they belong together; those of categories, of
    lookalikes and of what was bought before have names of their own, so that no sentence takes them for the
    anchor's.
    """
    known: dict[str, str] = {}
    words = _words(language)
    benefit = product.attributes.get(f"benefit_{language}") or product.attributes.get("benefit")
    if isinstance(benefit, str) and benefit.strip():
        known["benefit"] = benefit.strip().rstrip(".")
    of_products = [e for e in evidence if e.kind != "again" and e.kind not in _TOLD_APART]
    if of_products:
        known |= _of_anchor(of_products[0], of_products, words)
    again = next((e for e in evidence if e.kind == "again"), None)
    if again is not None:
        known |= _bought_before(again, words)
    for fact in evidence:
        told = _TOLD_APART.get(fact.kind)
        if told is not None and (counted := told(fact, words)):
            return known | counted
    return known


def _of_anchor(first: Evidence, evidence: Sequence[Evidence], words: Words) -> dict[str, str]:
    """What is said of the first anchor and the product: the shop's link, and what was counted."""
    known = {"anchor": spoken(first.anchor_name)}
    if first.owned:
        known["mine"] = ""
    if first.kind == "requires":
        known["requires"] = ""
    elif first.kind in ("accessory", "kit", "proposed"):
        known["linked"] = ""
    counted = next(
        (e for e in evidence if e.kind == "bought_together" and e.anchor_id == first.anchor_id), None
    )
    return known if counted is None else known | _counted(counted, words)


def _counted(evidence: Evidence, words: Words) -> dict[str, str]:
    known = {"together": words.number(evidence.n)}
    if evidence.since is not None:
        known["month"] = _month(evidence.since, words)
    enough = (evidence.customers or 0) >= FEWEST_CUSTOMERS
    if enough and (evidence.share or 0) >= WORTH_NAMING:
        known |= {"n": words.number(evidence.n), "base": words.number(evidence.base)}
    return known


def _of_categories(evidence: Evidence, words: Words) -> dict[str, str]:
    """The counts of two categories, named apart; nothing where both would be called the same."""
    anchor, category = (_category(path, words) for path in (evidence.anchor_category, evidence.category))
    if not anchor or not category or anchor == category:
        return {}
    counted = {f"category_{name}": fact for name, fact in _counted(evidence, words).items()}
    return {"anchor_category": anchor, "category": category} | counted


def _of_lookalike(evidence: Evidence, words: Words) -> dict[str, str]:
    """The counts of the lookalike and the anchor, named apart; nothing where both are called the same."""
    anchor, like = spoken(evidence.anchor_name), spoken(evidence.like_name or "")
    if not like or anchor == like:
        return {}
    counted = {f"like_{name}": fact for name, fact in _counted(evidence, words).items()}
    return {"like_anchor": anchor, "like": like} | counted


_TOLD_APART = {"category_together": _of_categories, "like_together": _of_lookalike}


def _bought_before(evidence: Evidence, words: Words) -> dict[str, str]:
    known = {"again": ""}
    if evidence.n is not None and evidence.n > 1:
        known["times"] = words.twice if evidence.n == 2 else words.times.format(n=words.number(evidence.n))
    if evidence.until is not None:
        known["last"] = _month(evidence.until, words)
    if evidence.every_days is not None:
        known["every"] = _span(evidence.every_days, words)
    return known


def _month(at: datetime, words: Words) -> str:
    return f"{words.months[at.month - 1]} {at.year}"


def span(days: float, language: str = "en") -> str:
    """A number of days as one says it, rounded to the unit that fits.

    >>> span(9.6), span(30), span(100)
    ('10 days', '4 weeks', '3 months')
    """
    return _span(days, _words(language))


def _span(days: float, words: Words) -> str:
    if days < 13.5:
        n, unit = max(1, round(days)), words.day
    elif days < 60:
        n, unit = round(days / 7), words.week
    else:
        n, unit = max(2, round(days / _DAYS_OF_MONTH)), words.month
    return unit[n != 1].format(n=words.number(n))


def spoken_category(path: str | None, language: str = "en") -> str:
    """The last part of a category path as one says it within a sentence; empty where there is none.

    Whole, not cut short as names are: what was counted is anything of it.

    >>> spoken_category("Photo/SD cards & Readers"), spoken_category("Foto/Taschen & Gurte", "de")
    ('SD cards and readers', 'Taschen und Gurte')
    """
    return _category(path, _words(language))


@functools.lru_cache(maxsize=SPOKEN)
def _category(path: str | None, words: Words) -> str:
    parts = [part.strip() for part in (path or "").split("/") if part.strip()]
    if not parts:
        return ""
    loud = words.lower and str(path) == str(path).upper()
    said = (words.joins if word in ("&", "+") else word for word in parts[-1].split())
    # A capital past the first letter is a code's or a brand's own: SD, iPhone.
    return " ".join(
        word.lower() if loud or (words.lower and word[1:] == word[1:].lower()) else word for word in said
    )


@functools.lru_cache(maxsize=SPOKEN)
def spoken(name: str) -> str:
    """A product's name as one says it in a sentence: short, and not in capitals.

    >>> spoken("Lumo R50 mirrorless kit, black")
    'Lumo R50 mirrorless kit'
    >>> spoken("WHITE HANGING HEART T-LIGHT HOLDER")
    'white hanging heart t-light holder'
    >>> spoken("Glossy Arden photo paper 10 × 15, 100 sheets")
    'Glossy Arden photo paper 10 × 15'
    """
    short = re.split(r"[,;(]|\s[-–/|]\s", name.strip(), maxsplit=1)[0].strip() or name.strip()
    words = _SPOKEN_WORD.findall(short)
    if len(words) > _NAME_WORDS:
        cut = next((i for i, word in enumerate(words) if i >= 2 and word.lower() in _JOINTS), _NAME_WORDS)
        words = words[: min(cut, _NAME_WORDS)]
    return " ".join(word.lower() if _shouted(short, word) else word for word in words)


_SPOKEN_WORD = re.compile(r"\d[\w.,]*(?: ?[×x] ?\d[\w.,]*)+|\S+")  # 10 × 15 is one, and is never cut
_JOINTS: Mapping[str, None] = dict.fromkeys(
    ("with", "for", "in", "and", "&", "on", "mit", "für", "und", "zum")
)


def _shouted(name: str, word: str) -> bool:
    """Whether a word is in capitals because the whole name is; codes such as R50 keep theirs."""
    return name == name.upper() and any(c.isalpha() for c in word) and not any(c.isdigit() for c in word)
