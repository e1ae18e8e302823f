"""A catalogue brought up to date: what is new comes in empty, what is gone goes, what is translated stays."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from assistant.ui.language import CORE, Messages, read_catalogue
from tests.language.texts import ROOT, Said, asked_for, core

LANGUAGES = ROOT / "resources" / "languages"


def wanted() -> dict[tuple[str, str], Said]:
    """Every text the window can show, once, where it is first said."""
    found: dict[tuple[str, str], Said] = {}
    for said in [*asked_for(), *core()]:
        found.setdefault(said.key, said)
    return found


def missing(file: Path) -> list[Said]:
    """What has no translation."""
    known = read_catalogue(file)
    return [said for key, said in wanted().items() if key not in known]


def stale(file: Path) -> list[tuple[str, str]]:
    """What nobody says any more."""
    return sorted(read_catalogue(file).keys() - wanted().keys())


def update(file: Path) -> None:
    """Write the catalogue anew in the order of the source, below the comment it begins with."""
    head = file.read_text(encoding="utf-8").split("\n\n", 1)[0] if file.exists() else ""
    known = read_catalogue(file) if file.exists() else {}
    file.write_text(f"{head}\n\n{_entries(wanted().values(), known)}", encoding="utf-8")


def _entries(texts: Iterable[Said], known: Messages) -> str:
    lines: list[str] = []
    for said in sorted(texts, key=lambda one: (one.meaning == CORE, one.place, one.line)):
        lines.append(f"#: {said.place}")
        if said.meaning:
            lines.append(f"msgctxt {_quoted(said.meaning)}")
        lines += [f"msgid {_quoted(said.text)}", f"msgstr {_quoted(known.get(said.key, ''))}", ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
