"""What a card for the customer says of a product: what the shop itself states, nothing that was counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.records import Product

MOST_FACTS = 3
_MOST_LETTERS = 64  # longer texts are descriptions: no fact to be read in passing


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as the shop writes it; `fits` names the things that the product goes with."""

    kind: Literal["said", "fits"]
    text: str


def facts(product: Product, language: str = "en") -> tuple[Stated, ...]:
    """At most three: the shop's own `facts`, else its `benefit`, what it `fits`, and its `detail`.

    Other attributes stay away from the card: among them may be what is meant for the staff alone.
    """
    found: dict[str, Stated] = {}
    for one in _stated(product, language):
        known = one.text.casefold()
        if len(one.text) <= _MOST_LETTERS and known not in product.name.casefold():
            found.setdefault(known, one)
    return tuple(found.values())[:MOST_FACTS]


def _stated(product: Product, language: str) -> Iterator[Stated]:
    for text in _texts(product, "facts", language):
        yield Stated("said", _begun(text))
    for text in _texts(product, "benefit", language):
        yield Stated("said", _begun(text))
    if fits := _texts(product, "fits", language):
        whole = [", ".join(fits[:n]) for n in range(len(fits), 0, -1)]
        yield Stated("fits", next((text for text in whole if len(text) <= _MOST_LETTERS), whole[-1]))
    for text in _texts(product, "detail", language):
        yield Stated("said", _begun(text))


def _texts(product: Product, name: str, language: str) -> list[str]:
    """An attribute's texts, in this language where the shop has them."""
    stated = product.attributes.get(f"{name}_{language}") or product.attributes.get(name)
    several = stated if isinstance(stated, list | tuple) else (stated,)
    texts = (" ".join(one.split()).rstrip(".") for one in several if isinstance(one, str))
    return [text for text in texts if text]


def _begun(text: str) -> str:
    return text[0].upper() + text[1:]
