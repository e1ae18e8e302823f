"""One sentence an associate can say, made from a template and checked facts only."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.records import Evidence, Product, TalkingPoint
from assistant.resources import resource

MOST_WORDS = 25
FEWEST_CUSTOMERS = 30  # behind a share that is said aloud
WORTH_NAMING = 0.15  # a smaller share persuades nobody
_NAME_WORDS = 5
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
    """The facts a sentence may name, as they are spoken; all of one anchor, so that they belong together."""
    known: dict[str, str] = {}
    benefit = product.attributes.get("benefit")
    if isinstance(benefit, str) and benefit.strip():
        known["benefit"] = benefit.strip().rstrip(".")
    if not evidence:
        return known
    first = evidence[0]
    known["anchor"] = spoken(first.anchor_name)
    if first.owned:
        known["mine"] = ""
    if first.kind == "requires":
        known["requires"] = ""
    elif first.kind in ("accessory", "kit"):
        known["linked"] = ""
    counted = next((e for e in evidence if e.n is not None and e.anchor_id == first.anchor_id), None)
    if counted is not None:
        known |= _counted(counted)
    return known


def _counted(evidence: Evidence) -> dict[str, str]:
    known = {"together": f"{evidence.n:,}"}
    if evidence.since is not None:
        known["month"] = f"{_MONTHS[evidence.since.month - 1]} {evidence.since.year}"
    enough = (evidence.customers or 0) >= FEWEST_CUSTOMERS
    if enough and (evidence.share or 0) >= WORTH_NAMING:
        known |= {"n": f"{evidence.n:,}", "base": f"{evidence.base:,}"}
    return known


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
