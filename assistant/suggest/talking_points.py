"""One sentence an associate can say, made from a template and checked facts only."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.records import Evidence, Product, TalkingPoint
from assistant.resources import resource

MOST_WORDS = 25
FEWEST_CUSTOMERS = 30  # behind a share that is said aloud
WORTH_NAMING = 0.15  # a smaller share persuades nobody
_NAME_WORDS = 5
SPOKEN = 4_096  # names whose spoken form is kept
_DAYS_OF_MONTH = 30.44
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with places for facts, and which facts must and must not be there."""

    template_id: str
    text: str
    when: frozenset[str]
    unless: frozenset[str]


@functools.cache
def templates() -> tuple[Template, ...]:
    """The shipped templates, best first."""
    said = tomllib.loads(resource("talking_points.toml").read_text(encoding="utf-8"))
    return tuple(
        Template(p["id"], p["text"], frozenset(p["when"]), frozenset(p.get("unless", ())))
        for p in said["point"]
    )


def say(product: Product, evidence: Sequence[Evidence]) -> TalkingPoint:
    """What to say of a product, from the strongest evidence that has a sentence."""
    known = facts(product, evidence)
    for template in templates():
        if template.when <= known.keys() and not template.unless & known.keys():
            text = template.text.format_map(known)
            if len(text.split()) <= MOST_WORDS:
                return TalkingPoint(template.template_id, text[0].upper() + text[1:])
    raise AssertionError("the last template asks for no facts")


def facts(product: Product, evidence: Sequence[Evidence]) -> dict[str, str]:
    """The facts a sentence may name, as they are spoken.

    Those of links and pairs are all of one anchor, so that they belong together; those of categories, of
    lookalikes and of what was bought before have names of their own, so that no sentence takes them for the
    anchor's.
    """
    known: dict[str, str] = {}
    benefit = product.attributes.get("benefit")
    if isinstance(benefit, str) and benefit.strip():
        known["benefit"] = benefit.strip().rstrip(".")
    of_products = [e for e in evidence if e.kind != "again" and e.kind not in _TOLD_APART]
    if of_products:
        known |= _of_anchor(of_products[0], of_products)
    again = next((e for e in evidence if e.kind == "again"), None)
    if again is not None:
        known |= _bought_before(again)
    for fact in evidence:
        told = _TOLD_APART.get(fact.kind)
        if told is not None and (words := told(fact)):
            return known | words
    return known


def _of_anchor(first: Evidence, evidence: Sequence[Evidence]) -> dict[str, str]:
    """What is said of the first anchor and the product: the shop's link, and what was counted."""
    known = {"anchor": spoken(first.anchor_name)}
    if first.owned:
        known["mine"] = ""
    if first.kind == "requires":
        known["requires"] = ""
    elif first.kind in ("accessory", "kit"):
        known["linked"] = ""
    counted = next((e for e in evidence if e.n is not None and e.anchor_id == first.anchor_id), None)
    return known if counted is None else known | _counted(counted)


def _counted(evidence: Evidence) -> dict[str, str]:
    known = {"together": f"{evidence.n:,}"}
    if evidence.since is not None:
        known["month"] = _month(evidence.since)
    enough = (evidence.customers or 0) >= FEWEST_CUSTOMERS
    if enough and (evidence.share or 0) >= WORTH_NAMING:
        known |= {"n": f"{evidence.n:,}", "base": f"{evidence.base:,}"}
    return known


def _of_categories(evidence: Evidence) -> dict[str, str]:
    """The counts of two categories, named apart; nothing where both would be called the same."""
    anchor, category = spoken_category(evidence.anchor_category), spoken_category(evidence.category)
    if not anchor or not category or anchor == category:
        return {}
    counted = {f"category_{name}": fact for name, fact in _counted(evidence).items()}
    return {"anchor_category": anchor, "category": category} | counted


def _of_lookalike(evidence: Evidence) -> dict[str, str]:
    """The counts of the lookalike and the anchor, named apart; nothing where both are called the same."""
    anchor, like = spoken(evidence.anchor_name), spoken(evidence.like_name or "")
    if not like or anchor == like:
        return {}
    counted = {f"like_{name}": fact for name, fact in _counted(evidence).items()}
    return {"like_anchor": anchor, "like": like} | counted


_TOLD_APART = {"category_together": _of_categories, "like_together": _of_lookalike}


def _bought_before(evidence: Evidence) -> dict[str, str]:
    known = {"again": ""}
    if evidence.n is not None and evidence.n > 1:
        known["times"] = "twice" if evidence.n == 2 else f"{evidence.n:,} times"
    if evidence.until is not None:
        known["last"] = _month(evidence.until)
    if evidence.every_days is not None:
        known["every"] = span(evidence.every_days)
    return known


def _month(at: datetime) -> str:
    return f"{_MONTHS[at.month - 1]} {at.year}"


def span(days: float) -> str:
    """A number of days as one says it, rounded to the unit that fits.

    >>> span(9.6), span(30), span(100)
    ('10 days', '4 weeks', '3 months')
    """
    if days < 13.5:
        n, unit = max(1, round(days)), "day"
    elif days < 60:
        n, unit = round(days / 7), "week"
    else:
        n, unit = max(2, round(days / _DAYS_OF_MONTH)), "month"
    return f"{n:,} {unit}" if n == 1 else f"{n:,} {unit}s"


@functools.lru_cache(maxsize=SPOKEN)
def spoken_category(path: str | None) -> str:
    """The last part of a category path as one says it within a sentence; empty where there is none.

    Whole, not cut short as names are: what was counted is anything of it.

    >>> spoken_category("Photo/SD cards & Readers")
    'SD cards and readers'
    """
    parts = [part.strip() for part in (path or "").split("/") if part.strip()]
    if not parts:
        return ""
    loud = str(path) == str(path).upper()
    words = ("and" if word in ("&", "+") else word for word in parts[-1].split())
    # A capital past the first letter is a code's or a brand's own: SD, iPhone.
    return " ".join(word.lower() if loud or word[1:] == word[1:].lower() else word for word in words)


@functools.lru_cache(maxsize=SPOKEN)
def spoken(name: str) -> str:
    """A product's name as one says it in a sentence: short, and not in capitals.

    >>> spoken("Lumo R50 mirrorless kit, black")
    'Lumo R50 mirrorless kit'
    >>> spoken("WHITE HANGING HEART T-LIGHT HOLDER")
    'white hanging heart t-light holder'
    """
    short = re.split(r"[,;(]|\s[-–/|]\s", name.strip(), maxsplit=1)[0].strip() or name.strip()
    words = short.split()
    if len(words) > _NAME_WORDS:
        cut = next((i for i, word in enumerate(words) if i >= 2 and word.lower() in _JOINTS), _NAME_WORDS)
        words = words[: min(cut, _NAME_WORDS)]
    return " ".join(word.lower() if _shouted(short, word) else word for word in words)


_JOINTS: Mapping[str, None] = dict.fromkeys(("with", "for", "in", "and", "&", "on"))


def _shouted(name: str, word: str) -> bool:
    """Whether a word is in capitals because the whole name is; codes such as R50 keep theirs."""
    return name == name.upper() and any(c.isalpha() for c in word) and not any(c.isdigit() for c in word)
