"""Ctrl+C while the program is still being loaded is one sentence too; the front door imports this first."""

from __future__ import annotations

import sys
from types import TracebackType

SENTENCE = "Cancelled; nothing half-done was kept."


def _say(kind: type[BaseException], problem: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print(SENTENCE, file=sys.stderr)  # noqa: T201
    else:
        sys.__excepthook__(kind, problem, where)


sys.excepthook = _say
