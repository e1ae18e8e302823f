"""Reading a TOML table strictly: a wrong word is one sentence with its place and the nearest right one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NoReturn

from assistant.errors import MappingError


class Said:
    """One table of a mapping file, and where it stands."""

    def __init__(self, words: Mapping[str, object], file: str, place: str = "") -> None:
        self.words = words
        self._file = file
        self._place = place

    def refuse(self, sentence: str) -> NoReturn:
        """Raise MappingError with the file and the place in it."""
        raise MappingError(
            f"The mapping {self._file}{f', [{self._place}]' if self._place else ''}: {sentence}."
        )

    def text(self, key: str, default: str = "") -> str:
        value = self.words.get(key, default)
        if not isinstance(value, str):
            self.refuse(f"{key} must be a text")
        return value

    def character(self, key: str, default: str) -> str:
        value = self.text(key, default)
        if len(value) != 1 or value in '\r\n"':
            self.refuse(f"{key} must be one character")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A text, or a list of texts."""
        value = self.words.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            self.refuse(f"{key} must be a text or a list of texts")
        return tuple(values)

    def yes(self, key: str) -> bool:
        value = self.words.get(key, False)
        if not isinstance(value, bool):
            self.refuse(f"{key} must be true or false")
        return value

    def encoding(self, default: str) -> str:
        name = self.text("encoding", default)
        try:
            codecs.lookup(name)
        except (LookupError, ValueError):
            self.refuse(f"the encoding {name!r} is not known")
        return name

    def part(self, key: str) -> Said:
        """A table within this one; empty where it is not said."""
        value = self.words.get(key, {})
        if not isinstance(value, dict):
            self.refuse(f"{key} must be a table")
        return Said(value, self._file, f"{self._place}.{key}" if self._place else key)

    def parts(self, key: str) -> list[Said]:
        """A list of tables within this one."""
        value = self.words.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.refuse(f"{key} must be a list of tables, written [[{self._place}.{key}]]")
        return [Said(v, self._file, f"{self._place}.{key} {i}") for i, v in enumerate(value, 1)]

    def change(self, key: str) -> object:
        """What is done to a cell's text: a switch, the text to drop, or a table of replacements."""
        if key in {"drop_ending", "drop_start"}:
            return self.text(key)
        if key == "values":
            part = self.part(key)
            return tuple((word, part.text(word)) for word in part.words)
        return self.yes(key)

    def against(self, test: str) -> object:
        """What a condition compares a cell with."""
        value = self.words[test]
        if test in {"above", "at_least", "below", "at_most"}:
            if isinstance(value, bool) or not isinstance(value, int | float):
                self.refuse(f"{test} must be a number")
            return float(value)
        if test == "empty":
            return self.yes(test)
        if test == "matches":
            try:
                return re.compile(self.text(test))
            except re.error as problem:
                self.refuse(f"{value!r} is not a regular expression: {problem}")
        return self.texts(test)


def known_keys(said: Said, known: Sequence[str]) -> None:
    """Refuse a word that means nothing here, and name the nearest that does."""
    for key in said.words:
        if key not in known:
            said.refuse(f"{key!r} means nothing here{nearest(key, known)}")


def nearest(word: str, known: Sequence[str]) -> str:
    """Words that name the nearest known word, or nothing."""
    lowered = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.5)
    return f"; perhaps {lowered[found[0]]!r} is meant" if found else ""
