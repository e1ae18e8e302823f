"""A language nobody speaks: every text accented, in brackets and 40 % longer, to see what is cut."""

from __future__ import annotations

import functools
import re

from assistant.ui.language import Messages
from tests.language.catalogue import wanted

LONGER = 0.4
_LETTERS = str.maketrans("aeiouyncsAEIOUNCS", "áéíóúýñçšÁÉÍÓÚÑÇŠ")
_KEPT = re.compile(r"(\{\w*\})")


@functools.cache
def messages() -> Messages:
    """A translation of everything; what is a pattern of Qt's stays as it is."""
    return {
        key: text if key[0] == "date" else lengthened(text)
        for key, text in ((key, key[1]) for key in wanted())
    }


def lengthened(text: str) -> str:
    """`[Çhóóšé]`: vowels twice until it is 40 % longer, so that it wraps and breaks as words do."""
    if not any(map(str.isalpha, _KEPT.sub("", text))):
        return text
    longer = max(1, round(LONGER * len(_KEPT.sub("", text)))) - 2
    said = "".join(part if _KEPT.fullmatch(part) else part.translate(_LETTERS) for part in _KEPT.split(text))
    made: list[str] = []
    vowels = [at for at, letter in enumerate(said) if letter in "áéíóúý"]
    every = max(1, len(vowels))
    each, rest = divmod(max(0, longer), every)
    for at, letter in enumerate(said):
        made.append(letter)
        if at in vowels:
            made.append(letter * (each + (vowels.index(at) < rest)))
    return f"[{''.join(made)}]"
