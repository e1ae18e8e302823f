"""The customers of a made-up shop: names of many origins, consents as in life, and no real numbers."""

from __future__ import annotations

import itertools
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from assistant.resources import resource
from assistant.shop.demo.truth import Truth

FIRST_NUMBER = 10_000
TIERS = ((0.58, ""), (0.84, "Silver"), (0.96, "Gold"), (1.0, "Platinum"))  # by how much someone buys
MAILS = ("example.com", "example.com", "example.org", "example.net")
# yes, no, and the rest was never asked
PERSONAL = (0.56, 0.18)
CONTACT = (0.44, 0.28)
# Letters that do not come apart into a plain one and a sign.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "ı": "i", "ß": "ss", "đ": "d", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; `draw` is how often they buy beside others. Consents: yes, no or unknown ("")."""

    customer_id: str
    name: str
    email: str
    phone: str
    tier: str
    since: date
    personal: str
    contact: str
    note: str
    draw: float


def people(truth: Truth, today: date, rng: Random) -> list[Person]:
    """The customers, in the order of their numbers; those with a story at their places."""
    told = tomllib.loads(resource("demo", "names.toml").read_text(encoding="utf-8"))
    phones = _phones(told["phones"]["blocks"], {p["phone"] for p in truth.people}, rng)
    mails: dict[str, int] = {}
    stories = {p["id"]: p for p in truth.people}
    made = []
    for number in range(truth.size["customers"]):
        customer_id = f"C-{FIRST_NUMBER + number}"
        person = _person(customer_id, told["group"], phones, truth.notes, today, rng)
        if customer_id in stories:
            person = _with_story(person, stories[customer_id], today)
        made.append(replace(person, email=_mail(person, mails)))
    return made


def _person(
    customer_id: str,
    groups: Sequence[Mapping[str, Any]],
    phones: Iterator[str],
    notes: Sequence[str],
    today: date,
    rng: Random,
) -> Person:
    (group,) = rng.choices(groups, weights=[g["share"] for g in groups])
    place = rng.random()
    # Most have been customers for years; the rest came during the two years of orders.
    days = rng.randint(1, 729) if rng.random() < 0.3 else rng.randint(730, 3600)
    phone, mail, note = rng.random() < 0.91, rng.random() < 0.86, rng.random() < 0.04
    return Person(
        customer_id=customer_id,
        name=f"{rng.choice(group['first'])} {rng.choice(group['last'])}",
        email="ask" if mail else "",
        phone=next(phones) if phone else "",
        tier=next(tier for up_to, tier in TIERS if place <= up_to),
        since=today - timedelta(days=days),
        personal=_consent(PERSONAL, rng),
        contact=_consent(CONTACT, rng),
        note=rng.choice(notes) if note else "",
        draw=0.3 + 3.0 * place**4,
    )


def _consent(shares: tuple[float, float], rng: Random) -> str:
    yes, no = shares
    drawn = rng.random()
    return "yes" if drawn < yes else ("no" if drawn < yes + no else "")


def _with_story(person: Person, story: Mapping[str, Any], today: date) -> Person:
    def consent(key: str) -> str:
        return str(story[key]).replace("unknown", "")

    return replace(
        person,
        name=story["name"],
        email="ask",
        phone=story["phone"],
        tier=story.get("tier", ""),
        since=today - timedelta(days=story["since"]),
        personal=consent("personal_suggestions"),
        contact=consent("contact"),
        note=story.get("note", ""),
        draw=0.0,  # what they bought is written down
    )


def _mail(person: Person, taken: dict[str, int]) -> str:
    """An address under a domain that is kept for examples; the second of a name gets a number."""
    if not person.email:
        return ""
    name = ".".join(plain(word) for word in person.name.split())
    taken[name] = taken.get(name, 0) + 1
    number = str(taken[name]) if taken[name] > 1 else ""
    return f"{name}{number}@{MAILS[sum(map(ord, person.customer_id)) % len(MAILS)]}"


def plain(word: str) -> str:
    """A name in plain small letters.

    >>> plain("Łukasz"), plain("O'Leary"), plain("Siobhán")
    ('lukasz', 'oleary', 'siobhan')
    """
    apart = unicodedata.normalize("NFKD", word.lower().translate(_PLAIN))
    return "".join(c for c in apart if c.isascii() and c.isalpha())


def _phones(blocks: Sequence[tuple[str, int]], taken: set[str], rng: Random) -> Iterator[str]:
    """Numbers in E.164, each given once, out of the blocks that no telephone answers."""
    numbers = list(
        itertools.chain.from_iterable(
            (f"{prefix}{n:0{digits}d}" for n in range(10**digits)) for prefix, digits in blocks
        )
    )
    rng.shuffle(numbers)
    return (number for number in numbers if number not in taken)
