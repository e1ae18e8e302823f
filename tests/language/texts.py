"""What the window can say, gathered from the source: literals handed to `tr`, the core's sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.measure.definitions import BY_PRODUCT, FIGURES
from assistant.settings import SETTINGS
from assistant.ui.language import CORE

ROOT = Path(__file__).parents[2]
UI = ROOT / "assistant" / "ui"
ROOMS = ("store", "suggest", "shop", "learn", "measure", "ui")
"""Where sentences of the core are made; the doors speak English, as their options do."""
_ASKED = {"tr", "mark"}
_SENTENCE = (".", "?")
_COMMAND = re.compile(r"[A-Z]{4,} |.* IS NOT ")  # SQL ends in a question mark, too
_MEASURES = (
    *(text for unit in ("second", "minute", "day") for text in (f"1 {unit}", f"{{n}} {unit}s")),
    *("1 day ago", "{n} days ago", "today"),
)  # filled into sentences
_NOT_SHOWN = (
    "assistant/shop/demo/people.py",
    "assistant/learn/peers.py",
    "assistant/measure/model_card.py",
    "assistant/ui/platform.py",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A text, the meaning it is told apart by, and where it stands."""

    meaning: str
    text: str
    place: str
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.meaning, self.text


def sources(*folders: Path) -> Iterator[tuple[str, ast.Module]]:
    """The modules below some folders, with their names from the top."""
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def called(node: ast.AST) -> str:
    """The last name of what a call calls."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def literal(node: ast.AST) -> str | None:
    """The text of a literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def asked_for() -> Iterator[Said]:
    """Every literal handed to `tr`, or marked to be handed to it later."""
    for name, module in sources(UI):
        for node in ast.walk(module):
            if called(node) in _ASKED and node.args and (text := literal(node.args[0])) is not None:
                meaning = literal(node.args[1]) if len(node.args) > 1 else ""
                yield Said(meaning or "", text, name, node.lineno)


def not_literal() -> Iterator[str]:
    """Where something else than a literal is handed to `tr`, which nobody could translate."""
    for name, module in sources(UI):
        for node in ast.walk(module):
            if called(node) in _ASKED and not all(literal(arg) is not None for arg in node.args):
                yield f"{name}:{node.lineno}: {ast.unparse(node)}"


def core() -> Iterator[Said]:
    """The sentences that the core makes and the window shows: what went wrong, why something is held back."""
    for name, module in sources(*(ROOT / "assistant" / room for room in ROOMS)):
        if name in _NOT_SHOWN:
            continue
        constants = _constants(module)
        skipped = set(_not_said(module))
        for node in ast.walk(module):
            raised = _raised(node)
            if raised is None and (node in skipped or name.startswith("assistant/ui")):
                continue
            said = _template(raised or node, constants).strip()
            if _is_sentence(said):
                yield Said(CORE, said, name, getattr(node, "lineno", 0))
            if raised is not None:
                skipped.update(ast.walk(raised))
    for text in _MEASURES:
        yield Said(CORE, text, "assistant/store/pins.py")
    for figure in (*FIGURES, *BY_PRODUCT):
        for text in (figure.label, figure.sentence):
            yield Said(CORE, text, "assistant/measure/definitions.py")
    for setting in SETTINGS.values():
        if setting.key.startswith("review.agenda."):
            for step in re.split(r"\n| \| ", str(setting.default)):
                yield Said(CORE, step, "assistant/settings.py")


def _constants(module: ast.Module) -> dict[str, str]:
    """Texts with a name; whole sentences among them are recognised by themselves."""
    found = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = literal(node.value)
            if text is not None and not _is_sentence(text):
                found[node.targets[0].id] = text
    return found


def _raised(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Call) and called(node).endswith("Error") and node.args:
        return (
            None
            if called(node) in ("ValueError", "TypeError", "AssertionError", "KeyError")
            else node.args[0]
        )
    return None


def _not_said(module: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, and the pieces of what is taken whole."""
    for node in ast.walk(module):
        if isinstance(node, ast.Expr):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield from (part for value in node.values for part in ast.walk(value))


def _is_sentence(said: str) -> bool:
    begins = said[:1].isupper() or said.startswith("{")
    words = re.sub(r"\{\w+\}", "", said).strip()
    return begins and words.endswith(_SENTENCE) and words.count(" ") > 1 and not _COMMAND.match(said)


def _template(node: ast.AST | None, known: dict[str, str]) -> str:
    """A literal with names in braces where values are filled in."""
    if (text := literal(node)) is not None:
        return text
    if isinstance(node, ast.BinOp):
        return _template(node.left, known) + _template(node.right, known)
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if not isinstance(node, ast.JoinedStr):
        return ""
    said, names = "", list[str]()
    for part in node.values:
        if (text := literal(part)) is not None:
            said += text
            continue
        value = part.value if isinstance(part, ast.FormattedValue) else part
        if isinstance(value, ast.Name) and value.id in known:
            said += known[value.id]
            continue
        named = [one.id for one in ast.walk(value) if isinstance(one, ast.Name)]
        names.append(getattr(value, "attr", "") or (named or ["it"])[-1].strip("_").lower())
        said += f"{{{_apart(names)}}}"
    return said


def _apart(names: list[str]) -> str:
    times = names.count(names[-1])
    return names[-1] if times == 1 else f"{names[-1]}{times}"
