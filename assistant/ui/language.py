"""The language of the window: its catalogue, how numbers and dates are written, which name comes first."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import (
    QCollator,
    QCollatorSortKey,
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QObject,
    QTranslator,
)

from assistant.resources import resource

LANGUAGES = {"en": QLocale.Language.English, "de": QLocale.Language.German}
"""What the window speaks; the first is what it is written in, so it needs no catalogue."""
CORE = "core"
"""What a sentence of the core is filed under: it is not looked up, but recognised when it is shown."""

_HOMES = {"en": QLocale.Country.UnitedKingdom, "de": QLocale.Country.Germany}
_PLACE = re.compile(r"\{(\w+)\}")
_QUOTED = re.compile(r'^(?:(msgctxt|msgid|msgstr)\s+)?"(.*)"$')
_SENTENCES = re.compile(r"(?<=\.) ")
_ESCAPED = re.compile(r"\\(.)")

Messages = Mapping[tuple[str, str], str]
"""The translation of each text, by the meaning it is told apart by (mostly none) and the text itself."""


def mark(text: str) -> str:
    """A text in a table: it stays as it is, and is translated when it is shown."""
    return text


_KEYS = frozenset((mark("Ctrl"), mark("Del"), mark("Space"), mark("Enter")))


def read_catalogue(file: Path) -> Messages:
    """The messages of a .po file; what is not translated yet is left out."""
    found: dict[tuple[str, str], str] = {}
    parts: dict[str, list[str]] = {}
    part = ""
    for line in [*file.read_text(encoding="utf-8").splitlines(), ""]:
        matched = _QUOTED.match(line)
        if matched is None:
            if not line.startswith("#"):
                _file_away(parts, found)
            continue
        if matched[1] is not None:
            part = matched[1]
            parts[part] = []
        parts[part].append(_ESCAPED.sub(lambda one: "\n" if one[1] == "n" else one[1], matched[2]))
    return found


def _file_away(parts: dict[str, list[str]], found: dict[tuple[str, str], str]) -> None:
    said = {name: "".join(lines) for name, lines in parts.items()}
    if said.get("msgid") and said.get("msgstr"):
        found[said.get("msgctxt", ""), said["msgid"]] = said["msgstr"]
    parts.clear()


class Catalogue(QTranslator):
    """Answers Qt's `tr` from a catalogue that is text, so that it needs no compiling and two edits merge.

    A page's name does not tell texts apart: one word has one translation, unless it is asked for with a
    meaning of its own.
    """

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, text: str, meaning: str | None = None, n: int = -1
    ) -> str:  # None, which the stubs do not know, hands on to the next translator
        if meaning == CORE:
            return self.recognise(text)
        return self._messages.get((meaning or "", text))  # type: ignore[return-value]

    def recognise(self, sentence: str) -> str:
        """A sentence of the core with its values filled in, in this language; as it is if it is not known."""
        alone, *more = _SENTENCES.split(sentence)
        if more and (known := [self.recognise(one) for one in (alone, *more)]) != [alone, *more]:
            whole = self._matched(sentence, several=True)
            return " ".join(known) if whole is None else whole
        return self._matched(sentence, several=False) or sentence

    def _matched(self, sentence: str, *, several: bool) -> str | None:
        """By its own words; one that is several sentences, only by a text that is several as well."""
        for pattern, text, words in self._sentences:
            if several and ". " not in text:
                continue
            if (found := pattern.fullmatch(sentence)) is not None:
                return self._filled(words, found.groupdict())
        return None

    def _filled(self, words: str, values: Mapping[str, str]) -> str:
        """The values, which may be sentences or measures themselves, in the places that have their names."""
        return _PLACE.sub(lambda place: self.recognise(values.get(place[1], place[0])), words)

    @functools.cached_property
    def _sentences(self) -> list[tuple[re.Pattern[str], str, str]]:
        """The most particular first: those with the most letters of their own."""
        told = [(text, words) for (meaning, text), words in self._messages.items() if meaning == CORE]
        told.sort(key=lambda pair: -len(_PLACE.sub("", pair[0])))
        return [(_pattern(text), text, words) for text, words in told]


def _pattern(text: str) -> re.Pattern[str]:
    pieces, seen = _PLACE.split(text), set[str]()
    for at in range(1, len(pieces), 2):
        name = pieces[at]
        pieces[at] = f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
    pieces[::2] = map(re.escape, pieces[::2])
    return re.compile("".join(pieces), re.DOTALL)


class Speaking(QObject):
    """The language in use, from here until it is let go of; what was in use before comes back then."""

    def __init__(self, choice: str, messages: Messages | None = None) -> None:
        """`system` or a language's code; other messages than the shipped ones are for trying a layout."""
        super().__init__()
        self.code = chosen(choice)
        self._before = QLocale()
        self._translators: list[QTranslator] = []
        QLocale.setDefault(place(self.code))
        if messages is None and self.code in shipped():
            messages = read_catalogue(shipped()[self.code])
        if messages is not None:
            self._add(Catalogue(messages, self))
        qt = QTranslator(self)
        if self.code != "en" and qt.load(
            f"qtbase_{self.code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        ):
            self._add(qt)  # the words of Qt's own dialogs and menus

    def _add(self, translator: QTranslator) -> None:
        QCoreApplication.installTranslator(translator)
        self._translators.append(translator)

    def end(self) -> None:
        """Let go of it."""
        for translator in self._translators:
            QCoreApplication.removeTranslator(translator)
        self._translators.clear()
        QLocale.setDefault(self._before)


def shipped() -> dict[str, Path]:
    """The catalogues there are, by language."""
    return {file.stem: file for file in sorted(resource("languages").glob("*.po"))}


def chosen(choice: str) -> str:
    """The code of the language that is spoken where this is chosen; of the system's own if there is one."""
    if choice in LANGUAGES:
        return choice
    here = QLocale.system().language()
    return next((code for code, language in LANGUAGES.items() if language == here), "en")


def place(code: str) -> QLocale:
    """How numbers and dates are written: in the window's language, as in the system's country."""
    system = QLocale.system()
    country = system.territory()
    if system.language() == QLocale.Language.C or country == QLocale.Country.AnyCountry:
        country = _HOMES[code]
    return QLocale(LANGUAGES[code], country)


def code() -> str:
    """The code of the language in use."""
    here = QLocale().language()
    return next((code for code, language in LANGUAGES.items() if language == here), "en")


def shown(text: str) -> str:
    """A text of a table in the language of the window."""
    return QCoreApplication.translate("", text)


def key_name(key: str) -> str:
    """What is written on a key here."""
    return shown(key) if key in _KEYS else key


def told(sentence: str) -> str:
    """A sentence that the core made, such as what went wrong, in the language of the window."""
    return QCoreApplication.translate("", sentence, CORE)


def sort_key(text: str) -> QCollatorSortKey:
    """Where a name stands in a list: `Öz` beside `Oz`, small beside capital letters."""
    return _collator(QLocale().name()).sortKey(text)


@functools.cache
def _collator(name: str) -> QCollator:
    collator = QCollator(QLocale("en_GB" if name == "C" else name))  # C would go by code points
    collator.setNumericMode(True)
    return collator
