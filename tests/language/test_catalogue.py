"""Every text of the window has its translation, with the same places for values; none goes around `tr`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from assistant.ui.language import CORE, read_catalogue
from tests.language import catalogue, texts

CATALOGUES = sorted(catalogue.LANGUAGES.glob("*.po"))
_PLACES = re.compile(r"\{\w*\}")
_PLURAL = re.compile(r"\{(n|total)\} (more )?(?!less|gives|times the)[a-z]{2,}s\b")
_SHOWN = {
    "setText", "setWindowTitle", "setToolTip", "setStatusTip", "setPlaceholderText", "setAccessibleName",
    "setAccessibleDescription", "setTitle", "setInformativeText", "setLabelText", "addAction", "addItem",
    "drawText", "QLabel", "QPushButton", "QAction", "Text", "Elided", "Button", "KeyButton", "say",
    "set_second", "Row", "Section", "announce", "_announce",
}  # fmt: skip
_NAMES = {"title", "body", "label", "name", "caption", "say", "kpi", "value", "quiet", "primary", "text"}
_NEVER_ONE = {"Last {n} weeks"}
_SAME = {
    "Esc",
    "Enter",
    "Tab",
    "Ctrl",
    "Del",
    "English",
    "Deutsch",
    "CSV",
    "PIN",
    "Sales assistant",
}  # said alike everywhere


def files() -> list[object]:
    return [pytest.param(file, id=file.stem) for file in CATALOGUES]


def test_only_literals_are_asked_for() -> None:
    assert list(texts.not_literal()) == []


@pytest.mark.parametrize("file", files())
def test_nobody_says_what_is_translated_for_nothing(file: Path) -> None:
    assert catalogue.stale(file) == [], "python -m tests.language takes it out"


@pytest.mark.parametrize("file", files())
def test_values_keep_their_places(file: Path) -> None:
    for (meaning, text), words in read_catalogue(file).items():
        if meaning == "date":
            continue
        asked, given = set(_PLACES.findall(text)), set(_PLACES.findall(words))
        assert given == asked, f"{text!r} became {words!r}"
        assert text.count("\n") == words.count("\n"), text


def test_a_number_of_things_has_a_form_for_one() -> None:
    """Beside `{n} days` stands `1 day`, to choose from with `counted`."""
    by_place: dict[str, set[str]] = {}
    for said in texts.asked_for():
        by_place.setdefault(said.place, set()).add(said.text)
    for place, said in by_place.items():
        for text in filter(_PLURAL.match, said - _NEVER_ONE):
            assert any(other.startswith("1 ") for other in said), f"{place}: {text}"


def test_no_text_goes_around_tr() -> None:
    found = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for name, module in texts.sources(texts.UI)
        for node in ast.walk(module)
        if texts.called(node) in _SHOWN and isinstance(node, ast.Call)
        for argument in [*node.args, *(one.value for one in node.keywords if one.arg in ("text", "title"))]
        if _bare(argument)
    ]
    assert found == []


def _bare(node: ast.expr) -> bool:
    """Whether it is a text with words of its own, put there as it is."""
    if isinstance(node, ast.IfExp):
        return _bare(node.body) or _bare(node.orelse)
    if isinstance(node, ast.BinOp):
        return _bare(node.left) or _bare(node.right)
    if isinstance(node, ast.JoinedStr):
        return any(_bare(part) for part in node.values)
    text = texts.literal(node) or ""
    return (
        bool(re.search(r"[a-z]{2}", text))
        and text not in _NAMES | _SAME
        and not re.fullmatch(r"[a-z][a-zA-Z-]*", text)
    )


def test_the_core_is_recognised_by_its_own_words() -> None:
    """A sentence that is nothing but values would take every other one for itself."""
    for said in texts.core():
        own = _PLACES.sub("", said.text)
        assert said.meaning == CORE
        assert len(re.findall(r"[A-Za-z]{2,}", own)) >= 1, said.text


@pytest.mark.parametrize("file", files())
def test_everything_is_translated(file: Path) -> None:
    """`python -m tests.language` brings what is missing into the catalogue."""
    assert [f"{one.place}: {one.text}" for one in catalogue.missing(file)] == []
